"""What `/descent` tells of a run, and so what moves with a learning rate or with the place of the start."""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import partial

from playground.descent.compute import Setup
from playground.descent.film import DRAWN, Columns, RunFacts, columns_of, last_scene, with_logs
from playground.descent.landscape import CriticalPoints
from playground.descent.paths import Way, trajectories
from playground.descent.run import Trajectory
from playground.descent.sentences import what_happened
from playground.descent.shape import CriticalPoint
from playground.descent.theory import SETTLES, arrived, path_of, verdict
from playground.drawing.film import filled
from playground.drawing.moving import Lines, Moved
from playground.drawing.plot_kit import finite
from playground.engine.case import Case
from playground.engine.sweep import at
from playground.words import paragraph

MAX_ITERATES = 150
"""Of a path that moves at most so many iterates are drawn."""
ALL_OF = 100
"""Of its first iterates all."""
NEAR = range(-4, 5)
"""A rate goes through so many steps of its own size, and beyond them through round ones of each power of ten."""
NEARLY_ALL = (0.05, 0.15, 0.85, 0.93, 0.95, 0.97, 0.98, 0.99)
"""Momenta beside the tenths: where a little makes a difference."""
ROUND = (1, 2, 5)
FAR = 6
"""So many round rates come on each side."""
FIGURE = "descent"
"""The container of the figure, and of the player."""


@dataclass(frozen=True)
class Look:
    """How a run is shown, whatever moves."""

    facts: RunFacts
    places: tuple[CriticalPoint, ...]
    """The critical points that a run may come to rest at."""
    size: tuple[float, float]
    """The picture's, in its own units."""
    steps: int
    """The steps of a run that is not cut short."""
    base: float
    log: bool
    levels: CriticalPoints
    warning: str | None


def rates(lr: float) -> tuple[float, ...]:
    """Round learning rates around one that is not zero, it among them."""
    power = math.floor(math.log10(lr))
    lead = lr / 10**power
    step = 10**power * (0.1 if lead < 2 else 0.5 if lead < 5 else 1)
    near = [lr + turn * step for turn in NEAR if lr + turn * step > 0]
    rounds = [digit * 10.0**exponent for exponent in range(power - 3, power + 4) for digit in ROUND]
    below = [rate for rate in rounds if rate < min(near) * 0.99][-FAR:]
    above = [rate for rate in rounds if rate > max(near) * 1.01][:FAR]
    return tuple(sorted({lr, *(float(f"{rate:.4g}") for rate in (*below, *near, *above))}))


def momenta(momentum: float) -> tuple[float, ...]:
    """Momenta from none to nearly all, one among them."""
    return tuple(sorted({momentum, *(tenth / 10 for tenth in range(10)), *NEARLY_ALL}))


def along_rates(case: Case, setup: Setup, look: Look, values: Sequence[float]) -> Iterator[Moved]:
    """The page with each learning rate."""
    yield from _frames([Way(case, replace(setup, lr=rate)) for rate in values], look)


def along_setting(case: Case, setup: Setup, look: Look, name: str, values: Sequence[float]) -> Iterator[Moved]:
    """The page with each value of one of the optimizer's own parameters."""
    rest = tuple(pair for pair in setup.settings if pair[0] != name)
    yield from _frames([Way(case, replace(setup, settings=(*rest, (name, value)))) for value in values], look)


def along_start(case: Case, setup: Setup, look: Look, name: str, values: Sequence[float]) -> Iterator[Moved]:
    """The page with each start."""
    yield from _frames([Way(at(case, name, start), setup) for start in values], look)


def _frames(ways: Sequence[Way], look: Look) -> Iterator[Moved]:
    for way, trajectory in zip(ways, trajectories(ways), strict=True):
        yield _frame(replace(look.facts, lr=way.setup.lr, diverged_at=trajectory.diverged_at), trajectory, look)


def _frame(facts: RunFacts, trajectory: Trajectory, look: Look) -> Moved:
    """The page with a run, at its end."""
    columns = with_logs(columns_of(trajectory, facts, look.size), look.base)
    fill = partial(filled, columns=columns, step=len(columns["value"]) - 1)
    scene, did = last_scene(facts, columns), verdict(trajectory, places=look.places)
    ends = arrived(path_of(trajectory.positions), look.places) if did.kind == SETTLES else None
    sentence = what_happened(did, trajectory, ends, facts.lr, facts.output, look.levels)
    texts = {name: [("", fill(text))] for name, text in scene.texts.items()}
    return Moved(
        texts=texts | {"verdict": [("", paragraph([sentence, look.warning]))]},
        lines=_drawn(columns, facts, look),
        films={FIGURE: [[(kind, fill(text)) for kind, text in scene.sentence]]},
        finite=trajectory.diverged_at is None,
    )


def drawn_steps(steps: int) -> list[int]:
    """The steps whose iterates are drawn: all of the first ones, where a path turns, and some of the others."""
    first = range(min(ALL_OF, steps))
    every = max(1, math.ceil((steps - len(first)) / (MAX_ITERATES - ALL_OF - 1)))
    return [*first, *range(len(first), steps, every), steps]


def _drawn(columns: Columns, facts: RunFacts, look: Look) -> Lines:
    """The path with its end, and the value against the step."""
    last = len(columns["value"]) - 1
    kept = drawn_steps(look.steps)
    value = "loss" if look.log else "value"

    def row(name: str, places: Sequence[int] = kept) -> list[float | None]:
        return [finite(columns[name][place]) if place <= last else None for place in places]

    losses = row(value)
    lines: Lines = {(FIGURE, trace): (kept, losses) for trace in ("whole", "so far")}
    lines[FIGURE, "loss point"] = ([last], losses[-1:])
    if len(facts.names) > DRAWN:
        return lines
    up = "value" if len(facts.names) == 1 else "x1"
    ends = [("tl", "tr"), ("tu", "tv")] if len(facts.names) == 1 else [("x0", "dx"), ("x1", "dy")]
    slope = tuple([row(name, [last])[0] for name in names] for names in ends)
    path = {"trail": kept, "point": [last], "start": [0]}
    lines |= {(FIGURE, trace): (row("x0", places), row(up, places)) for trace, places in path.items()}
    return lines | {(FIGURE, "tangent" if up == "value" else "downhill"): (slope[0], slope[1])}
