"""Pitfalls: short scripts in which PyTorch gives a wrong number and no error, or an error; and each of them mended."""

from collections.abc import Mapping
from dataclasses import dataclass

SILENT, LOUD = "silent", "loud"
"""A wrong number and no error; PyTorch says that something is wrong."""

CUT = "cut"
"""Where a value leaves autograd's sight."""


@dataclass(frozen=True)
class Pitfall:
    """A script that goes wrong, and what it should have been."""

    key: str
    """Its words are `pitfalls.KEY`."""
    kind: str
    at: str
    """What its drawing marks: the cut, or nodes by PyTorch's name for them or the name of their statement."""
    code: str
    mended: str
    untracked: bool = False
    """Whether its drawing needs what autograd does not track."""


_ROWS = (
    Pitfall("accumulate", SILENT, "AccumulateGrad", """\
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
    Pitfall("stale", SILENT, "PowBackward0", """\
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
    Pitfall("rebound", SILENT, "x", """\
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
    Pitfall("detach", SILENT, CUT, """\
x = torch.tensor(3.0, requires_grad=True)
y = x*x.detach()
y.backward()
print("x.grad =", x.grad.item())
""", """\
x = torch.tensor(3.0, requires_grad=True)
y = x*x
y.backward()
print("x.grad =", x.grad.item())
""", untracked=True),
    Pitfall("no_grad", SILENT, CUT, """\
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
    Pitfall("relu", SILENT, "ReluBackward0", """\
x = torch.tensor(0.0, requires_grad=True)
y = torch.relu(x) - torch.relu(-x)
y.backward()
print("x.grad =", x.grad.item())
""", """\
x = torch.tensor(0.0, requires_grad=True)
y = 1*x
y.backward()
print("x.grad =", x.grad.item())
"""),
    Pitfall("sqrt", SILENT, "SqrtBackward0", """\
x = torch.tensor(0.0, requires_grad=True)
y = torch.sqrt(x**2)
y.backward()
print("x.grad =", x.grad.item())
""", """\
x = torch.tensor(0.0, requires_grad=True)
y = torch.abs(x)
y.backward()
print("x.grad =", x.grad.item())
"""),
    Pitfall("broadcast", SILENT, "MulBackward0", """\
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
    Pitfall("twice", LOUD, "PowBackward0", """\
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
    Pitfall("many", LOUD, "y", """\
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
    Pitfall("integer", LOUD, "x", """\
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
    Pitfall("in_place", LOUD, "PowBackward0", """\
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
    Pitfall("non_leaf", LOUD, "u", """\
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
)  # fmt: skip

PITFALLS: Mapping[str, Pitfall] = {row.key: row for row in _ROWS}
"""The silent ones first."""
