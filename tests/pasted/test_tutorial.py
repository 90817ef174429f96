"""The tutorial's six scripts, pasted as they are, give the pages with their numbers."""

import pytest

import playground as pg
from tests.pasted.scripts import TUTORIAL, assert_read


@pytest.mark.parametrize("key", TUTORIAL)
def test_a_script_of_the_tutorial_gives_its_page_with_its_numbers(key: str) -> None:
    page, text = TUTORIAL[key]
    assert not assert_read(page, text).remarks


def test_the_address_is_the_one_a_person_would_type() -> None:
    script = pg.read_script(TUTORIAL["descent"][1])
    assert script.parameters == {
        "f": "y = a*pow(x, 2) + b*x + c",
        "at.a": "1", "at.x": "0", "at.b": "-2", "at.c": "1",
        "grad.a": "false", "grad.x": "true", "grad.b": "false", "grad.c": "false",
        "optimizer": "SGD", "lr": "0.01", "steps": "500",
    }  # fmt: skip


def test_the_gradient_argument_is_the_page_s_own() -> None:
    for key in ("matrix", "sum"):
        assert pg.read_script(TUTORIAL[key][1]).parameters["gradient.y"] == "[[1, 1], [1, 1]]"
