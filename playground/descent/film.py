"""A run of an optimizer as a film: its numbers in columns, what moves in the figure, and what is said at each step."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from playground.descent.figures import BANDS, MOVING_MANY, MOVING_ONE, MOVING_TWO
from playground.descent.run import Number, Trajectory
from playground.descent.theory import path_of
from playground.drawing.film import EACH, POINT, STEP, TRAIL, Film, Motion, Piece, Scene, pieces
from playground.drawing.sentences import listing

TANGENT_WIDTH = 0.16
"""A level tangent reaches so far to each side, as a part of the figure's width."""
TANGENT_HEIGHT = 0.3
"""An upright tangent reaches so far up and down, as a part of the figure's height."""
MAX_ARROW_LENGTH = 0.14
"""The way downhill is drawn at most so long, as a part of the figure's width."""
HALF_ARROW_RATIO = 20
"""A slope that is so many times smaller than the steepest is drawn half as long."""
DRAWN = 2
"""A landscape can be drawn where at most so many entries move."""
PLACE_SECONDS = (0.02, 0.4)
"""One place is shown for so long where it is a whole step, and where it is one line of the loop."""
LINES = ("zero_grad", "forward", "backward", "step")
"""The lines of the loop."""

Columns = dict[str, list[float]]
"""The columns of a run by name: one number for each step."""


@dataclass(frozen=True)
class RunFacts:
    """What a run's sentences are about."""

    names: tuple[str, ...]
    """The entries that move."""
    output: str
    lr: float
    optimizer: str
    plain: bool
    """Whether an update is the gradient times the learning rate."""
    zero_grad: bool
    noise: bool
    diverged_at: int | None
    silent: tuple[int, ...] = ()
    """The entries that no path leads to: their gradient is None."""


# The numbers


def columns_of(trajectory: Trajectory, facts: RunFacts, size: tuple[float, float]) -> Columns:
    """Every number that is drawn or told; `size` is the figure's, in its own units."""
    columns: Columns = {"value": trajectory.values}
    if len(facts.names) > DRAWN:
        return columns | {"norm": path_of(trajectory.slopes).norm(dim=1).tolist()}
    columns |= _numbered("x", trajectory.positions) | _numbered("g", trajectory.gradients)
    if trajectory.slopes is not trajectory.gradients:
        columns |= _numbered("s", trajectory.slopes)
    if not facts.plain:
        columns |= {f"m{name[1:]}": _moves(row) for name, row in columns.items() if name[0] == "x"}
    slopes = _numbered("s", trajectory.slopes)
    return columns | (
        _tangents(columns, slopes["s0"], size) if len(facts.names) == 1 else _arrows(columns, slopes, size)
    )


def _numbered(letter: str, rows: Mapping[str, Sequence[Number | None]]) -> Columns:
    """A column for each entry, from x0 on; what no path leads to has gradient 0 in a drawing."""
    return {f"{letter}{place}": column for place, column in enumerate(path_of(rows).T.tolist())}


def _moves(row: Sequence[float]) -> list[float]:
    """By how much each step moved an entry; the last has no step after it."""
    return [*(after - before for before, after in pairwise(row)), 0.0]


def _tangents(columns: Columns, slopes: Sequence[float], size: tuple[float, float]) -> Columns:
    """The ends of the tangent at each step, equally long in the picture whatever the slope."""
    ends: Columns = {"tl": [], "tr": [], "tu": [], "tv": []}
    for x, y, slope in zip(columns["x0"], columns["value"], slopes, strict=True):
        reach = (
            1 / math.hypot(1 / (TANGENT_WIDTH * size[0]), slope / (TANGENT_HEIGHT * size[1]))
            if math.isfinite(slope)
            else 0.0
        )
        rise = slope * reach if reach else 0.0
        for name, end in zip(ends, (x - reach, x + reach, y - rise, y + rise), strict=True):
            ends[name].append(end)
    return ends


def _arrows(columns: Columns, slopes: Columns, size: tuple[float, float]) -> Columns:
    """The ends of the arrows that show the way downhill from each iterate."""
    ends: Columns = {"dx": [], "dy": []}
    lengths = [math.hypot(*slope) for slope in zip(slopes["s0"], slopes["s1"], strict=True)]
    longest = max((length for length in lengths if length < math.inf), default=0.0) or 1.0
    rows = zip(columns["x0"], columns["x1"], slopes["s0"], slopes["s1"], lengths, strict=True)
    for x, y, *slope, length in rows:
        part = MAX_ARROW_LENGTH * size[0] / (length + longest / HALF_ARROW_RATIO) if length < math.inf else 0.0
        ends["dx"].append(x - part * slope[0] if part else x)
        ends["dy"].append(y - part * slope[1] if part else y)
    return ends


def with_logs(columns: Columns, base: float) -> Columns:
    """The columns of logarithmic axes beside the others; what has no place on one is nan."""
    logs = {"loss": [value - base if value > base else math.nan for value in columns["value"]]}
    if "norm" in columns:
        logs["lognorm"] = [norm if norm > 0 else math.nan for norm in columns["norm"]]
    return columns | logs


# What moves


def motions_of(facts: RunFacts, log: bool) -> tuple[Motion, ...]:
    """The traces that move, by their columns."""
    loss, step = (("loss" if log else "value",), (STEP,))
    if len(facts.names) > DRAWN:
        norm = ("lognorm" if log else "norm",)
        ways: dict[str, Any] = {"loss trail": (TRAIL, step, loss), "loss point": (POINT, step, loss)}
        ways |= {"norm trail": (TRAIL, step, norm), "norm point": (POINT, step, norm)}
        return tuple(Motion(MOVING_MANY[name], *way) for name, way in ways.items())
    alone = len(facts.names) == 1
    position = (("x0",), ("value",) if alone else ("x1",))
    name, *ends = ("tangent", ("tl", "tr"), ("tu", "tv")) if alone else ("downhill", ("x0", "dx"), ("x1", "dy"))
    ways = {name: (EACH, *ends), "trail": (TRAIL, *position), "point": (POINT, *position)}
    ways |= {"loss trail": (TRAIL, step, loss), "loss point": (POINT, step, loss)}
    places = MOVING_ONE if alone else {trace: at + BANDS for trace, at in MOVING_TWO.items()}
    return tuple(Motion(places[trace], *way) for trace, way in ways.items())


# What is said


def film_of(columns: Columns, facts: RunFacts, log: bool, beats: bool, double: bool) -> Film:
    """The film of a run: a place for each iterate, or one for each line of the loop."""
    last = len(columns["value"]) - 1
    scenes, places = _line_by_line(facts, last) if beats else _step_by_step(columns, facts, last)
    sent = {name: column for name, column in columns.items() if name not in ("loss", "lognorm") or log}
    whole = tuple(name for name in sent if name == "value" or name[0] in "xgsln") if double else ()
    lines = len(LINES) if beats else 1
    motions = motions_of(facts, log)
    return Film(scenes, places, sent, motions, double=whole, beats=lines, place_seconds=PLACE_SECONDS[beats])


def _step_by_step(columns: Columns, facts: RunFacts, last: int) -> tuple[list[Scene], list[int]]:
    ends = _texts(facts, "value", "g")
    ways = ("right", "left", "flat") if len(facts.names) == 1 else ("way",)
    scenes = [Scene(_said(facts, way), ends) for way in ways]
    scenes.append(last_scene(facts, columns))
    slopes = columns.get("s0", columns.get("g0", []))
    places = [_way(slopes[step]) if len(ways) > 1 else 0 for step in range(last)]
    return scenes, [*places, len(ways)]


def _way(slope: float) -> int:
    """Downhill is to the right, to the left, or nowhere."""
    return 0 if slope < 0 else 1 if slope > 0 else 2


def _said(facts: RunFacts, way: str) -> list[Piece]:
    """What one step does, with gaps for its numbers."""
    if len(facts.names) > DRAWN:
        return pieces("descent.step_many", before=("value", "{value}"), after=("value", "{value+}"),
                      norm=("gradient", "{norm}"), output=("", facts.output))  # fmt: skip
    own = not facts.zero_grad or facts.noise
    slope = _vector("gradient", "s" if own else "g", facts)
    update = _update(facts)
    key = "noisy" if facts.noise else "left_over" if not facts.zero_grad else "slope"
    start = pieces(f"descent.{key}_{way}", slope=slope, held=_vector("gradient", "g", facts))
    return [*start, ("", " "), *update]


def _update(facts: RunFacts) -> list[Piece]:
    """`x <- 0 - 0.01*(-2) = 0.02`; of another optimizer, by how much it moves x."""
    name = facts.names[0] if len(facts.names) == 1 else f"({', '.join(facts.names)})"
    numbers = {"before": _vector("value", "x", facts), "after": _vector("value", "x", facts, "+")}
    if facts.plain:
        key = "descent.update" if len(facts.names) == 1 else "descent.update_several"
        return pieces(key, name=("", name), lr=("", f"{facts.lr:.6g}"),
                      held=_vector("gradient", "g", facts), **numbers)  # fmt: skip
    key = "descent.update_other" if len(facts.names) == 1 else "descent.update_other_several"
    return pieces(key, name=("", name), optimizer=("", facts.optimizer),
                  move=_vector("", "m", facts), **numbers)  # fmt: skip


def _vector(kind: str, letter: str, facts: RunFacts, turn: str = "") -> Piece:
    """One number, or several in parentheses."""
    gaps = [f"{{{letter}{place}{turn}}}" for place in range(len(facts.names))]
    return kind, gaps[0] if len(gaps) == 1 else f"({', '.join(gaps)})"


def _held(facts: RunFacts, turn: str = "") -> Piece:
    """What `.grad` holds: None where no path leads to an entry."""
    places = range(len(facts.names))
    gaps = ["None" if place in facts.silent else f"{{g{place}{turn}}}" for place in places]
    return "gradient", gaps[0] if len(gaps) == 1 else f"({', '.join(gaps)})"


def _last(facts: RunFacts, columns: Columns) -> list[Piece]:
    """What is said where the run ends."""
    if facts.diverged_at is not None:
        key = "descent.no_start" if facts.diverged_at == 0 else "descent.end_diverged"
        return pieces(key, step=("", str(facts.diverged_at)), output=("", facts.output), value=("value", "{value}"))
    if len(facts.names) > DRAWN:
        slope: Piece = ("gradient", "{norm}")
        return pieces("descent.end_many", output=("", facts.output), value=("value", "{value}"), slope=slope)
    names = listing(facts.names)
    slope = _vector("gradient", "s" if "s0" in columns else "g", facts)
    return pieces("descent.end", names=("", names), at=_vector("value", "x", facts), slope=slope)


def last_scene(facts: RunFacts, columns: Columns) -> Scene:
    """Where a run ends."""
    return Scene(_last(facts, columns), _texts(facts, "value", "g"))


def _texts(facts: RunFacts, value: str, gradient: str, turn: str = "") -> dict[str, str]:
    """The results beside the loop: every number as PyTorch prints it."""
    if len(facts.names) > DRAWN:
        return {"value": "{value!}", "norm": "{norm!}"}
    texts = {"value": f"{{{value}{turn}!}}"}
    for place in range(len(facts.names)):
        texts |= {
            f"at{place}": f"{{x{place}!}}",
            f"grad{place}": "None" if place in facts.silent else f"{{{gradient}{place}{turn}!}}",
        }
    return texts


# Line by line


def _line_by_line(facts: RunFacts, last: int) -> tuple[list[Scene], list[int]]:
    """The scenes of the four lines, those of the first step first: before it there is nothing old."""
    none = {f"grad{place}": "None" for place in range(len(facts.names))}
    old = _texts(facts, "value", "g", "-")
    now = _texts(facts, "value", "g")
    cleared = none if facts.zero_grad else {}
    zero, at_first = ("zero_grad", "zero_grad_first") if facts.zero_grad else ("no_zero_grad", "no_zero_grad_first")
    first = {**now, **none, "value": "?"}
    kept = none if facts.zero_grad else {name: text for name, text in old.items() if name.startswith("grad")}
    scenes = [
        Scene(_beat("begin", facts), first),
        Scene(_beat(at_first, facts), {**first, **cleared}, ["line-zero_grad"]),
        Scene(_beat("step", facts), old, ["line-step", *_lit("at", facts)]),
        Scene(_beat(zero, facts), {**old, **cleared}, ["line-zero_grad", *(_lit("grad", facts) if cleared else [])]),
        Scene(_beat("forward", facts), {**now, **kept}, ["line-forward", "value"]),
        Scene(_beat("forward", facts), {**now, **none}, ["line-forward", "value"]),
        Scene(_beat("backward", facts), now, ["line-backward", *_lit("grad", facts)]),
    ]  # fmt: skip
    places = [turn for step in range(last) for turn in ((0, 1, 5, 6) if step == 0 else (2, 3, 4, 6))]
    return scenes, [*places, 2 if last else 0]


def _lit(part: str, facts: RunFacts) -> list[str]:
    return [f"{part}{place}" for place in range(len(facts.names))]


def _beat(line: str, facts: RunFacts) -> list[Piece]:
    """What a line of the loop does."""
    name = ("", listing(facts.names))
    point, grad, before = _vector("value", "x", facts), _held(facts), _held(facts, "-")
    return pieces(f"descent.beat_{line}", name=name, output=("", facts.output), at=point, held=grad, before=before,
                  value=("value", "{value}"), old=("value", "{value-}"))  # fmt: skip
