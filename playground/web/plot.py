"""Figures, each shown in the same way."""

import json
from functools import partial
from typing import Any

import streamlit as st
from streamlit.elements.lib.layout_utils import LayoutConfig
from streamlit.elements.lib.utils import compute_and_register_element_id
from streamlit.proto.PlotlyChart_pb2 import PlotlyChart

from playground.drawing.plot_kit import CONFIG
from playground.drawing.plots import enlarged, short
from playground.web import figure_order as loading
from playground.web import markup, recording
from playground.web.view import projected


def plot(figure: dict[str, Any], alt: str, key: str) -> None:
    """A figure with what it shows in words; Plotly's own button saves it under the key's name."""
    config = {**CONFIG, "toImageButtonOptions": {"format": "png", "filename": key.removesuffix("-figure"), "scale": 2}}
    shown = enlarged(figure) if projected() else figure
    chart = PlotlyChart(spec=_written(shown), config=_json(config), alt=alt)
    height = shown["layout"]["height"]
    with markup.apart():
        recording.draw(loading.figure, height=height, draw=partial(_drawn, chart, height, key))


def _written(figure: dict[str, Any]) -> str:
    return _json({**figure, "data": [short(trace) for trace in figure["data"]]})


def _json(value: dict[str, Any]) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"), allow_nan=False)


def _drawn(chart: PlotlyChart, height: int, key: str) -> None:
    """Do what `st.plotly_chart` does, of a figure that is written already.

    That writes it in every run, and six letters for each `/`, of which numbers as bytes are full.
    """
    settings = {"plotly_spec": chart.spec, "plotly_config": chart.config, "alt": chart.alt}
    name = compute_and_register_element_id(
        "plotly_chart", user_key=key, dg=st._main, key_as_main_identity=False, height=height, **settings
    )
    sent = PlotlyChart()
    sent.CopyFrom(chart)
    sent.id = name
    st._main._enqueue("plotly_chart", sent, LayoutConfig("stretch", height))
