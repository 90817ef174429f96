"""What every pitfall prints or is refused with, as bare PyTorch has it."""

from collections.abc import Callable

import pytest
import torch

WRONG = {
    "accumulate": "x.grad = 12.0",
    "stale": "x = 1.5",
    "rebound": "x.grad = None",
    "detach": "x.grad = 3.0",
    "no_grad": "x.grad = 4.0",
    "relu": "x.grad = 0.0",
    "sqrt": "x.grad = nan",
    "broadcast": "w.grad = tensor([7., 7.])",
    "non_leaf": "u.grad = None",
}
"""What is printed; the others are refused before they print."""

RIGHT = {
    "accumulate": "x.grad = 6.0",  # of x^2 at 3
    "stale": "x = 0.875",  # 1 - (1 - 2*0.25)^3
    "rebound": "x.grad = tensor(2.)",  # of x^2 at 2 - 0.25*4 = 1
    "detach": "x.grad = 6.0",  # of x^2 at 3
    "no_grad": "x.grad = 12.0",  # of x^3 at 2
    "relu": "x.grad = 1.0",  # of x
    "sqrt": "x.grad = 0.0",  # the slope of |x| that PyTorch takes at 0
    "broadcast": "w.grad = tensor([3., 4.])",  # of w[0]*3 + w[1]*4
    "twice": "x.grad = 6.0",
    "many": "x.grad = tensor([2., 4.])",  # of x^2 at 1 and 2
    "integer": "x.grad = 6.0",
    "in_place": "x.grad = 6.0",
    "non_leaf": "u.grad = tensor(2.)",  # of 2*u
}


def leaf(value: object) -> torch.Tensor:
    return torch.tensor(value, requires_grad=True)


def backward_twice() -> None:
    y = leaf(3.0) ** 2
    y.backward()
    y.backward()


def backward_from_many() -> None:
    (leaf([1.0, 2.0]) ** 2).backward()


def whole_number_that_requires_grad() -> None:
    torch.tensor(3).requires_grad_()


def changed_in_place() -> None:
    x = leaf(3.0)
    y = x**2
    with torch.no_grad():
        x -= 1
    y.backward()


def grad_of_a_result() -> None:
    u = leaf(3.0) ** 2
    (2 * u).backward()
    u.grad  # noqa: B018


def grad_of_a_rebound_name() -> None:
    x = leaf(2.0)
    (x**2).backward()
    assert x.grad is not None
    x = x - 0.25 * x.grad
    x.grad  # noqa: B018


BARE: dict[str, Callable[[], None]] = {
    "twice": backward_twice,
    "many": backward_from_many,
    "integer": whole_number_that_requires_grad,
    "in_place": changed_in_place,
    "non_leaf": grad_of_a_result,
    "rebound": grad_of_a_rebound_name,
}


def refusal(key: str) -> str:
    """What PyTorch says of the bare code of a loud pitfall; warnings are errors in tests."""
    with pytest.raises((RuntimeError, UserWarning)) as caught:
        BARE[key]()
    return str(caught.value).strip().partition(" (Triggered internally")[0]
