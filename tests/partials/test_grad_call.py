"""One pass returns the sum of a table that PyTorch never builds; what it frees, the next pass misses."""

import re
from dataclasses import replace
from typing import Any

import pytest
import torch
from hypothesis import assume, given, settings
from hypothesis import strategies as st

import playground as pg
from playground.engine.forward import forward
from playground.engine.jacobian import all_entries, entries_of, one_row
from playground.language import limits
from playground.language.errors import EvaluationError
from playground.language.parse import parse
from playground.partials.grad_call import Answer, GradCall, Kept, partials, twice
from playground.partials.moving import rows as rows_shown
from playground.partials.page import passes
from playground.words import languages, speak
from tests.cases import case_at
from tests.programs import Made, programs

TUTORIAL = parse("y1 = x1*x2; y2 = x1 + x2")
POINT = {"x1": 1, "x2": 2}
BOTH = ("x1", "x2")


def numbers(answer: Answer) -> dict[str, float | None]:
    assert answer.grads is not None, answer.refused
    return {name: None if grad is None else grad.item() for name, grad in answer.grads.items()}


def asked_of(made: Made) -> GradCall | None:
    """Every output by every input, of those that require a gradient."""
    run = forward(made.program, made.values)
    outputs = tuple(name for name, output in run.outputs.items() if output.requires_grad)
    inputs = tuple(name for name, leaf in run.inputs.items() if leaf.requires_grad)
    return GradCall(outputs, inputs, allow_unused=True) if outputs and inputs else None


def close(first: torch.Tensor, second: torch.Tensor) -> None:
    torch.testing.assert_close(first, second, rtol=1e-4, atol=1e-5, equal_nan=True)


# The tutorial's numbers


@pytest.mark.parametrize(
    ("outputs", "gradient", "returned"),
    [
        (("y1",), {}, (2, 1)),
        (("y2",), {}, (1, 1)),
        (("y1", "y2"), {}, (3, 2)),
        (("y1", "y2"), {"y1": 1, "y2": -1}, (1, 0)),
        (("y1", "y2"), {"y2": 0}, (2, 1)),
    ],
)
def test_the_tutorials_numbers(outputs: tuple[str, ...], gradient: dict[str, Any], returned: tuple[float, ...]) -> None:
    passes = partials(case_at(TUTORIAL, POINT, gradient=gradient), GradCall(outputs, BOTH))
    assert tuple(numbers(passes.first).values()) == returned
    assert {end: numbers(Answer(row)) for end, row in passes.table.items()} == {
        "y1": {"x1": 2, "x2": 1},
        "y2": {"x1": 1, "x2": 1},
    }


def test_only_the_inputs_asked_for_get_a_gradient() -> None:
    passes = partials(case_at(TUTORIAL, POINT), GradCall(("y1", "y2"), ("x2",)))
    assert numbers(passes.first) == {"x2": 2}
    assert passes.backward is not None
    product = next(step for step in passes.backward.steps if passes.graph.nodes[step.node].name == "MulBackward0")
    assert [passed is None for passed in product.passed] == [True, False]


# Calling it twice


def test_a_product_frees_what_it_saved_and_a_sum_saves_nothing() -> None:
    product = twice(case_at(TUTORIAL, POINT), GradCall(("y1",), BOTH))
    assert numbers(product.first) == {"x1": 2, "x2": 1}
    assert product.second.grads is None
    assert product.second.refused is not None
    assert product.second.refused.startswith("Trying to backward through the graph a second time")
    assert product.freed == (Kept("y1 = x1·x2", ("x1", "x2")),)
    total = twice(case_at(TUTORIAL, POINT), GradCall(("y2",), BOTH))
    assert numbers(total.second) == numbers(total.first) == {"x1": 1, "x2": 1}
    assert total.freed == ()


def test_a_graph_that_is_retained_can_be_gone_through_again() -> None:
    both = twice(case_at(TUTORIAL, POINT), GradCall(("y1",), BOTH, retain_graph=True))
    assert numbers(both.second) == numbers(both.first) == {"x1": 2, "x2": 1}


@given(programs())
def test_the_second_call_is_refused_exactly_where_the_first_freed_something(made: Made) -> None:
    call = asked_of(made)
    assume(call is not None)
    assert call is not None
    both = twice(case_at(made.program, made.values), call)
    assert (both.second.refused is not None) == bool(both.freed)
    kept = twice(case_at(made.program, made.values), GradCall(call.outputs, call.inputs, True, True))
    assert kept.second.refused is None


# What PyTorch refuses


@pytest.mark.parametrize(
    ("outputs", "inputs", "words"),
    [
        (("y",), ("x",), None),
        (("c",), ("x",), "element 0 of tensors does not require grad"),
        (("y", "c"), ("x",), "element 1 of tensors does not require grad"),
        (("y",), ("a",), "One of the differentiated Tensors does not require grad"),
        (("y",), ("x", "w"), "The differentiated Tensor at index 1 appears to not have been used"),
        (("y",), (), "`inputs` argument to `grad()` cannot be empty"),
        ((), ("x",), "appears to not have been used"),
    ],
)
def test_pytorchs_words_are_passed_on(outputs: tuple[str, ...], inputs: tuple[str, ...], words: str | None) -> None:
    program = parse("y = a*x; z = w^2; c = a + 1")
    passes = partials(case_at(program, {"a": 2, "x": 3, "w": 4}), GradCall(outputs, inputs))
    assert (passes.first.refused is None) == (words is None) == (passes.backward is not None)
    assert words is None or words in (passes.first.refused or "")


def test_an_input_with_no_path_gives_none_or_is_filled_with_zero() -> None:
    program, values = parse("y1 = x1*x2; y2 = x3^2"), {"x1": 1, "x2": 2, "x3": 3}
    inputs = ("x1", "x3")
    assert numbers(partials(case_at(program, values), GradCall(("y1",), inputs, allow_unused=True)).first) == {
        "x1": 2,
        "x3": None,
    }
    filled = partials(case_at(program, values), GradCall(("y1",), inputs, materialize_grads=True))
    assert numbers(filled.first) == {"x1": 2, "x3": 0}
    assert filled.unused == ("x3",)
    assert partials(case_at(program, values), GradCall(("y1", "y2"), inputs)).unused == ()


def test_a_weight_of_another_shape_is_an_error_with_both_shapes() -> None:
    with pytest.raises(EvaluationError) as caught:
        partials(case_at(parse("y = x"), {"x": [1, 2]}, gradient={"y": [1, 2, 3]}), GradCall(("y",), ("x",)))
    assert (caught.value.values["given"], caught.value.values["wanted"]) == ("[3]", "[2]")


# The sum


@given(programs(), st.data())
def test_one_pass_returns_the_weighted_sum_of_the_table(made: Made, data: st.DataObject) -> None:
    everything = asked_of(made)
    assume(everything is not None)
    assert everything is not None
    chosen = data.draw(st.lists(st.sampled_from(everything.outputs), min_size=1, unique=True))
    outputs = tuple(name for name in everything.outputs if name in chosen)
    values = forward(made.program, made.values).outputs
    scalars = [name for name in outputs if values[name].dim() == 0]
    gradient = {name: data.draw(st.sampled_from((-1.0, 0.5, 2.0))) for name in scalars}
    passes = partials(
        case_at(made.program, made.values, gradient=gradient), GradCall(outputs, everything.inputs, allow_unused=True)
    )
    assert passes.first.grads is not None
    for name, grad in passes.first.grads.items():
        parts = [(gradient.get(end, 1.0), passes.table[end][name]) for end in outputs]
        terms = [weight * part for weight, part in parts if part is not None]
        assert (grad is None) == (terms == []) == (name in passes.unused)
        if grad is not None and bool(torch.isfinite(torch.stack(terms)).all()):
            close(grad, torch.stack(terms).sum(0))


@given(programs())
def test_what_is_returned_is_what_pytorch_returns(made: Made) -> None:
    call = asked_of(made)
    assume(call is not None)
    assert call is not None
    passes = partials(case_at(made.program, made.values), call)
    run = forward(made.program, made.values)
    ends, leaves = [run.outputs[name] for name in call.outputs], [run.inputs[name] for name in call.inputs]
    wanted = torch.autograd.grad(ends, leaves, [torch.ones_like(end) for end in ends], allow_unused=True)
    assert passes.first.grads is not None
    for name, grad in zip(call.inputs, wanted, strict=True):
        returned = passes.first.grads[name]
        assert (returned is None) == (grad is None)
        if returned is not None:
            torch.testing.assert_close(returned, grad, rtol=0, atol=0, equal_nan=True)
    assert all(leaf.grad is None for leaf in leaves)


@pytest.mark.parametrize("language", languages())
@settings(max_examples=40)
@given(made=programs(statements=3), data=st.data())
def test_the_table_is_said_to_take_as_many_passes_as_it_takes(language: str, made: Made, data: st.DataObject) -> None:
    call = asked_of(made)
    assume(call is not None)
    assert call is not None
    names = data.draw(st.lists(st.sampled_from(call.outputs), min_size=1, unique=True))
    case, chosen = case_at(made.program, made.values), replace(call, outputs=tuple(names))
    counted: list[object] = []
    with pytest.MonkeyPatch.context() as patched:
        engine = torch.autograd.grad
        patched.setattr(torch.autograd, "grad", lambda *a, **k: (counted.append(a), engine(*a, **k))[1])
        returned = partials(case, chosen)
    speak(language)
    try:
        sentence = passes(chosen, returned)
    finally:
        speak(languages()[0])
    rows = len(returned.table)
    assert len([line for line in rows_shown(chosen, returned) if line.kind != "sum"]) == rows
    numbers_in_it = {
        int(number) for number in re.findall(r"(?<![\w.])\d+(?![\w.])", sentence.replace(chosen.outputs[0], ""))
    }
    assert len(counted) == rows + 1  # the last is the one pass that was asked for
    assert numbers_in_it == ({rows} if rows > 1 else set())
    assert chosen.outputs[0] in sentence or not rows > len(names) == 1


# Entry by entry


@given(programs())
def test_the_jacobian_is_all_passes_of_one_entry(made: Made) -> None:
    call = asked_of(made)
    assume(call is not None)
    assert call is not None
    whole = all_entries(case_at(made.program, made.values), call.outputs, call.inputs)
    run = forward(made.program, made.values, call.inputs)
    names = entries_of(run.outputs, call.outputs), entries_of(run.inputs, call.inputs)
    assert whole.shape == (len(names[0]), len(names[1]))
    for row in range(len(whole)):
        parts = one_row(case_at(made.program, made.values), call.outputs, call.inputs, row)
        close(torch.cat([parts[name].flatten() for name in call.inputs]), whole[row])


def test_the_jacobian_of_vectors_is_the_matrix_and_its_entries_have_names() -> None:
    program, values = parse("y1 = A @ x; y2 = sum(x^2)"), {"A": [[1, 2], [3, 4]], "x": [1, 2]}
    assert all_entries(case_at(program, values), ("y1", "y2"), ("x",)).tolist() == [[1, 2], [3, 4], [2, 4]]
    assert one_row(case_at(program, values), ("y1", "y2"), ("x",), 1)["x"].tolist() == [3, 4]
    run = forward(program, values)
    assert entries_of(run.outputs, ("y1", "y2")) == ["y1[0]", "y1[1]", "y2"]
    assert entries_of(run.inputs, ("A",)) == ["A[0, 0]", "A[0, 1]", "A[1, 0]", "A[1, 1]"]


def test_a_jacobian_of_16_million_entries_is_refused_and_a_row_of_it_is_not() -> None:
    side = limits.MAX_SIDE
    program, values = parse("y = x @ x"), {"x": [[1.0] * side] * side}
    with pytest.raises(EvaluationError) as caught:
        all_entries(case_at(program, values), ("y",), ("x",))
    assert caught.value.values["entries"] == 16_777_216
    row = one_row(case_at(program, values), ("y",), ("x",), side + 1)["x"]
    assert row.shape == (side, side)
    assert row[1].sum() + row[:, 1].sum() == 2 * side + 2


def test_there_is_no_row_after_the_last() -> None:
    with pytest.raises(IndexError):
        one_row(case_at(TUTORIAL, POINT), ("y1", "y2"), BOTH, 2)


# What is no finite number


def test_where_an_infinity_comes_from() -> None:
    slope = partials(case_at(parse("y = sqrt(x)"), {"x": 0}), GradCall(("y",), ("x",)))
    assert slope.value_not_finite is None
    assert slope.gradient_not_finite is not None
    assert (slope.gradient_not_finite.operation, slope.gradient_not_finite.number) == (
        "y = √(x)",
        float("inf"),
    )
    value = partials(case_at(parse("y = x/0.0"), {"x": 1}), GradCall(("y",), ("x",)))
    assert value.value_not_finite is not None


def test_a_jacobian_that_costs_too_much_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    program, values = pg.parse("y = sin(x)*x"), {"x": torch.rand(9, 9).tolist()}
    assert all_entries(case_at(program, values), ("y",), ("x",)).shape == (81, 81)
    monkeypatch.setattr(limits, "MAX_DERIVATIVE_COST", 0.0)
    with pytest.raises(EvaluationError) as caught:
        all_entries(case_at(program, values), ("y",), ("x",))
    assert caught.value.key == "too_slow"
    assert caught.value.message.startswith("81 x 81 derivatives")


def test_the_rows_of_several_outputs_are_those_of_each() -> None:
    program, values = pg.parse("u = sin(x); y = u*x; z = u@x"), {"x": torch.rand(9, 9).tolist()}
    found = all_entries(case_at(program, values, dtype=torch.float64), ("y", "z"), ("x",))
    each = [pg.jacobian(program, values, "x", output=name, dtype=torch.float64) for name in ("y", "z")]
    torch.testing.assert_close(found, torch.cat(each))
