"""Traps are found where they are, and nowhere in programs that do no harm."""

import math
import operator
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
import torch
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from playground.engine.traps import BROADCAST, traps
from playground.pitfalls.table import PITFALLS
from tests.cases import case_at
from tests.programs import Made, among, programs

PAIR, COLUMN = [1.0, 2.0], [[1.0], [2.0]]
FOUND: list[tuple[str, dict[str, Any], str, str]] = [
    ("y = where(x > 0, sqrt(x), x)", {"x": 0.0}, "where-nan", "where(x > 0, √(x), x)"),
    ("y = where(x > 0, sqrt(x), x)", {"x": 4.0}, "where-nan", "where(x > 0, √(x), x)"),
    ("y = sum(where(x > 0, x*log(x), 0))", {"x": PAIR}, "where-nan", "where(x > 0, x·log(x), 0)"),
    ("y = where(x == 0, 1, sin(x)/x)", {"x": 0.0}, "where-nan", "where(x = 0, 1, sin(x)/x)"),
    ("y = where(0 < x, 1/x, 0)", {"x": 1.0}, "where-nan", "where(0 < x, 1/x, 0)"),
    ("r = x^2; y = where(r > 0, sqrt(r), 0)", {"x": 1.0}, "where-nan", "where(r > 0, √(r), 0)"),
    ("y = where(x >= -1, sqrt(x), x)", {"x": 1.0}, "where-nan", "where(x ≥ −1, √(x), x)"),
    ("y = sum(log(softmax(x, dim=0)))", {"x": PAIR}, "log-softmax", "log(softmax(x, dim=0))"),
    ("p = softmax(x, dim=0); y = sum(log(p))", {"x": PAIR}, "log-softmax", "log(p)"),
    ("y = F.cross_entropy(softmax(x, dim=0), t)", {"x": PAIR, "t": 1.0}, "softmax-twice", "softmax(x, dim=0)"),
    ("y = x*detach(x)", {"x": 3.0}, "detach", "x·detach(x)"),
    ("y = detach(sin(x))*exp(x)", {"x": 3.0}, "detach", "detach(sin(x))·exp(x)"),
    ("y = sum(w*x)", {"w": PAIR, "x": COLUMN}, "broadcast", "w·x"),
    ("y = mean((x - t)^2)", {"x": COLUMN, "t": PAIR}, "mse-shapes", "x − t"),
    ("y = F.mse_loss(x, t)", {"x": COLUMN, "t": PAIR}, "mse-shapes", "mse_loss(x, t)"),
]


@pytest.mark.filterwarnings("ignore:Using a target size")
@pytest.mark.parametrize(("text", "values", "trap", "place"), FOUND)
def test_a_trap_is_found_where_it_is(text: str, values: dict[str, Any], trap: str, place: str) -> None:
    (spotted,) = traps(case_at(text, values).run())
    assert spotted.trap == trap
    assert place in spotted.place


def test_each_has_its_pitfall() -> None:
    assert {trap for _, _, trap, _ in FOUND} | set(BROADCAST.values()) <= PITFALLS.keys()


def test_one_trap_in_two_places_is_said_once_and_two_are_said_in_their_order() -> None:
    program = "u = x*detach(x) + detach(x)*x; y = where(x > 0, sqrt(x), u)"
    assert [spotted.trap for spotted in traps(case_at(program, {"x": 1.0}).run())] == ["detach", "where-nan"]


def test_without_a_gradient_nothing_is_a_trap() -> None:
    assert traps(case_at("y = where(a > 0, sqrt(a), a)*detach(a)", {"a": 1.0}).run()) == ()


# What a note says of a trap happens


SINGULAR_TEXTS = ("sqrt({})", "1/{}", "log({})", "log2({})", "log10({})", "rsqrt({})", "torch.reciprocal({})", "({})^2")
AROUND = (
    "{}",
    "sin({})",
    "x*{}",
    "round({})",
    "-{}",
    "detach({})",
    "exp(detach({}))",
    "where({} > 1, x, 2)",
    "sign({})",
)
CONDITIONS = ("{} > 0", "{} >= 0", "{} != 0", "{} > -1", "{} < 0", "0 < {}", "-1 <= {}", "{} == 0")


@settings(max_examples=200, deadline=None)
@given(
    st.sampled_from(SINGULAR_TEXTS), st.sampled_from(AROUND), st.sampled_from(AROUND), st.sampled_from(CONDITIONS),
    st.sampled_from(("x", "(x - 3)", "x^3", "(2x)")), st.booleans(),
)  # fmt: skip
def test_where_two_branches_are_said_to_make_nan_they_do(
    singular: str, inner: str, outer: str, condition: str, at: str, first: bool
) -> None:
    """At a point where the branch is not taken; the gradient is PyTorch's."""
    branch = outer.format(inner.format(singular.format(at)))
    text = f"y = where({condition.format(at)}, {f'{branch}, 1' if first else f'1, {branch}'})"
    if "where-nan" in {spotted.trap for spotted in traps(case_at(text, {"x": 4.0}).run())}:
        assert any(math.isnan(slope(text, x)) for x in (0.0, 3.0, -2.0, -1e9)), text


FUNCTIONS = st.sampled_from(
    ("sin({})", "({})^2", "3*{}", "exp({})", "round({})", "sign({})", "floor({})", "{}/2", "detach({})",
     "zeros_like({})", "where({} > 0.3, 1, 0)")
)  # fmt: skip


@settings(max_examples=150, deadline=None)
@given(st.lists(FUNCTIONS, max_size=3), st.booleans())
def test_a_share_of_the_slope_is_said_to_be_missing_where_it_is(functions: list[str], left: bool) -> None:
    """The slope with the factor that is detached against the one with a factor that is not."""
    inner = "x"
    for function in functions:
        inner = function.format(inner)
    text, whole = (f"y = {f'{cut}*x' if left else f'x*{cut}'}" for cut in (f"detach({inner})", f"({inner})"))
    missing = any(slope(text, x) != pytest.approx(slope(whole, x)) for x in (0.37, -0.81, 1.3))
    found = {spotted.trap for spotted in traps(case_at(text, {"x": 0.37}, dtype=torch.float64).run())}
    assert ("detach" in found) == missing, text


SHAPES = st.sampled_from([(3,), (3, 1), (1, 3), (3, 3), (), (1,)])
ENTRY_BY_ENTRY: dict[str, Callable[[Any, Any], Any]] = {
    "{} + {}": operator.add, "{} - {}": operator.sub, "{}*{}": operator.mul,
    "F.mse_loss({}, {})": lambda u, v: (u - v)**2,
}  # fmt: skip


@pytest.mark.filterwarnings("ignore:Using a target size")
@settings(max_examples=150, deadline=None)
@given(st.sampled_from(list(ENTRY_BY_ENTRY)), SHAPES, SHAPES)
def test_a_vector_and_a_column_are_said_to_become_a_square_where_every_entry_meets_every_other(
    text: str, left: tuple[int, ...], right: tuple[int, ...]
) -> None:
    values = {name: torch.randn(shape).tolist() for name, shape in (("x", left), ("w", right))}
    run = case_at(f"y = {text.format('x', 'w')}", values, dtype=torch.float64).run()
    found = traps(run)
    assert bool(found) == ({left, right} == {(3,), (3, 1)})
    if found:
        first, second = (np.ravel(values[name]) for name in "xw")
        met = sorted(ENTRY_BY_ENTRY[text](u, v) for u in first for v in second)
        result = np.mean(met) if "loss" in text else met
        assert np.allclose(np.sort(np.ravel(run.outputs["y"].detach())), result)


@settings(max_examples=60, deadline=None)
@given(st.lists(st.floats(-40, 40), min_size=2, max_size=4))
def test_log_softmax_is_the_log_of_softmax_and_stays_finite(scores: list[float]) -> None:
    """What the notes on softmax say of it and of cross_entropy, by PyTorch itself."""
    x = torch.tensor(scores, dtype=torch.float64)
    torch.testing.assert_close(torch.log_softmax(x, 0), torch.softmax(x, 0).log())
    apart = torch.tensor([0.0, -2000.0], dtype=torch.float64)
    assert torch.softmax(apart, 0).log().isinf().any()
    assert torch.log_softmax(apart, 0).isfinite().all()
    target = torch.tensor(1)
    torch.testing.assert_close(
        torch.nn.functional.cross_entropy(torch.softmax(x, 0), target), -torch.softmax(torch.softmax(x, 0), 0)[1].log()
    )


def slope(text: str, x: float) -> float:
    run = case_at(text, {"x": x}, dtype=torch.float64).run()
    output = run.outputs["y"]
    if not output.requires_grad:
        return 0.0
    (gradient,) = torch.autograd.grad(output, [run.inputs["x"]], materialize_grads=True)
    return float(gradient)


HARMLESS = (
    "where(x > {c}, x^2, sin(x))",
    "where(x > {c}, x*w, x - w)",
    "where(x < 5, sqrt(x^2 + 1), x)",
    "where(x > {c}, sqrt(x + 9), log(w + 9))",
    "where(x > 0, sqrt(where(x > 0, x, 1)), x)",
    "where(x > 0, sqrt(clamp(x, min=0.1)), x)",
    "where(x < 9, log(x + 5), w)",
    "where(w > 0, x/{d}, w)",
    "log(sigmoid(x))",
    "log_softmax(x + w, dim=-1)",
    "softmax(x, dim=-1)*log_softmax(w, dim=-1)",
    "log(softmax(w, dim=-1) + {d})",
    "x + detach(round(x) - x)",
    "x*detach(w)",
    "detach(x)*{d} + x",
    "detach(x) + x*{d}",
    "exp(x - detach(max(x)))",
    "x - mean(x)",
    "x*w - {c}",
    "x[:, None]*w",
    "x.unsqueeze(1) - w",
    "outer(x, w)",
    "x/(1 + abs(w))",
)
"""What looks like a trap and is none."""


VECTOR = st.lists(st.sampled_from((-1.5, 0.0, 0.25, 1.0, 3.0)), min_size=3, max_size=3)
ONE_TO_THREE_PARTS = st.lists(st.sampled_from(HARMLESS), min_size=1, max_size=3)


@st.composite
def harmless(draw: Any) -> tuple[str, dict[str, Any]]:
    """A program of sums of such expressions, on two vectors of one length."""
    parts = [
        part.format(c=draw(among(("0", "1", "-2", "0.5"))), d=draw(among(("2", "3", "0.25"))))
        for part in draw(ONE_TO_THREE_PARTS)
    ]
    return "y = " + " + ".join(f"sum({part})" for part in parts), {"x": draw(VECTOR), "w": draw(VECTOR)}


@pytest.mark.parametrize("count", [250, pytest.param(1000, marks=pytest.mark.slow)])
def test_no_false_alarm_in_programs_that_look_like_traps(count: int) -> None:
    @settings(max_examples=count, deadline=None, suppress_health_check=list(HealthCheck))
    @given(harmless())
    def look(made: tuple[str, dict[str, Any]]) -> None:
        text, values = made
        assert traps(case_at(text, values).run()) == ()

    look()


@settings(max_examples=300, deadline=None, suppress_health_check=list(HealthCheck))
@given(programs())
def test_no_false_alarm_in_programs_of_all_kinds(made: Made) -> None:
    assert traps(made.run()) == ()
