"""Whole numbers that the type of the numbers cannot hold: said wherever they were typed, with a way out."""

import streamlit as st

from playground.engine.case import Case
from playground.engine.rounding import Rounded, rounded, typed_in
from playground.web.cache import kept
from playground.web.widgets import sentence
from playground.words import say

DOUBLE = "float64"


@kept
def rounded_in(case: Case) -> tuple[Rounded, ...]:
    """Whole numbers in the program, the values and the gradient arguments that the type of the numbers cannot hold."""
    starts = {f"gradient.{name}": start for name, start in case.gradient}
    return rounded({**typed_in(case.program), **case.inputs, **starts}, case.dtype)


def tell_rounded(case: Case) -> None:
    """Which whole numbers PyTorch holds another number for, and a button that computes in float64 instead."""
    found = rounded_in(case)
    if not found:
        return
    with st.container(key="rounded", horizontal=True, vertical_alignment="center"):
        for one in found:
            stored = f"{one.stored:.0f}"
            sentence(say("frame.rounded", name=one.name, typed=one.typed, stored=stored, dtype=case.type_name), "note")
        if case.type_name != DOUBLE:
            st.button(say("frame.use_double"), key="use-double", on_click=_compute_in_double)


def _compute_in_double() -> None:
    """Choose the larger type; the button's callback."""
    st.session_state["dtype"] = DOUBLE
