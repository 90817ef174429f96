"""What every test shares."""

import gc
import os
from collections.abc import Iterator
from functools import cache
from typing import Any

os.environ["OMP_NUM_THREADS"] = "1"  # as the entry does, before PyTorch is there

import pytest
import torch
from hypothesis import settings
from streamlit.components.v2 import manifest_scanner
from streamlit.testing.v1 import local_script_runner

from playground.words import DEFAULT, languages, speak

# Examples are timed by the benchmarks, not here; the same ones are drawn on every run of a build server.
settings.register_profile("here", deadline=None)
settings.register_profile("ci", deadline=None, derandomize=True, print_blob=True)
settings.register_profile("long", deadline=None, max_examples=3_000)
settings.load_profile(os.environ.get("HYPOTHESIS") or ("ci" if os.environ.get("CI") else "here"))


@pytest.fixture(autouse=True)
def default_dtype() -> Iterator[None]:
    """A script that a test runs may set PyTorch's default dtype; the next test finds it as it was."""
    before = torch.get_default_dtype()
    yield
    torch.set_default_dtype(before)


@pytest.fixture(params=languages())
def every_language(request: pytest.FixtureRequest) -> Iterator[str]:
    """A test that uses it is run in each language."""
    speak(request.param)
    yield request.param
    speak(DEFAULT)


@pytest.fixture(autouse=True, scope="session")
def a_run_of_a_page_is_waited_for() -> Iterator[None]:
    """An `AppTest` looks a thousand times a second whether its script has ended, and keeps it from running."""
    looks = local_script_runner.require_widgets_deltas

    def waits(runner: Any, timeout: float = 3) -> None:
        runner._script_thread.join(timeout)
        looks(runner, timeout)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(local_script_runner, "require_widgets_deltas", waits)
        yield


@pytest.fixture(autouse=True, scope="session")
def nothing_is_installed_meanwhile() -> Iterator[None]:
    """Each `AppTest` has Streamlit read every installed package for components, a dozen times what it does else."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(manifest_scanner, "scan_component_manifests", cache(manifest_scanner.scan_component_manifests))
        yield


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The browser comes last: it is slow, and its driver keeps an event loop running in the tests' thread."""
    items.sort(key=lambda item: "browser" in item.path.parts)


def pytest_configure() -> None:
    """What is imported and collected stays to the end: it is not walked again and again while it comes."""
    gc.disable()


def pytest_collection_finish() -> None:
    """Nor is it whenever Python looks for garbage afterwards."""
    gc.collect()
    gc.freeze()
    gc.enable()
    gc.set_threshold(10_000, 10, 10)
