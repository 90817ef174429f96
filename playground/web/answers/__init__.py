"""Answers to tap, or a box to type one, and what is said of the one that was given."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from html import escape
from typing import Any

import streamlit as st

from playground.language.errors import EvaluationError
from playground.web import markup
from playground.web.part import part
from playground.web.question import Answer, Question
from playground.web.session_parameters import remembered
from playground.web.typed import MAX_TYPED_CHARACTERS, can_be_typed, judged
from playground.words import paragraph, say

KEY = "answers"
TYPED = "typed-answer"
"""Where a session keeps the name of a question with what was typed there and is no answer."""

_ANSWERS = part("answers", "web/answers/answers.js", isolate_styles=False)


@dataclass(frozen=True)
class Press:
    """A button beside the answers."""

    key: str
    label: str
    pressed: Callable[[], None]


def answers(
    name: str, ask: Question, given: Answer | None, answer: Callable[[Answer], None], beside: Sequence[Press] = ()
) -> None:
    """A button for each answer, and those beside them; as long as none is given a box for a number that is typed.

    `answer` is called with what was tapped or typed; what cannot be judged stays in the box of the question of this
    name, and is told below. When one is given, the right one has its sign, and the given one if it is wrong.
    """
    presses = [
        *(
            Press(f"answer-{place}", _signed(each, given), partial(answer, each))
            for place, each in enumerate(ask.answers)
        ),
        *beside,
    ]
    typed = _typed_before(name) if given is None and can_be_typed(ask) else None
    _ANSWERS(
        key=KEY,
        data={"presses": [(press.key, press.label) for press in presses], "box": _box(name, typed)},
        on_tapped_change=partial(_tapped, {press.key: press.pressed for press in presses}),
        on_typed_change=partial(_typed, name, ask, answer),
    )
    problem = objection(ask, typed or "")
    if problem:
        markup.show(f'<p class="objection" role="status">{escape(problem)}</p>')


def _signed(answer: Answer, given: Answer | None) -> str:
    mark = "" if given is None else "✓ " if answer.right else "✗ " if answer == given else ""
    return mark + answer.text


def _typed_before(name: str) -> str:
    before, text = remembered(TYPED, ("", ""))
    return text if before == name else ""


def _box(name: str, text: str | None) -> Mapping[str, Any] | None:
    """The box as a browser makes it; it holds what is typed as long as it has this name."""
    if text is None:
        return None
    words = {word: say(f"predict.{word}") for word in ("typed", "typed_hint", "check")}
    return {"key": name, "text": text, "most": MAX_TYPED_CHARACTERS, **words}


def _tapped(presses: Mapping[str, Callable[[], None]]) -> None:
    """Do what a button is for, of those that stood there."""
    pressed = presses.get(str(st.session_state[KEY].tapped))
    if pressed is not None:
        st.session_state[TYPED] = ("", "")
        pressed()


def _typed(name: str, ask: Question, answer: Callable[[Answer], None]) -> None:
    """Hand on what was typed, where it is an answer, and keep it where it is none."""
    text = str(st.session_state[KEY].typed)[:MAX_TYPED_CHARACTERS]
    wrong = bool(objection(ask, text))
    st.session_state[TYPED] = (name, text) if wrong else ("", "")
    if text.strip() and not wrong:
        answer(judged(ask, text))


def objection(ask: Question, text: str) -> str:
    """Why a text is no answer to a question; nothing where it is one, or is not there yet."""
    try:
        if text.strip():
            judged(ask, text)
    except EvaluationError as problem:
        return problem.message
    return ""


def verdict(ask: Question, answer: Answer, again: bool) -> None:
    """Right or wrong, with the reason in numbers; a second answer changes nothing."""
    begin = [say("predict.right")] if answer.right else [say("predict.not_right"), answer.reason]
    more = f' <span class="again">{escape(say("predict.again", given=answer.text))}</span>' if again else ""
    kind = "right" if answer.right else "wrong"
    markup.show(f'<p class="verdict-of-answer {kind}" role="status">{escape(paragraph([*begin, ask.why]))}{more}</p>')


def reveal(ask: Question) -> None:
    """The answer's sentence, for who gave none."""
    markup.show(f'<p class="verdict-of-answer right" role="status">{escape(ask.why)}</p>')
