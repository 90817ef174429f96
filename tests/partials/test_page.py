"""`/partials`: any outputs by any inputs, the table, the sum of one pass, and what PyTorch refuses."""

import json
import re

import pytest
from streamlit.testing.v1 import AppTest

from playground.partials.compute import partials_exported
from playground.partials.grad_call import GradCall
from playground.partials.script import Entries
from playground.web.examples import Example
from playground.web.inputs import case_of
from playground.web.parameters import shortened
from playground.words import say
from tests.reading import (
    boxes,
    closed,
    dot,
    found,
    go,
    listed,
    markup,
    opened,
    printed,
    read,
    results,
    said,
    script,
    shown,
    type_,
)
from tests.registry import MATRIX, PARTIALS, offered

SWITCHES = ("retain_graph", "allow_unused", "materialize_grads")
SIDE = "[" + ", ".join(["[" + ", ".join(["1"] * 64) + "]"] * 64) + "]"
THREE = {"f": "y1 = x1*x2; y2 = x3^2; y3 = a + 1", "at.x1": "1", "at.x3": "3"}

each = pytest.mark.parametrize("example", offered(PARTIALS), ids=lambda example: example.key)


def pick(app: AppTest, key: str, *names: str) -> AppTest:
    return type_(app, key, ",".join(sorted(names)))


def offered(app: AppTest, key: str) -> list[str]:
    (row,) = (row for row in boxes(app) if row["key"] == key)
    return list(row["options"])


def picked(app: AppTest, key: str) -> list[str]:
    return [name for name in str(shown(app)[key]).split(",") if name]


def rows(app: AppTest) -> list[list[str]]:
    """The table, row by row, with the heads of its rows."""
    (grid,) = [piece for piece in markup(app) if '<div class="table grid">' in piece]
    lines = re.findall(r"<tr.*?</tr>", grid)
    return [[read([cell]).strip() for cell in re.findall(r"<t[hd].*?</t[hd]>", line)] for line in lines]


def plain(text: str) -> str:
    return re.sub(r"\s+", " ", text)


def assert_prints_its_page(app: AppTest) -> None:
    """What the script prints is the table's numbers and the result's; tensors stand in the table in one line."""
    lines = plain(printed(script(app)))
    for line in results(app):
        assert line == say("partials.nothing_returned") or plain(line) in lines, line
    head, *table = rows(app)
    for end, *cells in table[: len(offered(app, "outputs"))]:
        for name, cell in zip(head[1:], cells, strict=True):
            if name != say("partials.weight") and end.isidentifier() and not cell.startswith("["):
                assert f"d{end}_d{name} = {cell} " in f"{lines} ", (end, name)


# The proof


def test_what_one_pass_returned_and_the_table_behind_it_are_proved() -> None:
    assert "For grad_x1 and grad_x2 the three agree:" in said(opened(PARTIALS, proof="true"))
    text = said(opened(PARTIALS, proof="true", proved="table"))
    assert "For dy1/dx1, dy1/dx2, dy2/dx1 and dy2/dx2 the three agree:" in text


def test_of_tensors_each_row_of_the_table_and_the_jacobian_are_proved() -> None:
    address = {"f": "y1 = A @ x; y2 = sum(x^2)", "at.A": "[[1, 2], [3, 4]]", "at.x": "[1, 2]", "proof": "true"}
    alone = opened(PARTIALS, **address, proved="row.y2")
    assert "For x.grad[0] and x.grad[1] the three agree:" in said(alone)
    text = said(opened(PARTIALS, **address, proved="jacobian"))
    assert "For dy1[0]/dx[0], dy1[0]/dx[1], dy1[1]/dx[0], dy1[1]/dx[1] and 2 more the three agree:" in text


# The tutorial


def test_a_cold_link_shows_the_tutorials_case() -> None:
    app = opened(PARTIALS)
    assert not app.exception
    assert found(app, "question") == [say("partials.question", outputs="y1 and y2", inputs="x1 and x2")]
    assert rows(app) == [["", "x1", "x2"], ["y1", "2.0", "1.0"], ["y2", "1.0", "1.0"], ["one pass", "3.0", "2.0"]]
    assert results(app) == ["grad_x1 = 3.0", "grad_x2 = 2.0"]
    assert (
        "One backward pass starts with 1 at y1 and 1 at y2; at x1 2 and 1 meet: 3; at x2 1 and 1 meet: 2. "
        "That is the gradient of y1 + y2, as autograd finds it." in said(app)
    )
    assert say("partials.not_built", rows=2) in said(app)
    assert not app.query_params


@pytest.mark.parametrize(
    ("outputs", "lines"),
    [
        ("y1", ["dy1_dx1 = 2.0", "dy1_dx2 = 1.0"]),
        ("y2", ["dy2_dx1 = 1.0", "dy2_dx2 = 1.0"]),
        ("y1,y2", ["grad_x1 = 3.0", "grad_x2 = 2.0"]),
        (" y2 , y1,", ["grad_x1 = 3.0", "grad_x2 = 2.0"]),
    ],
)
def test_an_address_chooses_the_outputs(outputs: str, lines: list[str]) -> None:
    app = opened(PARTIALS, outputs=outputs)
    assert results(app) == lines
    assert not found(app, "note")


def test_weights_are_in_the_address_and_beside_the_table() -> None:
    app = opened(PARTIALS, **{"gradient.y1": "1", "gradient.y2": "-1"})
    assert results(app) == ["grad_x1 = 1.0", "grad_x2 = 0.0"]
    assert rows(app)[1:] == [["y1", "1.0", "2.0", "1.0"], ["y2", "-1.0", "1.0", "1.0"], ["one pass", "", "1.0", "0.0"]]
    assert "That is the gradient of y1 - y2, as autograd finds it." in said(app)


def test_the_drawing_has_the_gradients_of_this_pass_and_no_dot_grad() -> None:
    app = opened(PARTIALS, outputs="y1")
    assert "AddBackward0" in dot(app)
    assert ".grad" not in dot(app)
    assert "comes back" in dot(app)
    assert dot(app) != dot(opened(PARTIALS))


# The choice


def test_a_click_is_in_the_address_and_the_choice_nobody_made_is_not() -> None:
    app = pick(opened(PARTIALS), "outputs", "y1")
    assert results(app) == ["dy1_dx1 = 2.0", "dy1_dx2 = 1.0"]
    assert app.query_params["outputs"] == "y1"
    app = pick(app, "inputs", "x2")
    assert results(app) == ["dy1_dx2 = 1.0"]
    assert app.query_params["inputs"] == "x2"
    app = pick(pick(app, "inputs", "x1", "x2"), "outputs", "y2", "y1")
    assert results(app) == ["grad_x1 = 3.0", "grad_x2 = 2.0"]
    assert not app.query_params


def test_a_choice_outlives_a_change_of_the_program_as_far_as_it_can() -> None:
    app = pick(opened(PARTIALS), "outputs", "y1")
    app = type_(app, "f", "y1 = x1*x2; y2 = x1 + x2; y3 = x1")
    assert picked(app, "outputs") == ["y1"]
    assert app.query_params["outputs"] == "y1"
    app = type_(pick(app, "outputs", "y1", "y2"), "f", "y1 = x1*x2")
    assert picked(app, "outputs") == ["y1"]
    app = type_(app, "f", "p = x1*x2; q = x1 + x2")
    assert picked(app, "outputs") == ["p", "q"]
    assert "outputs" not in app.query_params
    assert not app.exception


def test_a_choice_comes_back_with_its_page() -> None:
    app = go(go(pick(opened(PARTIALS), "outputs", "y2"), "graph"), PARTIALS)
    assert picked(app, "outputs") == ["y2"]
    assert app.query_params["outputs"] == "y2"
    assert [shown(app)[f"at.{name}"] for name in ("x1", "x2")] == ["1", "2"]


def test_the_address_counts_when_the_browser_went_back() -> None:
    app = pick(opened(PARTIALS, outputs="y1"), "outputs", "y2")
    app.query_params["outputs"] = "y1"
    assert picked(app.run(), "outputs") == ["y1"]
    del app.query_params["outputs"]
    assert picked(app.run(), "outputs") == ["y1", "y2"]


@pytest.mark.parametrize(("text", "chosen"), [("q", ["y1", "y2"]), ("q,y2", ["y2"]), ("y1 y2", ["y1", "y2"])])
def test_names_that_there_are_not_are_said(text: str, chosen: list[str]) -> None:
    app = opened(PARTIALS, outputs=text)
    assert picked(app, "outputs") == chosen
    unknown = text.split(",")[0]
    objection = say("frame.bad_names", part=f"outputs={text}", names="y1, y2", unknown=unknown)
    assert objection in said(app)
    assert objection not in said(pick(app, "outputs", "y1"))


def test_what_requires_no_gradient_is_offered_and_not_chosen() -> None:
    app = opened(PARTIALS, **THREE)
    assert offered(app, "outputs") == ["y1", "y2", "y3"]
    assert (picked(app, "outputs"), picked(app, "inputs")) == (["y1", "y2"], ["x1", "x2", "x3"])


# What PyTorch refuses


@pytest.mark.parametrize(
    ("parameters", "words", "why"),
    [
        ({"outputs": "y1,y3"}, "element 1 of tensors does not require grad", ("partials.why_output", {"names": "y3"})),
        ({"inputs": "a"}, "One of the differentiated Tensors does not", ("partials.why_input", {"names": "a"})),
        (
            {"outputs": "y1"},
            "The differentiated Tensor at index 2 appears to not have been used in the graph",
            ("partials.why_unused", {"names": "x3", "outputs": "y1"}),
        ),
        ({"inputs": ""}, "`inputs` argument to `grad()` cannot be empty", ("partials.why_empty", {})),
        ({"outputs": ""}, "appears to not have been used", ("partials.why_empty", {})),
    ],
)
def test_a_refusal_is_pytorchs_own_and_explained(
    parameters: dict[str, str], words: str, why: tuple[str, dict[str, str]]
) -> None:
    app = opened(PARTIALS, **THREE, **parameters)
    assert not app.exception
    assert words in said(app)
    assert say(why[0], **why[1]) in said(app)
    assert results(app) == [say("partials.nothing_returned")]
    assert words in printed(script(app))


def test_allow_unused_returns_none_and_materialize_grads_a_zero() -> None:
    app = opened(PARTIALS, **THREE, outputs="y1")
    type_(app, "allow_unused", "true")
    assert results(app) == ["dy1_dx1 = 2.0", "dy1_dx2 = 1.0", "dy1_dx3 = None"]
    assert say("partials.none", names="dy1_dx3", outputs="y1", inputs="x3") in said(app)
    type_(app, "materialize_grads", "true")
    assert results(app) == ["dy1_dx1 = 2.0", "dy1_dx2 = 1.0", "dy1_dx3 = 0.0"]
    assert say("partials.filled", names="dy1_dx3", outputs="y1", inputs="x3") in said(app)
    assert "allow_unused=True, materialize_grads=True" in script(app)
    assert "dy1_dx3 = 0.0" in printed(script(app))


# The same call again


def test_the_second_call_is_refused_for_the_product_and_not_for_the_sum() -> None:
    app = opened(PARTIALS, outputs="y1", again="true")
    first, second = listed(app)
    assert first.endswith("2.0, 1.0")
    assert "RuntimeError: Trying to backward through the graph a second time" in second
    assert say("partials.freed", nodes=say("partials.kept", node="y1 = x1·x2", saved="x1 and x2")) in said(app)
    assert "RuntimeError: Trying to backward through the graph a second time" in printed(script(app))
    app = pick(app, "outputs", "y2")
    assert [line.endswith("1.0, 1.0") for line in listed(app)] == [True, True]
    assert say("partials.nothing_saved") in said(app)
    assert "again_x1 = 1.0" in printed(script(app))


def test_retain_graph_lets_the_second_call_through() -> None:
    app = opened(PARTIALS, outputs="y1", again="true", retain_graph="true")
    assert [line.endswith("2.0, 1.0") for line in listed(app)] == [True, True]
    assert say("partials.kept_on", nodes=say("partials.kept", node="y1 = x1·x2", saved="x1 and x2")) in said(app)
    assert "RuntimeError" not in printed(script(app))


def test_a_call_that_is_refused_is_not_called_again() -> None:
    assert say("partials.again_refused") in said(opened(PARTIALS, **THREE, outputs="y3", again="true"))


def test_closed_panels_compute_nothing() -> None:
    app = opened(PARTIALS)
    assert {"again", "jacobian"} <= closed(app).keys()
    assert not app.expander
    assert "RuntimeError" not in script(app)
    assert "row_" not in script(app)


# The Jacobian


def test_the_jacobian_of_vectors() -> None:
    parameters = {"f": "y1 = A @ x; y2 = sum(x^2)", "at.A": "[[1, 2], [3, 4]]", "at.x": "[1, 2]", "row": "1"}
    app = opened(PARTIALS, **parameters, jacobian="true")
    (table,) = [piece for piece in markup(app) if "heat gradient jacobian" in piece]
    assert read([table]).split() == ["x[0]", "x[1]", "y1[0]", "1", "2", "y1[1]", "3", "4", "y2", "2", "4"]
    assert say("partials.row_is", row=1, entry="y1[1]") in said(app)
    assert app.code[0].value == "row_x = tensor([3., 4.])"
    lines = printed(script(app))
    assert "tensor([[1., 2.],\n        [3., 4.],\n        [2., 4.]])" in lines
    assert "row_x = tensor([3., 4.])" in lines


@pytest.mark.parametrize("row", ["-1", "4", "99999999", "x"])
def test_a_row_that_there_is_not_is_row_0(row: str) -> None:
    app = opened(PARTIALS, jacobian="true", row=row)
    assert not app.exception
    assert say("partials.row_is", row=0, entry="y1") in said(app)


def test_a_jacobian_of_16_million_entries_is_refused_with_its_number_and_a_row_is_offered() -> None:
    app = opened(PARTIALS, f="y = x @ x", **{"at.x": SIDE, "jacobian": "true", "row": "65"})
    assert not app.exception
    assert "16777216" in said(app)
    assert say("partials.row_is", row=65, entry="y[1, 1]") in said(app)
    assert "row_x = torch.autograd.grad(outputs=y[1, 1]" in script(app)
    assert "torch.stack" not in script(app)


def test_a_jacobian_between_is_a_figure_and_a_long_one_is_shortened() -> None:
    assert opened(PARTIALS, f="y = x^2", **{"at.x": str([1] * 40), "jacobian": "true"}).get("plotly_chart")
    app = opened(PARTIALS, f="y = x * w", **{"at.x": SIDE, "at.w": "2", "inputs": "w", "jacobian": "true"})
    assert "4096 x 1" in said(app)
    assert app.code[0].value.startswith("tensor([[1.]")


def test_a_long_result_is_shortened_on_the_page_and_whole_to_copy() -> None:
    app = opened(PARTIALS, f="y = sum(x^2)", **{"at.x": SIDE})
    assert "..." in results(app)[0]
    app.query_params["numbers"] = "true"
    app.run()
    (whole,) = [code.value for code in app.code if code.value.startswith("dy_dx = tensor")]
    assert whole.count("2.") == 64 * 64


# Every example


@each
def test_an_examples_script_prints_the_numbers_of_its_page(example: Example) -> None:
    app = opened(PARTIALS, **example.parameters)
    assert not app.exception
    assert not found(app, "note")
    assert_prints_its_page(app)


@each
def test_an_examples_notebook_runs_and_says_what_each_cell_does(example: Example) -> None:
    app = opened(PARTIALS, **example.parameters)
    notebook = json.loads(notebook_of(app, example))
    cells = notebook["cells"]
    words, code = ([c for c in cells if c["cell_type"] == kind] for kind in ("markdown", "code"))
    assert len(words) == len(code) + 1
    assert all("".join(cell["source"]).strip() for cell in words)
    assert printed("\n\n".join("".join(cell["source"]) for cell in code)) == printed(script(app))


def notebook_of(app: AppTest, example: Example) -> str:
    """The notebook that the page offers beside its script, made of the same parts."""
    outputs, inputs = tuple(picked(app, "outputs")), tuple(picked(app, "inputs"))
    call = GradCall(outputs, inputs, **{name: shown(app)[name] for name in SWITCHES})
    entries = Entries(outputs, inputs, 0, True) if "jacobian" in example.more else None
    export = partials_exported(case_of(example), say("partials.title"), call, "again" in example.more, entries)
    assert export.script.strip() == script(app).strip()
    return export.notebook


# Whatever is typed


@pytest.mark.parametrize(
    "program",
    [
        "y = a + 1",
        "y = x",
        "x",
        "y1 = x; y2 = x^2",
        "y = 1",
        "y = x/0.0",
        "rows = entry + output*part + row",
        "y = error^2",
    ],
)
def test_unusual_programs_get_their_page_and_their_script(program: str) -> None:
    names = ("entry", "output", "part", "row", "error")
    tracked = {f"grad.{name}": "true" for name in names if name in program}
    app = opened(PARTIALS, f=program, again="true", jacobian="true", **tracked)
    assert not app.exception
    assert "Error" not in printed(script(app)).replace("RuntimeError", "")
    for line in results(app):
        assert line == say("partials.nothing_returned") or line in printed(script(app))


def test_double_precision_reaches_the_script() -> None:
    app = opened(PARTIALS, f="y = sin(x)", **{"at.x": "1", "dtype": "float64"})
    assert results(app) == ["dy_dx = 0.5403023058681398"]
    assert "dy_dx = 0.5403023058681398" in printed(script(app))


@pytest.mark.parametrize("page", [PARTIALS, MATRIX])
@pytest.mark.parametrize("row", ["abc", "1.5", "nan", "1e999", "9" * 400])
def test_a_row_that_is_no_number_is_said(page: str, row: str) -> None:
    app = opened(page, jacobian="true", row=row)
    assert not app.exception
    assert say("frame.bad_number", part=shortened(f"row={row}")) in said(app)


def test_a_row_is_taken_as_it_is() -> None:
    app = opened(PARTIALS, jacobian="true", row="1")
    assert app.text_input(key="row").value == "1"
    assert "row=" not in said(app)


def test_after_a_row_that_was_none_another_can_be_chosen() -> None:
    app = opened(PARTIALS, jacobian="true", row="1e999")
    type_(app, "row", "1")
    assert say("partials.row_is", row=1, entry="y2") in said(app)
    assert say("frame.bad_number", part="row=1e999") not in said(app)
