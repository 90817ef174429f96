"""Down the slope with the real torch.optim classes: every iterate, value and gradient of the loop is kept."""

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any

import torch

from playground.descent.optimizers import OPTIMIZERS, Optimizer
from playground.engine import budget
from playground.engine.compiled import Function, cost_of, rerun
from playground.engine.forward import Run, Values, as_tensor, forward, refusals, shape_text
from playground.language import limits
from playground.language.errors import EvaluationError
from playground.language.program import Program

ROUND_COST = 40e-6
"""A round of the loop costs so much by itself, in the unit of `playground.language.limits.MAX_RUN_COST`."""
TENSOR_COST = 10e-6
"""Each moved tensor that is written down costs so much."""

Number = float | torch.Tensor
"""What is kept of a tensor: the number of a scalar, and a detached copy of a larger one."""

REFUSALS = (RuntimeError, ValueError, TypeError, NotImplementedError, ZeroDivisionError)
"""With these torch.optim refuses a setting or a step."""


@dataclass(frozen=True)
class Trajectory:
    """The iterates of a run of an optimizer: entry k of each list is what there was after k updates."""

    positions: Mapping[str, list[Number]]
    values: list[float]
    """The values of what is minimized."""
    gradients: Mapping[str, list[Number | None]]
    """What `.grad` held when the optimizer looked at it, or would have; None where no path leads to a leaf."""
    slopes: Mapping[str, list[Number | None]]
    """The gradient at the position: the same, but for noise and for what a forgotten zero_grad left there."""
    diverged_at: int | None
    """The first k with NaN or an infinity; the lists end there. None where all numbers are finite."""

    @property
    def updates(self) -> int:
        """How many updates were made."""
        return len(self.values) - 1


def without_slopes(run: Trajectory) -> Trajectory:
    """The same run, its gradients not told: each of them is NaN."""
    gradients, slopes = (
        {name: [None if slope is None else slope * math.nan for slope in row] for name, row in rows.items()}
        for rows in (run.gradients, run.slopes)
    )
    return replace(run, gradients=gradients, slopes=slopes)


@dataclass(frozen=True)
class Objective:
    """What is minimized, as a function of its leaves, and where they start."""

    run: Run
    output: str
    leaves: Mapping[str, torch.Tensor]
    constants: Mapping[str, torch.Tensor]
    function: Function
    """The function from all inputs to the one number."""

    def value(self) -> torch.Tensor:
        """The number at the leaves as they are now, with its graph."""
        return self.function({**self.constants, **self.leaves})


def descend(
    program: Program,
    start: Values,
    constants: Values | None = None,
    optimizer: str = "SGD",
    lr: float = 0.01,
    steps: int = 500,
    *,
    output: str | None = None,
    entry: tuple[int, ...] | None = None,
    dtype: torch.dtype = torch.float32,
    noise: float = 0.0,
    seed: int = 0,
    zero_grad: bool = True,
    **keywords: Any,
) -> Trajectory:
    """Run the loop zero_grad, forward, backward, step from `start`, with a row of `OPTIMIZERS` and torch's keywords.

    `output` is minimized, by default the first: of several entries the sum, or the one at the index `entry`. `noise`
    is the standard deviation of what is added to each gradient, drawn from `seed`; `zero_grad=False` leaves that line
    out. Raises EvaluationError where a value is missing or refused, where no loop can be run with one of the numbers,
    and with PyTorch's words where it refuses a setting; OutOfTime as `budget.check` does.
    """
    check_numbers(lr, steps, noise)
    goal = objective(program, start, constants or {}, output, entry, dtype)
    leaves = list(goal.leaves.values())
    with refusals(*REFUSALS):
        stepper = make(optimizer, leaves, lr, keywords)
        return _loop(goal, stepper, steps, zero_grad, _disturbance(leaves, noise, seed))


def make(optimizer: str, parameters: list[Any], lr: float, keywords: Mapping[str, Any]) -> torch.optim.Optimizer:
    """The optimizer of a row for some tensors or groups of them."""
    row = optimizer_named(optimizer)
    settings: dict[str, Any] = {"lr": lr, **row.fixed, **keywords}
    return row.make(parameters, **settings)


def objective(
    program: Program,
    start: Values,
    constants: Values,
    output: str | None = None,
    entry: tuple[int, ...] | None = None,
    dtype: torch.dtype = torch.float32,
) -> Objective:
    """What is minimized, with new leaves at the start; the caller's tensors stay as they are.

    Raises EvaluationError where nothing moves, where an input moves and stays, where there is no such output or entry,
    where the output does not depend on what moves, and as `forward` does.
    """
    if not start:
        raise EvaluationError("nothing_moves")
    for name in start:
        if name in constants:
            raise EvaluationError("moves_and_stays", name=name)
    leaves = {name: as_tensor(name, value, dtype).detach().clone() for name, value in start.items()}
    run = forward(program, {**constants, **leaves}, tuple(leaves), dtype)
    name = next(iter(run.outputs)) if output is None else output
    if name not in run.outputs:
        raise EvaluationError("no_such_output", name=name, names=", ".join(run.outputs))
    chosen = run.outputs[name]
    if not chosen.requires_grad:
        raise EvaluationError("no_descent", name=name, names=", ".join(start))
    function = _number(rerun(run, name), chosen, name, entry)
    moved = {leaf: run.inputs[leaf] for leaf in start}
    return Objective(run, name, moved, {n: t.detach() for n, t in run.inputs.items() if n not in moved}, function)


def optimizer_named(optimizer: str) -> Optimizer:
    """The row of a name. Raises EvaluationError where there is none."""
    if optimizer not in OPTIMIZERS:
        raise EvaluationError("no_such_optimizer", name=optimizer, names=", ".join(OPTIMIZERS))
    return OPTIMIZERS[optimizer]


def step_cost(goal: Objective, optimizer: str) -> float:
    """The cost of a step: the program forward and back, and the update of each tensor that moves."""
    update = TENSOR_COST + optimizer_named(optimizer).cost
    return ROUND_COST + cost_of(goal.run, goal.output) + len(goal.leaves) * update


def check_numbers(lr: float, steps: int, noise: float = 0.0) -> None:
    """Raise EvaluationError for numbers that no loop can be run with."""
    if isinstance(steps, bool) or not isinstance(steps, int) or not 0 <= steps <= limits.MAX_STEPS:
        raise EvaluationError("steps", steps=steps, limit=f"{limits.MAX_STEPS:,}")
    if not isinstance(lr, (int, float)) or not math.isfinite(lr) or lr < 0:
        raise EvaluationError("rate", lr=lr)
    if not math.isfinite(noise) or noise < 0:
        raise EvaluationError("noise", noise=f"{noise:g}")


def _number(function: Function, entries: torch.Tensor, name: str, entry: tuple[int, ...] | None) -> Function:
    """The function itself if it gives one number, else the sum of its entries or the one asked for."""
    if entry is not None:
        if len(entry) != entries.dim() or not all(
            0 <= at < side for at, side in zip(entry, entries.shape, strict=True)
        ):
            raise EvaluationError("no_such_entry", name=name, shape=shape_text(entries), entry=list(entry))
        return lambda values: function(values)[entry]
    return function if entries.dim() == 0 else lambda values: function(values).sum()


# The loop


def _loop(
    goal: Objective,
    optimizer: torch.optim.Optimizer,
    steps: int,
    zero_grad: bool,
    disturb: Callable[[], None] | None,
) -> Trajectory:
    """The tutorial's loop; the last forward and backward are there to see where the last step led."""
    book = _Book(goal.leaves, own_slopes=disturb is not None or not zero_grad)
    for step in range(steps + 1):
        budget.check()
        if zero_grad:
            optimizer.zero_grad()
        value = goal.value()
        value.backward()  # type: ignore[no-untyped-call]
        if disturb is not None:
            disturb()
        if not book.keep(value):
            return book.trajectory(step)
        if step < steps:
            optimizer.step()
    return book.trajectory(None)


class _Book:
    """What is written down of each round of the loop."""

    def __init__(self, leaves: Mapping[str, torch.Tensor], own_slopes: bool) -> None:
        self.values: list[float] = []
        self.positions: dict[str, list[Number]] = {name: [] for name in leaves}
        self.gradients: dict[str, list[Number | None]] = {name: [] for name in leaves}
        self.slopes = {name: [] for name in leaves} if own_slopes else self.gradients
        self._rows = [(leaf, self.positions[name], self.gradients[name]) for name, leaf in leaves.items()]
        for name, leaf in leaves.items() if own_slopes else ():
            leaf.register_hook(_writer(self.slopes[name]))  # type: ignore[no-untyped-call]

    def keep(self, value: torch.Tensor) -> bool:
        """Write a round down; whether all its numbers are finite."""
        number = value.item()
        self.values.append(number)
        finite = math.isfinite(number)
        for leaf, positions, gradients in self._rows:
            gradient = leaf.grad
            positions.append(position := _plain(leaf))
            gradients.append(slope := None if gradient is None else _plain(gradient))
            finite = finite and _finite(position) and (slope is None or _finite(slope))
        return finite

    def trajectory(self, diverged_at: int | None) -> Trajectory:
        """All that was written down; a leaf that no path leads to has no slope at any step, and its hook never ran."""
        for slopes in self.slopes.values():
            slopes += [None] * (len(self.values) - len(slopes))
        return Trajectory(self.positions, self.values, self.gradients, self.slopes, diverged_at)


def _plain(tensor: torch.Tensor) -> Number:
    return tensor.item() if tensor.dim() == 0 else tensor.detach().clone()


def _finite(number: Number) -> bool:
    return math.isfinite(number) if isinstance(number, float) else bool(torch.isfinite(number).all())


def _writer(slopes: list[Number | None]) -> Callable[[torch.Tensor], None]:
    """A hook that writes down each gradient that arrives at a leaf, before it is added to `.grad`."""

    def write(gradient: torch.Tensor) -> None:
        slopes.append(_plain(gradient))

    return write


def _disturbance(leaves: list[torch.Tensor], noise: float, seed: int) -> Callable[[], None] | None:
    """What adds noise to each gradient, the same each time it is made; None for no noise."""
    if noise == 0:
        return None
    generator = torch.Generator().manual_seed(seed)

    def disturb() -> None:
        for leaf in leaves:
            if leaf.grad is not None:
                leaf.grad += noise * torch.randn(leaf.shape, generator=generator, dtype=leaf.dtype)

    return disturb
