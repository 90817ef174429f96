"""What sentences claim of a graph or a gradient holds by its definition, over generated programs."""

import json
from collections.abc import Callable, Mapping
from fractions import Fraction
from itertools import pairwise

import mpmath
import numpy
import pytest
import torch
from hypothesis import HealthCheck, assume, example, given, settings
from hypothesis import strategies as st

from playground.descent.compute import levels_near
from playground.descent.landscape import ENDLESS
from playground.drawing.sentences import MOVE, count_paths
from playground.engine.case import Case
from playground.engine.forward import forward
from playground.engine.graph import read_graph
from playground.engine.jacobian import jacobian
from playground.language.errors import EvaluationError
from playground.language.gradient_argument import Drawn
from playground.language.operations import OPERATIONS
from playground.language.values import Value
from playground.matrix.sentences import both_told
from playground.matrix.vjp import both_ways, entry_by_entry
from playground.second.hessian import orders
from playground.second.sentences import number, slope_changes
from playground.words import say
from tests.cases import case_at
from tests.oracles import walk
from tests.programs import SMOOTH, Made, programs
from tests.reading import opened, said

ROWS = {name for name, row in OPERATIONS.items() if row.local or row.composite or row.rule} - {"detach"}
PATIENT = settings(max_examples=60, suppress_health_check=[HealthCheck.filter_too_much, HealthCheck.too_slow])


@pytest.mark.parametrize("value", ["3", "[3]", "[[3]]", "[3, 4]"])
@pytest.mark.parametrize("page", ["graph", "matrix"])
def test_what_backward_takes_without_an_argument_is_not_said_to_have_no_single_slope(page: str, value: str) -> None:
    y = torch.tensor(json.loads(value), dtype=torch.float32, requires_grad=True) * 2
    try:
        y.backward()  # type: ignore[no-untyped-call]
        is_single = True
    except RuntimeError:
        is_single = False
    assert ("no single slope" in said(opened(page, f="y = x*x", **{"at.x": value}))) == (not is_single)


@PATIENT
@given(programs(rows=ROWS, shapes=[(), (3,), (3, 3)], budget=6, statements=3))
def test_the_paths_that_are_counted_are_those_that_can_be_walked(made: Made) -> None:
    """Counted by going down from the outputs by recursion, through the graph as torch holds it."""
    try:
        run = made.run()
    except EvaluationError:
        assume(False)
    outputs = {name: output for name, output in run.outputs.items() if output.requires_grad}
    assume(outputs)
    graph = read_graph(run)
    counted = count_paths(graph, {name: torch.ones_like(output) for name, output in outputs.items()})
    nodes, edges = walk(outputs)
    below: dict[object, list[object]] = {}
    for (source, target, _), times in edges.items():
        below.setdefault(source, []).extend([target] * times)

    def ways(node: object, leaf: torch.Tensor) -> int:
        own = int(getattr(node, "variable", None) is leaf)
        return own + sum(ways(target, leaf) for target in below.get(node, []))

    assume(len(nodes) < 40)
    starts = [output.grad_fn or output.view_as(output).grad_fn.next_functions[0][0] for output in outputs.values()]  # type: ignore[union-attr]
    for place, node in enumerate(graph.nodes):
        if node.input is not None:
            assert counted[place] == sum(ways(start, run.inputs[node.input]) for start in starts)


@PATIENT
@given(programs(rows=ROWS, shapes=[(3, 3)], budget=5, statements=2, entries=SMOOTH), st.data())
def test_an_entry_that_only_meets_its_own_moves_no_other(made: Made, data: st.DataObject) -> None:
    """Where the page says so, the Jacobian is zero beside its diagonal."""
    tracked = tuple(name for name in made.program.inputs if name[0] in "uvwxyz")
    assume(tracked)
    try:
        run = forward(made.program, made.values, tracked)
    except EvaluationError:
        assume(False)
    wrt, output = data.draw(st.sampled_from(tracked)), made.program.outputs[0]
    assume(run.outputs[output].requires_grad)
    case = Case(made.program, tuple((name, _tuples(made.values)[name]) for name in made.program.inputs), tracked)
    if entry_by_entry(case, output, wrt):
        matrix = jacobian(made.program, made.values, wrt, output=output)
        matrix = torch.as_tensor(matrix)
        assert matrix.shape[0] == matrix.shape[1]
        off = matrix - torch.diag(torch.diagonal(matrix))
        assert not bool((torch.nan_to_num(off) != 0).any())


SMALL = st.integers(-9, 9)


@pytest.mark.usefixtures("every_language")
@given(SMALL, SMALL, SMALL, SMALL)
def test_the_slope_of_a_parabola_grows_or_falls_by_what_is_said_of_a_move(a: int, b: int, c: int, x: int) -> None:
    """The slope where the point was and where it moved to, in fractions."""
    assume(a)
    change = 2 * a * (x + Fraction(str(MOVE))) + b - (2 * a * x + b)
    sentence = slope_changes("x", "y", orders(case_at(f"y = {a}x^2 + {b}x + {c}", {"x": x}), "x", 2))
    assert sentence == say(
        "second.grows" if change > 0 else "second.falls",
        output="y",
        name="x",
        slope=number(2 * a * x + b),
        second=number(2 * a),
        move=number(MOVE),
        change=number(abs(float(change))),
    )


@given(programs(), st.integers(0, 1000))
def test_both_ways_are_called_the_same_bit_for_bit_where_every_bit_is(made: Made, seed: int) -> None:
    case = case_at(made.program, _tuples(made.values))
    outputs = [name for name, output in made.run().outputs.items() if output.requires_grad]
    assume(outputs)
    gradients = both_ways(case, outputs[0], Drawn(seed))
    pairs = [(gradients.direct[name], gradients.summed[name]) for name in gradients.direct]
    bits = [tuple(grad.numpy().view(numpy.int32).tolist() for grad in pair if grad is not None) for pair in pairs]
    same = all(not pair or pair[0] == pair[1] for pair in bits)
    assert (both_told(gradients) in (say("matrix.equal"), say("matrix.equal_nan"))) == same


TERMS: dict[str, Callable[[mpmath.mpf], mpmath.mpf]] = {
    "x": lambda x: x,
    "x^2": lambda x: x**2,
    "x^3": lambda x: x**3,
    "x^4": lambda x: x**4,
    "exp(x)": mpmath.exp,
    "exp(-x)": lambda x: mpmath.exp(-x),
    "sin(x)": mpmath.sin,
    "log(x^2 + 1)": lambda x: mpmath.log(x**2 + 1),
    "sqrt(x^2 + 1)": lambda x: mpmath.sqrt(x**2 + 1),
    "tanh(x)": mpmath.tanh,
    "x*exp(-x^2)": lambda x: x * mpmath.exp(-(x**2)),
}
"""Terms of landscapes, some of which outgrow the others."""


@settings(max_examples=40, deadline=None)
@example({"log(x^2 + 1)": -1})
@example({"exp(x)": 1, "x^3": 1})
@example({"x^4": 1, "x^3": -9})
@given(st.dictionaries(st.sampled_from(list(TERMS)), st.integers(-3, 3).filter(bool), min_size=1, max_size=3))
def test_a_landscape_that_is_called_unbounded_below_goes_down_without_end(terms: Mapping[str, int]) -> None:
    """At powers of ten, to 60 digits: on one side each is lower than the one before, and by no less and less."""
    case = case_at("y = " + " + ".join(f"({factor})*{term}" for term, factor in terms.items()), {"x": 0.5})
    if levels_near(case, "y", None).warning == ENDLESS:
        sides = [[_height(terms, side * mpmath.mpf(10) ** power) for power in range(2, 7)] for side in (1, -1)]
        assert any(all(high - low > 1 for high, low in pairwise(side)) for side in sides)
    else:
        assert not _outgrows(terms)


def _height(terms: Mapping[str, int], at: mpmath.mpf) -> mpmath.mpf:
    with mpmath.workdps(60):
        return sum(factor * TERMS[term](at) for term, factor in terms.items())


def _outgrows(terms: Mapping[str, int]) -> bool:
    """Whether a polynomial's highest power leads down on one side; nothing is known of other sums here."""
    powers = {"x": 1, "x^2": 2, "x^3": 3, "x^4": 4}
    if not terms.keys() <= powers.keys():
        return False
    highest = max(terms, key=lambda term: powers[term])
    return powers[highest] % 2 == 1 or terms[highest] < 0


def _tuples(values: Mapping[str, Value]) -> dict[str, Value]:
    def tuples(value: object) -> object:
        return tuple(map(tuples, value)) if isinstance(value, (list, tuple)) else value

    return {name: tuples(value) for name, value in values.items()}  # type: ignore[misc]
