"""Statements of DOT and HTML-like labels, its little language for what stands in a node; every text is escaped here."""

import re
from collections.abc import Mapping, Sequence
from functools import lru_cache
from html import escape, unescape
from math import ceil

from playground.drawing.colours import Colour
from playground.drawing.text_width import has_wide, width

_NEXT_ROW = "</TD></TR><TR><TD>"
BACKSLASH = "\\"
NOT_SHOWN = re.compile("[^\t\n\r\x20-\ud7ff\ue003-\ufffd\U00010000-\U0010ffff]")
"""What XML cannot hold, and the three signs that numbers are marked with."""

NUMBER_ROOM, ENTRY_ROOM, RANGE_ROOM = 7, 6, 17
"""So many digits wide is the room of a number, of one in a matrix, and of what a large tensor lies between."""
BEGIN, BETWEEN, END = "\ue000", "\ue001", "\ue002"
NUMBER = re.compile(f"{BEGIN}([0-9]+){BETWEEN}([^{END}]*){END}")
FIGURE_SPACE = "\u2007"
"""As wide as a digit; no text of a drawing has one."""


def statement(subject: str, name: str, label: str, tooltip: str, look: str = "") -> str:
    """A line of DOT: a node or an edge, its id, its label if it has one, a quoted tooltip, and `attributes`."""
    return f'\t{subject} [id="{name}"{label and f" label={label}"} tooltip={tooltip}{look}]\n'


def attributes(values: Mapping[str, str]) -> str:
    """Attributes of a statement whose values need no escape."""
    return "".join(f' {name}="{value}"' for name, value in values.items())


def label(rows: Sequence[str], padding: int = 1) -> str:
    """A whole label: one part below the other."""
    return f"<{_table(f'<TR><TD>{_NEXT_ROW.join(rows)}</TD></TR>', padding)}>"


def grid(rows: list[list[str]]) -> str:
    """Parts in rows and columns."""
    return _table("".join(f"<TR>{''.join(f'<TD>{cell}</TD>' for cell in row)}</TR>" for row in rows), 2)


def text(line: str, size: int, colour: Colour, marked: bool = False) -> str:
    """A text in one size and colour; a marked one is a `number`."""
    return f'<FONT POINT-SIZE="{size}" COLOR="{colour.light}">{line if marked else in_label(line)}</FONT>'


@lru_cache(maxsize=4096)
def formula(line: str, size: int, colour: Colour) -> str:
    """A text; one with Chinese signs in a box of its width, since the app's own font has none of them."""
    if not has_wide(line):
        return text(line, size, colour)
    box = f'FIXEDSIZE="TRUE" WIDTH="{ceil(width(line, size)) + 2}" HEIGHT="{ceil(1.25 * size)}"'
    return _table(f'<TR><TD {box} ALIGN="LEFT">{text(line, size, colour)}<BR ALIGN="LEFT"/></TD></TR>', 0, box)


def matrix(rows: list[list[str]], size: int, colour: Colour) -> str:
    """The `number`s of a matrix between square brackets."""
    bracket = f'<TD ROWSPAN="{len(rows)}" BORDER="1" COLOR="{colour.light}" WIDTH="4" SIDES="{{}}"></TD>'
    cells = [[f"<TD>{text(entry, size, colour, marked=True)}</TD>" for entry in row] for row in rows]
    cells[0] = [bracket.format("LTB"), *cells[0], bracket.format("RTB")]
    return _table("".join(f"<TR>{''.join(row)}</TR>" for row in cells), 2)


def _table(rows: str, padding: int, more: str = "") -> str:
    return f'<TABLE BORDER="0" CELLBORDER="0" CELLSPACING="0" CELLPADDING="{padding}" {more}>{rows}</TABLE>'


# Numbers


def number(shown: str, room: int) -> str:
    """A number inside a label or a quoted text, marked with the room it has; an empty one is not known yet."""
    return f"{BEGIN}{room}{BETWEEN}{in_label(shown) if shown else shown}{END}"


def numbers_in(line: str) -> tuple[str, ...]:
    """The marked numbers of a statement, as they are read."""
    return tuple(unescape(shown) for _, shown in NUMBER.findall(line))


def with_numbers(line: str) -> str:
    """A statement with its numbers in their places."""
    return NUMBER.sub(r"\2", line)


def with_room(line: str) -> str:
    """A statement with nothing but room where its numbers stand; a number that is longer than usual has more."""
    return NUMBER.sub(lambda match: FIGURE_SPACE * max(int(match[1]), len(unescape(match[2]))), line)


# Escapes


@lru_cache(maxsize=4096)
def in_label(line: str) -> str:
    r"""A text inside an HTML-like label, where `\N` would become the node's name and an empty text a syntax error."""
    return escape(_printable(" ".join(line.split()))).replace(BACKSLASH, BACKSLASH * 2) or " "


@lru_cache(maxsize=2048)
def quoted(lines: str) -> str:
    """A text as the value of an attribute that graphviz reads entities in, and backslashes twice."""
    return f'"{escape(_printable(lines)).replace(BACKSLASH, BACKSLASH * 4)}"'


def _printable(line: str) -> str:
    """The text with the sign for that in place of what XML, and so a drawing, cannot hold."""
    return NOT_SHOWN.sub("\N{REPLACEMENT CHARACTER}", line.replace(FIGURE_SPACE, " "))
