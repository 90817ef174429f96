"""How numbers are shown: whole, as PyTorch prints them, and short, as they stand in a drawing."""

import math
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

import torch

from playground.words import say

Value = torch.Tensor | int | float

DIGITS = 4
"""A number in a drawing has so many significant digits."""
TEXT_DIGITS = 6
"""A number in a text has so many significant digits, and a whole number in a drawing too."""
MOVING_DIGITS = 5
"""A number has so many significant digits while it moves, wherever it stands."""
MAX_SIDE = 3
"""A drawing writes out a matrix of at most so many rows and columns."""
MAX_VECTOR_ENTRIES = 5
"""A drawing writes out a vector of at most so many entries."""
PRINTED_BARE = (torch.float32, torch.int64, torch.bool)
"""The types that `print` does not name."""

_moving = ContextVar("moving", default=False)


@contextmanager
def moving() -> Iterator[None]:
    """In the block all numbers are written as they are while they move: with `MOVING_DIGITS`."""
    before = _moving.set(True)
    try:
        yield
    finally:
        _moving.reset(before)


def digits_of(usual: int) -> int:
    """How many significant digits a number has, where it has so many at rest."""
    return MOVING_DIGITS if _moving.get() else usual


def whole(value: Value | str | None, entire: bool = False) -> str:
    """A scalar as `.item()` writes it, a larger tensor and None as `print` does; `entire` leaves nothing out."""
    if not isinstance(value, torch.Tensor):
        return str(value)
    if value.dim() == 0:
        return str(cut(value.item()))
    return _listed(value) if entire else str(value.detach())


def cut(number: float) -> float:
    """A number at rest; one that moves has few digits, unless it is a short whole one."""
    if not _moving.get() or (float(number).is_integer() and abs(number) < 10**TEXT_DIGITS):
        return number
    return float(f"{number:.{MOVING_DIGITS}g}")


def short(value: Value, digits: int = DIGITS) -> str:
    """A number for a drawing: few digits, a real minus, `1.2e−7`; a float keeps its `.0`."""
    number, digits = value.item() if isinstance(value, torch.Tensor) else value, digits_of(digits)
    exact = float(number).is_integer()
    mantissa, exponential, exponent = f"{number:.{TEXT_DIGITS if exact else digits}g}".partition("e")
    if exponential:
        mantissa = f"{mantissa}e{int(exponent)}"
    elif isinstance(number, float) and (figures := mantissa.lstrip("-")).isdigit() and (exact or len(figures) < digits):
        mantissa += ".0"
    return mantissa.replace("-", "−")


def is_scalar(value: Value | str) -> bool:
    """Whether the value is a plain number or a tensor without dimensions."""
    return not isinstance(value, torch.Tensor) or value.dim() == 0


def written_out(value: Value) -> bool:
    """Whether a drawing writes every entry."""
    if not isinstance(value, torch.Tensor) or value.dim() == 0:
        return True
    if value.dim() == 1:
        return 0 < len(value) <= MAX_VECTOR_ENTRIES
    return value.dim() == 2 and value.numel() > 0 and max(value.shape) <= MAX_SIDE


def entries(value: torch.Tensor) -> list[list[str]]:
    """The texts of a matrix, row by row, without `.0` where all entries are whole; a vector is one row."""
    rows = value.tolist() if value.dim() == 2 else [value.tolist()]
    texts = [[short(number) for number in row] for row in rows]
    if all(text.endswith(".0") for row in texts for text in row):
        return [[text.removesuffix(".0") for text in row] for row in texts]
    return texts


def shape_and_range(value: torch.Tensor) -> tuple[str, str]:
    """What a drawing says of a large tensor: `64×64` and `−2.0 … 5.0`."""
    shape = "×".join(str(side) for side in value.shape)
    if value.numel() == 0:
        return shape, ""
    low, high = short(value.min()), short(value.max())
    if low == "nan":
        return shape, say("drawing.with_nan")
    return shape, say("drawing.all", value=low) if low == high else f"{low} … {high}"


def brief(value: Value) -> str:
    """A value in a line of text: `-7.0`, `[[1, 2], [3, 4]]`, `64×64, -2.0 … 5.0`."""
    if not isinstance(value, torch.Tensor) or value.dim() == 0:
        line = short(value, TEXT_DIGITS)
    elif written_out(value):
        rows = ", ".join(f"[{', '.join(row)}]" for row in entries(value))
        line = rows if value.dim() == 1 else f"[{rows}]"
    else:
        line = ", ".join(filter(None, shape_and_range(value)))
    return line.replace("−", "-")


# Every entry in the format of `print`


def _listed(tensor: torch.Tensor) -> str:
    plain = tensor.tolist()
    numbers = _flat(plain)
    texts = _texts(numbers)
    width = max((len(text) for number, text in zip(numbers, texts, strict=True) if _sets_width(number)), default=0)
    dtype = "" if tensor.dtype in PRINTED_BARE else f", dtype={tensor.dtype}"
    return f"tensor({_nested(plain, (text.rjust(width) for text in texts), len('tensor('))}{dtype})"


def _sets_width(number: float) -> bool:
    """Whether `print` makes its columns wide enough for a number; it does not for 0, NaN and infinities."""
    return not isinstance(number, float) or (math.isfinite(number) and number != 0)


def _flat(plain: Any) -> list[float]:
    """The numbers of nested lists, in order."""
    return [number for part in plain for number in _flat(part)] if isinstance(plain, list) else [plain]


def _texts(numbers: list[float]) -> list[str]:
    """Numbers in the one format that `print` chooses for all entries of a tensor (torch/_tensor_str.py)."""
    if not all(isinstance(number, float) for number in numbers):
        return list(map(str, numbers))
    sizes = [abs(number) for number in numbers if _sets_width(number)]
    if sizes and (max(sizes) / min(sizes) > 1000 or max(sizes) > 1e8 or min(sizes) < 1e-4):
        return [f"{number:.4e}" for number in numbers]
    if all(size.is_integer() for size in sizes):
        return [f"{number:.0f}." if math.isfinite(number) else str(number) for number in numbers]
    return [f"{number:.4f}" for number in numbers]


def _nested(plain: Any, texts: Iterator[str], indent: int) -> str:
    """Nested lists with their numbers replaced by the texts, one row a line."""
    if not isinstance(plain, list):
        return next(texts)
    separator = ",\n" + " " * (indent + 1) if plain and isinstance(plain[0], list) else ", "
    return "[" + separator.join(_nested(part, texts, indent + 1) for part in plain) + "]"
