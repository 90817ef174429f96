"""A part of the address that no widget is bound to, and what a session holds of one that has a widget."""

from typing import Any

import streamlit as st

from playground.web.recording import live


def remembered(key: str, default: Any = None) -> Any:
    """What the session holds under a key; `in` and `get` of the session's state would copy all of it first."""
    try:
        return st.session_state[key]
    except KeyError:
        return default


def put(key: str, text: str | None) -> None:
    """Write a text into the address, or take the parameter out; nothing is sent where it says so already."""
    if text is not None and st.query_params.get_all(key) != [text]:
        live()
        st.query_params[key] = text
    elif text is None and key in st.query_params:
        live()
        del st.query_params[key]
