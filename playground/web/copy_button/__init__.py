"""A button that puts a text on the clipboard."""

from playground.web.files import source
from playground.web.part import part
from playground.words import say

_BUTTON = part(
    "copy",
    "web/copy_button/copy_button.js",
    html='<button type="button"></button>',
    css=source("web/copy_button/button.css"),
)


def copy_button(text: str, key: str) -> None:
    """One click copies the whole text; the button says so."""
    _BUTTON(key=key, data={"text": text, "label": say("frame.copy"), "done": say("frame.copied")}, width="content")
