"""The drawing holds every node and edge once, with the numbers that PyTorch gave."""

import dataclasses
import re
from collections import Counter
from pathlib import Path

import pytest
import torch
from hypothesis import assume, given, settings

import playground as pg
from playground.drawing.colours import Colour
from playground.drawing.dot import arriving, called, passed_along, title, to_dot, to_stage
from playground.drawing.numbers import entries, short, whole
from playground.engine.graph import AutogradGraph
from playground.engine.observe import up_to
from tests.drawing.cases import CASES, HOSTILE, Case, Seen, hostile_graph
from tests.drawing.dots import statements, texts
from tests.programs import Made, programs

GOLDEN = Path(__file__).parent / "golden"
FONT = re.compile(r'<FONT POINT-SIZE="\d+" COLOR="(#\w+)">(.*?)</FONT>')
POLYNOMIAL, SQUARE = CASES["polynomial"], CASES["square"]


def ends(line: str) -> tuple[str, str]:
    """The tail and the head of an edge."""
    match = re.match(r"(\w+) -> (\w+) \[", line)
    assert match
    return match[1], match[2]


def expected_ends(graph: AutogradGraph) -> dict[str, tuple[str, str]]:
    """Every edge by its id, from the value used to the node that used it."""
    tracked = {f"edge{i}": (f"node{edge.target}", f"node{edge.source}") for i, edge in enumerate(graph.edges)}
    kinds = {True: "node", False: "plain"}
    untracked = {
        f"plainedge{i}": (f"{kinds[e.source_tracked]}{e.source}", f"{kinds[e.target_tracked]}{e.target}")
        for i, e in enumerate(graph.untracked_edges)
    }
    return tracked | untracked


@pytest.mark.parametrize("name", ["polynomial", "cut"])
def test_the_drawing_is_the_one_that_was_looked_at(name: str, request: pytest.FixtureRequest) -> None:
    graph, backward, _ = CASES[name].drawn()
    dot, golden = to_dot(graph, backward), GOLDEN / f"{name}.dot"
    if request.config.getoption("--refresh-golden", default=False):
        golden.write_text(dot, "utf-8")
    assert dot == golden.read_text("utf-8"), "pytest tests/drawing --refresh-golden writes it anew"


@settings(max_examples=60)
@given(programs())
def test_every_node_and_edge_is_drawn_once(made: Made) -> None:
    graph = pg.read_graph(made.run())
    lines = statements(to_dot(graph))
    edges = expected_ends(graph)
    nodes = {f"node{i}" for i in range(len(graph.nodes))} | {f"plain{i}" for i in range(len(graph.untracked))}
    assert set(lines) == nodes | set(edges)
    assert {name: ends(lines[name]) for name in edges} == edges


@settings(max_examples=60)
@given(programs(outputs=[()]))
def test_the_numbers_drawn_are_those_of_the_tape(made: Made) -> None:
    run = made.run(requires_grad=pg.parse(made.text).inputs)
    assume(any(output.requires_grad for output in run.outputs.values()))
    graph, backward = pg.read_graph(run), pg.backward(run)
    lines = statements(to_dot(graph, backward))
    for place, (node, gradient) in enumerate(zip(graph.nodes, arriving(graph, backward), strict=True)):
        line = lines[f"node{place}"]
        if node.value is not None:
            assert texts(line, Colour.VALUE) == shown(node.value)
        if isinstance(gradient, torch.Tensor):
            assert texts(line, Colour.GRADIENT)[1:] == shown(gradient)
    for place, passed in enumerate(passed_along(graph, backward)):
        if passed is not None and passed.dim() == 0:
            assert f'label="{short(passed)}"' in lines[f"edge{place}"]
        elif passed is not None:
            assert texts(lines[f"edge{place}"], Colour.GRADIENT) == shown(passed)


def shown(value: torch.Tensor) -> list[str]:
    """The texts of a value that is small enough to be written out."""
    return [short(value)] if value.dim() == 0 else [text for row in entries(value) for text in row]


def test_gradients_are_those_that_the_engine_passed() -> None:
    graph, backward, _ = POLYNOMIAL.drawn()
    nodes = [title(node) for node in graph.nodes]
    upstream = dict(zip(nodes, arriving(graph, backward), strict=True))
    assert {name: float(value) for name, value in upstream.items() if isinstance(value, torch.Tensor)} == {
        "y = a·x² + b·x + c": 1.0,
        "a·x² + b·x": 1.0,
        "a·x²": 1.0,
        "b·x": 1.0,
        "x²": 2.0,
        "x": 7.0,
    }
    passed = zip(graph.edges, passed_along(graph, backward), strict=True)
    back = {(nodes[edge.source], nodes[edge.target]): whole(value) for edge, value in passed if value is not None}
    assert back["x²", "x"] == "12.0"
    assert back["b·x", "x"] == "-5.0"


def test_a_product_with_itself_has_two_parallel_edges() -> None:
    graph, backward, _ = SQUARE.drawn()
    lines = statements(to_dot(graph, backward))
    assert ends(lines["edge0"]) == ends(lines["edge1"]) == ("node1", "node0")
    assert 'label="3.0"' in lines["edge0"]
    assert 'label="3.0"' in lines["edge1"]


def test_an_arrow_has_a_way_back_only_where_a_gradient_was_passed() -> None:
    graph, backward, _ = CASES["unreached"].drawn()
    both, forward_only = 'color="#1f5fbf:#b5500a"', 'color="#1f5fbf"'
    lines = statements(to_dot(graph, backward))
    (edges,) = re.findall(r"^\tedge .*", to_dot(graph, backward, constants=False), re.MULTILINE)
    assert both in edges
    assert [forward_only in lines[name] for name in ("edge0", "edge1")] == [False, True]
    assert both not in to_dot(graph)


def test_a_leaf_that_no_gradient_reached_says_none() -> None:
    graph, backward, _ = CASES["unreached"].drawn()
    lines = statements(to_dot(graph, backward))
    place = next(place for place, node in enumerate(graph.nodes) if node.input == "x2")
    assert texts(lines[f"node{place}"], Colour.GRADIENT) == [".grad", "None"]


def test_the_sign_of_a_leafs_gradient_can_be_chosen() -> None:
    graph, backward, _ = SQUARE.drawn()
    leaf = next(f"node{place}" for place, node in enumerate(graph.nodes) if node.input)
    assert texts(statements(to_dot(graph, backward))[leaf], Colour.GRADIENT) == [".grad", "6.0"]
    assert texts(statements(to_dot(graph, backward, leaf_sign="grad"))[leaf], Colour.GRADIENT) == ["grad", "6.0"]


def test_before_backward_there_are_values_only() -> None:
    graph, _, _ = POLYNOMIAL.drawn()
    assert not [text for line in statements(to_dot(graph)).values() for text in texts(line, Colour.GRADIENT)]


def test_what_autograd_does_not_track_can_be_left_out() -> None:
    graph, backward, _ = CASES["cut"].drawn()
    everything, tracked = statements(to_dot(graph, backward)), statements(to_dot(graph, backward, constants=False))
    assert {name for name in everything if name.startswith("plain")} == everything.keys() - tracked.keys()
    assert {name: everything[name] for name in tracked} == tracked
    assert len(tracked) == len(graph.nodes) + len(graph.edges)


def test_a_plain_number_is_drawn_without_repeating_it() -> None:
    graph, backward, _ = CASES["cut"].drawn()
    place = next(place for place, plain in enumerate(graph.untracked) if plain.expression == "2")
    line = statements(to_dot(graph, backward))[f"plain{place}"]
    assert texts(line, Colour.QUIET) == ["2"]
    assert texts(line, Colour.VALUE) == []


@pytest.mark.parametrize("constants", [True, False])
def test_a_graph_that_holds_nothing_still_draws_something(constants: bool) -> None:
    run = pg.forward(pg.parse("a*b"), {"a": 1, "b": 2})
    dot = to_dot(pg.read_graph(run), constants=constants)
    assert ("empty" in statements(dot)) is not constants
    assert "plain0" in statements(dot) or not constants


@pytest.mark.parametrize(
    ("case", "shown"),
    [
        (SQUARE, "y = x·x"),
        (CASES["identity"], "y = x"),
        (POLYNOMIAL, "y = a·x² + b·x + c"),
        (Case("y = sin(a*x^2 + b*x + c)", POLYNOMIAL.values), "y"),
        (Case("u = x^2; v = u; w = u", {"x": 1}), "v, w = x²"),
    ],
)
def test_an_output_is_labelled_with_its_name(case: Case, shown: str) -> None:
    run = pg.forward(pg.parse(case.program), case.values)
    lines = statements(to_dot(pg.read_graph(run))).values()
    outputs = [line for line in lines if re.search(r'class="\w+ output"', line)]
    assert [texts(line, Colour.INK)[0] for line in outputs] == [shown]


def test_kinds_are_classes() -> None:
    graph, backward, _ = POLYNOMIAL.drawn()
    lines = statements(to_dot(graph, backward))
    classes = Counter(m[1] for line in lines.values() if (m := re.search(r'class="([\w ]+)"', line)))
    assert classes == {"leaf": 1, "op output": 1}
    assert re.findall(r'^\tnode \[.*?class="(\w+)"', to_dot(graph), re.MULTILINE) == ["op", "plain"]
    identity = statements(to_dot(*CASES["identity"].drawn()[:2]))
    assert 'class="leaf output"' in identity["node0"]


def test_a_long_text_is_short_in_the_drawing_and_whole_in_its_tooltip() -> None:
    program = "y = " + " + ".join(f"sin({name}*x)" for name in "abcdefgh")
    graph = pg.read_graph(pg.forward(pg.parse(program), dict.fromkeys("abcdefghx", 1.5)))
    line = statements(to_dot(graph))["node0"]
    label, tooltip = line.split(" tooltip=")
    assert "…" in label
    assert title(graph.nodes[0]) in tooltip


OTHER = {"a": -200, "b": 0.5, "c": -1.2345e-12, "x": 1 / 3}


def test_a_stage_is_the_drawing_without_its_numbers() -> None:
    graph, backward, _ = POLYNOMIAL.drawn()
    stage = to_stage(graph, backward)
    assert stage.texts["node4"] == ("3.0", "7.0")
    assert stage.texts["edge4"] == ("12.0",)
    drawn = statements(to_dot(graph, backward))
    for name, line in statements(stage.dot).items():
        numbers = iter(stage.texts.get(name, ()))
        filled = re.sub("\u2007+", lambda _, numbers=numbers: next(numbers), line)  # type: ignore[misc]
        assert filled.split(" tooltip=")[0] == drawn[name].split(" tooltip=")[0]


def test_other_numbers_have_the_same_stage_and_a_long_one_more_room() -> None:
    graph, backward, _ = POLYNOMIAL.drawn()
    other, other_backward, _ = POLYNOMIAL._replace(values={**POLYNOMIAL.values, "x": -1 / 3}).drawn()
    assert to_stage(other, other_backward).dot == to_stage(graph, backward).dot
    assert to_stage(other, other_backward).texts != to_stage(graph, backward).texts
    long, long_backward, _ = POLYNOMIAL._replace(values=OTHER).drawn()
    assert to_stage(long, long_backward).dot != to_stage(graph, backward).dot


@pytest.mark.parametrize("name", ["polynomial", "matrix", "large", "vector"])
def test_what_is_not_known_yet_has_the_same_stage_and_no_number(name: str) -> None:
    graph, backward, local = CASES[name].drawn()
    partial = Seen(graph, backward, local)
    places = len(graph.nodes) + len(backward.steps)
    for place in range(places + 1):
        known = up_to(partial, place)
        stage = to_stage(graph, backward, (known.graph, known.backward))
        assert stage.dot == to_stage(graph, backward).dot
        written = {name for name, texts in stage.texts.items() if any(texts) and not name.startswith("plain")}
        assert ("node0" in written) == (place >= len(graph.nodes)), "the result is computed last of all"
    assert stage.texts == to_stage(graph, backward).texts


def test_a_text_cannot_stand_for_a_number() -> None:
    graph, backward, _ = hostile_graph()
    marked = [node._replace(name="\ue0007\ue001mine\ue002\u2007") for node in graph.nodes]
    stage = to_stage(dataclasses.replace(graph, nodes=tuple(marked)), backward)
    assert not re.search("[\ue000-\ue002]", stage.dot)
    assert not any("mine" in text for texts in stage.texts.values() for text in texts)
    for name, line in statements(stage.dot).items():
        assert len(re.findall("\u2007+", line)) == len(stage.texts.get(name, ()))


def test_a_tall_one_goes_down() -> None:
    graph, backward, _ = POLYNOMIAL.drawn()
    assert 'rankdir="TB"' in to_stage(graph, backward, tall=True).dot
    assert 'rankdir="LR"' in to_stage(graph, backward).dot


def test_a_node_of_which_only_pytorchs_name_is_known_is_drawn_by_it() -> None:
    graph, backward, _ = hostile_graph()
    lines = statements(to_dot(graph, backward))
    assert len(lines) == len(graph.nodes) + len(graph.edges) + len(graph.untracked) + len(graph.untracked_edges)
    assert called(graph.nodes[HOSTILE.index("<>")]) == "<>"


def test_no_text_reaches_the_drawing_unescaped() -> None:
    """Without its labels and quoted texts nothing is left of a drawing but names, numbers and DOT's own signs."""
    graph, backward, _ = hostile_graph()
    dot = to_dot(graph, backward)
    dot.encode()
    bare = re.sub(r'"[^"]*"', "Q", re.sub(r"label=<<.*?>>", "label=L", dot, flags=re.DOTALL))
    assert re.fullmatch(r"[\w\s\[\]{}=>.-]+", bare, re.ASCII)
    assert bare.count("\n") == len(statements(dot)) + len(("digraph", "graph", "node", "edge", "node", "edge", "}"))


def test_every_colour_of_a_drawing_has_a_partner_for_the_dark_theme() -> None:
    used = {colour for case in CASES.values() for colour in re.findall(r"#\w{6}", to_dot(*case.drawn()[:2]))}
    known = {colour.light for colour in Colour}
    assert used <= known
    assert len(known) == len(Colour)
