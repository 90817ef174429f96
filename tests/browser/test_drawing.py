"""Drawings in a real browser, which lays them out: whole, legible, in both themes, and each node tells its details."""

import re
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Locator, Page, expect

from playground.drawing.colours import Colour
from tests.browser.conftest import visit, wait_until_idle
from tests.browser.looking import eventually, settled
from tests.browser.serving import ROOT, Server, serve
from tests.drawing.cases import CASES, HOSTILE, hostile_graph

Draw = Callable[..., Page]
XLINK = "http://www.w3.org/1999/xlink"
OVERHANG = 3  # pixels, of a glyph over the width that its font promises


@pytest.fixture(scope="module")
def drawings(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A server of the page that shows one drawing."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PYTHONPATH", str(ROOT))
        with serve("tests/browser/drawings.py", tmp_path_factory.mktemp("drawings") / "log") as running:
            yield running


@pytest.fixture
def draw(drawings: Server, page: Page) -> Draw:
    """Open the drawing of a case."""

    def open_(case: str, query: str = "", nodes: int | None = None) -> Page:
        open_case(page, drawings, case, query, nodes)
        return page

    return open_


def open_case(page: Page, drawings: Server, case: str, query: str = "", nodes: int | None = None) -> None:
    """Open the drawing of a case, and wait until it has so many nodes."""
    page.goto(f"{drawings.url}/?case={case}{query}")
    wait_until_idle(page)
    graph = CASES[case].drawn()[0]
    expect(svg(page).locator("g.node")).to_have_count(nodes or len(graph.nodes) + len(graph.untracked))


def svg(page: Page) -> Locator:
    return page.locator(".st-key-graph svg:has(g.node)")


def node(page: Page, text: str) -> Locator:
    return svg(page).locator("g.node", has=page.locator("text", has_text=re.compile(f"^{re.escape(text)}$")))


def card(page: Page) -> Locator:
    return page.locator(".card")


def set_x(page: Page, value: str) -> None:
    box = page.get_by_label("x", exact=True)
    box.fill(value)
    box.press("Enter")


@pytest.fixture(scope="module", params=CASES)
def drawn(request: pytest.FixtureRequest, drawings: Server, keeper: Page) -> Iterator[tuple[str, Page]]:
    """A case and its drawing, which is opened once for all that is claimed of it."""
    with visit(keeper) as page:
        open_case(page, drawings, request.param)
        yield request.param, page


def test_every_node_and_edge_reaches_the_screen(drawn: tuple[str, Page]) -> None:
    case, page = drawn
    graph, _, _ = CASES[case].drawn()
    ids = svg(page).locator("g.node, g.edge").evaluate_all("parts => parts.map(part => part.id)")
    wanted = {"node": graph.nodes, "edge": graph.edges, "plain": graph.untracked, "plainedge": graph.untracked_edges}
    assert sorted(ids) == sorted(f"{kind}{place}" for kind, parts in wanted.items() for place in range(len(parts)))


def test_every_text_stands_inside_its_box(drawn: tuple[str, Page]) -> None:
    _, page = drawn
    outside = svg(page).evaluate(
        """(svg, overhang) => [...svg.querySelectorAll("g.node")].flatMap(node => {
          const box = node.querySelector("path").getBoundingClientRect()
          return [...node.querySelectorAll("text")].filter(text => {
            if (!text.textContent.trim()) return false
            const place = text.getBoundingClientRect()
            return place.left < box.left - overhang || place.right > box.right + overhang
              || place.top < box.top - overhang || place.bottom > box.bottom + overhang
          }).map(text => text.textContent)
        })""",
        OVERHANG,
    )
    assert outside == []


def test_no_text_breaks_a_drawing(draw: Draw) -> None:
    graph, _, _ = hostile_graph()
    page = draw("square", "&hostile=1", nodes=len(graph.nodes) + len(graph.untracked))
    expect(svg(page).locator("g.edge")).to_have_count(len(graph.edges) + len(graph.untracked_edges))
    expect(svg(page).locator("script")).to_have_count(0)
    for place, line in enumerate(HOSTILE):
        if not line.isprintable() or not line.strip():
            continue
        link = svg(page).locator(f"#node{place} a").first
        assert link.evaluate(f"link => link.getAttributeNS('{XLINK}', 'title')").splitlines()[0] == line
        if len(line) <= 28:
            expect(link.locator("text").first).to_have_text(line)


def test_parallel_edges_stay_two_when_the_numbers_change(draw: Draw) -> None:
    page = draw("square")
    gradients = svg(page).locator(f'g.edge text[fill="{Colour.GRADIENT.light}"]')
    expect(gradients).to_have_text(["3.0", "3.0"])
    set_x(page, "4")
    expect(gradients).to_have_text(["4.0", "4.0"])
    assert svg(page).locator("g.edge").evaluate_all("edges => edges.map(edge => edge.id).sort()") == ["edge0", "edge1"]


def test_an_edge_has_an_arrow_each_way(draw: Draw) -> None:
    page = draw("polynomial")
    for colour in (Colour.VALUE, Colour.GRADIENT):
        expect(svg(page).locator(f'#edge4 polygon[fill="{colour.light}"]')).to_have_count(1)
    where = {
        colour: svg(page).locator(f'#edge4 polygon[fill="{colour.light}"]').evaluate("a => a.getBoundingClientRect().x")
        for colour in (Colour.VALUE, Colour.GRADIENT)
    }
    assert where[Colour.GRADIENT] < where[Colour.VALUE]


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_every_colour_follows_the_theme(draw: Draw, page: Page, scheme: str) -> None:
    page.emulate_media(color_scheme="dark" if scheme == "dark" else "light")
    draw("polynomial")
    shown = svg(page).evaluate(
        """svg => [...svg.querySelectorAll("[fill], [stroke]")].flatMap(part => ["fill", "stroke"]
          .filter(name => /^#/.test(part.getAttribute(name)))
          .map(name => [part.getAttribute(name), getComputedStyle(part)[name]]))"""
    )
    theme = {colour.light: getattr(colour, scheme) for colour in Colour}
    assert shown
    for written, computed in shown:
        red, green, blue = (int(theme[written][place : place + 2], 16) for place in (1, 3, 5))
        assert computed == f"rgb({red}, {green}, {blue})"


def test_a_drawing_is_named_by_its_description(draw: Draw) -> None:
    expect(draw("polynomial").get_by_role("figure", name=re.compile("x.grad is 7.0"))).to_be_visible()


def test_a_click_opens_the_details_and_moves_nothing(draw: Draw) -> None:
    page = draw("polynomial")
    below = page.get_by_text("Below the drawing")
    before = settled(page, lambda: (below.bounding_box(), svg(page).bounding_box()))
    node(page, "PowBackward0").click()
    expect(card(page)).to_contain_text("upstream 2.0 × local 6.0 (2·x) = 12.0 to x")
    expect(card(page)).to_contain_text("_saved_self is x = 3.0")
    expect(node(page, "PowBackward0")).to_have_attribute("aria-pressed", "true")
    eventually(page, lambda: (below.bounding_box(), svg(page).bounding_box()), before)
    node(page, "b·x").click()
    expect(card(page)).to_contain_text("upstream 1.0 × local -5.0 (b) = -5.0 to x")
    expect(svg(page).locator('[aria-pressed="true"]')).to_have_count(1)
    page.get_by_role("button", name="Close", exact=True).click()
    expect(card(page)).to_be_hidden()
    expect(svg(page).locator('[aria-pressed="true"]')).to_have_count(0)


def test_the_details_open_with_the_keyboard(draw: Draw) -> None:
    page = draw("polynomial")
    button = page.get_by_role("button", name="x², PowBackward0, value: 9.0, grad: 2.0")
    for key in ("Enter", "Space"):
        button.press(key)
        expect(card(page)).to_contain_text("upstream 2.0")
        button.press("Escape")
        expect(card(page)).to_be_hidden()
    button.press("Tab")
    assert page.evaluate("document.activeElement.matches('g.node')")


def test_the_details_follow_the_values_and_close_when_their_node_is_gone(draw: Draw) -> None:
    page = draw("polynomial")
    node(page, "x²").click()
    set_x(page, "4")
    expect(card(page)).to_contain_text("upstream 2.0 × local 8.0 (2·x) = 16.0 to x")
    expect(node(page, "x²")).to_have_attribute("aria-pressed", "true")
    expect(node(page, "x²")).to_have_attribute("aria-label", "x², PowBackward0, value: 16.0, grad: 2.0")
    page.get_by_text("Constants").click()
    expect(svg(page).locator("g.node")).to_have_count(6)
    expect(node(page, "x²")).to_have_attribute("tabindex", "0")
    expect(card(page)).to_be_visible()
    page.get_by_label("Case").click()
    page.get_by_role("option", name="two", exact=True).click()
    expect(node(page, "y1 = x1·x2")).to_have_attribute("aria-pressed", "false")
    expect(card(page)).to_be_hidden()


def test_the_details_leave_no_trace_when_they_are_taken_away(draw: Draw) -> None:
    page = draw("polynomial")
    node(page, "x²").click()
    expect(card(page)).to_be_visible()
    page.get_by_text("Details", exact=True).click()
    expect(card(page)).to_have_count(0)
    node(page, "x²").click()
    expect(svg(page).locator("g.node")).to_have_count(9)
    expect(node(page, "x²")).not_to_have_attribute("aria-pressed", re.compile(""))
    page.get_by_text("Details", exact=True).click()
    expect(node(page, "x²")).to_have_attribute("aria-pressed", "false")
    node(page, "x²").click()
    expect(card(page)).to_contain_text("upstream 2.0")


def test_any_text_can_stand_in_the_details(draw: Draw) -> None:
    graph, _, _ = hostile_graph()
    page = draw("square", "&hostile=1", nodes=len(graph.nodes) + len(graph.untracked))
    place = HOSTILE.index("<script>alert(1)</script>")
    hostile = svg(page).locator(f"#node{place}")
    expect(hostile).to_have_attribute("role", "button")
    hostile.dispatch_event("click")
    expect(card(page)).to_contain_text(HOSTILE[place])
    expect(card(page).locator("script")).to_have_count(0)


def test_on_a_phone_a_drawing_scrolls_and_the_page_does_not(draw: Draw, page: Page) -> None:
    page.set_viewport_size({"width": 390, "height": 844})
    draw("polynomial")
    frame = page.locator(".stGraphVizChart")
    assert frame.evaluate("frame => frame.scrollWidth > frame.clientWidth")
    assert page.get_by_test_id("stMain").evaluate("main => main.scrollWidth") <= 390
    height = svg(page).locator("text").first.evaluate("text => text.getBoundingClientRect().height")
    assert height > 9
    node(page, "x²").click()
    expect(card(page)).to_be_in_viewport(ratio=1)


def test_the_whole_screen_is_used_when_it_is_asked_for(draw: Draw) -> None:
    page = draw("polynomial")
    before = svg(page).bounding_box()
    svg(page).hover()
    page.get_by_role("button", name=re.compile("^Fullscreen")).click()
    page.wait_for_function(
        "width => document.querySelector('svg:has(g.node)').clientWidth > width", arg=before["width"]
    )
    node(page, "x²").click()
    expect(card(page)).to_be_in_viewport(ratio=1)
