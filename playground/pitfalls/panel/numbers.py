"""The numbers of a pitfall that can be changed: the address holds those that are not as they were."""

from collections.abc import Iterator

import streamlit as st

from playground.language.errors import EvaluationError
from playground.language.values import read_value
from playground.pitfalls.table import Pitfall, Values
from playground.web import markup
from playground.web.parameters import shortened
from playground.web.session_parameters import put
from playground.web.widgets import sentence
from playground.words import say


def numbers_of(pitfall: Pitfall) -> dict[str, float]:
    """The numbers as the address has them; what it says that is none is told, and the first one stands in."""
    return dict(_number(pitfall, name) for name in pitfall.values)


def _number(pitfall: Pitfall, name: str) -> tuple[str, float]:
    text, usual = st.query_params.get(name), pitfall.values[name]
    number = usual if text is None else number_of(text)
    if number is None:
        sentence(say("pitfalls.bad_number", part=shortened(f"{name}={text}"), used=usual), "note")
    return name, usual if number is None else number


def number_of(text: str) -> float | None:
    """The number that a text means, as a float without the sign of a zero; None where it means none."""
    try:
        value = read_value(text, "x")
    except EvaluationError:
        return None
    return float(value) + 0.0 if isinstance(value, (int, float)) else None


def number_boxes(pitfall: Pitfall, values: Values) -> None:
    """A box for each number; what is typed there goes into the address, and is read from there as a number."""
    with st.container(key="numbers", horizontal=True, vertical_alignment="center"):
        for name in _named(pitfall):
            key, shown = f"{pitfall.key}-{name}", f"{values[name]:g}"
            if number_of(str(st.session_state.get(key, shown))) != values[name]:
                st.session_state[key] = shown
            box = (pitfall, name, key)
            st.text_input(name, shown, key=key, on_change=_typed, args=box, autocomplete="off", width=120)


def _named(pitfall: Pitfall) -> Iterator[str]:
    if pitfall.values:
        markup.show(f'<p class="remark">{say("pitfalls.change")}</p>')
    yield from pitfall.values


def _typed(pitfall: Pitfall, name: str, key: str) -> None:
    """Write a number into the address; a box's callback."""
    text = st.session_state[key]
    put(name, None if number_of(text) == pitfall.values[name] else text)
