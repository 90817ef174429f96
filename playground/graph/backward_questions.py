"""What the engine does next, and the numbers that misconceptions give instead: all of them from the recorded tape."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import reduce

import torch

from playground.engine.backward import Step
from playground.engine.graph import ACCUMULATE, Edge
from playground.engine.misreadings import Wrong, usual
from playground.engine.observe import Observation

STARTS, PASSES, MEETS, ADDS = "starts", "passes", "meets", "adds"
"""An output is given its gradient; a node passes one on; contributions meet at a leaf, or are added on the way."""


@dataclass(frozen=True)
class PredictionTarget:
    """A number of a backward pass that can be predicted."""

    kind: str
    step: int
    """The engine's step in which it is seen first."""
    node: int
    target: int
    """Where it arrives; of what starts, meets or is added, the node itself."""
    right: torch.Tensor
    wrong: Wrong
    parts: tuple[torch.Tensor, ...]
    """What it is made of: the upstream gradient and, of a scalar, the local derivative; or what meets."""


def turns(observation: Observation) -> list[PredictionTarget]:
    """In the engine's order; what is passed on unchanged is nothing to predict, nor is what is no number."""
    return [turn for turn in every_turn(observation) if turn.kind != ADDS and not _is_unchanged(turn)]


def every_turn(observation: Observation) -> list[PredictionTarget]:
    """The same with what is passed on unchanged: the last turn of a target is what arrives there in all."""
    tape = _Tape(observation)
    targets = [turn for place, step in enumerate(tape.steps) for turn in _of_step(tape, place, step)]
    return [turn for turn in targets if bool(torch.isfinite(turn.right).all())]


def _is_unchanged(turn: PredictionTarget) -> bool:
    return turn.kind == PASSES and torch.equal(turn.right, turn.parts[0])


class _Tape:
    """The engine's steps, also by node."""

    def __init__(self, observation: Observation) -> None:
        self.seen, self.graph = observation, observation.graph
        self.steps = observation.backward.steps if observation.backward else ()
        self.by_node = {step.node: step for step in self.steps}

    def passed(self, edge: Edge) -> torch.Tensor | None:
        step = self.by_node.get(edge.source)
        return step.passed[edge.index] if step else None

    def leading(self, node: int) -> list[tuple[Edge, torch.Tensor | None]]:
        """The edges out of a node, against the values, with their local derivatives."""
        pairs = zip(self.graph.edges, self.seen.local, strict=True)
        return [(edge, local) for edge, local in pairs if edge.source == node]

    def starting(self, node: int) -> list[torch.Tensor]:
        """What an output is given that is this node's."""
        return [self.seen.started[name] for name in self.graph.nodes[node].outputs if name in self.seen.started]

    def arriving(self, node: int) -> list[torch.Tensor]:
        """What comes along each edge into a node."""
        gradients = (self.passed(edge) for edge in self.graph.edges if edge.target == node)
        return [part for part in gradients if part is not None]


def _of_step(tape: _Tape, place: int, step: Step) -> Iterator[PredictionTarget]:
    node, upstream = tape.graph.nodes[step.node], step.upstream
    if upstream is None:
        return
    parts = [*tape.starting(step.node), *tape.arriving(step.node)]
    if len(parts) == 1 and tape.starting(step.node):
        begun = {"value_starts": node.value, "zero_starts": torch.zeros_like(upstream)}
        yield _turn(STARTS, place, step.node, step.node, upstream, begun, ())
    for edge, local in tape.leading(step.node):
        passed = tape.passed(edge)
        if passed is not None:
            wrong = _wrong_passing(tape, edge, local, upstream)
            factors = (upstream,) if local is None else (upstream, local)
            yield _turn(PASSES, place, step.node, edge.target, passed, wrong, factors)
    if len(parts) > 1:
        met = {"multiplied": reduce(torch.mul, parts), "only_last": parts[-1], "only_first": parts[0]}
        kind = MEETS if node.name == ACCUMULATE else ADDS
        yield _turn(kind, place, step.node, step.node, upstream, met, tuple(parts))


def _wrong_passing(
    tape: _Tape, edge: Edge, local: torch.Tensor | None, upstream: torch.Tensor
) -> Mapping[str, torch.Tensor | None]:
    """What else could be thought to be passed along an edge."""
    onward = tape.leading(edge.target)
    far = tape.passed(onward[0][0]) if onward else None
    return {
        "upstream_forgotten": local,
        "too_far": far,
        "next_local": onward[0][1] if onward else None,
        "rule_forgotten" if local is None else "local_forgotten": upstream,
        "added": None if local is None or local.shape != upstream.shape else upstream + local,
    }


def _turn(
    kind: str,
    step: int,
    node: int,
    target: int,
    right: torch.Tensor,
    wrong: Mapping[str, torch.Tensor | None],
    parts: tuple[torch.Tensor, ...],
) -> PredictionTarget:
    known = {name: number for name, number in wrong.items() if number is not None and number.shape == right.shape}
    return PredictionTarget(kind, step, node, target, right, known | usual(right), parts)
