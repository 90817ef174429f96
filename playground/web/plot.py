"""Figures, each shown in the same way."""

from functools import partial
from typing import Any

import streamlit as st

from playground.drawing.plot_kit import CONFIG
from playground.drawing.plots import Ready, enlarged
from playground.web import figure_order as loading
from playground.web import markup, recording
from playground.web.view import projected


def plot(figure: dict[str, Any], alt: str, key: str) -> None:
    """A figure with what it shows in words; Plotly's own button saves it under the key's name."""
    config = {**CONFIG, "toImageButtonOptions": {"format": "png", "filename": key.removesuffix("-figure"), "scale": 2}}
    shown = enlarged(figure) if projected() else figure
    draw = partial(st.plotly_chart, Ready(shown), theme=None, config=config, alt=alt, key=key)
    with markup.apart():
        recording.draw(loading.figure, height=shown["layout"]["height"], draw=draw)
