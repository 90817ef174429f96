"""Whatever a program calls its inputs, statements and outputs, each page's script runs and prints the same numbers.

What it prints under ordinary names is what the page shows: the tests of each page claim that.
"""

import ast
import builtins
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache

import pytest

from playground.app.registry import FEATURES
from playground.descent.compute import Setup, descent_exported
from playground.engine.case import Case
from playground.language.errors import ProgramError
from playground.language.parse import parse
from playground.language.values import read_value
from playground.matrix.compute import exported as matrix_exported
from playground.partials.compute import partials_exported, result_names, row_names
from playground.partials.grad_call import GradCall
from playground.partials.script import Entries
from playground.scalar.compute import scalar_exported
from playground.scalar.replay import AGAIN, SAME_GRAPH, ZERO_GRAD
from playground.second.compute import hessian_exported, orders_exported
from playground.web.case import Export, exported
from tests.cases import case_at
from tests.reading import printed

ORDINARY = tuple(f"qq{letter}" for letter in "abcdefghij")
"""Names that no script uses; no two of them are parts of each other or of a word that is printed."""


@dataclass(frozen=True)
class Asking:
    """A case, the output that a page is asked for, and the inputs that it asks by."""

    case: Case
    output: str
    inputs: tuple[str, ...]


def partials_of(asking: Asking) -> Export:
    """The call, made twice, and the whole Jacobian."""
    call, entries = (
        GradCall((asking.output,), asking.inputs, allow_unused=True),
        Entries((asking.output,), asking.inputs, 0, True),
    )
    export = partials_exported(asking.case, "", call, True, entries)
    names = [*result_names(asking.case, call).values(), *row_names(asking.case, entries).values()]
    assert all(f'print("{name} =' in export.script for name in names), "the page says another name"
    return export


ACTIONS = (SAME_GRAPH, AGAIN, ZERO_GRAD)
WAYS: dict[str, tuple[str, Callable[[Asking], Export]]] = {
    "graph": ("2", lambda asked: exported(asked.case, "")),
    "graph of several entries": ("[1, 2]", lambda asked: exported(asked.case, "")),
    "scalar": ("2", lambda asked: scalar_exported(asked.case, "", asked.output, ACTIONS)),
    "scalar refused": ("[1, 2]", lambda asked: scalar_exported(asked.case, "", asked.output, ())),
    "matrix": ("[1, 2]", lambda asked: matrix_exported(asked.case, "", asked.output, True)),
    "matrix refused": ("[1, 2]", lambda asked: matrix_exported(asked.case, "", asked.output, False)),
    "partials": ("2", partials_of),
    "partials of several entries": ("[1, 2]", partials_of),
    "partials refused": ("2", lambda a: partials_exported(a.case, "", GradCall((a.output,), ()), False, None)),
    "second": ("2", lambda asked: orders_exported(asked.case, "", asked.output, "x", 2)),
    "second hessian": (
        "2",
        lambda a: hessian_exported(a.case, "", a.output, a.inputs, tuple(1.0 for _ in a.inputs)),
    ),
    "descent": ("2", lambda asked: descent_exported(asked.case, "", Setup(asked.output, steps=3, lr=0.001, noise=0.1))),
    "descent of several entries": (
        "[1, 2]",
        lambda asked: descent_exported(asked.case, "", Setup(asked.output, steps=3)),
    ),
}
"""The ways to export a script, each page's name first, with the value that every input has there."""


def as_inputs(names: Sequence[str]) -> tuple[str, str]:
    """A program of these inputs and x; nothing but its slope comes from the last."""
    *others, last = names
    return f"y = x^2 + {last}" + "".join(f" + x*{name}" for name in others), "y"


def as_steps(names: Sequence[str]) -> tuple[str, str]:
    """A program of these statements on the way to its output."""
    steps = "; ".join(f"{name} = {place}*x^2" for place, name in enumerate(names, 2))
    return f"{steps}; y = x*" + " + x*".join(names), "y"


def as_outputs(names: Sequence[str]) -> tuple[str, str]:
    """A program of these outputs, of which the first is asked for."""
    return "; ".join(f"{name} = x^{place}" for place, name in enumerate(names, 2)), names[0]


def asking(made: tuple[str, str], value: str) -> Asking:
    program, output = made
    inputs = parse(program).inputs
    point = {name: read_value(value, name) for name in inputs}
    return Asking(case_at(program, point, inputs), output, inputs)


def used(script: str) -> Iterator[str]:
    """Every name that a script gives or uses."""
    for node in ast.walk(ast.parse(script)):
        if isinstance(node, ast.Name):
            yield node.id
        elif isinstance(node, ast.ExceptHandler) and node.name:
            yield node.name


def allowed(name: str) -> bool:
    """Whether a program may use a name, for an input and for a result."""
    try:
        return parse(f"{name} = x; y = {name}^2").inputs == ("x",) and parse(f"y = {name}*x").inputs == (name, "x")
    except ProgramError:
        return False


@cache
def names_of_scripts() -> list[str]:
    """The names that scripts use, and each of these as it is when it gives way."""
    scripts = [way(asking(("y = x^2 + w", "y"), value)).script for value, way in WAYS.values()]
    names = {name for script in scripts for name in used(script)} - {"w", "x", "y"} | {"builtins"}
    return sorted(filter(allowed, names | {f"{name}_" for name in names | {"w", "x", "y"}}))


@cache
def difficult() -> list[str]:
    """These, and all of Python's own names."""
    return sorted({*names_of_scripts(), *filter(allowed, dir(builtins))})


def together() -> list[Sequence[str]]:
    """The same names, several to a program, and some that are in each other's way."""
    size = len(ORDINARY)
    return [
        *(difficult()[start : start + size] for start in range(0, len(difficult()), size)),
        ("x_", "grad_x", "again_x", "row_x", "dy_dx", "d2y_dx2"),
        ("all", "builtins", "range", "zip", "error", "RuntimeError", "builtins_"),
    ]


def plain(text: str, names: Sequence[str]) -> str:
    """What was printed with ordinary names for these; a result's own name without what it was given to be free."""
    for ordinary, name in zip(ORDINARY, names, strict=False):
        text = text.replace(ordinary, name)
    return re.sub(r"_+(?= = )", "", text)


Role = Callable[[Sequence[str]], tuple[str, str]]


@cache
def expected(role: Role, count: int, way: str) -> str:
    """What a script prints under so many ordinary names."""
    value, export = WAYS[way]
    return printed(export(asking(role(ORDINARY[:count]), value)).script)


def prints_the_same(role: Role, names: Sequence[str], way: str) -> None:
    value, export = WAYS[way]
    script = export(asking(role(names), value)).script
    assert plain(printed(script), ()) == plain(expected(role, len(names), way), names), script


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("role", [as_inputs, as_steps])
def test_no_name_of_an_input_or_a_statement_breaks_a_script(role: Role, way: str) -> None:
    for names in together():
        prints_the_same(role, names, way)


@pytest.mark.parametrize("way", WAYS)
def test_no_name_of_an_output_breaks_a_script(way: str) -> None:
    """Each that scripts use is the one that is asked for; the others stand beside it."""
    for names in [*together(), *((name, "z") for name in names_of_scripts())]:
        prints_the_same(as_outputs, names, way)


def test_every_page_with_a_program_is_asked_for_its_script() -> None:
    assert {way.split()[0] for way in WAYS} == {feature.name for feature in FEATURES if feature.program}


def test_the_names_that_are_tried_are_python_and_the_scripts() -> None:
    assert {"range", "zip", "all", "RuntimeError", "id", "optimizer", "rows", "gradient_", "dy_dx"} <= set(difficult())
    assert not {"print", "float", "torch", "sum"} & set(difficult()), "the language keeps those from programs"
