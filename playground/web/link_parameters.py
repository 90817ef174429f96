"""What a link takes along: who looks, and the language that was chosen."""

import streamlit as st

from playground.web import language_choice as tongue
from playground.web import view
from playground.words import spoken


def carried() -> dict[str, str]:
    """The parameters; none of what is usual."""
    looks = {view.KEY: view.PROJECTOR} if view.projected() else {}
    return {**looks, **({tongue.KEY: spoken()} if tongue.KEY in st.query_params else {})}
