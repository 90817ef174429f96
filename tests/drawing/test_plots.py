"""A curve with its point and its tangent, on a figure that shows them."""

import math
from collections.abc import Callable
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from playground.drawing.plots import CURVE_POINTS, curve, places


def drawn(function: Callable[[float], float | None], x: float, slope: float | None) -> dict:
    xs = places(x)
    y = function(x)
    return curve("x", "y", xs, [function(place) for place in xs], None if y is None else (x, y), slope)


def height(figure: dict) -> tuple[float, float]:
    low, high = figure["layout"]["yaxis"]["range"]
    return low, high


@given(st.floats(-1e6, 1e6))
def test_the_point_is_in_the_middle_of_the_places(x: float) -> None:
    found = places(x)
    assert len(found) == CURVE_POINTS
    assert found[CURVE_POINTS // 2] == x
    assert list(found) == sorted(set(found))


@given(st.floats(-50, 50))
def test_the_tangent_goes_through_the_point_with_its_slope(x: float) -> None:
    figure = drawn(lambda place: place**2, x, 2 * x)
    _, tangent, point = figure["data"]
    (left, right), (low, high) = tangent["x"], tangent["y"]
    assert left < x < right
    assert (high - low) / (right - left) == pytest.approx(2 * x, abs=1e-6)
    assert point["x"] == [x]
    assert point["y"] == [x**2]


@given(st.floats(-50, 50), st.floats(-100, 100))
def test_point_and_tangent_stay_on_the_figure(x: float, slope: float) -> None:
    figure = drawn(lambda place: slope * place + math.sin(place), x, slope + math.cos(x))
    low, high = height(figure)
    for trace in figure["data"][1:]:
        assert all(low - 1e-6 * abs(low) <= y <= high + 1e-6 * abs(high) for y in trace["y"])


def test_a_curve_is_torn_at_its_pole_and_not_ruled_by_it() -> None:
    figure = drawn(lambda place: 1 / place if place else None, 0.5, -4.0)
    low, high = height(figure)
    assert -50 < low < 0 < high < 50
    ys = figure["data"][0]["y"]
    steps = [(a, b) for a, b in pairwise(ys) if a is not None and b is not None]
    assert not any((a < low and b > high) or (b < low and a > high) for a, b in steps)


def test_a_steep_curve_is_not_torn() -> None:
    assert None not in drawn(lambda place: place**9, 2.0, 0.0)["data"][0]["y"]


def test_where_nothing_is_finite_there_is_an_empty_figure() -> None:
    figure = drawn(lambda place: None, 1.0, None)
    assert len(figure["data"]) == 1
    low, high = height(figure)
    assert low < high


def test_a_constant_has_room_above_and_below() -> None:
    low, high = height(drawn(lambda place: 3.0, 1.0, 0.0))
    assert low < 3 < high


def test_names_are_no_markup() -> None:
    xs = places(0.0)
    figure = curve("<b>x</b>", "y&z", xs, xs, None, None)
    assert figure["layout"]["xaxis"]["title"]["text"] == "&lt;b&gt;x&lt;/b&gt;"
    assert figure["layout"]["yaxis"]["title"]["text"] == "y&amp;z"
