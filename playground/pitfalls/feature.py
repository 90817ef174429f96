"""The page `/pitfalls`: what it declares of itself."""

from playground.pitfalls.table import PITFALLS
from playground.web.examples import TWO_PATHS
from playground.web.feature import Feature
from playground.web.parameters import Parameter, panels

FEATURE = Feature(
    "pitfalls",
    (TWO_PATHS,),
    (Parameter("pitfall", default=next(iter(PITFALLS))), *panels("mended")),
    program=False,
)
