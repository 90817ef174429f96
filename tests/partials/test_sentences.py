"""The sentence follows one pass to where contributions meet, with the numbers that really met there."""

from collections.abc import Mapping
from typing import Any

import pytest
import torch
from hypothesis import given

from playground.language.parse import parse
from playground.partials.grad_call import GradCall, Partials, partials
from playground.partials.sentences import FEW, arrivals, in_cell, in_line, one_pass, scalar_of, total
from playground.words import say
from tests.cases import case_at
from tests.programs import Made, programs


def sentence_of(text: str, values: Mapping[str, Any], gradient: Mapping[str, Any] | None = None, **options: Any) -> str:
    program = parse(text)
    call = GradCall(options.get("outputs", program.outputs), options.get("inputs", program.inputs), allow_unused=True)
    return one_pass(partials(case_at(program, values, tracked=program.inputs, gradient=gradient), call), call)


@pytest.mark.parametrize(
    ("text", "values", "gradient", "sentence"),
    [
        (
            "y1 = x1*x2; y2 = x1 + x2",
            {"x1": 1, "x2": 2},
            None,
            "One backward pass starts with 1 at y1 and 1 at y2; at x1 2 and 1 meet: 3; at x2 1 and 1 meet: 2. "
            "That is the gradient of y1 + y2, as autograd finds it.",
        ),
        (
            "y1 = x1*x2; y2 = x1 + x2",
            {"x1": 1, "x2": 2},
            {"y1": 0.5, "y2": -1},
            "One backward pass starts with 0.5 at y1 and -1 at y2; at x1 1 and -1 meet: 0; "
            "at x2 0.5 and -1 meet: -0.5. That is the gradient of 0.5·y1 - y2, as autograd finds it.",
        ),
        (
            "u = x^2; y1 = 3u; y2 = u*u",
            {"x": 2},
            None,
            "One backward pass starts with 1 at y1 and 1 at y2; at u 3, 4 and 4 meet: 11; at x 44 arrives. "
            "That is the gradient of y1 + y2, as autograd finds it.",
        ),
        (
            "y1 = x; y2 = x^2",
            {"x": 2},
            {"y2": 3},
            "One backward pass starts with 1 at y1 and 3 at y2; at x 1 and 12 meet: 13. "
            "That is the gradient of y1 + 3·y2, as autograd finds it.",
        ),
        (
            "y1 = x1^2; y2 = detach(x2)*x1",
            {"x1": 1, "x2": 2},
            None,
            "One backward pass starts with 1 at y1 and 1 at y2; at x1 2 and 2 meet: 4; nothing arrives at x2. "
            "That is the gradient of y1 + y2, as autograd finds it.",
        ),
        (
            "y1 = 2x; y2 = x^2",
            {"x": [1, 2]},
            {"y2": [1, -1]},
            "One backward pass starts with ones at y1 and [1, -1] at y2; at x [2, 2] and [2, -4] meet: [4, -2]. "
            "That is the gradient of sum(y1) + sum(gradient.y2 * y2), as autograd finds it.",
        ),
    ],
)
def test_the_pass_in_words(
    text: str, values: Mapping[str, Any], gradient: Mapping[str, Any] | None, sentence: str
) -> None:
    assert sentence_of(text, values, gradient) == sentence


def test_long_tensors_and_many_outputs_are_counted() -> None:
    long = sentence_of("y1 = 2x; y2 = x^2", {"x": [[1] * 9] * 9})
    assert say("partials.meet_many", place="x", count=2) in long
    many = sentence_of("; ".join(f"y{i} = {i}x" for i in range(1, 7)), {"x": 1})
    assert say("partials.start_many", count=6) in many
    assert say("partials.meet_many", place="x", count=6) + ": 21" in many
    assert say("partials.total_many", count=6) in many
    assert FEW < 6


def test_numbers_in_sentences_and_cells() -> None:
    assert in_line(torch.tensor(-2.0)) == "-2"
    assert in_line(torch.ones(9, 9)) is None
    assert [in_cell(None), in_cell(torch.tensor(2.0)), in_cell(torch.tensor([-1.0, 2.0]))] == ["None", "2.0", "[-1, 2]"]
    assert scalar_of("y", torch.ones(2)) == "sum(y)"
    assert total({"a": torch.tensor(-1.0), "b": torch.tensor(-2.5)}, ("a", "b")) == "-a - 2.5·b"


@given(programs())
def test_what_arrives_at_a_node_adds_up_to_its_gradient(made: Made) -> None:
    returned = everything(made)
    if returned is None or returned.backward is None:
        return
    found = arrivals(returned.graph, returned.backward, returned.weights)
    leaves = {place: node.input for place, node in enumerate(returned.graph.nodes) if node.input}
    whole = {step.node: step.upstream for step in returned.backward.steps}
    whole |= {place: returned.backward.grads[name] for place, name in leaves.items() if name in returned.backward.grads}
    for place, gradient in whole.items():
        assert gradient is not None
        added = torch.stack([arrival.gradient for arrival in found[place]]).sum(0)
        if bool(torch.isfinite(added).all()):
            torch.testing.assert_close(added, gradient, rtol=1e-4, atol=1e-5)
        assert set().union(*(arrival.outputs for arrival in found[place])) <= set(returned.weights)


def everything(made: Made) -> Partials | None:
    """A pass from all outputs to all inputs."""
    inputs = tuple(name for name in made.program.inputs if name[0] in "uvwxyz")
    first = partials(case_at(made.program, made.values), GradCall((), ()))
    outputs = tuple(first.weights)
    if not inputs or not outputs:
        return None
    return partials(case_at(made.program, made.values), GradCall(outputs, inputs, allow_unused=True))
