"""What takes long shows how far it is, and whoever stops it or changes something does not wait for its end."""

from collections.abc import Callable
from urllib.parse import urlencode

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import kind, wait_until_idle
from tests.browser.head import program_box, type_program
from tests.browser.looking import eventually
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
DONE = "[data-test-script-state=notRunning]"
ATTEMPTS = 10


@pytest.fixture
def runs(page: Page) -> list[str]:
    """A list that grows with every beginning and end of a run."""
    heard: list[str] = []

    def hear(frame: bytes | str) -> None:
        if (message := kind(frame)) in ("new_session", "script_finished"):
            heard.append(message)

    page.on("websocket", lambda socket: socket.on("framereceived", hear))
    return heard


def meanwhile(server: Server, page: Page, runs: list[str], act: Callable[[], bool]) -> None:
    """Do something while a page shows that it takes long: again if `act` says that the page was done before."""
    for _ in range(ATTEMPTS):
        runs.clear()
        page.goto(f"{server.url}/descent?{urlencode(LONG)}")
        page.wait_for_selector(f".stProgress, {DONE}")  # a slow browser is told of it when it is over
        if act():
            return
    pytest.fail(f"The page was done before anything could be done, {ATTEMPTS} times")


def test_a_long_computation_is_stopped_by_a_click(server: Server, page: Page, runs: list[str]) -> None:
    def stop() -> bool:
        button = page.get_by_role("button", name="Stop").or_(page.locator(DONE)).first
        expect(button).to_be_visible()
        return bool(button.evaluate("button => (button.click(), button.matches('button'))"))

    meanwhile(server, page, runs, stop)
    wait_until_idle(page)
    expect(program_box(page)).to_have_value(LONG["f"])


def test_what_is_typed_meanwhile_is_answered_before_that_is_done(server: Server, page: Page, runs: list[str]) -> None:
    def change() -> bool:
        type_program(page, "y = x^2")
        eventually(page, lambda: runs.count("new_session") > 1, True)
        return runs[1] == "new_session"

    meanwhile(server, page, runs, change)
    expect(page.locator(".st-key-descent svg").first).to_be_visible()
    expect(page.locator(".stProgress")).to_have_count(0)
    eventually(page, lambda: [run for run in runs if run != "new_session"], ["script_finished"])


def test_the_bar_is_gone_when_the_page_is_done(open_page: Callable[..., Page]) -> None:
    page = open_page("/descent", **LONG)
    expect(page.locator(".stProgress")).to_have_count(0)
