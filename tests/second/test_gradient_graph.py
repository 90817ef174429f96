"""The run of a derivative has a line for everything the engine did, and the graph that it recorded."""

import math
from collections import Counter

import pytest
import torch
from hypothesis import assume, given

from playground.engine.backward import backward
from playground.engine.forward import Run, forward
from playground.engine.grad import derivatives
from playground.engine.graph import AutogradGraph, read_graph
from playground.language.parse import parse
from playground.second.gradient_graph import derivative_run, gradient_run
from tests.oracles import short_name, walk
from tests.programs import Made, programs

TUTORIAL = forward(parse("y = a*x^2 + b*x + c"), {"a": 1, "x": 0, "b": -2, "c": 1})


def graph_of(text: str, order: int = 1, **values: float) -> AutogradGraph:
    return read_graph(derivative_run(forward(parse(text), values), "x", order))


def labelled(graph: AutogradGraph) -> dict[str, float | None]:
    return {str(node.expression): None if node.value is None else node.value.item() for node in graph.nodes}


def assert_is_what_was_recorded(run: Run) -> None:
    """Nodes and edges are those of an independent walk from the same tensors."""
    nodes, edges = walk(run.outputs)
    graph = read_graph(run)
    assert Counter(node.name for node in graph.nodes) == Counter(map(short_name, nodes))
    assert len(graph.edges) == sum(edges.values())


def test_the_tutorials_slope_is_a_graph_with_a_formula_and_a_value_in_each_node() -> None:
    graph = read_graph(derivative_run(TUTORIAL, "x", 1))
    assert labelled(graph) == {"1·b + 1·a·(x¹·2)": -2, "1·a·(x¹·2)": 0, "x¹·2": 0, "x¹": 0, "x": 0}
    assert graph.nodes[0].outputs == ("y′",)
    assert {plain.expression for plain in graph.untracked} >= {"a", "b", "1"}


def test_going_back_through_it_gives_the_next_derivative() -> None:
    run = forward(parse("y = sin(x)*exp(-x^2)"), {"x": 0.5}, dtype=torch.float64)
    exact = derivatives(run.program, {"x": 0.5}, dtype=torch.float64)
    for order in range(4):
        gradient = backward(derivative_run(run, "x", order)).grads["x"]
        assert gradient is not None
        assert gradient.item() == exact[order + 1].item()


def test_a_derivative_of_order_zero_is_the_function() -> None:
    assert read_graph(derivative_run(TUTORIAL, "x", 0)).nodes[0].outputs == ("y",)


def test_a_line_has_no_graph_and_is_still_shown() -> None:
    graph = graph_of("y = 3x", x=2)
    assert not graph.nodes
    assert [(plain.expression, plain.outputs) for plain in graph.untracked][-1] == ("1·3", ("y′",))


def test_long_gradients_have_names_and_nothing_is_written_without_end() -> None:
    names = [node.expression or "" for node in graph_of("y = sin(x)*exp(-x^2)*cos(x)", 3, x=0.5).nodes]
    assert any(name.startswith("grad ") for name in names)
    assert max(map(len, names)) < 400
    deep = graph_of("y = " + "x*" * 30 + "x", 2, x=1.0)
    assert max(len(node.expression or "") for node in deep.nodes) < 400


def test_a_detached_value_is_not_the_value() -> None:
    graph = graph_of("y = x^2*detach(x)", x=3)
    assert graph.nodes[0].value == 18
    assert "detach(x)" in str(graph.nodes[0].expression) + str([p.expression for p in graph.untracked])


def test_the_gradient_by_several_inputs_is_one_graph() -> None:
    run = gradient_run(forward(parse("z = x^2 + x*y"), {"x": 1, "y": 2}), ("x", "y"))
    assert {name: value.item() for name, value in run.outputs.items()} == {"grad x": 4, "grad y": 1}
    assert_is_what_was_recorded(run)


def test_an_input_that_is_not_reached_has_a_gradient_of_zero() -> None:
    run = gradient_run(forward(parse("z = x^2 + 0*detach(y)"), {"x": 1, "y": 2}), ("x", "y"))
    assert run.outputs["grad y"].item() == 0


@given(programs(shapes=((),), statements=2))
def test_it_is_the_graph_that_create_graph_records(made: Made) -> None:
    run = made.run(torch.float64)
    tracked = [name for name, leaf in run.inputs.items() if leaf.requires_grad]
    assume(tracked)
    for order in (1, 2):
        derived = derivative_run(run, tracked[0], order)
        assert_is_what_was_recorded(derived)
        ((_, value),) = derived.outputs.items()
        output = next(iter(run.outputs))
        expected = derivatives(made.program, made.values, tracked[0], order, output=output, dtype=torch.float64)[order]
        assert value.item() == pytest.approx(expected.item(), rel=1e-9, abs=1e-12, nan_ok=True)


@pytest.mark.parametrize("order", [1, 2])
@pytest.mark.parametrize(
    "text", ["y = sin(x)*exp(-x^2)", "y = (w*x - 2)^3", "y = log(x)/x - w*sqrt(x)", "y = cos(x^2)*w + 1/x"]
)
def test_every_formula_that_is_written_comes_to_the_value_beside_it(text: str, order: int) -> None:
    values = {"x": 0.7, "w": 1.3}
    graph = read_graph(derivative_run(forward(parse(text), values, dtype=torch.float64), "x", order))
    read = 0
    for node in graph.nodes:
        assert node.expression is not None
        assert node.value is not None
        formula = node.expression.rpartition(" = ")[2].replace("√", "sqrt")
        if "…" not in formula and "grad" not in formula:
            output = forward(parse(f"r = {formula}"), values, (), torch.float64).outputs["r"]
            assert output.item() == pytest.approx(node.value.item(), rel=1e-12, abs=1e-15)
            read += 1
    assert read > len(graph.nodes) / 2


def test_values_that_are_not_finite_are_kept() -> None:
    (node, *_) = graph_of("y = sqrt(x^2)", x=0).nodes
    assert node.value is not None
    assert math.isnan(node.value.item())
