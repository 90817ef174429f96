"""What is said of a backward pass from a tensor, with the numbers of the case."""

import torch

from playground.drawing.sentences import Mark, number
from playground.engine.gradient_argument import chosen_entry, entry_name, place_of
from playground.matrix.vjp import BothWays, Contributions
from playground.words import say

MAX_WRITTEN_PRODUCTS = 4
"""At most so many products of a sum are written out."""


def what_is_differentiated(output: str, both_ways: BothWays, value: Mark = str, gradient: Mark = str) -> str:
    """The number that takes the output's place: the weighted sum of its entries."""
    if both_ways.value.numel() == 1:
        return say("matrix.number", output=output, gradient=gradient(number(both_ways.gradient.item())))
    total = value(number(both_ways.total.item()))
    terms = (
        weighted(both_ways.gradient, both_ways.value, value, gradient)
        if both_ways.value.numel() <= MAX_WRITTEN_PRODUCTS
        else ""
    )
    key = "matrix.sum_written" if terms else "matrix.sum"
    return say(
        key,
        output=output,
        entries=both_ways.value.numel(),
        index=index_signs(both_ways.value),
        terms=terms,
        total=total,
    )


def weighted(weights: torch.Tensor, values: torch.Tensor, value: Mark = str, gradient: Mark = str) -> str:
    """`1·5 + 10·(-2)`."""
    pairs = zip(weights.flatten().tolist(), values.flatten().tolist(), strict=True)
    return " + ".join(f"{gradient(_guarded(weight))}·{value(_guarded(entry))}" for weight, entry in pairs)


def what_meets(wrt: str, output: str, met: Contributions, gradient: Mark = str) -> str:
    """Which entries of the output one entry of an input meets, and what they add to its gradient."""
    parts = met.parts or ()
    products = [f"{gradient(_guarded(part.gradient))}·{_guarded(part.derivative)}" for part in parts]
    return say(
        f"matrix.meets_{_how(met)}",
        entry=entry_name(wrt, met.index),
        grad=entry_name(f"{wrt}.grad", met.index),
        met=parts[0].entry if len(parts) == 1 else entry_name(output, met.index),
        output=output,
        count=len(parts),
        products=" + ".join(products),
        total=gradient(number(met.total)),
    )


def _how(met: Contributions) -> str:
    """In which way an entry meets those of the output."""
    if met.parts is None:
        return "odd"
    if met.alone and met.index:
        return "alone" if met.parts else "flat"
    if len(met.parts) < 2:
        return "one" if met.parts else "none"
    return "few" if len(met.parts) <= MAX_WRITTEN_PRODUCTS else "many"


def what_is_picked(output: str, wrt: str, both_ways: BothWays) -> str:
    """Which row of the Jacobian a gradient picks that is 1 at one entry only; nothing for any other gradient."""
    index = chosen_entry(both_ways.gradient)
    if index is None:
        return ""
    return say("matrix.picks", entry=entry_name(output, index), row=place_of(index, both_ways.value.shape), name=wrt)


def both_told(both_ways: BothWays) -> str:
    """Whether both ways gave the same."""
    if both_ways.equal:
        return say("matrix.equal" if both_ways.same_bits else "matrix.equal_zero")
    return say("matrix.equal_nan" if both_ways.same_bits else "matrix.unequal")


def index_signs(value: torch.Tensor) -> str:
    """`i, j` for a matrix, `i` for a vector."""
    return ", ".join("ij"[: value.dim()])


def _guarded(value: float) -> str:
    text = number(value)
    return f"({text})" if text.startswith("-") else text
