"""What a rerun sends after one changed value: few messages, and little in them."""

import asyncio
import json
from collections.abc import Iterator
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from playground.web import store
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


def given(app: AppTest, name: str) -> dict[str, Any]:
    """What the last run sent to the one component of a name."""
    (proto,) = (part.proto for part in app.get("bidi_component") if part.proto.component_name == name)  # type: ignore[attr-defined]
    data: dict[str, Any] = json.loads(proto.bytes)
    return data


def standing(app: AppTest) -> list[set[str]]:
    """What the last run sent of the head's data that seldom changes, group by group."""
    return [set(group) for group in given(app, "head").get("stands", {}).values()]


def test_the_head_sends_its_words_once_and_its_formula_with_another_program() -> None:
    app = opened(f="x^2")
    assert [len(group) for group in standing(app)] == [7, 2]
    assert standing(type_(app, "at.x", "3")) == []
    assert standing(type_(app, "f", "x^3")) == [{"formula", "inputs"}]


def test_a_drawing_that_was_made_comes_along_with_a_sessions_first_data_alone() -> None:
    first = given(opened(f="x^2 + 44"), "graph_view")
    assert "along" not in first
    store.packed(first["wide"])
    app = opened(f="x^2 + 44")
    along = given(app, "graph_view")["along"]
    assert along == {first["wide"]: store.text(first["wide"])}
    assert "along" not in given(type_(app, "at.x", "3"), "graph_view")


def test_a_figure_is_written_without_escapes() -> None:
    """Numbers as bytes are full of `/`, which Plotly's own writer makes six letters."""
    (chart,) = opened("scalar", f="x^2").get("plotly_chart")
    assert "/" in chart.proto.spec  # type: ignore[attr-defined]
    assert r"\u" not in chart.proto.spec  # type: ignore[attr-defined]
