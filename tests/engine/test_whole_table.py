"""Generated programs over the whole table, held against plain PyTorch: Python runs the same text.

Each text of the list in which every row is tried is a template: its inputs are replaced by other texts of their shapes.
"""

import ast
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

import pytest
import torch
from hypothesis import HealthCheck, assume, event, given, settings
from hypothesis import strategies as st

import playground as pg
from playground.engine.backward import backward
from playground.engine.forward import Run, forward
from playground.engine.graph import read_graph
from playground.language.errors import EvaluationError, PlaygroundError
from playground.language.parse import parse
from playground.web.case import exported
from tests.cases import case_at
from tests.engine.test_graph import is_what_pytorch_recorded
from tests.engine.test_pytorch_words import TEXTS, TRACKED, VALUES, by_python, second, shown
from tests.oracles import fingerprints
from tests.pasted.scripts import case_of
from tests.programs import Draw, among
from tests.reading import printed

QUIET = settings(suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.filter_too_much])
SHAPES = {(): "u", (3,): "xyw", (3, 3): "A", (2, 3): "B"}
"""Names of inputs by their shape."""
FURTHER = (
    "torch.reciprocal({})", "torch.log2({})", "torch.log10({})", "torch.sign({})*{}", "torch.sigmoid({})",
    "torch.relu({})", "torch.minimum({}, {})", "{}.mean()", "torch.rad2deg({})", "torch.clamp_max({}, 0.3)",
    "{} + {}", "{} - {}", "{}*{}", "{}/{}", "-{}", "{}**2", "{}**{}", "torch.exp({})", "torch.sqrt({})", "abs({})",
    "torch.sin({})", "torch.cos({})", "torch.tan({})", "torch.tanh({})", "torch.atan({})", "torch.asinh({})",
    "torch.sinh({})", "torch.cosh({})", "torch.asin({})", "torch.acos({})", "torch.atanh({})", "torch.acosh({})",
    "torch.log({})", "{}.detach()*{}", "torch.softmax({}, dim=-1)", "1/{}", "2**{}", "{}.sum()", "{}.norm()",
)  # fmt: skip
"""Templates for any one shape."""


BEYOND = ("value_no_entries",)
"""What the playground refuses and PyTorch does not: a result without any entry."""


@dataclass(frozen=True)
class Written:
    """Statements that Python and the playground read alike, and their names."""

    text: str
    names: tuple[str, ...]


@cache
def templates() -> Mapping[tuple[int, ...], tuple[str, ...]]:
    """The texts by the shape of their results; those of no shape that is an input's stand under (-1,)."""
    found: dict[tuple[int, ...], list[str]] = {shape: [] for shape in (*SHAPES, (-1,))}
    texts = [*TEXTS, *(text.replace("{}", name[0]) for text in FURTHER for name in SHAPES.values())]
    for text in texts:
        shape = tuple(by_python(text, torch.float64)[1].shape)
        found[shape if shape in SHAPES else (-1,)].append(text)
    return {shape: tuple(texts) for shape, texts in found.items()}


class _Put(ast.NodeTransformer):
    """Puts texts that are drawn in the places of inputs."""

    def __init__(self, draw: Draw, known: Mapping[tuple[int, ...], list[str]], depth: int) -> None:
        self.draw, self.known, self.depth = draw, known, depth

    def visit_Name(self, node: ast.Name) -> ast.expr:
        """Another expression of the name's shape, where it is one of the inputs that require a gradient."""
        shape = next((shape for shape, names in SHAPES.items() if node.id in names), None)
        return node if shape is None else self.drawn(shape)

    def drawn(self, shape: tuple[int, ...]) -> ast.expr:
        """An expression of a shape."""
        if self.depth == 0 or self.draw(st.integers(0, 2)) == 0:
            return ast.Name(self.draw(among(tuple(self.known[shape]))))
        return _expression(self.draw, self.draw(among(templates()[shape])), self.known, self.depth - 1)


def _expression(draw: Draw, text: str, known: Mapping[tuple[int, ...], list[str]], depth: int) -> ast.expr:
    found: ast.expr = _Put(draw, known, depth).visit(ast.parse(text, mode="eval").body)
    return found


@st.composite
def written(draw: Draw) -> Written:
    """One to three statements, each a template with others inside, over the inputs and the statements before."""
    known = {shape: list(names) for shape, names in SHAPES.items()}
    lines: list[str] = []
    names = draw(st.integers(1, 3))
    for name in "fgh"[:names]:
        shape = draw(among((*SHAPES, (-1,)) if name == "fgh"[names - 1] else tuple(SHAPES)))
        tree = _expression(draw, draw(among(templates()[shape])), known, draw(st.integers(0, 2)))
        lines.append(f"{name} = {ast.unparse(tree)}")
        if shape in known:
            known[shape] += [name] * 2
    return Written("\n".join(lines), tuple("fgh"[:names]))


def plainly(made: Written, dtype: torch.dtype) -> tuple[dict[str, torch.Tensor], dict[str, torch.Tensor]]:
    """The inputs and the results, as Python and PyTorch have them."""
    leaves = {n: torch.tensor(v, dtype=dtype, requires_grad=n in TRACKED) for n, v in VALUES.items()}
    space: dict[str, Any] = {"torch": torch, "F": torch.nn.functional, "np": torch, **leaves}
    before = torch.get_default_dtype()
    torch.set_default_dtype(dtype)
    try:
        exec(made.text, space)
    finally:
        torch.set_default_dtype(before)
    return leaves, {name: space[name] for name in made.names}


def both(made: Written, dtype: torch.dtype) -> tuple[Run, dict[str, torch.Tensor], dict[str, torch.Tensor]] | None:
    """The run, and Python's inputs and results; None where both refuse."""
    program = parse(made.text)
    values = {name: VALUES[name] for name in program.inputs}
    tracked = [name for name in program.inputs if name in TRACKED]
    try:
        leaves, results = plainly(made, dtype)
    except (RuntimeError, IndexError, ValueError, TypeError):
        with pytest.raises(EvaluationError):
            forward(program, values, tracked, dtype)
        return None
    try:
        run = forward(program, values, tracked, dtype)
    except EvaluationError as refused:
        assert refused.key in BEYOND
        return None
    return run, leaves, {name: results[name] for name in program.outputs}


def alike(first: torch.Tensor | None, right: torch.Tensor | None) -> bool:
    """Whether two results are the same to the bit; what is no number is so in both."""
    if first is None or right is None:
        return first is right
    return (
        first.dtype == right.dtype
        and first.shape == right.shape
        and torch.equal(first.nan_to_num(7), right.nan_to_num(7))
    )


dtypes = st.sampled_from([torch.float32, torch.float64])


@given(written(), dtypes)
@QUIET
def test_values_gradients_and_graph_are_those_of_plain_pytorch(made: Written, dtype: torch.dtype) -> None:
    compared = both(made, dtype)
    event("refused by both" if compared is None else "compared")
    if compared is None:
        return
    run, leaves, results = compared
    used = {name: leaves[name] for name in run.inputs}
    assert all(alike(run.outputs[name], results[name]) for name in results)
    assert fingerprints(run.outputs, run.inputs) == fingerprints(results, used)
    is_what_pytorch_recorded(run, read_graph(run))
    started = {name: torch.ones_like(found) for name, found in results.items() if found.requires_grad and found.numel()}
    if not started:
        return
    tracked = [name for name in used if used[name].requires_grad]
    try:
        ends, points = [results[name] for name in started], [used[name] for name in tracked]
        wanted = torch.autograd.grad(ends, points, [*started.values()], allow_unused=True)
    except RuntimeError:
        with pytest.raises((EvaluationError, RuntimeError)):
            backward(run, started)
        return
    result = backward(run, started)
    assert all(alike(result.grads[name], grad) for name, grad in zip(tracked, wanted, strict=True))


@given(written())
@QUIET
def test_second_derivatives_are_those_of_plain_pytorch(made: Written) -> None:
    compared = both(made, torch.float64)
    assume(compared is not None)
    assert compared is not None
    run, leaves, results = compared
    name = next((name for name, found in results.items() if found.requires_grad), None)
    if name is None:
        return
    tracked = [name for name in run.inputs if run.inputs[name].requires_grad]
    try:
        wanted = second(results[name], [leaves[name] for name in tracked])
    except RuntimeError as refused:
        with pytest.raises(RuntimeError, match=re.escape(str(refused)[:40])):
            second(run.outputs[name], [run.inputs[name] for name in tracked])
        return
    found = second(run.outputs[name], [run.inputs[name] for name in tracked])
    assert len(found) == len(wanted)
    assert all(map(alike, found, wanted))


@given(written(), dtypes)
@QUIET
def test_the_exported_script_prints_what_plain_pytorch_has_and_is_read_back(made: Written, dtype: torch.dtype) -> None:
    torch.set_default_dtype(torch.float32)  # the script before may have set another
    compared = both(made, dtype)
    if compared is None or any(found.dim() > 2 for found in compared[2].values()):
        return
    run, _, results = compared
    values = {name: VALUES[name] for name in run.inputs}
    case = case_at(run.program, values, [name for name in run.inputs if name in TRACKED], dtype)
    try:
        script = exported(case, "").script
    except PlaygroundError:  # where going backward is refused
        return
    lines = printed(script)
    assert all(f"{name} = {shown(found)}" in lines for name, found in results.items())
    read = pg.read_script(script)
    assert (read.page, read.remarks) == ("graph", ())
    again = case_of(read).run()
    assert all(alike(again.outputs[name], found) for name, found in run.outputs.items())
    assert fingerprints(again.outputs, again.inputs) == fingerprints(run.outputs, run.inputs)
