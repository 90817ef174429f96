"""Every example opens, says what it is, and survives being an address."""

from urllib.parse import parse_qsl

import pytest

from playground.web.case import observed
from playground.web.examples import Example, address
from playground.web.inputs import case_of
from playground.words import say
from tests.registry import EXAMPLES, OFFERED, offered, start

PAGES = ("graph", "scalar", "matrix", "partials", "second", "descent")

each = pytest.mark.parametrize("example", EXAMPLES, ids=lambda example: example.key)


@each
def test_an_example_can_be_computed(example: Example) -> None:
    observation = observed(case_of(example))
    assert observation.backward is not None
    assert all(grad is not None for grad in observation.backward.grads.values())


@each
def test_an_address_brings_back_what_it_was_made_from(example: Example) -> None:
    made = address(example.parameters)
    assert "+" not in made
    assert dict(parse_qsl(made.removeprefix("?"))) == example.parameters


@each
def test_an_example_has_a_title(example: Example) -> None:
    assert say(f"examples.{example.key}")


def test_every_key_is_one_example() -> None:
    assert all(example in EXAMPLES for _, example in OFFERED)


@pytest.mark.parametrize("page", PAGES)
def test_a_page_opens_with_an_example_that_it_offers(page: str) -> None:
    assert start(page) in offered(page)


def test_the_pages_open_as_a_lecturer_expects() -> None:
    assert dict(start("graph").values) == {"a": "2", "x": "3", "b": "-5", "c": "1"}
    assert dict(start("scalar").values) == {"a": "1", "x": "0", "b": "-2", "c": "1"}
