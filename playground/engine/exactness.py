"""Which operations come out the same, to the last bit, whether many numbers are computed at once or one.

PyTorch's kernels for one number and for many round differently where a function is approximated (`exp`, `sin`); what
IEEE 754 rounds correctly is the same in both.
"""

from playground.language.program import Call, Number

EXACT_OPERATIONS = frozenset(
    {"add", "subtract", "multiply", "divide", "negate", "abs", "relu", "maximum", "minimum", "sqrt"}
)
EXACT_POWERS = (1, 2, 3)
"""The powers that PyTorch multiplies out."""


def is_same_at_once(node: Call) -> bool:
    """Whether an operation on numbers, and its derivative, comes out the same where it is done to many at once."""
    if node.operation != "power":
        return node.operation in EXACT_OPERATIONS
    return isinstance(node.arguments[1], Number) and node.arguments[1].value in EXACT_POWERS
