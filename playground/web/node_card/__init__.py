"""The card that tells what a clicked node of a drawing computed, kept and passed back."""

from collections.abc import Mapping
from typing import Any

import streamlit as st

from playground.web.files import source
from playground.words import say

_CARD = st.components.v2.component(
    "node_details",
    html='<p class="hint"></p>\n<section class="card" popover="manual" aria-live="polite"></section>',
    css=source("web/node_card/node_card.css"),
    js=source("web/node_card/node_card.js"),
)


def details(nodes: Mapping[str, Mapping[str, Any]], container_key: str = "graph") -> None:
    """The card for the nodes drawn in the container of this key, by their ids."""
    _CARD(
        key=f"details-{container_key}",
        data={
            "container": f"st-key-{container_key}",
            "hint": say("details.hint"),
            "close": say("details.close"),
            "nodes": nodes,
        },
    )
