"""The menu, and the page that was chosen."""

import streamlit as st
from streamlit.navigation.page import StreamlitPage

from playground.app.frame import framed
from playground.app.registry import FEATURES
from playground.web.feature import Feature
from playground.web.files import PAGES
from playground.web.language_choice import speak_to_visitor
from playground.web.served import ICON, address_of
from playground.web.session_parameters import remembered
from playground.words import say, spoken

KEY = "pages"
"""Where a session keeps its pages, by the language of their titles."""


def show() -> None:
    """Run the page that a visitor asks for."""
    speak_to_visitor()
    pages = _pages()
    chosen = st.navigation(pages, position="top")
    title = say("frame.tab", page=chosen.title, product=say("frame.product"))
    st.set_page_config(page_title=title, page_icon=address_of(ICON), layout="wide", initial_sidebar_state="collapsed")
    feature = FEATURES[pages.index(chosen)]
    framed(feature, chosen.run)


def _pages() -> list[StreamlitPage]:
    """The pages in the language spoken, made once for each session: Streamlit looks for the file of each."""
    kept: dict[str, list[StreamlitPage]] = remembered(KEY, {})
    if spoken() not in kept:
        kept = st.session_state[KEY] = {spoken(): [_page(feature) for feature in FEATURES]}
    return kept[spoken()]


def _page(feature: Feature) -> StreamlitPage:
    return st.Page(PAGES / f"{feature.name}.py", title=say(f"{feature.name}.menu"), default=feature is FEATURES[0])
