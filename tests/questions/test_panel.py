"""The box in which an answer is typed, on a page and in a lesson."""

from urllib.parse import parse_qsl

import pytest
from streamlit.testing.v1 import AppTest

from playground.lessons.table import BY_KEY, link
from playground.web.reveal import MEMORY, Progress
from playground.web.typed import MAX_TYPED_CHARACTERS
from playground.words import say
from tests.reading import HOSTILE, markup, opened
from tests.registry import DESCENT, GRAPH, SCALAR, SECOND


def typed(app: AppTest, text: str) -> AppTest:
    """The app after an answer was typed."""
    box(app).set_value(text)
    app = app.button(key="check").click().run()
    assert not app.exception
    return app


def box(app: AppTest) -> AppTest:
    (found,) = [box for box in app.text_input if (box.key or "").startswith("typed-")]
    return found


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
            app = app.button(key="next-question").click().run()
            assert box(app).value == ""
    assert not now(app).hides


@pytest.mark.parametrize("page", [GRAPH, SCALAR, SECOND, DESCENT])
def test_a_number_can_be_typed_on_every_page_that_asks_for_one(page: str) -> None:
    app = opened(page, predict="true")
    assert say("predict.right") in verdict(typed(app, f"It is = {now(app).asks[0].right.text}"))


@pytest.mark.parametrize("number", range(1, 7))
def test_a_step_of_a_lesson_is_answered_by_typing(number: int) -> None:
    app = opened(GRAPH, **dict(parse_qsl(link(BY_KEY["A"], number).partition("?")[2])))
    ask = now(app).asks[0]
    assert ask.others[0].reason in verdict(typed(app, ask.others[0].text))


@pytest.mark.parametrize("text", [*filter(str.strip, HOSTILE), "0,5", "6 px", "[1, 2]", "nan"])
def test_what_is_no_answer_stays_in_the_box_with_a_sentence(text: str) -> None:
    app = typed(opened(GRAPH, predict="true"), text)
    assert now(app).open == 0
    assert box(app).value == text[:MAX_TYPED_CHARACTERS]
    assert len([piece for piece in markup(app) if 'class="objection"' in piece]) == 1
    assert say("predict.right") in verdict(typed(app, now(app).asks[0].right.text))


def test_an_answer_that_is_tapped_counts_whatever_stands_in_the_box() -> None:
    app = opened(GRAPH, predict="true")
    box(app).set_value("1234")
    app = app.button(key="answer-0").click().run()
    assert now(app).given[0] == now(app).asks[0].answers[0]
