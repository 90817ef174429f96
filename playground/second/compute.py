"""What `/second` computes, once for everybody who asks."""

from collections.abc import Sequence
from dataclasses import dataclass

import torch

from playground.drawing.dot import ON_SCREEN, PROJECTED, to_dot
from playground.drawing.plots import places
from playground.drawing.script import signed
from playground.engine.backward import Backward, backward
from playground.engine.graph import AutogradGraph, local_derivatives, read_graph
from playground.engine.observe import DTYPES
from playground.language.errors import EvaluationError
from playground.language.values import Value, read_value
from playground.second import hessian as second
from playground.second.gradient_graph import derivative_run, gradient_run
from playground.second.hessian import Along, Orders, Second
from playground.second.script import derivative_parts, hessian_parts
from playground.web.cache import kept
from playground.web.case import Case, Export, export_of, program_of, run_of, values_of
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
    program, dtype = program_of(case.program), DTYPES[case.dtype]
    return second.orders(program, values_of(case), wrt, order, case.tracked, dtype, output)


@kept
def curves(case: Case, output: str, wrt: tuple[str, ...], direction: tuple[float, ...], centre: float) -> Curves:
    """An output and its first two derivatives along a direction; `centre` is what the place of the point is called."""
    program, dtype = program_of(case.program), DTYPES[case.dtype]
    xs = places(centre)[:: THINNING if len(direction) > MAX_ENTRIES_IN_FULL else 1]
    steps = [x - centre for x in xs]
    return Curves(xs, second.curves(program, values_of(case), direction, wrt, steps, 2, dtype, output))


# A Hessian at its limit has 8 MB in float64.
@kept
def hessian(case: Case, output: str, wrt: tuple[str, ...]) -> Second:
    """The gradient and the Hessian of an output."""
    return second.second(program_of(case.program), values_of(case), wrt, DTYPES[case.dtype], output)


@kept
def along(case: Case, output: str, wrt: tuple[str, ...], direction: tuple[float, ...]) -> Along:
    """Slope and second derivative of an output along a direction."""
    return second.along(program_of(case.program), values_of(case), direction, wrt, DTYPES[case.dtype], output)


def without_create_graph(case: Case, output: str, wrt: str) -> str:
    """PyTorch's words when it is asked for y'' and did not record y'."""
    program, dtype = program_of(case.program), DTYPES[case.dtype]
    return second.without_create_graph(program, values_of(case), wrt, case.tracked, dtype, output)


@kept
def recorded(case: Case, output: str, wrt: str, order: int) -> Recorded:
    """The graph of a derivative."""
    run = derivative_run(run_of(case), wrt, order, output)
    graph, local = read_graph(run), local_derivatives(run)
    tracked = any(value.requires_grad for value in run.outputs.values())
    return Recorded(graph, backward(run) if tracked else None, local)


@kept
def recorded_gradient(case: Case, output: str, wrt: tuple[str, ...]) -> Recorded:
    """The graph of the gradient by several inputs, through which nothing has gone back."""
    run = gradient_run(run_of(case), wrt, output)
    return Recorded(read_graph(run), None, local_derivatives(run))


@kept
def drawn_derivative(case: Case, output: str, wrt: tuple[str, ...], order: int | None, large: bool = False) -> str:
    """The graph of a derivative by one input, or of the gradient by several (no order), as DOT.

    What autograd does not track is drawn only where there is nothing else; all of it large for a projector.
    """
    seen = recorded_gradient(case, output, wrt) if order is None else recorded(case, output, wrt[0], order)
    sizes = PROJECTED if large else ON_SCREEN
    return to_dot(seen.graph, seen.backward, constants=not seen.graph.nodes, sizes=sizes)


@kept
def orders_exported(case: Case, title: str, output: str, wrt: str, order: int) -> Export:
    """The script of y, y', y'', ..."""
    parts = derivative_parts(run_of(case), values_of(case), output, wrt, orders(case, output, wrt, order))
    return export_of(title, signed(parts, "second"))


@kept
def hessian_exported(case: Case, title: str, output: str, wrt: tuple[str, ...], direction: tuple[float, ...]) -> Export:
    """The script of the gradient, the Hessian and what happens along a direction."""
    parts = hessian_parts(run_of(case), values_of(case), output, wrt, direction, hessian(case, output, wrt))
    return export_of(title, signed(parts, "second"))


def direction_of(text: str, names: Sequence[str]) -> tuple[tuple[float, ...], str | None]:
    """A direction that a text means, or the first entry alone and a word about why."""
    first = [float(place == 0) for place in range(len(names))]
    if not text.strip():
        return tuple(first), None
    try:
        given = _flat(read_value(text, "v"))
    except EvaluationError as problem:
        return tuple(first), paragraph([problem.message, _instead(first)])
    if len(given) != len(names):
        listed = ", ".join(names[:MAX_NAMED_ENTRIES]) + ", ..." * (len(names) > MAX_NAMED_ENTRIES)
        bad = say("second.bad_direction", entries=len(names), names=listed)
        return tuple(first), paragraph([bad, _instead(first)])
    return (given, None) if any(given) else (tuple(first), paragraph([say("second.no_direction"), _instead(first)]))


def _instead(used: list[float]) -> str:
    short = [int(entry) for entry in used]
    return say("second.using", used=str(short) if len(short) <= MAX_NAMED_ENTRIES else say("second.first_entry"))


def _flat(value: Value) -> tuple[float, ...]:
    """The numbers of a value, row by row."""
    return tuple(number for part in value for number in _flat(part)) if isinstance(value, list) else (float(value),)
