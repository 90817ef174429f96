"""Backward from tensors: both ways agree with each other and with torch.func, and entries meet where they do."""

import pytest
import torch
from hypothesis import assume, given
from hypothesis import strategies as st

from playground.drawing.script import setup
from playground.engine.case import Case
from playground.engine.gradient_argument import as_upstream, chosen_entry, index_of, place_of
from playground.language.errors import EvaluationError
from playground.language.gradient_argument import Drawn, OneEntry, Ones
from playground.language.parse import parse
from playground.matrix.vjp import (
    BothWays,
    Part,
    blocks,
    both_ways,
    column,
    entry_by_entry,
    largest,
    meeting,
    refusal,
)
from tests.cases import case_at
from tests.programs import Made, programs

TUTORIAL = {"x": [[0, 0], [1, 2]], "a": 1, "b": -2, "c": 1}


def case(text: str, requires_grad: tuple[str, ...] = ("x",), **values: object) -> Case:
    return case_at(parse(text), values or TUTORIAL, tracked=requires_grad)


def tutorial() -> Case:
    return case("y = a*x^2 + b*x + c")


def tracked(made: Made) -> tuple[Case, str]:
    """A made program as a case, and an output of it that requires a gradient."""
    names = tuple(name for name, leaf in made.run().inputs.items() if leaf.requires_grad)
    outputs = [name for name, output in made.run().outputs.items() if output.requires_grad]
    assume(outputs)
    return case_at(made.program, made.values, tracked=names), outputs[0]


# Both ways


@pytest.mark.parametrize(
    ("start", "wanted"),
    [
        (Ones(), [[-2, -2], [0, 2]]),
        ([[1, 10], [100, 3]], [[-2, -20], [0, 6]]),
        (OneEntry((1, 1)), [[0, 0], [0, 2]]),
    ],
)
def test_the_tutorials_numbers(start: object, wanted: list[list[int]]) -> None:
    gradients = both_ways(tutorial(), "y", start)
    assert gradients.direct["x"].tolist() == wanted
    assert gradients.summed["x"].tolist() == wanted
    assert gradients.equal
    assert gradients.same_bits


def test_the_first_entry_of_a_square() -> None:
    assert both_ways(case("y = x @ x"), "y", OneEntry((0, 0))).direct["x"].tolist() == [[0, 1], [0, 0]]


@given(programs(), st.integers(0, 1000))
def test_both_ways_are_the_same_and_torch_funcs(made: Made, seed: int) -> None:
    point, output = tracked(made)
    gradients = both_ways(point, output, Drawn(seed))
    assert gradients.same_bits
    wanted = vjp(point, output, gradients)
    for name, grad in gradients.direct.items():
        found = torch.zeros_like(wanted[name]) if grad is None else grad
        torch.testing.assert_close(found, wanted[name], rtol=1e-4, atol=1e-5, equal_nan=True)


def vjp(point: Case, output: str, gradients: BothWays) -> dict[str, torch.Tensor]:
    """What `torch.func.vjp` says of the program as Python runs it."""
    code = {part.key: part.code for part in setup(point.run(), point.inputs, {})}

    def function(inputs: dict[str, torch.Tensor]) -> torch.Tensor:
        names = dict(gradients.inputs) | inputs
        exec(code["imports"], names)
        exec(code["program"], names)
        return names[output]

    _, backward = torch.func.vjp(function, {name: gradients.inputs[name] for name in point.tracked})
    (found,) = backward(gradients.gradient)
    return found


def test_a_gradient_of_another_shape_is_refused_with_both_shapes() -> None:
    with pytest.raises(EvaluationError) as raised:
        both_ways(tutorial(), "y", [1, 2, 3])
    assert "[3]" in raised.value.message
    assert "[2, 2]" in raised.value.message


@pytest.mark.parametrize("index", [(2, 0), (0, 2), (0,), ()])
def test_an_entry_that_is_not_there_is_refused(index: tuple[int, ...]) -> None:
    with pytest.raises(EvaluationError) as raised:
        both_ways(tutorial(), "y", OneEntry(index))
    assert raised.value.key == "no_such_entry"


def test_random_gradients_follow_their_seed() -> None:
    output = torch.zeros(2, 3)
    assert torch.equal(as_upstream("y", Drawn(3), output), as_upstream("y", Drawn(3), output))
    assert not torch.equal(as_upstream("y", Drawn(3), output), as_upstream("y", Drawn(4), output))


def test_without_an_argument_pytorch_refuses_in_its_own_words() -> None:
    x = torch.zeros(2, 2, requires_grad=True)
    with pytest.raises(RuntimeError) as raised:
        (x**2).backward()
    assert refusal(tutorial(), "y") == str(raised.value)


# What is no finite number


def test_the_entry_and_the_operation_of_an_odd_value_are_told() -> None:
    odd = both_ways(case("y = 2*log(x)", x=[[1, 2], [-1, 3]]), "y", Ones()).value_not_finite
    assert odd is not None
    assert (odd.operation, odd.entry) == ("log(x)", "[1, 0]")
    assert odd.number != odd.number


def test_the_entry_and_the_operation_of_an_odd_gradient_are_told() -> None:
    gradients = both_ways(case("y = 3*sqrt(x)", x=[4, 0]), "y", Ones())
    assert gradients.value_not_finite is None
    assert gradients.gradient_not_finite is not None
    assert (
        gradients.gradient_not_finite.operation,
        gradients.gradient_not_finite.entry,
        gradients.gradient_not_finite.number,
    ) == (
        "√(x)",
        "[1]",
        float("inf"),
    )


def test_nan_has_the_same_bits_but_is_not_equal() -> None:
    gradients = both_ways(case("y = sqrt(x^2)", x=[0, 1]), "y", Ones())
    assert not gradients.equal
    assert gradients.same_bits


# Which entry meets which


@pytest.mark.parametrize(
    ("text", "alone"),
    [
        ("y = a*x^2 + b*x + c", True),
        ("y = sec(x) + relu(-x)/2", True),
        ("u = x^2; y = u*u + u", True),
        ("y = x", True),
        ("y = x @ x", False),
        ("y = x*sum(x)", False),
        ("y = transpose(x)", False),
        ("y = softmax(x)", False),
        ("y = sum(x)", False),
    ],
)
def test_entries_are_alone_where_every_operation_works_entry_by_entry(text: str, alone: bool) -> None:
    assert entry_by_entry(case(text), "y", "x") == alone


def test_an_input_that_is_repeated_over_a_larger_one_meets_several_entries() -> None:
    point = case("y = x + w", ("x", "w"), x=[[0, 0], [1, 2]], w=[1, 2])
    assert entry_by_entry(point, "y", "x")
    assert not entry_by_entry(point, "y", "w")


def test_what_another_output_does_is_nobodys_business() -> None:
    assert entry_by_entry(case("y = x^2; z = x @ x"), "y", "x")
    assert not entry_by_entry(case("y = x^2; z = x @ x"), "z", "x")


@given(programs())
def test_where_entries_are_alone_the_jacobian_is_diagonal(made: Made) -> None:
    point, output = tracked(made)
    for name in point.tracked:
        if entry_by_entry(point, output, name):
            wanted = full(point, output, name)
            off = wanted[~torch.eye(len(wanted), dtype=torch.bool)]
            assert bool(((off == 0) | off.isnan()).all())


@given(programs(), st.data())
def test_a_column_is_a_column_of_the_jacobian(made: Made, data: st.DataObject) -> None:
    point, output = tracked(made)
    name = data.draw(st.sampled_from(point.tracked))
    leaf = point.run().inputs[name]
    place = data.draw(st.integers(0, leaf.numel() - 1))
    wanted = full(point, output, name)[:, place]
    found = column(point, output, name, index_of(place, leaf.shape)).flatten()
    finite = wanted.isfinite() & found.isfinite()
    torch.testing.assert_close(found[finite], wanted[finite], rtol=1e-4, atol=1e-5)


def full(point: Case, output: str, name: str) -> torch.Tensor:
    """The Jacobian, one backward pass for each row."""
    run = point.run()
    value = run.outputs[output].flatten()
    rows = [torch.autograd.grad(y, run.inputs[name], retain_graph=True, materialize_grads=True)[0] for y in value]
    return torch.stack([row.flatten() for row in rows])


def test_an_entry_of_a_gradient_is_the_sum_of_its_parts() -> None:
    point = case("y = x @ x")
    met = meeting(point, "y", "x", both_ways(point, "y", [[1, 10], [100, 3]]))
    assert met is not None
    assert met.parts is not None
    assert not met.alone
    assert sum(part.gradient * part.derivative for part in met.parts) == met.total


def test_the_tutorials_last_entry_is_alone() -> None:
    met = meeting(tutorial(), "y", "x", both_ways(tutorial(), "y", Ones()))
    assert met is not None
    assert (met.index, met.parts, met.alone, met.total) == ((1, 1), (Part("y[1, 1]", 1, 2),), True, 2)


def test_an_input_that_is_not_reached_meets_nothing() -> None:
    point = case("y = x*detach(w)", ("x", "w"), x=[1, 2], w=[3, 4])
    gradients = both_ways(point, "y", Ones())
    assert gradients.direct["w"] is None
    assert gradients.equal
    assert meeting(point, "y", "w", gradients) is None


def test_where_no_derivative_is_finite_none_is_told() -> None:
    point = case("y = x @ sqrt(x)", x=[[0, 0], [0, 0]])
    met = meeting(point, "y", "x", both_ways(point, "y", Ones()))
    assert met is not None
    assert met.parts is None


def test_blocks_hold_the_largest_size_of_each_block() -> None:
    matrix = torch.arange(24.0).reshape(6, 4) * -1
    assert blocks(matrix, (2, 3), (2, 2)).tolist() == [[9, 11], [21, 23]]
    assert blocks(matrix, (6,), (4,)).tolist() == [[23]]


@given(st.lists(st.integers(1, 5), max_size=2), st.data())
def test_index_and_place_are_inverse(shape: list[int], data: st.DataObject) -> None:
    size = torch.zeros(shape).numel()
    place = data.draw(st.integers(0, size - 1))
    index = index_of(place, shape)
    assert place_of(index, shape) == place
    assert torch.arange(size).reshape(shape)[tuple(index)].item() == place


def test_the_chosen_entry_is_found_only_where_one_is_chosen() -> None:
    assert chosen_entry(torch.tensor([[0.0, 0], [0, 1]])) == (1, 1)
    assert chosen_entry(torch.tensor([0.0, 2])) is None
    assert chosen_entry(torch.ones(2)) is None
    assert chosen_entry(torch.tensor(1.0)) is None


def test_the_largest_entry_is_finite_where_one_is() -> None:
    assert largest(torch.tensor([1.0, float("inf"), -3, float("nan")])) == (2,)
    assert largest(torch.tensor(float("nan"))) == ()
