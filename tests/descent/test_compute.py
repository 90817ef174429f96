"""What of a landscape is seen, and where a click puts the start."""

from dataclasses import replace

import pytest

from playground.descent.compute import Setup, rates_around, view, walked
from playground.engine.case import Case
from tests.cases import case_at

QUARTIC = case_at("y = x^4 - 3x^2 + x", {"x": 2})
BOWL = case_at("z = x^2 + 20*y^2", {"x": 3, "y": 1})


def window(case: Case, lr: float, **options: int) -> tuple[tuple[float, float], ...]:
    output = case.program.outputs[0]
    return view(case, Setup(output, lr=lr, steps=options.get("steps", 60))).windows


def test_the_picture_holds_start_path_and_minima() -> None:
    ((low, high),) = window(QUARTIC, 0.03)
    assert low < -1.31
    assert high > 2


def test_the_picture_stays_when_the_rate_changes_and_the_path_stays_inside() -> None:
    assert len({window(QUARTIC, lr) for lr in (0.001, 0.01, 0.03, 0.1)}) == 1


def test_the_picture_grows_for_a_path_that_swings_wide_and_not_for_one_that_leaves() -> None:
    parabola = case_at("y = x^2", {"x": 1})
    ((low, high),) = window(parabola, 0.1)
    swings = Setup("y", "RMSprop", 0.5, 60)
    path = walked(parabola, swings).positions["x"]
    ((lower, higher),) = view(parabola, swings).windows
    assert lower <= min(path) <= max(path) <= higher  # type: ignore[type-var]
    assert (lower, higher) != (low, high)
    ((left, right),) = view(parabola, replace(swings, optimizer="SGD", lr=1.5, steps=500)).windows
    assert right - left <= 2 * (high - low)


def test_two_variables_are_drawn_to_one_scale() -> None:
    across, up = window(BOWL, 0.04)
    assert (across[1] - across[0]) / (up[1] - up[0]) == pytest.approx(1.35)
    assert across[0] < 0 < 3 < across[1]
    found = view(BOWL, Setup("z", lr=0.04, steps=60))
    assert len(found.heights) == len(found.ys)
    assert found.heights[0][0] == pytest.approx(found.xs[0] ** 2 + 20 * found.ys[0] ** 2)


def test_rates_lie_around_the_one_that_is_used() -> None:
    for lr in (0.0, 0.01, 0.37, 25.0):
        rates = rates_around(lr, 30)
        assert rates == sorted(set(rates))
        assert all(rate > 0 for rate in rates)
        assert lr == 0 or lr in rates
        assert len(rates) == 30
