"""What every test shares."""

import os

import pytest
from hypothesis import settings

# Examples are timed by the benchmarks, not here; the same ones are drawn on every run of a build server.
settings.register_profile("here", deadline=None)
settings.register_profile("ci", deadline=None, derandomize=True, print_blob=True)
settings.load_profile("ci" if os.environ.get("CI") else "here")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The browser comes last: it is slow, and its driver keeps an event loop running in the tests' thread."""
    items.sort(key=lambda item: "browser" in item.path.parts)
