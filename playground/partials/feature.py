"""The page `/partials`: what it declares of itself."""

from playground.partials.examples import EXAMPLES
from playground.partials.questions import LECTURE, one_call
from playground.web.feature import PROVED, Feature
from playground.web.parameters import switches, texts

FEATURE = Feature(
    "partials",
    EXAMPLES,
    (
        *switches("retain_graph", "allow_unused", "materialize_grads", "again", "jacobian", "numbers"),
        *texts("outputs", "inputs", "row"),
        *PROVED,
    ),
    one_call,
    LECTURE,
    gradients=True,
    scalar_gradients=True,
)
