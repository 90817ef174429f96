"""Whatever is pasted is answered with a sentence and its line; nothing of it is run, and what can be read is."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

import playground as pg
from playground.language import limits
from playground.language.script.calls import _DERIVATIVES, _METHODS, _PATHS, MAKERS
from tests.pasted.scripts import TUTORIAL

HEAD = "import torch\nx = torch.tensor(2.0, requires_grad=True)\n"
REST = "y = x**2\ny.backward()\n"

LEFT_OUT = {
    "imports os": ("import os\nos.system('true')\n" + HEAD + REST, [1, 2]),
    "asks for os": (HEAD + "__import__('os').system('true')\n" + REST, [3]),
    "opens files": (HEAD + "open('x', 'w').write('x')\nwith open('y') as f:\n    data = f.read()\n" + REST, [3, 4]),
    "runs forever": (HEAD + "while True:\n    pass\n" + REST, [3]),
    "counts forever": (HEAD + "n = 0\nwhile n < 10:\n    n = n - 1\n" + REST, [4]),
    "exec and eval": (HEAD + "exec('x = 3')\neval('x')\n" + REST, [3, 4]),
    "a class without layers": (HEAD + "class Net:\n    pass\nnet = Net()\nz = net(x)\n" + REST, [3, 5, 6]),
    "layers without forward": (HEAD + "class Net(torch.nn.Module):\n    pass\nnet = Net()\nz = net(x)\n" + REST, [6]),
    "layers without end": (
        HEAD + "class Net(torch.nn.Module):\n    def forward(self, x):\n        return self.forward(x)\n"
        "z = Net()(x)\n" + REST,
        [5, 6],
    ),
    "a backward of one's own": (
        HEAD + "class Cube(torch.autograd.Function):\n    pass\nz = Cube.apply(x)\n" + REST, [3, 5],
    ),
    "gradients that are cut": (HEAD + REST + "torch.nn.utils.clip_grad_norm_([x], 1.0)\n", [5]),
    "a rate that changes": (
        HEAD + "o = torch.optim.SGD([x], lr=0.1)\ns = torch.optim.lr_scheduler.StepLR(o, 3)\n" + REST + "s.step()\n",
        [4, 7],
    ),
    "layers with weights": (HEAD + "a = torch.nn.LayerNorm(3)\nb = torch.nn.PReLU()\n" + REST, [3, 4]),
    "a hook": (HEAD + "z = x*1\nz.register_hook(lambda g: 2*g)\n" + REST, [4]),
    "weights set in place": (HEAD + "torch.nn.init.zeros_(x)\n" + REST, [3]),
    "groups of parameters": (HEAD + "o = torch.optim.SGD([{'params': [x], 'lr': 0.5}], lr=0.1)\n" + REST, [3]),
    "batches": (HEAD + "d = torch.utils.data.TensorDataset(x)\n" + REST, [3]),
    "a function that is not there": (HEAD + "torch.foo(x)\n" + REST, [3]),
    "unknown modules": ("import tensorflow as tf\n" + HEAD + "d = tf.constant(1)\n" + REST, [1, 4]),
    "an undefined name": (HEAD + "z = x*missing\n" + REST, [3]),
    "a million numbers": (
        HEAD + "A = torch.zeros(1000, 1000)\nB = torch.arange(0, 1e12)\nC = torch.linspace(0, 1, 10**8)\n"
        "D = torch.eye(10**6)\nE = torch.full((10**5, 10**5), 1.)\nF = torch.ones(10**30)\nG = list(range(10**12))\n"
        "H = [0]*10**9\n" + REST,
        [3, 4, 5, 6, 7, 8, 9, 10],
    ),
    "recursion": (HEAD + "def f(n):\n    return f(n - 1)*x\nz = f(3)\n" + REST, [4, 5]),
    "nested loops": (
        HEAD + "z = x\nfor i in range(100):\n    for j in range(100):\n        z = z*x\nw = z + 1\n" + REST,
        [4, 7],
    ),
    "loops of plain numbers": (
        HEAD + "k = 0\nfor i in range(10**6):\n    for j in range(10**6):\n        k = k + 1\n" + REST,
        [4],
    ),
    "an index out of range": (HEAD + "items = [1, 2]\nz = x*items[5]\n" + REST, [4]),
    "Python 2": (HEAD + REST + "print x.grad\nprint 'slope', y\n", [5, 6]),
    "half a bracket": (HEAD + "z = (x + \nw = 3\n" + REST, [3]),
    "too many brackets": (HEAD + "z = " + "(" * 3000 + "x" + ")" * 3000 + "\n" + REST, [3]),
    "too many signs": (HEAD + "z = " + "-" * 9000 + "x\n" + REST, [3]),
    "too many terms": (HEAD + "z = " + "x + " * 3000 + "x\n" + REST, [3]),
    "too many dots": (HEAD + "z = x" + ".T" * 5000 + "\n" + REST, [3]),
    "a null byte": (HEAD + "z = '\0'\n" + REST, [3]),
    "half a sign": (HEAD + "# \ud800\n" + REST, [3]),
    "a large integer": (HEAD + "n = " + "9" * 5000 + "\n" + REST, [3]),
    "a tower of powers": (HEAD + "n = 9**9**9\n" + REST, [3]),
    "infinity": (HEAD + "z = torch.tensor(float('inf'))\n" + REST, [3]),
    "what only runs": (HEAD + "raise ValueError\nasync def f(): pass\n@cached\ndef g(): pass\n" + REST, [3, 4, 6]),
    "other signs": (HEAD + "z = x // 2\n" + REST, [3]),
    "numpy's own numbers": ("import numpy as np\n" + HEAD + "r = np.random.randn(3)\n" + REST, [4]),
    "a layer that is not known": (HEAD + "layer = torch.nn.Conv2d(1, 1, 3)\n" + REST, [3]),
    "a layer that is too large": (HEAD + "torch.manual_seed(0)\nlayer = torch.nn.Linear(1000, 1000)\n" + REST, [4]),
}  # fmt: skip
"""Scripts of which lines are left out, by their numbers; the rest is read."""

REFUSED = {
    "a syntax error": (HEAD + "y = x**2 +\ny.backward()\n", 3),
    "no code": ("hello world\nthis is no code at all\n", 1),
    "nothing": ("", 1),
    "comments": ("# nothing\n# 只有注释\n", 1),
    "a name that is needed": (HEAD + "y = x**2 + missing\ny.backward()\n", 3),
    "an index of a tensor": (HEAD + "v = torch.ones(2, requires_grad=True)\ny = v[3]**2\ny.backward()\n", 4),
    "a mask of another shape": (
        "import torch\nx = torch.tensor([1., 2., 3.], requires_grad=True)\nm = torch.tensor([True, False])\n"
        "y = x[m].sum()\ny.backward()\n",
        4,
    ),
    "shapes that do not fit": (
        "import torch\nx = torch.ones(3, requires_grad=True)\nm = torch.ones(2)\ny = (x*m).sum()\ny.backward()\n",
        4,
    ),
    "too much for a program": (HEAD + "y = x\n" + "y = y*y + y\n" * 150 + "y.backward()\n", None),
    "too many lines": ("\n" * 30_000 + HEAD + REST, limits.MAX_SCRIPT_CHARACTERS + 1),
    "no optimizer": (
        HEAD + "o = torch.optim.LBFGS([x], lr=0.1)\nfor i in range(9):\n    o.zero_grad()\n    y = x**2\n"
        "    y.backward()\n    o.step()\n",
        8,
    ),
    "half a notebook": ('{"cells": [', 1),
    "a deep notebook": ('{"cells": [' + "[" * 100_000, 1),
}  # fmt: skip
"""Scripts of which nothing can be shown, with the line that is to blame."""

_watched = [False]
_seen: list[str] = []
WATCHED = ("exec", "os.", "subprocess.", "socket.", "shutil.", "open")


def _watch(event: str, arguments: tuple[object, ...]) -> None:
    looked_for = arguments[:1] == ("<unknown>",)  # Python looks for the line of a syntax error there
    if _watched[0] and event.startswith(WATCHED) and not looked_for:
        _seen.append(f"{event} {arguments!r:.80}")


sys.addaudithook(_watch)


@contextmanager
def nothing_run() -> Iterator[None]:
    """Nothing is executed, opened or started inside, as Python itself tells."""
    pg.read_script("import os\n" + TUTORIAL["descent"][1])  # what is imported once is imported
    _seen.clear()
    _watched[0] = True
    try:
        yield
    finally:
        _watched[0] = False
    assert not _seen


@pytest.mark.parametrize("key", LEFT_OUT)
def test_what_cannot_be_read_is_told_by_its_line_and_the_rest_is_read(key: str) -> None:
    text, lines = LEFT_OUT[key]
    with nothing_run():
        script = pg.read_script(text)
    assert script.parameters["f"] == "y = x^2"
    assert script.page == "scalar"
    assert [int(remark.removeprefix("Line ").partition(":")[0]) for remark in script.remarks] == lines, script.remarks


NOTHING = {
    "print('hello')\n": ("Nothing that computes a number was read", "x = torch.tensor(3.0, requires_grad=True)"),
    "x = 3\ny = x**2\nprint(y)\n": ("Read: x = 3, y = x^2", "x = torch.tensor(3.0, requires_grad=True)"),
    "import torch\nv = torch.tensor([1, 2])\n": (
        "Read: v = [1, 2]",
        "v = torch.tensor([1.0, 2.0], requires_grad=True)",
    ),
    "import numpy as np\na = 0.1\nfor i in range(500):\n    a = a - 0.1*a\n": (
        "more than 200 operations",
        "a = torch.tensor(0.1, requires_grad=True)",
    ),
    "import jax\ng = jax.grad(f)\n": ("Line 1: jax is not read", "x = torch.tensor(3.0, requires_grad=True)"),
    "import torch\nx = torch.randn(2, 3, 4, requires_grad=True)\ny = x.sum()\n": ("Line 2: randn has 3 dimensions",),
    "import torch\nx = torch.linspace(0, 1, 2000)\ny = x*w\n": ("Line 2: linspace has the shape [2000]", "64 in a row"),
}
"""Scripts with nothing to differentiate, and what is said of them."""


@pytest.mark.parametrize("text", NOTHING)
def test_where_nothing_is_differentiated_a_script_is_told_what_was_read_and_what_is_missing(text: str) -> None:
    with nothing_run(), pytest.raises(pg.ProgramError) as caught:
        pg.read_script(text)
    assert all(part in caught.value.message for part in NOTHING[text]), caught.value.message


@pytest.mark.parametrize("key", REFUSED)
def test_where_nothing_can_be_shown_a_sentence_says_at_which_line(key: str) -> None:
    text, line = REFUSED[key]
    with nothing_run(), pytest.raises(pg.ProgramError) as caught:
        pg.read_script(text)
    assert caught.value.line is not None
    assert line is None or caught.value.line == line
    assert caught.value.message


def test_ten_thousand_lines_are_read() -> None:
    assert pg.read_script("#\n" * 9_900 + HEAD + REST).page == "scalar"


def test_a_syntax_error_has_a_column() -> None:
    with pytest.raises(pg.ProgramError) as caught:
        pg.read_script(HEAD + "y = x**2 +\n")
    assert (caught.value.line, caught.value.column) == (3, 11)


def test_what_is_watched_would_be_seen() -> None:
    with pytest.raises(AssertionError), nothing_run():
        exec("1")


# Calls with whatever arguments

MADE = (
    "import torch\nimport tqdm\nx = torch.tensor([1.0, 2.0], requires_grad=True)\nopt = torch.optim.SGD([x], lr=0.1)\n"
    "g = torch.Generator()\nnet = torch.nn.Linear(2, 1)\nclass N(torch.nn.Module):\n    def __init__(self, *a):\n"
    "        super().__init__()\n        self.a = torch.nn.Linear(2, 1)\n    def forward(self, v):\n"
    "        return self.a(v)\nn = N()\n"
)
CALLED = (
    *(name.removeprefix("builtins.") for name in _PATHS), *(f"torch.{name}" for name in sorted(MAKERS)),
    *(f"x.{name}" for name in (*_METHODS, "reshape", "view", "sum", "backward")),
    *(f"torch.func.{name}" for name in _DERIVATIVES), *(f"torch.autograd.functional.{name}" for name in _DERIVATIVES),
    "torch.optim.Adam", "torch.nn.MSELoss", "torch.nn.Flatten", "torch.nn.Softmax", "torch.einsum", "opt.step",
    "opt.zero_grad", "opt.foo", "g.manual_seed", "net", "net.forward", "net.parameters", "n", "n.forward", "n.foo", "N",
    "x.grad.zero_", "x.grad.data.copy_", "torch.nn.utils.clip_grad_norm_", "super().foo",
)  # fmt: skip
ARGUMENTS = (
    "", "None", "'a'", "-1", "10**9", "x", "[x]", "[]", "1.5", "x, x", "'a', 'b'", "None, None", "[1], [2]", "(), ()",
    "lambda v: v", "lambda v: v**2, x", "lambda: 3, x", "dim=3", "**{'lr': 'a'}", "x, lr=None", "[x], lr='a'",
    "size=None", "dtype=3", "True", "float('inf')", "{}", "x.grad", "torch", "print", "2, 2", "0", "range(3)",
    "[[1, 2], [3]]", "[[x, 1], [3, 4]]", "x, gradient=x", "x, x, x, x, x",
)  # fmt: skip


@pytest.mark.parametrize("name", CALLED)
def test_a_call_with_any_arguments_is_read_or_left_out(name: str) -> None:
    calls = "".join(f"v{place} = {name}({arguments})\n" for place, arguments in enumerate(ARGUMENTS))
    try:
        script = pg.read_script(f"{MADE}{calls}y = (x**2).sum()\ny.backward()\n")
    except pg.ProgramError as refused:
        assert refused.line is not None
    else:
        assert script.parameters["f"]
