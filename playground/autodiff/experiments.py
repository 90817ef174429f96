"""What the pages try out in PyTorch: one pass observed, passes on the same leaves, and a curve point by point.

Everything here takes a program and plain values and gives back what can be kept: no live tensor leaves a function.
"""

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import torch

from playground.autodiff.backward import Backward, backward
from playground.autodiff.forward import Run, Values, evaluate, first_line, first_not_finite, forward
from playground.autodiff.graph import AutogradGraph, local_derivatives, read_graph
from playground.language.errors import EvaluationError
from playground.language.program import Program

DTYPES = {"float32": torch.float32, "float64": torch.float64}

AGAIN, SAME_GRAPH, ZERO_GRAD = "again", "same_graph", "zero_grad"
"""Forward and backward again; backward once more through the graph there is; the optimizer's zero_grad."""


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


@dataclass(frozen=True)
class Moment:
    """What `.grad` of each input holds after an action, and PyTorch's words where it refused the action."""

    action: str
    grads: Mapping[str, torch.Tensor | None]
    refused: str | None = None


def observe(
    program: Program,
    values: Values,
    requires_grad: Iterable[str] | None = None,
    dtype: torch.dtype = torch.float32,
    gradient: Mapping[str, Any] | None = None,
) -> Observation:
    """Run a program forward and backward once; each output starts with what `gradient` gives it, or with ones.

    EvaluationError where the program cannot take the values, or an output its gradient.
    """
    run = forward(program, values, requires_grad, dtype)
    graph, local = read_graph(run), local_derivatives(run)
    given = gradient or {}
    started = {name: given.get(name, _ones(output)) for name, output in run.outputs.items() if output.requires_grad}
    result = backward(run, started) if started else None
    odd = first_not_finite(run)
    return Observation(
        inputs=_detached(run.inputs),
        outputs=_detached(run.outputs),
        graph=graph,
        started={name: torch.as_tensor(value, dtype=dtype) for name, value in started.items()},
        backward=result,
        refused=None if started else _refusal(run),
        not_finite=odd.wording.expression if odd else None,
        local=local,
    )


def replay(
    program: Program,
    values: Values,
    requires_grad: Iterable[str] | None,
    dtype: torch.dtype,
    output: str,
    actions: Sequence[str],
) -> tuple[Moment, ...]:
    """Forward and backward from one output, then the actions, all on the same leaves: what `.grad` holds each time.

    The first moment is the one before any action. EvaluationError as in `forward`.
    """
    run = forward(program, values, requires_grad, dtype)
    leaves = {name: leaf for name, leaf in run.inputs.items() if leaf.requires_grad}
    moments = [_backward(run, output, leaves, AGAIN)]
    for action in actions:
        if action == ZERO_GRAD:
            _zero_grad(leaves)
            moments.append(Moment(action, _grads(leaves)))
            continue
        if action == AGAIN:
            run = forward(program, run.inputs, leaves, dtype)
        moments.append(_backward(run, output, leaves, action))
    return tuple(moments)


def sample(
    program: Program, values: Values, name: str, places: Iterable[float], dtype: torch.dtype, output: str
) -> tuple[float | None, ...]:
    """One scalar output with an input put at each of the places; None where it is no finite number."""
    inputs = forward(program, values, (), dtype).inputs

    def height(place: float) -> float | None:
        tape, lines = evaluate(program, {**inputs, name: torch.tensor(place, dtype=dtype)}, dtype)
        return _finite(tape[lines[output]].value)

    return tuple(map(height, places))


def _backward(run: Run, output: str, leaves: Mapping[str, torch.Tensor], action: str) -> Moment:
    """`output.backward()` as a learner would call it."""
    try:
        run.outputs[output].backward()  # type: ignore[no-untyped-call]
    except RuntimeError as problem:
        return Moment(action, _grads(leaves), first_line(problem))
    return Moment(action, _grads(leaves))


def _zero_grad(leaves: Mapping[str, torch.Tensor]) -> None:
    """What the line before `backward` in a training loop does; an optimizer takes no empty list."""
    if leaves:
        torch.optim.SGD(leaves.values(), lr=1.0).zero_grad()


def _grads(leaves: Mapping[str, torch.Tensor]) -> dict[str, torch.Tensor | None]:
    return {name: None if leaf.grad is None else leaf.grad.detach().clone() for name, leaf in leaves.items()}


def _detached(tensors: Mapping[str, torch.Tensor]) -> dict[str, torch.Tensor]:
    return {name: tensor.detach().clone() for name, tensor in tensors.items()}


def _ones(output: torch.Tensor) -> Any:
    return torch.ones_like(output).tolist()


def _refusal(run: Run) -> str:
    """What PyTorch says to a backward pass through nothing."""
    try:
        backward(run)
    except EvaluationError as problem:
        return str(problem.values["reason"])
    raise AssertionError("a graph without nodes was differentiated")


def _finite(value: torch.Tensor | int | float) -> float | None:
    number = float(value)
    return number if math.isfinite(number) else None
