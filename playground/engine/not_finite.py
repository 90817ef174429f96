"""Where the first NaN or infinity of a forward or a backward pass came from."""

from collections.abc import Iterable
from dataclasses import dataclass

import torch

from playground.engine.backward import Step
from playground.engine.forward import Run
from playground.engine.gradient_argument import entry_name
from playground.engine.graph import AutogradGraph


@dataclass(frozen=True)
class NotFinite:
    """The first entry that is NaN or infinite, and the operation that it came from."""

    operation: str
    entry: str
    """The index of the entry, as in `[1, 0]`; empty for a scalar."""
    number: float


def value_not_finite(run: Run) -> NotFinite | None:
    """The first operation of a run whose result holds NaN or an infinity."""
    for line in run.tape:
        value = torch.as_tensor(line.value).detach()
        if not is_finite(value):
            return _not_finite(line.wording.expression, value)
    return None


def step_not_finite(graph: AutogradGraph, steps: Iterable[Step]) -> NotFinite | None:
    """The first of the engine's steps that passes on NaN or an infinity while what arrived was finite."""
    for step in steps:
        made = [passed for passed in step.passed if passed is not None and not is_finite(passed)]
        if made and is_finite(step.upstream):
            node = graph.nodes[step.node]
            return _not_finite(node.expression or node.name, made[0])
    return None


def is_finite(value: torch.Tensor | None) -> bool:
    """Whether a tensor holds neither NaN nor an infinity; True for None."""
    return value is None or bool(torch.isfinite(value).all())


def _not_finite(operation: str, value: torch.Tensor) -> NotFinite:
    index = tuple((~torch.isfinite(value)).nonzero()[0].tolist())
    return NotFinite(operation, entry_name("", index), float(value[index]))
