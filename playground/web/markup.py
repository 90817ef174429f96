"""HTML that the project wrote itself, as Streamlit shows it: what stands together is one element."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

import streamlit as st
from streamlit.elements.lib.layout_utils import LayoutConfig
from streamlit.proto.Html_pb2 import Html as HtmlProto

from playground.web import recording

_waiting = ContextVar[list[str] | None]("waiting", default=None)
"""Pieces that will stand together; None where each stands by itself."""


def show(body: str) -> None:
    """Show HTML, in which whatever somebody typed is escaped."""
    waiting = _waiting.get()
    if waiting is None:
        recording.draw(_drawn, body=body)
    else:
        waiting.append(body)


@contextmanager
def together() -> Iterator[None]:
    """Send the HTML of the block as one element, when the block ends or something else is drawn `apart`."""
    waiting: list[str] = []
    before = _waiting.set(waiting)
    try:
        yield
    finally:
        _waiting.reset(before)
        _send(waiting)


@contextmanager
def apart() -> Iterator[None]:
    """Draw something else than HTML, or in another container, after the HTML that waits to stand together."""
    _send(_waiting.get() or [])
    before = _waiting.set(None)
    try:
        yield
    finally:
        _waiting.reset(before)


def _send(pieces: list[str]) -> None:
    if len(pieces) == 1:
        recording.draw(_drawn, body=pieces[0])
    elif pieces:
        together = "".join(f"<div>{piece}</div>" for piece in pieces)
        recording.draw(_drawn, body=f'<div class="together">{together}</div>')
    pieces.clear()


def _drawn(body: str) -> None:
    """Do what `st.html` does with a text that holds more than style sheets.

    That looks through every letter of it before, in every run: at 60 KB for a quarter of what a blank page takes.
    """
    st._main._enqueue("html", HtmlProto(body=body), LayoutConfig("stretch"))
