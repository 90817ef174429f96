"""How a page is looked at: with the keyboard, by axe, from the last row, and on a phone."""

from collections.abc import Callable, Collection, Iterable
from time import monotonic
from typing import Any, TypeVar

import pytest
from axe_playwright_python.base import AXE_SCRIPT
from playwright.sync_api import Locator, Page, ViewportSize, expect

from playground.web.graph_view import PROJECTED_PIXELS
from tests.browser import head
from tests.browser.conftest import PATIENCE_MS, wait_until_idle

T = TypeVar("T")
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

LEGIBLE = 20 * 4 / 3
"""pixels of 20 points."""
PHONE: ViewportSize = {"width": 390, "height": 844}
THUMB = 44
APART = (
    ".product, [data-testid=stTopNavLink], .katex-html, h1.question, "
    f"{head.TOOLS}, {head.FORMULA}, {head.PROGRAM}, {head.INPUT}, {head.SWITCH}"
)
"""Parts of the top line and of the frame."""

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
"""What has the focus: its names, and how its focus is shown."""

TEXTS = """least => {
  const written = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT)
  const small = []
  while (written.nextNode()) {
    const text = written.currentNode
    const of = text.parentElement
    if (!text.textContent.trim() || !of.checkVisibility({visibilityProperty: true, opacityProperty: true})) continue
    if (of.closest(".katex, math, style, script, title, [data-testid=stSkipToContent], .stTooltipContent")) continue
    const range = document.createRange()
    range.selectNodeContents(text)
    if (!range.getClientRects().length) continue
    const svg = of.closest("svg")
    const scale = svg?.viewBox?.baseVal?.width ? svg.getBoundingClientRect().width / svg.viewBox.baseVal.width : 1
    const size = parseFloat(getComputedStyle(of).fontSize) * scale
    const scaled = of.closest(".graph-view svg")  // a drawing is scaled to the room that is left
    const wanted = scaled ? Math.min(least, SCALED) : least
    if (size < wanted - 0.1) small.push([text.textContent.trim().slice(0, 40), size])
  }
  return small
}""".replace("SCALED", str(PROJECTED_PIXELS))
"""Texts that are smaller than so many pixels, in a drawing than it is scaled to at most, each with its size."""

TARGETS = """least => {
  const below = one => [one, ...(one.shadowRoot ? all(one.shadowRoot) : [])]
  const all = root => [...root.querySelectorAll("*")].flatMap(below)
  return all(document).filter(one => one.matches("button, a[href], input, select, textarea, summary, [role=radio]"))
    .map(one => one.matches("label input") ? one.closest("label") : one)
    .filter(one => one.checkVisibility({visibilityProperty: true, opacityProperty: true}))
    .filter(one => !one.matches("[data-testid=stSkipToContent]") && !one.closest("[data-testid=stSidebar], pre"))
    .map(one => [one.ariaLabel || one.textContent || one.className, one.getBoundingClientRect().height])
    .filter(([, height]) => height > 0 && height < least - 0.5)
}"""
"""What is clicked and is lower than so many pixels, each with its height."""


TOLD = ".sentence:not(:empty), .verdict, .remark, .st-key-results, .stPlotlyChart"
CUT = """told => {
  const top = document.querySelector(".player")?.getBoundingClientRect().top ?? innerHeight
  const boxes = [...document.querySelectorAll(told)].map(one => [one.className, one.getBoundingClientRect()])
  return boxes.filter(([, box]) => box.top < top - 1 && box.bottom > top + 1).map(([name]) => name)
}"""
"""What is told and lies half behind the player, which stays at the foot of a projector's screen."""
BEHIND = """told => {
  const player = document.querySelector(".player")?.getBoundingClientRect()
  const boxes = [...document.querySelectorAll(told)].map(one => [one.className, one.getBoundingClientRect()])
  const meets = box => box.height && box.top < player.bottom - 1 && box.bottom > player.top + 1
  return player ? boxes.filter(([, box]) => meets(box)).map(([name]) => name) : []
}"""
"""What is told and lies behind the player, half or whole."""


def eventually(page: Page, look: Callable[[], object], wanted: object) -> None:
    """Look until what is seen is what is wanted, as `expect` does for a part of a page."""
    give_up = monotonic() + PATIENCE_MS / 1000
    while (state := look()) != wanted and monotonic() < give_up:
        page.wait_for_timeout(100)
    assert state == wanted, state


def settled(page: Page, look: Callable[[], T]) -> T:
    """What is seen once nothing of it changes any more."""
    page.evaluate("document.fonts.ready")
    before, state = None, look()
    while state != before:
        page.wait_for_timeout(500)
        before, state = state, look()
    return state


def assert_nothing_sideways(page: Page) -> None:
    """The page is no wider than the window."""
    eventually(page, lambda: sideways(page), 0)


def assert_on_one_screen(page: Page, *parts: Locator) -> None:
    """The parts are there, and nothing has to be scrolled to see them."""
    assert page.viewport_size is not None
    height = page.viewport_size["height"]
    for part in parts:
        expect(part).to_be_visible()
    eventually(page, lambda: [part for part in parts if bottom(part) > height], [])


def finished(page: Page, path: str) -> None:
    """Wait for what comes last."""
    expect(page.locator(READY[path]).first).to_be_attached()
    expect(head.program_box(page)).to_be_visible()
    expect(page.get_by_role("button", name="Share", exact=True)).to_be_visible()
    expect(page.locator(head.TOOLS).first).to_be_visible()
    wait_until_idle(page)


def violations(page: Page) -> list[dict[str, str]]:
    """What axe finds against its rules of WCAG, of every impact; no rule and no element is excused."""
    page.evaluate(AXE_SCRIPT)
    return list(
        page.evaluate(
            """rules => axe.run(document, {runOnly: rules, resultTypes: ["violations"]}).then(({violations}) =>
              violations.flatMap(({id, impact, nodes}) =>
                nodes.map(({html, failureSummary: why}) => ({id, impact, html, why}))))""",
            RULES,
        )
    )


def grave(page: Page) -> list[dict[str, str]]:
    """Of that what is serious or critical."""
    return [match for match in violations(page) if match["impact"] in GRAVE]


def tabbed(page: Page, at_most: int) -> list[dict[str, Any]]:
    """What Tab leads to, from where the focus is until it comes round; each with its names and how it is shown."""
    stops: list[dict[str, Any]] = []
    for _ in range(at_most):
        page.keyboard.press("Tab")
        focused = page.evaluate(FOCUSED)
        if focused["body"] or (stops and focused["what"] == stops[0]["what"]):
            break
        stops.append(focused)
    return stops


def bottom(part: Locator) -> float:
    box = part.bounding_box()
    assert box is not None
    return box["y"] + box["height"]


def sideways(page: Page) -> int:
    """By how many pixels the page is wider than the window."""
    return int(page.get_by_test_id("stMain").evaluate("main => main.scrollWidth - main.clientWidth"))


def overlapping(page: Page) -> list[list[str]]:
    """Parts of the top line and of the frame that lie on each other."""
    return list(
        page.evaluate(
            """selector => {
          const parts = [...document.querySelectorAll(selector)]
            .filter(one => one.checkVisibility() && !one.closest("[inert]") && one.getBoundingClientRect().width)
          const boxes = parts.map(one => [one.className || one.tagName, one.getBoundingClientRect()])
          const meet = (a, b) => Math.min(a.right, b.right) - Math.max(a.left, b.left) > 1
            && Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top) > 1
          return boxes.flatMap(([name, box], place) =>
            boxes.slice(place + 1).filter(([, other]) => meet(box, other)).map(([other]) => [name, other]))
        }""",
            APART,
        )
    )


def each_time_some(paths: Iterable[str], every_time: Collection[str]) -> list[object]:
    """Of pages made of the same parts some are tried each time, the others in `make test-all`."""
    return [path if path in every_time else pytest.param(path, marks=pytest.mark.slow) for path in paths]
