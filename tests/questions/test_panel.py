"""The box in which an answer is typed, on a page and in a lesson."""

from dataclasses import replace
from urllib.parse import parse_qsl

import pytest
from streamlit.testing.v1 import AppTest

from playground.language.parse import parse
from playground.lessons.table import BY_KEY, link
from playground.web.case import observed
from playground.web.reveal import MEMORY, Progress
from playground.web.typed import MAX_TYPED_CHARACTERS
from playground.words import say
from tests.cases import case_at
from tests.reading import HOSTILE, box, markup, opened, tap, type_answer
from tests.registry import DESCENT, GRAPH, SCALAR, SECOND


def typed(app: AppTest, text: str) -> AppTest:
    """The app after an answer was typed."""
    app = type_answer(app, text)
    assert not app.exception
    return app


def now(app: AppTest) -> Progress:
    found: Progress = app.session_state[MEMORY]
    return found


def verdict(app: AppTest) -> str:
    (found,) = [text for text in markup(app) if "verdict-of-answer" in text]
    return found


def test_one_goes_backward_by_hand_and_is_checked_at_every_node() -> None:
    app = opened(GRAPH, predict="true")
    asks = now(app).asks
    assert len(asks) > 4
    for turn, ask in enumerate(asks):
        app = typed(app, ask.right.text)
        assert '"verdict-of-answer right"' in verdict(app)
        if turn + 1 < len(asks):
            app = tap(app, "next-question")
            assert box(app)["text"] == ""
    assert not now(app).hides


def test_every_node_can_be_the_one_that_is_asked_about() -> None:
    app = opened(GRAPH, predict="true", f="u = x^2; y = u*u + u + 3x")
    progress = now(app)
    nodes = observed(case_at(parse("u = x^2; y = u*u + u + 3x"), {"x": 3})).graph.nodes
    assert progress.choices.keys() == {*range(len(nodes))}
    for node, turn in progress.choices.items():
        assert progress.asks[turn].node == node
    assert replace(progress, given={3: progress.asks[3].right}).choices.items() < progress.choices.items()
    assert replace(progress, asks=progress.asks[:1]).choices == {}


def test_who_answers_at_a_node_farther_on_has_come_so_far() -> None:
    app = opened(GRAPH, predict="true")
    asks = now(app).asks
    app.session_state[MEMORY] = replace(now(app), turn=4)
    app = typed(app.run(), asks[4].right.text)
    assert '"verdict-of-answer right"' in verdict(app)
    assert (now(app).open, now(app).place) == (5, asks[5].place)
    app = tap(app, "next-question")
    assert now(app).turn == 5


@pytest.mark.parametrize("page", [GRAPH, SCALAR, SECOND, DESCENT])
def test_a_number_can_be_typed_on_every_page_that_asks_for_one(page: str) -> None:
    app = opened(page, predict="true")
    assert say("predict.right") in verdict(typed(app, f"It is = {now(app).asks[0].right.text}"))


@pytest.mark.parametrize("number", range(1, 7))
def test_a_step_of_a_lesson_is_answered_by_typing(number: int) -> None:
    app = opened(GRAPH, **dict(parse_qsl(link(BY_KEY["A"], number).partition("?")[2])))
    ask = now(app).asks[0]
    assert ask.further[0].reason in verdict(typed(app, ask.further[0].text))


@pytest.mark.parametrize("text", [*filter(str.strip, HOSTILE), "0,5", "6 px", "[1, 2]", "nan"])
def test_what_is_no_answer_stays_in_the_box_with_a_sentence(text: str) -> None:
    app = typed(opened(GRAPH, predict="true"), text)
    assert now(app).open == 0
    assert box(app)["text"] == text[:MAX_TYPED_CHARACTERS]
    assert len([piece for piece in markup(app) if 'class="objection"' in piece]) == 1
    assert say("predict.right") in verdict(typed(app, now(app).asks[0].right.text))


def test_an_answer_that_is_tapped_counts_whatever_was_typed_before() -> None:
    app = tap(typed(opened(GRAPH, predict="true"), "6,0"), "answer-0")
    assert now(app).given[0] == now(app).asks[0].answers[0]
