"""The page `/lessons`: what it declares of itself."""

from playground.lessons.table import FUNCTIONS, GROUPS, OWN
from playground.web.examples import TWO_PATHS
from playground.web.feature import Feature
from playground.web.parameters import anything, choices, panels

FEATURE = Feature(
    "lessons",
    (TWO_PATHS,),
    (*panels(*GROUPS[1:], OWN, FUNCTIONS), *choices("find", reader=anything)),
    sheets=("lessons/lessons.css",),
    program=False,
)
