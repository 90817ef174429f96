"""A tab keeps the answers that were given in it: a reload is a new session, which is told of them by the browser."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any
from zlib import crc32

import streamlit as st

from playground.language.errors import EvaluationError
from playground.web.part import part
from playground.web.question import Answer, Question
from playground.web.reveal import SHOWN, Progress
from playground.web.typed import can_be_typed, judged

KEY = "recall"

_RECALL = part("recall", "web/recall/recall.js", html="<i hidden></i>")


def recall(progress: Progress, go_on: Callable[[Progress], None]) -> None:
    """Have the answers kept; `go_on` is called with the progress that a tab remembers of the same questions."""

    def recalled() -> None:
        go_on(restored(progress, st.session_state[KEY].recalled))

    _RECALL(key=KEY, data=kept(progress), on_recalled_change=recalled)


def kept(progress: Progress) -> dict[str, Any]:
    """What a tab keeps: which questions they are, and the texts of the answers by their places."""
    texts = [(question.question, *(answer.text for answer in question.answers)) for question in progress.asks]
    given = {str(turn): answer.text for turn, answer in progress.given.items()}
    return {"asks": crc32(repr(texts).encode()), "turn": progress.turn, "given": given}


def restored(progress: Progress, memory: object) -> Progress:
    """The progress with the answers that a tab remembers; a browser may send anything: what is none is left out."""
    if not isinstance(memory, dict) or memory.get("asks") != kept(progress)["asks"]:
        return progress
    given, turn = memory.get("given"), memory.get("turn")
    texts = given if isinstance(given, dict) else {}
    answers = {number: answer_of(question, texts.get(str(number))) for number, question in enumerate(progress.asks)}
    known = {number: answer for number, answer in answers.items() if answer is not None}
    place = turn if isinstance(turn, int) and 0 <= turn < len(progress.asks) else progress.turn
    return replace(progress, given=known, turn=place)


def answer_of(question: Question, text: object) -> Answer | None:
    """The answer of a text; None where it is none."""
    if text == SHOWN.text:
        return SHOWN
    if not isinstance(text, str):
        return None
    named = next((answer for answer in question.known if answer.text == text), None)
    if named is not None or not can_be_typed(question):
        return named
    try:
        return judged(question, text)
    except EvaluationError:
        return None
