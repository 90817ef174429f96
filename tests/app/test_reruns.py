"""What a rerun sends after one changed value: few messages, and little in them."""

import asyncio
from collections.abc import Iterator

import pytest

from tests.browser.serving import Server, serve
from tests.reruns import NUMBERS, PAGES, Typist
from tests.visitors import Answer, visit

MAX_MESSAGES = 15
KILOBYTES = dict.fromkeys(PAGES, 12.0) | {"second": 13.5}


@pytest.fixture(scope="module")
def app(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    with serve("playground", tmp_path_factory.mktemp("app") / "log") as running:
        yield running


async def last_of(url: str, page: str) -> Answer:
    """The answer to the last of some numbers that are typed on a page."""
    async with visit(url) as visitor:
        await visitor.open(page)
        typist = Typist(visitor)
        answers = [await typist.type() for _ in range(2 * len(NUMBERS))]
        assert not any(answer.exceptions for answer in answers)
        return answers[-1]


@pytest.mark.parametrize("page", PAGES)
def test_a_rerun_after_one_changed_value_sends_little(app: Server, page: str) -> None:
    answer = asyncio.run(last_of(app.url, page))
    assert answer.finished
    assert answer.deltas <= MAX_MESSAGES, answer.sent
    assert answer.size / 1000 <= KILOBYTES[page], answer.sent
