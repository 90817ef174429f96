"""What an address asks of one widget of a page, looked at before the widget is drawn and erases what it cannot read."""

from collections.abc import Sequence

import streamlit as st

from playground.web.choices import object_to
from playground.web.parameters import Parameter
from playground.web.session_parameters import remembered


def object_to_choice(parameter: Parameter, names: Sequence[str]) -> None:
    """Say so where the address names none of these; the first stands in."""
    object_to(parameter.read(_asked(parameter.name), names).objections)


def place_box(parameter: Parameter, label: str, names: Sequence[str], width: int) -> int:
    """A box for the place of one of some names, from 0; where the text is no such number, the first stands in."""
    text = st.text_input(
        label, "0", key=parameter.name, bind="query-params", live=True, autocomplete="off", width=width
    )
    read = parameter.read(text, names)
    object_to(read.objections)
    return int(read.chosen[0])


def _asked(key: str) -> str | None:
    """What the address says before the widget is drawn for the first time."""
    return st.query_params.get(key) if remembered(key) is None else None
