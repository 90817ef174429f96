"""From the key that asks for a step until the step is painted, in frames of the same browser in the same run."""

from itertools import pairwise
from statistics import median

import pytest
from playwright.sync_api import Page

from tests.browser.conftest import wait_until_idle
from tests.browser.serving import Server

STEPS = 60
LISTEN = """() => {
    window.taken = []
    addEventListener("keydown", event => requestAnimationFrame(() => {
        const painted = new MessageChannel()
        painted.port1.onmessage = () => window.taken.push(performance.now() - event.timeStamp)
        painted.port2.postMessage(null)
    }), { capture: true })
}"""
"""A message that is sent in a frame's callback is delivered once that frame is painted."""
FRAME = """() => new Promise(resolve => {
    const times = []
    const tick = now => (times.push(now) < 30 ? requestAnimationFrame(tick) : resolve(times))
    requestAnimationFrame(tick)
})"""


def frame_of(page: Page) -> float:
    """How long a frame takes here when nothing happens, in ms."""
    times: list[float] = page.evaluate(FRAME)
    return median(after - before for before, after in pairwise(times))


def step_to_paint(page: Page, url: str) -> tuple[float, float]:
    """The median time of a step, and a frame, in ms."""
    page.goto(url)
    scrubber = page.get_by_role("slider", name="Step", exact=True).first
    scrubber.wait_for()
    wait_until_idle(page)
    scrubber.press("Home")
    frame = frame_of(page)
    page.evaluate(LISTEN)
    for turn in range(STEPS):
        scrubber.press("ArrowRight" if turn // 6 % 2 == 0 else "ArrowLeft")
    page.wait_for_function(f"window.taken.length === {STEPS}")
    return median(page.evaluate("window.taken")), frame


@pytest.mark.parametrize("path", ["/", "/second", "/?f=" + "%2B".join(f"sin({n}x)*x" for n in range(1, 16))])
def test_a_step_of_a_graph_is_painted_within_two_frames(app: Server, page: Page, path: str) -> None:
    taken, frame = step_to_paint(page, app.url + path)
    print(f"\nstep to paint on {path[:20]}: {taken:.1f} ms, a frame {frame:.1f} ms")
    assert taken <= 2 * frame


def test_a_step_of_a_figure_is_painted_within_two_frames(app: Server, page: Page) -> None:
    taken, frame = step_to_paint(page, f"{app.url}/descent")
    print(f"\nstep to paint on a figure: {taken:.1f} ms, a frame {frame:.1f} ms")
    assert taken <= 2 * frame
