"""`/second`: the tutorial's second derivative, the graph it needs, and what many inputs together do."""

import json
import re
from collections.abc import Iterator

import pytest
import torch

from playground.drawing.plots import SPARSE
from playground.language import limits
from playground.language.limits import MAX_ORDER
from playground.second.compute import hessian_exported, orders_exported
from playground.second.hessian import MINIMUM, SADDLE, UNDECIDED
from playground.web.examples import POLYNOMIAL, Example
from playground.web.inputs import case_of
from playground.words import say
from tests.reading import (
    dot,
    figures,
    found,
    go,
    graphs,
    in_words,
    listed,
    markup,
    opened,
    printed,
    results,
    said,
    script,
    shown,
    type_,
)
from tests.registry import SECOND, offered

NO_GRAD_FN = "element 0 of tensors does not require grad and does not have a grad_fn"
TUTORIAL = {"f": POLYNOMIAL, "at.x": "0"}
GROWING = {"f": "y = sin(x)*exp(-x^2)", "at.x": "0.5"}
SADDLE_POINT = {"f": "z = x^2 - y^2", "at.x": "0", "at.y": "0"}

each = pytest.mark.parametrize("example", offered(SECOND), ids=lambda example: example.key)


def plain(text: str) -> str:
    """On one line; a script that computes in float64 need not say so with each tensor."""
    return re.sub(r"\s+", " ", text).replace(", dtype=torch.float64", "")


@pytest.fixture(autouse=True)
def default_dtype() -> Iterator[None]:
    """A script of float64 changes what tensors are made of; not for the next test."""
    yield
    torch.set_default_dtype(torch.float32)


# The tutorial


def test_a_cold_link_shows_a_curve_that_bends_away_from_its_parabola() -> None:
    app = opened(SECOND)
    assert not app.exception
    assert not app.query_params
    curve, parabola, _, _ = figures(app)[0]["data"]
    assert parabola["x"] == pytest.approx(curve["x"][::SPARSE])
    height = max(curve["y"]) - min(curve["y"])
    assert max(abs(a - b) for a, b in zip(curve["y"][::SPARSE], parabola["y"], strict=True)) > height / 4
    assert results(app) == ["y = -1.375", "y' = dy/dx = -2.25", "y'' = d2y/dx2 = 3.0"]


@pytest.mark.parametrize("who", [{"lang": "en"}, {"view": "projector"}])
def test_who_looks_says_nothing_of_the_program(who: dict[str, str]) -> None:
    assert results(opened(SECOND, **who)) == results(opened(SECOND))


@pytest.mark.parametrize("said_of_it", [{"at.x": "0"}, {"order": "2"}, {"at.a": "1"}])
def test_an_address_that_leaves_out_the_program_means_the_tutorials(said_of_it: dict[str, str]) -> None:
    assert results(opened(SECOND, **said_of_it)) == ["y = 1.0", "y' = dy/dx = -2.0", "y'' = d2y/dx2 = 2.0"]


def test_a_link_from_a_cold_page_names_its_program() -> None:
    (panel,) = (piece for piece in markup(opened(SECOND)) if 'data-panel="proof"' in piece)
    assert "f=y%20%3D%20x%5E3%20-%203x&amp;at.x=0.5&amp;proof=true" in panel


def test_the_tutorials_case_is_shown() -> None:
    app = opened(SECOND, **TUTORIAL)
    assert not app.exception
    assert found(app, "question") == [say("second.question", output="y", name="x", value="0")]
    assert results(app) == ["y = 1.0", "y' = dy/dx = -2.0", "y'' = d2y/dx2 = 2.0"]
    assert (
        "create_graph=True records the backward pass too, so y'=-2 has a graph of its own. "
        "Differentiating that gives 2: at this rate the slope grows by 0.2 when x moves 0.1." in said(app)
    )
    assert say("second.one_slope", output="y", slope="-2") in said(app)


@pytest.mark.parametrize(
    ("f", "x", "words"),
    [
        ("y = x^2", "0", "y'=0 and y''=2 is positive: a minimum."),
        ("y = x^2 - 1e-10*x", "0", "y'=-1e-10, which is zero up to rounding, and y''=2 is positive: a minimum."),
        ("y = sin(x)", "1.5707963", "y'=7.54979e-08, which is zero up to rounding, and y''=-1 is negative: a maximum."),
    ],
)
def test_a_slope_is_called_zero_with_its_number(f: str, x: str, words: str) -> None:
    assert words in said(opened(SECOND, f=f, **{"at.x": x}))


def test_at_five_the_second_derivative_is_still_two() -> None:
    app = type_(opened(SECOND), "at.x", "5")
    assert results(app) == ["y = 16.0", "y' = dy/dx = 8.0", "y'' = d2y/dx2 = 2.0"]


def test_the_graph_of_the_slope_is_drawn_with_what_goes_back_through_it() -> None:
    app = opened(SECOND, **TUTORIAL)
    assert "y′" in dot(app)
    assert "MulBackward1" in dot(app)
    assert "x.grad is 2.0" in in_words(app)
    assert say("second.graph_of", derivative="y'") in said(app)


def test_curve_tangent_and_parabola_are_drawn_through_the_point() -> None:
    (figure,) = figures(opened(SECOND, **TUTORIAL))
    curve, parabola, tangent, point = figure["data"]
    assert (point["x"], point["y"]) == ([0], [1])
    rise = (tangent["y"][1] - tangent["y"][0]) / (tangent["x"][1] - tangent["x"][0])
    assert rise == pytest.approx(-2)
    assert parabola["y"] == pytest.approx(curve["y"][::SPARSE], abs=1e-4)


def test_the_slope_may_fall_or_stay() -> None:
    app = opened(SECOND, f="y = -x^2", **{"at.x": "1"})
    assert "Differentiating that gives -2: at this rate the slope falls by 0.2 when x moves 0.1." in said(app)
    app = opened(SECOND, f="y = x^3", **{"at.x": "0"})
    assert "Differentiating that gives 0: at this rate the slope neither grows nor falls." in said(app)
    assert say("second.one_undecided", output="y") in said(app)


# Orders


@pytest.mark.parametrize("order", range(1, MAX_ORDER + 1))
def test_an_order_shows_so_many_derivatives(order: int) -> None:
    app = opened(SECOND, f="y = x^6", order=str(order), **{"at.x": "1"})
    exact = [1, 6, 30, 120, 360, 720]
    assert [float(line.rsplit(" = ", 1)[1]) for line in results(app)] == exact[: order + 1]
    assert shown(app)["order"] == str(order)


def test_a_click_on_an_order_shows_it() -> None:
    app = opened(SECOND)
    type_(app, "order", "5")
    assert results(app)[-1] == "y''''' = d5y/dx5 = 0.0"
    assert say("second.ends", last="y'''", value="0", name="x", reason=NO_GRAD_FN) in said(app)


@pytest.mark.parametrize("text", ["0", "6", "-1", "two", "2.5", "", "<b>"])
def test_an_order_there_is_not_is_said(text: str) -> None:
    app = opened(SECOND, order=text)
    assert not app.exception
    assert results(app)[-1] == "y'' = d2y/dx2 = 2.0"
    assert any("using 2" in note for note in found(app, "note"))


def test_the_graph_is_that_of_what_is_differentiated_last() -> None:
    assert 'class="graph' in dot(opened(SECOND, **GROWING, order="3"))
    assert "y′′" in dot(opened(SECOND, **GROWING, order="3"))
    assert "y′′" not in dot(opened(SECOND, **GROWING, order="2"))
    assert "y′" in dot(opened(SECOND, **GROWING, order="1"))


def test_the_graph_of_a_fourth_derivative_is_drawn_whole() -> None:
    assert len(re.findall(r"^\tnode\d+ \[", dot(opened(SECOND, **GROWING, order="5")), re.MULTILINE)) == 199


# What PyTorch refuses


def test_a_line_is_zero_and_pytorchs_refusal_is_explained() -> None:
    app = opened(SECOND, f="y = 3x + 2", **{"at.x": "1"})
    assert results(app) == ["y = 5.0", "y' = dy/dx = 3.0", "y'' = d2y/dx2 = 0.0"]
    sentence = say("second.linear", output="y", name="x", slope="3", second="0", reason=NO_GRAD_FN, move="", change="")
    assert sentence in said(app)
    assert say("second.graph_none", derivative="y'", name="x") in said(app)


def test_once_more_without_create_graph_is_one_click_and_refused_by_pytorch() -> None:
    app = opened(SECOND)
    assert NO_GRAD_FN not in said(app)
    app = opened(SECOND, without="true")
    assert listed(app) == [
        "dy_dx = torch.autograd.grad(y, x)[0]: -2.0",
        f"torch.autograd.grad(dy_dx, x): RuntimeError: {NO_GRAD_FN}",
    ]
    assert say("second.without_why", before="dy_dx", slope="-2.0") in said(app)


@pytest.mark.parametrize(
    ("address", "words"),
    [
        ({"f": "y = x^2", "at.x": "[1, 2]"}, "second derivatives are asked of one number"),
        ({"f": "y = x @ x", "at.x": "[[1, 2], [3, 4]]"}, "y has shape [2, 2]"),
        ({"f": "y = a*b"}, NO_GRAD_FN),
        ({"f": "y = x", "grad.x": "false"}, NO_GRAD_FN),
        ({"f": "y = sqrt(x^2)", "at.x": "0"}, "there is no slope of the slope to speak of"),
        ({"f": "y = log(x)", "at.x": "-1"}, "there is no slope of the slope to speak of"),
        ({"f": "y = 1/x", "at.x": "0"}, "there is no slope of the slope to speak of"),
        ({"f": "y = w^2 + 0*detach(x)", "wrt": "x"}, "No path leads from y back to x"),
    ],
)
def test_what_has_no_second_derivative_is_said(address: dict[str, str], words: str) -> None:
    app = opened(SECOND, **address)
    assert not app.exception
    assert words in said(app)
    assert script(app)


# Curves


def test_the_curves_are_one_under_another_when_asked_for() -> None:
    assert len(figures(opened(SECOND))) == 1
    _, stack = figures(opened(SECOND, f="y = x^3", curves="true", **{"at.x": "1"}))
    marks = [trace for trace in stack["data"] if trace["mode"] == "markers"]
    assert [(mark["x"], mark["y"], mark["yaxis"]) for mark in marks] == [
        ([1], [1], "y"),
        ([1], [3], "y2"),
        ([1], [6], "y3"),
    ]
    assert {trace.get("xaxis", "x") for trace in stack["data"]} == {"x"}


# Several inputs


def test_a_saddle() -> None:
    app = opened(SECOND, **SADDLE_POINT)
    assert results(app) == [
        "z = 0.0",
        "gradient = tensor([0., -0.])",
        "eigenvalues = tensor([-2.,  2.])",
        "slope along v = 0.0",
        "v^T H v = 2.0",
    ]
    assert say(f"second.they_{SADDLE}") in said(app)
    assert say("second.symmetric") in said(app)
    assert not graphs(app)


def test_a_direction_changes_the_curve() -> None:
    app = opened(SECOND, **SADDLE_POINT)
    before = figures(app)[0]["data"][0]["y"]
    app = type_(app, "direction", "[1, 2]")
    assert results(app)[-1] == "v^T H v = -6.0"
    assert figures(app)[0]["data"][0]["y"] != before
    assert "Along v = [1, 2] autograd finds the slope 0, and vᵀHv = -6: at this rate it falls by 0.6" in said(app)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("[1, 2, 3]", say("error.direction", entries=2, names="x, y")),
        ("1", say("error.direction", entries=2, names="x, y")),
        ("[0, 0]", say("error.no_direction")),
        ("[[1], [2, 3]]", say("error.direction", entries=2, names="x, y")),
        ("up", "must be a number"),
        ("[1,", "never closed"),
        ("[1e999, 0]", "too large"),
        ("<b>", ""),
    ],
)
def test_a_direction_that_is_none_is_replaced_and_said(text: str, words: str) -> None:
    app = opened(SECOND, **SADDLE_POINT, direction=text)
    assert not app.exception
    assert results(app)[-1] == "v^T H v = 2.0"
    assert any(words in note and "Using [1, 0]." in note for note in found(app, "note"))


def test_a_slope_decides_nothing() -> None:
    app = opened(SECOND, f="z = x^2 + x*y + y^2", **{"at.x": "1", "at.y": "0"})
    assert say("second.they_slope", largest="2") in said(app)
    app = type_(app, "at.x", "0")
    assert say(f"second.they_{MINIMUM}") in said(app)
    assert say(f"second.they_{UNDECIDED}") in said(opened(SECOND, f="z = x^2 + y^4", **{"at.x": "0", "at.y": "0"}))


def test_one_of_several_inputs_can_be_chosen() -> None:
    app = opened(SECOND, f="z = x^2 + x*y", wrt="y", **{"at.x": "1", "at.y": "2"})
    assert results(app) == ["z = 3.0", "z' = dz/dy = 1.0", "z'' = d2z/dy2 = 0.0"]
    type_(app, "wrt", "x,y")
    assert results(app)[1] == "gradient = tensor([4., 1.])"


def test_an_input_there_is_not_is_said() -> None:
    app = opened(SECOND, **SADDLE_POINT, wrt="q")
    assert not app.exception
    assert say("frame.bad_choice", part="wrt=q", choices="x,y / x / y", used="x,y") in found(app, "note")


def test_a_choice_of_input_survives_a_program_without_it() -> None:
    app = opened(SECOND, **SADDLE_POINT, wrt="y")
    app = type_(app, "f", "z = x^2 - w^2")
    assert not app.exception
    assert results(app)
    app = type_(app, "f", "z = x^2")
    assert not app.exception
    assert results(app)[-1].startswith("z'' = d2z/dx2 = ")


def test_the_graph_of_the_gradient_is_one_click_away() -> None:
    app = opened(SECOND, **SADDLE_POINT, recorded="true")
    assert "grad x" in dot(app)
    assert "grad y" in dot(app)


def test_a_matrix_counts_entry_by_entry() -> None:
    app = opened(SECOND, f="y = sum(x^3)", **{"at.x": "[[1, -1], [2, 0]]"})
    assert "eigenvalues = tensor([-6.,  0.,  6., 12.])" in results(app)
    assert "x[0, 1]" in said(app)


def test_a_hessian_that_is_too_large_is_refused_with_the_number() -> None:
    x = json.dumps([[1] * 64] * 64)
    app = opened(SECOND, f="y = sum(x^2)", **{"at.x": x})
    assert not app.exception
    assert say("second.too_large", entries=4096, all="16,777,216") in said(app)
    assert results(app)[-1] == "v^T H v = 2.0"


def test_of_several_outputs_the_first_is_asked() -> None:
    app = opened(SECOND, f="y1 = x^2; y2 = x^3", **{"at.x": "1"})
    assert say("second.first_output", output="y1") in said(app)
    assert results(app)[-1] == "y1'' = d2y1/dx2 = 2.0"


# Scripts, proofs, other pages


@each
def test_the_script_of_an_example_in_float64_prints_its_page(example: Example) -> None:
    app = opened(SECOND, **(example.parameters | {"dtype": "float64"}))
    assert not app.exception
    assert not found(app, "note") or "order" in example.more
    lines = plain(printed(script(app)))
    for line in results(app):
        assert plain(line) in lines


@each
def test_the_notebook_of_an_example_is_its_script_with_words_between(example: Example) -> None:
    case = case_of(example)
    alone = len(case.tracked) == 1 and "[" not in example.values[case.tracked[0]]
    if alone:
        export = orders_exported(case, "t", "y", case.tracked[0], 3)
    else:
        output = example.program.split(" = ")[0]
        entries = sum(example.values[name].count(",") + 1 for name in case.tracked)
        export = hessian_exported(case, "t", output, case.tracked, (1.0,) * entries)
    cells = json.loads(export.notebook)["cells"]
    code = "\n\n".join("".join(cell["source"]) for cell in cells if cell["cell_type"] == "code")
    assert printed(code) == printed(export.script)
    assert (
        sum(cell["cell_type"] == "markdown" for cell in cells) == sum(cell["cell_type"] == "code" for cell in cells) + 1
    )


@pytest.mark.parametrize(
    "address",
    [
        {"f": "dy_dx = x^3", "at.x": "2", "order": "3"},
        {"f": "gradient = x^2 + inputs*x*v", "grad.inputs": "true", "at.x": "1"},
        {"f": "y = w*x", "at.w": "2", "wrt": "x", "order": "3"},
        {"f": "y1 = x1^3", "at.x1": "2", "order": "2"},
        {"f": "z = x + y", "at.x": "1"},
        {"f": "z = x^2 + 0*detach(y)", "at.x": "1"},
        {"f": "y = softmax(x) @ x", "at.x": "[1, 2, 3]", "direction": "[1, 0, -1]"},
        {"f": "y = sum(x @ w)", "at.x": "[[1, 2], [3, 4]]", "at.w": "[1, -1]"},
        {"f": "y = log(x) + w", "at.x": "0", "at.w": "1"},
        {"f": "y = relu(x)", "at.x": "1", "order": "5"},
    ],
    ids=lambda address: address["f"],
)
def test_the_script_prints_what_the_page_shows(address: dict[str, str]) -> None:
    app = opened(SECOND, **address)
    assert not app.exception
    assert results(app)
    lines = plain(printed(script(app)))
    for line in results(app):
        assert plain(line) in lines


def test_a_hessian_that_costs_too_much_leaves_the_direction(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "MAX_DERIVATIVE_COST", 0.0)
    app = opened(SECOND, f="y = sum(sin(x))", **{"at.x": str([[place / 10 for place in range(9)]] * 9)})
    assert not app.exception
    assert re.search(r"The Hessian's 81 x 81 entries would take about \S+ s: too long to wait for.", said(app))
    assert any(line.startswith("v^T H v = ") for line in results(app))


def test_an_order_whose_graph_is_too_large_leaves_the_lower_ones() -> None:
    app = opened(SECOND, f="y = " + "*".join(["x"] * 200), order="5", proof="true", curves="true", **{"at.x": "0.99"})
    assert not app.exception
    sentence = say("second.beyond", nodes="6,310", last="y'''", derivative="y'''''")
    assert sentence in found(app, "note")
    assert [line.partition(" =")[0] for line in results(app)] == ["y", "y'", "y''", "y'''"]
    assert plain(results(app)[-1]) in plain(printed(script(app)))
    assert "d3y_dx3" in script(app)
    assert "d4y_dx4" not in script(app)


def test_every_derivative_is_proved() -> None:
    text = said(opened(SECOND, proof="true", order="3"))
    assert "For y', y'' and y''' the three agree:" in text
    text = said(opened(SECOND, **SADDLE_POINT, proof="true"))
    assert "For dz/dx and dz/dy the three agree:" in text
    text = said(opened(SECOND, **SADDLE_POINT, proof="true", proved="hessian"))
    assert "For d²z/dx dx, d²z/dx dy and d²z/dy dy the three agree:" in text
    text = said(opened(SECOND, **SADDLE_POINT, proof="true", proved="direction", direction="[1, 2]"))
    assert "For slope along v and v^T H v the three agree:" in text
    assert say("proof.along") in text


def test_case_and_address_go_along_to_the_scalar_page() -> None:
    app = go(type_(opened(SECOND), "at.x", "5"), "scalar")
    assert results(app) == ["x = 5.0", "y = 16.0", "x.grad = 8.0"]


def test_a_sentence_names_a_derivative_as_the_script_does() -> None:
    """The program has `dy_dx` for itself."""
    app = opened(SECOND, f="dy_dx = x^2; y = dy_dx*x", **{"at.x": "2", "without": "true"})
    assert "dy_dx_ = torch.autograd.grad(y, x, create_graph=True)[0]" in script(app)
    assert "dy_dx_ = torch.autograd.grad(y, x)[0]: 12.0" in listed(app)
