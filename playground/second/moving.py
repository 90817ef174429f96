"""What `/second` tells of a case, and so what moves with an input."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import torch

from playground.drawing.dot import to_stage
from playground.drawing.graph_film import graph_film
from playground.drawing.heat import fits, moved_cells
from playground.drawing.moving import Lines, Moved, Said
from playground.drawing.numbers import whole
from playground.drawing.plot_kit import finite
from playground.drawing.plots import SPARSE, frame, osculating, tangent, torn
from playground.drawing.sentences import number
from playground.engine.case import Case
from playground.engine.sweep import at, heights
from playground.second import hessian as second
from playground.second.compute import Curves, Recorded, record
from playground.second.hessian import Along, Orders, Second
from playground.second.script import CHANGE_ALONG, shown_as
from playground.second.sentences import (
    goes_along,
    gradient_bends,
    slope_changes,
    symmetry,
    what_it_decides,
    what_they_say,
    where_it_ends,
)
from playground.web.widgets import gradient, pieces, results_by_name, value
from playground.words import say

HESSIAN = "hessian"
"""What the Hessian's cells are called."""
GRAPH = "graph-derivative"
"""The container of the drawing."""

Point = tuple[float, float, float, float]
"""A place, the height there, the slope, and how fast it changes."""


@dataclass(frozen=True)
class Chosen:
    """What is asked of one number: an output, an input, the order, and the order of the graph that is drawn."""

    output: str
    name: str
    order: int
    drawn: int | None


def lines(output: str, name: str, order: int, orders: Orders) -> tuple[list[str], list[str]]:
    """The derivatives as they print, and what is to be said of them."""
    height, *rest = (whole(derivative) for derivative in orders.values[: order + 1])
    shown = [say("second.value", name=output, value=value(height))]
    shown += [
        say("second.value", name=shown_as(output, name, turn), value=gradient(derivative))
        for turn, derivative in enumerate(rest, 1)
    ]
    return shown, [what_it_decides(output, orders), where_it_ends(output, name, orders) or ""]


def question_of(output: str, name: str, x: float) -> str:
    """The question about one number."""
    return say("second.question", output=output, name=name, value=number(x))


def frames(
    case: Case, chosen: Chosen, around: Curves, edges: tuple[float, float], name: str, values: Sequence[float]
) -> Iterator[Moved]:
    """The page where one number is moved, at each value of an input; the picture keeps its edges."""
    output, own = chosen.output, chosen.name
    stays = name == own
    curves = [None] * len(values) if stays else heights(case, output, (own, around.xs), (name, values))
    for new, ys in zip(values, curves, strict=True):
        moved = at(case, name, new)
        orders = second.orders(moved, own, max(chosen.order, 2), output)
        numbers = [derivative.item() for derivative in orders.values[:3]]
        x = float(moved.inputs[own])  # type: ignore[arg-type]
        shown, remarks = results_by_name(*lines(output, own, chosen.order, orders))
        texts = {"question": question_of(output, own, x), "bends": slope_changes(own, output, orders, gradient)}
        curve = {} if ys is None else {("curve", "curve"): (None, torn(list(map(finite, ys)), *edges))}
        drawings, films = ({}, {}) if chosen.drawn is None else graph_of(record(moved, output, own, chosen.drawn))
        yield Moved(
            texts={name: pieces(text) for name, text in (texts | shown | remarks).items()},
            drawings=drawings,
            lines=touching((x, *numbers), around.xs, edges) | curve,
            films=films,
            finite=all(finite(finite_number) is not None for finite_number in numbers),
        )


def graph_of(about: Recorded) -> tuple[dict[str, Mapping[str, Sequence[str]]], dict[str, Sequence[Said]]]:
    """The numbers in the drawing of a derivative's graph, and the film of it."""
    numbers = to_stage(about.graph, about.backward, constants=not about.graph.nodes).texts
    if not about.graph.nodes:
        return {GRAPH: numbers}, {}
    return {GRAPH: numbers}, {GRAPH: graph_film(about.graph, about.backward, about.local).sentences}


def touching(point: Sequence[float], xs: Sequence[float], edges: tuple[float, float]) -> Lines:
    """The point, the tangent and the parabola, as far as there are numbers for them."""
    x, height, slope, change = (finite(coordinate) for coordinate in point)
    few = xs[::SPARSE]
    lines: Lines = {
        ("curve", "point"): ([None], [None]),
        ("curve", "tangent"): ([None] * 2, [None] * 2),
        ("curve", "parabola"): (few, [None] * len(few)),
    }
    if x is None or height is None:
        return lines
    lines["curve", "point"] = ([x], [height])
    if slope is not None and edges[0] <= height <= edges[1]:
        lines["curve", "tangent"] = tangent((x, height), slope, xs, edges)
    if slope is not None and change is not None:
        lines["curve", "parabola"] = (few, osculating(few, (x, height), slope, change))
    return lines


def edges_of(around: Curves, point: tuple[float, float]) -> tuple[float, float]:
    """The lowest and the highest height of the picture."""
    return frame(around.heights[0], None if finite(point[1]) is None else point)


# By several


def sentences_of(output: str, direction: Sequence[float], local: Second, ways: Along) -> dict[str, str]:
    """What is said of gradient and Hessian, and of a direction."""
    remarks = [] if local.hessian is None else [what_they_say(local)]
    remarks += [] if local.eigenvalues is None else [symmetry(local)]
    return {
        "bends": gradient_bends(output, local, gradient),
        "along": goes_along(output, direction, ways, gradient),
        **{f"says{place}": text for place, text in enumerate(remarks)},
    }


def all_lines(output: str, local: Second, ways: Along) -> list[str]:
    """Gradient, Hessian, eigenvalues and the second directional derivative as they print."""
    tabulated = local.hessian is not None and fits(local.hessian)
    shown = {"gradient": local.gradient, "hessian": None if tabulated else local.hessian}
    shown |= {"eigenvalues": local.eigenvalues, say("second.slope_along"): ways.slope, CHANGE_ALONG: ways.second}
    lines = [say("second.value", name=output, value=value(whole(local.value)))]
    return lines + [
        say("second.value", name=name, value=gradient(whole(tensor)))
        for name, tensor in shown.items()
        if tensor is not None
    ]


def frames_of_several(
    case: Case, output: str, wrt: tuple[str, ...], direction: tuple[float, ...], around: Curves,
    edges: tuple[float, float], name: str, values: Sequence[float],
) -> Iterator[Moved]:  # fmt: skip
    """The page where many entries can be moved, at each value of an input."""
    for new in values:
        moved = at(case, name, new)
        local, ways = second.second(moved, wrt, output), second.along(moved, direction, wrt, output)
        texts = sentences_of(output, direction, local, ways) | results_by_name(all_lines(output, local, ways))[0]
        cells = moved_cells(local.hessian, HESSIAN) if local.hessian is not None and fits(local.hessian) else {}
        (curve,) = second.curves(moved, direction, wrt, [*around.xs], 0, output)
        point = (0.0, *(tensor.item() for tensor in (local.value, ways.slope, ways.second)))
        yield Moved(
            texts={name: pieces(text) for name, text in texts.items()} | cells,
            lines=touching(point, around.xs, edges) | {("curve", "curve"): (None, torn(curve, *edges))},
            finite=bool(torch.isfinite(local.gradient).all()) and finite(point[3]) is not None,
        )
