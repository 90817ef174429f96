"""What an output comes to for who misreads the formula: each misreading is a program of its own, run by PyTorch."""

from collections.abc import Callable
from dataclasses import replace

import torch

from playground.engine.case import Case
from playground.engine.forward import Values, forward
from playground.language.errors import EvaluationError
from playground.language.operations import OPERATIONS
from playground.language.program import Call, Expression, Program, Statement, fold

Reading = Callable[[Call], Expression]

Wrong = dict[str, torch.Tensor]
"""By misconception the value that it gives."""


def misread(case: Case, output: str) -> dict[str, torch.Tensor]:
    """By misreading the value of an output; a misreading that cannot be run is left out."""
    program, values, dtype = case.program, case.inputs, case.dtype
    readings = {name: _everywhere(program, reading) for name, reading in READINGS.items()}
    readings["term_forgotten"] = _at_the_end(program, output)
    heights = {name: _value(misreading, values, output, dtype) for name, misreading in readings.items()}
    positive = {name: torch.as_tensor(value, dtype=dtype).abs() for name, value in values.items()}
    heights["minus_lost"] = _value(program, positive, output, dtype)
    return {name: value for name, value in heights.items() if value is not None}


def _value(program: Program, values: Values, output: str, dtype: torch.dtype) -> torch.Tensor | None:
    try:
        return forward(program, values, (), dtype).outputs[output]
    except EvaluationError:
        return None  # shapes that fit as typed need not fit as misread


def _everywhere(program: Program, reading: Reading) -> Program:
    """The program with every operation read so that takes something."""

    def call(node: Call, arguments: tuple[Expression, ...]) -> Expression:
        return reading(replace(node, arguments=arguments)) if arguments else node

    return _each_expression(program, lambda statement: fold(statement.expression, _same, _same, call))


def _each_expression(program: Program, change: Callable[[Statement], Expression]) -> Program:
    """The program with another expression in each of its statements."""
    changed = (replace(statement, expression=change(statement)) for statement in program.statements)
    return replace(program, statements=tuple(changed))


def _same(node: Expression) -> Expression:
    return node


def _at_the_end(program: Program, output: str) -> Program:
    """The program with the last term of an output left out."""
    return _each_expression(program, lambda s: _first_term(s.expression) if s.name == output else s.expression)


def _first_term(node: Expression) -> Expression:
    return node.arguments[0] if isinstance(node, Call) and node.operation in ("add", "subtract") else node


# How an operation is misread


def _last(outer: tuple[str, ...], inner: str) -> Reading:
    """An operation done after what stands before it: `a*x^2` as `(a*x)^2`, `a + b*x` as `(a + b)*x`."""

    def reading(node: Call) -> Expression:
        last = node.arguments[-1]
        if node.operation not in outer or not isinstance(last, Call) or last.operation != inner:
            return node
        first, second = last.arguments
        return replace(last, arguments=(replace(node, arguments=(*node.arguments[:-1], first)), second))

    return reading


def _named(operation: str, replacement: str) -> Reading:
    """An operation taken for another one with as many arguments."""
    return lambda node: replace(node, operation=replacement) if node.operation == operation else node


def _left_out(node: Call) -> Expression:
    """`sin(u)` as `u`."""
    row = OPERATIONS[node.operation]
    return node.arguments[0] if row.arity == 1 and row.local and node.operation != "negate" else node


READINGS: dict[str, Reading] = {
    "power_last": _last(("multiply", "negate"), "power"),
    "power_as_product": _named("power", "multiply"),
    "product_last": _last(("add", "subtract"), "multiply"),
    "entries_multiplied": _named("matmul", "multiply"),
    "mean_as_sum": _named("mean", "sum"),
    "subtracted_added": _named("subtract", "add"),
    "function_left_out": _left_out,
    "multiplied_added": _named("multiply", "add"),
}


def usual(right: torch.Tensor) -> Wrong:
    """Mistakes that can be made with any number."""
    zero, ones = torch.zeros_like(right), torch.ones_like(right)
    return {"sign": -right, "zero": zero, "twice": 2 * right, "one": ones}
