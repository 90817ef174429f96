"""What was probably meant, where a program was read as something else: a line each, with a link that takes the offer.

Taking an offer is another address; what was typed is never changed by itself.
"""

from collections.abc import Iterator, Mapping
from html import escape

from playground.engine.case import Case
from playground.language.readings import fixed, is_logistic, learned, negated, readings, trained
from playground.web.cache import kept
from playground.web.case import observed
from playground.web.examples import address
from playground.web.inputs import Reading
from playground.web.query import query
from playground.web.reveal import once_known
from playground.web.widgets import html
from playground.words import say


def offer_notes(reading: Reading) -> list[str]:
    """A line for each offer, as HTML."""
    if reading.typed.program != reading.text or not reading.computed:
        return []
    address = query()
    return [*_readings(reading, address), *_tracking(reading, address), *_loss(reading, address)]


def _readings(reading: Reading, address: Mapping[str, str]) -> Iterator[str]:
    for offer in readings(reading.typed.case.program, reading.text):
        yield _line(offer.key, {**address, "f": offer.program}, **offer.values, program=offer.program)


def _tracking(reading: Reading, address: Mapping[str, str]) -> Iterator[str]:
    """Data that requires a gradient where weights should, or nothing that does."""
    case = reading.typed.case
    wanted = trained(case.program, lambda name: name in case.tracked)
    if wanted is not None and not any(key.startswith("grad.") for key in address):
        kept = (name for name in case.program.inputs if wanted.get(name, name in case.tracked))
        on, off = (", ".join(name for name, wish in wanted.items() if wish == switch) for switch in (True, False))
        key = "trained" if on and off else "weights" if on else "data"
        looks = {"on": on, "off": off, "kept": ", ".join(kept), "learned": ", ".join(learned(case.program))}
        yield _line(key, {**address, **_switches(wanted)}, **looks)
    elif (number := fixed(case.program, reading.text)) is not None:
        name, value, rest = number
        yield _line(
            "fixed", {**address, "f": rest, f"at.{name}": value, f"grad.{name}": "true"}, name=name, value=value
        )
    elif not case.tracked and case.program.inputs:
        names = case.program.inputs
        meant = next((name for name in names if name[0] in "uvwxyz"), names[-1])
        yield _line("untracked", {**address, **_switches({meant: True})}, name=meant)


def _switches(wanted: Mapping[str, bool]) -> dict[str, str]:
    return {f"grad.{name}": str(wish).lower() for name, wish in wanted.items()}


@once_known
@kept
def _is_negative_loss(case: Case) -> bool:
    """Whether the one number that a logistic loss comes to is below zero, which none can be."""
    outputs = observed(case).outputs
    value = next(iter(outputs.values()))
    return is_logistic(case.program) and len(outputs) == 1 and value.dim() == 0 and bool(value < 0)


def _loss(reading: Reading, address: Mapping[str, str]) -> Iterator[str]:
    """A logistic loss that is negative: a target that is neither 0 nor 1, or a minus that was forgotten."""
    case = reading.typed.case
    if not _is_negative_loss(case):
        return
    targets = {name: value for name, value in case.inputs.items() if name[0] == "t" and isinstance(value, (int, float))}
    beyond = [name for name, value in targets.items() if not 0 <= value <= 1]
    if beyond:
        yield _line("target", {**address, f"at.{beyond[0]}": "1"}, name=beyond[0])
    elif (program := negated(reading.text)) is not None:
        yield _line("negative", {**address, "f": program}, program=program)


def _line(key: str, parameters: Mapping[str, str], **values: str) -> str:
    """A sentence, and the link that takes its offer."""
    link, offer = escape(address(parameters)), say(f"reading.{key}_offer", **values)
    return f'{html(say(f"reading.{key}", **values))} <a href="{link}" target="_self" data-here>{escape(offer)}</a>'
