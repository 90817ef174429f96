"""The page `/matrix`: what it declares of itself."""

from playground.matrix.examples import EXAMPLES
from playground.matrix.questions import LECTURE
from playground.web.feature import PROVED, Feature
from playground.web.leaf_questions import leaves
from playground.web.parameters import choices, of_program, panels, place_in, switches

FEATURE = Feature(
    "matrix",
    EXAMPLES,
    (
        *switches("argument", on=True),
        *of_program("of", "wrt"),
        *panels("jacobian", "grid", "numbers"),
        *choices("row", reader=place_in),
        *PROVED,
    ),
    leaves,
    LECTURE,
    gradients=True,
)
