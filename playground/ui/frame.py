"""The frame around every page: program box, formula, inputs, what is wrong with them, examples."""

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from html import escape

import streamlit as st

from playground.autodiff.forward import requires_grad_by_default
from playground.language.errors import EvaluationError, PlaygroundError, ProgramError
from playground.language.notation import to_latex
from playground.language.program import Program
from playground.language.upstream import read_upstream
from playground.language.values import read_value
from playground.ui.address import CHOICES, Asked, objections
from playground.ui.compute import Case, case_of, observed, program_of
from playground.ui.examples import Example, address, offered, start, value_at_start
from playground.ui.look import graph_style
from playground.ui.style import frame_style
from playground.ui.widgets import html, pointer, sentence
from playground.words import say

SHORT_FORMULA, SHORTER = 30, 3
"""signs of a typeset formula that has room beside the program box, and how many fewer for each input."""

MEMORY = "frame"
"""Where a session keeps what the frame remembers of it."""


@dataclass(frozen=True)
class Page:
    """A page of the menu: the name of its file, and whether it shows the outputs' gradient arguments."""

    name: str
    gradients: bool = False


@dataclass(frozen=True)
class Problem:
    """A text that cannot be used: where and why, and what stands in for it."""

    typed: str
    column: int | None
    message: str
    before: str = ""
    """What stands before the text where it is shown: `x = `."""


@dataclass
class Memory:
    """What a session remembers from one rerun to the next: texts, no tensors."""

    page: str
    asked: Asked
    """The address that the session was opened with."""
    example: Example
    """The example that was opened last."""
    opened: tuple[str, Case] | None = None
    """The program and the inputs that the address came to."""
    untouched: bool = True
    """Whether they still stand so."""
    good: Case | None = None
    """The last case that could be computed."""
    kept: dict[str, str | bool] = field(default_factory=dict)
    """The widgets as last seen, also those of inputs that the program no longer has."""
    drawn: set[str] = field(default_factory=set)
    """The keys of this rerun's widgets."""

    def saw(self, key: str, state: str | bool) -> None:
        """Remember a widget of this rerun."""
        self.kept[key] = state
        self.drawn.add(key)


@contextmanager
def framed(page: Page) -> Iterator[None]:
    """Draw the frame, then what the block draws inside it; what a page cannot show is said there."""
    memory = _remember(page.name)
    st.html(frame_style())
    st.html(graph_style())
    top, head, body = st.container(key="top"), st.container(key="head"), st.container(key="body")
    with top:
        st.html(f'<div class="product">{escape(say("frame.product"))}</div>')
        dtype = _more()
    with head:
        _head(page, memory, dtype)
    with top:
        _examples(page.name, memory)
    with body:
        try:
            yield
        except PlaygroundError as problem:
            sentence(problem.message, "note")


def current() -> Case:
    """The case inside the frame; it can be computed."""
    memory: Memory = st.session_state[MEMORY]
    assert memory.good is not None
    return memory.good


def asked_for(name: str) -> str | None:
    """What the address said of a parameter, as long as nobody has changed program or inputs since."""
    memory: Memory = st.session_state[MEMORY]
    return memory.asked[name][-1] if memory.untouched and name in memory.asked else None


# From one rerun to the next


def _remember(page: str) -> Memory:
    """The session's memory; on its first run made from the address, before any widget has touched that."""
    if MEMORY not in st.session_state:
        asked = {name: tuple(st.query_params.get_all(name)) for name in st.query_params}
        st.session_state[MEMORY] = Memory(page, asked, _opened_example(page, asked))
    memory: Memory = st.session_state[MEMORY]
    if memory.page != page:
        _move(memory, page)
    return memory


def _opened_example(page: str, asked: Asked) -> Example:
    """The example that an address names, or else what the page starts with."""
    last = {name: values[-1] for name, values in asked.items()}
    named = (example for example in offered(page) if example.parameters.items() <= last.items())
    return next(named, start(page))


def _move(memory: Memory, page: str) -> None:
    """Take program and inputs along to another page, or its own start where nothing was changed.

    Each key is set anew, since the address must now hold what differs from this page's start.
    """
    taken = dict(memory.kept)
    if all(shown == _at_start(memory.page, key) for key, shown in taken.items()):
        memory.example = start(page)
        own = [f"at.{name}" for name in memory.example.values]
        taken = {key: _at_start(page, key) for key in (*taken, *own)}
    st.session_state.update(taken)
    memory.page, memory.kept = page, taken


def _at_start(page: str, key: str) -> str | bool:
    """What a widget of the frame shows where the address says nothing."""
    family, _, name = key.partition(".")
    match family:
        case "at":
            return value_at_start(page, name)
        case "grad":
            return requires_grad_by_default(name)
        case "gradient":
            return ""
    return start(page).program


# The head


def _head(page: Page, memory: Memory, dtype: str) -> None:
    problems: list[Problem] = []
    with st.container(key="frame", horizontal=True, vertical_alignment="top"):
        with st.container(key="program"):
            text, program = _program(page.name, memory, problems)
        _formula(program_of(program))
        with st.container(key="inputs", horizontal=True):
            asked = _inputs(page.name, program, dtype, memory, problems)
            case = _computable(asked, page.name, memory, problems)
            if page.gradients and case is asked:
                case = _gradients(case, memory, problems)
    _keep_hidden(page.name, memory)
    memory.good = case
    memory.opened = memory.opened or (text, asked)
    memory.untouched = memory.opened == (text, asked)
    with st.container(key="problems" if memory.untouched else "typing"):
        _show(problems, "" if case.program == text and case.values == asked.values else case.program)
    with st.container(key="notes"):
        for note in (
            objections(memory.asked, program_of(program) if program == text else None) if memory.untouched else ()
        ):
            sentence(note, "note")


def _program(page: str, memory: Memory, problems: list[Problem]) -> tuple[str, str]:
    """The text in the program box, and the text that is shown: the same, or the last one that could be read."""
    first = start(page).program
    text = st.text_input(
        say("frame.program"), first, key="f", bind="query-params", live=True, autocomplete="off", placeholder=first
    )
    memory.saw("f", text)
    try:
        program_of(text)
    except ProgramError as problem:
        problems.append(Problem(text, problem.column, problem.message))
        return text, memory.good.program if memory.good else first
    return text, text


def _formula(program: Program) -> None:
    """What was understood, typeset: beside the box, or below it if it is long."""
    latex = to_latex(program)
    signs = re.sub(r"\\[a-zA-Z]+|[{}^_ ]", "", latex)
    room = SHORT_FORMULA - SHORTER * min(len(program.inputs), 5)
    with st.container(key="formula" if len(signs) <= room else "long-formula"):
        st.latex(latex)


def _inputs(page: str, program: str, dtype: str, memory: Memory, problems: list[Problem]) -> Case:
    """A value box and a switch for each input."""
    values: list[tuple[str, str]] = []
    tracked: list[str] = []
    for place, name in enumerate(program_of(program).inputs):
        with st.container(key=f"input{place}"):
            values.append((name, _value(page, name, memory, problems)))
            if _switch(name, memory):
                tracked.append(name)
    return Case(program, tuple(values), tuple(tracked), dtype)


def _switch(name: str, memory: Memory) -> bool:
    """Whether an input requires a gradient; the style sheet writes the short label, since the name stands beside it."""
    key, label, usual = f"grad.{name}", say("frame.requires_grad", name=name), requires_grad_by_default(name)
    wanted = st.toggle(label, usual, key=key, bind="query-params", label_visibility="collapsed")
    memory.saw(key, wanted)
    return wanted


def _value(page: str, name: str, memory: Memory, problems: list[Problem]) -> str:
    """The text of an input's value, or what stands in for one that cannot be read."""
    key, first = f"at.{name}", value_at_start(page, name)
    text = _box(name, first, key, memory)
    last = dict(memory.good.values).get(name, first) if memory.good else first
    return _readable(name, text, last, problems)


def _gradients(case: Case, memory: Memory, problems: list[Problem]) -> Case:
    """A box for each output's gradient argument, unless there is one output and that is a number."""
    started = observed(case).started
    given: list[tuple[str, str]] = []
    if len(started) > 1 or any(start.dim() > 0 for start in started.values()):
        for place, name in enumerate(started):
            with st.container(key=f"gradient{place}"):
                text = _box(say("frame.gradient", name=name), "", f"gradient.{name}", memory)
            if text.strip() and _readable(f"gradient.{name}", text, "", problems, read_upstream):
                given.append((name, text))
    found = _computed(replace(case, gradient=tuple(given)), problems)
    if found is None:
        using = say("frame.using", name="gradient", value=say("frame.ones"))
        problems[-1] = replace(problems[-1], message=f"{problems[-1].message} {using}")
    return found or case


def _box(label: str, first: str, key: str, memory: Memory) -> str:
    """A box for a value."""
    text = st.text_input(
        label,
        first,
        key=key,
        bind="query-params",
        live=True,
        autocomplete="off",
        placeholder=first or say("frame.ones"),
    )
    memory.saw(key, text)
    return text


def _readable(
    name: str, text: str, last: str, problems: list[Problem], read: Callable[[str, str], object] = read_value
) -> str:
    """The text of a value, or the last good one with a word about it."""
    try:
        read(text, name)
    except EvaluationError as problem:
        using = say("frame.using", name=name, value=last or say("frame.ones"))
        problems.append(Problem(text, problem.column, f"{problem.message} {using}", f"{name} = "))
        return last
    return text


def _computable(case: Case, page: str, memory: Memory, problems: list[Problem]) -> Case:
    """The case, or the last one that could be computed."""
    return _computed(case, problems) or memory.good or case_of(start(page), case.dtype)


def _computed(case: Case, problems: list[Problem]) -> Case | None:
    try:
        observed(case)
    except EvaluationError as problem:
        problems.append(Problem(case.program, problem.column, problem.message))
        return None
    return case


def _keep_hidden(page: str, memory: Memory) -> None:
    """Hold what was typed for inputs that are gone, so that they come back with it."""
    for key in memory.kept.keys() - memory.drawn:
        if memory.kept[key] == _at_start(page, key):
            del memory.kept[key]
        else:
            st.session_state[key] = memory.kept[key]
    memory.drawn.clear()


# What is wrong


def _show(problems: list[Problem], instead: str) -> None:
    """Each problem with a caret at its place, and what is shown instead."""
    blocks = [_block(problem) for problem in problems]
    if problems and instead:
        blocks.append(f'<p class="stale">{html(say("frame.stale", program=instead))}</p>')
    if blocks:
        st.html(f'<div class="problems" role="status">{"".join(blocks)}</div>')


def _block(problem: Problem) -> str:
    message = f"<p>{html(problem.message)}</p>"
    if problem.column is None:
        return f'<div class="problem">{message}</div>'
    lines = "\n".join(pointer(problem.before + problem.typed, problem.column + len(problem.before)))
    return f'<div class="problem"><pre>{html(lines)}</pre>{message}</div>'


# Beside the menu


def _more() -> str:
    """What is seldom changed: the type of the numbers."""
    with st.popover(say("frame.more"), key="more"):
        return st.radio(say("frame.dtype"), CHOICES["dtype"], key="dtype", bind="query-params")


def _examples(page: str, memory: Memory) -> None:
    """The page's examples as links, each a session of its own; and the way back to the one opened last."""
    links = [_link(example, say(f"examples.{example.key}")) for example in offered(page)]
    title = say(f"examples.{memory.example.key}")
    back = "" if memory.good == case_of(memory.example) else _link(memory.example, say("frame.back", title=title))
    st.html(
        f'<details class="examples"><summary>{escape(say("frame.examples"))}</summary>'
        f'<nav aria-label="{escape(say("frame.examples"))}">{back}{"".join(links)}</nav></details>'
    )


def _link(example: Example, title: str) -> str:
    href = escape(address(example.parameters))
    return f'<a href="{href}" target="_self">{escape(title)} <code>{escape(example.program)}</code></a>'
