"""What breaks between a browser and the server, or in either: the page comes back with what was typed.

`CUT_SECONDS=30 pytest tests/browser/test_faults.py -k cut` leaves the network cut as long as a train's tunnel.
"""

import os
import re
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from playground.words import say
from tests.browser.conftest import wait_until_idle
from tests.browser.cut import Network, network
from tests.browser.head import program_box, type_program, type_value, value_box
from tests.browser.serving import Server, free_port, serve

Open = Callable[..., Page]
CUT_SECONDS = float(os.environ.get("CUT_SECONDS", "2"))
FORGOTTEN = 2
"""seconds away, after which the forgetful server has forgotten."""


@pytest.fixture
def visitor(elsewhere: Page) -> Page:
    """A page of a visitor, who may see a connection fail."""
    return elsewhere


@pytest.fixture(scope="module")
def forgetful(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """The app on a server that forgets a session after a second away."""
    log = tmp_path_factory.mktemp("forgetful") / "log"
    with serve("playground", log, "--server.disconnectedSessionTTL=1") as running:
        yield running


def type_values(page: Page, url: str) -> None:
    """Open the graph page and type values: in its address, and one that the page alone holds."""
    page.goto(url)
    wait_until_idle(page)
    type_program(page, "y = a*x^2 + k*x")
    type_value(page, "k", "7")
    type_value(page, "x", "4")
    expect(page.locator(".st-key-results")).to_have_text("x.grad = 23.0")


def assert_typed_values_are_there(page: Page) -> None:
    """Everything stands as it was typed, and what is typed next is answered."""
    wait_until_idle(page)
    expect(program_box(page)).to_have_value("y = a*x^2 + k*x")
    expect(value_box(page, "k")).to_have_value("7")
    expect(value_box(page, "x")).to_have_value("4")
    expect(page.locator(".st-key-results")).to_have_text("x.grad = 23.0")
    type_value(page, "x", "5")
    expect(page.locator(".st-key-results")).to_have_text("x.grad = 27.0")
    expect(value_box(page, "k")).to_have_value("7")
    expect(page).to_have_url(re.compile("at.x=5"))


@pytest.mark.slow
def test_the_server_is_started_anew_under_an_open_page(visitor: Page, tmp_path: Path) -> None:
    port = free_port()
    with serve("playground", tmp_path / "first.log", port=port) as first:
        type_values(visitor, first.url)
    app = visitor.get_by_test_id("stApp")
    expect(app).not_to_have_attribute("data-test-connection-state", "CONNECTED")
    with serve("playground", tmp_path / "second.log", port=port):
        expect(app).to_have_attribute("data-test-connection-state", "CONNECTED")
        assert_typed_values_are_there(visitor)


def cut_for(page: Page, way: Network, seconds: float) -> None:
    """Cut the network for so long; return when the page has reached the server again."""
    way.cut()
    expect(page.get_by_test_id("stApp")).not_to_have_attribute("data-test-connection-state", "CONNECTED")
    page.wait_for_timeout(1000 * seconds)
    way.mend()
    app = page.get_by_test_id("stApp")
    expect(app).to_have_attribute("data-test-connection-state", "CONNECTED")


def test_the_network_is_cut(server: Server, visitor: Page) -> None:
    with network(port_of(server)) as way:
        type_values(visitor, way.url)
        cut_for(visitor, way, CUT_SECONDS)
        assert_typed_values_are_there(visitor)


def test_what_is_typed_while_the_network_is_cut_is_kept_and_answered_afterwards(server: Server, visitor: Page) -> None:
    with network(port_of(server)) as way:
        type_values(visitor, way.url)
        way.cut()
        expect(visitor.locator(".head").get_by_role("status")).to_have_text(say("frame.reconnecting"))
        type_value(visitor, "x", "6")
        way.mend()
        expect(visitor.locator(".st-key-results")).to_have_text("x.grad = 31.0")
        expect(value_box(visitor, "x")).to_have_value("6")
        expect(visitor.locator(".head").get_by_role("status")).to_have_text("")


@pytest.mark.slow
def test_a_session_expires_while_a_page_is_open(forgetful: Server, visitor: Page) -> None:
    """What a night does to a laptop that sleeps: the server forgets a session that is away for two minutes."""
    with network(port_of(forgetful)) as way:
        type_values(visitor, way.url)
        cut_for(visitor, way, FORGOTTEN)
        assert_typed_values_are_there(visitor)


@pytest.mark.slow
def test_a_click_inside_a_page_is_answered_by_a_session_that_does_not_know_it(forgetful: Server, visitor: Page) -> None:
    with network(port_of(forgetful)) as way:
        type_values(visitor, way.url)
        constants = visitor.locator(".st-key-graph svg g.node.plain")
        nodes = visitor.locator(".st-key-graph svg g.node")
        expect(visitor.locator(".st-key-graph svg:has(g.node)")).to_be_visible()
        before = nodes.count()
        cut_for(visitor, way, FORGOTTEN)
        visitor.locator(".st-key-constants label").first.click()
        expect(nodes).not_to_have_count(before)
        expect(constants).to_have_count(0)
        assert_typed_values_are_there(visitor)


def test_two_tabs_have_each_their_own_values(server: Server, visitor: Page) -> None:
    type_values(visitor, server.url)
    other = visitor.context.new_page()
    other.goto(visitor.url)
    expect(other.locator(".st-key-results")).to_have_text("x.grad = 23.0")
    type_value(other, "x", "9")
    expect(other.locator(".st-key-results")).to_have_text("x.grad = 43.0")
    assert_typed_values_are_there(visitor)
    other.reload()
    expect(other.locator(".st-key-results")).to_have_text("x.grad = 43.0")


def test_back_and_forward_lead_through_what_was_typed(server: Server, visitor: Page) -> None:
    type_values(visitor, server.url)
    wait_until_idle(visitor)
    visitor.get_by_role("link", name="Scalar").click()
    assert_answered(visitor, "/scalar", ".st-key-curve")
    visitor.go_back()
    assert_answered(visitor, "/", ".st-key-player-graph")
    visitor.go_forward()
    assert_answered(visitor, "/scalar", ".st-key-curve")
    expect(visitor).to_have_url(re.compile("at.a=2"))
    expect(value_box(visitor, "k")).to_have_value("7")


def assert_answered(page: Page, path: str, mark: str) -> None:
    """A page is there as it was typed, and its run is over.

    Whoever goes on before its answer has begun, which `mark` shows, finds it idle still; and Streamlit then writes the
    address that the late answer has into the browser's history once more: there is no way forward any longer.
    """
    expect(page.locator(mark)).to_be_visible()
    wait_until_idle(page)
    expect(page).to_have_url(re.compile(rf":\d+{path}\?"))
    expect(page.locator(".st-key-results")).to_contain_text("x.grad = 23.0")


@pytest.mark.slow
@pytest.mark.parametrize("days", [-400, 400])
def test_the_clock_of_the_browser_is_changed(server: Server, visitor: Page, days: int) -> None:
    type_values(visitor, server.url)
    visitor.clock.set_system_time(datetime.now() + timedelta(days=days))
    assert_typed_values_are_there(visitor)
    visitor.reload()
    expect(visitor.locator(".st-key-results")).to_have_text("x.grad = 27.0")


def port_of(server: Server) -> int:
    return int(server.url.rpartition(":")[2])
