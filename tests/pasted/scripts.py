"""Scripts as people paste them, and what really happens when they are run: the oracle is PyTorch itself."""

from contextlib import redirect_stdout
from dataclasses import replace
from io import StringIO
from typing import Any

import torch

from playground.app.registry import BY_NAME
from playground.descent.compute import Setup, walked
from playground.descent.optimizers import OPTIMIZERS
from playground.engine.case import Case
from playground.language.values import read_value
from playground.matrix.compute import both_ways
from playground.partials.compute import called
from playground.partials.grad_call import GradCall
from playground.pasted.read import Script
from playground.scalar.compute import replayed
from playground.second.compute import hessian, orders
from playground.web.case import observed
from playground.web.inputs import from_address, read

HEAD = "import numpy as np\nimport torch\n\n# f(x) = a*x**2 + b*x + c的导数\n\n"
POLYNOMIAL = """x = torch.tensor(0.0,requires_grad = True) # x需要被求导
a = torch.tensor(1.0)
b = torch.tensor(-2.0)
c = torch.tensor(1.0)
y = a*torch.pow(x,2) + b*x + c
"""
MATRIX = POLYNOMIAL.replace("0.0,", "[[0.0,0.0],[1.0,2.0]],") + "\ngradient = torch.tensor([[1.0,1.0],[1.0,1.0]])\n"

TUTORIAL = {
    "slope": ("scalar", HEAD + POLYNOMIAL + "\ny.backward() # 反向传播求梯度\ndy_dx = x.grad\nprint(dy_dx)\n"),
    "matrix": (
        "matrix",
        HEAD
        + MATRIX
        + 'print("x:\\n",x)\ny.backward(gradient = gradient)\nx_grad = x.grad\nprint("x_grad:\\n",x_grad)\n',
    ),
    "sum": (
        "matrix",
        HEAD + MATRIX + 'torch.sum(y*gradient).backward()\nx_grad = x.grad\nprint("x_grad:\\n",x_grad)\n',
    ),
    "second": (
        "second",
        HEAD
        + POLYNOMIAL
        + """
# create_graph 设置为 True 将允许创建更高阶的导数
dy_dx = torch.autograd.grad(y,x,create_graph=True)[0]
print(dy_dx.data)

# 求二阶导数
dy2_dx2 = torch.autograd.grad(dy_dx,x)[0]
print(dy2_dx2.data)
result = [y, dy_dx, dy2_dx2]
""",
    ),
    "partials": (
        "partials",
        HEAD
        + """x1 = torch.tensor(1.0,requires_grad = True) # x需要被求导
x2 = torch.tensor(2.0,requires_grad = True)

y1 = x1*x2
y2 = x1+x2

# 允许同时对多个自变量求导数
(dy1_dx1,dy1_dx2) = torch.autograd.grad(outputs=y1,inputs = [x1,x2],retain_graph = True)
print(dy1_dx1,dy1_dx2)

# 如果有多个因变量，相当于把多个因变量的梯度结果求和
(dy12_dx1,dy12_dx2) = torch.autograd.grad(outputs=[y1,y2],inputs = [x1,x2])
print(dy12_dx1,dy12_dx2)
result = [dy12_dx1, dy12_dx2]
""",
    ),
    "descent": (
        "descent",
        """import numpy as np
import torch

# f(x) = a*x**2 + b*x + c的最小值

x = torch.tensor(0.0,requires_grad = True) # x需要被求导
a = torch.tensor(1.0)
b = torch.tensor(-2.0)
c = torch.tensor(1.0)

optimizer = torch.optim.SGD(params=[x],lr = 0.01)

def f(x):
    result = a*torch.pow(x,2) + b*x + c
    return(result)

for i in range(500):
    optimizer.zero_grad()
    y = f(x)
    y.backward()
    optimizer.step()

print("y=",f(x).data,";","x=",x.data)
""",
    ),
}
"""The tutorial's six scripts, each with its page."""


def really(script: str) -> dict[str, Any]:
    """The names of a script after it was run."""
    names: dict[str, Any] = {"__name__": "__main__"}
    with redirect_stdout(StringIO()):
        exec(compile(script, "script", "exec"), names)
    return names


def case_of(script: Script) -> Case:
    """What the page shows that a script became; nothing of its address is replaced."""
    texts = from_address({name: (text,) for name, text in script.parameters.items()})
    reading = read(BY_NAME[script.page], texts, None)
    assert not reading.problems, reading.problems
    return reading.good.case


def shown(script: Script) -> dict[str, Any]:
    """The numbers that answer the page's question, as far as a script has them under a name."""
    return SHOWN[script.page](script, case_of(script))


def _grads(script: Script, case: Case) -> dict[str, Any]:
    found = observed(case).backward
    assert found is not None
    return {f"{name}.grad": grad for name, grad in found.grads.items()}


def _scalar(script: Script, case: Case) -> dict[str, Any]:
    """What the leaves hold after everything that is done again."""
    output, did = next(iter(observed(case).outputs)), script.parameters.get("did", "")
    moments = replayed(case, output, tuple(filter(None, did.split(","))))
    return {f"{name}.grad": grad for name, grad in moments[-1].grads.items()}


def _of_output(script: Script, case: Case) -> dict[str, Any]:
    """Backward from one output alone, as the matrix page goes."""
    observation = observed(replace(case, gradient=()))
    output = script.parameters.get("of", next(iter(observation.started)))
    return {f"{name}.grad": grad for name, grad in both_ways(case, output).direct.items()}


def _partials(script: Script, case: Case) -> dict[str, Any]:
    parts = script.parameters
    call = GradCall(tuple(parts["outputs"].split(",")), tuple(parts["inputs"].split(",")), allow_unused=True)
    found = called(case, call).first.grads
    assert found is not None
    return {"result": list(found.values())}


def _second(script: Script, case: Case) -> dict[str, Any]:
    output = next(iter(observed(case).outputs))
    if "order" in script.parameters:
        wrt = script.parameters.get("wrt", case.tracked[0])
        return {"result": list(orders(case, output, wrt, int(script.parameters["order"])).values)}
    return {"result": hessian(case, output, case.tracked).hessian}


def _descent(script: Script, case: Case) -> dict[str, Any]:
    """Where the inputs are after the last step."""
    parts = script.parameters
    settings = {
        name: _setting(parts[name], default)
        for name, default in OPTIMIZERS[parts["optimizer"]].settings.items()
        if name in parts
    }
    entry = tuple(int(part) for part in parts["entry"].split(",")) if "entry" in parts else None
    output = next(iter(observed(case).outputs))
    rounds, noise = int(parts["steps"]), (float(parts.get("noise", "0")), int(parts.get("seed", "0")))
    how = (parts["optimizer"], float(parts["lr"]), rounds, tuple(settings.items()))
    setup = Setup(output, *how, *noise, "forget" not in parts, entry)
    return {name: places[-1] for name, places in walked(case, setup).positions.items()}


def _setting(text: str, default: Any) -> Any:
    if isinstance(default, bool):
        return text == "true"
    value = read_value(text, "")
    return tuple(value) if isinstance(value, list) else value


SHOWN = {
    "graph": _grads, "scalar": _scalar, "matrix": _of_output, "partials": _partials, "second": _second,
    "descent": _descent,
}  # fmt: skip


def found(names: dict[str, Any], name: str) -> Any:
    """What a script holds under a name of `shown`."""
    owner, _, attribute = name.partition(".")
    return getattr(names[owner], attribute) if attribute else names[owner]


def assert_same(left: Any, right: Any) -> None:
    """Two results hold the same numbers."""
    if isinstance(left, (list, tuple)):
        assert len(left) == len(right)
        for first, second in zip(left, right, strict=True):
            assert_same(first, second)
    elif left is None or right is None:
        assert left is right
    else:
        expected, given = torch.as_tensor(left).detach(), torch.as_tensor(right).detach()
        torch.testing.assert_close(given.to(expected.dtype), expected, rtol=1e-5, atol=1e-7, equal_nan=True)


def assert_read(page: str, text: str) -> Script:
    """A script opens a page that shows the numbers which the script comes to when it is run."""
    from playground.pasted.read import read_script

    script = read_script(text)
    assert script.page == page, script
    names = really(text)
    for name, value in shown(script).items():
        assert_same(found(names, name), value)
    return script
