"""What to make of three numbers for one derivative: a verdict, and the sub-expression that is its reason."""

import math
from collections.abc import Callable
from functools import cached_property

import torch

from playground.engine.forward import Evaluation, first_not_finite
from playground.engine.process import STOPPED
from playground.language.notation import label
from playground.proof.finite_differences import AGREEMENT_TOLERANCE, ROUNDING_ERROR, Bench, finite_differences
from playground.proof.nonsmooth import breaking, dependencies
from playground.proof.worker import Derivative, Exact

FEW_DIGITS_ERROR = 1e-5
"""A number with a larger relative error has lost most of float32's digits."""
DOUBLE_NOISE_RATIO = 2e-7
"""The rounding of float64 may come to this part of the difference between float32 and float64."""
DOUBLE_ERROR_RATIO = 1e-2
"""Where an error is rounding, float64 leaves at most this part of float32's."""


class Evidence:
    """All that a verdict is found from; what is seldom needed is worked out when it is."""

    def __init__(
        self, bench: Bench, asked: Derivative, shown: float | None, dtype: torch.dtype, exact: Exact | None, ended: str
    ) -> None:
        """`shown` is autograd's number in a dtype; `exact` is None where it was not found, and `ended` says why."""
        self.bench, self.asked, self.shown, self.dtype = bench, asked, shown, dtype
        self.exact, self.ended = exact, ended
        self.single, self.double = (bench.autograd(asked, kind) for kind in (torch.float32, torch.float64))
        self.by = {name for name, _ in asked.along}
        depends, self.cuts = dependencies(bench.program)
        # what cannot change with these inputs may even be NaN
        self.weights = {name: weight for name, weight in asked.weights.items() if depends[name] & self.by}
        self.difference = finite_differences(bench, Derivative(self.weights, asked.along))
        self.height = bench.height(self.weights, {}, torch.float64)

    @property
    def is_autograds(self) -> bool:
        """Whether what is shown is what autograd gives."""
        return _same(self.shown, self.bench.autograd(self.asked, self.dtype))

    @property
    def value(self) -> float:
        """The exact derivative, NaN where there is none or it is not known."""
        return math.nan if self.exact is None else self.exact.value

    @property
    def order(self) -> int:
        return len(self.asked.along)

    @property
    def breaks(self) -> int | None:
        """The order of the lowest derivative that breaks off here: by the exact derivative, or else by the differences.

        Order 0 is the function itself; None where nothing breaks off.
        """
        if self.exact is not None:
            return self.exact.breaks
        return self.order if self.difference.corner else None

    @cached_property
    def ends(self) -> int:
        """On how many sides of the point the function is no real number."""
        if self.exact is not None:
            return sum(side is not None and math.isnan(side) for side in (self.exact.left, self.exact.right))
        steps = {entry: math.ulp(self.bench.at(entry)) for entry in self.asked.along}
        moved = ({entry: side * step for entry, step in steps.items()} for side in (-1, 1))
        return sum(not math.isfinite(self.bench.height(self.weights, by, torch.float64)) for by in moved)

    @property
    def smooth(self) -> bool:
        return self.breaks is None and not self.ends

    def close(self, number: float | None) -> bool:
        """Whether a number is the exact derivative, but for rounding in float64."""
        if number is None or not math.isfinite(number):
            return number == self.value
        noise = DOUBLE_NOISE_RATIO * abs((self.single or 0.0) - (self.double or 0.0))
        tolerance = AGREEMENT_TOLERANCE * max(abs(number), abs(self.value)) + (noise if math.isfinite(noise) else 0.0)
        return abs(number - self.value) <= tolerance

    @property
    def proved(self) -> bool:
        """Whether the exact derivative and the finite difference agree at a smooth point."""
        return self.smooth and self.difference.agrees(self.value)

    @cached_property
    def odd(self) -> Evaluation | None:
        """The first sub-expression that is NaN or infinite."""
        return first_not_finite(self.bench.run(self.dtype))

    @property
    def overflows(self) -> bool:
        """Whether a number became infinite on the way and spoiled the result, though the derivative itself exists."""
        heights = self.height, self.bench.height(self.weights, {}, self.dtype)
        if all(map(math.isfinite, (self.shown or 0.0, *heights))):
            return False
        if self.odd is None or bool(torch.isnan(torch.as_tensor(self.odd.value)).any()):
            return False
        return math.isfinite(self.value) or (self.exact is not None and self.exact.text not in ("inf", "-inf", "nan"))

    @property
    def underflows(self) -> bool:
        """Whether the derivative is too small for all its digits."""
        small = 0 < abs(self.value) < torch.finfo(self.dtype).tiny
        return small and not _few_digits_off(self.shown, self.value)

    @property
    def detached(self) -> str | None:
        """The first detached sub-expression that depends on what is differentiated by."""
        return next((label(call) for call, inputs in self.cuts.items() if inputs & self.by), None)

    def _error(self, number: float | None) -> float:
        """How far a number is from the exact derivative, zero where that is rounding."""
        return 0.0 if self.close(number) else math.inf if number is None else abs(number - self.value)

    @property
    def is_rounding(self) -> bool:
        """Whether more digits bring autograd nearer to the exact derivative."""
        return self._error(self.double) < DOUBLE_ERROR_RATIO * self._error(self.single) < math.inf

    @property
    def is_lost(self) -> bool:
        """Whether what autograd is off by is no more than the rounding of what it was found from, even in float64."""
        size = max(1.0, *(abs(self.bench.at(entry)) for entry in self.asked.along))
        return self._error(self.double) <= ROUNDING_ERROR * abs(self.height) / size**self.order

    @property
    def culprit(self) -> str | None:
        """The operation that has a corner, an end or a jump of its own at the point."""
        return next(map(label, breaking(self.bench.run(torch.float64))), None)


VERDICTS: tuple[tuple[str, Callable[[Evidence], bool]], ...] = (
    ("differ", lambda e: not e.is_autograds),
    ("agree", lambda e: e.proved and e.close(e.shown)),
    ("detached", lambda e: e.detached is not None and e.smooth and not e.difference.agrees(e.double or 0.0)
     and (e.exact is None or e.close(e.double or 0.0))),
    ("unreached", lambda e: e.shown is None and e.difference.agrees(0.0) and (e.exact is None or e.value == 0)),
    ("exact_timeout", lambda e: e.ended == STOPPED and e.exact is None and e.smooth and e.difference.agrees(e.double)),
    ("exact_failed", lambda e: e.ended != STOPPED and e.exact is None and e.smooth and e.difference.agrees(e.double)),
    ("overflow", lambda e: e.overflows),
    ("not_finite", lambda e: not math.isfinite(e.height)),
    ("spoiled", lambda e: e.odd is not None and e.proved and not math.isfinite(e.shown or 0.0)),
    ("jump", lambda e: e.breaks == 0),
    ("kink", lambda e: e.breaks == e.order == 1),
    ("kink_higher", lambda e: e.breaks == e.order),
    ("kink_before", lambda e: e.breaks is not None),
    ("domain_edge", lambda e: e.ends == 1),
    ("isolated", lambda e: e.ends == 2),
    ("vertical", lambda e: math.isinf(e.value)),
    ("underflow", lambda e: e.close(e.double) and e.underflows),
    ("float32_loses", lambda e: e.close(e.double) and not _few_digits_off(e.shown, e.value)),
    ("coarse", lambda e: e.close(e.double) and not e.difference.agrees(e.value)),
    ("agree_to_float32", lambda e: e.close(e.double)),
    ("inside", lambda e: e.proved and e.culprit is not None),
    ("cancels", lambda e: e.is_rounding),
    ("lost", lambda e: e.proved and e.is_lost),
    ("open", lambda e: e.exact is None),
    ("differ", lambda e: True),
)  # fmt: skip
"""Verdicts in the order in which they are tried; each is a sentence of the words."""

BREAKS = ("jump", "kink", "kink_higher", "kink_before", "domain_edge", "isolated", "vertical", "inside")
"""The verdicts whose reason is an operation that breaks off."""
SPOILED = ("overflow", "not_finite", "spoiled")
"""The verdicts whose reason is NaN or an infinity on the way."""


def verdict_of(e: Evidence) -> tuple[str, str | None]:
    """The key of the verdict, and the sub-expression that is its reason; None where it has none."""
    verdict = next(key for key, holds in VERDICTS if holds(e))
    if verdict in BREAKS:
        return verdict, e.culprit
    if verdict in SPOILED and e.odd is not None:
        return verdict, e.odd.wording.expression
    return verdict, e.detached if verdict == "detached" else None


def _same(one: float | None, other: float | None) -> bool:
    """Whether two numbers are the same, NaN and None included; rounding in another order of sums aside."""
    if one is None or other is None:
        return one is other
    return math.isclose(one, other, rel_tol=1e-6) or (math.isnan(one) and math.isnan(other))


def _few_digits_off(number: float | None, exact: float) -> bool:
    error = relative_error(number, exact)
    return error is not None and error <= FEW_DIGITS_ERROR


def relative_error(number: float | None, exact: float | None) -> float | None:
    """The relative error of a number; None where either is unknown or NaN, and where it would be infinite."""
    if number is None or exact is None or math.isnan(number) or math.isnan(exact):
        return None
    if number == exact:
        return 0.0
    return abs(number - exact) / abs(exact) if exact and math.isfinite(number - exact) else None
