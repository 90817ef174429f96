"""How a case is walked down: optimizer, learning rate, steps and settings, read from boxes that an address can fill."""

import re
from collections.abc import Sequence

import streamlit as st

from playground.descent.compute import RATE, ROUNDS, Most, checked_rate, number
from playground.descent.optimizers import OPTIMIZERS, Optimizer, Parameter, Setting
from playground.language.errors import EvaluationError
from playground.language.limits import MAX_STEPS
from playground.language.values import read_value, write_value
from playground.web.parameters import shortened
from playground.web.session import asked_for
from playground.web.widgets import sentence
from playground.words import say


def optimizer_box() -> str:
    """Which optimizer; an empty parameter in the address picks none."""
    names = list(OPTIMIZERS)
    return st.selectbox(say("descent.optimizer"), names, key="optimizer", bind="query-params") or names[0]


def text_box(label: str, key: str, first: str, hint: str = "") -> str:
    """A box for a number."""
    hint = hint or first
    return st.text_input(label, first, key=key, bind="query-params", live=True, autocomplete="off", placeholder=hint)


def numbers(most: Most) -> tuple[float, int, list[str]]:
    """Learning rate and number of steps, and what was wrong with what was typed."""
    notes: list[str] = []
    lr = checked_rate(text_box(say("descent.lr"), "lr", RATE), "lr", float(RATE), notes)
    steps = _steps(text_box(say("descent.steps"), "steps", ROUNDS), most, notes)
    return lr, steps, notes


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
        return st.toggle(parameter.name, key=parameter.name, bind="query-params")
    text = text_box(parameter.name, parameter.name, "", _written(parameter.default))
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


def noise_boxes(notes: list[str]) -> tuple[float, int]:
    """The size of the noise, and the seed it is drawn from."""
    noise = number(text_box(say("descent.noise"), "noise", "0"), "noise", 0.0, notes)
    if noise < 0:
        notes.append(say("descent.using", problem=EvaluationError("noise", noise=f"{noise:g}").message, used="0"))
        noise = 0.0
    seed = number(text_box(say("descent.seed"), "seed", "0"), "seed", 0.0, notes)
    whole = int(seed) if seed.is_integer() and 0 <= seed < 2**31 else 0
    if whole != seed:
        notes.append(say("descent.bad_seed"))
    return noise, whole


def told(notes: Sequence[str]) -> None:
    """What was wrong with what was typed."""
    for note in notes:
        sentence(note, "note")


def entry_box(output: str, shape: Sequence[int], notes: list[str]) -> tuple[int, ...] | None:
    """Which entry of an output is minimized; None for their sum."""
    text = text_box(say("descent.entry"), "entry", "", say("descent.entry_hint"))
    if not text.strip():
        return None
    places = [part.strip() for part in re.split("[,，、]", text.strip().strip("[]"))]
    entry = tuple(int(part) for part in places if part.isdecimal() and len(part) < 4)
    fits = len(entry) == len(places) == len(shape) and all(at < side for at, side in zip(entry, shape, strict=True))
    if not fits:
        notes.append(say("descent.bad_entry", output=output, shape=list(shape)))
    return entry if fits else None
