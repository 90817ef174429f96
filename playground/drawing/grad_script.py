"""A call to `autograd.grad` -> the script that makes it."""

from collections.abc import Iterable, Mapping, Sequence

import torch

from playground.autodiff.forward import Run
from playground.autodiff.partials import Answer, Asked, Gradients, Partials, Twice
from playground.drawing.script import Part, setup, show, tensor
from playground.language.values import Value

LONGEST = 110
"""characters of a line."""


def grad_parts(
    run: Run,
    values: Mapping[str, Value],
    asked: Asked,
    seen: Partials,
    gradient: Mapping[str, Value],
    again: Twice | None = None,
    jacobian: bool = False,
) -> list[Part]:
    """The table pass by pass, then the one call, on request once more, and all entries of the Jacobian.

    `values` and `gradient` as typed; an output that is no number and has no gradient starts with ones.
    """
    names = _Names(run, asked, seen)
    starts = {name: _start(name, weight, gradient) for name, weight in seen.weights.items()}
    parts = setup(run, values)
    if names.table:
        parts.append(_table(seen, names, starts))
    if jacobian:
        parts.append(_jacobian(asked, seen))
    parts.append(_call(asked, seen.first, names.returned, starts, "partials"))
    if again is not None and again.first.grads is not None:
        parts.append(_call(asked, again.second, names.again, starts, "partials_again", caught=True))
    return parts


def printed(run: Run, asked: Asked, seen: Partials) -> dict[str, str]:
    """By input the name under which the script prints what the call returns."""
    return _Names(run, asked, seen).returned


class _Names:
    """Names for the results that the program does not use."""

    def __init__(self, run: Run, asked: Asked, seen: Partials) -> None:
        taken = {statement.name for statement in run.program.statements} | set(run.inputs)

        def free(name: str) -> str:
            while name in taken:
                name += "_"
            return name

        plain = [name for name in asked.outputs if name in seen.weights and _is_one(seen.weights[name])]
        alone = plain[0] if len(asked.outputs) == len(plain) == 1 else None
        self.returned = {name: free(f"d{alone}_d{name}" if alone else f"grad_{name}") for name in asked.inputs}
        self.again = {name: free(f"again_{name}") for name in asked.inputs}
        rows = {end: {name: free(f"d{end}_d{name}") for name in row} for end, row in seen.table.items()}
        self.table = {} if list(rows.values()) in ([], [self.returned]) else rows


def _is_one(weight: torch.Tensor) -> bool:
    return weight.dim() == 0 and weight.item() == 1


def _start(name: str, weight: torch.Tensor, gradient: Mapping[str, Value]) -> str | None:
    """What an output starts with, as Python; None where that is 1 and need not be said."""
    if name in gradient and not _is_one(weight):
        return tensor(gradient[name])
    return f"torch.ones_like({name})" if weight.dim() else None


def _table(seen: Partials, names: _Names, starts: Mapping[str, str | None]) -> Part:
    """A pass for each output."""
    lines: list[str] = []
    for end, row in seen.table.items():
        start = starts[end] if seen.weights[end].dim() else None
        more = {"retain_graph": True, **({"allow_unused": True} if None in row.values() else {})}
        lines += [_assigned(names.table[end].values(), _grad([end], list(row), [start], more))]
        lines += _shown(names.table[end], row)
    return Part("partials_table", "\n".join(lines))


def _call(
    asked: Asked,
    answer: Answer,
    names: Mapping[str, str],
    starts: Mapping[str, str | None],
    key: str,
    caught: bool = False,
) -> Part:
    """The call as it was asked for, and what it returns or how PyTorch refuses."""
    more = {name: True for name in ("retain_graph", "allow_unused", "materialize_grads") if getattr(asked, name)}
    call = _grad(asked.outputs, asked.inputs, [starts.get(name) for name in asked.outputs], more)
    if answer.grads is None:
        code = f"try:\n{_indented(call)}\nexcept RuntimeError as error:\n    print(\"RuntimeError:\", error)"
        return Part(f"{key}_refused", code)
    return Part(key, "\n".join([_assigned(names.values(), call), *_shown(names, answer.grads)]))


def _jacobian(asked: Asked, seen: Partials) -> Part:
    """A pass for each entry of the outputs."""
    outputs = [name for name in asked.outputs if name in seen.tracked]
    inputs = [name for name in asked.inputs if name in seen.tracked]
    code = (
        f"rows = [\n"
        f"    torch.autograd.grad(entry, [{', '.join(inputs)}], retain_graph=True, materialize_grads=True)\n"
        f"    for output in [{', '.join(outputs)}]\n"
        f"    for entry in output.flatten()\n"
        f"]\n"
        f"print(torch.stack([torch.cat([part.flatten() for part in row]) for row in rows]))"
    )
    return Part("partials_jacobian", code)


def _grad(outputs: Sequence[str], inputs: Sequence[str], starts: Sequence[str | None], more: Mapping[str, bool]) -> str:
    arguments = {"outputs": _one_or_list(outputs), "inputs": f"[{', '.join(inputs)}]"}
    if any(starts):
        arguments["grad_outputs"] = _one_or_list([str(start) for start in starts])
    arguments |= {name: str(value) for name, value in more.items()}
    written = [f"{name}={value}" for name, value in arguments.items()]
    line = f"torch.autograd.grad({', '.join(written)})"
    if len(line) <= LONGEST:
        return line
    return "torch.autograd.grad(\n" + "".join(f"    {argument},\n" for argument in written) + ")"


def _one_or_list(names: Sequence[str]) -> str:
    return names[0] if len(names) == 1 else f"[{', '.join(names)}]"


def _assigned(names: Iterable[str], call: str) -> str:
    """What is returned under its names: a tuple, also of one."""
    first, *rest = names
    return f"{', '.join([first, *rest])} = {call}" if rest else f"{first} = {call}[0]"


def _shown(names: Mapping[str, str], grads: Gradients) -> list[str]:
    return [show(names[name], grad) for name, grad in grads.items()]


def _indented(code: str) -> str:
    return "\n".join(f"    {line}" for line in code.split("\n"))
