"""Everybody can use every page: with the keyboard, with a screen reader, with eyes that need contrast."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from axe_playwright_python.base import AXE_SCRIPT
from playwright.sync_api import Page, expect

from tests.browser.conftest import wait_until_idle

Open = Callable[..., Page]

PAGES = ("/", "/scalar", "/matrix", "/partials", "/second", "/descent")
READY = {
    "/": ".st-key-graph svg.played",
    "/scalar": ".js-plotly-plot .main-svg",
    "/matrix": ".st-key-code",
    "/partials": ".st-key-graph svg:has(g.node)",
    "/second": ".st-key-graph-derivative svg.played",
    "/descent": ".st-key-descent .main-svg",
}
"""What comes last on a page."""

RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
GRAVE = ("serious", "critical")
CONTROLS = {
    "/": ("Program", "x", "x requires grad", "Examples", "Share", "More", "Scalar", "Play", "Step", "Copy"),
    "/scalar": ("Program", "Graph", "zero_grad", "Save The curve: SVG", "Download"),
    "/matrix": ("gradient of y", "All ones", "One entry", "Proof"),
    "/partials": ("outputs", "inputs", "retain_graph", "Save The graph: DOT"),
    "/second": ("Order", "Play", "Save The graph: PNG"),
    "/descent": ("Optimizer", "lr", "Steps", "Settings", "line by line", "log scale", "Play", "Step", "Proof"),
}
"""Some of the controls of each page, by name."""

FOCUSED = """() => {
  let at = document.activeElement
  while (at?.shadowRoot?.activeElement) at = at.shadowRoot.activeElement
  const label = at.labels?.[0]?.textContent
  const group = at.closest('[role="radiogroup"], [role="group"], [role="toolbar"]')?.ariaLabel
  const named = document.getElementById(at.getAttribute("aria-labelledby"))?.textContent
  const names = [at.ariaLabel, label, named, group, at.textContent].filter(Boolean).map((name) => name.trim())
  const rings = []
  for (let part = at, steps = 0; part && steps < 5; part = part.parentElement, steps++) {
    for (const one of [part, ...(steps ? part.children : [])]) {
      const style = getComputedStyle(one)
      if (style.outlineStyle !== "none" && parseFloat(style.outlineWidth) > 0) rings.push("outline")
      if (style.boxShadow !== "none") rings.push("shadow")
    }
  }
  if (at.closest("svg")) rings.push("stroke " + getComputedStyle(at.querySelector("path")).strokeWidth)
  if (at.matches("input[type=text]")) rings.push("caret")
  return { names, rings, what: at.outerHTML.slice(0, 160), body: at === document.body }
}"""


def finished(page: Page, path: str) -> None:
    """Wait for what comes last."""
    expect(page.locator(READY[path]).first).to_be_attached()
    expect(page.get_by_label("Program")).to_be_visible()
    expect(page.get_by_role("button", name="Share", exact=True)).to_be_visible()
    expect(page.locator(".examples")).to_be_visible()
    wait_until_idle(page)


def grave(page: Page) -> list[dict[str, str]]:
    """What axe, which the page has loaded, finds serious or critical; no rule and no element is excused."""
    found = page.evaluate(
        """rules => axe.run(document, {runOnly: rules, resultTypes: ["violations"]}).then(told => told.violations
          .flatMap(({id, impact, nodes}) => nodes.map(({html, failureSummary: why}) => ({id, impact, html, why}))))""",
        RULES,
    )
    return [one for one in found if one["impact"] in GRAVE]


@pytest.mark.parametrize("path", PAGES)
def test_every_page_is_named_says_what_it_draws_and_passes_axe_in_both_themes(open_page: Open, path: str) -> None:
    page = open_page(path)
    finished(page, path)
    expect(page).to_have_title(re.compile(r"^\w+ - autodiff playground$"))
    expect(page.locator("link[rel*=icon]").first).to_have_attribute("href", re.compile("^data:image/svg"))
    drawings = page.locator(".stGraphVizChart, .stPlotlyChart").all()
    assert bool(drawings) == (path != "/matrix")
    for drawing in drawings:
        assert drawing.get_attribute("role") == "figure"
        assert any(sign.isdigit() for sign in drawing.get_attribute("aria-label") or "")
    page.evaluate(AXE_SCRIPT)
    assert grave(page) == []
    page.emulate_media(color_scheme="dark")
    expect(page.get_by_test_id("stApp")).to_have_css("color-scheme", "dark")
    assert grave(page) == []


def test_axe_finds_nothing_grave_in_open_panels_or_wrong_texts(open_page: Open) -> None:
    page = open_page("/partials", f="y1 = x1*x2; y2 = x1 +", jacobian="true", again="true", view="cinema")
    finished(page, "/partials")
    page.get_by_role("button", name="More").click()
    expect(page.get_by_role("radio", name="projector")).to_be_attached()
    page.get_by_text("Examples", exact=True).click()
    page.evaluate(AXE_SCRIPT)
    assert grave(page) == []
    page.get_by_role("button", name="Share", exact=True).click()
    expect(page.get_by_role("img", name="QR code")).to_be_visible()
    assert grave(page) == []


@pytest.mark.parametrize("path", PAGES)
def test_every_control_is_reached_by_tab_has_a_name_and_shows_the_focus(open_page: Open, path: str) -> None:
    page = open_page(path)
    finished(page, path)
    seen: list[dict[str, Any]] = []
    for _ in range(120):
        page.keyboard.press("Tab")
        focused = page.evaluate(FOCUSED)
        if focused["body"] or (seen and focused["what"] == seen[0]["what"]):
            break
        seen.append(focused)
    assert [one["what"] for one in seen if not one["names"]] == []
    assert [one["what"] for one in seen if not one["rings"]] == []
    names = {name for one in seen for name in one["names"]}
    assert [name for name in CONTROLS[path] if not any(name in known for known in names)] == []


def test_what_happens_is_told_aloud(open_page: Open) -> None:
    page = open_page("/")
    finished(page, "/")
    expect(page.locator(".player [aria-live=polite]")).to_have_count(1)
    page.get_by_label("Program").fill("y = x +")
    expect(page.get_by_role("status").filter(has_text="too early")).to_be_visible()


def test_who_asks_for_less_motion_gets_it(open_page: Open, page: Page) -> None:
    page.emulate_media(reduced_motion="reduce")
    open_page("/")
    finished(page, "/")
    moving = page.evaluate("document.getAnimations().filter(one => one.playState === 'running').length")
    assert moving == 0
