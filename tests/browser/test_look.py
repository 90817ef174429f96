"""One screen holds the answer, the last row can read a projector's, and a thumb can use a phone's."""

import tomllib
from collections.abc import Callable

import pytest
from playwright.sync_api import Locator, Page, expect

from playground.drawing.colours import Colour
from tests.browser.serving import ROOT
from tests.browser.test_accessible import PAGES, finished

Open = Callable[..., Page]

LEGIBLE = 20 * 4 / 3
"""pixels of 20 points."""
PHONE = {"width": 390, "height": 844}
THUMB = 44
ZOOMED = {"width": 853, "height": 480}
"""what 1280 x 720 leaves at 150 % zoom."""
ANSWER = "h1.question, .st-key-results, svg:has(g.node), .stPlotlyChart, .heat, .sentence"

TEXTS = """least => {
  const written = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT)
  const small = []
  while (written.nextNode()) {
    const text = written.currentNode
    const of = text.parentElement
    if (!text.textContent.trim() || !of.checkVisibility({visibilityProperty: true, opacityProperty: true})) continue
    if (of.closest(".katex, style, script, title, [data-testid=stSkipToContent], .stTooltipContent")) continue
    const range = document.createRange()
    range.selectNodeContents(text)
    if (!range.getClientRects().length) continue
    const svg = of.closest("svg")
    const scale = svg?.viewBox?.baseVal?.width ? svg.getBoundingClientRect().width / svg.viewBox.baseVal.width : 1
    const size = parseFloat(getComputedStyle(of).fontSize) * scale
    if (size < least - 0.1) small.push([text.textContent.trim().slice(0, 40), size])
  }
  return small
}"""

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


def bottom(part: Locator) -> float:
    box = part.bounding_box()
    assert box is not None
    return box["y"] + box["height"]


def sideways(page: Page) -> int:
    """By how many pixels the page is wider than the window."""
    return int(page.get_by_test_id("stMain").evaluate("main => main.scrollWidth - main.clientWidth"))


@pytest.mark.parametrize("path", PAGES)
def test_one_screen_holds_the_answer_and_a_phone_needs_no_fine_finger(open_page: Open, path: str) -> None:
    page = open_page(path)
    finished(page, path)
    parts = page.locator(ANSWER)
    assert {name: bottom(part) <= 720 for name, part in enumerate(parts.all())} == dict.fromkeys(
        range(parts.count()), True
    )
    assert parts.count() >= 3
    if page.locator(".player").count():
        assert bottom(page.locator(".player .controls")) <= 720
    assert sideways(page) == 0
    page.set_viewport_size(PHONE)
    expect(page.get_by_test_id("stExpandSidebarButton")).to_be_visible()
    assert page.evaluate(TARGETS, THUMB) == []
    assert sideways(page) == 0


@pytest.mark.parametrize("path", PAGES)
def test_a_projector_shows_nothing_small_and_nothing_sideways(open_page: Open, path: str) -> None:
    page = open_page(path, view="projector")
    finished(page, path)
    assert page.evaluate(TEXTS, LEGIBLE) == []
    assert sideways(page) == 0
    assert_apart(page)
    page.set_viewport_size(ZOOMED)
    finished(page, path)
    assert sideways(page) == 0
    assert_apart(page)


def assert_apart(page: Page) -> None:
    """Streamlit folds what has no room in its menu a moment after the window has another size."""
    for _ in range(50):
        if not overlapping(page):
            return
        page.wait_for_timeout(100)
    assert overlapping(page) == []


def overlapping(page: Page) -> list[list[str]]:
    """Parts of the top line and of the frame that lie on each other."""
    return list(
        page.evaluate("""() => {
          const parts = [...document.querySelectorAll(`.product, [data-testid=stTopNavLink], .examples > button,
            .st-key-share, .st-key-more, .st-key-f, .katex-html, .st-key-inputs .stTextInput,
            .st-key-inputs .stCheckbox, h1.question`)]
            .filter(one => one.checkVisibility() && !one.closest("[inert]") && one.getBoundingClientRect().width)
          const boxes = parts.map(one => [one.className || one.tagName, one.getBoundingClientRect()])
          const meet = (a, b) => Math.min(a.right, b.right) - Math.max(a.left, b.left) > 1
            && Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top) > 1
          return boxes.flatMap(([name, box], place) =>
            boxes.slice(place + 1).filter(([, other]) => meet(box, other)).map(([other]) => [name, other]))
        }""")
    )


COLOURED = {
    "/": {
        Colour.VALUE: [".st-key-at-x input", ".st-key-graph text[fill='{}']"],
        Colour.GRADIENT: [".result .gradient"],
    },
    "/scalar": {Colour.VALUE: [".result .value", "g.trace path.js-line >> nth=0"]},
    "/matrix": {Colour.VALUE: [".heat.value .title"], Colour.GRADIENT: [".heat.gradient .title", ".result .gradient"]},
}
"""What has the colour of values, and of gradients, on a page."""


@pytest.mark.parametrize("path", COLOURED)
def test_values_are_blue_and_gradients_orange_wherever_they_stand(open_page: Open, path: str) -> None:
    page = open_page(path)
    finished(page, path)
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme="dark" if scheme == "dark" else "light")
        expect(page.get_by_test_id("stApp")).to_have_css("color-scheme", scheme)
        for colour, places in COLOURED[path].items():
            for place in places:
                assert painted(page.locator(place.format(colour.light)).first) == rgb(getattr(colour, scheme))


def painted(part: Locator) -> str:
    """The colour of a text or a line."""
    return str(
        part.evaluate("""one => { const style = getComputedStyle(one)
          return one.matches("text") ? style.fill : one.matches("path") ? style.stroke : style.color }""")
    )


def rgb(colour: str) -> str:
    return f"rgb({', '.join(str(int(colour[place : place + 2], 16)) for place in (1, 3, 5))})"


def test_the_theme_has_the_drawings_colours() -> None:
    theme = tomllib.loads((ROOT / ".streamlit" / "config.toml").read_text("utf-8"))["theme"]
    for scheme in ("light", "dark"):
        assert theme[scheme]["blueTextColor"] == getattr(Colour.VALUE, scheme)
        assert theme[scheme]["orangeTextColor"] == getattr(Colour.GRADIENT, scheme)
    icon = (ROOT / "playground" / "ui" / "icon.svg").read_text("utf-8")
    assert Colour.VALUE.light in icon
    assert Colour.GRADIENT.light in icon
