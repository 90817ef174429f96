"""Drawings in a real browser: whole, legible, in both themes; each node tells its details, and all can be reached."""

import re
from collections.abc import Iterator

import pytest
import torch
from playwright.sync_api import Locator, Page, expect

from playground.drawing.colours import Colour
from playground.engine.backward import Backward, Step
from playground.engine.graph import AutogradGraph, Edge, Node
from playground.web import store
from playground.words import say
from tests.browser.conftest import visit
from tests.browser.looking import eventually, grave, settled
from tests.browser.stage import Stage
from tests.drawing.cases import CASES, HOSTILE, Case, Seen, hostile_graph

XLINK = "http://www.w3.org/1999/xlink"
OVERHANG = 3  # pixels, of a glyph over the width that its font promises
POLYNOMIAL = CASES["polynomial"]
CHAIN = Case("y = " + "sin(" * 40 + "x" + ")" * 40, {"x": 1})


@pytest.fixture
def stage(page: Page) -> Stage:
    """A page that draws what it is given."""
    return Stage(page)


def node(stage: Stage, text: str) -> Locator:
    return stage.svg.locator("g.node", has=stage.page.locator("text", has_text=re.compile(f"^{re.escape(text)}$")))


def at(case: Case, x: float) -> Case:
    """The same program at another place."""
    return case._replace(values={**case.values, "x": x})


@pytest.fixture(scope="module", params=CASES)
def drawn(request: pytest.FixtureRequest, keeper: Page) -> Iterator[tuple[str, Page]]:
    """A case and its drawing, which is opened once for all that is claimed of it."""
    with visit(keeper) as page:
        stage = Stage(page)
        stage.show(CASES[request.param])
        expect(stage.svg).to_be_visible()
        page.evaluate("document.fonts.ready")
        yield request.param, page


def svg(page: Page) -> Locator:
    return page.locator(".st-key-graph svg:has(g.node)")


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


def test_no_text_breaks_a_drawing(stage: Stage) -> None:
    graph, _, _ = hostile_graph()
    stage.show_hostile()
    expect(stage.svg.locator("g.node")).to_have_count(len(graph.nodes) + len(graph.untracked))
    expect(stage.svg.locator("g.edge")).to_have_count(len(graph.edges) + len(graph.untracked_edges))
    expect(stage.svg.locator("script")).to_have_count(0)
    for place, line in enumerate(HOSTILE):
        if not line.isprintable() or not line.strip():
            continue
        link = stage.svg.locator(f"#node{place} a").first
        assert link.evaluate(f"link => link.getAttributeNS('{XLINK}', 'title')").splitlines()[0] == line
        if len(line) <= 28:
            expect(link.locator("text").first).to_have_text(line)


def test_other_numbers_are_poured_into_the_same_drawing(stage: Stage) -> None:
    stage.show(CASES["square"])
    gradients = stage.svg.locator(f'g.edge text[fill="{Colour.GRADIENT.light}"]')
    expect(gradients).to_have_text(["3.0", "3.0"])
    stage.svg.evaluate("svg => (svg.before = true)")
    stage.show(at(CASES["square"], -1 / 3))
    expect(gradients).to_have_text(["−0.3333", "−0.3333"])
    assert stage.svg.evaluate("svg => svg.before")
    assert stage.asked == ["svg"]
    stage.show(at(CASES["square"], -1.2345e-12))
    expect(gradients).to_have_text(["−1.235e−12", "−1.235e−12"])
    assert stage.asked == ["svg", "svg"], "what does not fit is laid out anew"
    assert stage.svg.locator("g.edge").evaluate_all("edges => edges.map(edge => edge.id).sort()") == ["edge0", "edge1"]


def test_a_column_of_texts_is_shown_at_any_of_its_places(stage: Stage) -> None:
    stage.show(CASES["square"])
    value = stage.svg.locator(f'#node1 text[fill="{Colour.VALUE.light}"]')
    expect(value).to_have_text("3.0")
    show = (
        "place => document.querySelector('.graph-view').show({node1: [['1.0', '2.0'], ['5.0', '123456789.0']]}, place)"
    )
    stage.page.evaluate(show, 1)
    expect(value).to_have_text("2.0")
    inside = """svg => {
        const node = svg.querySelector("#node1"), box = node.querySelector("path").getBoundingClientRect()
        return [...node.querySelectorAll("text")].every(text => text.getBoundingClientRect().right <= box.right)
    }"""
    assert stage.svg.evaluate(inside), "a number that is too long is squeezed into its room"


def test_what_is_not_known_yet_has_its_room_and_no_sign(stage: Stage) -> None:
    stage.show(POLYNOMIAL)
    expect(stage.svg).to_be_visible()
    stage.page.evaluate("document.querySelector('.graph-view').show({node0: [['4.0'], ['']]}, 0)")
    signs = stage.svg.locator("#node0 text", has_text=re.compile("^grad$"))
    expect(signs).to_be_hidden()
    expect(stage.svg.locator(f'#edge0 path[stroke="{Colour.GRADIENT.light}"]').first).to_be_hidden()


def test_an_edge_has_an_arrow_each_way(stage: Stage) -> None:
    stage.show(POLYNOMIAL)
    where = {}
    for colour in (Colour.VALUE, Colour.GRADIENT):
        head = stage.svg.locator(f'#edge4 polygon[fill="{colour.light}"]')
        expect(head).to_have_count(1)
        where[colour] = head.evaluate("arrow => arrow.getBoundingClientRect().x")
    assert where[Colour.GRADIENT] < where[Colour.VALUE]


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_every_colour_follows_the_theme(stage: Stage, scheme: str) -> None:
    stage.page.emulate_media(color_scheme="dark" if scheme == "dark" else "light")
    stage.show(POLYNOMIAL)
    shown = stage.svg.evaluate(
        """svg => [...svg.querySelectorAll("[fill], [stroke]")].flatMap(part => ["fill", "stroke"]
          .filter(name => /^#/.test(part.getAttribute(name)))
          .map(name => [part.getAttribute(name), getComputedStyle(part)[name]]))"""
    )
    theme = {colour.light: getattr(colour, scheme) for colour in Colour}
    assert shown
    for written, computed in shown:
        red, green, blue = (int(theme[written][place : place + 2], 16) for place in (1, 3, 5))
        assert computed == f"rgb({red}, {green}, {blue})"


def test_a_drawing_is_named_by_its_description(stage: Stage) -> None:
    stage.show(POLYNOMIAL)
    expect(stage.page.get_by_role("figure", name=re.compile("x.grad is 7.0"))).to_be_visible()


# Details


def test_a_click_opens_the_details_and_moves_nothing_on_the_page(stage: Stage) -> None:
    stage.show(POLYNOMIAL)
    below = stage.page.get_by_text("Below the drawing")
    before = settled(stage.page, below.bounding_box)
    node(stage, "PowBackward0").click()
    expect(stage.card).to_contain_text("upstream 2.0 × local 6.0 (2·x) = 12.0 to x")
    expect(stage.card).to_contain_text("_saved_self is x = 3.0")
    expect(stage.card).to_contain_text("self: pow_backward(grad, self, exponent)")
    expect(node(stage, "PowBackward0")).to_have_attribute("aria-pressed", "true")
    eventually(stage.page, below.bounding_box, before)
    node(stage, "b·x").click()
    expect(stage.card).to_contain_text("upstream 1.0 × local -5.0 (b) = -5.0 to x")
    expect(stage.svg.locator('[aria-pressed="true"]')).to_have_count(1)
    assert stage.asked == ["svg", "json"], "all nodes are told of at once, when the first is asked about"
    stage.button("Close").click()
    expect(stage.card).to_be_hidden()
    expect(stage.svg.locator('[aria-pressed="true"]')).to_have_count(0)


def test_the_details_follow_the_values_and_close_when_their_node_is_gone(stage: Stage) -> None:
    stage.show(POLYNOMIAL)
    node(stage, "x²").click()
    expect(stage.card).to_contain_text("local 6.0")
    stage.show(at(POLYNOMIAL, 4))
    expect(stage.card).to_contain_text("upstream 2.0 × local 8.0 (2·x) = 16.0 to x")
    expect(node(stage, "x²")).to_have_attribute("aria-pressed", "true")
    expect(node(stage, "x²")).to_have_attribute("aria-label", re.compile("^x², PowBackward0, value: 16.0, grad: 2.0"))
    stage.show(at(POLYNOMIAL, 4), constants=False)
    expect(stage.svg.locator("g.node")).to_have_count(6)
    expect(stage.card).to_be_visible()
    stage.show(CASES["square"])
    expect(node(stage, "y = x·x")).to_have_attribute("aria-pressed", "false")
    expect(stage.card).to_be_hidden()


def test_any_text_can_stand_in_the_details(stage: Stage) -> None:
    stage.show_hostile()
    place = HOSTILE.index("<script>alert(1)</script>")
    hostile = stage.svg.locator(f"#node{place}")
    expect(hostile).to_have_attribute("role", "button")
    hostile.dispatch_event("click")
    expect(stage.card).to_contain_text(HOSTILE[place])
    expect(stage.card.locator("script")).to_have_count(0)


def test_a_drawing_that_is_left_leaves_nothing(stage: Stage) -> None:
    stage.show(POLYNOMIAL)
    node(stage, "x²").click()
    expect(stage.card).to_be_visible()
    stage.page.evaluate("stop()")
    expect(stage.svg).to_have_count(0)
    stage.page.keyboard.press("Escape")


# Keys


def test_one_node_is_reached_by_tab_and_the_others_along_the_edges(stage: Stage) -> None:
    stage.show(POLYNOMIAL)
    expect(stage.svg.locator('g.node[tabindex="0"]')).to_have_count(1)
    leaf = stage.page.get_by_role(
        "button", name="y = a·x² + b·x + c, AddBackward0, value: 4.0, grad: 1.0, from a·x² + b·x, c"
    )
    leaf.focus()
    here = stage.page.locator("g.node:focus")
    for key, label in (
        ("ArrowLeft", "a·x² + b·x, AddBackward0"),
        ("ArrowLeft", "a·x², MulBackward0"),
        ("ArrowLeft", "x², PowBackward0"),
        ("ArrowLeft", "x, AccumulateGrad, value: 3.0, grad: 7.0, to x², b·x"),
        ("ArrowRight", "x², PowBackward0"),
    ):
        stage.page.keyboard.press(key)
        expect(here).to_have_attribute("aria-label", re.compile(f"^{re.escape(label)}"))
    expect(stage.svg.locator('g.node[tabindex="0"]')).to_have_count(1)


def test_the_details_open_with_the_keyboard_and_go_along(stage: Stage) -> None:
    stage.show(POLYNOMIAL)
    button = stage.page.get_by_role("button", name=re.compile("^x², PowBackward0, value: 9.0, grad: 2.0"))
    for key in ("Enter", "Space"):
        button.press(key)
        expect(stage.card).to_contain_text("upstream 2.0")
        button.press("Escape")
        expect(stage.card).to_be_hidden()
    button.press("Enter")
    stage.page.keyboard.press("ArrowLeft")
    expect(stage.card.locator("h2")).to_contain_text("AccumulateGrad")


# Zoom


def test_buttons_and_keys_zoom_and_show_all_again(stage: Stage) -> None:
    stage.show(POLYNOMIAL)
    whole = settled(stage.page, stage.box)
    stage.button(say("drawing.zoom_in")).click()
    closer = stage.box()
    assert closer[2] < whole[2]
    stage.button(say("drawing.zoom_out")).click()
    assert stage.box() == pytest.approx(whole, abs=0.1)
    node(stage, "x²").focus()
    stage.page.keyboard.press("+")
    assert stage.box()[2] == pytest.approx(closer[2])
    stage.page.keyboard.press("0")
    assert stage.box() == pytest.approx(whole, abs=0.1)


def test_the_wheel_is_the_pages_but_with_ctrl_and_over_a_drawing_that_has_the_focus(stage: Stage) -> None:
    stage.page.set_viewport_size({"width": 1280, "height": 300})
    stage.show(CHAIN)
    before = settled(stage.page, stage.box)
    stage.frame.hover()
    stage.page.evaluate("document.body.style.height = '3000px'")
    stage.page.mouse.wheel(0, 40)
    eventually(stage.page, lambda: stage.page.evaluate("scrollY"), 40)
    assert stage.box() == before
    stage.page.evaluate("scrollTo(0, 0)")
    stage.page.keyboard.down("Control")
    stage.page.mouse.wheel(0, -100)
    stage.page.keyboard.up("Control")
    closer = settled(stage.page, stage.box)
    assert closer[2] < before[2]
    stage.svg.locator('g.node[tabindex="0"]').focus()
    stage.page.mouse.wheel(200, 0)
    eventually(stage.page, lambda: stage.box()[0] > closer[0], True)
    assert stage.page.evaluate("scrollY") == 0


def test_a_long_graph_opens_at_its_beginning_and_is_dragged(stage: Stage) -> None:
    stage.show(CHAIN)
    expect(node(stage, "AccumulateGrad")).to_be_in_viewport()
    x, y, width, height = settled(stage.page, stage.box)
    frame = stage.frame.bounding_box()
    assert frame is not None
    centre = frame["x"] + frame["width"] / 2, frame["y"] + frame["height"] / 2
    stage.page.mouse.move(*centre)
    stage.page.mouse.down()
    stage.page.mouse.move(centre[0] - 300, centre[1], steps=5)
    stage.page.mouse.up()
    assert stage.box() == pytest.approx([x + 300 * width / frame["width"], y, width, height], abs=1)
    expect(stage.card).to_be_hidden()  # what was a move is no click


def test_two_fingers_zoom(stage: Stage) -> None:
    stage.show(POLYNOMIAL)
    before = settled(stage.page, stage.box)
    tools = stage.page.context.new_cdp_session(stage.page)
    for kind, apart in (("touchStart", 40), ("touchMove", 60), ("touchMove", 120), ("touchEnd", None)):
        points = [] if apart is None else [{"x": 640 + turn * apart, "y": 120, "id": turn + 2} for turn in (-1, 1)]
        tools.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})
    assert stage.box()[2] < 0.8 * before[2]


def test_arrows_bring_what_they_reach_into_view(stage: Stage) -> None:
    stage.show(CHAIN)
    stage.svg.locator("g.node.leaf").focus()
    for _ in range(15):
        stage.page.keyboard.press("ArrowRight")
    expect(stage.page.locator("g.node:focus")).to_be_in_viewport()
    assert stage.box()[0] > 0


# Places


def test_on_a_phone_the_first_example_goes_down_and_is_seen_whole(stage: Stage) -> None:
    stage.page.set_viewport_size({"width": 390, "height": 844})
    stage.show(POLYNOMIAL)
    expect(stage.svg.locator("g.node")).to_have_count(9)
    x, y, width, height = settled(stage.page, stage.box)
    size = stage.svg.evaluate("({dataset}) => [Number(dataset.width), Number(dataset.height)]")
    assert x <= 0 <= size[0] <= x + width
    assert y <= 0 <= size[1] <= y + height
    top, bottom = (node(stage, text).bounding_box() for text in ("x", "y"))
    assert top
    assert bottom
    assert top["y"] < bottom["y"]
    assert stage.svg.locator("text.number").first.evaluate("text => text.getBoundingClientRect().height") > 9
    assert stage.page.evaluate("document.documentElement.scrollWidth") <= 390
    node(stage, "x²").click()
    expect(stage.card).to_be_in_viewport(ratio=1)


def test_turned_it_goes_the_other_way(stage: Stage) -> None:
    stage.show(POLYNOMIAL)
    expect(stage.svg).to_be_visible()
    wide = stage.svg.evaluate("({dataset}) => Number(dataset.width) > Number(dataset.height)")
    stage.page.set_viewport_size({"width": 390, "height": 844})
    eventually(
        stage.page,
        lambda: stage.svg.evaluate("({dataset}) => Number(dataset.width) > Number(dataset.height)"),
        not wide,
    )
    expect(node(stage, "x²")).to_have_attribute("aria-label", re.compile("value: 9.0"))


def test_its_room_is_there_before_it_is(stage: Stage) -> None:
    before = stage.frame.bounding_box()
    stage.show(POLYNOMIAL)
    expect(stage.svg).to_be_visible()
    assert stage.frame.bounding_box() == before


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_with_a_node_selected(stage: Stage, scheme: str) -> None:
    stage.page.emulate_media(color_scheme="dark" if scheme == "dark" else "light")
    stage.show(POLYNOMIAL)
    node(stage, "x²").click()
    expect(stage.card).to_contain_text("upstream")
    eventually(stage.page, lambda: grave(stage.page), [])


def test_a_drawing_of_an_older_program_says_so(stage: Stage) -> None:
    stage.show(POLYNOMIAL)
    expect(stage.svg).to_have_css("opacity", "1")
    stage.page.evaluate("document.body.insertAdjacentHTML('beforeend', '<p class=stale>older</p>')")
    expect(stage.svg).to_have_css("opacity", "0.4")
    content = stage.frame.evaluate("frame => getComputedStyle(frame, '::after').content")
    assert say("drawing.stale") in content


# What may go wrong


def test_what_the_server_does_not_know_is_asked_for_again_and_it_is_told(elsewhere: Page) -> None:
    stage = Stage(elsewhere)
    stage.refuses.add("svg")
    stage.show(POLYNOMIAL)
    eventually(stage.page, lambda: len(stage.told) >= 2, True)
    assert {event for event, _ in stage.told} == {"missing"}
    stage.refuses.clear()
    expect(stage.svg.locator("g.node")).to_have_count(9)


def test_what_was_not_laid_out_is_told(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("playground.web.graph_view.lay_out", _too_large)
    stage.show(Case("y = x*x*x + 1e-3", {"x": 2}))
    eventually(stage.page, lambda: [event for event, _ in stage.told], ["refused"])
    expect(stage.svg).to_have_count(0)
    store._packed.clear()


def _too_large(_: str) -> str:
    from playground.drawing.layout import TooLarge

    raise TooLarge


def test_a_graph_of_two_thousand_nodes_is_drawn_and_walked(stage: Stage) -> None:
    number = torch.tensor(1.5)
    nodes = tuple(Node("SinBackward0", None, f"u{place}", number, (), place, place, ()) for place in range(2000))
    edges = tuple(Edge(place, place + 1, 0, "cos(u)") for place in range(1999))
    steps = tuple(Step(place, number, (number,)) for place in range(1999))
    stage.draw(Seen(AutogradGraph(nodes, edges), Backward({}, steps), (number,) * 1999))
    expect(stage.svg.locator("g.node")).to_have_count(2000)
    stage.svg.locator('g.node[tabindex="0"]').focus()
    stage.page.keyboard.press("ArrowRight")
    stage.page.keyboard.press("ArrowLeft")
    stage.page.keyboard.press("ArrowLeft")
    expect(stage.page.locator("g.node:focus")).to_be_in_viewport()
    stage.page.keyboard.press("Enter")
    expect(stage.card).to_contain_text("upstream 1.5 × local 1.5 (cos(u)) = 1.5 to u")


@pytest.mark.parametrize("large", [False, True])
def test_the_sign_of_a_vector_s_gradient_stands_before_its_bracket(stage: Stage, large: bool) -> None:
    stage.show(CASES["vector"], large)
    signs = stage.svg.locator("text", has_text=".grad")
    expect(signs.first).to_be_visible()
    for sign in signs.all():
        end, brackets = sign.evaluate("""sign => [sign.getBoundingClientRect().right,
            [...sign.parentNode.querySelectorAll("polyline")].map(line => line.getBoundingClientRect().left)]""")
        assert not brackets or end <= min(brackets) + 1
