"""What is tried out in PyTorch before the lecture asks for it."""

import pytest

from playground.descent.questions import line_that_moves
from playground.language.parse import parse
from tests.cases import case_at

POLYNOMIAL = parse("y = a*x^2 + b*x + c")
CASE = {"a": 2, "x": 3, "b": -5, "c": 1}


def test_the_line_that_moves_the_leaf_is_the_optimizers_step() -> None:
    assert line_that_moves(case_at(POLYNOMIAL, CASE), "x") == "step"


def test_a_flat_place_has_no_line_that_moves() -> None:
    with pytest.raises(AssertionError):
        line_that_moves(case_at(parse("y = x^2"), {"x": 0}), "x")
