"""A point of a figure is picked with a click."""

from collections.abc import Callable, Sequence

import streamlit as st

from playground.web import markup
from playground.web.part import part

_PICKING = part("picking", "web/plot_click/plot_click.js", html="<i hidden></i>")


def picking(key: str, pick: Callable[[Sequence[float]], None], dragged: bool = False) -> None:
    """Call `pick` with the two numbers of a place that is clicked in the figure inside the container of this key.

    Where its start is `dragged`, with the place where it is let go.
    """
    name = f"picking-{key}"

    def picked() -> None:
        place = st.session_state[name].picked
        if (
            isinstance(place, list)
            and len(place) == 2
            and all(isinstance(coordinate, (int, float)) for coordinate in place)
        ):
            pick(place)

    with markup.apart():
        _PICKING(key=name, data={"container": f"st-key-{key}", "dragged": dragged}, on_picked_change=picked)
