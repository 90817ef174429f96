"""Pitfalls: short scripts in which PyTorch gives a wrong number and no error, or an error; and each of them mended."""

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

SILENT, LOUD = "silent", "loud"
"""A wrong number and no error; PyTorch says that something is wrong."""

CUT = "cut"
"""Where a value leaves autograd's sight."""

MENDED, ERROR = "mended", "error"
"""Wrong answers to what a script prints: what the mended one prints; that it is refused."""

Values = Mapping[str, float]


@dataclass(frozen=True)
class Pitfall:
    """A script that goes wrong, and what it should have been.

    Where a script has `{x}`, a number stands that can be changed.
    """

    key: str
    """Its words are `pitfalls.KEY`, and its address is `trap=KEY`."""
    kind: str
    at: str
    """What its drawing marks: the cut, or nodes by PyTorch's name for them or the name of their statement."""
    wrong: tuple[str | int | Callable[[Any], Any], ...]
    """Wrong answers, in the order of their reasons: what it could print, also as a function of the x that can be
    changed, or lines that could be refused, from 0."""
    code: str
    mended: str
    untracked: bool = False
    """Whether its drawing needs what autograd does not track."""
    values: Values = field(default_factory=dict)
    """The numbers that can be changed, as they are at first."""
    holds: Callable[[Values, float], bool] = lambda values, printed: math.isfinite(printed)
    """Whether its words hold with such numbers and what is printed then: rounding may decide instead."""

    def text(self, mended: bool, values: Values) -> str:
        """Either script as it stands in Python, with its numbers written out."""
        return _filled(self.mended if mended else self.code, {name: _written(values[name]) for name in self.values})

    def runnable(self, mended: bool) -> str:
        """Either script as it is run: constant text, that names its numbers (`given_x`)."""
        return _filled(self.mended if mended else self.code, {name: f"given_{name}" for name in self.values})


def _filled(code: str, texts: Mapping[str, str]) -> str:
    for name, text in texts.items():
        code = code.replace(f"{{{name}}}", text)
    return code


def _written(number: float) -> str:
    """A number as Python reads it."""
    return repr(number) if math.isfinite(number) else f'float("{number}")'


def _is_nan(values: Values, printed: float) -> bool:
    return math.isnan(printed)


def _is_one_step(values: Values, printed: float) -> bool:
    """Whether x moved by the rate 0.1, which is printed to four digits."""
    return math.isclose(abs(values["x"] - printed), 0.1, abs_tol=2e-4)


_ROWS = (
    Pitfall("accumulate", SILENT, "AccumulateGrad", (MENDED, "36.0"), """\
x = torch.tensor(3.0, requires_grad=True)
y = x**2
y.backward()
y = x**2
y.backward()
print("x.grad =", x.grad.item())
""", """\
x = torch.tensor(3.0, requires_grad=True)
y = x**2
y.backward()
x.grad = None
y = x**2
y.backward()
print("x.grad =", x.grad.item())
"""),
    Pitfall("stale", SILENT, "PowBackward0", (MENDED, "1.0"), """\
x = torch.tensor(0.0, requires_grad=True)
y = (x - 1)**2
for step in range(3):
    x.grad = None
    y.backward(retain_graph=True)
    with torch.no_grad():
        x -= 0.25*x.grad
print("x =", x.item())
""", """\
x = torch.tensor(0.0, requires_grad=True)
for step in range(3):
    y = (x - 1)**2
    x.grad = None
    y.backward()
    with torch.no_grad():
        x -= 0.25*x.grad
print("x =", x.item())
"""),
    Pitfall("rebound", SILENT, "x", (MENDED, "tensor(4.)"), """\
x = torch.tensor(2.0, requires_grad=True)
y = x**2
y.backward()
x = x - 0.25*x.grad
y = x**2
y.backward()
print("x.grad =", x.grad)
""", """\
x = torch.tensor(2.0, requires_grad=True)
y = x**2
y.backward()
with torch.no_grad():
    x -= 0.25*x.grad
x.grad = None
y = x**2
y.backward()
print("x.grad =", x.grad)
"""),
    Pitfall("detach", SILENT, CUT, (MENDED, lambda x: x*x), """\
x = torch.tensor({x}, requires_grad=True)
y = x*x.detach()
y.backward()
print("x.grad =", x.grad.item())
""", """\
x = torch.tensor({x}, requires_grad=True)
y = x*x
y.backward()
print("x.grad =", x.grad.item())
""", untracked=True, values={"x": 3.0}),
    Pitfall("no-grad", SILENT, CUT, (MENDED, "8.0"), """\
x = torch.tensor(2.0, requires_grad=True)
with torch.no_grad():
    h = x**2
y = h*x
y.backward()
print("x.grad =", x.grad.item())
""", """\
x = torch.tensor(2.0, requires_grad=True)
h = x**2
y = h*x
y.backward()
print("x.grad =", x.grad.item())
""", untracked=True),
    Pitfall("data", SILENT, "PowBackward0", (MENDED, ERROR), """\
x = torch.tensor({x}, requires_grad=True)
y = x**2
x.data -= 1
y.backward()
print("x.grad =", x.grad.item())
""", """\
x = torch.tensor({x}, requires_grad=True)
y = x**2
y.backward()
with torch.no_grad():
    x -= 1
print("x.grad =", x.grad.item())
""", values={"x": 3.0}),
    Pitfall("item", SILENT, "MulBackward0", (MENDED, ERROR), """\
x = torch.tensor({x}, requires_grad=True)
h = (x**2).item()
y = h*x
y.backward()
print("x.grad =", x.grad.item())
""", """\
x = torch.tensor({x}, requires_grad=True)
h = x**2
y = h*x
y.backward()
print("x.grad =", x.grad.item())
""", values={"x": 2.0}),
    Pitfall("where-nan", SILENT, "SqrtBackward0", (MENDED, "inf"), """\
x = torch.tensor({x}, requires_grad=True)
y = torch.where(x > {mask}, torch.sqrt(x), x)
y.backward()
print("x.grad =", x.grad.item())
""", """\
x = torch.tensor({x}, requires_grad=True)
safe = torch.where(x > {mask}, x, 1.0)
y = torch.where(x > {mask}, torch.sqrt(safe), x)
y.backward()
print("x.grad =", x.grad.item())
""", values={"x": 0.0, "mask": 0.0}, holds=_is_nan),
    Pitfall("sqrt", SILENT, "SqrtBackward0", (MENDED, "inf"), """\
x = torch.tensor({x}, requires_grad=True)
y = torch.sqrt(x**2)
y.backward()
print("x.grad =", x.grad.item())
""", """\
x = torch.tensor({x}, requires_grad=True)
y = torch.abs(x)
y.backward()
print("x.grad =", x.grad.item())
""", values={"x": 0.0}, holds=lambda values, printed: values["x"] == 0),
    Pitfall("norm-zero", SILENT, "SqrtBackward0", (MENDED, "tensor([1., 1.])"), """\
x = torch.tensor([[3.0, 4.0], [0.0, 0.0]], requires_grad=True)
r = torch.sqrt(torch.sum(x**2, dim=1))
y = torch.sum(r)
y.backward()
print("x.grad[1] =", x.grad[1])
""", """\
x = torch.tensor([[3.0, 4.0], [0.0, 0.0]], requires_grad=True)
r = torch.linalg.vector_norm(x, dim=1)
y = torch.sum(r)
y.backward()
print("x.grad[1] =", x.grad[1])
"""),
    Pitfall("log-softmax", SILENT, "LogBackward0", (MENDED, "tensor([0., 0.])"), """\
scores = torch.tensor([0.0, {x}], requires_grad=True)
p = torch.softmax(scores, dim=0)
loss = -torch.log(p[0])
loss.backward()
print("scores.grad =", scores.grad)
""", """\
scores = torch.tensor([0.0, {x}], requires_grad=True)
log_p = torch.log_softmax(scores, dim=0)
loss = -log_p[0]
loss.backward()
print("scores.grad =", scores.grad)
""", values={"x": 200.0}, holds=_is_nan),
    Pitfall("softmax-twice", SILENT, "LogSoftmaxBackward0", (MENDED, ERROR), """\
scores = torch.tensor([[{x}, 0.0]], requires_grad=True)
target = torch.tensor([0])
p = torch.softmax(scores, dim=1)
loss = torch.nn.functional.cross_entropy(p, target)
loss.backward()
print("loss =", round(loss.item(), 4))
""", """\
scores = torch.tensor([[{x}, 0.0]], requires_grad=True)
target = torch.tensor([0])
loss = torch.nn.functional.cross_entropy(scores, target)
loss.backward()
print("loss =", round(loss.item(), 4))
""", values={"x": 5.0}),
    Pitfall("relu", SILENT, "ReluBackward0", (MENDED, "2.0"), """\
x = torch.tensor({x}, requires_grad=True)
y = torch.relu(x) - torch.relu(-x)
y.backward()
print("x.grad =", x.grad.item())
""", """\
x = torch.tensor({x}, requires_grad=True)
y = 1*x
y.backward()
print("x.grad =", x.grad.item())
""", values={"x": 0.0}),
    Pitfall("clamp", SILENT, "ClampBackward1", (MENDED, "tensor([1., 0., 0.])", "tensor([1., 1., 0.])"), """\
x = torch.tensor([0.5, 1.0, 2.0], requires_grad=True)
y = torch.sum(torch.clamp(x, 0, 1))
y.backward()
print("x.grad =", x.grad)
""", """\
x = torch.tensor([0.5, 1.0, 2.0], requires_grad=True)
y = torch.sum(x)
y.backward()
with torch.no_grad():
    x.clamp_(0, 1)
print("x.grad =", x.grad)
"""),
    Pitfall("round", SILENT, "RoundBackward0", (MENDED, lambda x: 2*x), """\
x = torch.tensor({x}, requires_grad=True)
r = torch.round(x)
y = r**2
y.backward()
print("x.grad =", x.grad.item())
""", """\
x = torch.tensor({x}, requires_grad=True)
r = x + (torch.round(x) - x).detach()
y = r**2
y.backward()
print("x.grad =", x.grad.item())
""", values={"x": 2.75}),
    Pitfall("broadcast", SILENT, "MulBackward0", (MENDED, ERROR), """\
w = torch.tensor([1.0, 2.0], requires_grad=True)
x = torch.tensor([[3.0], [4.0]])
p = w*x
y = torch.sum(p)
y.backward()
print("w.grad =", w.grad)
""", """\
w = torch.tensor([1.0, 2.0], requires_grad=True)
x = torch.tensor([3.0, 4.0])
p = w*x
y = torch.sum(p)
y.backward()
print("w.grad =", w.grad)
""", untracked=True),
    Pitfall("adam-decay", SILENT, "AccumulateGrad", (MENDED, lambda x: x), """\
x = torch.tensor({x}, requires_grad=True)
optimizer = torch.optim.Adam([x], lr=0.1, weight_decay=0.01)
loss = 0*x
loss.backward()
optimizer.step()
print("x =", round(x.item(), 4))
""", """\
x = torch.tensor({x}, requires_grad=True)
optimizer = torch.optim.AdamW([x], lr=0.1, weight_decay=0.01)
loss = 0*x
loss.backward()
optimizer.step()
print("x =", round(x.item(), 4))
""", values={"x": 1.0}, holds=_is_one_step),
    Pitfall("total", SILENT, "total", (MENDED, "tensor(2.)"), """\
w = torch.tensor(1.0, requires_grad=True)
total = 0
for step in range(3):
    loss = (w - step)**2
    total = total + loss
print("total =", total)
""", """\
w = torch.tensor(1.0, requires_grad=True)
total = 0
for step in range(3):
    loss = (w - step)**2
    total = total + loss.item()
print("total =", total)
"""),
    Pitfall("eval", SILENT, "y", (MENDED, ERROR), """\
layer = torch.nn.Linear(1, 1, bias=False)
w = torch.nn.init.constant_(layer.weight, 2.0)
x = torch.tensor([3.0])
layer.eval()
y = layer(x)
print("y.requires_grad =", y.requires_grad)
""", """\
layer = torch.nn.Linear(1, 1, bias=False)
w = torch.nn.init.constant_(layer.weight, 2.0)
x = torch.tensor([3.0])
layer.eval()
with torch.no_grad():
    y = layer(x)
print("y.requires_grad =", y.requires_grad)
""", untracked=True),
    Pitfall("twice", LOUD, "PowBackward0", (2, 4), """\
x = torch.tensor(3.0, requires_grad=True)
y = x**2
y.backward()
y.backward()
print("x.grad =", x.grad.item())
""", """\
x = torch.tensor(3.0, requires_grad=True)
y = x**2
y.backward()
x.grad = None
y = x**2
y.backward()
print("x.grad =", x.grad.item())
"""),
    Pitfall("two-losses", LOUD, "u", (4, 6), """\
x = torch.tensor(3.0, requires_grad=True)
u = x**2
a = 2*u
b = 5*u
a.backward()
b.backward()
print("x.grad =", x.grad.item())
""", """\
x = torch.tensor(3.0, requires_grad=True)
u = x**2
a = 2*u
b = 5*u
(a + b).backward()
print("x.grad =", x.grad.item())
"""),
    Pitfall("hidden-state", LOUD, "MulBackward0", (3, 4), """\
w = torch.tensor(2.0, requires_grad=True)
h = torch.tensor(1.0)
h = w*h
(h**2).backward()
h = w*h
(h**2).backward()
print("w.grad =", w.grad.item())
""", """\
w = torch.tensor(2.0, requires_grad=True)
h = torch.tensor(1.0)
h = w*h
(h**2).backward()
h = w*h.detach()
(h**2).backward()
print("w.grad =", w.grad.item())
"""),
    Pitfall("many", LOUD, "y", (1, 3), """\
x = torch.tensor([1.0, 2.0], requires_grad=True)
y = x**2
y.backward()
print("x.grad =", x.grad)
""", """\
x = torch.tensor([1.0, 2.0], requires_grad=True)
y = x**2
s = torch.sum(y)
s.backward()
print("x.grad =", x.grad)
"""),
    Pitfall("integer", LOUD, "x", (0, 3), """\
x = torch.tensor(3)
x.requires_grad_()
y = x**2
y.backward()
print("x.grad =", x.grad.item())
""", """\
x = torch.tensor(3.0)
x.requires_grad_()
y = x**2
y.backward()
print("x.grad =", x.grad.item())
""", untracked=True),
    Pitfall("in-place", LOUD, "PowBackward0", (3, 5), """\
x = torch.tensor(3.0, requires_grad=True)
y = x**2
with torch.no_grad():
    x -= 1
y.backward()
print("x.grad =", x.grad.item())
""", """\
x = torch.tensor(3.0, requires_grad=True)
y = x**2
y.backward()
with torch.no_grad():
    x -= 1
print("x.grad =", x.grad.item())
"""),
    Pitfall("saved-result", LOUD, "ExpBackward0", (2, 4), """\
x = torch.tensor(0.0, requires_grad=True)
y = torch.exp(x)
y += 1
y.backward()
print("x.grad =", x.grad.item())
""", """\
x = torch.tensor(0.0, requires_grad=True)
y = torch.exp(x)
y = y + 1
y.backward()
print("x.grad =", x.grad.item())
"""),
    Pitfall("detach-in-place", LOUD, "PowBackward0", (3, 5), """\
x = torch.tensor(3.0, requires_grad=True)
y = x**2
z = x.detach()
z -= 1
y.backward()
print("x.grad =", x.grad.item())
""", """\
x = torch.tensor(3.0, requires_grad=True)
y = x**2
z = x.detach().clone()
z -= 1
y.backward()
print("x.grad =", x.grad.item())
"""),
    Pitfall("leaf-in-place", LOUD, "AccumulateGrad", (2, 4), """\
x = torch.tensor(3.0, requires_grad=True)
y = x**2
y.backward()
x -= 0.25*x.grad
print("x =", x.item())
""", """\
x = torch.tensor(3.0, requires_grad=True)
y = x**2
y.backward()
with torch.no_grad():
    x -= 0.25*x.grad
print("x =", x.item())
"""),
    Pitfall("argmax", LOUD, "best", (1, 4), """\
scores = torch.tensor([1.0, 3.0], requires_grad=True)
best = torch.argmax(scores)
y = 2*best
y.backward()
print("scores.grad =", scores.grad)
""", """\
scores = torch.tensor([1.0, 3.0], requires_grad=True)
p = torch.softmax(scores, dim=0)
best = torch.sum(p*torch.tensor([0.0, 1.0]))
y = 2*best
y.backward()
print("scores.grad =", scores.grad)
""", untracked=True),
    Pitfall("non-leaf", LOUD, "u", (MENDED, "tensor(12.)"), """\
x = torch.tensor(3.0, requires_grad=True)
u = x**2
y = 2*u
y.backward()
print("u.grad =", u.grad)
""", """\
x = torch.tensor(3.0, requires_grad=True)
u = x**2
u.retain_grad()
y = 2*u
y.backward()
print("u.grad =", u.grad)
"""),
    Pitfall("born", LOUD, "x", (MENDED, ERROR), """\
x = torch.tensor([1.0, 2.0], requires_grad=True).double()
y = torch.sum(x**2)
y.backward()
print("x.grad =", x.grad)
""", """\
x = torch.tensor([1.0, 2.0]).double().requires_grad_()
y = torch.sum(x**2)
y.backward()
print("x.grad =", x.grad)
"""),
    Pitfall("rebuilt", LOUD, "v", (MENDED, "None"), """\
a = torch.tensor(2.0, requires_grad=True)
b = torch.tensor(3.0, requires_grad=True)
v = torch.tensor([a, b])
y = a*torch.sum(v)
y.backward()
print("a.grad =", a.grad)
""", """\
a = torch.tensor(2.0, requires_grad=True)
b = torch.tensor(3.0, requires_grad=True)
v = torch.stack([a, b])
y = a*torch.sum(v)
y.backward()
print("a.grad =", a.grad)
""", untracked=True),
    Pitfall("mse-shapes", LOUD, "MseLossBackward0", (MENDED, ERROR), """\
p = torch.tensor([[1.0], [2.0], [3.0]], requires_grad=True)
t = torch.tensor([1.0, 2.0, 3.0])
loss = torch.nn.functional.mse_loss(p, t)
loss.backward()
print("loss =", round(loss.item(), 4))
""", """\
p = torch.tensor([[1.0], [2.0], [3.0]], requires_grad=True)
t = torch.tensor([[1.0], [2.0], [3.0]])
loss = torch.nn.functional.mse_loss(p, t)
loss.backward()
print("loss =", round(loss.item(), 4))
"""),
)  # fmt: skip

PITFALLS: Mapping[str, Pitfall] = {row.key: row for row in _ROWS}
"""The silent ones first."""

RENAMED = {name.replace("-", "_"): name for name in ("no-grad", "in-place", "non-leaf")}
"""What older addresses call some of them."""

OLDER = "pitfall"
"""What older addresses call the parameter `trap`."""
