"""Backward of an output that is no single number: both ways to start it, and which entry meets which.

Everything here takes a case and gives back what can be kept: no live tensor leaves a function.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import torch

from playground.engine.backward import backward, detached
from playground.engine.case import Case
from playground.engine.compiled import needed
from playground.engine.forward import Run, first_line
from playground.engine.gradient_argument import as_upstream, entry_name, index_of
from playground.engine.graph import read_graph
from playground.engine.not_finite import NotFinite, is_finite, step_not_finite, value_not_finite
from playground.language.gradient_argument import Upstream
from playground.language.operations import OPERATIONS
from playground.language.program import Call, Expression

Gradients = Mapping[str, torch.Tensor | None]
"""By input what `.grad` holds; None where the pass did not come by."""


@dataclass(frozen=True)
class BothWays:
    """`y.backward(gradient)` and `torch.sum(y * gradient).backward()`, each on a graph of its own."""

    inputs: Mapping[str, torch.Tensor]
    value: torch.Tensor
    gradient: torch.Tensor
    total: torch.Tensor
    """The number that is differentiated the second way: `torch.sum(y * gradient)`."""
    direct: Gradients
    summed: Gradients
    equal: bool
    """What torch.equal says of every pair."""
    same_bits: bool
    value_not_finite: NotFinite | None
    gradient_not_finite: NotFinite | None


def both_ways(case: Case, output: str, start: Upstream) -> BothWays:
    """Go back from an output in both ways; EvaluationError where it cannot be given this gradient."""
    run = case.run()
    value = run.outputs[output]
    gradient = as_upstream(output, start, value)
    direct = _pass(run, value, gradient)
    again = case.run()
    total = torch.sum(again.outputs[output] * gradient)
    summed = _pass(again, total, None)
    pairs = [(grad, summed[name]) for name, grad in direct.items()]
    return BothWays(
        inputs={name: leaf.detach() for name, leaf in run.inputs.items()},
        value=value.detach(),
        gradient=gradient,
        total=total.detach(),
        direct=direct,
        summed=summed,
        equal=all(_both(grad, product, torch.equal) for grad, product in pairs),
        same_bits=all(_both(grad, product, _same_bits) for grad, product in pairs),
        value_not_finite=value_not_finite(run),
        gradient_not_finite=None
        if all(map(is_finite, direct.values()))
        else gradient_not_finite(case, output, gradient),
    )


def refusal(case: Case, output: str) -> str:
    """PyTorch's words on `y.backward()` without an argument, for an output of several entries."""
    run = case.run()
    try:
        _pass(run, run.outputs[output], None)
    except RuntimeError as problem:
        return first_line(problem)
    raise AssertionError("PyTorch took what it was expected to refuse")


def _pass(run: Run, start: torch.Tensor, gradient: torch.Tensor | None) -> dict[str, torch.Tensor | None]:
    """One backward pass, and what it leaves in `.grad` of the run's own leaves."""
    start.backward(gradient)  # type: ignore[no-untyped-call]
    return {name: detached(leaf.grad) for name, leaf in run.inputs.items() if leaf.requires_grad}


def _both(
    left: torch.Tensor | None, right: torch.Tensor | None, same: Callable[[torch.Tensor, torch.Tensor], bool]
) -> bool:
    return left is right if left is None or right is None else same(left, right)


def _same_bits(left: torch.Tensor, right: torch.Tensor) -> bool:
    """Whether two tensors hold the same bits, also where they hold nan."""
    kind = torch.int64 if left.dtype == torch.float64 else torch.int32
    return torch.equal(left.view(kind), right.view(kind))


# What is no finite number


def gradient_not_finite(case: Case, output: str, gradient: torch.Tensor) -> NotFinite | None:
    """The first node of a backward pass that passes on NaN or an infinity while what arrived was finite."""
    run = case.run()
    return step_not_finite(read_graph(run), backward(run, {output: gradient}).steps)


# Which entry meets which


def entry_by_entry(case: Case, output: str, wrt: str) -> bool:
    """Whether entry ij of an input only meets entry ij of the output, whatever the values are.

    So it is where every operation from one to the other works entry by entry and nothing changes its shape.
    """
    run = case.run()
    leaf = run.inputs[wrt]
    reached = {place for place, line in enumerate(run.tape) if line.value is leaf}
    for place in needed(run.tape, run.lines[output]):
        line = run.tape[place]
        if reached.intersection(line.arguments):
            reached.add(place)
            if not (isinstance(line.value, torch.Tensor) and line.value.shape == leaf.shape and _entrywise(line.ran)):
                return False
    return run.lines[output] in reached


def _entrywise(ran: Expression) -> bool:
    row = OPERATIONS[ran.operation] if isinstance(ran, Call) else None
    return row is None or bool(row.local) or row.composite


def column(case: Case, output: str, wrt: str, index: Sequence[int]) -> torch.Tensor:
    """How every entry of an output moves with one entry of an input: a column of the Jacobian, in the output's shape.

    Two passes: the gradient is linear in its argument, and the derivative by that argument is the column. NaN where
    PyTorch cannot go through an operation twice, as through `cdist`.
    """
    run = case.run()
    value, leaf = run.outputs[output], run.inputs[wrt]
    free = torch.zeros_like(value, requires_grad=True)
    (passed,) = torch.autograd.grad(value, leaf, free, create_graph=True, materialize_grads=True)
    if not passed.requires_grad:
        return torch.zeros(value.shape, dtype=value.dtype)
    try:
        (grads,) = torch.autograd.grad(passed[tuple(index)], free, materialize_grads=True)
    except RuntimeError:
        return torch.full(value.shape, torch.nan, dtype=value.dtype)
    return grads.detach()


def own(case: Case, output: str, wrt: str, index: Sequence[int]) -> torch.Tensor:
    """That column where the entry only meets the output's entry at the same place: one pass, which starts with ones."""
    run = case.run()
    value = run.outputs[output]
    (all_places,) = torch.autograd.grad(value, run.inputs[wrt], torch.ones_like(value), materialize_grads=True)
    grad = torch.zeros(value.shape, dtype=value.dtype)
    grad[tuple(index)] = all_places[tuple(index)]
    return grad


def blocks(matrix: torch.Tensor, output: Sequence[int], wrt: Sequence[int]) -> torch.Tensor:
    """The Jacobian with each block as one entry, its largest absolute value: a row of y by a row of x."""
    rows, columns = (shape[0] if len(shape) == 2 else 1 for shape in (output, wrt))
    apart = matrix.abs().reshape(rows, matrix.shape[0] // rows, columns, matrix.shape[1] // columns)
    return apart.amax(dim=(1, 3))


def largest(tensor: torch.Tensor) -> tuple[int, ...]:
    """The last of the entries with the largest absolute value that is finite."""
    sizes = torch.nan_to_num(tensor.abs().flatten(), nan=-1, posinf=-1)
    return index_of(int((sizes == sizes.max()).nonzero()[-1]), tensor.shape)


@dataclass(frozen=True)
class Part:
    """What one entry of `x.grad` gets from one entry of y: that entry's gradient times its derivative."""

    entry: str
    gradient: float
    derivative: float


@dataclass(frozen=True)
class Contributions:
    """One entry of an input, and what its gradient is made of."""

    index: tuple[int, ...]
    parts: tuple[Part, ...] | None
    """One for each entry of y that it moves here; None where a derivative is no finite number, or not known."""
    alone: bool
    """Whether it can only move its own entry of y, whatever the values."""
    total: float


def meeting(case: Case, output: str, wrt: str, ways: BothWays) -> Contributions | None:
    """What the largest entry of `x.grad` is made of; None where the pass did not come by."""
    left = ways.direct[wrt]
    if left is None:
        return None
    index, alone = largest(left), entry_by_entry(case, output, wrt)
    local = own(case, output, wrt, index) if alone else column(case, output, wrt, index)
    return Contributions(
        index, _parts(output, ways.gradient, local) if is_finite(local) else None, alone, float(left[index])
    )


def _parts(output: str, gradient: torch.Tensor, local: torch.Tensor) -> tuple[Part, ...]:
    met = [tuple(place) for place in (local != 0).nonzero().tolist()]
    return tuple(Part(entry_name(output, place), float(gradient[place]), float(local[place])) for place in met)
