"""What the browser's address says, or what its page opens with where the address says nothing of a program."""

import streamlit as st

from playground.web.address import QueryTexts
from playground.web.feature import Feature
from playground.web.session_parameters import remembered

PAGE = "page"
"""Where a session keeps the page that it is at."""
VISITOR = frozenset({"lang", "view"})
"""Parameters that say who looks and nothing of what is shown."""


def arrive(page: Feature) -> None:
    """Read addresses as those of a page from now on."""
    st.session_state[PAGE] = page


def query() -> dict[str, str]:
    """Each parameter with its last text."""
    return {name: values[-1] for name, values in every_value().items()}


def every_value() -> QueryTexts:
    """Each parameter with all its texts, in their order."""
    texts = {name: tuple(st.query_params.get_all(name)) for name in st.query_params}
    page: Feature | None = remembered(PAGE)
    if page is None or page.opening is None or texts.keys() - VISITOR:
        return texts
    return {name: (text,) for name, text in page.opening.parameters.items()} | texts
