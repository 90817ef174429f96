"""What a tab remembers of the answers given in it, and what else a browser may send."""

from dataclasses import replace

import pytest

from playground.web.question import Answer, Question
from playground.web.recall import kept, restored
from playground.web.reveal import SHOWN, Progress

NUMBER = Question("How much?", (Answer("2.0", "", True), Answer("3.0", "no"), Answer("4.0", "no")), "so")
WORD = Question("What?", (Answer("An error", "", True), Answer("A tuple", "no"), Answer("Nothing", "no")), "so")
PROGRESS = Progress((NUMBER, WORD))


def test_answers_that_were_tapped_typed_and_shown_come_back() -> None:
    for given in (NUMBER.answers[1], SHOWN):
        before = replace(PROGRESS, given={0: given, 1: WORD.right}, turn=1)
        assert restored(PROGRESS, kept(before)) == before
    typed = replace(PROGRESS, given={0: Answer("7", "")})
    assert restored(PROGRESS, kept(typed)).given[0].text == "7"


@pytest.mark.parametrize("given", [None, [], {"0": "a word", "1": "7"}, {"0": 2.0, "x": "2.0"}, {"7": "2.0"}, "2.0"])
def test_what_is_no_answer_is_left_out(given: object) -> None:
    assert restored(PROGRESS, {**kept(PROGRESS), "given": given}) == PROGRESS


@pytest.mark.parametrize("memory", [None, 1, "{}", [], {}, {"asks": 1, "given": {"0": "2.0"}}])
def test_nor_is_anything_of_other_questions(memory: object) -> None:
    assert restored(PROGRESS, memory) == PROGRESS


@pytest.mark.parametrize("turn", [-1, 2, "0", None, 1.0, 1e9, [1]])
def test_nor_a_question_that_there_is_not(turn: object) -> None:
    assert restored(PROGRESS, {**kept(PROGRESS), "turn": turn}) == PROGRESS
