"""What a run of an optimizer did, and what the second derivative says about plain gradient descent near a minimum.

There a step multiplies the error by 1 - ηH: it shrinks in all directions while η < 2/λ for the largest eigenvalue λ of
the Hessian H (Nesterov, Introductory Lectures on Convex Optimization, section 1.2.3).
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import torch

from playground.descent.landscape import Surface
from playground.descent.run import Number, Trajectory
from playground.descent.shape import CriticalPoint

CREEPS, GAINS, SETTLES, BOUNCES, DIVERGES, STAYS = "creeps", "gains", "settles", "bounces", "diverges", "stays"
ENDS, STOPS = "ends", "stops"
"""The verdicts on a run: it is still on its way, goes down by longer and longer steps, is at rest, goes to and fro,
grows without bounds, never moved, came to where the function or its slope is no number, or no longer moves though the
slope is not zero."""

TOLERANCE = 1e-3
"""A run is at rest where no entry of the gradient is larger."""
MIN_BOUNCES = 2
"""A run bounces that changes its direction at least so often in its second half."""
MIN_STILL_STEPS = 3
"""A run has stopped that does not move for at least so many steps, and for a fourth of those before."""
DIVERGENCE_RATIO = 10.0
"""A run goes away whose last steps are more than so many times as long as its first."""
OVERFLOW_RATIO = 1e4
"""NaN comes of numbers that overflow where an iterate is so many times as large as the start, where that is above 1."""
LAST_MOVES = 8
"""What goes away has grown by far, and in each pair of so many moves at its end."""
MIN_SWINGS = 16
"""Swings are compared in runs of at least so many steps."""
GROWTH_RATIO = 1.0001
"""What grew at every step has grown where it is so many times as large in the end: less may be rounding."""
ARRIVAL_DISTANCE = 0.02
"""A run that rests has arrived at a critical point that is no farther, relative to how far that is from the start, or
to its size, where that is above 1, if that is less."""
NO_DISTANCE = 1e-4
"""A start is told apart from a critical point that is farther, relative to its size, where that is above 1."""

BESIDE_DISTANCE = 1e-6
"""So far beside a minimum its Hessian is tried, relative to the size of the place where that is above 1."""
MAX_BEND_ERROR = 0.1
"""A gradient may differ by this part from what a Hessian makes of it."""


@dataclass(frozen=True)
class Verdict:
    """What a run did."""

    kind: str
    at: int | None = None
    """The step from which on it was at rest, or at which it was no longer finite."""


@dataclass(frozen=True)
class Theory:
    """What is true close to a minimum, for plain SGD with a constant learning rate."""

    place: CriticalPoint
    least: float
    """The smallest eigenvalue of the Hessian; f'' where one number moves."""
    most: float
    """The largest eigenvalue of the Hessian; f'' where one number moves."""
    factor: float | None
    """The factor of the error at each step close to the minimum, in the slowest direction; None where H is singular."""
    errors: tuple[float, ...]
    """The distance of each iterate from the minimum."""

    @property
    def limit(self) -> float:
        """The learning rate below which the minimum is locally stable."""
        return 2 / self.most


def verdict(trajectory: Trajectory, tolerance: float = TOLERANCE, places: Sequence[CriticalPoint] = ()) -> Verdict:
    """Creeps, gains speed, settles, bounces or diverges; or never moved, or came to where the function is no number.

    `places` are the critical points that are known. A run whose slope is small, but still shrinks steadily, far from
    all of them, is on its way.
    """
    path = path_of(trajectory.positions)
    if trajectory.diverged_at is not None:
        return Verdict(ENDS if _is_outside(trajectory, path) else DIVERGES, trajectory.diverged_at)
    moves = path.diff(dim=0)
    if not bool(moves.any()):
        return Verdict(STAYS)
    if _goes_away(trajectory, moves) or _leaves(trajectory, path, places):
        return Verdict(DIVERGES)
    if _gains(trajectory, moves):
        return Verdict(GAINS)
    rest = _comes_to_rest(trajectory, path, arrived(path, places), tolerance)
    if rest is not None and places and not _is_beside(path, places) and _shrinks(trajectory):
        return Verdict(CREEPS)
    if rest is not None:
        return Verdict(SETTLES, rest)
    last_move = int(moves.any(1).nonzero()[-1]) + 1
    if len(moves) - last_move >= max(MIN_STILL_STEPS, last_move // 4):
        return Verdict(STOPS, last_move)
    moved = moves[moves.any(1)]  # Rprop waits a step wherever it turns
    turned = (moved[1:] * moved[:-1]).sum(1) < 0
    late = turned[len(moved) // 2 :]
    to_and_fro = int(late.sum()) >= MIN_BOUNCES or (len(turned) > 0 and bool(turned.all()))
    return Verdict(BOUNCES if to_and_fro else CREEPS)


def _is_outside(trajectory: Trajectory, path: torch.Tensor) -> bool:
    """Whether a run ended where the function or its slope is no number, not in numbers too large for their type."""
    size = max(1.0, *path[0].abs().tolist())
    near = bool((path[-1].abs() <= OVERFLOW_RATIO * size).all())
    return near and (trajectory.diverged_at == 0 or not math.isinf(trajectory.values[-1]))


def arrived(path: torch.Tensor, places: Sequence[CriticalPoint]) -> CriticalPoint | None:
    """The critical point that a run (steps + 1, n) ended at; None where it is near none of those that are known."""
    nearest = _nearest(path[-1], places)
    near = nearest is not None and math.dist(nearest.at, path[-1].tolist()) <= ARRIVAL_DISTANCE * _scale(path, nearest)
    return nearest if near else None


def _is_beside(path: torch.Tensor, places: Sequence[CriticalPoint]) -> bool:
    """Whether a run ended at a critical point, and has come closer to it by nearly all of its way."""
    place = arrived(path, places)
    near = ARRIVAL_DISTANCE * math.dist(place.at, path[0].tolist()) if place else 0.0
    return place is not None and math.dist(place.at, path[-1].tolist()) <= near


def is_near(path: torch.Tensor, places: Sequence[CriticalPoint]) -> bool:
    """Whether a run ended so near a critical point, beside its size, that it may be there."""
    nearest = _nearest(path[-1], places)
    return nearest is not None and math.dist(nearest.at, path[-1].tolist()) <= ARRIVAL_DISTANCE * _scale(path, None)


def _nearest(point: torch.Tensor, places: Sequence[CriticalPoint]) -> CriticalPoint | None:
    return min(places, key=lambda place: math.dist(place.at, point.tolist()), default=None)


def _comes_to_rest(
    trajectory: Trajectory, path: torch.Tensor, place: CriticalPoint | None, tolerance: float
) -> int | None:
    """The first step from which on the gradient stays within the tolerance, and the run near where it ends.

    A last step that leads there from far away is a rest only where it found a slope of zero.
    """
    level, last = at_rest(trajectory, tolerance), len(path) - 1
    if level is None:
        return None
    away = ((path - path[-1]).norm(dim=1) > ARRIVAL_DISTANCE * _scale(path, place)).nonzero()
    rest = max(level, int(away[-1]) + 1 if len(away) else 0)
    ends_level = not bool(path_of(trajectory.slopes)[-1].any())
    return rest if rest < last or level == last or ends_level else None


def _scale(path: torch.Tensor, place: CriticalPoint | None) -> float:
    """The size of where a run ends, where that is above 1, or its distance from the place that it went to, if less."""
    size = max(1.0, float(path[-1].abs().max()))
    return size if place is None else min(size, max(math.dist(place.at, path[0].tolist()), NO_DISTANCE * size))


def at_rest(trajectory: Trajectory, tolerance: float = TOLERANCE) -> int | None:
    """The first step from which on every entry of the gradient stays within the tolerance; None if it never does."""
    slopes = path_of(trajectory.slopes)
    outside = (~(slopes.abs().amax(1) <= tolerance)).nonzero()
    first = int(outside[-1]) + 1 if len(outside) else 0
    return first if first < len(slopes) else None


def path_of(positions: Mapping[str, Sequence[Number | None]]) -> torch.Tensor:
    """Every iterate as a row of entries (steps + 1, n), in float64; of gradients what no path leads to is 0."""
    return torch.cat([_entries(row) for row in positions.values()], dim=1)


def is_plain(optimizer: str, settings: Mapping[str, Any], noise: float, zero_grad: bool) -> bool:
    """Whether this is gradient descent as the theory means it."""
    return optimizer == "SGD" and not any(settings.values()) and noise == 0 and zero_grad


def theory(surface: Surface, place: CriticalPoint, trajectory: Trajectory, lr: float) -> Theory | None:
    """What the Hessian at a minimum says; None where it does not show that the place is one, as at a corner."""
    at = torch.tensor(place.at, dtype=torch.float64)
    _, hessians = surface.bends(at[None])
    if not bool(torch.isfinite(hessians).all()) or not _bends_so(surface, at, hessians[0]):
        return None
    values = torch.linalg.eigvalsh(hessians[0])
    least, most = float(values[0]), float(values[-1])
    if least < -1e-9 * most or most <= 0:
        return None
    factor = float((1 - lr * values).abs().max()) if least > 1e-9 * most else None
    errors = (path_of(trajectory.positions) - at).norm(dim=1).tolist()
    return Theory(place, least, most, factor, tuple(errors))


def _bends_so(surface: Surface, at: torch.Tensor, hessian: torch.Tensor) -> bool:
    """Whether the gradient beside a critical point (n) is what its Hessian (n, n) makes of it."""
    ways = BESIDE_DISTANCE * max(1.0, float(at.abs().max())) * torch.eye(len(at), dtype=torch.float64)
    moves = torch.cat([ways, -ways])
    _, slopes = surface.slopes(at + moves)
    differences = (slopes - moves @ hessian).norm(dim=1)
    return bool((differences <= MAX_BEND_ERROR * float(hessian.abs().max()) * moves.norm(dim=1)).all())


def _goes_away(trajectory: Trajectory, moves: torch.Tensor) -> bool:
    """Whether the steps grow longer and longer and lead up: by far, or at each step, or from swing to swing."""
    sizes, values = moves.norm(dim=1), torch.tensor(trajectory.values, dtype=torch.float64)
    if len(sizes) < 2 or values[-1] <= values[0]:
        return False
    few = max(1, len(sizes) // 10)
    by_far = len(sizes) > 2 and float(sizes[-few:].max()) > DIVERGENCE_RATIO * float(sizes[:few].max())
    if by_far and _grows(torch.stack([part.max() for part in sizes[-LAST_MOVES:].split(2)])):
        return True
    return (_grows(sizes) and _grows(values)) or (_grows(_swings(sizes)) and _grows(_swings(values)))


def _leaves(trajectory: Trajectory, path: torch.Tensor, places: Sequence[CriticalPoint]) -> bool:
    """Whether each step, of however few, leads up and farther from the critical point that is nearest to the start."""
    if not places:
        return False
    nearest = min(places, key=lambda place: math.dist(place.at, path[0].tolist()))
    errors = (path - torch.tensor(nearest.at, dtype=torch.float64)).norm(dim=1)
    return float(errors[0]) > 0 and _grows(errors) and _grows(torch.tensor(trajectory.values, dtype=torch.float64))


def _gains(trajectory: Trajectory, moves: torch.Tensor) -> bool:
    """Whether a run goes down one way, by longer steps from steeper places: it leaves its start, and rests nowhere."""
    one_way = bool(((moves[1:] * moves[:-1]).sum(1) > 0).all())
    longer = _grows(moves.norm(dim=1)) and _grows(path_of(trajectory.slopes).norm(dim=1))
    return one_way and longer and trajectory.values[-1] <= trajectory.values[0]


def _grows(numbers: torch.Tensor) -> bool:
    """Whether numbers grow at each step, by more than rounding."""
    if len(numbers) < 2:
        return False
    grown = numbers[-1] > numbers[0] + (GROWTH_RATIO - 1) * numbers[0].abs()
    return bool((numbers.diff() > 0).all()) and bool(grown)


def _swings(numbers: torch.Tensor) -> torch.Tensor:
    """The largest of each quarter of the numbers; nothing of so few that a quarter is hardly a swing."""
    return torch.stack([part.max() for part in numbers.chunk(4)]) if len(numbers) >= MIN_SWINGS else numbers[:0]


def _shrinks(trajectory: Trajectory) -> bool:
    """Whether the gradient shrank at each of the last steps."""
    sizes = path_of(trajectory.slopes).norm(dim=1)
    late = sizes[-max(3, len(sizes) // 4) :]
    return bool((late.diff() <= 0).all()) and bool(late[-1] < late[0])


def _entries(row: Sequence[Number | None]) -> torch.Tensor:
    numbers = [0.0 if value is None else value for value in row]
    if isinstance(numbers[0], torch.Tensor):
        return torch.stack([torch.as_tensor(value, dtype=torch.float64).flatten() for value in numbers])
    return torch.tensor(numbers, dtype=torch.float64)[:, None]
