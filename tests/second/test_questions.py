"""What is tried out in PyTorch before the lecture asks for it."""

from playground.language.parse import parse
from playground.second.questions import type_returned
from tests.cases import case_at


def test_autograd_grad_returns_a_tuple() -> None:
    program = parse("y = a*x^2 + b*x + c")
    assert type_returned(case_at(program, {"a": 2, "x": 3, "b": -5, "c": 1}), "x") == "tuple"
