"""A part of the address that no widget is bound to."""

import streamlit as st


def put(key: str, text: str | None) -> None:
    """Write a text into the address, or take the parameter out; nothing is sent where it says so already."""
    if text is not None and st.query_params.get_all(key) != [text]:
        st.query_params[key] = text
    elif text is None and key in st.query_params:
        del st.query_params[key]
