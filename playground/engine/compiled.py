"""A program that was run once, as a function that runs it again and again: the same calls, without reading the tree."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import torch

from playground.engine import budget
from playground.engine.forward import CONDITION, Evaluation, Run, evaluate, number_type, operands_of
from playground.engine.functions import FUNCTIONS
from playground.language.operations import OPERATIONS
from playground.language.program import Call, Variable

OPERATION_COST = 10e-6
"""An operation costs so much, forward and back: the seconds that the dearest took on one machine."""
NUMBER_COST = 12e-9
"""Each number that an operation gives costs so much, forward and back, in the same seconds."""

Function = Callable[[Mapping[str, torch.Tensor]], torch.Tensor]
"""A function from the inputs to one output."""

_Call = tuple[int, Callable[..., Any], tuple[int, ...], dict[str, Any]]
"""The place of a result, what is called, the places of its arguments, and keywords."""


def decides(run: Run) -> bool:
    """Whether a condition said what was done."""
    return any(isinstance(line.ran, Call) and line.ran.operation == CONDITION for line in run.tape)


def rerun(run: Run, output: str) -> Function:
    """One output of a run as a function of its inputs, doing what the tape says was done; plain numbers stay."""
    tape, last = run.tape, run.lines[output]
    if decides(run):
        return _anew(run, output)
    memory: list[Any] = [line.value for line in tape]
    inputs: list[tuple[int, str]] = []
    calls: list[_Call] = []
    dtype = number_type([value for value in memory if isinstance(value, torch.Tensor)], torch.float32)
    for place in needed(tape, last):
        line = tape[place]
        if isinstance(line.ran, Variable):
            inputs.append((place, line.ran.name))
        elif isinstance(line.ran, Call) and isinstance(line.value, torch.Tensor) and line.arguments:
            calls.append(_call(line.ran, place, line.arguments, memory, dtype))
    for place in [*(place for place, _ in inputs), *(call[0] for call in calls)]:
        memory[place] = None  # what is computed anew is not held

    def again(values: Mapping[str, torch.Tensor]) -> torch.Tensor:
        budget.check()
        tensors = memory.copy()
        for place, name in inputs:
            tensors[place] = values[name]
        for place, function, arguments, options in calls:
            tensors[place] = function(*[tensors[argument] for argument in arguments], **options)
        result: torch.Tensor = tensors[last]
        return result

    return again


def _anew(run: Run, output: str) -> Function:
    """The same where conditions say what is done: other values may take the other side."""
    dtype = number_type(list(run.inputs.values()), torch.float32)

    def again(values: Mapping[str, torch.Tensor]) -> torch.Tensor:
        tape, lines = evaluate(run.program, {**run.inputs, **values}, dtype)
        return torch.as_tensor(tape[lines[output]].value, dtype=dtype)

    return again


def cost_of(run: Run, output: str) -> float:
    """What one pass forward and back costs, counted from the operations and the sizes of their results.

    The unit is that of the limits: seconds on one machine.
    """
    sizes = [value.numel() for _, value in _called(run, output)]
    return OPERATION_COST * len(sizes) + NUMBER_COST * sum(sizes)


def operations_of(run: Run, output: str) -> list[Call]:
    """The calls on tensors that an output is made by."""
    return [call for call, _ in _called(run, output)]


def _called(run: Run, output: str) -> list[tuple[Call, torch.Tensor]]:
    """What PyTorch is called for on the way to an output, and each result."""
    lines = (run.tape[place] for place in needed(run.tape, run.lines[output]))
    pairs = ((line.ran, line.value) for line in lines)
    return [(ran, value) for ran, value in pairs if isinstance(ran, Call) and isinstance(value, torch.Tensor)]


def needed(
    tape: Sequence[Evaluation], last: int, counts: Callable[[Evaluation], bool] = lambda line: True
) -> list[int]:
    """The lines that a line depends on through lines that count, in their order, itself included."""
    needed, waiting = set[int](), [last]
    while waiting:
        place = waiting.pop()
        if place not in needed and counts(tape[place]):
            needed.add(place)
            waiting += tape[place].arguments
    return sorted(needed)


def _call(node: Call, place: int, arguments: tuple[int, ...], memory: list[Any], dtype: torch.dtype) -> _Call:
    """A call; where an operand is a tensor made of a plain number, it is added to the memory once."""
    row = OPERATIONS[node.operation]
    values = [memory[argument] for argument in arguments]
    ready = operands_of(row, values, dtype)
    places = [
        at if new is value else _kept(new, memory) for at, new, value in zip(arguments, ready, values, strict=True)
    ]
    return place, FUNCTIONS[row.name], tuple(places), dict(node.options)


def _kept(value: Any, memory: list[Any]) -> int:
    memory.append(value)
    return len(memory) - 1
