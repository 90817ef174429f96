"""What each page opens with, and the examples it offers: one row each."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import quote, urlencode

GRAPH, SCALAR, PARTIALS = "graph", "scalar", "partials"
"""The pages, by the names of their files."""

ELSEWHERE = "2"
"""The value of an input that the page's first example does not know; with 1 nearly every gradient would be 1."""


@dataclass(frozen=True)
class Example:
    """A program with its inputs' values, as texts."""

    key: str
    """Its title is the words' `examples.KEY`."""
    pages: tuple[str, ...]
    program: str
    values: Mapping[str, str]
    tracked: Mapping[str, bool] = field(default_factory=dict)
    """Whether an input requires a gradient, where that is not what its name says."""

    @property
    def parameters(self) -> dict[str, str]:
        """Its address, parameter by parameter."""
        values = {f"at.{name}": value for name, value in self.values.items()}
        tracked = {f"grad.{name}": str(wanted).lower() for name, wanted in self.tracked.items()}
        return {"f": self.program} | values | tracked


_POLYNOMIAL = "y = a*x^2 + b*x + c"

EXAMPLES = (
    Example("two_paths", (GRAPH,), _POLYNOMIAL, {"a": "2", "x": "3", "b": "-5", "c": "1"}),
    Example("tutorial", (SCALAR, GRAPH), _POLYNOMIAL, {"a": "1", "x": "0", "b": "-2", "c": "1"}),
    Example("shared", (GRAPH,), "u = x^2; y = u*u + u", {"x": "2"}),
    Example("neuron", (GRAPH,), "h = sigmoid(w*x + b); y = (h - t)^2",
            {"w": "0.5", "x": "2", "b": "-1", "t": "1"}, {"b": True, "x": False}),
    Example("two_outputs", (PARTIALS, GRAPH), "y1 = x1*x2; y2 = x1 + x2", {"x1": "1", "x2": "2"}),
    Example("broadcast", (GRAPH,), "y = sum(w*x^2)", {"w": "1", "x": "[[0, 0], [1, 2]]"}),
    Example("matrices", (GRAPH,), "y = sum(x @ w)", {"x": "[[1, 2], [3, 4]]", "w": "[[1, 0], [0, -1]]"}),
    Example("cut", (GRAPH,), "y = x*detach(x)", {"x": "3"}),
    Example("quartic", (SCALAR,), "y = x^4 - 3x^2 + x", {"x": "2"}),
    Example("wave", (SCALAR,), "y = sin(x)*exp(-x^2/8)", {"x": "1"}),
    Example("pole", (SCALAR,), "y = 1/x", {"x": "0.5"}),
    Example("corner", (SCALAR,), "y = relu(x) - relu(-x)", {"x": "0"}),
    Example("root", (SCALAR,), "y = sqrt(x^2)", {"x": "0"}),
    Example("two_inputs", (SCALAR,), "z = x^2 + x*y", {"x": "1", "y": "2"}),
)  # fmt: skip


def offered(page: str) -> tuple[Example, ...]:
    """The examples of a page; it opens with the first."""
    return tuple(example for example in EXAMPLES if page in example.pages)


def start(page: str) -> Example:
    """What a page opens with when its address says nothing."""
    mine = [example for example in EXAMPLES if example.pages[0] == page]
    return mine[0]


def value_at_start(page: str, name: str) -> str:
    """The value of an input that the address does not give."""
    return start(page).values.get(name, ELSEWHERE)


def address(parameters: Mapping[str, str]) -> str:
    """The part of an address after the page; a plus is %2B, since a bare one would arrive as a space."""
    return "?" + urlencode(parameters, quote_via=quote)
