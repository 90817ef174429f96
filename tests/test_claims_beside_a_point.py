"""What sentences claim of a function beside a point holds, also at corners and jumps and of what is detached."""

from collections.abc import Callable, Mapping

import numpy
import torch
from hypothesis import example, given, settings
from hypothesis import strategies as st

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


@settings(max_examples=80, deadline=None)
@example({"u^2": 1, "v^2": 1, "0.0001*abs(v)": -1})
@example({"u^2": 1, "v^2": 1, "relu(minimum(u, v))": -3})
@example({"u^2": 1, "v^2": -1, "abs(u - v)": 3})
@given(st.dictionaries(st.sampled_from(list(SURFACES)), st.integers(-3, 3).filter(bool), min_size=1, max_size=4))
def test_what_is_called_a_minimum_a_maximum_or_a_saddle_is_one(terms: Mapping[str, int]) -> None:
    """On circles around the origin, half way round: the lower and the higher of two opposite points."""
    case = case_at(
        "y = 0*u + 0*v + " + " + ".join(f"({factor})*{term}" for term, factor in terms.items()), {"u": 0.0, "v": 0.0}
    )
    says = second(case, ("u", "v")).says
    for radius in (1e-5, 1e-8):
        u, v = radius * numpy.cos(ANGLES), radius * numpy.sin(ANGLES)
        pair = [sum(factor * SURFACES[term](*at) for term, factor in terms.items()) for at in ((u, v), (-u, -v))]
        low, high = numpy.minimum(*pair).min(), numpy.maximum(*pair).max()
        assert says != MINIMUM or low > -(radius**3)
        assert says != MAXIMUM or high < radius**3
        assert says != SADDLE or (numpy.minimum(*pair).max() > 0 > numpy.maximum(*pair).min())


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
