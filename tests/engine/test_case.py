"""A case knows itself by what can be computed of it, quickly, whatever its size."""

from dataclasses import replace
from typing import Any

import pytest
import torch

from playground.engine.case import Case
from playground.language import program as program_room
from playground.language.gradient_argument import Drawn, OneEntry, Ones
from playground.language.parse import parse
from playground.language.values import read_value
from tests.cases import case_at

TUTORIAL = case_at("y = a*x^2 + b*x + c", {"a": 1, "x": 0, "b": -2, "c": 1})


def of(text: str, **values: str) -> Case:
    return case_at(parse(text), {name: read_value(value, name) for name, value in values.items()})


def test_what_was_typed_in_another_way_is_the_same_case() -> None:
    assert of("y = 2x", x="0.5") == of(" y  =  2 * x ", x="1/2")
    assert hash(of("y = 2x", x="[1, 2]")) == hash(of("y=2*x", x="[1,2]"))


@pytest.mark.parametrize(
    ("case", "other"),
    [
        (of("y = x^2", x="3"), of("y = x^2.0", x="3")),
        (of("y = x^2", x="3"), of("y = x^2", x="3.0")),
        (of("y = 1/x", x="0.0"), of("y = 1/x", x="-0.0")),
        (of("y = 0.0*x", x="1"), of("y = -0.0*x", x="1")),
        (of("y = pi*x", x="1"), of("y = 3.141592653589793*x", x="1")),
        (of("y = x", x="1"), of("y = x", x="[1]")),
        (of("y = x*w", x="1", w="2"), of("y = w*x", x="1", w="2")),
        (of("y = sum(x, dim=0)", x="[1]"), of("y = sum(x, dim=-1)", x="[1]")),
    ],
)
def test_what_pytorch_or_a_drawing_tells_apart_is_another_case(case: Case, other: Case) -> None:
    """Python takes 2 for 2.0, and a zero for its negative."""
    assert case != other
    assert len({case, other}) == 2


@pytest.mark.parametrize(
    "change",
    [
        {"tracked": ("a", "x")},
        {"dtype": torch.float64},
        *({"gradient": (("y", start),)} for start in (1, Ones(), OneEntry((0,)), Drawn(7), Drawn(8))),
    ],
)
def test_what_is_asked_of_autograd_is_part_of_it(change: dict[str, Any]) -> None:
    assert replace(TUTORIAL, **change) != TUTORIAL
    assert replace(TUTORIAL, **change) == replace(TUTORIAL, **change)


def test_a_program_is_walked_once_however_often_it_is_looked_up(monkeypatch: pytest.MonkeyPatch) -> None:
    case, walks = of("u = x^2; y = u*u", x="3"), list[object]()
    fold = program_room.fold
    monkeypatch.setattr(program_room, "fold", lambda *given: (walks.append(given[0]), fold(*given))[1])
    table = {case: 1}
    assert [table[case] for _ in range(100)] == [1] * 100
    assert table[replace(case)] == 1
    assert len(walks) == len(case.program.statements)


def test_a_program_of_the_largest_size_has_an_identity() -> None:
    """It may be nested deeper than Python can call itself."""
    deep = parse("y = " + "sin(" * 95 + "x" + ")" * 95)
    assert deep.identity != parse("y = " + "sin(" * 94 + "x" + ")" * 94).identity


def test_a_run_is_of_the_inputs_that_are_named() -> None:
    run = TUTORIAL.run(("a",))
    assert [name for name, leaf in run.inputs.items() if leaf.requires_grad] == ["a"]
    assert (TUTORIAL.moved, TUTORIAL.constants) == ({"x": 0}, {"a": 1, "b": -2, "c": 1})
