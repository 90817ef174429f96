"""What each page opens with, and the examples it offers: one row each."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import quote, urlencode

GRAPH, SCALAR, MATRIX, PARTIALS, SECOND, DESCENT = "graph", "scalar", "matrix", "partials", "second", "descent"
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


_POLYNOMIAL = "y = a*x^2 + b*x + c"
_QUARTIC = "y = x^4 - 3x^2 + x"
_TWO_OUTPUTS = "y1 = x1*x2; y2 = x1 + x2"
_MATRIX = {"x": "[[0, 0], [1, 2]]", "a": "1", "b": "-2", "c": "1"}

EXAMPLES = (
    Example("two_paths", (GRAPH,), _POLYNOMIAL, {"a": "2", "x": "3", "b": "-5", "c": "1"}),
    Example("tutorial", (SCALAR, GRAPH), _POLYNOMIAL, {"a": "1", "x": "0", "b": "-2", "c": "1"}),
    Example("shared", (GRAPH,), "u = x^2; y = u*u + u", {"x": "2"}),
    Example("neuron", (GRAPH,), "h = sigmoid(w*x + b); y = (h - t)^2",
            {"w": "0.5", "x": "2", "b": "-1", "t": "1"}, {"b": True, "x": False}),
    Example("two_outputs", (PARTIALS, GRAPH), _TWO_OUTPUTS, {"x1": "1", "x2": "2"}),
    Example("difference", (PARTIALS,), _TWO_OUTPUTS, {"x1": "1", "x2": "2"}, gradient={"y2": "-1"}),
    Example("call_again", (PARTIALS,), _TWO_OUTPUTS, {"x1": "1", "x2": "2"}, more={"outputs": "y1", "again": "true"}),
    Example("meet_early", (PARTIALS,), "u = x^2; y1 = 3u; y2 = u*u", {"x": "2"}),
    Example("no_path", (PARTIALS,), "y1 = x1*x2; y2 = x3^2", {"x1": "1", "x2": "2", "x3": "3"}, more={"outputs": "y1"}),
    Example("polar", (PARTIALS,), "x = u*cos(v); y = u*sin(v)", {"u": "2", "v": "0.5"}),
    Example("vectors", (PARTIALS,), "y1 = A @ x; y2 = sum(x^2)", {"A": "[[1, 2], [3, 4]]", "x": "[1, 2]"},
            more={"jacobian": "true"}),
    Example("broadcast", (GRAPH,), "y = sum(w*x^2)", {"w": "1", "x": "[[0, 0], [1, 2]]"}),
    Example("matrices", (GRAPH,), "y = sum(x @ w)", {"x": "[[1, 2], [3, 4]]", "w": "[[1, 0], [0, -1]]"}),
    Example("cut", (GRAPH,), "y = x*detach(x)", {"x": "3"}),
    Example("matrix", (MATRIX,), _POLYNOMIAL, _MATRIX),
    Example("weighted", (MATRIX,), _POLYNOMIAL, _MATRIX, gradient={"y": "[[1, 10], [100, 3]]"}),
    Example("one_entry", (MATRIX,), _POLYNOMIAL, _MATRIX, gradient={"y": "entry 1, 1"}),
    Example("square", (MATRIX,), "y = x @ x", {"x": "[[0, 0], [1, 2]]"}, gradient={"y": "entry 0, 0"}),
    Example("layer", (MATRIX,), "y = x @ w + b",
            {"x": "[[1, 2], [3, 4]]", "w": "[[1, 0, 2], [0, -1, 1]]", "b": "[1, 1, 1]"}),
    Example("row_sums", (MATRIX,), "y = sum(x^2, dim=1)", {"x": "[[1, 2, 3], [4, 5, 6]]"},
            gradient={"y": "[1, -1]"}),
    Example("softmax", (MATRIX,), "y = softmax(x)", {"x": "[1, 2, 3]"}, gradient={"y": "entry 2"}),
    Example("quartic", (SCALAR,), "y = x^4 - 3x^2 + x", {"x": "2"}),
    Example("wave", (SCALAR,), "y = sin(x)*exp(-x^2/8)", {"x": "1"}),
    Example("pole", (SCALAR,), "y = 1/x", {"x": "0.5"}),
    Example("corner", (SCALAR,), "y = relu(x) - relu(-x)", {"x": "0"}),
    Example("root", (SCALAR,), "y = sqrt(x^2)", {"x": "0"}),
    Example("second", (SECOND,), _POLYNOMIAL, {"a": "1", "x": "0", "b": "-2", "c": "1"}),
    Example("level", (SECOND,), "y = x^4", {"x": "0"}),
    Example("inflection", (SECOND,), "y = x^3 - 3x", {"x": "0"}, more={"curves": "true"}),
    Example("growing", (SECOND,), "y = sin(x)*exp(-x^2)", {"x": "0.5"}, more={"order": "4"}),
    Example("line", (SECOND,), "y = 3x + 2", {"x": "1"}),
    Example("saddle", (SECOND,), "z = x^2 - y^2", {"x": "0", "y": "0"}),
    Example("bowl", (SECOND,), "z = x^2 + x*y + y^2", {"x": "0", "y": "0"}, more={"direction": "[1, -1]"}),
    Example("valley", (SECOND,), "z = x^2 + y^4", {"x": "0", "y": "0"}, more={"direction": "[0, 1]"}),
    Example("banana", (SECOND,), "z = (1 - x)^2 + 100*(y - x^2)^2", {"x": "1", "y": "1"}),
    Example("form", (SECOND,), "y = x @ A @ x", {"x": "[1, 2]", "A": "[[1, 2], [3, 4]]"}),
    Example("entries", (SECOND,), "y = sum(x^3)", {"x": "[[1, -1], [2, 0]]"}),
    Example("descent", (DESCENT,), _POLYNOMIAL, {"a": "1", "x": "0", "b": "-2", "c": "1"}),
    Example("near_valley", (DESCENT,), _QUARTIC, {"x": "2"}, more={"lr": "0.03", "steps": "60"}),
    Example("other_valley", (DESCENT,), _QUARTIC, {"x": "2"}, more={"lr": "0.1", "steps": "60"}),
    Example("diverging", (DESCENT,), _QUARTIC, {"x": "2"}, more={"lr": "0.2", "steps": "60"}),
    Example("swing", (DESCENT,), _POLYNOMIAL, {"a": "1", "x": "0", "b": "-2", "c": "1"},
            more={"lr": "1", "steps": "60"}),
    Example("long_valley", (DESCENT,), "z = x^2 + 20*y^2", {"x": "3", "y": "1"}, more={"lr": "0.045", "steps": "100"}),
    Example("rosenbrock", (DESCENT,), "z = (1 - x)^2 + 100*(y - x^2)^2", {"x": "-1", "y": "1.5"},
            more={"optimizer": "Adam", "lr": "0.2"}),
    Example("beale", (DESCENT,), "z = (1.5 - x + x*y)^2 + (2.25 - x + x*y^2)^2 + (2.625 - x + x*y^3)^2",
            {"x": "1", "y": "1"}, more={"optimizer": "Momentum"}),
    Example("himmelblau", (DESCENT,), "z = (x^2 + y - 11)^2 + (x + y^2 - 7)^2", {"x": "0", "y": "0"},
            more={"steps": "100"}),
    Example("off_a_saddle", (DESCENT,), "z = x^2 - y^2 + y^4/8", {"x": "2", "y": "0.001"},
            more={"lr": "0.05", "steps": "300"}),
    Example("plateau", (DESCENT,), "y = 1 - exp(-x^2/2)", {"x": "3.5"}, more={"lr": "0.5"}),
    Example("never_there", (DESCENT,), "y = exp(x)", {"x": "1"}, more={"lr": "0.1"}),
    Example("jittering", (DESCENT,), _POLYNOMIAL, {"a": "1", "x": "0", "b": "-2", "c": "1"},
            more={"lr": "0.05", "noise": "2", "steps": "300"}),
    Example("two_inputs", (SCALAR,), "z = x^2 + x*y", {"x": "1", "y": "2"}),
)  # fmt: skip


def offered(page: str) -> tuple[Example, ...]:
    """The examples of a page; it opens with the first."""
    return tuple(example for example in EXAMPLES if page in example.pages)


def start(page: str) -> Example:
    """What a page opens with when its address says nothing; one that shows no program holds the first page's."""
    return next((example for example in EXAMPLES if example.pages[0] == page), EXAMPLES[0])


def value_at_start(page: str, name: str) -> str:
    """The value of an input that the address does not give."""
    return start(page).values.get(name, ELSEWHERE)


def address(parameters: Mapping[str, str]) -> str:
    """The part of an address after the page; a plus is %2B, since a bare one would arrive as a space."""
    return "?" + urlencode(parameters, quote_via=quote)
