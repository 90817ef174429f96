"""What `/second` computes, once for everybody who asks."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import torch

from playground.drawing.dot import to_dot
from playground.drawing.node_details import node_details
from playground.drawing.plots import places
from playground.drawing.script import signed
from playground.engine.backward import Backward, backward
from playground.engine.case import Case
from playground.engine.graph import AutogradGraph, local_derivatives, read_graph
from playground.engine.observe import as_multiplied
from playground.language.errors import EvaluationError
from playground.language.values import Value, read_value
from playground.second import hessian as second
from playground.second.gradient_graph import derivative_run, gradient_run
from playground.second.hessian import Along, Orders, Second
from playground.second.script import derivative_parts, hessian_parts
from playground.web.cache import kept, kept_in_words
from playground.web.case import Export, export_of
from playground.web.parameters import Read
from playground.words import paragraph, say

MAX_NAMED_ENTRIES = 6
"""A sentence names at most so many entries."""
MAX_ENTRIES_IN_FULL = 256
"""A curve is computed at all its points where at most so many entries are moved."""
THINNING = 8
"""Where more entries are moved, a curve is computed at one of so many points."""


@dataclass(frozen=True)
class Curves:
    """An output and its derivatives at places along a direction."""

    xs: tuple[float, ...]
    heights: tuple[tuple[float | None, ...], ...]


@dataclass(frozen=True)
class Recorded:
    """The graph of a derivative, and what the engine did when it went back through it."""

    graph: AutogradGraph
    backward: Backward | None
    local: tuple[torch.Tensor | None, ...]


@kept
def orders(case: Case, output: str, wrt: str, order: int) -> Orders:
    """An output and its derivatives up to an order."""
    return second.orders(case, wrt, order, output)


@kept
def curves(case: Case, output: str, wrt: tuple[str, ...], direction: tuple[float, ...], centre: float) -> Curves:
    """An output and its first two derivatives along a direction; `centre` is what the place of the point is called."""
    xs = places(centre)[:: THINNING if len(direction) > MAX_ENTRIES_IN_FULL else 1]
    steps = [x - centre for x in xs]
    return Curves(xs, second.curves(case, direction, wrt, steps, 2, output))


# A Hessian at its limit has 8 MB in float64.
@kept
def hessian(case: Case, output: str, wrt: tuple[str, ...]) -> Second:
    """The gradient and the Hessian of an output."""
    return second.second(case, wrt, output)


@kept
def along(case: Case, output: str, wrt: tuple[str, ...], direction: tuple[float, ...]) -> Along:
    """Slope and second derivative of an output along a direction."""
    return second.along(case, direction, wrt, output)


@kept_in_words
def recorded(case: Case, output: str, wrt: str, order: int) -> Recorded:
    """The graph of a derivative."""
    return record(case, output, wrt, order)


def record(case: Case, output: str, wrt: str, order: int) -> Recorded:
    """The same, made anew."""
    run = derivative_run(case.run(), wrt, order, output)
    graph, local = read_graph(run), local_derivatives(run)
    tracked = any(value.requires_grad for value in run.outputs.values())
    return as_multiplied(Recorded(graph, backward(run) if tracked else None, local))


@kept_in_words
def recorded_gradient(case: Case, output: str, wrt: tuple[str, ...]) -> Recorded:
    """The graph of the gradient by several inputs, through which nothing has gone back."""
    run = gradient_run(case.run(), wrt, output)
    return Recorded(read_graph(run), None, local_derivatives(run))


@kept_in_words
def drawn_derivative(case: Case, output: str, wrt: tuple[str, ...], order: int | None) -> str:
    """The graph of a derivative by one input, or of the gradient by several (no order), as DOT.

    What autograd does not track is drawn only where there is nothing else.
    """
    graph_recorded = _recorded(case, output, wrt, order)
    return to_dot(graph_recorded.graph, graph_recorded.backward, constants=not graph_recorded.graph.nodes)


@kept_in_words
def told_of_derivative(case: Case, output: str, wrt: tuple[str, ...], order: int | None) -> dict[str, dict[str, Any]]:
    """What there is to say of each node of that graph."""
    graph_recorded = _recorded(case, output, wrt, order)
    return node_details(graph_recorded.graph, graph_recorded.backward, graph_recorded.local)


def _recorded(case: Case, output: str, wrt: tuple[str, ...], order: int | None) -> Recorded:
    return recorded_gradient(case, output, wrt) if order is None else recorded(case, output, wrt[0], order)


@kept_in_words
def orders_exported(case: Case, title: str, output: str, wrt: str, order: int) -> Export:
    """The script of y, y', y'', ..."""
    parts = derivative_parts(case.run(), case.inputs, output, wrt, orders(case, output, wrt, order))
    return export_of(title, signed(parts, "second"))


@kept_in_words
def hessian_exported(case: Case, title: str, output: str, wrt: tuple[str, ...], direction: tuple[float, ...]) -> Export:
    """The script of the gradient, the Hessian and what happens along a direction."""
    parts = hessian_parts(case.run(), case.inputs, output, wrt, direction, hessian(case, output, wrt))
    return export_of(title, signed(parts, "second"))


def direction_in(name: str, text: str, offered: Sequence[str], usual: Sequence[str]) -> Read:
    """A direction, which has a number for each entry that is offered; the first entry alone where it is none."""
    try:
        return Read(tuple(map(repr, _direction(text, offered))) if text.strip() else tuple(usual))
    except EvaluationError as problem:
        short = len(usual) <= MAX_NAMED_ENTRIES
        used = str([int(float(entry)) for entry in usual]) if short else say("second.first_entry")
        return Read(tuple(usual), (paragraph([problem.message, say("second.using", used=used)]),))


def _direction(text: str, names: Sequence[str]) -> tuple[float, ...]:
    numbers = _flat(read_value(text, "v"))
    if len(numbers) != len(names):
        listed = ", ".join(names[:MAX_NAMED_ENTRIES]) + ", ..." * (len(names) > MAX_NAMED_ENTRIES)
        raise EvaluationError("direction", entries=len(names), names=listed)
    if not any(numbers):
        raise EvaluationError("no_direction")
    return numbers


def _flat(value: Value) -> tuple[float, ...]:
    """The numbers of a value, row by row."""
    return tuple(number for part in value for number in _flat(part)) if isinstance(value, Sequence) else (float(value),)
