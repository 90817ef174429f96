"""What breaks between a browser and the server, or in either: the page comes back with what was typed.

`CUT_SECONDS=30 pytest tests/browser/test_faults.py -k cut` leaves the network cut as long as a train's tunnel.
"""

import os
import re
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.conftest import SCREEN, wait_until_idle
from tests.browser.cut import Network, network
from tests.browser.serving import Server, free_port, serve

Open = Callable[..., Page]
CUT_SECONDS = float(os.environ.get("CUT_SECONDS", "2"))
RECONNECTED_MS = 60_000


@pytest.fixture
def visitor(chrome: Browser) -> Iterator[Page]:
    """A page of a visitor, who may see a connection fail."""
    context = chrome.new_context(viewport=SCREEN)
    yield context.new_page()
    context.close()


def type_values(page: Page, url: str) -> None:
    """Open the graph page and type values: in its address, and one that the page alone holds."""
    page.goto(url)
    wait_until_idle(page)
    page.get_by_label("Program").fill("y = a*x^2 + k*x")
    page.get_by_label("k", exact=True).fill("7")
    page.get_by_label("x", exact=True).fill("4")
    expect(page.locator(".st-key-results")).to_have_text("x.grad = 23.0")


def assert_typed_values_are_there(page: Page) -> None:
    """Everything stands as it was typed, and what is typed next is answered."""
    wait_until_idle(page)
    expect(page.get_by_label("Program")).to_have_value("y = a*x^2 + k*x")
    expect(page.get_by_label("k", exact=True)).to_have_value("7")
    expect(page.get_by_label("x", exact=True)).to_have_value("4")
    expect(page.locator(".st-key-results")).to_have_text("x.grad = 23.0")
    page.get_by_label("x", exact=True).fill("5")
    expect(page.locator(".st-key-results")).to_have_text("x.grad = 27.0")
    expect(page.get_by_label("k", exact=True)).to_have_value("7")
    expect(page).to_have_url(re.compile("at.x=5"))


def test_the_server_is_started_anew_under_an_open_page(visitor: Page, tmp_path: Path) -> None:
    port = free_port()
    with serve("playground", tmp_path / "first.log", port=port) as first:
        type_values(visitor, first.url)
    app = visitor.get_by_test_id("stApp")
    expect(app).not_to_have_attribute("data-test-connection-state", "CONNECTED")
    with serve("playground", tmp_path / "second.log", port=port):
        expect(app).to_have_attribute("data-test-connection-state", "CONNECTED", timeout=RECONNECTED_MS)
        assert_typed_values_are_there(visitor)


def cut_for(page: Page, way: Network, seconds: float) -> None:
    """Cut the network for so long; return when the page has reached the server again."""
    way.cut()
    expect(page.get_by_test_id("stApp")).not_to_have_attribute("data-test-connection-state", "CONNECTED")
    page.wait_for_timeout(1000 * seconds)
    way.mend()
    app = page.get_by_test_id("stApp")
    expect(app).to_have_attribute("data-test-connection-state", "CONNECTED", timeout=RECONNECTED_MS)


def test_the_network_is_cut(server: Server, visitor: Page) -> None:
    with network(port_of(server)) as way:
        type_values(visitor, way.url)
        cut_for(visitor, way, CUT_SECONDS)
        assert_typed_values_are_there(visitor)


def test_what_is_typed_while_the_network_is_cut_is_answered_afterwards(server: Server, visitor: Page) -> None:
    with network(port_of(server)) as way:
        type_values(visitor, way.url)
        way.cut()
        box = visitor.get_by_label("x", exact=True)
        expect(visitor.get_by_test_id("stApp")).not_to_have_attribute("data-test-connection-state", "CONNECTED")
        disabled = box.is_disabled()
        way.mend()
        app = visitor.get_by_test_id("stApp")
        expect(app).to_have_attribute("data-test-connection-state", "CONNECTED", timeout=RECONNECTED_MS)
        assert disabled
        assert_typed_values_are_there(visitor)


def test_a_session_expires_while_a_page_is_open(visitor: Page, tmp_path: Path) -> None:
    """What a night does to a laptop that sleeps: the server forgets a session that is away for two minutes."""
    with (
        serve("playground", tmp_path / "log", "--server.disconnectedSessionTTL=1") as short,
        network(port_of(short)) as way,
    ):
        type_values(visitor, way.url)
        cut_for(visitor, way, 2)
        assert_typed_values_are_there(visitor)


def test_two_tabs_have_each_their_own_values(server: Server, visitor: Page) -> None:
    type_values(visitor, server.url)
    other = visitor.context.new_page()
    other.goto(visitor.url)
    expect(other.locator(".st-key-results")).to_have_text("x.grad = 23.0")
    other.get_by_label("x", exact=True).fill("9")
    expect(other.locator(".st-key-results")).to_have_text("x.grad = 43.0")
    assert_typed_values_are_there(visitor)
    other.reload()
    expect(other.locator(".st-key-results")).to_have_text("x.grad = 43.0")


def test_back_and_forward_lead_through_what_was_typed(server: Server, visitor: Page) -> None:
    type_values(visitor, server.url)
    visitor.get_by_role("link", name="Scalar").click()
    expect(visitor).to_have_url(re.compile("/scalar"))
    expect(visitor.locator(".st-key-results")).to_contain_text("x.grad = 23.0")
    visitor.go_back()
    expect(visitor.locator(".st-key-player-graph")).to_be_visible()
    expect(visitor.locator(".st-key-results")).to_have_text("x.grad = 23.0")
    visitor.go_forward()
    expect(visitor).to_have_url(re.compile("/scalar"))
    expect(visitor.locator(".st-key-results")).to_contain_text("x.grad = 23.0")
    visitor.go_back()
    expect(visitor.locator(".st-key-player-graph")).to_be_visible()
    assert_typed_values_are_there(visitor)


@pytest.mark.parametrize("days", [-400, 400])
def test_the_clock_of_the_browser_is_changed(server: Server, visitor: Page, days: int) -> None:
    type_values(visitor, server.url)
    visitor.clock.set_system_time(datetime.now() + timedelta(days=days))
    assert_typed_values_are_there(visitor)
    visitor.reload()
    expect(visitor.locator(".st-key-results")).to_have_text("x.grad = 27.0")


def port_of(server: Server) -> int:
    return int(server.url.rpartition(":")[2])
