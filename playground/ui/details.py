"""The card that tells what a clicked node of a drawing computed, kept and passed back."""

import streamlit as st

from playground.autodiff.backward import Backward
from playground.autodiff.graph import AutogradGraph
from playground.drawing.node_details import Local, node_details
from playground.ui.source import source
from playground.words import say

_CARD = st.components.v2.component(
    "node_details",
    html='<p class="hint"></p>\n<section class="card" popover="manual" aria-live="polite"></section>',
    css=source("details.css"),
    js=source("details.js"),
)


def details(
    graph: AutogradGraph, backward: Backward | None, local: Local, container_key: str = "graph", returned: bool = False
) -> None:
    """The card for the nodes drawn in the container of this key; `local` has one local derivative for each edge."""
    _CARD(
        key=f"details-{container_key}",
        data={
            "container": f"st-key-{container_key}",
            "hint": say("details.hint"),
            "close": say("details.close"),
            "nodes": node_details(graph, backward, local, returned),
        },
    )
