"""Panels that pages share. Whatever somebody typed reaches the browser escaped, or as plain text."""

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from html import escape

from playground.drawing.film import Piece
from playground.web import markup
from playground.web.examples import address, path
from playground.web.head import owned
from playground.web.reveal import once_known

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
    """A sentence as HTML between two tags: everything escaped but quotes, marked numbers in their colour."""
    text = escape(text, quote=False)
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
    remark_lines = "".join(f'<p class="remark"{moves(name)}>{html(remark)}</p>' for name, remark in named[1].items())
    show_results(shown, remark_lines)


def show_results(numbers: str, more: str = "") -> None:
    """The numbers that answer the page's question, as HTML, and what is to be said of them."""
    markup.show(f'<div class="st-key-results"><div class="results">{numbers}</div>{more}</div>')


def results_by_name(lines: Iterable[str], remarks: Iterable[str] = ()) -> tuple[dict[str, str], dict[str, str]]:
    """The same lines and remarks by the names of the elements that they stand in."""
    return (
        {f"result{place}": line for place, line in enumerate(lines)},
        {f"remark{place}": remark for place, remark in enumerate(remarks)},
    )


def listed(lines: Iterable[str]) -> None:
    """Lines in their order, one for each thing that was done."""
    markup.show(f'<ol class="done">{"".join(f"<li>{html(line)}</li>" for line in lines)}</ol>')


def to_page(name: str, label: str) -> None:
    """A link to another page with program and values; the head puts in what was typed since."""
    href = escape(path(name) + address(owned()))
    markup.show(f'<p class="to-page"><a href="{href}" target="_self" data-page>{html(label)}</a></p>')


def table(rows: Sequence[Mapping[str, str]]) -> None:
    """A plain table; the first row's keys are its head."""
    head = "".join(f'<th scope="col">{html(name)}</th>' for name in rows[0])
    body = "".join("<tr>" + "".join(f"<td>{html(cell)}</td>" for cell in row.values()) + "</tr>" for row in rows)
    markup.show(
        f'<div class="table" tabindex="0"><table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table></div>'
    )


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
