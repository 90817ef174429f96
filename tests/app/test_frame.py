"""The frame: what is typed, what an address asks for, and what happens when it cannot be used."""

import re

import pytest
from streamlit.testing.v1 import AppTest

from playground.app.frame import opened_example
from playground.app.registry import BY_NAME
from playground.web.examples import Example
from playground.words import say
from tests.hostile import assert_sound
from tests.reading import HOSTILE, found, head, opened, said, shown, type_
from tests.registry import DESCENT, GRAPH, OFFERED, offered, start

POLYNOMIAL = "y = a*x^2 + b*x + c"
PAGES = ("graph", "scalar", "matrix", "second")


@pytest.mark.parametrize("page", PAGES)
def test_a_page_opens_with_its_start_and_says_nothing_is_wrong(page: str) -> None:
    app = opened(page)
    assert not app.exception
    assert not found(app, "note")
    assert not found(app, "problem")
    opens = BY_NAME[page].opening or start(page)
    tracked = {f"grad.{name}": name == "x" for name in opens.values}
    assert shown(app).items() >= {**opens.parameters, **tracked}.items()
    assert not app.query_params


def test_the_formula_is_typeset() -> None:
    formula = (
        "<mfrac><mrow><msqrt><mrow><msub><mi>x</mi><mrow><mn>1</mn></mrow></msub></mrow></msqrt></mrow><mrow><mn>2</mn>"
    )
    assert formula in head(opened(f="y = sqrt(x_1)/2"))["formula"]


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
    assert say("frame.comment", comment="")[:20] not in said(type_(app, "f", "a = x*x; y = a + 1"))


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


def test_an_error_is_placed_as_a_browser_counts() -> None:
    assert head(opened(f="y = 2*\U0001d465 ? + 1"))["program"]["error"] == len("y = 2*")
    assert head(opened(f="ψ = x*"))["program"]["error"] == len("ψ = x*")
    assert head(opened(f="y = \U0001d4d0 + 1 ?"))["program"]["error"] is not None
    assert head(opened(**{"at.x": "1 2"}))["program"]["error"] is None


# Addresses


@pytest.mark.parametrize("page", PAGES)
def test_an_address_says_what_is_shown(page: str) -> None:
    address = {"f": "y = k*sin(x)", "at.k": "4", "at.x": "1/2", "grad.k": "true", "dtype": "float64"}
    app = opened(page, **address)
    assert not found(app, "note")
    expected = {"f": "y = k*sin(x)", "at.k": "4", "at.x": "1/2", "grad.k": True, "grad.x": True}
    assert shown(app).items() >= expected.items()
    assert shown(app)["dtype"] == "float64"
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


def links(app: AppTest) -> list[dict[str, str]]:
    """The links of the menu of examples."""
    found: list[dict[str, str]] = head(app)["examples"]["links"]
    return found


def test_the_way_back_to_the_example_appears_when_it_was_left() -> None:
    app = opened()
    back = say("frame.back", title=say("examples.two_paths"))
    assert back not in [link["title"] for link in links(app)]
    first = links(type_(app, "at.x", "4"))[0]
    assert first["title"] == back
    assert re.match(r"\?f=y%20%3D%20a%2Ax%5E2%20%2B%20b[^\"]*at.x=3", first["href"])


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
    hrefs = [link["href"] for link in links(opened(page, **LOOKS))]
    assert len(hrefs) == len(offered(page))
    assert all("lang=zh" in href and "view=projector" in href for href in hrefs)
    assert not any("lang=" in link["href"] or "view=" in link["href"] for link in links(opened(page)))


@pytest.mark.parametrize(("page", "example"), OFFERED, ids=lambda part: getattr(part, "key", part))
def test_the_address_of_an_example_is_taken_for_no_other(page: str, example: Example) -> None:
    parameters = {name: (text,) for name, text in {**example.parameters, **LOOKS, "proof": "true"}.items()}
    assert opened_example(BY_NAME[page], parameters) == example
