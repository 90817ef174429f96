"""The answer that somebody gives to a pitfall's question: tapped, or typed as a number; a session keeps it."""

from dataclasses import dataclass, replace

import streamlit as st

from playground.pitfalls.compute import Numbers
from playground.pitfalls.table import Pitfall
from playground.web.answers import answers, typed_box, verdict
from playground.web.question import Answer, Question
from playground.web.session_parameters import remembered

MEMORY = "pitfall-answers"
"""Where a session keeps the answers, by pitfall."""


@dataclass(frozen=True)
class Given:
    """An answer, and the numbers of the script that it was given for."""

    answer: Answer
    values: Numbers
    again: bool = False
    """Whether the question was answered a second time."""


def answered(pitfall: Pitfall) -> bool:
    """Whether the question was answered."""
    return pitfall.key in _given()


def _given() -> dict[str, Given]:
    answers: dict[str, Given] = remembered(MEMORY, {})
    return answers


def prediction(pitfall: Pitfall, values: Numbers, ask: Question) -> None:
    """The answers to choose from, or a box for the number; and what is said of the one that was given.

    What was answered for other numbers is not judged by these.
    """
    given = _given().get(pitfall.key)
    if given is not None and given.values != values:
        return
    asked_with = pitfall.key, values
    with st.container(key="prediction"):
        answers(ask, given.answer if given else None, _answer, asked_with)
        if given is None:
            typed_box(pitfall.key, ask, _answer, asked_with)
        else:
            verdict(ask, given.answer, given.again)


def _answer(name: str, values: Numbers, answer: Answer) -> None:
    """Write an answer down, the first one that is given; a button's or a box's callback."""
    before = _given().get(name)
    given = Given(answer, values) if before is None else replace(before, again=True)
    st.session_state[MEMORY] = {**_given(), name: given}
