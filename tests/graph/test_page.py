"""`/`: the drawing, the sentence, the numbers and the script belong to the case in the frame."""

import re

import pytest

from playground.web import graph_view
from playground.words import say
from tests.drawing.dots import statements
from tests.reading import dot, found, graphs, in_words, opened, printed, results, said, script, track, type_

LONG = "y = x" + "*x" * 90


def test_the_first_screen_answers_its_question() -> None:
    app = opened()
    assert found(app, "question") == [say("graph.question", names="x")]
    assert "2·6 + (-5) = 7." in said(app)
    assert results(app) == ["x.grad = 7.0"]
    assert "MulBackward0" in dot(app)


def test_the_drawing_is_described_for_those_who_do_not_see_it() -> None:
    alt = in_words(opened())
    assert "x" in alt
    assert "7.0" in alt


def test_the_drawing_follows_the_values() -> None:
    app = opened()
    before = dot(app)
    app = type_(app, "at.x", "4")
    assert dot(app) != before
    assert results(app) == ["x.grad = 11.0"]


def test_the_tutorials_first_snippet_gives_minus_two() -> None:
    values = {"at.a": "1", "at.b": "-2", "at.c": "1", "at.x": "0.0"}
    assert results(opened(f="y = a*torch.pow(x,2) + b*x + c", **values)) == ["x.grad = -2.0"]


def test_every_input_that_requires_a_gradient_has_a_result() -> None:
    app = opened()
    track(app, "a", True)
    track(app, "x", False)
    assert results(app) == ["a.grad = 9.0"]
    track(app, "x", True)
    assert results(app) == ["a.grad = 9.0", "x.grad = 7.0"]


def test_what_autograd_does_not_track_can_be_hidden() -> None:
    app = opened()
    shown = dot(app)
    type_(app, "constants", "false")
    assert len(dot(app)) < len(shown)
    assert dot(opened(constants="false")) == dot(app)


def test_an_input_that_no_path_reaches_keeps_none() -> None:
    app = opened(f="y = x*detach(w)")
    assert "w.grad = None" in results(app)
    assert say("graph.unreached", outputs="y", name="w") in said(app)


def test_without_a_gradient_the_values_are_drawn_and_pytorch_is_quoted() -> None:
    app = opened(f="y = a*b")
    assert "element 0 of tensors does not require grad and does not have a grad_fn" in said(app)
    assert not results(app)
    assert dot(app)


# Outputs that are not one number


def test_an_output_of_many_entries_starts_with_ones_and_says_so() -> None:
    app = opened(f="y = x^2", **{"at.x": "[[1, 2], [3, 4]]"})
    assert say("graph.ones", output="y", entries=4) in said(app)
    assert results(app) == ["x.grad = tensor([[2., 4.],\n        [6., 8.]])"]


def test_the_gradient_argument_can_be_given() -> None:
    app = opened(f="y = x^2", **{"at.x": "[1, 2]", "gradient.y": "[10, 100]"})
    assert results(app) == ["x.grad = tensor([ 20., 400.])"]
    assert say("graph.weighted", output="y", entries=2) in said(app)
    app = type_(app, "gradient.y", "[0, 1]")
    assert results(app) == ["x.grad = tensor([0., 4.])"]
    assert results(type_(app, "gradient.y", "")) == ["x.grad = tensor([2., 4.])"]


@pytest.mark.parametrize("text", ["[1, 2, 3]", "1", "abc", "[1", "<b>"])
def test_a_gradient_argument_that_does_not_fit_is_said_and_ones_stand_in(text: str) -> None:
    app = opened(f="y = x^2", **{"at.x": "[1, 2]", "gradient.y": text})
    assert not app.exception
    assert found(app, "problems")
    assert results(app) == ["x.grad = tensor([2., 4.])"]


def test_several_outputs_can_be_weighted() -> None:
    address = {"f": "y1 = x1*x2; y2 = x1 + x2", "at.x1": "1", "at.x2": "2"}
    assert results(opened(**address)) == ["x1.grad = 3.0", "x2.grad = 2.0"]
    weighted = opened(**address, **{"gradient.y2": "-1"})
    assert results(weighted) == ["x1.grad = 1.0", "x2.grad = 0.0"]


# Large graphs


def test_a_large_graph_is_drawn_as_any_other() -> None:
    app = opened(f=LONG, **{"at.x": "1"})
    assert len(statements(dot(app))) == 91 + 180
    assert results(app) == ["x.grad = 91.0"]


def test_another_value_sends_numbers_and_no_other_drawing() -> None:
    app = opened()
    (before,) = graphs(app)
    (after,) = graphs(type_(app, "at.x", "-0.5"))
    assert [after[name] == before[name] for name in ("wide", "tall", "texts")] == [True, True, False]
    (long,) = graphs(type_(app, "at.x", "1.2345e-12"))
    assert long["wide"] != before["wide"], "what does not fit is laid out anew"


def test_a_graph_that_cannot_be_laid_out_is_listed_as_long_as_the_session_lasts() -> None:
    app = opened(f=LONG, **{"at.x": "1"})
    assert "MulBackward0" not in said(app)
    (graph,) = graphs(app)
    app.session_state[graph_view.REFUSED] = frozenset({graph["wide"]})
    assert [said(app.run()).count("MulBackward0") for _ in range(2)] == [90, 90]


# The script


@pytest.mark.parametrize(
    "address",
    [
        {},
        {"f": "y = x^2", "at.x": "[[1, 2], [3, 4]]"},
        {"f": "y = x^2", "at.x": "[1, 2]", "gradient.y": "[10, 100]"},
        {"f": "y1 = x1*x2; y2 = x1 + x2", "gradient.y2": "-1"},
        {"f": "y = sin(x)/x", "dtype": "float64"},
        {"f": "y = x*detach(w)"},
    ],
    ids=lambda address: address.get("f", "start"),
)
def test_the_script_prints_what_the_page_shows(address: dict[str, str]) -> None:
    app = opened(**address)
    assert printed(script(app)).endswith("\n".join(results(app)) + "\n")


def test_float64_is_shown_with_its_digits() -> None:
    at = {"f": "y = exp(x)", "at.x": "1"}
    assert results(opened(**at)) == ["x.grad = 2.7182817459106445"]
    assert results(opened(**at, dtype="float64")) == ["x.grad = 2.718281828459045"]


def test_a_value_that_is_not_finite_is_named_where_it_first_appears() -> None:
    app = opened(f="y = 2*log(x)", **{"at.x": "-1"})
    assert say("frame.not_finite", expression="log(x)") in said(app)


def test_the_proof_counts_the_values_that_finite_differences_took() -> None:
    single, three = (said(opened("graph", f=text, proof="true")) for text in ("x^2", "x*y*z"))
    counts = [int(re.findall(r"finite differences computed (\d+) values", item)[0]) for item in (single, three)]
    assert counts[0] >= 2
    assert counts[1] >= 6
