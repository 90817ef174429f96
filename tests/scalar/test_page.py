"""`/scalar`: the slope at a point, and what calling `backward` again does."""

import re
from html import unescape
from typing import Any
from urllib.parse import parse_qsl

import pytest
from streamlit.testing.v1 import AppTest

from playground.scalar.page import ACTIONS
from playground.words import say
from tests.reading import figures, found, listed, markup, opened, press, printed, results, said, script, type_
from tests.registry import start


def figure(app: AppTest) -> dict[str, Any]:
    (found,) = figures(app)
    return found


def click(app: AppTest, *actions: str) -> AppTest:
    for action in actions:
        press(app, say("scalar.start_over" if action == "clear" else f"scalar.{action}"))
    return app


def test_it_opens_with_the_tutorials_case() -> None:
    app = opened("scalar")
    assert found(app, "question") == [say("scalar.question", output="y", name="x", value="0")]
    assert results(app) == ["x = 0.0", "y = 1.0", "x.grad = -2.0"]
    assert (
        "At x=0 autograd finds the slope -2. Move x by 0.1: the tangent predicts -0.2; as computed, y changes by -0.19."
        in said(app)
    )


def test_inputs_without_a_gradient_are_told_why() -> None:
    said_ = said(opened("scalar"))
    assert say("scalar.none", grads="a.grad, b.grad and c.grad", reason=say("scalar.untracked")) in said_
    unreached = opened("scalar", f="y = x*detach(w)")
    assert "w.grad = None" in results(unreached)
    assert say("scalar.none", grads="w.grad", reason=say("scalar.unreached", output="y")) in said(unreached)


def test_curve_point_and_tangent_are_drawn() -> None:
    curve, tangent, point = figure(opened("scalar"))["data"]
    assert (point["x"], point["y"]) == ([0], [1])
    assert 0 in curve["x"]
    rise = (tangent["y"][1] - tangent["y"][0]) / (tangent["x"][1] - tangent["x"][0])
    assert rise == pytest.approx(-2)


def test_the_curve_goes_along_an_input_of_choice() -> None:
    app = opened("scalar", f="z = x^2 + x*y", **{"at.x": "1", "at.y": "2", "along": "y"})
    assert found(app, "question") == [say("scalar.question", output="z", name="y", value="2")]
    assert figure(app)["layout"]["xaxis"]["title"]["text"] == "y"
    type_(app, "along", "x")
    assert figure(app)["layout"]["xaxis"]["title"]["text"] == "x"


def test_a_curve_along_what_there_is_not_is_replaced_and_said() -> None:
    app = opened("scalar", f="z = x^2 + x*y", along="<b>w")
    assert not app.exception
    assert "In the address, along=<b>w is none of x, y: using x." in said(app)


# Again


def test_backward_again_adds_and_zero_grad_leaves_none() -> None:
    app = click(opened("scalar"), "again", "again")
    assert [line in said(app) for line in ("x.grad = -2.0", "x.grad = -4.0", "x.grad = -6.0")] == [True] * 3
    assert say("scalar.shows_again") in said(app)
    app = click(app, "zero_grad")
    assert "x.grad = None" in said(app)
    assert say("scalar.shows_zero_grad") in said(app)
    app = click(app, "again")
    assert results(app)[-1] == "x.grad = -2.0"


def test_a_second_pass_over_the_same_graph_is_refused_by_pytorch_and_explained() -> None:
    app = click(opened("scalar"), "same_graph")
    assert "Trying to backward through the graph a second time" in said(app)
    assert say("scalar.refused_why") in said(app)


def test_a_second_pass_that_pytorch_allows_is_said_to_be_allowed() -> None:
    app = click(opened("scalar", f="y = x1 + x2"), "same_graph")
    assert say("scalar.shows_same_graph") in said(app)
    assert "x1.grad = 2.0" in said(app)


def test_what_was_done_is_forgotten_when_the_case_changes_or_on_request() -> None:
    app = click(opened("scalar"), "again")
    assert "-4.0" in said(app)
    assert "-4.0" not in said(click(app, "clear"))
    app = type_(click(app, "again"), "at.x", "3")
    assert "x.grad = 4.0" in said(app)
    assert "x.grad = 8.0" not in said(app)


def test_any_number_of_clicks_is_answered() -> None:
    app = click(opened("scalar"), *["again"] * 30)
    assert not app.exception


@pytest.mark.parametrize(
    ("address", "clicks"),
    [
        ({}, ()),
        ({}, ("again", "same_graph", "zero_grad", "again")),
        ({"f": "y = x1 + x2*detach(w)", "dtype": "float64"}, ("same_graph",)),
        ({"f": "y1 = x1*x2; y2 = x1 + x2"}, ("again",)),
    ],
    ids=lambda part: str(part),
)
def test_the_script_prints_what_was_done(address: dict[str, str], clicks: tuple[str, ...]) -> None:
    app = click(opened("scalar", **address), *clicks)
    grads = [grad for line in listed(app) for grad in re.findall(r"\w+\.grad = [^,]+", line)]
    lines = [line for line in printed(script(app)).splitlines() if ".grad = " in line]
    assert grads == lines


def test_the_script_of_a_refused_pass_prints_pytorchs_words() -> None:
    app = opened("scalar", f="y = x^2", **{"at.x": "[1, 2]"})
    assert printed(script(app)).startswith("RuntimeError: grad can be implicitly created only for scalar outputs")


# What is no scalar, and what has no slope


@pytest.mark.parametrize(
    ("address", "words"),
    [
        ({"f": "y = x^2", "at.x": "[1, 2]"}, "grad can be implicitly created only for scalar outputs"),
        ({"f": "y = a*b"}, "element 0 of tensors does not require grad"),
    ],
)
def test_what_pytorch_refuses_is_quoted_with_a_way_on(address: dict[str, str], words: str) -> None:
    app = opened("scalar", **address)
    assert not app.exception
    assert words in said(app)
    assert say("scalar.to_graph") in " ".join(markup(app))
    (href,) = re.findall(r'<a href="([^"]*)"[^>]* data-page>', " ".join(markup(app)))
    page, _, query = unescape(href).partition("?")
    assert page == "./"
    assert dict(parse_qsl(query)) == address, "whoever clicks before the head's script is there keeps the program"
    assert not app.get("plotly_chart")


@pytest.mark.parametrize(
    ("address", "sentence"),
    [
        ({"f": "y = log(x)", "at.x": "-1"}, say("scalar.no_height", name="x", value="-1", output="y", height="nan")),
        ({"f": "y = sqrt(x^2)", "at.x": "0"}, say("scalar.no_slope", name="x", slope="nan")),
        ({"f": "y = 1/x", "at.x": "0"}, say("scalar.no_height", name="x", value="0", output="y", height="inf")),
    ],
)
def test_a_point_without_a_number_or_a_slope_is_said(address: dict[str, str], sentence: str) -> None:
    app = opened("scalar", **address)
    assert not app.exception
    assert sentence in said(app)


def test_a_gradient_that_is_a_matrix_has_no_curve() -> None:
    app = opened("scalar", f="y = sum(x^2)", **{"at.x": "[[1, 2], [3, 4]]"})
    assert say("scalar.no_curve") in said(app)
    assert not app.get("plotly_chart")
    assert results(app)[-1].startswith("x.grad = tensor(")


def test_of_several_outputs_the_first_is_asked() -> None:
    app = opened("scalar", f="y1 = x1*x2; y2 = x1 + x2")
    assert say("scalar.first_output", output="y1") in said(app)
    assert not app.exception


def test_the_same_case_is_on_the_graph_page() -> None:
    address = {**start("scalar").parameters, "at.x": "5"}
    assert "x.grad = 8.0" in results(opened("scalar", **address))
    assert results(opened("graph", **address)) == ["x.grad = 8.0"]


def test_what_was_done_again_is_in_the_address() -> None:
    app = click(opened("scalar"), "again")
    assert app.query_params["did"] in ("again", ["again"])
    assert listed(opened("scalar", did="again"))[1:] == listed(app)[1:]
    assert "-6.0" in listed(opened("scalar", did="again,again"))[-1]


def test_an_action_there_is_not_is_said() -> None:
    app = opened("scalar", did="fly,again")
    assert say("frame.bad_names", part="did=fly,again", names=", ".join(ACTIONS), unknown="fly") in said(app)
    assert len(listed(app)) == 2


def test_at_a_large_value_the_tangent_is_tried_on_a_move_that_floats_can_make() -> None:
    app = opened("scalar", f="y = x", **{"at.x": "1e9"})
    assert "Move x by 100000: the tangent predicts 100000; as computed, y changes by 99968." in said(app)
