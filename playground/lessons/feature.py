"""The page `/lessons`: what it declares of itself."""

from playground.lessons.table import FUNCTIONS, GROUPS, OWN
from playground.web.examples import TWO_PATHS
from playground.web.feature import Feature
from playground.web.parameters import anything, choices, panels

FIND = "find"
"""The box in which one looks for something."""

FEATURE = Feature(
    "lessons",
    (TWO_PATHS,),
    (*panels(*GROUPS[1:], OWN, FUNCTIONS), *choices(FIND, reader=anything)),
    program=False,
    boxes=(FIND,),
)
