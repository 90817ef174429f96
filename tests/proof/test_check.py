"""A verdict follows from evidence: it can be bad, and where three numbers honestly differ it says why."""

import math
from collections.abc import Callable, Iterator, Mapping
from typing import Any

import mpmath
import pytest
import torch
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from playground.engine.forward import forward
from playground.engine.grad import derivatives, grad
from playground.engine.jacobian import hessian
from playground.engine.process import ANSWERED, FAILED, STOPPED, Busy
from playground.exact.question import Derivative, Entry, Exact, Kind
from playground.language import limits
from playground.language.errors import EvaluationError
from playground.language.operations import OPERATIONS
from playground.language.parse import parse
from playground.proof.check import Proof, Row, check, choices
from playground.proof.finite_differences import Bench, finite_differences
from playground.proof.verdict import VERDICTS
from playground.proof.worker import WORKER, Answer
from playground.words import sentences
from tests.programs import SMOOTH, Made, programs

X: Entry = ("x", ())
KEYS = {verdict.key for verdict in VERDICTS}


@pytest.fixture(scope="module", autouse=True)
def patience() -> Iterator[None]:
    """On a machine that is busy with other tests an answer may take longer than a person would wait."""
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(limits, "EXACT_TIMEOUT_SECONDS", 30.0)
        yield


def proof(program: str, values: Mapping[str, Any] | float = 0, **options: Any) -> Proof:
    return check(parse(program), values if isinstance(values, Mapping) else {"x": values}, **options)


def only(program: str, values: Mapping[str, Any] | float = 0, **options: Any) -> Row:
    *_, last = proof(program, values, **options).rows
    return last


def difference(program: str, x: float, order: int = 1) -> Any:
    read = parse(program)
    return finite_differences(Bench(read, {"x": x}, ()), Derivative(dict.fromkeys(read.outputs, 1), (X,) * order))


# Finite differences


@given(st.lists(st.integers(-9, 9), min_size=1, max_size=7), st.floats(-3, 3), st.integers(1, 5))
def test_finite_differences_of_a_polynomial_lie_within_their_doubt(
    coefficients: list[int], x: float, order: int
) -> None:
    text = " + ".join(f"({c})*x^{power}" for power, c in enumerate(coefficients))
    wanted = sum(
        c * math.perm(power, order) * x ** (power - order) for power, c in enumerate(coefficients) if power >= order
    )
    found = difference(text, x, order)
    assert abs(found.value - wanted) <= found.doubt
    assert found.doubt <= (4e-8, 4e-5, 4e-2, 4, 40)[order - 1] * (1 + sum(map(abs, coefficients)) * 4**7)


@pytest.mark.parametrize(
    ("program", "x", "order", "wanted", "within"),
    [
        ("sin(x)", 0.7, 1, math.cos(0.7), 1e-10),
        ("sin(x)", 0.7, 2, -math.sin(0.7), 1e-7),
        ("exp(x)", 0.0, 5, 1.0, 1e-3),
        ("sin(1e6*x)", 0.0, 1, 1e6, 1e-2),
        ("log(x)", 1e-9, 1, 1e9, 1e5),
        ("x^2", 1e10, 1, 2e10, 10.0),
        ("|x - 1/3|", 0.333333, 1, -1.0, 1e-6),
    ],
)
def test_the_step_fits_the_function(program: str, x: float, order: int, wanted: float, within: float) -> None:
    found = difference(program, x, order)
    assert found.value == pytest.approx(wanted, abs=within)
    assert found.agrees(wanted)
    assert found.step > 0


Formula = Callable[[Any], Any]
CANCELLING: tuple[tuple[str, Formula, tuple[float, float]], ...] = (
    ("(1+1/x)^x", lambda x: (1 + 1 / x) ** x, (2, 14)),
    ("(exp(x)-1)/x", lambda x: (mpmath.exp(x) - 1) / x, (-12, 1)),
    ("(1-cos(x))/x^2", lambda x: (1 - mpmath.cos(x)) / x**2, (-9, 1)),
    ("sqrt(x+1)-sqrt(x)", lambda x: mpmath.sqrt(x + 1) - mpmath.sqrt(x), (0, 12)),
    ("(1+x^2)-x^2", lambda x: 1 + 0 * x, (0, 9)),
    ("log(1+exp(x))-x", lambda x: mpmath.log(1 + mpmath.exp(x)) - x, (0, 1.5)),
    ("tanh(x)-1", lambda x: mpmath.tanh(x) - 1, (0, 1.3)),
    ("sin(10000x)", lambda x: mpmath.sin(10000 * x), (-3, 2)),
    ("sin(x)", mpmath.sin, (-3, 8)),
    ("1/x", lambda x: 1 / x, (-6, 6)),
)
"""Programs whose values rounding spoils, or that have waves within a step, with the powers of ten of their points."""


@settings(max_examples=150)
@given(st.sampled_from(CANCELLING), st.floats(0, 1), st.integers(1, 2))
def test_finite_differences_lie_within_their_doubt_where_rounding_or_waves_spoil_them(
    cancelling: tuple[str, Formula, tuple[float, float]], part: float, order: int
) -> None:
    text, formula, (low, high) = cancelling
    x = 10 ** (low + part * (high - low))
    found = difference(text, x, order)
    with mpmath.workdps(400):
        wanted = mpmath.diff(formula, mpmath.mpf(x), order)
        assert math.isnan(found.value) or abs(found.value - wanted) <= found.doubt


@pytest.mark.parametrize("x", [[1e16, 3.0, -1e16], [1.0, 1e17, 3.0, -1e17]])
@pytest.mark.parametrize("text", ["sum(x)", "a@x", "mean(x*2)"])
def test_what_a_sum_rounds_on_its_way_is_in_the_doubt(text: str, x: list[float]) -> None:
    read, values = parse(text), {"x": x, "a": [1.0] * len(x)}
    bench = Bench(read, {name: values[name] for name in read.inputs}, ())
    for place in range(len(x)):
        derivative = Derivative({read.outputs[0]: 1.0}, (("x", (place,)),))
        assert finite_differences(bench, derivative).agrees(2 / len(x) if "mean" in text else 1)


def test_a_step_can_be_represented_so_that_it_is_the_one_that_was_made() -> None:
    found = difference("x^2", 0.1)
    assert math.frexp(found.step)[0] == 0.5


@pytest.mark.parametrize(
    ("text", "values", "gap"),
    [
        ("max(x)", [1.0, 1.0, 0.0], 1),
        ("norm(x, 1)", [0.0, 0.0], 2),
        ("dist(x, x*0)", [0.0, 0.0], 2),
        ("cummax(x)", [1.0, 1.0], 1),
        ("sum(copysign(x, 1 + 0*x))", [0.0, 2.0], 2),
    ],
)
def test_the_mean_of_two_sides_is_no_derivative_at_a_corner(text: str, values: list[float], gap: float) -> None:
    row = proof(text, {"x": values}).rows[0]
    assert row.exact is None
    assert row.difference.doubt >= gap / 2 * (1 - 1e-9)
    assert row.verdict == "open"


@pytest.mark.parametrize(
    ("text", "x", "order", "sides"),
    [
        ("|100x|", 0, 1, (-100, 100)),
        ("clamp(|x|, -1, 1)", 1, 1, (1, 0)),
        ("log(1 + relu(x - 1)^2)", 1, 2, (0, 2)),
        ("|x|^3", 0, 3, (-6, 6)),
    ],
)
def test_the_doubt_at_a_corner_reaches_to_both_sides(
    text: str, x: float, order: int, sides: tuple[float, float]
) -> None:
    found = difference(text, x, order)
    assert all(abs(found.value - side) <= found.doubt * (1 + 1e-9) for side in sides)


@pytest.mark.parametrize(
    ("text", "x", "order"),
    [
        ("1/x", 1e-30, 1),
        ("tan(x)", 1.5707963267948966, 1),
        ("sin(x)", 1e30, 1),
        ("sin(x)", 1e300, 1),
        ("sin(x)", 1e300, 2),
        ("x/|x|", 0, 1),
        ("cbrt(x)", 0, 1),
    ],
)
def test_differences_that_every_finer_step_takes_farther_off_have_no_estimate(text: str, x: float, order: int) -> None:
    assert math.isinf(difference(text, x, order).doubt)


def test_where_the_function_ends_there_is_no_central_difference() -> None:
    found = difference("sqrt(x)", 0.0)
    assert math.isnan(found.value)
    assert not found.agrees(0.0)


# Verdicts

FLOAT64 = {"dtype": torch.float64}
CASES: dict[str, list[tuple[str, Any, dict[str, Any], str | None]]] = {
    "agree": [
        ("xlogy(w, x)", {"w": 0, "x": -1}, {"requires_grad": ("x",)}, None),
        ("a*x^2 + b*x + c", {"a": 1, "x": 0, "b": -2, "c": 1}, {}, None),
        ("sin(x)*exp(-x^2)", 0.3, FLOAT64, None),
        ("x^2", 0.1, {}, None),
        ("x^2", 1e20, {}, None),
        ("x*|x|", 0, {}, None),
        ("max(x, 0) + min(x, 0)", 0, {}, None),
        ("sin(1e6*x)", 0, {}, None),
        ("x*detach(a)", {"x": 2, "a": 3}, {}, None),
        ("|1/x|", -2, FLOAT64, None),
        ("softplus(x)", 19.5, FLOAT64, None),
        ("max(x, x)", 1, {}, None),
        ("x", -0.0, {}, None),
        ("a^x", {"a": 0, "x": 2}, {"requires_grad": ("x",)}, None),
        ("sqrt(relu(x)) - sqrt(relu(-x))", 2, {}, None),
    ],
    "agree_alone": [
        ("-sum(x*log(x))", {"x": [0, 1]}, {}, None),
        ("-sum(x*log(x))", {"x": [0, 0.5]}, {}, None),
        ("log(u) + v^2", {"u": 0, "v": 3}, {}, None),
        ("1/u + v^2", {"u": 0, "v": 3}, {}, None),
        ("log(u)*v^2", {"u": 0, "v": 3}, {}, None),
        ("sum(log(x))", {"x": [0, 2]}, {}, None),
        ("log(x)", 1e-15, FLOAT64, None),
    ],
    "agree_two": [
        ("x^2 + relu(-x)", 1e-30, {}, None),
        ("tan(x)", 1.5707963267948966, FLOAT64, None),
        ("(x + 1e16) - 1e16", 1, FLOAT64, None),
    ],
    "rounding": [
        ("logsumexp(x)", {"x": [1000, 999]}, {}, None),
        ("gelu(x)", -8, FLOAT64, None),
        ("expm1(x)", -2.46, {}, None),
        ("softsign(x)", -100, {}, None),
        ("sin(100*x)", 0.33, {}, None),
    ],
    "lost": [
        ("tanhshrink(x)", 1e-5, {}, None),
        ("(1 - cos(x))/x^2", 1e-3, {}, None),
        ("softsign(x)", 3e4, {"order": 2}, None),
        ("(1 + x)^(1/x)", 1e-7, {}, None),
        ("(1 + x)^(1/x)", 1e-7, FLOAT64, None),
        ("(exp(x) - 1)/x", 1e-8, FLOAT64, None),
        ("log(sigmoid(x))", 40, FLOAT64, None),
        ("sqrt(x^2 + 1) - x", 1e8, FLOAT64, None),
        ("gelu(x)", -10, FLOAT64, None),
        ("silu(x)", 40.4, {**FLOAT64, "order": 2}, None),
        ("sigmoid(x)", 40, FLOAT64, None),
        ("|x - 0.1|", 0.1, {}, None),
        ("sigmoid(x)", 90, {}, None),
        ("expm1(x)", -20, {}, None),
    ],
    "underflow": [
        ("x^20", 1e-4, {}, "x²⁰"),
        ("1/x^2", 1e10, {}, "1/x²"),
        ("exp(-x)", 200, {}, "exp(−x)"),
        ("sigmoid(x)", -100, {}, "sigmoid(x)"),
        ("sqrt(x^2 + y^2)", {"x": 1e-200, "y": 1e-200}, {**FLOAT64, "requires_grad": ("x",)}, "x²"),
        ("log(sum(exp(x)))", {"x": [-1000, -999]}, {}, "exp(x)"),
        ("softmax(x)", {"x": [1000, 0]}, {"weights": {"y": [0, 1]}}, "softmax(x)"),
    ],
    "overflow": [
        ("exp(100 + x)", 0, {}, "exp(100 + x)"),
        ("exp(1000 + x)", 0, FLOAT64, "exp(1000 + x)"),
        ("exp(x)/(1 + exp(x))", 1000, {}, "exp(x)"),
        ("1/x", 1e-30, {}, "1/x"),
        ("x/(1 + x^2)", 1e20, {}, "x²"),
        ("x*x", 2, {"weights": {"y": 1e38}}, "x·x"),
        ("1/x", 1e-300, FLOAT64, "1/x"),
        ("atan(x)", 1e20, {}, "atan(x)"),
        ("asinh(x)", 1e20, {}, "asinh(x)"),
        ("acosh(x)", 1e20, {}, "acosh(x)"),
        ("atan(x)", 1e200, FLOAT64, "atan(x)"),
        ("atan(1e20*x)", 1, {}, "atan(1e+20·x)"),
        ("log(1 + sum(exp(x)))", {"x": [1000, 0]}, {"requires_grad": ("x",)}, "exp(x)"),
    ],
    "own": [("softplus(x)", 25, {**FLOAT64, "order": 2}, "softplus(x)")],
    "corner": [
        ("|x|", 0, {}, "|x|"),
        ("relu(x)", 0, {}, "relu(x)"),
        ("leaky_relu(x)", 0, {}, "leaky_relu(x)"),
        ("sqrt(x^2)", 0, {}, "√(x²)"),
        ("max(x, x^2)", 0, {}, "max(x, x²)"),
        ("u = 3x; |u - 6|", 2, {}, "|u − 6|"),
        ("u = x; |u|", 0, {}, "|u|"),
        ("norm(x)", 0, {}, "‖x‖"),
        ("sum(|x|)", {"x": [1, 0]}, {}, "|x|"),
    ],
    "corner_higher": [("x*|x|", 0, {"order": 2}, "|x|"), ("|x|^3", 0, {"order": 3}, "|x|")],
    "earlier": [("|x|", 0, {"order": 2}, "|x|"), ("relu(x)", 0, {"order": 3}, "relu(x)")],
    "jump": [("sign(x)", 0, {}, "sign(x)"), ("a^x", {"a": 0, "x": 0}, {"requires_grad": ("x",)}, "a^x")],
    "edge": [
        ("sqrt(x)", 0, {}, "√(x)"),
        ("x^0.5", 0, {}, "x^0.5"),
        ("x^1.5", 0, {}, "x^1.5"),
        ("x^1.01", 0, {}, "x^1.01"),
        ("sqrt(-x)", 0, {}, "√(−x)"),
        ("sqrt(x)^2", 0, {}, "√(x)"),
        ("x/log(x)", 0, {}, "log(x)"),
        ("log(exp(log(x)) + 1)", 0, {}, "log(x)"),
        ("log(x)", 0, {}, "log(x)"),
    ],
    "isolated": [("a^x", {"a": -2.5, "x": 2}, {}, "a^x"), ("log(x - 1)", 0, {}, "log(x − 1)")],
    "pole": [
        ("x/x", 0, {}, "x/x"),
        ("1/x", 0, {}, "1/x"),
        ("acot(x)", 0, {}, "acot(x)"),
        ("(1 + x)^(1/x)", 0, {}, "1/x"),
        ("sum(x/x)", {"x": [2, 0]}, {}, "x/x"),
    ],
    "vertical": [("cbrt(x)", 0, {}, "∛(x)")],
    "unbounded": [("x*cbrt(x)", 0, {"order": 2}, "∛(x)"), ("|x|^1.5", 0, {"order": 2}, "|x|^1.5")],
    "inside": [
        ("relu(x) - relu(-x)", 0, {}, "relu(x)"),
        ("sqrt(x^4)", 0, {}, "√(x⁴)"),
        ("cbrt(x)^3", 0, {}, "∛(x)"),
        ("atan(y/x)", {"x": 0, "y": 1}, {"requires_grad": ("y",)}, None),
        ("clamp(x, 0, 1) - clamp(-x, 0, 1)", 0, {}, "clamp(x, 0, 1)"),
        ("clamp(x, 1, 1)", 1, {}, "clamp(x, 1, 1)"),
        ("clamp(x, max=0) - clamp(-x, max=0)", 0, {}, "clamp(x, max=0)"),
        ("clamp_min(x, 0) - clamp_min(-x, 0)", 0, {}, "clamp_min(x, 0)"),
        ("relu6(x) - relu6(-x)", 0, {}, "relu6(x)"),
        ("hardtanh(x) + relu(x - 1)", 1, {}, "hardtanh(x)"),
        ("elu(x, 2) - elu(-x, 2)", 0, {}, "elu(x, alpha=2)"),
        ("hardswish(x) + relu(x - 3)/2", 3, {}, "hardswish(x)"),
        ("softshrink(x) - softshrink(1 - x)", 0.5, FLOAT64, "softshrink(x)"),
        ("exp(-norm((a - x)/l)^2)", {"a": [0.5, -1], "x": [0.5, -1], "l": 1}, {"order": 2}, "‖(a − x)/l‖"),
    ],
    "detached": [("x*detach(x)", 3, {}, "detach(x)"), ("u = x^2; detach(u)*x", 3, {}, "detach(u)")],
    "unreached": [("x + sum(w)*0 - x; y1 = u", {"x": 1, "w": [1, 2], "u": 3}, {"weights": {"y1": 1}}, None)],
    "spoiled": [
        ("xlogy(0, x)", 0, {}, "y = xlogy(0, x)"),
        ("xlog1py(a, x)", {"a": 0, "x": -1}, {"requires_grad": ("x",)}, "y = xlog1py(a, x)"),
        ("sqrt(x)", {"x": [0, 4]}, {"weights": {"y": [0, 1]}}, "y = √(x)"),
        ("sqrt(x - 0.1)", 0.1, {}, "y = √(x − 0.1)"),
        ("2*asin(sin(x))", 1.5707963267948966, FLOAT64, "asin(sin(x))"),
        ("trace(a^x)", {"a": -2.5, "x": [[2, 0.5], [0.5, 2]]}, {}, "a^x"),
    ],
    "open": [
        ("atan2(x, w)", {"x": 1e20, "w": 1e20}, {"requires_grad": ("x",)}, None),
        ("floor(x)", 1, {}, None),
        ("where(x >= 0, sqrt(x), 0*x)", 0, {}, None),
        ("sum([1, 1]*expm1(x)/x)", 1e-8, {}, None),
        ("exp(-|x|)*log(y)", {"x": 0, "y": 0}, {"requires_grad": ("x",)}, None),
        ("sum(x/w)", {"x": [0, 1], "w": [0, 2]}, {"requires_grad": ("x",)}, None),
    ],
    "differ": [
        ("x^2", 3, {"shown": [6.001]}, None),
        ("|x|", 0, {"shown": [5.0]}, None),
        ("x^2", 3, {"shown": [None]}, None),
    ],
}
"""Programs for each verdict: where, how asked, and what the culprit is."""
ELSEWHERE = {"exact_timeout", "exact_failed"}
"""Verdicts with a test of their own: they need a worker that does not answer."""


def test_every_verdict_is_reached_and_has_its_words() -> None:
    assert CASES.keys() | ELSEWHERE == KEYS
    assert {f"proof.{verdict}" for verdict in KEYS} <= sentences().keys()
    assert {f"proof.short.{verdict}" for verdict in KEYS} <= sentences().keys()


@pytest.mark.parametrize(
    ("verdict", "program", "values", "options", "culprit"),
    [(verdict, *case) for verdict, cases in CASES.items() for case in cases],
    ids=lambda part: part if isinstance(part, str) else "",
)
def test_verdicts(verdict: str, program: str, values: Any, options: dict[str, Any], culprit: str | None) -> None:
    rows = proof(program, values, **options).rows
    row = next((row for row in rows if row.verdict == verdict), rows[-1])
    assert (row.verdict, row.culprit) == (verdict, culprit)


def test_a_wrong_autograd_is_found_out(monkeypatch: pytest.MonkeyPatch) -> None:
    true = Bench.autograd
    monkeypatch.setattr(Bench, "autograd", lambda *arguments: 1.001 * true(*arguments))  # type: ignore[operator]
    assert only("sin(x)*x", 0.7).verdict == "differ"
    assert only("sin(x)*x", 0.7, dtype=torch.float64).verdict == "differ"


def test_a_wrong_formula_is_found_out(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(
        WORKER, "ask", lambda question: Answer({0: Exact(Kind.SMOOTH, 1.0001, "1.0001", rounded=(1.00005, 1.0002))})
    )
    assert only("x", 0.7, dtype=torch.float64).verdict == "differ"


def test_all_three_mean_the_numbers_that_the_tensors_hold() -> None:
    row, held = only("x^2", 0.1), proof("x^2", 0.1).held
    assert row.exact is not None
    assert (row.autograd, row.exact.text, row.exact.typed) == (0.20000000298023224, "0.20000000298023224", "0.2")
    assert row.error == 0
    assert row.difference.agrees(row.exact.value)
    assert held == (("x", 0.1, 0.10000000149011612),)
    assert only("|x|", 0).error is None


def test_gradient_arguments_mean_what_the_tensors_hold_too() -> None:
    proved = proof("x*512", {"x": [1, 2, 3]}, weights={"y": [0.1, 1, 0.0001]})
    assert [row.exact and row.exact.text for row in proved.rows] == [
        "51.200000762939453",
        "512",
        "0.051199998706579208",
    ]
    assert [row.exact and row.exact.typed for row in proved.rows] == ["51.2", None, "0.0512"]
    assert proved.held == (("y", 0.1, 0.10000000149011612),)
    assert proof("x*512", {"x": [1, 2, 3]}, weights={"y": [0.1, 1, 0.0001]}, dtype=torch.float64).held == ()


@pytest.mark.parametrize(
    ("program", "x", "helps"),
    [("(exp(x) - 1)/x", 1e-8, False), ("1/x", 1e-30, True), ("(1 - cos(x))/x^2", 1e-3, False)],
)
def test_float64_is_a_cure_where_it_was_tried_and_is_right(program: str, x: float, helps: bool) -> None:
    assert only(program, x).helps is helps


def test_what_is_shown_is_what_the_page_computes() -> None:
    program, values = parse("y1 = x1^2*x2; y2 = exp(x2*0.1)"), {"x1": 0.3, "x2": -1.7}
    grads = grad(forward(program, values), grad_outputs={"y1": 2.0, "y2": -1.0})
    proved = check(program, values, weights={"y1": 2.0, "y2": -1.0})
    assert [row.name for row in proved.rows] == ["x1.grad", "x2.grad"]
    assert [row.autograd for row in proved.rows] == [value.item() for value in grads.values() if value is not None]


@settings(max_examples=60, suppress_health_check=[HealthCheck.filter_too_much, HealthCheck.too_slow])
@given(programs(rows=set(OPERATIONS), budget=5, statements=3))
def test_of_generated_programs_nothing_is_left_unexplained(made: Made) -> None:
    try:
        proved = check(made.program, made.values)
    except EvaluationError:
        assume(False)
    assert [row for row in proved.rows if row.verdict == "differ"] == []


@settings(max_examples=25, suppress_health_check=[HealthCheck.filter_too_much, HealthCheck.too_slow])
@given(
    programs(rows=set(OPERATIONS) - {"detach", "sign"}, shapes=[(), (3,)], budget=4, statements=2, entries=SMOOTH),
    st.data(),
)
def test_of_generated_programs_a_wrong_number_is_always_found_out(made: Made, data: st.DataObject) -> None:
    rows = check(made.program, made.values, dtype=torch.float64).rows
    assume(rows and all(row.autograd is not None and math.isfinite(row.autograd) for row in rows))
    wrong = data.draw(st.integers(0, len(rows) - 1))
    shown = [row.autograd * 1.0001 + 1e-5 if place == wrong else row.autograd for place, row in enumerate(rows)]  # type: ignore[operator]
    verdicts = [row.verdict for row in check(made.program, made.values, dtype=torch.float64, shown=shown).rows]
    assert verdicts[wrong] == "differ"
    assert verdicts[:wrong] == [row.verdict for row in rows[:wrong]]


# What there is to prove


def test_a_gradient_is_proved_entry_by_entry() -> None:
    proved = proof("y = sum(w*x^2)", {"w": 2, "x": [[0, 0], [1, 2]]})
    assert [row.name for row in proved.rows] == [
        "w.grad",
        "x.grad[0, 0]",
        "x.grad[0, 1]",
        "x.grad[1, 0]",
        "x.grad[1, 1]",
    ]
    assert [row.exact.text for row in proved.rows if row.exact] == ["5", "0", "0", "4", "8"]
    assert {row.verdict for row in proved.rows} <= {"agree", "rounding"}


def test_derivatives_of_one_number_are_proved_order_by_order() -> None:
    program, values = parse("y = x^5 + sin(x)"), {"x": 0.7}
    proved = check(program, values, order=5, dtype=torch.float64)
    assert [row.name for row in proved.rows] == ["y'", "y''", "y'''", "y''''", "y'''''"]
    wanted = derivatives(program, values, "x", 5, dtype=torch.float64)[1:]
    assert [row.autograd for row in proved.rows] == [value.item() for value in wanted]
    assert {row.verdict for row in proved.rows} <= {"agree", "rounding"}


def test_a_hessian_is_proved_in_its_upper_half() -> None:
    program, values = parse("y = x1^3*x2 + exp(x1*x2)"), {"x1": 0.3, "x2": -0.7}
    proved = check(program, values, order=2, dtype=torch.float64)
    assert [row.name for row in proved.rows] == ["d²y/dx1 dx1", "d²y/dx1 dx2", "d²y/dx2 dx2"]
    wanted = hessian(program, values, ("x1", "x2"), dtype=torch.float64).flatten().tolist()
    assert [row.autograd for row in proved.rows] == pytest.approx([wanted[0], wanted[1], wanted[3]], rel=1e-12)
    assert {row.verdict for row in proved.rows} <= {"agree", "rounding"}


def test_a_jacobian_is_proved_output_by_output() -> None:
    proved = proof("y1 = x1*x2; y2 = x1 + x2", {"x1": 1, "x2": 2}, each=True)
    assert [(row.name, row.autograd) for row in proved.rows] == [
        ("dy1/dx1", 2.0), ("dy1/dx2", 1.0), ("dy2/dx1", 1.0), ("dy2/dx2", 1.0)
    ]  # fmt: skip
    assert proved.rows[0].latex == r"\frac{\partial y_{1}}{\partial x_{1}}"


def test_of_too_many_derivatives_one_is_chosen() -> None:
    program, values = parse("y = x @ x"), {"x": torch.randn(64, 64).tolist()}
    (entries,) = choices(program, values)
    assert len(entries) == 64 * 64
    assert choices(program, values, each=True)[0][1] == ("y", (0, 1))
    assert len(choices(program, values, order=2)) == 2
    (row,) = check(program, values, chosen=[("x", (3, 5))]).rows
    assert row.name == "x.grad[3, 5]"
    assert row.verdict in ("agree", "rounding", "exact_timeout")
    assert check(program, values).rows[0].name == "x.grad[0, 0]"


def test_up_to_sixteen_are_proved_at_once() -> None:
    program = parse("y = sum(x^2)")
    few, many = {"x": [1.0] * limits.MAX_PROVED_ENTRIES}, {"x": [1.0] * (limits.MAX_PROVED_ENTRIES + 1)}
    assert choices(program, few) == ()
    assert len(check(program, few).rows) == limits.MAX_PROVED_ENTRIES
    assert len(choices(program, many)) == 1
    assert choices(program, {"x": 1.0}, order=5) == ()


def test_tensors_are_values_too() -> None:
    (row,) = check(parse("x^2"), {"x": torch.tensor(0.1)}).rows
    assert (row.verdict, row.exact and row.exact.text) == ("agree", "0.20000000298023224")


def test_where_nothing_is_tracked_there_is_nothing_to_prove() -> None:
    assert check(parse("x^2"), {"x": 3}, ()) == Proof((), ANSWERED)
    assert check(parse("y = detach(x)"), {"x": 3}) == Proof((), ANSWERED)


# A worker that does not answer


@pytest.mark.parametrize(("ended", "verdict"), [(STOPPED, "exact_timeout"), (FAILED, "exact_failed")])
def test_without_the_exact_derivative_the_other_two_are_compared(
    ended: str, verdict: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(WORKER, "ask", lambda question: Answer(ended=ended))
    row = only("sin(x)", 0.7)
    assert (row.verdict, row.exact, row.error) == (verdict, None, None)


@pytest.mark.parametrize(("program", "x"), [("sqrt(x)", 0), ("x*detach(x)", 3), ("log(x)", 1e-15), ("cbrt(x)", 0)])
def test_without_the_exact_derivative_nothing_is_made_of_a_difference(
    program: str, x: float, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(WORKER, "ask", lambda question: Answer(ended=STOPPED))
    assert only(program, x).verdict == "open"


def test_busy_is_no_verdict(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "EXACT_WAIT_SECONDS", 0.0)
    with WORKER.process._turn, pytest.raises(Busy):
        proof("x^2", 3)


def test_a_program_that_cannot_take_its_values_is_refused_as_everywhere() -> None:
    with pytest.raises(EvaluationError):
        proof("x @ w", {"x": [1, 2], "w": [1, 2, 3]})
