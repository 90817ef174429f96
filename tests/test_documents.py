"""What README, CONTRIBUTING and the notes name is there."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
DOCUMENTS = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *sorted((ROOT / "docs").glob("*.md"))]
HOUSE = [ROOT / "README.md", ROOT / "CONTRIBUTING.md"]


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda file: file.name)
def test_what_a_document_links_to_is_there(document: Path) -> None:
    links = re.findall(r"\]\((?!https?:|#)([^)#\s]+)", document.read_text("utf-8"))
    missing = [link for link in links if not (document.parent / link).exists()]
    assert not missing, f"{document.name} links to {missing}"


@pytest.mark.parametrize("document", HOUSE, ids=lambda file: file.name)
def test_every_file_that_is_named_is_somewhere_in_the_house(document: Path) -> None:
    names = {file.name for folder in ("playground", "pages", "tests") for file in (ROOT / folder).rglob("*.py")}
    named = set(re.findall(r"\b[a-z_]+\.py\b", document.read_text("utf-8")))
    assert named
    assert named <= names, f"{document.name} names {named - names}"


def test_every_room_stands_in_the_plan_of_the_house() -> None:
    plan = (ROOT / "README.md").read_text("utf-8").split("## How it is built")[1]
    rooms = {folder.parent.name for folder in (ROOT / "playground").glob("*/__init__.py")}
    assert rooms
    assert {room for room in rooms if f"{room}/" not in plan} == set()
