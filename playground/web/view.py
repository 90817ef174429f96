"""How a page is looked at: on a screen of one's own, or by a room on a projector."""

from functools import cache

import streamlit as st

from playground.web.files import source

KEY, PROJECTOR = "view", "projector"


def projected() -> bool:
    """Whether the room looks."""
    return st.query_params.get(KEY) == PROJECTOR


@cache
def projector_style() -> str:
    """What a projector needs on top of the frame's style."""
    return f"<style>{source('web/projector.css')}</style>"
