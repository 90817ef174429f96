"""The numbers that an address of `/descent` gives: how each is read, and what is said of one that cannot be used."""

import math
import re
from collections.abc import Callable, Sequence

from playground.descent.figures import RACERS
from playground.descent.optimizers import LECTURE, OPTIMIZERS
from playground.descent.run import check_numbers
from playground.language.errors import EvaluationError
from playground.language.limits import MAX_STEPS
from playground.language.values import read_value
from playground.web.parameters import Parameter, Read, Reader, shortened, switches
from playground.words import say

MAX_RACERS = len(RACERS)
"""At most so many runs are raced."""
MAX_TEXT_PARTS = 2 * MAX_RACERS
"""At most so many parts are looked at of a text that names who takes part."""

_COMMA = re.compile("[,，、]")
_RATE = re.compile(r"(\d+(\.\d*)?|\.\d+)(e-?\d+)?")
"""A learning rate; no two parts of the pattern can share a digit, or a long text would be read again for each."""

Check = Callable[[str, str, Sequence[float], Sequence[str]], None]
"""It raises EvaluationError for numbers that cannot be used: the name, the text and the numbers of a parameter, and
what is offered."""


def numbers(check: Check) -> Reader:
    """What reads as many numbers as usually stand there."""

    def read(name: str, text: str, offered: Sequence[str], usual: Sequence[str]) -> Read:
        if not text.strip():
            return Read(tuple(usual))
        try:
            values = _values(name, text, usual)
            check(name, text, values, offered)
        except EvaluationError as problem:
            return Read(tuple(usual), (say("descent.using", problem=problem.message, used=written(usual)),))
        return Read(tuple(map(repr, values)))

    return read


def written(numbers: Sequence[str]) -> str:
    """Numbers as one types them."""
    return numbers[0] if len(numbers) == 1 else f"[{', '.join(numbers)}]"


def _values(name: str, text: str, usual: Sequence[str]) -> tuple[float, ...]:
    value = read_value(text, name)
    entries = value if isinstance(value, Sequence) else (value,)
    plain = [float(entry) for entry in entries if not isinstance(entry, Sequence) and math.isfinite(entry)]
    if isinstance(value, Sequence) == (len(usual) == 1) or not len(plain) == len(entries) == len(usual):
        raise EvaluationError("one_number" if len(usual) == 1 else "two_numbers", name=name, usual=", ".join(usual))
    return tuple(plain)


def within(name: str, text: str, values: Sequence[float], offered: Sequence[str]) -> None:
    """Raise EvaluationError for a number that is not between the two that are offered."""
    low, high = offered
    if not all(float(low) <= value <= float(high) for value in values):
        raise EvaluationError("range", name=name, low=low, high=high)


def _steps(name: str, text: str, values: Sequence[float], offered: Sequence[str]) -> None:
    (steps,) = values
    if not steps.is_integer() or not 0 <= steps <= MAX_STEPS:
        shown = f"{steps:.10g}" if abs(steps) < 1e15 else shortened(text)
        raise EvaluationError("steps", steps=shown, limit=f"{MAX_STEPS:,}")


def _seed(name: str, text: str, values: Sequence[float], offered: Sequence[str]) -> None:
    (seed,) = values
    if not seed.is_integer() or not 0 <= seed < 2**31:
        raise EvaluationError("seed")


def entry_in(name: str, text: str, offered: Sequence[str], usual: Sequence[str]) -> Read:
    """The indices of an entry of an output, none for the sum; what is offered is the output and its shape."""
    if not text.strip():
        return Read(())
    output, *sides = offered
    parts = [part.strip() for part in _COMMA.split(text.strip().strip("[]"))]
    indices = tuple(str(int(part)) for part in parts if part.isdecimal() and len(part) < 4)
    fits = len(indices) == len(parts) == len(sides) and all(
        int(index) < int(side) for index, side in zip(indices, sides, strict=True)
    )
    return Read(indices) if fits else Read((), (say("descent.bad_entry", output=output, shape=list(map(int, sides))),))


def racers_in(name: str, text: str, offered: Sequence[str], usual: Sequence[str]) -> Read:
    """Who takes part, each an optimizer that is offered and a rate; as `usual` has them where one is not said."""
    racers: list[str] = []
    objections: list[str] = []
    parts = [part for part in map(str.strip, _COMMA.split(text)) if part]
    for part in parts[:MAX_TEXT_PARTS]:
        racer = _racer(part, offered, usual)
        if racer is None:
            objections.append(say("descent.race_unknown", part=shortened(part)))
        else:
            racers.append(racer)
    if len(racers) > MAX_RACERS or len(parts) > MAX_TEXT_PARTS:
        objections.append(say("descent.race_many", limit=MAX_RACERS))
    return Read(tuple(racers[:MAX_RACERS]), tuple(objections))


def _racer(part: str, names: Sequence[str], usual: Sequence[str]) -> str | None:
    optimizer, rate = usual
    for word in part.split():
        if word in names:
            optimizer = word
        elif _RATE.fullmatch(word) and math.isfinite(float(word)):
            rate = repr(float(word))
        else:
            return None
    return f"{optimizer} {rate}"


LR = Parameter("lr", default="0.01", reader=numbers(lambda name, text, values, offered: check_numbers(values[0], 0)))
STEPS = Parameter("steps", default="500", reader=numbers(_steps))
"""The learning rate and the steps of the tutorial."""
NOISE = Parameter(
    "noise", default="0", reader=numbers(lambda name, text, values, offered: check_numbers(0.0, 0, values[0]))
)
SEED = Parameter("seed", default="0", reader=numbers(_seed))
ENTRY = Parameter("entry", reader=entry_in)
RACE = Parameter("race", default=", ".join(LECTURE), opens=True, reader=racers_in)

_KEYWORDS = {parameter.name: parameter.default for row in OPTIMIZERS.values() for parameter in row.parameters}

KEYWORDS = (
    *(Parameter(name, reader=numbers(within)) for name, value in _KEYWORDS.items() if not isinstance(value, bool)),
    *switches(*(name for name, value in _KEYWORDS.items() if isinstance(value, bool))),
)
"""The optimizers' own parameters; what one usually is, and between what, the row of the optimizer says."""
