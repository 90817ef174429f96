"""From a clicker's key to the next question, and back, beside a rerun of the same page for a typed value."""

from collections.abc import Callable, Iterator
from statistics import median

import pytest
from playwright.sync_api import Page, expect, sync_playwright

from playground.lessons.table import BY_KEY, link
from tests.browser.chrome import FLAGS, find
from tests.browser.conftest import wait_until_idle
from tests.browser.head import VALUES
from tests.browser.serving import Server, serve

RERUNS = 2
"""Next and Previous take at most so many reruns: half a second on a machine that is not busy."""
ROUNDS = 8
LESSONS = {"A": 2, "B": 3, "C": 1, "D": 3, "E": 4}
"""Of each lesson the step from which one goes on, and to which one comes back."""
TAKEN = """([kind, step]) => new Promise(done => {
    let start = null
    addEventListener(kind, () => (start ??= performance.now()), { capture: true, once: true })
    document.addEventListener("head-answered", function answered() {
        if (start === null || !document.querySelector(`.lesson-bar[data-step="${step}"]`)) return
        document.removeEventListener("head-answered", answered)
        requestAnimationFrame(() => done(performance.now() - start))
    })
})"""
"""Milliseconds from an event until a step stands there, computed to its end."""


@pytest.fixture(scope="module")
def app(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    with serve("playground", tmp_path_factory.mktemp("app") / "log") as running:
        yield running


@pytest.fixture
def page() -> Iterator[Page]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=find(), args=list(FLAGS))
        yield browser.new_page(viewport={"width": 1280, "height": 720})
        browser.close()


def seconds(page: Page, kind: str, step: int, act: Callable[[], None]) -> float:
    """From what one does to the page that answers it."""
    page.evaluate(f"([kind, step]) => void (globalThis.taken = ({TAKEN})([kind, step]))", [kind, step])
    act()
    taken = float(page.evaluate("taken")) / 1000
    wait_until_idle(page)
    return taken


@pytest.mark.parametrize("key", LESSONS)
def test_the_next_question_takes_little_more_than_a_rerun(
    app: Server, page: Page, key: str, capsys: pytest.CaptureFixture[str]
) -> None:
    step = LESSONS[key]
    page.goto(f"{app.url}/{link(BY_KEY[key], step, view='projector').removeprefix('./')}")
    page.wait_for_selector("html[data-lesson-keys]", state="attached")
    wait_until_idle(page)
    times: dict[str, list[float]] = {"next": [], "previous": [], "typed": []}
    for _ in range(ROUNDS):
        page.keyboard.press("PageDown")
        expect(page.locator(".verdict-of-answer")).to_be_visible()
        wait_until_idle(page)
        times["next"].append(seconds(page, "keydown", step + 1, lambda: page.keyboard.press("PageDown")))
        times["previous"].append(seconds(page, "keydown", step, lambda: page.keyboard.press("PageUp")))
    box = page.locator(VALUES).first
    for turn in range(ROUNDS):
        times["typed"].append(seconds(page, "input", step, lambda turn=turn: box.fill(f"2.{turn}")))  # type: ignore[misc]
    taken = {name: median(measured) for name, measured in times.items()}
    measured = ", ".join(f"{name} {value:.2f} s" for name, value in taken.items())
    ratios = ", ".join(f"{name} {taken[name] / taken['typed']:.1f}" for name in ("next", "previous"))
    with capsys.disabled():
        print(f"\n{key}: {measured}; of a rerun {ratios}")
    assert max(taken["next"], taken["previous"]) <= RERUNS * taken["typed"]
