"""All derivatives together: Jacobian and Hessian, one row of a Jacobian, and the names of their entries."""

import math
from collections.abc import Iterable, Mapping, Sequence
from itertools import product

import torch

from playground.engine.case import Case
from playground.engine.compiled import NUMBER_COST, OPERATION_COST
from playground.engine.forward import Run, Values, forward, refusals, shape_text
from playground.engine.grad import grad, gradients, output_of
from playground.engine.gradient_argument import entry_name, index_of, one_entry
from playground.engine.graph_walk import grad_fn_of, reached
from playground.language import limits
from playground.language.errors import EvaluationError
from playground.language.program import Program

MAX_ROWS_AT_ANY_COST = 64
"""A matrix of up to so many rows is computed, whatever the rows cost."""


def jacobian(
    program: Program,
    values: Values,
    wrt: str | Sequence[str],
    *,
    output: str | None = None,
    dtype: torch.dtype = torch.float32,
) -> torch.Tensor:
    """All partial derivatives (m, n) of an output's m entries by the n entries of `wrt`, both row-major.

    Raises EvaluationError above the limit on its entries, and as `forward` does.
    """
    value, leaves = _asked(program, values, wrt, output, dtype)
    return _stacked([value], leaves, math.inf)


def hessian(
    program: Program,
    values: Values,
    wrt: str | Sequence[str],
    *,
    output: str | None = None,
    dtype: torch.dtype = torch.float32,
) -> torch.Tensor:
    """All second derivatives (n, n) of a scalar output by the n entries of `wrt`, row-major.

    It is the Jacobian of the gradient (torch.func.hessian computes the same). Raises EvaluationError where the output
    is no scalar, above the limit on its entries, and as `forward` does.
    """
    value, leaves = _asked(program, values, wrt, output, dtype)
    if value.dim() != 0:
        raise EvaluationError("scalar_wanted", name=output or program.outputs[0], shape=shape_text(value))
    return _stacked([flat(gradients(value, leaves))], leaves, math.inf)


def all_entries(case: Case, outputs: Iterable[str], inputs: Iterable[str]) -> torch.Tensor:
    """The Jacobian (m, n) of the outputs' m entries, one output below the other, by the inputs' n, side by side.

    Raises EvaluationError above the limit on its entries, where they would cost too much, and as `forward` does.
    """
    wrt = tuple(inputs)
    run = case.run(wrt)
    ends, leaves = [run.outputs[name] for name in outputs], [run.inputs[name] for name in wrt]
    return _stacked(ends, leaves, limits.MAX_DERIVATIVE_COST)


def _asked(
    program: Program, values: Values, wrt: str | Sequence[str], output: str | None, dtype: torch.dtype
) -> tuple[torch.Tensor, list[torch.Tensor]]:
    """What is differentiated, and by which leaves."""
    names = (wrt,) if isinstance(wrt, str) else tuple(wrt)
    run = forward(program, values, names, dtype)
    return output_of(run, output), [run.inputs[name] for name in names]


def _stacked(ends: Sequence[torch.Tensor], leaves: Sequence[torch.Tensor], max_cost: float) -> torch.Tensor:
    """The derivatives of several ends, below each other. Raises EvaluationError, with the numbers, above the limits."""
    rows, columns = sum(end.numel() for end in ends), sum(leaf.numel() for leaf in leaves)
    if rows * columns > limits.MAX_DERIVATIVE_ENTRIES:
        raise EvaluationError("too_many_entries", rows=rows, columns=columns, entries=rows * columns)
    return torch.cat([rows_of(end, leaves, max_cost, retain_graph=True) for end in ends]).detach()


def flat(tensors: Sequence[torch.Tensor]) -> torch.Tensor:
    """The entries of tensors as one row, tensor after tensor, each row-major."""
    return torch.cat([tensor.flatten() for tensor in tensors])


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
    return [entry_name(name, index) for name in names for index in product(*map(range, tensors[name].shape))]


def rows_of(
    value: torch.Tensor, leaves: Sequence[torch.Tensor], max_cost: float = math.inf, retain_graph: bool = False
) -> torch.Tensor:
    """One vjp for each entry of a value, batched: (entries of value, entries of all leaves), both row-major.

    Raises EvaluationError where more than `MAX_ROWS_AT_ANY_COST` rows would cost more than `max_cost`, and where
    PyTorch has no derivative of a node.
    """
    rows, columns = value.numel(), sum(leaf.numel() for leaf in leaves)
    if not value.requires_grad:
        return torch.zeros(rows, columns, dtype=value.dtype)
    if rows > MAX_ROWS_AT_ANY_COST and (cost := _rows_cost(value, rows)) > max_cost:
        raise EvaluationError("too_slow", rows=rows, columns=columns, seconds=f"{cost:.1g}")
    each = torch.eye(rows, dtype=value.dtype).reshape(-1, *value.shape)
    # materialize_grads would fill in the zeros of one vjp, not of the whole batch
    with refusals(RuntimeError):
        parts = torch.autograd.grad(value, leaves, each, retain_graph, is_grads_batched=True, allow_unused=True)
    return torch.cat([_columns(part, leaf, each) for part, leaf in zip(parts, leaves, strict=True)], dim=1)


def _rows_cost(value: torch.Tensor, rows: int) -> float:
    """What so many vjps cost in one pass: each node, and for each row the numbers that arrive at it."""
    nodes = reached([grad_fn_of(value)])
    arriving: int = sum(math.prod(slot.shape) for node in nodes for slot in node._input_metadata)
    return OPERATION_COST * len(nodes) + NUMBER_COST * rows * arriving


def _columns(part: torch.Tensor | None, leaf: torch.Tensor, each: torch.Tensor) -> torch.Tensor:
    """The derivatives by one leaf, zeros where no path leads to it."""
    if part is None:
        return torch.zeros(len(each), leaf.numel(), dtype=each.dtype)
    return part.reshape(len(each), -1)


def _row(run: Run, name: str, place: int) -> dict[str, torch.Tensor]:
    output = run.outputs[name]
    if not output.requires_grad:
        leaves = {name: leaf for name, leaf in run.inputs.items() if leaf.requires_grad}
        return {name: torch.zeros_like(leaf, requires_grad=False) for name, leaf in leaves.items()}
    start = one_entry(name, index_of(place, output.shape), output)
    grads = grad(run, None, (name,), {name: start}, materialize_grads=True)
    return {name: part.detach() for name, part in grads.items() if part is not None}
