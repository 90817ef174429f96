"""The parts of an address, as the pages that read them declare them, and how the text of each is read.

One reading serves the address, what is said against it, the widgets and the questions.
"""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from playground.words import say

SWITCH = ("true", "false")
OFF = SWITCH[::-1]
"""The values of a switch that is off at first."""

MAX_SHOWN_CHARACTERS = 40
"""At most so many characters of a part of an address are shown."""
MAX_ACTIONS = 12
"""At most so many actions are done anew on every rerun."""

_WHOLE_NUMBER = re.compile(r"-?\d{1,9}", re.ASCII)


class Read(NamedTuple):
    """What a text comes to: what it chooses, and what is to be said against the text."""

    chosen: tuple[str, ...]
    objections: tuple[str, ...] = ()


Reader = Callable[[str, str, Sequence[str], Sequence[str]], Read]
"""It reads the text of a parameter of this name: what there is to choose from, of numbers the lowest and the highest;
last what usually stands there."""


def anything(name: str, text: str, offered: Sequence[str], usual: Sequence[str]) -> Read:
    """A text of which the page itself says what is wrong with it."""
    return Read((text,))


def one_of(name: str, text: str, offered: Sequence[str], usual: Sequence[str]) -> Read:
    """One of the names that are offered."""
    wanted = text.lower() if SWITCH[0] in offered else text
    if wanted in offered:
        return Read((wanted,))
    listed = (" / " if any("," in choice for choice in offered) else ", ").join(offered)
    used = usual[0]
    return Read((used,), (say("frame.bad_choice", part=_part(name, text), choices=listed, used=used),))


def some_of(name: str, text: str, offered: Sequence[str], usual: Sequence[str]) -> Read:
    """Several of the names, in the order they are offered; an empty text chooses none."""
    listed = _split(text)
    chosen = tuple(choice for choice in offered if choice in listed)
    return Read(chosen if chosen or not listed else tuple(usual), _unknown(name, text, listed, offered))


def series_of(name: str, text: str, offered: Sequence[str], usual: Sequence[str]) -> Read:
    """Names in the order of the text, as often as it has them."""
    listed = _split(text)[:MAX_ACTIONS]
    return Read(tuple(action for action in listed if action in offered), _unknown(name, text, listed, offered))


def place_in(name: str, text: str, offered: Sequence[str], usual: Sequence[str]) -> Read:
    """The place, from 0, of something that is offered."""
    if _WHOLE_NUMBER.fullmatch(text.strip()) is None:
        return Read(("0",), (say("frame.bad_number", part=_part(name, text)),))
    place = int(text)
    if 0 <= place < len(offered):
        return Read((str(place),))
    return Read(("0",), (say("frame.no_row", row=place, last=len(offered) - 1),))


def _split(text: str) -> list[str]:
    return [name for part in text.split(",") if (name := part.strip())]


def _unknown(name: str, text: str, listed: Sequence[str], offered: Sequence[str]) -> tuple[str, ...]:
    unknown = [choice for choice in listed if choice not in offered]
    if not unknown:
        return ()
    return (say("frame.bad_names", part=_part(name, text), names=", ".join(offered), unknown=shortened(unknown[0])),)


def _part(name: str, text: str) -> str:
    return shortened(f"{name}={text}")


def shortened(text: str) -> str:
    """A part of an address as one short line."""
    line = " ".join("".join(sign if sign.isprintable() else " " for sign in text).split())
    return line if len(line) <= MAX_SHOWN_CHARACTERS else line[: MAX_SHOWN_CHARACTERS - 1] + "…"


@dataclass(frozen=True)
class Parameter:
    """A part of an address that a page reads."""

    name: str
    choices: tuple[str, ...] = ()
    """Its possible values, the usual one first; none where its page knows them, or any text is one."""
    default: str = ""
    """What stands where an address says nothing, of a text."""
    opens: bool = False
    """Whether it only opens what is closed, or shows in another way what stands there."""
    reader: Reader = anything
    """How its text is read, where its values are not the same for every program."""

    @property
    def usual(self) -> str:
        """Its value where an address says nothing."""
        return self.choices[0] if self.choices else self.default

    def read(self, text: str | None, offered: Sequence[str] = (), usual: Sequence[str] | None = None) -> Read:
        """What a text comes to, None where an address has none; `offered` and `usual` where the row does not say."""
        names = self.choices or offered
        if usual is None:
            usual = (self.default,) if self.default else names[:1]
        if text is None:
            return Read(tuple(usual))
        return (one_of if self.choices else self.reader)(self.name, text, names, usual)


def texts(*names: str) -> tuple[Parameter, ...]:
    """Parameters of which the page itself says what is wrong with their text."""
    return tuple(map(Parameter, names))


def switches(*names: str, on: bool = False) -> tuple[Parameter, ...]:
    """Parameters that are true or false, false at first unless they are `on`."""
    return tuple(Parameter(name, SWITCH if on else OFF) for name in names)


def panels(*names: str) -> tuple[Parameter, ...]:
    """Switches that open something."""
    return tuple(Parameter(name, OFF, opens=True) for name in names)


def of_program(*names: str, reader: Reader = one_of) -> tuple[Parameter, ...]:
    """Texts that choose from what a program has."""
    return tuple(Parameter(name, reader=reader) for name in names)


def choices(*names: str, reader: Reader = one_of) -> tuple[Parameter, ...]:
    """Texts that choose what an open panel shows."""
    return tuple(Parameter(name, opens=True, reader=reader) for name in names)


def unusual(address: Mapping[str, str], parameters: Sequence[Parameter]) -> dict[str, str]:
    """What an address says of some parameters, as far as that is not what would stand there anyway."""
    texts = {parameter.name: address.get(parameter.name, parameter.usual) for parameter in parameters}
    return {
        parameter.name: texts[parameter.name] for parameter in parameters if texts[parameter.name] != parameter.usual
    }


def by_name(parameters: Iterable[Parameter]) -> dict[str, Parameter]:
    """Parameters by their names; ValueError where two pages give one name different values."""
    parameters_by_name: dict[str, Parameter] = {}
    for parameter in parameters:
        if parameters_by_name.setdefault(parameter.name, parameter) != parameter:
            raise ValueError(f"{parameter.name} has two meanings")
    return parameters_by_name
