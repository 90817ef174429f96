"""The tables of operations, walked: what each row says is what PyTorch does."""

import math

import pytest
import sympy
import torch

from playground.engine.forward import forward
from playground.engine.graph import local_derivatives, read_graph
from playground.language.notation import formula
from playground.language.operations import CONSTANTS, NAMES, OPERATIONS, OPERATORS, Operation
from playground.language.program import Call, Expression, Number, Program, Statement, Variable, fold
from tests.oracles import entrywise, known_to_sympy
from tests.programs import torch_function, uses

POINTS = (0.37, -1.21, 1.43, 0.82, -0.55, 2.31, -0.13, 1.07, 3.4, 0.051)
SEVERAL_NODES = ("softsign", "tanhshrink", "ndtr")
"""One operation of the language, several nodes of PyTorch's."""
ENTRY_BY_ENTRY = [row for row in OPERATIONS.values() if row.local]
COMPOSITES = [row for row in OPERATIONS.values() if row.composite]
WITH_FORMULA = [row for row in OPERATIONS.values() if row.formula and not row.composite and row.name not in ("T", "mT")]

TORCH = {name: torch_function(row) for name, row in OPERATIONS.items() if not row.composite}
PYTHON = {"add", "subtract", "multiply", "divide", "negate", "power"}


LETTERS = "uvw"


def named(row: Operation, point: tuple[float, ...]) -> dict[str, float]:
    """What the formulas of a row name: its arguments by letters, and the options that they use."""
    return dict(zip(LETTERS, point, strict=False)) | dict(row.usual)


def value(expression: Expression, **names: float) -> torch.Tensor:
    """A formula of the tables, evaluated by torch's functions in float64."""
    variables = {name: torch.tensor(number, dtype=torch.float64) for name, number in names.items()}

    def call(node: Call, parts: tuple[torch.Tensor, ...]) -> torch.Tensor:
        row = OPERATIONS[node.operation]
        return value_of(row, parts) if row.composite else TORCH[node.operation](*parts)

    def value_of(row: Operation, parts: tuple[torch.Tensor, ...]) -> torch.Tensor:
        return value(formula(row.formula or ""), **named(row, tuple(map(float, parts))))

    return fold(
        expression, lambda n: torch.tensor(float(n.value), dtype=torch.float64), lambda n: variables[n.name], call
    )


def points(row: Operation) -> list[tuple[float, ...]]:
    """Arguments of a row, as many as it takes."""
    shifted = (POINTS, POINTS[3:] + POINTS[:3], POINTS[5:] + POINTS[:5])
    return [point[: len(row.operands)] for point in zip(*shifted, strict=True)]


def close(first: float, second: float) -> bool:
    return math.isclose(first, second, rel_tol=1e-9, abs_tol=1e-11) or (math.isnan(first) and math.isnan(second))


@pytest.mark.parametrize("row", ENTRY_BY_ENTRY, ids=lambda row: row.name)
def test_the_local_derivative_of_a_row_is_what_its_recorded_node_gives_and_what_sympy_gives(row: Operation) -> None:
    compared = 0
    for point in points(row):
        names = dict(zip(LETTERS, point, strict=False))
        tree = Call(row.name, tuple(Variable(name) for name in names), row.defaults)
        leaves = {name: torch.tensor(number, dtype=torch.float64, requires_grad=True) for name, number in names.items()}
        output = TORCH[row.name](*leaves.values())
        if not math.isfinite(output.item()):
            continue
        recorded = torch.autograd.grad(output, list(leaves.values()), allow_unused=True, materialize_grads=True)
        symbols = sympy.symbols("u v w", real=True)[: row.arity]
        meaning = entrywise(row.name)(*symbols) if known_to_sympy(row.name) else None
        for place, (gradient, local) in enumerate(zip(recorded, row.local, strict=True)):
            written = value(formula(local), **named(row, point)).item()
            assert close(written, gradient.item()), (tree, point, place)
            compared += 1
            if meaning is None:
                continue
            exact = sympy.diff(meaning, symbols[place]).doit()
            number = exact.subs(dict(zip(symbols, point, strict=True))).evalf(30)
            assert close(written, float(number)), (tree, point, place, exact)
    assert compared >= 2 * row.arity


@pytest.mark.parametrize("row", ENTRY_BY_ENTRY, ids=lambda row: row.name)
def test_local_derivatives_asks_the_node_itself(row: Operation) -> None:
    """What the node passes on for 1, and the row's formula at the same point."""
    names = ("x", "y", "z")[: len(row.local)]
    program = Program((Statement("r", Call(row.name, tuple(map(Variable, names)), row.defaults)),), names, ("r",))
    compared = 0
    for point in points(row):
        run = forward(program, dict(zip(names, point, strict=True)), names, torch.float64)
        if not bool(torch.isfinite(run.outputs["r"])) or row.local == ("0",):
            continue
        edges, found = read_graph(run).edges, local_derivatives(run)
        assert len(edges) == len(found)
        if len(edges) != len(row.local):
            continue  # one operation of the language, several nodes of PyTorch's
        for local, match in zip(row.local, found, strict=True):
            assert match is not None
            assert close(match.item(), value(formula(local), **named(row, point)).item())
            compared += 1
    assert compared or row.local == ("0",) or row.name in SEVERAL_NODES


@pytest.mark.parametrize("row", WITH_FORMULA, ids=lambda row: row.name)
def test_the_formula_of_a_row_is_its_torch_function(row: Operation) -> None:
    for point in points(row):
        ran = TORCH[row.name](*(torch.tensor(number, dtype=torch.float64) for number in point)).item()
        meant = value(formula(row.formula or ""), **named(row, point)).item()
        assert close(meant, ran) or not math.isfinite(ran), point


MEANINGS = {
    "square": lambda x: x**2, "cbrt": lambda x: math.copysign(abs(x) ** (1 / 3), x), "sec": lambda x: 1 / math.cos(x),
    "csc": lambda x: 1 / math.sin(x), "cot": lambda x: math.cos(x) / math.sin(x), "asec": lambda x: math.acos(1 / x),
    "acsc": lambda x: math.asin(1 / x), "acot": lambda x: math.atan(1 / x), "sech": lambda x: 1 / math.cosh(x),
    "csch": lambda x: 1 / math.sinh(x), "coth": lambda x: 1 / math.tanh(x), "asech": lambda x: math.acosh(1 / x),
    "acsch": lambda x: math.asinh(1 / x), "acoth": lambda x: math.atanh(1 / x),
}  # fmt: skip


@pytest.mark.parametrize("row", COMPOSITES, ids=lambda row: row.name)
def test_a_function_that_pytorch_lacks_means_what_mathematics_says(row: Operation) -> None:
    compared = 0
    for point in POINTS:
        try:
            meant = MEANINGS[row.name](point)
        except ValueError:
            continue
        assert close(value(formula(row.formula or ""), u=point).item(), meant), point
        compared += 1
    assert compared >= 2


def test_every_row_with_an_exact_meaning_can_be_used() -> None:
    used = {name for ways in uses().values() for name in ways}
    assert used == {name for name in OPERATIONS if known_to_sympy(name)}


def test_every_row_says_all_that_the_other_rooms_need() -> None:
    for row in OPERATIONS.values():
        assert len(row.local or row.rule) in (0, row.arity, len(row.operands)), row.name
        assert all(option in row.options for option, _ in row.defaults)
        assert all(place < row.arity for place in row.attributes)
        assert row.composite == (row.name in MEANINGS)


def test_names_are_unambiguous_and_operators_are_rows() -> None:
    typed = [row for row in OPERATIONS.values() if row.typed]
    assert len(NAMES) == sum(1 + len(row.aliases) for row in typed)
    assert set(NAMES.values()) == {row.name for row in typed}
    assert set(OPERATORS.values()) <= set(OPERATIONS)
    assert not set(CONSTANTS) & set(NAMES)
    assert (CONSTANTS["pi"], CONSTANTS["e"]) == (math.pi, math.e)


def test_plain_arithmetic_is_python_arithmetic() -> None:
    for row in OPERATIONS.values():
        if row.name in PYTHON:
            assert row.plain is not None
            numbers = (7, 3)[: row.arity]
            assert row.plain(*numbers) == TORCH[row.name](*numbers)
    assert repr(Number(2)) != repr(Number(2.0))
