"""Texts of input values: numbers, vectors, matrices, and what is refused."""

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from playground.language.errors import EvaluationError
from playground.language.values import read_value, write_value
from tests.programs import PIECES


def in_lists(value: Any) -> Any:
    """Nested tuples as nested lists."""
    return [in_lists(entry) for entry in value] if isinstance(value, tuple) else value


def refusal(text: str) -> EvaluationError:
    with pytest.raises(EvaluationError) as caught:
        read_value(text, "x")
    return caught.value


@pytest.mark.parametrize(("text", "value"), [
    ("3", 3), ("-2.5e-3", -0.0025), ("  7 ", 7), ("+1", 1), ("--1", 1), ("−3", -3), ("２．５", 2.5), ("1/3", 1 / 3),
    ("2^0.5", 2**0.5), ("2π", 6.283185307179586), ("-1/2e3", -1 / 2e3), ("(1 + 2)*3", 9), ("1e-999", 0.0),
    ("3 # three", 3),
    ("[1, 2]", [1, 2]), ("[1]", [1]), ("[1,]", [1]), ("[[0, 0], [1, 2]]", [[0, 0], [1, 2]]),
    ("[[-1/2, 2^3]]", [[-0.5, 8]]),
    ("[[0, 0],\n [1, 2]]\n", [[0, 0], [1, 2]]), ("［１，２］", [1, 2]), ("[1\n, 2 # two\n]", [1, 2]),
    ("[1 2; 3 4]", [[1, 2], [3, 4]]), ("[1 -2;\n 3 4.5e-3;]", [[1, -2], [3, 0.0045]]),
    ("[1, 2; 3, 4]", [[1, 2], [3, 4]]),
    ("[1;2]", [[1], [2]]), ("[1 2]", [1, 2]), ("[ 1. -2.]", [1.0, -2.0]), ("[1 - 2]", [-1]),
    ("[1/4 π]", [0.25, 3.141592653589793]),
    ("[[1. 2.]\n [3. 4.]]", [[1.0, 2.0], [3.0, 4.0]]),
    ("[0.1 0.2\n 0.3]", [0.1, 0.2, 0.3]), ("[1 2；3 4]", [[1, 2], [3, 4]]),
    ("torch.tensor([1., 2.])", [1.0, 2.0]), ("torch.tensor(0.0, requires_grad=True)", 0.0),
    ("torch.ones(2)", [1.0, 1.0]), ("torch.zeros(2, 2)", [[0.0, 0.0]] * 2), ("torch.zeros((1, 2))", [[0.0, 0.0]]),
    ("torch.eye(2)", [[1.0, 0.0], [0.0, 1.0]]), ("torch.eye(1, 2)", [[1.0, 0.0]]), ("torch.full((2,), 3)", [3, 3]),
    ("torch.arange(3)", [0, 1, 2]), ("torch.arange(1, 2, 0.5)", [1.0, 1.5]), ("np.zeros(2)", [0.0, 0.0]),
    ("torch.linspace(-1, 1, 5)", [-1.0, -0.5, 0.0, 0.5, 1.0]), ("torch.linspace(0, 1, steps=2)", [0.0, 1.0]),
    ("torch.arange(4).reshape(2, 2)", [[0, 1], [2, 3]]), ("torch.arange(4.).view(-1, 2)", [[0.0, 1.0], [2.0, 3.0]]),
    ("np.array([1., 2.])", [1.0, 2.0]), ("torch.tensor([1, 2]).reshape(2, 1)", [[1], [2]]),
])  # fmt: skip
def test_a_value_is_read_as_it_is_written(text: str, value: object) -> None:
    assert repr(in_lists(read_value(text, "x"))) == repr(value)


@pytest.mark.parametrize(("text", "column", "part"), [
    ("", 1, "x needs a value"), ("  \n", 1, "x needs a value"), ("[]", 1, "at least one number"),
    ("[[]]", 1, "at least one number"),
    ("[1, 2", 1, "never closed"), ("1]", 2, "never opened"), ("1e999", 1, "too large"), ("9" * 400, 1, "too large"),
    ("9" * 5000, 1, "too large"), ("1" + "²" * 5000, 2, "too large"),
    ("1/0", 2, "no quotient"), ("[1, 0/0]", 6, "no quotient"),
    ("9**9**9**9", 5, "exponent"),
    ("(-1)^0.5", 5, "not a real number"), ("nan", 1, "nan is not a number"), ("-inf", 2, "inf is not a number"),
    ("a", 1, "must be a number"), ("[1, 2a]", 6, "must be a number"),
    ("sin(a)", 1, "must be a number"), ("sqrt(-1)", 1, "not a real number"),
    ("3; 4", 2, "does not fit"), ("3 4", 3, "[1, 2]"), ("3 4; 5 6", 3, "[1, 2]"),
    ("[1 2, 3]", 4, "[1, 2]"), ("(1, 2)", 3, "[1, 2]"), ("y = 3", 3, "“=”"),
    ("[1, 2] + [3]", 8, "must be a number"), ("2*[1]", 2, "must be a number"), ("'1'", 1, "quotes"),
    ("1,2", 2, "with a point"),
    ("[[[1]]]", 1, "two levels"), ("[" * 900 + "1" + "]" * 900, 897, "3 deep"),
    ("[" * 40_000 + "1" + "]" * 40_000, 39_997, "3 deep"),
    ("[" + "1," * 4096 + "1]", 1, "at most 64 x 64"), ("1" * 110_001, 1, "at most 64 x 64"),
    ("True", 1, "word of Python"),
    ("__import__('os')", 1, "cannot start with “_”"),
    ("torch.zeros(2, 2, 2)", 1, "two levels"), ("torch.zeros(0)", 1, "at least one number"),
    ("torch.ones(99999, 99999)", 1, "at most 64 x 64"), ("torch.eye(10**9)", 1, "at most 64 x 64"),
    ("torch.arange(0, 1, 0)", 1, "at most 64 x 64"), ("torch.linspace(0, 1)", 1, "number of arguments"),
    ("torch.arange(6).reshape(4, 2)", 1, "reshape"), ("torch.linspace(0, 1, -3)", 1, "must be non-negative"),
    ("torch.ones(2) + 1", 15, "must be a number"), ("torch.randn(2)", 1, "done for you"), ("#", 1, "too early"),
])  # fmt: skip
def test_a_wrong_value_gets_a_sentence_with_its_name_and_column(text: str, column: int, part: str) -> None:
    problem = refusal(text)
    assert part in problem.message
    assert problem.message.startswith("x")
    assert problem.column == column, problem


def test_64_by_64_entries_of_any_length_are_read() -> None:
    rows = [[-1.2345678901234567e-300] * 64] * 64
    assert in_lists(read_value(write_value(rows), "x")) == rows


finite = st.one_of(st.floats(allow_nan=False, allow_infinity=False), st.integers(-(2**53), 2**53))
vectors = st.lists(finite, min_size=1, max_size=5)


@given(st.one_of(finite, vectors, st.lists(vectors, min_size=1, max_size=4)))
def test_what_is_written_is_read_back_to_the_bit(value: object) -> None:
    assert repr(in_lists(read_value(write_value(value), "x"))) == repr(value)  # type: ignore[arg-type]


signs = st.text("0123456789.-+*/^()[], eE#;\nπ", max_size=60)
pieces = st.lists(st.sampled_from(PIECES)).map("".join)


@given(st.one_of(st.text(max_size=60), signs, pieces))
@settings(max_examples=400)
def test_any_text_is_a_value_or_an_evaluation_error_inside_the_text(text: str) -> None:
    try:
        value = read_value(text, "x")
    except EvaluationError as problem:
        assert problem.message.startswith("x")
        assert 1 <= (problem.column or 0) <= max(len(text), 1) + 1
    else:
        assert isinstance(value, (int, float, tuple))
