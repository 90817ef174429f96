"""What the claims are held against: other ways to the same answers, that share no code with the playground."""

from collections import Counter, deque
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np
import sympy
import torch
from sympy.parsing.sympy_parser import parse_expr
from torch.overrides import TorchFunctionMode

from playground.autodiff.forward import Run, forward
from playground.language.operations import OPERATIONS
from playground.language.program import Call, Expression, Number, Program, Variable

# Graphs


def root(output: torch.Tensor) -> Any:
    """The node an output hangs on: its grad_fn, or a leaf's AccumulateGrad, found below a view of it."""
    return output.grad_fn if output.grad_fn is not None else output.view_as(output).grad_fn.next_functions[0][0]


def walk(outputs: Mapping[str, torch.Tensor]) -> tuple[set[Any], Counter[tuple[Any, Any, int]]]:
    """Nodes, and edges with their slots, breadth first through `next_functions`."""
    queue = deque(root(output) for output in outputs.values() if output.requires_grad)
    nodes = set(queue)
    edges: Counter[tuple[Any, Any, int]] = Counter()
    queue = deque(nodes)
    while queue:
        node = queue.popleft()
        for slot, (target, _) in enumerate(node.next_functions):
            if target is None:
                continue
            edges[node, target, slot] += 1
            if target not in nodes:
                nodes.add(target)
                queue.append(target)
    return nodes, edges


def short_name(node: Any) -> str:
    """A node's name without PyTorch's namespace."""
    return str(node.name()).rsplit("::", 1)[-1]


def fingerprints(outputs: Mapping[str, torch.Tensor], leaves: Mapping[str, torch.Tensor]) -> dict[str, Any]:
    """By output a number that two graphs share only if they are the same below it: names, slots, leaves, sharing."""
    numbers: dict[Any, int] = {}
    meanings: dict[Any, int] = {}

    def visit(start: Any) -> int:
        stack = [start]
        while stack:
            node = stack[-1]
            waiting = [target for target, _ in node.next_functions if target is not None and target not in numbers]
            if waiting:
                stack.append(waiting[0])
                continue
            stack.pop()
            if node not in numbers:
                leaf = [name for name, tensor in leaves.items() if getattr(node, "variable", None) is tensor]
                below = tuple(numbers.get(target, -1) for target, _ in node.next_functions)
                # the position in which a node was met tells a shared node from two equal ones
                meanings[len(numbers), short_name(node), tuple(leaf), below] = len(numbers)
                numbers[node] = len(numbers)
        return numbers[start]

    ends = {name: visit(root(output)) for name, output in outputs.items() if output.requires_grad}
    return {"ends": ends, "nodes": tuple(meanings)}


# Values


class Recorder(TorchFunctionMode):
    """Keeps, for each node that a torch function made, the value it was made with."""

    def __init__(self) -> None:
        super().__init__()
        self.values: dict[Any, torch.Tensor] = {}

    def __torch_function__(self, func: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
        result = func(*args, **(kwargs or {}))
        if isinstance(result, torch.Tensor) and result.grad_fn is not None:
            self.values.setdefault(result.grad_fn, result.detach().clone())
        return result


# Exact derivatives: the tree evaluated over arrays of sympy expressions


_RULES: dict[str, Callable[..., Any]] = {
    "matmul": np.matmul,
    "dot": np.dot,
    "sum": lambda u, dim=None, keepdim=False: np.sum(u, axis=dim, keepdims=keepdim),
    "mean": lambda u, dim=None, keepdim=False: (
        np.sum(u, axis=dim, keepdims=keepdim) * sympy.Rational(1, u.size if dim is None else (u.shape or (1,))[dim])
    ),
    "prod": lambda u, dim=None, keepdim=False: np.prod(u, axis=dim, keepdims=keepdim),
    "norm": lambda u: sympy.sqrt(np.sum(u * u)),
    "transpose": np.transpose,
    "trace": np.trace,
    "logsumexp": lambda u, dim, keepdim=False: _each(sympy.log)(
        np.sum(_each(sympy.exp)(u), axis=dim, keepdims=keepdim)
    ),
    "softmax": lambda u, dim: _each(sympy.exp)(u) / np.sum(_each(sympy.exp)(u), axis=dim, keepdims=True),
}
"""Rows whose meaning is not entry by entry."""


_PIECES: dict[str, Callable[..., Any]] = {
    "sign": lambda u: 2 * sympy.Heaviside(u) - 1,
    "abs": lambda u: u * (2 * sympy.Heaviside(u) - 1),
    "maximum": lambda u, v: v + (u - v) * sympy.Heaviside(u - v),
    "minimum": lambda u, v: u + (v - u) * sympy.Heaviside(u - v),
}
"""Rows that sympy derives only of what it knows to be real, which 1/x is not: with steps instead."""


def _each(function: Callable[..., Any]) -> Callable[..., Any]:
    def apply(*arrays: Any) -> Any:
        return np.vectorize(function, otypes=[object])(*arrays)

    return apply


@cache
def entrywise(name: str) -> Callable[..., Any]:
    """What a row means for each entry: sympy's own function, else the formula of the row."""
    row = OPERATIONS[name]
    if row.sympy is not None:
        return getattr(sympy, row.sympy)  # type: ignore[no-any-return]
    assert row.formula is not None, f"{name} has no meaning that sympy knows"
    u, v = sympy.symbols("u v", real=True)
    names = {"u": u, "v": v, "max": _PIECES["maximum"], "abs": _PIECES["abs"], "sign": _PIECES["sign"], "e": sympy.E}
    meaning = parse_expr(row.formula.replace("^", "**"), local_dict=names, evaluate=True)
    return lambda *arguments: meaning.subs(dict(zip((u, v), arguments, strict=False)), simultaneous=True)


def known_to_sympy(name: str) -> bool:
    """Whether a row has an exact meaning here."""
    row = OPERATIONS[name]
    return name in _RULES or name == "detach" or row.sympy is not None or row.formula is not None


@dataclass
class Exact:
    """A program over symbols, and the point its inputs stand at."""

    outputs: dict[str, np.ndarray]
    symbols: dict[str, np.ndarray]
    point: dict[sympy.Symbol, sympy.Expr]

    def at_point(self, expression: Any) -> float:
        """An expression's value at the point, from 40 digits."""
        number = sympy.sympify(expression).xreplace(self.point).doit().evalf(40)
        return float(number) if number.is_real else float("nan")

    def gradient(self, weights: Mapping[str, Any]) -> dict[str, np.ndarray]:
        """By input: the derivatives of the outputs' entries, each times its weight, summed."""
        total = sum((np.sum(np.asarray(weights[name]) * self.outputs[name]) for name in weights), sympy.Integer(0))
        return {
            name: _each(lambda s: self.at_point(sympy.diff(total, s)))(array) for name, array in self.symbols.items()
        }


def exact(program: Program, values: Mapping[str, Any]) -> Exact:
    """Evaluate the tree of a program over sympy's symbols; nothing is ever read from a text that was typed."""
    symbols: dict[str, np.ndarray] = {}
    point: dict[sympy.Symbol, sympy.Expr] = {}
    for name in program.inputs:
        array = np.empty(np.shape(values[name]), dtype=object)
        for place, entry in np.ndenumerate(np.asarray(values[name], dtype=float)):
            array[place] = sympy.Symbol(f"{name}{list(place)}", real=True)
            point[array[place]] = sympy.Float(float(entry), 50)
        symbols[name] = array
    known: dict[str, Any] = dict(symbols)
    found = Exact({}, symbols, point)
    for statement in program.statements:
        known[statement.name] = _evaluate(statement.expression, known, found)
    found.outputs = {name: known[name] for name in program.outputs}
    return found


def _evaluate(expression: Expression, known: Mapping[str, Any], around: Exact) -> Any:
    match expression:
        case Number(value=value):
            return np.array(sympy.Integer(value) if isinstance(value, int) else sympy.Float(value, 50), dtype=object)
        case Variable(name=name):
            return known[name]
        case Call(operation="detach", arguments=(inside,)):
            value = _evaluate(inside, known, around)
            return _each(lambda entry: sympy.Float(around.at_point(entry), 50))(value)
        case Call(operation=name, arguments=arguments, options=options):
            function = _RULES.get(name) or _each(_PIECES.get(name) or entrywise(name))
            result = function(*(_evaluate(argument, known, around) for argument in arguments), **dict(options))
            return np.asarray(result, dtype=object)


# Finite differences


@dataclass(frozen=True)
class Slope:
    """A derivative by central differences, and how far the two steps it was made with lie apart."""

    value: float
    doubt: float


def differences(program: Program, values: Mapping[str, Any], name: str, weights: Mapping[str, Any]) -> Iterator[Slope]:
    """The derivative of the weighted outputs by each entry of an input, in float64, row by row."""
    array = np.asarray(values[name], dtype=float)

    def total(place: tuple[int, ...], step: float) -> float:
        moved = array.copy()
        moved[place] += step
        outputs = forward(program, {**values, name: moved.tolist()}, (), torch.float64).outputs
        return sum(float((torch.as_tensor(weights[key], dtype=torch.float64) * outputs[key]).sum()) for key in weights)

    for place in np.ndindex(array.shape):
        wide, narrow = ((total(place, h) - total(place, -h)) / (2 * h) for h in (2e-5, 1e-5))
        yield Slope(narrow, abs(wide - narrow))


# Corners

_CORNERS: dict[str, Callable[..., torch.Tensor]] = {
    **dict.fromkeys(("abs", "sign", "relu", "leaky_relu", "cbrt", "sqrt"), lambda u: u),
    **dict.fromkeys(("maximum", "minimum"), lambda u, v: u - v),
}


def far_from_corners(run: Run, least: float = 1e-2) -> bool:
    """Whether no operation stands where its derivative jumps or has none, and all numbers are moderate."""
    for line in run.tape:
        value = torch.as_tensor(line.value, dtype=torch.float64).detach()
        if not bool(torch.isfinite(value).all()) or float(value.abs().max()) > 1e4:
            return False
        if isinstance(line.ran, Call) and line.ran.operation in _CORNERS:
            arguments = [torch.as_tensor(run.tape[a].value, dtype=torch.float64).detach() for a in line.arguments]
            if float(_CORNERS[line.ran.operation](*arguments).abs().min()) < least:
                return False
    return True
