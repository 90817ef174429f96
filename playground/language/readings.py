"""What a program was probably meant to be, where it is read as something else by rule: remarks, each with an offer.

Nothing that was typed is changed: a page says how it read, and offers the other reading by one click.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from typing import NamedTuple

from playground.language.errors import ProgramError
from playground.language.operations import NAMES, NEED_NO_PARENTHESES
from playground.language.parse import parse
from playground.language.program import Call, Expression, Program, Variable, postorder

MAX_OFFERS = 3
"""A page makes at most so many remarks on one program."""


class Offer(NamedTuple):
    """Another reading: the key of a sentence under `reading`, its values, and the program that is offered."""

    key: str
    values: Mapping[str, str]
    program: str


def readings(program: Program, text: str) -> tuple[Offer, ...]:
    """The other readings of a program's text, the likeliest first; each offered program can be read."""
    offers: list[Offer] = []
    for rule in (_derivative, _functions, _products):
        offers += [offer for offer in rule(program, text) if _differs(offer.program, program)]
    return tuple(offers[:MAX_OFFERS])


def _differs(text: str, program: Program) -> bool:
    """Whether a text is a program, and another one."""
    try:
        return parse(text) != program
    except ProgramError:
        return False


def _uses(program: Program, text: str) -> dict[str, list[int]]:
    """The places of each input in the text, from 0, as far as it stands there letter by letter."""
    places: dict[str, set[int]] = {}
    for statement in program.written:
        for node in postorder(statement.expression):
            if isinstance(node, Variable) and text.startswith(node.name, node.column - 1):
                places.setdefault(node.name, set()).add(node.column - 1)
    return {name: sorted(places[name]) for name in program.inputs if name in places}


def _put(text: str, replaced: Mapping[int, tuple[str, str]]) -> str:
    """The text with the words that start at some places replaced by others."""
    for place in sorted(replaced, reverse=True):
        name, replacement = replaced[place]
        text = text[:place] + replacement + text[place + len(name) :]
    return text


# d/dx x^2, dy/dx, D(x)


_OPERATOR = re.compile(
    r"\\frac\s*\{\s*d\w?\s*\}\s*\{\s*d\s*\w+\s*\}|\bd\w?\s*/\s*d[a-zA-Zα-ωθ]\d*\b|\bD(?=\s*[\[(])|\bD_?[a-z]\b(?=\s*[\[(])"
)


def _derivative(program: Program, text: str) -> Iterator[Offer]:
    """The sign of a derivative before what is to be differentiated."""
    match = _OPERATOR.search(text)
    if match is None or not any(re.fullmatch(r"d\w?|d\w\d*|D\w?", name) for name in program.inputs):
        return
    rest = text[: match.start()] + text[match.end() :].lstrip(" *·")
    typed = " ".join(match[0].split())
    name = re.match(r"\s*(?:y|f|z)\s*=\s*", rest)
    yield Offer("derivative", {"typed": typed, "meant": rest[name.end() :] if name else rest}, rest.strip())


# sinx, lnx, sin2x


_ARGUMENT = re.compile(r"\d*[A-Za-zα-ωΑ-Ω]\d*|\d+")


def _functions(program: Program, text: str) -> Iterator[Offer]:
    """The name of a function and its argument as one name."""
    meant = {name: replacement for name in program.inputs if (replacement := _with_function(name))}
    yield from _all_at_once("function", program, text, meant)


def _with_function(name: str) -> str:
    """`sinx` as `sin(x)`, `xsinx` as `x sin(x)`; empty where no function is in the name."""
    if name in NAMES:
        return ""
    for start in (0, 1):
        beginnings = (function for function in NEED_NO_PARENTHESES if name.startswith(function, start))
        function = max(beginnings, key=len, default="")
        argument = name[start + len(function) :]
        if function and _ARGUMENT.fullmatch(argument):
            return f"{name[:start]} {function}({argument})".strip()
    return ""


# ax, xy, xe^x


_UNKNOWNS = "uvwxyzt"
_KEPT = frozenset(
    ("mu", "nu", "xi", "pi", "lr", "dt", "dx", "dy", "dz", "id", "eta", "phi", "psi", "rho", "tau", "chi")
)
"""Short names that are words of their own."""


_MATRIX_TIMES_VECTOR = re.compile(r"[A-Z][a-z]")


_NUMBERED = re.compile(r"[A-Za-zα-ωΑ-Ω]_?\d+")
_SEVERAL_NUMBERED = re.compile(rf"(?:{_NUMBERED.pattern}){{2,}}")
"""Such names side by side: `x1x2`."""


def _products(program: Program, text: str) -> Iterator[Offer]:
    """Letters side by side that are names by themselves, or of which one is an unknown."""
    alone = {name for name in program.names if len(name) == 1}
    names = [name for name in program.inputs if name not in _KEPT and not _with_function(name)]
    short = {name for name in names if re.fullmatch(r"[A-Za-zα-ωΑ-Ω]{2,3}", name)}
    meant = {name: " ".join(_NUMBERED.findall(name)) for name in names if _SEVERAL_NUMBERED.fullmatch(name)}
    for name in short:
        letters = {letter for short_name in short - {name} for letter in short_name}
        known = sum(letter in alone or letter in letters or letter == "e" for letter in name)
        if name[-1] in _UNKNOWNS or name[0] in _UNKNOWNS or known == len(name):
            meant[name] = ("@" if _MATRIX_TIMES_VECTOR.fullmatch(name) else " ").join(name)
    yield from _all_at_once("product", program, text, {name: meant[name] for name in program.inputs if name in meant})


def _all_at_once(key: str, program: Program, text: str, meant: Mapping[str, str]) -> Iterator[Offer]:
    """One offer that reads all of these names otherwise."""
    uses = _uses(program, text)
    places = {place: (name, _apart(text, place, name, replacement)) for name, replacement in meant.items()
              for place in uses.get(name, ())}  # fmt: skip
    if places:
        names = ", ".join(name for name in meant if name in uses)
        replacements = ", ".join(meant[name].replace(" ", "·") for name in meant if name in uses)
        yield Offer(key, {"typed": names, "meant": replacements}, _put(text, places))


def _apart(text: str, place: int, name: str, replacement: str) -> str:
    """The other words, apart from a number or a letter that stands before or after them."""
    before = " " if text[:place][-1:].isalnum() and " " in replacement and not text[:place][-1:].isdigit() else ""
    after = " " if text[place + len(name) :][:1] == "(" else ""
    return before + replacement + after


# x = 3; y = x^2


_FIXED = re.compile(r"\s*([A-Za-zα-ωΑ-Ω]\w*)\s*=\s*([-+]?[\d.]+(?:[eE][-+]?\d+)?)\s*[;\n]\s*")


def fixed(program: Program, text: str) -> tuple[str, str, str] | None:
    """Of a program without inputs that begins with a number under a name: the name, the number, and the rest."""
    match = _FIXED.match(text)
    if program.inputs or match is None:
        return None
    rest = text[match.end() :].strip()
    try:
        return (match[1], match[2], rest) if match[1] in parse(rest).inputs else None
    except ProgramError:
        return None


# Data and parameters


_PARAMETERS = re.compile(r"[wWbBθΘ][_0-9]*|theta\d*|weights?\d*|bias\d*")
_DATA = re.compile(r"[xXtT][_0-9]*|data|targets?|labels?")


_KEEPS_A_PROBABILITY = frozenset(("add", "subtract", "clamp", "clamp min", "clamp max", "index", "select", "gather"))
"""Operations that are done to a probability before its logarithm is taken."""


def trained(program: Program, tracked: Callable[[str], bool]) -> dict[str, bool] | None:
    """Which inputs should require a gradient where a program looks like a model of data; None where they do already.

    A model has weights beside data: then the gradient is wanted by the weights.
    """
    weights = learned(program)
    data = [name for name in program.inputs if _DATA.fullmatch(name)]
    strong = [name for name in weights if name[0] in "wWθΘ" or name.startswith(("theta", "weight"))]
    if not (strong and data):
        return None
    wanted = {name: name in weights for name in (*weights, *data)}
    changed = {name: on for name, on in wanted.items() if tracked(name) != on}
    return changed or None


def learned(program: Program) -> list[str]:
    """The inputs that look like what is learned."""
    return [name for name in program.inputs if _PARAMETERS.fullmatch(name)]


def is_logistic(program: Program) -> bool:
    """Whether a program takes the logarithm of a probability, as a logistic loss does."""
    made = {statement.name: statement.expression for statement in program.statements}
    calls = [node for s in program.statements for node in postorder(s.expression) if isinstance(node, Call)]
    logarithms = (node.arguments[0] for node in calls if node.operation == "log")
    named = any(node.operation in ("logsigmoid", "log_softmax") for node in calls)
    return named or any(_is_probability(argument, made) for argument in logarithms)


def _is_probability(node: Expression, made: Mapping[str, Expression]) -> bool:
    """Whether an expression is a sigmoid or a softmax, what is left of it to 1, or one of these moved a little."""
    waiting, followed = [node], set[str]()
    while waiting:
        node = waiting.pop()
        if isinstance(node, Variable) and node.name in made and node.name not in followed:
            followed.add(node.name)
            waiting.append(made[node.name])
        elif isinstance(node, Call):
            if node.operation in ("sigmoid", "softmax"):
                return True
            waiting += node.arguments if node.operation in _KEEPS_A_PROBABILITY else ()
    return False


def negated(text: str) -> str | None:
    """The program with the sign of its last statement turned; None where a comment stands in the way."""
    if "#" in text:
        return None
    body = text.rstrip(" ;\n")
    start = max(body.rfind(";"), body.rfind("\n")) + 1
    named = re.match(r"\s*[^\W\d]\w*\s*=(?!=)\s*", body[start:])
    start += named.end() if named else 0
    return f"{body[:start].rstrip()} -({body[start:].strip()})".strip()
