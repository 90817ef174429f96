"""The answer that somebody gives to a pitfall's question: tapped, or typed as a number; a session keeps it."""

from collections.abc import Sequence
from dataclasses import dataclass

import streamlit as st

from playground.pitfalls.compute import Numbers
from playground.pitfalls.panel.numbers import number_of
from playground.pitfalls.table import Pitfall
from playground.web.answers import answers, verdict
from playground.web.question import Answer, Question
from playground.web.session_parameters import remembered
from playground.words import say

MEMORY = "pitfall-answers"
"""Where a session keeps the answers, by pitfall."""


@dataclass(frozen=True)
class Given:
    """An answer, and the numbers of the script that it was given for."""

    text: str
    values: Numbers
    again: bool = False
    """Whether the question was answered a second time."""


def answered(pitfall: Pitfall) -> bool:
    """Whether the question was answered."""
    return pitfall.key in _given()


def _given() -> dict[str, Given]:
    found: dict[str, Given] = remembered(MEMORY, {})
    return found


def prediction(pitfall: Pitfall, values: Numbers, ask: Question) -> None:
    """The answers to choose from, or a box for the number; and what is said of the one that was given.

    What was answered for other numbers is not judged by these.
    """
    given = _given().get(pitfall.key)
    if given is not None and given.values != values:
        return
    with st.container(key="prediction"):
        if pitfall.typed and given is None:
            _box(pitfall, values)
        else:
            texts = [answer.text for answer in ask.answers]
            tap = [(pitfall.key, values, text) for text in texts]
            answers(ask, _place(texts, given), _answer, tap)
        if given is not None:
            verdict(ask, _judged(ask.answers, given.text), given.again)


def _place(texts: Sequence[str], given: Given | None) -> int | None:
    """Which answer was given: None before one is, and -1 for a number that is none of them."""
    if given is None:
        return None
    return texts.index(given.text) if given.text in texts else -1


def _judged(known: Sequence[Answer], text: str) -> Answer:
    """The answer that was given; a number that nobody thought of is simply wrong."""
    found = next((answer for answer in known if answer.text == text), None)
    return found or Answer(text, say("pitfalls.not_this", given=text))


def _box(pitfall: Pitfall, values: Numbers) -> None:
    """A box for a number."""
    key = f"typed-{pitfall.key}"
    st.text_input(
        say("pitfalls.number"), key=key, on_change=_typed, args=(pitfall.key, values, key), autocomplete="off"
    )


def _typed(name: str, values: Numbers, key: str) -> None:
    """Write a typed number down; the box's callback."""
    number = number_of(st.session_state[key])
    if number is not None:
        _answer(name, values, str(number))


def _answer(name: str, values: Numbers, text: str) -> None:
    """Write an answer down, the first one that is given; a button's callback."""
    before = _given().get(name)
    found = Given(text, values) if before is None else Given(before.text, before.values, True)
    st.session_state[MEMORY] = {**_given(), name: found}
