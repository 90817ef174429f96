"""Values that inputs start with where nobody has typed any: of shapes that the program can run on, found by trying."""

import warnings
from collections.abc import Iterator, Mapping
from itertools import product

import torch

from playground.engine.forward import computed_lines
from playground.language.program import Call, Expression, Program, Variable, postorder
from playground.language.values import Value

MAX_TRIALS = 400
"""A program is tried with at most so many sets of values."""

_VECTOR, _DATA, _SQUARE = (2,), (3, 2), (2, 2)
_SHAPES = (_VECTOR, _DATA, _SQUARE, (3,), (2, 3), (2, 1), (3, 3), (3, 1))
_WEIGHTS = "wWbBθΘ"

Shape = tuple[int, ...]


def starting_values(program: Program, usual: Mapping[str, Value]) -> dict[str, Value]:
    """The usual values, and for inputs that must be vectors or matrices those of a shape that runs.

    Where no shapes are found that run, the usual values.
    """
    shapes: dict[str, Shape] = {}
    trials = iter(range(MAX_TRIALS))
    reached = _reached(program, usual, shapes)
    while reached is not None:
        better = next(_better(program, usual, shapes, reached, trials), None)
        if better is None:
            return dict(usual)
        shapes, reached = better
    return {name: _counted(name, shapes[name]) if name in shapes else value for name, value in usual.items()}


def _better(
    program: Program, usual: Mapping[str, Value], shapes: Mapping[str, Shape], reached: int, trials: Iterator[int]
) -> Iterator[tuple[dict[str, Shape], int | None]]:
    """Other shapes of one or two inputs with which the program gets further."""
    for names in _suspects(program, shapes):
        for trial in product(*(_wanted(name, names) for name in names)):
            if next(trials, None) is None:
                return
            tried = {**shapes, **dict(zip(names, trial, strict=True))}
            now = _reached(program, usual, tried)
            if now is None or now > reached:
                yield tried, now


def _suspects(program: Program, shapes: Mapping[str, Shape]) -> Iterator[tuple[str, ...]]:
    """Inputs that may have to be of another shape: those without one alone, then two of one operation, then any."""
    free = [name for name in program.inputs if name not in shapes]
    yield from ((name,) for name in free)
    for statement in program.statements:
        for node in postorder(statement.expression):
            names = tuple(dict.fromkeys(filter(None, map(_only, getattr(node, "arguments", ())))))
            if len(names) == 2 and all(name in free for name in names):
                yield names
    yield from ((name,) for name in shapes)


def _only(node: Expression) -> str:
    """The input that an expression is, or of which it is the transposed or something else of one argument."""
    while isinstance(node, Call) and len(node.arguments) == 1:
        node = node.arguments[0]
    return node.name if isinstance(node, Variable) else ""


def _wanted(name: str, beside: tuple[str, ...]) -> Iterator[Shape]:
    """The shapes to try for an input, those that its name suggests first: W is a matrix, x beside w is data."""
    first: list[Shape] = []
    if name[0].isupper():
        first = [_DATA] if name[0] == "X" and len(beside) == 2 else [_SQUARE]
        first += [shape for shape in _SHAPES if len(shape) == 2]
    elif name[0] == "x" and any(neighbour[0] in "wWθ" for neighbour in beside):
        first = [_DATA]
    yield from dict.fromkeys((*first, *_SHAPES))


def _reached(program: Program, usual: Mapping[str, Value], shapes: Mapping[str, Shape]) -> int | None:
    """How many lines of the program run on values of these shapes; None where all do."""
    values = {
        name: _tensor(name, shapes[name]) if name in shapes else torch.tensor(usual[name], dtype=torch.float32)
        for name in program.inputs
    }
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of a shape that is tried, and that nobody typed, nobody is warned
        return computed_lines(program, values)


def _tensor(name: str, shape: Shape) -> torch.Tensor:
    return torch.tensor(_counted(name, shape), dtype=torch.float32)


def _counted(name: str, shape: Shape) -> Value:
    """Small numbers of a shape: 1, 2, 3, ... row by row; for weights halves of changing sign."""
    entries = torch.arange(1, 1 + torch.Size(shape).numel()).reshape(shape)
    if name[0] in _WEIGHTS:
        entries = torch.where(entries % 2 == 1, 0.5, -0.5)
    return entries.tolist()
