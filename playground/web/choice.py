"""A choice of several names that an address holds as `outputs=y1,y2`; the choice nobody made is not in it.

Bound pills write a parameter for each name and lose what was chosen when the names change: this keeps it. And a choice
of one name that is shown by a title: a bound radio would write the title.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from playground.web.parameters import Parameter
from playground.web.session_parameters import put
from playground.web.widgets import sentence


@dataclass(frozen=True)
class Choice:
    """What was chosen, as the address says it; None where nobody chose."""

    text: str | None
    objection: str = ""
    """What the address asked for and cannot have: it is said as long as the names are those below."""
    names: tuple[str, ...] = ()
    """The names to choose from when that was found."""


def several(
    parameter: Parameter, names: Sequence[str], default: Sequence[str], notes: DeltaGenerator
) -> tuple[str, ...]:
    """The chosen names in their order; the default where nobody chose, or nothing of the choice is left.

    What the address asked for and cannot have is said in `notes`.
    """
    key = parameter.name
    pills, memory = f"{key}-pills", f"{key}-choice"
    choice = _current(parameter, st.session_state.get(memory), pills in st.session_state, names)
    chosen = parameter.read(choice.text, names, default).chosen
    text = None if chosen == tuple(default) else ",".join(chosen)
    st.session_state[memory] = replace(choice, text=text)
    put(key, text)
    _draw(key, names, chosen)
    if choice.objection and choice.names == tuple(names):
        with notes:
            sentence(choice.objection, "note")
    return chosen


def _draw(key: str, names: Sequence[str], chosen: tuple[str, ...]) -> None:
    """The pills, showing what is chosen.

    What was not clicked but set is their default too, and a default that stays: the browser falls back to it when
    somebody clicks something else while the page is still being drawn.
    """
    pills, first = f"{key}-pills", f"{key}-first"
    if pills not in st.session_state:
        st.session_state[first] = chosen
    elif set(st.session_state[pills] or ()) != set(chosen):
        st.session_state[first], st.session_state[pills] = chosen, list(chosen)
    default = [name for name in st.session_state[first] if name in names]
    changed = (key, tuple(names))
    st.pills(key, names, selection_mode="multi", default=default, key=pills, on_change=_chosen, args=changed)


def one(
    key: str,
    label: str,
    names: Sequence[str],
    title: Callable[[str], str],
    changed: Callable[[], None] | None = None,
    horizontal: bool = False,
) -> str:
    """The chosen one of a list of names, shown by their titles; the first where nobody chose.

    The address holds the name: of a bound widget it would hold the title, which another language does not know.
    """
    radio, memory = f"{key}-radio", f"{key}-asked"
    asked, before = st.query_params.get(key), st.session_state.get(memory)
    if radio not in st.session_state:
        st.session_state[radio] = _first_of(names, asked or before)
    elif asked != before:
        st.session_state[radio] = _first_of(names, asked)
    chosen = st.radio(
        label, names, None, title, radio, on_change=changed, horizontal=horizontal, label_visibility="collapsed"
    )
    put(key, None if chosen == names[0] else chosen)
    st.session_state[memory] = st.query_params.get(key)
    return chosen or names[0]


def _first_of(names: Sequence[str], wanted: str | None) -> str:
    return wanted if wanted is not None and wanted in names else names[0]


def _current(parameter: Parameter, before: Choice | None, drawn: bool, names: Sequence[str]) -> Choice:
    """The choice as it stands: the address counts when it is new, or was changed by the browser's Back."""
    text = st.query_params.get(parameter.name)
    if before is None or (drawn and text != before.text) or (not drawn and text is not None):
        return Choice(text, parameter.read(text, names).objection, tuple(names))
    return before


def _chosen(key: str, names: tuple[str, ...]) -> None:
    """Write down what the pills show; their callback."""
    picked = st.session_state[f"{key}-pills"] or []
    text = ",".join(name for name in names if name in picked)
    st.session_state[f"{key}-choice"] = Choice(text)
    put(key, text)
