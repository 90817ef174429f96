"""What the pages try out in PyTorch: one pass observed, passes on the same leaves, and a curve point by point.

Everything here takes a program and plain values and gives back what can be kept: no live tensor leaves a function.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Protocol, TypeVar

import torch

from playground.engine.backward import Backward, Step, backward
from playground.engine.case import Case
from playground.engine.forward import Run, first_not_finite
from playground.engine.gradient_argument import starts_of
from playground.engine.graph import AutogradGraph, local_derivatives, read_graph
from playground.language.errors import EvaluationError

MAX_ROUNDING = 1e-4
"""A product of floats may be rounded by this part of it."""


@dataclass(frozen=True)
class Observation:
    """One forward and one backward pass, as numbers."""

    inputs: Mapping[str, torch.Tensor]
    outputs: Mapping[str, torch.Tensor]
    graph: AutogradGraph
    started: Mapping[str, torch.Tensor]
    """The gradient each output was given."""
    backward: Backward | None
    refused: str | None
    """Why there was no backward pass, in PyTorch's words."""
    not_finite: str | None
    """The first sub-expression that came to NaN or infinity."""
    local: tuple[torch.Tensor | None, ...]
    """For each edge of the graph what its node passes on for an upstream gradient of 1; None where that is a tensor."""


class Passes(Protocol):
    """A graph with what went forward and back through it; a dataclass."""

    @property
    def graph(self) -> AutogradGraph: ...
    @property
    def backward(self) -> Backward | None: ...
    @property
    def local(self) -> tuple[torch.Tensor | None, ...]: ...


P = TypeVar("P", bound=Passes)


def up_to(p: P, place: int | None) -> P:
    """What is known at a place: first each node in its order is computed, then each step of the engine is taken.

    What comes later is not there: no value and nothing saved of a node, no step, no gradient, no local derivative of a
    node that passed nothing on yet. None leaves all of it.
    """
    if place is None:
        return p
    nodes = tuple(node if node.computed < place else node._replace(value=None, saved=()) for node in p.graph.nodes)
    steps = p.backward.steps[: max(place - len(nodes), 0)] if p.backward else ()
    done = {step.node for step in steps}
    leaves = {nodes[node].input for node in done}
    grads = {name: grad for name, grad in p.backward.grads.items() if name in leaves} if p.backward else {}
    edges = zip(p.graph.edges, p.local, strict=True)
    return replace(  # type: ignore[type-var]  # a protocol cannot ask for a dataclass
        p,
        graph=replace(p.graph, nodes=nodes),
        backward=Backward(grads, steps) if p.backward else None,
        local=tuple(local if edge.source in done else None for edge, local in edges),
    )


def as_multiplied(p: P) -> P:
    """Without the local derivatives that a pass did not multiply by: where nan arrives, sign passes 0 on, not nan."""
    steps = {} if p.backward is None else {step.node: step for step in p.backward.steps}
    edges = zip(p.graph.edges, p.local, strict=True)
    local = tuple(own if _multiplied(own, steps.get(edge.source), edge.index) else None for edge, own in edges)
    return replace(p, local=local)  # type: ignore[type-var]  # a protocol cannot ask for a dataclass


def _multiplied(local: torch.Tensor | None, step: Step | None, index: int) -> bool:
    """Whether what a step passed on is the product of what arrived and a local derivative; so it is before the step."""
    passed = step.passed[index] if step else None
    if local is None or step is None or step.upstream is None or passed is None:
        return True
    product, number = (step.upstream * local).item(), passed.item()
    return math.isclose(product, number, rel_tol=MAX_ROUNDING) or (math.isnan(product) and math.isnan(number))


def observe(case: Case) -> Observation:
    """Run a case forward and backward once; each output starts with its gradient argument, or with ones.

    Raises EvaluationError where the program cannot take the values, or an output its gradient.
    """
    return as_multiplied(observe_together(case, ()))


def observe_together(case: Case, entries: tuple[int, ...]) -> Observation:
    """The same for cases that stand in the entries of one, with the local derivatives of every edge.

    `entries` is the shape of what has local derivatives: `()` for scalars.
    """
    run = case.run()
    graph, local = read_graph(run), local_derivatives(run, entries)
    started = starts_of(run, dict(case.gradient))
    result = backward(run, started) if started else None
    odd = first_not_finite(run)
    return Observation(
        inputs=_detached(run.inputs),
        outputs=_detached(run.outputs),
        graph=graph,
        started=started,
        backward=result,
        refused=None if started else _refusal(run),
        not_finite=odd.wording.expression if odd else None,
        local=local,
    )


def _detached(tensors: Mapping[str, torch.Tensor]) -> dict[str, torch.Tensor]:
    return {name: tensor.detach().clone() for name, tensor in tensors.items()}


def _refusal(run: Run) -> str:
    """What PyTorch says to a backward pass through nothing."""
    try:
        backward(run)
    except EvaluationError as problem:
        return str(problem.values["reason"])
    raise AssertionError("a graph without nodes was differentiated")
