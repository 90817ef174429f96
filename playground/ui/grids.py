"""Tables of gradients."""

from collections.abc import Iterable, Sequence
from html import escape

import streamlit as st

from playground.drawing.jacobian import Line
from playground.ui.widgets import html


def grid(head: Sequence[str], lines: Iterable[Line]) -> None:
    """A table with heads on two sides; a line's kind is its class in the style sheet."""
    top = "".join(f'<th scope="col">{html(name)}</th>' for name in head)
    body = "".join(_line(line) for line in lines)
    st.html(f'<div class="table grid"><table><thead><tr>{top}</tr></thead><tbody>{body}</tbody></table></div>')


def _line(line: Line) -> str:
    strengths = line.strengths or [0] * len(line.cells)
    cells = "".join(_cell(text, strength) for text, strength in zip(line.cells, strengths, strict=True))
    return f'<tr class="{escape(line.kind)}"><th scope="row">{html(line.head)}</th>{cells}</tr>'


def _cell(text: str, strength: int) -> str:
    style = f' style="--strength: {strength}%"' if strength else ""
    return f"<td{style}>{html(text)}</td>"
