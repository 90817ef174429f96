"""What is installed is written down to the version, in one place that a host looks at."""

import ast
import sys
import tomllib
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest
from packaging.requirements import Requirement

ROOT = Path(__file__).parents[1]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
CONSTRAINTS = {
    wanted.name.lower(): wanted
    for line in (ROOT / "deploy" / "constraints.txt").read_text("utf-8").splitlines()
    if line and not line.startswith("#")
    for wanted in [Requirement(line)]
}


BROUGHT_BY_STREAMLIT = {"anyio", "protobuf", "starlette", "uvicorn"}
"""What the app's own routes are made of, in the versions that Streamlit serves with."""


@pytest.mark.parametrize("part", ["dependencies", *PROJECT["optional-dependencies"]])
def test_every_dependency_of_the_project_has_one_version(part: str) -> None:
    for line in PROJECT["optional-dependencies"].get(part, PROJECT["dependencies"]):
        assert [item.operator for item in Requirement(line).specifier] == ["=="], line


def test_the_constraints_name_one_version_of_each_package_and_agree_with_the_project() -> None:
    assert all([item.operator for item in wanted.specifier] == ["=="] for wanted in CONSTRAINTS.values())
    assert not any("+" in str(wanted) or wanted.url for wanted in CONSTRAINTS.values())
    for wanted in map(Requirement, PROJECT["dependencies"]):
        assert CONSTRAINTS[wanted.name].specifier == wanted.specifier
    assert len(CONSTRAINTS) > len(PROJECT["dependencies"])


@pytest.mark.parametrize("name", ["uv.lock", "Pipfile", "environment.yml", "environment.yaml"])
def test_streamlit_community_cloud_finds_nothing_that_it_prefers_to_requirements_txt(name: str) -> None:
    """It looks beside the entry first, then at the top; a pyproject.toml comes after requirements.txt."""
    assert not (ROOT / name).exists()
    for beside in (name, "requirements.txt", "pyproject.toml"):
        assert not (ROOT / "playground" / beside).exists()


def test_streamlit_community_cloud_installs_this_project_with_pytorchs_cpu_wheel() -> None:
    lines = (ROOT / "requirements.txt").read_text("utf-8").splitlines()
    wanted = {Requirement(line).name: line for line in PROJECT["dependencies"]}
    assert [line for line in lines if not line.startswith("#")] == [
        "--extra-index-url https://download.pytorch.org/whl/cpu",
        "--constraint deploy/constraints.txt",
        f"{wanted['torch']}+cpu",
        "--editable .",
    ]


def test_whatever_the_product_imports_is_a_dependency_of_the_project() -> None:
    """Also where something else has brought it onto this machine."""
    names = packages_distributions()
    imported = {
        part.name.partition(".")[0] if isinstance(node, ast.Import) else str(node.module).partition(".")[0]
        for folder in ("playground", "pages")
        for path in (ROOT / folder).glob("**/*.py")
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.Import) or (isinstance(node, ast.ImportFrom) and not node.level)
        for part in node.names
    } - {"playground", *sys.stdlib_module_names}
    wanted = {Requirement(line).name.lower() for line in PROJECT["dependencies"]} | BROUGHT_BY_STREAMLIT
    assert {name for name in imported if not {found.lower() for found in names.get(name, [name])} & wanted} == set()
