"""Numbers as Plotly figures, as plain dictionaries; the style sheet gives the colours their partners in the dark."""

import math
from base64 import b64encode
from collections.abc import Sequence
from typing import Any

import numpy as np

from playground.drawing.colours import Colour
from playground.drawing.plot_kit import CLEAR, LEGEND, axis, finite, layout, line, plain
from playground.drawing.plot_kit import point as dot
from playground.words import say

CURVE_POINTS = 161
"""A curve is computed at so many points."""
SPARSE = 4
"""A parabola has one of so many places of its curve: it is as smooth, and half of a figure's bytes were its own."""
MIN_HALF_WIDTH = 2.5
"""A curve is drawn at least so far to each side of its point."""
TANGENT_REACH = 0.3
"""A tangent goes so far to each side, as a part of the curve's half width."""
OUTLYING_PART = 0.04
"""This part of the heights, at each end, may lie outside the figure."""
AXIS_PIXELS = (13, 16)
"""The numbers and the title of an axis are so high."""
LEGIBLE_PIXELS = 27
"""A text on a projector is at least so high: 20 points in pixels."""
PROJECTED_MORE_PIXELS = 40
"""A figure on a projector is so much higher: the larger numbers and titles of two axes take nothing from its curves."""
PROJECTED_LINE_FACTOR = 1.7
"""A line on a projector is so many times as thick as on a screen."""

Heights = Sequence[float | None]
"""The heights of a curve; None where the program comes to NaN or an infinity."""


def places(centre: float) -> tuple[float, ...]:
    """Where a curve is computed: evenly to both sides of its point, which is one of the places."""
    half = max(MIN_HALF_WIDTH, 1.25 * abs(centre))
    middle = CURVE_POINTS // 2
    return tuple(centre + half * (step - middle) / middle for step in range(CURVE_POINTS))


def curve(
    name: str, output: str, xs: Sequence[float], ys: Heights, point: tuple[float, float] | None, slope: float | None
) -> dict[str, Any]:
    """A curve with a point on it and the tangent there; each is None where the program comes to NaN or an infinity."""
    low, high = frame(ys, point)
    traces = [line("curve", xs, torn(ys, low, high), Colour.VALUE, 3)]
    if point is not None and slope is not None:
        traces.append(line("tangent", *tangent(point, slope, xs, (low, high)), Colour.GRADIENT, 4))
    if point is not None:
        traces.append(dot(*point, 14))
    return {"data": traces, "layout": _layout(name, output, (xs[0], xs[-1]), (low, high))}


def frame(ys: Heights, point: tuple[float, float] | None) -> tuple[float, float]:
    """The lowest and the highest height shown: of most of the curve, and of the point, with a margin."""
    heights = sorted(y for y in ys if y is not None)
    cut = int(OUTLYING_PART * len(heights))
    kept = heights[cut : len(heights) - cut] or [0.0]
    wild = heights and heights[-1] - heights[0] > 8 * (kept[-1] - kept[0])
    ends = [*(kept if wild else heights or kept), *([point[1]] if point else [])]
    low, high = min(ends), max(ends)
    margin = 0.08 * (high - low) or max(abs(high), 1.0) / 2
    return low - margin, high + margin


def torn(ys: Heights, low: float, high: float) -> list[float | None]:
    """The heights with a gap at each pole: where a step leads from beyond one edge to beyond the other."""
    torn: list[float | None] = []
    for y in ys:
        before = torn[-1] if torn else None
        if y is not None and before is not None and min(y, before) < low and max(y, before) > high:
            torn[-1] = None
        torn.append(y)
    return torn


def tangent(
    point: tuple[float, float], slope: float, xs: Sequence[float], edges: tuple[float, float]
) -> tuple[tuple[float, float], tuple[float, float]]:
    """The xs and the ys of a tangent's ends, no farther to each side than to the edge of the figure of a curve."""
    x, y = point
    low, high = edges
    reach = TANGENT_REACH * (xs[-1] - xs[0]) / 2
    reaches = [
        min(reach, (high - y if rise > 0 else y - low) / abs(rise)) if rise else reach for rise in (-slope, slope)
    ]
    left, right = x - reaches[0], x + reaches[1]
    return (left, right), (y - slope * reaches[0], y + slope * reaches[1])


def _layout(name: str, output: str, width: tuple[float, float], height: tuple[float, float]) -> dict[str, Any]:
    """A white figure, as it is saved, with the names of its input and its output."""
    axes = {"xaxis": axis(name, width, AXIS_PIXELS), "yaxis": axis(output, height, AXIS_PIXELS)}
    return layout(330, paper_bgcolor=Colour.OPERATION_FILL.light, margin={"l": 8, "r": 16, "t": 8, "b": 8}, **axes)


# For a projector


LEAST_PACKED = 32
"""So many numbers are sent as bytes."""
LARGEST_SINGLE = 3e38
"""Numbers up to this fit into four bytes each, which is more than a screen can show of them."""


def short(trace: dict[str, Any]) -> dict[str, Any]:
    """A trace whose long columns of numbers are bytes, as Plotly reads them; a number that is none is a gap there.

    Places that are evenly apart are told by the first of them and their distance.
    """
    unusual = {key: value for key, value in trace.items() if key not in USUAL or USUAL[key] != value}
    packed = {key: _packed(value) if key in COLUMNS else value for key, value in unusual.items()}
    across = trace.get("x", ())
    if len(across) < LEAST_PACKED or not _is_even(across):
        return packed
    del packed["x"]
    return {**packed, "x0": across[0], "dx": (across[-1] - across[0]) / (len(across) - 1)}


def _is_even(across: Sequence[Any]) -> bool:
    if None in across or isinstance(across[0], str):
        return False
    apart = np.diff(across)
    return bool(np.ptp(apart) <= 1e-9 * np.abs(apart).max())


def _packed(column: Any) -> Any:
    if len(column) < LEAST_PACKED or isinstance(column[0], (list, str)):
        return column
    numbers = np.array(column, dtype="f8")  # None becomes a number that is none
    kind = "f8" if np.nanmax(np.abs(numbers), initial=0.0) > LARGEST_SINGLE else "f4"
    return {"dtype": kind, "bdata": b64encode(numbers.astype(f"<{kind}").tobytes()).decode()}


USUAL = {"type": "scatter", "showlegend": True}
"""What Plotly takes a trace for anyway."""
COLUMNS = ("x", "y")
"""The columns of a trace."""


def enlarged(figure: dict[str, Any]) -> dict[str, Any]:
    """The same figure for the last row of a lecture hall."""
    layout = _legible(figure["layout"])
    layout["font"] = {**layout["font"], "size": LEGIBLE_PIXELS}
    layout["height"] += PROJECTED_MORE_PIXELS
    axes = {name: {**axis, "nticks": 5} for name, axis in layout.items() if name.startswith(("xaxis", "yaxis"))}
    if layout.get("showlegend"):
        layout["margin"] = {**layout["margin"], "t": 3 * LEGIBLE_PIXELS}
    return {"data": [_thicker(trace) for trace in figure["data"]], "layout": layout | axes}


def _legible(part: Any) -> Any:
    """A layout with every font large enough."""
    if isinstance(part, list):
        return [_legible(entry) for entry in part]
    if not isinstance(part, dict):
        return part
    return {key: max(entry, LEGIBLE_PIXELS) if key == "size" else _legible(entry) for key, entry in part.items()}


def _thicker(trace: dict[str, Any]) -> dict[str, Any]:
    """A trace with thicker lines and larger points."""
    line, marker = trace.get("line"), trace.get("marker")
    drawn = {"line": {**line, "width": PROJECTED_LINE_FACTOR * line["width"]}} if line else {}
    points = {"marker": {**marker, "size": PROJECTED_LINE_FACTOR * marker["size"]}} if marker else {}
    return {**trace, **drawn, **points}


# Heat maps of matrices too large for their numbers


def heat_map(
    rows: Sequence[Sequence[float]], kind: Colour, lines: tuple[int, int] = (0, 0), pixels: int = 200
) -> dict[str, Any]:
    """A matrix as cells of one colour, stronger where a number is larger, hatched where it is negative.

    The number is told where the pointer is; `lines` draws one after every so many rows and columns.
    """
    most = max((abs(number) for row in rows for number in row if math.isfinite(number)), default=0.0) or 1.0
    traces = [_cells(rows, kind, most)]
    if any(number < 0 for row in rows for number in row):
        traces.append(_hatch(rows))
    height, width = len(rows), len(rows[0])
    shapes = [*_across(height, lines[0], "x", "y"), *_across(width, lines[1], "y", "x")]
    return {"data": traces, "layout": _cells_layout(height, width, pixels) | {"shapes": shapes}}


def _cells(rows: Sequence[Sequence[float]], kind: Colour, most: float) -> dict[str, Any]:
    red, green, blue = (int(kind.light[place : place + 2], 16) for place in (1, 3, 5))
    return {
        "type": "heatmap",
        "name": "entries",
        "z": [[abs(number) if math.isfinite(number) else None for number in row] for row in rows],
        "customdata": [[f"{number:.4g}" for number in row] for row in rows],
        "colorscale": [[0, f"rgba({red},{green},{blue},0.04)"], [1, f"rgba({red},{green},{blue},0.95)"]],
        "zmin": 0,
        "zmax": most,
        "showscale": False,
        "hoverongaps": True,
        "hovertemplate": "[%{y}, %{x}] = %{customdata}<extra></extra>",
    }


def _hatch(rows: Sequence[Sequence[float]]) -> dict[str, Any]:
    """A chequered cell on each negative entry: a grey that shows on either theme."""
    fine = [
        [1 if number < 0 and line == place else None for number in row for place in (0, 1)]
        for row in rows
        for line in (0, 1)
    ]
    return {
        "type": "heatmap",
        "name": "negative",
        "z": fine,
        "x0": -0.25,
        "dx": 0.5,
        "y0": -0.25,
        "dy": 0.5,
        "colorscale": [[0, "rgba(128,128,128,0.6)"], [1, "rgba(128,128,128,0.6)"]],
        "showscale": False,
        "hoverinfo": "skip",
    }


def _across(count: int, every: int, along: str, over: str) -> list[dict[str, Any]]:
    """A line after every so many rows or columns, from one edge to the other."""
    edge: dict[str, Any] = {f"{along}ref": "paper", f"{along}0": 0, f"{along}1": 1}
    style: dict[str, Any] = {"type": "line", "line": {"color": Colour.QUIET.light, "width": 1}}
    places = range(every, count, every) if every > 1 else ()
    return [{**style, **edge, f"{over}0": place - 0.5, f"{over}1": place - 0.5} for place in places]


def _cells_layout(height: int, width: int, pixels: int) -> dict[str, Any]:
    axis = {
        "showgrid": False,
        "zeroline": False,
        "fixedrange": True,
        "tickfont": {"size": 11},
        "nticks": 5,
        "tickformat": "d",
        "showline": True,
        "mirror": True,
        "linecolor": Colour.UNTRACKED.light,
    }
    return {
        "xaxis": {**axis, "range": [-0.5, width - 0.5], "side": "top"},
        "yaxis": {**axis, "range": [height - 0.5, -0.5]},
        "dragmode": False,
        "margin": {"l": 26, "r": 4, "t": 22, "b": 4},
        "paper_bgcolor": Colour.OPERATION_FILL.light,
        "plot_bgcolor": "rgba(0,0,0,0)",
        "font": {"color": Colour.QUIET.light},
        "height": pixels,
    }


# Higher derivatives


def bend(
    name: str,
    output: str,
    xs: Sequence[float],
    ys: Heights,
    point: tuple[float, float] | None,
    rates: tuple[float | None, float | None],
) -> dict[str, Any]:
    """A curve with its point, the tangent and the osculating parabola there; `rates` are the first two derivatives."""
    figure = curve(name, output, xs, ys, point, finite(rates[0]))
    if point is not None:
        figure["data"][1:1] = _parabola(xs, point, rates)
    figure["layout"] |= {"showlegend": True, "legend": ABOVE, "height": 264}
    for trace in figure["data"]:
        trace["showlegend"] = trace["name"] != "point"
        trace["name"] = say(f"second.{trace['name']}", output=plain(output), order="′")
    return figure


def stacked(
    name: str, titles: Sequence[str], xs: Sequence[float], rows: Sequence[Heights], at: float, rates: Sequence[float]
) -> dict[str, Any]:
    """A function and its derivatives one under another over one axis, each with its value and its slope at a place."""
    data: list[dict[str, Any]] = []
    figure = _layout(name, "", (xs[0], xs[-1]), (0, 1)) | {"height": 190 * len(rows), "shapes": [_upright(at)]}
    upward = figure.pop("yaxis")
    figure["xaxis"]["anchor"] = "y" if len(rows) == 1 else f"y{len(rows)}"
    for turn, (title, ys) in enumerate(zip(titles, rows, strict=True)):
        number = "" if turn == 0 else str(turn + 1)
        low, high, traces = _one_of_them(xs, ys, at, [finite(rate) for rate in rates[turn : turn + 3]], turn)
        data += [{**trace, "yaxis": f"y{number}"} for trace in traces]
        top = 1 - turn / len(rows)
        heading = {"text": plain(title), "font": {"size": 16}}
        figure[f"yaxis{number}"] = {
            **upward,
            "range": [low, high],
            "domain": [top - 0.9 / len(rows), top],
            "title": heading,
        }
    return {"data": data, "layout": figure}


ABOVE = {**LEGEND, "bgcolor": CLEAR, "font": {"size": 13}, "traceorder": "reversed", "itemdoubleclick": False}
"""The legend of a curve: its traces, the last first."""


def _one_of_them(
    xs: Sequence[float], ys: Heights, at: float, rates: Sequence[float | None], turn: int
) -> tuple[float, float, list[dict[str, Any]]]:
    """The edges and the traces of one curve of a stack; those of derivatives have the gradients' colour."""
    kind = Colour.GRADIENT if turn else Colour.VALUE
    point = None if rates[0] is None else (at, rates[0])
    low, high = frame(ys, point)
    traces = [line("curve", xs, torn(ys, low, high), kind, 3 - min(turn, 1))]
    if point is not None and len(rates) > 1 and rates[1] is not None:
        if turn == 0 and len(rates) > 2:
            traces += _parabola(xs, point, (rates[1], rates[2]))
        traces.append(line("tangent", *tangent(point, rates[1], xs, (low, high)), Colour.GRADIENT, 4))
    if point is not None:
        traces.append(dot(*point, 14, kind))
    return low, high, traces


def _parabola(
    xs: Sequence[float], point: tuple[float, float], rates: tuple[float | None, float | None]
) -> list[dict[str, Any]]:
    """The osculating parabola, dashed: the Taylor polynomial of order 2 at a point; none where a rate is not finite."""
    first, second = finite(rates[0]), finite(rates[1])
    if first is None or second is None:
        return []
    few = xs[::SPARSE]
    parabola = line("parabola", few, osculating(few, point, first, second), Colour.GRADIENT, 3)
    parabola["line"]["dash"] = "6px 5px"
    return [parabola]


def osculating(xs: Sequence[float], point: tuple[float, float], first: float, second: float) -> list[float | None]:
    """The heights of the Taylor polynomial of order 2."""
    x, y = point
    return [finite(y + first * (place - x) + second * (place - x) ** 2 / 2) for place in xs]


def _upright(at: float) -> dict[str, Any]:
    """A line through all curves of a stack."""
    style = {"color": Colour.QUIET.light, "width": 1, "dash": "2px 3px"}
    return {"type": "line", "xref": "x", "x0": at, "x1": at, "yref": "paper", "y0": 0, "y1": 1, "line": style}
