"""Every lesson, pitfall and example opens from its address in a browser that was never there, with what it promises.

`EVERY=true` opens each in every language, on a screen and on a projector, in light and in dark: ten minutes. Without it
every third is opened, the next one in another language or for another room; tests/pages reads all of them.
"""

import os
from collections.abc import Iterator
from dataclasses import dataclass, field
from urllib.parse import parse_qsl, urlencode, urlsplit

import pytest
from playwright.sync_api import Browser, Page, expect

from playground.autodiff.pitfalls import PITFALLS
from playground.ui.examples import EXAMPLES
from playground.ui.lessons import BY_KEY, LECTURE, LESSONS, link
from playground.words import DEFAULT, languages, sentences
from tests.autodiff.test_pitfalls import BARE, RIGHT, WRONG
from tests.browser.conftest import SCREEN, wait_until_idle, watch
from tests.browser.serving import Server
from tests.pages.test_lessons import PROMISED
from tests.pages.test_lessons import RIGHT as ANSWERS
from tests.ui.reading import opened, results

VIEWS = ("screen", "projector")
LOCALES = {"en": "en-US", "zh": "zh-CN"}
LOOKS = [(language, view) for language in languages() for view in VIEWS]
PICTURE = ".st-key-graph svg:has(g.node), .st-key-graph-derivative svg:has(g.node), .js-plotly-plot .main-svg, .heat"

NOTHING_SIDEWAYS = """() => {
  const main = document.querySelector('[data-testid="stMain"]')
  return main.scrollWidth === main.clientWidth
}"""


@dataclass(frozen=True)
class Visit:
    """An address, and what is to be read there."""

    name: str
    path: str
    parameters: dict[str, str]
    promised: tuple[str, ...] = ()
    answers: tuple[str, ...] = field(default=())
    """In a lecture: the right answer."""


def lessons() -> Iterator[Visit]:
    """Every step of every lesson."""
    for lesson in LESSONS:
        for number in range(1, len(lesson.steps) + 1):
            address = urlsplit(link(lesson, number))
            promised = (PROMISED[lesson.key],) if lesson.key in PROMISED and number == 1 else ()
            answers = (ANSWERS[lesson.key][number - 1],) if lesson.group == LECTURE else ()
            path = f"/{address.path.strip('./')}"
            yield Visit(f"{lesson.key}-{number}", path, dict(parse_qsl(address.query)), promised, answers)


def pitfalls() -> Iterator[Visit]:
    """Every pitfall, and each when it is mended."""
    for key in PITFALLS:
        yield Visit(key, "/pitfalls", {"pitfall": key}, (WRONG[key],) if key in WRONG else (_refusal(key),))
        yield Visit(f"{key}-mended", "/pitfalls", {"pitfall": key, "mended": "true"}, (RIGHT[key],))


def _refusal(key: str) -> str:
    with pytest.raises((RuntimeError, UserWarning)) as caught:
        BARE[key]()
    return str(caught.value).strip().partition(" (Triggered internally")[0]


def examples() -> Iterator[Visit]:
    """Every example on every page that offers it; its numbers are those the page computes without a browser."""
    for example in EXAMPLES:
        for page in example.pages:
            path = "/" if page == "graph" else f"/{page}"
            yield Visit(f"{page}-{example.key}", path, example.parameters)


ALL = [*lessons(), *pitfalls(), *examples()]


EVERY = os.environ.get("EVERY") == "true"
OPENED = list(enumerate(ALL))[:: 1 if EVERY else 3]
"""Addresses that are opened, each with its place among all."""


def looks(place: int) -> list[tuple[str, str]]:
    """The languages and views that the address at a place is opened in."""
    return LOOKS if EVERY else [LOOKS[place % len(LOOKS)]]


@pytest.fixture(scope="module")
def pages(chrome: Browser) -> Iterator[dict[str, tuple[Page, list[str]]]]:
    """A page for each language of a browser, with all it complained of."""
    contexts = {language: chrome.new_context(viewport=SCREEN, locale=LOCALES[language]) for language in languages()}
    made = {language: context.new_page() for language, context in contexts.items()}
    yield {language: (page, watch(page)) for language, page in made.items()}
    for context in contexts.values():
        context.close()


@pytest.mark.parametrize(("place", "visit"), OPENED, ids=[visit.name for _, visit in OPENED])
def test_it_opens_with_what_it_promises(
    server: Server, pages: dict[str, tuple[Page, list[str]]], place: int, visit: Visit
) -> None:
    shown = () if visit.answers else numbers(visit)
    for language, view in looks(place):
        page, complaints = pages[language]
        parameters = visit.parameters | ({"view": view} if view == "projector" else {})
        page.goto(f"{server.url}{visit.path}?{urlencode(parameters)}")
        wait_until_idle(page)
        expect(page.get_by_text(sentences(language)["frame.more"], exact=True)).to_be_visible()
        for scheme in ("light", "dark"):
            page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
            expect(page.locator(PICTURE).first).to_be_visible()
            assert page.get_by_test_id("stException").count() == 0
            page.wait_for_function(NOTHING_SIDEWAYS)
            text = plain(page.locator(".st-key-body").inner_text())
            promised = (*shown, *(visit.promised if language == DEFAULT else ()))
            assert [line for line in promised if plain(line) not in text] == []
        for answer in visit.answers:
            accept(page, in_language(answer, language), sentences(language)["predict.right"])
        assert complaints == []


def numbers(visit: Visit) -> tuple[str, ...]:
    """The numbers of a page as it is computed without a browser."""
    lines = results(opened(visit.path.strip("/") or "graph", **visit.parameters))
    return tuple(line for line in lines if "=" in line)


def in_language(answer: str, language: str) -> str:
    """An answer in words as a language has it; a number is the same in all."""
    keys = [key for key, text in sentences(DEFAULT).items() if text == answer]
    return sentences(language)[keys[0]] if keys else answer


def accept(page: Page, answer: str, right: str) -> None:
    """Tap an answer, which is to be accepted."""
    expect(page.locator(".st-key-answers button")).to_have_count(3)
    page.locator(".st-key-answers").get_by_role("button", name=answer, exact=True).click()
    expect(page.locator(".verdict-of-answer")).to_contain_text(right)
    wait_until_idle(page)


def plain(text: str) -> str:
    """In one line, with one kind of minus."""
    return " ".join(text.replace("\u2212", "-").split())


def test_every_lecture_step_is_among_them() -> None:
    steps = [visit for visit in ALL if visit.answers]
    assert len(steps) == sum(len(answers) for answers in ANSWERS.values())
    assert {key for key in BY_KEY if BY_KEY[key].group == LECTURE} == ANSWERS.keys()
