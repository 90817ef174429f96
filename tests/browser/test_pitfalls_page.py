"""`/pitfalls` in a real browser: a click provokes, a click mends, and the address shows it again."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Locator, Page, expect

from playground.drawing.colours import Colour
from playground.pitfalls.table import PITFALLS
from playground.words import say
from tests.bare_pitfalls import BARE, RIGHT, WRONG, refusal
from tests.browser.conftest import wait_until_idle
from tests.browser.looking import (
    LEGIBLE,
    PHONE,
    TARGETS,
    TEXTS,
    THUMB,
    assert_nothing_sideways,
    assert_on_one_screen,
    eventually,
    grave,
    overlapping,
)

Open = Callable[..., Page]


def svg(page: Page) -> Locator:
    return page.locator(".st-key-graph svg:has(g.node)")


def test_a_silent_one_is_provoked_with_a_click_and_mended_with_another(open_page: Open) -> None:
    page = open_page("/pitfalls")
    page.get_by_role("radiogroup").get_by_text("detach cuts").click()
    expect(page.locator(".st-key-results")).to_contain_text(WRONG["detach"])
    expect(page.locator(".st-key-results")).not_to_contain_text(RIGHT["detach"])
    cut = svg(page).locator("g.edge.marked")
    expect(cut).to_contain_text("✂")
    expect(cut.locator("path")).to_have_attribute("stroke-dasharray", re.compile(r"\d"))
    expect(page).to_have_url(re.compile("pitfall=detach"))
    page.get_by_text("Mend", exact=True).click()
    expect(page.locator(".st-key-results")).to_contain_text(RIGHT["detach"])
    expect(page.locator(".st-key-results")).to_contain_text(WRONG["detach"])
    expect(page.locator(".pitfall .new")).to_have_text("y = x*x")
    expect(svg(page).locator(".marked")).to_have_count(0)
    expect(page).to_have_url(re.compile("mended=true"))
    page.reload()
    wait_until_idle(page)
    expect(page.locator(".st-key-results")).to_contain_text(RIGHT["detach"])


def test_a_loud_one_says_what_pytorch_says_at_the_line_that_is_refused(open_page: Open) -> None:
    with pytest.raises(RuntimeError) as caught:
        BARE["twice"]()
    page = open_page("/pitfalls", pitfall="twice")
    expect(page.locator(".refusal")).to_have_text(f"RuntimeError {caught.value}")
    expect(page.locator(".pitfall .refused")).to_have_text("y.backward()")
    node = svg(page).locator("g.node.marked")
    expect(node).to_contain_text("what it saved is gone")
    expect(node.locator("path").first).to_have_attribute("stroke", Colour.MARK.light)
    page.get_by_text("Mend", exact=True).click()
    expect(page.locator(".st-key-results")).to_contain_text(RIGHT["twice"])


def test_another_one_is_a_click_away_and_back_leads_to_the_one_before(open_page: Open) -> None:
    page = open_page("/pitfalls", pitfall="sqrt")
    page.get_by_role("radiogroup").get_by_text("relu at 0").click()
    expect(page.locator(".st-key-results")).to_contain_text(WRONG["relu"])
    expect(page).to_have_url(re.compile("pitfall=relu"))
    page.go_back()
    expect(page.locator(".st-key-results")).to_contain_text(WRONG["sqrt"])


def test_another_one_is_not_mended_at_first(open_page: Open) -> None:
    page = open_page("/pitfalls", pitfall="sqrt", mended="true")
    page.get_by_role("radiogroup").get_by_text("relu at 0").click()
    expect(page.locator(".st-key-results")).to_contain_text(WRONG["relu"])
    expect(page.get_by_role("switch", name="Mend")).not_to_be_checked()
    expect(page.locator(".outcome")).to_have_count(1)


def test_one_screen_holds_code_graph_and_number_of_each(open_page: Open) -> None:
    page = open_page("/pitfalls")
    for key in PITFALLS:
        page.get_by_role("radiogroup").get_by_text(say(f"pitfalls.{key}.title"), exact=True).click()
        printed = WRONG[key] if key in WRONG else refusal(key).splitlines()[0]
        expect(page.locator(".st-key-results")).to_contain_text(printed)
        wait_until_idle(page)
        answer = (page.locator("pre.pitfall"), svg(page), page.locator(".st-key-results"), page.locator(".sentence"))
        assert_on_one_screen(page, *answer)
        assert_nothing_sideways(page)


def test_a_phone_needs_no_fine_finger_and_a_projector_shows_nothing_small(open_page: Open, page: Page) -> None:
    open_page("/pitfalls", pitfall="broadcast", mended="true", view="projector")
    expect(svg(page)).to_be_visible()
    eventually(page, lambda: page.evaluate(TEXTS, LEGIBLE), [])
    assert_nothing_sideways(page)
    eventually(page, lambda: overlapping(page), [])
    page.set_viewport_size(PHONE)
    open_page("/pitfalls", pitfall="rebound")
    expect(svg(page)).to_be_visible()
    eventually(page, lambda: page.evaluate(TARGETS, THUMB), [])
    assert_nothing_sideways(page)


def test_for_a_room_the_drawing_is_whole_and_the_list_is_a_click_away(open_page: Open) -> None:
    page = open_page("/pitfalls", pitfall="relu", view="projector")
    expect(svg(page)).to_be_visible()
    box = svg(page).bounding_box()
    assert box is not None
    assert box["x"] + box["width"] <= 1280
    expect(page.locator(".st-key-results")).to_be_in_viewport(ratio=1)
    expect(page.get_by_role("radiogroup")).to_have_count(0)
    page.locator(".st-key-pitfall-choice").get_by_role("button").click()
    page.get_by_role("radiogroup").get_by_text("detach cuts").click()
    expect(page.locator(".st-key-results")).to_contain_text(WRONG["detach"])


def test_axe_finds_nothing_grave_in_both_themes(open_page: Open) -> None:
    page = open_page("/pitfalls", pitfall="twice")
    expect(svg(page)).to_be_visible()
    eventually(page, lambda: grave(page), [])
    page.get_by_text("Mend", exact=True).click()
    expect(page.locator(".pitfall .new").first).to_be_visible()
    page.emulate_media(color_scheme="dark")
    expect(page.get_by_test_id("stApp")).to_have_css("color-scheme", "dark")
    eventually(page, lambda: grave(page), [])
