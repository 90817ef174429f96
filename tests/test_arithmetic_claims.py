"""What sentences of every language write as sums and products comes to what they say, over generated programs."""

import math
import re
from dataclasses import replace
from string import Formatter
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
from playground.words import say, sentences, spoken
from tests.cases import case_at
from tests.programs import Made, programs

ROWS = {name for name, row in OPERATIONS.items() if row.local or row.composite or row.rule}
PATIENT = settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.filter_too_much, HealthCheck.too_slow]
)
NUMBER = r"-?(?:\d+(?:\.\d+)?(?:e[-+]?\d+)?|inf|nan)"
LISTED = rf"((?:{NUMBER}(?:, |、))*{NUMBER} (?:and|和) {NUMBER})"
PATTERNS = {
    "en": {
        "paths": r": ([^:]*) = ([^ ]*)\.$",
        "meets": rf"{LISTED} meet: ({NUMBER})(?=;|\.|$)",
        "filmed": rf"{LISTED} meet (?:and are added, |at [^:]*: [^=]* = )({NUMBER})",
        "arrives": rf"({NUMBER}) (arrives.*)",
        "times": rf"times (?:[^,]* = )?({NUMBER}), passes ({NUMBER}) back",
        "part": rf"(?:^| \+ )({NUMBER}) (?:to start with|from )",
        "chain": rf"upstream ({NUMBER}) × local ({NUMBER})[^=]*= ({NUMBER}) to",
        "weighted": rf"the sum of all [^=]*= (.*·.*) = ({NUMBER})\.$",
        "products": rf"meets [^=]*= ([^=]*·[^=]*) = ({NUMBER})",
        "picked": r"is row (\d+) of the Jacobian",
    },
    "zh": {
        "paths": r"，([^，]*) = ([^ ]*)。$",
        "meets": rf"{LISTED} 在 [^；]* 汇合，得 ({NUMBER})(?=；|。|$)",
        "filmed": rf"{LISTED} (?:|在 [^，]* )汇合相加，(?:得到|[^=]* =) ({NUMBER})",
        "arrives": rf"(?:：|得到 )({NUMBER})((?: 到达|，乘以).*)",
        "times": rf"乘以 (?:[^，]* = )?({NUMBER})，把 ({NUMBER}) 传回",
        "part": rf"(?:^| \+ )({NUMBER})（(?:起始值|来自)",
        "chain": rf"上游梯度 ({NUMBER}) × 局部导数 ({NUMBER})[^=]*= ({NUMBER})，传给",
        "weighted": rf"所有 [^=]*的和 = (.*·.*) = ({NUMBER})。$",
        "products": rf"影响 [^=]*= ([^=]*·[^=]*) = ({NUMBER})",
        "picked": r"就是雅可比矩阵的第 (\d+) 行",
    },
}
"""How each language writes a sum, a product or a row, by what is claimed."""

pytestmark = pytest.mark.usefixtures("every_language")
DTYPES = st.sampled_from([torch.float32, torch.float64])


def found(claim: str, text: str) -> list[Any]:
    """The numbers of a claim wherever the language that is spoken makes it in a text."""
    return re.findall(PATTERNS[spoken()][claim], text)


def sum_of(listed: str) -> str:
    """Numbers as they are listed, as a sum."""
    return " + ".join(re.split(", |、| and | 和 ", listed))


@pytest.mark.parametrize(
    ("claim", "key", "numbers"),
    [
        ("paths", "graph.path", {"terms": "2·3", "total": "6"}),
        ("paths", "graph.paths", {"terms": "2·3 + 1", "total": "7"}),
        ("meets", "partials.meet", {"parts": "LISTED", "total": "9"}),
        ("filmed", "player.meet", {"parts": "LISTED", "gradient": "9"}),
        ("filmed", "player.meet_at_leaf", {"parts": "LISTED", "gradient": "9"}),
        ("times", "player.times", {"local": "2", "passed": "6"}),
        ("times", "player.times_rule", {"local": "2", "passed": "6"}),
        ("chain", "details.chain", {"upstream": "3", "local": "2", "passed": "6"}),
        ("chain", "details.chain_rule", {"upstream": "3", "local": "2", "passed": "6"}),
        ("part", "details.start", {"gradient": "3"}),
        ("part", "details.part", {"gradient": "3"}),
        ("weighted", "matrix.sum_written", {"terms": "1·2 + 3·4", "total": "14"}),
        ("products", "matrix.meets_alone", {"products": "1·2", "total": "2"}),
        ("products", "matrix.meets_one", {"products": "1·2", "total": "2"}),
        ("products", "matrix.meets_few", {"products": "1·2 + 3·4", "total": "14"}),
        ("picked", "matrix.picks", {"row": "3"}),
    ],
)
def test_a_claim_is_found_in_its_sentence(claim: str, key: str, numbers: dict[str, str]) -> None:
    """Whatever else stands in it; a pattern that finds nothing any more would hold of every sentence."""
    listed = say("frame.and", first=say("frame.names").join(["2", "3"]), last="4")
    filled = {name: number.replace("LISTED", listed) for name, number in numbers.items()}
    others = dict.fromkeys((name for _, name, _, _ in Formatter().parse(sentences()[key]) if name), "x")
    (claimed,) = found(claim, say(key, **others | filled))
    assert claimed == (tuple(filled.values()) if len(filled) > 1 else next(iter(filled.values())))


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
    observation = observe(case_of(made, dtype))
    assert observation.backward is not None
    for name, grad in observation.backward.grads.items():
        sentence = paths_to(name, grad, observation.graph, observation.local, observation.started)
        for terms, arrived in found("paths", sentence):
            assert_comes_to(terms, arrived)


@PATIENT
@given(programs(rows=ROWS, shapes=[()], statements=4, budget=3), DTYPES)
def test_what_meets_in_one_pass_adds_up(made: Made, dtype: torch.dtype) -> None:
    case = case_of(made, dtype)
    call = GradCall(made.program.outputs, case.tracked, allow_unused=True)
    returned = partials(case, call)
    assume(returned.backward)
    for parts, total in found("meets", one_pass(returned, call)):
        assert_comes_to(sum_of(parts), total)


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
    observation = observe(case)
    for scene in graph_film(observation.graph, observation.backward, observation.local, observation.started).scenes:
        text = "".join(piece[1] for piece in scene.sentence)
        for parts, total in found("filmed", text):
            assert_comes_to(sum_of(parts), total)
        for upstream, turns in found("arrives", text):
            for local, passed in found("times", turns):
                assert_comes_to(f"{upstream}·{local}", passed)
    for about in node_details(observation.graph, observation.backward, observation.local, observation.started).values():
        for fact in ("".join(text for _, text in fact) for _, fact in about["facts"]):
            total, equals, parts = fact.partition("\n= ")
            if equals:
                assert_comes_to(" + ".join(found("part", parts)), total)
        for rule in ("".join(piece[1] for piece in rule) for rule in about["rules"]):
            for upstream, local, passed in found("chain", rule):
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
    for terms, total in found("weighted", what_is_differentiated(output, ways)):
        assert_comes_to(terms, total)
    for name in case.tracked:
        met = meeting(case, output, name, ways)
        for terms, total in [] if met is None else found("products", what_meets(name, output, met)):
            assert_comes_to(terms, total)
        picked = found("picked", what_is_picked(output, name, ways))
        if picked and ways.direct[name] is not None:
            rows = torch.as_tensor(jacobian(made.program, made.values, name, output=output, dtype=dtype))
            torch.testing.assert_close(rows[int(picked[0])], ways.direct[name].flatten(), equal_nan=True)  # type: ignore[union-attr]
