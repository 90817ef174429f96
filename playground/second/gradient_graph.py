"""The graph of a gradient: while the engine computes it with `create_graph=True`, each of its operations is written
down as a line of the tape, so that the same reader reads what the operations recorded."""

from collections.abc import Callable, Hashable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import torch
from torch.utils._python_dispatch import TorchDispatchMode

from playground.engine.backward import Step, watching
from playground.engine.forward import Evaluation, Run, largest, worded
from playground.engine.grad import gradients, next_derivative
from playground.engine.graph import AutogradGraph, read_graph
from playground.engine.graph_walk import reached, roots_of
from playground.engine.tape import UNKNOWN, Tape, call_of
from playground.language.notation import Written
from playground.language.program import Expression, Number, fold
from playground.words import phrase

MAX_INNER_NODES = 24
"""A formula of at most so many numbers, names and operations is written out inside of another; else it has a name."""
PLAIN = {"ones_like": 1, "zeros_like": 0, "zeros": 0}
"""The numbers that the engine starts with, and that stand where nothing arrives, by what makes them."""

Tensors = tuple[torch.Tensor, ...]


def derivative_run(run: Run, wrt: str, order: int, output: str | None = None) -> Run:
    """A run whose one output is the derivative of an order, and whose tape has every line on the way to it.

    Its graph is that of the derivative itself: what `create_graph=True` recorded. The output and `wrt` are scalars.
    Raises EvaluationError as `next_derivative` does.
    """
    name = next(iter(run.outputs)) if output is None else output
    run = replace(run, outputs={name: run.outputs[name]})
    point, entries = run.inputs[wrt], largest(run)
    for turn in range(order):
        shown = name + "′" * (turn + 1)
        run = _differentiated(run, [shown], lambda value: (next_derivative(value, point, entries),))
    return run


def gradient_run(run: Run, wrt: Sequence[str], output: str | None = None) -> Run:
    """A run whose outputs are the gradients of one output by several inputs: `grad x`, `grad y`."""
    name = next(iter(run.outputs)) if output is None else output
    points = [run.inputs[point] for point in wrt]
    run = replace(run, outputs={name: run.outputs[name]})
    return _differentiated(run, [f"grad {point}" for point in wrt], lambda value: gradients(value, points))


def _differentiated(run: Run, names: Sequence[str], differentiate: Callable[[torch.Tensor], Tensors]) -> Run:
    """A run whose outputs are gradients of a run's one output."""
    ((output, value),) = run.outputs.items()
    graph = read_graph(run)
    with watching(reached(roots_of(run.outputs).values()), copy=False) as turns, _Listening() as engine:
        derivative = differentiate(value)
    writer = _Writer(run.tape, _names(graph, turns, output))
    for operation in engine.heard:
        writer.write(operation)
    lines = {name: writer.places[_key(tensor)] for name, tensor in zip(names, derivative, strict=True)}
    outputs = dict(zip(names, derivative, strict=True))
    return replace(run, outputs=outputs, tape=tuple(writer.lines), lines=lines)


def _names(graph: AutogradGraph, turns: Sequence[Step], output: str) -> dict[Hashable, str]:
    """What the gradients that arrived at the nodes are called: `grad x²`, of a derivative `grad x² of y′`."""
    labels = [(node.expression or node.name).partition(" = ")[0] for node in graph.nodes]
    name = phrase("second.gradient_of") if output.endswith("′") else "grad {node}".format
    return {
        _key(turn.upstream): name(node=labels[turn.node], output=output) for turn in turns if turn.upstream is not None
    }


# What the engine does


@dataclass(frozen=True)
class _Operation:
    """An operation of PyTorch as the engine called it."""

    name: str
    arguments: tuple[Any, ...]
    result: Any


class _Listening(TorchDispatchMode):
    """Writes down every operation; the results are the tensors that autograd then gives their nodes."""

    def __init__(self) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self.heard: list[_Operation] = []

    def __torch_dispatch__(
        self, func: Any, types: Any, args: tuple[Any, ...] = (), kwargs: Mapping[str, Any] | None = None
    ) -> Any:
        result = func(*args, **(kwargs or {}))
        self.heard.append(_Operation(func.overloadpacket.__name__, args, result))
        return result


# From operations to lines


def _key(tensor: torch.Tensor) -> Hashable:
    """What two tensor objects share that are one value, as long as one of them is held."""
    return tensor.data_ptr(), tensor.shape, tensor.stride(), tensor.requires_grad


class _Writer(Tape):
    """Adds lines to a tape; a formula that is long has the name of the gradient it is, or is not written out again."""

    def __init__(self, tape: Sequence[Evaluation], names: Mapping[Hashable, str]) -> None:
        super().__init__(_key, tape)
        self.names = names
        self.labels: dict[int, Written] = {}
        self.sizes = [_size(line.expression) for line in tape]

    def write(self, operation: _Operation) -> None:
        """A line for an operation, unless its result has one: `detach` of a saved value is that value."""
        result = operation.result
        if not isinstance(result, torch.Tensor) or result in self:
            return
        used = [argument for argument in operation.arguments if _is_operand(argument)]
        lines = tuple(map(self.place, used))
        self.add(_expression(operation, [self.operand(line) for line in lines]), result, lines)

    def line(self, ran: Expression, value: torch.Tensor | int | float, arguments: tuple[int, ...]) -> Evaluation:
        """A line; a long one under the name of the gradient that it is."""
        self.sizes.append(size := _size(ran))
        name = self.names.get(_key(value)) if isinstance(value, torch.Tensor) and size > MAX_INNER_NODES else None
        return worded(ran, value, arguments, name, self.labels)

    def operand(self, place: int) -> Expression:
        """A line inside of a formula: by its name where it has one, else written out unless that is too long."""
        long = self.lines[place].name is None and self.sizes[place] > MAX_INNER_NODES
        return UNKNOWN if long else super().operand(place)


def _is_operand(argument: Any) -> bool:
    return isinstance(argument, (torch.Tensor, int, float)) and not isinstance(argument, bool)


def _expression(operation: _Operation, operands: Sequence[Expression]) -> Expression:
    """An operation as the language writes it, or where the language has none under PyTorch's name for it."""
    if operation.name in PLAIN:
        return Number(PLAIN[operation.name])
    return call_of(operation.name, operands, len(operands) == len(operation.arguments))


def _size(expression: Expression) -> int:
    return fold(expression, lambda _: 1, lambda _: 1, lambda _, parts: 1 + sum(parts))
