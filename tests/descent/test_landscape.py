"""Level places exactly and as found, what has no minimum, and where a run is heading."""

import math

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

import playground as pg
from playground.descent.landscape import (
    ENDLESS,
    NEVER_REACHED,
    CriticalPoints,
    Surface,
    at_zero,
    downhill,
    levels_of_one,
    levels_of_two,
    minimum_below,
    shape_along,
    warning_of_two,
)
from playground.exact.levels import MAXIMUM, MINIMUM, SADDLE, UNDECIDED
from tests.cases import case_at


def levels(
    text: str, start: float = 1.0, window: tuple[float, float] = (-5.013, 5.0), **values: float
) -> CriticalPoints:
    program = pg.parse(text)
    surface = Surface(program, {"x": start}, values)
    case = at_zero(case_at(program, {**values, "x": start}, ("x",)))
    shape = shape_along(program, case.inputs, program.outputs[0], None, {("x", ()): 1.0})
    return levels_of_one(shape, surface, window)


def summary(found: CriticalPoints) -> list[tuple[float, str, bool]]:
    return [(round(place.at[0], 5), place.kind, place.lowest) for place in found.places]


def test_the_quartic_has_a_local_and_a_global_minimum() -> None:
    found = levels("y = x^4 - 3x^2 + x")
    assert found.exact
    assert found.warning is None
    assert summary(found) == [(-1.30084, MINIMUM, True), (0.16994, MAXIMUM, False), (1.1309, MINIMUM, False)]


def test_two_equal_minima_are_both_lowest() -> None:
    assert summary(levels("y = x^4 - 2x^2")) == [(-1, MINIMUM, True), (0, MAXIMUM, False), (1, MINIMUM, True)]


@given(st.lists(st.integers(-6, 6), min_size=1, max_size=5, unique=True))
@settings(max_examples=12)
def test_the_roots_of_a_derivative_are_exact(roots: list[int]) -> None:
    """A polynomial whose slope is the product of (x - root): its level places are those, to the last bit."""
    product = torch.tensor([1.0], dtype=torch.float64)
    for root in roots:
        product = torch.cat([product, torch.zeros(1)]) - root * torch.cat([torch.zeros(1), product])
    powers = list(zip(product.tolist(), range(len(roots), -1, -1), strict=True))
    text = "y = " + " + ".join(f"({coefficient:.0f})/{power + 1}*x^{power + 1}" for coefficient, power in powers)
    found = levels(text)
    assert [place.at[0] for place in found.places] == sorted(map(float, roots))
    assert found.exact
    assert (found.warning == ENDLESS) == (len(roots) % 2 == 0)
    kinds = [place.kind for place in found.places][::-1]
    assert kinds == [(MINIMUM, MAXIMUM)[turn % 2] for turn in range(len(roots))]


def test_degree_twenty() -> None:
    product = "*".join(f"(x-{root})" for root in range(1, 21))
    found = levels(f"y = {product}")
    assert found.exact
    assert len(found.places) == 19
    assert sum(place.lowest for place in found.places) == 2


@pytest.mark.parametrize(
    ("text", "warning"),
    [
        ("y = x^3", ENDLESS),
        ("y = x", ENDLESS),
        ("y = log(x)", ENDLESS),
        ("y = 1/x", ENDLESS),
        ("y = x + sin(x)", ENDLESS),
        ("y = -x^4 + x^2", ENDLESS),
        ("y = exp(x)", NEVER_REACHED),
        ("y = 1/x^2", NEVER_REACHED),
        ("y = sigmoid(x)", NEVER_REACHED),
        ("y = 1/(1 + x^2)", NEVER_REACHED),
        ("y = x^2", None),
        ("y = 1 - exp(-x^2)", None),
        ("y = x*log(x)", None),
        ("y = abs(x)", None),
        ("y = sin(x)", None),
        ("y = x^2*exp(-x)", None),
    ],
)
def test_what_has_no_minimum_is_said(text: str, warning: str | None) -> None:
    assert levels(text).warning == warning


def test_what_is_no_polynomial_is_found_by_trying() -> None:
    found = levels("y = sin(2x) + x^2/9")
    assert not found.exact
    for place in found.places:
        assert 2 * math.cos(2 * place.at[0]) + place.at[0] * 2 / 9 == pytest.approx(0, abs=1e-9)
    assert sum(place.lowest for place in found.places) == 1
    assert summary(levels("y = abs(x - 1)")) == [(1, MINIMUM, True)]
    assert not levels("y = tan(x)").places


def test_a_detached_value_is_not_asked_of_sympy() -> None:
    assert not levels("y = x*detach(x)").exact


# Two variables


def both(text: str, start: tuple[float, float] = (0.1, 0.2)) -> CriticalPoints:
    surface = Surface(pg.parse(text), {"x": start[0], "y": start[1]}, {})
    return levels_of_two(surface, [(-5.013, 5.0)] * 2)


def test_himmelblau_has_nine_level_places() -> None:
    found = both("z = (x^2 + y - 11)^2 + (x + y^2 - 7)^2")
    kinds = [place.kind for place in found.places]
    assert (kinds.count(MINIMUM), kinds.count(SADDLE), kinds.count(MAXIMUM)) == (4, 4, 1)
    assert any(place.at == pytest.approx((3, 2)) for place in found.places)
    assert all(place.height == pytest.approx(0, abs=1e-9) for place in found.places if place.kind == MINIMUM)
    assert not found.exact


def test_a_saddle_is_one_and_goes_down_without_end() -> None:
    program = pg.parse("z = x^2 - y^2")
    (place,) = both("z = x^2 - y^2").places
    assert place.kind == SADDLE
    assert warning_of_two(case_at(program, {"x": 1.0, "y": 0.5}), "z", None) == ENDLESS
    bowl = pg.parse("z = x^2 + y^2")
    assert warning_of_two(case_at(bowl, {"x": 1.0, "y": 0.5}), "z", None) is None
    product = pg.parse("z = x*y")
    assert warning_of_two(case_at(product, {"x": 0.0, "y": 0.0}), "z", None) == ENDLESS


def test_where_the_hessian_is_zero_the_kind_is_not_decided() -> None:
    """x²y² is nowhere below 0, so that the origin is no saddle, whatever a Hessian beside it says."""
    kinds = {text: [place.kind for place in both(text).places] for text in ("z = x^2*y^2", "z = x^4 - y^4")}
    assert kinds == {"z = x^2*y^2": [UNDECIDED], "z = x^4 - y^4": [UNDECIDED]}


# Where it leads


@pytest.mark.parametrize(("start", "end"), [(2.0, 1.1309), (0.2, 1.1309), (0.1, -1.30084), (-3.0, -1.30084)])
def test_downhill_from_a_start(start: float, end: float) -> None:
    found = levels("y = x^4 - 3x^2 + x")
    slope = 4 * start**3 - 6 * start + 1
    place = downhill(found, start, slope)
    assert place is not None
    assert place.at[0] == pytest.approx(end, abs=1e-4)
    by_steps = minimum_below(Surface(pg.parse("y = x^4 - 3x^2 + x"), {"x": start}, {}), torch.tensor([start]))
    assert by_steps is not None
    assert by_steps.at[0] == pytest.approx(end, abs=1e-4)


def test_rosenbrocks_minimum_is_found_from_afar() -> None:
    surface = Surface(pg.parse("z = (1 - x)^2 + 100*(y - x^2)^2"), {"x": -1.0, "y": 1.5}, {})
    place = minimum_below(surface, surface.start)
    assert place is not None
    assert place.at == pytest.approx((1, 1), abs=1e-6)


def test_going_down_without_end_leads_nowhere() -> None:
    surface = Surface(pg.parse("y = exp(x)"), {"x": 1.0}, {})
    assert minimum_below(surface, surface.start) is None


def test_heights_slopes_and_second_derivatives_of_many_points() -> None:
    surface = Surface(pg.parse("z = x^2*y + a"), {"x": 1.0, "y": 2.0}, {"a": 3.0})
    points = torch.tensor([[1.0, 2.0], [-1.0, 0.5]], dtype=torch.float64)
    assert surface.heights(points).tolist() == [5.0, 3.5]
    assert surface.slopes(points)[1].tolist() == [[4.0, 1.0], [-1.0, 1.0]]
    assert surface.bends(points)[1].tolist() == [[[4.0, 2.0], [2.0, 0.0]], [[1.0, -2.0], [-2.0, 0.0]]]
