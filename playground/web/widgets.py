"""Panels that pages share. Whatever somebody typed reaches the browser escaped, or as plain text."""

import re
import unicodedata
from collections.abc import Hashable, Iterable, Mapping, Sequence
from html import escape
from pathlib import Path

import streamlit as st

from playground.drawing.film import Piece
from playground.web import markup
from playground.web.copy_button import copy_button
from playground.web.examples import path
from playground.web.parameters import MAX_ACTIONS, Parameter
from playground.web.reveal import once_known
from playground.web.session_parameters import put, remembered
from playground.words import say

NOTE = "note"
"""The kind of a sentence on what was asked for, not on what it came to."""

VALUE, GRADIENT = "value", "gradient"
"""What a number is, and the class it has in the style sheet."""

AROUND = 60
"""So many characters of a long text are shown on each side of a place in it."""

_MARKS = {VALUE: ("\ue000", "\ue001"), GRADIENT: ("\ue002", "\ue003")}
_EITHER = re.compile("([\ue000-\ue003])")


def value(text: object) -> str:
    """A text that is shown as a value."""
    return _marked(VALUE, text)


def gradient(text: object) -> str:
    """A text that is shown as a gradient."""
    return _marked(GRADIENT, text)


def _marked(kind: str, text: object) -> str:
    before, after = _MARKS[kind]
    return f"{before}{text}{after}"


def html(text: str) -> str:
    """A sentence as HTML: everything escaped, marked numbers in their colour."""
    text = escape(text)
    for kind, (before, after) in _MARKS.items():
        text = text.replace(before, f'<span class="{kind}">').replace(after, "</span>")
    return text


def pieces(text: str) -> list[Piece]:
    """A sentence in pieces, marked numbers by their kind."""
    parts = _EITHER.split(text)
    kinds = {before: kind for kind, (before, _) in _MARKS.items()}
    return [(kinds.get(mark, ""), part) for mark, part in zip(["", *parts[1::2]], parts[::2], strict=True) if part]


def moves(name: str) -> str:
    """The attribute of an element whose text follows a handle, as `Moved.texts` names it; none without a name."""
    return f' data-move="{name}"' if name else ""


def sentence(text: str, kind: str = "sentence", name: str = "", hint: str = "") -> None:
    """A line of prose; what is said of a page's numbers, which is all but a note, once they are known.

    One with a name follows a handle; a hint stands at its end.
    """
    after = f'<p class="remark hint">{html(hint)}</p>' if hint else ""
    (markup.show if kind == NOTE else _html_once_known)(f'<p class="{kind}"{moves(name)}>{html(text)}</p>{after}')


@once_known
def prose(lines: Mapping[str, str], kind: str = "sentence") -> None:
    """Lines of prose that follow a handle, by their names; an empty one may say something at another value."""
    markup.show("".join(f'<p class="{kind}"{moves(name)}>{html(text)}</p>' for name, text in lines.items()))


@once_known
def _html_once_known(body: str) -> None:
    markup.show(body)


def question(text: str, name: str = "") -> None:
    """What the page asks; its heading. One with a name follows a handle."""
    markup.show(f'<h1 class="question"{moves(name)}>{html(text)}</h1>')


def part(text: str) -> None:
    """The heading of a part of a page."""
    markup.show(f'<h2 class="part">{html(text)}</h2>')


@once_known
def results(lines: Iterable[str], remarks: Iterable[str] = ()) -> None:
    """The numbers that answer the page's question, as PyTorch would print them, and what is to be said of them."""
    named = results_by_name(lines, remarks)
    shown = "".join(f'<pre class="result"{moves(name)}>{html(line)}</pre>' for name, line in named[0].items())
    said = "".join(f'<p class="remark"{moves(name)}>{html(remark)}</p>' for name, remark in named[1].items())
    with st.container(key="results"):
        markup.show(f'<div class="results">{shown}</div>{said}')


def results_by_name(lines: Iterable[str], remarks: Iterable[str] = ()) -> tuple[dict[str, str], dict[str, str]]:
    """The same lines and remarks by the names of the elements that they stand in."""
    return (
        {f"result{place}": line for place, line in enumerate(lines)},
        {f"remark{place}": remark for place, remark in enumerate(remarks)},
    )


def listed(lines: Iterable[str]) -> None:
    """Lines in their order, one for each thing that was done."""
    markup.show(f'<ol class="done">{"".join(f"<li>{html(line)}</li>" for line in lines)}</ol>')


def actions(key: str, parameter: Parameter, labels: Mapping[str, str], clear: str, of: Hashable) -> tuple[str, ...]:
    """A button for each action; those clicked so far, in order, forgotten when what they are done to changes."""
    if remembered(key) is None:
        read = parameter.read(st.query_params.get(parameter.name, ""), tuple(labels))
        if read.objection:
            sentence(read.objection, NOTE)
        st.session_state[key] = (of, read.chosen)
    about, done = st.session_state[key]
    done = done if about == of else ()
    put(parameter.name, ",".join(done) or None)
    with st.container(horizontal=True, key=f"{key}-actions"):
        for action, label in labels.items():
            st.button(label, key=f"{key}-{action}", on_click=_act, args=(key, of, action))
        if done:
            st.button(clear, key=f"{key}-clear", type="tertiary", on_click=_act, args=(key, None, ""))
    return done


def _act(key: str, of: Hashable, action: str) -> None:
    """Write an action down; a button's callback."""
    about, done = st.session_state.get(key, (of, ()))
    st.session_state[key] = (of, (*(done if about == of else ()), action)[-MAX_ACTIONS:] if of else ())


def to_page(name: str, label: str) -> None:
    """A link to another page; the head makes it keep program and values."""
    href = escape(path(name))
    markup.show(f'<p class="to-page"><a href="{href}" target="_self" data-page>{html(label)}</a></p>')


def table(rows: Sequence[Mapping[str, str]]) -> None:
    """A plain table; the first row's keys are its head."""
    head = "".join(f'<th scope="col">{html(name)}</th>' for name in rows[0])
    body = "".join("<tr>" + "".join(f"<td>{html(cell)}</td>" for cell in row.values()) + "</tr>" for row in rows)
    markup.show(
        f'<div class="table" tabindex="0"><table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table></div>'
    )


def script_panel(script: str, file_name: str, notebook: str | None = None) -> None:
    """The PyTorch script that prints the same numbers, to copy and to take away, also as a notebook's JSON text.

    Not as Streamlit's code block: its highlighter is twice as large as its Graphviz, and all would wait for it.
    """
    with st.container(key="code"):
        with st.container(horizontal=True, vertical_alignment="center", horizontal_alignment="distribute"):
            part(say("frame.script"))
            with st.container(horizontal=True, width="content"):
                _copies(script, file_name, notebook)
        markup.show(f'<pre class="script" tabindex="0"><code>{escape(script)}</code></pre>')


def _copies(script: str, file_name: str, notebook: str | None) -> None:
    """Ways to take a script away."""
    copy_button(script, "copy-script")
    st.download_button(say("frame.download"), script, file_name, "text/x-python", on_click="ignore")
    if notebook is not None:
        name, kind = Path(file_name).with_suffix(".ipynb").name, "application/x-ipynb+json"
        st.download_button(say("frame.download_notebook"), notebook, name, kind, on_click="ignore")


def pointer(text: str, column: int) -> tuple[str, str]:
    """The text on one line, cut to what is near the column (from 1), and a line with a caret under that column."""
    line = "".join(" " if character.isspace() or not character.isprintable() else character for character in text)
    place = min(max(column - 1, 0), len(line))
    begin, end = max(place - AROUND, 0), place + AROUND
    before = "…" * (begin > 0) + line[begin:place]
    return before + line[place:end] + "…" * (end < len(line)), "".join(map(_blank, before)) + "^"


def _blank(character: str) -> str:
    """A space as wide as the character in a monospaced font."""
    if unicodedata.combining(character):
        return ""
    return "\u3000" if unicodedata.east_asian_width(character) in "WF" else " "
