"""The 25 questions: each address opens and answers, in every language, and the list in the documents is this one."""

import re
from pathlib import Path
from urllib.parse import parse_qsl, urlsplit

import pytest
from streamlit.testing.v1 import AppTest

from playground.lessons.asked import QUESTIONS, Question
from playground.lessons.table import PITFALLS as PITFALLS_PAGE
from playground.pitfalls.table import PITFALLS
from playground.words import languages, say, sentences
from tests.bare_pitfalls import RIGHT
from tests.lesson_answers import PROMISED
from tests.reading import found, opened, results, said

DOCUMENT = Path(__file__).parents[2] / "docs" / "questions.md"
ANSWERED = {
    "jacobian": "derivatives of the flattened tensors",
    "graph": "x.grad = 7.0",
    "rate": "It diverges",
    "check": "finite difference",
}
"""What a page says that no lesson and no pitfall answers."""


def visited(question: Question, **more: str) -> AppTest:
    """The app as the address of a question opens it."""
    parameters = dict(parse_qsl(urlsplit(question.href(**more)).query))
    return opened(question.page, **parameters)


def test_they_are_twenty_five_and_each_has_an_address_of_its_own() -> None:
    assert len(QUESTIONS) == 25
    assert len({question.href() for question in QUESTIONS}) == 25


@pytest.mark.parametrize("question", QUESTIONS, ids=lambda question: question.key)
def test_each_address_opens_without_an_objection_and_answers(question: Question) -> None:
    app = visited(question, mended="true") if question.page == PITFALLS_PAGE else visited(question)
    assert not app.exception
    assert not [note for note in found(app, "note") if "address" in note]
    words = [*results(app), said(app)]
    assert any(promised(question) in line for line in words)


def promised(question: Question) -> str:
    """What the page says that answers a question."""
    if question.lesson:
        return PROMISED[question.lesson]
    return RIGHT[question.parameters["trap"]] if "trap" in question.parameters else ANSWERED[question.key]


@pytest.mark.parametrize("question", QUESTIONS, ids=lambda question: question.key)
def test_each_opens_in_chinese_for_a_projector(question: Question) -> None:
    app = visited(question, lang="zh", view="projector")
    assert not app.exception
    if "trap" in question.parameters:
        questions = {sentences("zh")[f"pitfalls.ask_{kind}"] for kind in ("printed", "line")}
        assert set(found(app, "question")) <= questions


@pytest.mark.parametrize("language", languages())
def test_each_is_a_question_in_every_language(language: str) -> None:
    keys = {key.removeprefix("asked.") for key in sentences(language) if key.startswith("asked.")}
    assert keys == {question.key for question in QUESTIONS}
    for question in QUESTIONS:
        assert sentences(language)[f"asked.{question.key}"].endswith(("?", "？"))


def document() -> str:
    """The list as it stands in the documents."""
    lines = [
        f"{place}. {say(f'asked.{question.key}')}  \n   `{_shown(question)}`"
        for place, question in enumerate(QUESTIONS, 1)
    ]
    return (
        "# Every question has an address\n\n"
        "What people have asked about autograd for many years, and the address that answers it. The search of\n"
        "`/lessons` finds these, the lessons, the pitfalls and the functions, in English and in Chinese.\n\n"
        + "\n".join(lines)
        + "\n"
    )


def _shown(question: Question) -> str:
    """An address from the top."""
    return "/" + question.href().removeprefix("./").removeprefix("/")


def test_the_list_in_the_documents_is_this_one() -> None:
    assert DOCUMENT.read_text("utf-8") == document()
    traps = re.findall(r"trap=([\w-]+)", DOCUMENT.read_text("utf-8"))
    assert set(traps) <= PITFALLS.keys()
