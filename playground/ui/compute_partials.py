"""What `/partials` computes, once for everybody who asks."""

from collections.abc import Mapping

import torch

from playground.autodiff.experiments import DTYPES
from playground.autodiff.forward import Run, forward
from playground.autodiff.partials import Asked, Partials, Twice, all_entries, entries_of, one_row, partials, twice
from playground.drawing.dot import ON_SCREEN, PROJECTED, to_dot
from playground.drawing.grad_script import Entries, Names, grad_parts, row_results
from playground.ui.compute import Case, Export, export_of, gradient_of, program_of, values_of
from playground.ui.kept import kept


@kept
def called(case: Case, asked: Asked) -> Partials:
    """One call of `autograd.grad`, and the table behind it."""
    program = program_of(case.program)
    return partials(program, values_of(case), asked, case.tracked, DTYPES[case.dtype], gradient_of(case))


@kept
def called_twice(case: Case, asked: Asked) -> Twice:
    """The same call two times on one graph."""
    program = program_of(case.program)
    return twice(program, values_of(case), asked, case.tracked, DTYPES[case.dtype], gradient_of(case))


@kept
def drawn_call(case: Case, asked: Asked, large: bool = False) -> str:
    """The graph of all outputs with the gradients of the call, as DOT, large for a projector."""
    seen = called(case, asked)
    return to_dot(seen.graph, seen.backward, leaf_sign="grad", sizes=PROJECTED if large else ON_SCREEN)


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


@kept
def result_names(case: Case, asked: Asked) -> dict[str, str]:
    """By input the name that the script gives to what the call returns."""
    return Names(_run(case), asked, called(case, asked)).returned


def row_names(case: Case, entries: Entries) -> dict[str, str]:
    """By input the name that the script gives to a row of the Jacobian."""
    return row_results(_run(case), entries)


@kept
def partials_exported(case: Case, title: str, asked: Asked, again: bool, entries: Entries | None) -> Export:
    """The script that makes the call, and its notebook."""
    repeated = called_twice(case, asked) if again else None
    seen, gradient = called(case, asked), gradient_of(case)
    return export_of(title, grad_parts(_run(case), values_of(case), asked, seen, gradient, repeated, entries))


def _run(case: Case) -> Run:
    return forward(program_of(case.program), values_of(case), case.tracked, DTYPES[case.dtype])
