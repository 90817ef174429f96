"""What a run of an optimizer did and what is known of its landscape, in sentences with the numbers of the case."""

import math
from collections.abc import Mapping, Sequence
from typing import Any

import torch

from playground.descent.figures import PATHS, VALUES, Mark, first_outside
from playground.descent.landscape import CriticalPoints
from playground.descent.run import Number, Trajectory
from playground.descent.shape import CriticalPoint
from playground.descent.theory import (
    DIVERGES,
    ENDS,
    SETTLES,
    STAYS,
    STOPS,
    TOLERANCE,
    Theory,
    Verdict,
    is_near,
    path_of,
)
from playground.drawing.sentences import listing, number
from playground.exact.levels import MINIMUM
from playground.words import say


def what_happened(
    verdict: Verdict,
    trajectory: Trajectory,
    ends: CriticalPoint | None,
    lr: float,
    output: str,
    levels: CriticalPoints,
    tolerance: float = TOLERANCE,
) -> str:
    """The verdict in words.

    `ends` is the critical point that a settled run is at; where it is None, `levels` tell whether all are known, and
    whether one is near.
    """
    placeholders: dict[str, Any] = {"step": verdict.at, "last": trajectory.updates, "output": output, "lr": number(lr)}
    placeholders |= {"tolerance": number(tolerance), "value": number(trajectory.values[-1])}
    if verdict.kind == DIVERGES and verdict.at is not None:
        return say("descent.diverges_at", **placeholders)
    if verdict.kind == ENDS and not verdict.at:
        return say("descent.ends_at_once", **placeholders)
    if verdict.kind == SETTLES and ends is not None:
        return say(f"descent.settles_{ends.kind}", at=place_text(ends.at), **placeholders)
    if verdict.kind == SETTLES:
        nowhere = levels.exact and not is_near(path_of(trajectory.positions), levels.places)
        return say("descent.settles_nowhere" if nowhere else "descent.settles_somewhere", **placeholders)
    if verdict.kind == STAYS and not trajectory.updates:
        return say("descent.stays_without_steps")
    if verdict.kind == STAYS and lr == 0:
        return say("descent.stays_without_rate", **placeholders)
    if verdict.kind == STAYS and any(_moves(slope) for row in trajectory.slopes.values() for slope in row[:1]):
        return say("descent.stays_rounded")
    return say(f"descent.{verdict.kind}", **placeholders)


def _moves(slope: Number | None) -> bool:
    """Whether a gradient is not zero."""
    return slope is not None and bool(torch.as_tensor(slope).any())


def what_is_known(levels: CriticalPoints, output: str) -> str | None:
    """What is to be said before anybody waits for a minimum; None where there is nothing."""
    return None if levels.warning is None else say(f"descent.{levels.warning}", output=output)


def place_text(at: Sequence[float]) -> str:
    """`1`, `(3, 2)`."""
    texts = [number(round(x, 12) or 0.0) for x in at]
    return texts[0] if len(texts) == 1 else f"({', '.join(texts)})"


def marks_of(levels: CriticalPoints) -> list[Mark]:
    """The critical points of a drawing, each with its kind; of two coordinates those, else place and height."""
    single = sum(place.kind == MINIMUM for place in levels.places) == 1
    return [Mark(_shown_at(place), _word(place, levels, single), place.kind) for place in levels.places]


def _shown_at(place: CriticalPoint) -> tuple[float, float]:
    return place.at[0], place.height if len(place.at) == 1 else place.at[1]


def _word(place: CriticalPoint, levels: CriticalPoints, single: bool) -> str:
    """What a critical point is called: only exactly known minima are told apart as global and local."""
    if place.kind != MINIMUM or not levels.exact:
        return say(f"descent.level_{place.kind}")
    if place.lowest and levels.warning is None:
        return say("descent.level_minimum" if single else "descent.level_global")
    return say("descent.level_local")


def step_marks(verdict: Verdict, arrived: bool) -> list[tuple[int, str]]:
    """The steps that are marked on the plot; `arrived` tells a minimum from elsewhere that a run rests."""
    if verdict.at is None:
        return []
    key = {DIVERGES: "diverged", ENDS: "ends", STOPS: "stops"}.get(verdict.kind, "converged" if arrived else "rests")
    return [(verdict.at, say(f"descent.mark_{key}", step=verdict.at))]


def beyond(figure: Mapping[str, Any], output: str) -> list[str]:
    """A word about a path that leads out of its picture, and about values that lie beyond the plot of the steps."""
    path, values = first_outside(figure, PATHS), first_outside(figure, VALUES)
    remarks = [] if path is None else [say("descent.outside", step=path)]
    return remarks if values is None else [*remarks, say("descent.values_outside", step=values, output=output)]


def exactly_zero(values: Sequence[float], base: float, output: str) -> str | None:
    """That the value has no place on a logarithmic axis from a step on; None where it always has one."""
    first = len(values)
    while first > 0 and values[first - 1] == base:
        first -= 1
    return (
        say("descent.exactly_zero", output=output, lowest=_every_digit(base), step=first)
        if first < len(values)
        else None
    )


def _every_digit(value: float) -> str:
    """A number with as many digits as tell it from every other."""
    return number(value) if float(number(value)) == value else str(value)


# Theory


def theory_of(theory: Theory | None, names: Sequence[str], lr: float, plain: bool) -> list[str]:
    """What the second derivative at the minimum promises, and what it does not."""
    if theory is None:
        return [say("descent.theory_none")]
    alone = len(names) == 1
    name = names[0] if alone else listing(names)
    placeholders = {
        "name": name,
        "at": place_text(theory.place.at),
        "most": number(theory.most),
        "limit": number(theory.limit),
    }
    many = "one" if alone else "many"
    proved = theory.place.kind == MINIMUM
    key = f"descent.theory_{many}" if proved else f"descent.theory_{many}_undecided"
    lines = [say(key, **placeholders)]
    if not plain:
        return [*lines, say("descent.theory_not_plain")]
    above = "above" if alone else "above_many"
    key = "below" if lr < theory.limit else "at" if math.isclose(lr, theory.limit) else above
    lines.append(say(f"descent.theory_{key}", lr=number(lr), **placeholders))
    if theory.factor is not None and lr < theory.limit:
        key = "theory_factor" if alone else "theory_factor_many"
        lines.append(say(f"descent.{key}", factor=factor_text(theory.factor)))
    return lines


def factor_text(factor: float) -> str:
    """A factor of errors, written so that one below 1 is not read as 1."""
    text = number(factor)
    return text if text != "1" or factor == 1 else f"1 - {number(1 - factor)}"


def said_of_kind(kind: str) -> str:
    """A verdict as one word of a table."""
    return say(f"descent.verdict_{kind}")
