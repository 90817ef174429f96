"""The kinds of critical points are proved: what is said is so, and where nothing is proved nothing is said."""

from collections.abc import Sequence
from itertools import combinations_with_replacement, product

import numpy
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

import playground as pg
from playground.descent.landscape import Surface, kinds_of
from playground.exact.kinds import answer
from playground.exact.levels import MAXIMUM, MINIMUM, SADDLE, UNDECIDED
from playground.proof.kinds import MAX_PROVED_ENTRIES

COEFFICIENTS = st.integers(-4, 4)


def proved(text: str, at: Sequence[float], size: float = 1.0, **constants: float) -> str:
    """The kind of a place of x, or of x, y, ...; `answer` is called without a process between."""
    names = ("x", "y", "z", "w", "u")[: len(at)]
    surface = Surface(pg.parse(f"v = {text}"), dict(zip(names, at, strict=True)), constants)
    return dict(answer(surface.levels(torch.tensor([at], dtype=torch.float64), size))).get(0, UNDECIDED)


def by_eigenvalues(matrix: numpy.ndarray) -> str:
    """What a quadratic form is at 0, by NumPy's eigenvalues; undecided where one is 0."""
    values = numpy.linalg.eigvalsh(matrix)
    if (abs(values) < 1e-9).any():
        return UNDECIDED
    return MINIMUM if (values > 0).all() else MAXIMUM if (values < 0).all() else SADDLE


@settings(max_examples=40, deadline=None)
@given(st.data(), st.integers(2, 4))
def test_a_form_with_terms_of_higher_order_is_what_the_form_is(data: st.DataObject, count: int) -> None:
    """Moved to a place that no float holds exactly, and multiplied by something that is positive."""
    names = ("x", "y", "z", "w")[:count]
    pairs = list(combinations_with_replacement(range(count), 2))
    form = dict(zip(pairs, data.draw(st.lists(COEFFICIENTS, min_size=len(pairs), max_size=len(pairs))), strict=True))
    cube, at = (
        data.draw(COEFFICIENTS),
        data.draw(st.lists(st.sampled_from([0.1, -2.3, 0.7]), min_size=count, max_size=count)),
    )
    matrix = numpy.zeros((count, count))
    for (row, column), factor in form.items():
        matrix[row, column] += factor
        matrix[column, row] += factor
    shifted = [f"({name} - {place})" for name, place in zip(names, at, strict=True)]
    terms = [f"({factor})*{shifted[row]}*{shifted[column]}" for (row, column), factor in form.items()]
    text = f"({' + '.join(terms)} + ({cube})*{shifted[0]}^3)*exp({names[0]} - {at[0]})"
    assert proved(text, at) == by_eigenvalues(matrix)


FLAT = (
    "x^2*y^2", "x^4 + y^4", "x^4 - y^4", "(x - y)^2", "x^3 - 3*x*y^2", "x^2 + y^3", "x^2 - y^4",
    "x^2 + y^2 - 1.000001*abs(x*y)", "0*x + 0*y",
    "x^2 + y^2 + abs(y)", "x^2 + y^2 - 3*abs(y - 1e-9)", "x^2 + 2*y^2 - 3*detach(y)^2", "x^2 + y^2 + floor(x)",
    "x^2 + y^2 + 1e-9*log(x)", "x^2 + y^2 + sign(y)", "norm([x, y])", "sqrt(x^2 + y^2)^3", "x^2 + relu(y)^2",
)  # fmt: skip


@pytest.mark.parametrize("text", FLAT)
def test_of_what_a_hessian_does_not_show_nothing_is_said(text: str) -> None:
    assert proved(text, (0.0, 0.0)) == UNDECIDED


@pytest.mark.parametrize("away", [1e-3, 1e-1])
def test_no_kind_is_given_to_a_place_that_is_no_critical_point(away: float) -> None:
    assert proved("x^2 + 3*y^2", (away, 0.0)) == UNDECIDED
    assert proved("cos(x)", (away,)) == UNDECIDED


# One number


@settings(max_examples=60, deadline=None)
@given(st.integers(1, 6), st.sampled_from([-1, 1]), st.sampled_from([0.1, -3.7, 0.0]), st.booleans())
def test_a_power_turns_where_its_exponent_is_even(exponent: int, sign: int, at: float, corner: bool) -> None:
    """`corner` writes the absolute value's power, which turns for each exponent."""
    inside = f"abs(x - {at})" if corner else f"(x - {at})"
    turns = corner or exponent % 2 == 0
    kind = proved(f"{sign}*{inside}^{exponent}*(2 + sin(x))", (at,))
    assert kind == ((MINIMUM if sign > 0 else MAXIMUM) if turns else UNDECIDED)


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("abs(x^2 - 2)", MINIMUM),
        ("max(x - sqrt(2), 2*(sqrt(2) - x))", MINIMUM),
        ("-relu(x - sqrt(2)) - relu(sqrt(2) - x)", MAXIMUM),
        ("x*log(x) - x*(1 + log(sqrt(2)) - 1)", UNDECIDED),
    ],
)
def test_a_corner_at_a_place_that_is_no_float_is_proved(text: str, kind: str) -> None:
    assert proved(text, (2**0.5,)) == kind


@pytest.mark.parametrize(
    "text", ["x^2 + 5*sign(x)", "1/x^2", "x^2 + floor(x)", "x*detach(x)", "x^2 - 2*detach(x)^2", "log(x^2)"]
)
def test_where_a_function_jumps_or_ends_no_turn_of_the_slope_proves_anything(text: str) -> None:
    assert proved(text, (0.0,)) == UNDECIDED


# The process


def test_more_entries_than_can_be_proved_in_time_are_not_decided() -> None:
    for count, kind in ((MAX_PROVED_ENTRIES, MINIMUM), (MAX_PROVED_ENTRIES + 1, UNDECIDED)):
        surface = Surface(pg.parse("v = sum(x^2)"), {"x": [0.0] * count}, {})
        assert kinds_of(surface, torch.zeros(1, count, dtype=torch.float64), 1.0) == [kind]


def test_constants_are_what_the_tensors_hold() -> None:
    for a, b in product((-2.0, 0.5), repeat=2):
        kind = by_eigenvalues(numpy.diag([a, b]))
        assert proved("a*x^2 + b*y^2", (0.0, 0.0), a=a, b=b) == kind
