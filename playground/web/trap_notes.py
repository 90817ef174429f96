"""A trap in what was typed: said in a line where it happens, with a link to the pitfall that shows it."""

from html import escape

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


def trap_notes(case: Case) -> list[str]:
    """A line for each trap of a case, as HTML; none while something is to be predicted, which may be in it."""
    return [_said(trap) for trap in (once_known(traps_in)(case) or ())]


def _said(spotted: Spotted) -> str:
    return f"{html(say(f'traps.{spotted.trap}', place=spotted.place))} {pitfall_link(spotted.trap)}"


def pitfall_link(trap: str) -> str:
    """A link to a pitfall, called by its title."""
    href = escape(PAGE + address({"trap": trap, **carried()}))
    return f'<a href="{href}" target="_self">{escape(say("traps.link", title=say(f"pitfalls.{trap}.title")))}</a>'
