"""The lessons: one row each. A lesson is an address, or several; the words hold its title and two sentences."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from playground.web.address import LESSON, QUESTION
from playground.web.examples import Example, address, path
from playground.words import say

GRAPH, SCALAR, MATRIX, PARTIALS, SECOND, DESCENT = "graph", "scalar", "matrix", "partials", "second", "descent"
PITFALLS, ALL = "pitfalls", "lessons"
"""Pages without a program: what goes wrong, and the list of all lessons."""
PAGES = (GRAPH, SCALAR, MATRIX, PARTIALS, SECOND, DESCENT, PITFALLS)
"""The pages that a step can be on."""
TUTORIAL, LECTURE, MISCONCEPTIONS, FURTHER = "tutorial", "lecture", "misconceptions", "further"
GROUPS = (TUTORIAL, LECTURE, MISCONCEPTIONS, FURTHER)
"""In the order of the page; the first stands open."""
OWN = "own"
"""The group of a lesson that somebody made, and that its link carries."""
FUNCTIONS = "functions"
"""The panel below them: all functions of the language."""


@dataclass(frozen=True)
class Step:
    """One address of a lesson, and in a lecture what is asked there."""

    page: str
    example: Example
    ask: str = ""
    """A row of the table of asks."""


@dataclass(frozen=True)
class Lesson:
    """A lesson; its title and its two sentences are the words' `lessons.KEY`."""

    key: str
    group: str
    steps: tuple[Step, ...]
    own_title: str = ""
    """The title of one that somebody made."""

    @property
    def title(self) -> str:
        """What it is called."""
        return self.own_title or say(f"lessons.{self.key}.title")


def _step(page: str, program: str, values: Mapping[str, str], ask: str = "", **more: Any) -> Step:
    """A step; further keywords are an example's, others the page's parameters."""
    own = {name: more.pop(name) for name in ("tracked", "gradient") if name in more}
    return Step(page, Example("", program, values, **own, more={k: str(v) for k, v in more.items()}), ask)


def _lesson(key: str, group: str, page: str, program: str, values: Mapping[str, str], **more: Any) -> Lesson:
    """A lesson of one step."""
    return Lesson(key, group, (_step(page, program, values, **more),))


def _pitfall(key: str, name: str) -> Lesson:
    """A lesson that is a pitfall."""
    return Lesson(key, MISCONCEPTIONS, (Step(PITFALLS, Example("", "", {}, more={"trap": name})),))


T = "y = a*x^2 + b*x + c"
QUARTIC = "y = x^4 - 3x^2 + x"
TWO = "y1 = x1*x2; y2 = x1 + x2"
_ONES = {"a": "1", "x": "0", "b": "-2", "c": "1"}
_CHAIN = {"a": "2", "x": "3", "b": "-5", "c": "1"}
_GRID = {"a": "1", "x": "[[0, 0], [1, 2]]", "b": "-2", "c": "1"}
_PAIR = {"x1": "1", "x2": "2"}
_WEIGHTS = {"y": "[[1, 10], [100, 3]]"}
_LAST, _FIRST = {"y": "entry 1, 1"}, {"y": "entry 0, 0"}


def _downhill(ask: str, **more: Any) -> Step:
    return _step(DESCENT, T, _ONES, ask, **more)


def _valleys(ask: str, lr: str) -> Step:
    return _step(DESCENT, QUARTIC, {"x": "2"}, ask, lr=lr, steps=60)


LESSONS = (
    _lesson("slope", TUTORIAL, SCALAR, T, _ONES),
    _lesson("entries", TUTORIAL, MATRIX, T, _GRID),
    _lesson("sum_form", TUTORIAL, MATRIX, T, _GRID, gradient=_WEIGHTS),
    _lesson("twice", TUTORIAL, SECOND, T, _ONES),
    _lesson("several", TUTORIAL, PARTIALS, TWO, _PAIR),
    _lesson("minimum", TUTORIAL, DESCENT, T, _ONES),
    Lesson("A", LECTURE, tuple(_step(GRAPH, T, _CHAIN, ask) for ask in (
        "chain_value", "chain_start", "chain_linear", "chain_square", "chain_power", "chain_leaf"))),
    Lesson("B", LECTURE, (
        _step(MATRIX, T, _GRID, "no_argument", argument="false"),
        _step(MATRIX, T, _GRID, "last_entry", gradient=_LAST),
        _step(MATRIX, T, _GRID, "all_ones"),
        _step(MATRIX, T, _GRID, "weighted", gradient=_WEIGHTS),
        _step(MATRIX, T, _GRID, "as_a_sum", gradient=_WEIGHTS),
        _step(MATRIX, "y = x @ x", {"x": _GRID["x"]}, "first_entry", gradient=_FIRST),
    )),
    Lesson("C", LECTURE, (
        _step(SECOND, T, _ONES, "first_derivative", order=1),
        _step(SECOND, T, _ONES, "returned", order=1),
        _step(SECOND, T, _ONES, "without_graph", without="true"),
        _step(SECOND, T, _ONES, "second_derivative"),
        _step(SECOND, T, {**_ONES, "x": "5"}, "still"),
        _step(SECOND, "y = x^4", {"x": "0"}, "decides"),
    )),
    Lesson("D", LECTURE, (
        _step(PARTIALS, TWO, _PAIR, "one_output", outputs="y1"),
        _step(PARTIALS, TWO, _PAIR, "call_again", outputs="y1", again="true"),
        _step(PARTIALS, TWO, _PAIR, "call_sum_again", outputs="y2", again="true"),
        _step(PARTIALS, TWO, _PAIR, "both_outputs"),
        _step(PARTIALS, TWO, _PAIR, "difference", gradient={"y2": "-1"}),
    )),
    Lesson("E", LECTURE, (
        _downhill("which_line"), _downhill("next_step"), _downhill("the_end"),
        _downhill("rate", lr="0.5", steps=60), _downhill("rate", lr="1", steps=60), _downhill("rate", lr="1.1"),
        _downhill("forgotten", forget="true"),
        _valleys("valley", "0.03"), _valleys("valley", "0.1"), _valleys("valley", "0.2"),
    )),
    _lesson("who_moves", MISCONCEPTIONS, DESCENT, T, _ONES, lr="0.1", steps=1, beats="true"),
    _lesson("zero_grad", MISCONCEPTIONS, DESCENT, T, _ONES, forget="true"),
    _pitfall("rebound", "rebound"),
    Lesson("not_at_the_minimum", MISCONCEPTIONS, (
        _step(GRAPH, "z = x1^2 + 10*x2^2", {"x1": "3", "x2": "1"}),
        _step(DESCENT, "z = x1^2 + 10*x2^2", {"x1": "3", "x2": "1"}, lr="0.02", steps=100))),
    _lesson("corner", MISCONCEPTIONS, SCALAR, "y = relu(x) - relu(-x)", {"x": "0"}),
    _lesson("root", MISCONCEPTIONS, SCALAR, "y = sqrt(x^2)", {"x": "0"}),
    _lesson("none", MISCONCEPTIONS, SCALAR, "y = a*x^2", {"a": "2", "x": "0"}),
    _lesson("broadcast", MISCONCEPTIONS, GRAPH, "y = sum(w*x^2)", {"w": "1", "x": _GRID["x"]}),
    _lesson("cut", MISCONCEPTIONS, GRAPH, "y = x*detach(x)", {"x": "3"}),
    _lesson("backwards", MISCONCEPTIONS, GRAPH, "y = u*v + v*w + w*x*z",
            {"u": "1", "v": "2", "w": "3", "x": "4", "z": "5"}, proof="true"),
    _pitfall("freed", "twice"),
    Lesson("square", FURTHER, (
        _step(GRAPH, "y = x*x", {"x": "3"}), _step(GRAPH, "y = x^2", {"x": "3"}))),
    _lesson("shared", FURTHER, GRAPH, "u = x^2; y = u*u + u", {"x": "2"}),
    Lesson("momentum", FURTHER, (
        _step(DESCENT, "z = x^2 + 20*y^2", {"x": "3", "y": "1"}, lr="0.01", steps=100),
        _step(DESCENT, "z = x^2 + 20*y^2", {"x": "3", "y": "1"}, lr="0.01", steps=100, optimizer="Momentum"))),
    Lesson("saddle", FURTHER, (
        _step(SECOND, "z = x^2 - y^2", {"x": "0", "y": "0"}),
        _step(DESCENT, "z = x^2 - y^2 + y^4/8", {"x": "2", "y": "0.001"}, lr="0.05", steps=300))),
    _lesson("vanishing", FURTHER, GRAPH, "y = sigmoid(sigmoid(sigmoid(sigmoid(x))))", {"x": "0"}),
    _lesson("regression", FURTHER, GRAPH, "y = mean((x @ w - t)^2)",
            {"x": "[[1, 1], [1, 2], [1, 3]]", "w": "[0, 1]", "t": "[2, 3, 5]"}, tracked={"x": False}),
    _lesson("network", FURTHER, GRAPH, "h = tanh(x @ w); y = mean((h @ v - t)^2)",
            {"x": "[[1, 0], [0, 1]]", "w": "[[1, 0], [0, -1]]", "v": "[1, 1]", "t": "[1, 0]"}, tracked={"x": False}),
)  # fmt: skip

BY_KEY = {lesson.key: lesson for lesson in LESSONS}


def following(lesson: Lesson) -> Lesson | None:
    """The lesson after another one in its group; None after the last, and after one that somebody made."""
    if lesson.group == OWN:
        return None
    group = [member for member in LESSONS if member.group == lesson.group]
    rest = group[group.index(lesson) + 1 :]
    return rest[0] if rest else None


def link(lesson: Lesson, number: int = 1, **more: str) -> str:
    """The address of a step of a lesson, counted from 1; what is asked there is to be predicted."""
    step = lesson.steps[number - 1]
    own = step.example.parameters if step.example.program else dict(step.example.more)
    place = {QUESTION: str(number)} if len(lesson.steps) > 1 else {}
    prediction = {"predict": "true"} if step.ask else {}
    return path(step.page) + address({**own, LESSON: lesson.key, **place, **prediction, **more})
