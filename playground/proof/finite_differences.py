"""Derivatives by finite differences: what a program comes to close by, in float64.

A central difference of order n with step h is off by about h² from truncation and by EPSILON/hⁿ from rounding, which
together are least near h = EPSILON^(1/(n + 2)) (Press et al., Numerical Recipes, section 5.7). Where a program cancels,
rounding takes its values farther off: by each result's rounding times the gradient there (Higham, Accuracy and
Stability of Numerical Algorithms, section 1.6), which one backward pass tells.
"""

import math
from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import product
from typing import NamedTuple

import torch

from playground.engine.forward import Run, forward
from playground.engine.grad import grad, next_derivative
from playground.exact.question import Derivative, Entry
from playground.language.program import Program
from playground.language.values import Value

EPSILON = torch.finfo(torch.float64).eps
"""The relative distance between two numbers of float64 that are next to each other."""
ROUNDING_ERROR = 4 * EPSILON
"""The result of an operation has at most about this relative error."""
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
    """How far off it may be by its own estimate: from a step twice as wide, a break in the slope, and rounding.

    Infinite where it is large and finer steps only make it larger.
    """
    rounding: float
    """How much of the doubt comes from rounding."""
    heights: int = 0
    """How many values of the program it took."""

    def agrees(self, value: float | None) -> bool:
        """Whether a value lies within the doubt: of a smaller difference nothing is to be made."""
        return value is not None and abs(self.value - value) <= self.doubt


class Height(NamedTuple):
    """What a program comes to at a place."""

    value: float
    rounding: float
    """How far off it may be from rounding; NaN or infinite where that is not known."""


@dataclass(frozen=True)
class Bench:
    """A program at a point, to be run as often as a proof needs."""

    program: Program
    values: Mapping[str, Value]
    tracked: tuple[str, ...]

    def run(
        self, dtype: torch.dtype, moved: Mapping[Entry, float] | None = None, tracked: Collection[str] | None = None
    ) -> Run:
        """Run it in a dtype, with some entries moved. Raises EvaluationError as `forward` does."""
        inputs = {name: torch.tensor(self.values[name], dtype=dtype) for name in self.program.inputs}
        for (name, index), by in (moved or {}).items():
            inputs[name][index] += by
        return forward(self.program, inputs, self.tracked if tracked is None else tracked, dtype)

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

    def height(self, derivative: Derivative, moved: Mapping[Entry, float]) -> "Height":
        """What is differentiated, in float64: the outputs' sum, each entry times its weight."""
        run = self.run(torch.float64, moved, {name for name, _ in derivative.along})
        value = _weighed(run, derivative)
        return Height(value.item(), _rounding(run, value))

    def at(self, entry: Entry) -> float:
        """The number at an entry."""
        name, index = entry
        return torch.tensor(self.values[name], dtype=torch.float64)[index].item()


def _weighed(run: Run, derivative: Derivative) -> torch.Tensor:
    """What is differentiated: the outputs' sum, each entry times its weight."""
    weights = ((run.outputs[name], weight) for name, weight in derivative.weights.items())
    return torch.stack([(output * torch.tensor(weight, dtype=output.dtype)).sum() for output, weight in weights]).sum()


def finite_differences(bench: Bench, derivative: Derivative) -> Difference:
    """A derivative by finite differences in float64, with the step that leaves the least doubt.

    The first step tried balances truncation against rounding, as this module's first lines say, for numbers of the size
    of the point. Raises EvaluationError as `forward` does.
    """
    heights = _Heights(bench, derivative)
    order, scale = len(derivative.along), max(1.0, *(abs(bench.at(entry)) for entry in derivative.along))
    first = 2.0 ** round(math.log2(EPSILON ** (1 / (order + 2)) * scale))
    tried: list[Difference] = []
    for step in (first / 8**number for number in range(MAX_STEPS_TRIED)):
        difference = _difference(heights, derivative.along, step)
        tried = [*(_borne_out(wider, difference) for wider in tried), difference]
        size = max(abs(difference.value), heights.largest / math.prod([scale] * order))
        if difference.doubt <= max(400 * EPSILON ** (2 / (order + 2)) * size, 2 * difference.rounding):
            break  # it is good, or finer steps would leave more to rounding
    best = min(tried, key=lambda difference: difference.doubt)
    goes_astray = tried[-1].doubt > 2 * best.doubt > abs(best.value) / 50
    return replace(best, doubt=math.inf if goes_astray else best.doubt, heights=heights.count)


def _borne_out(difference: Difference, finer: Difference) -> Difference:
    """A difference, in doubt as far as one with a smaller step contradicts it: over its own a wave may come back."""
    contradiction = abs(difference.value - finer.value) - finer.doubt
    return replace(difference, doubt=max(difference.doubt, contradiction))


class _Heights:
    """The values of what is differentiated, with entries moved from the point; each is computed once."""

    def __init__(self, bench: Bench, derivative: Derivative) -> None:
        self._bench, self._derivative = bench, derivative
        self._known: dict[tuple[tuple[Entry, float], ...], Height] = {}

    def __call__(self, moved: Mapping[Entry, float]) -> Height:
        key = tuple(sorted((entry, by) for entry, by in moved.items() if by))
        if key not in self._known:
            self._known[key] = self._bench.height(self._derivative, moved)
        return self._known[key]

    @property
    def count(self) -> int:
        """How many values were computed."""
        return len(self._known)

    @property
    def largest(self) -> float:
        """The size of the largest finite value that was computed."""
        return max((abs(height.value) for height in self._known.values() if math.isfinite(height.value)), default=0.0)


def _rounding(run: Run, value: torch.Tensor) -> float:
    """How far rounding may take the value of a run: of each result on the way its rounding times its gradient.

    Of what adds up many entries these count as well, since it rounds between them.
    """
    error = ROUNDING_ERROR * abs(value.item())
    tensors = [tensor for tensor in _rounded(run) if tensor.requires_grad]
    if value.requires_grad and tensors:
        gradients = torch.autograd.grad(value, tensors, allow_unused=True)
        for tensor, gradient in zip(tensors, gradients, strict=True):
            if gradient is not None:
                error += ROUNDING_ERROR * (tensor * gradient)[tensor != 0].abs().sum().item()
    return error


def _rounded(run: Run) -> Iterator[torch.Tensor]:
    """The results on the tape of a run, and what is added up: of which an operation leaves fewer entries."""
    held = [torch.as_tensor(line.value) for line in run.tape]
    for line, result in zip(run.tape, held, strict=True):
        if not result.is_leaf:
            yield result
        yield from (held[place] for place in line.arguments if held[place].numel() > result.numel())


def _difference(heights: _Heights, along: Sequence[Entry], step: float) -> Difference:
    slope, wide = (_slope(heights, along, h) for h in (step, 2 * step))
    doubt = 4 * abs(slope.value - wide.value) + slope.rounding + _break(heights, along, step)
    return Difference(slope.value, step, doubt if math.isfinite(doubt) else math.inf, slope.rounding)


def _break(heights: _Heights, along: Sequence[Entry], step: float) -> float:
    """How far the derivatives to both sides are apart, beyond what a smooth function bends within a step.

    A central difference is their mean: it comes to the same with every step at a corner, where there is none. What they
    are apart shrinks with the step where the function is smooth, and stays at a corner.
    """
    bends = [[_slope(heights, [*along, entry], h) for h in (step, 2 * step)] for entry in dict.fromkeys(along)]
    apart = ((abs(bend.value - wide.value), bend.rounding + wide.rounding) for bend, wide in bends)
    return 2 * len(along) * step * math.fsum(bend for bend, rounding in apart if bend > rounding)


def _slope(heights: _Heights, along: Sequence[Entry], step: float) -> Height:
    """A finite difference along one entry after another; NaN where a value is NaN or infinite."""
    terms: dict[Moves, float] = {(): 1.0}
    for entry in along:
        wider: dict[Moves, float] = defaultdict(float)
        for (moves, factor), (times, weight) in product(terms.items(), CENTRAL):
            moved = dict(moves)
            moved[entry] = moved.get(entry, 0) + times
            wider[tuple(sorted(moved.items()))] += factor * weight
        terms = wider
    parts = [(factor, heights({e: k * step for e, k in moves})) for moves, factor in terms.items() if factor]
    if not all(math.isfinite(height.value) for _, height in parts):
        return Height(math.nan, math.nan)
    value, rounding = (
        math.fsum(column)
        for column in zip(
            *((factor * height.value, abs(factor) * height.rounding) for factor, height in parts), strict=True
        )
    )
    power = math.prod([step] * len(along))
    if math.isinf(power):
        return Height(math.nan, math.nan)
    return Height(value / power, rounding / power)
