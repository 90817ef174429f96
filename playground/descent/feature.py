"""The page `/descent`: what it declares of itself."""

from playground.descent.examples import EXAMPLES
from playground.descent.optimizers import OPTIMIZERS
from playground.descent.parameters import ENTRY, KEYWORDS, LR, NOISE, RACE, SEED, STEPS
from playground.descent.questions import LECTURE, first_steps
from playground.web.feature import PROVED, Feature
from playground.web.parameters import Parameter, panels, switches

FEATURE = Feature(
    "descent",
    EXAMPLES,
    (
        *(Parameter("optimizer", tuple(OPTIMIZERS)), LR, STEPS, *KEYWORDS, NOISE, SEED, ENTRY),
        *switches("forget"),
        *panels("beats", "log", "theory", "racing", "sweep", "surface", "animation"),
        RACE,
        *PROVED,
    ),
    first_steps,
    LECTURE,
)
