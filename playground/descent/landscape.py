"""The landscape that an optimizer walks: heights, slopes and second derivatives at many points at once, in float64,
and the places where it is level: exactly where sympy finds them, else those that Newton's method found."""

import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from functools import partial
from typing import TypeVar

import torch

from playground.descent.run import objective
from playground.descent.shape import CriticalPoint, Line, Shape
from playground.engine.at_each import REFUSALS, one_by_one
from playground.engine.case import Case
from playground.engine.compiled import NUMBER_COST, OPERATION_COST, decides
from playground.engine.forward import Values
from playground.engine.jacobian import entries_of
from playground.engine.process import Busy
from playground.exact.levels import MINIMUM, UNDECIDED, Levels
from playground.exact.question import Entry
from playground.language import limits
from playground.language.program import Program
from playground.language.values import Value
from playground.proof.kinds import levels_of, proved_kinds
from playground.proof.worker import WORKER

MAX_EXACT_DEGREE = 20
"""All critical points of a polynomial of at most this degree are found exactly."""
SEARCHED_POINTS = 801
"""A change of the slope's sign is looked for between so many points."""
HALVINGS = 60
"""An interval is halved so often to find where the slope changes its sign."""
NEWTON_STARTS_A_SIDE = 17
"""Newton's method starts from a grid of so many points to each side."""
NEWTON_STEPS = 60
"""Newton's method makes so many steps."""
MAX_SINGULAR_RATIO = 1e-9
"""A Hessian is singular, as far as floats tell, whose smallest eigenvalue is no larger part of its largest."""
MAX_NUMBERS_AT_ONCE = 2**21
"""At most so many numbers are held at once."""
MAX_DOWNHILL_STEPS = 300
"""The way downhill to a minimum has at most so many steps."""
DOWNHILL_STEP_LENGTH = 0.1
"""A step downhill is at most so long, relative to the size of the start where that is above 1."""
REST_STEP_LENGTH = 1e-12
"""A step downhill that is no longer is at rest, relative to the size of the point where that is above 1."""
MAX_HESSIAN_ENTRIES = 64
"""The Hessian is looked at where at most so many entries move."""

ENDLESS = "endless"
"""The warning that a landscape goes down without end."""
NEVER_REACHED = "never_reached"
"""The warning that a landscape comes ever closer to a lowest height and reaches it nowhere."""
UNSEARCHED = "unsearched"
"""The warning that it would cost too much to look for critical points."""
CALL_COST = 100e-6
"""A call for many points costs so much, whatever is computed."""

R = TypeVar("R")


class TooDear(Exception):
    """More of a landscape was asked for than may be computed of it."""


class NoDerivative(Exception):
    """PyTorch has no derivative that was asked for: the second one of `hardsigmoid`, say, is not implemented."""


def affordable(look: Callable[[], R], otherwise: R) -> R:
    """What is found on a landscape, or `otherwise` where that costs too much or needs what PyTorch does not have."""
    try:
        return look()
    except (TooDear, NoDerivative):
        return otherwise


@dataclass(frozen=True)
class CriticalPoints:
    """The critical points of a landscape."""

    places: tuple[CriticalPoint, ...]
    exact: bool
    """Whether these are all, exactly; else they were found by trying."""
    warning: str | None
    """`ENDLESS` or `NEVER_REACHED` where that is certain; `UNSEARCHED` where places may be there and are not told."""


class Surface:
    """What is minimized, in float64, as a function of all n moved entries in one row.

    All that is asked of it is counted: every method that computes raises TooDear above `limits.MAX_LANDSCAPE_COST`.
    Where PyTorch refuses a place, `binary_cross_entropy` all outside of 0 to 1, the height and its slopes are NaN.
    """

    def __init__(
        self,
        program: Program,
        start: Values,
        constants: Values,
        output: str | None = None,
        entry: tuple[int, ...] | None = None,
    ) -> None:
        goal = objective(program, start, constants, output, entry, torch.float64)
        self._goal, self._entry = goal, entry
        self._shapes = {name: leaf.shape for name, leaf in goal.leaves.items()}
        self.names = tuple(entries_of(goal.leaves, list(goal.leaves)))
        self.start = self.row({name: leaf.detach() for name, leaf in goal.leaves.items()})
        sizes = [line.value.numel() for line in goal.run.tape if isinstance(line.value, torch.Tensor)]
        self._calls, self._numbers = len(sizes), sum(sizes)
        self._at_once = max(1, MAX_NUMBERS_AT_ONCE // self._numbers)
        self._together = not decides(goal.run)
        self._left = limits.MAX_LANDSCAPE_COST

    def row(self, position: Mapping[str, float | torch.Tensor]) -> torch.Tensor:
        """A position as one row of entries (n), in the order of `names`."""
        return torch.cat([torch.as_tensor(position[name], dtype=torch.float64).flatten() for name in self._shapes])

    def levels(self, places: torch.Tensor, size: float) -> Levels:
        """The question of which kinds critical points (k, n) are, beside something of this size."""
        goal = self._goal
        return levels_of(goal.run.program, goal.constants, self._shapes, (goal.output, self._entry), places, size)

    def heights(self, points: torch.Tensor) -> torch.Tensor:
        """The height (N) at each of the points (N, n)."""
        self._count(len(points), 1)
        return torch.cat([self._heights(part).detach() for part in torch.split(points, self._at_once)])

    def slopes(self, points: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
        """Heights (N) and gradients (N, n) at points (N, n): the gradient of the heights' sum has one for each."""
        self._count(len(points), 1)
        return _joined(map(self._slopes, torch.split(points, self._at_once)))

    def bends(self, points: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
        """Gradients (N, n) and Hessians (N, n, n) at points (N, n), a row of each Hessian in one pass."""
        self._count(len(points), 2 + points.shape[1])
        return _joined(map(self._bends, torch.split(points, self._at_once)))

    def at_most(self) -> int:
        """At how many points the height may be asked for, if nothing else is."""
        nothing, each = self._cost(0, 1), self._cost(1, 1) - self._cost(0, 1)
        return int((limits.MAX_LANDSCAPE_COST - nothing) / each)

    def require_bends(self, rounds: int, points: torch.Tensor) -> None:
        """Raise TooDear where so many rounds of `bends` would do so, before the first of them."""
        if rounds * self._cost(len(points), 2 + points.shape[1]) > self._left:
            raise TooDear

    def _count(self, points: int, passes: int) -> None:
        self._left -= self._cost(points, passes)
        if self._left < 0:
            raise TooDear

    def _cost(self, points: int, passes: int) -> float:
        """What so many passes through the program cost."""
        runs = 1 if self._together else points
        return CALL_COST + passes * (OPERATION_COST * self._calls * runs + NUMBER_COST * self._numbers * points)

    def _heights(self, points: torch.Tensor) -> torch.Tensor:
        if self._together:
            try:
                return torch.func.vmap(self._height)(points)
            except REFUSALS:  # a mask, or a place that is refused: from here on each is a run, and costs one
                self._together = False
        return one_by_one(self._height, points)

    def _slopes(self, points: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
        points = points.detach().requires_grad_()
        heights = self._heights(points)
        (gradients,) = torch.autograd.grad(heights.sum(), points, materialize_grads=True)
        return heights.detach(), gradients

    def _bends(self, points: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
        points = points.detach().requires_grad_()
        heights = self._heights(points)
        (gradients,) = torch.autograd.grad(heights.sum(), points, create_graph=True, materialize_grads=True)
        if not gradients.requires_grad:
            return gradients.detach(), torch.zeros(*points.shape, points.shape[1], dtype=points.dtype)
        return gradients.detach(), _rows(gradients, points)

    def _height(self, row: torch.Tensor) -> torch.Tensor:
        return self._goal.function({**self._goal.constants, **self._leaves(row)})

    def _leaves(self, row: torch.Tensor) -> dict[str, torch.Tensor]:
        sizes = [shape.numel() for shape in self._shapes.values()]
        parts = zip(self._shapes.items(), torch.split(row, sizes), strict=True)
        return {name: part.reshape(shape) for (name, shape), part in parts}


def _rows(gradients: torch.Tensor, points: torch.Tensor) -> torch.Tensor:
    """The derivatives (N, n, n) of recorded gradients (N, n) by their points (N, n)."""
    try:
        rows = [
            torch.autograd.grad(column.sum(), points, retain_graph=True, materialize_grads=True)[0]
            for column in gradients.unbind(1)
        ]
    except RuntimeError as problem:
        raise NoDerivative from problem
    return torch.stack(rows, dim=1)


def _joined(parts: Iterable[tuple[torch.Tensor, torch.Tensor]]) -> tuple[torch.Tensor, torch.Tensor]:
    """What was computed part by part, in two pieces."""
    first, second = zip(*parts, strict=True)
    return torch.cat(first), torch.cat(second)


# One variable


def at_zero(case: Case) -> Case:
    """A case that moves one number, with that number at 0: wherever it starts, its landscape is the same."""
    values = tuple((name, 0.0 if name in case.tracked else value) for name, value in case.values)
    return replace(case, values=values)


def levels_of_one(shape: Shape | None, surface: Surface, window: tuple[float, float]) -> CriticalPoints:
    """The critical points along one number: all, where its shape has them; or those found inside of a window."""
    warning = warning_of(shape)
    if shape is not None and shape.complete:
        return CriticalPoints(shape.levels, True, warning)
    levels = affordable(lambda: _found_between(surface, *window), None)
    if levels is None:
        return CriticalPoints((), False, warning or UNSEARCHED)
    lowest = min((height for _, height, kind in levels if kind == MINIMUM), default=0.0)
    places = tuple(
        CriticalPoint((at,), height, kind, kind == MINIMUM and height == lowest) for at, height, kind in levels
    )
    return CriticalPoints(places, False, warning)


def shape_along(
    program: Program,
    values: Mapping[str, Value],
    output: str,
    entry: tuple[int, ...] | None,
    moves: Mapping[Entry, float],
) -> Shape | None:
    """What sympy knows of the landscape along a line, as far as it came in time; None where it found nothing.

    Raises Busy where too many others ask.
    """
    return WORKER.ask(Line(program, values, output, entry, moves, MAX_EXACT_DEGREE)).parts.get(0)


def unless_busy(ask: Callable[[], Shape | None]) -> Shape | None:
    """What is asked for; None where too many others ask."""
    with suppress(Busy):
        return ask()
    return None


def warning_of(shape: Shape | None) -> str | None:
    """`ENDLESS` or `NEVER_REACHED` where a landscape has no lowest point for certain, else None."""
    if shape is None:
        return None
    if shape.endless:
        return ENDLESS
    minima = [level.height for level in shape.levels if level.kind == MINIMUM]
    lower = shape.complete and shape.bound is not None and shape.bound < min(minima, default=math.inf)
    return NEVER_REACHED if lower else None


def _found_between(surface: Surface, low: float, high: float) -> list[tuple[float, float, str]]:
    """Positions, heights and kinds of where the slope changes its sign, each found by bisection."""
    grid = torch.linspace(low, high, SEARCHED_POINTS, dtype=torch.float64)
    slopes = surface.slopes(grid[:, None])[1][:, 0]
    exact = [(float(grid[at]), True) for at in range(1, SEARCHED_POINTS - 1) if _turns(slopes[at - 1 : at + 2])]
    turns = [place for place in range(SEARCHED_POINTS - 1) if slopes[place] * slopes[place + 1] < 0]
    levels = [_halved(surface, float(grid[at]), float(grid[at + 1])) for at in turns]
    places = torch.tensor(sorted(at for at, level in levels + exact if level), dtype=torch.float64)[:, None]
    if not len(places):
        return []
    kinds = kinds_of(surface, places, high - low)
    return list(zip(places[:, 0].tolist(), surface.heights(places).tolist(), kinds, strict=True))


def _turns(slopes: torch.Tensor) -> bool:
    """Whether of three slopes the one in the middle is zero, and no other."""
    return bool((slopes == 0).tolist() == [False, True, False])


def _halved(surface: Surface, low: float, high: float) -> tuple[float, bool]:
    """Where between two places the slope changes its sign, and whether it is a zero there and not a pole."""
    ends = [float(slope) for slope in surface.slopes(torch.tensor([[low], [high]], dtype=torch.float64))[1]]
    for _ in range(HALVINGS):
        middle = (low + high) / 2
        slope = float(surface.slopes(torch.tensor([[middle]], dtype=torch.float64))[1])
        low, high = (middle, high) if slope * ends[0] > 0 else (low, middle)
    return middle, abs(slope) <= max(map(abs, ends))


# Two variables


def levels_of_two(surface: Surface, windows: Sequence[tuple[float, float]]) -> CriticalPoints:
    """The critical points that Newton's method finds from a grid of starts inside of a window."""
    return affordable(lambda: _levels_of_two(surface, windows), CriticalPoints((), False, UNSEARCHED))


def _levels_of_two(surface: Surface, windows: Sequence[tuple[float, float]]) -> CriticalPoints:
    sides = [torch.linspace(low, high, NEWTON_STARTS_A_SIDE, dtype=torch.float64) for low, high in windows]
    ends = _newton(surface, torch.cartesian_prod(*sides), windows)
    if not len(ends):
        return CriticalPoints((), False, None)
    heights = surface.heights(ends).tolist()
    kinds = kinds_of(surface, ends, float(sides[0][-1] - sides[0][0]))
    lowest = min((height for height, kind in zip(heights, kinds, strict=True) if kind == MINIMUM), default=math.nan)
    return CriticalPoints(
        tuple(
            CriticalPoint(tuple(at), height, kind, kind == MINIMUM and math.isclose(height, lowest, abs_tol=1e-9))
            for at, height, kind in zip(ends.tolist(), heights, kinds, strict=True)
        ),
        False,
        None,
    )


def _newton(surface: Surface, points: torch.Tensor, windows: Sequence[tuple[float, float]]) -> torch.Tensor:
    """Where Newton's method for a zero of the gradient ends inside of the window (k, 2), each place once."""
    size = torch.tensor([high - low for low, high in windows], dtype=torch.float64)
    low, high = (torch.tensor(ends, dtype=torch.float64) for ends in zip(*windows, strict=True))
    surface.require_bends(NEWTON_STEPS, points)
    for _ in range(NEWTON_STEPS):
        gradients, hessians = surface.bends(points)
        moves, _ = torch.linalg.solve_ex(hessians, gradients)
        points = points - torch.clamp(moves, -size / 4, size / 4)
    at_rest = (moves.abs() <= 1e-9 * size).all(1) & ((points >= low) & (points <= high)).all(1)
    kept_points: list[torch.Tensor] = []
    for point in points[at_rest & torch.isfinite(points).all(1)]:
        if all(bool(((point - point_before).abs() > 1e-5 * size).any()) for point_before in kept_points):
            kept_points.append(point)
    return torch.stack(kept_points) if kept_points else points[:0]


def warning_of_two(case: Case, output: str, entry: tuple[int, ...] | None) -> str | None:
    """`ENDLESS` where the landscape goes down without end along an axis or a diagonal through the start."""
    first, second = ((name, ()) for name in case.tracked)
    ways: list[dict[Entry, float]] = [
        {first: 1.0, second: 0.0},
        {first: 0.0, second: 1.0},
        {first: 1.0, second: 1.0},
        {first: 1.0, second: -1.0},
    ]
    asks = (partial(shape_along, case.program, case.inputs, output, entry, way) for way in ways)
    shapes = map(unless_busy, asks)
    return ENDLESS if any(warning_of(shape) == ENDLESS for shape in shapes) else None


# What is proved


def kinds_of(surface: Surface, places: torch.Tensor, size: float) -> list[str]:
    """The kinds of critical points (k, n) of a landscape of this size, undecided where none is proved in time."""
    return proved_kinds(surface.levels(places, size))


# Where it is heading


def downhill(levels: CriticalPoints, start: float, slope: float) -> CriticalPoint | None:
    """The first critical point downhill of a start along one variable; None where there is none."""
    if slope == 0:
        return min(levels.places, key=lambda place: abs(place.at[0] - start), default=None)
    ahead = [place for place in levels.places if (place.at[0] - start) * slope < 0]
    return min(ahead, key=lambda place: abs(place.at[0] - start), default=None)


def minimum_below(surface: Surface, start: torch.Tensor) -> CriticalPoint | None:
    """Where short steps downhill lead to, from a start (n); None where that is no minimum, as far as Hessians tell.

    It is Newton's method made to go down, never far and never up: saddle-free Newton (Dauphin et al. 2014, Identifying
    and attacking the saddle point problem in high-dimensional non-convex optimization) with backtracking.
    """
    point = start.double()
    longest = DOWNHILL_STEP_LENGTH * max(1.0, float(point.abs().max()))
    for _ in range(MAX_DOWNHILL_STEPS):
        gradients, hessians = surface.bends(point[None])
        if not bool(torch.isfinite(gradients).all() and torch.isfinite(hessians).all()):
            return None
        move = _downward(gradients[0], hessians[0], longest)
        size = max(1.0, float(point.abs().max()))
        if float(move.abs().max()) <= REST_STEP_LENGTH * size:
            return _minimum(surface, point, hessians[0], size)
        point = _lower(surface, point, move)
    return None


def _minimum(surface: Surface, point: torch.Tensor, hessian: torch.Tensor, size: float) -> CriticalPoint | None:
    """The minimum at a point (n), or a place of which that is not decided; None where its Hessian (n, n) denies it."""
    eigenvalues = torch.linalg.eigvalsh(hessian)
    if float(eigenvalues[0]) <= MAX_SINGULAR_RATIO * float(eigenvalues[-1]):
        return None
    height, (kind,) = float(surface.heights(point[None])), kinds_of(surface, point[None], size)
    return CriticalPoint(tuple(point.tolist()), height, kind, False) if kind in (MINIMUM, UNDECIDED) else None


def _downward(gradient: torch.Tensor, hessian: torch.Tensor, longest: float) -> torch.Tensor:
    """Newton's step with the absolute values of the Hessian's eigenvalues, so that it goes down, cut to a length."""
    values, vectors = torch.linalg.eigh(hessian)
    smallest = 1e-12 + float(gradient.norm()) / (100 * longest)
    move = -vectors @ ((vectors.T @ gradient) / values.abs().clamp(min=smallest))
    shorter: torch.Tensor = move * min(1.0, longest / max(float(move.norm()), 1e-300))
    return shorter


def _lower(surface: Surface, point: torch.Tensor, move: torch.Tensor) -> torch.Tensor:
    """The point after the move, or after the largest half, quarter, ... of it that leads no higher."""
    moves = move * 0.5 ** torch.arange(40, dtype=torch.float64)[:, None]
    heights = surface.heights(torch.cat([point[None], point + moves]))
    rounding = 8 * torch.finfo(torch.float64).eps * heights[0].abs()
    lower = (heights[1:] <= heights[0] + rounding).nonzero()
    return point + moves[int(lower[0])] if len(lower) else point + moves[-1]
