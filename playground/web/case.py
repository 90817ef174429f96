"""What is computed once for everybody who asks; bounded, and never a `Run`, which holds live tensors."""

from dataclasses import dataclass, field, replace
from typing import Any

from playground.drawing.dot import ON_SCREEN, PROJECTED, to_dot
from playground.drawing.film import Film
from playground.drawing.graph_film import graph_film
from playground.drawing.node_details import node_details
from playground.drawing.notebook import to_notebook
from playground.drawing.script import Part, backward_parts, signed, to_script
from playground.engine.forward import Run, forward, requires_grad_by_default
from playground.engine.gradient_argument import as_upstream
from playground.engine.observe import DTYPES, Observation, observe, up_to
from playground.language.gradient_argument import read_upstream
from playground.language.parse import parse
from playground.language.program import Program
from playground.language.values import Value, read_value
from playground.web.cache import kept
from playground.web.examples import Example
from playground.words import spoken


@dataclass(frozen=True)
class Case:
    """What is shown, as texts: a program, its inputs' values, the inputs that require a gradient."""

    program: str
    values: tuple[tuple[str, str], ...]
    tracked: tuple[str, ...]
    dtype: str = "float32"
    gradient: tuple[tuple[str, str], ...] = ()
    """The gradient arguments of outputs, where they are not ones."""
    language: str = field(default_factory=spoken)
    """The language of the words that are made for it."""


@dataclass(frozen=True)
class Export:
    """What a page did as a PyTorch script, and as a notebook's JSON text."""

    script: str
    notebook: str


def case_of(example: Example, dtype: str = "float32") -> Case:
    """The case an example is."""
    values = tuple((name, example.values[name]) for name in program_of(example.program).inputs)
    tracked = tuple(name for name, _ in values if example.tracked.get(name, requires_grad_by_default(name)))
    return Case(example.program, values, tracked, dtype, tuple(example.gradient.items()))


@kept
def program_of(text: str) -> Program:
    """The program of a text; ProgramError otherwise."""
    return parse(text)


def values_of(case: Case) -> dict[str, Value]:
    """The inputs' values as numbers; EvaluationError where a text is none."""
    return {name: read_value(text, name) for name, text in case.values}


def gradient_of(case: Case) -> dict[str, Value]:
    """The outputs' gradient arguments as numbers; EvaluationError where a text is none, or another shape's."""
    read = {name: read_upstream(text, f"gradient.{name}") for name, text in case.gradient}
    outputs = observed(replace(case, gradient=())).outputs if read else {}
    return {name: as_upstream(name, start, outputs[name]).tolist() for name, start in read.items()}


@kept
def observed(case: Case) -> Observation:
    """One forward and one backward pass of a case; ProgramError or EvaluationError where there is none."""
    return observe(program_of(case.program), values_of(case), case.tracked, DTYPES[case.dtype], gradient_of(case))


@kept
def exported(case: Case, title: str, page: str = "graph") -> Export:
    """The PyTorch script that prints what a case comes to, made by a page."""
    seen, values = observed(case), values_of(case)
    plain = not case.gradient and all(start.dim() == 0 for start in seen.started.values())
    gradient = None if plain else {name: start.tolist() for name, start in seen.started.items()}
    return export_of(title, signed(backward_parts(run_of(case), values, seen.backward, gradient), page))


def run_of(case: Case) -> Run:
    """A case run forward: live tensors, for this once."""
    return forward(program_of(case.program), values_of(case), case.tracked, DTYPES[case.dtype])


def export_of(title: str, parts: list[Part]) -> Export:
    """A script's parts as a script, and as a notebook."""
    return Export(to_script(parts), to_notebook(title, parts))


@kept
def drawn(case: Case, constants: bool, large: bool = False, place: int | None = None) -> str:
    """The graph of a case as DOT, large for a projector, as it is known at a place."""
    seen = up_to(observed(case), place)
    return to_dot(seen.graph, seen.backward, constants=constants, sizes=PROJECTED if large else ON_SCREEN)


@kept
def filmed(case: Case, place: int | None = None) -> Film:
    """The steps of a case, for the player, as they are known at a place."""
    seen = up_to(observed(case), place)
    return graph_film(seen.graph, seen.backward, seen.local, seen.started)


@kept
def detailed(case: Case, place: int | None = None) -> dict[str, dict[str, Any]]:
    """What a click on a node of a case's drawing tells, as it is known at a place."""
    seen = up_to(observed(case), place)
    return node_details(seen.graph, seen.backward, seen.local)
