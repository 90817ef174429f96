"""Both ways to go back from a tensor -> the script that goes them."""

from collections.abc import Mapping
from itertools import product

import torch

from playground.drawing.script import CAUGHT, Names, Part, caught, naming, one_or_list, setup, show, show_output, tensor
from playground.engine.forward import Run
from playground.language.gradient_argument import Drawn, OneEntry, Ones, Upstream
from playground.language.notation import to_python
from playground.language.values import Value
from playground.matrix.vjp import BothWays

WRITTEN = 16
"""A gradient argument of at most so many entries is written out."""


def both_ways_parts(
    run: Run, values: Mapping[str, Value], output: str, start: Upstream, both_ways: BothWays
) -> list[Part]:
    """Backward with a gradient argument; forward again and backward from the sum; whether the results are equal.

    `values` are the inputs' as typed.
    """
    names = naming(run.program.names, ("gradient", "direct", "one", "other", "all", "zip"))
    gradient, direct = names["gradient"], names["direct"]
    grads = [f"{name}.grad" for name, grad in both_ways.direct.items() if grad is not None]
    shown = [show(f"{name}.grad", grad) for name, grad in both_ways.direct.items()]
    kept = f"{direct} = {one_or_list(grads)}"
    cleared = " = ".join([*grads, "None"])
    made = f"{_gradient(gradient, output, start, both_ways.value)}\n{show(gradient, both_ways.gradient)}"
    first = [show_output(run, output), f"{output}.backward(gradient={gradient})", *shown, kept]
    again = [cleared, to_python(run.program), f"torch.sum({output} * {gradient}).backward()", *shown]
    return [
        *setup(run, values, names),
        Part("matrix_gradient", made),
        Part("matrix_direct", "\n".join(first)),
        Part("matrix_sum", "\n".join(again)),
        Part("matrix_equal", f'print("equal =", {_equal(names, grads)})'),
    ]


def refused_parts(run: Run, values: Mapping[str, Value], output: str) -> list[Part]:
    """Backward without the argument, and PyTorch's words on that."""
    names = naming(run.program.names, CAUGHT)
    call = caught(f"{output}.backward()", names)
    shown = [show(f"{name}.grad", None) for name, leaf in run.inputs.items() if leaf.requires_grad]
    return [*setup(run, values, names), Part("matrix_refused", "\n".join([show_output(run, output), call, *shown]))]


def _gradient(name: str, output: str, start: Upstream, value: torch.Tensor) -> str:
    """The lines that make the gradient argument."""
    shape = tuple(value.shape)
    match start:
        case Drawn(seed):
            return f"{name} = torch.randn({list(shape)}, generator=torch.Generator().manual_seed({seed}))"
        case Ones() if value.numel() > WRITTEN:
            return f"{name} = torch.ones_like({output})"
        case OneEntry(index) if value.numel() > WRITTEN:
            return f"{name} = torch.zeros_like({output})\n{name}[{', '.join(map(str, index))}] = 1"
        case Ones():
            return f"{name} = {tensor(_filled(shape, set(product(*map(range, shape)))))}"
        case OneEntry(index):
            return f"{name} = {tensor(_filled(shape, {index}))}"
    return f"{name} = {tensor(start)}"


def _filled(shape: tuple[int, ...], ones: set[tuple[int, ...]], before: tuple[int, ...] = ()) -> Value:
    """Nested lists of a shape, 1 at some entries and 0 at all others."""
    if not shape:
        return int(before in ones)
    rows = [_filled(shape[1:], ones, (*before, place)) for place in range(shape[0])]
    return rows  # type: ignore[return-value]


def _equal(names: Names, grads: list[str]) -> str:
    if len(grads) == 1:
        return f"torch.equal({names['direct']}, {grads[0]})"
    first, second, pairs = names["one"], names["other"], f"{names['zip']}({names['direct']}, {one_or_list(grads)})"
    return f"{names['all']}(torch.equal({first}, {second}) for {first}, {second} in {pairs})"
