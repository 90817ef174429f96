"""Each misreading of a formula gives the number that somebody who reads it so would compute by hand."""

import pytest
import torch

from playground.engine.misreadings import READINGS, misread
from playground.language.operations import OPERATIONS
from playground.language.parse import parse
from tests.cases import case_at

CASE = {"a": 2, "x": 3, "b": -5, "c": 1}
BY_HAND = [
    ("y = a*x^2 + b*x + c", CASE, "power_last", (2 * 3) ** 2 + -5 * 3 + 1),
    ("y = a*x^2 + b*x + c", CASE, "power_as_product", 2 * (3 * 2) + -5 * 3 + 1),
    ("y = a*x^2 + b*x + c", CASE, "term_forgotten", 2 * 9 + -5 * 3),
    ("y = a*x^2 + b*x + c", CASE, "minus_lost", 2 * 9 + 5 * 3 + 1),
    ("y = a*x^2 + b*x + c", CASE, "multiplied_added", (2 + 9) + (-5 + 3) + 1),
    ("y = -x^2", {"x": 3}, "power_last", 9),
    ("y = c + b*x", {"x": 3, "b": 2, "c": 1}, "product_last", (1 + 2) * 3),
    ("y = c - b*x", {"x": 3, "b": 2, "c": 1}, "subtracted_added", 7),
    ("y = (x - 1)^2 - x", {"x": 3}, "term_forgotten", 4),
    ("y = sin(x)", {"x": 3}, "function_left_out", 3),
    ("y = mean(x)", {"x": [1, 2, 3]}, "mean_as_sum", 6),
    ("y = x @ w", {"x": [[1, 2], [3, 4]], "w": [[1, 0], [2, 1]]}, "entries_multiplied", [[1, 0], [6, 4]]),
]  # fmt: skip


@pytest.mark.parametrize(("text", "values", "name", "number"), BY_HAND)
def test_a_misreading_gives_its_number(text: str, values: dict[str, object], name: str, number: object) -> None:
    found = misread(case_at(parse(text), values, dtype=torch.float64), "y")
    assert torch.equal(found[name], torch.tensor(number, dtype=torch.float64))


def test_every_misreading_is_tried_by_hand_and_is_of_operations_there_are() -> None:
    assert {name for _, _, name, _ in BY_HAND} == {*READINGS, "term_forgotten", "minus_lost"}
    assert {"add", "subtract", "multiply", "negate", "power", "matmul", "mean", "sum"} <= OPERATIONS.keys()


def test_what_cannot_be_misread_so_is_left_out() -> None:
    """Rows times columns need not fit entry by entry."""
    found = misread(case_at(parse("y = x @ w"), {"x": [[1, 2, 3]], "w": [[1], [2], [3]]}), "y")
    assert found["term_forgotten"].tolist() == [[14.0]]
    wide = misread(case_at(parse("y = x @ w"), {"x": [[1, 2, 3], [4, 5, 6]], "w": [[1], [2], [3]]}), "y")
    assert "entries_multiplied" not in wide


def test_only_the_output_that_is_asked_for_loses_a_term() -> None:
    found = misread(case_at(parse("u = x + 1; y = u*u + u"), {"x": 2}), "y")
    assert found["term_forgotten"].item() == 9.0
