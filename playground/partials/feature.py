"""The page `/partials`: what it declares of itself."""

from playground.partials.examples import EXAMPLES
from playground.partials.questions import LECTURE, one_call
from playground.web.feature import PROVED, Feature
from playground.web.parameters import choices, panels, switches, texts

FEATURE = Feature(
    "partials",
    EXAMPLES,
    (
        *switches("retain_graph", "allow_unused", "materialize_grads"),
        *texts("outputs", "inputs"),
        *panels("again", "jacobian", "numbers"),
        *choices("row"),
        *PROVED,
    ),
    one_call,
    LECTURE,
    gradients=True,
    scalar_gradients=True,
)
