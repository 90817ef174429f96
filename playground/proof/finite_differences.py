"""Derivatives by finite differences: what a program comes to close by, in float64.

A central difference of order n with step h is off by about h² from truncation and by EPSILON/hⁿ from rounding, which
together are least near h = EPSILON^(1/(n + 2)) (Press et al., Numerical Recipes, section 5.7).
"""

import math
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import product

import torch

from playground.engine.forward import Run, forward
from playground.engine.grad import grad, next_derivative
from playground.exact.question import Derivative, Entry
from playground.language.program import Program
from playground.language.values import Value

EPSILON = torch.finfo(torch.float64).eps
"""The relative distance between two numbers of float64 that are next to each other."""
ROUNDING_ERROR = 8 * EPSILON
"""A value that went through a program has about this relative error."""
MAX_STEPS_TRIED = 8
"""At most so many steps are tried, each an eighth of the one before."""

CENTRAL = ((1, 0.5), (-1, -0.5))
"""The values that a difference is made of: each how many steps from the point, and its factor over the step."""

Moves = tuple[tuple[Entry, int], ...]
"""The entries that are moved, each by how many steps."""


@dataclass(frozen=True)
class Difference:
    """A derivative by finite differences in float64."""

    value: float
    """The central difference; NaN where the program comes to NaN or an infinity around the point."""
    step: float
    """The step that it was found with."""
    doubt: float
    """How far off it may be by its own estimate: from a step twice as wide, and from rounding."""
    heights: int = 0
    """How many values of the program it took."""

    def agrees(self, value: float | None) -> bool:
        """Whether a value lies within the doubt: of a smaller difference nothing is to be made."""
        return value is not None and abs(self.value - value) <= self.doubt


@dataclass(frozen=True)
class Bench:
    """A program at a point, to be run as often as a proof needs."""

    program: Program
    values: Mapping[str, Value]
    tracked: tuple[str, ...]

    def run(self, dtype: torch.dtype, moved: Mapping[Entry, float] | None = None, tracked: bool = True) -> Run:
        """Run it in a dtype, with some entries moved. Raises EvaluationError as `forward` does."""
        inputs = {name: torch.tensor(self.values[name], dtype=dtype) for name in self.program.inputs}
        for (name, index), by in (moved or {}).items():
            inputs[name][index] += by
        return forward(self.program, inputs, self.tracked if tracked else (), dtype)

    def autograd(self, derivative: Derivative, dtype: torch.dtype) -> float | None:
        """The derivative by `autograd.grad`, one order after another; None where autograd gives None."""
        run = self.run(dtype)
        (name, index), *rest = derivative.along
        started = [output for output in derivative.weights if run.outputs[output].requires_grad]
        gradient = grad(run, [name], started, derivative.weights, create_graph=bool(rest), allow_unused=True)[name]
        if gradient is None:
            return None
        value = gradient[index]
        for name, index in rest:
            value = next_derivative(value, run.inputs[name])[index]
        return value.item()

    def height(self, weights: Mapping[str, Value], moved: Mapping[Entry, float], dtype: torch.dtype) -> float:
        """What is differentiated: the outputs' sum, each entry times its weight."""
        outputs = self.run(dtype, moved, tracked=False).outputs
        return sum((outputs[name] * torch.tensor(weight, dtype=dtype)).sum().item() for name, weight in weights.items())

    def at(self, entry: Entry) -> float:
        """The number at an entry."""
        name, index = entry
        return torch.tensor(self.values[name], dtype=torch.float64)[index].item()


def finite_differences(bench: Bench, derivative: Derivative) -> Difference:
    """A derivative by finite differences in float64, with the step that leaves the least doubt.

    The first step tried balances truncation against rounding, as this module's first lines say, for numbers of the size
    of the point. Raises EvaluationError as `forward` does.
    """
    heights = _Heights(bench, derivative.weights)
    order, scale = len(derivative.along), max(1.0, *(abs(bench.at(entry)) for entry in derivative.along))
    first = 2.0 ** round(math.log2(EPSILON ** (1 / (order + 2)) * scale))
    tried: list[Difference] = []
    for step in (first / 8**number for number in range(MAX_STEPS_TRIED)):
        tried.append(_difference(heights, derivative.along, step))
        size = max(abs(tried[-1].value), heights.largest / scale**order)
        if tried[-1].doubt <= 400 * EPSILON ** (2 / (order + 2)) * size:
            break
    return replace(min(tried, key=lambda difference: difference.doubt), heights=heights.count)


class _Heights:
    """The values of what is differentiated, with entries moved from the point; each is computed once."""

    def __init__(self, bench: Bench, weights: Mapping[str, Value]) -> None:
        self._bench, self._weights = bench, weights
        self._known: dict[tuple[tuple[Entry, float], ...], float] = {}

    def __call__(self, moved: Mapping[Entry, float]) -> float:
        key = tuple(sorted((entry, by) for entry, by in moved.items() if by))
        if key not in self._known:
            self._known[key] = self._bench.height(self._weights, moved, torch.float64)
        return self._known[key]

    @property
    def count(self) -> int:
        """How many values were computed."""
        return len(self._known)

    @property
    def largest(self) -> float:
        """The size of the largest finite value that was computed."""
        return max((abs(height) for height in self._known.values() if math.isfinite(height)), default=0.0)


def _difference(heights: _Heights, along: Sequence[Entry], step: float) -> Difference:
    value, wide = (_slope(heights, along, h) for h in (step, 2 * step))
    rounding = ROUNDING_ERROR * heights.largest / step ** len(along)
    doubt = 4 * (abs(value - wide) + rounding)
    return Difference(value, step, doubt if math.isfinite(doubt) else math.inf)


def _slope(heights: _Heights, along: Sequence[Entry], step: float) -> float:
    """A finite difference along one entry after another; NaN where a value is NaN or infinite."""
    terms: dict[Moves, float] = {(): 1.0}
    for entry in along:
        wider: dict[Moves, float] = defaultdict(float)
        for (moves, factor), (times, weight) in product(terms.items(), CENTRAL):
            moved = dict(moves)
            moved[entry] = moved.get(entry, 0) + times
            wider[tuple(sorted(moved.items()))] += factor * weight
        terms = wider
    parts = [factor * heights({e: k * step for e, k in moves}) for moves, factor in terms.items() if factor]
    return math.fsum(parts) / step ** len(along) if all(map(math.isfinite, parts)) else math.nan
