"""What the claims are held against: other ways to the same answers.

They share no code with the playground: a program's tree and a run's tape are read, what an operation means stands here.
"""

import math
import operator
from collections import Counter, deque
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import sympy
import torch
from torch.overrides import TorchFunctionMode

from playground.engine.forward import Run
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


# What every operation means, in words of numpy and sympy alone


@dataclass(frozen=True)
class Kit:
    """Functions of an array's entries, from which all others are made."""

    of: Callable[[str], Callable[..., Any]]
    """The function of a name: `exp`, `log`, `sqrt`, `erf`, circular and hyperbolic ones."""
    step: Callable[..., Any]
    """0 below 0, a half at 0, 1 above."""
    ratio: Callable[[int, int], Any]


def _each(function: Callable[..., Any], kind: type = object) -> Callable[..., Any]:
    """A function of numbers as one of arrays, entry by entry."""
    return np.vectorize(function, otypes=[kind])  # type: ignore[no-any-return]


_INVERSES = {"asin": "arcsin", "acos": "arccos", "atan": "arctan", "asinh": "arcsinh", "acosh": "arccosh",
             "atanh": "arctanh"}  # fmt: skip
_PLAIN = ("exp", "log", "sqrt", "erf", "sin", "cos", "tan", "sinh", "cosh", "tanh", *_INVERSES)
_SYMBOLS = Kit(lambda name: _each(getattr(sympy, name)), _each(sympy.Heaviside), sympy.Rational)
_NUMBERS = Kit(
    lambda name: _each(math.erf, float) if name == "erf" else getattr(np, _INVERSES.get(name, name)),
    lambda u: np.heaviside(u, 0.5),
    operator.truediv,
)


def _meanings(kit: Kit) -> dict[str, Callable[..., Any]]:
    """What each operation makes of arrays."""
    plain = {name: kit.of(name) for name in _PLAIN}
    exp, log, sqrt, erf = (plain[name] for name in ("exp", "log", "sqrt", "erf"))

    def sign(u: Any) -> Any:
        return 2 * kit.step(u) - 1

    def larger(u: Any, v: Any) -> Any:
        return v + (u - v) * kit.step(u - v)

    def sigmoid(u: Any) -> Any:
        return 1 / (1 + exp(-u))

    def total(u: Any, dim: int | None = None, keepdim: bool = False) -> Any:
        return np.sum(u, axis=dim, keepdims=keepdim)

    def inverse_of(name: str) -> Callable[..., Any]:
        return lambda u: 1 / plain[name](u)

    def of_inverse(name: str) -> Callable[..., Any]:
        return lambda u: plain[name](1 / u)

    return {
        **plain,
        **{name: inverse_of(of) for name, of in _ONE_OVER.items()},
        **{name: of_inverse(of) for name, of in _OF_ONE_OVER.items()},
        "add": lambda u, v: u + v,
        "subtract": lambda u, v: u - v,
        "multiply": lambda u, v: u * v,
        "divide": lambda u, v: u / v,
        "negate": lambda u: -u,
        "power": lambda u, v: u**v,
        "reciprocal": lambda u: 1 / u,
        "square": lambda u: u * u,
        "log2": lambda u: log(u) / log(2),
        "log10": lambda u: log(u) / log(10),
        "sign": sign,
        "abs": lambda u: u * sign(u),
        "cbrt": lambda u: sign(u) * (u * sign(u)) ** kit.ratio(1, 3),
        "maximum": larger,
        "minimum": lambda u, v: u + v - larger(u, v),
        "relu": lambda u: u * kit.step(u),
        "leaky_relu": lambda u: larger(u, u / 100),
        "sigmoid": sigmoid,
        "softplus": lambda u: log(1 + exp(u)),
        "silu": lambda u: u * sigmoid(u),
        "gelu": lambda u: u * (1 + erf(u / sqrt(2))) / 2,
        "exp2": lambda u: 2**u,
        "expm1": lambda u: exp(u) - 1,
        "log1p": lambda u: log(1 + u),
        "rsqrt": lambda u: 1 / sqrt(u),
        "hypot": lambda u, v: sqrt(u * u + v * v),
        "erfc": lambda u: 1 - erf(u),
        "deg2rad": lambda u: u * plain["atan"](1) / 45,
        "rad2deg": lambda u: u * 45 / plain["atan"](1),
        "logsigmoid": lambda u: -log(1 + exp(-u)),
        "logaddexp": lambda u, v: log(exp(u) + exp(v)),
        "logaddexp2": lambda u, v: log(2**u + 2**v) / log(2),
        "softsign": lambda u: u / (1 + u * sign(u)),
        "tanhshrink": lambda u: u - plain["tanh"](u),
        "mish": lambda u: u * plain["tanh"](log(1 + exp(u))),
        "xlogy": lambda u, v: u * log(v),
        "entr": lambda u: -u * log(u),
        "ndtr": lambda u: (1 + erf(u / sqrt(2))) / 2,
        "relu6": lambda u: 6 - larger(6 - u * kit.step(u), 0 * u),
        "clamp_min": larger,
        "clamp_max": lambda u, v: u + v - larger(u, v),
        "lerp": lambda u, v, w: u + w * (v - u),
        "addcmul": lambda u, v, w: u + v * w,
        "addcdiv": lambda u, v, w: u + v / w,
        "addmv": lambda u, v, w: u + np.matmul(v, w),
        "addmm": lambda u, v, w: u + np.matmul(v, w),
        "addr": lambda u, v, w: u + np.outer(v, w),
        "matmul": np.matmul,
        "outer": np.outer,
        "inner": np.inner,
        "kron": np.kron,
        "cumsum": lambda u, dim: np.cumsum(u, axis=dim),
        "cumprod": lambda u, dim: np.cumprod(u, axis=dim),
        "fliplr": np.fliplr,
        "flipud": np.flipud,
        "tril": np.tril,
        "triu": np.triu,
        "log_softmax": lambda u, dim: u - log(total(exp(u), dim, True)),
        "softmin": lambda u, dim: exp(-u) / total(exp(-u), dim, True),
        "dot": np.dot,
        "transpose": np.transpose,
        "trace": np.trace,
        "sum": total,
        "mean": lambda u, dim=None, keepdim=False: (
            total(u, dim, keepdim) / (np.size(u) if dim is None else (np.shape(u) or (1,))[dim])
        ),
        "prod": lambda u, dim=None, keepdim=False: np.prod(u, axis=dim, keepdims=keepdim),
        "norm": lambda u, dim=None, keepdim=False: sqrt(total(u * u, dim, keepdim)),
        "logsumexp": lambda u, dim, keepdim=False: log(total(exp(u), dim, keepdim)),
        "softmax": lambda u, dim: exp(u) / total(exp(u), dim, True),
    }


_ONE_OVER = {"sec": "cos", "csc": "sin", "cot": "tan", "sech": "cosh", "csch": "sinh", "coth": "tanh"}
_OF_ONE_OVER = {"asec": "acos", "acsc": "asin", "acot": "atan", "asech": "acosh", "acsch": "asinh", "acoth": "atanh"}
_EXACT, _NUMERIC = _meanings(_SYMBOLS), _meanings(_NUMBERS)
"""By operation: over sympy's expressions, and over float64. sympy's own `abs` and `Max` are derived only where it knows
that something is real, which 1/x is not to it: they are made of steps."""


def entrywise(name: str) -> Callable[..., Any]:
    """What an operation means for each entry, as a function of sympy's expressions."""
    return lambda *arguments: np.asarray(_EXACT[name](*arguments), dtype=object).item()


def known_to_sympy(name: str) -> bool:
    """Whether an operation has an exact meaning here."""
    return name in _EXACT or name == "detach"


# Exact derivatives: the tree evaluated over arrays of sympy expressions


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
    found = Exact({}, symbols, point)
    frozen = _each(lambda entry: sympy.Float(found.at_point(entry), 50))
    known = _evaluated(program, symbols, {**_EXACT, "detach": frozen}, _number)
    found.outputs = {name: known[name] for name in program.outputs}
    return found


def _number(value: float) -> sympy.Expr:
    return sympy.Integer(value) if isinstance(value, int) else sympy.Float(value, 50)


def _evaluated(
    program: Program, inputs: Mapping[str, Any], table: Mapping[str, Callable[..., Any]], constant: Callable[..., Any]
) -> dict[str, Any]:
    """The value of every name of a program, by the meanings of a table; `constant` makes what its numbers are."""
    known = dict(inputs)

    def value(expression: Expression) -> Any:
        match expression:
            case Number(value=number):
                return constant(number)
            case Variable(name=name):
                return known[name]
            case Call(operation=name, arguments=arguments, options=options):
                return table[name](*map(value, arguments), **dict(options))

    for statement in program.statements:
        known[statement.name] = np.asarray(value(statement.expression))
    return known


# Finite differences


@dataclass(frozen=True)
class Slope:
    """A derivative by central differences, and how far the two steps it was made with lie apart."""

    value: float
    doubt: float


def differences(program: Program, values: Mapping[str, Any], name: str, weights: Mapping[str, Any]) -> Iterator[Slope]:
    """The derivative of the weighted outputs by each entry of an input, in float64, row by row."""
    numbers = {key: np.asarray(value, dtype=float) for key, value in values.items()}
    array = numbers[name]

    def total(place: tuple[int, ...], step: float) -> float:
        moved = array.copy()
        moved[place] += step
        with np.errstate(all="ignore"):
            known = _evaluated(program, {**numbers, name: moved}, _NUMERIC, np.float64)
        return sum(float(np.sum(np.asarray(weights[key], dtype=float) * known[key])) for key in weights)

    for place in np.ndindex(array.shape):
        wide, narrow = ((total(place, h) - total(place, -h)) / (2 * h) for h in (2e-5, 1e-5))
        yield Slope(narrow, abs(wide - narrow))


# Corners

_CORNERS: dict[str, Callable[..., torch.Tensor]] = {
    **dict.fromkeys(("abs", "sign", "relu", "leaky_relu", "cbrt", "sqrt", "rsqrt", "softsign", "entr"), lambda u: u),
    **dict.fromkeys(("maximum", "minimum", "clamp_min", "clamp_max"), lambda u, v: u - v),
    "relu6": lambda u: u * (u - 6),
    "hypot": lambda u, v: u * u + v * v,
    "power": lambda u, v: u,
    "xlogy": lambda u, v: v + 0 * u,
    "addcdiv": lambda u, v, w: w,
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
