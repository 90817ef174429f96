"""The frame: what is typed, what an address asks for, and what happens when it cannot be used."""

import re

import pytest

from playground.app.frame import opened_example
from playground.app.registry import BY_NAME
from playground.web.examples import Example
from playground.words import say
from tests.hostile import assert_sound
from tests.reading import HOSTILE, found, go, markup, opened, said, shown, track, type_
from tests.registry import DESCENT, GRAPH, OFFERED, offered, start

POLYNOMIAL = "y = a*x^2 + b*x + c"
PAGES = ("graph", "scalar", "matrix", "second")


@pytest.mark.parametrize("page", PAGES)
def test_a_page_opens_with_its_start_and_says_nothing_is_wrong(page: str) -> None:
    app = opened(page)
    assert not app.exception
    assert not found(app, "note")
    assert "problem" not in " ".join(markup(app))
    values = {f"at.{name}": value for name, value in start(page).values.items()}
    assert shown(app).items() >= {"f": POLYNOMIAL, "grad.x": True, "grad.a": False, **values}.items()
    assert not app.query_params


def test_the_formula_is_typeset() -> None:
    assert opened(f="y = sqrt(x_1)/2").latex[0].value.strip("$\n") == r"y = \frac{\sqrt{x_{1}}}{2}"


def test_inputs_follow_the_program() -> None:
    app = type_(opened(), "f", "y = w*alpha + β")
    assert {"at.w", "at.alpha", "at.β", "grad.w"} <= set(shown(app))
    assert shown(app)["grad.w"] is True
    assert shown(app)["grad.β"] is False
    assert "at.x" not in shown(app)


PASTED = "a = x*x # its square y = a + 1"
"""Two lines with a comment after the first, as a box of one line receives them."""


@pytest.mark.parametrize("page", ["graph", "descent"])
def test_what_a_comment_keeps_from_being_read_is_said(page: str) -> None:
    app = type_(opened(page), "f", PASTED)
    assert say("frame.comment", comment="its square y = a + 1") in said(app)
    assert say("frame.comment", comment="its square y = a + 1") in said(opened(page, f=PASTED))
    assert "#" not in said(type_(app, "f", "a = x*x; y = a + 1"))


def test_a_text_that_is_only_a_comment_says_so() -> None:
    assert say("frame.comment", comment="y = x^2") in said(type_(opened(), "f", "# y = x^2"))


# Half-typed


def test_a_half_typed_formula_is_pointed_at_and_the_last_good_one_stays() -> None:
    app = type_(opened(), "f", "y = a*x^3 +")
    assert shown(app)["f"] == "y = a*x^3 +"
    assert {"at.a", "at.x", "at.b", "at.c"} <= set(shown(app))
    (problem,) = found(app, "problems")
    assert "y = a*x^3 +\n           ^" in problem
    assert say("error.unfinished") in problem
    assert say("frame.stale", program=POLYNOMIAL) in said(app)
    assert not type_(app, "f", "y = a*x^3 + b").exception
    assert not found(app, "problems")


def test_values_can_be_changed_while_the_formula_is_half_typed() -> None:
    app = type_(type_(opened(), "f", "y = a*"), "at.x", "10")
    assert not app.exception
    assert shown(app)["f"] == "y = a*"
    assert "35.0" in said(app)


def test_a_value_that_is_none_is_pointed_at_and_replaced_by_the_last_good_one() -> None:
    app = type_(type_(opened(), "at.x", "10"), "at.x", "1 2")
    (problem,) = found(app, "problems")
    assert "x = 1 2\n      ^" in problem
    assert say("frame.using", name="x", value="10") in problem
    assert shown(app)["at.x"] == "1 2"
    assert "35.0" in said(app)


def test_values_that_do_not_go_together_leave_the_last_drawing() -> None:
    app = opened(f="y = sum(x @ w)", **{"at.x": "[[1, 2]]", "at.w": "[[3], [4]]"})
    app = type_(app, "at.w", "[3]")
    (problem,) = found(app, "problems")
    assert "y = sum(x @ w)\n          ^" in problem
    assert "PyTorch says" in problem
    assert say("frame.stale", program="y = sum(x @ w)") in said(app)
    assert not app.exception


def test_what_was_typed_for_an_input_comes_back_with_it() -> None:
    app = type_(opened(), "at.b", "7")
    track(app, "b", True)
    app = type_(app, "f", "y = a*x^2")
    assert "at.b" not in shown(app)
    app = type_(app, "f", POLYNOMIAL)
    assert shown(app)["at.b"] == "7"
    assert shown(app)["grad.b"] is True
    assert app.query_params["at.b"] == "7"


# From page to page


def test_what_was_changed_goes_along_to_another_page() -> None:
    app = go(type_(opened(), "at.x", "10"), "scalar")
    assert shown(app)["at.x"] == "10"
    assert shown(app)["at.b"] == "-5"
    assert app.query_params["at.b"] == "-5"
    assert shown(go(app, "graph"))["at.b"] == "-5"


def test_without_a_change_each_page_shows_its_own_start() -> None:
    app = go(opened(), "scalar")
    assert shown(app)["at.b"] == "-2"
    assert not app.query_params
    assert shown(go(app, "graph"))["at.b"] == "-5"


# Addresses


@pytest.mark.parametrize("page", PAGES)
def test_an_address_says_what_is_shown(page: str) -> None:
    address = {"f": "y = k*sin(x)", "at.k": "4", "at.x": "1/2", "grad.k": "true", "dtype": "float64"}
    app = opened(page, **address)
    assert not found(app, "note")
    expected = {"f": "y = k*sin(x)", "at.k": "4", "at.x": "1/2", "grad.k": True, "grad.x": True}
    assert shown(app).items() >= expected.items()
    assert app.radio(key="dtype").value == "float64"
    assert dict(app.query_params) == address


@pytest.mark.parametrize(
    ("part", "value", "sentence"),
    [
        ("at.x", "abc", "Using 3 for x."),
        ("grad.x", "maybe", "grad.x=maybe is none of true, false: using true"),
        ("dtype", "float16", "dtype=float16 is none of float32, float64: using float32"),
        ("constants", "2", "constants=2 is none of true, false: using true"),
        ("colour", "red", "ignored: colour"),
        ("at.q", "1", "ignored: at.q"),
        ("f", "y = a*", say("frame.stale", program=POLYNOMIAL)),
        ("f", "", say("error.empty")),
    ],
)
def test_a_bad_part_of_an_address_is_replaced_and_said(part: str, value: str, sentence: str) -> None:
    app = opened(**{part: value})
    assert not app.exception
    assert sentence in said(app)
    assert "7.0" in said(app)


def test_what_was_wrong_with_the_address_is_forgotten_with_the_first_change() -> None:
    app = opened(**{"at.x": "3.5", "colour": "red"})
    assert found(app, "note")
    assert not found(type_(app, "at.x", "4"), "note")


def test_later_pages_parameters_are_left_alone() -> None:
    later = {"step": "3", "view": "projector", "lesson": "a", "lr": "0.1"}
    app = type_(opened(**later), "at.x", "4")
    assert not found(app, "note")
    assert app.query_params.items() >= later.items()


def test_the_way_back_to_the_example_appears_when_it_was_left() -> None:
    app = opened()
    back = say("frame.back", title=say("examples.two_paths"))
    assert back not in said(app)
    app = type_(app, "at.x", "4")
    assert back in said(app)
    assert re.search(
        r'<a href="\?f=y%20%3D%20a%2Ax%5E2%20%2B%20b[^"]*at.x=3[^"]*" target="_self">', " ".join(markup(app))
    )


# Whatever is typed


@pytest.mark.parametrize("key", ["f", "at.x"])
def test_no_text_breaks_a_box(key: str) -> None:
    app = opened()
    for text in HOSTILE:
        app = type_(app, key, text)
        assert shown(app)[key] == text
        assert_sound(app, text)


# Links


LOOKS = {"lang": "zh", "view": "projector"}


@pytest.mark.parametrize("page", [GRAPH, DESCENT])
def test_every_link_to_an_example_keeps_the_language_and_the_projector(page: str) -> None:
    (menu,) = (piece for piece in markup(opened(page, **LOOKS)) if 'id="examples"' in piece)
    links = re.findall(r'href="([^"]*)"', menu)
    assert len(links) == len(offered(page))
    assert all("lang=zh" in link and "view=projector" in link for link in links)
    (menu,) = (piece for piece in markup(opened(page)) if 'id="examples"' in piece)
    assert "lang=" not in menu
    assert "view=" not in menu


@pytest.mark.parametrize(("page", "example"), OFFERED, ids=lambda part: getattr(part, "key", part))
def test_the_address_of_an_example_is_taken_for_no_other(page: str, example: Example) -> None:
    asked = {name: (text,) for name, text in {**example.parameters, **LOOKS, "proof": "true"}.items()}
    assert opened_example(BY_NAME[page], asked) == example
