"""Every lesson, pitfall and example opens from its address in a browser, with what it promises.

Two addresses of every page are opened, each in one language and on a screen or for a room; `pytest -m ""` opens all of
them in every language, on a screen and on a projector. tests/pages reads all of them without a browser.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from itertools import cycle, groupby
from urllib.parse import parse_qsl, urlencode, urlsplit

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from playground.lessons.table import BY_KEY, LECTURE, LESSONS, link
from playground.pitfalls.table import PITFALLS
from playground.words import DEFAULT, languages, sentences
from tests.bare_pitfalls import RIGHT, WRONG, refusal
from tests.browser.conftest import wait_until_idle, watch
from tests.browser.looking import assert_nothing_sideways
from tests.browser.serving import Server
from tests.lesson_answers import ANSWERS, PROMISED
from tests.registry import OFFERED

VIEWS = ("screen", "projector")
LOCALES = {"en": "en-US", "zh": "zh-CN"}
LOOKS = [(language, view) for language in languages() for view in VIEWS]
PICTURE = (
    ".st-key-graph svg:has(g.node), .st-key-graph-derivative svg:has(g.node), .js-plotly-plot .main-svg, .heat, "
    ".st-key-answers"
)
"""What is looked at: a picture, or the question before which there is none."""


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
    """Every pitfall as it asks, and each when it is mended."""
    for key, row in PITFALLS.items():
        code = row.text(False, row.values).splitlines()
        yield Visit(key, "/pitfalls", {"trap": key}, (code[-1],))
        printed = WRONG[key] if key in WRONG else refusal(key)
        yield Visit(f"{key}-mended", "/pitfalls", {"trap": key, "mended": "true"}, (printed, RIGHT[key]))


def examples() -> Iterator[Visit]:
    """Every example on every page that offers it."""
    for page, example in OFFERED:
        path = "/" if page == "graph" else f"/{page}"
        yield Visit(f"{page}-{example.key}", path, example.parameters)


ALL = [*lessons(), *pitfalls(), *examples()]


def chosen() -> Iterator[Visit]:
    """The first and the last address of every page."""
    for _, visits in groupby(sorted(ALL, key=lambda visit: visit.path), lambda visit: visit.path):
        first, *_, last = visits
        yield from (first, last)


ONE_LOOK = [pytest.param(visit, [look], id=visit.name) for visit, look in zip(chosen(), cycle(LOOKS), strict=False)]
EVERY_LOOK = [pytest.param(visit, LOOKS, id=f"{visit.name}-in-every-look", marks=pytest.mark.slow) for visit in ALL]


@pytest.fixture(scope="module")
def pages(window: Callable[..., BrowserContext]) -> Iterator[dict[str, tuple[Page, list[str]]]]:
    """A page for each language of a browser, with all it complained of."""
    contexts = {language: window(locale=LOCALES[language]) for language in languages()}
    made = {language: context.new_page() for language, context in contexts.items()}
    yield {language: (page, watch(page)) for language, page in made.items()}
    for context in contexts.values():
        context.close()


@pytest.mark.parametrize(("visit", "looks"), [*ONE_LOOK, *EVERY_LOOK])
def test_it_opens_with_what_it_promises(
    server: Server, pages: dict[str, tuple[Page, list[str]]], visit: Visit, looks: list[tuple[str, str]]
) -> None:
    for language, view in looks:
        page, complaints = pages[language]
        parameters = visit.parameters | ({"view": view} if view == "projector" else {})
        page.goto(f"{server.url}{visit.path}?{urlencode(parameters)}")
        wait_until_idle(page)
        expect(page.get_by_text(sentences(language)["frame.more"], exact=True)).to_be_visible()
        for scheme in ("light", "dark"):
            page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
            expect(page.locator(PICTURE).first).to_be_visible()
            expect(page.get_by_test_id("stException")).to_have_count(0)
            assert_nothing_sideways(page)
            for line in visit.promised if language == DEFAULT else ():
                expect(page.locator(".st-key-page")).to_contain_text(written(line), use_inner_text=True)
        for answer in visit.answers:
            accept(page, in_language(answer, language), sentences(language)["predict.right"])
        assert complaints == []


def in_language(answer: str, language: str) -> str:
    """An answer in words as a language has it; a number is the same in all."""
    keys = [key for key, text in sentences(DEFAULT).items() if text == answer]
    return sentences(language)[keys[0]] if keys else answer


def accept(page: Page, answer: str, right: str) -> None:
    """Tap an answer, which is to be accepted."""
    expect(page.locator("[class*=st-key-answer-] button")).to_have_count(3)
    page.locator(".st-key-answers").get_by_role("button", name=answer, exact=True).click()
    expect(page.locator(".verdict-of-answer")).to_contain_text(right)
    wait_until_idle(page)


def written(line: str) -> re.Pattern[str]:
    """A line as a page may write it: with another kind of minus, and broken elsewhere."""
    return re.compile(r"\s+".join(re.escape(word).replace(r"\-", "[-\u2212]") for word in line.split()))


def test_every_lecture_step_is_among_them() -> None:
    steps = [visit for visit in ALL if visit.answers]
    assert len(steps) == sum(len(answers) for answers in ANSWERS.values())
    assert {key for key in BY_KEY if BY_KEY[key].group == LECTURE} == ANSWERS.keys()
