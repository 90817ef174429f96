"""Read the graph that autograd recorded."""

import sys
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, cached_property, lru_cache
from typing import Any, NamedTuple, cast

import torch
from torch.autograd.graph import Node as GradFn

from playground.engine.forward import Evaluation, Run
from playground.engine.graph_walk import Slots, engine_order, grad_fn_of, is_leaf, leaf_of, reached, roots_of
from playground.language.notation import Operand, Options, Wording, rule
from playground.language.operations import OPERATIONS
from playground.language.program import Call, Expression, Variable

ACCUMULATE = "AccumulateGrad"

Shape = tuple[int, ...]


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


class Edge(NamedTuple):
    """A used slot of `next_functions`: gradients travel from source to target, values the other way."""

    source: int
    target: int
    index: int  # type: ignore[assignment]  # nobody looks for a value in an edge
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

    @cached_property
    def leaving(self) -> Mapping[int, list[int]]:
        """For each node the positions of the edges that leave it, in the order of its slots; none for others."""
        return _by_end([edge.source for edge in self.edges])

    @cached_property
    def entering(self) -> Mapping[int, list[int]]:
        """For each node the positions of the edges that lead to it; none for others."""
        return _by_end([edge.target for edge in self.edges])


def _by_end(ends: Sequence[int]) -> Mapping[int, list[int]]:
    edges_by_node: dict[int, list[int]] = defaultdict(list)
    for place, end in enumerate(ends):
        edges_by_node[end].append(place)
    return edges_by_node


def read_graph(run: Run) -> AutogradGraph:
    """The graph that the outputs of a run hold: every grad_fn that is reached through `next_functions`.

    Nothing is computed, and the run's graph stays usable. It is empty where no output requires a gradient.
    """
    roots = roots_of(run.outputs)
    reachable = reached(roots.values())
    lines = [_line(evaluation) for evaluation in run.tape]
    makers = _makers([line.grad_fn for line in lines], reachable)
    reading = _Reading(run, _names(roots), {grad_fn: place for place, grad_fn in enumerate(reachable)}, lines, makers)
    executed = engine_order(reachable, roots.values())
    order = {grad_fn: turn for turn, grad_fn in enumerate(executed)}
    computed = {grad_fn: turn for turn, grad_fn in enumerate(_computed_order(executed, makers))}
    nodes = [_node(reading, grad_fn, order[grad_fn], computed[grad_fn]) for grad_fn in reachable]
    edges = [edge for grad_fn, slots in reachable.items() for edge in _edges(reading, grad_fn, slots)]
    return AutogradGraph(tuple(nodes), tuple(edges), *_untracked(reading))


def local_derivatives(run: Run, shape: Shape = ()) -> tuple[torch.Tensor | None, ...]:
    """For each edge of the run's graph what its node passes on for an upstream gradient of 1; asked of the node itself.

    The edges are in the order of `AutogradGraph.edges`; None where the node or its argument is of another shape: only
    scalars have local derivatives, or the entries of a program that works entry by entry. It needs the saved tensors:
    PyTorch raises RuntimeError once they are freed.
    """
    reachable = reached(roots_of(run.outputs).values())
    return tuple(value for grad_fn, slots in reachable.items() for value in _locals(grad_fn, slots, shape))


# Who made a node


class _Line(NamedTuple):
    """A line of the tape as the reader needs it."""

    ran: Expression
    arguments: tuple[int, ...]
    wording: Wording
    value: torch.Tensor | int | float
    plain: torch.Tensor | int | float
    """The value, detached."""
    shape: Shape
    """`()` where the value is no tensor."""
    grad_fn: GradFn | None
    """The node of the value, None where it is not tracked."""


def _line(evaluation: Evaluation) -> _Line:
    _, ran, value, arguments, _, words = evaluation
    if not isinstance(value, torch.Tensor):
        return _Line(ran, arguments, words, value, value, (), None)
    grad_fn = grad_fn_of(value) if value.requires_grad else None
    return _Line(ran, arguments, words, value, value.detach(), value.shape, grad_fn)


@dataclass(frozen=True)
class _Reading:
    """A run, the lines of its tape, and the places and makers of the nodes."""

    run: Run
    outputs: Mapping[GradFn, tuple[str, ...]]
    """The names of the outputs that a node computes, where it does."""
    places: Mapping[GradFn, int]
    lines: Sequence[_Line]
    makers: Mapping[GradFn, int]
    """The line during which a node was made."""

    def line(self, grad_fn: GradFn) -> _Line | None:
        """The line that made a node."""
        maker = self.makers.get(grad_fn)
        return None if maker is None else self.lines[maker]


def _names(roots: Mapping[str, GradFn]) -> dict[GradFn, tuple[str, ...]]:
    names: dict[GradFn, tuple[str, ...]] = {}
    for name, root in roots.items():
        names[root] = (*names.get(root, ()), name)
    return names


def _makers(grad_fns: Sequence[GradFn | None], reachable: Mapping[GradFn, Slots]) -> dict[GradFn, int]:
    """The maker of each node: nodes first reached from a line's result were made by that line."""
    makers: dict[GradFn, int] = {}
    for line, top in enumerate(grad_fns):
        waiting = [top] if top is not None else []
        while waiting:
            grad_fn = waiting.pop()
            if grad_fn in reachable and grad_fn not in makers:
                makers[grad_fn] = line
                waiting += [target for _, target in reachable[grad_fn]]
    return makers


def _computed_order(executed: list[GradFn], makers: Mapping[GradFn, int]) -> list[GradFn]:
    """Leaves as the tape first used them, then the operations: the engine goes through those in reverse."""
    leaves = [grad_fn for grad_fn in executed if is_leaf(grad_fn)]
    operations = [grad_fn for grad_fn in reversed(executed) if not is_leaf(grad_fn)]
    return sorted(leaves, key=lambda leaf: makers.get(leaf, sys.maxsize)) + operations


# What a node tells


def _node(reading: _Reading, grad_fn: GradFn, order: int, computed: int) -> Node:
    outputs = reading.outputs.get(grad_fn, ())
    if is_leaf(grad_fn):
        variable = leaf_of(grad_fn)
        name = next((name for name, tensor in reading.run.inputs.items() if tensor is variable), None)
        return Node(ACCUMULATE, name, name, variable.detach().clone(), (), order, computed, outputs)
    line = reading.line(grad_fn)
    saved = _saved(reading, grad_fn, line)
    text = None if line is None else line.wording.label
    return Node(grad_fn.name(), None, text, _value(grad_fn, line, saved), saved, order, computed, outputs)


def _value(grad_fn: GradFn, line: _Line | None, saved: tuple[Saved, ...]) -> torch.Tensor | None:
    """The forward value of a node: that of its line if it made the last of it, else the result it kept itself."""
    if line is not None and line.grad_fn is grad_fn and isinstance(line.plain, torch.Tensor):
        return line.plain
    return next((kept.value for kept in saved if kept.name == "result" and isinstance(kept.value, torch.Tensor)), None)


@cache
def _saved_names(kind: type) -> tuple[tuple[str, str], ...]:
    """The attributes that show what nodes of a kind keep, and PyTorch's names for it."""
    return tuple((name.removeprefix("_saved_"), name) for name in dir(kind) if name.startswith("_saved_"))


def _saved(reading: _Reading, grad_fn: GradFn, line: _Line | None) -> tuple[Saved, ...]:
    """What a node keeps; nothing once the buffers are freed, since PyTorch refuses to show it then."""
    try:
        kept = [(name, getattr(grad_fn, attribute)) for name, attribute in _saved_names(type(grad_fn))]
    except RuntimeError:
        return ()
    known = [] if line is None else [*[reading.lines[argument] for argument in line.arguments], line]
    return tuple([_one_saved(name, value, known) for name, value in kept if value is not None])


def _one_saved(name: str, value: Any, known: list[_Line]) -> Saved:
    if not isinstance(value, torch.Tensor):
        return Saved(name, None, str(_signed(value)))
    for line in known:
        if isinstance(line.plain, torch.Tensor) and _same_value(line.value, value):
            return Saved(name, line.wording.label, line.plain)
    return Saved(name, None, value.detach())


def _signed(value: Any) -> Any:
    """PyTorch shows a negative dim as the number that its 64 bits would be without a sign."""
    if isinstance(value, tuple):
        return tuple(map(_signed, value))
    return value - 2**64 if isinstance(value, int) and value >= 2**63 else value


def _same_value(left: Any, right: torch.Tensor) -> bool:
    """Whether two tensors are one value: the same memory, seen alike, and tracked alike (`detach(x)` is not x)."""
    if left is right:
        return True
    if (left.data_ptr(), left.shape, left.stride()) != (right.data_ptr(), right.shape, right.stride()):
        return False
    return left.requires_grad == right.requires_grad and left.grad_fn is right.grad_fn


# Edges


def _edges(reading: _Reading, grad_fn: GradFn, slots: Slots) -> list[Edge]:
    rules = _rules(reading, grad_fn, [target for _, target in slots])
    source, places = reading.places[grad_fn], reading.places
    return [Edge(source, places[target], index, text) for (index, target), text in zip(slots, rules, strict=True)]


def _rules(reading: _Reading, grad_fn: GradFn, targets: list[GradFn]) -> Sequence[str | None]:
    """What the operation that made a node does to a gradient, for each target; None where no one argument is meant."""
    line = reading.line(grad_fn)
    if line is None or line.grad_fn is not grad_fn or not isinstance(line.ran, Call):
        return [None] * len(targets)
    arguments = [reading.lines[argument] for argument in line.arguments]
    if [argument.grad_fn for argument in arguments if argument.grad_fn is not None] != targets:
        return [None] * len(targets)
    tracked = tuple([place for place, argument in enumerate(arguments) if argument.grad_fn is not None])
    shapes = tuple([argument.shape for argument in arguments])
    return _rules_of(line.ran.operation, line.ran.options, tracked, line.wording.operands, shapes, line.shape)


@lru_cache(maxsize=4096)
def _rules_of(
    operation: str,
    options: Options,
    places: tuple[int, ...],
    arguments: tuple[Operand, ...],
    shapes: tuple[Shape, ...],
    result: Shape,
) -> tuple[str | None, ...]:
    """The rules of an operation for the arguments at some places."""
    row = OPERATIONS["dot" if operation == "matmul" and [*map(len, shapes)] == [1, 1] else operation]
    rules = [rule(row.name, place, arguments, not any(shapes), options) for place in places]
    stretched = [_stretched(shapes[place], result) if row.local else () for place in places]
    return tuple(
        None if text is None else _summed(text, dims, shapes[place])
        for text, dims, place in zip(rules, stretched, places, strict=True)
    )


def _stretched(shape: Shape, result: Shape) -> tuple[int, ...]:
    """The dimensions of a result along which an argument was repeated."""
    padded = (1,) * (len(result) - len(shape)) + shape
    return tuple(dim for dim, (size, new_size) in enumerate(zip(padded, result, strict=True)) if size != new_size)


def _summed(text: str, dims: tuple[int, ...], shape: Shape) -> str:
    """A rule for an argument that was repeated: the gradients of all its copies are added."""
    if not dims:
        return text
    return f"sum({text}, dim={', '.join(map(str, dims))})" if any(side != 1 for side in shape) else f"sum({text})"


def _locals(grad_fn: GradFn, slots: Slots, shape: Shape) -> list[torch.Tensor | None]:
    """What a node passes to each used slot for an upstream gradient of 1; None where something has another shape."""
    arriving = [tuple(metadata.shape) for metadata in grad_fn._input_metadata]
    if is_leaf(grad_fn) or arriving != [shape]:
        return [None] * len(slots)
    with torch.no_grad():
        passed = cast(Callable[..., Any], grad_fn)(torch.ones(shape, dtype=grad_fn._input_metadata[0].dtype))
    passed = passed if isinstance(passed, tuple) else (passed,)
    return [
        value if value is not None and value.shape == shape else None for value in (passed[index] for index, _ in slots)
    ]


# What autograd does not track


def _untracked(reading: _Reading) -> tuple[tuple[Untracked, ...], tuple[UntrackedEdge, ...]]:
    """The values that take part without a node of their own, and where they are used."""
    lines, places = reading.lines, reading.places
    tracked = {at: places[line.grad_fn] for at, line in enumerate(lines) if line.grad_fn and line.grad_fn in places}
    in_use = set(tracked) | set(reading.run.lines.values())
    operands: dict[int, list[int]] = {}
    for line in reversed(range(len(lines))):
        if line in in_use:
            operands[line] = _operands(lines, line)
            in_use.update(operands[line])
    plain = {line: position for position, line in enumerate(sorted(in_use - set(tracked)))}
    edges = [
        UntrackedEdge(*_end(argument, tracked, plain), *_end(line, tracked, plain))
        for line in sorted(in_use)
        for argument in operands[line]
        if not (argument in tracked and line in tracked)
    ]
    return tuple([_one_untracked(reading, line) for line in plain]), tuple(edges)


def _end(line: int, tracked: Mapping[int, int], plain: Mapping[int, int]) -> tuple[int, bool]:
    return (tracked[line], True) if line in tracked else (plain[line], False)


def _one_untracked(reading: _Reading, at: int) -> Untracked:
    line = reading.lines[at]
    name = line.ran.name if isinstance(line.ran, Variable) else None
    outputs = tuple(output for output, place in reading.run.lines.items() if place == at)
    return Untracked(name, line.wording.label, line.plain, outputs)


def _operands(lines: Sequence[_Line], at: int) -> list[int]:
    """The arguments' lines; none for plain arithmetic, nor a number the node keeps as an attribute (the 2 of x^2)."""
    line = lines[at]
    if not isinstance(line.ran, Call) or not isinstance(line.value, torch.Tensor):
        return []
    hidden = OPERATIONS[line.ran.operation].attributes
    return [
        argument
        for place, argument in enumerate(line.arguments)
        if place not in hidden or isinstance(lines[argument].value, torch.Tensor)
    ]
