"""A lesson of one's own is carried by its link alone, is read as data, and refuses what it cannot hold."""

import base64
import json
import zlib
from typing import Any
from urllib.parse import parse_qsl

import pytest
from hypothesis import given
from hypothesis import strategies as st
from streamlit.testing.v1 import AppTest

from playground.language.errors import EvaluationError
from playground.lessons.own import MAX_OWN_STEPS, PREFIX, compose, lines_of, own_lesson
from playground.lessons.table import BY_KEY, LECTURE, LESSONS, link
from playground.web.reveal import MEMORY
from playground.words import say
from tests.reading import HOSTILE, found, markup, opened

TEXT = """
https://example.org/autodiff/scalar?f=y%20%3D%20x%5E3&at.x=2&predict=true&view=projector&lang=zh

./?f=y%20%3D%20x%2Aw&at.x=2&at.w=3&grad.w=false
second?f=y%20%3D%20a%2Ax%5E2%20%2B%20b%2Ax%20%2B%20c&lesson=C&question=4&predict=true
pitfalls?trap=where-nan
"""
LESSON = compose("Mine", TEXT)


def parameters(number: int, lesson: Any = LESSON) -> dict[str, str]:
    return dict(parse_qsl(link(lesson, number).partition("?")[2]))


def shown(number: int) -> AppTest:
    app = opened(LESSON.steps[number - 1].page, **parameters(number))
    assert not app.exception
    return app


def packed(plain: Any) -> str:
    return PREFIX + base64.urlsafe_b64encode(zlib.compress(json.dumps(plain).encode())).decode()


def test_a_lesson_stands_in_its_link_and_comes_back_from_it() -> None:
    assert [step.page for step in LESSON.steps] == ["scalar", "graph", "second", "pitfalls"]
    assert own_lesson(LESSON.key) == LESSON
    assert parameters(1) == {"f": "y = x^3", "at.x": "2", "predict": "true", "lesson": LESSON.key, "question": "1"}
    assert compose("Mine", lines_of(LESSON)) == LESSON
    assert compose("Mine", "https://example.org/" + link(LESSON, 2).removeprefix("./")) == LESSON


def test_a_question_of_the_lecture_stays_that_question() -> None:
    app = shown(3)
    assert [ask.right.text for ask in app.session_state[MEMORY].asks] == ["2.0"]
    assert LESSON.steps[2] == BY_KEY["C"].steps[3]


def test_its_bar_leads_through_it_and_back_to_its_boxes() -> None:
    for number in range(1, len(LESSON.steps) + 1):
        (bar,) = [piece for piece in markup(shown(number)) if 'class="lesson-bar' in piece]
        assert "<b>Mine</b>" in bar
        assert say("lessons.place", number=number, last=4) in bar
        assert ('rel="next"' in bar, 'rel="prev"' in bar) == (number < 4, number > 1)
        assert say("lessons.away") not in bar
    app = opened("lessons", own="true", lesson=LESSON.key)
    assert app.text_input(key="own-title").value == "Mine"
    assert app.text_area(key="own-addresses").value == lines_of(LESSON)


def test_every_lesson_there_is_can_be_put_together_anew() -> None:
    for lesson in LESSONS:
        lines = "\n".join(link(lesson, number) for number in range(1, len(lesson.steps) + 1))
        own = compose("", lines)
        assert own.title == say("lessons.own_untitled")
        assert own_lesson(own.key) == own
        if lesson.group == LECTURE:
            assert own.steps == lesson.steps


@pytest.mark.parametrize(("title", "text", "key"), [
    ("x" * 81, "scalar", "own_title"),
    ("", " \n ", "own_nothing"),
    ("", "scalar\n" * (MAX_OWN_STEPS + 1), "own_many"),
    ("", "scalar\n" * 100, "own_many"),
    ("", "scalar\nhttps://example.org/elsewhere?f=x", "own_address"),
    ("", "javascript:alert(1)", "own_address"),
    ("", "hello", "own_address"),
])  # fmt: skip
def test_what_it_cannot_hold_is_told(title: str, text: str, key: str) -> None:
    with pytest.raises(EvaluationError) as raised:
        compose(title, text)
    assert raised.value.key == key


def test_a_link_that_would_be_too_long_is_told() -> None:
    import random

    noise = random.Random(1)
    lines = [f"scalar?f={''.join(noise.choices('abcdefghxyz+*', k=400))}" for _ in range(MAX_OWN_STEPS)]
    with pytest.raises(EvaluationError, match="too long"):
        compose("", "\n".join(lines))


@pytest.mark.parametrize("text", [text for text in HOSTILE if len(text) <= 80])
def test_a_hostile_title_is_text(text: str) -> None:
    lesson = compose(text, "scalar")
    app = opened("scalar", **parameters(1, lesson))
    assert not app.exception
    (bar,) = [piece for piece in markup(app) if 'class="lesson-bar' in piece]
    assert "<script>" not in bar
    assert "<img" not in bar


@pytest.mark.parametrize("text", HOSTILE)
def test_a_hostile_line_is_told_or_is_a_page_that_says_what_is_wrong(text: str) -> None:
    app = opened("lessons", own="true")
    app.text_area(key="own-addresses").set_value(f"scalar?f={text}").run()
    assert not app.exception
    app.text_area(key="own-addresses").set_value(text).run()
    assert not app.exception
    if text.strip():
        assert len(found(app, "note")) == 1


BAD = [
    PREFIX, PREFIX + "!", PREFIX + "AAAA", LESSON.key[:-5], packed([]), packed({}), packed(["t"]), packed("own"),
    packed(["t", ["lessons", {}]]), packed(["t", ["scalar", 5]]), packed(["t", ["A", 7]]), packed(["t", ["A", 0]]),
    packed(["t" * 81, ["A", 1]]), packed(["t", *[["A", 1]] * 100]), packed([3, ["A", 1]]), packed("[" * 5),
    PREFIX + base64.urlsafe_b64encode(zlib.compress(b"[" * 10**6)).decode(),
    PREFIX + base64.urlsafe_b64encode(zlib.compress(b"[" * 90_000)).decode(),
]  # fmt: skip


@pytest.mark.parametrize("code", BAD, ids=range(len(BAD)))
def test_a_code_that_was_cut_or_changed_is_left_out_with_a_sentence(code: str) -> None:
    assert own_lesson(code) is None
    app = opened("scalar", lesson=code)
    assert not app.exception
    assert say("lessons.own_unknown") in "".join(found(app, "note"))


@given(st.text(max_size=60), st.binary(max_size=60))
def test_no_code_breaks_anything(text: str, data: bytes) -> None:
    for code in (text, base64.urlsafe_b64encode(data).decode(), base64.urlsafe_b64encode(zlib.compress(data)).decode()):
        assert own_lesson(PREFIX + code) is None
