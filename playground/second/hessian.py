"""What higher derivatives tell: y, y', y'', ... at a point and around it, the Hessian, and what its eigenvalues say.

Everything here takes a case and gives back what can be kept: no live tensor leaves a function.
"""

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from itertools import islice

import torch

from playground.engine.at_each import MAX_NUMBERS_AT_ONCE, at_each
from playground.engine.case import Case
from playground.engine.forward import Run, evaluate, first_line, largest, largest_number, shape_text
from playground.engine.grad import chain, gradients, next_derivative
from playground.engine.graph_walk import reached, roots_of
from playground.engine.jacobian import entries_of, flat, rows_of
from playground.exact.levels import MAXIMUM, MINIMUM, SADDLE, UNDECIDED
from playground.language import limits
from playground.language.errors import EvaluationError
from playground.proof.kinds import levels_of, proved_kinds

SLOPE, BESIDE, UNPROVED, NO_NUMBER = "slope", "beside", "unproved", "no_number"
"""Answers of second derivatives at a point, beside the kinds of critical points: none where there is a slope, where
values beside the point do not fit what autograd gives, as at a corner, where the kind is not proved, or where one is
NaN."""

RISES = {MINIMUM: 1.0, MAXIMUM: -1.0, SADDLE: 0.0}
"""Of what has to fit values beside a point: whether values rise there (1), fall (-1), or do both."""
BESIDE_DISTANCES = (2.0**-16, 2.0**-28, 2.0**-40)
"""So far beside a point is looked whether values fit, relative to the size of the point above 1."""
MAX_LOOKED_AT_DIRECTIONS = 16
"""It is looked along at most so many entries, as many eigenvectors and as many directions that are drawn."""

MAX_ZERO_ROUNDINGS = 8
"""A zero may be left with so many times the rounding of the numbers that went in."""
REQUIRED_ORDER = 2
"""Up to this order all derivatives are found, or an error is raised."""


@dataclass(frozen=True)
class Orders:
    """A scalar and its derivatives at a point."""

    values: tuple[torch.Tensor, ...]
    """The numbers y, y', y'', ..., scalars all."""
    nodes: tuple[int, ...]
    """How many nodes the graph of each has; 0 where none was recorded."""
    refused: tuple[str | None, ...]
    """PyTorch's words where it refuses to differentiate one; the next is zero then."""
    beyond: str | None
    """How many nodes the graph of the last has, where that is too large for a further order that was asked for."""
    says: str
    """The answer of y' and y'' about a minimum or maximum: `NO_NUMBER` below order 2."""


@dataclass(frozen=True)
class Second:
    """A scalar as a function of n entries: its gradient and its Hessian."""

    names: tuple[str, ...]
    """The entries of the inputs, input after input, each row-major."""
    value: torch.Tensor
    gradient: torch.Tensor
    """The gradient as one row (n)."""
    unused: tuple[str, ...]
    """The inputs that the number does not depend on."""
    straight: tuple[str, ...]
    """The inputs that the gradient does not depend on."""
    bends: bool
    """Whether PyTorch recorded the gradient: where it is the same everywhere, there was nothing to record."""
    hessian: torch.Tensor | None
    """The Hessian (n, n); None where it has too many entries, or would take too long."""
    seconds: str | None
    """The seconds, about, that a Hessian would take that takes too long; else None."""
    eigenvalues: torch.Tensor | None
    """The eigenvalues (n) in rising order; None where an entry of the Hessian is NaN or infinite."""
    says: str
    """The answer of the eigenvalues about a minimum or maximum."""

    @property
    def asymmetry(self) -> float:
        """The largest difference between an entry of the Hessian and its mirror image."""
        return math.nan if self.hessian is None else float((self.hessian - self.hessian.T).abs().max())


@dataclass(frozen=True)
class Along:
    """A scalar along a direction: its slope, and how fast the slope changes."""

    slope: torch.Tensor
    second: torch.Tensor


def orders(case: Case, wrt: str, order: int, output: str | None = None) -> Orders:
    """The numbers y, y', y'', ... up to an order by one scalar input, or to the last whose graph is not too large.

    Raises EvaluationError where y is no scalar, where already the graph of y'' is too large, and as `forward` does.
    """
    run = case.run()
    point, value = run.inputs[wrt], scalar_output(run, output)
    tensors, beyond = list[torch.Tensor](), None
    try:
        for derivative in islice(chain(value, point, largest(run)), order + 1):
            tensors.append(derivative)
    except EvaluationError as problem:
        if len(tensors) <= REQUIRED_ORDER or problem.key not in ("too_many_nodes", "too_large_graph"):
            raise
        beyond = problem.values["nodes"]
    plain = [derivative.detach().clone() for derivative in tensors]
    known = order > 1 and bool(torch.isfinite(plain[0]))
    says = classify(*(number.reshape(1) for number in (*plain[1:3], point.detach()))) if known else NO_NUMBER
    says = _borne_out(case, run, (wrt,), says, output, plain[min(2, order)].reshape(1, 1))
    refused = tuple(_refusal(derivative, point) for derivative in tensors)
    return Orders(tuple(plain), tuple(map(_nodes, tensors)), refused, beyond, says)


def without_create_graph(case: Case, wrt: str, output: str | None = None) -> str:
    """PyTorch's words when y' is differentiated although nothing of its computation was recorded."""
    run = case.run()
    point = run.inputs[wrt]
    (slope,) = torch.autograd.grad(scalar_output(run, output), point, materialize_grads=True)
    reason = _refusal(slope, point)
    assert reason is not None, "PyTorch took what it was expected to refuse"
    return reason


def second(case: Case, wrt: Sequence[str], output: str | None = None) -> Second:
    """The gradient and the Hessian by all entries of some inputs.

    Raises EvaluationError where the output is no scalar, and as `forward` does; a Hessian that would be too large or
    take too long is None.
    """
    run = case.run(wrt)
    points = {name: run.inputs[name] for name in wrt}
    value = scalar_output(run, output)
    recorded = flat(gradients(value, [*points.values()]))
    gradient = recorded.detach().clone()
    few = len(gradient) ** 2 <= limits.MAX_DERIVATIVE_ENTRIES
    matrix, seconds = _matrix(recorded, [*points.values()]) if few else (None, None)
    whole = matrix is not None and bool(torch.isfinite(matrix).all())
    eigenvalues = torch.linalg.eigvalsh(matrix) if whole else None
    says = classify(gradient, eigenvalues, flat([*points.values()]).detach())
    return Second(
        names=tuple(entries_of(run.inputs, wrt)),
        value=value.detach(),
        gradient=gradient,
        unused=_unused(value, points),
        straight=_unused(recorded.sum(), points),
        bends=recorded.requires_grad,
        hessian=matrix,
        seconds=seconds,
        eigenvalues=eigenvalues,
        says=says if matrix is None else _borne_out(case, run, wrt, says, output, matrix),
    )


def _matrix(recorded: torch.Tensor, points: Sequence[torch.Tensor]) -> tuple[torch.Tensor | None, str | None]:
    """The Hessian from a recorded gradient, or how many seconds it would take."""
    try:
        return rows_of(recorded, points, limits.MAX_DERIVATIVE_COST, retain_graph=True).detach(), None
    except EvaluationError as problem:
        if problem.key != "too_slow":
            raise
        return None, problem.values["seconds"]


def classify(gradient: torch.Tensor, eigenvalues: torch.Tensor | None, point: torch.Tensor) -> str:
    """The second-derivative test at a point (n): by the eigenvalues (n) of a Hessian, or by f'' where n is 1.

    It is `SLOPE` where the gradient (n) is not zero, up to rounding, `NO_NUMBER` where one of the numbers is NaN,
    infinite or not known, and `UNDECIDED` where eigenvalues are zero and the others do not differ in sign.
    """
    if eigenvalues is None or not bool(torch.isfinite(torch.cat([gradient, eigenvalues])).all()):
        return NO_NUMBER
    rounding = MAX_ZERO_ROUNDINGS * torch.finfo(gradient.dtype).eps
    largest = float(eigenvalues.abs().max())
    if float(gradient.abs().max()) > rounding * largest * max(1.0, float(point.abs().max())):
        return SLOPE
    signs = {int(sign) for sign in torch.sign(eigenvalues * (eigenvalues.abs() > rounding * largest))}
    if {-1, 1} <= signs:
        return SADDLE
    return {frozenset({1}): MINIMUM, frozenset({-1}): MAXIMUM}.get(frozenset(signs), UNDECIDED)


def _borne_out(case: Case, run: Run, wrt: Sequence[str], says: str, output: str | None, matrix: torch.Tensor) -> str:
    """What a Hessian (n, n) says, where values beside the point fit it, and where the kind of the point is proved."""
    if not _fits(case, wrt, says, output, matrix):
        return BESIDE
    return UNPROVED if says in RISES and _proved(run, wrt, output) != says else says


def _proved(run: Run, wrt: Sequence[str], output: str | None) -> str:
    """Which kind a point is as a critical point of an output, in its inputs of these names."""
    tensors = {name: tensor.detach().double() for name, tensor in run.inputs.items()}
    at = flat([tensors[name] for name in wrt])
    constants = {name: tensor for name, tensor in tensors.items() if name not in wrt}
    shapes = {name: tensors[name].shape for name in wrt}
    name, size = output or next(iter(run.outputs)), max(1.0, float(at.abs().max()))
    (kind,) = proved_kinds(levels_of(run.program, constants, shapes, (name, None), at[None], size))
    return kind


def _fits(case: Case, wrt: Sequence[str], says: str, output: str | None, matrix: torch.Tensor) -> bool:
    """Whether values beside a point rise and fall as a Hessian (n, n) says that is found there.

    Around a minimum they rise along all directions that are looked along, around a maximum they fall, and around a
    saddle they fall along one eigenvector and rise along another. Where it decides nothing, what is left of a rise less
    the Hessian's share shrinks faster than the square of the distance. What rounding and a slope within it come to may
    pass.
    """
    if says not in RISES and says != UNDECIDED:
        return True
    precise = replace(case, dtype=torch.float64)
    ways, signs = _looked_along(says, matrix.double())
    size = max(1.0, *(float(torch.as_tensor(case.inputs[name]).abs().max()) for name in wrt))
    far = size * torch.tensor([side * distance for distance in BESIDE_DISTANCES for side in (-1, 1)]).double()
    moves = torch.cat([torch.zeros_like(ways[:1]), *(distance * ways for distance in far)])
    here, *beside = torch.split(_heights_beside(precise, wrt, moves, output), [1, *[len(ways)] * len(far)])
    changes = torch.stack(beside) - here
    slope = torch.finfo(case.dtype).eps * float(matrix.abs().max()) * size
    passed = MAX_ZERO_ROUNDINGS * (slope * far.abs() + torch.finfo(torch.float64).eps * largest_number(precise.run(())))
    if says == UNDECIDED:
        bends = torch.einsum("kn,nm,km->k", ways, matrix.double(), ways) / 2
        return _shrinks(changes - bends * far[:, None] ** 2, far, passed)
    rises = signs * changes
    return bool((torch.isfinite(rises) & (rises >= -passed[:, None])).all())


def _shrinks(left: torch.Tensor, far: torch.Tensor, passed: torch.Tensor) -> bool:
    """Whether numbers (d, k) at distances (d), a pair for each, shrink faster than their squares, where they are told.

    At a corner they are in proportion to the distance; where the second derivative jumps, to its square.
    """
    counts = left.abs() > passed[:, None]
    rates = left.abs() / far[:, None] ** 2
    stays = counts[:-2] & counts[2:] & (rates[2:] > rates[:-2] / 2)
    return bool(torch.isfinite(left).all()) and not bool(stays.any())


def _looked_along(says: str, matrix: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
    """Directions (k, n) of length 1, and for each whether values rise (1) or fall (-1) along it."""
    vectors = torch.linalg.eigh(matrix).eigenvectors.T
    if says == SADDLE:
        return vectors[[0, -1]], torch.tensor([-1.0, 1.0], dtype=torch.float64)
    drawn = torch.randn(MAX_LOOKED_AT_DIRECTIONS, len(matrix), generator=torch.Generator().manual_seed(0)).double()
    few = (rows[:MAX_LOOKED_AT_DIRECTIONS] for rows in (torch.eye(len(matrix)).double(), vectors, drawn))
    ways = torch.nn.functional.normalize(torch.cat(list(few)))
    return ways, torch.full((len(ways),), RISES.get(says, 0.0), dtype=torch.float64)


def along(case: Case, direction: Sequence[float], wrt: Sequence[str], output: str | None = None) -> Along:
    """Slope and second derivative along a direction v of all entries: g·v, and vᵀHv without the Hessian H.

    Hv is the gradient of g·v (Pearlmutter 1994, Fast exact multiplication by the Hessian). Raises EvaluationError where
    the output is no scalar, and as `forward` does.
    """
    run = case.run(wrt)
    points = [run.inputs[name] for name in wrt]
    slope = flat(gradients(scalar_output(run, output), points)) @ torch.tensor(direction, dtype=case.dtype)
    rates = flat(gradients(slope, points)) @ torch.tensor(direction, dtype=case.dtype)
    return Along(slope.detach().clone(), rates.detach().clone())


def curves(
    case: Case,
    direction: Sequence[float],
    wrt: Sequence[str],
    steps: Sequence[float],
    order: int,
    output: str | None = None,
) -> tuple[tuple[float | None, ...], ...]:
    """The numbers y, y', ... up to an order, a row each, where all entries are moved by each step along a direction.

    A number is None where it is NaN or infinite. All steps are taken in one pass, or in a few where the inputs are
    large. Raises EvaluationError as `forward` and `next_derivative` do.
    """
    height, at_once = _height_beside(case, wrt, output)
    way = torch.tensor(direction, dtype=case.dtype)
    along = partial(at_each, lambda step: height(step * way))
    chunks = torch.split(torch.tensor(steps, dtype=case.dtype), at_once)
    heights = [_heights(along, chunk, order) for chunk in chunks]
    return tuple(tuple(number for part in heights for number in part[turn]) for turn in range(order + 1))


def _heights_beside(case: Case, wrt: Sequence[str], moves: torch.Tensor, output: str | None) -> torch.Tensor:
    """The number (k) where all entries are moved by each of some moves (k, n)."""
    height, at_once = _height_beside(case, wrt, output)
    return torch.cat([at_each(height, chunk) for chunk in torch.split(moves, at_once)])


def _height_beside(
    case: Case, wrt: Sequence[str], output: str | None
) -> tuple[Callable[[torch.Tensor], torch.Tensor], int]:
    """The number as a function of a move (n) of all entries, and how many moves may be taken at once."""
    resting = case.run(())
    inputs = resting.inputs
    counts = [inputs[name].numel() for name in wrt]

    def height(move: torch.Tensor) -> torch.Tensor:
        parts = zip(wrt, torch.split(move, counts), strict=True)
        moved = {name: inputs[name] + part.reshape(inputs[name].shape) for name, part in parts}
        tape, lines = evaluate(case.program, inputs | moved, case.dtype)
        return torch.as_tensor(tape[lines[output or case.program.outputs[0]]].value, dtype=case.dtype)

    return height, max(1, MAX_NUMBERS_AT_ONCE // largest(resting))


def scalar_output(run: Run, output: str | None) -> torch.Tensor:
    """The output of a name, the first where none is named. Raises EvaluationError where it is no scalar."""
    name = next(iter(run.outputs)) if output is None else output
    if run.outputs[name].dim() != 0:
        raise EvaluationError("scalar_wanted", name=name, shape=shape_text(run.outputs[name]))
    return run.outputs[name]


def _heights(
    height: Callable[[torch.Tensor], torch.Tensor], steps: torch.Tensor, order: int
) -> list[list[float | None]]:
    """The number and its derivatives for each step: the derivative of their sum has an entry for each."""
    steps = steps.clone().requires_grad_()
    heights = [height(steps)]
    for _ in range(order):
        heights.append(next_derivative(heights[-1].sum(), steps))
    rows = [derivative.detach().clone().tolist() for derivative in heights]
    return [[number if math.isfinite(number) else None for number in row] for row in rows]


def _refusal(value: torch.Tensor, point: torch.Tensor) -> str | None:
    """What PyTorch says to differentiating a value by a point; None where it does it."""
    try:
        torch.autograd.grad(value, point, retain_graph=True)
    except RuntimeError as problem:
        return first_line(problem)
    return None


def _unused(value: torch.Tensor, points: Mapping[str, torch.Tensor]) -> tuple[str, ...]:
    """The tensors that a value does not depend on."""
    if not value.requires_grad:
        return tuple(points)
    grads = torch.autograd.grad(value, list(points.values()), retain_graph=True, allow_unused=True)
    return tuple(name for name, gradient in zip(points, grads, strict=True) if gradient is None)


def _nodes(value: torch.Tensor) -> int:
    return len(reached(roots_of({"value": value}).values()))
