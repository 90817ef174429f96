"""On a part of a processor a page with all its panels open is whole: it takes longer, and nothing of it is refused."""

import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlencode

import pytest
from playwright.sync_api import Page, expect

from playground.words import say
from tests.browser.conftest import wait_until_idle
from tests.browser.serving import Server, end, serve

PANELS = ("theory", "racing", "sweep")
PROGRAMS: dict[str, dict[str, str]] = {"the tutorial's": {}, "an endless one": {"f": "y=x^4-3x^2+x+w^2*x"}}
DRAWN = ".js-plotly-plot, p.remark, p.note"
WITHIN_MS = 120_000
"""What is waited for comes late on such a processor, and the browser beside it has little of its own."""


@contextmanager
def limited(server: Server, percent: int) -> Iterator[None]:
    """Let a server have a part of one processor; the process of the exact derivatives is not told."""
    command = ["cpulimit", f"--limit={percent}", f"--pid={server.process.pid}"]
    limiter = subprocess.Popen(command, stdout=subprocess.DEVNULL, start_new_session=True)
    try:
        yield
        assert limiter.poll() is None, "nothing was limited"
    finally:
        end(limiter)


@pytest.mark.slow
@pytest.mark.timeout(900)
@pytest.mark.parametrize("program", PROGRAMS.values(), ids=PROGRAMS)
@pytest.mark.parametrize("percent", [25, 50])
def test_a_descent_with_three_panels_open_is_whole(
    percent: int, program: dict[str, str], page: Page, tmp_path: Path
) -> None:
    stopped = say("error.out_of_time", seconds="").split("  s ")[1]
    with serve("playground", tmp_path / "log") as server, limited(server, percent):
        page.goto(f"{server.url}/descent?{urlencode({**program, **dict.fromkeys(PANELS, 'true')})}", timeout=WITHIN_MS)
        expect(page.locator(".st-key-page .script")).to_have_count(1, timeout=WITHIN_MS)
        wait_until_idle(page)
        expect(page.locator(".st-key-descent .main-svg").first).to_be_visible(timeout=WITHIN_MS)
        expect(page.locator(".st-key-player-descent .toggle")).to_be_visible(timeout=WITHIN_MS)
        for key in PANELS:
            expect(page.locator(f".st-key-{key}").locator(DRAWN).first).to_be_visible(timeout=WITHIN_MS)
        expect(page.get_by_text(stopped)).to_have_count(0)
