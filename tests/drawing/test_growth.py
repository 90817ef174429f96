"""What is written of a program, and the work of writing it, grow as the program's text does, and no faster.

Work is counted in calls of Python's functions, and room in characters and bytes: neither knows how fast a machine is.
"""

import cProfile
import tracemalloc
from collections.abc import Callable, Iterator
from functools import partial
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from playground.drawing.dot import to_dot
from playground.drawing.graph_film import graph_film
from playground.drawing.node_details import node_details
from playground.drawing.script import backward_parts, to_script
from playground.engine.backward import backward
from playground.engine.forward import forward
from playground.engine.graph import local_derivatives, read_graph
from playground.engine.process import ANSWERED
from playground.exact.question import Derivative, Question
from playground.language.notation import MAX_LABEL_CHARACTERS, to_latex, to_python
from playground.language.operations import OPERATIONS
from playground.language.parse import parse
from playground.proof.check import check
from playground.proof.worker import WORKER

LEVELS = 12
"""Levels of a program whose every level holds the one below twice: 4,096 copies of the lowest, were they written."""
POINT = 0.7

Shape = Callable[[int], str]
"""A program of so many levels."""


def nested(function: str, levels: int) -> str:
    return f"y = {f'{function}(' * levels}x{')' * levels}"


def divided(levels: int) -> str:
    return f"y = {'2/(' * levels}x{')' * levels}"


def powers(levels: int) -> str:
    return f"y = {'x^' * levels}x"


def chained(link: str, levels: int) -> str:
    """Statements of which each names the one before in place of `_`."""
    names = ["x", *(f"a{level}" for level in range(1, levels + 1))]
    return "; ".join(f"{name} = {link.replace('_', before)}" for before, name in pairwise(names))


SHAPES: dict[str, Shape] = {
    **{row.name: partial(nested, row.name) for row in OPERATIONS.values() if row.composite},
    **{name: partial(nested, name) for name in ("gelu", "silu", "softplus", "sigmoid", "softmax", "norm", "max(x, x*")},
    "divided": divided,
    "powers": powers,
    **{link: partial(chained, link) for link in ("_*_", "_ + sin(_)", "csc(_)*_", "_^_", "|_| - 2/_")},
}
SHAPES["max(x, x*"] = lambda levels: f"y = {'max(x, x*' * levels}x{')' * levels}"


def written(text: str) -> Iterator[str]:
    """Everything that is written of a program's forward and backward pass."""
    program = parse(text)
    values = dict.fromkeys(program.inputs, POINT)
    run = forward(program, values)
    graph, local = read_graph(run), local_derivatives(run)
    result = backward(run)
    yield from (to_latex(program), to_python(program))
    yield to_dot(graph, result)
    yield repr(node_details(graph, result, local))
    yield repr(graph_film(graph, result, local, {}))
    yield to_script(backward_parts(forward(program, values), values, result))
    for line in run.tape:
        yield from (line.wording.label, *(operand.text.text for operand in line.wording.operands))


def cost(work: Callable[[], Any]) -> tuple[int, int]:
    """The calls that some work makes, and the bytes that it has at most at once."""
    profile = cProfile.Profile()
    profile.runcall(work)
    tracemalloc.start()
    work()
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    return sum(entry.callcount for entry in profile.getstats()), peak


@pytest.mark.parametrize("shape", SHAPES.values(), ids=SHAPES)
def test_twice_the_levels_cost_about_twice_the_calls_and_the_room(shape: Shape) -> None:
    """Every level twice in the next would be 4,096 times as much."""

    def write(levels: int) -> int:
        return sum(map(len, written(shape(levels))))

    write(LEVELS)  # what is read once, such as the rows' formulas, counts for neither
    calls, peak = cost(partial(write, LEVELS))
    more_calls, higher_peak = cost(partial(write, 2 * LEVELS))
    assert more_calls < 3 * calls
    assert higher_peak < 5 * peak


@st.composite
def mixed(draw: st.DrawFn) -> str:
    """A chain whose links nest, double and divide as chance has it."""
    links = st.sampled_from(("cbrt(_)", "sech(_)*_", "2/_", "_*_", "square(_) + _", "gelu(_)", "|_|", "_^2", "asec(_)"))
    text = "x"
    statements = []
    for place in range(draw(st.integers(1, 4))):
        for _ in range(draw(st.integers(1, 6))):
            text = draw(links).replace("_", f"({text})" if len(text) < 40 else "x")
        statements.append(f"s{place} = {text}")
        text = f"s{place}"
    return "; ".join(statements)


@given(mixed())
@settings(max_examples=60)
def test_what_is_written_of_any_program_is_bounded_by_its_text(text: str) -> None:
    program = parse(text)
    run = forward(program, dict.fromkeys(program.inputs, POINT))
    assert len(run.tape) <= 5 * len(text)
    for line in run.tape:
        for words in (line.wording.expression, *(operand.text.text for operand in line.wording.operands)):
            assert len(words) <= MAX_LABEL_CHARACTERS
    assert len(to_latex(program)) <= 40 * len(text)
    assert len(to_python(program)) <= 20 * len(text)


def test_a_composite_inside_of_another_is_written_as_it_was_typed() -> None:
    run = forward(parse("y = cbrt(cbrt(x))"), {"x": 8.0})
    labels = [line.wording.expression for line in run.tape]
    assert labels[-1] == "∛(∛(x))"
    assert "sign(∛(x))" in labels
    assert not any("sign(sign" in text or "|sign" in text for text in labels)


def test_a_long_label_keeps_both_of_its_ends() -> None:
    text = f"y = {'sin(' * 90}x{')' * 90}"
    last = forward(parse(text), {"x": 0.5}).tape[-1].wording.expression
    assert last.startswith("sin(sin(")
    assert "…" in last
    assert last.endswith("))")
    assert len(last) == MAX_LABEL_CHARACTERS


TOO_LARGE = {name: SHAPES[name](22) for name in ("gelu", "_ + sin(_)")}
"""Programs that sympy can write down in time, as expressions of which it would never find the derivative."""


@pytest.mark.parametrize("text", TOO_LARGE.values(), ids=TOO_LARGE)
def test_sympy_is_not_asked_for_the_derivative_of_what_doubles_with_every_level(text: str) -> None:
    """It says so by itself: nobody has to end its process."""
    program = parse(text)
    WORKER.ask(Question(parse("y = x"), {"x": POINT}, (Derivative({"y": 1}, (("x", ()),)),)))
    process = WORKER.process.pid
    answer = WORKER.ask(Question(program, {"x": POINT}, (Derivative({program.outputs[0]: 1}, (("x", ()),)),)))
    assert answer.ended == ANSWERED
    assert [found.latex for found in answer.parts.values()] == [None], "the number is known, and no formula is written"
    assert WORKER.process.pid == process


@pytest.mark.parametrize("name", ["cbrt", "gelu", "divided", "_*_", "csc(_)*_"])
def test_every_doubling_program_gets_a_verdict(name: str) -> None:
    program = parse(SHAPES[name](22))
    (row,) = check(program, {"x": POINT}).rows
    assert row.verdict


def called_twice(levels: int) -> str:
    """Functions of which each calls the one before twice, until no more operations fit."""
    doubled = "; ".join(f"f{k}_(t) = f{k - 1}_(t)*2" for k in range(1, levels + 1))
    return f"f0_(t) = t + t; {doubled}; y = {'f0_(' * levels}x{')' * levels}"


def test_a_function_put_in_place_does_not_double_what_is_written() -> None:
    """Its argument is one node wherever the parameter stands: written out it would be 2^40 of them."""
    assert sum(map(len, written(called_twice(16)))) < 4 * sum(map(len, written(called_twice(20))))
    program = parse("f(t) = t + t; y = " + "f(" * 40 + "x" + ")" * 40)
    assert len(to_python(program)) < 300
    assert hash(program) == hash(parse("f(t) = t + t; y = " + "f(" * 40 + "x" + ")" * 40))
