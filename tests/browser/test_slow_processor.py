"""With 8 % of a processor, as a free host gives at its least, a server answers in time and draws while it warms up."""

import shutil
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from playground.app.startup import WARM
from tests.browser.serving import STREAMLIT, assert_no_trouble, free_port, run, wait_until, where

pytestmark = [pytest.mark.slow, pytest.mark.timeout(900)]

PERCENT = 8
ANSWERED_SECONDS = 90
"""in which the server must answer; a host that waits longer for one is hard to find."""
DRAWN_MS = 400_000
WARM_SECONDS = 600
MISSING = (
    "This test needs cpulimit in PATH (Debian: apt-get install cpulimit): it holds the server to a part of a processor."
)
LIMITED = f'cpulimit --pid $$ --limit {PERCENT} --lazy >/dev/null & exec "$@"'
"""A shell that has itself limited, and becomes the server."""


def test_a_server_on_a_slow_processor_answers_soon_and_draws_while_it_warms_up(page: Page, tmp_path: Path) -> None:
    assert shutil.which("cpulimit"), MISSING
    port = free_port()
    command = ["sh", "-c", LIMITED, "sh", str(STREAMLIT), "run", "playground", *where(port)]
    with run(command, port, tmp_path / "log", patience=ANSWERED_SECONDS) as server:
        assert WARM not in server.log
        page.goto(server.url, timeout=DRAWN_MS)
        expect(page.locator(".st-key-graph svg:has(g.node)")).to_be_visible(timeout=DRAWN_MS)
        expect(page.locator(".st-key-results")).to_have_text("x.grad = 7.0", timeout=DRAWN_MS)
        wait_until(server, lambda: WARM in server.log, WARM_SECONDS)
    assert_no_trouble(server.log)
