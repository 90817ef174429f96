"""What the second page offers. It opens with a curve that bends away from its parabola; the tutorial's is one."""

from playground.web.examples import POLYNOMIAL, Example

BENDING = Example("bending", "y = x^3 - 3x", {"x": "0.5"})

EXAMPLES = (
    Example("second", POLYNOMIAL, {"a": "1", "x": "0", "b": "-2", "c": "1"}),
    BENDING,
    Example("level", "y = x^4", {"x": "0"}),
    Example("inflection", "y = x^3 - 3x", {"x": "0"}, more={"curves": "true"}),
    Example("growing", "y = sin(x)*exp(-x^2)", {"x": "0.5"}, more={"order": "4"}),
    Example("line", "y = 3x + 2", {"x": "1"}),
    Example("saddle", "z = x^2 - y^2", {"x": "0", "y": "0"}),
    Example("bowl", "z = x^2 + x*y + y^2", {"x": "0", "y": "0"}, more={"direction": "[1, -1]"}),
    Example("valley", "z = x^2 + y^4", {"x": "0", "y": "0"}, more={"direction": "[0, 1]"}),
    Example("banana", "z = (1 - x)^2 + 100*(y - x^2)^2", {"x": "1", "y": "1"}),
    Example("form", "y = x @ A @ x", {"x": "[1, 2]", "A": "[[1, 2], [3, 4]]"}),
    Example("entries", "y = sum(x^3)", {"x": "[[1, -1], [2, 0]]"}),
)  # fmt: skip
