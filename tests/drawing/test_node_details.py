"""A clicked node tells what it computed and kept, and the chain rule in the numbers of the case."""

import json
from typing import Any

import pytest
import torch

import playground as pg
from playground.drawing.node_details import MAX_WHOLE_ENTRIES, node_details
from playground.drawing.numbers import whole
from tests.drawing.cases import CASES, Case, hostile_graph


def details_of(case: Case) -> dict[str, dict[str, Any]]:
    """Each node's details, by its title."""
    return {about["title"]: about for about in node_details(*case.drawn()).values()}


def facts(about: dict[str, Any]) -> dict[str, str]:
    return {term: "".join(text for _, text in pieces) for term, pieces in about["facts"]}


def rules(about: dict[str, Any]) -> list[str]:
    return ["".join(text for _, text in pieces) for pieces in about["rules"]]


def test_the_chain_rule_stands_in_numbers() -> None:
    about = details_of(CASES["polynomial"])
    assert rules(about["x²"]) == ["upstream 2.0 × local 6.0 (2·x) = 12.0 to x"]
    assert rules(about["b·x"]) == ["upstream 1.0 × local -5.0 (b) = -5.0 to x"]
    assert rules(about["a·x² + b·x"]) == [
        "upstream 1.0 × local 1.0 = 1.0 to a·x²",
        "upstream 1.0 × local 1.0 = 1.0 to b·x",
    ]


def test_for_tensors_the_rule_is_said() -> None:
    about = details_of(CASES["product"])["y = x @ w"]
    assert rules(about) == [
        "G passes back as G @ wᵀ to x:\ntensor([[ 1.5000, -0.6667],\n        [ 1.5000, -0.6667]])",
        "G passes back as xᵀ @ G to w:\ntensor([[4., 4.],\n        [6., 6.]])",
    ]
    assert facts(about)["Gradient arriving, G"] == "tensor([[1., 1.],\n        [1., 1.]])"


def test_values_and_gradients_keep_their_kinds() -> None:
    pieces = details_of(CASES["polynomial"])["x²"]["rules"][0]
    assert [text for kind, text in pieces if kind == "gradient"] == ["2.0", "12.0"]
    assert [text for kind, text in pieces if kind == "value"] == ["6.0"]


def test_a_node_tells_its_facts() -> None:
    about = details_of(CASES["polynomial"])["a·x²"]
    assert about["name"] == "MulBackward0"
    assert facts(about) == {
        "Inputs": "x² = 9.0\na = 2.0 (not tracked)",
        "Value": "18.0",
        "Saved for backward": "_saved_self is a = 2.0",
        "Gradient arriving": "1.0",
        "PyTorch's own formula": "self: mul_tensor_backward(grad, other, self.scalar_type())\n"
        "other: mul_tensor_backward(grad, self, other.scalar_type())",
    }


def test_where_gradients_meet_each_part_is_named() -> None:
    about = details_of(CASES["polynomial"])["x"]
    assert facts(about)["x.grad"] == "7.0\n= 12.0 from x² + -5.0 from b·x"
    assert rules(about) == []


def test_a_leaf_that_was_not_reached_keeps_none() -> None:
    assert facts(details_of(CASES["unreached"])["x2"])["x2.grad"] == "None"


def test_what_autograd_grad_returns_is_in_no_grad() -> None:
    details = node_details(*CASES["polynomial"].drawn(), returned=True).values()
    (leaf,) = [facts(about) for about in details if about["title"] == "x"]
    assert leaf["Gradient arriving"] == "7.0\n= 12.0 from x² + -5.0 from b·x"
    assert "x.grad" not in leaf


def test_what_is_not_tracked_says_so() -> None:
    about = details_of(CASES["polynomial"])["a"]
    assert "requires_grad is False" in rules(about)[0]
    assert facts(about) == {"Value": "2.0"}


def test_a_plain_number_among_the_inputs_is_not_repeated() -> None:
    assert facts(details_of(CASES["cut"])["(a + b)·x·2"])["Inputs"] == "(a + b)·x = 9.0\n2 (not tracked)"


def test_before_backward_there_is_no_rule_and_no_gradient() -> None:
    graph, _, local = CASES["polynomial"].drawn()
    for about in node_details(graph, None, local).values():
        assert about["name"] == "not tracked" or not rules(about)
        assert not any("grad" in term.lower() for term in facts(about))


@pytest.mark.parametrize("name", CASES)
def test_every_drawn_node_has_details_that_a_browser_can_be_sent(name: str) -> None:
    graph, backward, local = CASES[name].drawn()
    details = node_details(graph, backward, local)
    places = [f"node{place}" for place in range(len(graph.nodes))]
    assert list(details) == places + [f"plain{place}" for place in range(len(graph.untracked))]
    json.dumps(details, allow_nan=False)


def test_long_tensors_are_whole_until_they_are_too_many() -> None:
    few, many = (Case("y = sum(" + "x*" * count + "x)", {"x": [[0.5] * 64] * 64}) for count in (1, 8))
    product = details_of(few)["x·x"]
    assert facts(product)["Value"] == whole(torch.full((64, 64), 0.25), entire=True)
    assert facts(details_of(many)["x·x"])["Value"] == "64×64, all 0.25"
    assert len(json.dumps(list(details_of(many).values()))) < MAX_WHOLE_ENTRIES


def test_every_scalar_chain_rule_is_true() -> None:
    run = pg.forward(pg.parse("y = sin(x)*exp(-x^2)/(1 + x) + tanh(x*w)"), {"x": 0.7, "w": -1.3})
    graph, backward, local = pg.read_graph(run), pg.backward(run), pg.local_derivatives(run)
    details = node_details(graph, backward, local)
    lines = [line for name, about in details.items() if name.startswith("node") for line in rules(about)]
    assert len(lines) == len(graph.edges)
    for line in lines:
        upstream, rest = line.removeprefix("upstream ").split(" × local ")
        derivative, passed = rest.split(" = ")[0].split(" (")[0], rest.rsplit(" = ")[-1].split(" to ")[0]
        assert float(upstream) * float(derivative) == pytest.approx(float(passed), rel=1e-4)


def test_any_text_can_be_told() -> None:
    graph, backward, local = hostile_graph()
    assert len(node_details(graph, backward, local)) == len(graph.nodes) + len(graph.untracked)
