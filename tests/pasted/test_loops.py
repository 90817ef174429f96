"""A loop of gradient descent is one, however its steps are written."""

import pytest

import playground as pg
from tests.pasted.scripts import assert_read

HEAD = """import torch
w = torch.zeros(3, requires_grad=True)
X = torch.tensor([[1., 2., 3.], [4., 5., 6.]])
t = torch.tensor([1., 0.])
"""
LOSS = "    loss = ((X @ w - t)**2).mean()\n    loss.backward()\n"
WRITTEN = {
    "in place": "    with torch.no_grad():\n        w -= 0.01*w.grad\n        w.grad.zero_()\n",
    "data": "    w.data -= 0.01*w.grad\n    w.grad.zero_()\n",
    "data again": "    w.data = w.data - 0.01*w.grad.data\n    w.grad = None\n",
    "a new tensor": "    with torch.no_grad():\n        w = w - 0.01*w.grad\n    w.requires_grad_()\n",
    "a new leaf": "    w = (w - 0.01*w.grad).detach().requires_grad_(True)\n",
    "detached first": "    w = w.detach() - 0.01*w.grad\n    w.requires_grad = True\n",
    "sub_": "    with torch.no_grad():\n        w.sub_(0.01*w.grad)\n        w.grad.zero_()\n",
    "add_": "    w.data.add_(w.grad.data, alpha=-0.01)\n    w.grad.data.zero_()\n",
    "copy_": "    with torch.no_grad():\n        w.copy_(w - 0.01*w.grad)\n    w.grad.zero_()\n",
    "divided": "    with torch.no_grad():\n        w -= w.grad / 100\n    w.grad.zero_()\n",
    "never cleared": "    with torch.no_grad():\n        w -= 0.001*w.grad\n",
    "parameters": "    with torch.no_grad():\n        for p in [w]:\n            p -= 0.01*p.grad\n"
    "            p.grad.zero_()\n",
}
WHOLE = {
    "while": "i = 0\nwhile i < 20:\n" + LOSS + WRITTEN["in place"] + "    i += 1\n",
    "a function": "def step(w, lr):\n" + LOSS + WRITTEN["in place"] + "    return loss.item()\nlosses = []\n"
    "for i in range(20):\n    losses.append(step(w, 0.01))\n",
    "loops in loops": "opt = torch.optim.SGD([w], lr=0.01)\nfor epoch in range(4):\n    for batch in range(5):\n"
    "        opt.zero_grad()\n        ((X @ w - t)**2).mean().backward()\n        opt.step()\n",
    "one step": "loss = ((X @ w - t)**2).mean()\nloss.backward()\nopt = torch.optim.SGD([w], lr=0.01)\nopt.step()\n",
    "with a history": "history = []\nopt = torch.optim.Adagrad([w], lr=0.1)\nfor i in range(20):\n    opt.zero_grad()\n"
    + LOSS + "    history.append(loss.item())\n    if i % 10 == 0:\n        print(i, loss)\n    opt.step()\n",
}  # fmt: skip
SCRIPTS = {key: HEAD + "for step in range(20):\n" + LOSS + update for key, update in WRITTEN.items()}
SCRIPTS |= {key: HEAD + text for key, text in WHOLE.items()}


@pytest.mark.parametrize("key", SCRIPTS)
def test_a_loop_goes_where_it_goes_when_it_is_run(key: str) -> None:
    assert not assert_read("descent", SCRIPTS[key]).remarks


def test_a_loop_over_data_is_no_descent_of_one_function() -> None:
    loop = "for x, y in zip(X, t):\n    opt.zero_grad()\n    ((x @ w - y)**2).backward()\n    opt.step()\n"
    with pytest.raises(pg.ProgramError, match="another function"):
        pg.read_script(HEAD + "opt = torch.optim.SGD([w], lr=0.01)\n" + loop)


def test_a_loop_of_unknown_length_takes_the_page_s_own() -> None:
    script = pg.read_script(HEAD + "while True:\n" + LOSS + WRITTEN["in place"] + "    if loss < 1e-3: break\n")
    assert script.page == "descent"
    assert "steps" not in script.parameters
    assert len(script.remarks) == 2
