"""What stands in the figures of a run, and in which order: the player finds what moves by its place."""

import json
import math
from typing import Any

import pytest

from playground.descent.figures import (
    BANDS,
    MAX_DOTS,
    MOVING_MANY,
    MOVING_ONE,
    MOVING_TWO,
    PATHS,
    RACERS,
    VALUES,
    Loss,
    Mark,
    beyond_axis,
    curve_figure,
    errors,
    first_outside,
    loss_figure,
    map_figure,
    race,
    race_of_many,
    swept,
)
from playground.exact.levels import MAXIMUM, MINIMUM

STEPS = 4
PATH = {
    "x0": [0.0, 0.5, 0.8, 0.9, 1.0],
    "x1": [1.0, 0.5, 0.2, 0.1, 0.0],
    "value": [1.0, 0.25, 0.04, 0.01, 0.0],
    **{name: [0.1] * (STEPS + 1) for name in ("tl", "tr", "tu", "tv", "dx", "dy")},
}
XS = [place / 10 for place in range(-5, 26)]
CURVE = (XS, [(x - 1) ** 2 for x in XS])
GRID = (XS, XS, [[x**2 + 3 * y**2 for x in XS] for y in XS])


def loss(log: bool = False, marks: tuple[tuple[int, str], ...] = ()) -> Loss:
    return Loss("y", PATH["value"], log, marks, STEPS)


def names(figure: dict[str, Any]) -> list[str]:
    return [trace["name"] for trace in figure["data"]]


def test_what_moves_along_a_curve_is_where_the_player_looks() -> None:
    figure = curve_figure(("x", "y"), CURVE, PATH, [Mark((1.0, 0.0), "minimum", MINIMUM)], loss())
    expected = {"tangent": "tangent", "trail": "trail", "point": "point", "loss trail": "so far", "loss point": "point"}
    for name, place in MOVING_ONE.items():
        assert names(figure)[place] == expected[name]
        assert figure["data"][place]["type"] == "scatter"
    json.dumps(figure, allow_nan=False)


def test_what_moves_on_a_landscape_stands_after_the_bands() -> None:
    figure = map_figure(("x", "y", "z"), GRID, PATH, [], loss())
    assert names(figure)[:BANDS] == ["band"] * BANDS
    expected = {"downhill": "downhill", "trail": "trail", "point": "point", "loss trail": "so far"}
    for name, there in expected.items():
        assert names(figure)[BANDS + MOVING_TWO[name]] == there
    assert figure["layout"]["yaxis"]["scaleanchor"] == "x"
    json.dumps(figure, allow_nan=False)


def test_what_moves_without_a_landscape() -> None:
    figure = loss_figure(loss(), Loss("|gradient|", PATH["value"], False, [], STEPS))
    expected = {"loss trail": "so far", "loss point": "point", "norm trail": "so far", "norm point": "point"}
    assert {name: names(figure)[place] for name, place in MOVING_MANY.items()} == expected


def test_a_band_holds_what_lies_lower_than_its_height() -> None:
    figure = map_figure(("x", "y", "z"), GRID, PATH, [], loss())
    heights = sorted(height for row in GRID[2] for height in row)
    for turn, band in enumerate(figure["data"][:BANDS]):
        inside = [x**2 + 3 * y**2 for x, y in zip(band["x"], band["y"], strict=True) if x is not None]
        cut = heights[int(len(heights) * (BANDS - turn) / (BANDS + 1))]
        assert max(inside) == pytest.approx(cut, rel=0.05)
        assert band["fill"] == "toself"


def test_heights_that_are_no_numbers_leave_the_landscape_empty() -> None:
    figure = map_figure(("x", "y", "z"), (XS, XS, [[math.nan] * len(XS)] * len(XS)), PATH, [], loss())
    assert names(figure)[:BANDS] == ["band"] * BANDS
    json.dumps(figure, allow_nan=False)


def test_axes_do_not_scale_by_themselves() -> None:
    for figure in (
        curve_figure(("x", "y"), CURVE, PATH, [], loss()),
        map_figure(("x", "y", "z"), GRID, PATH, [], loss()),
    ):
        axes = [axis for name, axis in figure["layout"].items() if "axis" in name]
        assert len(axes) == 4
        assert all(axis["autorange"] is False for axis in axes)


def test_steps_that_matter_are_marked_with_words() -> None:
    figure = curve_figure(("x", "y"), CURVE, PATH, [], loss(marks=((3, "converged <at> 3"),)))
    assert figure["layout"]["shapes"][0]["x0"] == 3
    assert figure["layout"]["annotations"][0]["text"] == "converged &lt;at&gt; 3"


def test_a_logarithmic_axis_has_whole_powers_of_ten() -> None:
    values = [1.0, 0.03, None, 1e-5, 1e-40]
    figure = curve_figure(("x", "y"), CURVE, PATH, [], Loss("y", values, True, [], STEPS))
    low, high = figure["layout"]["yaxis2"]["range"]
    assert high == 1
    assert low == pytest.approx(-11.1)


def test_many_iterates_are_a_line_without_dots() -> None:
    few = curve_figure(("x", "y"), CURVE, PATH, [], loss())["data"][2]
    long = {name: row * MAX_DOTS for name, row in PATH.items()}
    assert few["mode"] == "lines+markers"
    assert curve_figure(("x", "y"), CURVE, long, [], loss())["data"][2]["mode"] == "lines"


def test_many_level_places_have_signs_alone() -> None:
    marks = [Mark((place / 10, 0.0), "word", MAXIMUM if place % 2 else MINIMUM) for place in range(9)]
    levels = curve_figure(("x", "y"), CURVE, PATH, marks, loss())["data"][3]
    assert levels["text"] == [""] * 9
    assert levels["hovertext"] == ["word"] * 9
    assert len(levels["x"]) == 9
    assert len(set(levels["marker"]["symbol"])) == 2


def test_a_race_ends_with_three_traces_of_each_who_takes_part() -> None:
    ground = curve_figure(("x", "y"), CURVE, PATH, [], loss())
    paths = [(PATH["x0"], PATH["value"])] * 3
    figure = race(["a", "b", "<c>"], ground, paths, [PATH["value"]] * 3)
    last = figure["data"][-9:]
    assert [trace["name"] for trace in last[1::3]] == ["a", "b", "&lt;c&gt;"]
    assert [trace["showlegend"] for trace in figure["data"]].count(True) == 3
    assert len({trace["marker"]["symbol"] for trace in last[1::3]}) == 3
    assert len({colour for colour, _ in RACERS}) == len({sign for _, sign in RACERS}) == len(RACERS)


def test_errors_and_sweeps_leave_out_what_is_no_number() -> None:
    figure = errors([1.0, 0.1, 0.0], [0.0, 0.1, 0.01], ("error", "measured", "line"))
    assert [trace["y"] for trace in figure["data"]] == [[1.0, 0.1, None], [None, 0.1, 0.01]]
    figure = swept([0.01, 0.1, 1.0], [2.0, 1e-9, None], 0.1, "y", True)
    low, high = figure["layout"]["yaxis"]["range"]
    assert low < -9
    assert high >= 1
    assert figure["layout"]["shapes"][0]["x0"] == 0.1
    json.dumps(figure, allow_nan=False)


# What lies beyond a figure


def test_what_leaves_the_picture_or_the_plot_of_the_steps_is_known_by_its_first_step() -> None:
    inside = curve_figure(("x", "y"), CURVE, PATH, [], loss())
    assert first_outside(inside, PATHS) is None
    assert first_outside(inside, VALUES) is None
    away = PATH | {"x0": [0.0, 0.5, 9.0, 0.9, 1.0], "value": [1.0, 0.25, 0.04, 80.0, 0.0]}
    gone = curve_figure(("x", "y"), CURVE, away, [], Loss("y", away["value"], False, (), STEPS))
    assert first_outside(gone, PATHS) == 2
    assert first_outside(gone, VALUES) == 3


def test_a_logarithmic_axis_says_what_is_too_small_for_it() -> None:
    values = [1.0, 1e-3, 1e-30, 1e-40]
    figure = loss_figure(Loss("y", values, True, (), 3), Loss("norm", [1.0] * 4, True, (), 3))
    assert first_outside(figure, VALUES) == 2
    assert beyond_axis([*values, None], figure["layout"]["yaxis"]) == 2


def test_a_race_without_a_landscape_has_a_line_and_a_point_for_each_who_takes_part() -> None:
    losses = [[4.0, 2.0, 1.0], [4.0, 9.0, math.nan]]
    figure = race_of_many(["SGD", "Adam"], losses, loss())
    assert [trace["name"] for trace in figure["data"]] == ["race loss", "SGD", "race loss", "Adam"]
    assert figure["data"][2]["y"] == [4.0, 9.0, None]
    assert len({trace["line"]["color"] for trace in figure["data"][::2]}) == 2
    low, high = figure["layout"]["yaxis"]["range"]
    assert low < 1 < 9 < high
    json.dumps(figure, allow_nan=False)
