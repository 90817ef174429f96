"""What is drawn and said of higher derivatives."""

import math
from collections.abc import Callable
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from playground.drawing.plots import SPARSE, bend, frame, places, stacked
from playground.language.parse import parse
from playground.second.hessian import Orders, orders, second
from playground.second.script import shown_as, variable
from playground.second.sentences import (
    gradient_bends,
    slope_changes,
    what_it_decides,
    what_they_say,
    where_it_ends,
)
from playground.words import say, sentences
from tests.cases import case_at


def bent(function: Callable[[float], float | None], x: float, rates: tuple[float | None, float | None]) -> Any:
    xs, y = places(x), function(x)
    return bend("x", "y", xs, [function(place) for place in xs], None if y is None else (x, y), rates)["data"]


def orders_at(text: str, order: int = 2, **values: float) -> Orders:
    return orders(case_at(parse(text), values), "x", order)


# Figures


@given(st.floats(-20, 20), st.floats(-5, 5), st.floats(-5, 5), st.floats(-5, 5))
def test_the_parabola_of_a_parabola_is_itself(x: float, a: float, b: float, c: float) -> None:
    curve, parabola, *_ = bent(lambda u: a * u * u + b * u + c, x, (2 * a * x + b, 2 * a))
    size = max(1.0, *(abs(y) for y in curve["y"]))
    assert parabola["y"] == pytest.approx(curve["y"][::SPARSE], abs=1e-9 * size)


@given(st.floats(-3, 3))
def test_the_parabola_touches_with_slope_and_second_derivative(x: float) -> None:
    curve, parabola, *_ = bent(math.sin, x, (math.cos(x), -math.sin(x)))
    middle = len(parabola["x"]) // 2
    step = parabola["x"][middle + 1] - parabola["x"][middle]
    for near in (middle - 1, middle, middle + 1):
        assert parabola["y"][near] == pytest.approx(curve["y"][SPARSE * near], abs=step**3)


def test_tangent_and_parabola_are_told_apart_without_colour() -> None:
    _, parabola, tangent, point = bent(math.sin, 1.0, (math.cos(1), -math.sin(1)))
    assert "dash" in parabola["line"]
    assert "dash" not in tangent["line"]
    assert tangent["name"] == say("second.tangent", output="y", order="′")
    assert not point["showlegend"]


@pytest.mark.parametrize("rates", [(None, None), (math.nan, 1.0), (1.0, math.inf)])
def test_without_numbers_there_is_no_parabola(rates: tuple[float | None, float | None]) -> None:
    data = bent(math.sin, 0.0, rates)
    assert not any("dash" in trace.get("line", {}) for trace in data)


def test_where_there_is_no_height_there_is_only_the_curve() -> None:
    assert len(bent(lambda u: None, 0.0, (1.0, 1.0))) == 1


def test_a_stack_shares_its_axis_and_has_a_row_for_each() -> None:
    xs = places(1.0)
    rows = [[x**3 for x in xs], [3 * x**2 for x in xs], [6 * x for x in xs]]
    figure = stacked("x", ["y", "y'", "y''"], xs, rows, 1.0, [1, 3, 6])
    layout = figure["layout"]
    domains = [layout[name]["domain"] for name in ("yaxis", "yaxis2", "yaxis3")]
    assert all(low < high for low, high in domains)
    assert all(below[1] <= above[0] for above, below in pairwise(domains))
    assert [layout[name]["range"] for name in ("yaxis", "yaxis2")] == [
        list(frame(rows[0], (1.0, 1))),
        list(frame(rows[1], (1.0, 3))),
    ]
    tangents = [trace for trace in figure["data"] if trace["name"] == "tangent"]
    rises = [(t["y"][1] - t["y"][0]) / (t["x"][1] - t["x"][0]) for t in tangents]
    assert rises == pytest.approx([3, 6])


def test_a_stack_without_numbers_is_empty_and_no_error() -> None:
    xs = places(0.0)
    figure = stacked("x", ["y", "y'", "y''"], xs, [[None] * len(xs)] * 3, 0.0, [math.nan, math.inf, math.nan])
    assert len(figure["data"]) == 3


# Names


@pytest.mark.parametrize(
    ("wrt", "order", "name", "shown"),
    [
        ("x", 1, "dy_dx", "y' = dy/dx"),
        ("x", 2, "d2y_dx2", "y'' = d2y/dx2"),
        ("x1", 1, "dy_dx1", "y' = dy/dx1"),
        ("x1", 3, "d3y_dx1_3", "y''' = d3y/dx1^3"),
    ],
)
def test_a_derivative_is_named_as_in_the_tutorial(wrt: str, order: int, name: str, shown: str) -> None:
    assert variable("y", wrt, order) == name
    assert shown_as("y", wrt, order) == shown


# Sentences


def test_a_zero_has_no_sign_in_a_sentence() -> None:
    assert "-0" not in slope_changes("x", "y", orders_at("y = -x^3", x=0))


def test_f_is_never_said_to_have_curvature() -> None:
    """The second derivative is no curvature, in no sentence of the page."""
    assert not [key for key, text in sentences().items() if "curvature" in text.lower()]


def test_what_decides_is_said_with_its_numbers() -> None:
    assert "is positive: a minimum" in what_it_decides("y", orders_at("y = x^2", x=0))
    assert "that decides nothing" in what_it_decides("y", orders_at("y = x^4", x=0))
    assert "Here y'=2" in what_it_decides("y", orders_at("y = x^2", x=1))


def test_where_pytorch_stops_is_said_once() -> None:
    assert where_it_ends("y", "x", orders_at("y = 3x", 5, x=1)) is None
    sentence = where_it_ends("y", "x", orders_at("y = x^2", 5, x=1))
    assert sentence is not None
    assert sentence.startswith("For autograd y'''=0 ")
    assert where_it_ends("y", "x", orders_at("y = x^2", x=1)) is None
    assert where_it_ends("y", "x", orders_at("y = exp(x)", 5, x=1)) is None


def test_a_gradient_that_does_not_bend_has_its_own_sentence() -> None:
    straight = second(case_at(parse("z = x + 2y"), {"x": 1, "y": 1}), ("x", "y"))
    assert gradient_bends("z", straight) == say("second.all_linear", gradient="[1, 2]")
    assert what_they_say(straight) == say("second.they_slope", largest="2")


# Graphs
