"""What an address asks of one widget of a page, looked at before the widget is drawn and erases what it cannot read."""

import re
from collections.abc import Sequence
from typing import Literal

import streamlit as st

from playground.web.address import shortened
from playground.web.session_parameters import put, remembered
from playground.web.widgets import sentence
from playground.words import say

_WHOLE_NUMBER = re.compile(r"-?\d{1,9}", re.ASCII)


def object_to_choice(key: str, names: Sequence[str]) -> None:
    """Say so where the address names none of these; the first stands in."""
    text = _asked(key)
    if text is not None and text not in names:
        part = shortened(f"{key}={text}")
        sentence(say("frame.bad_choice", part=part, choices=", ".join(names), used=names[0]), "note")


def whole_number(key: str, label: str, width: int) -> int:
    """A box for a whole number that the address holds; where that has another text, 0 stands in and it is said.

    Streamlit's own reader of the address breaks on a number that is infinite, so it is not asked for such a text.
    """
    text = _asked(key)
    readable = text is None or _WHOLE_NUMBER.fullmatch(text.strip()) is not None
    if not readable:
        sentence(say("frame.bad_number", part=shortened(f"{key}={text}")), "note")
        put(key, None)
    bind: Literal["query-params"] | None = "query-params" if readable else None
    return int(st.number_input(label, value=0, step=1, key=key, bind=bind, width=width))


def switched_on(key: str) -> bool:
    """Whether a switch is on that is usually so, and is drawn later than what depends on it."""
    return bool(remembered(key, _asked(key) != "false"))


def _asked(key: str) -> str | None:
    """What the address says before the widget is drawn for the first time."""
    return st.query_params.get(key) if remembered(key) is None else None
