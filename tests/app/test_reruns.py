"""What a rerun sends after one changed value: few messages, and little in them."""

import asyncio
import json
from collections.abc import Iterator

import pytest
from streamlit.testing.v1 import AppTest

from tests.browser.serving import Server, serve
from tests.reading import opened, type_
from tests.reruns import NUMBERS, PAGES, Typist
from tests.visitors import Answer, visit

MAX_MESSAGES = 15
MAX_KILOBYTES = 12.0


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
    assert answer.size / 1000 <= MAX_KILOBYTES, answer.sent


def standing(app: AppTest) -> list[set[str]]:
    """What the last run sent of the head's data that seldom changes, group by group."""
    (proto,) = (part.proto for part in app.get("bidi_component") if part.proto.component_name == "head")  # type: ignore[attr-defined]
    return [set(group) for group in json.loads(proto.bytes).get("stands", {}).values()]


def test_the_head_sends_its_words_once_and_its_formula_with_another_program() -> None:
    app = opened(f="x^2")
    assert [len(group) for group in standing(app)] == [7, 2]
    assert standing(type_(app, "at.x", "3")) == []
    assert standing(type_(app, "f", "x^3")) == [{"formula", "inputs"}]


def test_a_figure_is_written_without_escapes() -> None:
    """Numbers as bytes are full of `/`, which Plotly's own writer makes six letters."""
    (chart,) = opened("scalar", f="x^2").get("plotly_chart")
    assert "/" in chart.proto.spec  # type: ignore[attr-defined]
    assert r"\u" not in chart.proto.spec  # type: ignore[attr-defined]
