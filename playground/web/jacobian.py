"""Jacobians that pages show, computed once for everybody who asks."""

from collections.abc import Mapping

import torch

from playground.engine.forward import forward
from playground.engine.jacobian import all_entries, entries_of, one_row
from playground.engine.observe import DTYPES
from playground.web.cache import kept
from playground.web.case import Case, program_of, values_of


@kept
def jacobian_of(case: Case, outputs: tuple[str, ...], inputs: tuple[str, ...]) -> torch.Tensor:
    """The full Jacobian; EvaluationError above the limit on its entries."""
    return all_entries(program_of(case.program), values_of(case), outputs, inputs, DTYPES[case.dtype])


@kept
def row_of(case: Case, outputs: tuple[str, ...], inputs: tuple[str, ...], row: int) -> Mapping[str, torch.Tensor]:
    """One row of the Jacobian."""
    return one_row(program_of(case.program), values_of(case), outputs, inputs, row, DTYPES[case.dtype])


@kept
def entry_names(case: Case, outputs: tuple[str, ...], inputs: tuple[str, ...]) -> tuple[list[str], list[str]]:
    """The names of the Jacobian's rows and of its columns."""
    run = forward(program_of(case.program), values_of(case), (), DTYPES[case.dtype])
    return entries_of(run.outputs, outputs), entries_of(run.inputs, inputs)
