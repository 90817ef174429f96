"""Silent traps in what was run: places where PyTorch computes something else than was probably meant.

Each is known by a pitfall's name, and a row of the table finds it on the tape; nothing is run for it.
"""

import operator
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial

import torch

from playground.engine.compiled import needed
from playground.engine.forward import Evaluation, Run
from playground.language.operations import OPERATIONS
from playground.language.program import Call

BEYOND = -1e9
"""A number that is far on the negative side."""

COMPARISONS: dict[str, Callable[[float, float], bool]] = {
    name: getattr(operator, name) for name in ("gt", "ge", "lt", "le", "ne", "eq")
}

AT_ZERO, BELOW_TOO = (0.0,), (0.0, BEYOND)
SINGULAR = {
    "sqrt": (0, BELOW_TOO), "rsqrt": (0, BELOW_TOO), "log": (0, AT_ZERO), "log2": (0, AT_ZERO), "log10": (0, AT_ZERO),
    "reciprocal": (0, AT_ZERO), "divide": (1, AT_ZERO),
}  # fmt: skip
"""Operations whose slope is no finite number somewhere: by which argument, and at which of its values.

Below 0 PyTorch has a slope of a logarithm, which itself is NaN there.
"""

BROADCAST = {"add": "mse-shapes", "subtract": "mse-shapes", "mse_loss": "mse-shapes", "multiply": "broadcast"}
"""Operations that stretch their arguments, and the pitfall that a stretch to a square is."""


Find = Callable[[Sequence[Evaluation], Evaluation], str | None]
"""It says which trap a line of a tape is, if any."""


@dataclass(frozen=True)
class Spotted:
    """A trap: the name of its pitfall, and where it is, as it is written there."""

    trap: str
    place: str


def traps(run: Run) -> tuple[Spotted, ...]:
    """The traps of a run, each once, in the order in which their lines ran."""
    tape = run.tape
    pairs = [
        Spotted(trap, line.wording.expression)
        for line in tape
        for find in _FINDERS.get(_operation(line), ())
        if (trap := find(tape, line))
    ]
    return tuple({spotted.trap: spotted for spotted in reversed(pairs)}.values())[::-1]


def _operation(line: Evaluation) -> str:
    return line.ran.operation if isinstance(line.ran, Call) else ""


def _where(tape: Sequence[Evaluation], line: Evaluation) -> str | None:
    """A branch that is masked only after an operation whose slope is infinite where it is not taken."""
    condition, *branches = line.arguments
    for branch, taken in zip(branches, (True, False), strict=True):
        singular = [at for at in needed(tape, branch, _tracked) if _operation(tape[at]) in SINGULAR]
        for at in singular:
            place, points = SINGULAR[_operation(tape[at])]
            held = _comparison(tape, tape[condition], tape[at].arguments[place])
            if held and any(held(point) != taken for point in points):
                return "where-nan"
    return None


def _comparison(tape: Sequence[Evaluation], condition: Evaluation, with_: int) -> Callable[[float], bool] | None:
    """What a condition says of the value of a line, where it compares just that with a plain number."""
    compare = COMPARISONS.get(_operation(condition))
    if compare is None:
        return None
    first, second = (tape[at] for at in condition.arguments)
    if not isinstance(bound := second.value, torch.Tensor) and _same(first, tape[with_]):
        return lambda value: compare(value, bound)
    if not isinstance(first.value, torch.Tensor) and _same(second, tape[with_]):
        return partial(compare, first.value)
    return None


def _same(left: Evaluation, right: Evaluation) -> bool:
    """Whether two lines are one, or are written alike."""
    return left is right or left.wording.label == right.wording.label


def _tracked(line: Evaluation) -> bool:
    return isinstance(line.value, torch.Tensor) and line.value.requires_grad


def _has_slope(line: Evaluation) -> bool:
    """Whether PyTorch tracks a line, and its operation is not flat wherever it is smooth."""
    row = OPERATIONS.get(_operation(line))
    return _tracked(line) and (row is None or row.local != ("0",))


def _of_softmax(trap: str) -> Find:
    """What is done to a softmax: its log, or a softmax once more."""
    return lambda tape, line: trap if _operation(tape[line.arguments[0]]) == "softmax" and _tracked(line) else None


def _product(tape: Sequence[Evaluation], line: Evaluation) -> str | None:
    """A factor that is cut off from the input that the other one depends on."""
    for cut, factor in (line.arguments, line.arguments[::-1]):
        if _operation(tape[cut]) == "detach" and _tracked(tape[factor]):
            inputs = [set(_inputs(tape, at)) for at in (*tape[cut].arguments, factor)]
            if inputs[0] & inputs[1]:
                return "detach"
    return None


def _inputs(tape: Sequence[Evaluation], line: int) -> Iterator[str]:
    """The inputs that a line has a slope by."""
    for at in needed(tape, line, _has_slope):
        if not tape[at].arguments:
            yield tape[at].wording.label


def _stretched(tape: Sequence[Evaluation], line: Evaluation) -> str | None:
    """A vector and a column of the same length, stretched to a square; a column made on purpose is no trap."""
    for row, column in (line.arguments[:2], line.arguments[1::-1]):
        sides = [_shape(tape[at]) for at in (row, column)]
        if len(sides[0]) == 1 and sides[0][0] > 1 and sides[1] == (*sides[0], 1) and not tape[column].arguments:
            return BROADCAST[_operation(line)]
    return None


def _shape(line: Evaluation) -> tuple[int, ...]:
    return tuple(line.value.shape) if isinstance(line.value, torch.Tensor) else ()


_FINDERS: dict[str, tuple[Find, ...]] = {
    "where": (_where,),
    "log": (_of_softmax("log-softmax"),),
    "cross_entropy": (_of_softmax("softmax-twice"),),
    "multiply": (_product, _stretched),
    **dict.fromkeys(("add", "subtract", "mse_loss"), (_stretched,)),
}
"""By operation what looks for a trap at it."""
