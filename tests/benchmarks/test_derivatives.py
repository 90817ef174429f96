"""Derivatives, Jacobian and Hessian beside the bare torch calls they stand on. Ratios of one run."""

from collections.abc import Callable
from time import thread_time
from typing import Any

import pytest
import torch

import playground as pg
from playground.second.gradient_graph import derivative_run

SIDE = 32
ROUNDS = 60


@pytest.fixture(autouse=True)
def one_thread() -> None:
    torch.set_num_threads(1)


def both(ours: Callable[[], object], bare: Callable[[], object], rounds: int = ROUNDS) -> tuple[float, float]:
    """The times of two calls that take turns, after a few that warm up: of each the one least disturbed.

    They are times of this thread, in which everything runs, so that other programs of the machine do not count.
    """
    times: tuple[list[float], list[float]] = ([], [])
    for _ in range(rounds + 5):
        for call, taken in zip((ours, bare), times, strict=True):
            start = thread_time()
            call()
            taken.append(thread_time() - start)
    return min(times[0]), min(times[1])


def print_ratio(task: str, ours: float, bare: float) -> None:
    print(f"\n{task}: ours {ours * 1e6:.0f} us, bare {bare * 1e6:.0f} us, ratio {ours / bare:.2f}", end="")
    print(f", added {(ours - bare) * 1e6:.0f} us")


def matrix(seed: int) -> torch.Tensor:
    return torch.randn(SIDE, SIDE, generator=torch.Generator().manual_seed(seed)) / SIDE**0.5


# At 32 x 32: at most 1.3 times


def bare_derivatives(A: torch.Tensor, B: torch.Tensor, order: int) -> list[torch.Tensor]:
    x = torch.tensor(0.5, requires_grad=True)
    found = [torch.sum(torch.sin(A * x) @ torch.exp(B * x))]
    for _ in range(order):
        found.append(torch.autograd.grad(found[-1], x, create_graph=True)[0])
    return [value.detach() for value in found]


@pytest.mark.parametrize("order", [2, 5])
def test_derivatives_through_matrices(order: int) -> None:
    """What is added is paid once, so that fewer orders show it more."""
    program, A, B = pg.parse("y = sum(sin(A*x) @ exp(B*x))"), matrix(1), matrix(2)
    values: dict[str, Any] = {"A": A, "B": B, "x": 0.5}
    found = pg.derivatives(program, values, order=order)
    torch.testing.assert_close(found, bare_derivatives(A, B, order), rtol=1e-3, atol=1e-3)
    ours, bare = both(lambda: pg.derivatives(program, values, order=order), lambda: bare_derivatives(A, B, order))
    print_ratio(f"derivatives up to order {order}", ours, bare)
    assert ours - bare < 1e-3
    assert ours / bare <= 1.3


def all_at_once(value: torch.Tensor, x: torch.Tensor) -> torch.Tensor:
    """A vjp for each entry of a value."""
    each = torch.eye(value.numel()).reshape(-1, *value.shape)
    return torch.autograd.grad(value, x, each, is_grads_batched=True)[0].reshape(value.numel(), -1)


def bare_jacobian(A: torch.Tensor, value: torch.Tensor) -> torch.Tensor:
    x = value.clone().requires_grad_()
    return all_at_once(torch.sin(x @ A) * x, x)


def test_the_jacobian_of_a_matrix() -> None:
    program, A, value = pg.parse("y = sin(x @ A)*x"), matrix(1), matrix(3)
    found = pg.jacobian(program, {"x": value, "A": A}, "x")
    assert found.shape == (SIDE**2, SIDE**2)
    torch.testing.assert_close(found, bare_jacobian(A, value))
    ours, bare = both(lambda: pg.jacobian(program, {"x": value, "A": A}, "x"), lambda: bare_jacobian(A, value), ROUNDS)
    print_ratio(f"jacobian of {SIDE} x {SIDE}", ours, bare)
    assert ours / bare <= 1.3


def bare_hessian(A: torch.Tensor, value: torch.Tensor) -> torch.Tensor:
    x = value.clone().requires_grad_()
    (gradient,) = torch.autograd.grad(torch.sum(torch.sin(x @ A) * x**2), x, create_graph=True)
    return all_at_once(gradient.flatten(), x)


def test_the_hessian_of_a_matrix() -> None:
    program, A, value = pg.parse("y = sum(sin(x @ A)*x^2)"), matrix(1), matrix(3)
    found = pg.hessian(program, {"x": value, "A": A}, "x")
    assert found.shape == (SIDE**2, SIDE**2)
    torch.testing.assert_close(found, bare_hessian(A, value))
    ours, bare = both(lambda: pg.hessian(program, {"x": value, "A": A}, "x"), lambda: bare_hessian(A, value), ROUNDS)
    print_ratio(f"hessian of {SIDE} x {SIDE}", ours, bare)
    assert ours / bare <= 1.3


@pytest.mark.filterwarnings("ignore:.*torch.jit.script.*:DeprecationWarning")
def test_they_cost_what_torch_func_costs_or_less() -> None:
    """torch.func's own Jacobian and Hessian, as a measure from outside; told, and held to the same limit."""
    A, value = matrix(1), matrix(3)
    function = torch.func.jacrev(lambda x: torch.sin(x @ A) * x)
    second = torch.func.hessian(lambda x: torch.sum(torch.sin(x @ A) * x**2))
    pairs = {
        "jacobian": (pg.parse("y = sin(x @ A)*x"), function),
        "hessian": (pg.parse("y = sum(sin(x @ A)*x^2)"), second),
    }
    for name, (program, theirs) in pairs.items():
        call = getattr(pg, name)
        ours, bare = both(lambda: call(program, {"x": value, "A": A}, "x"), lambda: theirs(value), 30)  # noqa: B023
        print_ratio(f"{name} beside torch.func", ours, bare)
        assert ours / bare <= 1.3


# For ten nodes: at most 1 ms added


TEN = "y = sin(a*x^2 + b*x)*exp(c*x) + x"


def small_derivatives(a: float, b: float, c: float, order: int) -> list[torch.Tensor]:
    x = torch.tensor(0.5, requires_grad=True)
    A, B, C = torch.tensor(a), torch.tensor(b), torch.tensor(c)
    found = [torch.sin(A * x**2 + B * x) * torch.exp(C * x) + x]
    for _ in range(order):
        found.append(torch.autograd.grad(found[-1], x, create_graph=True)[0])
    return [value.detach() for value in found]


def small_hessian(a: float, b: float, c: float) -> torch.Tensor:
    x = torch.tensor(0.5, requires_grad=True)
    A, B, C = torch.tensor(a, requires_grad=True), torch.tensor(b, requires_grad=True), torch.tensor(c)
    y = torch.sin(A * x**2 + B * x) * torch.exp(C * x) + x
    gradient = torch.stack(torch.autograd.grad(y, (x, A, B), create_graph=True))
    rows = torch.autograd.grad(gradient, (x, A, B), torch.eye(3), is_grads_batched=True)
    return torch.stack(rows, dim=1)


def test_everything_added_to_ten_nodes_is_below_a_millisecond() -> None:
    program, values = pg.parse(TEN), {"x": 0.5, "a": 1.5, "b": -0.5, "c": 0.25}
    nodes = pg.read_graph(pg.forward(program, values)).nodes
    assert len(nodes) == 10
    torch.testing.assert_close(pg.hessian(program, values, ("x", "a", "b")), small_hessian(1.5, -0.5, 0.25))
    torch.testing.assert_close(pg.derivatives(program, values, order=3), small_derivatives(1.5, -0.5, 0.25, 3))
    work = {
        "derivatives": (
            lambda: pg.derivatives(program, values, order=3),
            lambda: small_derivatives(1.5, -0.5, 0.25, 3),
        ),
        "hessian": (
            lambda: pg.hessian(program, values, ("x", "a", "b")),
            lambda: small_hessian(1.5, -0.5, 0.25),
        ),
    }
    for name, (call, bare_call) in work.items():
        ours, bare = both(call, bare_call, 300)
        print_ratio(f"{name} of {len(nodes)} nodes", ours, bare)
        assert ours - bare < 1e-3


def test_the_graph_of_a_derivative_costs_in_proportion_to_its_nodes() -> None:
    """Listening to the engine and writing formulas: at most twice as long for each node of all orders on the way."""
    run = pg.forward(pg.parse("y = sin(x)*exp(-x^2)"), {"x": 0.5})
    cost, on_the_way = {}, 0
    for order in (1, 2, 3, 4):
        size = len(pg.read_graph(derivative_run(run, "x", order)).nodes)
        on_the_way += size
        taken, _ = both(lambda: derivative_run(run, "x", order), lambda: None, 15)  # noqa: B023
        cost[size] = taken / on_the_way
        print(f"\n{size} nodes: {taken * 1e3:.1f} ms, {cost[size] * 1e6:.0f} us for each of {on_the_way}")
    assert max(cost.values()) < 2 * cost[min(cost)]
