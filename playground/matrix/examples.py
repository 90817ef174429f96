"""What the matrix page offers; it opens with the first."""

from playground.web.examples import POLYNOMIAL, Example

MATRIX = {"x": "[[0, 0], [1, 2]]", "a": "1", "b": "-2", "c": "1"}

EXAMPLES = (
    Example("matrix", POLYNOMIAL, MATRIX),
    Example("weighted", POLYNOMIAL, MATRIX, gradient={"y": "[[1, 10], [100, 3]]"}),
    Example("one_entry", POLYNOMIAL, MATRIX, gradient={"y": "entry 1, 1"}),
    Example("square", "y = x @ x", {"x": "[[0, 0], [1, 2]]"}, gradient={"y": "entry 0, 0"}),
    Example("layer", "y = x @ w + b",
            {"x": "[[1, 2], [3, 4]]", "w": "[[1, 0, 2], [0, -1, 1]]", "b": "[1, 1, 1]"}),
    Example("row_sums", "y = sum(x^2, dim=1)", {"x": "[[1, 2, 3], [4, 5, 6]]"},
            gradient={"y": "[1, -1]"}),
    Example("softmax", "y = softmax(x)", {"x": "[1, 2, 3]"}, gradient={"y": "entry 2"}),
)  # fmt: skip
