"""HTML that the project wrote itself, as Streamlit shows it."""

from dataclasses import dataclass

import streamlit as st


@dataclass(frozen=True)
class _Written:
    """HTML that stands as it is; a text might be the name of a file, and is searched for what it is indented."""

    body: str

    def _repr_html_(self) -> str:
        return self.body


def show(body: str) -> None:
    """Show HTML, in which whatever somebody typed is escaped."""
    st.html(_Written(body))
