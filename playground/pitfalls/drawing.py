"""A pitfall in pictures and words: the marks of its drawing, the numbers of its sentences, its script."""

from difflib import SequenceMatcher

from playground.drawing.dot import ON_SCREEN, Sizes, to_dot
from playground.drawing.numbers import brief
from playground.drawing.script import Part, caught, naming
from playground.engine.graph import AutogradGraph, Node
from playground.pitfalls.script_run import Refusal, ScriptResult
from playground.pitfalls.table import CUT, Pitfall, Values
from playground.words import say


def pitfall_dot(pitfall: Pitfall, provoked: ScriptResult, marked: bool, sizes: Sizes = ON_SCREEN) -> str:
    """The graph that a script went back through, with the words of the pitfall where it happens, if that is wanted.

    What autograd does not track is drawn where it has to do with the pitfall.
    """
    marks = marked_places(pitfall, provoked) if marked else {}
    return to_dot(provoked.graph, provoked.backward, constants=pitfall.untracked, sizes=sizes, marks=marks)


def marked_places(pitfall: Pitfall, provoked: ScriptResult) -> dict[str, str]:
    """The words of a pitfall by the ids of where it happens."""
    words = say(f"pitfalls.{pitfall.key}.mark", **numbers(provoked))
    return dict.fromkeys(places(provoked.graph, pitfall.at), words)


def places(graph: AutogradGraph, at: str) -> list[str]:
    """The ids of what is marked: arrows that leave autograd's sight, or nodes that are called so."""
    if at == CUT:
        edges = enumerate(graph.untracked_edges)
        return [f"plainedge{place}" for place, edge in edges if edge.source_tracked and not edge.target_tracked]
    nodes = [f"node{place}" for place, node in enumerate(graph.nodes) if at in _names(node)]
    plain = enumerate(graph.untracked)
    return nodes + [f"plain{place}" for place, value in plain if at in (value.input, *_given(value.expression))]


def _names(node: Node) -> tuple[str, ...]:
    """PyTorch's name for a node, and the names that the script gave its result."""
    return (node.name, *node.outputs, *_given(node.expression or ""))


def _given(expression: str) -> list[str]:
    """The name that a statement gives, if it is one."""
    name, is_named, _ = expression.partition(" = ")
    return [name] if is_named else []


def numbers(provoked: ScriptResult) -> dict[str, str]:
    """What a sentence may name of a script: `x`, `x_grad`, `x_shape`, `x_dtype`."""
    texts = {f"{name}_grad": brief(grad) for name, grad in provoked.grads.items()}
    for name, tensor in provoked.named.items():
        texts |= {name: brief(tensor), f"{name}_shape": str(list(tensor.shape)), f"{name}_dtype": str(tensor.dtype)}
    return texts


def texts_of_both(wrong: ScriptResult, mended: ScriptResult) -> dict[str, str]:
    """The numbers of the script as it was, and as `mended_x` those of the mended one."""
    return numbers(wrong) | {f"mended_{name}": text for name, text in numbers(mended).items()}


def pitfall_parts(pitfall: Pitfall, values: Values, wrong: ScriptResult) -> list[Part]:
    """The pitfall and its mending as one script; where PyTorch refuses, its words are printed instead."""
    code = pitfall.text(False, values)
    broken = _caught(code, wrong.refusal) if wrong.refusal else code
    codes = {"imports": "import torch", "pitfall": broken, "mended": pitfall.text(True, values)}
    return [Part(key, code.rstrip("\n")) for key, code in codes.items()]


def asked_parts(pitfall: Pitfall, values: Values) -> list[Part]:
    """The pitfall alone, as it stands before its question is answered."""
    return [Part("imports", "import torch"), Part("pitfall", pitfall.text(False, values).rstrip("\n"))]


def _caught(code: str, refusal: Refusal) -> str:
    """A script up to the line that PyTorch refuses, and that line with its error printed."""
    lines = code.splitlines()
    names = naming((), ("error", refusal.kind))
    return "\n".join([*lines[: refusal.line], caught(lines[refusal.line], names, refusal.kind)])


def changed(code: str, mended: str) -> frozenset[int]:
    """The lines of a mended script that the script did not have, or not there, from 0."""
    steps = SequenceMatcher(None, code.splitlines(), mended.splitlines(), autojunk=False).get_opcodes()
    return frozenset(place for kind, _, _, start, end in steps if kind != "equal" for place in range(start, end))
