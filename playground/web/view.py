"""How a page is looked at: on a screen of one's own, or by a room on a projector."""

import streamlit as st

from playground.web.served import linked
from playground.web.style import PROJECTOR_SHEET

KEY, PROJECTOR = "view", "projector"


def projected() -> bool:
    """Whether the room looks."""
    return st.query_params.get(KEY) == PROJECTOR


def projector_style() -> str:
    """What a projector needs on top of the style of all pages."""
    return linked(PROJECTOR_SHEET)
