"""The frame around every page: program box, formula, inputs, what is wrong with them, examples."""

import re
from collections.abc import Callable, Sequence
from functools import cache, partial
from html import escape

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from playground.app.registry import BY_NAME, PARAMETERS
from playground.engine.budget import allowed
from playground.engine.case import Case
from playground.engine.forward import requires_grad_by_default
from playground.engine.turnstile import TURNS
from playground.language import limits
from playground.language.errors import PlaygroundError
from playground.language.notation import to_latex
from playground.language.program import Program
from playground.language.signs import comment_at_the_end
from playground.lessons.panel import asked_at, lesson_bar, lesson_of, tell_unknown
from playground.questions.panel import cover, prediction, prepare
from playground.web.address import DTYPE, LESSON, QUESTION, Asked, objections
from playground.web.examples import Example, address
from playground.web.feature import Feature
from playground.web.figure_order import figures_last
from playground.web.inputs import (
    Problem,
    Reading,
    at_start,
    case_of,
    from_address,
    read,
    read_inputs,
    read_program,
    with_argument,
    with_gradient,
)
from playground.web.language_choice import choose_language, keep_language, speak_to_visitor
from playground.web.link_parameters import carried
from playground.web.offers import tell_offers
from playground.web.parameters import shortened
from playground.web.reveal import choose_predicting, forget, keep_predicting, predicting
from playground.web.rounding_note import tell_rounded
from playground.web.session import DRAWN_KEYS, MEMORY, Memory
from playground.web.session_parameters import put, remembered
from playground.web.share import share
from playground.web.starts import starts
from playground.web.style import frame_style
from playground.web.trap_notes import tell_traps
from playground.web.view import choose_view, keep_view, projected, projector_style
from playground.web.widgets import html, pointer, sentence
from playground.words import say, spoken

SHORT_FORMULA, SHORTER = 30, 3
"""A typeset formula of so many signs has room beside the program box, and of so many fewer for each input."""

Looks = tuple[tuple[str, str], ...]
"""What every link takes along: who looks, and the language that was chosen."""

NO_HEAD = "<style>.stApp { --head: 0; }</style>"
"""On a page without a program no place is kept free for it."""


Run = Callable[[], None]
"""Draws a page."""

HALF_SECONDS = 1.0
"""A page has computed so long when its bar is at the middle."""


def framed(page: Feature, run: Run) -> None:
    """Draw the frame, and run the page inside it."""
    memory = _remember(page)
    look = "" if page.program else NO_HEAD
    st.html(frame_style() + (projector_style() if projected() else "") + look)
    top = st.container(key="top")
    with top:
        examples, sharing = st.container(key="examples"), st.container(key="sharing")
    parts = [partial(_top, top), partial(_work, page, run, examples, sharing)]
    for part in parts[::-1] if page.ahead and memory.good is None else parts:
        part()


@st.fragment
def _work(page: Feature, run: Run, examples: DeltaGenerator, sharing: DeltaGenerator) -> None:
    """All that follows from what is typed: what is typed runs this alone.

    A browser tells of a click on Share together with what was just typed, and asks for this alone then.
    """
    memory: Memory = st.session_state[MEMORY]
    speak_to_visitor()
    DRAWN_KEYS.set(set())
    memory.saw("dtype", remembered("dtype", from_address(memory.asked).get("dtype", at_start(page, "dtype"))))
    head, body = st.container(key="head"), st.container(key="body")
    parts = [partial(_around, page, memory, head, examples, sharing), partial(_inside, memory, body, run)]
    if memory.good is None:
        memory.good = read(page, from_address(memory.asked), None).good
        _prepare(page, memory)
        parts = parts[::-1] if page.ahead else parts
    ahead = memory.good if parts[0].func is _inside else None
    with TURNS.turn():
        for part in parts:
            part()
    # A page that comes back to a new session brings what was typed, and the address may be older.
    if ahead is not None and memory.good != ahead:
        st.rerun()


def _inside(memory: Memory, body: DeltaGenerator, run: Run) -> None:
    """The page's part of the screen. What is changed in it runs it alone, but where its numbers are predicted above."""
    memory.whole = True
    try:
        with body:
            (_bounded if predicting() else _alone)(run)
    finally:
        memory.whole = False


@st.fragment
def _alone(run: Run) -> None:
    """A page without its frame; the frame comes along where a click in the page changed what stands there."""
    memory: Memory = st.session_state[MEMORY]
    if not memory.whole and memory.overtaken:
        st.rerun()
    speak_to_visitor()
    with TURNS.turn():
        _bounded(run)


def _bounded(run: Run) -> None:
    """Run a page for as long as it may take; what it cannot show is said there."""
    progress = _Progress()
    with figures_last():
        with st.container(key="page"), allowed(limits.PAGE_CPU_SECONDS, progress.tell):
            try:
                run()
            except PlaygroundError as problem:
                sentence(problem.message, "note")
        progress.clear()


class _Progress:
    """A bar that is there while a page takes long; whoever stops it, or changes something, is heard when it moves."""

    def __init__(self) -> None:
        self._place, self._shown = st.empty(), False

    def tell(self, seconds: float) -> None:
        """Show that it goes on. How long this processor takes nobody knows: the bar comes ever closer to its end."""
        self._shown = True
        self._place.progress(seconds / (seconds + HALF_SECONDS), say("frame.computing"))

    def clear(self) -> None:
        """Take the bar away."""
        if self._shown:
            self._place.empty()


def _top(top: DeltaGenerator) -> None:
    """The line above everything, whatever is typed."""
    with top:
        st.html(f'<div class="product">{escape(say("frame.product"))}</div>')
        _more()


def _around(
    page: Feature, memory: Memory, head: DeltaGenerator, examples: DeltaGenerator, sharing: DeltaGenerator
) -> None:
    """Everything but the page that changes with what is typed."""
    with sharing:
        share()
    with head:
        if page.program:
            _head(page, memory)
        else:
            forget()
            _tell_address(memory, None)
        _lesson(page, memory)
        if page.program:
            _prepare(page, memory)
            prediction()
            with examples:
                _examples(page, memory)


def _lesson(page: Feature, memory: Memory) -> None:
    """The lesson that the session was opened with, wherever one has gone since: the address names it there too."""
    if memory.untouched:
        tell_unknown(*memory.lesson)
    found = lesson_of(*memory.lesson)
    if found is not None:
        for key, asked in zip((LESSON, QUESTION), memory.lesson, strict=True):
            put(key, asked)
        lesson_bar(*found, page, memory.good.case if page.program and memory.good else None)


def _prepare(page: Feature, memory: Memory) -> None:
    """Find what is to be predicted here, and hide it."""
    assert memory.good is not None
    case = memory.good.case
    row, own = asked_at(*memory.lesson, page, case)
    prepare(page, row, case, own)
    cover()


# From one rerun to the next


def _remember(page: Feature) -> Memory:
    """The session's memory; on its first run made from the address, before any widget has touched that."""
    if remembered(MEMORY) is None:
        asked = {name: tuple(st.query_params.get_all(name)) for name in st.query_params}
        st.session_state[MEMORY] = Memory(page, page, asked, opened_example(page, asked))
    memory: Memory = st.session_state[MEMORY]
    if memory.page != page:
        _move(memory, page)
    return memory


def opened_example(page: Feature, asked: Asked) -> Example:
    """The example that an address names, the one of which it says most; or else what the page starts with."""
    last = {name: values[-1] for name, values in asked.items()}
    named = [example for example in page.examples if example.parameters.items() <= last.items()]
    return max(named, key=lambda example: len(example.parameters), default=page.start)


def _move(memory: Memory, page: Feature) -> None:
    """Take program and inputs along to another page, or its own start where nothing was changed.

    Each key is set anew, since the address must now hold what differs from this page's start.
    """
    taken = dict(memory.kept)
    if all(shown == at_start(memory.page, key) for key, shown in taken.items()):
        memory.example = page.start
        own = [f"at.{name}" for name in memory.example.values]
        taken = {key: at_start(page, key) for key in (*taken, *own)}
    st.session_state.update(taken)
    keep_view()
    keep_language()
    keep_predicting()
    memory.page, memory.kept = page, taken


# The head


def _head(page: Feature, memory: Memory) -> None:
    """The widgets, and what their texts come to."""
    with st.container(key="frame", horizontal=True, vertical_alignment="top"):
        with st.container(key="program"):
            text = _program(page, memory)
        program, problems = read_program(page, text, memory.good)
        _formula(program.program)
        with st.container(key="inputs", horizontal=True):
            _inputs(page, program.program, memory)
            found = read_inputs(page, memory.shown, program, problems, memory.good)
            if page.gradients and found.computed:
                _gradients(page, found.asked.case, memory)
    found = with_gradient(page, memory.shown, found)
    _keep_hidden(page, memory)
    memory.good = found.good
    memory.opened = memory.opened or found
    memory.untouched = (memory.opened.text, memory.opened.asked) == (found.text, found.asked)
    _tell(page, found, memory)


def _program(page: Feature, memory: Memory) -> str:
    """The program box."""
    first = page.start.program
    label = say("frame.program")
    text = st.text_input(label, first, key="f", bind="query-params", live=True, autocomplete="off", placeholder=first)
    return memory.saw("f", text)


def _formula(program: Program) -> None:
    """What was understood, typeset: beside the box, or below it if it is long."""
    latex = to_latex(program)
    signs = re.sub(r"\\[a-zA-Z]+|[{}^_ ]", "", latex)
    room = SHORT_FORMULA - SHORTER * min(len(program.inputs), 5)
    with st.container(key="formula" if len(signs) <= room else "long-formula"):
        st.latex(latex)


def _inputs(page: Feature, program: Program, memory: Memory) -> None:
    """A value box and a switch for each input; the style sheet writes the short label beside the switch."""
    for place, (name, first) in enumerate(starts(page, program).items()):
        with st.container(key=f"input{place}"):
            _box(name, first, f"at.{name}", memory)
            label, usual = say("frame.requires_grad", name=name), requires_grad_by_default(name)
            key = f"grad.{name}"
            memory.saw(key, st.toggle(label, usual, key=key, bind="query-params", label_visibility="collapsed"))


def _gradients(page: Feature, case: Case, memory: Memory) -> None:
    """A box for each output's gradient argument."""
    for place, name in enumerate(with_argument(page, case)):
        with st.container(key=f"gradient{place}"):
            _box(say("frame.gradient", name=name), "", f"gradient.{name}", memory)


def _box(label: str, first: str, key: str, memory: Memory) -> None:
    """A box for a value."""
    hint = first or say("frame.ones")
    text = st.text_input(label, first, key=key, bind="query-params", live=True, autocomplete="off", placeholder=hint)
    memory.saw(key, text)


def _keep_hidden(page: Feature, memory: Memory) -> None:
    """Hold what was typed for inputs that are gone, so that they come back with it."""
    for key in memory.kept.keys() - DRAWN_KEYS.get():
        if memory.kept[key] == at_start(page, key):
            del memory.kept[key]
        else:
            st.session_state[key] = memory.kept[key]


# What is wrong


def _tell(page: Feature, found: Reading, memory: Memory) -> None:
    """What is wrong with the texts, and, as long as nothing was changed, with the address."""
    with st.container(key="problems" if memory.untouched else "typing"):
        _show(found)
    program = found.asked.case.program if found.asked.program == found.text else None
    notes = _tell_address(memory, program, with_argument(page, found.good.case) if page.gradients else None)
    with notes:
        if comment := comment_at_the_end(found.text):
            sentence(say("frame.comment", comment=shortened(comment)), "note")
        tell_offers(found)
        tell_rounded(found.good.case)
        tell_traps(found.good.case)


def _tell_address(memory: Memory, judged: Program | None, arguments: Sequence[str] | None = None) -> DeltaGenerator:
    """What is wrong with the address, as long as nothing was changed; `judged` knows its inputs."""
    notes = st.container(key="notes")
    with notes:
        for note in objections(memory.asked, PARAMETERS, judged, arguments) if memory.untouched else ():
            sentence(note, "note")
    return notes


def _show(found: Reading) -> None:
    """Each problem with a caret at its place, and what is shown instead."""
    blocks = [_block(problem) for problem in found.problems]
    if blocks and (found.good.program, found.good.values) != (found.text, found.asked.values):
        blocks.append(f'<p class="stale">{html(say("frame.stale", program=found.good.program))}</p>')
    if blocks:
        st.html(f'<div class="problems" role="status">{"".join(blocks)}</div>')


def _block(problem: Problem) -> str:
    message = f"<p>{html(problem.message)}</p>"
    if problem.column is None:
        return f'<div class="problem">{message}</div>'
    lines = "\n".join(pointer(problem.before + problem.typed, problem.column + len(problem.before)))
    return f'<div class="problem"><pre>{html(lines)}</pre>{message}</div>'


# Beside the menu


def _more() -> None:
    """What is seldom changed: the type of the numbers, and who looks, the language."""
    with st.popover(say("frame.more"), key="more"):
        st.radio(say("frame.dtype"), DTYPE.choices, key="dtype", bind="query-params")
        choose_predicting()
        choose_view()
        choose_language()


def _examples(page: Feature, memory: Memory) -> None:
    """The page's examples as links, each a session of its own; and the way back to the one opened last."""
    back = say("frame.back", title=say(f"examples.{memory.example.key}"))
    looks = tuple(carried().items())
    links = "" if memory.good and memory.good.case == case_of(memory.example) else _link(memory.example, back, looks)
    links += _links(page.name, looks, spoken())
    st.html(
        f'<div class="examples"><button popovertarget="examples">{escape(say("frame.examples"))}</button>'
        f'<nav id="examples" popover aria-label="{escape(say("frame.examples"))}">{links}</nav></div>'
    )


@cache
def _links(page: str, looks: Looks, _: str) -> str:
    """The links to a page's examples, in a language."""
    offered = BY_NAME[page].examples
    return "".join(_link(example, say(f"examples.{example.key}"), looks) for example in offered)


def _link(example: Example, title: str, looks: Looks) -> str:
    href = escape(address({**example.parameters, **dict(looks)}))
    return f'<a href="{href}" target="_self">{escape(title)} <code>{escape(example.program)}</code></a>'
