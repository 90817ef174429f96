"""What 200 visitors keep in memory, and whether it grows while they go on with numbers that nobody typed before."""

import asyncio
import random
from contextlib import AsyncExitStack
from pathlib import Path

from tests.benchmarks.server import memory
from tests.browser.serving import Server, serve
from tests.load import addresses, changes
from tests.visitors import Visitor, visit

SESSIONS, AT_ONCE, EACH = 200, 4, 250
FILLING, FURTHER = 8, 8
"""times `EACH` reruns, until everything that is bounded is full, and after that."""
MEGABYTES, GROWTH = 600, 20


async def rerun(visitors: list[Visitor], dice: random.Random, times: int) -> None:
    """So many changes, each of a number or a switch of somebody's page."""
    for visitor in dice.choices(visitors, k=times):
        known = changes(visitor, dice, own=True)
        answer = await (visitor.change(*dice.choice(known)) if known else visitor.again())
        assert answer.finished
        assert answer.exceptions == []


async def curve(server: Server) -> list[int]:
    """Megabytes at the start, with all visitors there, and after each `EACH` reruns."""
    found, links = [memory([server])], addresses()
    async with AsyncExitStack() as stack:
        visitors = [await stack.enter_async_context(visit(server.url)) for _ in range(SESSIONS)]
        for number, visitor in enumerate(visitors):
            await visitor.open(*links[number % len(links)])
        found.append(memory([server]))
        for step in range(FILLING + FURTHER):
            async with asyncio.TaskGroup() as group:
                for part in range(AT_ONCE):
                    group.create_task(
                        rerun(visitors[part::AT_ONCE], random.Random(f"{step} {part}"), EACH // AT_ONCE + 1)
                    )
            found.append(memory([server]))
            print(found[-1], end=" ", flush=True)
    return found


def test_200_visitors_need_little_memory_and_it_does_not_grow(tmp_path: Path) -> None:
    with serve("playground", tmp_path / "log") as server:
        found = asyncio.run(curve(server))
    print(f"\nMB at the start {found[0]}, with {SESSIONS} visitors {found[1]}, after each {EACH} reruns {found[2:]}")
    assert found[1] < MEGABYTES
    assert found[-1] - found[1 + FILLING] < GROWTH
