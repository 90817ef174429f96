"""What is one click away from a page: closed it costs nothing, and open it can lose no more than itself."""

from collections.abc import Callable
from typing import TypeVar

import streamlit as st

from playground.engine.budget import allowed
from playground.language import limits
from playground.language.errors import PlaygroundError
from playground.web.figure_order import all_or_none
from playground.web.reveal import hidden
from playground.web.widgets import sentence

R = TypeVar("R")


def panel(label: str, key: str, draw: Callable[[], R], otherwise: R) -> R:
    """Draw a panel if it is open, and give back what that came to; else, and where it cannot be drawn, `otherwise`.

    The address knows by the key whether it is open. What cannot be drawn, or not in the time that a panel has, is said
    in the place of all that was drawn of it; the page around it stands. While numbers are to be predicted it is empty.
    """
    box = st.expander(label, key=key, bind="query-params")
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
