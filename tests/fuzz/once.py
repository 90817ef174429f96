"""One text through the house: a program, values for its inputs and a gradient argument, as anybody may send them."""

import ast
import re
from collections.abc import Iterator
from itertools import accumulate

import torch

from playground.drawing.dot import to_dot
from playground.engine.backward import backward
from playground.engine.forward import Run, forward
from playground.engine.gradient_argument import as_upstream
from playground.engine.graph import read_graph
from playground.language.errors import EvaluationError, PlaygroundError, ProgramError
from playground.language.gradient_argument import read_upstream
from playground.language.notation import _GREEK, label, to_latex, to_python
from playground.language.operations import OPERATIONS
from playground.language.parse import parse
from playground.language.program import Program
from playground.language.values import Value, read_value, write_value
from tests.programs import PIECES
from tests.reading import HOSTILE
from tests.registry import EXAMPLES

BETWEEN = "\x1e"
"""What stands between a program, the values of its inputs in their order, and the gradient argument."""

_COMMAND = re.compile(r"\\([A-Za-z]+|.)")
COMMANDS = {name for row in OPERATIONS.values() for name in _COMMAND.findall(row.latex)}
COMMANDS |= {*_GREEK.values(), "left", "right", "cdot", "qquad", "pi", "mathrm", "_", " "}
"""All that a typeset formula is made of."""

PARENTHESES = 200
"""one inside another, which Python itself refuses to read."""

torch.set_num_threads(1)


def seeds() -> Iterator[str]:
    """Where a search may begin: every example with its values, and what half-typed and hostile texts are made of."""
    for example in EXAMPLES:
        yield BETWEEN.join((example.program, *example.values.values(), *example.gradient.values()))
    yield from (*PIECES, *HOSTILE)


def once(text: str) -> str:
    """How far a text comes: the stage at which it is refused, or `drawn`.

    Whatever else happens to it than a refusal in words, with a place inside of the text, is raised.
    """
    typed, *rest = text.split(BETWEEN)
    stage = "program"
    try:
        program = parse(typed)
        _assert_harmless(program)
        stage = "values"
        values = _values(program, rest)
        stage = "forward"
        run = forward(program, values)
        stage = "backward"
        _drawn(run, rest[len(program.inputs) :])
    except PlaygroundError as problem:
        assert isinstance(problem, (ProgramError, EvaluationError))
        assert problem.message
        assert problem.column is None or 1 <= problem.column <= max(map(len, (typed, *rest))) + 1
        return stage
    return "drawn"


def _assert_harmless(program: Program) -> None:
    """As Python a program only computes, as LaTeX it is made of known commands, as a label it needs no quoting."""
    script = to_python(program)
    assert max(accumulate((sign == "(") - (sign == ")") for sign in script)) >= PARENTHESES or ast.parse(script)
    assert COMMANDS.issuperset(_COMMAND.findall(to_latex(program)))
    for statement in program.statements:
        assert not set("\\\"'`${}\n\r\0") & set(label(statement.expression))


def _values(program: Program, texts: list[str]) -> dict[str, Value]:
    """What the texts mean for the inputs, 0.5 where none is left; a value is read back as it is written."""
    values: dict[str, Value] = dict.fromkeys(program.inputs, 0.5)
    for name, text in zip(program.inputs, texts, strict=False):
        values[name] = read_value(text, name)
        assert repr(read_value(write_value(values[name]), name)) == repr(values[name])
    return values


def _drawn(run: Run, texts: list[str]) -> None:
    """Backward from the first output, with its gradient argument if a text is left for one."""
    name, output = next(iter(run.outputs.items()))
    start = as_upstream(name, read_upstream(texts[0], f"gradient.{name}"), output) if texts else None
    graph = read_graph(run)
    assert to_dot(graph, backward(run, None if start is None else {name: start})).startswith("digraph")
