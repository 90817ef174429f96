"""What can be predicted of a backward pass: the right number is PyTorch's, a wrong one is another."""

import pytest
import torch

from playground.engine.observe import observe
from playground.graph.backward_questions import ADDS, MEETS, PASSES, STARTS, every_turn, turns
from playground.language.parse import parse
from tests.cases import case_at

CASE = {"a": 2, "x": 3, "b": -5, "c": 1}
PROGRAM = parse("y = a*x^2 + b*x + c")


def test_the_numbers_of_the_lecture_come_in_the_engines_order() -> None:
    found = turns(observe(case_at(PROGRAM, CASE)))
    assert [turn.kind for turn in found] == [STARTS, PASSES, PASSES, PASSES, MEETS]
    assert [turn.right.item() for turn in found] == [1.0, -5.0, 2.0, 12.0, 7.0]


def test_what_arrives_is_asked_at_every_node_also_where_it_is_passed_on_unchanged() -> None:
    observation = observe(case_at(parse("u = x^2; y = u*u + u + 3x"), {"x": 2}))
    assert observation.backward is not None
    arrives = {turn.target: turn.right for turn in every_turn(observation)}
    assert arrives == {step.node: step.upstream for step in observation.backward.steps}
    assert [turn.kind for turn in every_turn(observation)].count(ADDS) == 1


def test_each_misconception_gives_its_number() -> None:
    start, _, square, power, leaf = turns(observe(case_at(PROGRAM, CASE)))
    assert start.wrong["value_starts"].item() == 4
    assert square.wrong["too_far"].item() == 12
    assert square.wrong["next_local"].item() == 6
    assert power.wrong["upstream_forgotten"].item() == 6
    assert power.wrong["local_forgotten"].item() == 2
    assert leaf.wrong["multiplied"].item() == -60
    assert leaf.wrong["only_last"].item() == -5


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ("y = x*w + sin(x)", {"x": 0.5, "w": 2}),
        ("y = sum(x @ w)", {"x": [[1, 2], [3, 4]], "w": [[1, 0], [0, 2]]}),
        ("u = x^2; y = u*u + u", {"x": 2}),
        ("y = mean((x - 1)^2)", {"x": [1, 2, 3]}),
    ],
)
def test_the_right_number_is_what_autograd_passes(text: str, values: dict[str, object]) -> None:
    observation = observe(case_at(parse(text), values))  # type: ignore[arg-type]
    assert observation.backward is not None
    found = turns(observation)
    assert found
    for turn in found:
        step = observation.backward.steps[turn.step]
        shown = step.upstream if turn.kind in (STARTS, MEETS) else None
        passed = [shown] if shown is not None else [part for part in step.passed if part is not None]
        assert any(part is not None and torch.equal(part, turn.right) for part in passed)
        assert all(number.shape == turn.right.shape for number in turn.wrong.values())


def test_what_is_no_number_is_not_asked_for() -> None:
    assert all(torch.isfinite(turn.right).all() for turn in turns(observe(case_at(parse("y = sqrt(x^2)"), {"x": 0}))))


def test_where_nothing_goes_back_there_is_nothing_to_predict() -> None:
    assert turns(observe(case_at(parse("y = a*b"), {"a": 1, "b": 2}))) == []
