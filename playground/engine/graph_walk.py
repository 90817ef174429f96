"""Walk the nodes that autograd recorded, without recursion and by the nodes themselves, never by their ids."""

import heapq
from collections.abc import Iterable, Mapping
from itertools import count

import torch
from torch.autograd.graph import Node as GradFn
from torch.autograd.graph import get_gradient_edge

Slots = list[tuple[int, GradFn]]
"""Index and target of each slot of `next_functions` that leads to a node."""


def roots_of(outputs: Mapping[str, torch.Tensor]) -> dict[str, GradFn]:
    """The node of each output that requires a gradient."""
    return {name: grad_fn_of(value) for name, value in outputs.items() if value.requires_grad}


def grad_fn_of(tensor: torch.Tensor) -> GradFn:
    """The node that a tensor's gradient arrives at: its grad_fn, or the AccumulateGrad of a leaf."""
    return tensor.grad_fn or get_gradient_edge(tensor).node


def reached(roots: Iterable[GradFn]) -> dict[GradFn, Slots]:
    """The roots and every node below them, with its used slots, as they are found: depth first, slots from the left."""
    reachable: dict[GradFn, Slots] = {}
    waiting = list(roots)[::-1]
    while waiting:
        grad_fn = waiting.pop()
        if grad_fn not in reachable:
            reachable[grad_fn] = slots = used_slots(grad_fn)
            waiting += [target for _, target in reversed(slots)]
    return reachable


def is_leaf(grad_fn: GradFn) -> bool:
    """Whether a node is an AccumulateGrad, which hands its gradient to a leaf's `.grad`."""
    return hasattr(grad_fn, "variable")


def leaf_of(grad_fn: GradFn) -> torch.Tensor:
    """The tensor whose `.grad` an AccumulateGrad adds to."""
    leaf: torch.Tensor = grad_fn.variable  # type: ignore[attr-defined]
    return leaf


def used_slots(grad_fn: GradFn) -> Slots:
    """The slots of a node that lead to another."""
    return [(index, target) for index, (target, _) in enumerate(grad_fn.next_functions) if target is not None]


def engine_order(reachable: Mapping[GradFn, Slots], roots: Iterable[GradFn]) -> list[GradFn]:
    """The order of the engine's ready queue: latest made first, AccumulateGrad as soon as it can.

    A node is ready when all edges to it have been visited, those of the outputs first (torch/csrc/autograd/engine.cpp).
    Of three and more leaves that are outputs themselves, PyTorch's heap may take some in another order.
    """
    waits = dict.fromkeys(reachable, 0)
    for slots in reachable.values():
        for _, target in slots:
            waits[target] += 1
    ready: list[tuple[float, int, GradFn]] = []
    order: list[GradFn] = []
    turns = count()

    def visit(targets: Iterable[GradFn]) -> None:
        for target in targets:
            waits[target] -= 1
            if waits[target] == 0:
                heapq.heappush(ready, (_priority(target), next(turns), target))

    starts = list(roots)
    for root in starts:
        waits[root] += 1
    visit(starts)
    while ready:
        _, _, grad_fn = heapq.heappop(ready)
        order.append(grad_fn)
        visit(target for _, target in reachable[grad_fn])
    return order


def _priority(grad_fn: GradFn) -> float:
    return float("-inf") if is_leaf(grad_fn) else -grad_fn._sequence_nr()
