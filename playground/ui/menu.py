"""The menu, and the page that was chosen inside its frame."""

import streamlit as st

from playground.ui.frame import Page, framed
from playground.ui.source import ICON, PAGES
from playground.ui.tongue import speak_to_visitor
from playground.words import say

# A page's file is pages/NAME.py, its title the words' `NAME.menu`; the first is the one at `/`.
MENU = (
    Page("graph", gradients=True, ahead=True),
    Page("scalar"),
    Page("matrix", gradients=True),
    Page("partials", gradients=True),
    Page("second"),
    Page("descent"),
    Page("pitfalls", program=False),
    Page("lessons", program=False),
)


def show() -> None:
    """Run the page that a visitor asks for."""
    speak_to_visitor()
    pages = {page: st.Page(PAGES / f"{page.name}.py", title=say(f"{page.name}.menu"), default=page is MENU[0]) for
             page in MENU}  # fmt: skip
    chosen = st.navigation(list(pages.values()), position="top")
    title = say("frame.tab", page=chosen.title, product=say("frame.product"))
    st.set_page_config(page_title=title, page_icon=ICON, layout="wide", initial_sidebar_state="collapsed")

    def run() -> None:
        chosen._can_be_called = True  # Streamlit runs a page once; what is changed in it runs it again, alone
        chosen.run()

    framed(next(page for page in MENU if pages[page] == chosen), run)
