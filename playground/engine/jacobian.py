"""Jacobians and their rows, entry by entry, with the entries' names."""

from collections.abc import Iterable, Mapping
from itertools import product

import torch

from playground.engine.case import Case
from playground.engine.forward import Run
from playground.engine.grad import check_entries, grad, rows_of
from playground.engine.gradient_argument import entry_name, index_of, one_entry
from playground.language import limits


def all_entries(case: Case, outputs: Iterable[str], inputs: Iterable[str]) -> torch.Tensor:
    """The Jacobian (m, n) of the outputs' m entries, one output below the other, by the inputs' n, side by side.

    Raises EvaluationError above the limit on its entries, where they would cost too much, and as `forward` does.
    """
    wrt = tuple(inputs)
    run = case.run(wrt)
    ends, leaves = [run.outputs[name] for name in outputs], [run.inputs[name] for name in wrt]
    check_entries(sum(end.numel() for end in ends), sum(leaf.numel() for leaf in leaves))
    return torch.cat([rows_of(end, leaves, limits.MAX_DERIVATIVE_COST, retain_graph=True) for end in ends]).detach()


def one_row(case: Case, outputs: Iterable[str], inputs: Iterable[str], row: int) -> Mapping[str, torch.Tensor]:
    """One row of that Jacobian, counted from 0, in the inputs' shapes.

    It is the pass that starts with 1 at one entry and 0 at all others. Raises IndexError where there is no such row.
    """
    run = case.run(inputs)
    for name in outputs:
        output = run.outputs[name]
        if row < output.numel():
            return _row(run, name, row)
        row -= output.numel()
    raise IndexError(row)


def entries_of(tensors: Mapping[str, torch.Tensor], names: Iterable[str]) -> list[str]:
    """The names of all entries in row-major order: `y`, `v[1]`, `w[0, 1]`."""
    return [entry for name in names for entry in _entries(name, tensors[name])]


def _row(run: Run, name: str, place: int) -> dict[str, torch.Tensor]:
    output = run.outputs[name]
    if not output.requires_grad:
        leaves = {name: leaf for name, leaf in run.inputs.items() if leaf.requires_grad}
        return {name: torch.zeros_like(leaf, requires_grad=False) for name, leaf in leaves.items()}
    start = one_entry(name, index_of(place, output.shape), output)
    found = grad(run, None, (name,), {name: start}, materialize_grads=True)
    return {name: part.detach() for name, part in found.items() if part is not None}


def _entries(name: str, tensor: torch.Tensor) -> list[str]:
    return [entry_name(name, index) for index in product(*map(range, tensor.shape))]
