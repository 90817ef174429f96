"""Many learning rates at once: one optimizer with a parameter group for each, and the iterates of single runs."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import torch

from playground.descent.run import REFUSALS, ROUND_COST, Objective, check_numbers, make, objective, optimizer_named
from playground.engine.compiled import cost_of, operations_of
from playground.engine.exactness import is_same_at_once
from playground.engine.forward import Values, refusals
from playground.language.program import Program

PLAIN_RATES = 50
"""So many rates are tried of plain SGD and its kin: of a short program each for about 500 steps in a panel."""
COSTLY_RATES = 18
"""So many rates are tried of optimizers that do more at each step."""
SEPARATE_RATES = 12
"""So many rates are tried where the forward pass of each must be computed by itself, since in one go it would not give
the single run's numbers."""


@dataclass(frozen=True)
class Sweep:
    """What is minimized after the same number of steps with each learning rate; None where that is NaN or infinite."""

    rates: tuple[float, ...]
    values: tuple[float | None, ...]


def sweep(
    program: Program,
    start: Values,
    constants: Values | None = None,
    optimizer: str = "SGD",
    rates: Sequence[float] = (),
    steps: int = 500,
    *,
    output: str | None = None,
    entry: tuple[int, ...] | None = None,
    dtype: torch.dtype = torch.float32,
    **keywords: Any,
) -> Sweep:
    """Run `descend` for each learning rate; the values are those of the single runs, to the last bit.

    Raises EvaluationError as `descend` does.
    """
    for rate in rates:
        check_numbers(rate, steps)
    goal = objective(program, start, constants or {}, output, entry, dtype)
    leaves = [{name: leaf.detach().clone().requires_grad_() for name, leaf in goal.leaves.items()} for _ in rates]
    groups = [{"params": list(own.values()), "lr": rate} for own, rate in zip(leaves, rates, strict=True)]
    with refusals(*REFUSALS):
        stepper = make(optimizer, groups, rates[0], keywords)
        return Sweep(tuple(rates), _run(stepper, forward_of(goal, leaves), steps))


def how_many(goal: Objective, optimizer: str) -> int:
    """How many rates are tried."""
    if not _at_once(goal):
        return SEPARATE_RATES
    return PLAIN_RATES if optimizer_named(optimizer).make is torch.optim.SGD else COSTLY_RATES


def sweep_cost(goal: Objective, optimizer: str) -> float:
    """The cost of one step of all rates: forward and back in one go or for each rate, and every update."""
    rates, passing = how_many(goal, optimizer), cost_of(goal.run, goal.output)
    updates = rates * len(goal.leaves) * optimizer_named(optimizer).cost
    return ROUND_COST + updates + (passing if _at_once(goal) else rates * passing)


def _at_once(goal: Objective) -> bool:
    scalars = all(tensor.dim() == 0 for tensor in (*goal.leaves.values(), *goal.constants.values()))
    return scalars and all(map(is_same_at_once, operations_of(goal.run, goal.output)))


def _run(optimizer: torch.optim.Optimizer, forward: Callable[[], torch.Tensor], steps: int) -> tuple[float | None, ...]:
    """The loop, for all groups together; a rate that once gave NaN or an infinity has no value from then on."""
    finite: torch.Tensor | None = None
    for step in range(steps + 1):
        optimizer.zero_grad()
        values = forward()
        now = torch.isfinite(values.detach())
        finite = now if finite is None else finite & now
        if step < steps:
            values.backward(torch.ones_like(values))  # type: ignore[no-untyped-call]
            optimizer.step()
    assert finite is not None
    return tuple(value if known else None for value, known in zip(values.tolist(), finite.tolist(), strict=True))


def forward_of(goal: Objective, leaves: Sequence[Mapping[str, torch.Tensor]]) -> Callable[[], torch.Tensor]:
    """The values of all rates, in one go or one after another."""
    if not _at_once(goal):
        return lambda: torch.stack([goal.function({**goal.constants, **own}) for own in leaves])

    def together() -> torch.Tensor:
        stacked = {name: torch.stack([own[name] for own in leaves]) for name in goal.leaves}
        return goal.function({**goal.constants, **stacked})

    return together
