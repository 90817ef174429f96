"""What the descent page offers; it opens with the first."""

from playground.web.examples import POLYNOMIAL, Example

QUARTIC = "y = x^4 - 3x^2 + x"

EXAMPLES = (
    Example("descent", POLYNOMIAL, {"a": "1", "x": "0", "b": "-2", "c": "1"}),
    Example("near_valley", QUARTIC, {"x": "2"}, more={"lr": "0.03", "steps": "60"}),
    Example("other_valley", QUARTIC, {"x": "2"}, more={"lr": "0.1", "steps": "60"}),
    Example("diverging", QUARTIC, {"x": "2"}, more={"lr": "0.2", "steps": "60"}),
    Example("swing", POLYNOMIAL, {"a": "1", "x": "0", "b": "-2", "c": "1"},
            more={"lr": "1", "steps": "60"}),
    Example("long_valley", "z = x^2 + 20*y^2", {"x": "3", "y": "1"}, more={"lr": "0.045", "steps": "100"}),
    Example("rosenbrock", "z = (1 - x)^2 + 100*(y - x^2)^2", {"x": "-1", "y": "1.5"},
            more={"optimizer": "Adam", "lr": "0.2"}),
    Example("beale", "z = (1.5 - x + x*y)^2 + (2.25 - x + x*y^2)^2 + (2.625 - x + x*y^3)^2",
            {"x": "1", "y": "1"}, more={"optimizer": "Momentum"}),
    Example("himmelblau", "z = (x^2 + y - 11)^2 + (x + y^2 - 7)^2", {"x": "0", "y": "0"},
            more={"steps": "100"}),
    Example("off_a_saddle", "z = x^2 - y^2 + y^4/8", {"x": "2", "y": "0.001"},
            more={"lr": "0.05", "steps": "300"}),
    Example("plateau", "y = 1 - exp(-x^2/2)", {"x": "3.5"}, more={"lr": "0.5"}),
    Example("never_there", "y = exp(x)", {"x": "1"}, more={"lr": "0.1"}),
    Example("jittering", POLYNOMIAL, {"a": "1", "x": "0", "b": "-2", "c": "1"},
            more={"lr": "0.05", "noise": "2", "steps": "300"}),
)  # fmt: skip
