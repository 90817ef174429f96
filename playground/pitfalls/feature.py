"""The page `/pitfalls`: what it declares of itself."""

from playground.pitfalls.numbers import number_in
from playground.pitfalls.table import OLDER, PITFALLS, RENAMED
from playground.web.answers import TYPED
from playground.web.examples import TWO_PATHS
from playground.web.feature import Feature
from playground.web.parameters import Parameter, choices, panels

OLDER_NAMES = (
    *("accumulate", "stale", "rebound", "detach", "no_grad", "relu", "sqrt", "broadcast"),
    *("twice", "many", "integer", "in_place", "non_leaf"),
)
"""What older addresses may call a pitfall."""

MEMORY = "pitfall-answers"
"""Where a session keeps the answers."""

FEATURE = Feature(
    "pitfalls",
    (TWO_PATHS,),
    (
        Parameter("trap", (*PITFALLS, *RENAMED)),
        Parameter(OLDER, OLDER_NAMES),
        *panels("mended"),
        *choices("x", "mask", reader=number_in),
    ),
    program=False,
    boxes=(MEMORY, TYPED),
)
