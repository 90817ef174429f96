"""What a page can open with: a program with its values, as texts of an address."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import quote, urlencode

ELSEWHERE = "2"
"""The value of an input that the page's first example does not know; with 1 nearly every gradient would be 1."""


FIRST = "graph"
"""The page at the top of the address."""


@dataclass(frozen=True)
class Example:
    """A program with its inputs' values, as texts."""

    key: str
    """Its title is the words' `examples.KEY`."""
    program: str
    values: Mapping[str, str]
    tracked: Mapping[str, bool] = field(default_factory=dict)
    """Whether an input requires a gradient, where that is not what its name says."""
    gradient: Mapping[str, str] = field(default_factory=dict)
    """The gradient arguments of outputs, where they are not ones."""
    more: Mapping[str, str] = field(default_factory=dict)
    """Parameters of its page alone."""

    @property
    def parameters(self) -> dict[str, str]:
        """Its address, parameter by parameter."""
        values = {f"at.{name}": value for name, value in self.values.items()}
        tracked = {f"grad.{name}": str(wanted).lower() for name, wanted in self.tracked.items()}
        gradient = {f"gradient.{name}": text for name, text in self.gradient.items()}
        return {"f": self.program, **values, **tracked, **gradient, **self.more}


POLYNOMIAL = "y = a*x^2 + b*x + c"
PRODUCT_AND_SUM = "y1 = x1*x2; y2 = x1 + x2"

TWO_PATHS = Example("two_paths", POLYNOMIAL, {"a": "2", "x": "3", "b": "-5", "c": "1"})
TUTORIAL = Example("tutorial", POLYNOMIAL, {"a": "1", "x": "0", "b": "-2", "c": "1"})
TWO_OUTPUTS = Example("two_outputs", PRODUCT_AND_SUM, {"x1": "1", "x2": "2"})


def address(parameters: Mapping[str, str]) -> str:
    """The part of an address after the page; a plus is %2B, since a bare one would arrive as a space."""
    return "?" + urlencode(parameters, quote_via=quote) if parameters else ""


def path(page: str) -> str:
    """A page, as a link on any other page writes it."""
    return "./" if page == FIRST else page
