"""A typed answer is judged as a number: no right one is refused, and each misconception's number is named."""

from typing import Any

import pytest
import torch

from playground.app.registry import FEATURES
from playground.engine.observe import observe
from playground.graph.backward_questions import turns
from playground.graph.questions import of_turn
from playground.language.errors import EvaluationError, PlaygroundError
from playground.language.parse import parse
from playground.web.inputs import case_of
from playground.web.question import Answer, Question, ask, in_words
from playground.web.typed import can_be_typed, judged, read
from playground.words import say
from tests.cases import case_at
from tests.reading import HOSTILE
from tests.registry import EXAMPLES


def question(right: Any, **wrong: Any) -> Question:
    found = ask(
        "leaf", torch.tensor(right), {name: torch.tensor(other) for name, other in wrong.items()}, name="x", output="y"
    )
    assert found is not None
    return found


NUMBER = question(7.0, sign=-7.0, twice=14.0, height=4.0, one=1.0)
VECTOR = question([1.0, 2.0], sign=[-1.0, -2.0], zero=[0.0, 0.0], one_number=3.0)


def every_question() -> list[Question]:
    """What is asked of every example of every page."""
    found = []
    for feature in FEATURES:
        for example in EXAMPLES if feature.questions else ():
            try:
                found += feature.questions(case_of(example), {}) if feature.questions else []
            except PlaygroundError:
                continue
    return found


EVERY = every_question()


def test_the_text_of_every_answer_is_that_answer() -> None:
    typed = [item for item in EVERY if can_be_typed(item)]
    assert len(typed) > 100
    for item in typed:
        for answer in item.known:
            assert judged(item, answer.text) == answer


@pytest.mark.parametrize("text", ["7", "7.0", " 7 ", "x.grad = 7", "14/2", "0.7e1", "7.01", "６＋１", "sqrt(49)"])
def test_a_right_number_is_right_however_it_is_written(text: str) -> None:
    assert judged(NUMBER, text).right


@pytest.mark.parametrize("text", ["[1, 2]", "(1, 2)", "tensor([1., 2.])", "[1.001, 2]", "grad = [2/2, 2]"])
def test_so_is_a_right_tensor(text: str) -> None:
    assert judged(VECTOR, text).right


def test_a_fraction_is_compared_with_what_pytorch_rounds() -> None:
    third = question(1 / 3, twice=2 / 3, one=1.0)
    assert judged(third, "1/3").right
    assert judged(third, "0.333").right
    assert not judged(third, "0.3").right


@pytest.mark.parametrize(("text", "name"), [("-7", "sign"), ("14", "twice"), ("4", "height"), ("1", "one")])
def test_every_misconception_is_named_also_one_that_no_answer_has(text: str, name: str) -> None:
    assert len(NUMBER.answers) == 3
    assert judged(NUMBER, text).reason == say(f"predict.wrong.{name}", wrong=f"{text}.0")


def test_of_two_that_are_close_the_nearer_one_is_meant() -> None:
    close = question(0.999959, exactly=1.0, sign=-1.0)
    assert judged(close, "0.99996").right
    assert judged(close, "1").reason == say("predict.wrong.exactly", wrong="1.0")


def test_a_number_that_nobody_thought_of_is_wrong() -> None:
    assert judged(NUMBER, "5.5") == Answer("5.5", say("predict.wrong.other", wrong="5.5"))


def test_a_misconception_of_another_shape_is_named_and_any_other_shape_is_told() -> None:
    assert judged(VECTOR, "3").reason == say("predict.wrong.one_number", wrong="3.0")
    for text in ("[[1, 2]]", "[1, 2, 3]", "[[1], [2, 3]]"):
        with pytest.raises(EvaluationError, match="2 numbers in a row"):
            judged(VECTOR, text)
    with pytest.raises(EvaluationError, match="one number"):
        judged(NUMBER, "[7, 7]")


@pytest.mark.parametrize("text", [*HOSTILE, "7,0", "7 px", "nan", "inf", "seven", "1 000", "None", "[]"])
def test_what_is_no_number_is_told_in_a_sentence_and_is_no_answer(text: str) -> None:
    with pytest.raises(EvaluationError) as raised:
        judged(NUMBER, text)
    assert raised.value.message.endswith((".", "3, 5].", ")."))


def test_words_are_not_typed_and_the_box_does_not_tell_which_answer_is_right() -> None:
    words = in_words("which_line", "step", {"zero_grad": "no", "backward": "no"})
    error = in_words("no_argument", "An error", {"[1, 2]": "no", "3.0": "no"}, reason="it said so")
    assert words is not None
    assert error is not None
    assert (can_be_typed(words), can_be_typed(error)) == (False, True)
    assert judged(error, "an error").right
    assert not judged(error, "[1, 2]").right


def test_a_number_of_a_backward_pass_tells_what_was_forgotten() -> None:
    observation = observe(case_at(parse("y = a*x^2 + b*x + c"), {"a": 2, "x": 3, "b": -5, "c": 1}))
    passed = [found for turn in turns(observation) if (found := of_turn(turn, observation)) is not None][3]
    assert judged(passed, "12").right
    assert "forgets the 2.0 that arrives" in judged(passed, "6").reason


def test_what_stands_before_the_equals_sign_only_names_it() -> None:
    assert read("x.grad = 1/4") == 0.25
