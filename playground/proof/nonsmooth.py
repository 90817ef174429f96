"""Operations where their slope breaks off, and what in a program depends on what."""

from collections.abc import Iterator, Sequence
from typing import Any

import torch

from playground.engine.forward import Run, forward
from playground.language.operations import ARGUMENT_NAMES, OPERATIONS
from playground.language.program import Call, Expression, Number, Program, Statement, Variable, fold, postorder

TRIAL_STEP = 2.0**-30
"""An operation is tried so far from where it stands, relative to the size of its argument where that is above 1."""


def breaking(run: Run) -> Iterator[Call]:
    """The operations that, by themselves, have a corner, a jump, an end or an infinite slope where they stand.

    Only those that work entry by entry are tried, by the arguments that require a gradient. The trials are in float64.
    """
    # By the objects of the program that was run: what ran for one may be too large to be compared by what it holds.
    known = {id(line.expression): line.value for line in run.tape}
    named: dict[str, Any] = dict(run.inputs)

    def value(part: Expression) -> Any:
        match part:
            case Number():
                return part.value
            case Variable():
                return named[part.name]
            case Call():
                return known[id(part)]

    for statement in run.program.statements:
        for node in postorder(statement.expression):
            if isinstance(node, Call) and (OPERATIONS[node.operation].local or OPERATIONS[node.operation].composite):
                arguments = list(map(value, node.arguments))
                if any(
                    _breaks(node, arguments, place) for place, argument in enumerate(arguments) if _tracks(argument)
                ):
                    yield node
        named[statement.name] = value(statement.expression)


def _tracks(value: Any) -> bool:
    return isinstance(value, torch.Tensor) and value.requires_grad


def _breaks(call: Call, arguments: Sequence[Any], place: int) -> bool:
    """Whether an operation's slope by one of its arguments is not the same on both sides, or has no bound."""
    here = arguments[place].detach()
    step = TRIAL_STEP * here.abs().clamp(min=1.0)
    far, left, middle, right, farther = (_apply(call, arguments, place, here + n * step) for n in (-8, -1, 0, 1, 8))
    before, after, across = (middle - left) / step, (right - middle) / step, (farther - far) / (16 * step)
    corner = (after - before).abs() > 1e-3 * (1 + before.abs() + after.abs())
    unbounded = (after + before).abs() > 3 * across.abs() + 1
    return bool((corner | unbounded | ~torch.isfinite(before + after)).any())


def _apply(call: Call, arguments: Sequence[Any], place: int, value: torch.Tensor) -> torch.Tensor:
    """An operation with another value in place of one of its arguments."""
    names = tuple(ARGUMENT_NAMES[: len(arguments)])
    program = Program((Statement("r", Call(call.operation, tuple(map(Variable, names)), call.options)),), names, ("r",))
    values = {
        name: torch.as_tensor(argument, dtype=torch.float64).detach()
        for name, argument in zip(names, arguments, strict=True)
    }
    return forward(program, {**values, names[place]: value}, (), torch.float64).outputs["r"]


def dependencies(program: Program) -> tuple[dict[str, frozenset[str]], dict[Call, frozenset[str]]]:
    """The inputs that each name depends on, and those that each detached value does."""
    known = {name: frozenset({name}) for name in program.inputs}
    detached: dict[Call, frozenset[str]] = {}

    def call(node: Call, parts: tuple[frozenset[str], ...]) -> frozenset[str]:
        inputs: frozenset[str] = frozenset().union(*parts)
        if node.operation == "detach":
            detached[node] = inputs
        return inputs

    for statement in program.statements:
        known[statement.name] = fold(statement.expression, lambda _: frozenset(), lambda node: known[node.name], call)
    return known, detached
