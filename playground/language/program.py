"""What a text means: a tree of three kinds of node, and the one way through it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from hashlib import blake2b
from typing import NamedTuple, TypeVar

T = TypeVar("T")


class IndexOperand(NamedTuple):
    """An operand that stands inside of an index: which argument it is."""

    argument: int


class Slice(NamedTuple):
    """`start:stop:step` of an index."""

    start: int | None = None
    stop: int | None = None
    step: int | None = None


Option = int | float | bool | str | None | IndexOperand | Slice | tuple["Option", ...]
"""What a keyword may be: known before anything runs. In an index, `"..."` stands for three points."""


@dataclass(frozen=True)
class Number:
    """A plain Python number, as typed; autograd never sees it as a tensor."""

    value: int | float
    column: int = field(default=0, compare=False)
    symbol: str | None = None


@dataclass(frozen=True)
class Variable:
    """The name of an input or of an earlier statement."""

    name: str
    column: int = field(default=0, compare=False)


@dataclass(frozen=True)
class Call:
    """An operation (a key of `OPERATIONS`) on its arguments, with keywords such as `dim`."""

    operation: str
    arguments: tuple["Expression", ...]
    options: tuple[tuple[str, Option], ...] = ()
    column: int = field(default=0, compare=False)

    def __hash__(self) -> int:
        return self._hash

    @cached_property
    def _hash(self) -> int:
        """Kept: an argument that stands in many places would be looked into in each of them."""
        return hash((self.operation, self.arguments, self.options))


Expression = Number | Variable | Call


OWN = "()"
"""What follows the name of a function of one's own, where a call has it in the place of an operation's."""


@dataclass(frozen=True)
class Statement:
    """`name = expression`, or `name(parameters) = expression`."""

    name: str
    expression: Expression
    column: int = field(default=0, compare=False)
    parameters: tuple[str, ...] = ()
    """Of a function that later statements call."""


@dataclass(frozen=True, eq=False)
class Program:
    """Statements in the order typed; inputs in order of first use; outputs are the names no later statement uses.

    A node may stand in many places of its expressions: they are gone through by `fold`, which visits it once.
    """

    statements: tuple[Statement, ...]
    inputs: tuple[str, ...]
    outputs: tuple[str, ...]
    typed: tuple[Statement, ...] = ()
    """The statements as they were typed, where they call functions of their own; those are in place in the others."""

    @property
    def written(self) -> tuple[Statement, ...]:
        """The statements as they are written for a person."""
        return self.typed or self.statements

    @property
    def names(self) -> tuple[str, ...]:
        """Every name it gives or uses: its inputs, then its statements and functions."""
        statements = (*self.typed, *self.statements)
        parameters = (parameter for statement in self.typed for parameter in statement.parameters)
        return tuple(dict.fromkeys((*self.inputs, *(statement.name for statement in statements), *parameters)))

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Program) and self.identity == other.identity

    def __hash__(self) -> int:
        return hash(self.identity)

    @cached_property
    def identity(self) -> str:
        """A short text that two programs share if they compute the same in the same words.

        Equality is not as strict: to Python 2 is 2.0 and -0.0 is 0, and PyTorch and a drawing tell them apart.
        """
        done: dict[int, str] = {}
        parts = [
            (statement.name, statement.parameters, fold(statement.expression, _leaf, _leaf, _call, done))
            for statement in (*self.statements, *self.typed)
        ]
        return digest((parts, self.inputs, self.outputs))


def digest(parts: object) -> str:
    """A text of fixed length that stands for what some plain values are written as."""
    return blake2b(repr(parts).encode(), digest_size=16).hexdigest()


def _leaf(node: Number | Variable) -> str:
    return repr(replace(node, column=0))


def _call(node: Call, arguments: tuple[str, ...]) -> str:
    return digest((node.operation, arguments, node.options))


def fold(
    root: Expression,
    number: Callable[[Number], T],
    variable: Callable[[Variable], T],
    call: Callable[[Call, tuple[T, ...]], T],
    done: dict[int, T] | None = None,
) -> T:
    """Replace every node by what its kind's function gives, arguments first, left to right.

    A node object that stands in several places is visited once. Trees may have any depth: there is no recursion.
    `done` remembers, by the ids of nodes that the caller keeps alive, what an earlier fold of the same kind gave.
    """
    done = {} if done is None else done
    waiting = [root]
    while waiting:
        node = waiting.pop()
        if id(node) in done:
            continue
        missing = [part for part in node.arguments if id(part) not in done] if isinstance(node, Call) else []
        if missing:
            waiting += [node, *reversed(missing)]
            continue
        match node:
            case Number():
                done[id(node)] = number(node)
            case Variable():
                done[id(node)] = variable(node)
            case Call():
                done[id(node)] = call(node, tuple(done[id(argument)] for argument in node.arguments))
            case _:
                raise TypeError(node)
    return done[id(root)]


def substitute(expression: Expression, known: Mapping[str, Expression], column: int | None = None) -> Expression:
    """An expression with those of its variables that are known replaced by expressions: by the same objects.

    All that it adds to them stands at `column` of the program; without one it stays where it stands.
    """

    def at(node: Expression) -> int:
        return node.column if column is None else column

    return fold(
        expression,
        lambda node: Number(node.value, at(node), node.symbol),
        lambda node: known.get(node.name) or Variable(node.name, at(node)),
        lambda node, parts: Call(node.operation, parts, node.options, at(node)),
    )


def postorder(root: Expression) -> list[Expression]:
    """Every node object once, arguments before the calls that use them."""
    order: list[Expression] = []
    fold(root, order.append, order.append, lambda node, _: order.append(node))
    return order
