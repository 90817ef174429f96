"""A lesson in a real browser: from the list to the last answer, and what is hidden until it is given."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from playground.drawing.colours import Colour
from playground.lessons.table import BY_KEY, TUTORIAL
from playground.words import say, sentences
from tests.browser.conftest import wait_until_idle
from tests.browser.head import TOOLS
from tests.browser.looking import (
    LEGIBLE,
    PHONE,
    TARGETS,
    TEXTS,
    THUMB,
    assert_nothing_sideways,
    eventually,
    grave,
    tabbed,
)

Open = Callable[..., Page]

PANEL = ".st-key-page :is(.stExpander, a.panel)"

ANSWERS = ("4.0", "1.0", "-5.0", "2.0", "12.0", "7.0")


def answer(page: Page, text: str) -> None:
    """Tap an answer, and wait for what is said of it."""
    page.locator(".st-key-answers").get_by_role("button", name=re.compile(rf"^(. )?{re.escape(text)}$")).click()
    expect(page.locator(".verdict-of-answer")).to_be_visible()
    wait_until_idle(page)


def visible_texts(page: Page, colour: Colour) -> list[str]:
    """The values, or the gradients, in the drawing that can be seen."""
    texts = page.locator(f'.st-key-graph svg text[fill="{colour.light}"]').all()
    return [text.text_content() or "" for text in texts if text.is_visible()]


def test_lesson_a_from_the_list_to_the_last_answer(open_page: Open) -> None:
    page = open_page("/lessons")
    page.get_by_text(say("lessons.lecture")).click()
    page.get_by_role("link", name=re.compile("Who adds what")).click()
    for number, right in enumerate(ANSWERS, 1):
        expect(page.locator(".lesson-bar")).to_contain_text(say("lessons.place", number=number, last=len(ANSWERS)))
        expect(page.locator(".st-key-graph svg.played")).to_be_attached()
        wait_until_idle(page)
        expect(page.locator(".st-key-results")).to_be_hidden()
        answer(page, right)
        expect(page.locator(".verdict-of-answer")).to_contain_text(say("predict.right"))
        if number < len(ANSWERS):
            page.get_by_role("link", name=say("lessons.next"), exact=True).click()
    assert "lesson=A" in page.url
    expect(page.locator(".st-key-results")).to_contain_text("x.grad = 7.0")
    expect(page.locator(".st-key-results")).to_be_visible()


def test_a_number_of_the_graph_is_seen_when_it_was_predicted(open_page: Open) -> None:
    page = open_page("/", predict="true")
    expect(page.locator(".st-key-graph svg.played")).to_be_attached()
    wait_until_idle(page)
    assert not {"7.0", "12.0", "2.0", "-5.0", "−5.0"} & set(visible_texts(page, Colour.GRADIENT))
    expect(page.locator(".player .place")).to_have_text("5 of 5")
    assert "4.0" not in visible_texts(page, Colour.VALUE)
    answer(page, "4.0")
    expect(page.locator(".player .place")).to_have_text("6 of 6")
    eventually(page, lambda: "4.0" in visible_texts(page, Colour.VALUE), True)
    for number, places in ((2, "6 of 6"), (3, "7 of 7"), (4, "7 of 7"), (5, "8 of 8")):
        page.get_by_role("button", name=say("predict.next")).click()
        expect(page.locator(".ask")).to_contain_text(f"{number} of 9")
        answer(page, "1.0")
        expect(page.locator(".player .place")).to_have_text(places)
    page.get_by_role("button", name=say("predict.next")).click()
    expect(page.locator(".ask")).to_contain_text(say("predict.passes.question", node="b·x", target="x"))
    wait_until_idle(page)
    assert "−5.0" not in visible_texts(page, Colour.GRADIENT)
    answer(page, "-5.0")
    expect(page.locator(".player .place")).to_have_text("9 of 9")
    eventually(page, lambda: "−5.0" in visible_texts(page, Colour.GRADIENT), True)
    expect(page.locator(".st-key-results")).to_be_hidden()


def test_an_address_that_is_copied_on_another_page_brings_the_lesson_back(open_page: Open, elsewhere: Page) -> None:
    page = open_page("/", lesson="A", question="6", predict="true")
    expect(page.locator(TOOLS).first).to_be_visible()
    page.get_by_role("link", name=say("matrix.menu"), exact=True).click()
    expect(page).to_have_url(re.compile("/matrix.*lesson=A"))
    expect(page).to_have_url(re.compile("question=6"))
    expect(page.locator(".st-key-kept")).to_be_hidden()
    elsewhere.goto(page.url)
    expect(elsewhere.locator(".lesson-bar")).to_contain_text(say("lessons.place", number=6, last=6))
    expect(elsewhere.locator(".lesson-bar")).to_contain_text(say("lessons.away"))


@pytest.mark.parametrize(
    ("path", "hidden"),
    [
        ("/scalar", ".st-key-results"),
        ("/matrix", ".st-key-maps .heat.gradient >> nth=1"),
        ("/partials", ".st-key-results"),
        ("/second", ".st-key-graph-derivative g.node >> nth=0"),
        ("/descent", ".st-key-results"),
    ],
)
def test_the_pages_answer_is_hidden_until_all_is_predicted(open_page: Open, path: str, hidden: str) -> None:
    page = open_page(path, predict="true")
    expect(page.locator(".ask")).to_be_visible()
    wait_until_idle(page)
    expect(page.locator(hidden)).to_have_count(0)
    expect(page.locator(f"{PANEL} >> visible=true")).to_have_count(0)
    for _ in range(5):
        page.locator(".st-key-answer-0 button").click()
        expect(page.locator(".verdict-of-answer")).to_be_visible()
        wait_until_idle(page)
        on = page.get_by_role("button", name=say("predict.next"))
        if not on.count():
            break
        on.click()
        expect(page.locator(".verdict-of-answer")).to_have_count(0)
        wait_until_idle(page)
    expect(page.locator(hidden)).to_be_visible()
    expect(page.locator(PANEL).first).to_be_visible()


PLACES = (
    ("/lessons", {"lecture": "true", "find": "nan"}),
    ("/", {"lesson": "A", "predict": "true"}),
)


def test_a_phone_needs_no_fine_finger_and_scrolls_nothing_sideways(open_page: Open, page: Page) -> None:
    page.set_viewport_size(PHONE)
    for path, parameters in PLACES:
        open_page(path, **parameters)
        expect(page.locator(".lessons, .lesson-bar").first).to_be_visible()
        expect(page.get_by_test_id("stExpandSidebarButton")).to_be_visible()
        eventually(page, lambda: page.evaluate(TARGETS, THUMB), [])
        assert_nothing_sideways(page)


def test_a_projector_shows_nothing_small(open_page: Open, page: Page) -> None:
    for path, parameters in PLACES:
        open_page(path, **parameters, view="projector")
        expect(page.locator(".lessons, .lesson-bar").first).to_be_visible()
        wait_until_idle(page)
        eventually(page, lambda: page.evaluate(TEXTS, LEGIBLE), [])
        assert_nothing_sideways(page)


def test_every_lesson_is_reached_with_the_keyboard_and_shows_the_focus(open_page: Open) -> None:
    page = open_page("/lessons")
    expect(page.locator(".lessons")).to_be_visible()
    reached = tabbed(page, 45)
    assert [part["what"] for part in reached if not part["names"] or not part["rings"]] == []
    names = [name for part in reached for name in part["names"]]
    for lesson in (lesson for lesson in BY_KEY.values() if lesson.group == TUTORIAL):
        assert any(name.startswith(say(f"lessons.{lesson.key}.title")) for name in names)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_grave(open_page: Open, page: Page, scheme: str) -> None:
    page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
    open_page("/lessons", lecture="true", misconceptions="true", further="true", find="nan")
    expect(page.locator(".sketch")).to_have_count(len(BY_KEY))
    expect(page.get_by_role("button", name=say("share.open"))).to_be_visible()
    eventually(page, lambda: grave(page), [])
    open_page("/", lesson="A", question="6", predict="true", **{"at.a": "2"})
    expect(page.locator(".lesson-bar")).to_be_visible()
    page.locator(".st-key-answer-0 button").click()
    expect(page.locator(".verdict-of-answer")).to_be_visible()
    eventually(page, lambda: grave(page), [])


@pytest.mark.parametrize(("language", "text"), [("en", "why is grad none"), ("zh", "为什么 grad 是 None")])
def test_a_question_finds_its_pitfall_as_one_types(open_page: Open, language: str, text: str) -> None:
    words = sentences(language)
    page = open_page("/lessons", lang=language)
    page.get_by_label(words["lessons.find"]).press_sequentially(text)
    hit = page.locator(".found").get_by_role("link", name=words["asked.grad_none"])
    expect(hit).to_be_visible()
    expect(page).to_have_url(re.compile("find="))
    hit.click()
    expect(page).to_have_url(re.compile("trap=non-leaf"))
    expect(page.locator("h1.question")).to_have_text(words["pitfalls.ask_printed"])


def test_a_trap_that_was_typed_leads_to_its_pitfall(open_page: Open) -> None:
    page = open_page("/scalar", f="y = where(x > 0, sqrt(x), x)", **{"at.x": "0"})
    page.locator(".note").get_by_role("link").click()
    expect(page).to_have_url(re.compile(r"/pitfalls\?trap=where-nan"))
    expect(page.locator(".st-key-answers")).to_be_visible()
