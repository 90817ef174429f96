"""A program's tree over any numbers: arrays of an algebra's elements, in the shapes that PyTorch's tensors have.

An algebra says what a constant is (`constant`), what an operation makes of elements (`entry`), and what is left of an
element that is detached (`detach`).
"""

from collections.abc import Callable, Mapping
from fractions import Fraction
from functools import partial, reduce
from itertools import product
from typing import Any

import numpy as np
from numpy.typing import NDArray

from playground.exact.reals import Unknown, typed_number
from playground.language.operations import OPERATIONS
from playground.language.program import Call, Number, Program, Slice, fold

Array = NDArray[Any]
"""An array of an algebra's elements."""
Entry = tuple[str, tuple[int, ...]]


def outputs_of(program: Program, inputs: Mapping[str, Array], algebra: Any) -> dict[str, Array]:
    """What each output comes to on its inputs' elements. Raises Unknown where an operation has no exact form."""

    def number(node: Number) -> Array:
        return alone(algebra.constant(typed_number(node)))

    def call(node: Call, arguments: tuple[Array, ...]) -> Array:
        if node.operation == "detach":
            return entrywise(partial(algebra.detach, node=node))(*arguments)
        row = OPERATIONS[node.operation]
        if node.operation in _MOVED:
            return _moved(node, arguments, algebra.constant(Fraction(0)))
        if node.operation in _TENSORS:
            if not all(name in ("dim", "keepdim") and isinstance(value, int) for name, value in node.options):
                raise Unknown(node.operation)
            return _TENSORS[node.operation](partial(algebra.entry, node=node), *arguments, **dict(node.options))
        if row.formula is None and row.sympy is None:
            raise Unknown(node.operation)
        return entrywise(lambda *entries: algebra.entry(node.operation, entries, node))(*arguments)

    known = dict(inputs)
    for statement in program.statements:
        known[statement.name] = fold(statement.expression, number, lambda node: known[node.name], call)
    return {name: known[name] for name in program.outputs}


def entries(name: str, value: Any) -> list[Entry]:
    """Every entry of a value, an array or a tensor, row by row."""
    return [(name, index) for index in product(*map(range, np.shape(value)))]


def entrywise(function: Callable[..., Any]) -> Callable[..., Array]:
    """A function on every entry, broadcast as PyTorch does."""

    def on_arrays(*arrays: Array) -> Array:
        entries = np.frompyfunc(function, len(arrays), 1)(*arrays)
        return entries if isinstance(entries, np.ndarray) else alone(entries)

    return on_arrays


def alone(entry: Any) -> Array:
    """One element as an array without dimensions."""
    array = np.empty((), dtype=object)
    array[()] = entry
    return array


Do = Callable[..., Any]
"""An operation of an algebra on a list of elements: `do("add", (x, y))`."""


def _reduced(combine: Callable[[list[Any]], Any], array: Array, dim: int | None = None, keepdim: bool = False) -> Array:
    """A reduction of a whole tensor, or along one of its dimensions."""
    if dim is None or array.ndim == 0:
        return alone(combine(list(array.flat))).reshape((1,) * (array.ndim if keepdim else 0))
    last = np.moveaxis(array, dim, -1)
    result = np.empty(last.shape[:-1], dtype=object)
    for index in np.ndindex(result.shape):
        result[index] = combine(list(last[index]))
    return np.expand_dims(result, dim) if keepdim else result


def _sum(do: Do, array: Array, **options: Any) -> Array:
    return _reduced(lambda parts: do("sum", parts), array, **options)


def _mean(do: Do, array: Array, **options: Any) -> Array:
    total = _sum(do, array, **options)
    return entrywise(lambda part: do("mean", (part, array.size // total.size)))(total)


def _powers(do: Do, array: Array, dim: int) -> tuple[Array, Array]:
    """The powers of e, each over that of the largest entry, as PyTorch computes them; and those largest entries."""
    peaks = _reduced(lambda parts: do("peak", parts), array, dim, keepdim=True)
    return entrywise(lambda entry, peak: do("exp", (do("subtract", (entry, peak)),)))(array, peaks), peaks


def _logsumexp(do: Do, array: Array, **options: Any) -> Array:
    return _reduced(lambda parts: do("logsumexp", parts), array, **options)


def _softmax(do: Do, array: Array, dim: int) -> Array:
    powers, _ = _powers(do, array, dim)
    return entrywise(lambda power, total: do("divide", (power, total)))(powers, _sum(do, powers, dim=dim, keepdim=True))


def _log_softmax(do: Do, array: Array, dim: int) -> Array:
    powers, peaks = _powers(do, array, dim)
    totals = _sum(do, powers, dim=dim, keepdim=True)

    def entry(entry: Any, peak: Any, total: Any) -> Any:
        return do("subtract", (do("subtract", (entry, peak)), do("log", (total,))))

    return entrywise(entry)(array, peaks, totals)


def _cumsum(do: Do, array: Array, dim: int) -> Array:
    if array.ndim == 0:
        return array
    sums = np.moveaxis(array.copy(), dim, -1)
    for *index, place in np.ndindex(sums.shape):
        if place:
            sums[*index, place] = do("add", (sums[*index, place - 1], sums[*index, place]))
    return np.moveaxis(sums, -1, dim)


def _added(do: Do, left: Array, right: Array) -> Array:
    return entrywise(lambda x, y: do("add", (x, y)))(left, right)


def _outer(do: Do, left: Array, right: Array) -> Array:
    return entrywise(lambda x, y: do("multiply", (x, y)))(left.reshape(-1, 1), right.reshape(1, -1))


def _inner(do: Do, left: Array, right: Array) -> Array:
    if left.ndim and right.ndim:
        return _matmul(do, left, np.transpose(right))
    return entrywise(lambda x, y: do("multiply", (x, y)))(left, right)


def _kron(do: Do, left: Array, right: Array) -> Array:
    (rows, columns), (more_rows, more_columns) = np.atleast_2d(left).shape, np.atleast_2d(right).shape
    blocks = _outer(do, left, right).reshape(rows, columns, more_rows, more_columns)
    result = np.swapaxes(blocks, 1, 2).reshape(rows * more_rows, columns * more_columns)
    return result if max(left.ndim, right.ndim) == 2 else result.reshape((-1,) * max(left.ndim, right.ndim))


def _matmul(do: Do, left: Array, right: Array) -> Array:
    """The product of matrices or vectors."""
    rows, columns = np.atleast_2d(left), right.reshape(right.shape[0], -1)
    result = np.empty((rows.shape[0], columns.shape[1]), dtype=object)
    for i, j in np.ndindex(result.shape):
        result[i, j] = do("dot", [*rows[i], *columns[:, j]])
    return result.reshape(left.shape[:-1] + right.shape[1:])


_TENSORS: dict[str, Callable[..., Array]] = {
    "sum": _sum,
    "mean": _mean,
    "prod": lambda do, array, **options: _reduced(
        lambda parts: reduce(lambda x, y: do("multiply", (x, y)), parts), array, **options
    ),
    "norm": lambda do, array, **options: _reduced(lambda parts: do("norm", parts), array, **options),
    "logsumexp": _logsumexp,
    "softmax": _softmax,
    "softmin": lambda do, array, dim: _softmax(do, entrywise(lambda entry: do("negate", (entry,)))(array), dim),
    "log_softmax": _log_softmax,
    "cumsum": _cumsum,
    "matmul": _matmul,
    "dot": _matmul,
    "inner": _inner,
    "outer": _outer,
    "kron": _kron,
    "addmm": lambda do, array, left, right: _added(do, array, _matmul(do, left, right)),
    "addmv": lambda do, array, left, right: _added(do, array, _matmul(do, left, right)),
    "addr": lambda do, array, left, right: _added(do, array, _outer(do, left, right)),
    "trace": lambda do, array: _sum(do, np.diagonal(array)),
}
"""Operations that are not entry by entry."""


# What only moves entries


def _moved(node: Call, arrays: tuple[Array, ...], zero: Any) -> Array:
    """The same entries in other places, or `zero` there. Raises Unknown where options say which ones are not known."""
    try:
        moved = _MOVED[node.operation](
            *arrays, **dict(node.options), **({"zero": zero} if node.operation[:3] == "tri" else {})
        )
    except TypeError:
        raise Unknown(node.operation) from None
    return moved if isinstance(moved, np.ndarray) else alone(moved)


def _index(array: Array, *tensors: Array, at: Any) -> Any:
    """What stands at an index of numbers and slices. Raises TypeError where it is worked out."""
    if tensors:
        raise TypeError("an index that is computed")
    return array[tuple(_part(item) for item in at)]


def _part(item: Any) -> Any:
    return slice(*item) if isinstance(item, Slice) else ... if item == "..." else item


def _triangle(cut: Callable[..., Array]) -> Callable[..., Array]:
    def kept(array: Array, *, zero: Any, diagonal: int = 0) -> Array:
        return np.where(cut(np.ones(array.shape, bool), diagonal), array, alone(zero))

    return kept


_MOVED: dict[str, Callable[..., Any]] = {
    "index": _index,
    "transpose": np.transpose,
    "T": np.transpose,
    "mT": lambda array: np.swapaxes(array, -1, -2),
    "permute": lambda array, dims: np.transpose(array, dims),
    "swapaxes": lambda array, dim0, dim1: np.swapaxes(array, dim0, dim1),
    "reshape": lambda array, shape: np.reshape(array, shape),
    "view": lambda array, size: np.reshape(array, size),
    "ravel": lambda array: np.reshape(array, -1),
    "flatten": lambda array: np.reshape(array, -1),
    "squeeze": lambda array: np.squeeze(array),
    "unsqueeze": lambda array, dim: np.expand_dims(array, dim),
    "stack": lambda *arrays, dim=0: np.stack(np.broadcast_arrays(*arrays), dim),
    "cat": lambda *arrays, dim=0: np.concatenate(arrays, dim),
    "flip": lambda array, dims: np.flip(array, dims),
    "fliplr": np.fliplr,
    "flipud": np.flipud,
    "tril": _triangle(np.tril),
    "triu": _triangle(np.triu),
    "clone": lambda array: array,
    "contiguous": lambda array: array,
}
"""Operations whose result holds entries of their arguments, and what they are in NumPy."""
