"""A sweep is the engine's own numbers at other values of one input."""

import math

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from playground.engine.observe import Observation, observe, observe_together
from playground.engine.sweep import MAX_PLACES, at, places, swept
from tests.cases import case_at
from tests.programs import Made, programs

EXACT = "y = a*x^2 + b*x + c; z = sqrt(x)*relu(y)/(x - b)"
"""A program whose operations come out the same one by one and all at once."""
APPROXIMATED = "y = exp(x)*a + sin(x)^1.7"


def same(first: object, second: object) -> bool:
    """Whether two observations, or parts of them, are the same to the last bit."""
    if isinstance(first, torch.Tensor):
        return (
            isinstance(second, torch.Tensor) and first.dtype == second.dtype and torch.equal(bits(first), bits(second))
        )
    if isinstance(first, dict):
        return (
            isinstance(second, dict)
            and first.keys() == second.keys()
            and all(same(first[key], second[key]) for key in first)
        )
    if isinstance(first, tuple):
        return isinstance(second, tuple) and len(first) == len(second) and all(map(same, first, second))
    if hasattr(first, "__dataclass_fields__"):
        return all(same(getattr(first, name), getattr(second, name)) for name in first.__dataclass_fields__)
    return first == second or (isinstance(first, float) and math.isnan(first))


def bits(tensor: torch.Tensor) -> torch.Tensor:
    return tensor.nan_to_num(nan=12345.0)


@pytest.mark.parametrize("text", [EXACT, APPROXIMATED])
@pytest.mark.parametrize("gradient", [None, {"y": 3.0}])
def test_every_place_is_what_a_run_at_that_value_says(text: str, gradient: dict[str, float] | None) -> None:
    values = {"a": 0.3, "x": 0.7, "b": -2.1, "c": 1.0}
    case = case_at(text, values, gradient=gradient)
    at_places = places(0.7)
    for value, observation in zip(at_places, swept(case, "x", at_places), strict=True):
        assert same(observation, observe(at(case, "x", value)))


@given(programs(), st.floats(-3, 3), st.data())
def test_of_any_program_too(made: Made, value: float, data: st.DataObject) -> None:
    case = case_at(made.program, made.values)
    scalars = [name for name, own in made.values.items() if isinstance(own, int | float)]
    if not scalars:
        return
    name = data.draw(st.sampled_from(scalars))
    for place, observation in zip((value, 0.5), swept(case, name, (value, 0.5)), strict=True):
        assert same(observation, observe(at(case, name, place)))


def test_a_run_at_once_asks_pytorch_once(monkeypatch: pytest.MonkeyPatch) -> None:
    runs: list[Observation] = []
    monkeypatch.setattr(
        "playground.engine.sweep.observe_together", lambda *of: runs.append(observe_together(*of)) or runs[-1]
    )
    assert len([*swept(case_at("y = x^2 + 3*x", {"x": 2.0}), "x", places(2.0))]) == MAX_PLACES
    assert len(runs) == 2


@pytest.mark.parametrize(
    ("value", "first", "last", "step"),
    [
        (0.0, -3.0, 3.0, 0.1),
        (0.5, -2.5, 3.5, 0.1),
        (2.0, -1.0, 5.0, 0.1),
        (-20.0, -50.0, 10.0, 1.0),
        (1e9, -2e9, 4e9, 1e8),
        (1e-9, -29e-9, 31e-9, 1e-9),
        (0.05, -0.25, 0.35, 0.01),
    ],
)
def test_places_are_round_numbers_in_the_values_scale(value: float, first: float, last: float, step: float) -> None:
    found = places(value)
    assert (found[0], found[-1]) == (first, last)
    assert len(found) == MAX_PLACES
    assert found[1] - found[0] == pytest.approx(step)
    assert value in found


@given(st.floats(allow_nan=False, allow_infinity=False))
def test_places_rise_and_hold_the_value(value: float) -> None:
    found = places(value)
    assert value in found
    assert list(found) == sorted(set(found))
    assert all(map(math.isfinite, found))
