"""The script of a call runs alone and prints what PyTorch returned to the page."""

import re
from contextlib import redirect_stdout
from io import StringIO

from hypothesis import given, settings
from hypothesis import strategies as st

from playground.drawing.numbers import whole
from playground.drawing.script import to_script
from playground.engine.forward import Run, forward
from playground.engine.jacobian import entries_of
from playground.language.parse import parse
from playground.language.program import Program
from playground.partials.grad_call import GradCall, partials, twice
from playground.partials.script import LONGEST, Entries, grad_parts, result_names
from playground.words import say
from tests.cases import case_at
from tests.programs import Made, programs


def script(run: Run, values: dict[str, object], call: GradCall, **gradient: object) -> str:
    """Everything that a page may show of a call."""
    tracked = tuple(name for name, leaf in run.inputs.items() if leaf.requires_grad)
    passes = partials(case_at(run.program, values, tracked=tracked, gradient=gradient), call)
    again = twice(case_at(run.program, values, tracked=tracked, gradient=gradient), call)
    entries = Entries(call.outputs, call.inputs, 0, True) if passes.first.grads is not None else None
    parts = grad_parts(run, values, call, passes, gradient, again, entries)  # type: ignore[arg-type]
    assert all(say(f"script.{part.key}", **part.values) for part in parts)
    return to_script(parts)


def printed(code: str) -> str:
    with redirect_stdout(StringIO()) as output:
        exec(compile(code, "script", "exec"), {})
    return output.getvalue()


def tutorial(call: GradCall, **gradient: object) -> str:
    values = {"x1": 1, "x2": 2}
    return script(forward(parse("y1 = x1*x2; y2 = x1 + x2"), values), values, call, **gradient)  # type: ignore[arg-type]


def test_it_is_the_tutorials_snippet() -> None:
    code = tutorial(GradCall(("y1", "y2"), ("x1", "x2")))
    assert "dy1_dx1, dy1_dx2 = torch.autograd.grad(outputs=y1, inputs=[x1, x2], retain_graph=True)\n" in code
    assert "grad_x1, grad_x2 = torch.autograd.grad(outputs=[y1, y2], inputs=[x1, x2])\n" in code
    lines = printed(code)
    assert lines.startswith("dy1_dx1 = 2.0\ndy1_dx2 = 1.0\ndy2_dx1 = 1.0\ndy2_dx2 = 1.0\n")
    assert "grad_x1 = 3.0\ngrad_x2 = 2.0\nRuntimeError: Trying to backward through the graph a second time" in lines


def test_weights_stand_in_the_call() -> None:
    code = tutorial(GradCall(("y1", "y2"), ("x1",)), y2=-1)
    assert "grad_outputs=[None, torch.tensor(-1.0)]" in code
    assert "grad_x1 = 1.0\n" in printed(code)
    assert "grad_outputs=torch.tensor(2.0)" in tutorial(GradCall(("y2",), ("x1",)), y2=2)


def test_one_output_of_one_row_is_not_asked_twice() -> None:
    program, values = parse("y = x^2"), {"x": 3}
    code = script(forward(program, values), values, GradCall(("y",), ("x",)))  # type: ignore[arg-type]
    assert code.count("dy_dx = torch.autograd.grad(outputs=y, inputs=[x])[0]") == 1
    assert "dy_dx = 6.0\n" in printed(code)


def test_long_calls_are_laid_out_in_lines() -> None:
    names = [f"x{place}" for place in range(20)]
    program, values = parse("y = " + "*".join(names)), dict.fromkeys(names, 1)
    code = script(forward(program, values), values, GradCall(("y",), tuple(names)))  # type: ignore[arg-type]
    calls = re.findall(r"torch\.autograd\.grad\(.*", code)
    assert calls[-1] == "torch.autograd.grad("
    assert max(map(len, calls)) <= LONGEST
    assert printed(code).count("= 1.0") == 3 * len(names) - len(names)


def test_names_of_results_are_none_of_the_programs() -> None:
    program = parse("dy_dx = x^2; y = dy_dx*grad_x; z = row_x + rows + entry + error")
    values = dict.fromkeys(program.inputs, 2)
    run = forward(program, values, program.inputs)
    call = GradCall(("y", "z"), ("x", "entry"), allow_unused=True)
    lines = printed(script(run, values, call))  # type: ignore[arg-type]
    assert "grad_x_ = 8.0\ngrad_entry = 1.0\n" in lines


@settings(max_examples=40)
@given(programs(), st.booleans())
def test_the_script_of_any_program_prints_what_was_returned(made: Made, retain: bool) -> None:
    run = forward(made.program, made.values)
    outputs = tuple(name for name, output in run.outputs.items() if output.requires_grad)
    inputs = tuple(name for name, leaf in run.inputs.items() if leaf.requires_grad)
    call = GradCall(outputs, inputs, retain, allow_unused=True)
    if not outputs or not inputs:
        return
    passes = partials(case_at(made.program, made.values), call)
    assert passes.first.grads is not None
    lines = printed(script(run, made.values, call))
    names = result_names(made.program, call, passes)
    for name, grad in passes.first.grads.items():
        assert f"{names[name]} = {'None' if grad is None else whole(grad)}\n" in lines
    assert len(entries_of(run.outputs, outputs)) >= 1


def test_a_program_of_plain_numbers_prints_pytorchs_words() -> None:
    program: Program = parse("y = 1")
    lines = printed(script(forward(program, {}), {}, GradCall(("y",), ())))
    assert lines == "RuntimeError: `inputs` argument to `grad()` cannot be empty.\n"
