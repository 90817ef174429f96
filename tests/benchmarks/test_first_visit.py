"""The first visit of pages with a graph and with figures: bytes, requests and time, straight and through nginx."""

import json
from dataclasses import dataclass, fields
from itertools import product
from pathlib import Path
from statistics import median

from playwright.sync_api import Browser, sync_playwright

from tests.benchmarks.stood import WATCH
from tests.browser.chrome import FLAGS, find
from tests.deploy.cluster import cluster

ROUNDS = 3
ANSWER, FIGURE = ".st-key-results pre", ".js-plotly-plot .main-svg"
DRAWN = {"/": ".st-key-graph svg:has(g.node)", "/scalar": FIGURE, "/second": FIGURE, "/descent": FIGURE}
MBIT = 10
"""megabit a second, with LATENCY_MS of delay: a lecture hall's shared radio."""
LATENCY_MS = 40


@dataclass
class Visit:
    """What one visit took."""

    answered: float = 0.0
    drawn: float = 0.0
    """seconds"""
    requests: int = 0
    received: float = 0.0


def visit(browser: Browser, url: str, drawn: str, slow: bool) -> Visit:
    """Open a page in a browser that was never there, until it is drawn; bytes are those on the wire."""
    context = browser.new_context(viewport={"width": 1280, "height": 720})
    page, times = context.new_page(), Visit()
    wire = context.new_cdp_session(page)
    wire.send("Network.enable")
    if slow:
        rate = MBIT * 1e6 / 8
        limits = {"offline": False, "latency": LATENCY_MS, "downloadThroughput": rate, "uploadThroughput": rate}
        wire.send("Network.emulateNetworkConditions", limits)

    def finished(event: dict[str, float]) -> None:
        times.received += event["encodedDataLength"]
        times.requests += 1

    def frame(event: dict[str, dict[str, str]]) -> None:
        times.received += len(event["response"]["payloadData"]) * 3 / 4

    wire.on("Network.loadingFinished", finished)
    wire.on("Network.webSocketFrameReceived", frame)
    page.add_init_script(WATCH % json.dumps({"answered": ANSWER, "drawn": drawn}))
    page.goto(url, wait_until="commit")
    page.wait_for_selector(drawn, state="attached")
    page.wait_for_load_state("networkidle")
    times.answered, times.drawn = (page.evaluate(f"stood.{moment}") / 1000 for moment in ("answered", "drawn"))
    context.close()
    return times


def test_the_answer_stands_long_before_the_figure_and_no_way_is_much_longer(tmp_path: Path) -> None:
    with cluster(tmp_path) as running, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=find(), args=list(FLAGS))
        ways = {"straight": running.apps[0].url, "nginx": running.proxy.url}
        for (path, drawn), slow in product(DRAWN.items(), (False, True)):
            visits = {way: middle(browser, url + path, drawn, slow) for way, url in ways.items()}
            for way, times in visits.items():
                print(f"\n{path} {way}, {f'{MBIT} Mbit/s' if slow else 'loopback'}: {times}")
                assert drawn != FIGURE or times.answered < 0.75 * times.drawn
            assert visits["straight"].received < 1.1 * visits["nginx"].received
        browser.close()


def middle(browser: Browser, url: str, drawn: str, slow: bool) -> Visit:
    """The medians of some visits, after one that nobody counts."""
    visits = [visit(browser, url, drawn, slow) for _ in range(ROUNDS + 1)][1:]
    return Visit(*(median(getattr(times, part.name) for times in visits) for part in fields(Visit)))
