"""What an address asks for, and what of it the playground cannot use."""

import re
from collections.abc import Mapping, Sequence

from playground.autodiff.forward import requires_grad_by_default
from playground.language.program import Program
from playground.words import languages, say

SWITCH = ("true", "false")
OFF = SWITCH[::-1]
"""A switch that is off at first."""
CHOICES: Mapping[str, tuple[str, ...]] = {
    "dtype": ("float32", "float64"),
    "view": ("screen", "projector"),
    "lang": languages(),
    "constants": SWITCH,
    "argument": SWITCH,
    **dict.fromkeys(("retain_graph", "allow_unused", "materialize_grads", "again", "jacobian", "proof"), OFF),
    **dict.fromkeys(("without", "curves", "recorded", "dot", "grid", "numbers"), OFF),
    **dict.fromkeys(("forget", "beats", "log", "theory", "racing", "sweep", "surface", "animation"), OFF),
    **dict.fromkeys(("centered", "amsgrad"), OFF),
    "order": ("2", "1", "3", "4", "5"),
    "mended": OFF,
    **dict.fromkeys(("predict", "lecture", "misconceptions", "further"), OFF),
}
"""Parameters with a few possible values; the first stands in for one that cannot be read."""

KNOWN = frozenset({
    "f", "along", "order", "outputs", "inputs", "wrt", "optimizer", "lr", "steps", "momentum", "dampening",
    "weight_decay", "nesterov", "alpha", "betas", "eps", "rho", "lr_decay", "initial_accumulator_value",
    "momentum_decay", "lambd", "t0", "etas", "step_sizes", "beta2_decay", "d", "noise", "seed",
    "race", "entry", "lesson", "question", "view", "step",
    "did", "pitfall", "row", "of", "direction", "proved", "entry0", "entry1", *CHOICES,
})  # fmt: skip
"""Parameters that some page reads."""

LESSON, QUESTION = "lesson", "question"
"""Which lesson an address belongs to, and which of its questions."""

FAMILIES = ("at.", "grad.", "gradient.")
"""Parameters with a name after the dot: an input's value, whether it requires a gradient, an output's gradient."""

LISTED = 5
"""unknown parameters that are named; of more, the number is given."""
SAID = 12
"""sentences about one address; of more, the number is given."""
LONGEST = 40
"""characters of a part of an address that are shown."""

_LOST_PLUS = re.compile(r"[\w)\]] +(?!\w+\s*=)\w")
"""Two factors with nothing but spaces between them."""

Asked = Mapping[str, Sequence[str]]
"""Every parameter of an address with all its values; the last one counts."""


def objections(asked: Asked, program: Program | None, arguments: Sequence[str] | None = None) -> list[str]:
    """A sentence for each part of an address that is replaced or ignored; `program` is None where that was replaced.

    `arguments` are the outputs whose gradient argument counts, None where a page leaves them to the others.
    """
    last = {name: values[-1] for name, values in asked.items()}
    sentences = [_repeated(name, values[-1]) for name, values in asked.items() if len(values) > 1]
    sentences += [_unreadable(name, value) for name, value in last.items() if not _readable(name, value)]
    unused = [name for name in asked if not _used(name, program, arguments)]
    if unused:
        sentences.append(_ignored(unused))
    if _LOST_PLUS.search(last.get("f", "")):
        sentences.append(say("frame.lost_plus"))
    more = len(sentences) - SAID
    return [*sentences[:SAID], say("frame.more_objections", more=more)] if more > 0 else sentences


def shortened(text: str) -> str:
    """A part of an address as one short line."""
    line = " ".join("".join(sign if sign.isprintable() else " " for sign in text).split())
    return line if len(line) <= LONGEST else line[: LONGEST - 1] + "…"


def _choices(name: str) -> tuple[str, ...]:
    """The values a parameter may have, the one that stands in first; none where any text is one."""
    if not name.startswith("grad."):
        return CHOICES.get(name, ())
    return SWITCH if requires_grad_by_default(name.removeprefix("grad.") or " ") else SWITCH[::-1]


def _readable(name: str, value: str) -> bool:
    choices = _choices(name)
    return not choices or (value.lower() if choices[0] in SWITCH else value) in choices


def _unreadable(name: str, value: str) -> str:
    choices = _choices(name)
    return say("frame.bad_choice", part=shortened(f"{name}={value}"), choices=", ".join(choices), used=choices[0])


def _repeated(name: str, value: str) -> str:
    return say("frame.repeated", name=shortened(name), used=shortened(f"{name}={value}"))


def _used(name: str, program: Program | None, arguments: Sequence[str] | None) -> bool:
    """Whether a parameter means something; one that names what only another program has does not."""
    family = next((family for family in FAMILIES if name.startswith(family)), None)
    if family is None:
        return name in KNOWN
    if program is None:
        return True
    outputs = program.outputs if arguments is None else arguments
    return name.removeprefix(family) in (outputs if family == "gradient." else program.inputs)


def _ignored(unused: list[str]) -> str:
    shown = ", ".join(shortened(name) for name in unused[:LISTED])
    more = len(unused) - LISTED
    return say("frame.ignored_more", names=shown, more=more) if more > 0 else say("frame.ignored", names=shown)
