"""The figure of a run: it is drawn whole, the player moves what moves, and a click on it picks another start."""

import math
from collections.abc import Sequence
from typing import Any

import torch

from playground.descent.compute import Findings, Setup, View
from playground.descent.figures import Loss, curve_figure, heights_of, loss_figure, low, map_figure
from playground.descent.film import DRAWN, Columns, RunFacts
from playground.descent.run import Trajectory
from playground.descent.sentences import marks_of, step_marks
from playground.drawing.sentences import listing, number
from playground.engine.case import Case
from playground.exact.levels import MINIMUM
from playground.language.values import write_value
from playground.web.head import write
from playground.web.plot import plot
from playground.web.plot_click import picking
from playground.web.reveal import progress
from playground.web.view import projected
from playground.words import say

ZERO_TOLERANCE = 1e-12
"""A height below this is taken for zero."""
CLICKED_DIGITS = 4
"""A start that was clicked has so many digits."""


def size_of(scene: View | None, trajectory: Trajectory) -> tuple[float, float]:
    """Width and height of the picture in its own units."""
    if scene is None:
        return 1.0, 1.0
    width = scene.windows[0][1] - scene.windows[0][0]
    if len(scene.windows) > 1:
        return width, scene.windows[1][1] - scene.windows[1][0]
    low, high = heights_of(scene.heights[0], trajectory.values[0])
    return width, high - low


def lowest(trajectory: Trajectory, about: Findings) -> float:
    """What a logarithmic axis counts from: the height of the minimum that is known, else of the lowest iterate."""
    heights = [place.height for place in (about.ends, about.theory and about.theory.place) if place]
    height = min([*heights, *(value for value in trajectory.values if math.isfinite(value))], default=0.0)
    return 0.0 if abs(height) < ZERO_TOLERANCE or (height > 0 and not heights) else height


def loss_of(columns: Columns, facts: RunFacts, about: Findings, base: float, log: bool, last: int) -> Loss:
    """The value against the step."""
    name = facts.output if not log or base == 0 else say("descent.above", output=facts.output, lowest=number(base))
    values = columns["loss"] if log else columns["value"]
    arrived = len(facts.names) > DRAWN or (about.ends is not None and about.ends.kind == MINIMUM)
    return Loss(name, [_drawn(value) for value in values], log, step_marks(about.verdict, arrived), last)


def _drawn(value: float) -> float | None:
    return value if math.isfinite(value) else None


def figure_of(columns: Columns, facts: RunFacts, about: Findings, scene: View | None, loss: Loss) -> dict[str, Any]:
    """The figure for as many entries as move."""
    marks = marks_of(about.levels)
    if scene is None:
        norms = [_drawn(norm) for norm in columns["lognorm" if loss.log else "norm"]]
        return loss_figure(loss, Loss(say("descent.norm"), norms, loss.log, [], loss.last))
    if len(facts.names) == 1:
        return curve_figure(
            (facts.names[0], facts.output), (scene.xs, scene.heights[0]), columns, _within(marks, scene), loss
        )
    rows = [[math.nan if height is None else height for height in row] for row in scene.heights]
    names = (facts.names[0], facts.names[1], facts.output)
    return map_figure(names, (scene.xs, scene.ys, rows), columns, _within(marks, scene), loss)


def _within(marks: Sequence[Any], scene: View) -> list[Any]:
    """The marks that are in the picture."""
    return [
        mark
        for mark in marks
        if all(low <= at <= high for at, (low, high) in zip(mark.at, scene.windows, strict=False))
    ]


def picture(
    case: Case, setup: Setup, facts: RunFacts, figure: dict[str, Any], scene: View | None, verdict: str
) -> None:
    """The figure in its container; a click picks the start."""
    start = listing([f"{name} = {write_value(value)}" for name, value in case.moved.items()])
    words = {"output": facts.output, "optimizer": setup.optimizer, "start": start[:200], "verdict": verdict}
    words |= {"last": str(setup.steps), "name": facts.names[0], "names": listing(facts.names[:DRAWN])}
    ends = scene.windows[0] if scene else (0.0, 0.0)
    kind = {1: "one", 2: "two"}.get(len(facts.names), "many")
    alt = say(f"descent.{kind}_alt", left=number(ends[0]), right=number(ends[1]), **words)
    is_low = projected() and bool(progress().asks) and len(facts.names) == 1  # a question stands above it
    plot(low(figure) if is_low else figure, alt, "descent")
    if scene is not None:
        picking("descent", lambda picked: _start_at(case, picked[: len(facts.names)]), dragged=len(facts.names) > 1)


def _start_at(case: Case, picked: Sequence[float]) -> None:
    """Put the place that was clicked into the boxes of the inputs."""
    written, place = {}, [float(f"{coordinate:.{CLICKED_DIGITS}g}") for coordinate in picked]
    for name, value in case.moved.items():
        count = torch.tensor(value).numel()
        mine, place = place[:count], place[count:]
        written[f"at.{name}"] = _as(value, mine)
    write(written)


def _as(value: Any, entries: list[float]) -> str:
    """Numbers in the brackets of a value."""
    if not isinstance(value, tuple):
        return write_value(entries.pop(0))
    return f"[{', '.join(_as(part, entries) for part in value)}]"
