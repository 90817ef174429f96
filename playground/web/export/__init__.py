"""The figures of a page as files: SVG and PNG, made in the browser from what it shows."""

from collections.abc import Sequence
from typing import Any, NamedTuple

from playground.web.part import part
from playground.words import say

_PANEL = part("export", "web/export/export.js", html='<ul class="drawings"></ul>', isolate_styles=False)


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
    _PANEL(key="drawings", data=drawn_rows(drawings))


def drawn_rows(drawings: Sequence[Drawing]) -> dict[str, Any]:
    """What the browser is told of those rows."""
    words = {name: say(f"export.{name}") for name in ("save", "failed")}
    return {"drawings": [drawing._asdict() for drawing in drawings], "words": words}
