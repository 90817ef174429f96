"""The wheel alone, in a new environment outside the repository: `python -m playground` opens every page."""

import os
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from playground.app.startup import WARM
from tests.browser.conftest import wait_until_idle
from tests.browser.serving import Server, assert_no_trouble, free_port, run, wait_until, where
from tests.deploy.wheel import built, installed

pytestmark = pytest.mark.slow

SHOWN = {
    "": "What arrives at x?",
    "scalar": "x.grad = -2.0",
    "matrix": "torch.sum(y * gradient).backward()",
    "partials": "grad_x1 = 3.0",
    "second": "y'' = d2y/dx2 = 3.0",
    "descent": "x = 0.99995",
    "pitfalls": 'print("x.grad =", x.grad.item())',
    "lessons": "The tutorial, in its order",
}
"""Page: some of what it alone shows."""
PYTHON = "environment/bin/python"
TEXT_COLOUR = "rgb(16, 21, 31)"
"""The text colour of the light theme in the settings, which no other app has."""


@pytest.fixture(scope="module")
def host(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder outside the repository with an `environment` that has the wheel."""
    folder = tmp_path_factory.mktemp("host")
    installed(built(folder / "wheel"), folder / "environment")
    return folder


@pytest.fixture(scope="module")
def from_wheel(host: Path) -> Iterator[Server]:
    """The app, started there."""
    port = free_port()
    command = [str(host / PYTHON), "-m", "playground", *where(port)]
    with run(command, port, host / "log", cwd=host, PYTHONPATH="") as server:
        wait_until(server, lambda: WARM in server.log)
        yield server
    assert_no_trouble(server.log)


def test_the_package_is_the_wheels_and_not_the_repositorys(host: Path) -> None:
    """Else what follows would say nothing about the wheel."""
    asking = [str(host / PYTHON), "-c", "import playground; print(playground.__file__)"]
    found = subprocess.run(asking, cwd=host, env=os.environ | {"PYTHONPATH": ""}, capture_output=True, check=True)
    assert Path(found.stdout.decode()).is_relative_to(host / "environment")


@pytest.mark.parametrize("path", SHOWN)
def test_every_page_of_the_wheel_shows_its_own_content_in_the_apps_own_colours(
    from_wheel: Server, page: Page, path: str
) -> None:
    page.goto(f"{from_wheel.url}/{path}")
    wait_until_idle(page)
    expect(page.get_by_test_id("stMain")).to_contain_text(SHOWN[path])
    expect(page.get_by_test_id("stApp")).to_have_css("color", TEXT_COLOUR)
