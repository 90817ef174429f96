"""A function at many points gives what it gives at each: at once where PyTorch can, and a gap where it refuses."""

from collections.abc import Callable

import pytest
import torch

from playground.engine.at_each import at_each

POINTS = torch.linspace(-2, 2, 9, dtype=torch.float64)
FUNCTIONS: dict[str, Callable[[torch.Tensor], torch.Tensor]] = {
    "a polynomial": lambda x: x**3 - x,
    "two sides": lambda x: x**2 if bool(x > 0) else 3 * x,
    "a mask": lambda x: torch.stack([x, -x, 2 * x])[torch.stack([x, -x, x]) > 0].sum(),
    "a domain": lambda x: torch.nn.functional.binary_cross_entropy(x, torch.tensor(0.5, dtype=x.dtype)),
    "a refusal": lambda x: torch.linalg.inv(torch.stack([x, x, x, x]).reshape(2, 2)).sum(),
}


@pytest.mark.parametrize("name", FUNCTIONS)
def test_each_number_and_its_derivative_are_those_of_a_run_by_itself(name: str) -> None:
    function = FUNCTIONS[name]
    points = POINTS.clone().requires_grad_()
    numbers = at_each(function, points)
    (slopes,) = torch.autograd.grad(numbers.sum(), points)
    for place, point in enumerate(POINTS):
        alone = point.clone().requires_grad_()
        try:
            number = function(alone)
        except RuntimeError:
            assert torch.isnan(numbers[place])
            assert torch.isnan(slopes[place])
            continue
        torch.testing.assert_close(numbers[place].detach(), number.detach())
        torch.testing.assert_close(slopes[place], torch.autograd.grad(number, alone)[0], equal_nan=True)
