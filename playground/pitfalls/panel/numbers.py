"""The numbers of a pitfall that can be changed: the address holds those that are not as they were."""

from collections.abc import Iterator

import streamlit as st

from playground.pitfalls.feature import FEATURE
from playground.pitfalls.table import Pitfall, Values
from playground.web import markup
from playground.web.choices import object_to, read
from playground.web.session_parameters import put
from playground.words import say


def numbers_of(pitfall: Pitfall) -> dict[str, float]:
    """The numbers as the address has them; what it says that is none is told, and the first one stands in."""
    return dict(_number(name, usual) for name, usual in pitfall.values.items())


def _number(name: str, usual: float) -> tuple[str, float]:
    (number,), objections = read(FEATURE[name], (), (str(usual),))
    object_to(objections)
    return name, float(number)


def _means(name: str, text: str) -> float | None:
    """The number that a text means; None where it means none."""
    (number,), objections = FEATURE[name].read(text, (), ("0.0",))
    return None if objections else float(number)


def number_boxes(pitfall: Pitfall, values: Values) -> None:
    """A box for each number; what is typed there goes into the address, and is read from there as a number."""
    with st.container(key="numbers", horizontal=True, vertical_alignment="center"):
        for name in _named(pitfall):
            key, shown = f"{pitfall.key}-{name}", f"{values[name]:g}"
            if _means(name, str(st.session_state.get(key, shown))) != values[name]:
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
    put(name, None if _means(name, text) == pitfall.values[name] else text)
