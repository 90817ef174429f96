"""Inputs of a program that runs on vectors or matrices alone start with some."""

import pytest

from playground.engine.forward import forward
from playground.engine.starts import starting_values
from playground.language.parse import parse

RUN_ON_ARRAYS = (
    "loss = mean((sigmoid(x @ w + b) - t)^2)", "y = relu(x @ W1 + b1) @ W2 + b2", "x[0]^2 + x[1]", "x[2]", "dot(x, w)",
    "x^T A x", "A @ B", "det(A)", "outer(u, v)", "x.max(1).values", "M @ v", "A[0, 1]*B[2, 2]",
    "loss = mean((relu(X @ W1 + b1) @ W2 + b2 - t)^2)",
    "-mean(t*log(sigmoid(X @ w + b)) + (1 - t)*log(1 - sigmoid(X @ w + b)))",
)  # fmt: skip


@pytest.mark.parametrize("text", RUN_ON_ARRAYS)
def test_a_program_for_vectors_and_matrices_starts_with_some(text: str) -> None:
    program = parse(text)
    values = starting_values(program, dict.fromkeys(program.inputs, 2))
    assert any(isinstance(value, list) for value in values.values())
    assert forward(program, values).outputs


@pytest.mark.parametrize("text", ["y = a*x^2 + b*x + c", "sin(x)*y", "log(-x)", "sum(x)"])
def test_a_program_that_runs_on_numbers_starts_with_the_usual_ones(text: str) -> None:
    program = parse(text)
    assert starting_values(program, dict.fromkeys(program.inputs, 3)) == dict.fromkeys(program.inputs, 3)


def test_a_neuron_starts_with_three_rows_of_data() -> None:
    program = parse("loss = mean((sigmoid(x @ w + b) - t)^2)")
    values = starting_values(program, dict.fromkeys(program.inputs, 2))
    assert values == {"x": [[1, 2], [3, 4], [5, 6]], "w": [0.5, -0.5], "b": 2, "t": 2}


def test_what_runs_on_no_shape_keeps_the_usual_values() -> None:
    program = parse("x[100] + y")
    assert starting_values(program, {"x": 2, "y": 2}) == {"x": 2, "y": 2}
