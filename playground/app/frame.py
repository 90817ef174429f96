"""The frame around every page: its head, what is wrong with what is typed, the lesson; and the page inside it.

The page is a function of its address: who types, clicks an example or goes back changes the address, and all of this
runs anew.
"""

from collections.abc import Callable, Hashable
from contextvars import copy_context
from functools import partial
from html import escape

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from playground.app.problems import tell
from playground.engine.budget import allowed
from playground.engine.turnstile import TURNS
from playground.language import limits
from playground.language.errors import PlaygroundError
from playground.lessons.panel import asked_at, first_visit, lesson_bar, lesson_of
from playground.pasted import panel as script_panel
from playground.questions.panel import cover, prediction, prepare
from playground.web import markup
from playground.web.address import QueryTexts, lesson_in
from playground.web.examples import Example
from playground.web.feature import Feature
from playground.web.figure_order import figures_last
from playground.web.graph_view import REFUSED
from playground.web.head import WRITTEN, head, owned
from playground.web.head.shown import head_data
from playground.web.inputs import Reading, Typed, case_of, from_address, read
from playground.web.language_choice import browser_language
from playground.web.query import arrive, every_value
from playground.web.recording import container, live, part_of_the_page, repeated
from playground.web.reveal import forget, predicting, progress
from playground.web.served import SHEET, linked
from playground.web.session import MEMORY, Memory
from playground.web.session_parameters import remembered
from playground.web.store import WITHIN
from playground.web.style import PROJECTOR_SHEET
from playground.web.sweep import answered
from playground.web.view import projected
from playground.web.widgets import sentence
from playground.words import say, spoken

Run = Callable[[], None]
"""Draws a page."""

HALF_SECONDS = 1.0
"""A page has computed so long when its bar is at the middle."""


def framed(page: Feature, run: Run) -> None:
    """Draw the frame, and run the page inside it."""
    arrive(page)
    memory = _remember(page)
    kinds = ["product", *([] if page.program else ["alone"]), "projected" if projected() else "plain"]
    markup.show(f'{_style()}<div class="{" ".join(kinds)}">{escape(say("frame.product"))}</div>')
    try:
        with TURNS.turn(), figures_last():
            memory.good, memory.example = repeated(_decided_by(page, memory), partial(_all, page, run, memory))
    finally:
        answered()


def _decided_by(page: Feature, memory: Memory) -> Hashable:
    """Everything that decides what a page shows, as long as nothing is to be predicted."""
    if predicting() or progress().asks or remembered(REFUSED):
        live()
    texts, arrived = (tuple(query.items()) for query in (every_value(), memory.address))
    session = tuple(remembered(key) or "" for key in (WRITTEN, WITHIN, *page.boxes))
    return "run", page.name, spoken(), browser_language(), texts, arrived, memory.entered, memory.example.key, session


def _all(page: Feature, run: Run, memory: Memory) -> tuple[Typed | None, Example]:
    """The frame and the page inside it; the case that it shows, and the example that was opened last."""
    _around(page, memory)
    _inside(run)
    return memory.good, memory.example


def _style() -> str:
    """One style for all pages, and one for a room that looks."""
    return linked(SHEET) + (linked(PROJECTOR_SHEET) if projected() else "")


def _around(page: Feature, memory: Memory) -> None:
    """Everything but the page."""
    reading = _read(page, memory) if page.program else None
    _ask(page, memory)
    head({**head_data(page, reading, memory.example), "script": script_panel.script_data()})
    with markup.together():
        tell(reading, memory)
        _lesson(page, memory)
    if reading is not None:
        cover()
        prediction()


def _ask(page: Feature, memory: Memory) -> None:
    """Find what is to be predicted here: until then it is neither shown nor said."""
    if memory.good is None:
        forget()
        return
    row, own = asked_at(*memory.lesson, page, memory.good.case)
    prepare(page, row, memory.good.case, own)


def _read(page: Feature, memory: Memory) -> Reading:
    """What the address comes to, and with that the last case that could be computed and the example opened last."""
    texts = every_value()
    reading = read(page, from_address(texts), memory.good)
    if reading.problems:
        live()  # what could be read last stands in
    memory.good = reading.good
    named = opened_example(page, texts)
    if reading.good.case == case_of(named, reading.good.case.type_name):
        memory.example = named
    return reading


def _lesson(page: Feature, memory: Memory) -> None:
    """The lesson that the address names, wherever one has gone since."""
    lesson_and_step = lesson_of(*memory.lesson)
    if lesson_and_step is not None:
        with markup.apart():
            lesson_bar(*lesson_and_step, page, memory.good.case if memory.good else None)
    elif memory.entered and page.program:
        first_visit()


def _inside(run: Run) -> None:
    """The page, for as long as it may take; what it cannot show is said there."""
    bar = _Progress()
    with container(key="page"), part_of_the_page(), allowed(limits.PAGE_CPU_SECONDS, bar.tell):
        try:
            run()
        except PlaygroundError as problem:
            live()
            sentence(problem.message, "note")
    bar.clear()


class _Progress:
    """A bar that is there while a page takes long; whoever stops it, or changes something, is heard when it moves.

    Its place is made outside of the page, and only when it is needed.
    """

    def __init__(self) -> None:
        self._outside = copy_context()
        self._place: DeltaGenerator | None = None

    def tell(self, seconds: float) -> None:
        """Show that it goes on. How long this processor takes nobody knows: the bar comes ever closer to its end."""
        self._place = self._place or self._outside.run(st.empty)
        self._place.progress(seconds / (seconds + HALF_SECONDS), say("frame.computing"))

    def clear(self) -> None:
        """Take the bar away."""
        if self._place is not None:
            self._place.empty()


# From one run to the next


def _remember(page: Feature) -> Memory:
    """What is known of this visit of the page; another page, or another step of a lesson, is another visit."""
    memory: Memory | None = remembered(MEMORY)
    texts = every_value()
    if memory is None or (memory.page, *memory.lesson) != (page, *lesson_in(texts)):
        memory = Memory(
            page, texts, owned(), opened_example(page, texts), entered=memory is None and not st.query_params
        )
        st.session_state[MEMORY] = memory
    return memory


def opened_example(page: Feature, query: QueryTexts) -> Example:
    """The example that an address names, the one of which it says most; or else what the page starts with."""
    last = {name: values[-1] for name, values in query.items()}
    named = [example for example in page.examples if example.parameters.items() <= last.items()]
    return max(named, key=lambda example: len(example.parameters), default=page.start)
