"""Whole numbers that the type of the numbers cannot hold: said wherever they were typed, with a way out."""

from html import escape

from playground.engine.case import Case
from playground.engine.rounding import Rounded, rounded, typed_in
from playground.web.cache import kept
from playground.web.examples import address
from playground.web.query import query
from playground.web.widgets import html
from playground.words import say

DOUBLE = "float64"


@kept
def rounded_in(case: Case) -> tuple[Rounded, ...]:
    """Whole numbers in the program, the values and the gradient arguments that the type of the numbers cannot hold."""
    starts = {f"gradient.{name}": start for name, start in case.gradient}
    return rounded({**typed_in(case.program), **case.inputs, **starts}, case.dtype)


def rounded_notes(case: Case) -> list[str]:
    """Which whole numbers PyTorch holds another number for, as HTML; the last with a link that computes in float64."""
    notes = [html(_said(rounded, case)) for rounded in rounded_in(case)]
    if notes and case.type_name != DOUBLE:
        href = escape(address({**query(), "dtype": DOUBLE}))
        notes[-1] += f' <a href="{href}" target="_self" data-here>{escape(say("frame.use_double"))}</a>'
    return notes


def _said(rounded: Rounded, case: Case) -> str:
    return say(
        "frame.rounded", name=rounded.name, typed=rounded.typed, stored=f"{rounded.stored:.0f}", dtype=case.type_name
    )
