"""Answers to tap, and what is said of the one that was tapped."""

from collections.abc import Callable, Sequence
from html import escape
from typing import Any

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from playground.web import markup
from playground.web.question import Answer, Question
from playground.words import paragraph, say


def answers(
    ask: Question, given: int | None, tap: Callable[..., None], args: Sequence[tuple[Any, ...]]
) -> DeltaGenerator:
    """A button for each answer, which calls `tap` with its own arguments; the row they stand in.

    When one is given, the right one has its sign, and the given one if it is wrong.
    """
    row = st.container(key="answers", horizontal=True, vertical_alignment="center")
    for place, (answer, own) in enumerate(zip(ask.answers, args, strict=True)):
        mark = "" if given is None else "✓ " if answer.right else "✗ " if place == given else ""
        row.button(plain(mark + answer.text), key=f"answer-{place}", on_click=tap, args=own)
    return row


def verdict(ask: Question, answer: Answer, again: bool) -> None:
    """Right or wrong, with the reason in numbers; a second answer changes nothing."""
    begin = [say("predict.right")] if answer.right else [say("predict.not_right"), answer.reason]
    more = f' <span class="again">{escape(say("predict.again", given=answer.text))}</span>' if again else ""
    kind = "right" if answer.right else "wrong"
    markup.show(f'<p class="verdict-of-answer {kind}" role="status">{escape(paragraph([*begin, ask.why]))}{more}</p>')


def shown(ask: Question) -> None:
    """The answer's sentence, for who gave none."""
    markup.show(f'<p class="verdict-of-answer right" role="status">{escape(ask.why)}</p>')


def plain(text: str) -> str:
    """A text as a button shows it, whose label is Markdown otherwise."""
    return "".join(f"\\{sign}" if sign in r"\`*_{}[]()#+-.!$:~<>|" else sign for sign in text)
