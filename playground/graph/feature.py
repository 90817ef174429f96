"""The page at `/`: what it declares of itself."""

from playground.graph.examples import EXAMPLES
from playground.graph.questions import LECTURE, along_the_graph
from playground.web.feature import PROVED, Feature
from playground.web.parameters import SWITCH, Parameter

FEATURE = Feature(
    "graph",
    EXAMPLES,
    (Parameter("constants", SWITCH, opens=True), *PROVED),
    along_the_graph,
    LECTURE,
    gradients=True,
)
