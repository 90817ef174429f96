"""Jacobians that pages show, computed once for everybody who asks."""

from collections.abc import Mapping

import torch

from playground.engine.case import Case
from playground.engine.jacobian import all_entries, entries_of, one_row
from playground.web.cache import kept


@kept
def jacobian_of(case: Case, outputs: tuple[str, ...], inputs: tuple[str, ...]) -> torch.Tensor:
    """The full Jacobian; EvaluationError above the limit on its entries."""
    return all_entries(case, outputs, inputs)


@kept
def row_of(case: Case, outputs: tuple[str, ...], inputs: tuple[str, ...], row: int) -> Mapping[str, torch.Tensor]:
    """One row of the Jacobian."""
    return one_row(case, outputs, inputs, row)


@kept
def entry_names(case: Case, outputs: tuple[str, ...], inputs: tuple[str, ...]) -> tuple[list[str], list[str]]:
    """The names of the Jacobian's rows and of its columns."""
    run = case.run(())
    return entries_of(run.outputs, outputs), entries_of(run.inputs, inputs)
