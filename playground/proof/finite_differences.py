"""Derivatives by finite differences: what a program comes to close by, in float64."""

import math
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import product

import torch

from playground.engine.forward import Run, forward
from playground.engine.grad import grad, next_derivative
from playground.language.program import Program
from playground.language.values import Value
from playground.proof.worker import Derivative, Entry

AGREE = 1e-8
"""relative difference up to which two numbers are the same."""
EPSILON = torch.finfo(torch.float64).eps
ROUNDING = 8 * EPSILON
"""relative error of a value that went through a program."""
TRIES = 8
"""steps that are tried, each an eighth of the one before."""

CENTRAL, RIGHT, LEFT = ((1, 0.5), (-1, -0.5)), ((1, 1.0), (0, -1.0)), ((0, 1.0), (-1, -1.0))
"""The heights at so many steps from the point, each times this over the step."""

Stencil = tuple[tuple[int, float], ...]
Moves = tuple[tuple[Entry, int], ...]
"""By how many steps entries are moved."""


@dataclass(frozen=True)
class Difference:
    """A derivative by finite differences in float64."""

    value: float
    """Central; NaN where the program is no finite number around the point."""
    step: float
    doubt: float
    """How far off it may be, judged from a step twice as wide, and from rounding."""
    left: float
    right: float
    """By one-sided differences; NaN where the program is no finite number on that side."""
    corner: bool
    """Whether the two sides stay apart as the step shrinks."""
    heights: int = 0
    """How many values of the program it took."""

    def agrees(self, value: float | None) -> bool:
        """Whether a value lies within the doubt."""
        return value is not None and abs(self.value - value) <= 4 * self.doubt + AGREE * abs(value)


@dataclass(frozen=True)
class Bench:
    """A program at a point, to be run as often as a proof needs."""

    program: Program
    values: Mapping[str, Value]
    tracked: tuple[str, ...]

    def run(self, dtype: torch.dtype, moved: Mapping[Entry, float] | None = None, tracked: bool = True) -> Run:
        """Run it in a dtype, with some entries moved."""
        inputs = {name: torch.tensor(self.values[name], dtype=dtype) for name in self.program.inputs}
        for (name, index), by in (moved or {}).items():
            inputs[name][index] += by
        return forward(self.program, inputs, self.tracked if tracked else (), dtype)

    def autograd(self, asked: Derivative, dtype: torch.dtype) -> float | None:
        """The derivative by `autograd.grad`, one order after another; None where autograd gives None."""
        run = self.run(dtype)
        (name, index), *rest = asked.along
        started = [output for output in asked.weights if run.outputs[output].requires_grad]
        found = grad(run, [name], started, asked.weights, create_graph=bool(rest), allow_unused=True)[name]
        if found is None:
            return None
        value = found[index]
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


def finite_differences(bench: Bench, asked: Derivative) -> Difference:
    """A derivative by finite differences in float64, with the step that leaves the least doubt.

    The first step tried balances truncation against rounding for numbers of the size of the point.
    """
    heights = _Heights(bench, asked.weights)
    order, scale = len(asked.along), max(1.0, *(abs(bench.at(entry)) for entry in asked.along))
    first = 2.0 ** round(math.log2(EPSILON ** (1 / (order + 2)) * scale))
    tried: list[Difference] = []
    for step in (first / 8**turn for turn in range(TRIES)):
        tried.append(_difference(heights, asked.along, step))
        size = max(abs(tried[-1].value), heights.largest / scale**order)
        if tried[-1].doubt <= 100 * EPSILON ** (2 / (order + 2)) * size:
            break
    return replace(min(tried, key=lambda difference: difference.doubt), heights=heights.count)


class _Heights:
    """What is differentiated, at so many steps from the point along each entry; each place is computed once."""

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
        """How many were computed."""
        return len(self._known)

    @property
    def largest(self) -> float:
        """The size of the largest one seen."""
        return max((abs(height) for height in self._known.values() if math.isfinite(height)), default=0.0)


def _difference(heights: _Heights, along: Sequence[Entry], step: float) -> Difference:
    value, wide = (_slope(heights, along, h, CENTRAL) for h in (step, 2 * step))
    left, far_left = (_slope(heights, along, h, LEFT) for h in (step, 4 * step))
    right, far_right = (_slope(heights, along, h, RIGHT) for h in (step, 4 * step))
    rounding = ROUNDING * heights.largest / step ** len(along)
    doubt = abs(value - wide) + rounding
    gap, far_gap = abs(right - left), abs(far_right - far_left)
    corner = gap > max(far_gap / 2, 4 * 2 ** len(along) * rounding)
    return Difference(value, step, doubt if math.isfinite(doubt) else math.inf, left, right, corner)


def _slope(heights: _Heights, along: Sequence[Entry], step: float, stencil: Stencil) -> float:
    """A finite difference along one entry after another; NaN where a height is no finite number."""
    terms: dict[Moves, float] = {(): 1.0}
    for entry in along:
        wider: dict[Moves, float] = defaultdict(float)
        for (moves, factor), (times, weight) in product(terms.items(), stencil):
            moved = dict(moves)
            moved[entry] = moved.get(entry, 0) + times
            wider[tuple(sorted(moved.items()))] += factor * weight
        terms = wider
    parts = [factor * heights({e: k * step for e, k in moves}) for moves, factor in terms.items() if factor]
    return math.fsum(parts) / step ** len(along) if all(map(math.isfinite, parts)) else math.nan
