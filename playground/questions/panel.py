"""Predict, then reveal: the next number is asked for with three answers, and pages show what is known by then."""

from collections.abc import Mapping
from dataclasses import replace
from functools import partial
from html import escape
from zlib import crc32

import streamlit as st

from playground.engine.case import Case
from playground.language.errors import PlaygroundError
from playground.web import markup
from playground.web.answers import Press, answers, reveal, verdict
from playground.web.cache import kept_in_words
from playground.web.feature import Feature
from playground.web.keys import NEXT_NUMBER, SHOW
from playground.web.question import Answer, Question
from playground.web.recall import recall
from playground.web.reveal import MEMORY, SHOWN, Progress, predicting, progress
from playground.web.widgets import sentence
from playground.words import say


def prepare(page: Feature, row: str, case: Case, address: Mapping[str, str]) -> None:
    """Find what is to be asked here, by a row of the lecture's table or of any program; answers given stay."""
    asks = _asks(page, row, case, address) if predicting() else ()
    if progress().asks != asks:
        st.session_state[MEMORY] = Progress(asks)


def prediction() -> None:
    """The question, its answers, and what is to be said of the one that was tapped."""
    if not predicting():
        return
    now = progress()
    if not now.asks:
        sentence(say("predict.nothing"), "note")
        return
    with st.container(key="prediction"):
        _question(now)
        recall(now, _recalled)


def cover() -> None:
    """Put the panels of a page away as long as they are empty."""
    if progress().hides:
        markup.show('<i class="cover"></i>')


def _question(now: Progress) -> None:
    ask, given = now.asks[now.turn], now.given.get(now.turn)
    count = say("predict.place", number=now.turn + 1, last=len(now.asks)) if len(now.asks) > 1 else ""
    more = f'<p class="note choose">{escape(say("predict.choose"))}</p>' if now.choices else ""
    markup.show(f'<p class="ask">{escape(ask.question)} <span class="count">{escape(count)}</span></p>{more}')
    name = f"{now.turn}-{crc32(ask.question.encode())}"
    answers(name, ask, given, partial(_tap, now.asks, now.turn), _beside(now, given))
    if given == SHOWN:
        reveal(ask)
    elif given is not None:
        verdict(ask, given, now.again)


def _beside(now: Progress, given: Answer | None) -> list[Press]:
    """The button that shows the answer, or that goes on to another question where there is one."""
    if given is None:
        return [Press(SHOW, say("predict.show"), partial(_tap, now.asks, now.turn, SHOWN))]
    if now.turn + 1 < len(now.asks):
        return [Press(NEXT_NUMBER, say("predict.next"), partial(_go_on, now.asks, now.turn + 1))]
    return []


def _tap(asks: tuple[Question, ...], turn: int, answer: Answer) -> None:
    """Write an answer down, the first one that is given; a button's or a box's callback."""
    now = progress()
    if now.asks != asks:
        return
    if turn in now.given:
        st.session_state[MEMORY] = replace(now, again=now.given[turn] != SHOWN)
    else:
        st.session_state[MEMORY] = replace(now, given={**now.given, turn: answer}, again=False)


def _recalled(progress: Progress) -> None:
    """Go on where one was before a reload."""
    st.session_state[MEMORY] = progress


def _go_on(asks: tuple[Question, ...], turn: int) -> None:
    """On to another question; a button's callback."""
    now = progress()
    if now.asks == asks:
        st.session_state[MEMORY] = replace(now, turn=turn, again=False)


def _asks(page: Feature, row: str, case: Case, address: Mapping[str, str]) -> tuple[Question, ...]:
    """What is asked here; nothing where the case cannot be computed, of which the page itself says why."""
    try:
        return _found(page, row, case, tuple(address.items()))
    except PlaygroundError:
        return ()


@kept_in_words
def _found(page: Feature, row: str, case: Case, address: tuple[tuple[str, str], ...]) -> tuple[Question, ...]:
    """What a row of the lecture's table asks, or without one the page of any program."""
    if row:
        questions = page.lecture[row](case, dict(address))
        return (questions,) if questions else ()
    return tuple(page.questions(case, dict(address))) if page.questions else ()
