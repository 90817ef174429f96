"""What the partials page offers; it opens with the first."""

from playground.web.examples import PRODUCT_AND_SUM, TWO_OUTPUTS, Example

EXAMPLES = (
    TWO_OUTPUTS,
    Example("difference", PRODUCT_AND_SUM, {"x1": "1", "x2": "2"}, gradient={"y2": "-1"}),
    Example("call_again", PRODUCT_AND_SUM, {"x1": "1", "x2": "2"}, more={"outputs": "y1", "again": "true"}),
    Example("meet_early", "u = x^2; y1 = 3u; y2 = u*u", {"x": "2"}),
    Example("no_path", "y1 = x1*x2; y2 = x3^2", {"x1": "1", "x2": "2", "x3": "3"}, more={"outputs": "y1"}),
    Example("polar", "x = u*cos(v); y = u*sin(v)", {"u": "2", "v": "0.5"}),
    Example("vectors", "y1 = A @ x; y2 = sum(x^2)", {"A": "[[1, 2], [3, 4]]", "x": "[1, 2]"},
            more={"jacobian": "true"}),
)  # fmt: skip
