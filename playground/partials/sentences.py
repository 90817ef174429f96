"""Where the contributions of several outputs meet in one backward pass, in a sentence with the numbers of the case."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import torch

from playground.drawing.numbers import brief, whole, written_out
from playground.drawing.sentences import Mark, listing, number
from playground.engine.backward import Backward
from playground.engine.graph import AutogradGraph
from playground.language.notation import shortened
from playground.partials.grad_call import GradCall, Partials
from playground.words import say

EXPLAINED = 2
"""The sentence follows the pass to at most so many inputs."""
FEW = 4
"""At most so many numbers are written out where they meet, and outputs named where the pass starts."""
LONGEST = 28
"""A tensor, and an expression, has at most so many characters inside a sentence."""


@dataclass(frozen=True)
class Arrival:
    """What arrives at a node from one side, and the outputs it comes from."""

    gradient: torch.Tensor
    outputs: frozenset[str]


def arrivals(
    graph: AutogradGraph, backward: Backward, started: Mapping[str, torch.Tensor]
) -> dict[int, tuple[Arrival, ...]]:
    """By node what arrives in a pass: what an output starts with, and what comes along each edge that was used.

    What comes from the first output stands first.
    """
    passed = {step.node: step.passed for step in backward.steps}
    by_node: dict[int, list[Arrival]] = {place: [] for place in range(len(graph.nodes))}
    leaving = {place: [edge for edge in graph.edges if edge.source == place] for place in by_node}
    for place in sorted(by_node, key=lambda place: graph.nodes[place].order):
        mine = [name for name in graph.nodes[place].outputs if name in started]
        by_node[place] += [Arrival(started[name], frozenset({name})) for name in mine]
        outputs = frozenset().union(*(arrival.outputs for arrival in by_node[place]))
        for edge in leaving[place] if place in passed else ():
            gradient = passed[place][edge.index]
            if gradient is not None:
                by_node[edge.target].append(Arrival(gradient, outputs))
    order = list(started)
    return {
        place: tuple(sorted(arrived, key=lambda arrival: min(map(order.index, arrival.outputs))))
        for place, arrived in by_node.items()
        if arrived
    }


def one_pass(partials: Partials, call: GradCall, mark: Mark = str) -> str:
    """What the pass starts with, where contributions meet, and what comes to the first inputs; none may be refused."""
    assert partials.backward is not None
    started = {name: partials.weights[name] for name in call.outputs}
    arrived = arrivals(partials.graph, partials.backward, started)
    leaves = {node.input: place for place, node in enumerate(partials.graph.nodes) if node.input}
    lines = [
        _met(_name(partials.graph, place), arrived[place], upstream, mark)
        for place, upstream in _before(partials, arrived)
    ]
    for name in call.inputs[:EXPLAINED]:
        lines.append(_met(name, arrived.get(leaves.get(name, -1), ()), partials.backward.grads[name], mark))
    starts = listing([_start(name, weight, mark) for name, weight in started.items()])
    if len(started) > FEW:
        starts = say("partials.start_many", count=len(started))
    return say(
        "partials.sentence", starts=starts, places=say("frame.parts").join(lines), total=total(started, call.outputs)
    )


def total(weights: Mapping[str, torch.Tensor], outputs: Sequence[str]) -> str:
    """The number whose gradient one pass returns: `y1 + y2`, `y1 − 2·y2`, `sum(y)`."""
    if len(outputs) > FEW:
        return say("partials.total_many", count=len(outputs))
    terms = [_term(name, weights[name]) for name in outputs]
    return " + ".join(terms).replace("+ -", "- ")


def scalar_of(name: str, weight: torch.Tensor) -> str:
    """The number that a row of the table differentiates: the output itself, or of a tensor the weighted sum."""
    if weight.dim() == 0:
        return name
    return f"sum({name})" if bool((weight == 1).all()) else f"sum(gradient.{name} * {name})"


def in_line(value: torch.Tensor) -> str | None:
    """A number as in a sentence, a small tensor in one line; None for what is too long."""
    if value.dim() == 0:
        return number(value.item())
    text = brief(value)
    return text if written_out(value) and len(text) <= LONGEST else None


def in_cell(value: torch.Tensor | None) -> str:
    """A value as it stands in a table: numbers as `print` writes them, tensors in one line."""
    return str(value) if value is None else brief(value) if value.dim() else whole(value)


def _before(partials: Partials, arrived: Mapping[int, Sequence[Arrival]]) -> list[tuple[int, torch.Tensor | None]]:
    """The first node, apart from leaves, at which what comes from different outputs meets, with its sum."""
    assert partials.backward is not None
    for step in partials.backward.steps:
        sides = {arrival.outputs for arrival in arrived.get(step.node, ())}
        if len(sides) > 1 and partials.graph.nodes[step.node].input is None:
            return [(step.node, step.upstream)]
    return []


def _name(graph: AutogradGraph, place: int) -> str:
    """A node by the name a statement gave it, else by its expression."""
    node = graph.nodes[place]
    name, _, _ = (node.expression or node.name).partition(" = ")
    return shortened(name, LONGEST)


def _met(place: str, arrived: Sequence[Arrival], whole: torch.Tensor | None, mark: Mark) -> str:
    if not arrived or whole is None:
        return say("partials.nothing", place=place)
    texts = [in_line(arrival.gradient) for arrival in arrived]
    written = [mark(text) for text in texts if text is not None]
    end = in_line(whole)
    if end is None or len(written) < len(texts) or len(texts) > FEW:
        key = "partials.meet_many" if len(texts) > 1 else "partials.tensor"
        return say(key, place=place, count=len(texts)) + (say("partials.comes_to", total=mark(end)) if end else "")
    if len(written) == 1:
        return say("partials.alone", place=place, total=mark(end))
    return say("partials.meet", place=place, parts=listing(written), total=mark(end))


def _start(name: str, weight: torch.Tensor, mark: Mark) -> str:
    if weight.dim() and bool((weight == 1).all()):
        return say("partials.start_ones", output=name)
    text = in_line(weight)
    if text is None:
        return say("partials.start_given", output=name)
    return say("partials.start", output=name, weight=mark(text))


def _term(name: str, weight: torch.Tensor) -> str:
    if weight.dim():
        return scalar_of(name, weight)
    if abs(weight.item()) == 1:
        return name if weight.item() == 1 else f"-{name}"
    return f"{number(weight.item())}·{name}"
