"""What the texts in the frame, or in an address, come to: a case that can be computed, and what is wrong with them."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

from playground.engine.forward import requires_grad_by_default
from playground.language.errors import EvaluationError, ProgramError
from playground.language.gradient_argument import read_upstream
from playground.language.values import read_value
from playground.web.address import DTYPE, Asked
from playground.web.case import Case, case_of, observed, program_of
from playground.web.feature import Feature
from playground.web.parameters import SWITCH
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
class Reading:
    """What texts come to on a page."""

    text: str
    """The program as typed."""
    program: str
    """The program that could be read: the same, or what stands in for it."""
    asked: Case
    """The case with what could be read of the values."""
    case: Case
    """The same, or the last one that could be computed."""
    problems: tuple[Problem, ...]


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


def from_address(asked: Asked) -> dict[str, str | bool]:
    """The texts of an address; what cannot be read as a switch or a choice is left out."""
    last = {key: values[-1] for key, values in asked.items()}
    texts: dict[str, str | bool] = {}
    for key, text in last.items():
        if key.startswith("grad.") and text.lower() in SWITCH:
            texts[key] = text.lower() == SWITCH[0]
        elif key == "f" or key.startswith(("at.", "gradient.")) or (key == "dtype" and text in DTYPE.choices):
            texts[key] = text
    return texts


def read(page: Feature, texts: Texts, good: Case | None, gradients: bool) -> Reading:
    """What the texts come to; `good` is the last case that could be computed, `gradients` whether arguments count."""
    problems: list[Problem] = []
    text = _text(page, texts, "f")
    program = readable_program(page, text, good, problems)
    asked = _inputs(page, program, texts, good, problems)
    case = _computed(asked, problems)
    if case is not None and gradients:
        case = _weighted(page, case, texts, problems)
    return Reading(text, program, asked, case or good or case_of(page.start, asked.dtype), tuple(problems))


def readable_program(page: Feature, text: str, good: Case | None, problems: list[Problem]) -> str:
    """A text that is a program, or the last one that was; the page's start if there was none."""
    try:
        program_of(text)
    except ProgramError as problem:
        problems.append(Problem(text, problem.column, problem.message))
        return good.program if good else page.start.program
    return text


def with_argument(page: Feature, case: Case) -> tuple[str, ...]:
    """The outputs whose gradient argument can be given: all that are tracked, but one number only where it is asked."""
    started = observed(case).started
    several = len(started) > 1 or any(begin.dim() > 0 for begin in started.values())
    return tuple(started) if several or page.scalar_gradients else ()


def _text(page: Feature, texts: Texts, key: str) -> str:
    return str(texts.get(key, at_start(page, key)))


def _inputs(page: Feature, program: str, texts: Texts, good: Case | None, problems: list[Problem]) -> Case:
    """The case of a program with its inputs as the texts say; a value that cannot be read is replaced."""
    names, last = program_of(program).inputs, dict(good.values) if good else {}
    values = tuple(
        (name, _readable(name, _text(page, texts, f"at.{name}"), last.get(name, page.value_at_start(name)), problems))
        for name in names
    )
    tracked = tuple(name for name in names if texts.get(f"grad.{name}", requires_grad_by_default(name)))
    return Case(program, values, tracked, _text(page, texts, "dtype"))


def _weighted(page: Feature, case: Case, texts: Texts, problems: list[Problem]) -> Case:
    """The case with the gradient arguments that can be read; without any where they do not fit."""
    given = []
    for name in with_argument(page, case):
        text = _text(page, texts, f"gradient.{name}")
        if text.strip() and _readable(f"gradient.{name}", text, "", problems, read_upstream):
            given.append((name, text))
    found = _computed(replace(case, gradient=tuple(given)), problems)
    if found is None:
        using = say("frame.using", name="gradient", value=say("frame.ones"))
        problems[-1] = replace(problems[-1], message=paragraph([problems[-1].message, using]))
    return found or case


def _readable(
    name: str, text: str, last: str, problems: list[Problem], reader: Callable[[str, str], object] = read_value
) -> str:
    """The text of a value, or the last good one with a word about it."""
    try:
        reader(text, name)
    except EvaluationError as problem:
        using = say("frame.using", name=name, value=last or say("frame.ones"))
        problems.append(Problem(text, problem.column, paragraph([problem.message, using]), f"{name} = "))
        return last
    return text


def _computed(case: Case, problems: list[Problem]) -> Case | None:
    try:
        observed(case)
    except EvaluationError as problem:
        problems.append(Problem(case.program, problem.column, problem.message))
        return None
    return case
