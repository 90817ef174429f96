"""Gradients as functions ask for them: autograd.grad, and derivatives of derivatives."""

from collections.abc import Iterator, Mapping, Sequence
from itertools import islice
from typing import Any

import torch

from playground.engine import budget
from playground.engine.forward import Run, Values, forward, largest, refusals, shape_text
from playground.engine.gradient_argument import as_upstream
from playground.engine.graph_walk import grad_fn_of, reached
from playground.language import limits
from playground.language.errors import EvaluationError
from playground.language.program import Program

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
    given = grad_outputs or {}
    weights = [as_upstream(name, given[name], run.outputs[name]) if name in given else None for name in started]
    with refusals(RuntimeError):
        tensors = torch.autograd.grad(
            ends, leaves, weights, retain_graph, create_graph, True, allow_unused, materialize_grads=materialize_grads
        )
    return dict(zip(names, tensors, strict=True))


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
    point, value = run.inputs[wrt], output_of(run, output)
    for name, tensor in ((wrt, point), (output or program.outputs[0], value)):
        if tensor.dim() != 0:
            raise EvaluationError("scalar_wanted", name=name, shape=shape_text(tensor))
    orders = islice(chain(value, point, largest(run)), order + 1)
    # the derivative of a step is a zero without memory of its own, which a copy has
    return [derivative.detach().clone() for derivative in orders]


def chain(value: torch.Tensor, point: torch.Tensor, entries: int) -> Iterator[torch.Tensor]:
    """The numbers y, y', y'', ... without end, each recorded; raises as `next_derivative` does."""
    while True:
        yield value
        value = next_derivative(value, point, entries)


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


def _named(tensors: Mapping[str, torch.Tensor], name: str, key: str) -> torch.Tensor:
    if name not in tensors:
        raise EvaluationError(key, name=name, names=", ".join(tensors))
    return tensors[name]


def output_of(run: Run, name: str | None) -> torch.Tensor:
    """The output of a name, the first where there is none. Raises EvaluationError where no output has it."""
    return _named(run.outputs, next(iter(run.outputs)) if name is None else name, "no_such_output")


def gradients(value: torch.Tensor, points: Sequence[torch.Tensor]) -> tuple[torch.Tensor, ...]:
    """The gradient of a scalar by several tensors, in their shapes, and recorded itself; zeros without a path."""
    if not value.requires_grad:
        return tuple(map(torch.zeros_like, points))
    return torch.autograd.grad(value, points, create_graph=True, materialize_grads=True)
