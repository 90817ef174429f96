"""Traps are found where they are, and nowhere in programs that do no harm."""

from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from playground.engine.traps import BROADCAST, traps
from playground.pitfalls.table import PITFALLS
from tests.cases import case_at
from tests.programs import Made, programs

PAIR, COLUMN = [1.0, 2.0], [[1.0], [2.0]]
FOUND: list[tuple[str, dict[str, Any], str, str]] = [
    ("y = where(x > 0, sqrt(x), x)", {"x": 0.0}, "where-nan", "where(x > 0, √(x), x)"),
    ("y = where(x > 0, sqrt(x), x)", {"x": 4.0}, "where-nan", "where(x > 0, √(x), x)"),
    ("y = sum(where(x > 0, x*log(x), 0))", {"x": PAIR}, "where-nan", "where(x > 0, x·log(x), 0)"),
    ("y = where(x == 0, 1, sin(x)/x)", {"x": 0.0}, "where-nan", "where(x = 0, 1, sin(x)/x)"),
    ("y = where(0 < x, 1/x, 0)", {"x": 1.0}, "where-nan", "where(0 < x, 1/x, 0)"),
    ("r = x^2; y = where(r > 0, sqrt(r), 0)", {"x": 1.0}, "where-nan", "where(r > 0, √(r), 0)"),
    ("y = where(x >= -1, sqrt(x), x)", {"x": 1.0}, "where-nan", "where(x ≥ −1, √(x), x)"),
    ("y = sum(log(softmax(x, dim=0)))", {"x": PAIR}, "log-softmax", "log(softmax(x, dim=0))"),
    ("p = softmax(x, dim=0); y = sum(log(p))", {"x": PAIR}, "log-softmax", "log(p)"),
    ("y = F.cross_entropy(softmax(x, dim=0), t)", {"x": PAIR, "t": 1.0}, "softmax-twice", "softmax(x, dim=0)"),
    ("y = x*detach(x)", {"x": 3.0}, "detach", "x·detach(x)"),
    ("y = detach(sin(x))*exp(x)", {"x": 3.0}, "detach", "detach(sin(x))·exp(x)"),
    ("y = sum(w*x)", {"w": PAIR, "x": COLUMN}, "broadcast", "w·x"),
    ("y = mean((x - t)^2)", {"x": COLUMN, "t": PAIR}, "mse-shapes", "x − t"),
    ("y = F.mse_loss(x, t)", {"x": COLUMN, "t": PAIR}, "mse-shapes", "mse_loss(x, t)"),
]


@pytest.mark.filterwarnings("ignore:Using a target size")
@pytest.mark.parametrize(("text", "values", "trap", "place"), FOUND)
def test_a_trap_is_found_where_it_is(text: str, values: dict[str, Any], trap: str, place: str) -> None:
    (spotted,) = traps(case_at(text, values).run())
    assert spotted.trap == trap
    assert place in spotted.place


def test_each_has_its_pitfall() -> None:
    assert {trap for _, _, trap, _ in FOUND} | set(BROADCAST.values()) <= PITFALLS.keys()


def test_one_trap_in_two_places_is_said_once_and_two_are_said_in_their_order() -> None:
    program = "u = x*detach(x) + detach(x)*x; y = where(x > 0, sqrt(x), u)"
    assert [spotted.trap for spotted in traps(case_at(program, {"x": 1.0}).run())] == ["detach", "where-nan"]


def test_without_a_gradient_nothing_is_a_trap() -> None:
    assert traps(case_at("y = where(a > 0, sqrt(a), a)*detach(a)", {"a": 1.0}).run()) == ()


HARMLESS = (
    "where(x > {c}, x^2, sin(x))",
    "where(x > {c}, x*w, x - w)",
    "where(x < 5, sqrt(x^2 + 1), x)",
    "where(x > {c}, sqrt(x + 9), log(w + 9))",
    "where(x > 0, sqrt(where(x > 0, x, 1)), x)",
    "where(x > 0, sqrt(clamp(x, min=0.1)), x)",
    "where(x < 9, log(x + 5), w)",
    "where(w > 0, x/{d}, w)",
    "log(sigmoid(x))",
    "log_softmax(x + w, dim=-1)",
    "softmax(x, dim=-1)*log_softmax(w, dim=-1)",
    "log(softmax(w, dim=-1) + {d})",
    "x + detach(round(x) - x)",
    "x*detach(w)",
    "detach(x)*{d} + x",
    "detach(x) + x*{d}",
    "exp(x - detach(max(x)))",
    "x - mean(x)",
    "x*w - {c}",
    "x[:, None]*w",
    "x.unsqueeze(1) - w",
    "outer(x, w)",
    "x/(1 + abs(w))",
)
"""What looks like a trap and is none."""


@st.composite
def harmless(draw: Any) -> tuple[str, dict[str, Any]]:
    """A program of sums of such expressions, on two vectors of one length."""
    number = st.sampled_from(("0", "1", "-2", "0.5"))
    parts = [
        part.format(c=draw(number), d=draw(st.sampled_from(("2", "3", "0.25"))))
        for part in draw(st.lists(st.sampled_from(HARMLESS), min_size=1, max_size=3))
    ]
    vector = st.lists(st.sampled_from((-1.5, 0.0, 0.25, 1.0, 3.0)), min_size=3, max_size=3)
    return "y = " + " + ".join(f"sum({part})" for part in parts), {"x": draw(vector), "w": draw(vector)}


@pytest.mark.parametrize("count", [250, pytest.param(1000, marks=pytest.mark.slow)])
def test_no_false_alarm_in_programs_that_look_like_traps(count: int) -> None:
    @settings(max_examples=count, deadline=None, suppress_health_check=list(HealthCheck))
    @given(harmless())
    def look(made: tuple[str, dict[str, Any]]) -> None:
        text, values = made
        assert traps(case_at(text, values).run()) == ()

    look()


@settings(max_examples=300, deadline=None, suppress_health_check=list(HealthCheck))
@given(programs())
def test_no_false_alarm_in_programs_of_all_kinds(made: Made) -> None:
    assert traps(made.run()) == ()
