"""The script of `/matrix` goes both ways, prints what they come to, and runs alone; so does its notebook."""

import contextlib
import io
import json
import re

import pytest
import torch
from hypothesis import assume, given
from hypothesis import strategies as st

from playground.drawing.notebook import to_notebook
from playground.drawing.script import Part, to_script
from playground.engine.case import Case
from playground.language.gradient_argument import Drawn, OneEntry, Ones, Upstream
from playground.language.parse import parse
from playground.matrix.script import both_ways_parts, refused_parts
from playground.matrix.vjp import both_ways, refusal
from tests.cases import case_at
from tests.programs import Made, programs

TUTORIAL = {"x": [[0, 0], [1, 2]], "a": 1, "b": -2, "c": 1}
STARTS: tuple[Upstream, ...] = (Ones(), OneEntry((1, 1)), Drawn(7), [[1, 10], [100, 3]])


def printed(code: str) -> list[str]:
    """What a script prints, with the spaces of its tensors made one."""
    out = io.StringIO()
    with contextlib.redirect_stdout(out):
        exec(code, {})
    torch.set_default_dtype(torch.float32)
    return re.sub(r"\s*\n\s+", " ", out.getvalue()).strip().split("\n")


def one_line(name: str, value: torch.Tensor | None) -> str:
    """A result as it prints where its type is the default one."""
    text = value.item() if isinstance(value, torch.Tensor) and value.dim() == 0 else value
    return re.sub(r"\s*\n\s+", " ", f"{name} = {text}").replace(", dtype=torch.float64", "")


def written(case: Case, output: str, start: Upstream) -> list[Part]:
    return both_ways_parts(case.run(), case.inputs, output, start, both_ways(case, output, start))


@pytest.mark.parametrize("start", STARTS, ids=str)
@pytest.mark.parametrize("dtype", [torch.float32, torch.float64])
def test_the_script_prints_both_gradients_and_that_they_are_equal(start: Upstream, dtype: torch.dtype) -> None:
    case = case_at(parse("y = a*x^2 + b*x + c"), TUTORIAL, tracked=("x",), dtype=dtype)
    gradients = both_ways(case, "y", start)
    lines = printed(to_script(written(case, "y", start)))
    assert lines == [
        one_line("gradient", gradients.gradient),
        one_line("y", gradients.value),
        one_line("x.grad", gradients.direct["x"]),
        one_line("x.grad", gradients.summed["x"]),
        "equal = True",
    ]


@given(programs(), st.integers(0, 100))
def test_the_script_of_any_program_prints_its_numbers(made: Made, seed: int) -> None:
    run = made.run()
    outputs = [name for name, output in run.outputs.items() if output.requires_grad]
    assume(outputs)
    case = case_at(
        made.program, made.values, tracked=tuple(name for name, leaf in run.inputs.items() if leaf.requires_grad)
    )
    gradients = both_ways(case, outputs[0], Drawn(seed))
    lines = printed(to_script(written(case, outputs[0], Drawn(seed))))
    for name, grad in gradients.direct.items():
        assert lines.count(one_line(f"{name}.grad", grad)) >= 2
    assert lines[-1] == f"equal = {gradients.equal}"


def test_a_large_gradient_is_made_and_not_written_out() -> None:
    case = case_at(parse("y = x^2"), {"x": [[1.0] * 30] * 30}, tracked=("x",))
    for start in (Ones(), OneEntry((3, 4)), Drawn(1)):
        code = to_script(written(case, "y", start))
        assert max(len(line) for line in code.split("\n") if line.startswith("gradient")) < 100
        assert printed(code)[-1] == "equal = True"


def test_several_inputs_are_compared_together() -> None:
    case = case_at(parse("y = x @ w"), {"x": [[1, 2]], "w": [[3], [4]]}, tracked=("x", "w"))
    assert printed(to_script(written(case, "y", Ones())))[-1] == "equal = True"


def test_names_of_the_program_are_left_alone() -> None:
    case = case_at(parse("direct = gradient*x^2"), {"gradient": 3, "x": [1, 2]}, tracked=("x",))
    assert "x.grad = tensor([ 6., 12.])" in printed(to_script(written(case, "direct", Ones())))


def test_without_an_argument_the_script_prints_pytorchs_words() -> None:
    case = case_at(parse("y = a*x^2 + b*x + c"), TUTORIAL, tracked=("x",))
    lines = printed(to_script(refused_parts(case.run(), TUTORIAL, "y")))
    assert lines[1:] == [f"RuntimeError: {refusal(case, 'y')}", "x.grad = None"]


@pytest.mark.parametrize("start", STARTS, ids=str)
def test_the_notebook_runs_and_says_what_each_cell_does(start: Upstream) -> None:
    case = case_at(parse("y = a*x^2 + b*x + c"), TUTORIAL, tracked=("x",))
    parts = written(case, "y", start)
    cells = json.loads(to_notebook("Backward from a matrix", parts))["cells"]
    code = "\n".join("".join(cell["source"]) for cell in cells if cell["cell_type"] == "code")
    assert printed(code) == printed(to_script(parts))
    assert [cell["cell_type"] for cell in cells[1::2]] == ["markdown"] * len(parts)
