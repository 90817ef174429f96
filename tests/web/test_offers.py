"""What was probably meant stands on the page as a link; taking it is another address, and nothing changes by itself."""

import re
from html import unescape
from urllib.parse import parse_qs, urlsplit

import pytest
from streamlit.testing.v1 import AppTest

from playground.engine.forward import requires_grad_by_default
from playground.language.parse import parse
from playground.language.readings import trained
from tests.reading import markup, opened, said, shown


def offered(app: AppTest) -> list[dict[str, list[str]]]:
    """The addresses that are offered, as parameters."""
    note = r'<p class="note">[^<]*(?:<(?!a |/p)[^>]*>[^<]*)*<a href="(\?[^"]*)"'
    lines = re.findall(note, " ".join(markup(app)))
    return [parse_qs(urlsplit(unescape(line)).query) for line in lines]


def test_a_polynomial_without_signs_is_offered_with_them() -> None:
    app = opened(f="y = ax^2 + bx + c")
    assert not app.exception
    assert shown(app)["f"] == "y = ax^2 + bx + c"
    assert ["y = a x^2 + b x + c"] in [address.get("f") for address in offered(app)]


def test_a_neuron_with_rows_of_data_is_drawn_at_once_and_its_weights_are_offered() -> None:
    app = opened(f="loss = mean((sigmoid(x @ w + b) - t)^2)")
    assert not app.exception
    (address,) = offered(app)
    assert (address["grad.x"], address["grad.b"]) == (["false"], ["true"])
    assert shown(app)["at.x"] == "[[1, 2], [3, 4], [5, 6]]"


def test_a_negative_logistic_loss_is_remarked_upon() -> None:
    program = "L = t*log(sigmoid(w*x+b)) + (1-t)*log(1-sigmoid(w*x+b))"
    switched = {"grad.x": "false", "grad.b": "true"}
    app = opened(f=program, **{"at.t": "1"}, **switched)
    assert [f"L = -({program.removeprefix('L = ')})"] in [address.get("f") for address in offered(app)]
    app = opened(f=program.replace("L = ", "L = -(") + ")", **{"at.t": "2"}, **switched)
    assert ["1"] in [address.get("at.t") for address in offered(app)]


def test_a_program_that_says_what_it_means_gets_no_offer() -> None:
    assert offered(opened()) == []


def test_a_number_in_the_place_of_an_input_is_offered_as_one() -> None:
    app = opened(f="x = 3; y = x^2")
    assert {"f": ["y = x^2"], "at.x": ["3"], "grad.x": ["true"]} in offered(app)
    assert "x is the number 3" in said(app)
    assert offered(opened(f="k = 2; y = k*x")) == []


def test_all_weights_that_want_the_gradient_are_named() -> None:
    assert "by w, b alone" in said(opened(f="loss = mean((sigmoid(x @ w + b) - t)^2)"))


@pytest.mark.parametrize("text", [
    "loss = mean((w*data + b - labels)^2)", "loss = mean((sigmoid(x @ w + b) - t)^2)", "y = w*x + b", "y = theta*x + v",
    "y = W @ x", "theta*data + weight2*x", "weights*data", "w1*x1 + w2*x2 + b - t", "y = w*x^2 + u",
])  # fmt: skip
def test_what_is_said_of_data_and_of_what_is_learned_is_so(text: str) -> None:
    """Names said to require a gradient do, those said not to do not, and the offer leaves just those it names."""
    program = parse(text)
    tracked = {name for name in program.inputs if requires_grad_by_default(name)}
    app = opened(f=text)
    notes = [
        unescape(note) for note in re.findall(r'<p class="note">(.*?)</p>', " ".join(markup(app))) if "grad." in note
    ]
    for note in notes:
        names = {name for name in program.inputs if re.search(rf"(?<!\w){name}(?!\w)", note.split("<a ")[0])}
        if "requires no gradient" in note:
            assert names.isdisjoint(tracked)
        if "requires a gradient" in note:
            assert names <= tracked
        (address,) = offered(app)
        left = {
            name for name in program.inputs if address.get(f"grad.{name}", [str(name in tracked).lower()]) == ["true"]
        }
        kept = re.search(r"require it by (.*) alone", note)
        if kept:
            assert left == set(kept[1].split(", "))
    assert bool(notes) == (trained(program, lambda name: name in tracked) is not None)
