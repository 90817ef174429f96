"""The page `/scalar`: what it declares of itself."""

from playground.scalar.examples import EXAMPLES
from playground.web.feature import PROVED, Feature
from playground.web.leaf_questions import leaves
from playground.web.parameters import choices

FEATURE = Feature(
    "scalar",
    EXAMPLES,
    (*choices("along", "did"), *PROVED),
    leaves,
)
