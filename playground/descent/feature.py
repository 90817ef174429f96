"""The page `/descent`: what it declares of itself."""

from playground.descent.compute import RATE, ROUNDS
from playground.descent.examples import EXAMPLES
from playground.descent.optimizers import OPTIMIZERS
from playground.descent.questions import LECTURE, first_steps
from playground.web.feature import PROVED, Feature
from playground.web.parameters import Parameter, anything, choices, panels, switches, texts

KEYWORDS = {parameter.name: parameter.default for row in OPTIMIZERS.values() for parameter in row.parameters}
"""The optimizers' own parameters, and a value of each."""

FEATURE = Feature(
    "descent",
    EXAMPLES,
    (
        Parameter("optimizer", tuple(OPTIMIZERS)),
        Parameter("lr", default=RATE),
        Parameter("steps", default=ROUNDS),
        Parameter("noise", default="0"),
        Parameter("seed", default="0"),
        *texts("entry"),
        *texts(*(name for name, value in KEYWORDS.items() if not isinstance(value, bool))),
        *switches(*(name for name, value in KEYWORDS.items() if isinstance(value, bool))),
        *switches("forget"),
        *panels("beats", "log", "theory", "racing", "sweep", "surface", "animation"),
        *choices("race", reader=anything),
        *PROVED,
    ),
    first_steps,
    LECTURE,
    ("descent/descent.css",),
)
