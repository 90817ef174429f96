"""A run of an optimizer as the PyTorch loop that makes it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from playground.descent.optimizers import OPTIMIZERS, Setting
from playground.descent.run import Trajectory
from playground.drawing.script import Names, Part, indented, naming, setup
from playground.engine.forward import Run
from playground.language.notation import to_python
from playground.language.values import Value
from playground.words import say

SMALL = 2
"""The numbers of an input with at most so many entries are printed one by one."""


@dataclass(frozen=True)
class Loop:
    """What a loop is made with."""

    optimizer: str
    lr: float
    steps: int
    settings: Mapping[str, Setting] = field(default_factory=dict)
    noise: float = 0.0
    seed: int = 0
    zero_grad: bool = True
    entry: tuple[int, ...] | None = None
    """Of an output with several entries the one that is minimized; else their sum."""


def descent_parts(
    run: Run, values: Mapping[str, Value], output: str, moved: Sequence[str], loop: Loop, trajectory: Trajectory
) -> list[Part]:
    """The loop, and what is there after it."""
    names = naming(run.program.names, ("optimizer", "step", "generator", "range"))
    head = [part for part in setup(run, values, names) if part.key != "program"]
    lines = _lines(run, output, moved, loop, names)
    steps = loop.steps if trajectory.diverged_at is None else trajectory.diverged_at
    cut = "" if trajectory.diverged_at is None else f"  # {say('script.cut', step=steps)}"
    block = indented("\n".join([*lines, f"{names['optimizer']}.step()"]))
    again = "\n".join([*lines, *_shown(run, output, moved, loop, trajectory)])
    return [
        *head,
        Part("descent_optimizer", "\n".join(_made(moved, loop, names))),
        Part("descent_loop", f"for {names['step']} in {names['range']}({steps}):{cut}\n{block}"),
        Part("descent_show", again),
    ]


def _made(moved: Sequence[str], loop: Loop, names: Names) -> list[str]:
    """The optimizer, and where there is noise what draws it."""
    row = OPTIMIZERS[loop.optimizer]
    settings: dict[str, Any] = {**row.fixed}
    settings |= {
        name: value for name, value in loop.settings.items() if name in row.fixed or value != row.settings[name]
    }
    written = "".join(f", {name}={value!r}" for name, value in settings.items())
    lines = [f"{names['optimizer']} = torch.optim.{row.make.__name__}([{', '.join(moved)}], lr={loop.lr!r}{written})"]
    if loop.noise:
        lines.append(f"{names['generator']} = torch.Generator().manual_seed({loop.seed})")
    return lines


def _lines(run: Run, output: str, moved: Sequence[str], loop: Loop, names: Names) -> list[str]:
    """The lines zero_grad, forward and backward."""
    clear = f"{names['optimizer']}.zero_grad()"
    first = clear if loop.zero_grad else f"# {say('script.left_out', line=clear)}"
    lines = [first, *to_python(run.program).split("\n")]
    lines.append(f"{_minimized(run, output, loop)}.backward()")
    if loop.noise:
        drawn = f"generator={names['generator']}"
        lines += [
            f"{name}.grad += {loop.noise!r} * torch.randn({name}.shape, {drawn}, dtype={name}.dtype)" for name in moved
        ]
    return lines


def minimized(output: str, scalar: bool, entry: tuple[int, ...] | None) -> str:
    """What `backward` is called on."""
    if scalar:
        return output
    return f"{output}.sum()" if entry is None else f"{output}[{', '.join(map(str, entry))}]"


def _minimized(run: Run, output: str, loop: Loop) -> str:
    return minimized(output, run.outputs[output].dim() == 0, loop.entry)


def _shown(run: Run, output: str, moved: Sequence[str], loop: Loop, trajectory: Trajectory) -> list[str]:
    """Position, value and gradient as they print."""
    number = _minimized(run, output, loop)
    lines = [f'print("{number} =", {number}.item())']
    for name in moved:
        item = ".item()" if run.inputs[name].dim() == 0 else ".detach()"
        lines.append(f'print("{name} =", {name}{item})')
        known = trajectory.gradients[name][-1] is not None
        grad = f"{name}.grad{'.item()' if known and run.inputs[name].dim() == 0 else ''}"
        lines.append(f'print("{name}.grad =", {grad})')
    return lines
