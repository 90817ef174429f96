"""What an address asks of one widget of a page, looked at before the widget is drawn and erases what it cannot read."""

from collections.abc import Sequence

import streamlit as st

from playground.web.address import shortened
from playground.web.session_parameters import remembered
from playground.web.widgets import sentence
from playground.words import say


def object_to_choice(key: str, names: Sequence[str]) -> None:
    """Say so where the address names none of these; the first stands in."""
    text = _asked(key)
    if text is not None and text not in names:
        part = shortened(f"{key}={text}")
        sentence(say("frame.bad_choice", part=part, choices=", ".join(names), used=names[0]), "note")


def object_to_number(key: str) -> None:
    """Say so where the address has no whole number; 0 stands in."""
    text = _asked(key)
    if text is not None and not text.strip().removeprefix("-").isdecimal():
        sentence(say("frame.bad_number", part=shortened(f"{key}={text}")), "note")


def switched_on(key: str) -> bool:
    """Whether a switch is on that is usually so, and is drawn later than what depends on it."""
    return bool(remembered(key, _asked(key) != "false"))


def _asked(key: str) -> str | None:
    """What the address says before the widget is drawn for the first time."""
    return st.query_params.get(key) if remembered(key) is None else None
