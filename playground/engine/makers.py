"""What PyTorch works out for a script that is read, under limits: tensors and expressions of plain numbers."""

import math
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np
import torch

from playground.engine.case import DTYPES
from playground.engine.forward import check_shape, forward, refusals
from playground.language import limits
from playground.language.errors import EvaluationError
from playground.language.parse import parse
from playground.language.script.calls import LITERAL, RESHAPING
from playground.language.script.values import Made
from playground.language.values import Value

USUAL_SEED = 0
"""Random numbers are drawn from it where a script says no seed."""
_SIZED = ("zeros", "ones", "rand", "randn")
_LAYERS = ("Linear.weight", "Linear.bias")
_FIXED_TYPES = {"Tensor": "float32", "FloatTensor": "float32", "DoubleTensor": "float64"}


class Makers:
    """The makers of torch, with random numbers of their own; no state of PyTorch is touched."""

    def __init__(self) -> None:
        self._generator = torch.Generator().manual_seed(USUAL_SEED)

    def seed(self, number: int) -> None:
        """What is random from here on follows from this seed. Raises EvaluationError for a number that is none."""
        with refusals(RuntimeError, TypeError):
            self._generator.manual_seed(number)

    def make(self, name: str, arguments: Sequence[Any], keywords: Mapping[str, Any], seed: int | None) -> Made:
        """The tensor that a maker makes. Raises EvaluationError where it is too large, or PyTorch refuses."""
        generator = self._generator if seed is None else torch.Generator().manual_seed(seed)
        if name in _LAYERS:
            return self._layer(name, *arguments)
        module, _, maker = name.rpartition(".")
        with refusals(RuntimeError, TypeError, ValueError, IndexError, OverflowError, KeyError, AttributeError):
            _check_size(maker, arguments, keywords)
            made = _made(maker, list(arguments), dict(keywords), bool(module), generator)
        return _plain(maker, made, arguments[0] if maker in LITERAL else None)

    def _layer(self, name: str, inputs: int, outputs: int) -> Made:
        """The weight or the bias of an nn.Linear, drawn as it draws them."""
        shape = [outputs, inputs] if name == _LAYERS[0] else [outputs]
        if not 0 < inputs <= limits.MAX_SIDE or not 0 < outputs <= limits.MAX_SIDE:
            raise EvaluationError("too_large", name="nn.Linear", shape=[outputs, inputs], side=limits.MAX_SIDE)
        tensor = torch.empty(shape)
        if name == _LAYERS[0]:
            torch.nn.init.kaiming_uniform_(tensor, a=math.sqrt(5), generator=self._generator)
        else:
            tensor.uniform_(-1 / math.sqrt(inputs), 1 / math.sqrt(inputs), generator=self._generator)
        return _plain(name, tensor)

    def evaluate(self, program: str, values: Mapping[str, Made]) -> Made:
        """The last output of a program. Raises ProgramError and EvaluationError as `parse` and `forward` do."""
        read = parse(program)
        double = any(made.dtype == "float64" for made in values.values())
        dtype = DTYPES["float64" if double else "float32"]
        run = forward(read, {name: values[name].value for name in read.inputs}, (), dtype)
        return _plain("result", run.outputs[read.outputs[-1]])


def _check_size(name: str, arguments: Sequence[Any], keywords: Mapping[str, Any]) -> None:
    """Raise EvaluationError where more numbers would be made than an input holds."""
    if name not in _COUNTED:
        return
    count = float(_COUNTED[name](arguments, keywords))
    if not count <= limits.MAX_SIDE**2:
        raise EvaluationError("made_too_large", name=name, count=f"{count:,.0f}", limit=limits.MAX_SIDE**2)


def _size(arguments: Sequence[Any], keywords: Mapping[str, Any]) -> list[int]:
    """The shape that a maker is asked for."""
    size = keywords.get("size", arguments[0] if len(arguments) == 1 else list(arguments))
    return [int(side) for side in size] if isinstance(size, list) else [int(size)]


def _steps(arguments: Sequence[Any], keywords: Mapping[str, Any]) -> float:
    """How many numbers `arange` makes, about."""
    given = [*arguments, *(keywords[name] for name in ("start", "end", "step") if name in keywords)]
    start, end = (0, given[0]) if len(given) == 1 else given[:2]
    step = given[2] if len(given) > 2 else 1
    return abs((end - start) / step) if step else math.inf


_COUNTED: dict[str, Callable[[Sequence[Any], Mapping[str, Any]], float]] = {
    **dict.fromkeys(_SIZED, lambda arguments, keywords: math.prod(_size(arguments, keywords))),
    **dict.fromkeys(("full", "randperm"), lambda arguments, keywords: math.prod(_size(arguments[:1], {}))),
    **dict.fromkeys(("linspace", "logspace"), lambda arguments, keywords: keywords.get(
        "steps", keywords.get("num", arguments[2] if len(arguments) > 2 else 50))),
    **dict.fromkeys(("randint", "normal"), lambda arguments, keywords: math.prod(keywords.get("size", arguments[-1]))),
    "arange": _steps,
    "eye": lambda arguments, keywords: int(arguments[0]) * int(arguments[1] if len(arguments) > 1 else arguments[0]),
}  # fmt: skip
"""How many numbers a maker makes, by its arguments and keywords."""


def _made(
    name: str, arguments: list[Any], keywords: dict[str, Any], numpy: bool, generator: torch.Generator
) -> torch.Tensor:
    """A maker's tensor; floats have the type that the script says, or else the usual one."""
    default = keywords.pop("default", None) or ("float64" if numpy else "float32")
    dtype = getattr(torch, keywords.pop("dtype", None) or _FIXED_TYPES.get(name, ""), None)
    if name in LITERAL:
        made = torch.tensor(arguments[0], dtype=torch.float64 if _has_float(arguments[0]) else None)
    elif name in RESHAPING:
        made = getattr(torch.tensor(arguments[0], dtype=dtype), name)(*arguments[1:], **keywords)
    elif name in _SIZED:
        size, kind = _size(arguments, keywords), dtype or getattr(torch, default)
        drawn = {"generator": generator, "dtype": kind} if name in ("rand", "randn") else {}
        made = getattr(torch, name)(size, **drawn, **{key: given for key, given in keywords.items() if key != "size"})
    elif name in ("randint", "randperm", "normal"):
        made = getattr(torch, name)(*arguments, generator=generator, **keywords)
    else:
        if "num" in keywords:
            keywords["steps"] = keywords.pop("num")
        made = getattr(torch, name)(*arguments, **keywords)
        if name in ("linspace", "logspace", "arange") and made.is_floating_point() and default == "float64":
            made = getattr(torch, name)(*arguments, dtype=torch.float64, **keywords)
    if dtype is None and made.is_floating_point():
        dtype = getattr(torch, default)
    return made if dtype is None else made.to(dtype)


def _has_float(value: Any) -> bool:
    return any(map(_has_float, value)) if isinstance(value, list) else isinstance(value, float)


def _plain(name: str, tensor: torch.Tensor, typed: Any = None) -> Made:
    """A tensor as plain numbers that are its own again in its type; those that were typed stay as they were."""
    check_shape(name, tensor)
    kind = str(tensor.dtype).removeprefix("torch.")
    if typed is not None and tensor.is_floating_point():
        return Made(typed, kind)
    return Made(_short(tensor.tolist(), kind == "float32"), kind)


def _short(value: Any, single: bool) -> Value:
    """Numbers with as few digits as tell them apart in their type."""
    if isinstance(value, list):
        return [_short(part, single) for part in value]  # type: ignore[return-value]
    if isinstance(value, bool):
        return int(value)
    return float(str(np.float32(value))) if single else value
