"""What `/descent` computes, once for everybody who asks."""

import math
from collections.abc import Sequence
from copy import copy
from dataclasses import dataclass, replace
from functools import partial
from operator import attrgetter

import torch

from playground.descent.film import DRAWN, Columns, RunFacts, columns_of
from playground.descent.landscape import (
    MAX_HESSIAN_ENTRIES,
    CriticalPoints,
    Surface,
    affordable,
    at_zero,
    downhill,
    levels_of_one,
    levels_of_two,
    minimum_below,
    shape_along,
    unless_busy,
    warning_of_two,
)
from playground.descent.optimizers import Setting
from playground.descent.run import (
    Objective,
    Trajectory,
    descend,
    objective,
    step_cost,
    without_slopes,
)
from playground.descent.script import Loop, descent_parts
from playground.descent.shape import CriticalPoint, Shape
from playground.descent.sweep import Sweep, how_many, sweep, sweep_cost
from playground.descent.theory import DIVERGES, ENDS, SETTLES, STAYS, Theory, Verdict, arrived, path_of, theory, verdict
from playground.drawing.script import signed
from playground.engine.case import Case
from playground.exact.levels import MINIMUM, UNDECIDED
from playground.language import limits
from playground.web.cache import kept, kept_in_words
from playground.web.case import Export, export_of

MAX_KEPT_NUMBERS = 2_000_000
"""At most so many numbers of a run are kept."""
CURVE_POINTS = 241
"""A curve is computed at so many points."""
LANDSCAPE_POINTS_A_SIDE = 61
"""A landscape of two variables is computed at so many points to each side."""
SEARCH_RADIUS = 5.0
"""Critical points are looked for at least so far from the start."""
ROOM_BESIDE_START = 0.35
"""So much room is beside the start, and beside other points that are seen, as a part of its distance to the minimum."""
ROOM_BEHIND_MINIMUM = 1.35
"""So much room is behind the minimum, as a multiple of its distance from the start."""
MAX_NEIGHBOUR_DISTANCE = 3.0
"""Another critical point is seen too that is no farther away, as a multiple of the same distance."""
GROWTH_WIDTHS = (0.0, 0.25, 0.5, 1.0, 2.0, 4.0)
"""A picture may grow by so many of its own widths to each side to hold the path."""
ASPECT_RATIO = 1.35
"""The picture of two variables is so many times as wide as high."""
SWEEP_DECADES = 2
"""A sweep tries learning rates in so many powers of ten to each side of one."""


@dataclass(frozen=True)
class Setup:
    """How a case is walked down."""

    output: str
    optimizer: str = "SGD"
    lr: float = 0.01
    steps: int = 500
    settings: tuple[tuple[str, Setting], ...] = ()
    noise: float = 0.0
    seed: int = 0
    zero_grad: bool = True
    entry: tuple[int, ...] | None = None

    @property
    def loop(self) -> Loop:
        """The same for a script."""
        return Loop(
            self.optimizer, self.lr, self.steps, dict(self.settings), self.noise, self.seed, self.zero_grad, self.entry
        )


@dataclass(frozen=True)
class View:
    """The picture of a landscape: what of it is seen, and its heights there."""

    windows: tuple[tuple[float, float], ...]
    xs: tuple[float, ...]
    ys: tuple[float, ...]
    heights: tuple[tuple[float | None, ...], ...]
    """Along a curve one row; of two variables a row for each y."""


@dataclass(frozen=True)
class Findings:
    """What is known of a landscape, and of what a run did on it."""

    verdict: Verdict
    levels: CriticalPoints
    ends: CriticalPoint | None
    """The critical point that a settled run is at."""
    theory: Theory | None
    names: tuple[str, ...]
    places: tuple[CriticalPoint, ...]
    """Every critical point that is known: those of the levels, and where the run is heading."""


@kept
def walked(case: Case, setup: Setup) -> Trajectory:
    """The run. Raises EvaluationError where a setting is refused."""
    return descended(case, setup)


def descended(case: Case, setup: Setup) -> Trajectory:
    """The run, made anew. Raises EvaluationError as `descend` does."""
    return descend(
        case.program,
        case.moved,
        case.constants,
        setup.optimizer,
        setup.lr,
        setup.steps,
        output=setup.output,
        entry=setup.entry,
        dtype=case.dtype,
        noise=setup.noise,
        seed=setup.seed,
        zero_grad=setup.zero_grad,
        **dict(setup.settings),
    )


def entries_moved(case: Case) -> int:
    """How many numbers move."""
    return sum(torch.tensor(value).numel() for value in case.moved.values())


@dataclass(frozen=True)
class Most:
    """The steps that a run may have: more would be too many numbers to keep, or cost too much."""

    steps: int
    reason: str
    """`fewer_steps` or `quicker_steps`, whichever sets the limit."""
    entries: int


@kept
def most_steps(case: Case, output: str, optimizer: str) -> Most:
    """As many steps as can be kept and computed, by what moves and by what each costs."""
    entries, cost = entries_moved(case), step_cost(_goal(case, output), optimizer)
    affordable = _steps_for(limits.MAX_RUN_COST, cost)
    kept_at_most = max(1, MAX_KEPT_NUMBERS // (3 * entries))
    return min(
        Most(kept_at_most, "fewer_steps", entries), Most(affordable, "quicker_steps", entries), key=attrgetter("steps")
    )


@kept
def steps_together(case: Case, output: str, optimizers: tuple[str, ...]) -> int:
    """As many steps as several runs may have that are shown in one panel."""
    goal = _goal(case, output)
    kept_at_most = MAX_KEPT_NUMBERS // (3 * entries_moved(case) * len(optimizers))
    affordable = _steps_for(limits.MAX_PANEL_COST, sum(step_cost(goal, optimizer) for optimizer in optimizers))
    return max(1, min(kept_at_most, affordable))


@kept
def steps_of_sweep(case: Case, output: str, optimizer: str) -> int:
    """As many steps as a sweep may have."""
    return _steps_for(limits.MAX_PANEL_COST, sweep_cost(_goal(case, output), optimizer))


def _steps_for(most: float, cost: float) -> int:
    return max(1, int(most / cost))


def _goal(case: Case, output: str) -> Objective:
    return objective(case.program, case.moved, case.constants, output, dtype=case.dtype)


def unreached(trajectory: Trajectory) -> tuple[int, ...]:
    """The places, among all entries that move, of those that no path leads to."""
    rows = [
        (torch.as_tensor(row[0]).numel(), trajectory.gradients[name][0] is None)
        for name, row in trajectory.positions.items()
    ]
    flags = [silent for count, silent in rows for _ in range(count)]
    return tuple(place for place, silent in enumerate(flags) if silent)


def surface_of(case: Case, setup: Setup) -> Surface:
    """The landscape of a case, of which nothing has been asked yet: each counts for itself what it is asked."""
    return copy(_surface(case, setup.output, setup.entry))


@kept
def _surface(case: Case, output: str, entry: tuple[int, ...] | None) -> Surface:
    """The landscape that is copied and never asked itself; a page needs it five times."""
    return Surface(case.program, case.moved, case.constants, output, entry)


# The landscape


@kept
def levels_near(case: Case, output: str, entry: tuple[int, ...] | None) -> CriticalPoints:
    """The critical points of a landscape of one or two variables; none are looked for where there are more."""
    setup = Setup(output, entry=entry)
    surface = surface_of(case, setup)
    start = surface.start.tolist()
    if len(start) == 1:
        shape = unless_busy(partial(_shape, at_zero(case), output, entry))
        return levels_of_one(shape, surface, _around(start[0]))
    if len(start) > DRAWN:
        return CriticalPoints((), False, None)
    levels = levels_of_two(surface, [_around(coordinate) for coordinate in start])
    scalars = not any(isinstance(value, Sequence) for value in case.moved.values())
    warning = warning_of_two(case, output, entry) if scalars else None
    return replace(levels, warning=warning or levels.warning)


@kept
def _shape(case: Case, output: str, entry: tuple[int, ...] | None) -> Shape | None:
    """What sympy knows of the landscape along the one number that a case moves."""
    (name,) = case.tracked
    return shape_along(case.program, case.inputs, output, entry, {(name, ()): 1.0})


def _around(start: float) -> tuple[float, float]:
    """Where critical points are looked for. The start is not in the middle, so that a grid hits no round numbers."""
    reach = max(SEARCH_RADIUS, 2 * abs(start))
    return start - reach * 1.013, start + reach


@kept
def findings(case: Case, setup: Setup) -> Findings:
    """The verdict on a run, the critical points around it, and what theory says of the minimum it heads for."""
    trajectory, surface = walked(case, setup), surface_of(case, setup)
    levels = levels_near(case, setup.output, setup.entry)
    path = path_of(trajectory.positions)
    did, end = verdict(trajectory, places=levels.places), path[-1]
    near = did.kind not in (DIVERGES, ENDS, STAYS) and bool(torch.isfinite(end).all())
    heading = _heading(surface, levels, end) if near else ahead(case, setup.output, setup.entry)
    is_new = heading is not None and not any(heading is place for place in levels.places)
    places = [*levels.places, *([heading] if heading else [])]
    did = verdict(trajectory, places=tuple(places)) if is_new else did
    ends = arrived(path, places) if did.kind == SETTLES else None
    stable = heading is not None and heading.kind in (MINIMUM, UNDECIDED)
    promised = None
    if heading is not None and stable:
        promised = affordable(partial(theory, surface, heading, trajectory, setup.lr), None)
    return Findings(did, levels, ends, promised, surface.names, tuple(places))


@kept
def ahead(case: Case, output: str, entry: tuple[int, ...] | None) -> CriticalPoint | None:
    """The critical point that small steps downhill lead to from the start; None where none was found."""
    surface = surface_of(case, Setup(output, entry=entry))
    return _heading(surface, levels_near(case, output, entry), surface.start)


def _heading(surface: Surface, levels: CriticalPoints, point: torch.Tensor) -> CriticalPoint | None:
    """The critical point that small steps downhill lead to from a point; None where none was found."""
    return None if len(point) > MAX_HESSIAN_ENTRIES else affordable(partial(_below, surface, levels, point), None)


def _below(surface: Surface, levels: CriticalPoints, point: torch.Tensor) -> CriticalPoint | None:
    if len(point) == 1 and (levels.exact or levels.places):
        _, slopes = surface.slopes(point[None])
        minimum = downhill(levels, float(point[0]), float(slopes[0, 0]))
        if minimum is not None or levels.exact:
            return minimum
    return minimum_below(surface, point)


# The picture


@kept
def view(case: Case, setup: Setup) -> View:
    """The picture of a run on a landscape of one or two variables."""
    trajectory = walked(case, setup)
    levels = levels_near(case, setup.output, setup.entry)
    path = path_of(trajectory.positions)
    start = surface_of(case, setup).start.tolist()
    heading = ahead(case, setup.output, setup.entry)
    target = start if heading is None else heading.at
    windows = [_window(start[at], target[at], [place.at[at] for place in levels.places]) for at in range(path.shape[1])]
    grown = tuple(
        _grown(window, path[:, at].tolist(), trajectory.diverged_at is None) for at, window in enumerate(windows)
    )
    return _sampled(case, setup.output, setup.entry, grown if len(grown) == 1 else _flattened(grown))


def _window(start: float, target: float, neighbours: Sequence[float]) -> tuple[float, float]:
    """What is seen along one variable: the start, the minimum it heads for and what is close to them."""
    distance = abs(start - target) or max(1.0, abs(start) / 2)
    side = 1 if target >= start else -1
    ends = [start - side * ROOM_BESIDE_START * distance, target + side * ROOM_BEHIND_MINIMUM * distance]
    close = [
        neighbour
        for neighbour in neighbours
        if min(abs(neighbour - start), abs(neighbour - target)) <= MAX_NEIGHBOUR_DISTANCE * distance
    ]
    ends += [neighbour + ROOM_BESIDE_START * distance * way for neighbour in close for way in (-1, 1)]
    return min(ends), max(ends)


def _grown(window: tuple[float, float], path: Sequence[float], stays: bool) -> tuple[float, float]:
    """The window, grown to each side by whole widths to hold the path, unless that goes away for good."""
    low, high = window
    width = high - low
    most = GROWTH_WIDTHS[-1] if stays else GROWTH_WIDTHS[1]
    inside = [x for x in path if low - most * width <= x <= high + most * width]
    below = max((low - x for x in inside), default=0.0) / width
    above = max((x - high for x in inside), default=0.0) / width
    left, right = (next(step for step in GROWTH_WIDTHS if step >= part) for part in (max(below, 0), max(above, 0)))
    return low - left * width, high + right * width


def _flattened(windows: Sequence[tuple[float, float]]) -> tuple[tuple[float, float], ...]:
    """Windows of one scale, the first wider than the second."""
    widths = [high - low for low, high in windows]
    height = max(widths[0] / ASPECT_RATIO, widths[1])
    sizes = (ASPECT_RATIO * height, height)
    middles = [(low + high) / 2 for low, high in windows]
    return tuple((middle - size / 2, middle + size / 2) for middle, size in zip(middles, sizes, strict=True))


@kept
def _sampled(case: Case, output: str, entry: tuple[int, ...] | None, windows: tuple[tuple[float, float], ...]) -> View:
    """The heights of a landscape inside of windows."""
    surface = surface_of(case, Setup(output, entry=entry))
    most = max(2, surface.at_most())
    counts = (min(CURVE_POINTS, most),) if len(windows) == 1 else (min(LANDSCAPE_POINTS_A_SIDE, math.isqrt(most)),) * 2
    sides = [torch.linspace(*ends, count, dtype=torch.float64) for ends, count in zip(windows, counts, strict=True)]
    points = sides[0][:, None] if len(sides) == 1 else torch.cartesian_prod(*sides)
    heights = surface.heights(points).reshape(counts)
    rows = heights[None] if len(sides) == 1 else heights.T
    finite = tuple(tuple(height if math.isfinite(height) else None for height in row) for row in rows.tolist())
    return View(windows, tuple(sides[0].tolist()), tuple(sides[-1].tolist()), finite)


@kept
def columns(case: Case, setup: Setup, facts: RunFacts, size: tuple[float, float], slopes: bool = True) -> Columns:
    """Every number of a run that is drawn or told, its slopes or not; `size` is the figure's, in its own units."""
    trajectory = walked(case, setup)
    return columns_of(trajectory if slopes else without_slopes(trajectory), facts, size)


# Many rates, and the script


def rates_around(lr: float, count: int) -> list[float]:
    """So many learning rates in equal ratios, in powers of ten around one, which takes the place of the nearest."""
    middle = round(math.log10(lr)) if lr > 0 else -2
    powers = (middle - SWEEP_DECADES + 2 * SWEEP_DECADES * place / (count - 1) for place in range(count))
    rates = [float(f"{10**power:.4g}") for power in powers]
    if lr > 0:
        nearest = min(range(count), key=lambda place: abs(math.log(rates[place] / lr)))
        rates[nearest] = lr
    return rates


@kept
def swept(case: Case, setup: Setup) -> Sweep:
    """The value after the same number of steps for many learning rates."""
    rates = rates_around(setup.lr, how_many(_goal(case, setup.output), setup.optimizer))
    return sweep(case.program, case.moved, case.constants, setup.optimizer, rates, setup.steps, output=setup.output,
                 entry=setup.entry, dtype=case.dtype, **dict(setup.settings))  # fmt: skip


@kept_in_words
def descent_exported(case: Case, title: str, setup: Setup) -> Export:
    """The script of a run, and its notebook."""
    parts = descent_parts(case.run(), case.inputs, setup.output, case.tracked, setup.loop, walked(case, setup))
    return export_of(title, signed(parts, "descent"))
