"""The landscape with the path of an optimizer on it, as Plotly figures. What moves is scatter, in a fixed order."""

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from html import escape
from itertools import pairwise
from typing import Any

import contourpy
import numpy as np

from playground.descent.shape import LEVEL
from playground.drawing import plot_kit as kit
from playground.drawing.colours import Colour
from playground.drawing.plot_kit import CLEAR, CONFIG, LEGEND, finite
from playground.drawing.plots import Heights, frame
from playground.exact.levels import MAXIMUM, MINIMUM, SADDLE, UNDECIDED
from playground.words import say

SAVED = {**CONFIG, "toImageButtonOptions": {"format": "svg", "filename": "descent"}}
"""As figures elsewhere, and saved as a drawing that can be enlarged."""
HEIGHT = 352
"""A figure is so many pixels high."""
BANDS = 12
"""So many heights of a landscape are drawn as lines."""
FEW_TICKS_HEIGHT = 0.5
"""A plot that has less than this part of its figure's height has few ticks."""
MAX_NAMED_POINTS = 7
"""Critical points are named where there are at most so many."""
MAX_LOG_DECADES = 12
"""A logarithmic axis has at most so many powers of ten."""
MAX_DOTS = 120
"""Iterates are drawn as dots where there are at most so many."""
ROOM_BELOW = 0.15
"""So much room is below a curve, as a part of its height."""
SIGNS = {MINIMUM: "diamond-open", MAXIMUM: "triangle-up-open", SADDLE: "x-thin-open", LEVEL: "line-ew-open",
         UNDECIDED: "line-ew-open"}  # fmt: skip
"""The sign of each kind of critical point."""


@dataclass(frozen=True)
class Mark:
    """A point with a word beside it."""

    at: tuple[float, float]
    word: str
    kind: str


@dataclass(frozen=True)
class Loss:
    """What is minimized at each step, and what is to be marked there."""

    name: str
    values: Sequence[float | None]
    log: bool
    marks: Sequence[tuple[int, str]]
    """Steps with a word: converged, diverged."""
    last: int
    """The step that the axis goes to."""


def curve_figure(
    names: tuple[str, str],
    curve: tuple[Sequence[float], Heights],
    path: Mapping[str, Sequence[float]],
    marks: Sequence[Mark],
    loss: Loss,
) -> dict[str, Any]:
    """A curve with the path on it and the tangent at its end, and below it the value against the step.

    `names` are those of the input and of what is minimized; `path` has the columns of the film.
    """
    xs, ys = curve
    start = (path["x0"][0], path["value"][0])
    low, high = heights_of(ys, start[1])
    last = len(path["x0"]) - 1
    tangent = [[path[name][last] for name in ends] for ends in (("tl", "tr"), ("tu", "tv"))]
    data = [
        kit.line("curve", xs, ys, Colour.QUIET, 2),
        kit.line("tangent", tangent[0], tangent[1], Colour.GRADIENT, 4),
        _trail(path["x0"], path["value"]),
        *_marked(marks, start),
        kit.point(path["x0"][last], path["value"][last]),
        *_loss(loss, "x2", "y2"),
    ]
    layout = kit.layout(HEIGHT) | {
        "xaxis": kit.axis(names[0], (xs[0], xs[-1]), domain=[0, 1], anchor="y"),
        "yaxis": kit.axis(names[1], (low, high), domain=[0.42, 1]),
        **_loss_axes(loss, (low, high), [0, 1], [0, 0.24]),
    }
    return {"data": data, "layout": layout | _loss_marks(loss)}


SIDE_BY_SIDE: dict[str, list[float]] = {"xaxis": [0, 0.58], "yaxis": [0, 1], "xaxis2": [0.71, 1], "yaxis2": [0, 1]}
"""Where the two plots of a low figure are, by their axes."""


def low(figure: Mapping[str, Any]) -> dict[str, Any]:
    """A curve's figure for a place that is wide and low: the value stands beside the curve, its words in two lines."""
    layout = figure["layout"]
    axes = {name: {**layout[name], "domain": domain} for name, domain in SIDE_BY_SIDE.items()}
    end = {"xref": "x2 domain", "x": 1, "xanchor": "right", "xshift": 0}  # beside its line there is no room for a word
    words = [{**word, **end} for word in _in_two_lines(layout["annotations"])]
    return {**figure, "layout": {**layout, **axes, "annotations": words}}


def _in_two_lines(words: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Words at steps for a plot that is narrow."""
    return [{**word, "text": _in_two(word["text"])} for word in words]


def _in_two(text: str) -> str:
    """A text with a line's end for the blank that is nearest to its middle."""
    blanks = [place for place, letter in enumerate(text) if letter == " "]
    if not blanks:
        return text
    middle = min(blanks, key=lambda place: abs(place - len(text) / 2))
    return f"{text[:middle]}<br>{text[middle + 1 :]}"


def heights_of(ys: Heights, start: float) -> tuple[float, float]:
    """The lowest and the highest height of a curve's picture, with room for words below."""
    low, high = frame(ys, (0.0, start) if math.isfinite(start) else None)
    return low - ROOM_BELOW * (high - low), high


MOVING_ONE = {"tangent": 1, "trail": 2, "point": 5, "loss trail": 7, "loss point": 8}
"""The places of what moves among the traces of `curve_figure`."""


def map_figure(
    names: tuple[str, str, str],
    grid: tuple[Sequence[float], Sequence[float], Sequence[Sequence[float]]],
    path: Mapping[str, Sequence[float]],
    marks: Sequence[Mark],
    loss: Loss,
) -> dict[str, Any]:
    """Lines of equal height, filled, with the path on them and the way downhill at its end; beside it the value."""
    xs, ys, heights = grid
    last = len(path["x0"]) - 1
    position = (path["x0"][last], path["x1"][last])
    data = [
        *_bands(xs, ys, heights),
        kit.line("downhill", [position[0], path["dx"][last]], [position[1], path["dy"][last]], Colour.GRADIENT, 4),
        _trail(path["x0"], path["x1"]),
        *_marked(marks, (path["x0"][0], path["x1"][0])),
        kit.point(*position),
        *_loss(loss, "x2", "y2"),
    ]
    square = {"scaleanchor": "x", "constrain": "domain"}
    layout = kit.layout(HEIGHT) | {
        "xaxis": kit.axis(names[0], (xs[0], xs[-1]), domain=[0, 0.62], anchor="y", constrain="domain"),
        "yaxis": kit.axis(names[1], (ys[0], ys[-1])) | square,
        **_loss_axes(loss, None, [0.72, 1], [0, 1]),
    }
    marked = _loss_marks(loss)
    return {"data": data, "layout": layout | marked | {"annotations": _in_two_lines(marked["annotations"])}}


MOVING_TWO = {"downhill": 0, "trail": 1, "point": 4, "loss trail": 6, "loss point": 7}
"""The places of what moves in `map_figure`, after the bands."""


def loss_figure(loss: Loss, norms: Loss) -> dict[str, Any]:
    """The value against the step, and below it the gradient's length."""
    data = [*_loss(loss, "x", "y"), *_loss(norms, "x2", "y2", Colour.GRADIENT)]
    layout = kit.layout(HEIGHT) | {
        **_loss_axes(loss, None, [0, 1], [0.56, 1], ""),
        **_loss_axes(norms, None, [0, 1], [0, 0.42], "2"),
    }
    layout["xaxis"]["title"]["text"] = ""
    return {"data": data, "layout": layout | _loss_marks(loss, "")}


MOVING_MANY = {"loss trail": 1, "loss point": 2, "norm trail": 4, "norm point": 5}


# What stands in a figure


def _trail(xs: Sequence[float], ys: Sequence[float]) -> dict[str, Any]:
    """The iterates so far, joined by straight lines; of very many no dots, which a browser draws one by one."""
    line = kit.line("trail", [finite(x) for x in xs], ys, Colour.VALUE, 1.5) | {"hoverinfo": "x+y"}
    if len(xs) > MAX_DOTS:
        return line
    line["line"]["dash"] = "2px 3px"
    return line | {"mode": "lines+markers", "marker": {"color": Colour.VALUE.light, "size": 5, "opacity": 0.55}}


def _marked(marks: Sequence[Mark], start: tuple[float, float]) -> list[dict[str, Any]]:
    """The critical points, and where the path starts."""
    named = [mark.word if len(marks) <= MAX_NAMED_POINTS else "" for mark in marks]
    common = {"type": "scatter", "hoverinfo": "text+x+y", "cliponaxis": False}
    ink, font = {"color": Colour.INK.light, "width": 1.5}, {"color": Colour.INK.light}
    levels = {
        "mode": "markers+text",
        "name": "levels",
        "x": [mark.at[0] for mark in marks],
        "y": [mark.at[1] for mark in marks],
        "text": named,
        "textposition": ["top center" if mark.kind == MAXIMUM else "bottom center" for mark in marks],
        "hovertext": [mark.word for mark in marks],
        "marker": {"symbol": [SIGNS[mark.kind] for mark in marks], "size": 11, "color": Colour.INK.light, "line": ink},
        "textfont": font,
    }
    begin = {
        "mode": "markers+text",
        "name": "start",
        "meta": "start",
        "x": [finite(start[0])],
        "y": [finite(start[1])],
        "text": [say("descent.start")],
        "marker": {"symbol": "circle-open", "size": 13, "color": Colour.VALUE.light, "line": {"width": 2}},
        "textfont": font,
    }
    return [common | levels, common | begin | {"textposition": "top center"}]


def _bands(xs: Sequence[float], ys: Sequence[float], heights: Sequence[Sequence[float]]) -> list[dict[str, Any]]:
    """What lies lower than each of a few heights, one over another: the deeper, the stronger."""
    z = np.ma.masked_invalid(np.array(heights, dtype=float))
    if not z.count():
        return [kit.line("band", [], [], Colour.VALUE, 1) for _ in range(BANDS)]
    maker = contourpy.contour_generator(xs, ys, z, fill_type=contourpy.FillType.OuterOffset)
    cuts = np.quantile(z.compressed(), [(turn + 1) / (BANDS + 1) for turn in range(BANDS)])
    return [_band(maker.filled(-math.inf, float(cut))) for cut in cuts[::-1]]


def _band(filled: Any) -> dict[str, Any]:
    """Areas, with the holes in them, as one filled line."""
    xs: list[float | None] = []
    ys: list[float | None] = []
    for points, offsets in zip(*filled, strict=True):
        for begin, end in pairwise(offsets.tolist()):
            xs += [*(float(f"{x:.5g}") for x in points[begin:end, 0]), None]
            ys += [*(float(f"{y:.5g}") for y in points[begin:end, 1]), None]
    line = kit.line("band", xs, [], Colour.VALUE, 0.6) | {"y": ys, "opacity": 0.9}
    return line | {"fill": "toself", "fillcolor": _tinted(Colour.VALUE, 0.06)}


def _tinted(colour: Colour, opacity: float) -> str:
    red, green, blue = (int(colour.light[place : place + 2], 16) for place in (1, 3, 5))
    return f"rgba({red},{green},{blue},{opacity})"


PATHS, VALUES = ("trail", "racer"), ("whole", "race loss")
"""The traces with a point for each step: on the landscape, and of what is minimized."""


def first_outside(figure: Mapping[str, Any], names: Sequence[str]) -> int | None:
    """The first step at which a trace of one of these names lies beyond its axes; None where all of it is seen."""
    traces = (trace for trace in figure["data"] if trace["name"] in names)
    return min((step for trace in traces for step in _outside(trace, figure["layout"])), default=None)


def _outside(trace: Mapping[str, Any], layout: Mapping[str, Any]) -> Iterator[int]:
    across, up = (layout[f"{side}axis{trace.get(f'{side}axis', side)[1:]}"] for side in "xy")
    for step, (x, y) in enumerate(zip(trace["x"], trace["y"], strict=True)):
        if x is not None and y is not None and not (_holds(across, x) and _holds(up, y)):
            yield step


def beyond_axis(numbers: Sequence[float | None], axis: Mapping[str, Any]) -> int:
    """How many of some numbers an axis has no place for."""
    return sum(number is not None and not _holds(axis, number) for number in numbers)


def _holds(axis: Mapping[str, Any], number: float) -> bool:
    low, high = axis["range"]
    return bool(low <= (math.log10(number) if axis.get("type") == "log" else number) <= high)


# The value against the step


def _loss(loss: Loss, x: str, y: str, colour: Colour = Colour.VALUE) -> list[dict[str, Any]]:
    """The whole run faint, what was run so far strong, and the point."""
    steps = list(range(len(loss.values)))
    axes: dict[str, Any] = {"xaxis": x, "yaxis": y}
    whole = kit.line("whole", steps, loss.values, Colour.UNTRACKED, 1.5, **axes)
    so_far = kit.line("so far", steps, loss.values, colour, 2.5, **axes)
    point = kit.point(steps[-1], loss.values[-1] if loss.values[-1] is not None else math.nan, 10, **axes)
    point["marker"]["color"], point["meta"] = colour.light, "loss point"
    return [whole, so_far, point]


def _loss_axes(
    loss: Loss, heights: tuple[float, float] | None, across: list[float], up: list[float], number: str = "2"
) -> dict[str, Any]:
    """Both axes; the heights are those of the curve where it has one, so that they stay when the run changes."""
    steps = kit.axis(say("descent.step"), (0, max(loss.last, 1)), domain=across, anchor=f"y{number}", zeroline=False)
    if loss.log:
        value = _log_axis(loss.name, loss.values)
    else:
        ends = heights or _reach(loss.values)
        value = kit.axis(
            loss.name, ends, dtick=_nice((ends[1] - ends[0]) / (3 if up[1] - up[0] < FEW_TICKS_HEIGHT else 5))
        )
    return {f"xaxis{number}": steps, f"yaxis{number}": value | {"domain": up, "anchor": f"x{number}"}}


def _nice(step: float) -> float:
    """The next of 1, 2, 5, 10, ... that is at least as long."""
    power = 10.0 ** math.floor(math.log10(step))
    return next(power * digit for digit in (1, 2, 5, 10) if power * digit >= step * 0.999)


def _reach(values: Sequence[float | None]) -> tuple[float, float]:
    known = [value for value in values if value is not None and math.isfinite(value)] or [0.0]
    low, high = min(known), max(known[0], min(max(known), known[0] + 4 * (known[0] - min(known)) or 1.0))
    margin = 0.08 * (high - low) or max(abs(high), 1.0) / 2
    return low - margin, high + margin


def _log_axis(title: str, values: Sequence[float | None]) -> dict[str, Any]:
    """A logarithmic axis from one power of ten to another: whole ones, so that they seldom change."""
    known = [math.log10(value) for value in values if value is not None and value > 0] or [0.0]
    high = math.ceil(min(max(known), known[0] + MAX_LOG_DECADES / 2) + 0.05)
    low = max(math.floor(min(known)), high - MAX_LOG_DECADES) - 0.1
    ticks = max(1, round((high - low) / 4))
    return kit.axis(title, (low, high), type="log", dtick=ticks, exponentformat="power")


def _loss_marks(loss: Loss, number: str = "2") -> dict[str, Any]:
    """Upright lines with words at the steps that are marked."""
    style = {"color": Colour.INK.light, "width": 1.5, "dash": "3px 3px"}
    place = {"xref": f"x{number}", "yref": f"y{number} domain"}
    lines = [{"type": "line", **place, "x0": at, "x1": at, "y0": 0, "y1": 1, "line": style} for at, _ in loss.marks]
    words = [
        {**place, "x": at, "y": 1, "text": escape(word), "showarrow": False, "yanchor": "top", "font": {"size": 12},
         "xanchor": "left" if at < loss.last / 2 else "right", "xshift": 4 if at < loss.last / 2 else -4}
        for at, word in loss.marks
    ]  # fmt: skip
    return {"shapes": lines, "annotations": words}


# What is behind the panels


def errors(measured: Sequence[float], predicted: Sequence[float] | None, names: tuple[str, str, str]) -> dict[str, Any]:
    """The distance from the minimum on a logarithmic axis, and the line that theory predicts; `names` of both."""
    steps = list(range(len(measured)))
    kept = [error if error > 0 else None for error in measured]
    data = [kit.line(names[1], steps, kept, Colour.VALUE, 3, showlegend=True)]
    if predicted is not None:
        line = kit.line(
            names[2], steps, [error if error > 0 else None for error in predicted], Colour.INK, 2, showlegend=True
        )
        line["line"]["dash"] = "6px 5px"
        data.append(line)
    value = _log_axis(names[0], kept)
    layout = kit.layout(260) | {"xaxis": kit.axis(say("descent.step"), (0, max(len(steps) - 1, 1))), "yaxis": value}
    return {"data": data, "layout": layout | {"showlegend": True, "legend": LEGEND}}


def swept(rates: Sequence[float], values: Sequence[float | None], lr: float, output: str, log: bool) -> dict[str, Any]:
    """The value after the same number of steps against the learning rate, the one that is used marked."""
    line = kit.line("values", rates, values, Colour.VALUE, 1.5)
    data = [line | {"mode": "lines+markers", "marker": {"color": Colour.VALUE.light, "size": 8}, "hoverinfo": "x+y"}]
    data[0]["selected"] = data[0]["unselected"] = {"marker": {"opacity": 1}}
    ends = [math.log10(rate) for rate in (rates[0], rates[-1])]
    known = [value for value in values if value is not None]
    fallen: dict[str, Any] = {"type": "log", "exponentformat": "power", "dtick": 2}
    height = kit.axis(output, _fallen(known), **fallen) if log else kit.axis(output, _most(known))
    layout = kit.layout(260) | {"xaxis": kit.axis("lr", (ends[0], ends[1]), type="log", dtick=1)}
    style = {"color": Colour.INK.light, "width": 1.5, "dash": "3px 3px"}
    mark = {"type": "line", "xref": "x", "yref": "y domain", "x0": lr, "x1": lr, "y0": 0, "y1": 1, "line": style}
    return {"data": data, "layout": layout | {"yaxis": height, "shapes": [mark] if lr > 0 else []}}


def _fallen(values: Sequence[float]) -> tuple[float, float]:
    """The powers of ten from the lowest value to above the first."""
    high = math.ceil(math.log10(values[0])) + 1
    return max(math.floor(math.log10(min(values))), high - MAX_LOG_DECADES) - 0.3, high


def _most(values: Sequence[float]) -> tuple[float, float]:
    """The heights that most of the values have."""
    known = sorted(values) or [0.0]
    low, high = known[0], known[int(0.8 * (len(known) - 1))]
    margin = 0.1 * (high - low) or max(abs(high), 1.0) / 2
    return low - margin, high + margin


def surface(
    names: tuple[str, str, str],
    grid: tuple[Sequence[float], Sequence[float], Sequence[Sequence[float | None]]],
    path: Sequence[Sequence[float]],
) -> dict[str, Any]:
    """A landscape of two variables in three dimensions, with the whole path on it."""
    xs, ys, heights = grid
    known = sorted(height for row in heights for height in row if height is not None) or [0.0]
    low, high = known[0], max(known[int(0.9 * (len(known) - 1))], known[0] + 1e-9)
    shades = [[0, "#1f5fbf"], [1, "#dfe9f8"]]
    ground = {"type": "surface", "x": list(xs), "y": list(ys), "z": [list(row) for row in heights], "showscale": False,
              "colorscale": shades, "cmin": low, "cmax": high, "hoverinfo": "x+y+z"}  # fmt: skip
    walk = {"type": "scatter3d", "mode": "lines+markers", "x": list(path[0]), "y": list(path[1]),
            "z": [finite(z) for z in path[2]], "line": {"color": "#c2570c", "width": 6},
            "marker": {"color": "#c2570c", "size": 2.5}, "hoverinfo": "x+y+z"}  # fmt: skip
    axes: dict[str, dict[str, Any]] = {
        f"{axis}axis": {"title": {"text": escape(name, quote=False)}} for axis, name in zip("xyz", names, strict=True)
    }
    axes["zaxis"] |= {"range": [low, max(high, *(z for z in path[2][:1] if math.isfinite(z)), low)]}
    scene = axes | {"aspectmode": "cube"}
    margin = {"l": 0, "r": 0, "t": 0, "b": 0}
    layout = {"scene": scene, "height": 480, "margin": margin, "showlegend": False, "paper_bgcolor": CLEAR}
    return {"data": [ground, walk], "layout": layout | {"font": {"color": Colour.QUIET.light}}}


# A race


RACERS = (("#0072b2", "circle"), ("#d55e00", "square"), ("#009e73", "diamond"), ("#cc79a7", "triangle-up"),
          ("#8a6d00", "star"))  # fmt: skip
"""Colours that are told apart by everybody, and signs."""


def race(
    names: Sequence[str],
    ground: Mapping[str, Any],
    paths: Sequence[tuple[Sequence[float], Sequence[float]]],
    losses: Sequence[Sequence[float]],
) -> dict[str, Any]:
    """Several paths on the landscape of `ground`, a figure of a curve or a map, and their values against the step.

    The last traces move: of each who takes part the trail, the point, and the value so far.
    """
    still = ("curve", "band", "levels", "start")
    data = [{**trace, "showlegend": False} for trace in ground["data"] if trace["name"] in still]
    for racer, name, path, values in zip(RACERS, names, paths, losses, strict=False):
        data += _racer(racer, name, path, values)
    layout = {**ground["layout"], "shapes": [], "annotations": [], "showlegend": True, "legend": LEGEND}
    return {"data": data, "layout": layout}


def race_of_many(names: Sequence[str], losses: Sequence[Sequence[float]], loss: Loss) -> dict[str, Any]:
    """The values of several runs against the step, where there is no landscape to draw.

    The traces move: of each who takes part the value so far, and the point at its end.
    """
    data = []
    for racer, name, values in zip(RACERS, names, losses, strict=False):
        steps = [float(step) for step in range(len(values))]
        _, point, so_far = _racer(racer, name, (steps, values), values)
        data += [so_far | {"xaxis": "x", "yaxis": "y"}, point]
    every = replace(loss, values=[value for values in losses for value in values], marks=[])
    layout = kit.layout(HEIGHT) | _loss_axes(every, None, [0, 1], [0, 1], "") | {"showlegend": True, "legend": LEGEND}
    return {"data": data, "layout": layout}


def _racer(
    racer: tuple[str, str], name: str, path: tuple[Sequence[float], Sequence[float]], values: Sequence[float]
) -> list[dict[str, Any]]:
    """The trail, the point and the value so far of one who takes part."""
    colour, sign = racer
    edge = {"color": Colour.OPERATION_FILL.light, "width": 1.5}
    trail = kit.line("racer", [finite(x) for x in path[0]], path[1], Colour.VALUE, 2, showlegend=False)
    axes: dict[str, Any] = {"xaxis": "x2", "yaxis": "y2", "showlegend": False}
    so_far = kit.line("race loss", list(range(len(values))), values, Colour.VALUE, 2, **axes)
    trail["line"]["color"] = so_far["line"]["color"] = colour
    point = kit.point(path[0][-1], path[1][-1], name=escape(name, quote=False), showlegend=True)
    return [trail, point | {"marker": {"color": colour, "symbol": sign, "size": 13, "line": edge}}, so_far]


def library() -> str:
    """Plotly's own script, for a page that has no network."""
    from plotly.offline import get_plotlyjs  # large, and seldom asked for

    return str(get_plotlyjs())
