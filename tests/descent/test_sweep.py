"""Every rate of a sweep ends where its own run ends, to the last bit."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import playground as pg
from playground.descent.optimizers import OPTIMIZERS
from playground.descent.run import objective
from playground.descent.sweep import COSTLY_RATES, PLAIN_RATES, SEPARATE_RATES, how_many, sweep, sweep_cost
from playground.language import limits

RATES = (0.003, 0.01, 0.05, 0.2, 0.7, 1.1, 5.0)


def single(text: str, start: dict[str, float], optimizer: str, steps: int) -> list[float | None]:
    runs = [pg.descend(pg.parse(text), start, optimizer=optimizer, lr=rate, steps=steps) for rate in RATES]
    return [run.values[-1] if run.diverged_at is None else None for run in runs]


@pytest.mark.parametrize("optimizer", [name for name, row in OPTIMIZERS.items() if not row.matrices])
@pytest.mark.parametrize("text", ["y = (x - 1)^2/3 + x^3/50", "y = x^4 - 3x^2 + x", "y = sin(3x)*exp(-x^2)"])
def test_the_values_are_those_of_single_runs(text: str, optimizer: str) -> None:
    found = sweep(pg.parse(text), {"x": 0.7}, {}, optimizer, RATES, 25)
    assert list(found.values) == single(text, {"x": 0.7}, optimizer, 25)


@given(st.lists(st.integers(-9, 9), min_size=3, max_size=4), st.integers(-9, 9))
@settings(max_examples=20)
def test_polynomials_go_in_one_go_with_the_same_bits(integers: list[int], start: int) -> None:
    text = "y = " + " + ".join(f"({integer / 7!r})*x^{power}" for power, integer in enumerate(integers))
    text = text.replace("x^0", "(x - x + 1)")
    begin = {"x": start / 3}
    assert how_many(objective(pg.parse(text), begin, {}), "SGD") == PLAIN_RATES
    assert list(sweep(pg.parse(text), begin, {}, "SGD", RATES, 15).values) == single(text, begin, "SGD", 15)


def test_two_variables() -> None:
    text, start = "z = (1 - x)^2 + 100*(y - x^2)^2", {"x": -1.0, "y": 1.5}
    assert list(sweep(pg.parse(text), start, {}, "Adam", RATES, 20).values) == single(text, start, "Adam", 20)


def test_how_many_rates_is_a_matter_of_what_they_cost() -> None:
    square, quartic = (objective(pg.parse(text), {"x": 1.0}, {}) for text in ("y = x^2", "y = x^4"))
    several = objective(pg.parse("y = x^2"), {"x": [1.0, 2.0]}, {})
    assert how_many(square, "SGD") == how_many(square, "Momentum") == PLAIN_RATES
    assert how_many(square, "Adam") == COSTLY_RATES
    assert how_many(quartic, "SGD") == how_many(several, "SGD") == SEPARATE_RATES


@pytest.mark.parametrize("optimizer", ["SGD", "Momentum", "RMSprop", "Adam"])
def test_the_lectures_500_steps_are_swept(optimizer: str) -> None:
    goal = objective(pg.parse("y = a*x^2 + b*x + c"), {"x": 0.0}, {"a": 1.0, "b": -2.0, "c": 1.0})
    assert 500 * sweep_cost(goal, optimizer) <= limits.MAX_PANEL_COST


def test_a_rate_that_is_none_is_refused() -> None:
    with pytest.raises(pg.EvaluationError):
        sweep(pg.parse("y = x^2"), {"x": 1.0}, {}, "SGD", [0.1, -1.0], 5)
