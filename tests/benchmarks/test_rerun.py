"""What a rerun costs after one changed value, on each page and on a blank one: messages, bytes and the processor."""

import asyncio
from collections import Counter
from collections.abc import Sequence
from contextlib import AsyncExitStack
from pathlib import Path
from time import thread_time

import playground as pg
from tests.benchmarks.server import cpu
from tests.benchmarks.test_descent import TUTORIAL
from tests.benchmarks.test_load import BLANK
from tests.browser.serving import Server, serve
from tests.reruns import NUMBERS, PAGES, Typist
from tests.visitors import Answer, visit

ROUNDS, EACH, OPENINGS, BLANK_TIMES = 5, 40, 30, 5
"""The pages take turns so many times, with so many reruns each; and so many sessions open each, of a blank one more.

A system counts processors in hundredths of a second."""
AT_MOST = 2.5
"""times what a blank page takes of the processor."""
AT_MOST_NEW = 6.0
"""times what a new session of a blank page takes, beside the loop of `/descent`."""


async def reruns(typist: Typist, server: Server, times: int) -> tuple[float, Answer]:
    """Processor seconds of a rerun, and the last answer."""
    before = cpu([server])
    for _ in range(times):
        answer = await typist.type()
        assert answer.finished
        assert answer.exceptions == []
    return (cpu([server]) - before) / times, answer


async def measured(app: Server, blank: Server) -> dict[str, tuple[float, Answer]]:
    """By page, the blank one as well, what a rerun took, and what it sent."""
    async with AsyncExitStack() as stack:
        typists: dict[str, tuple[Typist, Server]] = {}
        for name, server, page in [("blank", blank, ""), *((page or "graph", app, page) for page in PAGES)]:
            visitor = await stack.enter_async_context(visit(server.url))
            await visitor.open(page)
            typists[name] = Typist(visitor), server
            await reruns(*typists[name], 2 * len(NUMBERS))
        taken = dict.fromkeys(typists, 0.0)
        for _ in range(ROUNDS):
            for name, typing in typists.items():
                taken[name] += (await reruns(*typing, EACH))[0] / ROUNDS
        return {name: (taken[name], (await reruns(*typing, 1))[1]) for name, typing in typists.items()}


def row(name: str, answer: Answer, ratio: float) -> str:
    """A line of the table."""
    kinds = ", ".join(f"{kind} {count}" for kind, count in Counter(kind for kind, _ in answer.sent).most_common())
    return f"| {name} | {answer.deltas} | {answer.size / 1000:.1f} | {ratio:.2f} | {kinds} |"


def test_a_rerun_of_every_page_is_cheap(tmp_path: Path) -> None:
    alone = tmp_path / "blank.py"
    alone.write_text(BLANK)
    with serve("playground", tmp_path / "log") as app, serve(alone, tmp_path / "blank.log") as blank:
        found = asyncio.run(measured(app, blank))
    unit = found["blank"][0]
    print(f"\na rerun of a blank page takes {1000 * unit:.1f} ms of the processor")
    print("| page | messages | KB | times a blank page | what is sent |\n|---|---|---|---|---|")
    for name, (seconds, answer) in found.items():
        print(row(name, answer, seconds / unit))
    dear = {name: round(seconds / unit, 2) for name, (seconds, _) in found.items() if seconds > AT_MOST * unit}
    assert dear == {}


async def opening(server: Server, page: str, values: Sequence[str]) -> float:
    """Processor seconds of a new session that opens a page with a value that nobody had."""
    before = cpu([server])
    for value in values:
        async with visit(server.url) as visitor:
            answer = await visitor.open(page, {"at.x": value, "at.x1": value} if value else {})
            assert answer.finished
    return (cpu([server]) - before) / len(values)


def loops(values: Sequence[str]) -> float:
    """Processor seconds of the descent that a new session waits for; `test_descent.py` has it beside the bare loop."""
    program = pg.parse("y = a*x^2 + b*x + c")
    pg.descend(program, {"x": 0.0}, TUTORIAL, lr=0.01, steps=1)  # the first one imports PyTorch's optimizers
    before = thread_time()
    for value in values:
        pg.descend(program, {"x": float(value)}, TUTORIAL, lr=0.01)
    return (thread_time() - before) / len(values)


async def opened(app: Server, blank: Server) -> dict[str, float]:
    """By page, how many times a blank page's a new session costs; of `/descent` what it costs beside its loop."""
    spent: dict[str, float] = {}
    await opening(blank, "", [""] * 3)
    unit = await opening(blank, "", [""] * (BLANK_TIMES * OPENINGS))
    for page in PAGES:
        await opening(app, page, ["0.5"] * 3)
        values = [f"{1 + place / 997:.4f}" for place in range(OPENINGS)]
        spent[page or "graph"] = await opening(app, page, values) - (loops(values) if page == "descent" else 0.0)
    return {page: seconds / unit for page, seconds in spent.items()}


def test_a_new_session_with_a_value_of_its_own(tmp_path: Path) -> None:
    alone = tmp_path / "blank.py"
    alone.write_text(BLANK)
    with serve("playground", tmp_path / "log") as app, serve(alone, tmp_path / "blank.log") as blank:
        ratios = asyncio.run(opened(app, blank))
    print("\n| page | a new session, times a blank page's |\n|---|---|")
    for page, ratio in ratios.items():
        print(f"| {page} | {ratio:.2f} |")
    assert {page: round(ratio, 1) for page, ratio in ratios.items() if ratio > AT_MOST_NEW} == {}
