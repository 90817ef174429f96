"""Watch the engine go through the graph, step by step."""

from collections.abc import Callable, Collection, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import Any

import torch
from torch.autograd.graph import Node as GradFn
from torch.utils.hooks import RemovableHandle

from playground.engine.forward import Run, first_line, refusals, shape_text
from playground.engine.gradient_argument import as_upstream
from playground.engine.graph_walk import is_leaf, leaf_of, reached, roots_of
from playground.language.errors import EvaluationError

Keep = Callable[[torch.Tensor | None], torch.Tensor | None]
"""It says what is kept of a gradient that passes by."""


@dataclass(frozen=True)
class Step:
    """One node's turn: the gradient that arrived, and what it passed to each `next_functions` slot."""

    node: int
    """Position in `AutogradGraph.nodes`."""
    upstream: torch.Tensor | None
    passed: tuple[torch.Tensor | None, ...] = ()
    """One entry for each `next_functions` slot, None where unused; empty for AccumulateGrad."""


@dataclass(frozen=True)
class Backward:
    """What one backward pass did: every leaf's gradient by input name, and the engine's steps in its own order."""

    grads: dict[str, torch.Tensor | None]
    steps: tuple[Step, ...]


def backward(run: Run, gradient: Mapping[str, Any] | None = None) -> Backward:
    """Run the engine through the graph of a run and write down what it did; the graph stays usable.

    `gradient` gives outputs their upstream gradient, in the output's shape; None starts every output with 1, as
    `backward()` does. No `.grad` of any tensor is changed. Raises EvaluationError where an output cannot be started
    so, or where nothing is tracked.
    """
    starts = _starts(run, gradient)
    reachable = reached(roots_of(run.outputs).values())
    leaves = [leaf_of(grad_fn) for grad_fn in reachable if is_leaf(grad_fn)]
    with _own_grads([*leaves, *run.inputs.values()]), watching(reachable) as steps:
        with refusals(RuntimeError):
            torch.autograd.backward([run.outputs[name] for name in starts], list(starts.values()), retain_graph=True)
        grads = {name: detached(_grad(leaf)) for name, leaf in run.inputs.items() if leaf.requires_grad}
    return Backward(grads, tuple(steps))


def _starts(run: Run, gradient: Mapping[str, Any] | None) -> dict[str, torch.Tensor | None]:
    """The upstream gradient of each output that the backward pass starts from."""
    if gradient is None:
        tracked = {name: output for name, output in run.outputs.items() if output.requires_grad}
        if not tracked:
            raise EvaluationError("nothing_tracked", reason=_torch_says(next(iter(run.outputs.values()))))
        gradient = dict.fromkeys(tracked)
    return {name: _upstream(run, name, value) for name, value in gradient.items()}


def _upstream(run: Run, name: str, value: Any) -> torch.Tensor | None:
    """The gradient argument of one output as a tensor of the output's shape; None lets PyTorch start it with 1."""
    if name not in run.outputs:
        raise EvaluationError("no_such_output", name=name, names=", ".join(run.outputs))
    output = run.outputs[name]
    if not output.requires_grad:
        raise EvaluationError("nothing_tracked", reason=_torch_says(output))
    if value is None and output.numel() != 1:
        raise EvaluationError("not_scalar", name=name, shape=shape_text(output), reason=_torch_says(output))
    if value is None:
        return None
    return as_upstream(name, value, output)


def _torch_says(output: torch.Tensor) -> str:
    """PyTorch's own words on `output.backward()` where it refuses; raises nothing, changes nothing."""
    try:
        torch.autograd.grad(output, output)
    except RuntimeError as problem:
        return first_line(problem)
    raise AssertionError("PyTorch took what it was expected to refuse")


def _grad(tensor: torch.Tensor) -> torch.Tensor | None:
    """What `.grad` holds; PyTorch keeps none for a tensor that is no leaf, unless it was asked to."""
    return tensor.grad if tensor.is_leaf or tensor.retains_grad else None


def detached(tensor: torch.Tensor | None) -> torch.Tensor | None:
    """A copy of a gradient, without what it records; None of none."""
    return None if tensor is None else tensor.detach().clone()


@contextmanager
def _own_grads(tensors: list[torch.Tensor]) -> Iterator[None]:
    """Every leaf starts without a `.grad`, and has its own back afterwards."""
    held = [(tensor, tensor.grad) for tensor in tensors if tensor.is_leaf or tensor.retains_grad]
    for leaf, _ in held:
        leaf.grad = None
    try:
        yield
    finally:
        for leaf, grad in held:
            leaf.grad = grad


@contextmanager
def watching(reachable: Collection[GradFn], copy: bool = True) -> Iterator[list[Step]]:
    """The turns of the engine, as they happen, by hooks before and after each node; none is left afterwards.

    A turn holds detached copies, or without `copy` the tensors themselves with what they record.
    """
    turns: list[Step] = []
    keep: Keep = detached if copy else lambda tensor: tensor
    hooks = [hook for place, grad_fn in enumerate(reachable) for hook in _watch(place, grad_fn, turns, keep)]
    try:
        yield turns
    finally:
        for hook in hooks:
            hook.remove()


def _watch(place: int, grad_fn: GradFn, turns: list[Step], keep: Keep) -> tuple[RemovableHandle, RemovableHandle]:
    """Write down what arrives at a node and what it passes on; what it computes for an unused slot goes nowhere."""
    used = [target is not None for target, _ in grad_fn.next_functions]

    def arrives(upstream: tuple[torch.Tensor | None, ...]) -> None:
        turns.append(Step(place, keep(upstream[0])))

    def leaves(passed: tuple[torch.Tensor | None, ...], _: object) -> None:
        parts = tuple(keep(part) if goes else None for part, goes in zip(passed, used, strict=True))
        turns[-1] = replace(turns[-1], passed=parts)

    return grad_fn.register_prehook(arrives), grad_fn.register_hook(leaves)
