"""Programs run on tensors: their values, what requires a gradient, and values that no program can take."""

import math
from typing import Any

import pytest
import torch
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from playground.engine.backward import backward
from playground.engine.forward import first_not_finite, forward
from playground.engine.graph import read_graph
from playground.language.errors import EvaluationError, PlaygroundError
from playground.language.notation import label
from playground.language.parse import parse
from tests.oracles import exact, far_from_corners
from tests.programs import Made, programs, texts

MATRIX = [[1.0, 2.0], [3.0, 4.0]]


def value(text: str, dtype: torch.dtype = torch.float32, **values: Any) -> torch.Tensor:
    """The first output of a program."""
    return next(iter(forward(parse(text), values, None, dtype).outputs.values()))


def refusal(text: str, **values: Any) -> EvaluationError:
    with pytest.raises(EvaluationError) as caught:
        forward(parse(text), values)
    assert caught.value.message
    return caught.value


def test_forward_computes_what_sympy_computes_from_the_tree() -> None:
    compared = []

    @given(programs(budget=6, statements=3))
    @settings(max_examples=120)
    def check(made: Made) -> None:
        run = made.run(torch.float64)
        assume(far_from_corners(run))
        meant = exact(made.program, made.values)
        for name, output in run.outputs.items():
            numbers = [meant.at_point(entry) for entry in meant.outputs[name].flatten()]
            assert output.flatten().tolist() == pytest.approx(numbers, rel=1e-6, abs=1e-8)
            compared.append(name)

    check()
    assert len(compared) > 100


@pytest.mark.parametrize(("text", "values", "result"), [
    ("a*x^2 + b*x + c", {"a": 2, "x": 3, "b": -5, "c": 1}, 4.0),
    ("y = a*x^2 + b*x + c", {"a": 1.0, "x": [[0, 0], [1, 2]], "b": -2.0, "c": 1.0}, [[1.0, 1.0], [0.0, 1.0]]),
    ("x @ x", {"x": MATRIX}, [[7.0, 10.0], [15.0, 22.0]]),
    ("w.t() @ x", {"w": [[1], [2]], "x": MATRIX}, [[7.0, 10.0]]),
    ("sum(x, dim=0)", {"x": MATRIX}, [4.0, 6.0]),
    ("x.mean(1, keepdim=True)", {"x": MATRIX}, [[1.5], [3.5]]),
    ("dot(x, x) + trace(w) + norm(x)", {"x": [3, 4], "w": MATRIX}, 35.0),
    ("max(x, 2) - min(x, 3)", {"x": MATRIX}, [[1.0, 0.0], [0.0, 1.0]]),
    ("2*3", {}, 6.0),
    ("x", {"x": [1, 2]}, [1.0, 2.0]),
    ("|x|", {"x": -3}, 3.0),
    ("x^-1 + 2/x", {"x": 4}, 0.75),
])  # fmt: skip
def test_programs_come_to_what_mathematics_says(text: str, values: dict[str, Any], result: Any) -> None:
    assert value(text, **values).tolist() == result


def test_functions_of_plain_numbers_are_plain_numbers_in_double_precision() -> None:
    run = forward(parse("sqrt(2)*x + sin(1)"), {"x": 1.0})
    plain = [line.value for line in run.tape if not isinstance(line.value, torch.Tensor)]
    # a library for many numbers may round the last bit of a root the other way
    assert plain == pytest.approx([2, math.sqrt(2), 1, math.sin(1)], rel=1e-15)


def test_the_tape_holds_every_sub_expression_once_in_the_order_computed() -> None:
    run = forward(parse("u = x^2; y = u*u + u"), {"x": 3.0})
    assert [torch.as_tensor(line.value).item() for line in run.tape] == [3, 2, 9, 81, 90]
    assert [line.name for line in run.tape] == [None, None, "u", None, "y"]
    assert [line.arguments for line in run.tape] == [(), (), (0, 1), (2, 2), (3, 2)]
    assert run.lines == {"y": 4}


def test_names_from_u_to_z_require_a_gradient_unless_told_otherwise() -> None:
    program = parse("a*u + x1*z2 + t*α")
    values = dict.fromkeys(program.inputs, 1.0)
    assert [name for name, tensor in forward(program, values).inputs.items() if tensor.requires_grad] == [
        "u",
        "x1",
        "z2",
    ]
    chosen = forward(program, values, requires_grad=("a", "α")).inputs
    assert [name for name, tensor in chosen.items() if tensor.requires_grad] == ["a", "α"]
    assert not any(tensor.requires_grad for tensor in forward(program, values, ()).inputs.values())


def test_inputs_and_outputs_have_the_wanted_type() -> None:
    for dtype in (torch.float32, torch.float64, torch.float16):
        run = forward(parse("x + 1; 2"), {"x": 3}, None, dtype)
        assert {tensor.dtype for tensor in (*run.inputs.values(), *run.outputs.values())} == {dtype}
    assert value("x/10", torch.float64, x=1).item() == 0.1
    assert forward(parse("x"), {"x": 0.1}).inputs["x"].dtype == torch.float32


def test_a_tensor_is_used_as_given() -> None:
    leaf = torch.tensor([1.0, 2.0], dtype=torch.float64, requires_grad=True)
    inner = leaf * 2
    run = forward(parse("x + y + a"), {"x": leaf, "y": inner, "a": leaf})
    assert run.inputs["x"] is leaf
    assert run.inputs["y"] is inner
    assert run.inputs["a"] is leaf
    assert run.outputs["z"].dtype == torch.float64


def test_a_given_tensor_is_never_changed() -> None:
    plain, tracked = torch.tensor(1.0), torch.tensor(1.0, requires_grad=True)
    run = forward(parse("x*w"), {"x": plain, "w": tracked}, requires_grad=("x",))
    assert run.inputs["x"].requires_grad
    assert not plain.requires_grad
    assert tracked.requires_grad
    assert not run.inputs["w"].requires_grad


def test_plain_numbers_take_the_type_of_the_tensor_beside_them() -> None:
    run = forward(parse("max(x, 0.1)"), {"x": torch.tensor(0.0, dtype=torch.float64)}, ())
    assert run.outputs["y"].item() == 0.1
    mixed = forward(parse("max(n, x) + max(n, 0.5)"), {"n": torch.tensor(0), "x": torch.tensor(0.25)})
    assert mixed.outputs["y"].item() == 0.75
    assert mixed.outputs["y"].requires_grad


@pytest.mark.parametrize(("text", "x", "odd"), [
    ("2*log(x) + 1", 3.0, None), ("2*log(x) + 1", 0.0, "log(x)"), ("2*log(x) + 1", -1.0, "log(x)"),
    ("1 + x/(x - x)", 1.0, "x/(x − x)"),
    ("exp(x)*0 + 1", 1000.0, "exp(x)"), ("sqrt(x) + log(x)", -1.0, "√(x)"),
])  # fmt: skip
def test_the_first_sub_expression_that_is_not_finite_is_found(text: str, x: float, odd: str | None) -> None:
    line = first_not_finite(forward(parse(text), {"x": x}))
    assert (label(line.expression) if line else None) == odd


# What bad input gets


def test_one_condition_of_several_entries_is_refused_with_what_goes_entry_by_entry() -> None:
    for text in ("x if x > 0 else -x", r"\begin{cases} x & x > 0 \\ -x & x \le 0 \end{cases}"):
        with pytest.raises(EvaluationError) as caught:
            forward(parse(text), {"x": [1.0, -1.0]})
        assert caught.value.key == "condition_entries"
        assert "torch.where(x > 0, x, -x)" in caught.value.message


A_LOT = [[0.0] * 1000] * 1000
NOT_NUMERIC = (
    "3",
    None,
    True,
    {1: 2},
    {1},
    1j,
    [1, "a"],
    [True],
    object(),
    range(3),
    b"1",
    [[1, None]],
    [None],
    [[[[1]]]],
)
NOT_TENSORS = (torch.tensor(1j), torch.zeros(2, 2).to_sparse(), torch.zeros(2, device="meta"))


@pytest.mark.parametrize(("given_value", "key"), [
    *((wrong, "not_numeric") for wrong in (*NOT_NUMERIC, *NOT_TENSORS)),
    ([[1, 2], [3]], "ragged"), ([1, [2]], "ragged"), ([[1], 2], "ragged"), ([[[1]]], "too_deep"),
    (torch.zeros(1, 1, 1), "too_deep"),
    ([], "value_no_entries"), ([[]], "value_no_entries"), (torch.zeros(0), "value_no_entries"),
    (A_LOT, "too_large"), ([0.0] * 65, "too_large"), ([[0.0] * 65], "too_large"), (torch.zeros(65, 1), "too_large"),
    (math.nan, "not_finite"), (math.inf, "not_finite"), (-math.inf, "not_finite"), ([1.0, math.nan], "not_finite"),
    (1e39, "not_finite"), (10**400, "not_finite"), (torch.tensor([1.0, math.inf]), "not_finite"),
    (torch.tensor(3), "not_floating"), (torch.tensor(True), "not_floating"),
], ids=lambda part: part if isinstance(part, str) else "")  # fmt: skip
def test_a_wrong_value_gets_its_sentence(given_value: Any, key: str) -> None:
    problem = refusal("y = x^2", x=given_value)
    assert problem.key == key
    assert problem.message.startswith("x")


def test_sentences_about_values_hold_their_numbers() -> None:
    assert "x has the shape [1000, 1000]; an input has at most 64 rows" in refusal("x^2", x=A_LOT).message
    assert "x has the shape [65]; an input has at most 64 rows" in refusal("x^2", x=[0.0] * 65).message
    assert refusal("x^2", x=[1.0, math.nan]).message == "x holds nan; a value must be a finite number."
    assert refusal("a*x^2", x=1).message == "a has no value."
    assert "only Tensors of floating point dtype can require gradients" in refusal("x", x=torch.tensor(3)).message
    with pytest.raises(EvaluationError, match=r"There is no input w; the inputs are: a, x\."):
        forward(parse("a*x"), {"a": 1, "x": 1}, requires_grad=("x", "w"))


def test_64_by_64_entries_are_taken() -> None:
    assert value("x @ x", x=torch.ones(64, 64)).shape == (64, 64)


@pytest.mark.parametrize(("text", "values", "column", "parts"), [
    ("x @ w", {"x": MATRIX, "w": [1, 2, 3]}, 3, ("x @ w", "x: [2, 2]", "w: [3]", "size mismatch")),
    ("y = x + w", {"x": [1, 2], "w": [1, 2, 3]}, 7, ("x + w", "must match the size")),
    ("y = 1; z = trace(x)", {"x": 3}, 12, ("trace(x)", "expected a matrix")),
    ("sum(x, dim=2)", {"x": MATRIX}, 1, ("sum(x, dim=2)", "Dimension out of range")),
    ("sum(x, keepdim=True)", {"x": MATRIX}, 1, ("sum(x, keepdim=True)", "invalid combination of arguments")),
    ("x @ 2", {"x": MATRIX}, 3, ("x @ 2", "unsupported operand")),
    ("dot(x, x)", {"x": MATRIX}, 1, ("dot(x, x)", "1D tensors expected")),
    ("2*square(x @ x)", {"x": [[1, 2]]}, 12, ("x @ x", "cannot be multiplied")),
])  # fmt: skip
def test_an_operation_that_refuses_names_itself_its_shapes_and_pytorchs_words(
    text: str, values: dict[str, Any], column: int, parts: tuple[str, ...]
) -> None:
    problem = refusal(text, **values)
    assert problem.key == ("refused_single" if text == "x @ 2" else "refused")
    assert problem.column == column
    assert [part for part in parts if part not in problem.message] == [], problem.message


@pytest.mark.parametrize(("text", "key"), [
    ("log(-1)*x", "constant_overflow"), ("log(0)", "constant_overflow"), ("x^exp(9)", "exponent"),
    ("exp(1000)", "constant_overflow"),
    ("asin(2)", "constant_overflow"), ("1/sin(0)", "zero_division"), ("sqrt(0)^-1*x", "zero_division"),
    ("log(0.5)^0.5", "not_real"),
    ("(exp(100)^10)*x", "number_too_large"), ("sec(1)/0*x", "zero_division"),
])  # fmt: skip
def test_functions_of_plain_numbers_without_a_value_are_refused(text: str, key: str) -> None:
    assert refusal(text, x=1).key == key


numbers = st.one_of(st.floats(), st.integers(-(10**40), 10**40), st.sampled_from([0.0, -1.0, 1e38, 1e-45, math.nan]))
anything = st.recursive(
    st.one_of(numbers, st.none(), st.booleans(), st.text(max_size=3)),
    lambda inner: st.one_of(st.lists(inner, max_size=4), st.tuples(inner, inner)),
    max_leaves=6,
)
tensors = st.sampled_from(
    [
        torch.tensor(1.5),
        torch.tensor([1, 2]),
        torch.ones(2, 3),
        torch.tensor(1j),
        torch.ones(3).double(),
        torch.zeros(0),
    ]
)


@given(programs(), st.data())
@settings(max_examples=250)
def test_any_values_are_taken_or_refused_with_an_evaluation_error(made: Made, data: st.DataObject) -> None:
    kinds = st.one_of(numbers, st.lists(numbers, min_size=3, max_size=3), anything, tensors)
    values = {name: data.draw(kinds) for name in made.program.inputs}
    try:
        run = forward(made.program, values)
        assert read_graph(run)
        assert backward(run).grads.keys() <= run.inputs.keys()
    except EvaluationError as problem:
        assert problem.message


@given(texts())
@settings(max_examples=250)
def test_any_text_goes_through_the_house_or_meets_an_error_of_the_playground(text: str) -> None:
    try:
        program = parse(text)
        run = forward(program, {name: [1.0, -2.0, 0.5] if name in ("v", "w") else 0.5 for name in program.inputs})
        read_graph(run)
        backward(run)
    except PlaygroundError as problem:
        assert problem.message


def test_a_class_is_a_tensor_as_pytorch_wants_it() -> None:
    with pytest.raises(EvaluationError, match="must be Tensor"):
        forward(parse("y = F.cross_entropy(x, 1)"), {"x": [1.0, 2.0]})
