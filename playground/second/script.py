"""Derivatives of derivatives, and a Hessian -> the scripts that compute them."""

from collections.abc import Callable, Mapping, Sequence
from typing import NamedTuple

from playground.drawing.script import Names, Part, naming, setup, show_output, tensor
from playground.engine.forward import Run
from playground.language.program import Program
from playground.language.values import Value
from playground.second.hessian import Orders, Second
from playground.words import say

CHANGE_ALONG = "v^T H v"
"""How the second derivative along a direction is shown."""


def derivative_parts(run: Run, values: Mapping[str, Value], output: str, wrt: str, orders: Orders) -> list[Part]:
    """Each derivative as the `autograd.grad` of the one before, up to the highest that was seen."""
    order = len(orders.values) - 1
    given = derivative_names(run.program, output, wrt, order)
    names = [output, *(given[variable(output, wrt, turn + 1)] for turn in range(order))]
    lines = [_derivative(names[turn], names[turn + 1], wrt, orders.refused[turn]) for turn in range(order)]
    shown = [f'print("{shown_as(output, wrt, turn + 1)} =", {names[turn + 1]}.item())' for turn in range(order)]
    parts = [*setup(run, values, given), Part("derivatives", "\n".join(lines))]
    return [*parts, Part("show", "\n".join([show_output(run, output), *shown]))]


def derivative_names(program: Program, output: str, wrt: str, order: int) -> Names:
    """What the script calls each derivative up to an order, where a program may have taken `dy_dx` for itself."""
    return naming(program.names, [variable(output, wrt, turn + 1) for turn in range(order)])


def shown_as(output: str, wrt: str, order: int) -> str:
    """How a derivative is shown: `y`, `y' = dy/dx`, `y'' = d2y/dx2`."""
    if order == 0:
        return output
    above, below = ("", "") if order == 1 else (str(order), f"^{order}" if wrt[-1].isdigit() else str(order))
    return f"{output}{chr(39) * order} = d{above}{output}/d{wrt}{below}"


def variable(output: str, wrt: str, order: int) -> str:
    """The variable of a derivative: `dy_dx`, `d2y_dx2`."""
    above, below = ("", "") if order == 1 else (str(order), f"_{order}" if wrt[-1].isdigit() else str(order))
    return f"d{above}{output}_d{wrt}{below}"


def _derivative(before: str, name: str, wrt: str, refused: str | None) -> str:
    if refused is None:
        return f"{name} = torch.autograd.grad({before}, {wrt}, create_graph=True)[0]"
    return f"{name} = torch.zeros_like({wrt})  # {say('script.independent', before=before, wrt=wrt)}"


def hessian_parts(
    run: Run, values: Mapping[str, Value], output: str, wrt: Sequence[str], direction: Sequence[float], second: Second
) -> list[Part]:
    """The gradient, from it the Hessian with its eigenvalues unless that is too large, and what happens along v."""
    given = naming(run.program.names, _Names._fields)
    names = _Names(*(given[name] for name in _Names._fields))
    flat = names.flatten if any(run.inputs[name].dim() for name in wrt) else _stack
    tracked = run.outputs[output].requires_grad
    parts = [
        *setup(run, values, given),
        Part("gradient", "\n".join(_gradient(names, output, wrt, flat, tracked, bool(second.unused)))),
        *([Part("hessian", "\n".join(_hessian(names, second)))] if second.hessian is not None else []),
        Part("along", "\n".join(_along(names, direction, flat, second))),
    ]
    shown = [f'print("gradient =", {names.gradient}.detach())']
    if second.eigenvalues is not None:
        shown += [f'print("hessian =", {names.hessian})', f'print("eigenvalues =", {names.eigenvalues})']
    ways = {say("second.slope_along"): names.slope, CHANGE_ALONG: names.change}
    shown += [f'print("{title} =", {name}.item())' for title, name in ways.items()]
    return [*parts, Part("show", "\n".join([show_output(run, output), *shown]))]


class _Names(NamedTuple):
    """The variables of a script, and what it needs of Python's own names that a program may take."""

    inputs: str
    gradient: str
    hessian: str
    eigenvalues: str
    v: str
    slope: str
    change: str
    rows: str
    row: str
    part: str
    zip: str

    def flatten(self, call: str) -> str:
        """The gradients that a call returns, as one vector."""
        return f"torch.cat([{self.part}.flatten() for {self.part} in {call}])"


Flat = Callable[[str], str]
"""How one vector is made of the gradients that a call returns."""


def _stack(call: str) -> str:
    return f"torch.stack({call})"


def _gradient(names: _Names, output: str, wrt: Sequence[str], flat: Flat, tracked: bool, unused: bool) -> list[str]:
    inputs = f"{names.inputs} = ({', '.join(wrt)}{',' * (len(wrt) == 1)})"
    if not tracked:
        return [inputs, f"{names.gradient} = torch.zeros(sum({names.part}.numel() for {names.part} in {names.inputs}))"]
    more = ", materialize_grads=True" * unused
    call = f"torch.autograd.grad({output}, {names.inputs}, create_graph=True{more})"
    return [inputs, f"{names.gradient} = {flat(call)}"]


def _hessian(names: _Names, second: Second) -> list[str]:
    size = len(second.names)
    eigenvalues = [f"{names.eigenvalues} = torch.linalg.eigvalsh({names.hessian})"] * (second.eigenvalues is not None)
    if not second.bends:
        return [f"{names.hessian} = torch.zeros({size}, {size})  # {say('script.unrecorded')}", *eigenvalues]
    row, part = names.row, names.part
    block, each = f"{row}.reshape({size}, -1)", f"{row} in {names.rows}"
    if second.straight:
        block = f"torch.zeros({size}, {part}.numel()) if {row} is None else {block}"
        each = f"{row}, {part} in {names.zip}({names.rows}, {names.inputs})"
    return [
        f"# {say('script.all_at_once')}",
        f"{names.rows} = torch.autograd.grad(",
        f"    {names.gradient}, {names.inputs}, torch.eye({size}),",
        f"    is_grads_batched=True, retain_graph=True{', allow_unused=True' * bool(second.straight)},",
        ")",
        f"{names.hessian} = torch.cat([{block} for {each}], dim=1)",
        *eigenvalues,
    ]


def _along(names: _Names, direction: Sequence[float], flat: Flat, second: Second) -> list[str]:
    lines = [f"{names.v} = {tensor([*direction])}", f"{names.slope} = {names.gradient} @ {names.v}"]
    if not second.bends:
        return [*lines, f"{names.change} = torch.zeros(())"]
    call = f"torch.autograd.grad({names.slope}, {names.inputs}, materialize_grads=True)"
    return [*lines, f"{names.change} = {flat(call)} @ {names.v}"]
