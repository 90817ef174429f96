"""The parts of an address, as the pages that read them declare them."""

from collections.abc import Iterable, Mapping, Sequence
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
    default: str = ""
    """What stands where an address says nothing, of a text."""
    opens: bool = False
    """Whether it only opens what is closed, or shows in another way what stands there."""

    @property
    def usual(self) -> str:
        """Its value where an address says nothing."""
        return self.choices[0] if self.choices else self.default


def texts(*names: str) -> tuple[Parameter, ...]:
    """Parameters of which the page itself says what is wrong with their text."""
    return tuple(map(Parameter, names))


def switches(*names: str, on: bool = False) -> tuple[Parameter, ...]:
    """Parameters that are true or false, false at first unless they are `on`."""
    return tuple(Parameter(name, SWITCH if on else OFF) for name in names)


def panels(*names: str) -> tuple[Parameter, ...]:
    """Switches that open something."""
    return tuple(Parameter(name, OFF, opens=True) for name in names)


def choices(*names: str) -> tuple[Parameter, ...]:
    """Texts that choose what an open panel shows."""
    return tuple(Parameter(name, opens=True) for name in names)


def unusual(address: Mapping[str, str], parameters: Sequence[Parameter]) -> dict[str, str]:
    """What an address says of some parameters, as far as that is not what would stand there anyway."""
    said = {parameter.name: address.get(parameter.name, parameter.usual) for parameter in parameters}
    return {parameter.name: said[parameter.name] for parameter in parameters if said[parameter.name] != parameter.usual}


def known(parameters: Iterable[Parameter]) -> dict[str, Parameter]:
    """Parameters by their names; ValueError where two pages give one name different values."""
    found: dict[str, Parameter] = {}
    for parameter in parameters:
        if found.setdefault(parameter.name, parameter) != parameter:
            raise ValueError(f"{parameter.name} has two meanings")
    return found
