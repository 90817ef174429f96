"""The questions that people have asked about autograd for many years, and the address that answers each."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from playground.lessons.table import BY_KEY, DESCENT, GRAPH, MATRIX, PITFALLS, T, link
from playground.web.examples import address, path


@dataclass(frozen=True)
class Question:
    """A question; its words are `asked.KEY`, and a lesson or a page's address answers it."""

    key: str
    page: str
    parameters: Mapping[str, str] = field(default_factory=dict)
    lesson: str = ""

    def href(self, **more: str) -> str:
        """The address that answers it, as a link on any page writes it."""
        if self.lesson:
            return link(BY_KEY[self.lesson], 1, **more)
        return path(self.page) + address({**self.parameters, **more})


def _lesson(key: str, lesson: str) -> Question:
    return Question(key, BY_KEY[lesson].steps[0].page, lesson=lesson)


def _trap(key: str, trap: str) -> Question:
    return Question(key, PITFALLS, {"trap": trap})


QUESTIONS = (
    _trap("grad_none", "non-leaf"),
    _trap("no_grad_fn", "argmax"),
    _lesson("gradient_argument", "sum_form"),
    _trap("only_scalars", "many"),
    _trap("second_time", "twice"),
    _trap("retain_graph", "two-losses"),
    _trap("in_place", "saved-result"),
    _trap("grows", "accumulate"),
    _lesson("detach", "cut"),
    _trap("eval", "eval"),
    _trap("data", "data"),
    _trap("item", "item"),
    _lesson("second_derivative", "twice"),
    _lesson("grad_or_backward", "several"),
    Question("jacobian", MATRIX, {"jacobian": "true"}),
    _trap("nan", "where-nan"),
    _lesson("corner", "corner"),
    Question("graph", GRAPH),
    _lesson("reverse", "backwards"),
    _lesson("broadcast", "broadcast"),
    _trap("memory", "total"),
    _trap("recurrent", "hidden-state"),
    _trap("shapes", "mse-shapes"),
    Question("rate", DESCENT, {"f": T, "at.a": "1", "at.x": "0", "at.b": "-2", "at.c": "1", "lr": "1.1"}),
    Question("check", GRAPH, {"proof": "true"}),
)
"""From what is asked most."""
