"""What questions and their answers' reasons say of a number is how it comes about, in every language."""

import numpy
import pytest
import torch
from hypothesis import HealthCheck, assume, example, given, settings
from hypothesis import strategies as st

from playground.engine.observe import observe
from playground.graph.backward_questions import ADDS, MEETS, STARTS, every_turn
from playground.graph.questions import of_turn
from playground.language.errors import EvaluationError
from playground.language.parse import parse
from playground.second.questions import second_derivative
from playground.web.leaf_questions import leaves
from playground.words import say, spoken
from tests.cases import case_at
from tests.programs import Made, programs
from tests.test_claims_beside_a_point import SURFACES, Numbers

PATIENT = settings(max_examples=20, suppress_health_check=[HealthCheck.filter_too_much, HealthCheck.too_slow])
BESIDE = 1e-7
SLOPE = {"en": "slope", "zh": "斜率"}
pytestmark = pytest.mark.usefixtures("every_language")

CURVES = {
    "x^2": lambda x: (x * x, 2 * x),
    "sin(x)": lambda x: (numpy.sin(x), numpy.cos(x)),
    "abs(x)": lambda x: (abs(x), numpy.sign(x)),
    "x*abs(x)": lambda x: (x * abs(x), 2 * abs(x)),
    "relu(x)^3": lambda x: (max(x, 0) ** 3, 3 * max(x, 0) ** 2),
    "round(x)": lambda x: (numpy.round(x), 0),
    "x*floor(x)": lambda x: (x * numpy.floor(x), numpy.floor(x)),
    "x*detach(x)": lambda x: (x * x, x),
    "detach(x)^2": lambda x: (x * x, 0),
    "where(x >= 0, x^2, x)": lambda x: (x * x, 2 * x) if x >= 0 else (x, 1),
}
"""Terms of curves, each with its height and the slope that autograd takes, written apart from the product."""

factors = st.integers(-3, 3).filter(bool)


def _unlike(name: str) -> str:
    return say("predict.unlike", right=name)


@settings(max_examples=15, deadline=None)
@example({"abs(u)": 1})
@example({"v*detach(v)": 1, "u^2": 2})
@given(st.dictionaries(st.sampled_from(list(SURFACES)), factors, min_size=1, max_size=3))
def test_an_output_is_said_to_move_as_its_gradient_says_only_where_it_does(terms: dict[str, int]) -> None:
    """Along u and along v, on both sides of the origin; of what is detached and squared beside it too."""
    for at in ((0.0, 0.0), (0.0, 0.5)):
        text = "y = 0*u + 0*v + " + " + ".join(f"({factor})*{term}" for term, factor in terms.items())
        case = case_at(text, dict(zip("uv", at, strict=True)))
        grads = observe(case).backward.grads  # type: ignore[union-attr]
        for question in leaves(case, {}):
            way = numpy.array([name in question.question for name in ("u.grad", "v.grad")], dtype=float)
            slope = grads["u" if way[0] else "v"].item()  # type: ignore[union-attr]
            rises = [
                _height(terms, numpy.array(at) + side * BESIDE * way) - _height(terms, numpy.array(at))
                for side in (-1, 1)
            ]
            moves = numpy.allclose([-rises[0] / BESIDE, rises[1] / BESIDE], slope, atol=1e-5)
            assert moves == (question.why != _unlike(question.right.text))


def _height(terms: dict[str, int], at: Numbers) -> float:
    return float(sum(factor * SURFACES[term](*at) for term, factor in terms.items()))


@settings(max_examples=15, deadline=None)
@example({"x*detach(x)": 1, "x^2": 1}, 0.25)
@example({"x*abs(x)": 1, "x^2": 1}, 0.0)
@given(
    st.dictionaries(st.sampled_from(list(CURVES)), factors, min_size=1, max_size=3), st.sampled_from([0.0, 0.25, 1.0])
)
def test_a_slope_is_said_to_change_as_the_second_derivative_says_only_where_it_does(
    terms: dict[str, int], x: float
) -> None:
    """Both the height by the slope and the slope by the second derivative, on both sides."""
    case = case_at("y = 0*x + 0*x^2 + " + " + ".join(f"({factor})*{term}" for term, factor in terms.items()), {"x": x})
    question = second_derivative(case)
    assume(question)
    assert question is not None
    curve = [
        sum(factor * numpy.array(CURVES[term](at)) for term, factor in terms.items())
        for at in (x, x - BESIDE, x + BESIDE)
    ]
    rates = [(beside - curve[0]) / by for beside, by in zip(curve[1:], (-BESIDE, BESIDE), strict=True)]
    second = float(question.right.text)
    moves = numpy.allclose(rates, [curve[0][1], second], atol=1e-5)
    assert moves == (question.why != _unlike(question.right.text))


@PATIENT
@example(Made("", parse("y1 = x; y2 = x*x"), {"x": 3.0}), 1.0)
@example(Made("", parse("y1 = xx.T"), {"xx": [[1, 2], [3, 4]]}), 2.0)
@given(programs(statements=3, budget=4, shapes=[(), (3,), (3, 3)]), st.sampled_from([1.0, -2.5]))
def test_what_is_asked_on_the_way_back_comes_about_as_is_said(made: Made, start: float) -> None:
    """A sum is that of its parts, a product that of its factors, and what starts with 1 is a slope along itself."""
    values = {name: _tuples(value) for name, value in made.values.items()}
    try:
        observation = observe(case_at(made.program, values, gradient=dict.fromkeys(made.program.outputs, start)))
    except EvaluationError:
        assume(False)
    for turn in every_turn(observation):
        if turn.kind in (MEETS, ADDS):
            torch.testing.assert_close(sum(turn.parts), turn.right)
        elif turn.kind == STARTS:
            question = of_turn(turn, observation)
            assert question is None or (SLOPE[spoken()] in question.why) == (start == 1)
        elif len(turn.parts) == 2:
            torch.testing.assert_close(turn.parts[0] * turn.parts[1], turn.right)
        else:
            assert "local_forgotten" not in turn.wrong


def _tuples(value: object) -> object:
    return tuple(map(_tuples, value)) if isinstance(value, list) else value


def test_what_is_asked_of_an_input_names_the_outputs_that_it_reaches_backward_from() -> None:
    """The first output is none of them; what moves by the gradient is the other one."""
    (question,) = leaves(case_at("y1 = a; y2 = 3*x", {"a": 1.0, "x": 2.0}), {})
    assert question.why == say("predict.leaf.why", name="x", output="y2", right="3.0")
    (question,) = leaves(case_at("y1 = 2*x; y2 = 3*x", {"x": 2.0}), {})
    both = say("frame.and", first="y1", last="y2")
    assert question.why == say("predict.leaf_many.why", name="x", output=both, right="5.0")
