"""`/descent` in a real browser: the player moves what PyTorch computed, and a new rate keeps it playing."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page, expect

import playground as pg
from tests.browser.conftest import SCREEN
from tests.browser.head import value_box
from tests.browser.looking import PHONE, assert_nothing_sideways, assert_on_one_screen, eventually

Open = Callable[..., Page]

FIGURE = "document.querySelector('.st-key-descent .js-plotly-plot')"
TRACE = f"(name) => {FIGURE}?.data?.find((trace) => trace.name === name)"
QUARTIC = {"f": "y = x^4 - 3x^2 + x", "at.x": "2"}


def trace(page: Page, name: str) -> dict[str, Any]:
    """The data of a trace as they stand in the figure now."""
    found: dict[str, Any] = page.evaluate(
        f"(name) => {{ const t = ({TRACE})(name); return {{x: [...t.x], y: [...t.y]}} }}", name
    )
    return found


def drawn(page: Page) -> None:
    page.wait_for_function(f"{FIGURE}?._fullLayout !== undefined && {FIGURE}.querySelector('.trace') !== null")


def scrubbed(page: Page, step: int) -> None:
    """Move the scrubber as a hand does."""
    page.get_by_label("Step", exact=True).fill(str(step))


def slowest(page: Page) -> None:
    """Play so slowly that there is time to look."""
    page.locator(".player select").select_option(index=0)


def step_shown(page: Page) -> int:
    return int(page.locator(".player .place").inner_text().split()[0])


def test_a_cold_link_shows_the_tutorials_case_on_one_screen(open_page: Open) -> None:
    page = open_page("/descent")
    drawn(page)
    results = page.locator(".st-key-results")
    expect(results).to_contain_text("x = 0.9999589920043945")
    expect(results).to_contain_text("y = 0.0")
    expect(page.get_by_text("It settles: converged at step 377, at the minimum 1.")).to_be_visible()
    assert_on_one_screen(page, page.locator(".player .controls"))


def test_play_moves_the_point_and_pause_keeps_it(open_page: Open) -> None:
    page = open_page("/descent")
    drawn(page)
    at_end = trace(page, "point")["x"]
    slowest(page)
    page.get_by_role("button", name="Play").click()
    page.wait_for_function(f"(end) => ({TRACE})('point')?.x[0] !== end", arg=at_end[0])
    page.get_by_role("button", name="Pause").click()
    step = step_shown(page)
    assert 0 <= step < 500
    iterate = pg.descend(pg.parse("y = a*x^2 + b*x + c"), {"x": 0.0}, {"a": 1, "b": -2, "c": 1}).positions["x"]
    eventually(page, lambda: trace(page, "point")["x"], [iterate[step]])
    expect(page).to_have_url(re.compile(f"step={step}"))


def test_at_every_step_the_figure_holds_the_iterates(open_page: Open) -> None:
    page = open_page("/descent", **QUARTIC, lr="0.03", steps="60")
    drawn(page)
    trajectory = pg.descend(pg.parse(QUARTIC["f"]), {"x": 2.0}, lr=0.03, steps=60)
    for step in (0, 1, 7, 59, 60):
        scrubbed(page, step)
        expect(page.locator(".player .place")).to_have_text(f"{step} of 60")
        page.wait_for_function(f"(k) => ({TRACE})('trail')?.x.length === k + 1", arg=step)
        assert trace(page, "point") == {"x": [trajectory.positions["x"][step]], "y": [trajectory.values[step]]}
        assert trace(page, "trail")["x"] == trajectory.positions["x"][: step + 1]
        expect(page.locator(".play-at0")).to_have_text(repr(trajectory.positions["x"][step]))
        expect(page.locator(".play-grad0")).to_have_text(repr(trajectory.gradients["x"][step]))
        (left, right), (low, high) = trace(page, "tangent").values()
        assert (high - low) / (right - left) == pytest.approx(trajectory.gradients["x"][step], rel=1e-3, abs=1e-4)


def test_a_step_is_written_out_with_its_numbers(open_page: Open) -> None:
    page = open_page("/descent", step="0")
    expect(page.locator(".player .said")).to_have_text(
        "Slope -2: by that, downhill is right. x <- 0 - 0.01·(-2) = 0.02."
    )


def test_a_new_rate_keeps_it_playing_from_the_same_step_with_the_same_axes(open_page: Open) -> None:
    page = open_page("/descent", steps="2000")  # enough to be still on the way when the server has answered
    drawn(page)
    ranges = f"JSON.stringify([{FIGURE}.layout.xaxis.range, {FIGURE}.layout.yaxis.range])"
    before = page.evaluate(ranges)
    slowest(page)
    page.get_by_role("button", name="Play").click()
    page.wait_for_function("parseInt(document.querySelector('.player .place').textContent) > 20")
    value_box(page, "lr").fill("0.02")
    page.wait_for_function(f"{FIGURE}?._fullData?.find(one => one.name === 'whole')?.y[1] < 0.95")
    expect(page.get_by_role("button", name="Pause")).to_be_visible()
    step = step_shown(page)
    assert 20 < step < 2000
    page.wait_for_function("(k) => parseInt(document.querySelector('.player .place').textContent) > k", arg=step)
    page.get_by_role("button", name="Pause").click()
    iterate = pg.descend(pg.parse("y = a*x^2 + b*x + c"), {"x": 0.0}, {"a": 1, "b": -2, "c": 1}, lr=0.02, steps=2000)
    eventually(page, lambda: trace(page, "point")["x"], [iterate.positions["x"][step_shown(page)]])
    assert page.evaluate(ranges) == before


def test_line_by_line_only_step_moves_x_and_y_is_old(open_page: Open) -> None:
    page = open_page("/descent", lr="0.1", beats="true", step="1")
    lit, at, value, grad = (
        page.locator(f".{item}") for item in ("loop li.lit", "play-at0", "play-value", "play-grad0")
    )
    following = page.get_by_role("button", name="Next step")
    expect(lit).to_have_text("optimizer.step()")
    expect(at).to_be_visible()  # a page is shown when its figure's script is there
    shown = [("0.20000000298023224", "1.0", "-2.0")]
    for line in ("optimizer.zero_grad()", "y = a * x**2 + b * x + c", "y.backward()", "optimizer.step()"):
        assert (at.inner_text(), value.inner_text(), grad.inner_text()) == shown[-1]
        following.click()
        expect(lit).to_have_text(line)
        shown.append((at.inner_text(), value.inner_text(), grad.inner_text()))
        expect(page).to_have_url(re.compile("step=2" if line == "optimizer.step()" else "step=1"))
    assert [item[0] for item in shown[:4]] == ["0.20000000298023224"] * 4
    assert shown[1][1:] == ("1.0", "None")
    assert shown[2][1:] == ("0.6399999856948853", "None")
    assert shown[3][2] == "-1.600000023841858"
    assert shown[4][0] != shown[3][0]


def test_a_click_on_the_plot_picks_the_start(open_page: Open) -> None:
    page = open_page("/descent", **QUARTIC, lr="0.03", steps="60")
    drawn(page)
    box = page.locator(".st-key-descent .xy .nsewdrag, .st-key-descent .nsewdrag").first.bounding_box()
    assert box is not None
    page.mouse.click(box["x"] + box["width"] * 0.2, box["y"] + box["height"] * 0.5)
    expect(value_box(page, "x")).not_to_have_value("2")
    expect(page).to_have_url(re.compile(r"at\.x=-"))
    expect(page.get_by_text("at the minimum -1.30084")).to_be_visible()


def test_two_variables_have_a_path_on_a_landscape(open_page: Open) -> None:
    page = open_page("/descent", f="z = x^2 + 20*y^2", lr="0.045", steps="100", **{"at.x": "3", "at.y": "1"})
    drawn(page)
    trajectory = pg.descend(pg.parse("z = x^2 + 20*y^2"), {"x": 3.0, "y": 1.0}, lr=0.045, steps=100)
    scrubbed(page, 3)
    page.wait_for_function(f"() => ({TRACE})('trail')?.x.length === 4")
    assert trace(page, "trail") == {"x": trajectory.positions["x"][:4], "y": trajectory.positions["y"][:4]}
    expect(page.locator(".st-key-descent .scatterlayer .trace path.js-fill").first).to_be_attached()


@pytest.mark.parametrize("address", [{}, {"f": "z = x^2 - y^2"}], ids=["curve", "landscape"])
def test_nothing_scrolls_sideways(open_page: Open, address: dict[str, str]) -> None:
    page = open_page("/descent", **address)
    expect(page.locator(".st-key-results")).to_be_visible()
    for window in (PHONE, SCREEN):
        page.set_viewport_size(window)
        assert_nothing_sideways(page)


def test_a_click_on_a_sweep_chooses_the_rate(open_page: Open) -> None:
    page = open_page("/descent", sweep="true", steps="40")
    figure = page.locator("[class*=st-key-sweep] .js-plotly-plot")
    expect(figure.locator(".point").first).to_be_attached()
    figure.scroll_into_view_if_needed()
    box = figure.locator(".point").nth(40).bounding_box()
    assert box is not None
    page.mouse.move(box["x"], box["y"])
    page.mouse.click(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    expect(value_box(page, "lr")).not_to_have_value("0.01")
    expect(page).to_have_url(re.compile(r"lr=0\.\d+"))


def test_a_race_plays_together(open_page: Open) -> None:
    page = open_page("/descent", **QUARTIC, racing="true", race="0.03, 0.1", steps="40")
    players = page.get_by_role("button", name="Play")
    expect(players).to_have_count(2)
    race = "document.querySelector('.st-key-race-figure .js-plotly-plot')"
    page.wait_for_function(f"{race}?._fullLayout !== undefined")
    page.get_by_label("Step", exact=True).nth(1).fill("3")
    for place, lr in enumerate((0.03, 0.1)):
        positions = pg.descend(pg.parse(QUARTIC["f"]), {"x": 2.0}, lr=lr, steps=40).positions["x"][:4]
        page.wait_for_function(f"(n) => {race}.data.at(n).x.length === 4", arg=-6 + 3 * place)
        assert page.evaluate(f"(n) => [...{race}.data.at(n).x]", -6 + 3 * place) == positions
    expect(page).not_to_have_url(re.compile("step=3"))


LONG_PAUSES = """() => {
  const later = window.setTimeout
  window.setTimeout = (step, wait, ...more) => later(step, wait === 300 ? 600_000 : wait, ...more)
}"""
"""The pause after the last key is longer than any answer takes."""


@pytest.mark.parametrize("box", ["Who takes part", "weight_decay"])
def test_what_was_typed_last_is_in_the_address_although_its_box_is_gone(page: Page, open_page: Open, box: str) -> None:
    page.add_init_script(f"({LONG_PAUSES})()")
    open_page("/descent", racing="true", steps="40")
    page.get_by_role("button", name="Settings").click()
    typed = value_box(page, box)
    typed.press_sequentially("0.25")
    expect(page).not_to_have_url(re.compile("0.25"))
    page.evaluate(
        """() => document.dispatchEvent(new CustomEvent("address-wish", {
            cancelable: true, detail: {texts: {racing: null, optimizer: "Rprop"}}}))"""
    )
    expect(typed).to_have_count(0)
    expect(page).to_have_url(re.compile("0.25"))


@pytest.mark.parametrize("width", [390, 1280])
def test_who_takes_part_is_read_whole_where_there_is_room(open_page: Open, width: int) -> None:
    page = open_page("/descent", racing="true", steps="40")
    page.set_viewport_size({"width": width, "height": 844})
    box = value_box(page, "Who takes part")
    assert box.evaluate("box => box.clientWidth") > 0.4 * min(width, 720)
    assert width < 720 or box.evaluate("box => box.scrollWidth <= box.clientWidth")


def test_boxes_filled_one_right_after_another_are_all_answered(open_page: Open) -> None:
    page = open_page("/descent", **QUARTIC, racing="true", steps="40")
    for name, text in {"lr": "0.02", "Steps": "30", "Who takes part": "0.03, 0.1, 0.2"}.items():
        value_box(page, name).fill(text)
    expect(page).to_have_url(
        re.compile(r"lr=0\.02&race=0\.03%2C\+0\.1%2C\+0\.2|race=0\.03%2C\+0\.1%2C\+0\.2.*lr=0\.02")
    )
    expect(page).to_have_url(re.compile("steps=30"))
    expect(page.locator(".table tbody tr")).to_have_count(3)
