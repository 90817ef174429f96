"""What is computed once for everybody who asks; bounded, and never a `Run`, which holds live tensors."""

from dataclasses import dataclass
from typing import Any

from playground.drawing.dot import to_dot
from playground.drawing.film import Film
from playground.drawing.graph_film import graph_film
from playground.drawing.node_details import node_details
from playground.drawing.notebook import to_notebook
from playground.drawing.script import Part, backward_parts, signed, to_script
from playground.engine.case import Case
from playground.engine.observe import Observation, observe, up_to
from playground.language.parse import parse
from playground.language.program import Program
from playground.web.cache import kept, kept_in_words


@dataclass(frozen=True)
class Export:
    """What a page did as a PyTorch script, and what the same is as a notebook."""

    script: str
    title: str
    parts: tuple[Part, ...]

    @property
    def notebook(self) -> str:
        """The JSON text of the notebook, in the language that is spoken."""
        return to_notebook(self.title, self.parts)


@kept
def program_of(text: str) -> Program:
    """The program of a text; ProgramError otherwise."""
    return parse(text)


@kept
def observed(case: Case) -> Observation:
    """One forward and one backward pass of a case; ProgramError or EvaluationError where there is none."""
    return observe(case)


@kept_in_words
def exported(case: Case, title: str, page: str = "graph") -> Export:
    """The PyTorch script that prints what a case comes to, made by a page."""
    observation = observed(case)
    plain = not case.gradient and all(start.dim() == 0 for start in observation.started.values())
    gradient = None if plain else {name: start.tolist() for name, start in observation.started.items()}
    return export_of(title, signed(backward_parts(case.run(), case.inputs, observation.backward, gradient), page))


def export_of(title: str, parts: list[Part]) -> Export:
    """A script of these parts."""
    return Export(to_script(parts), title, tuple(parts))


@kept_in_words
def drawn(case: Case, constants: bool, place: int | None = None) -> str:
    """The graph of a case as DOT, as it is known at a place."""
    observation = up_to(observed(case), place)
    return to_dot(observation.graph, observation.backward, constants=constants)


@kept_in_words
def filmed(case: Case, place: int | None = None) -> Film:
    """The steps of a case, for the player, as they are known at a place."""
    observation = up_to(observed(case), place)
    return graph_film(observation.graph, observation.backward, observation.local, observation.started)


@kept_in_words
def detailed(case: Case, place: int | None = None) -> dict[str, dict[str, Any]]:
    """What a click on a node of a case's drawing tells, as it is known at a place."""
    observation = up_to(observed(case), place)
    return node_details(observation.graph, observation.backward, observation.local, observation.started)
