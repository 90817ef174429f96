"""A tree written as Python, LaTeX and a drawing's label."""

import re
from dataclasses import replace
from functools import cache
from typing import Any

import pytest
import torch
from hypothesis import given, settings

from playground.engine.forward import forward
from playground.language.notation import formula, label, latex, python, to_latex, to_python
from playground.language.operations import OPERATIONS, Operation
from playground.language.parse import parse
from playground.language.program import (
    Call,
    Expression,
    IndexOperand,
    Number,
    Option,
    Program,
    Slice,
    Variable,
    postorder,
)
from tests.oracles import fingerprints
from tests.programs import INPUTS, Made, programs

DTYPES = (torch.float32, torch.float64)


def expression(text: str) -> Expression:
    return parse(text).statements[0].expression


@cache
def functions() -> str:
    """The functions that PyTorch lacks, defined by their formulas."""
    composites = [row for row in OPERATIONS.values() if row.composite]
    return "\n".join(f"def {row.name}(u): return {python(formula(row.formula or ''))}" for row in composites)


def execute(program: Program, leaves: dict[str, torch.Tensor], dtype: torch.dtype) -> dict[str, Any]:
    """Run the Python of a program as a person would, the functions that PyTorch lacks defined by their formulas."""
    names: dict[str, Any] = {"torch": torch, **leaves}
    before = torch.get_default_dtype()
    torch.set_default_dtype(dtype)
    try:
        exec(f"{functions()}\n{to_python(program)}", names)
    finally:
        torch.set_default_dtype(before)
    return {name: names[name] for name in program.outputs}


def same_bits(first: torch.Tensor, second: torch.Tensor) -> bool:
    return (
        first.dtype == second.dtype
        and first.shape == second.shape
        and torch.equal(first.nan_to_num(7), second.nan_to_num(7))
    )


def the_python_of_a_program_records_the_same_graph_and_computes_the_same_bits(made: Made) -> None:
    for dtype in DTYPES:
        run = made.run(dtype)
        outputs = execute(run.program, run.inputs, dtype)
        assert fingerprints(outputs, run.inputs) == fingerprints(run.outputs, run.inputs)
        for name, output in run.outputs.items():
            written = torch.as_tensor(outputs[name], dtype=dtype)
            assert same_bits(written.detach(), output.detach()), name


def the_python_of_a_program_is_read_back_as_the_same_program(made: Made) -> None:
    """Where plain numbers need no help from torch, that is."""
    text = to_python(made.program)
    if "tensor(" not in text and ".item()" not in text and len(text) <= 500:
        assert parse(text) == parse(to_python(parse(text)))
        assert parse(text).inputs == made.program.inputs


def every_program_has_latex_with_its_braces_and_delimiters_in_pairs(made: Made) -> None:
    text = to_latex(made.program)
    assert text.count("{") == text.count("}")
    assert text.count(r"\left") == text.count(r"\right")
    assert re.findall(r"(?<!\\)[_^](?![{])", text) == []
    assert all(sign.isascii() for sign in text), text


def every_sub_expression_has_a_label_on_one_line(made: Made) -> None:
    for statement in made.program.statements:
        for node in postorder(statement.expression):
            text = label(node)
            assert text
            assert "\n" not in text
            assert text.count("(") == text.count(")")


@pytest.mark.parametrize(("text", "written"), [
    ("a*x^2 + b*x + c", "a·x² + b·x + c"), ("-x^2", "−x²"), ("(-x)^2", "(−x)²"), ("x^-2", "x⁻²"),
    ("x^(1/2)", "x^(1/2)"),
    ("a - (b - c)", "a − (b − c)"), ("a/(b*c)", "a/(b·c)"), ("(a + b)*c", "(a + b)·c"), ("x^y^z", "x^y^z"),
    ("2.50*x", "2.5·x"),
    ("|x|", "|x|"), ("sqrt(x + 1)", "√(x + 1)"), ("x.t() @ w", "xᵀ @ w"), ("norm(x)", "‖x‖"),
    ("max(x, 0)", "max(x, 0)"),
    ("sum(x)", "sum(x)"), ("sum(x, dim=0)", "sum(x, dim=0)"),
    ("sum(x, -1, keepdim=True)", "sum(x, dim=−1, keepdim=True)"),
    ("softmax(x)", "softmax(x)"), ("softmax(x, 0)", "softmax(x, dim=0)"), ("2π x", "2·π·x"), ("x^x", "x^x"),
    ("2^-x", "2^−x"),
])  # fmt: skip
def test_labels_read_as_mathematics(text: str, written: str) -> None:
    assert label(expression(text)) == written


@pytest.mark.parametrize(("text", "written"), [
    ("a*x^2", "a x^{2}"), ("2*3*x", r"2 \cdot 3 x"), ("x1/y_2", r"\frac{x_{1}}{y_{2}}"),
    ("λ*area", r"\lambda \mathrm{area}"), ("best*area", r"\mathrm{best} \cdot \mathrm{area}"),
    ("loss_2*relu(x)", r"\mathrm{loss}_{2} \cdot \operatorname{relu}\left(x\right)"),
    ("(x + 1)*y", r"\left(x + 1\right) y"), ("sqrt(x)", r"\sqrt{x}"), ("cbrt(x)", r"\sqrt[3]{x}"),
    ("|x|", r"\left|x\right|"),
    ("1e-7*x", r"1 \cdot 10^{-7} x"), ("x^(y + 1)", "x^{y + 1}"), ("(x^2)^3", r"\left(x^{2}\right)^{3}"),
    ("pi*e", r"\pi e"),
    ("alpha + loss_2", r"\alpha + \mathrm{loss}_{2}"),
    ("sum(x, dim=0)", r"\operatorname{sum}\left(x, \mathrm{dim}=0\right)"),
    ("x @ w.t()", r"x \mathbin{@} w^{\top}"), ("-x/2", r"\frac{-x}{2}"), ("-(x/2)", r"-\frac{x}{2}"),
])  # fmt: skip
def test_latex_reads_as_mathematics(text: str, written: str) -> None:
    assert latex(expression(text)) == written


@pytest.mark.parametrize(("text", "written"), [
    ("a - (b - c)", "a - (b - c)"), ("-x^2", "-x**2"), ("(-x)^2", "(-x)**2"), ("2^3^2*x", "2**3**2 * x"),
    ("1/2x", "1 / 2 * x"),
    ("x^-2", "x**-2"), ("sin(x)", "torch.sin(x)"), ("relu(x)", "torch.nn.functional.relu(x)"),
    ("(a @ b)*c", "a @ b * c"),
    ("a @ (b*c)", "a @ (b * c)"), ("(x + 1).T", "(x + 1).T"), ("(x + 1)ᵀ", "(x + 1).t()"),
    ("x[0, 1:]", "x[0, 1:]"), ("x if x > 0 else 2", "x if x > 0 else torch.tensor(2.0)"),
    ("sum(x, 0)", "torch.sum(x, dim=0)"),
    ("2π", "2 * torch.pi"),
    ("softmax(x)", "torch.softmax(x, dim=-1)"), ("2^60*x", "1.152921504606847e+18 * x"), ("x + -1", "x + -1"),
])  # fmt: skip
def test_python_reads_as_python(text: str, written: str) -> None:
    assert python(expression(text)) == written


@pytest.mark.parametrize("name", [
    "sqrt(2)*x", "max(2, 0.1)*x", "max(x, 0.1)", "max(---2, x)", "max(x, --2e-5)", "sec(1)*x", "cbrt(2)*x", "2^0.5*x",
    "2/3*x", "norm(-2)*x",
])  # fmt: skip
@pytest.mark.parametrize("dtype", DTYPES)
def test_plain_numbers_reach_the_tensors_as_the_same_bits(name: str, dtype: torch.dtype) -> None:
    run = forward(parse(name), {"x": 1.7}, None, dtype)
    assert same_bits(execute(run.program, run.inputs, dtype)["y"].detach(), run.outputs["y"].detach())


SAMPLES: dict[str, Option] = {
    "int": 1, "float": 0.5, "bool": True, "word": "sum", "dims": (0, 1), "size": (2, 3), "numbers": (0, 3),
    "dtype": "float64", "equation": "i,j->ij", "data": (1.0, 2.0), "index": (Slice(1, None), IndexOperand(0)),
}  # fmt: skip
"""A value for each kind of option."""


def sample_options(row: Operation) -> list[tuple[str, Option]]:
    """One value for each option of a row."""
    return [(p.name, SAMPLES[p.kind]) for p in row.parameters if not p.is_operand and p.name not in dict(row.defaults)]


def test_every_row_has_a_label_latex_and_python_that_take_its_arguments() -> None:
    for row in OPERATIONS.values():
        arguments = tuple(Variable(name) for name in "abcd"[: len(row.operands)])
        call = Call(row.name, arguments, (*row.defaults, *sample_options(row)))
        for write in (label, latex, python):
            text = write(call)
            assert all(argument.name in text for argument in arguments), (row.name, text)
        assert label(replace(call, arguments=tuple(Call("add", (Variable("v"), Number(1))) for _ in arguments)))


def test_every_name_of_an_input_can_be_written() -> None:
    for names in INPUTS.values():
        for name in names:
            assert latex(Variable(name)).isascii()
            assert python(Variable(name)) == name


FUNCTIONS_OF_ONES_OWN = (
    "f(x) = x^2; y = f(f(a)) + f(3)", "f(x) = x + x; y = f(f(f(f(x))))", "g(u, v) = u*v; h(t) = g(t, 2t); y = h(x)^2",
    "f(x) = sin(x); y = f(2)*x", "f(x) = a*x; y = f(x); y = f(y)",
)  # fmt: skip


@pytest.mark.parametrize("text", FUNCTIONS_OF_ONES_OWN)
def test_the_python_of_functions_of_ones_own_records_what_the_program_does(text: str) -> None:
    program = parse(text)
    run = forward(program, dict.fromkeys(program.inputs, 1.7), program.inputs)
    leaves = {name: torch.tensor(1.7, requires_grad=True) for name in program.inputs}
    names: dict[str, Any] = {"torch": torch, **leaves}
    exec(to_python(program), names)
    assert same_bits(names["y"].detach(), run.outputs["y"].detach())
    assert fingerprints({"y": names["y"]}, leaves) == fingerprints(run.outputs, run.inputs)


def test_functions_of_ones_own_are_written_as_functions() -> None:
    program = parse("f(x) = x^2; y = f(f(a))")
    assert to_latex(program) == r"f\left(x\right) = x^{2} \qquad y = f\left(f\left(a\right)\right)"
    assert to_python(program) == "def f(x):\n    return x**2\n\ny = f(f(a))"


# Of any program

CLAIMS = (
    the_python_of_a_program_records_the_same_graph_and_computes_the_same_bits,
    the_python_of_a_program_is_read_back_as_the_same_program,
    every_program_has_latex_with_its_braces_and_delimiters_in_pairs,
    every_sub_expression_has_a_label_on_one_line,
)


@given(programs())
@settings(max_examples=250)
def test_of_any_program_each_claim_holds(made: Made) -> None:
    """One generated program for all of them: to make it costs more than to look at it."""
    for claim in CLAIMS:
        claim(made)
