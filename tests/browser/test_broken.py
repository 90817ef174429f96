"""A page that breaks on a real server tells its visitor what to do, and the log nothing of what was typed."""

from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from playground.words import say
from tests.browser.serving import serve

ENTRY = """
import streamlit as st
from playground.app.error_log import log_fault, quiet
quiet()
app = st.App("broken.py", on_script_error=log_fault)
"""
BROKEN = """
import streamlit as st
text = st.text_input("Program", key="f", bind="query-params")
float(text)
"""


def test_a_mistake_is_told_and_logged_without_what_was_typed(elsewhere: Page, tmp_path: Path) -> None:
    with pytest.raises(AssertionError, match="Uncaught app execution"):  # what any other test takes for trouble
        visit(tmp_path, elsewhere)
    log = (tmp_path / "log").read_text()
    assert "Uncaught: ValueError at no place of the project; page /; program of 21 characters: a secret o..." in log
    assert "Traceback" not in log
    assert "a secret of a visitor" not in log


def visit(folder: Path, page: Page) -> None:
    """Open the page that breaks, on a server of its own; the log is kept in the folder."""
    (folder / "entry.py").write_text(ENTRY)
    (folder / "broken.py").write_text(BROKEN)
    with serve(folder / "entry.py", folder / "log") as server:
        page.goto(f"{server.url}/?f=a+secret+of+a+visitor")
        expect(page.get_by_role("alert")).to_contain_text(say("frame.broken"))
        expect(page.get_by_label("Program")).to_have_value("a secret of a visitor")
        expect(page.get_by_test_id("stException")).to_have_count(0)
