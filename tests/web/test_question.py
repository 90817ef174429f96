"""A question has three answers that differ, one of them right, in an order that stays."""

import pytest
import torch

from playground.engine.misreadings import usual
from playground.engine.observe import observe
from playground.graph.backward_questions import turns
from playground.graph.questions import of_turn
from playground.language.parse import parse
from playground.web.question import Question, ask, in_words
from playground.words import say
from tests.cases import case_at

CASES = [
    ("y = a*x^2 + b*x + c", {"a": 2, "x": 3, "b": -5, "c": 1}),
    ("y = a*x^2 + b*x + c", {"a": 0, "x": 0, "b": 0, "c": 0}),
    ("y = x*x*x", {"x": -1}),
    ("y = sum(x @ w)", {"x": [[1, 2], [3, 4]], "w": [[1, 0], [0, 2]]}),
    ("y = mean((x - 1)^2)", {"x": [1, 2, 3]}),
    ("y = x^2", {"x": [[1.5] * 64] * 64}),
    ("y1 = x1*x2; y2 = x1 + x2", {"x1": 1, "x2": 2}),
    ("y = exp(-1000*x^2)", {"x": 3}),
]


def questions_about(text: str, values: dict[str, object]) -> list[Question]:
    observation = observe(case_at(parse(text), values))  # type: ignore[arg-type]
    return [found for turn in turns(observation) if (found := of_turn(turn, observation)) is not None]


@pytest.mark.parametrize(("text", "values"), CASES)
def test_one_of_three_different_answers_is_right(text: str, values: dict[str, object]) -> None:
    found = questions_about(text, values)
    assert found
    for match in found:
        assert len({answer.text for answer in match.answers}) == len(match.answers) == 3
        assert sum(answer.right for answer in match.answers) == 1
        assert all(bool(answer.reason) != answer.right for answer in match.answers)
        assert match.question.endswith("?")
    assert questions_about(text, values) == found


def test_the_reasons_hold_the_numbers() -> None:
    last = questions_about(*CASES[0])[-1]
    assert last.why == "What arrives there is added: 12.0 + (-5.0) = 7.0."
    reasons = {answer.text: answer.reason for answer in last.answers}
    assert reasons["-60.0"] == "-60.0 is 12.0 x (-5.0). Where paths meet, they are added."
    assert reasons["7.0"] == ""


def test_a_wrong_number_that_is_right_here_is_left_out() -> None:
    wrong = {"sign": torch.tensor(-0.0), "twice": torch.tensor(0.0), "one": torch.tensor(1.0), "height": 4.0}
    found = ask("leaf", torch.tensor(0.0), wrong, name="x", output="y")
    assert found is not None
    assert {answer.text for answer in found.answers} == {"0.0", "1.0", "4.0"}


def test_a_number_that_is_none_is_no_answer() -> None:
    wrong = {"height": float("nan"), "position": float("inf"), "sign": -2.0, "one": 1.0}
    found = ask("leaf", 2.0, wrong, name="x", output="y")
    assert found is not None
    assert {answer.text for answer in found.answers} == {"2.0", "-2.0", "1.0"}


def test_too_few_wrong_answers_are_no_question() -> None:
    assert ask("leaf", 2.0, {"sign": -2.0}, name="x", output="y") is None
    assert in_words("leaf", "2.0", {"1.0": "no"}, name="x") is None


def test_the_order_is_not_always_the_same() -> None:
    places = set()
    for number in range(1, 20):
        found = ask("leaf", torch.tensor(float(number)), usual(torch.tensor(float(number))), name="x", output="y")
        assert found is not None
        places.add([answer.right for answer in found.answers].index(True))
    assert places == {0, 1, 2}


def test_of_the_last_step_everything_is_shown() -> None:
    found = questions_about(*CASES[0])
    assert found[-1].after is None
    assert all(match.after == (match.place or 0) + 1 for match in found[:-1])
    assert say("predict.meets.question", target="x") == found[-1].question
