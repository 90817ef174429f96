"""What a note says of how a program was read is so, over generated programs; taking its offer gives what it says."""

import re
from collections.abc import Callable
from typing import Any

import pytest
import torch
from hypothesis import assume, given, settings
from hypothesis import strategies as st

import playground as pg
from playground.language.errors import ProgramError
from playground.language.readings import fixed, is_logistic, negated, readings
from tests.cases import case_at

LETTERS = "abkmxyzuv"
NUMBERS = dict(zip(LETTERS, (1.5, -0.7, 2.2, 0.4, 1.1, -1.3, 0.6, 0.9, -2.1), strict=True))
FUNCTIONS: dict[str, Callable[[Any], Any]] = {
    "sin": torch.sin, "cos": torch.cos, "exp": torch.exp, "tanh": torch.tanh, "sqrt": lambda v: torch.sqrt(v),
}  # fmt: skip


def value(text: str, **more: float) -> torch.Tensor:
    """What a program comes to where each letter has its number, and each name of several the number that is given."""
    program = pg.parse(text)
    values = {name: more.get(name, NUMBERS.get(name, 0.0)) for name in program.inputs}
    (output,) = pg.forward(program, values, requires_grad=(), dtype=torch.float64).outputs.values()
    return output


WORDS = st.lists(st.sampled_from(LETTERS), min_size=2, max_size=3, unique=True).map("".join)


@settings(max_examples=150)
@given(st.lists(WORDS, min_size=1, max_size=3), st.lists(st.sampled_from(LETTERS), min_size=1, max_size=3))
def test_names_of_several_letters_are_offered_as_the_product_of_their_letters(
    words: list[str], letters: list[str]
) -> None:
    text = "y1 = " + " + ".join(f"{number}{word}^2" for number, word in enumerate([*words, *letters], 2))
    for offer in readings(pg.parse(text), text):
        if offer.key == "product":
            named = str(offer.values["typed"]).split(", ")
            assert set(named) <= set(pg.parse(text).inputs)
            assert all(len(name) > 1 for name in named)
            meant = [part.replace("·", "") for part in str(offer.values["meant"]).split(", ")]
            assert meant == named
            once = text
            for name in sorted(named, key=len, reverse=True):
                once = re.sub(rf"\b(\d)?{name}\^2", lambda m, n=name: f"{m[1]}*{'*'.join(n[:-1])}*{n[-1]}^2", once)
            assert torch.equal(value(offer.program), value(once)) or torch.isclose(value(offer.program), value(once))


@settings(max_examples=80)
@given(st.lists(st.tuples(st.sampled_from(sorted(FUNCTIONS)), st.sampled_from("xyab")), min_size=1, max_size=3))
def test_a_name_that_begins_with_a_function_is_offered_as_the_function_of_what_follows(
    pairs: list[tuple[str, str]],
) -> None:
    text = "out = " + " + ".join(function + letter for function, letter in pairs)
    (offer,) = (offer for offer in readings(pg.parse(text), text) if offer.key == "function")
    numbers = {letter: torch.tensor(NUMBERS[letter], dtype=torch.float64) for _, letter in pairs}
    wanted = torch.stack([FUNCTIONS[function](numbers[letter]) for function, letter in pairs]).sum()
    torch.testing.assert_close(value(offer.program), wanted, equal_nan=True)
    assert set(str(offer.values["typed"]).split(", ")) == {function + letter for function, letter in pairs}


@settings(max_examples=60)
@given(st.sampled_from(("d/dx ", "dy/dx ", "D", r"\frac{d}{dx} ", "d/dx*")), st.sampled_from(
    ("(x^2)", "(3*x - 1)", "(sin(x)*x)", "(x)")), st.sampled_from(("", "y = ")))  # fmt: skip
def test_the_sign_of_a_derivative_is_not_needed(sign: str, of: str, start: str) -> None:
    text = f"{start}{sign}{of}"
    try:
        offers = readings(pg.parse(text), text)
    except ProgramError:
        assume(False)
    (offer,) = (offer for offer in offers if offer.key == "derivative")
    assert pg.parse(offer.program).inputs == ("x",)
    assert torch.equal(value(offer.program), value(of))


@settings(max_examples=60)
@given(st.sampled_from("xab"), st.sampled_from(("3", "-2", "0.5", "1e-3")), st.sampled_from(
    ("y = {0}^2", "y = 2*{0} + {0}^3", "{0}*{0}")), st.sampled_from(("; ", "\n")))  # fmt: skip
def test_a_number_under_a_name_is_no_input_and_is_offered_as_one(
    name: str, number: str, rest: str, between: str
) -> None:
    text = f"{name} = {number}{between}{rest.format(name)}"
    program = pg.parse(text)
    assert program.inputs == ()
    found = fixed(program, text)
    assert found is not None
    assert found[:2] == (name, number)
    *_, output = case_at(program, {}, dtype=torch.float64).run().outputs.values()
    assert not output.requires_grad
    assert torch.equal(output, value(found[2], **{name: float(number)}))


SCORES = st.sampled_from(("w*x", "w*x + b", "x - w", "3*w"))
LOSSES = (
    "-log(sigmoid({0}))", "-log(1 - sigmoid({0}))", "-(t*log(sigmoid({0})) + (1-t)*log(1-sigmoid({0})))",
    "-F.logsigmoid({0})", "p = sigmoid({0}); y = -(t*log(p) + (1-t)*log(1-p))",
    "-log(clamp(sigmoid({0}), 0.001, 0.999))",
)  # fmt: skip
OTHERS = ("log(x^2)*sigmoid({0})", "sigmoid({0}) + log(x^2)", "sigmoid(log(w^2))", "log(1 + exp({0}))", "log(x^2) - 9")


@settings(max_examples=120)
@given(st.sampled_from(LOSSES), SCORES, st.floats(0, 1), st.floats(-2, 2), st.floats(-2, 2))
def test_a_logistic_loss_is_never_negative_and_its_negative_is_offered_with_a_minus(
    loss: str, score: str, t: float, w: float, x: float
) -> None:
    text, numbers = loss.format(score), {"t": t, "w": w, "x": x, "b": 0.3}
    program = pg.parse(text)
    assert is_logistic(program)
    *_, height = case_at(program, {n: numbers[n] for n in program.inputs}, dtype=torch.float64).run().outputs.values()
    assert height >= 0
    turned = negated(text)
    assert turned is not None
    opposite = pg.parse(turned)
    *_, other = case_at(opposite, {n: numbers[n] for n in opposite.inputs}, dtype=torch.float64).run().outputs.values()
    assert torch.equal(other, -height)


@pytest.mark.parametrize("text", OTHERS)
def test_what_only_has_a_logarithm_and_a_sigmoid_is_no_logistic_loss(text: str) -> None:
    assert not is_logistic(pg.parse(text.format("w*x")))
