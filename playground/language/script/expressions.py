"""The expressions of a script -> what they stand for: plain arithmetic is worked out, all else stays as written."""

import ast
import operator
from collections.abc import Callable
from typing import Any

from playground.language.operations import CONSTANTS, plain_power
from playground.language.script.calls import call
from playground.language.script.state import (
    DETACHED,
    MAX_ITEMS,
    State,
    applied,
    iterated,
    leaf_of,
    listed,
    number,
    results_of,
    slope_in,
    static,
    tensor_node,
)
from playground.language.script.values import (
    Along,
    Function,
    Instance,
    Items,
    Leaf,
    Linear,
    Method,
    Noise,
    Nothing,
    NotRead,
    Number,
    Path,
    Rows,
    Sequential,
    Slope,
    Span,
    Static,
    Table,
    Tensor,
    Text,
    Update,
)

BUILTINS = frozenset(
    ("abs", "enumerate", "float", "int", "len", "list", "max", "min", "pow", "print", "range", "reversed", "round",
     "str", "sum", "super", "tuple", "zip")
)  # fmt: skip
"""Python's own functions that are read."""


def value(state: State, node: ast.expr) -> Any:
    """What an expression stands for. Raises NotRead where it is none that is read."""
    handler = _HANDLERS.get(type(node))
    if handler is None:
        raise NotRead("expression", written=_shown(node))
    return handler(state, node)


def _shown(node: ast.expr) -> str:
    text = ast.unparse(node)
    return text if len(text) <= 40 else text[:39] + "…"


def _constant(state: State, node: ast.Constant) -> Any:
    match node.value:
        case None:
            return Nothing()
        case bool() | float() | int():
            return number(node.value)
        case str():
            return Text(node.value)
    raise NotRead("expression", written=_shown(node))


def _name(state: State, node: ast.Name) -> Any:
    try:
        return state.named(node.id)
    except NotRead as problem:
        if problem.key == "undefined" and node.id in BUILTINS:
            return Path(f"builtins.{node.id}")
        raise


def _items(state: State, node: ast.List | ast.Tuple) -> Items:
    items: list[Any] = []
    for part in node.elts:
        if isinstance(part, ast.Starred):
            items += listed(state, state.value(part.value))
        else:
            items.append(state.value(part))
    if len(items) > MAX_ITEMS:
        raise NotRead("too_many_items", limit=MAX_ITEMS)
    return Items(tuple(items))


def _comprehension(state: State, node: ast.ListComp | ast.GeneratorExp) -> Any:
    """A list that is made item by item; of gradients of entries that are not written out, something of gradients."""
    try:
        return _listed(state, node)
    except NotRead:
        if not any(getattr(part, "attr", "") == "grad" for part in ast.walk(node.elt)):
            raise
    state.happened(Rows(state.line))
    return Slope(None, None, None)


def _listed(state: State, node: ast.ListComp | ast.GeneratorExp) -> Items:
    items: list[Any] = []
    outer = state.scopes
    state.scopes = (*outer, {})
    try:
        with state.unrolling():
            _generate(state, node, 0, items)
    finally:
        state.scopes = outer
    return Items(tuple(items))


def _generate(state: State, node: ast.ListComp | ast.GeneratorExp, depth: int, items: list[Any]) -> None:
    if depth == len(node.generators):
        items.append(state.value(node.elt))
        return
    generator = node.generators[depth]
    for item in iterated(state, state.value(generator.iter)):
        state.count()
        bind(state, generator.target, item)
        if all(static(state.value(test)) for test in generator.ifs):
            _generate(state, node, depth + 1, items)


def bind(state: State, target: ast.expr, item: Any) -> None:
    """Give the names of a target to a value as it is, without making a statement of it."""
    if isinstance(target, ast.Name):
        state.scopes[-1][target.id] = item
    elif isinstance(target, (ast.Tuple, ast.List)):
        parts = listed(state, item)
        if len(parts) != len(target.elts):
            raise NotRead("unpacked", names=len(target.elts), values=len(parts))
        for part, part_value in zip(target.elts, parts, strict=True):
            bind(state, part, part_value)
    else:
        raise NotRead("target", written=_shown(target))


def _attribute(state: State, node: ast.Attribute) -> Any:
    """What stands behind a dot."""
    owner, name = state.value(node.value), node.attr
    match owner, name:
        case Linear(weight, bias), "weight" | "bias":
            return weight if name == "weight" else bias or Nothing()
        case Instance(_, attributes), _ if name in attributes:
            return attributes[name]
        case Path("torch" | "math" | "numpy"), _ if name in CONSTANTS:
            return Number(CONSTANTS[name], ast.Name(name, ast.Load()))
        case Path(module), _:
            return Path(f"{module}.{name}")
        case Slope(), "grad" | "data" | "T":
            return owner
        case ((Leaf() | Tensor()), _):
            return _of_tensor(state, owner, name)
    return Method(owner, name)


def _of_tensor(state: State, owner: Leaf | Tensor, name: str) -> Any:
    """What stands behind the dot of a tensor."""
    leaf = leaf_of(owner)
    match owner, name:
        case _, "grad":
            if leaf is None:
                raise NotRead("grad_of_no_leaf")
            return Slope(leaf=leaf)
        case _, "data":
            return Tensor(applied(DETACHED, state.node(owner)), leaf)
        case _, "shape":
            return Items(tuple(map(number, state.shape(owner))))
        case _, "ndim":
            return number(len(state.shape(owner)))
        case _, "requires_grad" | "grad_fn" | "is_leaf" | "device":
            return Text(name)
        case _, "dtype":
            return Path(f"torch.{leaf.dtype if leaf else 'float32'}")
        case Tensor(ast.Call() as several), _ if name in results_of(several):
            return Tensor(ast.Attribute(several, name, ast.Load()))
        case _, "T" | "mT":
            return Tensor(ast.Attribute(state.node(owner), name, ast.Load()))
    return Method(owner, name)


def _subscript(state: State, node: ast.Subscript) -> Any:
    owner = state.value(node.value)
    owner = Items(owner.layers) if isinstance(owner, Sequential) else owner
    if isinstance(owner, (Items, Span)):
        return _picked(state, owner, node.slice)
    if isinstance(owner, Table):
        key = static(state.value(node.slice))
        if not isinstance(key, (str, int)) or key not in owner.items:
            raise NotRead("no_key", name=str(key))
        return owner.items[key]
    if isinstance(owner, Slope):
        return Slope(owner.call, None, None)
    if isinstance(owner, (Leaf, Tensor)):
        return Tensor(ast.Subscript(state.node(owner), _index(state, node.slice), ast.Load()))
    raise NotRead("expression", written=_shown(node))


def _picked(state: State, owner: Items | Span, index: ast.expr) -> Any:
    items = owner.items if isinstance(owner, Items) else owner.numbers
    if isinstance(index, ast.Slice):
        ends = (index.lower, index.upper, index.step)
        place: Any = slice(*(None if part is None else static(state.value(part)) for part in ends))
    else:
        place = static(state.value(index))
    try:
        item = items[place]
    except IndexError:
        raise NotRead("index", index=place, length=len(items)) from None
    except TypeError:
        raise NotRead("expression", written=_shown(index)) from None
    if isinstance(item, int):
        return number(item)
    return Items(item) if isinstance(item, tuple) else Span(item) if isinstance(item, range) else item


def _index(state: State, node: ast.expr) -> ast.expr:
    """An index of a tensor, its names put in."""
    match node:
        case ast.Slice(lower, upper, step):
            return ast.Slice(*(None if part is None else _index(state, part) for part in (lower, upper, step)))
        case ast.Tuple(parts):
            return ast.Tuple([_index(state, part) for part in parts], ast.Load())
        case ast.Constant(value=value) if value is None or value is ...:
            return node
    value = state.value(node)
    leaf = leaf_of(value)
    if leaf is not None and leaf.dtype.startswith("int") and isinstance(leaf.value, list):
        return tensor_node(leaf.value)  # an input holds floats, and those are no indices
    return state.node(value)


# Signs


_BINARY: dict[type[ast.operator], Callable[[Any, Any], Any]] = {
    ast.Add: operator.add, ast.Sub: operator.sub, ast.Mult: operator.mul, ast.Div: operator.truediv,
    ast.FloorDiv: operator.floordiv, ast.Mod: operator.mod, ast.Pow: plain_power,
}  # fmt: skip
_COMPARED: dict[type[ast.cmpop], Callable[[Any, Any], bool]] = {
    ast.Lt: operator.lt, ast.LtE: operator.le, ast.Gt: operator.gt, ast.GtE: operator.ge, ast.Eq: operator.eq,
    ast.NotEq: operator.ne, ast.Is: operator.eq, ast.IsNot: operator.ne,
    ast.In: lambda item, items: item in items, ast.NotIn: lambda item, items: item not in items,
}  # fmt: skip


def combined(state: State, op: ast.operator, left: Any, right: Any) -> Any:
    """What two values and a sign between them come to."""
    match left, right:
        case Items(ones), Items(others) if isinstance(op, ast.Add):
            return _bounded(len(ones) + len(others), lambda: (*ones, *others))
        case Items(ones), Number(value=int() as times) if isinstance(op, ast.Mult):
            return _bounded(len(ones) * times, lambda: ones * times)
        case (Text(), _) | (_, Text()):
            return Text()
        case Number(), Number():
            node = ast.BinOp(left.node, op, right.node)
            return Number(_worked_out(op, left.value, right.value), node)
        case (Noise(), _) | (_, Noise()):
            return _disturbed(op, left, right)
    if slope_in(left) or slope_in(right):
        return _with_slope(state, op, left, right)
    return Tensor(ast.BinOp(state.node(left), op, state.node(right)))


def _bounded(length: int, make: Callable[[], tuple[Any, ...]]) -> Items:
    """A list that is made only where it is not too long. Raises NotRead otherwise."""
    if length > MAX_ITEMS:
        raise NotRead("too_many_items", limit=MAX_ITEMS)
    return Items(make())


def _worked_out(op: ast.operator, left: Static | None, right: Static | None) -> Static | None:
    """Plain arithmetic; None where it has no result that is worked on with."""
    if left is None or right is None or type(op) not in _BINARY:
        return None
    try:
        result = _BINARY[type(op)](left, right)
    except (ArithmeticError, ValueError):
        return None
    return result if isinstance(result, float) or abs(result) <= 2**53 else None


def _disturbed(op: ast.operator, left: Any, right: Any) -> Noise:
    """Random numbers times a factor, or added to a derivative."""
    match op, left, right:
        case ast.Mult(), Noise(seed, scale), Number(value=float() | int() as factor):
            return Noise(seed, scale * factor)
        case ast.Mult(), Number(value=float() | int() as factor), Noise(seed, scale):
            return Noise(seed, scale * factor)
        case (ast.Add(), Slope(), Noise() as noise) | (ast.Add(), Noise() as noise, Slope()):
            return noise
    raise NotRead("random_inside")


def _with_slope(state: State, op: ast.operator, left: Any, right: Any) -> Any:
    """A derivative with something else: times a factor, taken from the input it belongs to, or more."""
    match op, left, right:
        case (ast.Mult(), Slope() as slope, Number(value=float() | int() as factor)) | (
            ast.Mult(), Number(value=float() | int() as factor), Slope() as slope,
        ):  # fmt: skip
            return _scaled(slope, factor)
        case ast.Div(), Slope() as slope, Number(value=float() | int() as factor) if factor:
            return _scaled(slope, 1 / factor)
        case ast.Sub() | ast.Add(), Leaf() | Tensor(), Slope(leaf=Leaf() as by, scale=float() as rate):
            if leaf_of(left) is by:
                return Update(by, right, rate if isinstance(op, ast.Sub) else -rate)
        case ast.MatMult(), _, _ if direction := leaf_of(left) or leaf_of(right):
            state.happened(Along(state.line, direction))
    operand_slope = slope_in(left) or slope_in(right)
    return Slope(operand_slope.call if operand_slope else None, None, None)


def _scaled(slope: Slope, factor: float) -> Slope:
    return Slope(slope.call, slope.leaf, None if slope.scale is None else float(slope.scale * factor))


def _unary(state: State, node: ast.UnaryOp) -> Any:
    operand = state.value(node.operand)
    match node.op, operand:
        case ast.USub() | ast.UAdd(), Number(known, written):
            sign = -1 if isinstance(node.op, ast.USub) else 1
            return Number(None if known is None else sign * known, ast.UnaryOp(node.op, written))
        case ast.Not(), _:
            return number(not static(operand))
        case ast.USub(), Slope():
            return _scaled(operand, -1.0)
        case ast.USub(), _ if slope_in(operand):
            return Slope(slope_in(operand).call, None, None)  # type: ignore[union-attr]
    return Tensor(ast.UnaryOp(node.op, state.node(operand)))


def _compare(state: State, node: ast.Compare) -> Any:
    sides = [state.value(side) for side in (node.left, *node.comparators)]
    if any(isinstance(side, Nothing) for side in sides):
        sides = [side if isinstance(side, Nothing) else Text("something") for side in sides]
    if any(isinstance(side, (Tensor, Leaf)) for side in sides):
        first, *rest = map(state.node, sides)
        return Tensor(ast.Compare(first, node.ops, rest))
    known = [static(side) for side in sides]
    try:
        return number(all(_COMPARED[type(op)](known[at], known[at + 1]) for at, op in enumerate(node.ops)))
    except TypeError:
        raise NotRead("expression", written=_shown(node)) from None


def _either(state: State, node: ast.BoolOp) -> Any:
    last: Any = Nothing()
    for part in node.values:
        last = state.value(part)
        if bool(static(last)) is isinstance(node.op, ast.Or):
            return last
    return last


def _choice(state: State, node: ast.IfExp) -> Any:
    test = state.value(node.test)
    if isinstance(test, (Tensor, Leaf)):
        parts = [state.node(part) for part in (test, state.value(node.body), state.value(node.orelse))]
        return Tensor(ast.IfExp(*parts))
    return state.value(node.body if static(test) else node.orelse)


def _walrus(state: State, node: ast.NamedExpr) -> Any:
    state.assign(node.target.id, state.value(node.value))
    return state.named(node.target.id)


def _table(state: State, node: ast.Dict) -> Table:
    keys = ["" if key is None else static(state.value(key)) for key in node.keys]
    if not all(isinstance(key, (str, int)) and key != "" for key in keys):
        raise NotRead("expression", written=_shown(node))
    return Table({key: state.value(value) for key, value in zip(keys, node.values, strict=True)})


_HANDLERS: dict[type[ast.expr], Callable[[State, Any], Any]] = {
    ast.Constant: _constant, ast.Name: _name, ast.List: _items, ast.Tuple: _items, ast.ListComp: _comprehension,
    ast.GeneratorExp: _comprehension, ast.Attribute: _attribute, ast.Subscript: _subscript,
    ast.BinOp: lambda state, node: combined(state, node.op, state.value(node.left), state.value(node.right)),
    ast.UnaryOp: _unary, ast.Compare: _compare, ast.BoolOp: _either, ast.IfExp: _choice,
    ast.Lambda: lambda state, node: Function(node, state.scopes), ast.JoinedStr: lambda state, node: Text(),
    ast.Call: call, ast.NamedExpr: _walrus, ast.Dict: _table,
}  # fmt: skip
