"""From a text to its drawing: what each stage costs, how it grows, and beside what it stands. Ratios of one run."""

import time
from collections.abc import Callable
from dataclasses import replace
from statistics import median

import pytest
import torch
import torchviz

import playground as pg

FIRST = ("y = a*x^2 + b*x + c", {"a": 2.0, "x": 3.0, "b": -5.0, "c": 1.0})
STAGES = ("parse", "forward", "read_graph", "backward", "to_dot")


def seconds(work: Callable[[], object], rounds: int = 30) -> float:
    """The median time of a call, after two that warm up."""
    times = []
    for _ in range(rounds + 2):
        start = time.perf_counter()
        work()
        times.append(time.perf_counter() - start)
    return median(times[2:])


def fastest(*works: Callable[[], object], rounds: int = 60) -> list[float]:
    """The shortest time of each call, taken in turns so that all of them meet the same moments of the machine."""
    times = [[seconds(work, 1) for work in works] for _ in range(rounds)]
    return [min(column) for column in zip(*times, strict=True)]


def stages(text: str, values: dict[str, float], rounds: int = 30) -> dict[str, float]:
    """Seconds of each stage for a program."""
    program = pg.parse(text)
    run = pg.forward(program, values)
    graph, tape = pg.read_graph(run), pg.backward(run)
    work = (
        lambda: pg.parse(text),
        lambda: pg.forward(program, values),
        lambda: pg.read_graph(run),
        lambda: pg.backward(run),
        lambda: pg.to_dot(graph, tape),
    )
    return {name: seconds(call, rounds) for name, call in zip(STAGES, work, strict=True)}


def chain(operations: int) -> str:
    """A program of so many typed operations, half of them products."""
    return "+".join(["x*x"] * (operations // 2)) + "+x" * (operations % 2 + 1)


@pytest.fixture(autouse=True)
def one_thread() -> None:
    torch.set_num_threads(1)


def test_the_cost_grows_linearly_with_what_is_typed() -> None:
    """From 50 to 200 operations each stage may cost at most 4 times as much, and half again."""
    rows = {count: stages(chain(count), {"x": 1.5}) for count in (10, 50, 200)}
    print(f"\n{'operations':>12}" + "".join(f"{name:>12}" for name in STAGES) + f"{'all, ms':>12}")
    for count, row in rows.items():
        print(
            f"{count:12}" + "".join(f"{row[name] * 1e3:12.2f}" for name in STAGES) + f"{sum(row.values()) * 1e3:12.2f}"
        )
    for name in STAGES:
        assert rows[200][name] / rows[50][name] < 4 * 1.5, name


def test_a_thousand_nodes_of_a_derivatives_graph_cost_in_proportion() -> None:
    """The cost for each node of derivative graphs of growing size stays within half again of the smallest's."""
    program = pg.parse("sin(x)*exp(-x^2)*cos(x)")
    cost = {}
    for order in (3, 4, 5):
        run = pg.forward(program, {"x": 0.7}, dtype=torch.float64)
        point, value = run.inputs["x"], run.outputs["y"]
        for _ in range(order):
            (value,) = torch.autograd.grad(value, point, create_graph=True)
        run = replace(run, outputs={"d": value}, lines={})
        size = len(pg.read_graph(run).nodes)
        cost[size] = {
            "read_graph": seconds(lambda: pg.read_graph(run), 7) / size,  # noqa: B023
            "backward": seconds(lambda: pg.backward(run), 7) / size,  # noqa: B023
        }
    for size, row in cost.items():
        print(f"\n{size:6} nodes: " + ", ".join(f"{name} {value * 1e6:.1f} us a node" for name, value in row.items()))
    smallest, largest = min(cost), max(cost)
    assert largest >= 1000
    for name, value in cost[largest].items():
        assert value / cost[smallest][name] < 1.5, name


def test_the_first_example_takes_under_five_milliseconds() -> None:
    row = stages(*FIRST, rounds=200)
    print("\n" + ", ".join(f"{name} {value * 1e3:.2f} ms" for name, value in row.items()))
    assert sum(row.values()) < 5e-3


def test_watching_the_engine_costs_at_most_four_times_the_bare_backward() -> None:
    run = pg.forward(pg.parse(FIRST[0]), FIRST[1])
    output = run.outputs["y"]

    def bare() -> None:
        run.inputs["x"].grad = None
        output.backward(retain_graph=True)

    watched, alone = seconds(lambda: pg.backward(run), 500), seconds(bare, 500)
    print(f"\nwatched {watched * 1e6:.0f} us, bare {alone * 1e6:.0f} us, ratio {watched / alone:.2f}")
    assert watched / alone < 4


@pytest.mark.filterwarnings("ignore::DeprecationWarning:torchviz")
@pytest.mark.parametrize("operations", [5, 50, 200])
def test_reading_and_drawing_cost_no_more_than_torchviz(operations: int) -> None:
    """Beside `make_dot` with as much in it: attributes and saved tensors; and of what it draws, the tracked nodes."""
    run = pg.forward(pg.parse(FIRST[0] if operations == 5 else chain(operations)), FIRST[1] | {"x": 1.5})
    output, named = run.outputs["y"], {"x": run.inputs["x"]}
    ours, names, theirs = fastest(
        lambda: pg.to_dot(pg.read_graph(run), constants=False),
        lambda: torchviz.make_dot(output, named).source,
        lambda: torchviz.make_dot(output, named, show_attrs=True, show_saved=True).source,
    )
    print(
        f"\n{operations} operations: ours {ours * 1e3:.2f} ms, torchviz {theirs * 1e3:.2f} ms with what nodes saved"
        f" ({ours / theirs:.2f}), {names * 1e3:.2f} ms with names alone ({ours / names:.2f})"
    )
    assert ours / theirs <= 1
