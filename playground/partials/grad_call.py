"""`autograd.grad` of several outputs by several inputs: one call, pass by pass, entry by entry, and once more."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

import torch

from playground.engine.backward import Backward, Step, watching
from playground.engine.case import Case
from playground.engine.forward import Run
from playground.engine.grad import grad
from playground.engine.gradient_argument import starts_of
from playground.engine.graph import AutogradGraph, Saved, local_derivatives, read_graph
from playground.engine.graph_walk import is_leaf, leaf_of, reached, roots_of
from playground.engine.not_finite import NotFinite, step_not_finite, value_not_finite
from playground.engine.observe import as_multiplied
from playground.language.errors import EvaluationError

Gradients = Mapping[str, torch.Tensor | None]
"""By input; None where PyTorch returns None."""


@dataclass(frozen=True)
class GradCall:
    """The arguments of a call to `autograd.grad`, the tensors by name."""

    outputs: tuple[str, ...]
    inputs: tuple[str, ...]
    retain_graph: bool = False
    allow_unused: bool = False
    materialize_grads: bool = False


@dataclass(frozen=True)
class Answer:
    """What a call returned, or PyTorch's words where it refused."""

    grads: Gradients | None
    refused: str | None = None


@dataclass(frozen=True)
class Kept:
    """A node that a pass went through and whose saved tensors it freed: what it computes, and what it had saved."""

    node: str
    saved: tuple[str, ...]


@dataclass(frozen=True)
class Partials:
    """One call, and the table of what it would take pass by pass."""

    graph: AutogradGraph
    local: tuple[torch.Tensor | None, ...]
    """For each edge of the graph its local derivative, where that is a number."""
    weights: Mapping[str, torch.Tensor]
    """What each output that requires a gradient starts with, asked for or not."""
    first: Answer
    backward: Backward | None
    """The steps of the engine during the call; its `grads` are those returned."""
    table: Mapping[str, Gradients]
    """For each output a pass of its own to all inputs that require a gradient: from 1 at a number, else its weight."""
    tracked: frozenset[str]
    """The inputs and outputs that require a gradient."""
    unused: tuple[str, ...]
    """Of the inputs asked for those that no path leads to from the outputs asked for."""
    value_not_finite: NotFinite | None
    """The first value that is NaN or infinite."""
    gradient_not_finite: NotFinite | None
    """The first gradient that is NaN or infinite and was made from finite ones."""


@dataclass(frozen=True)
class Twice:
    """The same call two times on one graph."""

    first: Answer
    second: Answer
    freed: tuple[Kept, ...]
    """The nodes of the first pass that had saved tensors."""


def partials(case: Case, grad_call: GradCall) -> Partials:
    """Make one call and watch the engine, then one pass for each output alone.

    Outputs start with their gradient arguments, else with 1, or ones where they are no number. Raises EvaluationError
    where the program cannot take the values, or an output its gradient.
    """
    run = case.run()
    weights = starts_of(run, dict(case.gradient))
    graph = read_graph(run)
    first, steps = _watched(run, replace(grad_call, retain_graph=True), weights)
    result = None if first.grads is None else Backward(dict(first.grads), steps)
    made = Partials(
        graph,
        local_derivatives(run),
        weights,
        first,
        result,
        _pass_by_pass(run, weights),
        _tracked(run),
        _unused(run, grad_call),
        value_not_finite(run),
        step_not_finite(graph, steps),
    )
    return as_multiplied(made)


def twice(case: Case, grad_call: GradCall) -> Twice:
    """Call `autograd.grad` two times on one graph; EvaluationError as in `partials`."""
    run = case.run()
    weights = starts_of(run, dict(case.gradient))
    graph = read_graph(run)
    first, steps = _watched(run, grad_call, weights)
    return Twice(first, call(run, grad_call, weights), _kept(graph, steps))


def call(run: Run, grad_call: GradCall, weights: Mapping[str, torch.Tensor]) -> Answer:
    """One call to `autograd.grad`."""
    try:
        returned = grad(
            run,
            grad_call.inputs,
            grad_call.outputs,
            {name: weight for name, weight in weights.items() if name in grad_call.outputs},
            retain_graph=grad_call.retain_graph,
            allow_unused=True if grad_call.allow_unused else None,
            materialize_grads=grad_call.materialize_grads,
        )
    except EvaluationError as problem:
        if problem.key != "torch_refuses":
            raise
        return Answer(None, str(problem.values["reason"]))
    return Answer(
        {name: None if returned_grad is None else returned_grad.detach() for name, returned_grad in returned.items()}
    )


def _watched(run: Run, grad_call: GradCall, weights: Mapping[str, torch.Tensor]) -> tuple[Answer, tuple[Step, ...]]:
    """A call, and what the engine did during it."""
    with watching(reached(roots_of(run.outputs).values())) as turns:
        answer = call(run, grad_call, weights)
    return answer, tuple(turns)


def _pass_by_pass(run: Run, weights: Mapping[str, torch.Tensor]) -> dict[str, Gradients]:
    inputs = tuple(name for name, leaf in run.inputs.items() if leaf.requires_grad)
    starts = {name: weight if weight.dim() else torch.ones_like(weight) for name, weight in weights.items()}
    passes = {name: call(run, GradCall((name,), inputs, True, True), starts) for name in starts}
    return {name: answer.grads for name, answer in passes.items() if answer.grads is not None}


def _tracked(run: Run) -> frozenset[str]:
    tensors = {**run.inputs, **run.outputs}
    return frozenset(name for name, tensor in tensors.items() if tensor.requires_grad)


def _unused(run: Run, grad_call: GradCall) -> tuple[str, ...]:
    """The inputs that require a gradient and are not below the outputs."""
    reachable = reached(roots_of({name: run.outputs[name] for name in grad_call.outputs}).values())
    below = [leaf_of(grad_fn) for grad_fn in reachable if is_leaf(grad_fn)]
    leaves = {name: run.inputs[name] for name in grad_call.inputs if run.inputs[name].requires_grad}
    return tuple(name for name, leaf in leaves.items() if not any(leaf is reached_leaf for reached_leaf in below))


def _kept(graph: AutogradGraph, steps: Iterable[Step]) -> tuple[Kept, ...]:
    """The nodes of some steps that had saved tensors."""
    nodes = [graph.nodes[step.node] for step in steps]
    saved = [[kept for kept in node.saved if isinstance(kept.value, torch.Tensor)] for node in nodes]
    return tuple(
        Kept(node.expression or node.name, _names(kept)) for node, kept in zip(nodes, saved, strict=True) if kept
    )


def _names(saved: Iterable[Saved]) -> tuple[str, ...]:
    """What was saved, by its name or its sub-expression, each once."""
    return tuple(sorted({(kept.expression or kept.name).partition(" = ")[0] for kept in saved}))
