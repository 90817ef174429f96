"""The steps of a graph: each node as it was computed, then each turn of the engine, in sentences and lights."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import torch

from playground.drawing.dot import PLAIN_NUMBER, called, title
from playground.drawing.film import Film, Light, Piece, Scene, pieces
from playground.drawing.numbers import brief, is_scalar
from playground.drawing.sentences import Local
from playground.engine.backward import Backward, Step
from playground.engine.graph import ACCUMULATE, AutogradGraph, Edge, Node
from playground.language.notation import shortened
from playground.words import say

MAX_EXPRESSION_CHARACTERS = 40
"""An expression inside a sentence has at most so many characters."""
MAX_LISTED_PARTS = 4
"""Where contributions meet, at most so many are written out."""

Said = list[Piece]
"""A sentence, or a part of one, in pieces."""


def graph_film(
    graph: AutogradGraph, backward: Backward | None, local: Local, started: Mapping[str, torch.Tensor] | None = None
) -> Film:
    """The film of a graph: nothing at first, then every node as it was computed, then every step of the engine.

    `local` has a local derivative for each edge; `started` what each output was given, where that is not ones.
    """
    order = sorted(range(len(graph.nodes)), key=lambda place: graph.nodes[place].computed)
    steps = backward.steps if backward else ()
    backward_pass = _BackwardPass(
        graph, {step.node: step for step in steps}, local, started_with_ones(graph) if started is None else started
    )
    sentences = [[("", say("player.open"))], *(_computed(graph.nodes[place]) for place in order)]
    sentences += [_went_back(backward_pass, step) for step in steps]
    forward = {node: place for place, node in enumerate(order, 1)}
    back = {step.node: place for place, step in enumerate(steps, len(order) + 1)}
    lights = {**_lights(backward_pass, forward, back), **_untracked_lights(graph, forward)}
    return Film([Scene(sentence) for sentence in sentences], range(len(sentences)), lights=lights)


@dataclass(frozen=True)
class _BackwardPass:
    """Everything that is told of: the engine's steps by node, local derivatives in the order of the edges."""

    graph: AutogradGraph
    steps: Mapping[int, Step]
    local: Local
    started: Mapping[str, torch.Tensor]

    def passed(self, edge: Edge) -> torch.Tensor | None:
        """What came back along an edge."""
        step = self.steps.get(edge.source)
        return step.passed[edge.index] if step else None


def _lights(backward_pass: _BackwardPass, forward: Mapping[int, int], back: Mapping[int, int]) -> dict[str, Light]:
    """Nodes and edges: a value is seen where it was computed, a gradient where it arrived or was passed on."""
    lights: dict[str, Light] = {}
    for place, node in enumerate(backward_pass.graph.nodes):
        never = forward[place] if node.name == ACCUMULATE else None  # its .grad is None all the time
        lights[f"node{place}"] = (forward[place], back.get(place, never))
    for place, edge in enumerate(backward_pass.graph.edges):
        gradient = None if backward_pass.passed(edge) is None else back[edge.source]
        lights[f"edge{place}"] = (forward[edge.source], gradient)
    return lights


def _untracked_lights(graph: AutogradGraph, forward: Mapping[int, int]) -> dict[str, Light]:
    """What is not tracked, where it is first used; what is only a result, with the last node."""
    places = dict.fromkeys(range(len(graph.untracked)), len(forward))
    used = [edge for edge in graph.untracked_edges if not edge.source_tracked]
    for plain in reversed(places):  # arguments stand before what uses them
        targets = [edge for edge in used if edge.source == plain]
        users = [forward[edge.target] if edge.target_tracked else places[edge.target] for edge in targets]
        places[plain] = min(users, default=len(forward))
    edges = [forward[edge.target] if edge.target_tracked else places[edge.target] for edge in graph.untracked_edges]
    lights: dict[str, Light] = {f"plain{plain}": (at, None) for plain, at in places.items()}
    return lights | {f"plainedge{number}": (at, None) for number, at in enumerate(edges)}


def started_with_ones(graph: AutogradGraph) -> dict[str, torch.Tensor]:
    """What a pass starts with that was given no gradient."""
    tops = [node for node in graph.nodes if node.value is not None]
    return {name: torch.ones_like(node.value) for node in tops for name in node.outputs if node.value is not None}


# What is said of a node's turn


def _computed(node: Node) -> Said:
    """What a node computed on the way forward."""
    value: Said = [] if node.value is None else [("value", brief(node.value))]
    placeholders = {
        "node": _plain(node.name),
        "expression": _plain(shortened(title(node), MAX_EXPRESSION_CHARACTERS)),
        "value": value,
    }
    placeholders["name"] = _plain(node.input or called(node))
    if node.name == ACCUMULATE:
        return pieces("player.leaf", **placeholders)
    if not value:
        return pieces("player.recorded", **placeholders)
    return pieces("player.computed" if title(node) != node.name else "player.nameless", **placeholders)


def _went_back(backward_pass: _BackwardPass, step: Step) -> Said:
    """What arrived at a node, what its derivative made of it, and where that went."""
    arrived = _arrived(backward_pass, step)
    if backward_pass.graph.nodes[step.node].name == ACCUMULATE:
        return arrived
    parts = [_passed(backward_pass, number) for number in backward_pass.graph.leaving[step.node]]
    parts += _nowhere(backward_pass.graph, step.node)
    if not parts:
        return pieces("player.ends", arrived=arrived)
    return pieces("player.turn", arrived=arrived, passed=_joined(parts, say("frame.parts")))


def _arrived(backward_pass: _BackwardPass, step: Step) -> Said:
    """The gradient at a node, and what it was added up from where several meet."""
    node, parts = backward_pass.graph.nodes[step.node], list(_contributions(backward_pass, step.node))
    started = any(name in backward_pass.started for name in node.outputs)
    turn = "many" if len(parts) > MAX_LISTED_PARTS else "meet" if len(parts) > 1 else "starts" if started else "arrives"
    scalar = step.upstream is None or is_scalar(step.upstream)
    key = f"player.{turn}" if scalar else f"player.{turn}_tensor"
    return pieces(
        f"player.{turn}_at_leaf" if node.name == ACCUMULATE else key,
        node=_named(node),
        name=_plain(node.input or called(node)),
        gradient=_gradient(step.upstream),
        count=_plain(str(len(parts))),
        parts=_listed(parts),
    )


def _contributions(backward_pass: _BackwardPass, place: int) -> Iterator[Said]:
    """What arrives at a node: what an output starts with, and what came along each edge."""
    for name in backward_pass.graph.nodes[place].outputs:
        if name in backward_pass.started:
            yield _gradient(backward_pass.started[name])
    for number in backward_pass.graph.entering[place]:
        passed = backward_pass.passed(backward_pass.graph.edges[number])
        if passed is not None:
            yield _gradient(passed)


def _passed(backward_pass: _BackwardPass, number: int) -> Said:
    """What becomes of the gradient on its way along an edge: times the local derivative, or by a tensor's rule."""
    edge, local = backward_pass.graph.edges[number], backward_pass.local[number]
    passed, upstream = backward_pass.passed(edge), backward_pass.steps[edge.source].upstream
    target = _plain(shortened(called(backward_pass.graph.nodes[edge.target]), MAX_EXPRESSION_CHARACTERS))
    if passed is None:
        return pieces("player.nothing", target=target)
    parts = {"passed": _gradient(passed), "target": target, "rule": _plain(edge.rule or "")}
    if local is None or upstream is None or not is_scalar(local) or not is_scalar(upstream):
        return pieces("player.passes" if edge.rule in (None, "G") else "player.rule", **parts)
    named = edge.rule is not None and not PLAIN_NUMBER.fullmatch(edge.rule)
    key = "player.times_rule" if named else "player.passes" if local.item() == 1 else "player.times"
    return pieces(key, local=[("value", brief(local))], **parts)


def _nowhere(graph: AutogradGraph, place: int) -> list[Said]:
    """The arguments of a node that autograd does not track."""
    edges = (edge for edge in graph.untracked_edges if edge.target == place and edge.target_tracked)
    plain = dict.fromkeys(called(graph.untracked[edge.source]) for edge in edges if not edge.source_tracked)
    names = [_plain(shortened(name, MAX_EXPRESSION_CHARACTERS)) for name in plain]
    key = "player.untracked" if len(names) == 1 else "player.untracked_all"
    return [pieces(key, names=_listed(names))] if names else []


# Sentences in pieces


def _plain(text: str) -> Said:
    return [("", text)]


def _named(node: Node) -> Said:
    """`MulBackward0 (a·x²)`."""
    name = called(node)
    return _plain(node.name if name == node.name else f"{node.name} ({shortened(name, MAX_EXPRESSION_CHARACTERS)})")


def _gradient(gradient: torch.Tensor | None) -> Said:
    return [("gradient", "None" if gradient is None else brief(gradient))]


def _listed(parts: Sequence[Said]) -> Said:
    """`12.0 and -5.0`."""
    *first, last = parts or [[]]
    return pieces("frame.and", first=_joined(first, say("frame.names")), last=last) if first else last


def _joined(parts: Sequence[Said], between: str) -> Said:
    joined: Said = []
    for part in parts:
        joined += [("", between), *part] if joined else part
    return joined
