"""Runs side by side are the single runs, bit for bit."""

import math
from dataclasses import replace

import pytest

from playground.descent.compute import Setup
from playground.descent.moving import MAX_ITERATES, drawn_steps, momenta, rates
from playground.descent.optimizers import OPTIMIZERS
from playground.descent.paths import Way, trajectories
from playground.descent.run import Trajectory, descend
from playground.engine.sweep import at
from tests.cases import case_at

BOWL = case_at("y = (x - 1)^2/3 + a*x^3/50", {"x": 0.7, "a": 1.0})
VALLEY = case_at("z = (1 - x)^2 + 100*(y - x^2)^2", {"x": -1.0, "y": 1.5})
RATES = (0.001, 0.01, 0.3, 1.1, 50.0)


def single(way: Way) -> Trajectory:
    case, setup = way.case, way.setup
    return descend(case.program, case.moved, case.constants, setup.optimizer, setup.lr, setup.steps,
                   noise=setup.noise, zero_grad=setup.zero_grad, **dict(setup.settings))  # fmt: skip


def same(trajectory: Trajectory, other: Trajectory) -> bool:
    return repr(trajectory) == repr(other)  # nan is not nan, but both are written so


@pytest.mark.parametrize("optimizer", [name for name, row in OPTIMIZERS.items() if not row.matrices])
@pytest.mark.parametrize("case", [BOWL, VALLEY], ids=["one", "two"])
def test_rates(optimizer: str, case: object) -> None:
    setup = Setup(case.program.outputs[0], optimizer, steps=12)  # type: ignore[attr-defined]
    ways = [Way(case, replace(setup, lr=rate)) for rate in RATES]  # type: ignore[arg-type]
    assert all(map(same, trajectories(ways), map(single, ways)))


def test_starts_and_momenta_and_what_cannot_go_together() -> None:
    setup = Setup("y", "Momentum", 0.3, 12)
    starts = [Way(at(BOWL, "x", start), setup) for start in (-2.0, 0.0, 0.1, 1e9)]
    pushed = [Way(BOWL, replace(setup, settings=(("momentum", item),))) for item in (0.0, 0.5, 0.99)]
    noisy = [Way(BOWL, replace(setup, noise=0.5, lr=rate)) for rate in RATES]
    left = [Way(BOWL, replace(setup, zero_grad=False, lr=rate)) for rate in RATES]
    for ways in (starts, pushed, noisy, left):
        assert all(map(same, trajectories(ways), map(single, ways)))


@pytest.mark.parametrize("lr", [0.01, 0.07, 0.3, 1.0, 1.05, 2e-7, 40.0])
def test_rates_are_round_and_the_typed_one_is_among_them(lr: float) -> None:
    found = rates(lr)
    assert lr in found
    assert list(found) == sorted(set(found))
    assert 19 <= len(found) <= 22
    assert all(rate > 0 for rate in found)
    assert found[-1] / lr >= 30
    assert lr / found[0] >= 30


def test_momenta_are_below_one() -> None:
    assert {0.0, 0.5, 0.9, 0.99, 0.42} <= set(momenta(0.42))
    assert max(momenta(0.9)) < 1


@pytest.mark.parametrize("steps", [0, 1, 99, 100, 101, 500, 5000])
def test_of_a_path_at_most_150_iterates_are_drawn_and_the_first_ones_all(steps: int) -> None:
    found = drawn_steps(steps)
    assert len(found) <= MAX_ITERATES
    assert found == sorted(set(found))
    assert found[: min(steps, 100)] == list(range(min(steps, 100)))
    assert found[-1] == steps
    assert all(math.isfinite(step) for step in found)
