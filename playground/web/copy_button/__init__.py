"""A button that puts a text on the clipboard."""

import streamlit as st

from playground.web.files import source
from playground.words import say

_BUTTON = st.components.v2.component(
    "copy",
    html='<button type="button"></button>',
    css=source("web/copy_button/button.css"),
    js=source("web/copy_button/copy_button.js"),
)


def copy_button(text: str, key: str) -> None:
    """One click copies the whole text; the button says so."""
    _BUTTON(key=key, data={"text": text, "label": say("frame.copy"), "done": say("frame.copied")}, width="content")
