"""What the texts in the frame, or in an address, come to: a case that can be computed, and what is wrong with them."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from playground.engine.case import DTYPES, Case
from playground.engine.forward import requires_grad_by_default
from playground.language.errors import EvaluationError, ProgramError
from playground.language.gradient_argument import Upstream, read_upstream
from playground.language.program import Program
from playground.language.values import Value, read_value
from playground.web.address import DTYPE, QueryTexts
from playground.web.case import observed, program_of
from playground.web.examples import Example
from playground.web.feature import Feature
from playground.web.parameters import SWITCH
from playground.web.starts import starts
from playground.words import paragraph, say

Texts = Mapping[str, str | bool]
"""By key what the frame's widgets show, or an address says; what is not in it stands at its start."""


@dataclass(frozen=True)
class Problem:
    """A text that cannot be used: where and why."""

    typed: str
    column: int | None
    message: str
    before: str = ""
    """What stands before the text where it is shown: `x = `."""


@dataclass(frozen=True)
class TypedProgram:
    """A program with the text it was read from."""

    text: str
    program: Program


@dataclass(frozen=True)
class Typed:
    """A case with the texts it was read from."""

    case: Case
    program: str
    values: Mapping[str, str]
    """By input the text of its value."""


@dataclass(frozen=True)
class Reading:
    """What texts come to on a page."""

    text: str
    """The program as typed."""
    typed: Typed
    """The case with what could be read of the program and the values."""
    good: Typed
    """The same, with the gradient arguments; or the last one that could be computed."""
    problems: tuple[Problem, ...]
    computed: bool
    """Whether what was asked could be computed."""


def at_start(page: Feature, key: str) -> str | bool:
    """What a widget of the frame shows where the address says nothing."""
    family, _, name = key.partition(".")
    match family:
        case "at":
            return page.value_at_start(name)
        case "grad":
            return requires_grad_by_default(name)
        case "gradient":
            return ""
        case "dtype":
            return DTYPE.choices[0]
    return page.start.program


def from_address(query: QueryTexts) -> dict[str, str | bool]:
    """The texts of an address; what cannot be read as a switch or a choice is left out."""
    last = {key: values[-1] for key, values in query.items()}
    texts: dict[str, str | bool] = {}
    for key, text in last.items():
        if key.startswith("grad.") and text.lower() in SWITCH:
            texts[key] = text.lower() == SWITCH[0]
        elif key == "f" or key.startswith(("at.", "gradient.")) or (key == "dtype" and text in DTYPE.choices):
            texts[key] = text
    return texts


def typed_example(example: Example, dtype: str = DTYPE.choices[0]) -> Typed:
    """The case that an example is, with its texts."""
    program = program_of(example.program)
    texts = {name: example.values[name] for name in program.inputs}
    tracked = tuple(name for name in texts if example.tracked.get(name, requires_grad_by_default(name)))
    gradient = tuple((name, read_upstream(text, f"gradient.{name}")) for name, text in example.gradient.items())
    values = tuple((name, read_value(text, name)) for name, text in texts.items())
    return Typed(Case(program, values, tracked, DTYPES[dtype], gradient), example.program, texts)


def case_of(example: Example, dtype: str = DTYPE.choices[0]) -> Case:
    """The case that an example is."""
    return typed_example(example, dtype).case


def read(page: Feature, texts: Texts, good: Typed | None) -> Reading:
    """What all texts come to; `good` is the last case that could be computed."""
    program, problems = read_program(page, _text(page, texts, "f"), good)
    return with_gradient(page, texts, read_inputs(page, texts, program, problems, good))


def read_program(page: Feature, text: str, good: Typed | None) -> tuple[TypedProgram, tuple[Problem, ...]]:
    """A text that is a program, or the last one that was, and why; the page's start if there was none."""
    try:
        return TypedProgram(text, program_of(text)), ()
    except ProgramError as problem:
        last = good or typed_example(page.start)
        return TypedProgram(last.program, last.case.program), (Problem(text, problem.column, problem.message),)


def read_inputs(
    page: Feature, texts: Texts, program: TypedProgram, problems: tuple[Problem, ...], good: Typed | None
) -> Reading:
    """What the texts of a program's inputs come to, as if no output had a gradient argument.

    A value that cannot be read is replaced by the last good one; `problems` are those of the program.
    """
    names, dtype = program.program.inputs, _text(page, texts, "dtype")
    first = starts(page, program.program)
    last = {**first, **{name: text for name, text in (good.values if good else {}).items() if name in first}}
    inputs_read = {name: _readable(name, str(texts.get(f"at.{name}", first[name])), last[name]) for name in names}
    values = tuple((name, value) for name, (_, value, _) in inputs_read.items())
    tracked = tuple(name for name in names if texts.get(f"grad.{name}", requires_grad_by_default(name)))
    case = Case(program.program, values, tracked, DTYPES[dtype])
    texts_typed = Typed(case, program.text, {name: text for name, (text, _, _) in inputs_read.items()})
    refused = _refused(texts_typed)
    good = (good or typed_example(page.start, dtype)) if refused else texts_typed
    all_problems = (*problems, *(problem for _, _, problem in inputs_read.values() if problem), *refused)
    return Reading(_text(page, texts, "f"), texts_typed, good, all_problems, not refused)


def with_argument(page: Feature, case: Case) -> tuple[str, ...]:
    """The outputs whose gradient argument can be given: all that are tracked, but one number only where it is asked."""
    started = observed(case).started
    several = len(started) > 1 or any(begin.dim() > 0 for begin in started.values())
    return tuple(started) if several or page.scalar_gradients else ()


def with_gradient(page: Feature, texts: Texts, reading: Reading) -> Reading:
    """A reading with the gradient arguments that can be read; without any where they do not fit."""
    if not page.gradients or not reading.computed:
        return reading
    argument_texts = {name: _text(page, texts, f"gradient.{name}") for name in with_argument(page, reading.typed.case)}
    arguments = [(name, *_argument(name, text)) for name, text in argument_texts.items() if text.strip()]
    given = tuple((name, start) for name, start, _ in arguments if start is not None)
    problems = [*reading.problems, *(problem for _, _, problem in arguments if problem)]
    weighted = replace(reading.typed, case=replace(reading.typed.case, gradient=given))
    if refused := _refused(weighted):
        using = say("frame.using", name="gradient", value=say("frame.ones"))
        problems.append(replace(refused[0], message=paragraph([refused[0].message, using])))
    return replace(reading, good=reading.typed if refused else weighted, problems=tuple(problems))


def _text(page: Feature, texts: Texts, key: str) -> str:
    return str(texts.get(key, at_start(page, key)))


def _readable(name: str, text: str, last: str) -> tuple[str, Value, Problem | None]:
    """The text of an input's value and what it means, or the last good one with a word about it."""
    try:
        return text, read_value(text, name), None
    except EvaluationError as problem:
        return last, read_value(last, name), _instead(name, text, last, problem)


def _argument(output: str, text: str) -> tuple[Upstream | None, Problem | None]:
    """What a gradient argument means, or a word about why it means nothing."""
    name = f"gradient.{output}"
    try:
        return read_upstream(text, name), None
    except EvaluationError as problem:
        return None, _instead(name, text, say("frame.ones"), problem)


def _instead(name: str, text: str, used: str, problem: EvaluationError) -> Problem:
    """What is wrong with a text, and what is used in its place."""
    using = say("frame.using", name=name, value=used)
    return Problem(text, problem.column, paragraph([problem.message, using]), f"{name} = ")


def _refused(typed: Typed) -> tuple[Problem, ...]:
    """Why a case cannot be computed, if it cannot."""
    try:
        observed(typed.case)
    except EvaluationError as problem:
        return (Problem(typed.program, problem.column, problem.message),)
    return ()
