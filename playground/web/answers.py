"""Answers to tap, or a box to type one, and what is said of the one that was given."""

from collections.abc import Callable
from html import escape
from typing import Any

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from playground.language.errors import EvaluationError
from playground.web import markup, recording
from playground.web.question import Answer, Question
from playground.web.session_parameters import remembered
from playground.web.typed import MAX_TYPED_CHARACTERS, can_be_typed, judged
from playground.words import paragraph, say


def answers(ask: Question, given: Answer | None, tap: Callable[..., None], args: tuple[Any, ...]) -> DeltaGenerator:
    """A button for each answer, which calls `tap` with the arguments and itself; the row they stand in.

    When one is given, the right one has its sign, and the given one if it is wrong.
    """
    recording.live()
    row = st.container(key="answers", horizontal=True, vertical_alignment="center")
    for place, answer in enumerate(ask.answers):
        mark = "" if given is None else "✓ " if answer.right else "✗ " if answer == given else ""
        row.button(plain(mark + answer.text), key=f"answer-{place}", on_click=tap, args=(*args, answer))
    return row


def typed_box(name: str, ask: Question, tap: Callable[..., None], args: tuple[Any, ...]) -> None:
    """A box for the number that a question of some name asks for; what cannot be judged stays in it, and is told below.

    It stands in a form, so that who types and then taps an answer has tapped it and typed none.
    """
    if not can_be_typed(ask):
        return
    key = f"typed-{name}"
    with st.form("typed", border=False), st.container(horizontal=True, vertical_alignment="center"):
        st.text_input(
            say("predict.typed"),
            key=key,
            max_chars=MAX_TYPED_CHARACTERS,
            placeholder=say("predict.typed_hint"),
            autocomplete="off",
            label_visibility="collapsed",
            width=200,
        )
        st.form_submit_button(say("predict.check"), key="check", on_click=_typed, args=(key, ask, tap, args))
    problem = objection(ask, str(remembered(key, "")))
    if problem:
        markup.show(f'<p class="objection" role="status">{escape(problem)}</p>')


def objection(ask: Question, text: str) -> str:
    """Why a text is no answer to a question; nothing where it is one, or is not there yet."""
    try:
        if text.strip():
            judged(ask, text)
    except EvaluationError as problem:
        return problem.message
    return ""


def _typed(key: str, ask: Question, tap: Callable[..., None], args: tuple[Any, ...]) -> None:
    """Hand on what was typed, where it is an answer; the box's callback."""
    text = str(st.session_state[key])
    if text.strip() and not objection(ask, text):
        tap(*args, judged(ask, text))


def verdict(ask: Question, answer: Answer, again: bool) -> None:
    """Right or wrong, with the reason in numbers; a second answer changes nothing."""
    begin = [say("predict.right")] if answer.right else [say("predict.not_right"), answer.reason]
    more = f' <span class="again">{escape(say("predict.again", given=answer.text))}</span>' if again else ""
    kind = "right" if answer.right else "wrong"
    markup.show(f'<p class="verdict-of-answer {kind}" role="status">{escape(paragraph([*begin, ask.why]))}{more}</p>')


def reveal(ask: Question) -> None:
    """The answer's sentence, for who gave none."""
    markup.show(f'<p class="verdict-of-answer right" role="status">{escape(ask.why)}</p>')


def plain(text: str) -> str:
    """A text as a button shows it, whose label is Markdown otherwise."""
    return "".join(f"\\{sign}" if sign in r"\`*_{}[]()#+-.!$:~<>|" else sign for sign in text)
