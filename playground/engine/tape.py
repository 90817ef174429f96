"""A tape that is written while PyTorch computes: each tensor stands on a line, and so does each plain number used."""

from collections.abc import Callable, Hashable, Iterable, Sequence

import torch

from playground.engine.forward import Evaluation, worded
from playground.language.notation import label
from playground.language.operations import NAMES, OPERATIONS
from playground.language.program import Call, Expression, Number, Variable

UNKNOWN = Variable("…")
"""A tensor of which nothing is known, and what is too long to be written inside of a formula."""


class Tape:
    """Lines, and where each tensor stands; `key` says which tensor objects are one value."""

    def __init__(self, key: Callable[[torch.Tensor], Hashable], lines: Iterable[Evaluation] = ()) -> None:
        self.key = key
        self.lines = list(lines)
        """They hold every tensor, so that a key is not given twice."""
        self.places = {
            key(line.value): at for at, line in enumerate(self.lines) if isinstance(line.value, torch.Tensor)
        }

    def __contains__(self, tensor: torch.Tensor) -> bool:
        return self.key(tensor) in self.places

    def place(self, argument: torch.Tensor | int | float) -> int:
        """The line an argument stands on; a new one for a plain number, and for a tensor that has none."""
        if not isinstance(argument, torch.Tensor):
            return self.add(Number(int(argument) if float(argument).is_integer() else argument), argument)
        return self.places[self.key(argument)] if argument in self else self.add(UNKNOWN, argument)

    def add(self, ran: Expression, value: torch.Tensor | int | float, arguments: tuple[int, ...] = ()) -> int:
        """A new line, and its place."""
        self.lines.append(self.line(ran, value, arguments))
        if isinstance(value, torch.Tensor):
            self.places[self.key(value)] = len(self.lines) - 1
        return len(self.lines) - 1

    def line(self, ran: Expression, value: torch.Tensor | int | float, arguments: tuple[int, ...]) -> Evaluation:
        """What is written on a new line."""
        return worded(ran, value, arguments)

    def operand(self, place: int) -> Expression:
        """A line inside of a formula: by its name, if it has one."""
        made = self.lines[place]
        return Variable(made.name) if made.name else made.expression


def call_of(name: str, operands: Sequence[Expression], complete: bool = True) -> Expression:
    """An operation as the language writes it; one that it has not, or that had other arguments too, as Python does."""
    if complete and name in NAMES and OPERATIONS[NAMES[name]].arity == len(operands):
        return Call(NAMES[name], tuple(operands))
    if name == "__getitem__":
        return Variable(f"{label(operands[0])}[{', '.join(map(label, operands[1:]))}]")
    return Variable(f"{name.strip('_')}({', '.join(map(label, operands))})")
