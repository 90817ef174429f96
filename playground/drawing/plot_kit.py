"""What every Plotly figure is made of, as plain dictionaries: lines, points, axes, layout."""

import math
from collections.abc import Sequence
from html import escape
from typing import Any

from playground.drawing.colours import Colour

CONFIG: dict[str, Any] = {
    "modeBarButtons": [["toImage"]],
    "displaylogo": False,
    "doubleClick": False,
    "responsive": True,
}
"""Plotly shows its button that saves an image where the pointer is over a figure, and no other."""
CLEAR = "rgba(0,0,0,0)"
LEGEND = {"orientation": "h", "x": 0, "y": 1.02, "yanchor": "bottom", "itemclick": False}
"""A legend in one line above a figure."""


def finite(value: float | None) -> float | None:
    """The number, None where it is NaN or infinite: a figure cannot hold those."""
    return value if value is not None and math.isfinite(value) else None


def plain(text: str) -> str:
    """A text that Plotly shows as it stands: it reads a few HTML tags."""
    return escape(text, quote=False)


def line(
    name: str, xs: Sequence[Any], ys: Sequence[float | None], colour: Colour, width: float, **more: Any
) -> dict[str, Any]:
    """A line through places and heights; one has a gap where a height is NaN or infinite.

    Whatever it is called where it is shown, `meta` is how a handle finds it.
    """
    return {
        "type": "scatter",
        "mode": "lines",
        "name": name,
        "meta": name,
        "x": list(xs),
        "y": list(map(finite, ys)),
        "line": {"color": colour.light, "width": width, "simplify": False},
        "hoverinfo": "x+y" if name == "curve" else "skip",
        **more,
    }


def point(x: float, y: float, size: int = 15, colour: Colour = Colour.VALUE, **more: Any) -> dict[str, Any]:
    """The point that a figure is about."""
    rim = {"color": Colour.OPERATION_FILL.light, "width": 2}
    return {
        "type": "scatter",
        "mode": "markers",
        "name": "point",
        "meta": "point",
        "x": [finite(x)],
        "y": [finite(y)],
        "marker": {"color": colour.light, "size": size, "line": rim},
        "hoverinfo": "x+y",
        "cliponaxis": False,
        **more,
    }


def axis(title: str, ends: tuple[float, float], pixels: tuple[int, int] = (12, 14), **more: Any) -> dict[str, Any]:
    """An axis between its ends; `pixels` are the heights of its numbers and of its title."""
    numbers, heading = pixels
    return {
        "range": list(ends),
        "autorange": False,
        "fixedrange": True,
        **({"zeroline": False} if more.get("type") == "log" else {}),
        "zerolinecolor": Colour.UNTRACKED.light,
        "gridcolor": Colour.OPERATION.light,
        "tickfont": {"size": numbers},
        "automargin": True,
        "title": {"text": plain(title), "font": {"size": heading}, "standoff": 4},
        **more,
    }


def layout(height: int, **more: Any) -> dict[str, Any]:
    """A figure so many pixels high that is looked at and not dragged."""
    return {
        "showlegend": False,
        "dragmode": False,
        "hovermode": "closest",
        "margin": {"l": 8, "r": 16, "t": 18, "b": 8},
        "paper_bgcolor": CLEAR,
        "plot_bgcolor": CLEAR,
        "font": {"color": Colour.QUIET.light},
        "height": height,
        **more,
    }
