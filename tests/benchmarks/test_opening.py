"""From opening the page to its drawn graph, beside a blank Streamlit page and one where Streamlit draws it alone."""

import json
from contextlib import ExitStack
from pathlib import Path
from statistics import median

from playwright.sync_api import Browser, sync_playwright

from playground.web.case import drawn
from playground.web.inputs import case_of
from tests.benchmarks.stood import WATCH
from tests.browser.chrome import FLAGS, find
from tests.browser.serving import Server, serve
from tests.registry import GRAPH, start

ROUNDS = 15
BLANK = "import streamlit as st\n\nst.write('blank')\n"
BARE = "import streamlit as st\n\nst.graphviz_chart({dot!r})\n"
OF_BARE = 1.0
"""Where the browser loads and starts Graphviz, a page with nothing but the drawing takes longer."""


def seconds_until(browser: Browser, server: Server, drawn: str) -> float:
    """From asking for the page, in a browser that never saw it, until an element stands in it."""
    context = browser.new_context(viewport={"width": 1280, "height": 720})
    page = context.new_page()
    page.add_init_script(WATCH % json.dumps({"drawn": drawn}))
    page.goto(server.url, wait_until="commit")
    page.wait_for_function("stood.drawn")
    taken = page.evaluate("stood.drawn") / 1000
    context.close()
    return float(taken)


def test_the_graph_stands_little_later_than_one_without_a_page_around_it(tmp_path: Path) -> None:
    blank, bare = tmp_path / "blank.py", tmp_path / "bare.py"
    blank.write_text(BLANK)
    bare.write_text(BARE.format(dot=drawn(case_of(start(GRAPH)), True)))
    apps = {"graph": "playground", "bare": bare, "blank": blank}
    places = {"graph": ".st-key-graph svg:has(g.node)", "bare": "svg:has(g.node)", "blank": "[data-testid=stMarkdown]"}
    times: dict[str, list[float]] = {name: [] for name in apps}
    with ExitStack() as stack:
        servers = {name: stack.enter_context(serve(app, tmp_path / f"{name}.log")) for name, app in apps.items()}
        playwright = stack.enter_context(sync_playwright())
        browser = playwright.chromium.launch(executable_path=find(), args=list(FLAGS))
        for _ in range(ROUNDS + 1):
            for name, server in servers.items():
                times[name].append(seconds_until(browser, server, places[name]))
        browser.close()
    # the first visit of each server waits for its imports
    taken = {name: median(values[1:]) for name, values in times.items()}
    table = ", ".join(f"{name} {seconds:.2f} s" for name, seconds in taken.items())
    ratios = ", ".join(
        f"{taken[first] / taken[second]:.2f}"
        for first, second in (("graph", "bare"), ("graph", "blank"), ("bare", "blank"))
    )
    print(f"\n{table}; graph to bare, graph to blank, bare to blank {ratios}")
    assert taken["graph"] / taken["bare"] <= OF_BARE
