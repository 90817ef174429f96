"""The head of a page: program, formula, inputs, examples, share and view in one component.

What is typed into it is its own, and it writes the address: the page is what the server computes from that. What Python
writes into the address, a button's callback for example, goes through `write`.
"""

from collections.abc import Mapping
from typing import Any
from uuid import uuid4

import streamlit as st

from playground.web.address import FAMILIES
from playground.web.part import part
from playground.web.query import query
from playground.web.session_parameters import remembered

KEY = "head"
OWN = ("f", "dtype", "view", "lang", "predict")
"""What the head owns of an address, beside the families of parameters with a name after the dot."""
WRITTEN = "head-written"
"""Where a session keeps a name for what Python wrote last into the address: no other session gives the same."""

STILL, ASKED = ("spoken", "share", "more", "examples", "words", "script", "start"), {"code", "read"}
"""What seldom changes, unless it has the answer to a question of the head."""
OF_PROGRAM = ("formula", "inputs")
"""What changes with the program, and not with its numbers."""

_HEAD = part("head", "web/head/head.js", isolate_styles=False)


def owned() -> dict[str, str]:
    """What the address says of all that the head owns."""
    return {name: text for name, text in query().items() if name in OWN or name.startswith(FAMILIES)}


def write(texts: Mapping[str, str]) -> None:
    """Put texts into the address, and so into the head."""
    st.query_params.update(texts)
    st.session_state[WRITTEN] = uuid4().hex


def head(data: Mapping[str, Any]) -> None:
    """The head of a page with what the page was read as."""
    still = [name for name in STILL if name in data and ASKED.isdisjoint(data[name])]
    of_program = [name for name in OF_PROGRAM if name in data]
    shown = {**data, "address": owned(), "revision": remembered(WRITTEN)}
    _HEAD(
        key=KEY,
        data=shown,
        still=(still, of_program),
        on_typed_change=_heard,
        on_share_change=_heard,
        on_script_change=_heard,
    )


def shared() -> str | None:
    """The address of which the head wants the QR code, in this run."""
    address: str | None = remembered(KEY, {}).get("share")
    return address


def pasted() -> tuple[str, int] | None:
    """The text of which the head wants to know what it is, in this run, with the number of its question."""
    script = remembered(KEY, {}).get("script")
    if not isinstance(script, dict) or not isinstance(script.get("text"), str):
        return None
    return script["text"], script.get("turn", 0)


def _heard() -> None:
    """A trigger arrived: it makes the page run, with the values of Streamlit's own widgets."""
