"""A case at other values of one input: what its handle moves through."""

import math
from collections.abc import Iterator, Sequence
from dataclasses import fields, replace
from decimal import Decimal
from typing import Any

import torch

from playground.engine.at_each import at_each
from playground.engine.backward import Backward, Step
from playground.engine.case import Case
from playground.engine.exactness import is_same_at_once
from playground.engine.forward import evaluate
from playground.engine.graph import AutogradGraph
from playground.engine.observe import Observation, as_multiplied, observe, observe_together
from playground.language.program import Call, postorder
from playground.language.values import Value

MAX_PLACES = 61
"""A sweep has at most so many values."""
USUAL_SIZES = (0.1, 10.0)
"""From the first to below the second, and at zero, values are a tenth apart; others by their own size."""


def places(value: float, count: int = MAX_PLACES) -> tuple[float, ...]:
    """Round numbers around a finite value in its scale, in ascending order, the value itself among them.

    Of the usual sizes they are tenths: 0.5, 0.6, 0.7. What is larger goes in tenths of its power of ten, what is
    smaller in its power of ten. They are `count`, or one more where the value is no round number.
    """
    step = Decimal(10) ** _exponent(value)
    middle = round(Decimal(value) / step)
    around = range(middle - count // 2, middle + (count + 1) // 2)
    return tuple(sorted({value, *filter(math.isfinite, (float(place * step) for place in around))}))


def _exponent(value: float) -> int:
    size = abs(value)
    if size == 0 or USUAL_SIZES[0] <= size < USUAL_SIZES[1]:
        return -1
    power = math.floor(math.log10(size))
    return power - 1 if size >= USUAL_SIZES[1] else power


def at(case: Case, name: str, value: float, index: tuple[int, ...] = ()) -> Case:
    """The case with another value of one input, or of the entry at an index of it."""
    return replace(
        case, values=tuple((key, put(own, value, index) if key == name else own) for key, own in case.values)
    )


def put(whole: Value, value: float, index: tuple[int, ...]) -> Value:
    """A value with another entry at an index; at none the entry itself."""
    if not index:
        return value
    assert isinstance(whole, Sequence)
    first, *rest = index
    return tuple(put(part, value, tuple(rest)) if place == first else part for place, part in enumerate(whole))  # type: ignore[return-value]


def swept(case: Case, name: str, values: Sequence[float]) -> Iterator[Observation]:
    """What `observe` says of the case at each value of an input, to the last bit.

    Where one number is done as many are, to the last bit, they go through the program in one run; otherwise one after
    another. Raises EvaluationError as `observe` does.
    """
    if not _at_once(case):
        yield from (observe(at(case, name, value)) for value in values)
        return
    single, many = observe_together(case, ()), _together(case, name, values)
    for place, value in enumerate(values):
        observation = as_multiplied(_one(single, many, place))
        # what is no number has a name, the first one's, which a single run knows
        yield replace(observation, not_finite=None) if _finite(observation) else observe(at(case, name, value))


def heights(
    case: Case, output: str, along: tuple[str, Sequence[float]], values: tuple[str, Sequence[float]]
) -> list[list[float]]:
    """A scalar output along one scalar input, for each value of another: as many rows as values.

    All of it is computed at once, which may round otherwise than a run of each: curves are drawn of it, nothing more.
    """
    (along_name, xs), (name, own) = along, values
    fixed = {key: tensor.detach() for key, tensor in case.run(()).inputs.items()}

    def height(pair: torch.Tensor) -> torch.Tensor:
        tape, lines = evaluate(case.program, {**fixed, name: pair[0], along_name: pair[1]}, case.dtype)
        return torch.as_tensor(tape[lines[output]].value, dtype=case.dtype)

    across, down = (torch.tensor(numbers, dtype=case.dtype) for numbers in (xs, own))
    rows: list[list[float]] = at_each(height, torch.cartesian_prod(down, across)).reshape(len(own), len(xs)).tolist()
    return rows


def _at_once(case: Case) -> bool:
    """Whether many values go through the program in one run, with the bits of single ones."""
    calls = [node for line in case.program.statements for node in postorder(line.expression) if isinstance(node, Call)]
    numbers = (*dict(case.values).values(), *dict(case.gradient).values())
    return all(isinstance(number, int | float) for number in numbers) and all(map(is_same_at_once, calls))


def _together(case: Case, name: str, values: Sequence[float]) -> Observation:
    """The case with a vector for each number: of one input these values, of everything else the same many times."""

    def vector(number: Any) -> tuple[Any, ...]:
        return (number,) * len(values)

    inputs = tuple((key, tuple(values) if key == name else vector(own)) for key, own in case.values)
    gradient = tuple((output, vector(start)) for output, start in case.gradient)
    return observe_together(replace(case, values=inputs, gradient=gradient), (len(values),))


def _one(single: Any, many: Any, place: int) -> Any:
    """What is shown of single numbers, with the entries at a place of the vectors that stand where its tensors do."""
    if isinstance(single, torch.Tensor):
        return many[place] if many.dim() else many
    if isinstance(single, Observation | AutogradGraph | Backward | Step):
        names = [part.name for part in fields(single)]
        return type(single)(**{name: _one(getattr(single, name), getattr(many, name), place) for name in names})
    if isinstance(single, dict):
        return {key: _one(value, many[key], place) for key, value in single.items()}
    if isinstance(single, tuple):
        parts = [_one(own, entries, place) for own, entries in zip(single, many, strict=True)]
        return type(single)(*parts) if hasattr(single, "_fields") else tuple(parts)
    return single


def _finite(observation: Observation) -> bool:
    """Whether everything that was computed forward is a number."""
    tracked = [node.value for node in observation.graph.nodes if node.value is not None]
    return all(map(math.isfinite, [*tracked, *(value.value for value in observation.graph.untracked)]))
