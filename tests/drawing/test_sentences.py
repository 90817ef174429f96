"""What the page says about a gradient is true of the graph and its numbers."""

import math

import pytest
import torch
from hypothesis import given

from playground.drawing.sentences import (
    MAX_WRITTEN_PATHS,
    count_paths,
    large,
    listing,
    paths_to,
    slope_at,
    small_move,
    walk,
)
from playground.engine.forward import requires_grad_by_default
from playground.engine.observe import Observation, observe
from playground.language.parse import parse
from tests.cases import case_at
from tests.programs import Made, programs


def observed(text: str, gradient: dict[str, float] | None = None, **values: object) -> Observation:
    return observe(case_at(parse(text), values, gradient=gradient))


def sentence_of(name: str, observation: Observation) -> str:
    assert observation.backward is not None
    grad = observation.backward.grads[name]
    return paths_to(name, grad, observation.graph, observation.local, observation.started)


def leaf(name: str, observation: Observation) -> int:
    return next(place for place, node in enumerate(observation.graph.nodes) if node.input == name)


@pytest.mark.parametrize(
    ("text", "values", "sum_of_products"),
    [
        ("y = a*x^2 + b*x + c", {"a": 2, "b": -5, "c": 1, "x": 3}, "2 paths: .*: 2·6 + (-5) = 7."),
        ("y = a*x^2 + b*x + c", {"a": 1, "b": -2, "c": 1, "x": 0}, "2 paths: .*: 0 + (-2) = -2."),
        ("y = x*x", {"x": 3}, "2 paths: .*: 3 + 3 = 6."),
        ("u = x^2; y = u*u + u", {"x": 2}, "3 paths: .*: 4 + 4·4 + 4·4 = 36."),
        ("y = a*sin(x)", {"a": 2, "x": 0}, "one path, and what arrives is 2."),
        ("y = 3*x^2", {"x": 1}, "one path: .*: 3·2 = 6."),
        ("y = -x^2", {"x": 3}, "one path: .*: -1·6 = -6."),
        ("y = -3*(-2*x)", {"x": 1}, "one path: .*: -3·(-2) = 6."),
        ("y = x", {"x": 3}, "one path, and what arrives is 1."),
    ],
)
def test_a_few_paths_are_multiplied_and_added_up(text: str, values: dict[str, float], sum_of_products: str) -> None:
    start, _, end = sum_of_products.partition(".*")
    sentence = sentence_of("x", observed(text, **values))
    assert start in sentence
    assert sentence.endswith(end)


def test_what_the_outputs_start_with_is_a_factor() -> None:
    sentence = sentence_of("x", observed("y1 = x^2; y2 = x^3", {"y1": -2, "y2": 3}, x=2))
    assert sentence.startswith("y1 and y2 reach x along 2 paths")
    assert sentence.endswith("-2·4 + 3·12 = 28.")


def test_many_paths_are_counted_and_not_walked() -> None:
    text = "; ".join(["u0 = x + x", *(f"u{i} = u{i - 1} + u{i - 1}" for i in range(1, 30))])
    sentence = sentence_of("x", observed(text, x=1))
    assert f"{2**30:,} paths" in sentence
    assert "31 nodes" in sentence
    assert sentence.endswith("1.07374e+09.")


def test_of_tensors_the_sentence_says_what_happens_and_no_product() -> None:
    single = sentence_of("w", observed("y = sum(w*x^2)", w=1, x=[[0, 0], [1, 2]]))
    two = sentence_of("x", observed("y = sum(x*x)", x=[1, 2]))
    many = sentence_of("x", observed("y = sum(x*x*x*x*x)", x=[1, 2]))
    assert "along one path" in single
    assert "along 2 paths" in two
    assert "along 5 paths" in many
    assert not any("·" in sentence for sentence in (single, two, many))


def test_an_input_that_no_path_reaches_is_said_to_keep_none() -> None:
    assert "w.grad stays None" in sentence_of("w", observed("y = x*detach(w)", x=1, w=2))


@given(programs())
def test_the_products_of_all_paths_add_up_to_the_gradient(made: Made) -> None:
    observation = observe(case_at(made.program, made.values, dtype=torch.float64))
    if observation.backward is None:
        return
    counts = count_paths(observation.graph, observation.started)
    for name, grad in observation.backward.grads.items():
        assert sentence_of(name, observation)
        if grad is None or counts[leaf(name, observation)] > 100:
            continue
        ways = list(walk(leaf(name, observation), observation.graph, observation.local, observation.started))
        assert len(ways) == counts[leaf(name, observation)]
        if grad.dim() or any(factor is None for way in ways for factor in way):
            continue
        total = sum(math.prod(factor.item() for factor in way if factor is not None) for way in ways)
        if math.isfinite(total):
            assert total == pytest.approx(grad.item(), rel=1e-6, abs=1e-9)


@given(programs())
def test_the_sentence_counts_the_paths(made: Made) -> None:
    observation = observe(case_at(made.program, made.values))
    for name in filter(requires_grad_by_default, made.program.inputs):
        if observation.backward is None or observation.backward.grads[name] is None:
            continue
        count = count_paths(observation.graph, observation.started)[leaf(name, observation)]
        assert ("one path" if count == 1 else f"{count:,} paths") in sentence_of(name, observation)
        assert ("does not walk" in sentence_of(name, observation)) == (count > MAX_WRITTEN_PATHS)


def test_names_are_listed_as_in_a_sentence() -> None:
    assert [listing(names) for names in (["x"], ["x", "y"], ["x", "y", "z"])] == ["x", "x and y", "x, y and z"]


def test_an_enormous_count_is_a_power_of_ten() -> None:
    assert large(1234567) == "1,234,567"
    assert large(10**40 + 1) == "about 10^40"


# A slope


def test_the_tangent_predicts_and_the_curve_answers() -> None:
    assert slope_at("x", "y", (0.0, 1.0), -2.0, 0.81) == (
        "At x=0 autograd finds the slope -2. Move x by 0.1: the tangent predicts -0.2; as computed, y changes by -0.19."
    )


@pytest.mark.parametrize(
    ("point", "slope", "moved", "part"),
    [
        ((0.0, math.nan), 1.0, 1.0, "no point"),
        ((0.0, 0.0), math.nan, 1.0, "no tangent"),
        ((0.0, 0.0), 1.0, None, "no finite number there"),
    ],
)
def test_what_there_is_not_is_said(point: tuple[float, float], slope: float, moved: float | None, part: str) -> None:
    assert part in slope_at("x", "y", point, slope, moved)


@pytest.mark.parametrize("dtype", [torch.float32, torch.float64])
@pytest.mark.parametrize("at", [0.0, -3.0, 1e-30, 1e3, 1e5, -1e9, 1e20, 1e30])
def test_a_small_move_goes_over_many_floats_and_is_a_power_of_ten(at: float, dtype: torch.dtype) -> None:
    move = small_move(at, dtype)
    here, there = (torch.tensor(number, dtype=dtype) for number in (at, at + move))
    assert (there - here).item() == pytest.approx(move, rel=0.01)
    assert move == pytest.approx(10 ** round(math.log10(move)))
    assert move >= 0.1


def test_where_0_1_is_a_small_move_it_is_the_one() -> None:
    assert {small_move(at, torch.float32) for at in (0, 1, -20, 1000)} == {0.1}
