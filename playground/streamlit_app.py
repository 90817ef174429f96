"""The entry: the menu, and the page inside its frame."""

from pathlib import Path

import streamlit as st

from playground.ui.frame import Page, framed
from playground.ui.tongue import speak_to_visitor
from playground.words import say

speak_to_visitor()

# The menu. A page's file is pages/NAME.py, its title the words' `NAME.menu`; the first is the one at `/`.
PAGES = (
    Page("graph", gradients=True),
    Page("scalar"),
    Page("matrix", gradients=True),
    Page("partials", gradients=True),
    Page("second"),
    Page("descent"),
    Page("pitfalls", program=False),
    Page("lessons", program=False),
)

FILES = Path(__file__).parents[1] / "pages"
ICON = Path(__file__).with_name("ui") / "icon.svg"
MENU = {
    page.name: st.Page(FILES / f"{page.name}.py", title=say(f"{page.name}.menu"), default=page is PAGES[0])
    for page in PAGES
}
chosen = st.navigation(list(MENU.values()), position="top")
title = say("frame.tab", page=chosen.title, product=say("frame.product"))
st.set_page_config(page_title=title, page_icon=ICON, layout="wide", initial_sidebar_state="collapsed")
with framed(next(page for page in PAGES if MENU[page.name] == chosen)):
    chosen.run()
