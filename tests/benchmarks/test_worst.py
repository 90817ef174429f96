"""The most expensive requests that are accepted: what each costs, and what everybody else waits meanwhile."""

import asyncio
import random
from pathlib import Path

from tests.benchmarks.server import cpu
from tests.browser.serving import Server, serve
from tests.load import changes, one_of_each, percentiles
from tests.visitors import visit

MATRIX = "[" + ",".join(["[" + ",".join(["{}"] * 64) + "]"] * 64) + "]"
SUM, PRODUCT = "+".join(["x*x"] * 99), "*".join(["x"] * 200)
LAYERS = "sum(" + "gelu(" * 60 + "A*x" + ")" * 61
REQUESTS = {
    "a graph of 60 products of 64x64": ("", {"f": "sum(" + "A@(" * 60 + "A*x" + ")" * 61, "at.A": MATRIX}),
    "60 gelu of 64x64": ("", {"f": LAYERS, "at.A": MATRIX, "grad.A": "true"}),
    "99 products of 64x64, both ways": (
        "matrix",
        {"f": "y=" + "+".join(["X@X"] * 99), "at.X": MATRIX, "grad.X": "true"},
    ),
    "a Jacobian of 4096 x 4096": (
        "matrix",
        {"f": "y=X@X", "at.X": MATRIX, "grad.X": "true", "jacobian": "true", "proof": "true"},
    ),
    "25 outputs of 64x64": (
        "partials",
        {"f": "; ".join(f"y{n}=sum(X@X)*x" for n in range(25)), "at.X": MATRIX, "grad.X": "true", "jacobian": "true"},
    ),
    "fifth derivative of 200 factors": (
        "second",
        {"f": PRODUCT, "order": "5", "proof": "true", "curves": "true", "recorded": "true"},
    ),
    "fifth derivative of 60 sines": (
        "second",
        {"f": "sin(" * 60 + "x" + ")" * 60, "order": "5", "proof": "true", "curves": "true", "recorded": "true"},
    ),
    "10,000 steps of 99 products": ("descent", {"f": SUM, "steps": "10000", "sweep": "true", "theory": "true"}),
    "a race of five, 10,000 steps": (
        "descent",
        {
            "steps": "10000",
            "optimizer": "Adam",
            "racing": "true",
            "race": "SGD,Adam,RMSprop,Momentum,Adagrad",
            "sweep": "true",
            "theory": "true",
        },
    ),
    "10,000 steps of 60 gelu of 64x64": ("descent", {"f": LAYERS, "at.A": MATRIX, "steps": "10000"}),
    "a landscape of 45 sines": (
        "descent",
        {
            "f": "z=" + "*".join(["sin(x*y)"] * 45),
            "steps": "2000",
            "surface": "true",
            "theory": "true",
            "sweep": "true",
        },
    ),
}
OTHERS, THINKING = 20, 2.0
"""How many others there are, and how many seconds they think between two changes."""
CPU, WITHIN = 2.0, 0.5
"""Processor seconds of a request, and seconds in which 95 of 100 of the others' are answered meanwhile."""


async def others(url: str, seen: list[float]) -> None:
    """A small class that goes on until it is told to end; `seen` is how long each answer took."""

    async def pupil(number: int) -> None:
        dice, links = random.Random(number), one_of_each()
        async with visit(url) as visitor:
            await visitor.open(*links[number % len(links)])
            while True:
                await asyncio.sleep(dice.uniform(0, 2 * THINKING))
                known = changes(visitor, dice, own=False)
                answer = await (visitor.change(*dice.choice(known)) if known else visitor.again())
                seen.append(answer.seconds)

    async with asyncio.TaskGroup() as group:
        for number in range(OTHERS):
            group.create_task(pupil(number))


async def measured(server: Server) -> tuple[dict[str, tuple[float, float]], list[float], list[float]]:
    """By request its processor and clock seconds; what others waited before it all, and while it went on."""
    taken: dict[str, tuple[float, float]] = {}
    seen: list[float] = []
    for name, (page, texts) in REQUESTS.items():
        async with visit(server.url) as visitor:
            before = cpu([server])
            answer = await visitor.open(page, {key: text.replace("{}", "0.01") for key, text in texts.items()})
            taken[name] = (cpu([server]) - before, answer.seconds)
            assert answer.exceptions == []
    going_on = asyncio.create_task(others(server.url, seen))
    await asyncio.sleep(20)
    alone, seen[:] = seen[len(seen) // 3 :], []
    for number, (page, texts) in enumerate(REQUESTS.values()):
        async with visit(server.url) as visitor:
            mine = {key: text.replace("{}", f"0.01{number}") for key, text in texts.items()}
            await visitor.open(page, {**mine, "at.x": f"1.0{number}"})
    going_on.cancel()
    return taken, alone, seen


def test_no_request_takes_long_and_nobody_waits_for_it(tmp_path: Path) -> None:
    with serve("playground", tmp_path / "log") as server:
        taken, alone, beside = asyncio.run(measured(server))
    print("\n| request | processor, s | clock, s |\n|---|---|---|")
    for name, (processor, clock) in taken.items():
        print(f"| {name} | {processor:.2f} | {clock:.2f} |")
    print(f"others p50 / p95 / p99, s: alone {percentiles(alone)}, meanwhile {percentiles(beside)}")
    assert max(processor for processor, _ in taken.values()) < CPU
    assert percentiles(beside)[1] < WITHIN
