"""How a page is looked at: on a screen of one's own, or by a room on a projector."""

from functools import cache

import streamlit as st

from playground.web.address import VIEW
from playground.web.files import source
from playground.web.session_parameters import remembered
from playground.words import say

KEY, PROJECTOR = "view", "projector"


def projected() -> bool:
    """Whether the room looks; before the choice is drawn the address tells."""
    return bool(remembered(KEY, st.query_params.get(KEY)) == PROJECTOR)


def choose_view() -> None:
    """The choice; the address holds it as `view=projector`."""
    st.radio(say("frame.view"), VIEW.choices, key=KEY, bind="query-params", horizontal=True)


def keep_view() -> None:
    """Take the choice along to another page."""
    st.session_state[KEY] = PROJECTOR if projected() else VIEW.choices[0]


@cache
def projector_style() -> str:
    """What a projector needs on top of the frame's style."""
    return f"<style>{source('web/projector.css')}</style>"
