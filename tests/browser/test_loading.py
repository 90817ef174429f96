"""A browser that was never here reads the answer before it has what draws figures; after that nothing is held back."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg

from tests.browser.conftest import kind, wait_until_idle

Open = Callable[..., Page]
PAGES = {"/scalar": "x.grad = -2.0", "/second": "y'' = d2y/dx2 = 3.0", "/descent": "x = 0.99995"}
"""A page with a figure, and the beginning of what it answers."""
FIGURE, TEXT = "plotly_chart", "html"


@pytest.fixture
def sent(page: Page) -> list[str]:
    """A list that grows with the kind of every element that is sent."""
    kinds: list[str] = []

    def hear(frame: bytes | str) -> None:
        if kind(frame) == "delta":
            kinds.append(ForwardMsg.FromString(frame).delta.new_element.WhichOneof("type") or "block")

    page.on("websocket", lambda socket: socket.on("framereceived", hear))
    return kinds


@pytest.mark.parametrize("path", PAGES)
def test_a_new_browser_is_sent_its_first_figures_last(open_page: Open, sent: list[str], path: str) -> None:
    page = open_page(path)
    expect(page.locator(".js-plotly-plot .main-svg").first).to_be_visible()
    expect(page.locator(".st-key-results")).to_contain_text(PAGES[path])
    assert FIGURE in sent
    assert TEXT not in sent[sent.index(FIGURE) :]


def test_what_changes_later_is_sent_where_it_stands(open_page: Open, sent: list[str]) -> None:
    page = open_page("/descent")
    sent.clear()
    page.get_by_role("textbox", name="Steps").fill("20")
    expect(page.locator(".st-key-results")).to_contain_text("x = 0.3323")
    wait_until_idle(page)
    assert sent.count(FIGURE) == 1
    assert TEXT in sent[sent.index(FIGURE) :]


def test_the_figure_of_the_next_page_is_sent_where_it_stands_too(open_page: Open, sent: list[str]) -> None:
    page = open_page("/descent")
    sent.clear()
    page.get_by_role("link", name="Scalar").click()
    expect(page.locator(".st-key-results")).to_contain_text(PAGES["/scalar"])
    wait_until_idle(page)
    assert FIGURE in sent  # more than once, where a run had come so far before the next one overtook it
    assert TEXT in sent[sent.index(FIGURE) :]
