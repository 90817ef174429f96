"""Buttons that save the figure of a container, as a PNG and as an SVG file."""

import streamlit as st

from playground.ui.source import source
from playground.words import say

ROW = "span { display: flex; flex-wrap: wrap; gap: 0.5rem; }"

_PICTURES = st.components.v2.component(
    "pictures", html="<span></span>", css=source("copying.css") + ROW, js=source("pictures.js")
)


def picture_buttons(container: str, name: str) -> None:
    """A button for each format; the browser makes the file of what it shows."""
    formats = {"png": say("descent.save_png"), "svg": say("descent.save_svg")}
    data = {"container": f"st-key-{container}", "name": name, "formats": formats}
    _PICTURES(key=f"pictures-{container}", data=data, width="content")
