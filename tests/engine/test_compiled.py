"""A program that is run again does what it did the first time."""

import torch
from hypothesis import assume, given, settings

from playground.engine.compiled import operations_of, rerun
from playground.engine.forward import forward
from playground.language.errors import EvaluationError
from playground.language.parse import parse
from tests.programs import Made, programs


def same(first: torch.Tensor, second: torch.Tensor) -> bool:
    return torch.equal(torch.nan_to_num(first, nan=7.25), torch.nan_to_num(second, nan=7.25))


@given(programs(budget=6, statements=3))
@settings(max_examples=60)
def test_any_program_gives_the_same_again(made: Made) -> None:
    try:
        run = forward(made.program, made.values)
    except EvaluationError:
        assume(False)
    inputs = {name: tensor.detach().clone().requires_grad_() for name, tensor in run.inputs.items()}
    for name, output in run.outputs.items():
        again = rerun(run, name)(inputs)
        assert same(torch.as_tensor(again, dtype=output.dtype).detach(), output.detach())


def test_it_follows_its_inputs() -> None:
    run = forward(parse("y = max(x, 2) + log(2)*x"), {"x": 1.0})
    again = rerun(run, "y")({"x": torch.tensor(5.0)})
    assert torch.equal(again, forward(parse("y = max(x, 2) + log(2)*x"), {"x": 5.0}).outputs["y"].detach())


def test_only_what_an_output_needs_is_run() -> None:
    run = forward(parse("y1 = sin(x); y2 = cos(x)"), {"x": 1.0})
    assert [call.operation for call in operations_of(run, "y1")] == ["sin"]
