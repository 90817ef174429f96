"""Figures, each shown in the same way."""

from typing import Any

import streamlit as st

from playground.drawing.figures import CONFIG, enlarged
from playground.ui.view import projected


def plot(figure: dict[str, Any], alt: str, key: str) -> None:
    """A figure with what it shows in words; Plotly's own button saves it under the key's name."""
    config = {**CONFIG, "toImageButtonOptions": {"format": "png", "filename": key.removesuffix("-figure"), "scale": 2}}
    st.plotly_chart(enlarged(figure) if projected() else figure, theme=None, config=config, alt=alt, key=key)
