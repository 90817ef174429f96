"""What is known while a script is read: names, things, what happened, what was left out."""

import ast
import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from itertools import islice
from typing import Any

from playground.language import limits
from playground.language.errors import EvaluationError, ProgramError
from playground.language.operations import CONSTANTS, NAMES, OPERATIONS
from playground.language.parse import parse
from playground.language.script.source import Source
from playground.language.script.values import (
    Event,
    Items,
    Leaf,
    Made,
    Nothing,
    NotRead,
    Number,
    Numbers,
    Path,
    Reading,
    Remark,
    Slope,
    Span,
    Static,
    Tensor,
    Text,
    Thing,
    Unread,
    Unrolled,
)
from playground.language.script.written import placed, text, usable, used, write

MAX_UNROLLED_STATEMENTS = 5_000
"""Loops and functions come to at most so many statements, all together."""
MAX_ITEMS = limits.MAX_SIDE**2
"""A list has at most so many items."""
DETACHED = "detach"
"""The function of the language that cuts what goes back."""
CHECKED = "result_"
"""What an expression is called while it is tried out."""
INLINE = "c"
"""What a tensor is called that has no name in the script."""


class State:
    """The state of a reading, and how its parts are read: each kind of part may hold the others."""

    value: Callable[[ast.expr], Any]
    """What an expression stands for."""
    combine: Callable[[ast.operator, Any, Any], Any]
    """What two values and a sign between them come to."""
    block: Callable[[Sequence[ast.stmt]], Any]
    """Reads statements."""
    returned: Callable[[Sequence[ast.stmt]], Any]
    """What the body of a function returns."""

    def __init__(self, numbers: Numbers, source: Source) -> None:
        self.numbers = numbers
        self.source = source
        self.things: list[Thing] = []
        self.events: list[Event] = []
        self.scopes: tuple[dict[str, Any], ...] = ({"__name__": Text("__main__")},)
        self.default_dtype: str | None = None
        self.untracked = 0
        """How many `no_grad` are open."""
        self.inside = 0
        """How many loops and functions are open."""
        self.moving = 0
        """How many loops are open in which something steps."""
        self.depth = 0
        """How many functions are open."""
        self.seeded = False
        """Whether the script says from which seed random numbers are drawn."""
        self.line = 1
        self._remarks: dict[tuple[int, str], Remark] = {}
        self._unrolled = 0
        self._operations = 0

    def reading(self) -> Reading:
        """All that was read."""
        remarks = sorted(self._remarks.values(), key=lambda remark: remark.line)
        return Reading(tuple(self.things), tuple(self.events), tuple(remarks), self.source.page, self.source.text)

    def remark(self, line: int, key: str, **values: Any) -> None:
        """Write down that a line was left out or is read differently."""
        self._remarks.setdefault((line, key), Remark(line, key, values))

    def has_remarked(self, statement: ast.stmt) -> bool:
        """Whether there is a remark about a line inside of a statement."""
        end = statement.end_lineno or statement.lineno
        return any(statement.lineno < line <= end for line, _ in self._remarks)

    def happened(self, event: Event) -> None:
        """Write down what the script asks autograd or an optimizer for."""
        self.events.append(event)

    def unseeded(self) -> None:
        """Remark that random numbers are drawn from a seed that the script does not say."""
        if not self.seeded:
            self.remark(self.line, "unseeded")

    # Limits

    def count(self) -> None:
        """Count a statement of a loop or a function. Raises Unrolled above the limit."""
        self._unrolled += 1
        if self._unrolled > MAX_UNROLLED_STATEMENTS:
            raise Unrolled

    @contextmanager
    def unrolling(self) -> Iterator[None]:
        """A loop or a function; where it is left out, nothing that it did is asked for, and its things are its own."""
        things, events, operations = len(self.things), len(self.events), self._operations
        self.inside += 1
        try:
            yield
        except (NotRead, Unrolled):
            self.things[things:] = [replace(thing, local=True) for thing in self.things[things:]]
            del self.events[events:]
            self._operations = operations
            raise
        finally:
            self.inside -= 1

    # Names

    def named(self, name: str) -> Any:
        """What a name stands for. Raises NotRead where it stands for nothing."""
        for scope in reversed(self.scopes):
            if name in scope:
                thing = scope[name]
                if isinstance(thing, Unread):
                    raise NotRead("uses_unread", name=name, before=thing.line)
                return thing
        raise NotRead("undefined", name=name)

    def assign(self, name: str, value: Any) -> None:
        """Give a name to a value: a tensor known by its numbers becomes an input, an expression a statement."""
        self.scopes[-1][name] = self.define(name, value)

    def define(self, name: str, value: Any) -> Any:
        """The value under a name of the program."""
        if isinstance(value, Leaf) and value.place is None:
            if value.dtype == "bool":
                return self.define(name, Tensor(_truths(value.value)))
            value.place = self._add(Thing(name, self.line, leaf=value))
            return value
        if not isinstance(value, (Leaf, Tensor, Number)):
            return value
        node = self.node(value)
        if not self.depth and isinstance(value, Tensor) and self._renamed(node, name):
            return value
        if self.untracked and self.tracks(node):
            node = applied(DETACHED, node)
        self.check(node)
        place = placed(self._add(Thing(name, self.line, node=node, local=self.depth > 0)))
        if isinstance(value, Number):
            return Number(value.value, place)
        return Tensor(place, value if isinstance(value, Leaf) else value.leaf)

    def _renamed(self, node: ast.expr, name: str) -> bool:
        """Whether an expression is what a function called a name of its own, which is called otherwise from here on."""
        place = int(node.id) if isinstance(node, ast.Name) and node.id.isdecimal() else -1
        if place < 0 or not self.things[place].local:
            return False
        self.things[place] = replace(self.things[place], name=name, local=False)
        return True

    def _add(self, thing: Thing) -> int:
        self._operations += sum(isinstance(part, OPERATION) for part in ast.walk(thing.node)) if thing.node else 0
        if self.inside and self._operations > limits.MAX_OPERATIONS:
            raise Unrolled
        self.things.append(thing)
        return len(self.things) - 1

    def check(self, node: ast.expr) -> None:
        """Raise NotRead with the language's own sentence where it cannot read an expression."""
        names = {place: usable(self.things[place].name, self.things[place].leaf is None) for place in used(node)}
        try:
            parse(f"{CHECKED} = {text(node, names)}")
        except ProgramError as problem:
            raise NotRead("refused", problem=problem) from None

    # Expressions

    def node(self, value: Any) -> ast.expr:
        """A value as a part of an expression. Raises NotRead for one that is no number or tensor."""
        match value:
            case Number(_, node) | Tensor(node):
                return node
            case Leaf():
                return self._leaf(value)
            case Items(items):
                return ast.List([self.node(item) for item in items], ast.Load())
            case Text(held):
                return ast.Constant(held)
            case Nothing():
                return ast.Constant(None)
            case Path(name):
                last = name.rpartition(".")[2]
                return path_node(last if last in CONSTANTS else name)
            case Slope():
                raise NotRead("slope_inside")
        raise NotRead("no_tensor")

    def _leaf(self, leaf: Leaf) -> ast.expr:
        """A tensor by its name; one without a name as it is written, or under a name that it is given here."""
        if leaf.dtype == "bool":
            return _truths(leaf.value)
        if leaf.place is None and not leaf.tracked and leaf.written is not None:
            return leaf.written
        if leaf.place is None and not isinstance(leaf.value, list) and not leaf.tracked:
            return number_node(leaf.value)
        if leaf.place is None and leaf.literal and not leaf.tracked:
            return tensor_node(leaf.value)
        if leaf.place is None:
            leaf.place = self._add(Thing(INLINE, self.line, leaf=leaf, anonymous=True))
        return placed(leaf.place)

    def tracks(self, node: ast.expr) -> bool:
        """Whether an expression depends on an input that requires a gradient."""
        return any(leaf.tracked for leaf in self.leaves(node, past_cuts=False))

    def leaves(self, node: ast.expr, past_cuts: bool = True) -> list[Leaf]:
        """The inputs that an expression is made of; those behind a `detach` only where `past_cuts`."""
        waiting: list[ast.AST] = [node]
        visited: set[int] = set()
        distinct: list[Leaf] = []
        while waiting:
            part = waiting.pop()
            if isinstance(part, ast.Name) and part.id.isdecimal():
                place = int(part.id)
                thing = self.things[place]
                if place not in visited and thing.leaf is not None:
                    distinct.append(thing.leaf)
                elif place not in visited and thing.node is not None:
                    waiting.append(thing.node)
                visited.add(place)
            elif past_cuts or not is_cut(part):
                waiting += ast.iter_child_nodes(part)
        return distinct

    def is_plain(self, node: ast.expr) -> bool:
        """Whether plain numbers alone take part in an expression."""
        return not self.leaves(node)

    def known(self, value: Any) -> Made:
        """The numbers of a tensor or an expression, with the inputs as they stand. Raises NotRead where it has none."""
        if isinstance(value, Leaf):
            return Made(value.value, value.dtype)
        node = self.node(value)
        written = write([*self.things, Thing("result", self.line, node=node)], [len(self.things)])
        held = {name: Made(leaf.value, leaf.dtype) for name, leaf in written.leaves.items()}
        try:
            return self.numbers.evaluate(written.text, held)
        except (ProgramError, EvaluationError) as problem:
            raise NotRead("refused", problem=problem) from None

    def shape(self, value: Any) -> list[int]:
        """The shape of a tensor. Raises NotRead where its numbers are not known."""
        held: Any = self.known(value).value
        sides: list[int] = []
        while isinstance(held, list):
            sides.append(len(held))
            held = held[0]
        return sides

    def fresh(self, value: Any) -> Leaf:
        """A new tensor with the numbers of a value."""
        made = self.known(value)
        return Leaf(made.value, made.dtype)

    def make(self, name: str, arguments: Sequence[Any], keywords: Mapping[str, Any], seed: int | None = None) -> Leaf:
        """The tensor that a function of torch makes from plain numbers. Raises NotRead where it refuses."""
        try:
            made = self.numbers.make(name, arguments, keywords, seed)
        except (ProgramError, EvaluationError) as problem:
            raise NotRead("refused", problem=problem) from None
        if not _is_finite(made.value):
            raise NotRead("not_finite")
        return Leaf(made.value, made.dtype)


def _is_finite(value: Any) -> bool:
    return all(map(_is_finite, value)) if isinstance(value, list) else math.isfinite(value)


OPERATION = (ast.BinOp, ast.UnaryOp, ast.Call, ast.Compare, ast.Subscript, ast.IfExp)
"""What is counted as an operation of a program."""


def leaf_of(value: Any) -> Leaf | None:
    """The tensor known by its numbers that a value is, or is another name of."""
    return value if isinstance(value, Leaf) else value.leaf if isinstance(value, Tensor) else None


def applied(name: str, node: ast.expr) -> ast.expr:
    """A function of the language on an expression."""
    return ast.Call(ast.Name(name, ast.Load()), [node], [])


def is_cut(node: ast.AST) -> bool:
    """Whether nothing goes back through an expression."""
    return isinstance(node, ast.Call) and DETACHED in (getattr(node.func, "id", ""), getattr(node.func, "attr", ""))


def iterated(state: State, source: Any) -> Iterator[Any]:
    """What stands in a list, a range, or the rows of a tensor, one after another."""
    match source:
        case Items(items):
            yield from items
        case Span(numbers):
            yield from map(number, numbers)
        case Leaf(value=list() as rows) | Tensor(leaf=Leaf(value=list() as rows)):
            at = state.node(source)
            yield from (Tensor(ast.Subscript(at, ast.Constant(place), ast.Load())) for place in range(len(rows)))
        case Tensor(ast.Call() as several) if names := results_of(several):
            yield from (Tensor(ast.Attribute(several, name, ast.Load())) for name in names)
        case _:
            raise NotRead("not_listed")


def listed(state: State, source: Any) -> list[Any]:
    """All that stands in a list, a range, or the rows of a tensor. Raises NotRead where that is too much."""
    items = list(islice(iterated(state, source), MAX_ITEMS + 1))
    if len(items) > MAX_ITEMS:
        raise NotRead("too_many_items", limit=MAX_ITEMS)
    return items


def results_of(call: ast.Call) -> tuple[str, ...]:
    """The names of the results of a call that has several: `torch.max(x, dim=0)`."""
    name = getattr(call.func, "attr", getattr(call.func, "id", ""))
    row = OPERATIONS.get(NAMES.get(name, ""))
    if row is None or not row.fields:
        return ()
    method = isinstance(call.func, ast.Attribute) and not ast.unparse(call.func).startswith("torch.")
    dims = len(call.args) + method > 1 or any(keyword.arg == row.fields_with for keyword in call.keywords)
    return row.results if dims or not row.fields_with else ()


def slope_in(value: Any) -> Slope | None:
    """A derivative that takes part in a value."""
    if isinstance(value, Slope):
        return value
    parts = value.items if isinstance(value, Items) else ()
    return next((slope for part in parts if (slope := slope_in(part))), None)


def number(value: Static) -> Number:
    """A number that stands nowhere in the script."""
    return Number(value, number_node(value))


def number_node(value: Static) -> ast.expr:
    """A number as it is written."""
    if isinstance(value, bool) or value > 0 or str(value)[0] != "-":
        return ast.Constant(value)
    return ast.UnaryOp(ast.USub(), ast.Constant(-value))


def tensor_node(value: Any) -> ast.expr:
    """The call that makes a tensor from its numbers."""
    return ast.Call(path_node("torch.tensor"), [list_node(value)], [])


def _truths(value: Any) -> ast.expr:
    """A tensor of true and false, made from 1 and 0."""
    return ast.Compare(tensor_node(value), [ast.Gt()], [ast.Constant(0)])


def list_node(value: Any) -> ast.expr:
    """Nested lists of numbers, or a number, as they are written."""
    if isinstance(value, list):
        return ast.List([list_node(part) for part in value], ast.Load())
    return number_node(value)


def path_node(path: str) -> ast.expr:
    """A dotted name as an expression."""
    first, *rest = path.split(".")
    node: ast.expr = ast.Name(first, ast.Load())
    for part in rest:
        node = ast.Attribute(node, part, ast.Load())
    return node


def static(value: Any) -> Any:
    """A value as plain Python. Raises NotRead for what is not known before the script runs."""
    match value:
        case Number(known) if known is not None:
            return known
        case Text(held):
            return held
        case Nothing():
            return None
        case Items(items):
            return [static(item) for item in items]
        case Span(numbers) if len(numbers) <= MAX_ITEMS:
            return [*numbers]
        case Span():
            raise NotRead("too_many_items", limit=MAX_ITEMS)
        case Leaf(value=held):
            return held
        case Path(name) if name.rpartition(".")[2] in ("inf", "nan"):
            raise NotRead("not_finite")
        case Path(name):
            return name
    raise NotRead("not_known")
