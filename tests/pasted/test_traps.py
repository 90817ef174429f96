"""A script's traps are told with it."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from playground.engine.traps import traps
from playground.pasted.read import read_script
from playground.pitfalls.table import PITFALLS
from tests.pasted.scripts import case_of
from tests.programs import Draw, among

WHOLE = (
    "x = torch.tensor(3, requires_grad=True)\ny = x**2\ny.backward()\n",
    "x = torch.tensor([1, 2])\nx.requires_grad_()\ny = (x**2).sum()\ny.backward()\n",
)
FLOATING = (
    "x = torch.tensor(3.0, requires_grad=True)\nn = torch.tensor(2)\ny = n*x**2\ny.backward()\n",
    "x = torch.tensor(3, dtype=torch.float32, requires_grad=True)\ny = x**2\ny.backward()\n",
)


@pytest.mark.parametrize("script", WHOLE)
def test_a_leaf_of_whole_numbers_is_told_with_its_line_and_its_pitfall(script: str) -> None:
    read = read_script(f"import torch\n{script}")
    assert read.traps == ("integer",)
    assert [remark for remark in read.remarks if "int64" in remark]
    assert set(read.traps) <= PITFALLS.keys()


@pytest.mark.parametrize("script", FLOATING)
def test_other_leaves_are_not(script: str) -> None:
    read = read_script(f"import torch\n{script}")
    assert not read.traps
    assert not read.remarks


@pytest.mark.filterwarnings("ignore:Using a target size")
@pytest.mark.parametrize(("text", "trap"), [
    ("y = torch.where(x > 0, torch.sqrt(x), x).sum()", "where-nan"),
    ("y = torch.log(F.softmax(x, dim=0)).sum()", "log-softmax"),
    ("y = (x * x.detach()).sum()", "detach"), ("y = F.mse_loss(x, t)", "mse-shapes"),
    ("y = (x * t).sum()", "broadcast"),
    ("y = F.cross_entropy(F.softmax(x, dim=0), torch.tensor(1))", "softmax-twice"),
])  # fmt: skip
def test_a_trap_of_a_script_is_found_on_the_page_that_it_opens(text: str, trap: str) -> None:
    made = "x = torch.tensor([1.0, 2.0], requires_grad=True)\nt = torch.tensor([[1.0], [2.0]])\n"
    script = read_script(f"import torch\nimport torch.nn.functional as F\n{made}{text}\ny.backward()\n")
    assert [spotted.trap for spotted in traps(case_of(script).run())] == [trap]


# What looks like a trap in a script and is none

HARMLESS = (
    "torch.where(x > {c}, x**2, torch.sin(x))",
    "torch.where(x > 0, torch.sqrt(torch.where(x > 0, x, torch.ones_like(x))), x)",
    "torch.sqrt(x**2 + 1)",
    "F.log_softmax(x + w, dim=0)",
    "torch.log(torch.sigmoid(x))",
    "x * w.detach()",
    "(x - x.detach().mean())**2",
    "torch.exp(x - x.max().detach())",
    "x.clamp(min={c}) * n",
    "x[:, None] * w[None, :]",
    "(x.unsqueeze(1) - w.unsqueeze(0))",
    "torch.outer(x, w) / {d}",
    "x.view(3, 1) @ w.view(1, 3)",
    "F.mse_loss(x, data)",
    "F.mse_loss(x.view(-1, 1), data.view(-1, 1))",
    "F.cross_entropy(x.unsqueeze(0), labels)",
    "x[index]",
    "k * x**2",
    "scale(x, {d})",
    "(x if {d} > 1 else w)",
)
"""Expressions of a script over two vectors, data and whole numbers that require no gradient."""
HEAD = """import torch
import torch.nn.functional as F
n = torch.tensor(2)
k = torch.arange(3)
index = torch.tensor([0, 2])
labels = torch.tensor([1])
data = torch.tensor([0.5, -1.0, 2.0])
def scale(v, by):
    return v / by
"""
WAYS = (
    "{y}.backward()\n",
    "{y}.backward(retain_graph=True)\nx.grad.zero_()\n{y}.backward()\n",
    "g, = torch.autograd.grad({y}, x)\n",
    "opt = torch.optim.SGD([x, w], lr=0.01)\nfor i in range(3):\n    opt.zero_grad()\n    l = {y}\n"
    "    l.backward()\n    opt.step()\n",
)
"""What a script asks for at its end."""


LEAVES = (
    "torch.tensor({0}, requires_grad=True)",
    "torch.tensor({0}).requires_grad_()",
    "torch.nn.Parameter(torch.tensor({0}))",
)
THREE_NUMBERS = st.lists(st.sampled_from((-1.5, 0.0, 0.25, 1.0, 3.0)), min_size=3, max_size=3)
ONE_TO_THREE_PARTS = st.lists(st.sampled_from(HARMLESS), min_size=1, max_size=3)


@st.composite
def harmless(draw: Draw) -> str:
    """A script of such expressions: floats that require a gradient, one of four things asked."""
    made = draw(among(LEAVES))
    leaves = "".join(f"{name} = {made.format(draw(THREE_NUMBERS))}\n" for name in "xw")
    parts = draw(ONE_TO_THREE_PARTS)
    sums = [f"({part.format(c=draw(among(('0', '0.5'))), d=draw(among(('2', '3'))))}).sum()" for part in parts]
    lines = "".join(f"part{place} = {text}\n" for place, text in enumerate(sums))
    y = " + ".join(f"part{place}" for place in range(len(parts)))
    way = draw(among(WAYS))
    if "SGD" in way:  # each round computes its loss anew
        return HEAD + leaves + way.format(y=" + ".join(sums))
    return HEAD + leaves + lines + f"y = {y}\n" + way.format(y="y")


@pytest.mark.parametrize("count", [250, pytest.param(1000, marks=pytest.mark.slow)])
def test_no_false_alarm_in_scripts_that_do_no_harm(count: int) -> None:
    @settings(max_examples=count, deadline=None, suppress_health_check=list(HealthCheck))
    @given(harmless())
    def look(text: str) -> None:
        script = read_script(text)
        assert script.traps == ()
        assert traps(case_of(script).run()) == (), text

    look()
