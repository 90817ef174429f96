"""What sentences claim of a function beside a point holds, also at corners and jumps and of what is detached."""

from collections.abc import Callable, Mapping, Sequence

import numpy
import pytest
import torch
from hypothesis import example, given, settings
from hypothesis import strategies as st

from playground.descent.compute import levels_near
from playground.descent.landscape import Surface, levels_of_two, minimum_below
from playground.descent.run import descend
from playground.descent.shape import CriticalPoint
from playground.descent.theory import theory
from playground.exact.levels import UNDECIDED
from playground.language.parse import parse
from playground.second.hessian import MAXIMUM, MINIMUM, SADDLE, SLOPE, orders, second
from tests.cases import case_at

Numbers = numpy.typing.NDArray[numpy.float64]

SURFACES: dict[str, Callable[[Numbers, Numbers], Numbers]] = {
    "u^2": lambda u, v: u * u,
    "v^2": lambda u, v: v * v,
    "u*v": lambda u, v: u * v,
    "abs(u)": lambda u, v: abs(u),
    "0.0001*abs(v)": lambda u, v: 1e-4 * abs(v),
    "abs(u - v)": lambda u, v: abs(u - v),
    "relu(minimum(u, v))": lambda u, v: numpy.maximum(numpy.minimum(u, v), 0),
    "relu(u)^2": lambda u, v: numpy.maximum(u, 0) ** 2,
    "v*abs(v)": lambda u, v: v * abs(v),
    "floor(u)": lambda u, v: numpy.floor(u),
    "where(v > 0, v^2, 0)": lambda u, v: numpy.where(v > 0, v * v, 0),
    "detach(u)": lambda u, v: u,
    "v*detach(v)": lambda u, v: v * v,
}
"""Terms of surfaces that are 0 at the origin, with the same written apart from the product."""

ANGLES = numpy.linspace(0, numpy.pi, 361)
COSINES, SINES = (numpy.round(wave(ANGLES), 15) for wave in (numpy.cos, numpy.sin))
"""Zero along the axes, where a jump stands."""


@settings(max_examples=25, deadline=None)
@example({"u^2": 1, "v^2": 1, "0.0001*abs(v)": -1})
@example({"u^2": 1, "v^2": 1, "relu(minimum(u, v))": -3})
@example({"u^2": 1, "v^2": -1, "abs(u - v)": 3})
@example({"u^2": -1, "v^2": 1, "floor(u)": 1})
@given(st.dictionaries(st.sampled_from(list(SURFACES)), st.integers(-3, 3).filter(bool), min_size=1, max_size=4))
def test_what_is_called_a_minimum_a_maximum_or_a_saddle_is_one(terms: Mapping[str, int]) -> None:
    """Whatever autograd gives for the Hessian at the origin."""
    says = second(case_at(text_of(terms), {"u": 0.0, "v": 0.0}), ("u", "v")).says
    assert_of_kind(says, terms, (0.0, 0.0))


def text_of(terms: Mapping[str, int]) -> str:
    """The program of a sum of terms, with both inputs."""
    return "y = 0*u + 0*v + " + " + ".join(f"({factor})*{term}" for term, factor in terms.items())


def height_of(terms: Mapping[str, int], u: Numbers, v: Numbers) -> Numbers:
    """How high the surface is."""
    return numpy.asarray(sum(factor * SURFACES[term](u, v) for term, factor in terms.items()))


def assert_of_kind(kind: str, terms: Mapping[str, int], at: Sequence[float]) -> None:
    """On circles around a place, half way round: the lower and the higher of two opposite points."""
    here = height_of(terms, *map(numpy.asarray, at))
    for radius in (1e-5, 1e-7):
        u, v = radius * COSINES, radius * SINES
        pair = [height_of(terms, at[0] + side * u, at[1] + side * v) - here for side in (1, -1)]
        low, high = numpy.minimum(*pair), numpy.maximum(*pair)
        assert kind != MINIMUM or low.min() > -1e-14
        assert kind != MAXIMUM or high.max() < 1e-14
        assert kind != SADDLE or (low.max() > -1e-14 and high.min() < 1e-14)


@settings(max_examples=40, deadline=None)
@given(st.floats(-99, 99), st.floats(0.1, 9), st.floats(-1e6, 1e6))
def test_rounding_is_taken_for_no_corner(x: float, a: float, c: float) -> None:
    """A parabola multiplied out, at its minimum: its values beside it are right to a few roundings of its terms."""
    for dtype in (torch.float32, torch.float64):
        bottom = torch.tensor(x, dtype=dtype).item()
        case = case_at(
            "y = a*x^2 - b*x + c + d*x",
            {"a": a, "b": 3 * a * bottom, "c": c, "d": a * bottom, "x": bottom},
            dtype=dtype,
        )
        assert orders(case, "x", 2).says in (MINIMUM, SLOPE)


@settings(max_examples=8, deadline=None)
@example({"u^2": 1, "v^2": 1, "0.0001*abs(v)": -1})
@example({"u^2": 1, "v^2": -1, "abs(u - v)": 3})
@example({"u^2": 2, "v^2": 1, "v*detach(v)": -3})
@given(st.dictionaries(st.sampled_from(list(SURFACES)), st.integers(-3, 3).filter(bool), min_size=1, max_size=4))
def test_what_is_found_on_a_landscape_is_of_the_kind_that_is_told(terms: Mapping[str, int]) -> None:
    """By circles as above, around every place that was found, and around the one that steps downhill lead to."""
    surface = Surface(parse(text_of(terms)), {"u": 0.0, "v": 0.0}, {})
    levels = levels_of_two(surface, [(-1.0, 1.0)] * 2).places
    below = minimum_below(surface, surface.start)
    for place in (*levels, *([below] if below else [])):
        assert_of_kind(place.kind, terms, place.at)


TURNS = {
    "x^2 - 2*detach(x)^2": UNDECIDED,
    "x^2 - detach(abs(x))": UNDECIDED,
    "abs(x) + x^2/9": MINIMUM,
    "-abs(x)": MAXIMUM,
}
"""Functions whose slope changes its sign at 0, as autograd gives it, and what is there."""


@pytest.mark.parametrize("text", TURNS)
def test_where_the_slope_changes_its_sign_heights_tell_what_is_there(text: str) -> None:
    places = levels_near(case_at(f"y = {text}", {"x": 0.3}), "y", None).places
    assert [place.kind for place in places if abs(place.at[0]) < 1e-9] == [TURNS[text]]


LOWEST = CriticalPoint((0.0,), 0.0, MINIMUM, True)
BOTTOMS: dict[str, Callable[[float], float]] = {
    "x^2": lambda x: 2 * x,
    "0.01*abs(x)": lambda x: 0.01 * float(numpy.sign(x)),
    "relu(x)^2": lambda x: 2 * max(x, 0.0),
    "x^4": lambda x: 4 * x**3,
    "x*detach(x)": lambda x: x,
    "cosh(x)": lambda x: float(numpy.sinh(x)),
}
"""Terms that are lowest at 0, with the slope that autograd takes."""


@settings(max_examples=25, deadline=None)
@example({"x^2": 1, "0.01*abs(x)": 1}, 0.4)
@given(
    st.dictionaries(st.sampled_from(list(BOTTOMS)), st.integers(1, 3), min_size=1, max_size=3),
    st.floats(0.1, 0.9),
)
def test_close_to_a_minimum_each_step_multiplies_the_error_by_the_factor_that_is_told(
    terms: Mapping[str, int], part: float
) -> None:
    """On both sides, for rates below the limit; nothing is told where there is a corner."""
    program = parse("y = " + " + ".join(f"{factor}*{term}" for term, factor in terms.items()))
    found = theory(Surface(program, {"x": 0.0}, {}), LOWEST, descend(program, {"x": 0.0}, steps=1), 1.0)
    if found is not None:
        rate = part * found.limit
        promise = theory(Surface(program, {"x": 0.0}, {}), LOWEST, descend(program, {"x": 0.0}, steps=1), rate)
        assert promise is not None
        assert promise.factor is not None
        for error in (1e-4, -1e-4):
            after = error - rate * sum(factor * BOTTOMS[term](error) for term, factor in terms.items())
            assert abs(after) == pytest.approx(promise.factor * 1e-4, abs=1e-7)
