"""What the exact reader of a function's shape says where there is nothing that it could say."""

from playground.descent.critical_points import answer
from playground.descent.shape import Line
from playground.language.parse import parse


def test_nothing_is_said_of_a_function_whose_expression_is_too_large() -> None:
    program = parse("y = " + "cbrt(" * 22 + "x" + ")" * 22)
    line = Line(program, {"x": 2.0}, "y", None, {("x", ()): 1.0}, degree=20)
    assert list(answer(line)) == []
