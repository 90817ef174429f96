"""Each gradient proved: what autograd gives beside the exact derivative and finite differences, and a verdict."""

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations_with_replacement, product
from typing import Any

import numpy as np
import torch

from playground.engine.forward import Run, Values, as_tensor, forward
from playground.exact.question import Derivative, Entry, Exact, Question, Typed, entry_latex, entry_text
from playground.exact.walk import entries
from playground.language import limits
from playground.language.notation import latex
from playground.language.program import Program, Variable
from playground.language.values import Value
from playground.proof.finite_differences import Bench, Difference
from playground.proof.verdict import Evidence, relative_error, verdict_of
from playground.proof.worker import WORKER, Answer

_RAISED = ("", "", "²", "³", "⁴", "⁵")


@dataclass(frozen=True)
class Row:
    """One derivative three times, and what to make of it."""

    name: str
    """The derivative as text: `x.grad[0, 1]`, `dy/dx`, `y''`."""
    latex: str
    autograd: float | None
    """Autograd's number as it is shown; None where autograd gives None."""
    double: float | None
    """Autograd's number in float64."""
    exact: Exact | None
    """The exact derivative; None where it was not found in time."""
    difference: Difference
    helps: bool
    """Whether float64, tried in place of a shorter type, is right."""
    verdict: str
    culprit: str | None
    """The sub-expression that is the reason, where there is one."""

    @property
    def error(self) -> float | None:
        """The error of autograd, relative to the exact value."""
        return None if self.exact is None else relative_error(self.autograd, self.exact.value)

    @property
    def bound(self) -> float | None:
        """How far rounding may take autograd from the exact value; None where that is not known."""
        if self.exact is None or self.exact.rounded is None:
            return None
        return max(abs(end - self.exact.value) for end in self.exact.rounded)


@dataclass(frozen=True)
class Proof:
    """The rows, and how the exact derivatives ended: `ANSWERED`, `STOPPED` or `FAILED`."""

    rows: tuple[Row, ...]
    ended: str
    held: tuple[tuple[str, float, float], ...] = ()
    """For each input or gradient argument whose tensor holds other numbers than were typed: its name, the first of the
    numbers, and what the tensor holds."""


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

    `weights` name the outputs that take part, each with a gradient of its shape; None stands for all of them, with
    ones. Order 1 is the gradient; higher orders are y', y'', ... where a single number is tracked, and else all
    derivatives of that order (2: the Hessian). `each` takes every output entry for itself (the Jacobian). Where there
    are `choices`, only the derivative of the `chosen` entries is proved. `shown` are the numbers to prove, in the order
    of the rows; None stands for autograd's own.

    Raises Busy where too many others ask for exact derivatives, and EvaluationError as `forward` does.
    """
    run = forward(program, values, requires_grad, dtype)
    started = _started(run, weights)
    axes = _axes(run, started, order, each)
    places = list(_places(axes, order, each, chosen))
    derivatives = tuple(_derivative(place, started, each) for place in places)
    typed = _typed(program, values, {} if each else started, weights)
    point = {name: _plain(run.inputs[name]) for name in program.inputs}
    held = (*_held(typed.values, point), *_held(typed.weights, started))
    question = Question(program, point, derivatives, str(dtype).removeprefix("torch."), typed if held else None)
    answer = WORKER.ask(question) if derivatives else Answer()
    bench = Bench(program, point, tuple(_tracked(run)))
    numbers = shown or [bench.autograd(derivative, dtype) for derivative in derivatives]
    evidence = (
        Evidence(bench, derivative, numbers[at], dtype, answer.parts.get(at), answer.ended)
        for at, derivative in enumerate(derivatives)
    )
    rows = (_row(*_names(place, axes, started, each), known) for place, known in zip(places, evidence, strict=True))
    return Proof(tuple(rows), answer.ended, held)


def choices(
    program: Program,
    values: Values,
    requires_grad: Sequence[str] | None = None,
    *,
    weights: Mapping[str, Any] | None = None,
    order: int = 1,
    each: bool = False,
) -> tuple[tuple[Entry, ...], ...]:
    """The entries that name a derivative, a tuple for each choice; none where all derivatives are proved.

    All are proved where there are no more than `limits.MAX_PROVED_ENTRIES`. For the Jacobian an output's entry is
    chosen first. The arguments are those of `check`. Raises EvaluationError as `forward` does.
    """
    run = forward(program, values, requires_grad, torch.float64)
    axes = _axes(run, _started(run, weights), order, each)
    return () if _few(axes, order, each) else tuple(map(tuple, axes))


def _row(name: str, latex: str, e: Evidence) -> Row:
    exact = e.exact if e.is_known else None
    return Row(name, latex, e.shown, e.double, exact, e.difference, e.helps, *verdict_of(e))


def _typed(program: Program, values: Values, started: Mapping[str, Value], weights: Mapping[str, Any] | None) -> Typed:
    """The numbers as they were typed: those of the inputs, and those that the outputs start with."""
    given = {name: _plain((weights or started).get(name, held)) for name, held in started.items()}
    return Typed({name: _plain(values[name]) for name in program.inputs}, given)


# Which derivatives there are


def _started(run: Run, weights: Mapping[str, Any] | None) -> dict[str, Value]:
    """The gradient that each output starts with, as plain numbers."""
    outputs = {name: output for name, output in run.outputs.items() if output.requires_grad}
    if weights is None:
        return {name: _plain(torch.ones_like(output)) for name, output in outputs.items()}
    return {name: _plain(as_tensor(name, weights[name], out.dtype)) for name, out in outputs.items() if name in weights}


def _held(typed: Mapping[str, Value], held: Mapping[str, Value]) -> Iterator[tuple[str, float, float]]:
    """Of each name the first number that the tensor holds otherwise than it was typed."""
    for name, value in typed.items():
        pairs = zip(np.ravel(value).tolist(), np.ravel(held[name]).tolist(), strict=False)
        pair_that_differs = next((pair for pair in pairs if pair[0] != pair[1]), None)
        if pair_that_differs is not None:
            yield name, *pair_that_differs


def _plain(value: Any) -> Value:
    plain: Value = value.tolist() if isinstance(value, torch.Tensor) else value
    return plain


def _tracked(run: Run) -> Iterator[str]:
    return (name for name, leaf in run.inputs.items() if leaf.requires_grad)


def _axes(run: Run, started: Mapping[str, Value], order: int, each: bool) -> list[list[Entry]]:
    """The entries between which each part of a derivative's name is chosen: an output's first where each is taken."""
    inputs = [entry for name in _tracked(run) for entry in entries(name, run.inputs[name])]
    outputs = [entry for name in started for entry in entries(name, run.outputs[name])]
    if each:
        return [outputs, inputs]
    return [inputs if outputs else []] * order


def _few(axes: Sequence[Sequence[Entry]], order: int, each: bool) -> bool:
    """Whether all derivatives are proved."""
    inputs = len(axes[-1])
    if each:
        return len(axes[0]) * inputs <= limits.MAX_PROVED_ENTRIES
    return inputs < 2 or math.comb(inputs + order - 1, order) <= limits.MAX_PROVED_ENTRIES


def _places(
    axes: Sequence[Sequence[Entry]], order: int, each: bool, chosen: Sequence[Entry] | None
) -> Iterator[tuple[Entry, ...]]:
    """The entries that name each derivative; of too many only the chosen one."""
    if not _few(axes, order, each):
        yield tuple(chosen or (axis[0] for axis in axes))
    elif each:
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
