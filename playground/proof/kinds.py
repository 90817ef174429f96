"""Which kind a critical point is: proved in the process of `worker`, or not decided."""

from collections.abc import Mapping
from contextlib import suppress

import torch

from playground.engine.process import ANSWERED, Busy
from playground.exact.levels import UNDECIDED, Levels
from playground.language.program import Program
from playground.proof.worker import WORKER
from playground.web.cache import keep, look_up

MAX_PROVED_ENTRIES = 8
"""The kind of a critical point is proved where at most so many entries move."""
PLACE_DIGITS = 10
"""It is proved at a place that is rounded to so many significant digits: the same from wherever it was found."""


def levels_of(
    program: Program,
    constants: Mapping[str, torch.Tensor],
    moved: Mapping[str, torch.Size],
    output: tuple[str, tuple[int, ...] | None],
    places: torch.Tensor,
    size: float,
) -> Levels:
    """The question of which kinds critical points (k, n) of an output are, or of one of its entries.

    `constants` are the inputs that stay, and `moved` are the shapes of the others, whose n entries are a place in their
    order; `size` is that of what is looked at.
    """
    held = tuple((name, tuple(value.shape), tuple(value.flatten().tolist())) for name, value in constants.items())
    shapes = tuple((name, tuple(shape)) for name, shape in moved.items())
    rounded = tuple(tuple(float(f"{x:.{PLACE_DIGITS}g}") for x in place) for place in places.tolist())
    return Levels(program, held, shapes, *output, rounded, size)


def proved_kinds(levels: Levels) -> list[str]:
    """The kind of each place, undecided where none is proved in time, or where too many others ask."""
    proved: Mapping[int, str] = {}
    if all(len(place) <= MAX_PROVED_ENTRIES for place in levels.places):
        with suppress(Busy):
            proved = _proved(levels)
    return [proved.get(number, UNDECIDED) for number in range(len(levels.places))]


def _proved(levels: Levels) -> Mapping[int, str]:
    """The kinds that are proved; what was not finished in time is asked for anew. Raises Busy as `Worker.ask`."""
    known: Mapping[int, str] | None = look_up(("kinds", levels))
    if known is not None:
        return known
    answer = WORKER.ask(levels)
    if answer.ended == ANSWERED:
        keep(("kinds", levels), answer.parts)
    return answer.parts
