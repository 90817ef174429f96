"""What every pitfall prints or is refused with, as bare PyTorch has it."""

import warnings
from contextlib import redirect_stdout
from functools import cache
from io import StringIO
from typing import NamedTuple

import torch

from playground.pitfalls.table import PITFALLS

WRONG = {
    "accumulate": "x.grad = 12.0",
    "stale": "x = 1.5",
    "rebound": "x.grad = None",
    "detach": "x.grad = 3.0",
    "no-grad": "x.grad = 4.0",
    "data": "x.grad = 4.0",
    "item": "x.grad = 4.0",
    "where-nan": "x.grad = nan",
    "sqrt": "x.grad = nan",
    "norm-zero": "x.grad[1] = tensor([nan, nan])",
    "log-softmax": "scores.grad = tensor([nan, nan])",
    "softmax-twice": "loss = 0.3169",
    "relu": "x.grad = 0.0",
    "clamp": "x.grad = tensor([1., 1., 0.])",  # the middle one as the installed version has it
    "round": "x.grad = 0.0",
    "broadcast": "w.grad = tensor([7., 7.])",
    "adam-decay": "x = 0.9",
    "total": "total = tensor(2., grad_fn=<AddBackward0>)",
    "eval": "y.requires_grad = True",
    "non-leaf": "u.grad = None",
    "born": "x.grad = None",
    "rebuilt": "a.grad = tensor(5.)",
    "mse-shapes": "loss = 1.3333",
}
"""What is printed; the others are refused before they print."""

RIGHT = {
    "accumulate": "x.grad = 6.0",  # of x^2 at 3
    "stale": "x = 0.875",  # 1 - (1 - 2*0.25)^3
    "rebound": "x.grad = tensor(2.)",  # of x^2 at 2 - 0.25*4 = 1
    "detach": "x.grad = 6.0",  # of x^2 at 3
    "no-grad": "x.grad = 12.0",  # of x^3 at 2
    "data": "x.grad = 6.0",  # of x^2 at 3
    "item": "x.grad = 12.0",  # of x^3 at 2
    "where-nan": "x.grad = 1.0",  # of x, the branch that is taken
    "sqrt": "x.grad = 0.0",  # the slope of |x| that PyTorch takes at 0
    "norm-zero": "x.grad[1] = tensor([0., 0.])",  # the slope of the length that PyTorch takes at 0
    "log-softmax": "scores.grad = tensor([-1.,  1.])",  # softmax minus the one that is right
    "softmax-twice": "loss = 0.0067",  # log(1 + e^-5)
    "relu": "x.grad = 1.0",  # of x
    "clamp": "x.grad = tensor([1., 1., 1.])",  # of the sum of x
    "round": "x.grad = 6.0",  # of r^2 at 3, times 1
    "broadcast": "w.grad = tensor([3., 4.])",  # of w[0]*3 + w[1]*4
    "adam-decay": "x = 0.999",  # 1 - 0.1*0.01
    "total": "total = 2.0",  # 1 + 0 + 1
    "eval": "y.requires_grad = False",
    "twice": "x.grad = 6.0",
    "two-losses": "x.grad = 42.0",  # of 7*x^2 at 3
    "hidden-state": "w.grad = 20.0",  # 2*w*1 + 2*(w*2)*2 at w = 2
    "many": "x.grad = tensor([2., 4.])",  # of x^2 at 1 and 2
    "integer": "x.grad = 6.0",
    "in-place": "x.grad = 6.0",
    "saved-result": "x.grad = 1.0",  # of e^x at 0
    "detach-in-place": "x.grad = 6.0",
    "leaf-in-place": "x = 1.5",  # 3 - 0.25*6
    "argmax": "scores.grad = tensor([-0.2100,  0.2100])",  # 2*p*(1 - p), p = 1/(1 + e^-2)
    "non-leaf": "u.grad = tensor(2.)",  # of 2*u
    "born": "x.grad = tensor([2., 4.], dtype=torch.float64)",  # of x^2 at 1 and 2
    "rebuilt": "a.grad = tensor(7.)",  # of a*(a + b) at 2 and 3
    "mse-shapes": "loss = 0.0",
}


class Bare(NamedTuple):
    """What came of a script without anybody watching: its lines, and PyTorch's error or warning with its type."""

    printed: list[str]
    said: tuple[str, str] | None


@cache
def bare(code: str) -> Bare:
    """Run a script as it stands, with nothing of the playground around it."""
    out, problem = StringIO(), None
    torch.set_warn_always(True)
    with warnings.catch_warnings(record=True) as heard, redirect_stdout(out):
        warnings.simplefilter("always")
        try:
            exec(compile(code, "bare", "exec"), {"torch": torch})
        except RuntimeError as error:
            problem = (type(error).__name__, str(error).strip())
    lines = [
        (warning.category.__name__, str(warning.message).partition(" (Triggered internally")[0]) for warning in heard
    ]
    return Bare(out.getvalue().splitlines(), problem or (lines[0] if lines else None))


def wrong(key: str) -> Bare:
    """What came of a pitfall as it is first shown."""
    return bare(PITFALLS[key].text(False, PITFALLS[key].values))


BARE = tuple(key for key in PITFALLS if wrong(key).said)
"""The pitfalls of which PyTorch says something."""


def refusal(key: str) -> str:
    """What PyTorch says of the bare code of a pitfall."""
    message = wrong(key).said
    assert message
    return message[1]
