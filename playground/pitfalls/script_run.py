"""Run a script of ours and watch it: what it prints, where PyTorch refuses, and the graph it went back through.

A script runs in a room of its own: its names, its `print`. Each thread hears its own script only.
"""

import re
import traceback
import warnings
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import torch
from torch.overrides import TorchFunctionMode

from playground.engine.backward import Backward, watching
from playground.engine.forward import Evaluation, Run, worded
from playground.engine.graph import AutogradGraph, read_graph
from playground.engine.graph_walk import reached, roots_of
from playground.engine.tape import Tape, call_of
from playground.language.notation import label
from playground.language.program import Program, Variable
from playground.pitfalls.unheard import without_a_word

SCRIPT = "<script>"
"""What a traceback calls the script."""

DEVELOPERS = " (Triggered internally"
"""What follows in a warning is where PyTorch's own source gives it."""

UNNAMED = Variable("")
"""A leaf before the script has given it a name."""

_GET_GRAD = torch.Tensor.grad.__get__  # type: ignore[union-attr]


@dataclass(frozen=True)
class Refusal:
    """An error of PyTorch's: its type, its own words, and the line of the script, from 0."""

    kind: str
    message: str
    line: int


@dataclass(frozen=True)
class ScriptResult:
    """What came of a script."""

    printed: tuple[str, ...]
    refusal: Refusal | None
    warning: str | None
    graph: AutogradGraph
    """The graph of its last backward pass; of the last named tensor where there was none."""
    backward: Backward | None
    """None where that pass was refused."""
    named: Mapping[str, torch.Tensor]
    """The tensor that each of its names holds in the end."""
    grads: Mapping[str, torch.Tensor]
    """The `.grad` of each name that has one, of a leaf too whose name was given away."""


def run_script(code: str, values: Mapping[str, float] | None = None) -> ScriptResult:
    """Run a script of constant text, our own; never one that somebody typed.

    `values` are numbers that it may name.
    """
    printed: list[str] = []
    names: dict[str, Any] = {"torch": torch, "print": lambda *parts: printed.append(" ".join(map(str, parts)))}
    names |= values or {}
    listener = _Listener(names)
    refusal = None
    try:
        with listener:
            exec(compile(code, SCRIPT, "exec"), names)
    except (RuntimeError, TypeError, ValueError) as problem:
        refusal = Refusal(type(problem).__name__, str(problem).strip(), _line_of(problem))
    graph, backward = listener.seen or (_keepable(read_graph(listener.run())), None)
    held = _tensors(names)
    named = {name: tensor.detach().clone() for name, tensor in held.items()}
    grads = _grads(listener.leaves()) | _grads(held)
    return ScriptResult(tuple(printed), refusal, listener.warning, graph, backward, named, grads)


def _line_of(problem: Exception) -> int:
    """The line of the script that an error came from."""
    lines = [frame.lineno for frame in traceback.extract_tb(problem.__traceback__) if frame.filename == SCRIPT]
    return (lines[-1] or 1) - 1


def _grads(tensors: Mapping[str, torch.Tensor]) -> dict[str, torch.Tensor]:
    """What is in the `.grad` of those that have one."""
    kept = {name: tensor for name, tensor in tensors.items() if tensor.is_leaf or tensor.retains_grad}
    return {name: tensor.grad.clone() for name, tensor in kept.items() if tensor.grad is not None}


class _Listener(TorchFunctionMode):
    """Writes each call of PyTorch down as a line of a tape, and watches the engine when `backward` is called."""

    def __init__(self, names: Mapping[str, Any]) -> None:
        super().__init__()
        self.names = names
        """The script's names, as they stand."""
        self.tape = Tape(id)
        self.seen: tuple[AutogradGraph, Backward | None] | None = None
        self.warning: str | None = None

    def __torch_function__(
        self, func: Any, types: Any, args: tuple[Any, ...] = (), kwargs: Mapping[str, Any] | None = None
    ) -> Any:
        self._learn_names()
        if func == torch.Tensor.backward:
            return self._go_back(*args, **(kwargs or {}))
        result = self._heard(func, args, kwargs or {})
        if isinstance(result, torch.Tensor) and result not in self.tape:
            self._write(func, args, result)
        return result

    def run(self, output: torch.Tensor | None = None) -> Run:
        """The script so far as a run with one output: this tensor, or else the one made last of those with a name."""
        self._learn_names()
        made = [self.tape.place(held) for held in _tensors(self.names).values()]
        line = max(made) if output is None else self.tape.place(output)
        tensor = self.tape.lines[line].value
        assert isinstance(tensor, torch.Tensor)
        name = _name(self.tape.lines[line])
        return Run(Program((), (), ()), self.leaves(), {name: tensor}, tuple(self.tape.lines), {name: line})

    def leaves(self) -> dict[str, torch.Tensor]:
        """The tensors whose `.grad` backward fills in, by their names."""
        return {_name(made): held for made in self.tape.lines if (held := _leaf(made)) is not None}

    def _learn_names(self) -> None:
        """Give each line the first name that its tensor has in the script."""
        for name, tensor in _tensors(self.names).items():
            line = self.tape.place(tensor)
            made = self.tape.lines[line]
            if made.ran == UNNAMED:
                self.tape.lines[line] = worded(Variable(name), made.value)
            elif made.name is None and (made.arguments or not isinstance(made.ran, Variable)):
                self.tape.lines[line] = worded(made.ran, made.value, made.arguments, name)

    # The engine

    def _go_back(self, output: torch.Tensor, *args: Any, **kwargs: Any) -> None:
        """`output.backward()`, watched; the graph is read before, while it has what it saved."""
        run = self.run(output)
        graph = _keepable(read_graph(run))
        self.seen = graph, None
        with watching(reached(roots_of(run.outputs).values())) as turns:
            output.backward(*args, **kwargs)  # type: ignore[no-untyped-call]
        grads = {name: None if leaf.grad is None else leaf.grad.clone() for name, leaf in run.inputs.items()}
        self.seen = graph, Backward(grads, tuple(turns))

    def _heard(self, func: Any, args: tuple[Any, ...], kwargs: Mapping[str, Any]) -> Any:
        """What a call gives; what PyTorch warns of is kept, and the call made again without a word.

        Warnings are the whole process's: only those that PyTorch gives to these two modules are errors and silence.
        """
        warnings.filterwarnings("error", category=UserWarning, module=re.escape(__name__))
        torch.set_warn_always(True)
        try:
            return func(*args, **kwargs)
        except UserWarning as warning:
            self.warning = str(warning).partition(DEVELOPERS)[0]
            return without_a_word(func, args, kwargs)

    # The tape

    def _write(self, func: Any, arguments: Sequence[Any], result: torch.Tensor) -> None:
        """A line for a new tensor: a leaf, the gradient of one, or what an operation gave."""
        given = _one_by_one(arguments)
        tensors = [argument for argument in given if isinstance(argument, torch.Tensor)]
        if not tensors or func is torch.tensor:
            self.tape.add(UNNAMED, result)
        elif func == _GET_GRAD:
            leaf = self.tape.lines[self.tape.place(tensors[0])]
            self.tape.add(Variable(f"{_name(leaf)}.grad"), result)
        else:
            used = tuple(map(self.tape.place, _as_written(func.__name__, given)))
            self.tape.add(call_of(func.__name__, list(map(self.tape.operand, used))), result, used)


def _tensors(names: Mapping[str, Any]) -> dict[str, torch.Tensor]:
    """The names that hold a tensor, in the order they were first given."""
    return {name: held for name, held in names.items() if isinstance(held, torch.Tensor)}


def _name(made: Evaluation) -> str:
    """What the script calls a line's value, or how it is written."""
    return made.name or label(made.expression)


def _leaf(made: Evaluation) -> torch.Tensor | None:
    """A line's value, if it has a `.grad` to fill in."""
    value = made.value
    return value if isinstance(value, torch.Tensor) and value.requires_grad and value.is_leaf else None


def _one_by_one(arguments: Sequence[Any]) -> list[Any]:
    """The arguments of a call; those of a list among them each by itself."""
    lists = [argument if isinstance(argument, (list, tuple)) else [argument] for argument in arguments]
    return [argument for several in lists for argument in several]


def _as_written(name: str, arguments: Sequence[Any]) -> list[torch.Tensor | int | float]:
    """The arguments of an operation; PyTorch hears `2*x` as `x*2`, and a number is written first."""
    used = [argument for argument in arguments if isinstance(argument, (torch.Tensor, int, float))]
    return used[::-1] if name == "mul" and not isinstance(used[-1], torch.Tensor) else used


def _keepable(graph: AutogradGraph) -> AutogradGraph:
    """The graph with values of its own: the script may go on to change what it shares memory with."""
    nodes = tuple(
        node._replace(value=None if node.value is None else node.value.clone(), saved=()) for node in graph.nodes
    )
    untracked = tuple(
        plain._replace(value=plain.value.clone()) if isinstance(plain.value, torch.Tensor) else plain
        for plain in graph.untracked
    )
    return replace(graph, nodes=nodes, untracked=untracked)
