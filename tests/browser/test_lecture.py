"""A lecture run by a clicker alone: every question, its answer, and on to the next one, on one loaded document."""

import re
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import parse_qsl

import pytest
from playwright.sync_api import Page, Request, Route, expect

from playground.lessons.table import BY_KEY, LECTURE, LESSONS, link
from playground.words import say
from tests.browser.conftest import wait_until_idle
from tests.browser.looking import BEHIND, PHONE, TOLD, assert_nothing_sideways, eventually

Open = Callable[..., Page]
TRAILS = """Math.max(...document.querySelector(".st-key-descent .js-plotly-plot").calcdata
    .filter(trace => trace[0].trace.mode?.includes("lines") && trace[0].trace.yaxis === "y2")
    .map(trace => trace.filter(point => Number.isFinite(point.x)).length))"""
"""How many steps of a run its figure shows below."""
DRAWN = ".st-key-page .stage, .st-key-page > .st-key-descent .stPlotlyChart, .st-key-page ol.loop, .st-key-page .grid"
"""What a question is about, and stands beside it."""
OUTSIDE = """drawn => [...document.querySelectorAll(drawn)].map(one => [one, one.getBoundingClientRect()])
    .filter(([one, {bottom}]) => bottom > innerHeight + 1 || one.scrollWidth > one.clientWidth + 1)
    .map(([one]) => one.className)"""
"""What of it does not fit onto the screen."""
DRAWINGS = ".st-key-page > .st-key-graph, .st-key-page > [class*=st-key-curve], .st-key-page > .st-key-descent"
FINISHED = ":is(svg:has(g.node), .main-svg)"
COUNTED = re.compile(r"^\d+:(?!00)\d\d$")
"""What a timer shows that counts; how far it is depends on the machine."""
KEYS = [lesson.key for lesson in LESSONS if lesson.group == LECTURE]


def opened_step(open_page: Open, key: str, number: int = 1, **more: str) -> Page:
    path, _, query = link(BY_KEY[key], number, **more).partition("?")
    return open_page("/" + path.removeprefix("./"), **dict(parse_qsl(query)))


def question_stands(page: Page, number: int, last: int) -> None:
    """Wait until a question stands there, unanswered."""
    expect(page.locator(".lesson-bar")).to_contain_text(say("lessons.place", number=number, last=last))
    expect(page.locator(".st-key-show-answer button")).to_be_visible()
    expect(page.locator(".verdict-of-answer")).to_have_count(0)
    expect(page.locator(".lesson-bar .away")).to_have_count(0)
    expect(page.locator("html[data-lesson-keys]")).to_have_count(1)
    wait_until_idle(page)


def drawn(page: Page) -> None:
    """Wait for the drawings, which come after what is said: they are fetched, or wait for Plotly's script."""
    for drawing in page.locator(DRAWINGS).all():
        if drawing.is_visible():
            expect(drawing.locator(FINISHED).first).to_be_visible()


def whole(page: Page) -> None:
    """Nothing that a question is about is cut, by the player, by an answer or by the screen."""
    drawn(page)
    uncovered(page)
    eventually(page, lambda: page.evaluate(OUTSIDE, DRAWN), [])
    assert_nothing_sideways(page)


def uncovered(page: Page) -> None:
    """Nothing that is told or drawn lies behind the player."""
    eventually(page, lambda: page.evaluate(BEHIND, f"{TOLD}, {DRAWN}"), [])


def click(page: Page, key: str = "PageDown") -> None:
    """Press a key of the clicker, with nothing on the page in focus or whatever has it."""
    page.keyboard.press(key)


def lecture(page: Page, keys: list[str]) -> Iterator[tuple[str, int, bool]]:
    """Run lessons, the first of which is open; after each press the lesson, its step, whether it is answered."""
    for key in keys:
        last = len(BY_KEY[key].steps)
        for number in range(1, last + 1):
            question_stands(page, number, last)
            yield key, number, False
            click(page, "1" if number % 2 else "PageDown")
            expect(page.locator(".verdict-of-answer")).to_be_visible()
            wait_until_idle(page)
            yield key, number, True
            click(page)


def loaded(page: Page) -> list[str]:
    """The documents that are loaded from now on."""
    found: list[str] = []

    def see(request: Request) -> None:
        if request.is_navigation_request():
            found.append(request.url)

    page.on("request", see)
    return found


def test_a_clicker_runs_a_lesson_on_one_document_and_goes_on_to_the_next(open_page: Open) -> None:
    page = opened_step(open_page, "C", view="projector")
    documents = loaded(page)
    for _, number, _ in lecture(page, ["C"]):
        assert f"question={number}" in page.url
        expect(page.locator("h1.question")).to_be_hidden()
    question_stands(page, 1, len(BY_KEY["D"].steps))
    assert "view=projector" in page.url
    expect(page.get_by_role("textbox", name=say("frame.program"))).to_have_value("y1 = x1*x2; y2 = x1 + x2")
    assert documents == []


def test_the_next_lesson_has_its_own_program_where_the_last_question_had_another(open_page: Open) -> None:
    page = opened_step(open_page, "B", 5)
    last = len(BY_KEY["B"].steps)
    for number in (5, 6):
        question_stands(page, number, last)
        click(page)
        expect(page.locator(".verdict-of-answer")).to_be_visible()
        wait_until_idle(page)
        click(page)
    question_stands(page, 1, len(BY_KEY["C"].steps))
    expect(page.locator(".ask")).to_contain_text(say("predict.first_derivative.question", output="y", name="x"))
    assert "f=y+%3D+a" in page.url.replace("%20", "+")


def test_a_question_stays_in_sight_while_the_script_of_its_figure_is_on_the_way(open_page: Open) -> None:
    page = opened_step(open_page, "B", 6)
    question_stands(page, 6, len(BY_KEY["B"].steps))
    held: list[Route] = []
    page.route(re.compile(r"/static/js/.*[Pp]lotly"), lambda route: held.append(route))
    click(page)
    expect(page.locator(".verdict-of-answer")).to_be_visible()
    wait_until_idle(page)
    click(page)
    expect(page.locator(".lesson-bar")).to_contain_text(BY_KEY["C"].title)
    expect(page.get_by_test_id("stSkeleton").first).to_be_attached()
    assert page.locator(".ask").is_visible()
    assert held
    for route in held:
        route.continue_()
    drawn(page)


def test_the_run_of_the_question_before_is_not_left_in_the_figure(open_page: Open) -> None:
    page = opened_step(open_page, "E", 3)
    last = len(BY_KEY["E"].steps)
    for number in (3, 4, 5):
        question_stands(page, number, last)
        page.wait_for_function("document.querySelector('.st-key-descent .js-plotly-plot')?.calcdata")
        page.wait_for_function(f"(window.calm = {TRAILS} <= 3 ? (window.calm ?? 0) + 1 : 0) > 30")
        click(page)
        expect(page.locator(".verdict-of-answer")).to_be_visible()
        wait_until_idle(page)
        page.wait_for_function(f"{TRAILS} > 3")
        click(page)


@pytest.mark.parametrize(
    ("key", "number", "answer"),
    [("A", 6, "1"), ("A", 6, "3"), ("C", 4, "2"), ("D", 5, "1"), ("E", 3, "PageDown"), ("E", 6, "PageDown")],
)
def test_a_drawing_has_the_room_that_an_answer_and_the_player_leave(
    open_page: Open, key: str, number: int, answer: str
) -> None:
    page = opened_step(open_page, key, number, view="projector")
    question_stands(page, number, len(BY_KEY[key].steps))
    whole(page)
    click(page, answer)
    expect(page.locator(".verdict-of-answer")).to_be_visible()
    whole(page)


def test_back_is_the_question_before_and_figures_answer(open_page: Open) -> None:
    page = opened_step(open_page, "A", 3)
    last = len(BY_KEY["A"].steps)
    question_stands(page, 3, last)
    click(page, "PageUp")
    question_stands(page, 2, last)
    click(page, "ArrowLeft")
    question_stands(page, 1, last)
    page.go_back()
    question_stands(page, 2, last)
    click(page, "1")
    expect(page.locator(".verdict-of-answer")).to_be_visible()


def test_keys_in_a_text_box_stay_text(open_page: Open) -> None:
    page = opened_step(open_page, "A")
    box = page.get_by_role("textbox", name="x", exact=True)
    box.press("End")
    box.press("1")
    box.press("PageDown")
    expect(box).to_have_value("31")
    expect(page.locator(".verdict-of-answer")).to_have_count(0)


def test_a_typed_answer_is_judged_and_what_is_none_stays_in_its_box(open_page: Open) -> None:
    page = opened_step(open_page, "A", 5)
    box = page.get_by_role("textbox", name=say("predict.typed"))
    box.fill("6,0")
    box.press("Enter")
    expect(page.locator(".objection")).to_be_visible()
    expect(box).to_have_value("6,0")
    box.fill("6")
    box.press("PageDown")
    expect(page.locator(".verdict-of-answer")).to_have_count(0)
    box.press("Enter")
    expect(page.locator(".verdict-of-answer")).to_contain_text("forgets the 2.0 that arrives")


def test_the_list_of_lessons_keeps_who_looks_and_what_stood_open(open_page: Open) -> None:
    page = opened_step(open_page, "A", 6, view="projector", lang="zh")
    page.locator(".lesson-bar a").last.click()
    expect(page.locator(".lessons").nth(1)).to_be_visible()
    assert all(part in page.url for part in ("lecture=true", "view=projector", "lang=zh"))


@pytest.mark.parametrize("key", ["b", "."])
def test_a_key_makes_the_screen_black_and_any_key_brings_it_back(open_page: Open, key: str) -> None:
    page = opened_step(open_page, "A")
    question_stands(page, 1, len(BY_KEY["A"].steps))
    click(page, key)
    black = page.get_by_role("dialog", name=say("lessons.blank"))
    expect(black).to_be_visible()
    assert black.bounding_box() == {"x": 0, "y": 0, **(page.viewport_size or {})}
    click(page)
    expect(black).to_have_count(0)
    expect(page.locator(".verdict-of-answer")).to_have_count(0)
    box = page.get_by_role("textbox", name=say("predict.typed"))
    box.press(key)
    expect(box).to_have_value(key)
    expect(black).to_have_count(0)


def test_a_timer_counts_on_through_a_lesson(open_page: Open) -> None:
    page = opened_step(open_page, "A")
    question_stands(page, 1, len(BY_KEY["A"].steps))
    timer = page.locator(".lesson-bar .timer")
    expect(timer).to_have_text(say("lessons.timer"))
    timer.click()
    expect(timer).to_have_text(COUNTED)
    page.locator(".lesson-bar a[rel=next]").click()
    question_stands(page, 2, len(BY_KEY["A"].steps))
    expect(timer).to_have_text(COUNTED)
    timer.click()
    expect(timer).to_have_text(say("lessons.timer"))


def test_every_step_of_a_lesson_is_computed_by_one_click(open_page: Open) -> None:
    page = opened_step(open_page, "D")
    last = len(BY_KEY["D"].steps)
    question_stands(page, 1, last)
    visited: list[str] = []
    page.on("framenavigated", lambda frame: visited.append(frame.url))
    page.locator(".lesson-bar .warming").click()
    expect(page.locator(".lesson-bar .warming")).to_have_text(say("lessons.warm", last=last))
    expect(page.locator("iframe.lesson-warm")).to_have_count(0)
    assert {number for number in range(1, last + 1) if any(f"question={number}" in url for url in visited)} == {
        *range(1, last + 1)
    }
    question_stands(page, 1, last)


def test_who_reloads_is_at_the_same_step(open_page: Open) -> None:
    page = opened_step(open_page, "D", 2)
    last = len(BY_KEY["D"].steps)
    question_stands(page, 2, last)
    click(page)
    expect(page.locator(".verdict-of-answer")).to_be_visible()
    click(page)
    question_stands(page, 3, last)
    page.reload()
    question_stands(page, 3, last)


def test_who_reloads_keeps_the_answer_and_who_comes_back_to_the_question_does_not(open_page: Open) -> None:
    page = opened_step(open_page, "A", 5)
    last = len(BY_KEY["A"].steps)
    question_stands(page, 5, last)
    box = page.get_by_role("textbox", name=say("predict.typed"))
    box.fill("-77")
    box.press("Enter")
    expect(page.locator(".verdict-of-answer.wrong")).to_contain_text("-77 is not what PyTorch finds")
    wait_until_idle(page)
    page.reload()
    expect(page.locator(".verdict-of-answer.wrong")).to_contain_text("-77 is not what PyTorch finds")
    page.keyboard.press("PageDown")
    question_stands(page, 6, last)
    page.keyboard.press("PageUp")
    question_stands(page, 5, last)


def test_two_windows_of_one_lesson_go_their_own_ways(open_page: Open) -> None:
    page = opened_step(open_page, "A", 2)
    last = len(BY_KEY["A"].steps)
    question_stands(page, 2, last)
    other = page.context.new_page()
    other.goto(page.url)
    question_stands(other, 2, last)
    click(page)
    expect(page.locator(".verdict-of-answer")).to_be_visible()
    click(page)
    question_stands(page, 3, last)
    other.reload()
    question_stands(other, 2, last)


def test_on_a_phone_the_question_comes_first(open_page: Open, page: Page) -> None:
    page.set_viewport_size(PHONE)
    opened_step(open_page, "A")
    expect(page.locator(".ask")).to_be_in_viewport()
    above = page.locator(".ask").bounding_box()
    assert above is not None
    assert above["y"] < PHONE["height"] / 3
    box = page.get_by_role("textbox", name=say("frame.program"))
    expect(box).to_be_hidden()
    page.locator(".lesson-inputs summary").click()
    expect(box).to_be_visible()


@pytest.mark.slow
@pytest.mark.parametrize("view", ["projector", "phone"])
def test_the_whole_lecture_is_run_by_a_clicker(open_page: Open, page: Page, tmp_path: Path, view: str) -> None:
    if view == "phone":
        page.set_viewport_size(PHONE)
    opened_step(open_page, KEYS[0], **({"view": "projector"} if view == "projector" else {}))
    documents = loaded(page)
    for key, number, answered in lecture(page, KEYS):
        if view == "projector":
            whole(page)
        drawn(page)
        uncovered(page)
        page.screenshot(path=tmp_path / f"{key}{number}{'b' if answered else 'a'}.png")
    assert documents == []
