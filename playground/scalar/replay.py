"""Passes again on the same leaves, and a curve point by point: what the scalar page tries out in PyTorch."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import torch

from playground.engine.at_each import MAX_NUMBERS_AT_ONCE, at_each
from playground.engine.case import Case
from playground.engine.forward import Run, evaluate, first_line, forward, largest

AGAIN, SAME_GRAPH, ZERO_GRAD = "again", "same_graph", "zero_grad"
"""Forward and backward again; backward once more through the graph there is; the optimizer's zero_grad."""


@dataclass(frozen=True)
class Moment:
    """What `.grad` of each input holds after an action, and PyTorch's words where it refused the action."""

    action: str
    grads: Mapping[str, torch.Tensor | None]
    refused: str | None = None


def replay(case: Case, output: str, actions: Sequence[str]) -> tuple[Moment, ...]:
    """Forward and backward from one output, then the actions, all on the same leaves: what `.grad` holds each time.

    The first moment is the one before any action. EvaluationError as in `forward`.
    """
    run = case.run()
    leaves = {name: leaf for name, leaf in run.inputs.items() if leaf.requires_grad}
    moments = [_backward(run, output, leaves, AGAIN)]
    for action in actions:
        if action == ZERO_GRAD:
            _zero_grad(leaves)
            moments.append(Moment(action, _grads(leaves)))
            continue
        if action == AGAIN:
            run = forward(case.program, run.inputs, leaves, case.dtype)
        moments.append(_backward(run, output, leaves, action))
    return tuple(moments)


def sample(case: Case, name: str, places: Sequence[float], output: str) -> tuple[float | None, ...]:
    """One scalar output with an input put at each of the places; None where it is no finite number.

    Many places are computed at once, which may round otherwise than a run of each.
    """
    resting = case.run(())

    def height(place: torch.Tensor) -> torch.Tensor:
        tape, lines = evaluate(case.program, {**resting.inputs, name: place}, case.dtype)
        return torch.as_tensor(tape[lines[output]].value, dtype=case.dtype)

    chunks = torch.split(torch.tensor(places, dtype=case.dtype), max(1, MAX_NUMBERS_AT_ONCE // largest(resting)))
    return tuple(_finite(number) for chunk in chunks for number in at_each(height, chunk).tolist())


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


def _finite(number: float) -> float | None:
    return number if math.isfinite(number) else None
