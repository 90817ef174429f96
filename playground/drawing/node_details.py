"""What is said of a node when it is clicked: what it computed and kept, and the chain rule in numbers."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import torch

from playground.drawing.dot import PLAIN_NUMBER, Gradient, arriving, called, passed_along, title
from playground.drawing.film import Piece, pieces
from playground.drawing.graph_film import started_with_ones
from playground.drawing.numbers import Value, brief, is_scalar, whole
from playground.drawing.sentences import Local
from playground.engine.backward import Backward
from playground.engine.graph import AutogradGraph, Node, Untracked
from playground.engine.own_formulas import formulas
from playground.words import say

MAX_WHOLE_ENTRIES = 20_000
"""Details write out every entry of a graph whose tensors have at most so many together."""


def node_details(
    graph: AutogradGraph,
    backward: Backward | None,
    local: Local,
    started: Mapping[str, torch.Tensor] | None = None,
    returned: bool = False,
) -> dict[str, dict[str, Any]]:
    """By the drawing's ids: a title, PyTorch's name, facts with their terms, and the chain rule.

    `local` has a local derivative for each edge; `started` what each output was given, where that is not ones.
    `returned` says that `autograd.grad` gave the gradients back, so that no leaf's `.grad` holds them.
    """
    starts = started_with_ones(graph) if started is None else started
    backward_pass = _BackwardPass(
        graph, arriving(graph, backward), passed_along(graph, backward), local, starts, _writer(graph), returned
    )
    nodes = {f"node{place}": _node(backward_pass, place) for place in range(len(graph.nodes))}
    plain = {f"plain{place}": _plain(backward_pass, value) for place, value in enumerate(graph.untracked)}
    return {**nodes, **plain}


@dataclass(frozen=True)
class _BackwardPass:
    """Everything that is told of, gradients and local derivatives in the order of nodes and edges."""

    graph: AutogradGraph
    arrived: list[Gradient]
    passed: list[torch.Tensor | None]
    local: Local
    started: Mapping[str, torch.Tensor]
    write: Callable[[Value | str], str]
    returned: bool


def _writer(graph: AutogradGraph) -> Callable[[Value | str], str]:
    """How values are written: whole, or where that would be too much for a page, long ones by shape and range."""
    entries = sum(node.value.numel() for node in graph.nodes if node.value is not None)

    def write(value: Value | str) -> str:
        long = isinstance(value, torch.Tensor) and entries > MAX_WHOLE_ENTRIES
        return brief(value) if long and not isinstance(value, str) else whole(value, entire=True)

    return write


def _node(backward_pass: _BackwardPass, place: int) -> dict[str, Any]:
    node, arrived = backward_pass.graph.nodes[place], backward_pass.arrived[place]
    facts = [
        (say("details.inputs"), [("", "\n".join(_inputs(backward_pass, place)))]),
        (say("details.value"), [("value", "" if node.value is None else backward_pass.write(node.value))]),
        (say("details.saved"), [("", "\n".join(_saved(backward_pass, node)))]),
        (_gradient_name(backward_pass, node, arrived), _arrived(backward_pass, place) if arrived is not None else []),
    ]
    rules = [_rule(backward_pass, number) for number in backward_pass.graph.leaving[place]]
    return _panel(title(node), node.name, facts, rules)


def _plain(backward_pass: _BackwardPass, plain: Untracked) -> dict[str, Any]:
    facts = [(say("details.value"), [("value", backward_pass.write(plain.value))])]
    return _panel(title(plain), say("drawing.untracked"), facts, [[("", say("details.untracked"))]])


def _panel(heading: str, name: str, facts: list[tuple[str, list[Piece]]], rules: list[list[Piece]]) -> dict[str, Any]:
    """What a panel shows, without what is empty."""
    own = "\n".join(f"{argument}: {text}" for argument, text in formulas(name))  # as PyTorch's own table has it
    facts = [*facts, (say("details.formula"), [("code", own)])]
    kept = [(term, pieces) for term, pieces in facts if any(text for _, text in pieces)]
    return {"title": heading, "name": name, "facts": kept, "rules": list(filter(None, rules))}


def _inputs(backward_pass: _BackwardPass, place: int) -> Iterator[str]:
    """What a node was computed from: what autograd tracks in the order of the slots, then what it does not."""
    for number in backward_pass.graph.leaving[place]:
        yield _with_value(backward_pass.graph.nodes[backward_pass.graph.edges[number].target])
    for end in backward_pass.graph.untracked_edges:
        if end.target == place and end.target_tracked:
            plain = (
                backward_pass.graph.nodes[end.source]
                if end.source_tracked
                else backward_pass.graph.untracked[end.source]
            )
            yield say("details.untracked_input", input=_with_value(plain))


def _with_value(node: Node | Untracked) -> str:
    if node.value is None or PLAIN_NUMBER.fullmatch(called(node)):
        return called(node)
    return f"{called(node)} = {brief(node.value)}"


def _saved(backward_pass: _BackwardPass, node: Node) -> Iterator[str]:
    for saved in node.saved:
        if "_sym_" in saved.name:  # sizes and strides, which say nothing that the values do not
            continue
        key = "details.saved_plain" if saved.expression is None else "details.saved_value"
        value = backward_pass.write(saved.value)
        yield say(key, name=saved.name, expression=saved.expression, value=f"\n{value}" if "\n" in value else value)


def _gradient_name(backward_pass: _BackwardPass, node: Node, arrived: Gradient) -> str:
    if node.input and not backward_pass.returned:
        return f"{node.input}.grad"
    return say("details.arriving") if arrived is None or is_scalar(arrived) else say("details.arriving_tensor")


def _arrived(backward_pass: _BackwardPass, place: int) -> list[Piece]:
    """The gradient that arrived and, where several meet, from where each comes."""
    arrived = backward_pass.arrived[place]
    assert arrived is not None
    outputs = [name for name in backward_pass.graph.nodes[place].outputs if name in backward_pass.started]
    parts = [say("details.start", gradient=brief(backward_pass.started[name])) for name in outputs]
    parts += [
        say(
            "details.part",
            gradient=brief(passed),
            source=called(backward_pass.graph.nodes[backward_pass.graph.edges[number].source]),
        )
        for number in backward_pass.graph.entering[place]
        if (passed := backward_pass.passed[number]) is not None
    ]
    total = [("gradient", backward_pass.write(arrived))]
    return [*total, ("", "\n" + say("details.sum", parts=" + ".join(parts)))] if len(parts) > 1 else total


def _rule(backward_pass: _BackwardPass, number: int) -> list[Piece]:
    """The chain rule along an edge: in numbers where they are scalars, else what becomes of the upstream gradient."""
    edge, passed, local = backward_pass.graph.edges[number], backward_pass.passed[number], backward_pass.local[number]
    upstream = backward_pass.arrived[edge.source]
    if passed is None or not isinstance(upstream, torch.Tensor):
        return []
    target = ("", called(backward_pass.graph.nodes[edge.target]))
    if local is not None and is_scalar(local) and is_scalar(upstream):
        key = "details.chain" if edge.rule is None or PLAIN_NUMBER.fullmatch(edge.rule) else "details.chain_rule"
        numbers = {"upstream": ("gradient", brief(upstream)), "local": ("value", brief(local))}
        return pieces(key, **numbers, rule=("", edge.rule or ""), passed=("gradient", brief(passed)), target=target)
    key = "details.passes" if edge.rule is None else "details.rule"
    return pieces(
        key, rule=("gradient", edge.rule or ""), passed=("gradient", backward_pass.write(passed)), target=target
    )
