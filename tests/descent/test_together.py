"""Verdict, sentence and theory of a run agree with what the run did, and with one another, over runs of every kind."""

import math
from itertools import product

import pytest
import torch

import playground as pg
from playground.descent.compute import Setup, findings, surface_of, walked
from playground.descent.landscape import TooDear
from playground.descent.run import Trajectory
from playground.descent.sentences import factor_text, theory_of, what_happened
from playground.descent.theory import BOUNCES, DIVERGES, ENDS, SETTLES, STAYS, TOLERANCE, Verdict, path_of
from playground.exact.levels import MINIMUM
from playground.web.examples import Example
from playground.web.inputs import case_of
from playground.words import say
from tests.cases import case_at

ONE = [
    "x^2",
    "(x - 2)^4",
    "x^3",
    "cos(x)",
    "x^4 - 3x^2 + x",
    "log(1 + x^2)",
    "-x^2",
    "x^2/(1 + x^2)",
    "exp(-x)",
    "x*log(x)",
]
TWO = ["x^2 + 10*y^2", "x*y", "x^2*y^2", "(x*y - 1)^2", "x^4 + y^4", "sin(x)*sin(y)"]
RUNS = [
    *(({"x": x}, text, lr, "SGD") for text, x, lr in product(ONE, (0.0001, 1.9), (0.01, 0.15, 1.05))),
    *(({"x": x, "y": y}, text, lr, "SGD") for text, (x, y), lr in product(TWO, ((3.0, 0.0), (1.0, 0.5)), (0.03, 0.11))),
    *(({"x": 3.0}, text, lr, row) for text, lr, row in product(ONE[:2], (0.01, 1.9), ("Momentum", "Adam"))),
]
SLACK = 1e-4


def did_it(verdict: Verdict, trajectory: Trajectory) -> bool:
    """Whether a run did what is said of it, by its numbers alone."""
    path, slopes = path_of(trajectory.positions), path_of(trajectory.slopes)
    moves, values = path.diff(dim=0), trajectory.values
    turns = int(((moves[1:] * moves[:-1]).sum(1) < 0).sum())
    match verdict.kind:
        case "diverges":
            return not math.isfinite(values[-1]) or not bool(path.isfinite().all()) or values[-1] > values[0]
        case "settles":
            return bool((slopes[verdict.at :].abs() <= TOLERANCE).all())
        case "bounces":
            return turns >= 2
        case "gains":
            return turns == 0 and values[-1] <= values[0] and float(moves[-1].norm()) > float(moves[0].norm())
        case "stays":
            return not bool(moves.any())
        case "ends":
            return not math.isfinite(values[-1]) and bool(path.isfinite().all())
    return bool(moves.any()) and values[-1] <= max(values) and math.isfinite(values[-1])


@pytest.mark.parametrize(("start", "text", "lr", "optimizer"), RUNS, ids=str)
def test_what_is_said_of_a_run_is_true_and_does_not_contradict_itself(
    start: dict[str, float], text: str, lr: float, optimizer: str
) -> None:
    case = case_at(pg.parse(f"f = {text}"), start)
    setup = Setup("f", optimizer, lr, 60)
    trajectory, about = walked(case, setup), findings(case, setup)
    verdict, path = about.verdict, path_of(trajectory.positions)
    assert did_it(verdict, trajectory)
    if about.ends is not None:
        assert verdict.kind == SETTLES
        place = torch.tensor(about.ends.at, dtype=torch.float64)
        distances = (path[verdict.at :] - place).norm(dim=1)
        assert float(distances[-1]) <= float(distances[0]) + SLACK
    if about.theory is not None and verdict.kind not in (DIVERGES, ENDS, STAYS):
        assert about.theory.place.kind == MINIMUM
        end, to = path[-1], torch.tensor(about.theory.place.at, dtype=torch.float64)
        ways = end + torch.linspace(0, 1, 101, dtype=torch.float64)[:, None] * (to - end)
        heights = surface_of(case, setup).heights(ways)
        if len(start) == 1:
            assert bool((heights.diff() <= SLACK).all())
        else:
            assert float(heights[-1]) <= float(heights[0]) + SLACK


def test_who_asks_of_a_landscape_leaves_what_others_may_ask_of_it() -> None:
    """It is made once for a case, and all that is asked of it is counted."""
    case, setup = case_at(pg.parse("y = sin(x)"), {"x": 3.0}), Setup("y")
    first, second = surface_of(case, setup), surface_of(case, setup)
    places = torch.zeros(first.at_most(), 1, dtype=torch.float64)
    first.heights(places)
    with pytest.raises(TooDear):
        first.heights(places)
    assert second.heights(places).shape == surface_of(case, setup).heights(places).shape


def test_without_a_step_nothing_is_said_of_steps() -> None:
    case = case_at(pg.parse("y = x^2"), {"x": 3.0})
    setup = Setup("y", steps=0)
    about = findings(case, setup)
    sentence = what_happened(about.verdict, walked(case, setup), about.ends, setup.lr, "y", about.levels)
    assert sentence == say("descent.stays_without_steps")


def test_a_run_that_meets_no_error_along_the_steep_direction_may_stay_where_the_rate_is_above() -> None:
    case = case_of(Example("", "z = x^2 + 10*y^2", {"x": "3", "y": "0"}), "float32")
    about = findings(case, Setup("z", lr=0.11, steps=50))
    assert about.verdict.kind == SETTLES
    sentences = " ".join(theory_of(about.theory, about.names, 0.11, plain=True))
    assert say("descent.theory_above_many", lr="0.11") in sentences


def test_a_bouncing_run_is_measured_by_the_minimum_that_it_bounces_around() -> None:
    case = case_at(pg.parse("y = x^4 - 3x^2 + x"), {"x": 2.0})
    about = findings(case, Setup("y", lr=0.15, steps=60))
    assert about.verdict.kind == BOUNCES
    assert about.theory is not None
    assert about.theory.place.at[0] == pytest.approx(-1.30084, abs=1e-4)
    assert about.theory.limit < 0.15


@pytest.mark.parametrize(("factor", "text"), [(0.98, "0.98"), (1 - 2e-7, "1 - 2e-07"), (1.0, "1"), (0.0, "0")])
def test_a_factor_below_one_is_not_read_as_one(factor: float, text: str) -> None:
    assert factor_text(factor) == text
