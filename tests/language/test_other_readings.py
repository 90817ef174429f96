"""What was probably meant is offered; what is meant as it stands is left alone."""

import pytest

from playground.engine.forward import requires_grad_by_default
from playground.language.parse import parse
from playground.language.readings import is_logistic, negated, readings, trained


def offers(text: str) -> list[tuple[str, str]]:
    """The key and the program of each offer for a text."""
    return [(offer.key, offer.program) for offer in readings(parse(text), text)]


@pytest.mark.parametrize(("text", "key", "program"), [
    ("y = ax^2 + bx + c", "product", "y = a x^2 + b x + c"), ("xy + y + x", "product", "x y + y + x"),
    ("xe^x", "product", "x e^x"), ("h = wx+b", "product", "h = w x+b"), ("2ax", "product", "2a x"),
    ("sinx + cosx", "function", "sin(x) + cos(x)"), ("sin2x", "function", "sin(2x)"), ("y=lnx", "function", "y=ln(x)"),
    ("d/dx x^2", "derivative", "x^2"), ("D(x^2)", "derivative", "(x^2)"), ("dy/dx x^2", "derivative", "x^2"),
    (r"\frac{d}{dx} x^2", "derivative", "x^2"), ("xsinx + xlnx", "function", "x sin(x) + x ln(x)"),
    ("x_1x_2 + x1x2", "product", "x_1 x_2 + x1 x2"), ("a sin(ωt)", "product", "a sin(ω t)"),
    ("‖Ax - b‖²", "product", "‖A@x - b‖²"), ("½mv²", "product", "½ m v²"),
])  # fmt: skip
def test_what_was_probably_meant_is_offered_as_a_program_of_its_own(text: str, key: str, program: str) -> None:
    assert (key, program) in offers(text)
    assert parse(program) != parse(text)


@pytest.mark.parametrize("text", [
    "y = a*x^2 + b*x + c", "area*x", "loss*x", "lr*x", "alpha x", "mu + x", "exp(-x^2)", "x1*x2; y2 = x1",
    "loss = mean((x @ w + b - t)^2)", "d*x", "D*x", "ab + a",
])  # fmt: skip
def test_what_is_meant_as_it_stands_is_left_alone(text: str) -> None:
    assert offers(text) == []


def test_all_names_of_one_mistake_are_one_offer_and_what_was_typed_stays() -> None:
    text = "y = ax^2 + bx + c"
    (offer,) = readings(parse(text), text)
    assert dict(offer.values) == {"typed": "ax, bx", "meant": "a·x, b·x"}
    assert parse(text).inputs == ("ax", "bx", "c")


@pytest.mark.parametrize(("text", "wanted"), [
    ("loss = mean((sigmoid(x @ w + b) - t)^2)", {"x": False, "b": True}),
    ("loss = mean((x @ W - t)^2)", {"x": False, "W": True}),
    ("theta*x", {"theta": True, "x": False}),
    ("y = a*x^2 + b*x + c", None), ("x^T A x", None), ("w*u", None),
])  # fmt: skip
def test_the_gradient_of_a_model_is_wanted_by_its_weights(text: str, wanted: dict[str, bool] | None) -> None:
    assert trained(parse(text), requires_grad_by_default) == wanted


def test_a_logistic_loss_is_known_and_its_sign_can_be_turned() -> None:
    text = "L = t*log(sigmoid(w*x+b)) + (1-t)*log(1-sigmoid(w*x+b))"
    assert is_logistic(parse(text))
    assert not is_logistic(parse("y = log(x)"))
    turned = negated(text)
    assert turned == "L = -(t*log(sigmoid(w*x+b)) + (1-t)*log(1-sigmoid(w*x+b)))"
    assert parse(turned).outputs == ("L",)
    assert negated("u = x; u^2") == "u = x; -(u^2)"
    assert negated("log(x)") == "-(log(x))"
    assert negated("y = x # why") is None
