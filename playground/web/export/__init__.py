"""The figures of a page as files: SVG and PNG, made in the browser from what it shows."""

from collections.abc import Sequence
from typing import NamedTuple

import streamlit as st

from playground.web.files import source
from playground.web.part import part
from playground.words import say

_PANEL = part(
    "export",
    "web/export/export.js",
    html="<ul>\n</ul>",
    css=source("web/copy_button/button.css") + source("web/export/export.css"),
)


class Drawing(NamedTuple):
    """A figure that can be taken away."""

    container: str
    """The key of the container around it."""
    name: str
    """What it is called in words."""
    file: str
    """What it is called as a file, without an ending."""


def drawings_panel(drawings: Sequence[Drawing]) -> None:
    """A row of buttons for each drawing, which save it as it stands: in this theme, at the player's place."""
    words = {name: say(f"export.{name}") for name in ("save", "failed")}
    with st.container(key="drawings"):
        _PANEL(key="export", data={"drawings": [drawing._asdict() for drawing in drawings], "words": words})
