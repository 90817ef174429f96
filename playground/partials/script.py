"""A call to `autograd.grad` -> the script that makes it."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import torch

from playground.drawing.script import CAUGHT, Names, Part, caught, indented, naming, one_or_list, setup, show, tensor
from playground.engine.forward import Run
from playground.engine.jacobian import entries_of
from playground.language.program import Program
from playground.language.values import Value
from playground.partials.grad_call import Answer, GradCall, Gradients, Partials, Twice

LONGEST = 110
"""A line has at most so many characters."""


@dataclass(frozen=True)
class Entries:
    """What of a Jacobian is shown: one row, and whether there are not too many entries to show all."""

    outputs: tuple[str, ...]
    inputs: tuple[str, ...]
    row: int
    all: bool


def grad_parts(
    run: Run,
    values: Mapping[str, Value],
    grad_call: GradCall,
    partials: Partials,
    gradient: Mapping[str, Value],
    again: Twice | None = None,
    entries: Entries | None = None,
) -> list[Part]:
    """The table pass by pass, and the one call; on request also entries of the Jacobian, and the call once more.

    `values` and `gradient` as typed; an output that is no number and has no gradient starts with ones.
    """
    names = naming_of(run.program)
    starts = {name: _start(name, weight, gradient) for name, weight in partials.weights.items()}
    parts = setup(run, values, names)
    returned = result_names(run.program, grad_call, partials)
    table = {end: {name: names[f"d{end}_d{name}"] for name in row} for end, row in partials.table.items()}
    if list(table.values()) not in ([], [returned]):
        parts.append(_table(partials, table, starts))
    if entries is not None:
        parts += _jacobian(run, entries, names)
    call = _asked(run, grad_call, starts)
    parts.append(_made(call, partials.first, returned, names, ("partials", "partials_refused")))
    if again is not None and again.first.grads is not None:
        repeated = {name: names[f"again_{name}"] for name in grad_call.inputs}
        parts.append(_made(call, again.second, repeated, names, ("partials_again", "partials_again_refused")))
    return parts


def naming_of(program: Program) -> Names:
    """What the script of a call names: what its passes return, and its own variables."""
    passes = [f"d{output}_d" for output in program.outputs] + ["grad_", "again_", "row_"]
    returned = [start + name for start in passes for name in program.inputs]
    return naming(program.names, [*returned, "rows", "row", "output", "entry", "part", *CAUGHT])


def result_names(program: Program, call: GradCall, partials: Partials) -> Names:
    """By input the name of what the call returns: `dy_dx` where that is a partial derivative, else `grad_x`."""
    plain = [name for name in call.outputs if name in partials.weights and _is_one(partials.weights[name])]
    start = f"d{plain[0]}_d" if len(call.outputs) == len(plain) == 1 else "grad_"
    return {name: naming_of(program)[start + name] for name in call.inputs}


def row_names(program: Program, entries: Entries) -> Names:
    """By input the name of its part of a row."""
    return {name: naming_of(program)[f"row_{name}"] for name in entries.inputs}


def _is_one(weight: torch.Tensor) -> bool:
    return weight.dim() == 0 and weight.item() == 1


def _start(name: str, weight: torch.Tensor, gradient: Mapping[str, Value]) -> str | None:
    """What an output starts with, as Python; None where that is 1 and need not be said."""
    if name in gradient and not _is_one(weight):
        return tensor(gradient[name])
    return f"torch.ones_like({name})" if weight.dim() else None


def _table(partials: Partials, names: Mapping[str, Names], starts: Mapping[str, str | None]) -> Part:
    """A pass for each output."""
    lines: list[str] = []
    for end, row in partials.table.items():
        start = starts[end] if partials.weights[end].dim() else None
        more = {"retain_graph": True, **({"allow_unused": True} if None in row.values() else {})}
        lines += [_assigned(names[end].values(), _grad([end], list(row), [start], more))]
        lines += _shown(names[end], row)
    return Part("partials_table", "\n".join(lines))


def _asked(run: Run, call: GradCall, starts: Mapping[str, str | None]) -> str:
    """The call as it was asked for; a plain number becomes the tensor that the page has for it."""
    plain = {name for name in call.outputs if not isinstance(run.tape[run.lines[name]].value, torch.Tensor)}
    outputs = [f"torch.tensor(float({name}))" if name in plain else name for name in call.outputs]
    more = {name: True for name in ("retain_graph", "allow_unused", "materialize_grads") if getattr(call, name)}
    return _grad(outputs, call.inputs, [starts.get(name) for name in call.outputs], more)


def _made(call: str, answer: Answer, returned: Names, names: Names, keys: tuple[str, str]) -> Part:
    """A call, and what it returns or how PyTorch refuses it; a key for each."""
    if answer.grads is None:
        return Part(keys[1], caught(call, names))
    return Part(keys[0], "\n".join([_assigned(returned.values(), call), *_shown(returned, answer.grads)]))


def _jacobian(run: Run, entries: Entries, names: Names) -> list[Part]:
    """A pass for each entry of the outputs, and the pass of one row; the whole only where it is not too large."""
    rows, row, output, entry, part = (names[name] for name in ("rows", "row", "output", "entry", "part"))
    call = _grad([entry], entries.inputs, [None], {"retain_graph": True, "materialize_grads": True})
    code = (
        f"{rows} = [\n"
        f"{indented(call)}\n"
        f"    for {output} in [{', '.join(entries.outputs)}]\n"
        f"    for {entry} in {output}.flatten()\n"
        f"]\n"
        f"print(torch.stack([torch.cat([{part}.flatten() for {part} in {row}]) for {row} in {rows}]))"
    )
    return [*([Part("partials_jacobian", code)] if entries.all else []), _one_row(run, entries)]


def _one_row(run: Run, entries: Entries) -> Part:
    names = row_names(run.program, entries)
    entry = entries_of(run.outputs, entries.outputs)[entries.row]
    call = _grad([entry], entries.inputs, [None], {"retain_graph": True, "materialize_grads": True})
    shown = [show(names[name], run.inputs[name].detach()) for name in entries.inputs]
    return Part("partials_row", "\n".join([_assigned(names.values(), call), *shown]), {"entry": entry})


def _grad(outputs: Sequence[str], inputs: Sequence[str], starts: Sequence[str | None], more: Mapping[str, bool]) -> str:
    arguments = {"outputs": one_or_list(outputs), "inputs": f"[{', '.join(inputs)}]"}
    if any(starts):
        arguments["grad_outputs"] = one_or_list([str(start) for start in starts])
    arguments |= {name: str(value) for name, value in more.items()}
    written = [f"{name}={value}" for name, value in arguments.items()]
    line = f"torch.autograd.grad({', '.join(written)})"
    if len(line) <= LONGEST:
        return line
    return "torch.autograd.grad(\n" + "".join(f"    {argument},\n" for argument in written) + ")"


def _assigned(names: Iterable[str], call: str) -> str:
    """What is returned under its names: a tuple, also of one."""
    first, *rest = names
    return f"{', '.join([first, *rest])} = {call}" if rest else f"{first} = {call}[0]"


def _shown(names: Names, grads: Gradients) -> list[str]:
    return [show(names[name], grad) for name, grad in grads.items()]
