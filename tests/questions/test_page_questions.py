"""What is asked of any program: every example and odd programs, on every page."""

import pytest

from playground.app.registry import BY_NAME, FEATURES
from playground.language.errors import PlaygroundError
from playground.web.case import observed
from playground.web.examples import Example
from playground.web.inputs import case_of
from playground.web.question import Question
from tests.registry import EXAMPLES, GRAPH, OFFERED, SCALAR, offered

PAGES = [feature.name for feature in FEATURES if feature.questions]
"""Pages that ask."""

ODD = (
    Example("", "y = x", {"x": "2"}),
    Example("", "y = 3*x", {"x": "0"}),
    Example("", "y = a*b", {"a": "1", "b": "2"}),
    Example("", "y = x*detach(w)", {"x": "1", "w": "2"}),
    Example("", "y = log(x)", {"x": "-1"}),
    Example("", "y = sqrt(x)", {"x": "0"}),
    Example("", "y = exp(x)", {"x": "200"}),
    Example("", "y1 = x^2; y2 = a", {"x": "[1, 2]", "a": "2"}),
    Example("", "y1 = x^2; y2 = sum(x)*w", {"x": "[[1, 2]]", "w": "2"}, gradient={"y2": "3"}),
    Example("", "y = x @ w", {"x": "[[1, 2], [3, 4]]", "w": "[1, 0]"}, gradient={"y": "[0, 1]"}),
    Example("", "y = relu(x)*relu(-x)", {"x": "0"}),
)
NOTHING_TO_ASK = {(GRAPH, "y = a*b"), (SCALAR, "root")}
"""Where no input requires a gradient, and where it is no number."""


def questions_of(page: str, example: Example) -> list[Question] | None:
    """What a page asks of a program; None where it says why it cannot show it."""
    questions = BY_NAME[page].questions
    assert questions is not None
    try:
        return list(questions(case_of(example), {}))
    except PlaygroundError:
        return None


@pytest.mark.parametrize("page", PAGES)
@pytest.mark.parametrize("example", [*EXAMPLES, *ODD], ids=lambda example: example.key or example.program)
def test_three_answers_differ_and_one_is_right(page: str, example: Example) -> None:
    asks = questions_of(page, example)
    if (page, example) in OFFERED or (page == GRAPH and example in ODD):
        assert bool(asks) == ((page, example.key or example.program) not in NOTHING_TO_ASK)
    for ask in asks or ():
        assert len({answer.text for answer in ask.answers}) == 3
        assert [answer.right for answer in ask.answers].count(True) == 1


@pytest.mark.parametrize("example", offered(SCALAR), ids=lambda example: example.key)
def test_the_right_answer_is_what_the_page_shows(example: Example) -> None:
    case = case_of(example)
    observation = observed(case)
    assert observation.backward is not None
    grads = [float(grad) for grad in observation.backward.grads.values() if grad is not None and grad.isfinite()]
    right = [answer.text for ask in questions_of(SCALAR, example) or () for answer in ask.answers if answer.right]
    assert [float(text) for text in right] == pytest.approx(grads, rel=1e-5)
