"""A trap in what was typed: said in a line where it happens, with a link to the pitfall that shows it."""

from collections.abc import Iterable
from html import escape

import streamlit as st

from playground.engine.case import Case
from playground.engine.traps import Spotted, traps
from playground.web.cache import kept
from playground.web.examples import address
from playground.web.link_parameters import carried
from playground.web.reveal import once_known
from playground.web.widgets import html
from playground.words import say

PAGE = "pitfalls"
"""The page that shows the traps."""


@kept
def traps_in(case: Case) -> tuple[Spotted, ...]:
    """The traps of a case that can be computed."""
    return traps(case.run())


@once_known
def tell_traps(case: Case) -> None:
    """A line for each trap of a case; what is to be predicted may be in it."""
    if found := traps_in(case):
        st.html(trap_notes(found))


def trap_notes(found: Iterable[Spotted]) -> str:
    """The lines, as HTML."""
    return "".join(
        f'<p class="note trap">{html(say(f"traps.{one.trap}", place=one.place))} {pitfall_link(one.trap)}</p>'
        for one in found
    )


def pitfall_link(trap: str) -> str:
    """A link to a pitfall, called by its title."""
    href = escape(PAGE + address({"trap": trap, **carried()}))
    return f'<a href="{href}" target="_self">{escape(say("traps.link", title=say(f"pitfalls.{trap}.title")))}</a>'
