"""A choice of one name that is shown by a title; the choice nobody made is not in the address."""

from collections.abc import Callable, Sequence

import streamlit as st

from playground.web.recording import live
from playground.web.session_parameters import put


def radio(
    key: str,
    label: str,
    names: Sequence[str],
    title: Callable[[str], str],
    changed: Callable[[], None] | None = None,
    horizontal: bool = False,
) -> str:
    """The chosen one of a list of names, shown by their titles; the first where nobody chose.

    The address holds the name: of a bound widget it would hold the title, which another language does not know.
    """
    live()
    radio, memory = f"{key}-radio", f"{key}-asked"
    requested, before = st.query_params.get(key), st.session_state.get(memory)
    if radio not in st.session_state:
        st.session_state[radio] = _first_of(names, requested or before)
    elif requested != before:
        st.session_state[radio] = _first_of(names, requested)
    chosen = st.radio(
        label, names, None, title, radio, on_change=changed, horizontal=horizontal, label_visibility="collapsed"
    )
    put(key, None if chosen == names[0] else chosen)
    st.session_state[memory] = st.query_params.get(key)
    return chosen or names[0]


def _first_of(names: Sequence[str], wanted: str | None) -> str:
    return wanted if wanted is not None and wanted in names else names[0]
