"""Read the graph that autograd recorded."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any, NamedTuple, cast

import torch
from torch.autograd.graph import Node as GradFn

from playground.autodiff.forward import Evaluation, Run
from playground.autodiff.walk import Slots, engine_order, grad_fn_of, is_leaf, leaf_of, reached, roots_of
from playground.language.notation import label, rule
from playground.language.operations import OPERATIONS
from playground.language.program import Call, Variable

ACCUMULATE = "AccumulateGrad"


class Saved(NamedTuple):
    """A value that a node keeps for its derivative: PyTorch's name (`self`), its sub-expression (`x`), the value."""

    name: str
    expression: str | None
    value: str | torch.Tensor


class Node(NamedTuple):
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
    """The local derivative as maths (`2·x`) for scalars, what becomes of the upstream G (`G @ Bᵀ`) for tensors."""


class Untracked(NamedTuple):
    """A value that autograd does not track: an input, a plain number, or what was computed from such only."""

    input: str | None
    expression: str
    value: torch.Tensor | int | float
    outputs: tuple[str, ...]


class UntrackedEdge(NamedTuple):
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
    """The graph that the outputs of a run hold: every grad_fn reached through `next_functions`."""
    roots = roots_of(run.outputs)
    found = reached(roots.values())
    places = {grad_fn: place for place, grad_fn in enumerate(found)}
    grad_fns = [_grad_fn(line) for line in run.tape]
    reading = _Reading(run, roots, places, grad_fns, _makers(grad_fns, found))
    executed = engine_order(found, roots.values())
    order = {grad_fn: turn for turn, grad_fn in enumerate(executed)}
    computed = {grad_fn: turn for turn, grad_fn in enumerate(_computed_order(executed, reading.makers))}
    nodes = tuple(_node(reading, grad_fn, order[grad_fn], computed[grad_fn]) for grad_fn in found)
    edges = tuple(edge for grad_fn, slots in found.items() for edge in _edges(reading, grad_fn, slots))
    return AutogradGraph(nodes, edges, *_untracked(reading))


def local_derivatives(run: Run) -> tuple[torch.Tensor | None, ...]:
    """For each edge of the run's graph what its node passes on for an upstream gradient of 1; asked of the node itself.

    None where the node or its argument is no scalar. Needs the saved tensors: call it before they are freed.
    """
    found = reached(roots_of(run.outputs).values())
    return tuple(value for grad_fn, slots in found.items() for value in _locals(grad_fn, slots))


# Who made a node


class _Maker(NamedTuple):
    """The line of the tape during which a node was made, and whether the node's value is the line's."""

    line: int
    last: bool


@dataclass(frozen=True)
class _Reading:
    """A run, its lines' nodes, and the places and makers of the nodes."""

    run: Run
    roots: Mapping[str, GradFn]
    places: Mapping[GradFn, int]
    grad_fns: Sequence[GradFn | None]
    """For each line of the tape, None where it is not tracked."""
    makers: Mapping[GradFn, _Maker]

    def line(self, grad_fn: GradFn) -> Evaluation | None:
        """The line that made a node."""
        maker = self.makers.get(grad_fn)
        return None if maker is None else self.run.tape[maker.line]

    def own_line(self, grad_fn: GradFn) -> Evaluation | None:
        """The line whose value a node's value is."""
        maker = self.makers.get(grad_fn)
        return self.run.tape[maker.line] if maker is not None and maker.last else None

    def label(self, line: Evaluation) -> str:
        """The sub-expression of a line as maths, with the name a statement gave it."""
        text = label(line.expression, self.run.labels)
        return f"{line.name} = {text}" if line.name else text


def _makers(grad_fns: Sequence[GradFn | None], found: Mapping[GradFn, Slots]) -> dict[GradFn, _Maker]:
    """The maker of each node: nodes first reached from a line's result were made by that line."""
    makers: dict[GradFn, _Maker] = {}
    for line, top in enumerate(grad_fns):
        waiting = [top] if top is not None else []
        while waiting:
            grad_fn = waiting.pop()
            if grad_fn in found and grad_fn not in makers:
                makers[grad_fn] = _Maker(line, grad_fn is top)
                waiting += [target for _, target in found[grad_fn]]
    return makers


def _computed_order(executed: list[GradFn], makers: Mapping[GradFn, _Maker]) -> list[GradFn]:
    """Leaves as the tape first used them, then the operations: the engine goes through those in reverse."""
    leaves = [grad_fn for grad_fn in executed if is_leaf(grad_fn)]
    operations = [grad_fn for grad_fn in reversed(executed) if not is_leaf(grad_fn)]
    return sorted(leaves, key=lambda leaf: makers[leaf].line if leaf in makers else len(makers)) + operations


# What a node tells


def _node(reading: _Reading, grad_fn: GradFn, order: int, computed: int) -> Node:
    outputs = tuple(name for name, root in reading.roots.items() if root is grad_fn)
    if is_leaf(grad_fn):
        variable = leaf_of(grad_fn)
        name = next((name for name, tensor in reading.run.inputs.items() if tensor is variable), None)
        return Node(ACCUMULATE, name, name, variable.detach().clone(), (), order, computed, outputs)
    saved = _saved(reading, grad_fn)
    line = reading.line(grad_fn)
    expression = None if line is None else reading.label(line)
    return Node(grad_fn.name(), None, expression, _value(reading, grad_fn, saved), saved, order, computed, outputs)


def _value(reading: _Reading, grad_fn: GradFn, saved: tuple[Saved, ...]) -> torch.Tensor | None:
    """The forward value of a node: its line's, else the result it kept itself."""
    line = reading.own_line(grad_fn)
    if line is not None and isinstance(line.value, torch.Tensor):
        return line.value.detach()
    return next((kept.value for kept in saved if kept.name == "result" and isinstance(kept.value, torch.Tensor)), None)


@cache
def _saved_names(kind: type) -> tuple[str, ...]:
    return tuple(name for name in dir(kind) if name.startswith("_saved_"))


def _saved(reading: _Reading, grad_fn: GradFn) -> tuple[Saved, ...]:
    """What a node keeps; nothing once the buffers are freed, since PyTorch refuses to show it then."""
    try:
        kept = [(name.removeprefix("_saved_"), getattr(grad_fn, name)) for name in _saved_names(type(grad_fn))]
    except RuntimeError:
        return ()
    line = reading.line(grad_fn)
    known = [] if line is None else [*(reading.run.tape[argument] for argument in line.arguments), line]
    return tuple(_one_saved(reading, name, value, known) for name, value in kept if value is not None)


def _one_saved(reading: _Reading, name: str, value: Any, known: list[Evaluation]) -> Saved:
    if not isinstance(value, torch.Tensor):
        return Saved(name, None, str(_signed(value)))
    same = (line for line in known if isinstance(line.value, torch.Tensor) and _same_value(line.value, value))
    found = next(same, None)
    return Saved(name, None if found is None else reading.label(found), value.detach())


def _signed(value: Any) -> Any:
    """PyTorch shows a negative dim as the number that its 64 bits would be without a sign."""
    if isinstance(value, tuple):
        return tuple(map(_signed, value))
    return value - 2**64 if isinstance(value, int) and value >= 2**63 else value


def _same_value(one: torch.Tensor, other: torch.Tensor) -> bool:
    """Whether two tensors are one value: the same memory, seen alike, and tracked alike (`detach(x)` is not x)."""
    if (one.data_ptr(), one.shape, one.stride()) != (other.data_ptr(), other.shape, other.stride()):
        return False
    return one.requires_grad == other.requires_grad and one.grad_fn is other.grad_fn


# Edges


def _edges(reading: _Reading, grad_fn: GradFn, slots: Slots) -> Iterator[Edge]:
    rules = _rules(reading, grad_fn, [target for _, target in slots])
    for (index, target), text in zip(slots, rules, strict=True):
        yield Edge(reading.places[grad_fn], reading.places[target], index, text)


def _rules(reading: _Reading, grad_fn: GradFn, targets: list[GradFn]) -> Sequence[str | None]:
    """What the operation that made a node does to a gradient, for each target; None where no one argument is meant."""
    line = reading.own_line(grad_fn)
    if line is None or not isinstance(line.ran, Call):
        return [None] * len(targets)
    tracked = [place for place, argument in enumerate(line.arguments) if reading.grad_fns[argument] is not None]
    if [reading.grad_fns[line.arguments[place]] for place in tracked] != targets:
        return [None] * len(targets)
    shapes = [_shape(reading.run.tape[argument]) for argument in line.arguments]
    row = OPERATIONS["dot" if line.ran.operation == "matmul" and [*map(len, shapes)] == [1, 1] else line.ran.operation]
    rules = [rule(row, place, line.ran.arguments, not any(shapes), reading.run.labels) for place in tracked]
    stretched = [_stretched(shapes[place], _shape(line)) if row.local else () for place in tracked]
    return [_summed(text, dims, shapes[place]) for text, dims, place in zip(rules, stretched, tracked, strict=True)]


def _shape(line: Evaluation) -> tuple[int, ...]:
    return tuple(line.value.shape) if isinstance(line.value, torch.Tensor) else ()


def _stretched(shape: tuple[int, ...], result: tuple[int, ...]) -> tuple[int, ...]:
    """The dimensions of a result along which an argument was repeated."""
    padded = (1,) * (len(result) - len(shape)) + shape
    return tuple(dim for dim, (one, many) in enumerate(zip(padded, result, strict=True)) if one != many)


def _summed(text: str, dims: tuple[int, ...], shape: tuple[int, ...]) -> str:
    """A rule for an argument that was repeated: the gradients of all its copies are added."""
    if not dims:
        return text
    return f"sum({text}, dim={', '.join(map(str, dims))})" if any(side != 1 for side in shape) else f"sum({text})"


def _grad_fn(line: Evaluation) -> GradFn | None:
    """The node of a line's value, None where it is not tracked."""
    value = line.value
    return grad_fn_of(value) if isinstance(value, torch.Tensor) and value.requires_grad else None


def _locals(grad_fn: GradFn, slots: Slots) -> list[torch.Tensor | None]:
    """What a node passes to each used slot for an upstream gradient of 1; None where something is no scalar."""
    arriving = [metadata.shape for metadata in grad_fn._input_metadata]
    if is_leaf(grad_fn) or [list(shape) for shape in arriving] != [[]]:
        return [None] * len(slots)
    with torch.no_grad():
        passed = cast(Callable[..., Any], grad_fn)(torch.ones((), dtype=grad_fn._input_metadata[0].dtype))
    passed = passed if isinstance(passed, tuple) else (passed,)
    return [
        value if value is not None and value.dim() == 0 else None for value in (passed[index] for index, _ in slots)
    ]


# What autograd does not track


def _untracked(reading: _Reading) -> tuple[tuple[Untracked, ...], tuple[UntrackedEdge, ...]]:
    """The values that take part without a node of their own, and where they are used."""
    run = reading.run
    places = ((line, reading.places.get(grad_fn)) for line, grad_fn in enumerate(reading.grad_fns) if grad_fn)
    tracked = {line: place for line, place in places if place is not None}
    in_use = set(tracked) | set(run.lines.values())
    operands: dict[int, list[int]] = {}
    for line in reversed(range(len(run.tape))):
        if line in in_use:
            operands[line] = _operands(run, line)
            in_use.update(operands[line])
    plain = {line: position for position, line in enumerate(sorted(in_use - set(tracked)))}
    edges = tuple(
        UntrackedEdge(*_end(argument, tracked, plain), *_end(line, tracked, plain))
        for line in sorted(in_use)
        for argument in operands[line]
        if not (argument in tracked and line in tracked)
    )
    return tuple(_one_untracked(reading, line) for line in plain), edges


def _end(line: int, tracked: Mapping[int, int], plain: Mapping[int, int]) -> tuple[int, bool]:
    return (tracked[line], True) if line in tracked else (plain[line], False)


def _one_untracked(reading: _Reading, line: int) -> Untracked:
    evaluation = reading.run.tape[line]
    name = evaluation.ran.name if isinstance(evaluation.ran, Variable) else None
    value = evaluation.value.detach() if isinstance(evaluation.value, torch.Tensor) else evaluation.value
    outputs = tuple(output for output, at in reading.run.lines.items() if at == line)
    return Untracked(name, reading.label(evaluation), value, outputs)


def _operands(run: Run, line: int) -> list[int]:
    """The arguments' lines; none for plain arithmetic, nor a number the node keeps as an attribute (the 2 of x^2)."""
    evaluation = run.tape[line]
    if not isinstance(evaluation.ran, Call) or not isinstance(evaluation.value, torch.Tensor):
        return []
    hidden = OPERATIONS[evaluation.ran.operation].attributes
    return [
        argument
        for place, argument in enumerate(evaluation.arguments)
        if place not in hidden or isinstance(run.tape[argument].value, torch.Tensor)
    ]
