"""The graph that is read is the one PyTorch recorded: nodes, edges, names, values, orders."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import replace
from typing import Any

import pytest
import torch
from hypothesis import given, settings

from playground.engine.backward import backward
from playground.engine.forward import Run, forward
from playground.engine.graph import ACCUMULATE, AutogradGraph, Node, Saved, local_derivatives, read_graph
from playground.engine.graph_walk import reached, roots_of
from playground.language.notation import label
from playground.language.operations import OPERATIONS
from playground.language.parse import parse
from playground.language.program import postorder
from tests.oracles import Recorder, short_name, walk
from tests.programs import Made, programs


def run_of(text: str, requires_grad: Iterable[str] | None = None, **values: Any) -> Run:
    return forward(parse(text), values, requires_grad, torch.float64)


def read(text: str, **values: Any) -> AutogradGraph:
    return read_graph(run_of(text, **values))


def names(graph: AutogradGraph) -> list[str]:
    return [node.name for node in graph.nodes]


def edges(graph: AutogradGraph) -> list[tuple[int, int, int]]:
    return [(edge.source, edge.target, edge.index) for edge in graph.edges]


def derivative(run: Run, wrt: str = "x") -> Run:
    """A run whose output is the gradient of the first one's, itself recorded."""
    total = sum((output.sum() for output in run.outputs.values() if output.requires_grad), torch.zeros(()))
    (gradient,) = torch.autograd.grad(total, run.inputs[wrt], create_graph=True, materialize_grads=True)
    return replace(run, outputs={"dy/dx": gradient}, lines={})


def second_order(made: Made) -> Run | None:
    """The recorded gradient of a generated program by its first tracked input; None where there is none."""
    run = made.run(torch.float64)
    tracked = [name for name, leaf in run.inputs.items() if leaf.requires_grad]
    if not tracked or not any(output.requires_grad for output in run.outputs.values()):
        return None
    found = derivative(run, tracked[0])
    return found if found.outputs["dy/dx"].requires_grad else None


# Nodes and edges


def is_what_pytorch_recorded(run: Run, graph: AutogradGraph) -> None:
    """Compare with a walk of its own: the same nodes, each once, and the same edges as a multiset."""
    nodes, slots = walk(run.outputs)
    order = reached(roots_of(run.outputs).values())
    assert len(order) == len(nodes) == len(graph.nodes)
    assert set(order) == nodes
    place = {grad_fn: position for position, grad_fn in enumerate(order)}
    assert names(graph) == [short_name(grad_fn) for grad_fn in order]
    assert Counter(edges(graph)) == Counter({(place[s], place[t], slot): n for (s, t, slot), n in slots.items()})


def nodes_and_edges_are_those_of_an_independent_walk(made: Made) -> None:
    run = made.run()
    is_what_pytorch_recorded(run, read_graph(run))


def test_a_gradients_graph_has_the_nodes_and_edges_of_an_independent_walk_in_the_engines_order() -> None:
    graphs = []

    @given(programs(budget=6, statements=2))
    @settings(max_examples=150)
    def check(made: Made) -> None:
        run = second_order(made)
        if run is not None:
            graph = read_graph(run)
            is_what_pytorch_recorded(run, graph)
            order = [node.order for node in graph.nodes]
            steps = backward(run, {"dy/dx": torch.ones_like(run.outputs["dy/dx"])}).steps
            assert [order[step.node] for step in steps] == list(range(len(order)))
            graphs.append(made)

    check()
    assert len(graphs) > 40


def test_the_tutorials_polynomial_has_these_nodes_and_edges() -> None:
    graph = read("y = a*x^2 + b*x + c", a=1, x=0, b=-2, c=1)
    assert names(graph) == ["AddBackward0", "AddBackward0", "MulBackward0", "PowBackward0", ACCUMULATE, "MulBackward0"]
    assert edges(graph) == [(0, 1, 0), (1, 2, 0), (1, 5, 1), (2, 3, 1), (3, 4, 0), (5, 4, 1)]
    assert [node.expression for node in graph.nodes] == ["y = a·x² + b·x + c", "a·x² + b·x", "a·x²", "x²", "x", "b·x"]


def test_x_times_x_has_two_edges_to_x_and_x_squared_has_one() -> None:
    assert edges(read("x*x", x=3)) == [(0, 1, 0), (0, 1, 1)]
    assert edges(read("x^2", x=3)) == [(0, 1, 0)]


def test_a_plain_number_and_an_untracked_input_leave_their_slots_unused() -> None:
    assert edges(read("2*x + x*a", x=3, a=1)) == [(0, 1, 0), (0, 3, 1), (1, 2, 0), (3, 2, 0)]
    assert edges(read("a*x", x=3, a=1)) == [(0, 1, 1)]


def test_a_shared_sub_expression_is_one_node() -> None:
    graph = read("u = x^2; y = u*u + u", x=3)
    assert names(graph).count("PowBackward0") == 1
    assert [edge.target for edge in graph.edges].count(names(graph).index("PowBackward0")) == 3


def test_several_outputs_stand_in_one_graph_that_shares_what_they_share() -> None:
    graph = read("u = x1*x2; y1 = u + x1; y2 = u - x2", x1=1, x2=2)
    assert [node.outputs for node in graph.nodes if node.outputs] == [("y1",), ("y2",)]
    assert names(graph).count("MulBackward0") == 1
    assert names(graph).count(ACCUMULATE) == 2


def test_an_output_that_is_an_input_is_one_accumulate_grad() -> None:
    (node,) = read("y = x", x=3).nodes
    assert (node.name, node.input, node.outputs, node.order, node.computed) == (ACCUMULATE, "x", ("y",), 0, 0)
    assert node.value == torch.tensor(3.0)
    assert read("y = x; z = x", x=3).nodes[0].outputs == ("y", "z")


def test_every_accumulate_grad_is_named_by_its_input() -> None:
    graph = read("w*x + v", w=[1.0, 2.0], x=3, v=[5.0, 6.0])
    assert sorted((n.input, n.value.tolist()) for n in graph.nodes if n.name == ACCUMULATE and n.value is not None) == [
        ("v", [5.0, 6.0]), ("w", [1.0, 2.0]), ("x", 3.0),
    ]  # fmt: skip
    assert all(node.input is None for node in graph.nodes if node.name != ACCUMULATE)


def test_outputs_that_are_not_tracked_have_no_nodes() -> None:
    graph = read("y = x^2; r = a + 1; s = 2", x=3, a=1)
    assert names(graph) == ["PowBackward0", ACCUMULATE]
    outputs = [(plain.expression, plain.outputs) for plain in graph.untracked if plain.outputs]
    assert outputs == [("r = a + 1", ("r",)), ("s = 2", ("s",))]
    assert read("y = a", a=3).nodes == ()


def test_nodes_that_share_a_sub_expression_or_stand_for_a_part_of_it_are_told_apart() -> None:
    graph = read("2/x + sec(x)", x=4)
    assert [(node.name, node.expression) for node in graph.nodes[1:]] == [
        ("MulBackward0", "2/x"), ("ReciprocalBackward0", "1/x"), (ACCUMULATE, "x"),
        ("MulBackward0", "sec(x)"), ("ReciprocalBackward0", "1/cos(x)"), ("CosBackward0", "cos(x)"),
    ]  # fmt: skip
    assert [node.value is not None for node in graph.nodes] == [True] * 7


def test_detach_cuts_the_graph() -> None:
    assert edges(read("x*detach(x)", x=3)) == [(0, 1, 0)]


# Values, sub-expressions and saved tensors


def every_node_has_the_value_it_was_made_with(made: Made) -> None:
    program = parse(made.text)
    with Recorder() as recorder:
        run = forward(program, made.values)
    graph = read_graph(run)
    for grad_fn, node in zip(reached(roots_of(run.outputs).values()), graph.nodes, strict=True):
        if node.name == ACCUMULATE:
            assert node.value is not None
            assert torch.equal(node.value, run.inputs[str(node.input)].detach())
        elif grad_fn in recorder.values:
            assert node.value is not None, node
            assert torch.equal(node.value.nan_to_num(7), recorder.values[grad_fn].nan_to_num(7)), node
        if node.value is not None:
            assert not node.value.requires_grad


def every_node_of_a_program_knows_the_sub_expression_it_was_made_for(made: Made) -> None:
    run = made.run()
    typed = {id(part) for statement in run.program.statements for part in postorder(statement.expression)}
    for line in run.tape:
        assert id(line.expression) not in typed or line.wording.expression == label(line.expression)
    written = {line.wording.expression for line in run.tape}
    for node in read_graph(run).nodes:
        assert node.expression is not None
        assert node.expression.split(" = ", 1)[-1] in written


def saved(node: Node) -> list[tuple[str, str | None]]:
    return [(kept.name, kept.expression) for kept in node.saved if isinstance(kept.value, torch.Tensor)]


@pytest.mark.parametrize(("text", "values", "expected"), [
    ("x^2", {"x": 3}, [("self", "x")]),
    ("a*x", {"a": 2, "x": 3}, [("self", "a")]),
    ("x*w", {"w": 2, "x": 3}, [("other", "w"), ("self", "x")]),
    ("x*x", {"x": 3}, [("other", "x"), ("self", "x")]),
    ("exp(2*x)", {"x": 3}, [("result", "y = exp(2·x)")]),
    ("sin(x + 1)", {"x": 3}, [("self", "x + 1")]),
    ("x/w", {"w": 2, "x": 3}, [("other", "w"), ("self", "x")]),
    ("x @ w", {"x": [[1, 2], [3, 4]], "w": [[1, 2], [3, 4]]}, [("mat2", "w"), ("self", "x")]),
    ("x*detach(x)", {"x": [1, 2]}, [("other", "detach(x)")]),
    ("(x + 1)*(x + 1).t()", {"x": [1, 2]}, [("other", "(x + 1)ᵀ"), ("self", "x + 1")]),
    ("max(x, w)", {"x": 1, "w": 2}, [("other", "w"), ("self", "x")]),
    ("x^w", {"x": 3, "w": 2}, [("exponent", "w"), ("result", "y = x^w"), ("self", "x")]),
])  # fmt: skip
def test_saved_tensors_are_known_by_name_before_and_after_backward(
    text: str, values: dict[str, Any], expected: list[tuple[str, str | None]]
) -> None:
    run = run_of(text, **values)
    assert saved(read_graph(run).nodes[0]) == expected
    backward(run, {"y": torch.ones_like(run.outputs["y"])})
    assert saved(read_graph(run).nodes[0]) == expected


def test_saved_values_are_those_the_node_holds() -> None:
    node = read("x^3", x=2).nodes[0]
    assert node.saved == (Saved("exponent", None, "3"), node.saved[1])
    assert node.saved[1].value == torch.tensor(2.0)
    assert Saved("dim", None, "(-1,)") in read("sum(x, dim=-1)", x=[1, 2]).nodes[0].saved
    assert Saved("dim", None, "-1") in read("log(softmax(x))", x=[1, 2]).nodes[1].saved[:1]


def test_a_freed_graph_keeps_its_shape_and_shows_no_saved_tensors() -> None:
    run = run_of("a*x^2 + x", a=2, x=3)
    before = read_graph(run)
    run.outputs["y"].backward()  # type: ignore[no-untyped-call]
    after = read_graph(run)
    assert names(after) == names(before)
    assert edges(after) == edges(before)
    assert not any(saved(node) for node in after.nodes)
    assert [node.value for node in after.nodes] == [node.value for node in before.nodes]


# Orders


def the_predicted_order_is_the_engines(made: Made) -> None:
    run = made.run()
    started = {name: torch.ones_like(output) for name, output in run.outputs.items() if output.requires_grad}
    at_once = {name for name in started if run.outputs[name].is_leaf}
    if started and len(at_once) < 3:  # of more leaves that are ready at once, PyTorch's heap takes any
        order = [node.order for node in read_graph(run).nodes]
        assert [order[step.node] for step in backward(run, started).steps] == list(range(len(order)))


def test_an_output_that_is_given_twice_is_ready_when_both_were_visited() -> None:
    run = run_of("r = x; s = y; g = x; h = sin(x)", x=1, y=2)
    order = [node.order for node in read_graph(run).nodes]
    assert [order[step.node] for step in backward(run).steps] == [0, 1, 2]


def is_topological(graph: AutogradGraph) -> None:
    computed = [node.computed for node in graph.nodes]
    assert sorted(computed) == list(range(len(computed)))
    assert all(computed[edge.source] > computed[edge.target] for edge in graph.edges)
    leaves = [node.computed for node in graph.nodes if node.name == ACCUMULATE]
    assert sorted(leaves) == list(range(len(leaves)))


def nodes_were_computed_after_what_they_use_and_leaves_first(made: Made) -> None:
    run = made.run(torch.float64)
    is_topological(read_graph(run))
    second = second_order(made)
    if second is not None:
        is_topological(read_graph(second))


def test_nodes_are_computed_in_the_order_in_which_the_program_says() -> None:
    graph = read("u = x^2; w = sin(x); y = w + u; z = u - 1", x=2)
    by_turn = sorted(graph.nodes, key=lambda node: node.computed)
    assert [node.expression for node in by_turn] == ["x", "u = x²", "w = sin(x)", "y = w + u", "z = u − 1"]


def test_leaves_stand_in_the_order_in_which_they_were_first_used() -> None:
    graph = read("w*x + v*w", w=1, x=2, v=3)
    by_turn = sorted(graph.nodes, key=lambda node: node.computed)
    assert [node.input for node in by_turn[:3]] == ["w", "x", "v"]


# What autograd does not track


def test_untracked_values_are_drawn_beside_the_graph_with_their_uses() -> None:
    graph = read("y = a*x^2 + 2*x + b*3", a=5, x=3, b=1)
    assert [(u.input, u.expression) for u in graph.untracked] == [
        ("a", "a"),
        (None, "2"),
        ("b", "b"),
        (None, "3"),
        (None, "b·3"),
    ]
    ends = []
    for edge in graph.untracked_edges:
        source = graph.nodes[edge.source].expression if edge.source_tracked else graph.untracked[edge.source].expression
        target = graph.nodes[edge.target].expression if edge.target_tracked else graph.untracked[edge.target].expression
        ends.append((source, target))
    assert sorted(map(str, ends)) == sorted(map(str, [
        ("a", "a·x²"), ("2", "2·x"), ("b", "b·3"), ("3", "b·3"), ("b·3", "y = a·x² + 2·x + b·3"),
    ]))  # fmt: skip


def untracked_edges_end_at_what_there_is(made: Made) -> None:
    graph = read_graph(made.run())
    for edge in graph.untracked_edges:
        assert edge.source < len(graph.nodes if edge.source_tracked else graph.untracked)
        assert edge.target < len(graph.nodes if edge.target_tracked else graph.untracked)
        assert not (edge.source_tracked and edge.target_tracked)


# Depth


def deep(length: int) -> torch.Tensor:
    """A chain of so many nodes that PyTorch recorded before the program began."""
    value = torch.tensor(0.5, dtype=torch.float64, requires_grad=True)
    for _ in range(length):
        value = value * 0.999
    return value


def test_a_graph_of_thousands_of_nodes_is_read_without_recursion() -> None:
    run = forward(parse("y = x*x"), {"x": deep(2000)})
    graph = read_graph(run)
    assert len(graph.nodes) == 2002
    assert Counter(names(graph)) == {"MulBackward0": 2001, ACCUMULATE: 1}
    is_what_pytorch_recorded(run, graph)
    steps = backward(run).steps
    assert [graph.nodes[step.node].order for step in steps] == list(range(2002))
    assert len(local_derivatives(run)) == 2002
    is_topological(graph)


def test_a_thousand_nodes_of_a_derivatives_graph_are_read() -> None:
    run = run_of("*".join(["sin(x)"] * 60), x=0.7)
    second = derivative(run)
    graph = read_graph(second)
    assert len(graph.nodes) > 300
    is_what_pytorch_recorded(second, graph)


# Local derivatives and rules


@given(programs(shapes=[()]))
@settings(max_examples=200)
def test_local_derivative_times_upstream_is_what_a_scalar_node_passes(made: Made) -> None:
    run = made.run(torch.float64)
    graph, local = read_graph(run), local_derivatives(run)
    assert len(local) == len(graph.edges)
    started = {name: 1.0 for name, output in run.outputs.items() if output.requires_grad}
    if not started:
        return
    steps = {step.node: step for step in backward(run, started).steps}
    for edge, slope in zip(graph.edges, local, strict=True):
        step = steps[edge.source]
        passed = step.passed[edge.index]
        assert slope is not None
        assert passed is not None
        assert step.upstream is not None
        if bool(torch.isfinite(slope) and torch.isfinite(step.upstream)):
            assert (slope * step.upstream).item() == pytest.approx(passed.item(), rel=1e-9, abs=1e-12, nan_ok=True)


def test_local_derivatives_of_a_gradients_graph_are_numbers() -> None:
    second = derivative(run_of("sin(x)*exp(-x^2)", x=0.3))
    graph, local = read_graph(second), local_derivatives(second)
    assert len(graph.edges) == len(local) > 10
    steps = {step.node: step for step in backward(second).steps}
    for edge, slope in zip(graph.edges, local, strict=True):
        passed, upstream = steps[edge.source].passed[edge.index], steps[edge.source].upstream
        assert slope is not None
        assert passed is not None
        assert upstream is not None
        assert (slope * upstream).item() == pytest.approx(passed.item(), rel=1e-12)


def test_local_derivatives_of_tensors_are_none() -> None:
    run = run_of("sum(x*a)", x=[1, 2], a=3)
    assert set(local_derivatives(run)) == {None}


M, N, V = [[1.5, -2.0], [0.5, 3.0]], [[2.0, 1.0], [-1.0, 0.5]], [0.5, -1.5]


@pytest.mark.parametrize(("text", "values", "rules"), [
    ("x*w", {"x": 2, "w": 3}, ["w", "x"]), ("x^2", {"x": 2}, ["2·x"]), ("x^3", {"x": 2}, ["3·x²"]),
    ("x^1", {"x": 2}, ["1"]),
    ("sin(x)", {"x": 2}, ["cos(x)"]), ("x - w", {"x": 2, "w": 3}, ["1", "−1"]), ("exp(2*x)", {"x": 2}, ["exp(2·x)"]),
    ("5*x", {"x": 2}, ["5"]), ("x/4", {"x": 2}, ["1/4"]), ("-x", {"x": 2}, ["−1"]),
    ("x*w", {"x": M, "w": N}, ["G · w", "G · x"]), ("x @ w", {"x": M, "w": N}, ["G @ wᵀ", "xᵀ @ G"]),
    ("x + w", {"x": M, "w": N}, ["G", "G"]),
    ("x - w", {"x": M, "w": N}, ["G", "−G"]), ("x^2", {"x": M}, ["G · 2·x"]), ("x.t()", {"x": M}, ["Gᵀ"]),
    ("sum(x)", {"x": M}, ["G"]),
    ("mean(x)", {"x": M}, ["G / n"]), ("x @ w", {"x": V, "w": V}, ["G · w", "G · x"]),
    ("dot(x, w)", {"x": V, "w": V}, ["G · w", "G · x"]),
    ("trace(x)", {"x": M}, ["G · I"]), ("x + w", {"x": M, "w": 1}, ["G", "sum(G)"]),
    ("x*w", {"x": M, "w": V}, ["G · w", "sum(G · x, dim=0)"]),
    ("w*x", {"w": [[1], [2]], "x": M}, ["sum(G · x, dim=1)", "G · w"]), ("sin(x) + x", {"x": M}, ["G", "G"]),
])  # fmt: skip
def test_an_edge_says_the_local_derivative_or_what_becomes_of_the_gradient(
    text: str, values: dict[str, Any], rules: list[str]
) -> None:
    graph = read(text, **values)
    assert [edge.rule for edge in graph.edges if edge.source == 0] == rules


MARKS = {"ᵀ": ".t()", "·": "*", "−": "-", "²": "**2", "√(": "sqrt(", "‖x‖": "norm(x)", "⁻¹": "**-1.0", "^": "**"}
SCOPE = {
    **{row.name: getattr(torch, row.name, None) for row in OPERATIONS.values() if not row.composite},
    "sum": lambda u, dim=None: u.sum() if dim is None else u.sum(dim, keepdim=True),
    "norm": torch.linalg.vector_norm,
    "softmax": lambda u: torch.softmax(u, -1),
    "I": torch.eye(2, dtype=torch.float64),
    "dim": -1,
}


def obey(rule: str, gradient: torch.Tensor, values: dict[str, torch.Tensor]) -> torch.Tensor:
    """A rule's text, computed: the marks of a drawing turned into Python."""
    for mark, sign in MARKS.items():
        rule = rule.replace(mark, sign)
    rule, _, softmax = rule.partition(", s = ")
    scope = {**SCOPE, **values, "G": gradient, "n": values["x"].numel()}
    scope["s"] = eval(softmax or "None", scope)  # noqa: S307
    result: torch.Tensor = eval(rule, scope)  # noqa: S307
    return result


@pytest.mark.parametrize(("text", "values"), [
    ("x @ w", {"x": M, "w": N}), ("x*w", {"x": M, "w": N}), ("x*w", {"x": M, "w": V}), ("x*w", {"x": M, "w": 2.5}),
    ("x/w", {"x": M, "w": N}),
    ("x/w", {"x": M, "w": V}), ("x - w", {"x": M, "w": 1.5}), ("x + w", {"x": V, "w": M}), ("x.t()", {"x": M}),
    ("sum(x)", {"x": M}),
    ("mean(x)", {"x": M}), ("prod(x)", {"x": M}), ("norm(x)", {"x": M}), ("dot(x, w)", {"x": V, "w": V}),
    ("x @ w", {"x": V, "w": V}),
    ("trace(x)", {"x": M}), ("softmax(x)", {"x": M}), ("sin(x)", {"x": M}), ("exp(x)", {"x": M}), ("x^2", {"x": M}),
    ("x^3", {"x": M}),
    ("tanh(x)", {"x": M}), ("sigmoid(x)", {"x": M}), ("-x", {"x": M}), ("w*x", {"w": [[1.0], [2.0]], "x": M}),
])  # fmt: skip
def test_a_rule_for_tensors_computes_what_the_engine_passes(text: str, values: dict[str, Any]) -> None:
    run = run_of(text, **values)
    graph = read_graph(run)
    gradient = (
        torch.arange(1.0, run.outputs["y"].numel() + 1, dtype=torch.float64).reshape(run.outputs["y"].shape) - 2.5
    )
    (first, *_) = backward(run, {"y": gradient}).steps
    leaves = {name: leaf.detach() for name, leaf in run.inputs.items()}
    edges = [edge for edge in graph.edges if edge.source == 0]
    assert edges
    for edge in edges:
        passed = first.passed[edge.index]
        assert passed is not None
        assert edge.rule is not None
        result = obey(edge.rule, gradient, leaves)
        same = result.reshape(passed.shape) if result.numel() == passed.numel() else result.expand_as(passed)
        assert torch.allclose(same, passed, rtol=1e-12), edge.rule


# Of any program

CLAIMS = (
    nodes_and_edges_are_those_of_an_independent_walk,
    every_node_has_the_value_it_was_made_with,
    every_node_of_a_program_knows_the_sub_expression_it_was_made_for,
    the_predicted_order_is_the_engines,
    nodes_were_computed_after_what_they_use_and_leaves_first,
    untracked_edges_end_at_what_there_is,
)


@given(programs())
@settings(max_examples=250)
def test_of_any_program_each_claim_holds(made: Made) -> None:
    """One generated program for all of them: to make it costs more than to look at it."""
    for claim in CLAIMS:
        claim(made)
