"""From a clicker's key to the next question, and back, beside a rerun of the same page, and of a blank page."""

from collections.abc import Callable, Iterator
from pathlib import Path
from statistics import median

import pytest
from playwright.sync_api import Page, expect, sync_playwright

from playground.lessons.table import BY_KEY, link
from tests.browser.chrome import FLAGS, find
from tests.browser.conftest import PATIENCE_MS, wait_until_idle
from tests.browser.head import VALUES
from tests.browser.serving import Server, serve

RERUNS = 2
"""Next and Previous are computed to their end within so many reruns."""
SHOWN_SECONDS, COLD_SECONDS = 0.5, 1.0
"""A question is shown within so many seconds of the key, and one that nobody has had yet within so many more, where a
blank page is run again in `BLANK_SECONDS`; on a slower or busier machine in as many times of that."""
BLANK_SECONDS = 0.05
BLANK = """import streamlit as st
st.button("again")
st.session_state.runs = st.session_state.get("runs", 0) + 1
st.html(f'<p class="runs">{st.session_state.runs}</p>')
"""
ROUNDS = 8
LESSONS = {"A": 2, "B": 3, "C": 1, "D": 3, "E": 4}
"""Of each lesson the step from which one goes on, and to which one comes back."""
TAKEN = """([kind, step]) => new Promise(done => {
    let start = null, shown = null
    const stands = () => start !== null && document.querySelector(`.lesson-bar[data-step="${step}"]`)
    const asked = () => stands() && document.querySelector(".st-key-show-answer button")
    addEventListener(kind, () => (start ??= performance.now()), { capture: true, once: true })
    const look = () => {
        if (asked()) shown ??= performance.now() - start
        if (shown === null) requestAnimationFrame(look)
    }
    look()
    document.addEventListener("head-answered", function answered() {
        if (!stands()) return
        document.removeEventListener("head-answered", answered)
        requestAnimationFrame(() => done([shown ?? performance.now() - start, performance.now() - start]))
    })
})"""
"""Milliseconds from an event until a step's question is shown, and until it is computed to its end."""
BLANK_TAKEN = """() => new Promise(done => {
    const runs = () => document.querySelector(".runs")?.textContent
    const start = performance.now(), before = runs()
    const look = () => (runs() !== before ? done(performance.now() - start) : requestAnimationFrame(look))
    document.querySelector(".stButton button").click()
    look()
})"""
"""Milliseconds from a click to what a blank page's rerun changes."""


@pytest.fixture(scope="module")
def app(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    with serve("playground", tmp_path_factory.mktemp("app") / "log") as running:
        yield running


@pytest.fixture
def page() -> Iterator[Page]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=find(), args=list(FLAGS))
        page = browser.new_context(viewport={"width": 1280, "height": 720}).new_page()
        page.set_default_timeout(PATIENCE_MS)
        yield page
        browser.close()


@pytest.fixture(scope="module")
def blank(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    folder: Path = tmp_path_factory.mktemp("blank")
    (folder / "blank.py").write_text(BLANK)
    with serve(folder / "blank.py", folder / "log") as running:
        yield running


def seconds(page: Page, kind: str, step: int, act: Callable[[], None]) -> tuple[float, float]:
    """From what one does to its question, and to the whole page that answers it."""
    page.evaluate(f"([kind, step]) => void (globalThis.taken = ({TAKEN})([kind, step]))", [kind, step])
    act()
    shown, computed = page.evaluate("taken")
    wait_until_idle(page)
    return shown / 1000, computed / 1000


def blank_seconds(page: Page, blank: Server) -> float:
    """What a blank page's rerun takes now."""
    other = page.context.new_page()
    other.goto(blank.url)
    other.wait_for_selector(".runs")
    taken = median(float(other.evaluate(BLANK_TAKEN)) for _ in range(ROUNDS)) / 1000
    other.close()
    return taken


@pytest.mark.parametrize("key", LESSONS)
def test_the_next_question_takes_little_more_than_a_rerun(
    app: Server, blank: Server, page: Page, key: str, capsys: pytest.CaptureFixture[str]
) -> None:
    step = LESSONS[key]
    page.goto(f"{app.url}/{link(BY_KEY[key], step, view='projector').removeprefix('./')}")
    page.wait_for_selector("html[data-lesson-keys]", state="attached")
    wait_until_idle(page)
    times: dict[str, list[tuple[float, float]]] = {"next": [], "previous": [], "typed": []}
    busy = [blank_seconds(page, blank)]
    for _ in range(ROUNDS):
        page.keyboard.press("PageDown")
        expect(page.locator(".verdict-of-answer")).to_be_visible(timeout=PATIENCE_MS)
        wait_until_idle(page)
        times["next"].append(seconds(page, "keydown", step + 1, lambda: page.keyboard.press("PageDown")))
        times["previous"].append(seconds(page, "keydown", step, lambda: page.keyboard.press("PageUp")))
        busy.append(blank_seconds(page, blank))
    box = page.locator(VALUES).first
    for turn in range(ROUNDS):
        times["typed"].append(seconds(page, "input", step, lambda turn=turn: box.fill(f"2.{turn}")))  # type: ignore[misc]
    cold = times["next"][0][0]
    shown = {name: median(first for first, _ in times[name]) for name in ("next", "previous")}
    computed = {name: median(last for _, last in measured) for name, measured in times.items()}
    slower = max(1.0, median(busy) / BLANK_SECONDS)
    with capsys.disabled():
        print(f"\n{key}: blank {median(busy):.3f} s; cold {cold:.2f} s")
        print(f"shown: {table(shown)}; computed: {table(computed)}")
    assert max(shown.values()) <= SHOWN_SECONDS * slower
    assert cold <= COLD_SECONDS * slower
    assert max(computed["next"], computed["previous"]) <= RERUNS * computed["typed"]


def table(seconds: dict[str, float]) -> str:
    return ", ".join(f"{name} {value:.2f} s" for name, value in seconds.items())
