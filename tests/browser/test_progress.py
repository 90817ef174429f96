"""What takes long shows how far it is, and whoever stops it or changes something does not wait for its end."""

from collections.abc import Callable
from urllib.parse import urlencode

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import kind, wait_until_idle
from tests.browser.head import program_box, type_program
from tests.browser.serving import Server

LONG = {
    "f": "y = " + "*".join(["x"] * 200),
    "at.x": "1.01",
    "lr": "1e-9",
    "steps": "10000",
    "racing": "true",
    "sweep": "true",
    "theory": "true",
}
"""As much as one page is ever asked for: some seconds, were they all allowed."""


@pytest.fixture
def runs(page: Page) -> list[str]:
    """A list that grows with every beginning and end of a run."""
    heard: list[str] = []

    def hear(frame: bytes | str) -> None:
        if (message := kind(frame)) in ("new_session", "script_finished"):
            heard.append(message)

    page.on("websocket", lambda socket: socket.on("framereceived", hear))
    return heard


@pytest.fixture
def computing(server: Server, page: Page, runs: list[str]) -> Page:
    """A page that has just begun to show that it takes long."""
    assert not runs
    page.goto(f"{server.url}/descent?{urlencode(LONG)}")
    expect(page.locator(".stProgress")).to_be_visible()
    return page


def test_a_long_computation_is_stopped_by_a_click(computing: Page) -> None:
    computing.get_by_role("button", name="Stop").click()
    app = computing.get_by_test_id("stApp")
    expect(app).to_have_attribute("data-test-script-state", "notRunning")
    expect(program_box(computing)).to_have_value(LONG["f"])


def test_what_is_typed_meanwhile_is_answered_before_that_is_done(computing: Page, runs: list[str]) -> None:
    type_program(computing, "y = x^2")
    wait_until_idle(computing)
    assert runs == ["new_session", "new_session", "script_finished"]
    expect(computing.locator(".st-key-descent svg").first).to_be_visible()
    expect(computing.locator(".stProgress")).to_have_count(0)


def test_the_bar_is_gone_when_the_page_is_done(open_page: Callable[..., Page]) -> None:
    page = open_page("/descent", **LONG)
    expect(page.locator(".stProgress")).to_have_count(0)
