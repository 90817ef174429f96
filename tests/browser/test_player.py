"""The step player in a real browser: by mouse and by keys, on the graph and on the second derivative."""

import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import Locator, Page, expect

import playground as pg
from playground.drawing.colours import Colour
from playground.drawing.numbers import brief
from playground.engine.backward import Backward
from playground.engine.graph import AutogradGraph
from playground.second.gradient_graph import derivative_run
from tests.browser.conftest import wait_until_idle
from tests.browser.head import type_program, type_value
from tests.browser.looking import THUMB, assert_on_one_screen, eventually, settled
from tests.browser.serving import Server, serve

Open = Callable[..., Page]
TEXT = "y = a*x^2 + b*x + c"

LIT = "all => all.map(element => element.id).sort()"
SEEN = f"""svg => [...svg.querySelectorAll("text")]
    .filter(text => ["{Colour.VALUE.light}", "{Colour.GRADIENT.light}"].includes(text.getAttribute("fill")))
    .filter(text => getComputedStyle(text).visibility === "visible")
    .map(text => text.textContent)"""
PLACES = """svg => [...svg.querySelectorAll("g.node")].map(node => {
    const box = node.getBoundingClientRect()
    return [node.id, box.x, box.y, box.width, box.height]
})"""

IN_FRAME = """node => {
    const [box, frame] = [node, node.closest(".stage")].map(element => element.getBoundingClientRect())
    return frame.left <= box.left && box.right <= frame.right
}"""


class Player:
    """A player on a page, and the drawing that it plays over."""

    def __init__(self, page: Page, container: str = "graph") -> None:
        self.page = page
        self.svg = page.locator(f".st-key-{container} svg:has(g.node)")
        self.root = page.locator(f".st-key-player-{container} .player")
        self.scrubber = self.root.get_by_role("slider", name="Step", exact=True)
        self.said = self.root.locator(".said")

    def button(self, name: str) -> Locator:
        return self.root.get_by_role("button", name=name, exact=True)

    def press(self, *keys: str) -> None:
        for key in keys:
            self.scrubber.press(key)

    def is_at(self, place: float) -> None:
        expect(self.scrubber).to_have_value(str(place))

    def current(self) -> str:
        """The node whose turn it is."""
        return str(self.svg.locator("g.node.current").get_attribute("id"))

    def lit(self, kind: str = "lit") -> list[str]:
        """The recorded nodes that are lit."""
        return list(self.svg.locator(f"g.node.{kind}:not(.plain)").evaluate_all(LIT))

    def play(self, speed: str) -> None:
        """Play; at half the speed every place stands for seconds, so that there is time to look."""
        self.root.get_by_role("combobox", name="Speed").select_option(speed)
        self.button("Play").click()

    def layout(self) -> tuple[Any, Any]:
        """Where every node and the player stand."""
        return self.svg.evaluate(PLACES), self.root.bounding_box()

    def numbers(self) -> list[str]:
        """The numbers of the sentence that are gradients."""
        return self.said.locator(".gradient").all_text_contents()


def started(page: Page, container: str = "graph") -> Player:
    """The player of a page, once it has taken over the drawing."""
    player = Player(page, container)
    expect(player.svg).to_have_class(re.compile("played"))
    return player


def tape(order: int = 0) -> tuple[AutogradGraph, Backward]:
    """The graph and the engine's steps of what the pages open with; of a derivative's graph for an order."""
    values = {"a": 1, "b": -2, "c": 1, "x": 0} if order else {"a": 2, "b": -5, "c": 1, "x": 3}
    run = pg.forward(pg.parse(TEXT), values)
    run = derivative_run(run, "x", order) if order else run
    return pg.read_graph(run), pg.backward(run)


def frames(page: Page) -> list[str | bytes]:
    """What the page sends to the server from now on."""
    sent: list[str | bytes] = []
    page.on("websocket", lambda socket: socket.on("framesent", lambda frame: sent.append(frame)))
    return sent


@pytest.fixture(params=[("/", "graph", 0), ("/second", "graph-derivative", 1)], ids=["graph", "second"])
def opened(request: pytest.FixtureRequest, open_page: Open) -> tuple[Player, AutogradGraph, Backward]:
    """A page with a player, and the tape that it is to tell."""
    path, container, order = request.param
    graph, backward = tape(order)
    player = started(open_page(path, **{"at.c": "1"}), container)
    player.is_at(len(graph.nodes) + len(backward.steps))
    return player, graph, backward


def test_nodes_light_up_as_they_were_computed_and_then_as_the_engine_went(
    opened: tuple[Player, AutogradGraph, Backward],
) -> None:
    player, graph, backward = opened
    player.press("Home")
    assert player.lit() == []
    computed = sorted(range(len(graph.nodes)), key=lambda place: graph.nodes[place].computed)
    for place in computed:
        player.button("Next step").click()
        assert player.current() == f"node{place}"
    for step in backward.steps:
        assert f"node{step.node}" not in player.lit("lit-back")
        player.button("Next step").click()
        assert player.current() == f"node{step.node}"
        numbers = player.numbers()
        assert numbers[-1 if graph.nodes[step.node].input else 0] == brief(step.upstream)  # type: ignore[arg-type]
        for passed in step.passed:
            assert passed is None or brief(passed) in numbers
    assert len(player.lit()) == len(player.lit("lit-back")) == len(graph.nodes)


def test_no_step_asks_the_server_or_moves_anything(page: Page, open_page: Open) -> None:
    sent = frames(page)
    player = started(open_page("/"))
    player.is_at(12)
    expect(page.locator(".st-key-code pre")).to_be_visible()
    whole = settled(page, player.layout)
    numbers = len(player.svg.evaluate(SEEN))
    before = len(sent)
    assert before
    player.press("Home")
    assert player.svg.evaluate(SEEN) == []
    requests = [0]
    for _ in range(12):
        player.press("ArrowRight")
        assert player.layout() == whole
        requests.append(len(player.svg.evaluate(SEEN)))
    assert requests == sorted(requests)
    assert requests[-1] == numbers
    assert requests[6] == 9  # the values, and none of the gradients
    assert len(sent) == before


def test_it_is_driven_by_keys(open_page: Open) -> None:
    player = started(open_page("/"))
    player.press("Home", "ArrowRight", "ArrowRight", "ArrowLeft")
    player.is_at(1)
    expect(player.said).to_have_text("Forward: x = 3.0 is a leaf, and PyTorch will collect x.grad here.")
    player.press("End")
    player.is_at(12)
    expect(player.said).to_have_text("AccumulateGrad (x): 12.0 and -5.0 meet at x: x.grad = 7.0.")
    player.press("ArrowRight")
    player.is_at(12)
    player.root.get_by_role("combobox", name="Speed").select_option("0.5")
    player.press(" ")
    expect(player.button("Pause")).to_be_visible()
    expect(player.scrubber).to_have_value(re.compile(r"^\d$"))  # it began anew
    player.press(" ")
    expect(player.button("Play")).to_be_visible()


def test_a_button_with_the_focus_is_what_space_presses(open_page: Open) -> None:
    player = started(open_page("/"))
    player.press("Home")
    player.button("Next step").press(" ")
    player.is_at(1)
    player.button("Next step").click()
    player.is_at(2)
    player.page.keyboard.press(" ")  # after a click the keys are the player's
    expect(player.button("Pause")).to_be_visible()


def test_it_plays_to_the_end_and_stops(open_page: Open) -> None:
    player = started(open_page("/"))
    player.play("0.5")
    expect(player.said).to_have_attribute("aria-live", "off")
    expect(player.scrubber).to_have_value(re.compile("^[1-9]$"))
    player.button("Pause").click()
    expect(player.said).to_have_attribute("aria-live", "polite")
    player.play("4")
    player.is_at(12)
    expect(player.button("Play")).to_be_visible()
    expect(player.page).to_have_url(re.compile("step=12"))


def test_the_scrubber_goes_anywhere(open_page: Open) -> None:
    player = started(open_page("/"))
    player.scrubber.fill("10")
    expect(player.said).to_contain_text("MulBackward0 (a·x²): 1.0 arrives, times a = 2.0, passes 2.0 back to x²")
    expect(player.scrubber).to_have_attribute("aria-valuetext", "10 of 12")
    assert player.current() == f"node{tape()[1].steps[3].node}"


def test_a_step_goes_round_through_the_address(open_page: Open, elsewhere: Page) -> None:
    player = started(open_page("/", **{"at.x": "2"}))
    assert "step" not in player.page.url
    player.scrubber.fill("8")
    expect(player.page).to_have_url(re.compile(r"step=8"))
    there, picture = player.said.inner_text(), player.svg.evaluate(SEEN)
    elsewhere.goto(player.page.url)
    copy = started(elsewhere)
    copy.is_at(8)
    expect(copy.said).to_have_text(there)
    eventually(elsewhere, lambda: copy.svg.evaluate(SEEN), picture)


def test_the_address_keeps_the_step_when_another_part_changes(open_page: Open) -> None:
    player = started(open_page("/", step="5"))
    player.is_at(5)
    player.press("ArrowRight", "ArrowRight")
    type_value(player.page, "x", "4")
    expect(player.page.locator(".st-key-results")).to_have_text("x.grad = 11.0")
    expect(player.page).to_have_url(re.compile(r"(?=.*at\.x=4)(?=.*step=7)"))
    player.is_at(7)
    player.page.reload()
    wait_until_idle(player.page)
    player.is_at(7)


def test_what_the_numbers_come_to_is_read_once_the_film_has_come_there(open_page: Open) -> None:
    player = started(open_page("/"))
    results, sentence = player.page.locator(".results"), player.page.locator(".sentence[data-move]:not(:empty)").first
    expect(results).to_be_visible()
    player.press("ArrowLeft")
    for item in (results, sentence):
        expect(item).to_be_hidden()
    player.press("End")
    for item in (results, sentence):
        expect(item).to_be_visible()


@pytest.mark.parametrize(
    ("step", "place", "note"),
    [("99", 12, "asks for step 99, but the last one is 12"), ("-3", 12, "step=-3 is no step"), ("0", 0, "")],
)
def test_a_step_there_is_not_is_said(open_page: Open, step: str, place: int, note: str) -> None:
    player = started(open_page("/", step=step))
    player.is_at(place)
    expect(player.said).to_contain_text(note or "Nothing has run yet.")
    player.press("ArrowLeft", "ArrowRight")
    expect(player.said).not_to_contain_text("address")


def test_another_program_keeps_the_place_and_goes_on_playing(open_page: Open) -> None:
    player = started(open_page("/"))
    player.scrubber.fill("5")
    player.play("0.5")
    type_program(player.page, "y = a*x^2 + b*x + c + sin(x) + exp(x)")
    expect(player.page.locator(".st-key-results")).to_contain_text("x.grad = 26")
    expect(player.button("Pause")).to_be_visible()
    expect(player.scrubber).to_have_attribute("max", "20")
    player.button("Pause").click()
    place = int(player.scrubber.input_value())
    assert 5 <= place < 20
    expect(player.svg.locator("g.node.lit:not(.plain)")).to_have_count(min(place, 10))
    type_program(player.page, "y = x^2")
    expect(player.scrubber).to_have_attribute("max", "4")
    player.is_at(4)
    expect(player.said).to_contain_text("There are only 4 steps now: here is the last one.")
    expect(player.svg.locator("g.node.lit-back")).to_have_count(2)


def test_at_the_end_it_stays_at_the_end(open_page: Open) -> None:
    player = started(open_page("/"))
    type_program(player.page, "y = a*x^2 + b*x + c + sin(x)")
    player.is_at(16)
    expect(player.said).to_contain_text("meet at x: x.grad =")


def test_it_plays_on_in_another_theme_and_after_another_page(open_page: Open) -> None:
    player = started(open_page("/"))
    player.scrubber.fill("5")
    picture = player.svg.evaluate(SEEN)
    player.page.emulate_media(color_scheme="dark")
    expect(player.page.get_by_test_id("stApp")).to_have_css("color-scheme", "dark")
    player.is_at(5)
    assert player.svg.evaluate(SEEN) == picture
    player.page.get_by_role("link", name="Matrix", exact=True).click()
    expect(player.root).to_have_count(0)
    player.page.get_by_role("link", name="Graph", exact=True).click()
    player.is_at(5)
    expect(player.svg.locator("g.node.current")).to_have_count(1)
    assert player.svg.evaluate(SEEN) == picture
    expect(player.page).to_have_url(re.compile("step=5"))


def test_with_reduced_motion_it_waits_and_nothing_glides(open_page: Open, page: Page) -> None:
    page.emulate_media(reduced_motion="reduce")
    player = started(open_page("/", step="3"))
    player.is_at(3)
    expect(player.button("Play")).to_be_visible()
    player.press("ArrowRight")
    node = player.svg.locator("g.node.current")
    assert node.evaluate("node => getComputedStyle(node).transitionDuration") == "0s"
    player.play("0.5")
    expect(player.scrubber).to_have_value(re.compile("^[5-9]$"))


def test_details_are_told_while_it_is_stepped(open_page: Open) -> None:
    player = started(open_page("/"))
    player.scrubber.fill("10")
    node = player.svg.get_by_role("button", name="PowBackward0")
    node.click()
    expect(node).to_have_attribute("aria-pressed", "true")
    expect(player.page.get_by_text("upstream 2.0 × local 6.0").first).to_be_visible()
    player.press("ArrowRight")
    expect(node).to_have_attribute("aria-pressed", "true")
    assert player.current() == node.get_attribute("id")


def test_if_it_cannot_start_everything_is_seen(server: Server, elsewhere: Page) -> None:
    page = elsewhere
    broken = """Object.defineProperty(globalThis, Symbol.for("player.left"), { get() { throw new Error("broken") } })"""
    page.add_init_script(broken)
    page.goto(f"{server.url}/?step=3")
    player = Player(page)
    expect(player.svg.locator("g.node[role=button]")).to_have_count(9)
    assert len(player.svg.evaluate(SEEN)) == 9 + 2 * 6 + 6
    expect(player.svg.locator(".lit")).to_have_count(0)
    expect(page.locator(".st-key-results")).to_have_text("x.grad = 7.0")


def test_it_is_on_the_first_screen_and_large_enough_for_a_thumb(open_page: Open, page: Page) -> None:
    player = started(open_page("/"))
    assert_on_one_screen(page, player.root)
    page.set_viewport_size({"width": 390, "height": 844})
    parts = (*player.root.get_by_role("button").all(), player.scrubber, player.root.get_by_role("combobox"))
    eventually(page, lambda: [part for part in parts if smaller_side(part) < THUMB], [])
    player.press("Home", *["ArrowRight"] * 6)
    eventually(page, lambda: player.svg.locator("g.node.current").evaluate(IN_FRAME), True)


def smaller_side(part: Locator) -> float:
    box = part.bounding_box()
    assert box is not None
    return min(box["width"], box["height"])


# Players on a page of their own


@pytest.fixture(scope="module")
def stage(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A server of the page with players."""
    with serve("tests/browser/played.py", tmp_path_factory.mktemp("played") / "log") as running:
        yield running


def test_two_players_do_not_disturb_each_other(stage: Server, page: Page) -> None:
    page.goto(stage.url)
    first, second = started(page), started(page, "graph-derivative")
    first.is_at(12)
    second.is_at(8)
    second.press("Home", "ArrowRight", "ArrowRight")
    second.is_at(2)
    first.is_at(12)
    assert (len(first.lit()), len(second.lit())) == (6, 2)
    assert "step" not in page.url
    first.scrubber.fill("7")
    expect(page).to_have_url(re.compile("step=7"))
    first.page.keyboard.press("ArrowLeft")
    first.is_at(6)
    second.is_at(2)
    second.play("4")
    expect(second.scrubber).to_have_value(re.compile("^[3-8]$"))
    first.is_at(6)
    expect(first.button("Play")).to_be_visible()


def test_any_text_is_only_text(stage: Server, page: Page) -> None:
    page.goto(f"{stage.url}/?hostile")
    player = started(page)
    expect(player.svg.locator("g.node.lit").first).to_be_visible()
    player.press("Home")
    for _ in range(30):
        player.press("ArrowRight")
    expect(player.root.locator(".told :not(p, span)")).to_have_count(0)
