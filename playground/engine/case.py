"""What is computed with: a program, its inputs' values and what is asked of autograd, read once from what was typed."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property

import torch

from playground.engine.forward import Run, forward
from playground.language.gradient_argument import Upstream
from playground.language.program import Program, digest
from playground.language.values import Value

DTYPES = {"float32": torch.float32, "float64": torch.float64}
"""The types of numbers by the names that an address has for them."""


@dataclass(frozen=True, eq=False)
class Case:
    """A program with the values of its inputs: parsed, and a key for whatever is computed of it.

    Two cases are equal if all that can be computed of them is. No language of a reader is part of it.
    """

    program: Program
    values: tuple[tuple[str, Value], ...]
    """The name and the value of each input, in the program's order."""
    tracked: tuple[str, ...]
    """The inputs that require a gradient."""
    dtype: torch.dtype = torch.float32
    gradient: tuple[tuple[str, Upstream], ...] = ()
    """The gradient arguments of outputs, where they are not ones."""

    @cached_property
    def inputs(self) -> Mapping[str, Value]:
        """The inputs' values by name."""
        return dict(self.values)

    @property
    def moved(self) -> dict[str, Value]:
        """The values of the inputs that require a gradient."""
        return {name: self.inputs[name] for name in self.tracked}

    @property
    def constants(self) -> dict[str, Value]:
        """The values of the other inputs."""
        return {name: value for name, value in self.values if name not in self.tracked}

    @property
    def type_name(self) -> str:
        """The type of the numbers, as an address names it."""
        return str(self.dtype).removeprefix("torch.")

    def run(self, tracked: Iterable[str] | None = None) -> Run:
        """The program, run on fresh leaves: those tracked, or those of these names, require a gradient.

        Raises EvaluationError as `forward` does.
        """
        return forward(self.program, self.inputs, self.tracked if tracked is None else tracked, self.dtype)

    @cached_property
    def identity(self) -> str:
        """A text that is another one for every other case."""
        return digest((self.program.identity, self.values, self.tracked, self.dtype, self.gradient))

    def __hash__(self) -> int:
        return hash(self.identity)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Case) and self.identity == other.identity
