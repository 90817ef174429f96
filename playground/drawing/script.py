"""What a page did -> the PyTorch script that does it, as a person would write it. It runs alone."""

import builtins
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

import torch

from playground.engine.backward import Backward
from playground.engine.forward import Run
from playground.language.notation import formula, python, to_python
from playground.language.operations import OPERATIONS
from playground.language.program import Call, Program, postorder
from playground.language.script.source import SIGNATURE
from playground.language.values import Value


@dataclass(frozen=True)
class Part:
    """A piece of a script, and the key under `script` of the words that say what it does, with their numbers."""

    key: str
    code: str
    values: Mapping[str, str] = field(default_factory=dict)


def signed(parts: Sequence[Part], page: str) -> list[Part]:
    """The parts, of which the first says in a comment which page made them: what is pasted goes back there."""
    address = "" if page == "graph" else page
    first, *rest = parts
    return [replace(first, code=f"{SIGNATURE}{address}\n{first.code}"), *rest]


def to_script(parts: Iterable[Part]) -> str:
    """The parts as one script, a line between them."""
    return "\n\n".join(part.code for part in parts) + "\n"


Names = Mapping[str, str]
"""By each name that a script would use beside its program's the one it uses."""

MODULE = "builtins"
"""Where Python's own names are found when a program has taken one of them."""


def naming(taken: Iterable[str], wanted: Iterable[str]) -> Names:
    """What a script calls its own variables, and how it reaches Python's own names, among a program's names.

    The program keeps its names. A variable is given underscores until nothing else has its name, and one of Python's
    own names is reached through its module: `range` as `builtins.range`. `torch`, `print` and `float` are no names of
    a program.
    """
    taken, names = set(taken), dict[str, str]()
    for name in dict.fromkeys((MODULE, *wanted)):
        if name in taken and hasattr(builtins, name):
            names[name] = f"{names[MODULE]}.{name}"
            continue
        names[name] = name
        while names[name] in taken:
            names[name] += "_"
        taken.add(names[name])
    return names


def backward_parts(
    run: Run, values: Mapping[str, Value], result: Backward | None, gradient: Mapping[str, Value] | None = None
) -> list[Part]:
    """Run a program, go backward from its outputs, print them and every leaf's gradient.

    `values` are the inputs' as typed; `result` is None where no backward pass is possible; `gradient` as in `backward`.
    """
    shown = [show_output(run, name) for name in run.outputs]
    if result is not None:
        shown += [show(f"{name}.grad", grad) for name, grad in result.grads.items()]
    return [*setup(run, values, {}), *start(run, result, gradient), Part("show", "\n".join(shown))]


def setup(run: Run, values: Mapping[str, Value], names: Names) -> list[Part]:
    """The imports, the functions that PyTorch lacks, the inputs and the program."""
    is_double = any(value.dtype == torch.float64 for value in (run.inputs or run.outputs).values())
    double = "torch.set_default_dtype(torch.float64)" if is_double else ""
    imports = "\n\n".join(filter(None, [_module(names), "import torch", double, *_functions(run.program)]))
    inputs = "\n".join(
        f"{name} = torch.tensor({_floats(values[name])}{', requires_grad=True' * leaf.requires_grad})"
        for name, leaf in run.inputs.items()
    )
    return [
        Part("imports", imports),
        *([Part("inputs", inputs)] if inputs else []),
        Part("program", to_python(run.program)),
    ]


def show(name: str, value: torch.Tensor | None) -> str:
    """The line that prints a result: scalars by `.item()`, larger tensors and None as they are."""
    return f'print("{name} =", {name}{"" if value is None or value.dim() else ".item()"})'


def show_output(run: Run, name: str) -> str:
    """The line that prints an output, without the graph it holds."""
    if not isinstance(run.tape[run.lines[name]].value, torch.Tensor):
        return f'print("{name} =", float({name}))'
    output = run.outputs[name]
    return (
        show(name, output) if output.dim() == 0 or not output.requires_grad else f'print("{name} =", {name}.detach())'
    )


def start(run: Run, result: Backward | None, gradient: Mapping[str, Value] | None) -> list[Part]:
    """The line that goes backward, none where there is nothing to go back through."""
    if result is None:
        return []
    return [Part("backward", _backward_line(run, gradient))]


def _backward_line(run: Run, gradient: Mapping[str, Value] | None) -> str:
    if gradient is None:
        names = [name for name, output in run.outputs.items() if output.requires_grad]
        return f"{names[0]}.backward()" if len(names) == 1 else f"torch.autograd.backward([{', '.join(names)}])"
    tensors = {name: tensor(value) for name, value in gradient.items()}
    if len(tensors) == 1:
        name, upstream = tensors.popitem()
        return f"{name}.backward(gradient={upstream})"
    return f"torch.autograd.backward([{', '.join(tensors)}], [{', '.join(tensors.values())}])"


def tensor(value: Value) -> str:
    """A value as the call that makes its tensor, of floats."""
    return f"torch.tensor({_floats(value)})"


def _floats(value: Value) -> str:
    if isinstance(value, Sequence):
        return "[" + ", ".join(map(_floats, value)) + "]"
    return repr(float(value))


def _module(names: Names) -> str:
    """The import of the module that Python's own names are reached through, where one of them is."""
    module = names.get(MODULE, MODULE)
    reached = any(name.startswith(f"{module}.") for name in names.values())
    return f"import {MODULE}{f' as {module}' * (module != MODULE)}" * reached


def _functions(program: Program) -> list[str]:
    """The functions of the program that PyTorch does not have, in terms of those it has."""
    calls = [node for statement in program.statements for node in postorder(statement.expression)]
    names = dict.fromkeys(node.operation for node in calls if isinstance(node, Call))
    composites = [OPERATIONS[name] for name in names if OPERATIONS[name].composite]
    return [f"def {row.name}(u):\n    return {python(formula(str(row.formula)))}" for row in composites]


CAUGHT = ("error", "RuntimeError")
"""What `caught` needs of a naming."""


def caught(code: str, names: Names, kind: str = "RuntimeError") -> str:
    """Code that PyTorch refuses with an error of this kind: its words are printed and the script goes on."""
    error = names["error"]
    return f'try:\n{indented(code)}\nexcept {names[kind]} as {error}:\n    print("{kind}:", {error})'


def indented(code: str) -> str:
    """The lines of a block."""
    return "\n".join(f"    {line}" for line in code.split("\n"))


def one_or_list(items: Sequence[str]) -> str:
    """One alone as it is, several as a list."""
    return items[0] if len(items) == 1 else f"[{', '.join(items)}]"
