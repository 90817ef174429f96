"""Runs of one optimizer side by side, from other starts or with other settings: each is the single run, bit for bit."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import torch

from playground.descent.compute import Setup, descended
from playground.descent.optimizers import OPTIMIZERS
from playground.descent.run import REFUSALS, Trajectory, make, objective
from playground.descent.sweep import forward_of
from playground.engine import budget
from playground.engine.case import Case
from playground.engine.forward import refusals


@dataclass(frozen=True)
class Way:
    """A run: where it starts and how it goes."""

    case: Case
    setup: Setup


def trajectories(ways: Sequence[Way]) -> Iterator[Trajectory]:
    """The run of each way; they differ in their starts and in the optimizer's numbers, and in nothing else.

    Raises EvaluationError as `descend` does.
    """
    if not _side_by_side(ways):
        yield from (descended(way.case, way.setup) for way in ways)
        return
    with refusals(*REFUSALS):
        yield from _together(ways)


def _side_by_side(ways: Sequence[Way]) -> bool:
    first = ways[0].setup
    plain = first.zero_grad and not first.noise and first.entry is None and not OPTIMIZERS[first.optimizer].matrices
    return plain and all(isinstance(value, int | float) for value in dict(ways[0].case.values).values())


def _together(ways: Sequence[Way]) -> list[Trajectory]:
    """The loop for all: every leaf has its own group where their settings differ."""
    case, setup = ways[0].case, ways[0].setup
    goal = objective(case.program, case.moved, case.constants, setup.output, setup.entry, case.dtype)
    leaves = [
        {name: torch.tensor(value, dtype=case.dtype).requires_grad_() for name, value in way.case.moved.items()}
        for way in ways
    ]
    optimizer = make(setup.optimizer, _groups(ways, leaves), setup.lr, dict(setup.settings))
    forward, book = forward_of(goal, leaves), _Book(tuple(goal.leaves), leaves)
    for step in range(setup.steps + 1):
        budget.check()
        optimizer.zero_grad()
        values = forward()
        values.backward(torch.ones_like(values))  # type: ignore[no-untyped-call]
        book.keep(values)
        if step < setup.steps:
            optimizer.step()
    return book.trajectories()


def _groups(ways: Sequence[Way], leaves: Sequence[Mapping[str, torch.Tensor]]) -> list[Any]:
    if len({(way.setup.lr, way.setup.settings) for way in ways}) == 1:
        return [leaf for own in leaves for leaf in own.values()]
    return [
        {"params": list(own.values()), "lr": way.setup.lr, **dict(way.setup.settings)}
        for way, own in zip(ways, leaves, strict=True)
    ]


class _Book:
    """What is written down of each round: a row for each step, with a number for each run."""

    def __init__(self, names: Sequence[str], leaves: Sequence[Mapping[str, torch.Tensor]]) -> None:
        self._names, self._leaves = names, leaves
        self._values: list[torch.Tensor] = []
        self._positions: dict[str, list[torch.Tensor]] = {name: [] for name in names}
        self._gradients: dict[str, list[torch.Tensor]] = {name: [] for name in names}

    def keep(self, values: torch.Tensor) -> None:
        self._values.append(values.detach().clone())
        for name in self._names:
            mine = [own[name] for own in self._leaves]
            self._positions[name].append(torch.stack([leaf.detach() for leaf in mine]))
            self._gradients[name].append(torch.stack([_grad(leaf) for leaf in mine]))

    def trajectories(self) -> list[Trajectory]:
        """The run of each, to its first number that is not finite."""
        values = torch.stack(self._values)
        positions = {name: torch.stack(rows) for name, rows in self._positions.items()}
        gradients = {name: torch.stack(rows) for name, rows in self._gradients.items()}
        odd = ~torch.stack([values, *positions.values(), *gradients.values()]).isfinite().all(0)
        return [_one(values, positions, gradients, odd[:, place], place) for place in range(values.shape[1])]


def _grad(leaf: torch.Tensor) -> torch.Tensor:
    """What `.grad` holds; NaN never stands for None, since who has no path to one leaf has none in any run."""
    return torch.zeros_like(leaf) if leaf.grad is None else leaf.grad


def _one(
    values: torch.Tensor,
    positions: Mapping[str, torch.Tensor],
    gradients: Mapping[str, torch.Tensor],
    odd: torch.Tensor,
    place: int,
) -> Trajectory:
    first = int(odd.int().argmax()) if bool(odd.any()) else None
    end = None if first is None else first + 1
    slopes: dict[str, Any] = {name: table[:end, place].tolist() for name, table in gradients.items()}
    moved: dict[str, Any] = {name: table[:end, place].tolist() for name, table in positions.items()}
    return Trajectory(moved, values[:end, place].tolist(), slopes, slopes, first)
