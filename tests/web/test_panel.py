"""A panel has seconds of its own: where they are over, it alone is lost, and nothing of it is left half drawn."""

import time

import pytest
from streamlit.testing.v1 import AppTest
from streamlit.testing.v1.element_tree import Block

from playground.engine import budget
from playground.language import limits
from playground.web import cache as kept
from playground.words import say
from tests.reading import found, opened, results, script, sent

VECTOR = {"f": "y = sin(x)*x", "at.x": "[0.3, 0.7]"}
SURFACE = {"f": "z = x^2*y", "at.x": "1", "at.y": "2"}
PANELS: dict[str, tuple[str, str, dict[str, str]]] = {
    "a race": ("descent", "racing", {}),
    "a sweep": ("descent", "sweep", {}),
    "a proof beside a descent": ("descent", "proof", {}),
    "a Jacobian": ("matrix", "jacobian", VECTOR),
    "a proof beside a Jacobian": ("matrix", "proof", VECTOR),
    "two calls": ("partials", "again", {}),
    "a Jacobian of several outputs": ("partials", "jacobian", {}),
    "a derivative that was not recorded": ("second", "without", {"f": "y = x^3"}),
    "the graph of a gradient": ("second", "recorded", SURFACE),
    "a proof beside a Hessian": ("second", "proof", SURFACE),
}
THREE = {"f": "y=x^4-3x^2+x+w^2*x", "theory": "true", "racing": "true", "sweep": "true"}
SLOWER = 5
"""times as slow as this one is a processor that is tried."""


@pytest.fixture(autouse=True)
def _nothing_is_known() -> None:
    """What was computed before takes no time."""
    kept._results.clear()


def panel_of(app: AppTest, key: str) -> Block:
    """An open panel."""
    (block,) = (item for item in app.expander if item.proto.id.endswith(f"-{key}"))
    return block


def inside(block: Block) -> list[str]:
    """What kinds of elements are in a block."""
    return [
        kind
        for child in block.children.values()
        for kind in (inside(child) if isinstance(child, Block) else [child.type])
    ]


@pytest.mark.parametrize(("page", "key", "address"), PANELS.values(), ids=PANELS)
def test_a_panel_whose_seconds_are_over_loses_itself_alone(
    page: str, key: str, address: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    closed = opened(page, **address)
    kept._results.clear()
    monkeypatch.setattr(limits, "PANEL_CPU_SECONDS", 0.0)
    app = opened(page, **address, **{key: "true"})
    assert not app.exception
    assert found(app, "note").count(say("error.out_of_time", seconds="0")) == 1
    assert inside(panel_of(app, key)) == ["html"]
    assert results(app) == results(closed)
    assert script(app) == script(closed)
    for kind in ("plotly_chart", "bidi_component"):
        assert len(app.get(kind)) == len(closed.get(kind))


def test_one_panel_does_not_use_up_the_seconds_of_another(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "PANEL_CPU_SECONDS", 0.0)
    app = opened("descent", **THREE)
    assert not app.exception
    assert inside(panel_of(app, "racing")) == inside(panel_of(app, "sweep")) == ["html"]
    assert set(inside(panel_of(app, "theory"))) == {"html"}
    assert say("descent.theory_did", verdict="")[:20] in " ".join(found(app, "remark"))


def test_on_a_slower_processor_a_page_with_all_panels_open_is_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    here = opened("descent", **THREE)
    kept._results.clear()
    monkeypatch.setattr(budget, "thread_time", lambda: SLOWER * time.thread_time())
    monkeypatch.setattr(budget, "monotonic", lambda: SLOWER * time.monotonic())
    there = opened("descent", **THREE)
    assert not there.exception
    assert len(there.get("plotly_chart")) == 3
    assert list(sent(there)) == list(sent(here))
