"""The menu, and the page that was chosen."""

from pathlib import Path

import streamlit as st

from playground.app.frame import framed
from playground.app.registry import FEATURES
from playground.web.files import PAGES
from playground.web.language_choice import speak_to_visitor
from playground.words import say

ICON = Path(__file__).with_name("icon.svg")


def show() -> None:
    """Run the page that a visitor asks for."""
    speak_to_visitor()
    pages = [
        st.Page(PAGES / f"{feature.name}.py", title=say(f"{feature.name}.menu"), default=feature is FEATURES[0])
        for feature in FEATURES
    ]
    chosen = st.navigation(pages, position="top")
    title = say("frame.tab", page=chosen.title, product=say("frame.product"))
    st.set_page_config(page_title=title, page_icon=ICON, layout="wide", initial_sidebar_state="collapsed")
    feature = FEATURES[pages.index(chosen)]
    framed(feature, chosen.run)
