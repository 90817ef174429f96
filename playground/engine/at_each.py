"""A number as a function of a tensor, at many: in one run where PyTorch can do that, one after another where it cannot.

`torch.func.vmap` refuses what looks at numbers to decide what is done: `a if x > 0 else b`, entries by a mask. And of
many places a single one may be refused: `binary_cross_entropy` takes none outside of 0 to 1.
"""

import math
from collections.abc import Callable
from contextlib import suppress

import torch

from playground.engine import budget
from playground.language.errors import EvaluationError

MAX_NUMBERS_AT_ONCE = 2**16
"""At most so many numbers of the largest tensor are computed at once for a curve."""

Function = Callable[[torch.Tensor], torch.Tensor]
"""From a tensor to one number."""
REFUSALS = (RuntimeError, EvaluationError)
"""What PyTorch raises, and what stands for that with the words of the program."""


def runs_at_once(function: Function, point: torch.Tensor) -> bool:
    """Whether PyTorch runs a function, which it does at this point, at many points in one go."""
    try:
        torch.func.vmap(function)(point[None])
    except REFUSALS:
        return False
    return True


def at_each(function: Function, points: torch.Tensor) -> torch.Tensor:
    """The number (N) at each of some points (N, ...), NaN at those that PyTorch refuses.

    In one run of several points it may be rounded otherwise than in a run of each; a single point is a run of its own.
    """
    if len(points) > 1:
        with suppress(*REFUSALS):
            return torch.func.vmap(function)(points)
    return one_by_one(function, points)


def one_by_one(function: Function, points: torch.Tensor) -> torch.Tensor:
    """The same in a run of each."""
    return torch.stack([_at(function, point) for point in points])


def _at(function: Function, point: torch.Tensor) -> torch.Tensor:
    budget.check()
    try:
        return function(point)
    except REFUSALS:
        return point.sum() * math.nan
