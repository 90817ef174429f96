"""What a run did, and what is promised near a minimum."""

import math

import pytest
import torch

import playground as pg
from playground.descent.landscape import Surface, minimum_below
from playground.descent.shape import CriticalPoint
from playground.descent.theory import (
    BOUNCES,
    CREEPS,
    DIVERGES,
    ENDS,
    GAINS,
    SETTLES,
    STAYS,
    STOPS,
    Theory,
    arrived,
    at_rest,
    is_plain,
    path_of,
    theory,
    verdict,
)
from playground.exact.levels import MINIMUM, SADDLE

TUTORIAL = "y = x^2 - 2x + 1"
QUARTIC = "y = x^4 - 3x^2 + x"


@pytest.mark.parametrize(
    ("text", "start", "lr", "steps", "kind"),
    [
        (TUTORIAL, 0.0, 0.001, 500, CREEPS),
        (TUTORIAL, 0.0, 0.01, 500, SETTLES),
        (TUTORIAL, 0.0, 0.5, 500, SETTLES),
        (TUTORIAL, 0.0, 0.9, 500, SETTLES),
        (TUTORIAL, 0.0, 1.0, 500, BOUNCES),
        (TUTORIAL, 0.0, 1.1, 500, DIVERGES),
        (TUTORIAL, 0.0, 1.1, 60, DIVERGES),
        ("y = x^2", 10.0, 1.1, 10, DIVERGES),
        ("y = x^2", 10.0, 1.1, 2, DIVERGES),
        ("y = x^2", 10.0, 1.001, 20, DIVERGES),
        ("y = x^2", 10.0, 0.9, 10, BOUNCES),
        ("y = x^2", 10.0, 0.1, 10, CREEPS),
        (TUTORIAL, 0.0, 0.0, 50, STAYS),
        (TUTORIAL, 1.0, 0.1, 50, STAYS),
        (QUARTIC, 2.0, 0.03, 500, SETTLES),
        (QUARTIC, 2.0, 0.1, 500, SETTLES),
        (QUARTIC, 2.0, 0.15, 500, BOUNCES),
        (QUARTIC, 2.0, 0.2, 500, DIVERGES),
        ("y = exp(x)", 1.0, 0.1, 500, CREEPS),
        ("y = x", 1.0, 0.1, 100, CREEPS),
        ("y = x^3", -0.5, 0.1, 500, DIVERGES),
        ("y = x^3", -0.01, 0.1, 100, GAINS),
        ("y = -x^2", 0.01, 0.1, 10, GAINS),
        ("y = cos(x)", 0.0001, 0.1, 20, GAINS),
        ("y = x^2", 3.0, 0.999, 30, BOUNCES),
        ("y = x^2", 1.0, 1.0, 2, BOUNCES),
        ("y = x^2", 1.0, 1.0, 3, BOUNCES),
        ("y = log(1 + x^2)", 0.0001, 1.05, 500, BOUNCES),
        ("y = 0.0001*x^2", 5.0, 1e4, 20, BOUNCES),
        ("y = 0.0001*x^2", 5.0, 1e4, 21, BOUNCES),
        ("y = log(x)", -1.0, 0.1, 10, ENDS),
        ("y = sqrt(x)", 1.0, 0.9, 50, ENDS),
        ("y = log(x)", 2.0, 1.0, 50, ENDS),
        ("y = x^9 - x^8", 1e4, 1.0, 5, DIVERGES),
        ("y = x^4 - x^3", 10.0, 1.0, 50, DIVERGES),
        ("y = sqrt(x^2)", 5.0, 1.0, 6, ENDS),
    ],
)
def test_a_run_is_told_by_what_it_did(text: str, start: float, lr: float, steps: int, kind: str) -> None:
    assert verdict(pg.descend(pg.parse(text), {"x": start}, lr=lr, steps=steps)).kind == kind


def test_a_slope_that_still_shrinks_towards_a_known_minimum_is_creeping() -> None:
    trajectory = pg.descend(pg.parse("y = (w - 3)^4"), {"w": 0.0}, lr=0.05, steps=700)
    minimum = CriticalPoint((3.0,), 0.0, MINIMUM, True)
    assert at_rest(trajectory) == 611
    assert verdict(trajectory, places=[minimum]).kind == CREEPS
    there = pg.descend(pg.parse("y = (w - 3)^4"), {"w": 0.0}, lr=0.05, steps=9000)
    assert verdict(there, places=[minimum]).kind == SETTLES


@pytest.mark.parametrize(
    ("text", "start", "optimizer", "lr", "at"),
    [("y = 0.0001*x^2", 4.0, "SGD", 1000.0, 18), ("y = 0.0001*x^2", 3.0, "Adam", 0.1, 28)],
)
def test_a_run_rests_from_where_it_is_near_its_end_and_not_from_where_the_slope_is_small(
    text: str, start: float, optimizer: str, lr: float, at: int
) -> None:
    trajectory = pg.descend(pg.parse(text), {"x": start}, optimizer=optimizer, lr=lr, steps=300)
    minimum = CriticalPoint((0.0,), 0.0, MINIMUM, True)
    assert at_rest(trajectory) == 0
    found = verdict(trajectory, places=[minimum])
    assert found.kind == SETTLES
    assert found.at is not None
    assert found.at > at
    assert all(abs(x) <= 0.02 * start for x in trajectory.positions["x"][found.at :])  # type: ignore[arg-type]


def test_a_run_is_at_a_minimum_only_where_it_has_come_all_the_way() -> None:
    """On a gentle slope a small gradient, far from zero and near by its size alone, is no arrival."""
    minimum = CriticalPoint((1000.0,), 0.0, MINIMUM, True)
    trajectory = pg.descend(pg.parse("y = 0.0001*(x - 1000)^2"), {"x": 1004.0}, lr=1.0, steps=50, dtype=torch.float64)
    assert verdict(trajectory, places=[minimum]).kind == CREEPS
    assert arrived(path_of(trajectory.positions), [minimum]) is None


def test_a_run_that_weight_decay_holds_where_the_slope_is_not_zero_stops() -> None:
    trajectory = pg.descend(pg.parse("y = (x - 1)^2"), {"x": 0.0}, lr=0.1, steps=500, weight_decay=1.0)
    found = verdict(trajectory, places=[CriticalPoint((1.0,), 0.0, MINIMUM, True)])
    assert found.kind == STOPS
    assert found.at is not None
    assert len(set(trajectory.positions["x"][found.at :])) == 1
    assert trajectory.positions["x"][-1] == pytest.approx(2 / 3)


def test_a_single_step_that_leads_up_and_away_from_the_minimum_diverges() -> None:
    minimum = CriticalPoint((0.0,), 0.0, MINIMUM, True)
    trajectory = pg.descend(pg.parse("y = x^2"), {"x": 10.0}, lr=1.1, steps=1)
    assert verdict(trajectory, places=[minimum]).kind == DIVERGES
    assert verdict(pg.descend(pg.parse("y = x^2"), {"x": 10.0}, lr=0.9, steps=1), places=[minimum]).kind == CREEPS


def test_swings_that_grow_diverge_though_they_do_not_at_each_step() -> None:
    trajectory = pg.descend(pg.parse("y = x^2"), {"x": 1.0}, optimizer="Momentum", lr=2.1, momentum=0.05, steps=60)
    assert verdict(trajectory).kind == DIVERGES


def test_a_run_that_has_left_and_then_goes_to_and_fro_does_not_diverge() -> None:
    program = pg.parse("z = (y - x^2)*(y - 2x^2)")
    assert verdict(pg.descend(program, {"x": 0.1, "y": 0.3}, lr=0.1, steps=300)).kind == BOUNCES


def test_to_and_fro_with_rests_between_is_bouncing() -> None:
    trajectory = pg.descend(pg.parse("y = |x|"), {"x": 3.0}, optimizer="Rprop", lr=0.1, steps=100)
    assert verdict(trajectory).kind == BOUNCES


def test_a_settled_run_stays_within_the_tolerance_from_its_step_on() -> None:
    trajectory = pg.descend(pg.parse(TUTORIAL), {"x": 0.0}, lr=0.01)
    found = verdict(trajectory, tolerance=1e-3)
    assert found.at == 377
    assert all(abs(slope) <= 1e-3 for slope in trajectory.gradients["x"][377:])  # type: ignore[arg-type]
    assert abs(trajectory.gradients["x"][376]) > 1e-3  # type: ignore[arg-type]
    assert at_rest(trajectory, tolerance=1e-9) is None


def test_a_run_that_diverged_says_at_which_step() -> None:
    assert verdict(pg.descend(pg.parse(QUARTIC), {"x": 2.0}, lr=0.2)).at == 5


def promised(text: str, start: dict[str, float], lr: float, steps: int = 200) -> Theory:
    program = pg.parse(text)
    surface = Surface(program, start, {})
    place = minimum_below(surface, surface.start)
    assert place is not None
    found = theory(surface, place, pg.descend(program, start, lr=lr, steps=steps), lr)
    assert found is not None
    return found


def test_the_tutorials_minimum_is_stable_below_one() -> None:
    found = promised(TUTORIAL, {"x": 0.0}, 0.01)
    assert found.limit == pytest.approx(1)
    assert found.factor == pytest.approx(0.98)
    for before, after in zip(found.errors[:100], found.errors[1:101], strict=True):
        assert after / before == pytest.approx(0.98, rel=1e-3)


def test_of_two_variables_the_steepest_direction_sets_the_limit_and_the_slowest_the_pace() -> None:
    found = promised("z = x^2 + 20*y^2", {"x": 3.0, "y": 1.0}, 0.04)
    assert (found.least, found.most) == pytest.approx((2, 40))
    assert found.limit == pytest.approx(0.05)
    assert found.factor == pytest.approx(0.92)


@pytest.mark.parametrize("lr", [0.05, 0.12, 0.2, 0.23])
def test_close_to_the_minimum_the_limit_tells_staying_from_leaving(lr: float) -> None:
    """The promise itself: started very close, a run comes closer below the limit, and leaves above it."""
    limit = promised(QUARTIC, {"x": 1.2}, lr).limit
    at = 1.1309011226299859
    trajectory = pg.descend(pg.parse(QUARTIC), {"x": at + 1e-3}, lr=lr, steps=40)
    last = trajectory.positions["x"][-1]
    assert isinstance(last, float)
    assert (abs(last - at) < 5e-4) == (lr < limit)
    assert limit == pytest.approx(0.213967, rel=1e-5)


def test_a_saddle_promises_nothing() -> None:

    surface = Surface(pg.parse("z = x^2 - y^2"), {"x": 1.0, "y": 0.1}, {})
    trajectory = pg.descend(pg.parse("z = x^2 - y^2"), {"x": 1.0, "y": 0.1}, steps=3)
    assert theory(surface, CriticalPoint((0.0, 0.0), 0.0, SADDLE, False), trajectory, 0.1) is None


def test_a_flat_minimum_has_no_factor() -> None:
    surface = Surface(pg.parse("z = x^2 + 0*y"), {"x": 1.0, "y": 0.1}, {})
    from playground.exact.levels import MINIMUM

    trajectory = pg.descend(pg.parse("z = x^2 + 0*y"), {"x": 1.0, "y": 0.1}, steps=3)
    found = theory(surface, CriticalPoint((0.0, 0.1), 0.0, MINIMUM, False), trajectory, 0.1)
    assert found is not None
    assert found.factor is None
    assert math.isclose(found.limit, 1.0)


def test_only_plain_gradient_descent_is_meant() -> None:
    assert is_plain("SGD", {}, 0.0, True)
    assert is_plain("SGD", {"weight_decay": 0.0}, 0.0, True)
    assert not is_plain("Momentum", {}, 0.0, True)
    assert not is_plain("SGD", {"weight_decay": 0.1}, 0.0, True)
    assert not is_plain("SGD", {}, 0.5, True)
    assert not is_plain("SGD", {}, 0.0, False)
