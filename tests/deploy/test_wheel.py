"""A wheel holds the whole app: what lies at the top of the repository too."""

import tomllib
from pathlib import Path
from zipfile import ZipFile

import pytest

from tests.browser.serving import ROOT
from tests.deploy.wheel import built

INSIDE = {
    "playground": [path for path in (ROOT / "playground").rglob("*") if path.is_file() and path.suffix != ".pyc"],
    "playground/pages": [*(ROOT / "pages").glob("*.py")],
    "playground/.streamlit": [ROOT / ".streamlit" / "config.toml"],
}
"""The folders of a wheel, and what is theirs in the repository."""


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> ZipFile:
    return ZipFile(built(tmp_path_factory.mktemp("wheel")))


def test_the_wheel_holds_each_page_each_setting_and_every_file_of_the_package(wheel: ZipFile) -> None:
    expected = {
        f"{folder}/{path.relative_to(ROOT / Path(folder).name)}" for folder, own in INSIDE.items() for path in own
    }
    assert {name for name in wheel.namelist() if ".dist-info/" not in name} == expected
    for name in (
        "pages/graph.py",
        "language/grammar.lark",
        "words/zh.toml",
        "web/player/player.js",
        "web/head/head.js",
        "app/icon.svg",
    ):
        assert f"playground/{name}" in expected


def test_the_settings_are_those_of_the_repository(wheel: ZipFile) -> None:
    assert wheel.read("playground/.streamlit/config.toml") == (ROOT / ".streamlit" / "config.toml").read_bytes()


def test_the_tests_build_with_what_a_host_builds_with() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
    assert project["build-system"]["requires"][0] in project["project"]["optional-dependencies"]["test"]
