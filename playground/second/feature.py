"""The page `/second`: what it declares of itself."""

from playground.second.compute import direction_in
from playground.second.examples import BENDING, EXAMPLES
from playground.second.questions import LECTURE, derivatives
from playground.web.feature import PROVED, Feature
from playground.web.parameters import Parameter, of_program, panels

FEATURE = Feature(
    "second",
    EXAMPLES,
    (
        Parameter("order", ("2", "1", "3", "4", "5")),
        *of_program("wrt"),
        Parameter("direction", reader=direction_in),
        *panels("without", "curves", "recorded", "dot", "numbers"),
        *PROVED,
    ),
    derivatives,
    LECTURE,
    opening=BENDING,
)
