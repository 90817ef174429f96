"""Drawings and figures for a projector: nothing small, nothing thin, the same numbers."""

import re
from typing import Any

import pytest

from playground.drawing.colours import Colour
from playground.drawing.dot import PROJECTED, to_dot
from playground.drawing.plots import LEGIBLE_PIXELS, bend, curve, enlarged, heat_map
from tests.drawing.cases import CASES

XS = (-1.0, 0.0, 1.0)
FIGURES = {
    "curve": curve("x", "y", XS, (1.0, 0.0, 1.0), (0.0, 0.0), 0.0),
    "bend": bend("x", "y", XS, (1.0, 0.0, 1.0), (0.0, 0.0), (0.0, 2.0)),
    "heat": heat_map([[1.0, -2.0], [0.0, 3.0]], Colour.VALUE, (1, 1)),
}
TEXT = {"INK", "QUIET", "VALUE", "GRADIENT"}


@pytest.mark.parametrize("case", CASES)
def test_a_projected_graph_has_no_small_text_and_every_node_and_edge(case: str) -> None:
    graph, backward, _ = CASES[case].drawn()
    usual, projected = to_dot(graph, backward), to_dot(graph, backward, sizes=PROJECTED)
    sizes = [float(size) for size in re.findall(r'(?:POINT-SIZE|fontsize)="?([\d.]+)', projected)]
    assert min(sizes) >= 20
    assert max(float(pen) for pen in re.findall(r'penwidth="([\d.]+)', projected)) >= 2
    identities = re.compile(r'id="\w+"')
    assert identities.findall(projected) == identities.findall(usual)


def test_a_projected_node_keeps_its_numbers_and_leaves_pytorchs_name_to_the_tooltip() -> None:
    graph, backward, _ = CASES["polynomial"].drawn()
    projected = to_dot(graph, backward, sizes=PROJECTED)
    shown = re.findall(r">([^<>]+)</FONT>", projected)
    assert {"12.0", "−5.0", "7.0"} <= set(shown) | set(re.findall(r'label="?([−\d.]+)', projected))
    assert not any("Backward" in text for text in shown)
    assert "PowBackward0" in projected


@pytest.mark.parametrize("name", FIGURES)
def test_an_enlarged_figure_has_no_small_text_and_the_same_numbers(name: str) -> None:
    figure = FIGURES[name]
    large = enlarged(figure)
    assert min(sizes(large["layout"])) >= LEGIBLE_PIXELS
    assert large["layout"]["height"] > figure["layout"]["height"], "larger letters take nothing from the curves"
    for before, after in zip(figure["data"], large["data"], strict=True):
        for axis in ("x", "y", "z"):
            assert before.get(axis) == after.get(axis)
        if "line" in before:
            assert after["line"]["width"] > before["line"]["width"]
    assert sizes(figure["layout"]) != sizes(large["layout"])


def sizes(part: Any) -> list[float]:
    """Every font size in a layout."""
    if not isinstance(part, dict):
        return []
    here = [part["size"]] if "size" in part else []
    return here + [size for inner in part.values() for size in sizes(inner)]


def luminance(colour: str) -> float:
    shares = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    red, green, blue = (s / 12.92 if s <= 0.04045 else ((s + 0.055) / 1.055) ** 2.4 for s in shares)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(first: str, second: str) -> float:
    """As WCAG 2.2 defines it."""
    low, high = sorted((luminance(first), luminance(second)))
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("text", sorted(TEXT))
@pytest.mark.parametrize("fill", [colour.name for colour in Colour if colour.name.endswith("FILL")])
def test_every_text_of_a_drawing_stands_out_from_every_node(scheme: str, text: str, fill: str) -> None:
    assert contrast(getattr(Colour[text], scheme), getattr(Colour[fill], scheme)) >= 4.5


@pytest.mark.parametrize(("scheme", "paper"), [("light", "#ffffff"), ("dark", "#11151c")])
def test_every_line_that_means_something_stands_out_from_the_page(scheme: str, paper: str) -> None:
    for colour in (Colour.VALUE, Colour.GRADIENT, Colour.UNTRACKED):
        assert contrast(getattr(colour, scheme), paper) >= 3
