"""`pytest tests/drawing --refresh-golden` writes the drawings that are expected anew."""

import pytest


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--refresh-golden", action="store_true", help="write the expected drawings anew")
