"""What to make of three numbers for one derivative: one of a few verdicts, each only where it is certain."""

import math
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property

import torch

from playground.engine.backward import backward
from playground.engine.forward import first_not_finite
from playground.engine.graph import read_graph
from playground.engine.not_finite import step_not_finite
from playground.engine.process import STOPPED
from playground.exact.question import Derivative, Exact, Kind
from playground.proof.finite_differences import Bench, finite_differences

MEANT_ERROR = 1e-2
"""Finite differences tell something where their own estimate is no larger, relative to a number above 1."""
SMALL_BOUND = 1e-2
"""Numbers agree up to rounding where the bound is no larger part of the exact one."""
SAME_ERROR = 1e-6
"""Two numbers of autograd whose relative difference is no larger are the same, but for the order of a sum."""
HELPFUL_ERROR = 1e-6
"""Taking float64 helps where its relative error is no larger."""


NOT_KNOWN = Exact(None, math.nan, "")


class Evidence:
    """All that a verdict is found from."""

    def __init__(
        self,
        bench: Bench,
        derivative: Derivative,
        shown: float | None,
        dtype: torch.dtype,
        exact: Exact | None,
        ended: str,
    ) -> None:
        """`shown` is the number of a page, in a dtype; `exact` is None where it is not known, and `ended` says why."""
        self.bench, self.derivative, self.shown, self.dtype = bench, derivative, shown, dtype
        self.is_known, self.exact, self.ended = exact is not None, exact or NOT_KNOWN, ended
        self.double = bench.autograd(derivative, torch.float64)
        self.difference = finite_differences(bench, derivative)
        self._info = torch.finfo(dtype)

    @property
    def is_autograds(self) -> bool:
        """Whether what is shown is what autograd gives."""
        autograds = self.bench.autograd(self.derivative, self.dtype)
        if self.shown is None or autograds is None:
            return self.shown is autograds
        return math.isclose(self.shown, autograds, rel_tol=SAME_ERROR) or (
            math.isnan(self.shown) and math.isnan(autograds)
        )

    def is_kind(self, *kinds: Kind) -> bool:
        """Whether the function is known to do one of these things here."""
        return self.exact.kind in kinds

    @property
    def order(self) -> int:
        """How often is differentiated."""
        return len(self.derivative.along)

    @property
    def is_last_digit(self) -> bool:
        """Whether what is shown is the exact value but for the last digit of the type."""
        return self.is_kind(Kind.SMOOTH, Kind.MEETS) and self.is_near(self.shown, self._info.eps)

    def is_near(self, number: float | None, error: float) -> bool:
        """Whether a number is the exact value but for a relative error."""
        if number is None:
            return False
        if math.isinf(self.exact.value) or self.exact.value == 0:
            return self.exact.text == str(number).removesuffix(".0") or (self.exact.text == "0" and number == 0)
        return abs(number - self.exact.value) <= error * abs(self.exact.value)

    def is_between(self, number: float | None, bounds: tuple[float, float] | None) -> bool:
        """Whether a number lies between two ends, or all are NaN."""
        if number is None or bounds is None:
            return False
        return bounds[0] <= number <= bounds[1] or (math.isnan(bounds[0]) and math.isnan(number))

    @property
    def fits(self) -> bool:
        """Whether PyTorch's own formulas come to what is shown, but for rounding."""
        return self.is_between(self.shown, self.exact.rounded)

    @property
    def is_rounding(self) -> bool:
        """Whether they may come to the exact value as well, and both are numbers of the type."""
        return self.is_between_both and not self.is_beyond

    @property
    def is_between_both(self) -> bool:
        """Whether what is shown and the exact value both lie where rounding may take PyTorch's own formulas."""
        if self.shown is None or not math.isfinite(self.shown):
            return False
        return self.fits and self.is_between(self.exact.value, self.exact.rounded)

    @property
    def is_borne_out(self) -> bool:
        """Whether finite differences come to the exact value, by an estimate that is small enough to mean something."""
        exact = self.exact.value
        return self.difference.agrees(exact) and self.difference.doubt <= MEANT_ERROR * max(1.0, abs(exact))

    @property
    def is_beyond(self) -> bool:
        """Whether the exact value is a number that is too large or too small for the type."""
        if self.exact.text in ("0", "inf", "-inf", "nan"):
            return False
        return not self._info.tiny <= abs(self.exact.value) <= self._info.max

    @property
    def is_small(self) -> bool:
        """Whether rounding makes no more than a small part of the exact value."""
        ends = self.exact.rounded or ()
        return all(abs(end - self.exact.value) <= SMALL_BOUND * abs(self.exact.value) for end in ends)

    def left(self, way: tuple[str, float, float] | None) -> bool:
        """Whether a result that leaves the type takes PyTorch's own formulas to what is shown."""
        return way is not None and self.is_between(self.shown, way[1:])

    @cached_property
    def odd(self) -> str | None:
        """The first sub-expression whose recorded value is NaN or infinite, or that passes such a gradient back."""
        run = self.bench.run(self.dtype)
        line = first_not_finite(run)
        if line is not None or self.order > 1:
            return None if line is None else line.wording.expression
        weights = {name: weight for name, weight in self.derivative.weights.items() if run.outputs[name].requires_grad}
        step = step_not_finite(read_graph(run), backward(run, weights).steps)
        return None if step is None else step.operation

    @property
    def helps(self) -> bool:
        """Whether float64 was tried in place of a shorter type, and is right."""
        return self.dtype != torch.float64 and self.is_near(self.double, HELPFUL_ERROR)

    @property
    def others_agree(self) -> bool:
        """Whether autograd, as shown and in float64, and finite differences agree, by an estimate that is small."""
        double, shown = (number or 0.0 for number in (self.double, self.shown))
        return (
            math.isfinite(double)
            and (math.isclose(shown, double, rel_tol=MEANT_ERROR) or self.difference.agrees(shown))
            and self.difference.agrees(double)
            and self.difference.doubt <= MEANT_ERROR * max(1.0, abs(double))
        )


@dataclass(frozen=True)
class Verdict:
    """A verdict, when it is given, and what its reason is."""

    key: str
    """The sentence of the words."""
    when: str
    """The condition, in words, for the documentation."""
    holds: Callable[[Evidence], bool]
    culprit: Callable[[Evidence], str | None] = lambda e: None


def _breaks(e: Evidence) -> str | None:
    return e.exact.culprit


VERDICTS: tuple[Verdict, ...] = (
    Verdict("differ", "the page shows another number than autograd gives", lambda e: not e.is_autograds),
    Verdict("unreached", "autograd gives None, and no path leads from the input to an output", lambda e: (
        e.shown is None and not e.exact.reached)),
    Verdict("agree", "every operation is smooth, or the two sides meet; the exact value is autograd's but for the "
            "type's last digit, and finite differences come to it within their own estimate, which is small",
            lambda e: e.is_last_digit and e.is_borne_out),
    Verdict("detached", "a detached value depends on the input, autograd is right but for rounding, and finite "
            "differences, which move it, come to something else", lambda e: (
                e.exact.detached is not None and (e.is_last_digit or e.is_rounding)), lambda e: e.exact.detached),
    Verdict("agree_alone", "as `agree`, but there are no finite differences: within their step it is not finite",
            lambda e: e.is_last_digit and math.isnan(e.difference.value)),
    Verdict("agree_two", "as `agree`, but the finite differences are farther off than they estimate, or their estimate "
            "is large", lambda e: e.is_last_digit),
    Verdict("jump", "the limit on a side, by a series that is certain, is not the value at the point",
            lambda e: e.is_kind(Kind.JUMP), _breaks),
    Verdict("corner", "the slopes on the two sides, by series that are certain, are not the same",
            lambda e: e.is_kind(Kind.CORNER) and e.order == 1, _breaks),
    Verdict("corner_higher", "the same, of a higher derivative", lambda e: e.is_kind(Kind.CORNER), _breaks),
    Verdict("earlier", "the same, of a lower derivative than the one asked for",
            lambda e: e.is_kind(Kind.EARLIER), _breaks),
    Verdict("vertical", "the derivative tends to the same infinity on both sides, at a finite value",
            lambda e: e.is_kind(Kind.VERTICAL) and e.order == 1, _breaks),
    Verdict("unbounded", "the same, of a higher derivative", lambda e: e.is_kind(Kind.VERTICAL), _breaks),
    Verdict("edge", "on one side, by its series, the function is no real number",
            lambda e: e.is_kind(Kind.EDGE), _breaks),
    Verdict("isolated", "on both sides, by its series, the function is no real number",
            lambda e: e.is_kind(Kind.ISOLATED), _breaks),
    Verdict("pole", "an operation has no finite value at the point, but the function has values on both sides",
            lambda e: e.is_kind(Kind.POLE), _breaks),
    Verdict("underflow", "a number, of a local derivative too, is too small for the type, and PyTorch's own formulas "
            "then come to autograd's number, and what is too large for it does not explain that", lambda e: (
                not e.is_rounding and e.left(e.exact.small) and not e.left(e.exact.large)),
            lambda e: (e.exact.small or (None,))[0]),
    Verdict("rounding", "autograd's number and the exact one both lie within the bound that rounding has in PyTorch's "
            "own formulas, and the bound is small", lambda e: e.is_rounding and e.is_small),
    Verdict("lost", "the same, and the bound is not small beside the exact value", lambda e: e.is_rounding),
    Verdict("own", "PyTorch's own formulas come to autograd's number, and not to the exact one, since PyTorch has a "
            "formula of its own there", lambda e: (
                e.fits and e.is_kind(Kind.SMOOTH) and e.exact.own is not None), lambda e: e.exact.own),
    Verdict("inside", "the same, where an operation is not smooth but the function's derivatives meet",
            lambda e: e.fits and e.is_kind(Kind.MEETS), _breaks),
    Verdict("overflow", "a number, of a local derivative too, is too large for the type, and PyTorch's own formulas "
            "then come to autograd's number",
            lambda e: e.left(e.exact.large), lambda e: (e.exact.large or (None,))[0]),
    Verdict("lost", "as `lost`, where the exact value is too small for the type",
            lambda e: e.is_between_both and abs(e.exact.value) < 1),
    Verdict("spoiled", "autograd gives NaN or an infinity, a recorded value or a gradient that goes back is one, and "
            "the derivative is finite",
            lambda e: e.is_kind(Kind.SMOOTH, Kind.MEETS) and not math.isfinite(e.shown or 0.0) and e.odd is not None,
            lambda e: e.odd),
    Verdict("exact_timeout", "the exact derivative took too long; the other two agree within the estimate",
            lambda e: not e.is_known and e.ended == STOPPED and e.others_agree),
    Verdict("exact_failed", "the exact derivative is not known; the other two agree within the estimate",
            lambda e: not e.is_known and e.others_agree),
    Verdict("open", "the exact derivative is not known, and the other two do not agree, or the estimate is too large "
            "to tell", lambda e: not e.is_known),
    Verdict("differ", "none of these", lambda e: True),
)  # fmt: skip
"""Verdicts in the order in which they are tried."""


def verdict_of(e: Evidence) -> tuple[str, str | None]:
    """The key of the verdict, and the sub-expression that is its reason; None where it has none."""
    first = next(verdict for verdict in VERDICTS if verdict.holds(e))
    return first.key, first.culprit(e)


def relative_error(number: float | None, exact: float | None) -> float | None:
    """The relative error of a number; None where either is unknown or NaN, and where it would be infinite."""
    if number is None or exact is None or math.isnan(number) or math.isnan(exact):
        return None
    if number == exact:
        return 0.0
    return abs(number - exact) / abs(exact) if exact and math.isfinite(number - exact) else None
