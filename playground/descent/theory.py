"""What a run of an optimizer did, and what the second derivative says about plain gradient descent near a minimum.

There a step multiplies the error by 1 - ηH: it shrinks in all directions while η < 2/λ for the largest eigenvalue λ of
the Hessian H (Nesterov, Introductory Lectures on Convex Optimization, section 1.2.3).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import torch

from playground.descent.landscape import Place, Surface
from playground.descent.run import Number, Trajectory

CREEPS, SETTLES, BOUNCES, DIVERGES, STAYS = "creeps", "settles", "bounces", "diverges", "stays"
"""The verdicts on a run: it is still on its way, at rest, going to and fro, growing without bounds, or never moved."""

TOLERANCE = 1e-3
"""A run is at rest where no entry of the gradient is larger."""
MIN_BOUNCES = 2
"""A run bounces that changes its direction at least so often in its second half."""
DIVERGENCE_RATIO = 10.0
"""A run goes away whose last steps are more than so many times as long as its first."""


@dataclass(frozen=True)
class Verdict:
    """What a run did."""

    kind: str
    at: int | None = None
    """The step from which on it was at rest, or at which it was no longer finite."""


@dataclass(frozen=True)
class Theory:
    """What is true close to a minimum, for plain SGD with a constant learning rate."""

    place: Place
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


def verdict(seen: Trajectory, tolerance: float = TOLERANCE) -> Verdict:
    """Creeps, settles, bounces or diverges; or never moved."""
    if seen.diverged_at is not None:
        return Verdict(DIVERGES, seen.diverged_at)
    path = path_of(seen.positions)
    moves = path.diff(dim=0)
    if not bool(moves.any()):
        return Verdict(STAYS)
    if _goes_away(seen, moves):
        return Verdict(DIVERGES)
    rest = at_rest(seen, tolerance)
    if rest is not None:
        return Verdict(SETTLES, rest)
    late = moves[len(moves) // 2 :]
    turns = int(((late[1:] * late[:-1]).sum(1) < 0).sum())
    return Verdict(BOUNCES if turns >= MIN_BOUNCES else CREEPS)


def at_rest(seen: Trajectory, tolerance: float = TOLERANCE) -> int | None:
    """The first step from which on every entry of the gradient stays within the tolerance; None if it never does."""
    slopes = path_of(seen.slopes)
    outside = (~(slopes.abs().amax(1) <= tolerance)).nonzero()
    first = int(outside[-1]) + 1 if len(outside) else 0
    return first if first < len(slopes) else None


def path_of(positions: Mapping[str, Sequence[Number | None]]) -> torch.Tensor:
    """Every iterate as a row of entries (steps + 1, n), in float64; of gradients what no path leads to is 0."""
    return torch.cat([_entries(row) for row in positions.values()], dim=1)


def is_plain(optimizer: str, settings: Mapping[str, Any], noise: float, zero_grad: bool) -> bool:
    """Whether this is gradient descent as the theory means it."""
    return optimizer == "SGD" and not any(settings.values()) and noise == 0 and zero_grad


def theory(surface: Surface, place: Place, seen: Trajectory, lr: float) -> Theory | None:
    """What the Hessian at a minimum says; None where the Hessian does not show that the place is a minimum."""
    at = torch.tensor(place.at, dtype=torch.float64)
    _, hessians = surface.bends(at[None])
    if not bool(torch.isfinite(hessians).all()):
        return None
    values = torch.linalg.eigvalsh(hessians[0])
    least, most = float(values[0]), float(values[-1])
    if least < -1e-9 * most or most <= 0:
        return None
    factor = float((1 - lr * values).abs().max()) if least > 1e-9 * most else None
    errors = (path_of(seen.positions) - at).norm(dim=1).tolist()
    return Theory(place, least, most, factor, tuple(errors))


def _goes_away(seen: Trajectory, moves: torch.Tensor) -> bool:
    """Whether the steps grow longer and longer and lead up."""
    sizes = moves.norm(dim=1)
    few = max(1, len(sizes) // 10)
    return (
        len(sizes) > 2
        and seen.values[-1] > seen.values[0]
        and float(sizes[-few:].max()) > DIVERGENCE_RATIO * float(sizes[:few].max())
    )


def _entries(row: Sequence[Number | None]) -> torch.Tensor:
    numbers = [0.0 if one is None else one for one in row]
    if isinstance(numbers[0], torch.Tensor):
        return torch.stack([torch.as_tensor(one, dtype=torch.float64).flatten() for one in numbers])
    return torch.tensor(numbers, dtype=torch.float64)[:, None]
