"""What is said of a backward pass from a tensor, with the numbers of the case."""

from collections.abc import Iterable, Sequence

import torch

from playground.autodiff.matrix import BothWays, Odd, Part
from playground.autodiff.rounding import Rounded
from playground.drawing.sentences import Mark, number
from playground.words import say

FEW = 4
"""products of a sum that are written out."""


def what_is_differentiated(output: str, seen: BothWays, value: Mark = str, gradient: Mark = str) -> str:
    """The number that takes the output's place: the weighted sum of its entries."""
    if seen.value.dim() == 0:
        return say("matrix.number", output=output, gradient=gradient(number(seen.gradient.item())))
    total = value(number(seen.total.item()))
    terms = weighted(seen.gradient, seen.value, value, gradient) if seen.value.numel() <= FEW else ""
    key = "matrix.sum_written" if terms else "matrix.sum"
    return say(key, output=output, entries=seen.value.numel(), index=index_signs(seen.value), terms=terms, total=total)


def weighted(weights: torch.Tensor, values: torch.Tensor, value: Mark = str, gradient: Mark = str) -> str:
    """`1·5 + 10·(-2)`."""
    pairs = zip(weights.flatten().tolist(), values.flatten().tolist(), strict=True)
    return " + ".join(f"{gradient(_guarded(weight))}·{value(_guarded(entry))}" for weight, entry in pairs)


def what_meets(
    wrt: str, output: str, index: Sequence[int], parts: Sequence[Part], alone: bool, total: float, gradient: Mark = str
) -> str:
    """Which entries of the output one entry of an input meets, and what they add to its gradient."""
    place = say("matrix.entry", index=", ".join(map(str, index))) if index else ""
    told = {"name": wrt, "output": output, "place": place, "count": len(parts), "total": gradient(number(total))}
    products = " + ".join(f"{gradient(_guarded(part.gradient))}·{_guarded(part.derivative)}" for part in parts)
    if alone and index:
        return say("matrix.meets_alone", products=products or _nought(gradient), **told)
    if not parts:
        return say("matrix.meets_none", **told)
    if len(parts) == 1:
        return say("matrix.meets_one", entry=parts[0].entry, products=products, **told)
    return say("matrix.meets", products=products, **told) if len(parts) <= FEW else say("matrix.meets_many", **told)


def both_told(seen: BothWays) -> str:
    """Whether both ways gave the same."""
    if seen.equal:
        return say("matrix.equal" if seen.same_bits else "matrix.equal_zero")
    return say("matrix.equal_nan" if seen.same_bits else "matrix.unequal")


def oddities(seen: BothWays) -> list[str]:
    """Which entries are no finite numbers, and which operations they come from."""
    found = []
    if seen.odd_value is not None:
        found.append(_odd("matrix.odd_value", seen.odd_value))
    if seen.odd_gradient is not None:
        found.append(_odd("matrix.odd_gradient", seen.odd_gradient))
    return found


def too_long(found: Iterable[Rounded], dtype: str) -> list[str]:
    """Whole numbers that the type of the numbers cannot hold."""
    return [
        say("matrix.rounded", name=one.name, typed=one.typed, stored=f"{one.stored:.0f}", dtype=dtype) for one in found
    ]


def index_signs(value: torch.Tensor) -> str:
    """`i, j` for a matrix, `i` for a vector."""
    return ", ".join("ij"[: value.dim()])


def _odd(key: str, odd: Odd) -> str:
    place = say("matrix.at", entry=odd.entry) if odd.entry else ""
    return say(key, operation=odd.operation, number=number(odd.number), place=place)


def _nought(gradient: Mark) -> str:
    return gradient("0")


def _guarded(value: float) -> str:
    text = number(value)
    return f"({text})" if text.startswith("-") else text
