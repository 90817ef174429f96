"""Small still drawings: a recorded graph as dots and lines, a curve with its point, a matrix as shades; SVG text."""

from collections.abc import Sequence
from urllib.parse import quote

import torch

from playground.drawing.colours import Colour
from playground.drawing.heat import rows_of
from playground.engine.graph import ACCUMULATE, AutogradGraph

WIDTH, HEIGHT, EDGE = 120, 72, 9
"""A drawing has this width, this height and this margin."""
RADIUS, BOW = 5, 30
STYLE = f"""
.edge, .curve {{ fill: none; stroke: {Colour.QUIET.light}; stroke-width: 1.5; }}
.curve {{ stroke: {Colour.VALUE.light}; stroke-width: 2; }}
.op {{ fill: {Colour.VALUE.light}; }}
.leaf, .cell {{ fill: {Colour.GRADIENT.light}; }}
.cell {{ fill-opacity: var(--strength); stroke: {Colour.GRADIENT.light}; }}
.below {{ fill: none; stroke-width: calc(1px + 3px * var(--strength)); }}
@media (prefers-color-scheme: dark) {{
  .edge {{ stroke: {Colour.QUIET.dark}; }}
  .curve {{ stroke: {Colour.VALUE.dark}; }}
  .op {{ fill: {Colour.VALUE.dark}; }}
  .leaf, .cell {{ fill: {Colour.GRADIENT.dark}; }}
  .cell {{ stroke: {Colour.GRADIENT.dark}; }}
  .below {{ fill: none; }}
}}
"""
"""An image has no style sheet but its own; its theme is that of the page it stands in."""
MAX_DRAWN_SIDE = 4
"""At most so many rows and columns of a matrix are drawn."""

Point = tuple[float, float]


def graph_sketch(graph: AutogradGraph) -> str:
    """The graph as PyTorch recorded it: leaves left, outputs right; a leaf is orange as its gradient."""
    spots = _spots(graph)
    lines = "".join(
        f'<path class="edge" d="{_bow(spots[edge.target], spots[edge.source], bend)}"/>'
        for edge, bend in zip(graph.edges, _bends(graph, spots), strict=True)
    )
    dots = "".join(
        f'<circle class="{"leaf" if node.name == ACCUMULATE else "op"}" cx="{x:.1f}" cy="{y:.1f}" r="{RADIUS}"/>'
        for node, (x, y) in zip(graph.nodes, spots, strict=True)
    )
    return _svg(lines + dots)


def curve_sketch(xs: Sequence[float], ys: Sequence[float | None], path: Sequence[Point]) -> str:
    """A curve, and on it the points of a path; the last one is large."""
    known = [(x, y) for x, y in zip(xs, ys, strict=True) if y is not None]
    across, up = (_scale([point[at] for point in known]) for at in (0, 1))
    inside = [(x, y) for x, y in path if known[0][0] <= x <= known[-1][0]]
    drawn = [(EDGE + across(x) * (WIDTH - 2 * EDGE), HEIGHT - EDGE - up(y) * (HEIGHT - 2 * EDGE)) for x, y in known]
    line = f'<path class="curve" d="M{" L".join(map(_at, drawn))}"/>'
    dots = "".join(
        f'<circle class="leaf" cx="{EDGE + across(x) * (WIDTH - 2 * EDGE):.1f}"'
        f' cy="{HEIGHT - EDGE - up(y) * (HEIGHT - 2 * EDGE):.1f}" r="{RADIUS if place == len(inside) - 1 else 2}"/>'
        for place, (x, y) in enumerate(inside)
    )
    return _svg(line + dots)


def matrix_sketch(values: torch.Tensor) -> str:
    """A gradient's entries as squares, the larger the stronger; an entry below zero is hollow."""
    rows = [row[:MAX_DRAWN_SIDE] for row in rows_of(values)[:MAX_DRAWN_SIDE]]
    largest = max(abs(entry) for row in rows for entry in row) or 1.0
    side = min((HEIGHT - 2 * EDGE) / len(rows), (WIDTH - 2 * EDGE) / len(rows[0]))
    left, top = (WIDTH - side * len(rows[0])) / 2, (HEIGHT - side * len(rows)) / 2
    cells = [
        _cell(left + column * side, top + row * side, side - 3, entry / largest)
        for row, line in enumerate(rows)
        for column, entry in enumerate(line)
    ]
    return _svg("".join(cells))


def _cell(x: float, y: float, side: float, strength: float) -> str:
    kind = "cell below" if strength < 0 else "cell"
    return (
        f'<rect class="{kind}" x="{x:.1f}" y="{y:.1f}" width="{side:.1f}" height="{side:.1f}"'
        f' style="--strength: {abs(strength):.2f}"/>'
    )


def _spots(graph: AutogradGraph) -> list[Point]:
    """Where each node stands: a column for each distance from the leaves, in it one below another."""
    depths = [0] * len(graph.nodes)
    for place in sorted(range(len(graph.nodes)), key=lambda node: graph.nodes[node].computed):
        below = [depths[edge.target] + 1 for edge in graph.edges if edge.source == place]
        depths[place] = max(below, default=0)
    columns = [[place for place, depth in enumerate(depths) if depth == at] for at in range(max(depths, default=0) + 1)]
    spots: dict[int, Point] = {}
    for at, column in enumerate(columns):
        x = EDGE + (WIDTH - 2 * EDGE) * (at / (len(columns) - 1) if len(columns) > 1 else 0.5)
        for row, place in enumerate(column):
            spots[place] = x, HEIGHT * (row + 0.5) / len(column)
    return [spots[place] for place in range(len(graph.nodes))]


def _bends(graph: AutogradGraph, spots: Sequence[Point]) -> list[int]:
    """How far each edge bows, so that none lies on another, nor goes through a node."""
    pairs = [(edge.source, edge.target) for edge in graph.edges]
    bends = []
    for place, (source, target) in enumerate(pairs):
        level = spots[source][1] == spots[target][1]
        between = any(spots[target][0] < x < spots[source][0] and y == spots[source][1] for x, y in spots)
        twin = pairs.count((source, target)) > 1
        bends.append((-BOW if (source, target) in pairs[:place] else BOW) if twin or (level and between) else 0)
    return bends


def _bow(start: Point, end: Point, bend: int) -> str:
    """A line, or a curve that goes below or above it."""
    middle = ((start[0] + end[0]) / 2, (start[1] + end[1]) / 2 + bend)
    return f"M{_at(start)} Q{_at(middle)} {_at(end)}"


def _scale(numbers: Sequence[float]) -> "_Scale":
    return _Scale(min(numbers), max(numbers))


class _Scale:
    """From numbers to the way across, 0 to 1; outside of it to the nearest end."""

    def __init__(self, low: float, high: float) -> None:
        self.low, self.span = low, (high - low) or 1.0

    def __call__(self, number: float) -> float:
        return min(max((number - self.low) / self.span, 0.0), 1.0)


def _at(place: Point) -> str:
    return f"{place[0]:.1f} {place[1]:.1f}"


def _svg(inside: str) -> str:
    size = f'width="{WIDTH}" height="{HEIGHT}" viewBox="0 0 {WIDTH} {HEIGHT}"'
    return f'<svg xmlns="http://www.w3.org/2000/svg" {size}><style>{STYLE}</style>{inside}</svg>'


def picture(svg: str) -> str:
    """A drawing as an image that HTML can hold; it only adorns."""
    return f'<img class="sketch" alt="" width="{WIDTH}" height="{HEIGHT}" src="data:image/svg+xml,{quote(svg)}">'
