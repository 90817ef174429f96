"""Everything follows the finger: dragged by mouse, touch and keys, compared with plain PyTorch at every stop."""

import re
from collections.abc import Callable

import pytest
import torch
from playwright.sync_api import CDPSession, Locator, Page, WebSocket, expect

from tests.browser.handles import MOVES_OR_SAYS_WHY, TICK, go, handle, held, middle, settled, value_of
from tests.browser.head import type_program, value_box
from tests.browser.held_back import held_back
from tests.browser.looking import eventually
from tests.browser.serving import Server

Open = Callable[..., Page]
NUMBER = r"(-?\d+(?:\.\d+)?(?:e[+-]?\d+)?|nan|inf)"


def shown(number: float) -> float:
    return pytest.approx(number, rel=5.1e-5, abs=1e-6)  # type: ignore[no-any-return]


def number_in(where: Locator, name: str) -> float:
    """The number that a text gives a name."""
    found = re.search(rf"{re.escape(name)} = {NUMBER}", where.inner_text().replace("−", "-"))
    assert found, where.inner_text()
    return float(found[1])


def slope(x: float, a: float = 2.0, b: float = -5.0) -> tuple[float, float]:
    """The example's value and its gradient, by PyTorch alone."""
    leaf = torch.tensor(x, requires_grad=True)
    y = a * leaf**2 + b * leaf + 1
    y.backward()
    assert leaf.grad is not None
    return y.item(), leaf.grad.item()


@pytest.fixture
def sent(page: Page) -> list[str]:
    """A list that grows with each message to the server."""
    messages: list[str] = []
    page.on("websocket", lambda socket: hear(socket, messages))
    return messages


def hear(socket: WebSocket, messages: list[str]) -> None:
    socket.on("framesent", lambda frame: messages.append(str(frame)))


def test_the_graph_follows_the_mouse_and_nothing_is_sent(sent: list[str], open_page: Open) -> None:
    page = open_page("/")
    results, output = page.locator(".st-key-results"), page.locator(".st-key-graph g.node.output")
    with held(page, "x") as at:
        sent.clear()
        for places in (1, 7, -12, 3, 30):
            go(page, at, places)
            y, grad = slope(value_of(page, "x"))
            assert value_of(page, "x") == shown(3 + places / 10)
            assert number_in(results, "x.grad") == shown(grad)
            assert float((output.locator("text.number").first.text_content() or "").replace("−", "-")) == shown(y)
            assert number_in(page.locator(".player .said"), "x.grad") == shown(grad)
            expect(value_box(page, "x")).to_have_value(handle(page, "x").get_attribute("aria-valuenow") or "")
        assert sent == []
    settled(page)
    expect(results).to_contain_text(f"x.grad = {slope(6.0)[1]!r}")
    expect(page).to_have_url(re.compile(r"at\.x=6(&|$)"))


PRESSED = """(x, keys) => keys.map(key => {
    x.dispatchEvent(new KeyboardEvent("keydown", { key, bubbles: true }))
    return key
})"""
"""One key at once after another: whoever rests has let go."""


def test_a_handle_is_there_though_the_head_comes_last(server: Server, page: Page) -> None:
    let_go = held_back(page, "web/head/head.js")
    page.goto(server.url)
    expect(page.locator(".st-key-graph svg.played")).to_be_attached()
    let_go()
    expect(handle(page, "x")).to_be_visible()


def test_keys_step_return_and_let_go(open_page: Open) -> None:
    page = open_page("/")
    results, x = page.locator(".st-key-results"), handle(page, "x")
    steps = ["ArrowRight", "ArrowUp", "ArrowLeft", "PageUp", "Home", "End", "Escape"]
    x.evaluate(PRESSED, steps)
    expect(x).to_have_attribute("aria-valuenow", "3")
    expect(results).to_contain_text("x.grad = 7.0")
    x.evaluate(PRESSED, ["ArrowRight", "ArrowUp", "ArrowLeft", "PageUp", "PageDown", "PageDown", "Enter"])
    expect(page).to_have_url(re.compile(r"at\.x=2\.1(&|$)"))
    expect(results).to_contain_text(f"x.grad = {slope(2.1)[1]!r}")
    settled(page)
    x.press("ArrowRight")
    expect(page).to_have_url(re.compile(r"at\.x=2\.2(&|$)"))
    expect(results).to_contain_text(f"x.grad = {slope(2.2)[1]!r}")


def touch(tools: CDPSession, kind: str, *points: tuple[float, float]) -> None:
    """What a finger does."""
    where = [{"x": x, "y": y, "id": turn} for turn, (x, y) in enumerate(points)]
    tools.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": where})


def fingers(page: Page) -> CDPSession:
    """A screen that is touched."""
    tools = page.context.new_cdp_session(page)
    tools.send("Emulation.setTouchEmulationEnabled", {"enabled": True, "maxTouchPoints": 5})
    return tools


def test_a_thumb_drags_and_never_loses_a_scroll(open_page: Open, page: Page) -> None:
    tools = fingers(page)
    tools.send(
        "Emulation.setDeviceMetricsOverride", {"width": 390, "height": 844, "deviceScaleFactor": 2, "mobile": True}
    )
    open_page("/")
    box = handle(page, "x").bounding_box()
    assert box
    assert box["height"] >= 44
    x, y = middle(handle(page, "x"))
    touch(tools, "touchStart", (x, y))
    for step in range(1, 9):
        touch(tools, "touchMove", (x + step * TICK, y))
    expect(handle(page, "x")).to_have_attribute("aria-valuenow", "3.8")
    touch(tools, "touchMove", (x + 7 * TICK, y + 80))
    expect(page.locator(".st-key-results")).to_contain_text(f"x.grad = {slope(3.7)[1]:.5g}")
    touch(tools, "touchEnd")
    expect(page.locator(".st-key-results")).to_contain_text(f"x.grad = {slope(3.7)[1]!r}")
    settled(page)
    x, y = middle(handle(page, "x"))
    scroller = page.get_by_test_id("stMain")
    before = scroller.evaluate("main => main.scrollTop")
    touch(tools, "touchStart", (x, y))
    for step in range(1, 12):
        touch(tools, "touchMove", (x, y - 15 * step))
    touch(tools, "touchEnd")
    page.wait_for_function("before => document.querySelector('[data-testid=stMain]').scrollTop > before", arg=before)
    assert value_of(page, "x") == 3.7


POINT = """([key, name]) => {
    const figure = document.querySelector(`.st-key-${key} .js-plotly-plot`)
    const trace = figure.data.find(({ meta }) => meta === name)
    const corner = figure.querySelector('.nsewdrag[data-subplot="xy"]').getBoundingClientRect()
    const { xaxis, yaxis } = figure._fullLayout
    return [corner.left + xaxis.d2p(trace.x[0]), corner.top + yaxis.d2p(trace.y[0]), trace.x[0], trace.y[0]]
}"""


def point(page: Page, key: str, name: str = "point") -> tuple[float, float, float, float]:
    """Where the point of a figure is, in pixels and in the figure's own numbers."""
    plot = page.locator(f'.st-key-{key} .nsewdrag[data-subplot="xy"]')
    expect(plot).to_be_visible()
    plot.scroll_into_view_if_needed()
    x, y, across, up = page.evaluate(POINT, [key, name])
    return x, y, across, up


LINE = """([key, name]) => {
    const { x, y } = document.querySelector(`.st-key-${key} .js-plotly-plot`).data.find(({ meta }) => meta === name)
    return { x, y }
}"""


def line(page: Page, key: str, name: str) -> dict[str, list[float]]:
    """The coordinates of a trace as it stands there."""
    found: dict[str, list[float]] = page.evaluate(LINE, [key, name])
    return found


@pytest.mark.parametrize("path", ["/scalar", "/second"])
def test_the_point_is_dragged_on_the_curve(path: str, sent: list[str], open_page: Open) -> None:
    page = open_page(path, f="y = a*x^2 + b*x + c", **{"at.a": "2", "at.x": "1", "at.b": "-5", "at.c": "1"})
    expect(page.get_by_text("Drag the point")).to_be_visible()
    x, y, *_ = point(page, "curve")
    page.mouse.move(x, y)
    with page.expect_response(lambda answer: "/json/" in answer.url):
        page.mouse.down()
        page.mouse.move(x + 10, y)
    sent.clear()
    for pixels in (40, 90, -60):
        page.mouse.move(x + pixels, y)
        page.evaluate("() => new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))")
        value = value_of(page, "x")
        height, grad = slope(value)
        _, _, across, up = point(page, "curve")
        assert (across, up) == (shown(value), shown(height))
        name = "x.grad" if path == "/scalar" else "y' = dy/dx"
        assert number_in(page.locator(".st-key-results"), name) == shown(grad)
    assert sent == []
    assert value < 1
    page.mouse.up()
    settled(page)
    expect(page.locator(".st-key-results")).to_contain_text(repr(slope(value)[1]))
    expect(page).to_have_url(re.compile(rf"at\.x={value:g}(&|$)"))


def test_a_curve_bends_with_another_input(open_page: Open) -> None:
    page = open_page("/scalar")
    with held(page, "a") as at:
        go(page, at, 10)
        _, _, _, up = point(page, "curve")
        assert up == 1.0  # at x = 0 the curve stays
        assert value_of(page, "a") == 2
        ends = page.evaluate(
            "document.querySelector('.st-key-curve .js-plotly-plot').data.find(t => t.meta === 'curve').y.at(-1)"
        )
        assert ends == shown(2 * 2.5**2 - 2 * 2.5 + 1)
        page.keyboard.press("Escape")
    settled(page)
    assert value_of(page, "a") == 1
    expect(value_box(page, "a")).to_have_value("1")


def test_an_entry_of_a_matrix_is_dragged_in_its_cell(open_page: Open) -> None:
    page = open_page("/matrix")
    with held(page, "x[0, 1]") as at:
        go(page, at, 7)
        cells = [page.locator(f".st-key-maps-{turn} td").nth(1).inner_text() for turn in (0, 1, 3)]
        leaf = torch.tensor([[0.0, 0.7], [1.0, 2.0]], requires_grad=True)
        y = leaf**2 - 2 * leaf + 1
        y.sum().backward()
        assert leaf.grad is not None
        assert [float(cell.replace("−", "-")) for cell in cells] == [
            shown(t[0, 1].item()) for t in (leaf, y, leaf.grad)
        ]
    settled(page)
    expect(page).to_have_url(re.compile(re.escape("at.x=%5B%5B0%2C+0.7%5D%2C+%5B1%2C+2%5D%5D")))
    expect(page.locator(".st-key-results")).to_contain_text(str(leaf.grad).splitlines()[1].strip())


def test_the_table_of_partial_derivatives_follows(open_page: Open) -> None:
    page = open_page("/partials", f="y1 = x1*x2; y2 = x1 + x2", **{"at.x1": "2", "at.x2": "3"})
    with held(page, "x2") as at:
        go(page, at, -4)
        row = page.locator(".grid tr").filter(has=page.get_by_role("rowheader", name="y1"))
        assert float(row.locator("td").first.inner_text()) == shown(2.6)
        page.keyboard.press("Escape")
    settled(page)


def loop(lr: float, steps: int = 500) -> tuple[float, float]:
    """Where the tutorial's loop ends, by PyTorch alone."""
    x = torch.tensor(0.0, requires_grad=True)
    optimizer = torch.optim.SGD([x], lr=lr)
    for _ in range(steps):
        optimizer.zero_grad()
        y = x**2 - 2 * x + 1
        y.backward()  # type: ignore[no-untyped-call]
        optimizer.step()
    return x.item(), (x**2 - 2 * x + 1).item()


def test_the_path_bends_with_the_learning_rate(sent: list[str], open_page: Open) -> None:
    page = open_page("/descent", steps="60")
    results = page.locator(".st-key-results")
    with held(page, "lr") as at:
        sent.clear()
        for places in (4, 6, -3, 10):
            go(page, at, places)
            x, y = loop(value_of(page, "lr"), 60)
            assert (number_in(results, "x"), number_in(results, "y")) == (shown(x), shown(y))
            ends = page.evaluate(
                "document.querySelector('.st-key-descent .js-plotly-plot').data.find(t => t.meta === 'trail').x"
            )
            assert (len(ends), ends[-1]) == (61, shown(x))
        assert sent == []
        assert value_of(page, "lr") == 1
        expect(page.locator("p.verdict")).to_contain_text("bounces")
    settled(page)
    expect(page).to_have_url(re.compile(r"lr=1(&|$)"))


def test_the_start_is_dragged_on_the_figure(open_page: Open) -> None:
    page = open_page("/descent", steps="60")
    x, y, *_ = point(page, "descent", "start")
    page.mouse.move(x, y)
    with page.expect_response(lambda answer: "/json/" in answer.url):
        page.mouse.down()
        page.mouse.move(x + 10, y)
    page.mouse.move(x + 150, y)
    page.evaluate("() => new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))")
    value = value_of(page, "x")
    _, _, across, up = point(page, "descent", "start")
    assert (across, up) == (shown(value), shown(value * value - 2 * value + 1))
    page.mouse.up()
    settled(page)
    expect(page).to_have_url(re.compile(rf"at\.x={value:g}(&|$)"))


def test_the_start_in_two_variables_is_let_go_somewhere_else(open_page: Open) -> None:
    page = open_page("/descent", f="z = x^2 + 2*y^2", steps="20", **{"at.x": "2", "at.y": "1"})
    x, y, *_ = point(page, "descent", "start")
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x - 30, y + 20)
    page.mouse.move(x - 60, y + 30)
    page.evaluate("() => new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))")
    _, _, across, up = point(page, "descent", "start")
    assert across < 2
    page.mouse.up()
    expect(value_box(page, "x")).to_have_value(f"{across:.4g}")
    expect(value_box(page, "y")).to_have_value(f"{up:.4g}")


def test_an_open_question_has_no_handle(open_page: Open) -> None:
    page = open_page("/", predict="true")
    expect(page.locator(".st-key-answers")).to_be_visible()
    expect(handle(page, "x")).to_have_count(0)


def test_where_there_are_no_numbers_it_says_so_and_shows_a_gap(open_page: Open) -> None:
    page = open_page("/scalar", f="y = x*log(x)", **{"at.x": "0.5"})
    with held(page, "x") as at:
        go(page, at, -8)
        expect(handle(page, "x")).to_have_attribute("aria-valuetext", re.compile("no finite number"))
        expect(page.locator("[data-move=slope]")).to_contain_text("nan")
        _, _, across, _ = point(page, "curve")
        assert across is None
        page.keyboard.press("Escape")
    expect(page.locator("[data-move=slope]")).to_contain_text("At x=0.5")


def test_a_second_finger_waits_and_a_program_may_change_meanwhile(open_page: Open) -> None:
    page = open_page("/")
    with held(page, "x") as at:
        go(page, at, 5)
        handle(page, "a").dispatch_event("pointerdown", {"pointerId": 7, "button": 0, "clientX": 5, "clientY": 5})
        handle(page, "a").dispatch_event("pointermove", {"pointerId": 7, "clientX": 95, "clientY": 5})
        assert value_of(page, "a") == 2
        assert value_of(page, "x") == 3.5
        type_program(page, "y = w^2")
        expect(handle(page, "x")).to_have_count(0)
        expect(page.locator(".st-key-results")).to_contain_text("w.grad")


def test_what_plays_goes_on_when_a_value_is_changed(open_page: Open) -> None:
    page = open_page("/descent", steps="2000")  # enough to be still on the way when the server has answered
    page.locator(".player select").select_option(index=0)
    page.get_by_role("button", name="Play", exact=True).click()
    handle(page, "x").press("ArrowRight")
    handle(page, "x").press("Enter")
    expect(page).to_have_url(re.compile(r"at\.x=0\.[12](&|$)"))  # the second if the sweep was there first
    settled(page)
    expect(page.get_by_role("button", name="Pause", exact=True)).to_be_visible()


FEWER = {"steps": "2000"}
"""A page whose sweeps are so large that every second place of x has to do."""
NEVER_RESTS = """const later = window.setTimeout
window.setTimeout = (step, ms, ...more) => later(step, ms === 700 ? 1e9 : ms, ...more)"""
"""A visitor who waits as long as it takes before the next key."""


@pytest.mark.parametrize(("key", "next_place"), [("ArrowRight", "0.2"), ("ArrowLeft", "-0.2"), ("Home", "-3")])
def test_a_key_is_not_lost_when_the_sweep_that_comes_has_fewer_places(
    open_page: Open, page: Page, key: str, next_place: str
) -> None:
    page.add_init_script(NEVER_RESTS)
    open_page("/descent", **FEWER)
    handle(page, "x").press(key)
    page.wait_for_selector(MOVES_OR_SAYS_WHY, state="attached")
    expect(handle(page, "x")).to_have_attribute("aria-valuenow", next_place)
    handle(page, "x").press("Enter")
    expect(page).to_have_url(re.compile(rf"at\.x={re.escape(next_place)}(&|$)"))


def test_a_finger_stays_where_it_is_when_the_sweep_that_comes_has_fewer_places(open_page: Open) -> None:
    page = open_page("/descent", **FEWER)
    with held(page, "x") as at:
        assert value_of(page, "x") == 0
        go(page, at, 2)
        assert value_of(page, "x") == 0.4
        page.keyboard.press("Escape")
    settled(page)


def results(page: Page) -> Locator:
    return page.locator(".st-key-results").first


def parabola(x: float) -> float:
    return slope(x, 1.0, -2.0)[1]


def entry(x: float) -> float:
    """What the matrix page's example gives another entry as gradient."""
    leaf = torch.tensor([[0.0, x], [1.0, 2.0]], requires_grad=True)
    (leaf**2 - 2 * leaf + 1).sum().backward()
    assert leaf.grad is not None
    return leaf.grad[0, 1].item()


def ends_at(lr: float) -> float:
    return loop(lr, 60)[0]


def cell(page: Page, selector: str) -> float:
    return float(page.locator(selector).first.inner_text().replace("−", "-"))


PARABOLA = {"f": "y = a*x^2 + b*x + c", "at.a": "1", "at.x": "0", "at.b": "-2", "at.c": "1"}
FOLLOWED: dict[str, tuple[dict[str, str], str, str, Callable[[Page], float], Callable[[float], float]]] = {
    "/": ({}, "x", "a", lambda page: number_in(results(page), "x.grad"), lambda x: slope(x)[1]),
    "/scalar": (PARABOLA, "x", "a", lambda page: number_in(results(page), "x.grad"), parabola),
    "/matrix": (
        {},
        "x[0, 1]",
        "b",
        lambda page: cell(page, ".st-key-maps-3 td >> nth=1"),
        entry,
    ),
    "/partials": ({}, "x2", "x1", lambda page: cell(page, ".grid tbody tr >> nth=0 >> td"), lambda x: x),
    "/second": (PARABOLA, "x", "b", lambda page: number_in(results(page), "y' = dy/dx"), parabola),
    "/descent": (
        {**PARABOLA, "steps": "60"},
        "lr",
        "x",
        lambda page: number_in(results(page), "x"),
        ends_at,
    ),
}
"""By page: its address, a handle, another one, the number that follows, and what plain PyTorch says that is."""
PRESSED_AND_SEEN = """async (slider, keys) => {
    for (const key of keys) slider.dispatchEvent(new KeyboardEvent("keydown", { key, bubbles: true }))
    await new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))
}"""


@pytest.mark.parametrize("path", FOLLOWED)
def test_fingers_and_keys_move_what_a_mouse_moves_and_a_second_finger_waits(
    path: str, open_page: Open, page: Page
) -> None:
    address, name, other, visible, expected = FOLLOWED[path]
    tools = fingers(page)
    open_page(path, **address)
    handle(page, other).wait_for()
    stays, start = value_of(page, other), value_of(page, name)
    (x, y), second = middle(handle(page, name)), middle(handle(page, other))
    touch(tools, "touchStart", (x, y))
    touch(tools, "touchMove", (x + TICK, y))
    page.wait_for_selector("html.following", state="attached")
    for places in (4, -3, 6):
        touch(tools, "touchMove", (x + TICK * places, y))
        expect(handle(page, name)).not_to_have_attribute("aria-valuenow", f"{start:g}")
        frames(page)
        assert visible(page) == shown(expected(value_of(page, name)))
    held_at = value_of(page, name)
    touch(tools, "touchStart", (x + TICK * 6, y), second)
    touch(tools, "touchMove", (x + TICK * 6, y), (second[0] + 60, second[1]))
    frames(page)
    assert (value_of(page, name), value_of(page, other)) == (held_at, stays)
    page.keyboard.press("Escape")
    touch(tools, "touchEnd")
    assert value_of(page, name) == start
    for keys in (["ArrowRight", "ArrowUp"], ["PageDown"], ["Home"], ["End", "ArrowLeft"]):
        handle(page, name).evaluate(PRESSED_AND_SEEN, keys)
        assert visible(page) == shown(expected(value_of(page, name)))
    kept = value_of(page, name)
    handle(page, name).press("Enter")
    settled(page)
    eventually(page, lambda: value_of(page, name), kept)
    assert visible(page) == pytest.approx(expected(kept), rel=2e-6, nan_ok=True)
    assert value_of(page, other) == stays


def frames(page: Page) -> None:
    """Wait until what was moved is shown."""
    page.evaluate("() => new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))")


@pytest.mark.parametrize(
    ("path", "key", "name", "address"),
    [
        ("/scalar", "curve", "point", PARABOLA),
        ("/second", "curve", "point", PARABOLA),
        ("/descent", "descent", "start", {**PARABOLA, "steps": "60"}),
        ("/descent", "descent", "start", {"f": "z = x^2 + 2*y^2", "at.x": "1", "at.y": "1", "steps": "20"}),
    ],
)
def test_a_finger_drags_the_point_on_the_figure(
    path: str, key: str, name: str, address: dict[str, str], open_page: Open, page: Page
) -> None:
    tools = fingers(page)
    open_page(path, **address)
    x, y, before, _ = point(page, key, name)
    touch(tools, "touchStart", (x, y))
    for pixels in range(10, 61, 10):
        touch(tools, "touchMove", (x + pixels, y))
    frames(page)
    eventually(page, lambda: point(page, key, name)[2] > before, True)
    _, _, across, up = point(page, key, name)
    touch(tools, "touchEnd")
    settled(page)
    expect(value_box(page, "x")).to_have_value(re.compile(re.escape(f"{across:.4g}")))
    if "z = " not in address["f"]:
        assert up == shown((across - 1) ** 2)
