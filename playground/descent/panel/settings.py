"""How a case is walked down: optimizer, learning rate, steps and settings, read from boxes that an address can fill."""

import re
from collections.abc import Iterator, Sequence
from functools import cache

from latex2mathml.converter import convert

from playground.descent.compute import RATE, ROUNDS, Most, checked_rate, number
from playground.descent.feature import FEATURE
from playground.descent.optimizers import OPTIMIZERS, Optimizer, Parameter, Setting
from playground.language.errors import EvaluationError
from playground.language.limits import MAX_STEPS
from playground.language.values import read_value, write_value
from playground.web.choices import Choice, chosen, folded, is_on, prose, switch, text, typed_text
from playground.web.parameters import shortened
from playground.web.session import asked_for
from playground.web.widgets import html, sentence
from playground.words import say


def picked_optimizer() -> Optimizer:
    """Which optimizer."""
    return OPTIMIZERS[chosen(FEATURE["optimizer"], ())[0]]


def numbers(most: Most) -> tuple[float, int, list[str]]:
    """Learning rate and number of steps, and what was wrong with what was typed."""
    notes: list[str] = []
    lr = checked_rate(typed_text("lr", RATE), "lr", float(RATE), notes)
    return lr, _steps(typed_text("steps", ROUNDS), most, notes), notes


def _steps(text: str, most: Most, notes: list[str]) -> int:
    """A number of steps within the limits."""
    asked = number(text, "steps", float(ROUNDS), notes)
    steps = int(asked) if asked.is_integer() and 0 <= asked <= MAX_STEPS else int(ROUNDS)
    if steps != asked:
        shown = f"{asked:.10g}" if abs(asked) < 1e15 else shortened(text)
        problem = EvaluationError("steps", steps=shown, limit=f"{MAX_STEPS:,}").message
        notes.append(say("descent.using", problem=problem, used=ROUNDS))
    if steps > most.steps:
        notes.append(say(f"descent.{most.reason}", entries=most.entries, steps=steps, used=most.steps))
    return min(steps, most.steps)


# The settings


def settings(row: Optimizer, notes: list[str]) -> tuple[tuple[str, Setting], ...]:
    """The optimizer's own parameters; those that nobody changed are left to it."""
    notes += _of_others(row)
    found = [(parameter.name, _setting(parameter, notes)) for parameter in row.parameters]
    return tuple((name, one) for name, one in found if one != row.settings[name])


def _of_others(row: Optimizer) -> list[str]:
    """What an address that names this optimizer says of parameters that only others have."""
    if (asked_for("optimizer") or next(iter(OPTIMIZERS))) != row.name:
        return []
    names = {parameter.name for other in OPTIMIZERS.values() for parameter in other.parameters} - {*row.settings}
    unused = sorted(name for name in names if asked_for(name) is not None)
    return [say("descent.not_its_own", optimizer=row.name, names=", ".join(unused))] if unused else []


def _setting(parameter: Parameter, notes: list[str]) -> Setting:
    if isinstance(parameter.default, bool):
        return is_on(FEATURE[parameter.name])
    text = typed_text(parameter.name)
    if isinstance(parameter.default, tuple):
        return _pair(text, parameter, parameter.default, notes)
    found = number(text, parameter.name, parameter.default, notes)
    return found if _fits([found], parameter, notes) else parameter.default


def _written(default: Setting) -> str:
    return write_value(default) if isinstance(default, tuple) else f"{default:g}"


def _pair(text: str, parameter: Parameter, default: tuple[float, float], notes: list[str]) -> tuple[float, float]:
    """Two numbers."""
    if not text.strip():
        return default
    try:
        found = read_value(text, parameter.name)
    except EvaluationError as problem:
        notes.append(say("descent.using", problem=problem.message, used=_written(default)))
        return default
    if not isinstance(found, Sequence) or len(found) != 2 or any(isinstance(one, Sequence) for one in found):
        shown = _written(default)
        notes.append(say("descent.bad_pair", name=parameter.name, default=shown.strip("[]"), used=shown))
        return default
    pair = (float(found[0]), float(found[1]))  # type: ignore[arg-type]
    return pair if _fits(pair, parameter, notes) else default


def _fits(found: Sequence[float], parameter: Parameter, notes: list[str]) -> bool:
    """Whether numbers lie in a parameter's range; a word about it where they do not."""
    if all(parameter.low <= one <= parameter.high for one in found):
        return True
    told = {"low": f"{parameter.low:g}", "high": f"{parameter.high:g}", "used": _written(parameter.default)}
    notes.append(say("descent.bad_range", name=parameter.name, **told))
    return False


def noise_of(notes: list[str]) -> tuple[float, int]:
    """The size of the noise, and the seed it is drawn from."""
    noise = number(typed_text("noise", "0"), "noise", 0.0, notes)
    if noise < 0:
        notes.append(say("descent.using", problem=EvaluationError("noise", noise=f"{noise:g}").message, used="0"))
        noise = 0.0
    seed = number(typed_text("seed", "0"), "seed", 0.0, notes)
    whole = int(seed) if seed.is_integer() and 0 <= seed < 2**31 else 0
    if whole != seed:
        notes.append(say("descent.bad_seed"))
    return noise, whole


def tell(notes: Sequence[str]) -> None:
    """What was wrong with what was typed."""
    for note in notes:
        sentence(note, "note")


def picked_entry(output: str, shape: Sequence[int], notes: list[str]) -> tuple[int, ...] | None:
    """Which entry of an output is minimized; None for their sum."""
    text = typed_text("entry")
    if not text.strip():
        return None
    places = [part.strip() for part in re.split("[,，、]", text.strip().strip("[]"))]
    entry = tuple(int(part) for part in places if part.isdecimal() and len(part) < 4)
    fits = len(entry) == len(places) == len(shape) and all(at < side for at, side in zip(entry, shape, strict=True))
    if not fits:
        notes.append(say("descent.bad_entry", output=output, shape=list(shape)))
    return entry if fits else None


# What is drawn of them


def rows(row: Optimizer, shape: Sequence[int]) -> list[Choice]:
    """The optimizer, its rate and the steps, how the run is shown; in the menu what is seldom changed."""
    optimizer = FEATURE["optimizer"]
    shown = [
        Choice(optimizer.name, "list", say("descent.optimizer"), row.name, optimizer.usual, optimizer.choices),
        text("lr", say("descent.lr"), RATE),
        text("steps", say("descent.steps"), ROUNDS),
        *(switch(FEATURE[name], say(f"descent.{name}")) for name in ("beats", "log")),
    ]
    return [*shown, *folded(_further(row, shape))]


def _further(row: Optimizer, shape: Sequence[int]) -> Iterator[Choice]:
    """The optimizer's rule and its own parameters, noise, what is left out, what is minimized."""
    yield prose("rule", f"<p>{html(say('descent.rule', optimizer=row.name))}</p>{typeset(row.rule)}")
    for parameter in row.parameters:
        yield _parameter(parameter)
    if "weight_decay" in row.settings:
        yield prose("decay", html(say("descent.weight_decay")))
    yield text("noise", say("descent.noise"), "0")
    yield text("seed", say("descent.seed"), "0")
    yield prose("hint", html(say("descent.noise_hint")))
    yield switch(FEATURE["forget"], say("descent.forget"))
    if len(shape):
        yield text("entry", say("descent.entry"), hint=say("descent.entry_hint"))


def _parameter(parameter: Parameter) -> Choice:
    if isinstance(parameter.default, bool):
        return switch(FEATURE[parameter.name], parameter.name)
    return text(parameter.name, parameter.name, hint=_written(parameter.default))


@cache
def typeset(rule: str) -> str:
    """An optimizer's rule as MathML."""
    return convert(rule, display="block")
