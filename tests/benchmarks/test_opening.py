"""From opening the page to its drawn graph, beside a blank Streamlit page in the same run."""

from pathlib import Path
from statistics import median

from playwright.sync_api import Browser, sync_playwright

from tests.browser.chrome import FLAGS, find
from tests.browser.serving import Server, serve

ROUNDS = 15
BLANK = "import streamlit as st\n\nst.write('blank')\n"


WATCH = """(() => {
  const look = () => { if (!window.stood && document.querySelector("%s")) window.stood = performance.now() }
  new MutationObserver(look).observe(document, { childList: true, subtree: true })
})()"""
"""Notes when an element first stands in the page: asked from outside, the browser answers to the half second only."""


def seconds_until(browser: Browser, server: Server, drawn: str) -> float:
    """From asking for the page, in a browser that never saw it, until an element stands in it."""
    context = browser.new_context(viewport={"width": 1280, "height": 720})
    page = context.new_page()
    page.add_init_script(WATCH % drawn)
    page.goto(server.url, wait_until="commit")
    page.wait_for_function("window.stood")
    taken = page.evaluate("window.stood") / 1000
    context.close()
    return float(taken)


def test_the_graph_stands_within_thirteen_tenths_of_a_blank_page(tmp_path: Path) -> None:
    blank = tmp_path / "blank.py"
    blank.write_text(BLANK)
    drawn = {"graph": ".st-key-graph svg:has(g.node)", "blank": "[data-testid=stMarkdown]"}
    times: dict[str, list[float]] = {name: [] for name in drawn}
    with (
        serve("playground", tmp_path / "log") as ours,
        serve(blank, tmp_path / "blank.log") as bare,
        sync_playwright() as playwright,
    ):
        browser = playwright.chromium.launch(executable_path=find(), args=list(FLAGS))
        for _ in range(ROUNDS + 1):
            for name, server in (("graph", ours), ("blank", bare)):
                times[name].append(seconds_until(browser, server, drawn[name]))
        browser.close()
    # the first visit of each server waits for its imports
    taken = {name: median(values[1:]) for name, values in times.items()}
    ratio = taken["graph"] / taken["blank"]
    print(f"\ngraph {taken['graph']:.2f} s, blank {taken['blank']:.2f} s, ratio {ratio:.2f}")
    assert ratio <= 1.3
