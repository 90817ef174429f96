"""What the graph page offers; it opens with the first."""

from playground.web.examples import TUTORIAL, TWO_OUTPUTS, TWO_PATHS, Example

EXAMPLES = (
    TWO_PATHS,
    TUTORIAL,
    Example("shared", "u = x^2; y = u*u + u", {"x": "2"}),
    Example("neuron", "h = sigmoid(w*x + b); y = (h - t)^2",
            {"w": "0.5", "x": "2", "b": "-1", "t": "1"}, {"b": True, "x": False}),
    TWO_OUTPUTS,
    Example("broadcast", "y = sum(w*x^2)", {"w": "1", "x": "[[0, 0], [1, 2]]"}),
    Example("matrices", "y = sum(x @ w)", {"x": "[[1, 2], [3, 4]]", "w": "[[1, 0], [0, -1]]"}),
    Example("cut", "y = x*detach(x)", {"x": "3"}),
)  # fmt: skip
