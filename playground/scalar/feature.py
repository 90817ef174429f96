"""The page `/scalar`: what it declares of itself."""

from playground.scalar.examples import EXAMPLES
from playground.web.feature import PROVED, Feature
from playground.web.leaf_questions import leaves
from playground.web.parameters import choices, series_of

FEATURE = Feature(
    "scalar",
    EXAMPLES,
    (*choices("along"), *choices("did", reader=series_of), *PROVED),
    leaves,
)
