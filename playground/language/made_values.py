"""The numbers that PyTorch's makers of tensors stand for where a value is typed: `torch.arange(6).reshape(2, 3)`."""

import math
from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from playground.language import limits
from playground.language.program import Call


def made_value(entry: Any) -> Any:
    """The numbers of a maker's tensor, in double precision, as nested tuples; None for what is no maker.

    Raises ValueError where the numbers do not fill a shape, OverflowError where there are more than an input holds.
    """
    if not isinstance(entry, Call):
        return None
    options = dict(entry.options)
    if entry.operation == "tensor":
        return options["data"]
    if entry.operation in ("reshape", "view"):
        inner = made_value(entry.arguments[0])
        shape: Any = options["shape" if entry.operation == "reshape" else "size"]
        return None if inner is None else _tuples(np.reshape(np.array(inner), shape))
    if entry.operation not in _MAKERS:
        return None
    if _count(entry.operation, options) > limits.MAX_SIDE**2:
        raise OverflowError
    return _tuples(_MAKERS[entry.operation](options))


def _tuples(data: Any) -> Any:
    """An array as nested tuples of Python's own numbers."""
    numbers = data.tolist() if isinstance(data, np.ndarray) else data
    return tuple(map(_tuples, numbers)) if isinstance(numbers, list) else numbers


def _size(size: Any) -> Any:
    return size if isinstance(size, tuple) else (size,)


def _bounds(given: Any) -> tuple[float, float, float]:
    """Where `arange` starts and ends, and its step."""
    bounds: Any = _size(given)
    return (0, bounds[0], 1) if len(bounds) == 1 else (*bounds, 1)[:3]


def _count(name: str, options: Mapping[str, Any]) -> float:
    """How many numbers a maker makes, at most."""
    match name:
        case "eye":
            return float(max(_size(options["sides"]))) ** 2
        case "arange":
            start, end, step = _bounds(options["bounds"])
            return abs((end - start) / step) if step else math.inf
        case "linspace":
            return float(options["steps"])
    return math.prod(map(float, _size(options["size"])))


_MAKERS: Mapping[str, Callable[[Mapping[str, Any]], NDArray[Any]]] = {
    "zeros": lambda options: np.zeros(options["size"]),
    "ones": lambda options: np.ones(options["size"]),
    "full": lambda options: np.full(options["size"], options["fill_value"]),
    "eye": lambda options: np.eye(*_size(options["sides"])),
    "arange": lambda options: np.arange(*_bounds(options["bounds"])),
    "linspace": lambda options: np.linspace(options["start"], options["end"], options["steps"]),
}
"""By the names of their rows what makers make of their options."""
