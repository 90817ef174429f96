"""How a case is walked down: optimizer, learning rate, steps and settings, read from boxes that an address can fill."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cache
from itertools import chain

import numpy as np
from latex2mathml.converter import convert

from playground.descent.compute import Most, Setup
from playground.descent.feature import FEATURE
from playground.descent.optimizers import BETWEEN, MATRIX, OPTIMIZERS, Optimizer, Parameter
from playground.descent.parameters import ENTRY, LR, NOISE, SEED, STEPS, written
from playground.language.values import Value
from playground.web.choices import Choice, chosen, folded, is_on, prose, read, switch, text
from playground.web.parameters import Read
from playground.web.session import asked_for
from playground.web.widgets import html
from playground.words import say


def picked_optimizer() -> Optimizer:
    """Which optimizer."""
    return OPTIMIZERS[chosen(FEATURE["optimizer"], ())[0]]


def setup_of(row: Optimizer, output: str, shape: Sequence[int], most: Most) -> tuple[Setup, list[str]]:
    """How to go down with an optimizer, as the address has it; and what is wrong with that.

    The optimizer's own parameters that nobody changed are left to it.
    """
    parts = _read(row, output, shape)
    settings = {parameter.name: parameter.value(parts[parameter.name].chosen) for parameter in row.parameters}
    lr, steps, noise, seed = (float(parts[each.name].chosen[0]) for each in (LR, STEPS, NOISE, SEED))
    setup = Setup(
        output,
        row.name,
        lr,
        min(int(steps), most.steps),
        tuple((name, value) for name, value in settings.items() if value != row.settings[name]),
        noise,
        int(seed),
        not is_on(FEATURE["forget"]),
        tuple(map(int, parts[ENTRY.name].chosen)) or None,
    )
    objections = chain.from_iterable(part.objections for part in parts.values())
    return setup, [*_of_others(row), *objections, *_too_many(int(steps), most)]


def _read(row: Optimizer, output: str, shape: Sequence[int]) -> Mapping[str, Read]:
    """What the address says of each number, by its name."""
    own = {each.name: read(FEATURE[each.name], each.offered, each.usual) for each in row.parameters}
    entry = read(ENTRY, (output, *map(str, shape)), ()) if len(shape) else Read(())
    run, noise = ({each.name: read(each) for each in rows} for rows in ((LR, STEPS), (NOISE, SEED)))
    return {**run, **own, **noise, ENTRY.name: entry}


def _too_many(steps: int, most: Most) -> list[str]:
    """Why fewer steps are shown than an address asks for."""
    if steps <= most.steps:
        return []
    return [say(f"descent.{most.reason}", entries=most.entries, steps=steps, used=most.steps)]


def _of_others(row: Optimizer) -> list[str]:
    """What an address that names this optimizer says of parameters that only others have."""
    if (asked_for("optimizer") or next(iter(OPTIMIZERS))) != row.name:
        return []
    names = {parameter.name for row_of_another in OPTIMIZERS.values() for parameter in row_of_another.parameters} - {
        *row.settings
    }
    unused = sorted(name for name in names if asked_for(name) is not None)
    return [say("descent.not_its_own", optimizer=row.name, names=", ".join(unused))] if unused else []


# What is drawn of them


def rows(row: Optimizer, shape: Sequence[int], moved: Iterable[Value]) -> list[Choice]:
    """The optimizer, its rate and the steps, how the run is shown; in the menu what is seldom changed."""
    optimizer = FEATURE["optimizer"]
    shown = [
        Choice(optimizer.name, "list", say("descent.optimizer"), row.name, optimizer.usual, optimizer.choices),
        text(LR, say("descent.lr")),
        text(STEPS, say("descent.steps")),
        *(switch(FEATURE[name], say(f"descent.{name}")) for name in ("beats", "log")),
    ]
    return [*shown, *folded(_further(row, shape, moved))]


def _further(row: Optimizer, shape: Sequence[int], moved: Iterable[Value]) -> Iterator[Choice]:
    """The optimizer's rule and its own parameters, noise, what is left out, what is minimized."""
    rules = "".join(typeset(rule) for rule in _rules(row, moved))
    yield prose("rule", f"<p>{html(say('descent.rule', optimizer=row.name))}</p>{rules}")
    for parameter in row.parameters:
        yield _parameter(parameter)
    if "weight_decay" in row.settings:
        yield prose("decay", html(say("descent.weight_decay_shrinks" if row.shrinks else "descent.weight_decay_adds")))
    yield text(NOISE, say("descent.noise"))
    yield text(SEED, say("descent.seed"))
    yield prose("hint", html(say("descent.noise_hint")))
    yield switch(FEATURE["forget"], say("descent.forget"))
    if len(shape):
        yield text(ENTRY, say("descent.entry"), hint=say("descent.entry_hint"))


def _rules(row: Optimizer, moved: Iterable[Value]) -> list[str]:
    """How the optimizer moves each kind of input there is, as LaTeX."""
    on = {each.name for each in row.parameters if isinstance(each.default, bool) and is_on(FEATURE[each.name])}
    kinds = [{MATRIX} if np.ndim(value) > 1 else set() for value in moved]
    return list(dict.fromkeys(row.rule_under(on | kind) for kind in kinds))


def _parameter(parameter: Parameter) -> Choice:
    if isinstance(parameter.default, bool):
        return switch(FEATURE[parameter.name], parameter.name)
    return text(FEATURE[parameter.name], parameter.name, hint=written(parameter.usual))


@cache
def typeset(rule: str) -> str:
    """An optimizer's rule as MathML, a line for each of its statements."""
    return "".join(convert(statement, display="block") for statement in rule.split(BETWEEN))
