"""The drawing in words: the same names and numbers."""

import re

import pytest

from playground.drawing.graph_text import LEGEND, describe, legend, node_table
from playground.drawing.numbers import brief
from playground.words import say
from tests.drawing.cases import CASES, HOSTILE, hostile_graph


def test_the_description_says_what_goes_in_and_what_comes_out() -> None:
    graph, backward, _ = CASES["polynomial"].drawn()
    description = describe(graph, backward)
    assert "y = a·x² + b·x + c is 4.0." in description
    assert "x is 3.0. x.grad is 7.0." in description
    assert "Nodes: 6. Edges: 6." in description
    assert description.endswith("Not tracked: a, b, c.")


def test_before_backward_the_description_has_no_gradient() -> None:
    assert ".grad" not in describe(CASES["polynomial"].drawn()[0], None)


@pytest.mark.parametrize("name", CASES)
def test_the_description_is_a_few_sentences(name: str) -> None:
    graph, backward, _ = CASES[name].drawn()
    ends = [node for node in graph.nodes if node.outputs or node.input]
    assert 0 < len(describe(graph, backward)) < 150 * (1 + len(ends))


def test_the_legend_explains_each_colour_with_its_sign() -> None:
    assert re.findall(r'class="(\w+)"', legend()) == list(LEGEND)
    assert all(say(f"drawing.legend_{kind}") in legend() for kind in LEGEND)


def test_the_table_has_a_row_for_each_node_in_the_order_they_were_computed() -> None:
    graph, backward, _ = CASES["polynomial"].drawn()
    rows = [tuple(row.values()) for row in node_table(graph, backward)]
    assert rows == [
        ("x", "AccumulateGrad", "3.0", "7.0", ""),
        ("x²", "PowBackward0", "9.0", "2.0", "12.0 to x"),
        ("a·x²", "MulBackward0", "18.0", "1.0", "2.0 to x²"),
        ("b·x", "MulBackward0", "-15.0", "1.0", "-5.0 to x"),
        ("a·x² + b·x", "AddBackward0", "3.0", "1.0", "1.0 to a·x²; 1.0 to b·x"),
        ("y = a·x² + b·x + c", "AddBackward0", "4.0", "1.0", "1.0 to a·x² + b·x"),
        ("a", say("drawing.untracked"), "2.0", "", ""),
        ("b", say("drawing.untracked"), "-5.0", "", ""),
        ("c", say("drawing.untracked"), "1.0", "", ""),
    ]


@pytest.mark.parametrize("name", CASES)
def test_the_table_holds_every_value(name: str) -> None:
    graph, backward, _ = CASES[name].drawn()
    cells = [cell for row in node_table(graph, backward) for cell in row.values()]
    assert len(node_table(graph, backward)) == len(graph.nodes) + len(graph.untracked)
    assert all(brief(node.value) in cells for node in graph.nodes if node.value is not None)


def test_any_text_can_be_told() -> None:
    graph, backward, _ = hostile_graph()
    assert len(node_table(graph, backward)) == 3 * len(HOSTILE)
    assert "<script>" in describe(graph, backward)
