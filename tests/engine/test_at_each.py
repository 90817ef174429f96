"""A function at many points gives what it gives at each: at once where PyTorch can, and a gap where it refuses."""

from collections.abc import Callable

import pytest
import torch

from playground.engine.at_each import at_each, runs_at_once

POINTS = torch.linspace(-2, 2, 9, dtype=torch.float64)
FUNCTIONS: dict[str, tuple[Callable[[torch.Tensor], torch.Tensor], bool]] = {
    "a polynomial": (lambda x: x**3 - x, True),
    "two sides": (lambda x: x**2 if bool(x > 0) else 3 * x, False),
    "a mask": (lambda x: torch.stack([x, -x, 2 * x])[torch.stack([x, -x, x]) > 0].sum(), False),
    "a domain": (lambda x: torch.nn.functional.binary_cross_entropy(x, torch.tensor(0.5, dtype=x.dtype)), True),
    "a refusal": (lambda x: torch.linalg.inv(torch.stack([x, x, x, x]).reshape(2, 2)).sum(), True),
}


@pytest.mark.parametrize("name", FUNCTIONS)
def test_each_number_and_its_derivative_are_those_of_a_run_by_itself(name: str) -> None:
    function, _ = FUNCTIONS[name]
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


@pytest.mark.parametrize("name", FUNCTIONS)
def test_whether_it_runs_at_once_is_known_from_one_point(name: str) -> None:
    function, at_once = FUNCTIONS[name]
    assert runs_at_once(function, torch.tensor(0.5, dtype=torch.float64)) == (at_once and name != "a refusal")
