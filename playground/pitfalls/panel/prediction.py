"""The answer that somebody gives to a pitfall's question: tapped, or typed as a number; a session keeps it."""

from dataclasses import dataclass, replace
from functools import partial

import streamlit as st

from playground.pitfalls.compute import Numbers
from playground.pitfalls.feature import MEMORY
from playground.pitfalls.table import Pitfall
from playground.web import markup
from playground.web.answers import answers, verdict
from playground.web.question import Answer, Question
from playground.web.recording import container
from playground.web.session_parameters import remembered


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
    """The answers by pitfall; a session has them as pairs, by which what is drawn of them is kept."""
    return dict(remembered(MEMORY, ()))


def prediction(pitfall: Pitfall, values: Numbers, ask: Question) -> None:
    """The answers to choose from, or a box for the number; and what is said of the one that was given.

    What was answered for other numbers is not judged by these.
    """
    given = _given().get(pitfall.key)
    if given is not None and given.values != values:
        return
    with markup.apart(), container(key="prediction"):
        answers(pitfall.key, ask, given.answer if given else None, partial(_answer, pitfall.key, values))
        if given is not None:
            verdict(ask, given.answer, given.again)


def _answer(name: str, values: Numbers, answer: Answer) -> None:
    """Write an answer down, the first one that is given."""
    before = _given().get(name)
    given = Given(answer, values) if before is None else replace(before, again=True)
    st.session_state[MEMORY] = tuple({**_given(), name: given}.items())
