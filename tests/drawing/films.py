"""The tutorial's run of gradient descent, and its film."""

from typing import Any

import playground as pg
from playground.descent.film import RunFacts, columns_of, film_of
from playground.descent.run import Trajectory
from playground.drawing.film import Film

PARABOLA = pg.parse("y = a*x^2 + b*x + c")
CONSTANTS = {"a": 1.0, "b": -2.0, "c": 1.0}


def tutorial(steps: int = 500, **options: Any) -> Trajectory:
    return pg.descend(PARABOLA, {"x": 0.0}, CONSTANTS, steps=steps, **options)


def told_of(trajectory: Trajectory, **options: Any) -> RunFacts:
    name = options.get("optimizer", "SGD")
    noise = options.get("noise", 0.0) > 0
    return RunFacts(
        ("x",), "y", 0.01, name, name == "SGD", options.get("zero_grad", True), noise, trajectory.diverged_at
    )


def tutorial_film(
    *, steps: int = 500, double: bool = False, log: bool = False, beats: bool = False, **options: Any
) -> Film:
    """The film of the tutorial's run."""
    trajectory = tutorial(steps, **options)
    facts = told_of(trajectory, **options)
    columns = columns_of(trajectory, facts, (2.7, 2.0))
    return film_of({**columns, "loss": trajectory.values}, facts, log, beats, double)
