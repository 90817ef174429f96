"""A first visit does not jump: head, drawing and figures have their room before they come."""

import re

import pytest
from playwright.sync_api import Page, ViewportSize, expect

from tests.browser.conftest import SCREEN, wait_until_idle
from tests.browser.looking import PHONE
from tests.browser.serving import Server

MAX_SHIFT = 0.05
"""Of what is called good for the web, half; each is the part of the window that moved, times how far."""

WATCH = """
window.shifts = []
new PerformanceObserver((list) => {
  for (const { value, hadRecentInput, sources } of list.getEntries())
    if (!hadRecentInput) window.shifts.push([value, sources.map(({ node }) => String(node?.className))])
}).observe({ type: "layout-shift", buffered: true })
"""

HELD_BACK = """
const patient = new CSSStyleSheet()
patient.replaceSync("[data-testid=stToolbar], .stMainBlockContainer { animation: none !important }")
document.adoptedStyleSheets = [patient]
"""
"""After some seconds a page is shown whatever is missing: not here, where a slow machine takes longer."""

DRAWN = {
    "/": ".st-key-graph svg:has(g.node)",
    "/scalar": ".st-key-curve .js-plotly-plot .main-svg",
    "/matrix": "pre.result",
    "/partials": ".st-key-graph svg:has(g.node)",
    "/second": ".st-key-graph-derivative svg:has(g.node)",
    "/descent": ".st-key-descent .js-plotly-plot .main-svg",
    "/pitfalls": "pre.pitfall",
    "/lessons": ".st-key-page a",
}


def moved(page: Page, address: str, drawn: str) -> tuple[float, object]:
    """How much moves until all of a page stands there, and what does."""
    page.add_init_script(WATCH + HELD_BACK)
    page.goto(address)
    wait_until_idle(page)
    expect(page.locator(drawn).first).to_be_visible()
    expect(page.locator(".head .tools")).to_be_visible()
    page.evaluate("() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))")
    shifts = page.evaluate("window.shifts")
    return sum(value for value, _ in shifts), shifts


@pytest.mark.parametrize("path", DRAWN)
def test_a_first_visit_does_not_jump(elsewhere: Page, server: Server, path: str) -> None:
    shift, culprit = moved(elsewhere, server.url + path, DRAWN[path])
    assert shift < MAX_SHIFT, culprit


@pytest.mark.parametrize(("screen", "view"), [(PHONE, "screen"), (SCREEN, "projector")], ids=["phone", "projector"])
@pytest.mark.parametrize("path", ["/", "/descent"])
def test_nor_does_it_on_a_phone_or_for_a_projector(
    elsewhere: Page, server: Server, path: str, screen: ViewportSize, view: str
) -> None:
    elsewhere.set_viewport_size(screen)
    shift, culprit = moved(elsewhere, f"{server.url}{path}?view={view}", DRAWN[path])
    assert shift < MAX_SHIFT, culprit


def test_what_needs_no_script_stands_where_those_of_components_are_blocked(elsewhere: Page, server: Server) -> None:
    elsewhere.route(re.compile(r"/static/js/BidiComponent\."), lambda route: route.abort())
    elsewhere.goto(server.url)
    expect(elsewhere.locator(".st-key-results")).to_contain_text("x.grad = 7.0")
    expect(elsewhere.locator(".st-key-results")).to_be_visible()
