"""The first visit of the graph page, and of one with Plotly: bytes, requests and time, straight and through nginx."""

from dataclasses import dataclass
from pathlib import Path
from statistics import median

from playwright.sync_api import Browser, sync_playwright

from tests.benchmarks.test_opening import WATCH
from tests.browser.chrome import FLAGS, find
from tests.deploy.cluster import cluster

ROUNDS = 3
DRAWN = {"/": ".st-key-graph svg:has(g.node)", "/descent": ".js-plotly-plot .main-svg"}
MBIT = 10
"""megabit a second, with LATENCY_MS of delay: a lecture hall's shared radio."""
LATENCY_MS = 40


@dataclass
class Visit:
    """What one visit took."""

    seconds: float = 0.0
    requests: int = 0
    received: float = 0.0


def visit(browser: Browser, url: str, drawn: str, slow: bool) -> Visit:
    """Open a page in a browser that was never there, until it is drawn; bytes are those on the wire."""
    context = browser.new_context(viewport={"width": 1280, "height": 720})
    page, seen = context.new_page(), Visit()
    wire = context.new_cdp_session(page)
    wire.send("Network.enable")
    if slow:
        rate = MBIT * 1e6 / 8
        limits = {"offline": False, "latency": LATENCY_MS, "downloadThroughput": rate, "uploadThroughput": rate}
        wire.send("Network.emulateNetworkConditions", limits)

    def finished(event: dict[str, float]) -> None:
        seen.received += event["encodedDataLength"]
        seen.requests += 1

    def frame(event: dict[str, dict[str, str]]) -> None:
        seen.received += len(event["response"]["payloadData"]) * 3 / 4

    wire.on("Network.loadingFinished", finished)
    wire.on("Network.webSocketFrameReceived", frame)
    page.add_init_script(WATCH % drawn)
    page.goto(url, wait_until="commit")
    page.wait_for_selector(drawn, state="attached")
    page.wait_for_load_state("networkidle")
    seen.seconds = page.evaluate("window.stood") / 1000
    context.close()
    return seen


def test_a_first_visit_is_at_most_six_tenths_through_nginx(tmp_path: Path) -> None:
    with cluster(tmp_path) as running, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=find(), args=list(FLAGS))
        ways = {"straight": running.apps[0].url, "nginx": running.proxy.url}
        for path, drawn in DRAWN.items():
            taken = {}
            for slow in (False, True):
                for way, url in ways.items():
                    visits = [visit(browser, url + path, drawn, slow) for _ in range(ROUNDS + 1)][1:]
                    taken[way] = median(one.received for one in visits)
                    seconds, requests = (
                        median(getattr(one, what) for one in visits) for what in ("seconds", "requests")
                    )
                    net = f"{MBIT} Mbit/s" if slow else "loopback"
                    print(f"\n{path} {way}, {net}: {taken[way] / 1e6:.2f} MB, {requests:.0f} requests, {seconds:.2f} s")
            print(f"{path} ratio of bytes {taken['nginx'] / taken['straight']:.2f}")
            assert taken["nginx"] < 0.6 * taken["straight"]
        browser.close()
