"""What the pages declare, as tests ask for it by name."""

from playground.app.registry import BY_NAME, FEATURES, PARAMETERS
from playground.web.examples import Example
from playground.web.parameters import OFF as OFF

GRAPH, SCALAR, MATRIX, PARTIALS, SECOND, DESCENT = "graph", "scalar", "matrix", "partials", "second", "descent"

KNOWN = frozenset(PARAMETERS)
CHOICES = {name: parameter.choices for name, parameter in PARAMETERS.items() if parameter.choices}
EXAMPLES = tuple(
    {example.key: example for feature in FEATURES if feature.program for example in feature.examples}.values()
)
"""Every example once."""


def offered(page: str) -> tuple[Example, ...]:
    """The examples of a page."""
    return BY_NAME[page].examples


def start(page: str) -> Example:
    """What a page opens with."""
    return BY_NAME[page].start


OFFERED = tuple((feature.name, example) for feature in FEATURES if feature.program for example in feature.examples)
"""Every example on every page that offers it."""
