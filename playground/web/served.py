"""The files that browsers ask for: one script and one style sheet of all parts, and what only some pages need.

A browser asks for each once: their address has the digest of them all.
"""

from collections.abc import Mapping
from functools import cache
from hashlib import sha256

from playground.drawing.svg import FONT_FILE
from playground.web.bundle import one_script
from playground.web.part_files import PATH, part_files
from playground.web.style import PROJECTOR_SHEET, one_sheet

SCRIPT, SHEET = "parts.js", "style.css"
"""The names of what is made of many files."""
ICON = "app/icon.svg"
"""The icon of all pages, which every run names."""


@cache
def served() -> Mapping[str, bytes]:
    """The contents of all files, by their names."""
    made = {SCRIPT: one_script().encode(), SHEET: one_sheet().encode()}
    return {**made, **{name: part_files()[name] for name in (FONT_FILE, PROJECTOR_SHEET, ICON)}}


@cache
def digest() -> str:
    """What all files come to: another one means another address."""
    return sha256(b"".join(name.encode() + content for name, content in served().items())).hexdigest()[:12]


def address_of(name: str) -> str:
    """The address of a file, from the app's top on; KeyError where there is none."""
    served()[name]
    return f"{PATH}/{digest()}/{name}"


def linked(name: str) -> str:
    """A `<style>` element for `st.html`, which takes no link, that brings a style sheet.

    Its rules stand where the element stands, behind Streamlit's own: of two that are equally strong, they win.
    """
    return f'<style>@import url("{address_of(name)}");</style>'
