"""HTML that the project wrote itself, as Streamlit shows it: what stands together is one element."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass

import streamlit as st

_waiting = ContextVar[list[str] | None]("waiting", default=None)
"""Pieces that will stand together; None where each stands by itself."""


@dataclass(frozen=True)
class _Written:
    """HTML that stands as it is; a text might be the name of a file, and is searched for what it is indented."""

    body: str

    def _repr_html_(self) -> str:
        return self.body


def show(body: str) -> None:
    """Show HTML, in which whatever somebody typed is escaped."""
    waiting = _waiting.get()
    if waiting is None:
        st.html(_Written(body))
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
        st.html(_Written(pieces[0]))
    elif pieces:
        st.html(_Written(f'<div class="together">{"".join(f"<div>{piece}</div>" for piece in pieces)}</div>'))
    pieces.clear()
