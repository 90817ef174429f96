"""`/matrix`: backward from a matrix in both ways, the gradient argument, and which entry meets which."""

import contextlib
import io
import json
import re

import pytest
from streamlit.testing.v1 import AppTest

from playground.matrix.compute import exported
from playground.matrix.panel import edited, text_of
from playground.web.examples import Example
from playground.web.inputs import case_of
from playground.words import say
from tests.reading import follow, found, markup, opened, press, results, said, script, shown, type_
from tests.registry import offered, start

BOTH = ("y.backward(gradient)", "torch.sum(y * gradient).backward()")
ONE_ENTRY = {"f": "y = x @ x", "gradient.y": "entry 0, 0"}


def grads(app: AppTest) -> list[str]:
    """What both ways leave in x.grad, each on one line."""
    return [re.sub(r"\s+", " ", text.partition("\n")[2]) for text in results(app)]


def panel(app: AppTest, key: str) -> AppTest:
    """The app with a panel opened."""
    app.query_params[key] = "true"
    return app.run()


def opened_panel(**address: str) -> AppTest:
    return opened("matrix", jacobian="true", **address)


# Both ways


def test_it_opens_with_the_tutorials_case() -> None:
    app = opened("matrix")
    assert found(app, "question") == [say("matrix.question", name="x", output="y", entries=4)]
    assert [text.partition("\n")[0] for text in results(app)] == list(BOTH)
    assert grads(app) == ["x.grad = tensor([[-2., -2.], [ 0., 2.]])"] * 2
    assert say("matrix.equal") in said(app)
    assert "the sum of all gradient[i, j]·y[i, j] = 1·1 + 1·1 + 1·0 + 1·1 = 3." in said(app)
    assert "x[1, 1] only meets y[1, 1], so x.grad[1, 1] = 1·2 = 2" in said(app)


def test_rows_of_a_tensor_stand_one_under_another() -> None:
    lines = results(opened("matrix"))[0].split("\n")
    assert lines[1].index("-2.") == lines[2].index(" 0.")


@pytest.mark.parametrize(
    ("address", "wanted"),
    [
        ({"gradient.y": "[[1, 10], [100, 3]]"}, "[[ -2., -20.], [ 0., 6.]]"),
        ({"gradient.y": "[[0, 0], [0, 1]]"}, "[[0., 0.], [0., 2.]]"),
        ({"gradient.y": "entry 1, 1"}, "[[0., 0.], [0., 2.]]"),
        (ONE_ENTRY, "[[0., 1.], [0., 0.]]"),
    ],
)
def test_the_lessons_numbers(address: dict[str, str], wanted: str) -> None:
    app = opened("matrix", **address)
    assert [re.sub(r"(-?0)\. ", r"\1. ", line).replace("-0.", "0.") for line in grads(app)] == [
        f"x.grad = tensor({wanted})"
    ] * 2


def test_one_entry_says_which_row_of_the_jacobian_it_picks() -> None:
    app = opened("matrix", **{"gradient.y": "entry 1, 0"})
    assert say("matrix.picks", entry="y[1, 0]", row=2, name="x") in said(app)


def test_values_gradient_and_result_are_heat_maps_of_their_kind() -> None:
    page = " ".join(markup(opened("matrix")))
    assert re.findall(r'<div class="heat (\w+)"><p class="title">([\w.]+)', page) == [
        ("value", "x"),
        ("value", "y"),
        ("gradient", "gradient"),
        ("gradient", "x.grad"),
    ]
    assert page.count('class="negative"') == 2


# The gradient argument


def test_taken_away_pytorchs_error_appears_and_is_explained() -> None:
    app = opened("matrix")
    type_(app, "argument", "false")
    (text,) = results(app)
    assert "RuntimeError: grad can be implicitly created only for scalar outputs" in text
    assert "x.grad = None" in text
    assert say("matrix.refused_why", output="y", entries=4) in said(app)
    assert "except RuntimeError" in script(app)


def test_presets_write_into_the_text_box_and_the_address() -> None:
    app = opened("matrix")
    for clicks, button, text in [(1, "random", "random 0"), (2, "one_entry", "entry 0, 1"), (2, "random", "random 1")]:
        for _ in range(clicks):
            press(app, say(f"matrix.{button}"))
        assert shown(app)["gradient.y"] == text
        assert app.query_params["gradient.y"] == text
    press(app, say("matrix.ones"))
    assert shown(app)["gradient.y"] == ""
    assert grads(app)[0] == "x.grad = tensor([[-2., -2.], [ 0., 2.]])"


def test_one_entry_goes_round() -> None:
    app = opened("matrix", **{"gradient.y": "entry 1, 1"})
    press(app, say("matrix.one_entry"))
    assert shown(app)["gradient.y"] == "entry 0, 0"


def test_a_gradient_of_another_shape_names_both_shapes_and_ones_stand_in() -> None:
    app = opened("matrix", **{"gradient.y": "[1, 2, 3]"})
    (problem,) = found(app, "problems")
    assert say("error.gradient_shape", name="y", given="[3]", wanted="[2, 2]") in problem
    assert say("frame.using", name="gradient", value="ones") in problem
    assert grads(app)[0] == "x.grad = tensor([[-2., -2.], [ 0., 2.]])"


@pytest.mark.parametrize("text", ["entry 7, 7", "entry 1", "random x", "entry", "[[1, 2], [3]]", "nan"])
def test_a_gradient_that_cannot_be_used_gets_a_sentence(text: str) -> None:
    app = opened("matrix", **{"gradient.y": text})
    assert not app.exception
    assert len(found(app, "problems")) == 1
    assert grads(app)[0] == "x.grad = tensor([[-2., -2.], [ 0., 2.]])"


def test_a_random_gradient_is_the_same_on_the_graph_page() -> None:
    address = {**start("matrix").parameters, "gradient.y": "random 5"}
    wanted = grads(opened("matrix", **address))[0]
    assert re.sub(r"\s+", " ", results(opened("graph", **address))[0]) == wanted


# Other cases


def test_of_several_inputs_and_outputs_one_is_chosen() -> None:
    address = {"f": "y = x @ w; z = x*2", "at.x": "[[1, 2], [3, 4]]", "at.w": "[[1, 0], [0, 1]]"}
    app = opened("matrix", **address, wrt="w", of="y")
    assert found(app, "question") == [say("matrix.question", name="w", output="y", entries=4)]
    type_(app, "of", "z")
    assert found(app, "question") == [say("matrix.question", name="w", output="z", entries=4)]
    assert say("matrix.unreached", output="z", name="w") in said(app)
    assert not app.exception


def test_an_output_that_is_one_number_is_said_to_be_one() -> None:
    app = opened("matrix", f="y = sum(x^2)")
    assert found(app, "question") == [say("matrix.question_number", name="x", output="y")]
    assert grads(app)[0] == "x.grad = tensor([[0., 0.], [2., 4.]])"
    assert "argument" not in shown(app)


def test_nothing_tracked_is_explained_in_pytorchs_words() -> None:
    app = opened("matrix", f="y = a*b")
    assert "element 0 of tensors does not require grad" in said(app)
    assert not app.exception


def test_values_and_gradients_that_are_no_numbers_are_traced_to_their_operation() -> None:
    app = opened("matrix", f="y = 2*log(x)", **{"at.x": "[[1, 2], [-1, 3]]"})
    assert say("matrix.value_not_finite", operation="log(x)", number="nan", place=" at [1, 0]") in said(app)
    app = opened("matrix", f="y = 3*sqrt(x)", **{"at.x": "[4, 0]"})
    assert say("matrix.gradient_not_finite", operation="√(x)", number="inf", place=" at [1]") in said(app)


def test_a_whole_number_too_long_for_float32_among_gradients_is_said_and_float64_is_one_click_away() -> None:
    app = opened("matrix", **{"gradient.y": "[[16777217, 0], [1, 2]]"})
    note = say("frame.rounded", name="gradient.y", typed=16777217, stored="16777216", dtype="float32")
    assert note in said(app)
    app = follow(app, "matrix", say("frame.use_double"))
    assert shown(app)["dtype"] == "float64"
    assert note not in said(app)
    assert "dtype=torch.float64" in results(app)[0]


# The Jacobian


def test_closed_panels_cost_nothing() -> None:
    app = opened("matrix")
    assert 'class="heat gradient jacobian"' not in " ".join(markup(app))
    assert not app.get("dataframe")


def test_an_element_wise_program_has_a_diagonal_jacobian() -> None:
    app = opened_panel()
    assert say("matrix.diagonal", name="x", output="y") in said(app)
    table = next(piece for piece in markup(app) if "jacobian" in piece)
    numbers = re.findall(r"<td[^>]* style[^>]*>([^<]*)</td>", table)
    assert numbers == ["−2", "0", "0", "0", "0", "−2", "0", "0", "0", "0", "0", "0", "0", "0", "0", "2"]


def test_a_matrix_product_has_blocks_and_the_picked_row_is_marked() -> None:
    app = opened_panel(**ONE_ENTRY)
    assert say("matrix.diagonal_not", count=7, all=16) in said(app)
    table = next(piece for piece in markup(app) if "jacobian" in piece)
    assert re.findall(r'<tr class="([^"]*)">', table) == ["picked", "ends", "", "ends"]


def test_a_jacobian_of_16_million_entries_is_refused_with_the_number_and_a_row_offered() -> None:
    rows = json.dumps([[1] * 64] * 64)
    app = opened_panel(f="y = x^2", row="65", **{"at.x": rows})
    assert not app.exception
    assert say("error.too_many_entries", rows=4096, columns=4096, entries=4096**2) in said(app)
    assert say("matrix.row_is", row=65, name="x", entry="y[1, 1]") in said(app)
    assert len(app.get("plotly_chart")) == 5


def test_a_large_jacobian_is_drawn_and_a_larger_one_block_by_block() -> None:
    app = opened_panel(f="y = x @ x", **{"at.x": json.dumps([[1] * 6] * 6)})
    assert len(app.get("plotly_chart")) == 1
    app = opened_panel(f="y = x @ x", **{"at.x": json.dumps([[1] * 20] * 20)})
    assert say("matrix.blocks", name="x", output="y") in said(app)
    assert not app.exception


@pytest.mark.parametrize("row", ["-1", "4", "99999999"])
def test_a_row_that_is_not_there_is_said(row: str) -> None:
    app = opened_panel(row=row)
    assert say("frame.no_row", row=row, last=3) in said(app)
    assert not app.exception


@pytest.mark.parametrize(
    ("part", "text", "sentence"),
    [
        ("row", "abc", say("frame.bad_number", part="row=abc")),
        ("wrt", "q", say("frame.bad_choice", part="wrt=q", choices="x", used="x")),
        ("of", "<b>", say("frame.bad_choice", part="of=<b>", choices="y", used="y")),
        ("argument", "maybe", say("frame.bad_choice", part="argument=maybe", choices="true, false", used="true")),
    ],
)
def test_a_part_of_an_address_that_cannot_be_used_is_said(part: str, text: str, sentence: str) -> None:
    app = opened_panel(**{part: text})
    assert not app.exception
    assert sentence in said(app)
    assert grads(app)[0] == "x.grad = tensor([[-2., -2.], [ 0., 2.]])"


# The grid


def test_a_grid_is_offered_for_small_tensors_and_writes_texts() -> None:
    app = panel(opened("matrix"), "grid")
    assert not app.exception
    assert len(app.get("dataframe")) == 2
    assert edited([[0, 0], [1, 2]], {1: {"0": 5.5, "1": None}}) == [[0, 0], [5.5, 2]]
    assert text_of([[0, 0.5], [1, 2]], vector=False) == "[[0, 0.5], [1, 2]]"
    assert text_of([[1.0, 2.0]], vector=True) == "[1, 2]"


def test_no_grid_is_offered_for_large_ones() -> None:
    app = panel(opened("matrix", f="y = x^2", **{"at.x": json.dumps([[1] * 9] * 9)}), "grid")
    assert not app.exception
    assert not app.get("dataframe")


# Scripts and notebooks


def printed(code: str) -> str:
    out = io.StringIO()
    with contextlib.redirect_stdout(out):
        exec(code, {})
    return re.sub(r"\s+", " ", out.getvalue())


@pytest.mark.parametrize("example", offered("matrix"), ids=lambda example: example.key)
def test_the_script_and_the_notebook_of_every_example_print_the_pages_numbers(example: Example) -> None:
    app = opened("matrix", **example.parameters)
    assert not app.exception
    assert found(app, "note") == []
    prints = printed(script(app))
    for line in grads(app):
        assert prints.count(line) >= 2
    assert "equal = True" in prints
    export = exported(case_of(example), say("matrix.title"), "y", True)
    assert export.script.strip() == script(app).strip()
    cells = json.loads(export.notebook)["cells"]
    assert printed("\n".join("".join(cell["source"]) for cell in cells if cell["cell_type"] == "code")) == prints


@pytest.mark.parametrize("preset", ["ones", "one_entry", "random"])
def test_the_script_of_every_preset_prints_the_pages_numbers(preset: str) -> None:
    app = opened("matrix")
    press(app, say(f"matrix.{preset}"))
    assert printed(script(app)).count(grads(app)[0]) == 2


def test_changing_the_program_keeps_the_page_whole() -> None:
    app = type_(opened("matrix"), "f", "y = x @")
    assert not app.exception
    assert grads(app)[0] == "x.grad = tensor([[-2., -2.], [ 0., 2.]])"
    app = type_(app, "f", "y = x @ x")
    assert "x.grad" in grads(app)[0]
