"""What was read of a script -> the text of a program, under the names of the script."""

import ast
import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import accumulate
from typing import Any

from playground.language.errors import ProgramError
from playground.language.parse import parse
from playground.language.script.values import Leaf, Thing

BETWEEN = "; "
"""What stands between statements."""
_PLACES = re.compile(r"(?<=Name\(id=')(\d+)(?=')")
FALLBACK = "v"
"""What a name is called that the language cannot read at all."""


@dataclass(frozen=True)
class Written:
    """A program: by the place of a thing its name, by that of a statement its text, by an input's name its tensor."""

    names: dict[int, str]
    statements: dict[int, str]
    leaves: dict[str, Leaf]

    @property
    def text(self) -> str:
        """The program."""
        return BETWEEN.join(self.statements.values())

    def name(self, leaf: Leaf) -> str:
        """The name of an input."""
        return next(name for name, named_leaf in self.leaves.items() if named_leaf is leaf)

    def line(self, things: Sequence[Thing], column: int | None) -> int:
        """The line of the script that a column of the program, from 1, comes from."""
        lines = [things[place].line for place in self.statements]
        ends = accumulate(len(statement) + len(BETWEEN) for statement in self.statements.values())
        return next((line for line, end in zip(lines, ends, strict=True) if end >= (column or 1)), 1)


def write(things: Sequence[Thing], kept: Iterable[int]) -> Written:
    """The program of some things, which come with all that they are made of."""
    places = sorted(closure(things, kept))
    names = _names(things, places)
    statements = {
        place: f"{names[place]} = {text(things[place].node, names)}" for place in places if things[place].leaf is None
    }
    leaves = {names[place]: leaf for place in places if (leaf := things[place].leaf) is not None}
    return Written(names, statements, leaves)


def closure(things: Sequence[Thing], kept: Iterable[int]) -> set[int]:
    """The places of some things and of all that they are made of."""
    places: set[int] = set()
    waiting = [*kept]
    while waiting:
        place = waiting.pop()
        if place not in places:
            places.add(place)
            waiting += used(things[place].node)
    return places


def used(node: ast.expr | None) -> list[int]:
    """The places of the things that an expression is made of."""
    names = [part.id for part in ast.walk(node) if isinstance(part, ast.Name)] if node is not None else []
    return [int(name) for name in names if name.isdecimal()]


def canonical(things: Sequence[Thing], node: ast.expr, known: dict[str, int]) -> int:
    """A number for what an expression computes: the same for two that compute the same from the same inputs.

    `known` holds the numbers that were given before.
    """
    numbers: dict[int, int] = {}
    waiting: list[tuple[int, ast.expr]] = [(-1, node)]
    while waiting:
        place, part = waiting[-1]
        missing = [thing for thing in used(part) if thing not in numbers]
        for thing in missing:
            if (inner := things[thing].node) is None:
                numbers[thing] = known.setdefault(f"input {thing}", len(known))
            else:
                waiting.append((thing, inner))
        if waiting[-1][0] == place:
            waiting.pop()
            pieces = _PLACES.split(ast.dump(part))
            key = "".join(f"<{numbers[int(piece)]}>" if at % 2 else piece for at, piece in enumerate(pieces))
            numbers[place] = known.setdefault(key, len(known))
    return numbers[-1]


def text(node: ast.expr | None, names: dict[int, str]) -> str:
    """An expression as the language reads it."""
    assert node is not None
    written = ast.unparse(_Renamed(names).visit(_copied(node)))
    return written.replace(" ** ", "^").replace(" * ", "*").replace(" / ", "/")


def placed(place: int) -> ast.Name:
    """A thing as a part of an expression."""
    return ast.Name(str(place), ast.Load())


class _Renamed(ast.NodeTransformer):
    """Puts names for places."""

    def __init__(self, names: dict[int, str]) -> None:
        self._names = names

    def visit_Name(self, node: ast.Name) -> ast.expr:
        """The name of a place; any other name stays, but for Euler's number where something else is called e."""
        if node.id.isdecimal():
            return ast.Name(self._names[int(node.id)], node.ctx)
        return ast.Attribute(ast.Name("math"), "e") if node.id == "e" and "e" in self._names.values() else node


def _copied(node: Any) -> Any:
    """A tree of its own: what stands in several places must not be changed in one."""
    if isinstance(node, list):
        return [_copied(part) for part in node]
    if not isinstance(node, ast.AST):
        return node
    return type(node)(**{name: _copied(value) for name, value in ast.iter_fields(node)})


# Names


def _names(things: Sequence[Thing], places: Sequence[int]) -> dict[int, str]:
    """A name for each: its own for an input and for the last thing of that name, with a number for those before."""
    names: dict[int, str] = {}
    taken: set[str] = set()
    wishes = {things[place].name for place in places}
    left = Counter(things[place].name for place in places)
    for place in sorted(places, key=lambda place: (things[place].anonymous, things[place].leaf is None, place)):
        thing = things[place]
        left[thing.name] -= 1
        wished = usable(thing.name, thing.leaf is None)
        last = thing.leaf is not None or not left[thing.name]
        names[place] = wished if last and wished not in taken else _numbered(wished, taken, wishes)
        taken.add(names[place])
    return names


def _numbered(wished: str, taken: set[str], wishes: set[str]) -> str:
    """The first of `y_1`, `y_2`, ... that nothing else is called."""
    number = 1
    while (name := f"{wished}_{number}") in taken or name in wishes:
        number += 1
    return name


@lru_cache(maxsize=4096)
def usable(name: str, is_result: bool) -> str:
    """The name, or one like it that the language can read, as an input's or as a result's."""
    shapes = (name, name.strip("_"), name.strip("_") + "_", name[:20].strip("_") + "_")
    return next((shape for shape in shapes if _reads(shape, is_result)), FALLBACK)


def _reads(name: str, is_result: bool) -> bool:
    try:
        program = parse(f"{name} = 1" if is_result else f"{name} + 1")
    except ProgramError:
        return False
    return program.outputs == (name,) if is_result else program.inputs == (name,)
