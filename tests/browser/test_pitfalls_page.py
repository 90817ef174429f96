"""`/pitfalls` in a real browser: an answer provokes, a click mends, and the address shows it again."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Locator, Page, expect

from playground.drawing.colours import Colour
from playground.pitfalls.table import PITFALLS
from playground.words import say, sentences
from tests.bare_pitfalls import RIGHT, WRONG, refusal
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


def answer(page: Page, text: str | None = None) -> None:
    """Answer the question, and wait for what is said of it."""
    name = re.compile(re.escape(text or ""))
    page.locator(".st-key-answers").get_by_role("button", name=name).first.click()
    expect(page.locator(".verdict-of-answer")).to_be_visible()
    wait_until_idle(page)


def choose(page: Page, key: str) -> None:
    """Choose a pitfall of the list, and wait for its question: the one that stood there may have been open too."""
    page.get_by_role("radiogroup").get_by_text(say(f"pitfalls.{key}.title"), exact=True).click()
    lines = PITFALLS[key].text(False, PITFALLS[key].values).splitlines()
    expect(page.locator("pre.pitfall .line")).to_have_text(lines)
    expect(page.locator(".verdict-of-answer, .outcome")).to_have_count(0)
    wait_until_idle(page)


def test_a_silent_one_asks_is_provoked_with_a_click_and_mended_with_another(open_page: Open) -> None:
    page = open_page("/pitfalls")
    choose(page, "detach")
    expect(page.locator("pre.pitfall")).to_contain_text("detach")
    expect(page.locator("h1.question")).to_have_text(say("pitfalls.ask_printed"))
    expect(page.locator(".st-key-results")).to_have_count(0)
    expect(svg(page)).to_have_count(0)
    answer(page, "6.0")
    expect(page.locator(".verdict-of-answer")).to_contain_text(say("pitfalls.detach.wrong_1"))
    expect(page.locator(".st-key-results", has_text=WRONG["detach"])).to_be_visible()
    expect(page.locator(".st-key-results")).not_to_contain_text(RIGHT["detach"])
    cut = svg(page).locator("g.edge.marked")
    expect(cut).to_contain_text("✂")
    expect(cut.locator("path")).to_have_attribute("stroke-dasharray", re.compile(r"\d"))
    expect(page).to_have_url(re.compile("trap=detach"))
    page.get_by_role("button", name=say("pitfalls.mend")).click()
    both = page.locator(".st-key-results", has_text=RIGHT["detach"]).filter(has_text=WRONG["detach"])
    expect(both).to_be_visible()
    expect(page.locator(".pitfall .new")).to_have_text("y = x*x")
    expect(page.locator("pre.pitfall")).to_have_count(2)
    expect(svg(page).locator(".marked")).to_have_count(0)
    expect(page).to_have_url(re.compile("mended=true"))
    page.reload()
    wait_until_idle(page)
    expect(page.locator(".st-key-results", has_text=RIGHT["detach"])).to_be_visible()


def test_a_loud_one_says_what_pytorch_says_at_the_line_that_is_refused(open_page: Open) -> None:
    page = open_page("/pitfalls", trap="twice")
    expect(page.locator("h1.question")).to_have_text(say("pitfalls.ask_line"))
    answer(page, "4: y.backward()")
    expect(page.locator(".verdict-of-answer")).to_contain_text(say("predict.right"))
    expect(page.locator(".refusal")).to_have_text(f"RuntimeError {refusal('twice')}")
    expect(page.locator(".pitfall .refused")).to_have_text("y.backward()")
    node = svg(page).locator("g.node.marked")
    expect(node).to_contain_text("what it saved is gone")
    expect(node.locator("path").first).to_have_attribute("stroke", Colour.MARK.light)
    page.get_by_role("button", name=say("pitfalls.mend")).click()
    expect(page.locator(".st-key-results", has_text=RIGHT["twice"])).to_be_visible()


def test_another_one_is_a_click_away_and_back_leads_to_the_one_before(open_page: Open) -> None:
    page = open_page("/pitfalls", trap="sqrt", mended="true", x="0")
    choose(page, "relu")
    expect(page.locator(".outcome")).to_have_count(0)
    answer(page)
    expect(page.locator(".st-key-results", has_text=WRONG["relu"])).to_be_visible()
    expect(page.locator(".outcome")).to_have_count(1)
    expect(page).to_have_url(re.compile("trap=relu$"))


def test_the_choice_returns_with_the_page(open_page: Open) -> None:
    page = open_page("/pitfalls", trap="sqrt")
    links = page.get_by_test_id("stTopNavLink")
    links.filter(has_text=say("graph.menu")).click()
    expect(svg(page)).to_be_visible()
    links.filter(has_text=say("pitfalls.menu")).click()
    expect(page.locator("pre.pitfall")).to_contain_text("torch.sqrt(x**2)")
    expect(page).to_have_url(re.compile("trap=sqrt"))


def test_a_number_is_changed_and_the_trap_is_gone_in_an_older_address_too(open_page: Open) -> None:
    page = open_page("/pitfalls", pitfall="sqrt")
    expect(page).to_have_url(re.compile("trap=sqrt"))
    answer(page, "nan")
    page.get_by_label("x", exact=True).fill("2")
    page.get_by_label("x", exact=True).press("Enter")
    expect(page.locator(".st-key-results", has_text="x.grad = 1.0")).to_be_visible()
    expect(page.get_by_text(say("pitfalls.harmless"))).to_be_visible()
    expect(page).to_have_url(re.compile("x=2"))


SOME = list(PITFALLS)[::4]


@pytest.mark.parametrize(
    "keys", [SOME, pytest.param([key for key in PITFALLS if key not in SOME], marks=pytest.mark.slow)]
)
def test_one_screen_holds_code_graph_and_number(open_page: Open, keys: list[str]) -> None:
    page = open_page("/pitfalls")
    for key in keys:
        choose(page, key)
        answer(page)
        printed = WRONG[key] if key in WRONG else refusal(key).splitlines()[0]
        expect(page.locator(".st-key-results", has_text=printed)).to_be_visible()
        wait_until_idle(page)
        assert_on_one_screen(page, page.locator("pre.pitfall"), svg(page), page.locator(".st-key-results"))
        assert_nothing_sideways(page)


def test_in_chinese_it_asks_and_answers(open_page: Open) -> None:
    page = open_page("/pitfalls", trap="where-nan", lang="zh", **{"x": "0"})
    chinese = sentences("zh")
    expect(page.locator("h1.question")).to_have_text(chinese["pitfalls.ask_printed"])
    answer(page, "nan")
    expect(page.locator(".verdict-of-answer")).to_contain_text(chinese["predict.right"])
    page.get_by_role("button", name=chinese["pitfalls.mend"]).click()
    expect(page.locator(".st-key-results", has_text=RIGHT["where-nan"])).to_be_visible()


def test_a_phone_needs_no_fine_finger_and_a_projector_shows_nothing_small(open_page: Open, page: Page) -> None:
    open_page("/pitfalls", trap="broadcast", mended="true", view="projector")
    expect(svg(page)).to_be_visible()
    eventually(page, lambda: page.evaluate(TEXTS, LEGIBLE), [])
    assert_nothing_sideways(page)
    eventually(page, lambda: overlapping(page), [])
    page.set_viewport_size(PHONE)
    open_page("/pitfalls", trap="data")
    answer(page)
    expect(svg(page)).to_be_visible()
    eventually(page, lambda: page.evaluate(TARGETS, THUMB), [])
    assert_nothing_sideways(page)


def test_on_a_phone_the_list_unfolds_under_the_title_of_the_one_that_is_shown(open_page: Open, page: Page) -> None:
    page.set_viewport_size(PHONE)
    open_page("/pitfalls", trap="relu")
    shown, titles = page.locator("details.unfold summary"), page.get_by_role("radiogroup").locator("label")
    expect(shown).to_contain_text(say("pitfalls.relu.title"))
    expect(titles.first).to_be_hidden()
    expect(page.locator(".st-key-answers")).to_be_in_viewport()
    shown.click()
    expect(titles).to_have_count(len(PITFALLS))
    eventually(page, lambda: page.evaluate(TARGETS, THUMB), [])
    assert_nothing_sideways(page)
    choose(page, "detach")
    expect(shown).to_contain_text("detach cuts")
    expect(titles.first).to_be_hidden()


def test_for_a_room_the_drawing_is_whole_and_the_list_says_which_one_is_shown(open_page: Open) -> None:
    page = open_page("/pitfalls", trap="relu", view="projector")
    answer(page)
    expect(svg(page)).to_be_visible()
    box = svg(page).bounding_box()
    assert box is not None
    assert box["x"] + box["width"] <= 1280
    expect(page.locator(".st-key-results")).to_be_in_viewport(ratio=1)
    eventually(page, lambda: page.evaluate(TEXTS, LEGIBLE), [])
    expect(page.get_by_role("radiogroup")).to_have_count(0)
    listing = page.locator(".st-key-pitfall-choice").get_by_role("button")
    expect(listing).to_contain_text(say("pitfalls.relu.title"))
    listing.click()
    choose(page, "detach")
    expect(listing).to_contain_text("detach cuts")
    expect(page.locator(".st-key-results")).to_have_count(0)


def test_axe_finds_nothing_grave_in_both_themes(open_page: Open) -> None:
    page = open_page("/pitfalls", trap="where-nan")
    expect(page.locator(".st-key-answers")).to_be_visible()
    eventually(page, lambda: grave(page), [])
    answer(page)
    expect(svg(page)).to_be_visible()
    eventually(page, lambda: grave(page), [])
    page.get_by_role("button", name=say("pitfalls.mend")).click()
    expect(page.locator(".pitfall .new").first).to_be_visible()
    page.emulate_media(color_scheme="dark")
    expect(page.get_by_test_id("stApp")).to_have_css("color-scheme", "dark")
    eventually(page, lambda: grave(page), [])
