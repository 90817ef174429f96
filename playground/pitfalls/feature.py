"""The page `/pitfalls`: what it declares of itself."""

from playground.web.examples import TWO_PATHS
from playground.web.feature import Feature
from playground.web.parameters import switches, texts

FEATURE = Feature(
    "pitfalls",
    (TWO_PATHS,),
    (*texts("pitfall"), *switches("mended")),
    program=False,
)
