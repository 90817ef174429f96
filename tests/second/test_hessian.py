"""Derivatives of derivatives: exact for polynomials, along curves and directions, and what a Hessian says."""

import math
from typing import Any

import pytest
import sympy
import torch
from hypothesis import assume, given
from hypothesis import strategies as st

from playground.engine.forward import forward
from playground.engine.grad import derivatives
from playground.language.errors import EvaluationError
from playground.language.parse import parse
from playground.proof.kinds import MAX_PROVED_ENTRIES
from playground.second.hessian import (
    BESIDE,
    MAXIMUM,
    MINIMUM,
    NO_NUMBER,
    SADDLE,
    SLOPE,
    UNDECIDED,
    UNPROVED,
    along,
    curves,
    orders,
    second,
    without_create_graph,
)
from tests.cases import case_at
from tests.programs import Made, programs

POLYNOMIAL = parse("y = a*x^2 + b*x + c")
POINT = {"a": 1, "x": 0, "b": -2, "c": 1}
DOUBLE = torch.float64
NO_GRAD_FN = "element 0 of tensors does not require grad and does not have a grad_fn"


def numbers(found: Any) -> list[float]:
    return [value.item() for value in found]


# One number


def test_the_tutorials_second_derivative() -> None:
    assert numbers(orders(case_at(POLYNOMIAL, POINT), "x", 2).values) == [1, -2, 2]
    assert numbers(orders(case_at(POLYNOMIAL, POINT | {"x": 5}), "x", 2).values) == [16, 8, 2]


@given(
    st.lists(st.integers(-9, 9), min_size=1, max_size=8),
    st.floats(-3, 3).map(lambda x: round(x, 2)),
    st.sampled_from(("powers", "horner")),
)
def test_derivatives_of_polynomials_are_sympys(coefficients: list[int], at: float, written: str) -> None:
    x = sympy.Symbol("x")
    polynomial = sum((c * x**k for k, c in enumerate(coefficients)), sympy.Integer(0))
    if written == "powers":
        text = " + ".join(f"({c})*x^{k}" for k, c in enumerate(coefficients))
    else:
        text = "(" * (len(coefficients) - 1) + f"({coefficients[-1]})"
        text += "".join(f")*x + ({c})" for c in reversed(coefficients[:-1]))
        text += " + 0*x"
    exact = [float(sympy.diff(polynomial, x, order).subs(x, sympy.Rational(str(at)))) for order in range(6)]
    found = numbers(derivatives(parse(f"y = {text}"), {"x": at}, dtype=DOUBLE))
    assert found == pytest.approx(exact, rel=1e-9, abs=1e-9)


def test_a_derivative_that_pytorch_refuses_to_differentiate_has_its_words_and_a_zero_after_it() -> None:
    found = orders(case_at(parse("y = 3x"), {"x": 1}), "x", 3)
    assert numbers(found.values) == [3, 3, 0, 0]
    assert found.refused == (None, NO_GRAD_FN, NO_GRAD_FN, NO_GRAD_FN)
    assert found.nodes == (2, 0, 0, 0)


def test_a_derivative_that_only_another_input_is_in_has_a_graph_and_is_refused_too() -> None:
    found = orders(case_at(parse("y = w*x"), {"x": 1, "w": 2}, tracked=("x", "w")), "x", 2)
    assert numbers(found.values) == [2, 2, 0]
    assert found.refused[1] is not None
    assert "appears to not have been used in the graph" in found.refused[1]
    assert found.nodes[1] > 0


def test_without_create_graph_pytorch_refuses() -> None:
    assert without_create_graph(case_at(POLYNOMIAL, POINT), "x") == NO_GRAD_FN


def test_graphs_grow_with_the_order() -> None:
    assert orders(case_at(parse("y = sin(x)*exp(-x^2)"), {"x": 0.5}), "x", 4).nodes[1:] == (15, 39, 91, 199)


@pytest.mark.parametrize(
    ("text", "x", "says"),
    [
        ("x^2 - |x|", 0.0, BESIDE),
        ("|x|", 0.0, BESIDE),
        ("relu(x)", 0.0, BESIDE),
        ("x^3*1e6", 0.0, UNDECIDED),
        ("|x|^3", 0.0, UNDECIDED),
        ("(x - 0.1)^4", 0.1, UNDECIDED),
        ("relu(x) - x^2", 0.0, BESIDE),
        ("x^2 + |x|", 0.0, MINIMUM),
        ("y = x^2", 0.0, MINIMUM),
        ("y = -x^2", 0.0, MAXIMUM),
        ("y = x^4", 0.0, UNDECIDED),
        ("y = x^3", 0.0, UNDECIDED),
        ("y = x^2", 1.0, SLOPE),
        ("y = sin(x)", math.pi / 2, MAXIMUM),
        ("y = 3x", 0.0, SLOPE),
        ("y = sqrt(x^2)", 0.0, NO_NUMBER),
    ],
)
def test_what_two_derivatives_say(text: str, x: float, says: str) -> None:
    assert orders(case_at(parse(text), {"x": x}), "x", 2).says == says


def test_what_is_not_proved_is_called_no_minimum() -> None:
    """`lgamma` has no exact form, and nine entries are more than are proved."""
    assert orders(case_at("y = lgamma(x)", {"x": 1.4616321449683623}, dtype=DOUBLE), "x", 2).says == UNPROVED
    for count, says in ((MAX_PROVED_ENTRIES, MINIMUM), (MAX_PROVED_ENTRIES + 1, UNPROVED)):
        assert second(case_at("y = sum(x^2)", {"x": [0.0] * count}, dtype=DOUBLE), ("x",)).says == says


def test_what_is_no_single_number_is_refused() -> None:
    with pytest.raises(EvaluationError, match="must be one number"):
        orders(case_at(parse("y = x^2 + w"), {"x": 1, "w": [1, 2]}), "x", 2)
    with pytest.raises(EvaluationError, match="must be one number"):
        second(case_at(parse("y = x^2"), {"x": [1, 2]}), ("x",))


# Curves


@given(programs(shapes=((), (3,)), outputs=((),), statements=2), st.floats(-1, 1))
def test_a_curve_goes_through_what_the_derivatives_are_at_the_point(made: Made, step: float) -> None:
    run = made.run(DOUBLE)
    wrt = [name for name, leaf in run.inputs.items() if leaf.requires_grad]
    assume(wrt)
    output = next(iter(run.outputs))
    direction = [1.0, -0.5, 2.0, 0.25, 3.0, -1.0, 0.5, 1.5, -2.0] * 2
    direction = direction[: sum(run.inputs[name].numel() for name in wrt)]
    found = curves(case_at(made.program, made.values, dtype=DOUBLE), direction, wrt, [step, 0.0], 2, output)
    ways = along(case_at(made.program, made.values, dtype=DOUBLE), direction, wrt, output)
    expected = [run.outputs[output].item(), ways.slope.item(), ways.second.item()]
    for heights, number in zip(found, expected, strict=True):
        if math.isfinite(number):
            assert heights[1] == pytest.approx(number, rel=1e-6, abs=1e-9)
        else:
            assert heights[1] is None


def test_a_curve_is_computed_place_by_place() -> None:
    heights, slopes, changes = curves(case_at(parse("y = x^3"), {"x": 1}, dtype=DOUBLE), [1.0], ["x"], [-1, 0, 1, 2], 2)
    assert heights == (0, 1, 8, 27)
    assert slopes == (0, 3, 12, 27)
    assert changes == (0, 6, 12, 18)


def test_where_there_is_no_number_the_curve_has_a_gap() -> None:
    heights, slopes, _ = curves(case_at(parse("y = log(x)"), {"x": 1}, dtype=DOUBLE), [1.0], ["x"], [-2, -1, 0], 2)
    assert heights == (None, None, 0)
    assert slopes[1:] == (None, 1)


def test_large_inputs_are_computed_a_few_places_at_a_time() -> None:
    x = torch.ones(64, 64).tolist()
    heights, slopes, changes = curves(
        case_at(parse("y = sum(x^2)"), {"x": x}), [1.0] + [0.0] * 4095, ["x"], [0, 1] * 20, 2
    )
    assert heights == (4096, 4099) * 20
    assert slopes == (2, 4) * 20
    assert changes == (2,) * 40


# Several numbers


@pytest.mark.parametrize(
    ("text", "values", "says"),
    [
        ("x^2 + y^2 - |x|", {"x": 0.0, "y": 0.0}, BESIDE),
        ("x*|y|", {"x": 1.0, "y": 0.0}, BESIDE),
        ("(x - 0.1)^2 + y^3", {"x": 0.1, "y": 0.0}, UNDECIDED),
        ("z = x^2 + y^2", {"x": 0, "y": 0}, MINIMUM),
        ("z = -x^2 - 3y^2 + x*y", {"x": 0, "y": 0}, MAXIMUM),
        ("z = x^2 - y^2", {"x": 0, "y": 0}, SADDLE),
        ("z = x*y", {"x": 0, "y": 0}, SADDLE),
        ("z = x^2 + y^4", {"x": 0, "y": 0}, UNDECIDED),
        ("z = x^4 + y^4", {"x": 0, "y": 0}, UNDECIDED),
        ("z = x^2 + y^2", {"x": 1, "y": 0}, SLOPE),
        ("z = x + y", {"x": 1, "y": 0}, SLOPE),
        ("z = (1 - x)^2 + 100*(y - x^2)^2", {"x": 1, "y": 1}, MINIMUM),
        ("z = cos(x) + cos(y)", {"x": math.pi, "y": 0}, SADDLE),
        ("z = log(x) + y", {"x": 0, "y": 0}, NO_NUMBER),
    ],
)
def test_what_eigenvalues_say(text: str, values: dict[str, float], says: str) -> None:
    for dtype in (torch.float32, DOUBLE):
        assert second(case_at(parse(text), values, dtype=dtype), ("x", "y")).says == says


def test_vectors_and_matrices_count_entry_by_entry() -> None:
    found = second(case_at(parse("y = x @ A @ x"), {"x": [1, 2], "A": [[1, 2], [3, 4]]}), ("x",))
    assert found.names == ("x[0]", "x[1]")
    assert found.hessian is not None
    assert found.hessian.tolist() == [[2, 5], [5, 8]]
    assert found.gradient.tolist() == [12, 21]
    assert found.asymmetry == 0


def test_a_number_that_does_not_bend() -> None:
    found = second(case_at(parse("z = 2x - y"), {"x": 1, "y": 1}), ("x", "y"))
    assert not found.bends
    assert found.hessian is not None
    assert not found.hessian.any()
    assert second(case_at(parse("z = x^2"), {"x": 1}), ("x",)).bends
    assert second(case_at(parse("z = x^2 + 0*detach(y)"), {"x": 1, "y": 1}), ("x", "y")).unused == ("y",)


def test_a_hessian_that_is_too_large_is_left_out_and_directions_still_work() -> None:
    values = {"x": torch.ones(33, 32).tolist()}
    program = parse("y = sum(x^3)")
    found = second(case_at(program, values), ("x",))
    assert found.hessian is None
    assert found.eigenvalues is None
    assert found.says == NO_NUMBER
    assert along(case_at(program, values), [1.0] * (33 * 32), ("x",)).second.item() == 6 * 33 * 32


@given(programs(shapes=((), (3,), (2, 3)), outputs=((),), statements=2), st.randoms())
def test_a_direction_agrees_with_the_hessian(made: Made, random: Any) -> None:
    run = forward(made.program, made.values, dtype=DOUBLE)
    wrt = tuple(name for name, leaf in run.inputs.items() if leaf.requires_grad)
    assume(wrt)
    output = next(iter(run.outputs))
    found = second(case_at(made.program, made.values, dtype=DOUBLE), wrt, output)
    assert found.hessian is not None
    assume(bool(torch.isfinite(found.hessian).all()))
    assert found.eigenvalues is not None
    near = {"rtol": 1e-7, "atol": 1e-7 * (1 + float(found.hessian.abs().max()))}
    v = torch.tensor([random.uniform(-2, 2) for _ in found.names], dtype=DOUBLE)
    ways = along(case_at(made.program, made.values, dtype=DOUBLE), v.tolist(), wrt, output)
    torch.testing.assert_close(ways.second, v @ found.hessian @ v, equal_nan=True, **near)
    torch.testing.assert_close(ways.slope, v @ found.gradient, rtol=1e-7, atol=1e-9, equal_nan=True)
    torch.testing.assert_close(found.eigenvalues.sum(), found.hessian.trace(), **near)
