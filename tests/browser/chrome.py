"""The browser that the tests drive: the one place that says where it is, and how a machine without one gets it.

As a script it installs one where none is found: `python tests/browser/chrome.py`.
"""

import os
import shutil
import subprocess
import sys
from pathlib import Path

from playwright.sync_api import sync_playwright

DEBIAN = "chromium-headless-shell"
"""What opens a page with a quarter less work: it is Chromium without the windows that no test sees."""
NAMES = (
    DEBIAN,
    "google-chrome",
    "google-chrome-stable",
    "chrome",
    "chromium",
    "chromium-browser",
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
)
MISSING = (
    "No Chrome or Chromium was found, and none could be installed. Install one so that it is in PATH "
    f"({', '.join(NAMES[:-1])}), then run 'make test' again."
)
OFF = (
    "ScriptStreaming",
    # what Playwright puts here, and matters to pages of this machine: of two such lists the last counts
    "AvoidUnnecessaryBeforeUnloadCheckSync",
    "DestroyProfileOnBrowserClose",
    "HttpsUpgrades",
    "HttpsFirstBalancedModeAutoEnable",
    "OptimizationHints",
    "NetworkTimeServiceQuerying",
    "PaintHolding",
    "ThirdPartyStoragePartitioning",
)
"""What the browser does without; without the first, which reads each script anew although it has it compiled, a visit
takes a tenth less work."""
FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    f"--disable-features={','.join(OFF)}",
)
FOR_SHORT_VISITS = "--js-flags=--max-opt=1"
"""For tests, not for measuring: scripts that run for a second are not optimized, and a visit takes a tenth less."""


def find() -> str | None:
    """The path of an installed Chrome or Chromium, else of the one that Playwright downloaded."""
    return next(filter(None, map(shutil.which, NAMES)), None) or downloaded()


def downloaded() -> str | None:
    """The path of Playwright's own Chromium, if it is there."""
    with sync_playwright() as playwright:
        path = playwright.chromium.executable_path
    return path if Path(path).exists() else None


def install() -> None:
    """Debian's package where apt and root are there; if that gives no browser, Playwright's own."""
    if shutil.which("apt-get") and os.geteuid() == 0:
        environment = os.environ | {"DEBIAN_FRONTEND": "noninteractive"}
        for command in (["apt-get", "update"], ["apt-get", "install", "--yes", DEBIAN]):
            subprocess.run(command, env=environment, stdin=subprocess.DEVNULL, check=False)
    if find() is None:
        subprocess.run([sys.executable, "-m", "playwright", "install", "chromium"], check=False)


if __name__ == "__main__":
    if find() is None:
        install()
    sys.exit(0 if find() else MISSING)
