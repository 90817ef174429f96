"""What is computed once for everybody who asks; bounded, and never a `Run`, which holds live tensors."""

from dataclasses import dataclass

import streamlit as st

from playground.autodiff.experiments import DTYPES, Moment, Observation, observe, replay, sample
from playground.autodiff.forward import forward, requires_grad_by_default
from playground.drawing.dot import to_dot
from playground.drawing.script import backward_script
from playground.language.parse import parse
from playground.language.program import Program
from playground.language.values import Value, read_value
from playground.ui.examples import Example


@dataclass(frozen=True)
class Case:
    """What is shown, as texts: a program, its inputs' values, the inputs that require a gradient."""

    program: str
    values: tuple[tuple[str, str], ...]
    tracked: tuple[str, ...]
    dtype: str = "float32"
    gradient: tuple[tuple[str, str], ...] = ()
    """The gradient arguments of outputs, where they are not ones."""


def case_of(example: Example, dtype: str = "float32") -> Case:
    """The case an example is."""
    wanted = {name: example.tracked.get(name, requires_grad_by_default(name)) for name in example.values}
    tracked = tuple(name for name, yes in wanted.items() if yes)
    return Case(example.program, tuple(example.values.items()), tracked, dtype)


@st.cache_resource(max_entries=256, show_spinner=False)
def program_of(text: str) -> Program:
    """The program of a text; ProgramError otherwise."""
    return parse(text)


def values_of(case: Case) -> dict[str, Value]:
    """The inputs' values as numbers; EvaluationError where a text is none."""
    return {name: read_value(text, name) for name, text in case.values}


def gradient_of(case: Case) -> dict[str, Value]:
    """The outputs' gradient arguments as numbers; EvaluationError where a text is none."""
    return {name: read_value(text, f"gradient.{name}") for name, text in case.gradient}


# 64 x 64 entries in 200 operations come to 13 MB: that is what bounds the number of entries here.
@st.cache_resource(max_entries=32, show_spinner=False)
def observed(case: Case) -> Observation:
    """One forward and one backward pass of a case; ProgramError or EvaluationError where there is none."""
    return observe(program_of(case.program), values_of(case), case.tracked, DTYPES[case.dtype], gradient_of(case))


def replayed(case: Case, output: str, actions: tuple[str, ...]) -> tuple[Moment, ...]:
    """What `.grad` held after each of the actions."""
    return replay(program_of(case.program), values_of(case), case.tracked, DTYPES[case.dtype], output, actions)


@st.cache_resource(max_entries=64, show_spinner=False)
def sampled(case: Case, name: str, places: tuple[float, ...], output: str) -> tuple[float | None, ...]:
    """A scalar output with an input put at each of the places."""
    return sample(program_of(case.program), values_of(case), name, places, DTYPES[case.dtype], output)


@st.cache_data(max_entries=128, show_spinner=False)
def script_of(case: Case) -> str:
    """The PyTorch script that prints what a case comes to."""
    seen, values = observed(case), values_of(case)
    run = forward(program_of(case.program), values, case.tracked, DTYPES[case.dtype])
    plain = not case.gradient and all(start.dim() == 0 for start in seen.started.values())
    gradient = None if plain else {name: start.tolist() for name, start in seen.started.items()}
    return backward_script(run, values, seen.backward, gradient)


@st.cache_data(max_entries=64, show_spinner=False)
def drawn(case: Case, constants: bool) -> str:
    """The graph of a case as DOT."""
    seen = observed(case)
    return to_dot(seen.graph, seen.backward, constants=constants)
