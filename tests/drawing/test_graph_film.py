"""The steps of a graph: as it was computed, then as the engine went back; each sentence in the tape's numbers."""

import json
import re

import pytest
import torch

import playground as pg
from playground.drawing.dot import to_dot
from playground.drawing.film import Film, packed
from playground.drawing.graph_film import MAX_LISTED_PARTS, graph_film
from playground.drawing.numbers import brief
from tests.drawing.cases import CASES, Case, hostile_graph


def film(case: Case) -> Film:
    started = case.gradient and {name: torch.tensor(value) for name, value in case.gradient.items()}
    return graph_film(*case.drawn(), started)


def lines_of(case: Case) -> list[str]:
    """The sentences as they read."""
    return ["".join(text for _, text in pieces) for pieces in film(case).sentences]


def test_the_first_example_is_told_node_by_node() -> None:
    assert lines_of(CASES["polynomial"]) == [
        "Nothing has run yet. First the values go forward, then the gradients come back.",
        "Forward: x = 3.0 is a leaf, and PyTorch will collect x.grad here.",
        "Forward: x² = 9.0. PyTorch records PowBackward0.",
        "Forward: a·x² = 18.0. PyTorch records MulBackward0.",
        "Forward: b·x = -15.0. PyTorch records MulBackward0.",
        "Forward: a·x² + b·x = 3.0. PyTorch records AddBackward0.",
        "Forward: y = a·x² + b·x + c = 4.0. PyTorch records AddBackward0.",
        "AddBackward0 (y): 1.0 arrives (backward starts with it), passes 1.0 back to a·x² + b·x; "
        "c is not tracked, nothing passes there.",
        "AddBackward0 (a·x² + b·x): 1.0 arrives, passes 1.0 back to a·x²; passes 1.0 back to b·x.",
        "MulBackward0 (b·x): 1.0 arrives, times b = -5.0, passes -5.0 back to x; "
        "b is not tracked, nothing passes there.",
        "MulBackward0 (a·x²): 1.0 arrives, times a = 2.0, passes 2.0 back to x²; "
        "a is not tracked, nothing passes there.",
        "PowBackward0 (x²): 2.0 arrives, times 2·x = 6.0, passes 12.0 back to x.",
        "AccumulateGrad (x): 12.0 and -5.0 meet at x: x.grad = 7.0.",
    ]


def test_for_tensors_the_rule_is_said_with_what_it_comes_to() -> None:
    assert lines_of(CASES["product"])[4:6] == [
        "MmBackward0 (y): G = [[1, 1], [1, 1]] arrives (backward starts with it), "
        "G passes back as G @ wᵀ to x: [[1.5, -0.6667], [1.5, -0.6667]]; "
        "G passes back as xᵀ @ G to w: [[4, 4], [6, 6]].",
        "AccumulateGrad (x): [[1.5, -0.6667], [1.5, -0.6667]] arrives, so x.grad = [[1.5, -0.6667], [1.5, -0.6667]].",
    ]


def test_where_edges_meet_inside_the_graph_they_are_added() -> None:
    assert any(
        "1.0, 0.111111 and 0.111111 meet and are added, 1.22222 arrives" in line for line in lines_of(CASES["shared"])
    )


def test_many_contributions_are_counted() -> None:
    line = lines_of(Case("y = " + " + ".join(["x"] * (MAX_LISTED_PARTS + 1)), {"x": 3}))[-1]
    assert line == "AccumulateGrad (x): 5 contributions meet at x: x.grad = 5.0."


def test_what_is_cut_off_is_said_to_get_nothing() -> None:
    assert any("detach(x) is not tracked, nothing passes there" in line for line in lines_of(CASES["cut"]))


def test_a_leaf_that_is_the_output_starts_and_ends_the_pass() -> None:
    assert (
        lines_of(CASES["identity"])[-1] == "AccumulateGrad (y): 1.0 arrives (backward starts with it), so x.grad = 1.0."
    )


def test_a_pass_that_starts_at_one_output_leaves_the_other_in_the_dark() -> None:
    shown = film(CASES["unreached"])
    graph, backward, _ = CASES["unreached"].drawn()
    assert len(shown.sentences) == 1 + len(graph.nodes) + len(backward.steps)
    (other,) = (place for place, node in enumerate(graph.nodes) if node.outputs == ("z",))
    assert shown.lights[f"node{other}"][1] is None
    (leaf,) = (place for place, node in enumerate(graph.nodes) if node.input == "x2")
    forward, back = shown.lights[f"node{leaf}"]
    assert forward == back  # None is what its .grad holds from the start


@pytest.mark.parametrize("name", CASES)
def test_lights_follow_the_computation_and_then_the_engine(name: str) -> None:
    graph, backward, _ = CASES[name].drawn()
    shown = film(CASES[name])
    computed = sorted(range(len(graph.nodes)), key=lambda place: graph.nodes[place].computed)
    assert [shown.lights[f"node{place}"][0] for place in computed] == list(range(1, len(computed) + 1))
    turns = [shown.lights[f"node{step.node}"][1] for step in backward.steps]
    assert turns == list(range(len(computed) + 1, len(shown.sentences)))
    assert shown.last == len(graph.nodes) + len(backward.steps)


@pytest.mark.parametrize("name", CASES)
def test_everything_drawn_is_lit_in_the_end_and_nothing_at_first(name: str) -> None:
    graph, backward, _ = CASES[name].drawn()
    shown = film(CASES[name])
    ids = set(re.findall(r'\bid="(\w+)"', to_dot(graph, backward)))
    assert ids == set(shown.lights)
    for forward, back in shown.lights.values():
        assert forward is not None
        assert 1 <= forward <= len(graph.nodes)
        assert back is None or forward <= back <= shown.last


@pytest.mark.parametrize("name", CASES)
def test_no_value_is_shown_before_what_it_is_made_from(name: str) -> None:
    graph, _, _ = CASES[name].drawn()
    lights = film(CASES[name]).lights
    for edge in graph.edges:
        assert (lights[f"node{edge.target}"][0] or 0) < (lights[f"node{edge.source}"][0] or 0)
    for edge in graph.untracked_edges:
        source, target = (
            lights[f"{'node' if tracked else 'plain'}{place}"][0] or 0
            for place, tracked in ((edge.source, edge.source_tracked), (edge.target, edge.target_tracked))
        )
        assert source <= target


def test_the_numbers_are_those_of_the_tape() -> None:
    run = pg.forward(pg.parse("y = sin(x)*exp(-x^2)/(1 + x) + tanh(x*w)"), {"x": 0.7, "w": -1.3})
    graph, backward, local = pg.read_graph(run), pg.backward(run), pg.local_derivatives(run)
    shown = graph_film(graph, backward, local)
    for place, step in enumerate(backward.steps, len(graph.nodes) + 1):
        gradients = [text for kind, text in shown.sentences[place] if kind == "gradient"]
        assert step.upstream is not None
        assert brief(step.upstream) in gradients
        passed = [part for part in step.passed if part is not None]
        if graph.nodes[step.node].input is None:
            assert gradients[-len(passed) :] == [brief(part) for part in passed]
        factors = [float(text) for kind, text in shown.sentences[place] if kind == "value"]
        if len(factors) == len(passed):
            for factor, part in zip(factors, passed, strict=True):
                assert factor * step.upstream.item() == pytest.approx(part.item(), rel=1e-4)


def test_before_backward_there_is_only_the_way_forward() -> None:
    graph, _, local = CASES["polynomial"].drawn()
    shown = graph_film(graph, None, local)
    assert shown.last == len(graph.nodes)
    assert all(back is None for name, (_, back) in shown.lights.items() if name != "node4")


def test_any_text_can_be_told() -> None:
    data = packed(graph_film(*hostile_graph()))
    json.dumps(data, allow_nan=False)
    assert all(kind in ("", "value", "gradient") for scene in data["scenes"] for kind, _ in scene["sentence"])
