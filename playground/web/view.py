"""How a page is looked at: on a screen of one's own, or by a room on a projector."""

import streamlit as st

KEY, PROJECTOR = "view", "projector"


def projected() -> bool:
    """Whether the room looks."""
    return st.query_params.get(KEY) == PROJECTOR
