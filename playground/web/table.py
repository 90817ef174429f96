"""A table with heads on two sides."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from html import escape

import streamlit as st

from playground.web.reveal import once_known
from playground.web.widgets import html


@dataclass(frozen=True)
class Line:
    """A row: what its head says, its cells, and the class it has in the style sheet."""

    head: str
    cells: Sequence[str]
    kind: str = ""


@once_known
def grid(head: Sequence[str], lines: Iterable[Line]) -> None:
    """The lines under the names of their columns."""
    top = "".join(f'<th scope="col">{html(name)}</th>' if name else "<td></td>" for name in head)
    body = "".join(map(_line, lines))
    st.html(f'<div class="table grid"><table><thead><tr>{top}</tr></thead><tbody>{body}</tbody></table></div>')


def _line(line: Line) -> str:
    cells = "".join(f"<td>{html(cell)}</td>" for cell in line.cells)
    return f'<tr class="{escape(line.kind)}"><th scope="row">{html(line.head)}</th>{cells}</tr>'
