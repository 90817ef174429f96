"""What an address asks for, and what of it the playground cannot use."""

import re
from collections.abc import Mapping, Sequence
from itertools import chain

from playground.engine.forward import requires_grad_by_default
from playground.language.program import Program
from playground.language.signs import without_comments
from playground.web.parameters import OFF, SWITCH, Parameter, shortened, switches, texts
from playground.words import languages, say

LESSON, QUESTION = "lesson", "question"
"""Which lesson an address belongs to, and which of its questions."""

DTYPE = Parameter("dtype", ("float32", "float64"))
VIEW = Parameter("view", ("screen", "projector"))
SHARED = (
    *texts("f", LESSON, QUESTION, "step"),
    DTYPE,
    VIEW,
    Parameter("lang", languages()),
    *switches("predict"),
)
"""Parameters that every page reads."""

FAMILIES = ("at.", "grad.", "gradient.")
"""Parameters with a name after the dot: an input's value, whether it requires a gradient, an output's gradient."""

LISTED = 5
"""At most so many unknown parameters are named; of more, the number is given."""
SAID = 12
"""At most so many sentences are said about one address; of more, the number is given."""

_LOST_PLUS = re.compile(r"[\w)\]] +(?!\w+\s*=)\w")
"""Two factors with nothing but spaces between them."""
_NO_FACTOR = re.compile(r"\b(?:if|else|and|or|not)\b")
"""A word that stands between factors, as an operator does."""

QueryTexts = Mapping[str, Sequence[str]]
"""Every parameter of an address with all its values; the last one counts."""


def objections(
    query: QueryTexts,
    parameters: Mapping[str, Parameter],
    program: Program | None,
    arguments: Sequence[str] | None = None,
) -> list[str]:
    """A sentence for each part of an address that is replaced or ignored; `program` is None where that was replaced.

    `parameters` are those that some page reads; `arguments` are the outputs whose gradient argument counts, None where
    a page leaves them to the others.
    """
    last = {name: values[-1] for name, values in query.items()}
    sentences = [_repeated(name, values[-1]) for name, values in query.items() if len(values) > 1]
    sentences += chain.from_iterable(_judged(name, value, parameters) for name, value in last.items())
    unused = [name for name in query if not _used(name, parameters, program, arguments)]
    if unused:
        sentences.append(_ignored(unused))
    if _LOST_PLUS.search(_NO_FACTOR.sub("?", without_comments(last.get("f", "")))):
        sentences.append(say("frame.lost_plus"))
    more = len(sentences) - SAID
    return [*sentences[:SAID], say("frame.more_objections", more=more)] if more > 0 else sentences


def lesson_in(query: QueryTexts) -> tuple[str | None, str | None]:
    """The lesson that an address names, and which of its steps."""
    key, number = (query[name][-1] if name in query else None for name in (LESSON, QUESTION))
    return key, number


def _judged(name: str, text: str, parameters: Mapping[str, Parameter]) -> tuple[str, ...]:
    """What is to be said against the text of a parameter that has the same values for every program."""
    if name.startswith("grad."):
        on = requires_grad_by_default(name.removeprefix("grad.") or " ")
        return Parameter(name, SWITCH if on else OFF).read(text).objections
    return parameters[name].read(text).objections if name in parameters and parameters[name].choices else ()


def _repeated(name: str, value: str) -> str:
    return say("frame.repeated", name=shortened(name), used=shortened(f"{name}={value}"))


def _used(
    name: str, parameters: Mapping[str, Parameter], program: Program | None, arguments: Sequence[str] | None
) -> bool:
    """Whether a parameter means something; one that names what only another program has does not."""
    family = next((family for family in FAMILIES if name.startswith(family)), None)
    if family is None:
        return name in parameters
    if program is None:
        return True
    outputs = program.outputs if arguments is None else arguments
    return name.removeprefix(family) in (outputs if family == "gradient." else program.inputs)


def _ignored(unused: list[str]) -> str:
    shown = ", ".join(shortened(name) for name in unused[:LISTED])
    more = len(unused) - LISTED
    return say("frame.ignored_more", names=shown, more=more) if more > 0 else say("frame.ignored", names=shown)
