"""Exact derivatives equal autograd's wherever there are some, are honest where there are none, and stop in time."""

import math
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from itertools import islice, product
from typing import Any

import pytest
import sympy
import torch
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from playground.engine.forward import forward
from playground.engine.jacobian import hessian, jacobian
from playground.exact.formulas import formulas as written
from playground.exact.question import Derivative, Entry, Exact, Kind, Question, entry_latex, entry_text
from playground.exact.truth import _certain
from playground.language import limits
from playground.language.operations import OPERATIONS
from playground.language.parse import parse
from playground.language.program import Call, Program, Statement, Variable
from tests.oracles import far_from_corners, known_to_sympy
from tests.programs import SMOOTH, Made, Use, programs, uses

X: Entry = ("x", ())
USES_OF_A_ROW = 4


def truth(question: Question, derivative: Derivative) -> Exact | None:
    """A derivative at a point; None where it is not known."""
    return dict(_certain(replace(question, derivatives=(derivative,)))).get(0)


def found(program: Program | str, values: Mapping[str, Any], *along: tuple[Entry, ...], **weights: Any) -> list[Exact]:
    """The exact derivatives, found in this process."""
    program = parse(program) if isinstance(program, str) else program
    weights = weights or dict.fromkeys(program.outputs, 1)
    question = Question(program, values, tuple(Derivative(weights, a) for a in along), decimal=True)
    answers = [truth(question, derivative) for derivative in question.derivatives]
    assert None not in answers
    return answers  # type: ignore[return-value]


def formulas(program: str, values: Mapping[str, Any], *along: tuple[Entry, ...]) -> dict[int, str]:
    """The formulas that were short enough."""
    read = parse(program)
    question = Question(read, values, tuple(Derivative(dict.fromkeys(read.outputs, 1), a) for a in along))
    return dict(written(question, range(len(along))))


def ones(program: Program, values: Mapping[str, Any]) -> dict[str, Any]:
    return {name: torch.ones_like(output).tolist() for name, output in forward(program, values).outputs.items()}


def autograd(program: Program, values: Mapping[str, Any], tracked: tuple[str, ...]) -> dict[str, torch.Tensor]:
    """Autograd's gradients of the outputs' sum, in float64."""
    run = forward(program, values, tracked, torch.float64)
    total = torch.stack([output.sum() for output in run.outputs.values()]).sum()
    grads = torch.autograd.grad(total, [run.inputs[name] for name in tracked], materialize_grads=True)
    return dict(zip(tracked, grads, strict=True))


def assert_equals(grads: Mapping[str, torch.Tensor], program: Program, values: Mapping[str, Any]) -> None:
    """The exact derivatives of the outputs' sum are these, to 1e-9."""
    for name, grad in grads.items():
        places = list(product(*map(range, grad.shape)))
        exact = found(program, values, *(((name, place),) for place in places), **ones(program, values))
        for place, entry in zip(places, exact, strict=True):
            assert entry.value == pytest.approx(grad[place].item(), rel=1e-9, abs=1e-12), (name, place)


# Every operation


def program_of(use: Use) -> Program:
    """`y = row(u, v)` with inputs of the shapes of a use."""
    names = "uvw"[: len(use.arguments)]
    call = Call(use.row.name, tuple(map(Variable, names)), use.options)
    return Program((Statement("y", call),), tuple(names), ("y",))


MAPS: tuple[Callable[[float], float], ...] = (
    float,
    abs,
    lambda number: 0.3 * math.tanh(number),
    lambda number: 1 + abs(number),
    lambda number: 0.5 + 0.3 * math.tanh(number),
)
"""Into the whole line, its positive half, and the intervals on which some functions are defined."""


def points(use: Use) -> Iterator[dict[str, Any]]:
    """Values for the inputs of a use, no two entries equal."""
    for start, map_ in product(range(len(SMOOTH)), MAPS):
        numbers = [map_(SMOOTH[(start + place) % len(SMOOTH)] + 0.01 * place) for place in range(27)]
        rest = iter(numbers)
        yield {name: filled(shape, rest) for name, shape in zip("uvw", use.arguments, strict=False)}


def filled(shape: tuple[int, ...], numbers: Iterator[float]) -> Any:
    return [filled(shape[1:], numbers) for _ in range(shape[0])] if shape else next(numbers)


def good_point(use: Use) -> dict[str, Any]:
    """The first values at which everything is finite and far from corners."""
    program = program_of(use)
    for values in points(use):
        if far_from_corners(forward(program, values, program.inputs, torch.float64)):
            if use.row.name == "detach":
                return values
            if all(bool(torch.isfinite(grad).all()) for grad in autograd(program, values, program.inputs).values()):
                return values
    raise AssertionError(f"{use} is smooth nowhere")


ONLY_MEASURED = {"cumprod"}
"""Operations without an exact form: no more is said of them than whether autograd and finite differences agree."""
EXACT = {name for name in OPERATIONS if known_to_sympy(name)} - ONLY_MEASURED
ALL_USES = [
    use
    for name in sorted(EXACT)
    for use in islice((use for by_name in uses().values() for use in by_name.get(name, [])), USES_OF_A_ROW)
]


def test_every_row_is_tried() -> None:
    assert {use.row.name for use in ALL_USES} == EXACT


@pytest.mark.parametrize("name", sorted(ONLY_MEASURED))
def test_a_row_without_an_exact_form_has_no_exact_derivative(name: str) -> None:
    use = next(use for by_name in uses().values() for use in by_name.get(name, []))
    program, numbers = program_of(use), iter(SMOOTH * 9)
    values = {name: filled(shape, numbers) for name, shape in zip("uvw", use.arguments, strict=False)}
    derivative = Derivative({"y": 1}, (("u", (0,) * len(use.arguments[0])),))
    assert truth(Question(program, values, (derivative,), decimal=True), derivative) is None


@pytest.mark.parametrize("use", ALL_USES, ids=lambda use: f"{use.row.name}{use.arguments}{dict(use.options) or ''}")
def test_every_operation_has_the_derivative_that_autograd_finds(use: Use) -> None:
    program, values = program_of(use), good_point(use)
    if use.row.name == "detach":
        assert [
            match.value
            for match in found(program, values, (("u", (0,) * len(use.arguments[0])),), **ones(program, values))
        ] == [0]
        return
    assert_equals(autograd(program, values, program.inputs), program, values)


@pytest.mark.parametrize("text", [
    "100*(x[1] - x[0]^2)^2 + (1 - x[0])^2", "exp(x[-1])*x[0]", "sum(A[0]^2*A[:, 1])", "sum(x[None, :]*A[..., 0])",
    "sum(exp(A.T) @ x)", "dot(A.reshape(4)^2, stack([x, w]).view(4))", "sum(cat([x, w])[1:]^3)", "x @ A.mT @ w",
    "sum(triu(A)^2) + sum(tril(A, -1)^3)", "sum(flip(x, 0)*w^2)", "sum(unsqueeze(x, 1)*A^2)", "sum(A.flatten()^3)",
    "sum(cumsum(x^2, 0)*w)", "sum(log_softmax(x*w, 0)*w)", "sum(x.clone().squeeze()*w.contiguous())",
    "sum(A.permute(1, 0)*A^2) + sum(A.swapaxes(0, 1)^2)", "sum(kron(x, w)^2) + sum(kron(A, x)^2)",
    "norm(x[:1]) + x[0]*x[1]", "sum(stack([x, w], dim=1)*A)",
])  # fmt: skip
def test_entries_that_only_move_keep_their_derivatives(text: str) -> None:
    values = {"x": [0.7, -1.3], "w": [1.1, 0.4], "A": [[0.3, -0.8], [1.9, 0.6]]}
    program = parse(text)
    used = {name: values[name] for name in program.inputs}
    assert_equals(autograd(program, used, program.inputs), program, used)


@pytest.mark.parametrize("text", ["sum(x[x > 0])", "sum(x[[0, 1]])", "sum(squeeze(x, 0))", "sum(flatten(x, 0, 0))"])
def test_of_entries_whose_place_is_worked_out_no_exact_derivative_is_told(text: str) -> None:
    program, derivative = parse(text), Derivative({"y": 1}, (("x", (0,)),))
    assert truth(Question(program, {"x": [0.7, 1.3]}, (derivative,), decimal=True), derivative) is None


@settings(max_examples=40, suppress_health_check=[HealthCheck.filter_too_much, HealthCheck.too_slow])
@given(programs(rows=EXACT - {"gelu"}, shapes=[(), (3,), (2, 1)], budget=5, statements=3, entries=SMOOTH))
def test_generated_programs_have_the_derivatives_that_autograd_finds(made: Made) -> None:
    tracked = tuple(name for name in made.program.inputs if name[0] in "uvwxyz")
    run = forward(made.program, made.values, tracked, torch.float64)
    assume(tracked and any(output.requires_grad for output in run.outputs.values()))
    assume(far_from_corners(run) and sum(map(torch.numel, run.inputs.values())) <= limits.MAX_PROVED_ENTRIES)
    assume(all(len(str(node)) < 900 for node in made.program.statements))
    grads = autograd(made.program, made.values, tracked)
    assume(all(bool(torch.isfinite(grad).all()) for grad in grads.values()))
    assert_equals(grads, made.program, made.values)


# Higher orders and matrices of derivatives


@given(st.lists(st.integers(-9, 9), min_size=1, max_size=8), st.integers(-30, 30), st.integers(1, 5))
def test_polynomials_have_the_derivatives_of_their_coefficients(
    coefficients: list[int], tenths: int, order: int
) -> None:
    text = " + ".join(f"({c})*x^{power}" for power, c in enumerate(coefficients))
    wanted = sympy.Poly(list(reversed(coefficients)), sympy.Symbol("t"))
    for _ in range(order):
        wanted = wanted.diff()
    (exact,) = found(f"y = {text}", {"x": tenths / 10}, (X,) * order)
    assert sympy.Rational(exact.text) == wanted.eval(sympy.Rational(tenths, 10))
    assert exact.kind == Kind.SMOOTH


def test_a_jacobian_is_asked_for_entry_by_entry() -> None:
    program, values = parse("y = softmax(x @ w, dim=1)"), {"x": [[0.1, 1], [2, 3]], "w": [[1, 2], [0.3, 0.4]]}
    wanted = jacobian(program, values, "x", dtype=torch.float64)
    places = list(product(range(2), range(2)))
    for row, of in enumerate(places):
        weights = torch.zeros(2, 2)
        weights[of] = 1
        exact = found(program, values, *((("x", by),) for by in places), y=weights.tolist())
        assert [entry.value for entry in exact] == pytest.approx(wanted[row].tolist(), rel=1e-9, abs=1e-15)


def test_a_hessian_is_asked_for_entry_by_entry() -> None:
    program, values = parse("y = x1^3*x2 + exp(x1*x2) + sin(x2)"), {"x1": 0.3, "x2": -0.7}
    wanted = hessian(program, values, ("x1", "x2"), dtype=torch.float64).flatten().tolist()
    pairs = [((item, ()), (entry, ())) for item in ("x1", "x2") for entry in ("x1", "x2")]
    assert [item.value for item in found(program, values, *pairs)] == pytest.approx(wanted, rel=1e-9)


def test_outputs_are_weighted() -> None:
    (exact,) = found("y1 = x^2; y2 = 5x", {"x": 3}, (X,), y1=2, y2=-1)
    assert exact.text == "7"


# Numbers


@pytest.mark.parametrize(
    ("program", "x", "text"),
    [
        ("x^2", 0.1, "0.2"),
        ("x^2", 1e-30, "2e-30"),
        ("x/3", 1, "0.33333333333333333"),
        ("x^3", 12345678, "457247295839052"),
        ("exp(x)", 1, "2.7182818284590452"),
        ("exp(x)", 1000, "1.970071114017047e+434"),
        ("exp(x)", -1000, "5.0759588975494568e-435"),
        ("sin(x)^2 + cos(x)^2", 0.7, "0"),
        ("2.5e-3*x", 7, "0.0025"),
        ("e*π*x", 0, "8.5397342226735671"),
    ],
)
def test_numbers_are_what_was_typed_and_values_have_17_digits(program: str, x: float, text: str) -> None:
    (exact,) = found(program, {"x": x}, (X,))
    assert exact.text == text


def test_cancellation_costs_no_digits() -> None:
    (exact,) = found("(1 - cos(x))/x^2", {"x": 1e-6}, (X,))
    assert exact.value == pytest.approx(-1e-6 / 12, rel=1e-9)


# Where there is no derivative


@pytest.mark.parametrize(
    ("program", "order", "kind", "left", "right"),
    [
        ("|x|", 1, Kind.CORNER, "-1", "1"),
        ("relu(x)", 1, Kind.CORNER, "0", "1"),
        ("leaky_relu(x)", 1, Kind.CORNER, "0.01", "1"),
        ("max(x, x^2)", 1, Kind.CORNER, "0", "1"),
        ("sqrt(x^2)", 1, Kind.CORNER, "-1", "1"),
        ("|sin(x)|", 1, Kind.CORNER, "-1", "1"),
        ("|1/(x - 1)| + |x|", 1, Kind.CORNER, "0", "2"),
        ("x*|x|", 2, Kind.CORNER, "-2", "2"),
        ("|x|", 2, Kind.EARLIER, "0", "0"),
        ("sign(x)", 1, Kind.JUMP, "0", "0"),
        ("0^x", 1, Kind.JUMP, None, "0"),
        ("norm(x)", 1, Kind.CORNER, "-1", "1"),
        ("cbrt(x)", 1, Kind.VERTICAL, "inf", "inf"),
        ("-cbrt(x)", 1, Kind.VERTICAL, "-inf", "-inf"),
        ("sqrt(x)", 1, Kind.EDGE, None, "inf"),
        ("sqrt(-x)", 1, Kind.EDGE, "-inf", None),
        ("x^1.5", 1, Kind.EDGE, None, "0"),
        ("x^1.01", 1, Kind.EDGE, None, "0"),
        ("x/log(x)", 1, Kind.EDGE, None, "0"),
        ("x*log(x)", 1, Kind.EDGE, None, "-inf"),
        ("log(exp(log(x)) + 1)", 1, Kind.EDGE, None, "1"),
        ("sqrt(x)^2", 1, Kind.EDGE, None, "1"),
        ("asin(x + 1)", 1, Kind.EDGE, "inf", None),
        ("acosh(x + 1)", 1, Kind.EDGE, None, "inf"),
        ("sqrt(x)*sqrt(-x)", 1, Kind.ISOLATED, None, None),
        ("1/x", 1, Kind.POLE, "-inf", "-inf"),
        ("sin(x)/x", 1, Kind.POLE, "0", "0"),
        ("(1 + x)^(1/x)", 1, Kind.POLE, "-1.3591409142295226", "-1.3591409142295226"),
        ("acot(x)", 1, Kind.POLE, "-1", "-1"),
        ("tanh(1/x)", 1, Kind.POLE, "0", "0"),
        ("exp(-1/|x|) + sin(|x|)*|x|", 1, Kind.POLE, "0", "0"),
    ],
)
def test_what_a_function_does_at_zero(program: str, order: int, kind: str, left: str | None, right: str | None) -> None:
    (exact,) = found(program, {"x": 0}, (X,) * order)
    assert (exact.kind, exact.left, exact.right) == (kind, left, right)


@pytest.mark.parametrize(
    ("program", "text"),
    [
        ("relu(x) - relu(-x)", "1"),
        ("x*|x|", "0"),
        ("cbrt(x)^3", "1"),
        ("sqrt(x^4)", "0"),
        ("max(x, 0) + min(x, 0)", "1"),
        ("|x|^3", "0"),
        ("sin(|x|)*|x|", "0"),
    ],
)
def test_corners_inside_of_a_smooth_function_do_not_hide_its_derivative(program: str, text: str) -> None:
    (exact,) = found(program, {"x": 0}, (X,))
    assert exact.text == text
    assert exact.kind == Kind.MEETS


def test_a_power_at_zero_has_its_derivative_whatever_its_exponent_is_called() -> None:
    assert [match.text for match in found("x^n", {"x": 0, "n": 2}, (X,), (X, X))] == ["0", "2"]


def test_numbers_that_are_not_real_have_no_order() -> None:
    program = parse("max(log(a), x) + x")
    question = Question(program, {"x": 1, "a": -2}, (Derivative({"y": 1}, (X,)),))
    assert truth(question, question.derivatives[0]) is None


def test_terms_that_do_not_depend_on_an_input_do_not_spoil_its_derivative() -> None:
    (exact,) = found("log(u) + v^2", {"u": 0, "v": 3}, (("v", ()),))
    assert (exact.kind, exact.text) == (Kind.SMOOTH, "6")
    (entry,) = found("-sum(p*log(p))", {"p": [0, 0.5]}, (("p", (1,)),))
    assert entry.text == "-0.30685281944005469"
    (minus,) = found("log(u)*v^2", {"u": 0, "v": 3}, (("v", ()),))
    assert minus.text == "-inf"


# detach


def test_a_detached_value_is_a_constant() -> None:
    once, twice, nested = (
        found(text, {"x": 3}, (X,) * order)[0].text
        for text, order in (("x*detach(x)", 1), ("x*detach(x)", 2), ("detach(detach(x)*x)*x", 1))
    )
    assert (once, twice, nested) == ("3", "0", "9")
    assert formulas("x*detach(x^2)", {"x": 3}, (X,)) == {0: r"\operatorname{detach}{\left(x^{2} \right)}"}


# Formulas


@pytest.mark.parametrize(
    ("program", "values", "latex"),
    [
        ("a*x^2 + b*x + c", {"a": 1, "x": 0, "b": -2, "c": 1}, "2 a x + b"),
        ("x1^2*λ_1", {"x1": 2, "λ_1": 3}, r"2 x_{1} \lambda_{1}"),
        ("relu(x)", {"x": 1}, r"\begin{cases} 1 & x > 0 \\ 0 & x < 0 \end{cases}"),
        ("relu(-2x)", {"x": 1}, r"- 2 \begin{cases} 1 & x < 0 \\ 0 & x > 0 \end{cases}"),
        ("cbrt(x)", {"x": 8}, r"\frac{1}{3 \left|{x}\right|^{\frac{2}{3}}}"),
        ("a*x/(1 + x)", {"x": 1, "a": 1}, r"\frac{a}{\left(x + 1\right)^{2}}"),
        ("x^n", {"x": 2, "n": 3}, "n x^{n - 1}"),
        ("0.1*x^2", {"x": 2}, r"\frac{x}{5}"),
    ],
)
def test_formulas_are_typeset_with_the_names_that_were_typed(program: str, values: dict[str, Any], latex: str) -> None:
    name = next(name for name in values if name.startswith("x"))
    assert formulas(program, values, ((name, ()),)) == {0: latex}


def test_entries_have_their_places_in_the_formula() -> None:
    assert formulas("sum(x*x)", {"x": [[1, 2], [3, 4]]}, (("x", (0, 1)),)) == {0: "2 {x}_{0,1}"}
    assert entry_latex(("x1", (0, 1))) == "{x_{1}}_{0,1}"
    assert (entry_text(("x1", (0, 1))), entry_text(X)) == ("x1[0, 1]", "x")


def test_a_formula_that_nobody_would_read_is_left_out() -> None:
    along = (X,) * 4
    assert formulas("tanh(tanh(tanh(x)))", {"x": 0.3}, along) == {}
    assert math.isfinite(found("tanh(tanh(tanh(x)))", {"x": 0.3}, along)[0].value)


# Large inputs

LARGE = (torch.randn(64, 64, generator=torch.Generator().manual_seed(1)) * 100).round().div(100).tolist()


@pytest.mark.parametrize(
    "text",
    ["y = sum(x^2)", "y = sum(x @ x)", "y = logsumexp(x, dim=0)", "y = sum(softmax(x, dim=1)*x)", "y = mean(sin(x))"],
)
def test_one_entry_of_a_64x64_input_is_a_symbol_and_the_others_are_numbers(text: str) -> None:
    program, values = parse(text), {"x": LARGE}
    run = forward(program, values, ("x",), torch.float64)
    (grad,) = torch.autograd.grad(run.outputs["y"].sum(), run.inputs["x"])
    (exact,) = found(program, values, (("x", (3, 5)),), **ones(program, values))
    assert exact.value == pytest.approx(grad[3, 5].item(), rel=1e-9)
