"""Each gradient proved: what autograd gives beside the exact derivative and finite differences, and a verdict."""

import math
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import combinations_with_replacement, product
from typing import Any

import torch

from playground.autodiff.derivative import grad, next_derivative
from playground.autodiff.forward import Evaluation, Run, Values, as_tensor, first_not_finite, forward
from playground.autodiff.worker import (
    FAILED,
    STOPPED,
    WORKER,
    Answer,
    Derivative,
    Entry,
    Exact,
    Question,
    entry_latex,
    entry_text,
)
from playground.language import limits
from playground.language.notation import label, latex
from playground.language.operations import OPERATIONS
from playground.language.program import Call, Expression, Number, Program, Statement, Variable, fold, postorder
from playground.language.values import Value

AGREE = 1e-8
"""relative difference up to which two numbers are the same."""
MANY_DIGITS = 1e-3
"""relative error from which on a number has lost most of float32's digits."""
NOISE = 2e-7
"""of the difference between float32 and float64 is what the rounding of float64 may come to."""
LEFT_OVER = 1e-2
"""of float32's error is left at most in float64 where the error is rounding."""
EPSILON = torch.finfo(torch.float64).eps
ROUNDING = 8 * EPSILON
"""relative error of a value that went through a program in float64."""
TRIES = 8
"""steps that are tried for a finite difference, each an eighth of the one before."""
BESIDE = 2.0**-20
"""how far from the point autograd is asked again, and half of that."""

CENTRAL, RIGHT, LEFT = ((1, 0.5), (-1, -0.5)), ((1, 1.0), (0, -1.0)), ((0, 1.0), (-1, -1.0))
"""Finite differences: the heights at so many steps from the point, each times this over the step."""

Stencil = tuple[tuple[int, float], ...]
Moves = tuple[tuple[Entry, int], ...]
"""By how many steps entries are moved."""

_RAISED = ("", "", "²", "³", "⁴", "⁵")


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

    def agrees(self, value: float | None) -> bool:
        """Whether a value lies within the doubt."""
        return value is not None and abs(self.value - value) <= 4 * self.doubt + AGREE * abs(value)


@dataclass(frozen=True)
class Row:
    """One derivative three times, and what to make of it."""

    name: str
    """`x.grad[0, 1]`, `dy/dx`, `y''`."""
    latex: str
    autograd: float | None
    """As shown; None where autograd gives None."""
    double: float | None
    """Autograd's in float64."""
    exact: Exact | None
    """None where it was not found in time."""
    difference: Difference
    height: float
    """What is differentiated, in float64."""
    verdict: str
    culprit: str | None
    """The sub-expression that is the reason, where there is one."""

    @property
    def error(self) -> float | None:
        """Of autograd, relative to the exact value."""
        return None if self.exact is None else _relative(self.autograd, self.exact.value)

    @property
    def difference_error(self) -> float | None:
        """Of the finite difference, relative to the exact value, or where there is none to autograd in float64."""
        return _relative(self.difference.value, self.double if self.exact is None else self.exact.value)


@dataclass(frozen=True)
class Proof:
    """The rows, and how the exact derivatives ended: `ANSWERED`, `STOPPED` or `FAILED`."""

    rows: tuple[Row, ...]
    ended: str


def check(
    program: Program,
    values: Values,
    requires_grad: Sequence[str] | None = None,
    dtype: torch.dtype = torch.float32,
    *,
    weights: Mapping[str, Any] | None = None,
    order: int = 1,
    each: bool = False,
    chosen: Sequence[Entry] | None = None,
    shown: Sequence[float | None] | None = None,
) -> Proof:
    """Prove the gradients that a page shows: those of the outputs' sum, each output times its weight.

    `weights` name the outputs that take part, None all of them, with ones. Order 1 is the gradient; higher ones are
    y', y'', ... where one number is tracked, the derivatives of that order where several are (2: the Hessian). `each`
    takes every output entry for itself (the Jacobian). Where there are `choices`, only the one of the `chosen` entries
    is proved. `shown` are the numbers to prove, None for autograd's own. Raises Busy, and EvaluationError as `forward`.
    """
    run = forward(program, values, requires_grad, dtype)
    started = _started(run, weights)
    axes = _axes(run, started, order, each)
    if _few(axes, order, each):
        places = list(_places(axes, order, each))
    else:
        places = [tuple(chosen or (axis[0] for axis in axes))]
    asked = [_derivative(place, started, each) for place in places]
    point = {name: _plain(values[name]) for name in program.inputs}
    answer = WORKER.ask(Question(program, point, tuple(asked))) if asked else Answer()
    bench = Bench(program, point, tuple(_tracked(run)), dtype)
    rows = []
    for number, (place, one) in enumerate(zip(places, asked, strict=True)):
        given = bench.autograd(one, dtype) if shown is None else shown[number]
        evidence = Evidence(bench, one, given, answer.found.get(number), answer.ended)
        rows.append(_row(_names(place, axes, started, each), evidence))
    return Proof(tuple(rows), answer.ended)


def choices(
    program: Program,
    values: Values,
    requires_grad: Sequence[str] | None = None,
    *,
    weights: Mapping[str, Any] | None = None,
    order: int = 1,
    each: bool = False,
) -> tuple[tuple[Entry, ...], ...]:
    """The entries that name a derivative, one choice after another, if there are more than PROVED_ENTRIES derivatives.

    For the Jacobian first an output's entry. None if all are proved. Arguments as for `check`.
    """
    run = forward(program, values, requires_grad, torch.float64)
    axes = _axes(run, _started(run, weights), order, each)
    return () if _few(axes, order, each) else tuple(map(tuple, axes))


# Which derivatives there are


def _started(run: Run, weights: Mapping[str, Any] | None) -> dict[str, Value]:
    """The gradient that each output starts with, as plain numbers."""
    outputs = {name: output for name, output in run.outputs.items() if output.requires_grad}
    if weights is None:
        return {name: _plain(torch.ones_like(output)) for name, output in outputs.items()}
    return {name: _plain(as_tensor(name, weights[name], torch.float64)) for name in outputs if name in weights}


def _plain(value: Any) -> Value:
    plain: Value = value.tolist() if isinstance(value, torch.Tensor) else value
    return plain


def _tracked(run: Run) -> Iterator[str]:
    return (name for name, leaf in run.inputs.items() if leaf.requires_grad)


def _axes(run: Run, started: Mapping[str, Value], order: int, each: bool) -> list[list[Entry]]:
    """The entries between which each part of a derivative's name is chosen: an output's first where each is taken."""
    inputs = [entry for name in _tracked(run) for entry in _entries(name, run.inputs[name])]
    outputs = [entry for name in started for entry in _entries(name, run.outputs[name])]
    if each:
        return [outputs, inputs]
    return [inputs if outputs else []] * order


def _entries(name: str, tensor: torch.Tensor) -> list[Entry]:
    """Every entry of a tensor, row by row."""
    return [(name, index) for index in product(*map(range, tensor.shape))]


def _few(axes: Sequence[Sequence[Entry]], order: int, each: bool) -> bool:
    """Whether all derivatives are proved."""
    inputs = len(axes[-1])
    if each:
        return len(axes[0]) * inputs <= limits.PROVED_ENTRIES
    return inputs < 2 or math.comb(inputs + order - 1, order) <= limits.PROVED_ENTRIES


def _places(axes: Sequence[Sequence[Entry]], order: int, each: bool) -> Iterator[tuple[Entry, ...]]:
    """The entries that name each derivative."""
    if each:
        yield from product(*axes)
    elif len(axes[0]) == 1:
        yield from ((axes[0][0],) * times for times in range(1, order + 1))
    else:
        yield from combinations_with_replacement(axes[0], order)


def _derivative(place: tuple[Entry, ...], started: Mapping[str, Value], each: bool) -> Derivative:
    if not each:
        return Derivative(started, place)
    (name, index), *along = place
    alone = torch.zeros_like(torch.tensor(started[name], dtype=torch.float64))
    alone[index] = 1
    return Derivative({name: alone.tolist()}, tuple(along))


def _names(
    place: Sequence[Entry], axes: Sequence[Sequence[Entry]], started: Mapping[str, Value], each: bool
) -> tuple[str, str]:
    """A derivative's name as text and as LaTeX: `x.grad[0, 1]`, `dy/dx`, `y''`, `d²y/dx1 dx2`."""
    if each:
        return _partial(entry_text(place[0]), entry_latex(place[0]), place[1:])
    if len(axes) == 1:
        (name, index), *_ = place
        return entry_text((f"{name}.grad", index)), entry_latex((name, index), r"\mathtt{.grad}")
    text, typeset = " + ".join(started), " + ".join(latex(Variable(name)) for name in started)
    if len(started) > 1:
        text, typeset = f"({text})", rf"\left({typeset}\right)"
    if len(axes[0]) == 1:
        return text + "'" * len(place), f"{{{typeset}}}" + "'" * len(place)
    return _partial(text, typeset, place)


def _partial(text: str, typeset: str, along: Sequence[Entry]) -> tuple[str, str]:
    """A partial derivative of something, as text and as LaTeX."""
    order = len(along)
    below = " ".join(f"d{entry_text(entry)}" for entry in along)
    under = r" \, ".join(rf"\partial {entry_latex(entry)}" for entry in along)
    power = "" if order == 1 else f"^{{{order}}}"
    return f"d{_RAISED[order]}{text}/{below}", rf"\frac{{\partial{power} {typeset}}}{{{under}}}"


# The program, run as often as a proof needs


@dataclass(frozen=True)
class Bench:
    """A program at a point, in the dtype of the page."""

    program: Program
    values: Mapping[str, Value]
    tracked: tuple[str, ...]
    dtype: torch.dtype

    def run(self, dtype: torch.dtype, moved: Mapping[Entry, float] | None = None, tracked: bool = True) -> Run:
        """Run it in a dtype, with some entries moved."""
        inputs = {name: torch.tensor(self.values[name], dtype=dtype) for name in self.program.inputs}
        for (name, index), by in (moved or {}).items():
            inputs[name][index] += by
        return forward(self.program, inputs, self.tracked if tracked else (), dtype)

    def autograd(
        self, asked: Derivative, dtype: torch.dtype, moved: Mapping[Entry, float] | None = None
    ) -> float | None:
        """The derivative by `autograd.grad`, one order after another; None where autograd gives None."""
        run = self.run(dtype, moved)
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


# Finite differences


def finite_differences(program: Program, values: Mapping[str, Value], asked: Derivative) -> Difference:
    """A derivative by finite differences in float64, with the step that leaves the least doubt.

    The first step tried balances truncation against rounding for numbers of the size of the point.
    """
    heights = _Heights(Bench(program, values, (), torch.float64), asked.weights)
    order, scale = len(asked.along), max(1.0, *(abs(_at(values[name], index)) for name, index in asked.along))
    first = 2.0 ** round(math.log2(EPSILON ** (1 / (order + 2)) * scale))
    tried: list[Difference] = []
    for step in (first / 8**turn for turn in range(TRIES)):
        tried.append(_difference(heights, asked.along, step))
        size = max(abs(tried[-1].value), heights.largest / scale**order)
        if tried[-1].doubt <= 100 * EPSILON ** (2 / (order + 2)) * size:
            break
    return min(tried, key=lambda difference: difference.doubt)


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
    def largest(self) -> float:
        """The size of the largest one seen."""
        return max((abs(height) for height in self._known.values() if math.isfinite(height)), default=0.0)


def _at(value: Value, index: Sequence[int]) -> float:
    for place in index:
        assert isinstance(value, list)
        value = value[place]
    assert not isinstance(value, list)
    return value


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


# The verdict


class Evidence:
    """All that a verdict is found from; what is seldom needed is worked out when it is."""

    def __init__(self, bench: Bench, asked: Derivative, shown: float | None, exact: Exact | None, ended: str) -> None:
        self.bench, self.asked, self.shown, self.exact, self.ended = bench, asked, shown, exact, ended
        self.again, self.single, self.double = (
            bench.autograd(asked, dtype) for dtype in (bench.dtype, torch.float32, torch.float64)
        )
        self.by = {name for name, _ in asked.along}
        known, _ = _dependencies(bench.program)
        # what cannot change with these inputs need not even be a number
        weights = {name: weight for name, weight in asked.weights.items() if known[name] & self.by}
        self.difference = finite_differences(bench.program, bench.values, Derivative(weights, asked.along))
        self.height = bench.height(weights, {}, torch.float64)

    @property
    def value(self) -> float:
        """The exact derivative, NaN where there is none or it is not known."""
        return math.nan if self.exact is None else self.exact.value

    @property
    def order(self) -> int:
        return len(self.asked.along)

    @property
    def breaks(self) -> int | None:
        """The lowest derivative that breaks off here, as the exact one says, or else as the differences do."""
        if self.exact is not None:
            return self.exact.breaks
        return self.order if self.difference.corner else None

    @property
    def ends(self) -> int:
        """On how many sides of the point the function is no real number."""
        sides: tuple[float | None, float | None] = self.difference.left, self.difference.right
        if self.exact is not None:
            sides = self.exact.left, self.exact.right
        return sum(side is not None and math.isnan(side) for side in sides)

    @property
    def smooth(self) -> bool:
        return self.breaks is None and not self.ends

    def close(self, number: float | None) -> bool:
        """Whether a number is the exact derivative, but for rounding in float64."""
        if number is None or not math.isfinite(number):
            return number == self.value
        noise = NOISE * abs((self.single or 0.0) - (self.double or 0.0))
        tolerance = AGREE * max(abs(number), abs(self.value)) + (noise if math.isfinite(noise) else 0.0)
        return abs(number - self.value) <= tolerance

    @property
    def proved(self) -> bool:
        """Whether the exact derivative and the finite difference agree at a smooth point."""
        return self.smooth and self.difference.agrees(self.value)

    @cached_property
    def odd(self) -> Evaluation | None:
        """The first sub-expression that is no finite number."""
        return first_not_finite(self.bench.run(self.bench.dtype))

    @property
    def overflows(self) -> bool:
        """Whether a number became too large on the way, though the derivative itself exists."""
        if self.odd is None or bool(torch.isnan(torch.as_tensor(self.odd.value)).any()):
            return False
        return self.exact is None or math.isfinite(self.value) or self.exact.text not in ("inf", "-inf", "nan")

    @property
    def detached(self) -> str | None:
        """The first detached sub-expression that depends on what is differentiated by."""
        _, detached = _dependencies(self.bench.program)
        return next((label(call) for call, inputs in detached.items() if inputs & self.by), None)

    @property
    def recovers(self) -> bool:
        """Whether autograd finds the exact derivative beside the point, ever more closely towards it."""
        entries = dict.fromkeys(self.asked.along)
        for side in (-1, 1):
            steps = (side * BESIDE * max(1.0, abs(_at(self.bench.values[name], index))) for name, index in entries)
            moved = dict(zip(entries, steps, strict=True))
            half = {entry: step / 2 for entry, step in moved.items()}
            errors = [self._error(self.bench.autograd(self.asked, torch.float64, by)) for by in (moved, half)]
            if not errors[1] <= 0.75 * errors[0]:
                return False
        return True

    def _error(self, number: float | None) -> float:
        """How far a number is from the exact derivative, zero where that is rounding."""
        return 0.0 if self.close(number) else math.inf if number is None else abs(number - self.value)

    @property
    def is_rounding(self) -> bool:
        """Whether more digits bring autograd nearer to the exact derivative."""
        return self._error(self.double) < LEFT_OVER * self._error(self.single) < math.inf

    @property
    def culprit(self) -> str | None:
        """The operation that has a corner, an end or a jump of its own at the point."""
        return next(map(label, _breaking(self.bench.run(torch.float64))), None)


_VERDICTS: tuple[tuple[str, Callable[[Evidence], bool]], ...] = (
    ("differ", lambda e: not _same(e.shown, e.again)),
    ("agree", lambda e: e.proved and e.close(e.shown)),
    ("detached", lambda e: e.detached is not None and e.smooth and not e.difference.agrees(e.double or 0.0)
     and (e.exact is None or e.close(e.double or 0.0))),
    ("unreached", lambda e: e.shown is None and e.difference.agrees(0.0) and (e.exact is None or e.value == 0)),
    ("exact_timeout", lambda e: e.ended == STOPPED and e.exact is None and e.difference.agrees(e.double)),
    ("exact_failed", lambda e: e.ended == FAILED and e.exact is None and e.difference.agrees(e.double)),
    ("overflow", lambda e: e.overflows),
    ("not_finite", lambda e: not math.isfinite(e.height)),
    ("spoiled", lambda e: e.odd is not None and e.proved and not math.isfinite(e.shown or 0.0)),
    ("jump", lambda e: e.breaks == 0),
    ("kink", lambda e: e.breaks == e.order),
    ("kink_before", lambda e: e.breaks is not None),
    ("domain_edge", lambda e: e.ends == 1),
    ("isolated", lambda e: e.ends == 2),
    ("vertical", lambda e: math.isinf(e.value)),
    ("float32_loses", lambda e: e.close(e.double) and not _few_digits_off(e.shown, e.value)),
    ("coarse", lambda e: e.close(e.double) and not e.difference.agrees(e.value)),
    ("agree_to_float32", lambda e: e.close(e.double)),
    ("inside", lambda e: e.proved and (e.culprit is not None or e.recovers)),
    ("cancels", lambda e: e.is_rounding),
    ("open", lambda e: e.exact is None),
    ("differ", lambda e: True),
)  # fmt: skip
"""Verdicts in the order in which they are tried; each is a sentence of the words."""

_BREAKS = ("jump", "kink", "kink_before", "domain_edge", "isolated", "vertical", "inside")


def _row(names: tuple[str, str], e: Evidence) -> Row:
    verdict = next(key for key, holds in _VERDICTS if holds(e))
    culprit = None
    if verdict in _BREAKS:
        culprit = e.culprit
    elif verdict == "detached":
        culprit = e.detached
    elif e.odd is not None and verdict in ("overflow", "not_finite", "spoiled"):
        culprit = label(e.odd.expression)
    return Row(*names, e.shown, e.double, e.exact, e.difference, e.height, verdict, culprit)


def _same(one: float | None, other: float | None) -> bool:
    """Whether two numbers are one, NaN and None included; rounding in another order of sums aside."""
    if one is None or other is None:
        return one is other
    return math.isclose(one, other, rel_tol=1e-6) or (math.isnan(one) and math.isnan(other))


def _few_digits_off(number: float | None, exact: float) -> bool:
    error = _relative(number, exact)
    return error is not None and error <= MANY_DIGITS


def _relative(number: float | None, exact: float | None) -> float | None:
    """The relative error, None where there is none to speak of."""
    if number is None or exact is None or math.isnan(number) or math.isnan(exact):
        return None
    if number == exact:
        return 0.0
    return abs(number - exact) / abs(exact) if exact and math.isfinite(number - exact) else None


def _dependencies(program: Program) -> tuple[dict[str, frozenset[str]], dict[Call, frozenset[str]]]:
    """The inputs that each name depends on, and those that each detached value does."""
    known = {name: frozenset({name}) for name in program.inputs}
    detached: dict[Call, frozenset[str]] = {}

    def call(node: Call, parts: tuple[frozenset[str], ...]) -> frozenset[str]:
        inputs: frozenset[str] = frozenset().union(*parts)
        if node.operation == "detach":
            detached[node] = inputs
        return inputs

    for statement in program.statements:
        known[statement.name] = fold(statement.expression, lambda _: frozenset(), lambda node: known[node.name], call)
    return known, detached


# Operations at a point where they break off


def _breaking(run: Run) -> Iterator[Call]:
    """The operations that, by themselves, have a corner, a jump, an end or an infinite slope where they stand."""
    known: dict[Expression, Any] = {line.expression: line.value for line in run.tape}
    known |= {Variable(line.name): line.value for line in run.tape if line.name}
    for statement in run.program.statements:
        for node in postorder(statement.expression):
            if isinstance(node, Call) and (OPERATIONS[node.operation].local or OPERATIONS[node.operation].composite):
                arguments = [part.value if isinstance(part, Number) else known[part] for part in node.arguments]
                if any(_breaks(node, arguments, place) for place, value in enumerate(arguments) if _tracks(value)):
                    yield node


def _tracks(value: Any) -> bool:
    return isinstance(value, torch.Tensor) and value.requires_grad


def _breaks(call: Call, arguments: Sequence[Any], place: int) -> bool:
    """Whether an operation's slope by one of its arguments is not the same on both sides, or has no bound."""
    here = arguments[place].detach()
    step = BESIDE**1.5 * here.abs().clamp(min=1.0)
    far, left, middle, right, farther = (_apply(call, arguments, place, here + n * step) for n in (-8, -1, 0, 1, 8))
    before, after, across = (middle - left) / step, (right - middle) / step, (farther - far) / (16 * step)
    corner = (after - before).abs() > 1e-3 * (1 + before.abs() + after.abs())
    unbounded = (after + before).abs() > 3 * across.abs() + 1
    return bool((corner | unbounded | ~torch.isfinite(before + after)).any())


def _apply(call: Call, arguments: Sequence[Any], place: int, value: torch.Tensor) -> torch.Tensor:
    """An operation with another value in place of one of its arguments."""
    names = tuple("uv"[: len(arguments)])
    program = Program((Statement("r", Call(call.operation, tuple(map(Variable, names)), call.options)),), names, ("r",))
    values = {
        name: torch.as_tensor(argument, dtype=torch.float64).detach()
        for name, argument in zip(names, arguments, strict=True)
    }
    return forward(program, {**values, names[place]: value}, (), torch.float64).outputs["r"]
