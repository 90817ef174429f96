"""What sentences write as sums and products comes to what they say, as it is printed, over generated programs."""

import math
import re
from dataclasses import replace
from typing import Any

import pytest
import torch
from hypothesis import HealthCheck, assume, example, given, settings
from hypothesis import strategies as st

from playground.drawing.graph_film import graph_film
from playground.drawing.node_details import node_details
from playground.drawing.sentences import paths_to
from playground.engine.case import Case
from playground.engine.jacobian import jacobian
from playground.engine.observe import observe
from playground.language.errors import EvaluationError
from playground.language.gradient_argument import Drawn, OneEntry
from playground.language.operations import OPERATIONS
from playground.language.parse import parse
from playground.matrix.sentences import what_is_differentiated, what_is_picked, what_meets
from playground.matrix.vjp import both_ways, meeting
from playground.partials.grad_call import GradCall, partials, twice
from playground.partials.page import because
from playground.partials.sentences import one_pass
from playground.words import say
from tests.cases import case_at
from tests.programs import Made, programs

ROWS = {name for name, row in OPERATIONS.items() if row.local or row.composite or row.rule}
PATIENT = settings(
    max_examples=35, deadline=None, suppress_health_check=[HealthCheck.filter_too_much, HealthCheck.too_slow]
)
NUMBER = r"-?(?:\d+(?:\.\d+)?(?:e[-+]?\d+)?|inf|nan)"
MEETS = re.compile(rf"((?:{NUMBER}, )*{NUMBER} and {NUMBER}) meet: ({NUMBER})(?:;|\. That)")
FILMED = re.compile(rf"((?:{NUMBER}, )*{NUMBER} and {NUMBER}) meet (?:and are added, |at [^:]*: [^=]* = )({NUMBER})")
CHAIN = re.compile(rf"upstream ({NUMBER}) × local ({NUMBER})[^=]*= ({NUMBER}) to")
TURNS = re.compile(rf"({NUMBER}) arrives(.*)")
TIMES = re.compile(rf"times (?:[^,]* = )?({NUMBER}), passes ({NUMBER}) back")
DTYPES = st.sampled_from([torch.float32, torch.float64])


def case_of(made: Made, dtype: torch.dtype = torch.float32) -> Case:
    """The case of a generated program; one that cannot take its values is passed over."""
    case = case_at(made.program, {name: tuples(value) for name, value in made.values.items()}, dtype=dtype)
    try:
        run = case.run()
    except EvaluationError:
        assume(False)
    assume(any(output.requires_grad for output in run.outputs.values()))
    return case


def tuples(value: Any) -> Any:
    return tuple(map(tuples, value)) if isinstance(value, list) else value


def written(product: str) -> float:
    """What a product of numbers comes to, as `2·(-5)` or `(-2·5)`."""
    return math.prod(float(factor.strip("()")) for factor in product.split("·"))


def assert_comes_to(parts: str, total: str) -> None:
    """Up to the sixth digit, which was rounded, of the largest term."""
    terms = [written(term) for term in parts.split(" + ")]
    size = max(map(abs, filter(math.isfinite, terms)), default=0)
    assert sum(terms) == pytest.approx(float(total), rel=1e-4, abs=1e-4 * size, nan_ok=True)


@PATIENT
@example(Made("", parse("y = relu(x)*log(x)"), {"x": 0.0}), torch.float32)
@given(programs(rows=ROWS, shapes=[()], statements=2, budget=6), DTYPES)
def test_along_paths_the_products_add_up_to_what_arrives(made: Made, dtype: torch.dtype) -> None:
    seen = observe(case_of(made, dtype))
    assert seen.backward is not None
    for name, grad in seen.backward.grads.items():
        sentence = paths_to(name, grad, seen.graph, seen.local, seen.started)
        written_out = re.search(r": ([^:]*) = ([^ ]*)\.$", sentence)
        if written_out:
            assert_comes_to(*written_out.groups())


@PATIENT
@given(programs(rows=ROWS, shapes=[()], statements=4, budget=3), DTYPES)
def test_what_meets_in_one_pass_adds_up(made: Made, dtype: torch.dtype) -> None:
    case = case_of(made, dtype)
    call = GradCall(made.program.outputs, case.tracked, allow_unused=True)
    found = partials(case, call)
    assume(found.backward)
    for parts, total in MEETS.findall(one_pass(found, call)):
        assert_comes_to(re.sub(", | and ", " + ", parts), total)


@PATIENT
@given(programs(rows=ROWS, shapes=[(), (3,)], statements=3, budget=3), st.booleans(), st.data())
def test_the_same_call_works_again_where_it_is_said_to(made: Made, retain: bool, data: st.DataObject) -> None:
    """For some of the inputs: a node that leads to none of them is passed by, and keeps what it saved."""
    case = case_of(made)
    inputs = data.draw(st.lists(st.sampled_from(case.tracked), min_size=1, unique=True))
    call = GradCall(tuple(n for n, o in case.run().outputs.items() if o.requires_grad), tuple(inputs), retain, True)
    calls = twice(case, call)
    assert calls.first.grads is not None
    assert (calls.second.grads is not None) == (not because(call, calls).startswith(_begin("freed")))
    assert (because(call, calls) == say("partials.nothing_saved")) == (not calls.freed)


def _begin(key: str) -> str:
    return say(f"partials.{key}", nodes="\0").partition("\0")[0]


@PATIENT
@given(programs(rows=ROWS, shapes=[()], statements=3, budget=5), DTYPES, st.sampled_from([1.0, -2.5]))
def test_a_film_adds_what_meets_and_multiplies_by_the_local_derivative(
    made: Made, dtype: torch.dtype, start: float
) -> None:
    case = replace(case_of(made, dtype), gradient=tuple((name, start) for name in made.program.outputs))
    seen = observe(case)
    for scene in graph_film(seen.graph, seen.backward, seen.local, seen.started).scenes:
        text = "".join(piece[1] for piece in scene.sentence)
        for parts, total in FILMED.findall(text):
            assert_comes_to(re.sub(", | and ", " + ", parts), total)
        for upstream, turns in TURNS.findall(text):
            for local, passed in TIMES.findall(turns):
                assert_comes_to(f"{upstream}·{local}", passed)
    for about in node_details(seen.graph, seen.backward, seen.local, seen.started).values():
        for fact in ("".join(text for _, text in fact) for _, fact in about["facts"]):
            total, sum_of, parts = fact.partition("\n= ")
            if sum_of:
                assert_comes_to(" + ".join(re.findall(rf"(?:^| \+ )({NUMBER}) (?:to start with|from )", parts)), total)
        for rule in ("".join(piece[1] for piece in rule) for rule in about["rules"]):
            for upstream, local, passed in CHAIN.findall(rule):
                assert_comes_to(f"{upstream}·{local}", passed)


@PATIENT
@given(programs(rows=ROWS, shapes=[(), (3,), (2, 3), (3, 3)], statements=2, budget=4), DTYPES, st.data())
def test_what_an_entry_meets_adds_up_to_its_gradient(made: Made, dtype: torch.dtype, data: st.DataObject) -> None:
    """Also that what is picked is the row of the Jacobian that is named, and that the weighted sum is as written."""
    case = case_of(made, dtype)
    output = next(name for name, value in case.run().outputs.items() if value.requires_grad)
    shape = case.run().outputs[output].shape
    entry = tuple(data.draw(st.integers(0, side - 1)) for side in shape)
    gradient = data.draw(st.sampled_from([Drawn(1), OneEntry(entry)])) if shape else 2.0
    ways = both_ways(case, output, gradient)
    told = what_is_differentiated(output, ways)
    for terms, total in re.findall(rf"= (.*·.*) = ({NUMBER})\.$", told):
        assert_comes_to(terms, total)
    for name in case.tracked:
        met = meeting(case, output, name, ways)
        for terms, total in (
            [] if met is None else re.findall(rf"= ([^=]*·[^=]*) = ({NUMBER})", what_meets(name, output, met))
        ):
            assert_comes_to(terms, total)
        picked = re.search(r"is row (\d+) of", what_is_picked(output, name, ways))
        if picked and ways.direct[name] is not None:
            rows = torch.as_tensor(jacobian(made.program, made.values, name, output=output, dtype=dtype))
            torch.testing.assert_close(rows[int(picked[1])], ways.direct[name].flatten(), equal_nan=True)  # type: ignore[union-attr]
