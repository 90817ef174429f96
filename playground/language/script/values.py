"""What the names of a script stand for while it is read: numbers, tensors known by their numbers, expressions, slopes.

An expression is a piece of Python's own syntax tree in which a name is the place, as digits, of a thing: an input or a
statement. Names are given at the end (`written.py`).
"""

import ast
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

Static = int | float | bool


class NotRead(Exception):
    """A piece of a script that is not read: a key under `pasted` of the words, and what it is about."""

    def __init__(self, key: str, **values: Any) -> None:
        super().__init__(key)
        self.key = key
        self.values = values


class Unrolled(Exception):
    """A loop or a function comes to more than is read."""


@dataclass(frozen=True)
class Number:
    """A plain number of Python: its value where it is known, and how it is written."""

    value: Static | None
    node: ast.expr


@dataclass(frozen=True)
class Text:
    """A text, or anything else that no number depends on."""

    value: str = ""


@dataclass(frozen=True)
class Nothing:
    """None, and what a call returns that returns nothing."""


@dataclass(frozen=True)
class Items:
    """A list or tuple."""

    items: tuple[Any, ...]


@dataclass(frozen=True)
class Table:
    """A dictionary."""

    items: Mapping[str | int, Any]


@dataclass(frozen=True)
class Span:
    """A `range`."""

    numbers: range


@dataclass(frozen=True)
class Path:
    """A module or what stands in one, by its dotted name: `torch.nn.functional`."""

    name: str


@dataclass(frozen=True)
class Function:
    """A `def` or `lambda`, and the scopes that it sees."""

    node: ast.FunctionDef | ast.Lambda
    scopes: tuple[dict[str, Any], ...]


@dataclass(frozen=True)
class Partial:
    """A function with keywords that are set already: what a layer without weights is."""

    path: str
    keywords: Mapping[str, Any]


@dataclass(frozen=True)
class Linear:
    """A layer nn.Linear."""

    weight: "Leaf"
    bias: "Leaf | None"

    @property
    def leaves(self) -> tuple["Leaf", ...]:
        """Its parameters."""
        return (self.weight,) if self.bias is None else (self.weight, self.bias)


@dataclass(frozen=True)
class Sequential:
    """Layers one after another."""

    layers: tuple[Any, ...]

    @property
    def leaves(self) -> tuple["Leaf", ...]:
        """The parameters of all layers."""
        return tuple(leaf for layer in self.layers if not isinstance(layer, Partial) for leaf in layer.leaves)


@dataclass(frozen=True)
class Class:
    """A class of the script's own layers, and the scopes that its methods see."""

    node: ast.ClassDef
    scopes: tuple[dict[str, Any], ...]

    def method(self, name: str) -> "Function | None":
        """The method of a name."""
        methods = [
            statement
            for statement in self.node.body
            if isinstance(statement, ast.FunctionDef) and statement.name == name
        ]
        return Function(methods[-1], self.scopes) if methods else None


@dataclass(frozen=True)
class Instance:
    """An object of such a class, and what stands behind its dots."""

    of: Class
    attributes: dict[str, Any]

    @property
    def leaves(self) -> tuple["Leaf", ...]:
        """The parameters of the object, and behind them those of all layers that it has."""
        parts = self.attributes.values()
        own = [part for part in parts if isinstance(part, Leaf) and part.tracked]
        layers = [part for part in parts if isinstance(part, (Linear, Sequential, Instance))]
        return tuple(dict.fromkeys([*own, *(leaf for layer in layers for leaf in layer.leaves)]))


@dataclass(frozen=True)
class Differentiated:
    """What `torch.func.grad(f)` makes of a function: the same arguments, and its derivative by some of them."""

    kind: str
    """`grad`, `jacobian` or `hessian`."""
    function: Any
    places: tuple[int, ...] = (0,)


@dataclass(frozen=True)
class Method:
    """An attribute of a value that is called."""

    owner: Any
    name: str


@dataclass(eq=False)
class Leaf:
    """A tensor known by its numbers; the place of its thing once it has a name."""

    value: Any
    """A number, or nested lists of numbers."""
    dtype: str
    tracked: bool = False
    place: int | None = None
    literal: bool = False
    """Whether its numbers stand in the script."""
    written: ast.expr | None = None
    """How it is written inside of an expression: a single number, or the call that makes it of plain numbers."""
    seed: int | None = None
    """The seed of its own, where they are standard normal numbers drawn from one."""


@dataclass(frozen=True)
class Tensor:
    """An expression over things; `leaf` where it is another name of one."""

    node: ast.expr
    leaf: Leaf | None = None


@dataclass(frozen=True)
class Slope:
    """A derivative, or what was computed from derivatives."""

    call: "Call | None" = None
    """The call of `autograd.grad` that made it; None for what `.grad` holds."""
    leaf: Leaf | None = None
    """By what was differentiated, where that is one input."""
    scale: float | None = 1.0
    """A plain factor; None where more was done with it."""


@dataclass(frozen=True)
class Noise:
    """Random numbers in the shape of something, times a factor."""

    seed: int
    scale: float = 1.0


@dataclass(frozen=True)
class Update:
    """An input minus a rate times its slope: the step of gradient descent."""

    leaf: Leaf
    slope: Slope
    rate: float


@dataclass(frozen=True)
class Optimizer:
    """An object of torch.optim: the class, the tensors that it moves, its keywords as Python values."""

    kind: str
    leaves: tuple[Leaf, ...]
    keywords: Mapping[str, Any]


@dataclass(frozen=True)
class Generator:
    """A torch.Generator with its seed."""

    seed: int = 0


@dataclass(frozen=True)
class Unread:
    """What a line that was left out would have made."""

    line: int


# What happens


@dataclass(frozen=True)
class Call:
    """A call of `backward` or of `autograd.grad`."""

    line: int
    outputs: tuple[Any, ...]
    """Each a tensor, or a slope where a derivative is differentiated."""
    starts: tuple[Any, ...]
    """What each output starts with: a value, None for 1."""
    leaves: tuple[Leaf, ...] = ()
    """The inputs of `autograd.grad`; none for `backward`."""
    options: Mapping[str, bool] = field(default_factory=dict)
    known: int = 0
    """So many things were there before it."""

    @property
    def order(self) -> int:
        """How often is differentiated."""
        below = [output.call.order for output in self.outputs if isinstance(output, Slope) and output.call is not None]
        return 1 + max(below, default=0)

    @property
    def first(self) -> "Call":
        """The call that differentiates what the script computes."""
        below = [output.call for output in self.outputs if isinstance(output, Slope) and output.call is not None]
        return below[0].first if below else self


@dataclass(frozen=True)
class Backward(Call):
    """A call of `backward`."""


@dataclass(frozen=True)
class Grad(Call):
    """A call of `autograd.grad`."""


@dataclass(frozen=True)
class Cleared:
    """`.grad` is emptied."""

    line: int


@dataclass(frozen=True)
class Along:
    """A slope is taken along a direction."""

    line: int
    direction: Leaf


@dataclass(frozen=True)
class Rows:
    """A gradient is asked for each entry of a tensor."""

    line: int


@dataclass(frozen=True)
class Zeros:
    """Zeros are made in the shape of an input: the derivative of what does not depend on it."""

    line: int
    leaf: Leaf


@dataclass(frozen=True)
class Disturbed:
    """Noise is added to `.grad`."""

    line: int
    noise: Noise


@dataclass(frozen=True)
class Stepped:
    """An optimizer steps, or a line of the script moves an input."""

    line: int
    by: Optimizer | Update


@dataclass(frozen=True)
class Loop:
    """So many rounds of the same; None where the script does not say how many."""

    line: int
    rounds: int | None
    events: tuple[Any, ...]


Event = Call | Cleared | Along | Rows | Zeros | Disturbed | Stepped | Loop


@dataclass(frozen=True)
class Thing:
    """An input or a statement, under the name that the script gives it."""

    name: str
    line: int
    leaf: Leaf | None = None
    node: ast.expr | None = None
    anonymous: bool = False
    """Whether it has no name in the script."""
    local: bool = False
    """Whether its name is one that only a function of the script knows."""


@dataclass(frozen=True)
class Remark:
    """A line that was left out or read differently: a key under `pasted` of the words, and what it is about."""

    line: int
    key: str
    values: Mapping[str, Any]


@dataclass(frozen=True)
class Reading:
    """A script as it was read."""

    things: Sequence[Thing]
    events: Sequence[Event]
    remarks: Sequence[Remark]
    page: str | None
    """The page that made the script, where it says so."""
    text: str


@dataclass(frozen=True)
class Made:
    """The numbers of a tensor and their type: `float32`, `float64`, `int64`, `bool`, ..."""

    value: Any
    dtype: str


class Numbers(Protocol):
    """What PyTorch works out for a script, from plain numbers and under limits; all of it raises EvaluationError."""

    def make(self, name: str, arguments: Sequence[Any], keywords: Mapping[str, Any], seed: int | None) -> Made:
        """The tensor that a maker of torch makes (`zeros`, `linspace`, `randn`); None draws on from the last seed."""

    def seed(self, number: int) -> None:
        """What is random from here on follows from this seed."""

    def evaluate(self, program: str, values: Mapping[str, Made]) -> Made:
        """The last output of a program, of any shape that an input may have."""
