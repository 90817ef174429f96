"""What the scalar page did, as a script: `backward` from one output, and whatever was done again on the same leaves."""

from collections.abc import Mapping, Sequence

from playground.drawing.script import CAUGHT, Names, Part, caught, naming, setup, show, show_output
from playground.engine.forward import Run
from playground.language.notation import to_python
from playground.language.values import Value
from playground.scalar.replay import AGAIN, ZERO_GRAD, Moment


def scalar_parts(run: Run, values: Mapping[str, Value], output: str, moments: Sequence[Moment]) -> list[Part]:
    """Run a program, go backward from one output, print it and every leaf's gradient; then each action again.

    `values` are the inputs' as typed; the first of the moments is the one before any action.
    """
    first, *actions = moments
    names = naming(run.program.names, CAUGHT)
    parts = [*setup(run, values, names), Part("scalar_backward", _backward(output, first, names))]
    parts.append(Part("show", "\n".join([show_output(run, output), *_grads(first)])))
    return parts + [_action(run, output, moment, names) for moment in actions]


def _action(run: Run, output: str, moment: Moment, names: Names) -> Part:
    """An action, and what `.grad` holds then."""
    if moment.action == ZERO_GRAD:
        line = f"torch.optim.SGD([{', '.join(moment.grads)}], lr=1.0).zero_grad()"
    elif moment.action == AGAIN:
        line = f"{to_python(run.program)}\n{_backward(output, moment, names)}"
    else:
        line = _backward(output, moment, names)
    key = "refused" if moment.refused else moment.action
    return Part(f"scalar_{key}", "\n".join([line, *_grads(moment)]))


def _backward(output: str, moment: Moment, names: Names) -> str:
    line = f"{output}.backward()"
    return caught(line, names) if moment.refused else line


def _grads(moment: Moment) -> list[str]:
    return [show(f"{name}.grad", grad) for name, grad in moment.grads.items()]
