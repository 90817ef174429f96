"""Gradients as functions ask for them: autograd.grad, higher derivatives, Jacobian, Hessian."""

import math
from collections.abc import Mapping, Sequence
from typing import Any

import torch

from playground.engine import budget
from playground.engine.compiled import NUMBER_COST, OPERATION_COST
from playground.engine.forward import Run, Values, as_tensor, first_line, forward, largest, shape_text
from playground.engine.graph_walk import grad_fn_of, reached
from playground.language import limits
from playground.language.errors import EvaluationError
from playground.language.program import Program

MAX_ROWS_AT_ANY_COST = 64
"""A matrix of up to so many rows is computed, whatever the rows cost."""
DERIVATIVE_GROWTH = 4
"""The graph of a derivative has about so many times the nodes of what was differentiated, at the most."""


def grad(
    run: Run,
    inputs: Sequence[str] | None = None,
    outputs: Sequence[str] | None = None,
    grad_outputs: Mapping[str, Any] | None = None,
    *,
    create_graph: bool = False,
    retain_graph: bool | None = None,
    allow_unused: bool | None = None,
    materialize_grads: bool = False,
) -> dict[str, torch.Tensor | None]:
    """`torch.autograd.grad` by name: the gradient of the outputs' sum, weighted by `grad_outputs`, for each input.

    Each gradient has its input's shape, and each of `grad_outputs` its output's. None stands for every input that
    requires a gradient, and for every output. Keywords are torch's, with torch's defaults: the graph is freed unless
    retained. Raises EvaluationError where a name or a shape does not fit, and with PyTorch's own text where it refuses.
    """
    names = [name for name, leaf in run.inputs.items() if leaf.requires_grad] if inputs is None else list(inputs)
    leaves = [_named(run.inputs, name, "no_such_input") for name in names]
    started = list(run.outputs) if outputs is None else list(outputs)
    ends = [_named(run.outputs, name, "no_such_output") for name in started]
    weights = [_weight(name, end, grad_outputs) for name, end in zip(started, ends, strict=True)]
    try:
        found = torch.autograd.grad(
            ends,
            leaves,
            weights,
            retain_graph,
            create_graph,
            allow_unused=allow_unused,
            materialize_grads=materialize_grads,
        )
    except RuntimeError as problem:
        raise EvaluationError("torch_refuses", reason=first_line(problem)) from None
    return dict(zip(names, found, strict=True))


def derivatives(
    program: Program,
    values: Values,
    wrt: str = "x",
    order: int = 5,
    *,
    output: str | None = None,
    dtype: torch.dtype = torch.float32,
) -> list[torch.Tensor]:
    """[y, y', y'', ...] up to an order, at a point: scalars, each the `autograd.grad` of the one before.

    Where PyTorch records no graph for a derivative it does not depend on `wrt` any more: the next one is zero. Raises
    EvaluationError where the order is above the limit, or the output or the input is no scalar.
    """
    if not 0 <= order <= limits.MAX_ORDER:
        raise EvaluationError("order", order=order, limit=limits.MAX_ORDER)
    run = forward(program, values, (wrt,), dtype)
    point, value = run.inputs[wrt], _output(run, output)
    for name, tensor in ((wrt, point), (output or program.outputs[0], value)):
        if tensor.dim() != 0:
            raise EvaluationError("scalar_wanted", name=name, shape=shape_text(tensor))
    found = [value]
    for _ in range(order):
        found.append(next_derivative(found[-1], point, largest(run)))
    # the derivative of a step is a zero without memory of its own, which a copy has
    return [derivative.detach().clone() for derivative in found]


def next_derivative(value: torch.Tensor, point: torch.Tensor, entries: int = 1) -> torch.Tensor:
    """The gradient of a scalar at a point, in the point's shape and recorded itself; zeros where there is no path.

    Raises EvaluationError where the graph has too many nodes, or where the new one, with tensors of up to `entries`
    numbers, would hold too many of them.
    """
    budget.check()
    if not value.requires_grad:
        return torch.zeros_like(point)
    nodes = len(reached([grad_fn_of(value)]))
    if nodes > limits.MAX_GRAPH_NODES:
        raise EvaluationError("too_many_nodes", nodes=f"{nodes:,}", limit=f"{limits.MAX_GRAPH_NODES:,}")
    growth = DERIVATIVE_GROWTH * nodes
    if entries > 1 and growth * entries > limits.MAX_GRAPH_NUMBERS:
        raise EvaluationError("too_large_graph", nodes=f"{growth:,}", entries=f"{entries:,}")
    return torch.autograd.grad(value, point, create_graph=True, materialize_grads=True)[0]


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
    names = _names(wrt)
    run = forward(program, values, names, dtype)
    value, leaves = _output(run, output), [run.inputs[name] for name in names]
    check_entries(value.numel(), sum(leaf.numel() for leaf in leaves))
    return rows_of(value, leaves).detach()


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
    names = _names(wrt)
    run = forward(program, values, names, dtype)
    value, leaves = _output(run, output), [run.inputs[name] for name in names]
    if value.dim() != 0:
        raise EvaluationError("scalar_wanted", name=output or program.outputs[0], shape=shape_text(value))
    size = sum(leaf.numel() for leaf in leaves)
    check_entries(size, size)
    if not value.requires_grad:
        return torch.zeros(size, size, dtype=value.dtype)
    gradients = torch.autograd.grad(value, leaves, create_graph=True, materialize_grads=True)
    return rows_of(torch.cat([gradient.flatten() for gradient in gradients]), leaves).detach()


def check_entries(rows: int, columns: int) -> None:
    """Raise EvaluationError, with the numbers, where a matrix of all derivatives would be too large."""
    if rows * columns > limits.MAX_DERIVATIVE_ENTRIES:
        raise EvaluationError("too_many_entries", rows=rows, columns=columns, entries=rows * columns)


def rows_of(
    value: torch.Tensor, leaves: Sequence[torch.Tensor], max_cost: float = math.inf, retain_graph: bool = False
) -> torch.Tensor:
    """One vjp for each entry of a value, batched: (entries of value, entries of all leaves), both row-major.

    Raises EvaluationError where more than `MAX_ROWS_AT_ANY_COST` rows would cost more than `max_cost`.
    """
    rows, columns = value.numel(), sum(leaf.numel() for leaf in leaves)
    if not value.requires_grad:
        return torch.zeros(rows, columns, dtype=value.dtype)
    if rows > MAX_ROWS_AT_ANY_COST and (cost := _rows_cost(value, rows)) > max_cost:
        raise EvaluationError("too_slow", rows=rows, columns=columns, seconds=f"{cost:.1g}")
    each = torch.eye(rows, dtype=value.dtype).reshape(-1, *value.shape)
    # materialize_grads would fill in the zeros of one vjp, not of the whole batch
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


def _names(wrt: str | Sequence[str]) -> tuple[str, ...]:
    return (wrt,) if isinstance(wrt, str) else tuple(wrt)


def _output(run: Run, name: str | None) -> torch.Tensor:
    return _named(run.outputs, next(iter(run.outputs)) if name is None else name, "no_such_output")


def _named(tensors: Mapping[str, torch.Tensor], name: str, key: str) -> torch.Tensor:
    if name not in tensors:
        raise EvaluationError(key, name=name, names=", ".join(tensors))
    return tensors[name]


def _weight(name: str, output: torch.Tensor, weights: Mapping[str, Any] | None) -> torch.Tensor | None:
    """The upstream gradient of one output; None lets PyTorch start it with 1."""
    if weights is None or name not in weights:
        return None
    weight = as_tensor(name, weights[name], output.dtype)
    if weight.shape != output.shape:
        raise EvaluationError("gradient_shape", name=name, given=shape_text(weight), wanted=shape_text(output))
    return weight
