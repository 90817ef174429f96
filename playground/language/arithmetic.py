"""Arithmetic of the plain numbers that a text holds: what comes of it is known before anything runs."""

import math
from collections.abc import Sequence

from playground.language import limits
from playground.language.errors import ProgramError
from playground.language.operations import OPERATIONS, Operation
from playground.language.program import Call, Expression, fold

UNKNOWN = Operation("", "", ())
"""What stands for a function of one's own: no arithmetic."""


def plain(expression: Expression) -> int | float | None:
    """The number that plain arithmetic comes to; None where a variable or a function takes part.

    Raises ProgramError where the arithmetic has no result: it divides by zero, leaves the real numbers or overflows.
    """
    return fold(expression, lambda node: node.value, lambda _: None, plain_call)


def plain_call(node: Call, arguments: Sequence[int | float | None]) -> int | float | None:
    """One operation of plain arithmetic; None where the operation has no such, or an argument is None.

    Raises ProgramError as `plain` does.
    """
    row = OPERATIONS.get(node.operation, UNKNOWN)
    numbers = [number for number in arguments if number is not None]
    if row.name == "power" and arguments[1] is not None and abs(arguments[1]) > limits.MAX_EXPONENT:
        raise ProgramError("exponent", node.column, exponent=f"{arguments[1]:g}", limit=f"{limits.MAX_EXPONENT:g}")
    if row.plain is None or len(numbers) < len(arguments):
        return None
    if row.name == "negate" and math.isinf(numbers[0]):
        return -numbers[0]
    try:
        return finite(row.plain(*numbers))
    except ZeroDivisionError:
        raise ProgramError("zero_division", node.column) from None
    except ValueError:
        raise ProgramError("not_real", node.column) from None
    except OverflowError:
        raise ProgramError("number_too_large", node.column) from None


def finite(value: int | float) -> int | float:
    """A number that a float holds; whole numbers beyond 2^53 become floats. Raises OverflowError for any other."""
    number = value if abs(value) <= 2**53 else float(value)
    if not math.isfinite(number):
        raise OverflowError
    return number
