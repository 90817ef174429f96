"""Down the slope beside the bare loop, a sweep beside one run, and frames a second while 500 steps are played."""

import json
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path
from statistics import median
from time import thread_time

import pytest
import torch
from playwright.sync_api import sync_playwright

import playground as pg
from playground.descent.compute import rates_around
from playground.descent.run import objective
from playground.descent.sweep import how_many, sweep
from playground.drawing.film import packed
from tests.browser.chrome import FLAGS, find
from tests.browser.serving import serve
from tests.drawing.films import tutorial_film

ROUNDS = 15
TUTORIAL = {"a": 1.0, "b": -2.0, "c": 1.0}
FRAMES = """
() => new Promise((done) => {
  const times = []
  const see = (now) => {
    times.push(now)
    const at = parseInt(document.querySelector(".player .place").textContent)
    if (at < 500) requestAnimationFrame(see)
    else done(times)
  }
  document.querySelector(".player .toggle").click()
  requestAnimationFrame(see)
})
"""


@pytest.fixture(autouse=True)
def one_thread() -> None:
    torch.set_num_threads(1)


def least(*calls: Callable[[], object]) -> list[float]:
    """The time of each of some calls that take turns, the one least disturbed."""
    times: list[list[float]] = [[] for _ in calls]
    for _ in range(ROUNDS + 2):
        for call, taken in zip(calls, times, strict=True):
            start = thread_time()
            call()
            taken.append(thread_time() - start)
    return [min(taken[2:]) for taken in times]


def bare_loop(steps: int) -> float:
    """The tutorial's loop, with the two numbers that everybody writes down."""
    a, b, c = (torch.tensor(value) for value in TUTORIAL.values())
    x = torch.tensor(0.0, requires_grad=True)
    optimizer = torch.optim.SGD([x], lr=0.01)
    kept = []
    for _ in range(steps):
        optimizer.zero_grad()
        y = a * x**2 + b * x + c
        y.backward()  # type: ignore[no-untyped-call]
        optimizer.step()
        kept.append((x.item(), y.item()))
    return kept[-1][0]


def test_500_steps_cost_at_most_a_fifth_more_than_the_bare_loop() -> None:
    program = pg.parse("y = a*x^2 + b*x + c")
    ours, bare = least(lambda: pg.descend(program, {"x": 0.0}, TUTORIAL, lr=0.01), lambda: bare_loop(500))
    assert pg.descend(program, {"x": 0.0}, TUTORIAL, lr=0.01).positions["x"][-1] == bare_loop(500)
    print(f"\n500 steps: ours {ours * 1e3:.1f} ms, bare {bare * 1e3:.1f} ms, ratio {ours / bare:.2f}")
    assert ours / bare <= 1.2


@pytest.mark.parametrize("optimizer", ["SGD", "Momentum", "RMSprop", "Adam"])
@pytest.mark.parametrize("text", ["y = a*x^2 + b*x + c", "y = x^4 - 3x^2 + x"])
def test_a_sweep_costs_at_most_twelve_runs(text: str, optimizer: str) -> None:
    program = pg.parse(text)
    constants = {name: TUTORIAL[name] for name in program.inputs if name != "x"}
    count = how_many(objective(program, {"x": 0.5}, constants), optimizer)
    rates = rates_around(0.01, count)
    steps = 200
    all_, single = least(
        lambda: sweep(program, {"x": 0.5}, constants, optimizer, rates, steps),
        lambda: pg.descend(program, {"x": 0.5}, constants, optimizer, 0.01, steps),
    )
    print(f"\n{text}, {optimizer}: {len(rates)} rates cost {all_ / single:.1f} runs")
    assert all_ / single <= 12


def test_a_run_of_500_steps_is_sent_in_30_kb() -> None:
    for options in ({}, {"double": True}, {"optimizer": "Adam", "log": True}, {"noise": 1.0}):
        size = len(json.dumps(packed(tutorial_film(**options)), separators=(",", ":")))
        print(f"\n{options}: {size / 1000:.1f} KB")
        assert size <= 30_000


@pytest.mark.parametrize(
    ("name", "address"),
    [
        ("one variable", ""),
        (
            "two variables",
            "f=z%20%3D%20(1%20-%20x)^2%20%2B%20100*(y%20-%20x^2)^2&at.x=-1&at.y=1.5&optimizer=Adam&lr=0.05",
        ),
    ],
)
def test_500_steps_play_at_45_frames_a_second(tmp_path: Path, name: str, address: str) -> None:
    with serve("playground", tmp_path / "log") as server, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=find(), args=list(FLAGS))
        page = browser.new_page(viewport={"width": 1280, "height": 720})
        page.goto(f"{server.url}/descent?{address}")
        page.wait_for_selector(".player .toggle", timeout=60_000)
        page.wait_for_function("document.querySelector('.st-key-descent .js-plotly-plot')?.querySelector('.trace')")
        rates = []
        for _ in range(3):
            times = page.evaluate(FRAMES)
            rates.append(1000 / median(after - before for before, after in pairwise(times)))
        browser.close()
    print(f"\n{name}: {median(rates):.0f} frames a second (median), {[round(rate) for rate in rates]}")
    assert median(rates) >= 45
