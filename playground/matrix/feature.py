"""The page `/matrix`: what it declares of itself."""

from playground.matrix.examples import EXAMPLES
from playground.matrix.questions import LECTURE
from playground.web.feature import PROVED, Feature
from playground.web.leaf_questions import leaves
from playground.web.parameters import switches, texts

FEATURE = Feature(
    "matrix",
    EXAMPLES,
    (*switches("argument", on=True), *switches("jacobian", "grid", "numbers"), *texts("of", "wrt", "row"), *PROVED),
    leaves,
    LECTURE,
    gradients=True,
)
