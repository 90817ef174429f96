"""Everybody can use every page: with keys, a screen reader, eyes that need contrast, a phone, from the last row."""

import re
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Locator, Page, expect

from playground.drawing.colours import Colour
from tests.browser import head
from tests.browser.conftest import SCREEN, visit
from tests.browser.looking import (
    CUT,
    LEGIBLE,
    PAGES,
    PHONE,
    TARGETS,
    TEXTS,
    THUMB,
    TOLD,
    assert_nothing_sideways,
    assert_on_one_screen,
    eventually,
    finished,
    grave,
    overlapping,
    tabbed,
)
from tests.browser.serving import Server

ZOOMED = {"width": 853, "height": 480}
"""what 1280 x 720 leaves at 150 % zoom."""
ANSWER = "h1.question, .st-key-results, svg:has(g.node), .stPlotlyChart, .heat, .sentence:not(:empty)"
CONTROLS = {
    "/": ("Program", "x", "x requires grad", "Examples", "Share", "More", "Scalar", "Play", "Step", "Copy"),
    "/scalar": ("Program", "Graph", "zero_grad", "Save The curve: SVG", "Download"),
    "/matrix": ("gradient of y", "All ones", "One entry", "Proof"),
    "/partials": ("outputs", "inputs", "retain_graph", "Save The graph: DOT"),
    "/second": ("Order", "Play", "Save The graph: PNG"),
    "/descent": ("Optimizer", "lr", "Steps", "Settings", "line by line", "log scale", "Play", "Step", "Proof"),
}
"""Some of the controls of each page, by name."""
COLOURED: dict[str, dict[Colour, list[str]]] = {
    "/": {Colour.VALUE: [head.VALUES, ".st-key-graph text[fill='{}']"], Colour.GRADIENT: [".result .gradient"]},
    "/scalar": {Colour.VALUE: [".result .value", "g.trace path.js-line >> nth=0"]},
    "/matrix": {Colour.VALUE: [".heat.value .title"], Colour.GRADIENT: [".heat.gradient .title", ".result .gradient"]},
    "/partials": {Colour.VALUE: [head.VALUES], Colour.GRADIENT: [".result .gradient"]},
    "/second": {Colour.VALUE: [head.VALUES], Colour.GRADIENT: [".st-key-graph-derivative text[fill='{}']"]},
    "/descent": {Colour.VALUE: [head.VALUES], Colour.GRADIENT: [".play-grad0"]},
}
"""What has the colour of values, and of gradients, on a page."""


@pytest.fixture(scope="module", params=PAGES)
def path(request: pytest.FixtureRequest) -> str:
    """The address of a page."""
    return str(request.param)


@pytest.fixture(scope="module")
def opened(server: Server, keeper: Page, path: str) -> Iterator[Page]:
    """A page that is opened once for all that is claimed of it."""
    with visit(keeper) as page:
        page.goto(server.url + path)
        finished(page, path)
        yield page


@pytest.fixture
def shown(opened: Page) -> Page:
    """The page on a light screen of the usual size."""
    opened.set_viewport_size(SCREEN)
    in_scheme(opened, "light")
    return opened


def in_scheme(page: Page, scheme: str) -> None:
    """Return when the page has the colours of a scheme."""
    page.emulate_media(color_scheme="dark" if scheme == "dark" else "light")
    expect(page.get_by_test_id("stApp")).to_have_css("color-scheme", scheme)


def test_every_control_is_reached_by_tab_has_a_name_and_shows_the_focus(shown: Page, path: str) -> None:
    reached = tabbed(shown, 120)
    assert [part["what"] for part in reached if not part["names"]] == []
    assert [part["what"] for part in reached if not part["rings"]] == []
    names = {name for part in reached for name in part["names"]}
    assert [name for name in CONTROLS[path] if not any(name in known for known in names)] == []


def test_it_is_named_and_says_what_it_draws(shown: Page, path: str) -> None:
    expect(shown).to_have_title(re.compile(r"^\w+ - autodiff playground$"))
    expect(shown.locator("link[rel*=icon]").first).to_have_attribute("href", re.compile("/app/icon.svg$"))
    drawings = shown.locator(".graph-view, .stPlotlyChart").all()
    assert bool(drawings) == (path != "/matrix")
    for drawing in drawings:
        expect(drawing).to_have_role("figure")
        expect(drawing).to_have_accessible_name(re.compile(r"\d"))


def test_one_screen_holds_the_answer(shown: Page) -> None:
    shown.get_by_test_id("stMain").evaluate(
        "main => main.scrollTo(0, 0)"
    )  # whoever went through it by Tab is at its end
    parts = shown.locator(ANSWER).all()
    assert len(parts) >= 3
    assert_on_one_screen(shown, *parts, *shown.locator(".player .controls").all())
    assert_nothing_sideways(shown)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_grave(shown: Page, scheme: str) -> None:
    in_scheme(shown, scheme)
    eventually(shown, lambda: grave(shown), [])


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_values_are_blue_and_gradients_orange_wherever_they_stand(shown: Page, path: str, scheme: str) -> None:
    in_scheme(shown, scheme)
    for colour, places in COLOURED[path].items():
        for place in places:
            part = shown.locator(place.format(colour.light)).first
            expect(part).to_have_css(painted(part), rgb(getattr(colour, scheme)))


def painted(part: Locator) -> str:
    """The property that has the colour of a text or a line."""
    return str(part.evaluate("part => part.matches('text') ? 'fill' : part.matches('path') ? 'stroke' : 'color'"))


def rgb(colour: str) -> str:
    return f"rgb({', '.join(str(int(colour[place : place + 2], 16)) for place in (1, 3, 5))})"


def test_a_phone_needs_no_fine_finger(shown: Page) -> None:
    shown.set_viewport_size(PHONE)
    expect(shown.get_by_test_id("stExpandSidebarButton")).to_be_visible()
    eventually(shown, lambda: shown.evaluate(TARGETS, THUMB), [])
    assert_nothing_sideways(shown)


@pytest.mark.parametrize("path", PAGES)
def test_a_projector_shows_nothing_small_and_nothing_sideways(open_page: Callable[..., Page], path: str) -> None:
    page = open_page(path, view="projector")
    for window in (SCREEN, ZOOMED):
        page.set_viewport_size(window)  # type: ignore[arg-type]
        finished(page, path)
        eventually(page, lambda: page.evaluate(TEXTS, LEGIBLE), [])
        assert_nothing_sideways(page)
        eventually(page, lambda: overlapping(page), [])
    page.set_viewport_size(SCREEN)
    eventually(page, lambda: page.evaluate(CUT, TOLD), [])
