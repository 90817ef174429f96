"""The head asks the server twice where a widget of Streamlit's may hold a value: it knows all that there are."""

import re
from pathlib import Path

import streamlit as st

from playground.web.files import source

PLAYGROUND = Path(__file__).parents[2] / "playground"
WITHOUT_A_VALUE = {
    "button", "caption", "code", "columns", "container", "download_button", "empty", "form", "form_submit_button",
    "html", "latex", "navigation", "plotly_chart", "query_params", "rerun", "session_state", "set_page_config",
    "spinner", "context", "components", "get_option", "App", "Page", "_main",
}  # fmt: skip
NAMED = {"data_editor": "DataFrame"}
"""Those whose element is called otherwise than they are."""


def test_the_head_knows_every_widget_that_holds_a_value() -> None:
    used = {name for path in PLAYGROUND.rglob("*.py") for name in re.findall(r"\bst\.(\w+)", path.read_text("utf-8"))}
    holding = {name for name in used - WITHOUT_A_VALUE if hasattr(st, name)}
    known = re.search(r"HOLD_VALUES = \[(.*?)\]", source("web/head/sender.js"))
    assert known is not None
    kinds = set(re.findall(r'"(\w+)"', known[1])) - {"Popover"}
    assert {NAMED.get(name, "".join(map(str.title, name.split("_")))) for name in holding} == kinds
