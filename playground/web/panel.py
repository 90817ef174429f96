"""What is one click away from a page: closed it costs nothing, and open it can lose no more than itself."""

from collections.abc import Callable
from html import escape
from typing import TypeVar

import streamlit as st

from playground.engine.budget import allowed
from playground.language import limits
from playground.language.errors import PlaygroundError
from playground.web import markup, recording
from playground.web.examples import address
from playground.web.figure_order import all_or_none
from playground.web.query import query
from playground.web.reveal import hidden
from playground.web.session_parameters import put
from playground.web.widgets import sentence

R = TypeVar("R")


def panel(label: str, key: str, draw: Callable[[], R], otherwise: R) -> R:
    """Draw a panel if it is open, and give back what that came to; else, and where it cannot be drawn, `otherwise`.

    The address knows by the key whether it is open; a closed one is a link to that address. What cannot be drawn, or
    not in the time that a panel has, is said in the place of all that was drawn of it; the page around it stands. While
    numbers are to be predicted it is empty, or not there.
    """
    if st.query_params.get(key, "").lower() != "true":
        if not hidden():
            markup.show(_closed(label, key))
        return otherwise
    with markup.apart():
        return _open(label, key, draw, otherwise)


def _closed(label: str, key: str) -> str:
    href = escape(address({**query(), key: "true"}))
    return f'<a class="panel" href="{href}" target="_self" data-panel="{escape(key)}">{escape(label)}</a>'


def _open(label: str, key: str, draw: Callable[[], R], otherwise: R) -> R:
    recording.live()
    box = st.expander(label, expanded=True, key=key, on_change=put, args=(key, None))
    if not box.open or hidden():
        return otherwise
    place = box.empty()
    try:
        with place.container(), all_or_none(), allowed(limits.PANEL_CPU_SECONDS):
            return draw()
    except PlaygroundError as problem:
        with place:  # a container in the place of another would keep of it what is not drawn over
            sentence(problem.message, "note")
        return otherwise
