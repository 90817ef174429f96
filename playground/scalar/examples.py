"""What the scalar page offers; it opens with the first."""

from playground.web.examples import TUTORIAL, Example

EXAMPLES = (
    TUTORIAL,
    Example("quartic", "y = x^4 - 3x^2 + x", {"x": "2"}),
    Example("wave", "y = sin(x)*exp(-x^2/8)", {"x": "1"}),
    Example("pole", "y = 1/x", {"x": "0.5"}),
    Example("corner", "y = relu(x) - relu(-x)", {"x": "0"}),
    Example("root", "y = sqrt(x^2)", {"x": "0"}),
    Example("two_inputs", "z = x^2 + x*y", {"x": "1", "y": "2"}),
)  # fmt: skip
