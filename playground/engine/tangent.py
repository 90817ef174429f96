"""Whether outputs move as autograd's derivatives say: they need not at corners and jumps, nor with what is detached."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import partial

import torch

from playground.engine.case import Case
from playground.engine.forward import Run, evaluate, largest_number

DISTANCES = (2.0**-18, 2.0**-21)
"""Two moves of a point, the second an eighth of the first, relative to its size above 1."""
KEPT_ERROR = 0.5
"""Of a tangent's relative error at the first move at most so much is left at the second; beside a corner all is."""
MAX_ROUNDINGS = 64
"""So many roundings of the largest number on the way may be left besides."""

Height = Callable[[torch.Tensor], torch.Tensor]
"""A number, or a gradient, as a function of a point."""


def moves_as_told(case: Case, name: str, started: Mapping[str, torch.Tensor], order: int = 1) -> bool:
    """Whether the outputs, weighed as they were started, move with an input as its gradient says, in float64.

    For the order 2, by a scalar, the gradient must move as the second derivative says besides. The input is moved along
    a drawn direction, to both sides.
    """
    precise = replace(case, dtype=torch.float64)
    run = precise.run(())

    def height(point: torch.Tensor) -> torch.Tensor:
        tape, lines = evaluate(case.program, run.inputs | {name: point}, precise.dtype)
        return torch.stack(
            [(tape[lines[output]].value * start.double()).sum() for output, start in started.items()]
        ).sum()

    heights: list[Height] = [height]
    for _ in range(order - 1):
        heights.append(partial(_gradient, heights[-1]))
    return all(_moves_as_told(height, run, name) for height in heights)


def _gradient(height: Height, point: torch.Tensor) -> torch.Tensor:
    point = point if point.requires_grad else point.clone().requires_grad_()
    value = height(point)
    if not value.requires_grad:
        return torch.zeros_like(point)
    return torch.autograd.grad(value, point, create_graph=True, materialize_grads=True)[0]


def _moves_as_told(height: Height, run: Run, name: str) -> bool:
    """Whether the relative error of the tangent dies away with the move, on both sides."""
    point = run.inputs[name]
    way = torch.randn(point.shape, generator=torch.Generator().manual_seed(0), dtype=torch.float64)
    here, slope = height(point), (_gradient(height, point) * way).sum()
    size = max(1.0, *point.abs().flatten().tolist())
    rounding = MAX_ROUNDINGS * torch.finfo(torch.float64).eps * max(largest_number(run), abs(here.item()))
    for side in (-size, size):
        far, near = (abs((height(point + side * by * way) - here) / (side * by) - slope) for by in DISTANCES)
        if not near <= KEPT_ERROR * far + rounding / (size * DISTANCES[1]):
            return False
    return True
