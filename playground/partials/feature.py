"""The page `/partials`: what it declares of itself."""

from playground.partials.examples import EXAMPLES
from playground.partials.questions import LECTURE, one_call
from playground.web.feature import PROVED, Feature
from playground.web.parameters import choices, of_program, panels, place_in, some_of, switches

FEATURE = Feature(
    "partials",
    EXAMPLES,
    (
        *switches("retain_graph", "allow_unused", "materialize_grads"),
        *of_program("outputs", "inputs", reader=some_of),
        *panels("again", "jacobian", "numbers"),
        *choices("row", reader=place_in),
        *PROVED,
    ),
    one_call,
    LECTURE,
    gradients=True,
    scalar_gradients=True,
)
