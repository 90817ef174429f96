"""In which order a browser that was never here gets what it has to load: Plotly's script holds up all that is there."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from playground.engine.turnstile import TURNS
from playground.web.session_parameters import remembered

HEAD_START = 0.4
"""In so many seconds a browser begins with what was drawn so far."""

SHOWN = "figures"
"""Whether a session's browser has been sent a figure."""

Draw = Callable[[], object]

_waiting = ContextVar[list[tuple[DeltaGenerator, Draw]] | None]("waiting", default=None)
"""The figures of this rerun that come last, each with its place."""


@contextmanager
def figures_last() -> Iterator[None]:
    """With a session's first figures, wait until the browser has everything else: nobody waits longer for a figure."""
    later: list[tuple[DeltaGenerator, Draw]] = []
    _waiting.set(None if remembered(SHOWN) else later)
    yield
    _waiting.set(None)
    if later:
        head_start()
        st.session_state[SHOWN] = True
    for place, draw in later:
        with place:
            draw()


def figure(height: int, draw: Draw) -> None:
    """Draw a figure, so many pixels high: here, and now or last."""
    later = _waiting.get()
    if later is None:
        draw()
    else:
        later.append((st.empty(), draw))
        later[-1][0].html(f'<div style="height: {height}px"></div>')


@contextmanager
def all_or_none() -> Iterator[None]:
    """Where the block does not come to its end, none of its figures is drawn after it."""
    later = _waiting.get()
    before = len(later or ())
    try:
        yield
    except BaseException:
        if later is not None:
            del later[before:]
        raise


def head_start() -> None:
    """Let the browser begin with what was drawn so far, before the rest competes with it."""
    if st.context.url:
        with TURNS.away():
            time.sleep(HEAD_START)
