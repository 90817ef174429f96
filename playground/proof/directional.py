"""A program along a line: entries of its inputs are moved by t times a direction."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import torch

from playground.language.program import Call, Program, Statement, Variable, substitute
from playground.language.values import Value


@dataclass(frozen=True)
class Line:
    """The program of t, and its values: at t = 0 it is the point it started from."""

    program: Program
    values: Mapping[str, Value]
    step: str
    """What t is called in it."""


def on_a_line(program: Program, values: Mapping[str, Value], wrt: Sequence[str], direction: Sequence[float]) -> Line:
    """The program with x + t*v in place of each x of `wrt`: its derivative by t is the one along v.

    `direction` has a number for each entry of `wrt`, input after input, each row-major.
    """
    taken = set(program.names)
    places = [f"v{place}" for place in range(1, len(wrt) + 1)] if len(wrt) > 1 else ["v"]
    step, *names = (_free(first, taken) for first in ("t", *places))
    moved = {
        name: Call("add", (Variable(name), Call("multiply", (Variable(step), Variable(own)))))
        for name, own in zip(wrt, names, strict=True)
    }

    def along(statement: Statement) -> Statement:
        return Statement(statement.name, substitute(statement.expression, moved))

    inputs = (*program.inputs, step, *names)
    parts = dict(zip(names, _parts(values, wrt, direction), strict=True))
    return Line(
        Program(tuple(map(along, program.statements)), inputs, program.outputs), {**values, step: 0, **parts}, step
    )


def _free(first: str, taken: set[str]) -> str:
    """A name that nothing in the program has: this one, or this one with a number."""
    names = (first, *(f"{first[0]}{place}" for place in range(1, len(taken) + 2)))
    name = next(name for name in names if name not in taken)
    taken.add(name)
    return name


def _parts(values: Mapping[str, Value], wrt: Sequence[str], direction: Sequence[float]) -> list[Value]:
    """The direction, cut into tensors of the inputs' shapes."""
    like = [torch.tensor(values[name]) for name in wrt]
    parts = torch.split(torch.tensor(direction, dtype=torch.float64), [tensor.numel() for tensor in like])
    return [part.reshape(tensor.shape).tolist() for part, tensor in zip(parts, like, strict=True)]
