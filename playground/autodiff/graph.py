"""Read the graph that autograd recorded."""

import heapq
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

import torch
from torch.autograd.graph import Node as GradFn
from torch.autograd.graph import get_gradient_edge

from playground.autodiff.forward import Evaluation, Run
from playground.language.notation import label, rule
from playground.language.operations import OPERATIONS
from playground.language.program import Call, Variable

ACCUMULATE = "AccumulateGrad"

@dataclass(frozen=True)
class Saved:
    """A value that a node keeps for its derivative: PyTorch's name (`self`), the sub-expression it is (`x`), the value."""

    name: str
    expression: str | None
    value: str | torch.Tensor


@dataclass(frozen=True)
class Node:
    """One recorded grad_fn."""

    name: str
    """PyTorch's name: `MulBackward0`, `AccumulateGrad`."""
    input: str | None
    """The input an AccumulateGrad belongs to."""
    expression: str | None
    """The sub-expression it computed, as maths in Unicode (`a·x²`)."""
    value: torch.Tensor | None
    """The forward value, detached."""
    saved: tuple[Saved, ...]
    order: int
    """Its place in the order in which the engine executes the graph, from 0."""
    computed: int
    """Its place in the order in which the nodes were computed, from 0; leaves before operations."""
    outputs: tuple[str, ...]
    """The program's outputs that it computes."""


@dataclass(frozen=True)
class Edge:
    """A used slot of `next_functions`: gradients travel from source to target, values the other way."""

    source: int
    target: int
    index: int
    """The slot of the source."""
    rule: str | None
    """The local derivative as maths (`2·x`) for scalars, what becomes of the upstream gradient G (`G @ Bᵀ`) for tensors."""


@dataclass(frozen=True)
class Untracked:
    """A value that autograd does not track: an input, a plain number, or what was computed from such only."""

    input: str | None
    expression: str
    value: torch.Tensor | int | float
    outputs: tuple[str, ...]


@dataclass(frozen=True)
class UntrackedEdge:
    """A value used where autograd does not follow it; ends are positions in nodes (tracked) or untracked."""

    source: int
    source_tracked: bool
    target: int
    target_tracked: bool


@dataclass(frozen=True)
class AutogradGraph:
    """Nodes in discovery order from the outputs, and one edge for each used slot."""

    nodes: tuple[Node, ...]
    edges: tuple[Edge, ...]
    untracked: tuple[Untracked, ...] = ()
    untracked_edges: tuple[UntrackedEdge, ...] = ()


def read_graph(run: Run) -> AutogradGraph:
    """The graph that the outputs of a run hold: every grad_fn reached through `next_functions`, before or after backward."""
    roots = roots_of(run.outputs)
    found = reached(roots.values())
    places = {grad_fn: place for place, grad_fn in enumerate(found)}
    makers = _makers(run, places)
    order = {grad_fn: turn for turn, grad_fn in enumerate(_engine_order(found, roots.values()))}
    computed = {grad_fn: turn for turn, grad_fn in enumerate(_computed_order(found, makers))}
    names = _names(run.inputs)
    nodes = tuple(
        _node(grad_fn, run, makers.get(grad_fn), names, roots, order[grad_fn], computed[grad_fn]) for grad_fn in found
    )
    edges = tuple(edge for grad_fn in found for edge in _edges(grad_fn, places, run, makers.get(grad_fn)))
    return AutogradGraph(nodes, edges, *_untracked(run, places))


def roots_of(outputs: Mapping[str, torch.Tensor]) -> dict[str, GradFn]:
    """The node of each output that requires a gradient."""
    return {name: get_gradient_edge(value).node for name, value in outputs.items() if value.requires_grad}


def reached(roots: Iterable[GradFn]) -> list[GradFn]:
    """Every node below the roots once, in discovery order (depth first, slots from the left)."""
    found: dict[GradFn, None] = {}
    waiting = list(roots)[::-1]
    while waiting:
        grad_fn = waiting.pop()
        if grad_fn not in found:
            found[grad_fn] = None
            waiting += [target for target, _ in reversed(grad_fn.next_functions) if target is not None]
    return list(found)


def local_derivatives(run: Run) -> tuple[torch.Tensor | None, ...]:
    """For each edge of the run's graph, what its node passes on for an upstream gradient of 1, asked of the node itself.

    None where the node or its argument is no scalar. Needs the saved tensors: call it before they are freed.
    """
    found = reached(roots_of(run.outputs).values())
    return tuple(value for grad_fn in found for value in _locals(grad_fn))


# Who made a node


@dataclass(frozen=True)
class _Maker:
    """The line of the tape during which a node was made, and whether the node's value is the line's."""

    line: int
    last: bool


def _makers(run: Run, places: Mapping[GradFn, int]) -> dict[GradFn, _Maker]:
    """The maker of each node: nodes first reached from a line's result were made by that line."""
    makers: dict[GradFn, _Maker] = {}
    for line, evaluation in enumerate(run.tape):
        if not _tracked(evaluation):
            continue
        top = _grad_fn(evaluation)
        waiting = [top]
        while waiting:
            grad_fn = waiting.pop()
            if grad_fn in places and grad_fn not in makers:
                makers[grad_fn] = _Maker(line, grad_fn is top)
                waiting += [target for target, _ in grad_fn.next_functions if target is not None]
    return makers


def _computed_order(found: list[GradFn], makers: Mapping[GradFn, _Maker]) -> list[GradFn]:
    """Leaves first, then as the lines of the tape were run; what no line made comes last."""
    last = len(makers) + len(found)

    def place(item: tuple[int, GradFn]) -> tuple[bool, int, bool, int]:
        discovered, grad_fn = item
        maker = makers.get(grad_fn)
        return not is_leaf(grad_fn), maker.line if maker else last, bool(maker and maker.last), -discovered

    return [grad_fn for _, grad_fn in sorted(enumerate(found), key=place)]


def _engine_order(found: list[GradFn], roots: Iterable[GradFn]) -> list[GradFn]:
    """The order of the engine's ready queue: latest made first, AccumulateGrad as soon as it can.

    A node is ready when all its edges have been visited (torch/csrc/autograd/engine.cpp).
    """
    waits = dict.fromkeys(found, 0)
    for grad_fn in found:
        for target, _ in grad_fn.next_functions:
            if target is not None:
                waits[target] += 1
    ready: list[tuple[float, int, GradFn]] = []
    pushed = 0
    order: list[GradFn] = []
    for root in dict.fromkeys(roots):
        if waits[root] == 0:
            heapq.heappush(ready, (_priority(root), pushed := pushed + 1, root))
    while ready:
        _, _, grad_fn = heapq.heappop(ready)
        order.append(grad_fn)
        for target, _ in grad_fn.next_functions:
            if target is not None:
                waits[target] -= 1
                if waits[target] == 0:
                    heapq.heappush(ready, (_priority(target), pushed := pushed + 1, target))
    return order


def _priority(grad_fn: GradFn) -> float:
    return float("-inf") if is_leaf(grad_fn) else -grad_fn._sequence_nr()


# What a node tells


def is_leaf(grad_fn: GradFn) -> bool:
    """Whether a node is an AccumulateGrad, which hands its gradient to a leaf's `.grad`."""
    return hasattr(grad_fn, "variable")


def _names(inputs: Mapping[str, torch.Tensor]) -> list[tuple[str, torch.Tensor]]:
    return [(name, tensor) for name, tensor in inputs.items() if tensor.requires_grad]


def _node(
    grad_fn: GradFn,
    run: Run,
    maker: _Maker | None,
    names: list[tuple[str, torch.Tensor]],
    roots: Mapping[str, GradFn],
    order: int,
    computed: int,
) -> Node:
    line = run.tape[maker.line] if maker else None
    outputs = tuple(name for name, root in roots.items() if root is grad_fn)
    if is_leaf(grad_fn):
        variable: torch.Tensor = grad_fn.variable  # type: ignore[attr-defined]
        name = next((name for name, tensor in names if tensor is variable), None)
        return Node(ACCUMULATE, name, name, variable.detach().clone(), (), order, computed, outputs)
    saved = _saved(grad_fn, run, line)
    if maker and maker.last and line and isinstance(line.value, torch.Tensor):
        value: torch.Tensor | None = line.value.detach()
    else:
        value = next((s.value for s in saved if s.name == "result" and isinstance(s.value, torch.Tensor)), None)
    return Node(grad_fn.name(), None, _written(line), value, saved, order, computed, outputs)


def _written(line: Evaluation | None) -> str | None:
    """The sub-expression of a line as maths, with the name a statement gave it."""
    if line is None:
        return None
    text = label(line.expression)
    return f"{line.name} = {text}" if line.name else text


@cache
def _saved_names(kind: type) -> tuple[str, ...]:
    return tuple(name for name in dir(kind) if name.startswith("_saved_"))


def _saved(grad_fn: GradFn, run: Run, line: Evaluation | None) -> tuple[Saved, ...]:
    """What a node keeps; nothing once the buffers are freed, since PyTorch refuses to show it then."""
    try:
        kept = [(name.removeprefix("_saved_"), getattr(grad_fn, name)) for name in _saved_names(type(grad_fn))]
    except RuntimeError:
        return ()
    known = [] if line is None else [*(run.tape[argument] for argument in line.arguments), line]
    return tuple(_one_saved(name, value, known) for name, value in kept if value is not None)


def _one_saved(name: str, value: Any, known: list[Evaluation]) -> Saved:
    if not isinstance(value, torch.Tensor):
        return Saved(name, None, str(value))
    same = (line for line in known if isinstance(line.value, torch.Tensor) and _same_memory(line.value, value))
    return Saved(name, _written(next(same, None)), value.detach())


def _same_memory(one: torch.Tensor, other: torch.Tensor) -> bool:
    return (one.data_ptr(), one.shape, one.stride()) == (other.data_ptr(), other.shape, other.stride())


# Edges


def _used(grad_fn: GradFn) -> list[tuple[int, GradFn]]:
    return [(index, target) for index, (target, _) in enumerate(grad_fn.next_functions) if target is not None]


def _edges(grad_fn: GradFn, places: Mapping[GradFn, int], run: Run, maker: _Maker | None) -> Iterator[Edge]:
    slots = _used(grad_fn)
    rules = _rules([target for _, target in slots], run, maker)
    for (index, target), rule in zip(slots, rules, strict=True):
        yield Edge(places[grad_fn], places[target], index, rule)


def _rules(targets: list[GradFn], run: Run, maker: _Maker | None) -> Sequence[str | None]:
    """What the operation that made a node does to a gradient, for each target; None where no one argument is meant."""
    unknown = [None] * len(targets)
    if not targets or maker is None or not maker.last:
        return unknown
    line = run.tape[maker.line]
    tracked = [place for place, argument in enumerate(line.arguments) if _tracked(run.tape[argument])]
    if [_grad_fn(run.tape[line.arguments[place]]) for place in tracked] != targets:
        return unknown
    assert isinstance(line.ran, Call)
    row, arguments = OPERATIONS[line.ran.operation], line.ran.arguments
    scalar = all(_is_scalar(run.tape[argument].value) for argument in line.arguments)
    return [rule(row, place, arguments, scalar) for place in tracked]


def _is_scalar(value: torch.Tensor | int | float) -> bool:
    return not isinstance(value, torch.Tensor) or value.dim() == 0


def _tracked(line: Evaluation) -> bool:
    return isinstance(line.value, torch.Tensor) and line.value.requires_grad


def _grad_fn(line: Evaluation) -> GradFn:
    assert isinstance(line.value, torch.Tensor)
    return get_gradient_edge(line.value).node


def _locals(grad_fn: GradFn) -> list[torch.Tensor | None]:
    """What a node passes to each used slot for an upstream gradient of 1; None where something is no scalar."""
    slots = _used(grad_fn)
    arriving = [metadata.shape for metadata in grad_fn._input_metadata]
    if is_leaf(grad_fn) or [list(shape) for shape in arriving] != [[]]:
        return [None] * len(slots)
    with torch.no_grad():
        passed = grad_fn(torch.ones((), dtype=grad_fn._input_metadata[0].dtype))
    passed = passed if isinstance(passed, tuple) else (passed,)
    return [value if value is not None and value.dim() == 0 else None for value in (passed[index] for index, _ in slots)]


# What autograd does not track


def _untracked(run: Run, places: Mapping[GradFn, int]) -> tuple[tuple[Untracked, ...], tuple[UntrackedEdge, ...]]:
    """The values that take part without a node of their own, and where they are used."""
    tracked = {
        line: places[grad_fn]
        for line, evaluation in enumerate(run.tape)
        if _tracked(evaluation) and (grad_fn := _grad_fn(evaluation)) in places
    }
    in_use = set(tracked) | set(run.lines.values())
    for line in reversed(range(len(run.tape))):
        if line in in_use:
            in_use.update(_operands(run, line))
    plain = {line: position for position, line in enumerate(sorted(in_use - set(tracked)))}
    edges = tuple(
        UntrackedEdge(*_end(argument, tracked, plain), *_end(line, tracked, plain))
        for line in sorted(in_use)
        for argument in _operands(run, line)
        if not (argument in tracked and line in tracked)
    )
    return tuple(_one_untracked(run, line) for line in plain), edges


def _end(line: int, tracked: Mapping[int, int], plain: Mapping[int, int]) -> tuple[int, bool]:
    return (tracked[line], True) if line in tracked else (plain[line], False)


def _one_untracked(run: Run, line: int) -> Untracked:
    evaluation = run.tape[line]
    name = evaluation.ran.name if isinstance(evaluation.ran, Variable) else None
    value = evaluation.value.detach() if isinstance(evaluation.value, torch.Tensor) else evaluation.value
    outputs = tuple(output for output, at in run.lines.items() if at == line)
    return Untracked(name, label(evaluation.expression), value, outputs)


def _operands(run: Run, line: int) -> list[int]:
    """The arguments' lines; none for plain arithmetic, and not the numbers a node keeps as an attribute (the 2 of x^2)."""
    evaluation = run.tape[line]
    if not isinstance(evaluation.ran, Call) or not isinstance(evaluation.value, torch.Tensor):
        return []
    hidden = OPERATIONS[evaluation.ran.operation].attributes
    return [
        argument
        for place, argument in enumerate(evaluation.arguments)
        if place not in hidden or isinstance(run.tape[argument].value, torch.Tensor)
    ]
