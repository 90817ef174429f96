"""The parts of an address, as the pages that read them declare them."""

from collections.abc import Iterable
from dataclasses import dataclass

SWITCH = ("true", "false")
OFF = SWITCH[::-1]
"""The values of a switch that is off at first."""


@dataclass(frozen=True)
class Parameter:
    """A part of an address that a page reads."""

    name: str
    choices: tuple[str, ...] = ()
    """Its possible values, of which the first stands in for one that cannot be read; none where any text is one."""


def texts(*names: str) -> tuple[Parameter, ...]:
    """Parameters of which the page itself says what is wrong with their text."""
    return tuple(map(Parameter, names))


def switches(*names: str, on: bool = False) -> tuple[Parameter, ...]:
    """Parameters that are true or false, false at first unless they are `on`."""
    return tuple(Parameter(name, SWITCH if on else OFF) for name in names)


def known(parameters: Iterable[Parameter]) -> dict[str, Parameter]:
    """Parameters by their names; ValueError where two pages give one name different values."""
    found: dict[str, Parameter] = {}
    for parameter in parameters:
        if found.setdefault(parameter.name, parameter) != parameter:
            raise ValueError(f"{parameter.name} has two meanings")
    return found
