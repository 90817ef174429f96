"""What a browser is sent while a question is open tells nothing of the answer: other hidden numbers, the same bytes."""

import dataclasses
import importlib
from collections.abc import Callable, Iterator, Mapping
from typing import Any
from urllib.parse import parse_qsl

import pytest
import torch
from streamlit.testing.v1 import AppTest

from playground.engine.backward import Backward
from playground.engine.graph import AutogradGraph
from playground.engine.observe import Observation
from playground.lessons.table import BY_KEY, link
from playground.questions import panel
from playground.web import cache, store
from playground.web.reveal import MEMORY, Progress
from tests import reading
from tests.reading import fetched, opened, tap, unlabelled
from tests.registry import DESCENT, GRAPH, MATRIX, PARTIALS, SCALAR, SECOND

Otherwise = Callable[..., None]
"""Puts other numbers in the place of those that some questions ask for, from the first of them or from a place on."""

OPEN = {
    GRAPH: {"proof": "true", "step": "9"},
    SCALAR: {"proof": "true", "did": "again,zero_grad"},
    MATRIX: {"proof": "true", "jacobian": "true", "grid": "true"},
    PARTIALS: {"proof": "true", "jacobian": "true", "again": "true"},
    SECOND: {"proof": "true", "curves": "true", "without": "true"},
    DESCENT: {"proof": "true", "theory": "true", "racing": "true", "sweep": "true", "animation": "true"},
}
"""Of each page everything that an address can open."""


def other(number: Any) -> Any:
    """The same with other numbers: of every tensor, and of every float."""
    if isinstance(number, torch.Tensor):
        return number + 1000.5 if number.is_floating_point() else number
    if isinstance(number, float):
        return number + 1000.5
    if dataclasses.is_dataclass(number) and not isinstance(number, type):
        return dataclasses.replace(number, **{name: other(part) for name, part in vars(number).items()})
    if isinstance(number, Mapping):
        return {name: other(part) for name, part in number.items()}
    if isinstance(number, tuple) and hasattr(number, "_fields"):
        return type(number)(*map(other, number))
    return type(number)(map(other, number)) if isinstance(number, (tuple, list)) else number


def changed(*names: str) -> Callable[[Any], Any]:
    """A result whose fields of these names hold other numbers."""
    return lambda found: dataclasses.replace(found, **{name: other(getattr(found, name)) for name in names})


def beyond(place: int) -> Callable[[Observation], Observation]:
    """An observation with other numbers in all that comes after a place: nodes first, then the engine's steps."""

    def after(observed: Observation) -> Observation:
        graph, backward = observed.graph, observed.backward
        assert backward is not None
        cut = max(place - len(graph.nodes), 0)
        nodes = tuple(
            node._replace(value=other(node.value), saved=other(node.saved)) if node.computed >= place else node
            for node in graph.nodes
        )
        done = {step.node for step in backward.steps[:cut]}
        known = {graph.nodes[place].input for place in done}
        grads = {name: grad if name in known else other(grad) for name, grad in backward.grads.items()}
        late = {name for node in graph.nodes if node.computed >= place for name in node.outputs}
        return dataclasses.replace(
            observed,
            graph=dataclasses.replace(graph, nodes=nodes),
            backward=Backward(grads, backward.steps[:cut] + other(backward.steps[cut:])),
            outputs={name: other(height) if name in late else height for name, height in observed.outputs.items()},
            started=observed.started if cut else other(observed.started),
            local=tuple(
                local if edge.source in done else other(local)
                for edge, local in zip(graph.edges, observed.local, strict=True)
            ),
        )

    return after


def graph_of_a_derivative(graph: AutogradGraph) -> AutogradGraph:
    return dataclasses.replace(graph, nodes=other(graph.nodes))


def after_some(row: list[Any], known: int) -> list[Any]:
    """The same row up to a place, and other numbers from there on."""
    return [*row[:known], *other(row[known:])]


def run_beyond(place: int) -> Callable[[Any], Any]:
    """A run that comes by the same places up to one of its steps and by others then; there it has another slope."""

    def after(run: Any) -> Any:
        known = place + 1
        return dataclasses.replace(
            run,
            positions={name: after_some(row, known) for name, row in run.positions.items()},
            values=after_some(run.values, known),
            gradients={name: after_some(row, place) for name, row in run.gradients.items()},
            slopes={name: after_some(row, place) for name, row in run.slopes.items()},
        )

    return after


def orders_beyond(place: int) -> Callable[[Any], Any]:
    """Derivatives of which only so many orders are the same."""
    known = place + 1
    return lambda found: dataclasses.replace(found, values=(*found.values[:known], *other(found.values[known:])))


HIDDEN: Mapping[str, Callable[[Any], Any]] = {
    "scalar.compute.replay": other,
    "matrix.vjp.both_ways": changed("direct", "summed"),
    "partials.compute.partials": changed("table", "first", "backward", "local"),
    "partials.compute.twice": other,
    "second.hessian.second": changed("gradient", "hessian", "eigenvalues"),
    "second.hessian.along": other,
    "second.compute.read_graph": graph_of_a_derivative,
    "second.compute.backward": other,
}
"""Where the numbers come from that pages ask for, and the same with others in their place."""


@pytest.fixture
def otherwise(monkeypatch: pytest.MonkeyPatch) -> Iterator[Otherwise]:
    """Put other numbers in the place of all that is asked; what is asked stays, so that only the pages can tell."""

    def change(asks: tuple[Any, ...], place: int | None = None) -> None:
        place = asks[0].place if asks and place is None else place
        put_there(monkeypatch, {**HIDDEN, **beyond_place(place)}, asks)

    cache._results.clear()
    yield change
    cache._results.clear()


def beyond_place(place: int | None) -> Mapping[str, Callable[[Any], Any]]:
    """What has places, and other numbers after one of them."""
    return {
        "second.hessian.orders": orders_beyond(place or 0),
        "descent.compute.descend": run_beyond(place or 0),
        "web.case.observe": changed("backward", "local") if place is None else beyond(place),
    }


def put_there(
    monkeypatch: pytest.MonkeyPatch, sources: Mapping[str, Callable[[Any], Any]], asks: tuple[Any, ...]
) -> None:
    """Put other numbers in the place of those of some functions; what is asked stays."""
    for path, alter in sources.items():
        module, _, name = f"playground.{path}".rpartition(".")
        found = getattr(importlib.import_module(module), name)
        monkeypatch.setattr(f"{module}.{name}", _then(found, alter))
    monkeypatch.setattr(panel, "_found", lambda *_: asks)
    cache._results.clear()


def _then(found: Callable[..., Any], alter: Callable[[Any], Any]) -> Callable[..., Any]:
    return lambda *given, **named: alter(found(*given, **named))


def payload(app: AppTest) -> list[str]:
    """Everything that is sent or can be fetched, as text, apart from the answers to choose from."""
    assert not app.exception
    sent = [unlabelled(text) for _, text in reading.sent(app)]
    also = fetched(app)
    store._packed.clear()
    return sent + also


def nothing_told(otherwise: Otherwise, page: str, address: Mapping[str, str]) -> None:
    """Open a page, open it again with other numbers in the place of those that are asked, and compare."""
    app = opened(page, **address)
    now: Progress = app.session_state[MEMORY]
    assert now.open is not None
    before = payload(app)
    otherwise(now.asks)
    after = payload(opened(page, **address))
    assert len(before) == len(after)
    assert [pair for pair in zip(before, after, strict=True) if pair[0] != pair[1]] == []


@pytest.mark.parametrize("opens", [False, True], ids=["closed", "open"])
@pytest.mark.parametrize("page", OPEN)
def test_a_page_with_an_open_question_tells_nothing_of_it(otherwise: Otherwise, page: str, opens: bool) -> None:
    nothing_told(otherwise, page, {"predict": "true"} | (OPEN[page] if opens else {}))


@pytest.mark.parametrize(
    ("page", "address"),
    [
        (GRAPH, {"f": "y = mean(exp(x @ w)^2)", "at.x": "[[1, 2], [3, 4]]", "at.w": "[0.1, 0]"}),
        (GRAPH, {"f": "u = x^2; y = u*u + u; z = 3x", "at.x": "2"}),
        (SCALAR, {"f": "y = x*w", "at.x": "2", "at.w": "5", "along": "w"}),
        (MATRIX, {"f": "y = x @ x", "at.x": "[[1, 2], [3, 4]]"}),
        (PARTIALS, {"f": "y = x^2", "at.x": "[1, 2]"}),
        (SECOND, {"f": "y = x^2*w", "at.x": "2", "at.w": "5", "recorded": "true"}),
        (DESCENT, {"f": "z = x^2 + 20*y^2", "at.x": "3", "at.y": "1"}),
        (DESCENT, {"f": "z = sum(x^2)", "at.x": "[1, 2, 3]", "optimizer": "Adam"}),
    ],
    ids=lambda part: part["f"] if isinstance(part, dict) else part,
)
def test_nor_does_it_of_another_program(otherwise: Otherwise, page: str, address: Mapping[str, str]) -> None:
    nothing_told(otherwise, page, {"predict": "true", **address})


@pytest.mark.parametrize("place", range(1, 6))
def test_nor_when_some_of_it_was_answered(otherwise: Otherwise, place: int) -> None:
    def answered(app: AppTest) -> list[str]:
        app.session_state[MEMORY] = Progress(asks, place, {turn: asks[turn].right for turn in range(place)})
        return payload(app.run())

    app = opened(GRAPH, predict="true")
    asks = app.session_state[MEMORY].asks
    before = answered(app)
    otherwise(asks, asks[place].place)
    assert answered(opened(GRAPH, predict="true")) == before


@pytest.mark.parametrize("turn", [2, 4, 6])
@pytest.mark.parametrize("answered", [False, True], ids=["open", "answered"])
def test_nor_does_a_node_that_is_chosen_before_its_turn(otherwise: Otherwise, turn: int, answered: bool) -> None:
    def chosen(app: AppTest) -> list[str]:
        app.session_state[MEMORY] = Progress(asks, turn, {turn: asks[turn].right} if answered else {})
        return payload(app.run())

    app = opened(GRAPH, predict="true")
    asks = app.session_state[MEMORY].asks
    before = chosen(app)
    otherwise(asks, asks[turn].after if answered else asks[0].place)
    assert chosen(opened(GRAPH, predict="true")) == before


STEPS = [(key, number) for key in "ABCDE" for number in range(1, len(BY_KEY[key].steps) + 1)]


@pytest.mark.parametrize(("key", "number"), STEPS)
def test_nor_does_a_step_of_the_lecture(otherwise: Otherwise, key: str, number: int) -> None:
    lesson = BY_KEY[key]
    address = dict(parse_qsl(link(lesson, number).partition("?")[2]))
    nothing_told(otherwise, lesson.steps[number - 1].page, address)


@pytest.mark.parametrize("number", range(1, 6))
def test_nor_does_an_answer_that_comes_before_others_on_the_way_back(otherwise: Otherwise, number: int) -> None:
    address = dict(parse_qsl(link(BY_KEY["A"], number).partition("?")[2]))

    def answered() -> tuple[AppTest, list[str]]:
        app = tap(opened(GRAPH, **address), "answer-0")
        return app, payload(app)

    app, before = answered()
    asks = app.session_state[MEMORY].asks
    otherwise(asks, asks[0].after)
    assert answered()[1] == before


DERIVATIVE = {
    "second.hessian.orders": orders_beyond(1),
    "second.compute.read_graph": graph_of_a_derivative,
    "second.compute.backward": other,
}
OTHERS = {"partials.compute.partials": changed("table")}
SUMMED = {"matrix.vjp.both_ways": changed("summed")}
LATER: Mapping[tuple[str, int], Mapping[str, Callable[[Any], Any]]] = {
    **{("B", number): SUMMED for number in range(1, 5)},
    **{("C", number): DERIVATIVE for number in range(1, 4)},
    **{("D", number): OTHERS for number in range(1, 4)},
    ("E", 1): {"descent.compute.descend": run_beyond(0)},
    ("E", 2): {"descent.compute.descend": run_beyond(2)},
}
"""What a later step of a lesson asks for, by a step that is answered: with other numbers in its place."""


@pytest.mark.parametrize(("key", "number"), LATER)
def test_nor_does_an_answered_step_of_what_a_later_one_asks(
    monkeypatch: pytest.MonkeyPatch, otherwise: Otherwise, key: str, number: int
) -> None:
    lesson = BY_KEY[key]
    address = dict(parse_qsl(link(lesson, number).partition("?")[2]))

    def answered() -> tuple[AppTest, list[str]]:
        app = tap(opened(lesson.steps[number - 1].page, **address), "show-answer")
        return app, payload(app)

    app, before = answered()
    put_there(monkeypatch, LATER[key, number], app.session_state[MEMORY].asks)
    after = answered()[1]
    assert [pair for pair in zip(before, after, strict=True) if pair[0] != pair[1]] == []


def test_the_numbers_that_are_put_there_reach_a_page_that_hides_nothing(
    otherwise: Otherwise,
) -> None:
    for page in OPEN:
        before = payload(opened(page))
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(panel, "_found", panel._found)
            otherwise(())
            after = payload(opened(page))
        assert before != after
