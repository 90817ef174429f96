"""What is one click away from a run: theory, a race, a sweep, the surface, the animation. Closed, it costs nothing."""

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

import streamlit as st

from playground.descent import figures
from playground.descent.compute import Findings, Setup, View, steps_of_sweep, steps_together, swept, walked
from playground.descent.figures import SAVED, Loss
from playground.descent.film import DRAWN, PLACE_SECONDS, Columns, RunFacts
from playground.descent.html_export import page_of
from playground.descent.optimizers import OPTIMIZERS
from playground.descent.parameters import MAX_RACERS, RACE
from playground.descent.run import Trajectory
from playground.descent.sentences import beyond, said_of_kind, theory_of
from playground.descent.theory import TOLERANCE, Theory, at_rest, is_plain, path_of, verdict
from playground.drawing.film import POINT, STEP, TRAIL, Film, Motion, Scene, bound, pieces
from playground.drawing.sentences import listing, number
from playground.engine.case import Case
from playground.language.errors import EvaluationError
from playground.web.choices import choices, object_to, text
from playground.web.export import Drawing, drawings_panel
from playground.web.head import write
from playground.web.panel import panel
from playground.web.player import player
from playground.web.plot import plot
from playground.web.session import as_typed
from playground.web.widgets import sentence, table
from playground.words import say, spoken

MET = 0.1
"""The part of the first error at which the line of the theory begins."""
STATIC: dict[str, Any] = {"config": SAVED, "theme": None}


@dataclass(frozen=True)
class DrawnRun:
    """What the page shows, for the panels to go on from."""

    case: Case
    setup: Setup
    trajectory: Trajectory
    facts: RunFacts
    about: Findings
    scene: View | None
    columns: Columns
    loss: Loss
    figure: dict[str, Any]
    film: Film
    base: float
    sentence: str


def explore(shown: DrawnRun) -> None:
    """All panels."""
    panel(say("descent.theory"), "theory", partial(_theory, shown), None)
    panel(say("descent.race"), "racing", partial(_race, shown), None)
    panel(say("descent.sweep"), "sweep", partial(_sweep, shown), None)
    if shown.scene is not None and len(shown.facts.names) == DRAWN:
        panel(say("descent.surface"), "surface", partial(_surface, shown), None)
    panel(say("descent.animation"), "animation", partial(_animation, shown), None)


# Theory


def _theory(shown: DrawnRun) -> None:
    setup, theory = shown.setup, shown.about.theory
    plain = is_plain(setup.optimizer, dict(setup.settings), setup.noise, setup.zero_grad)
    for line in theory_of(theory, shown.about.names, setup.lr, plain):
        sentence(line, "remark")
    sentence(say("descent.theory_did", verdict=shown.sentence), "remark")
    if theory is None:
        return
    predicted = _predicted(theory) if plain and setup.lr < theory.limit else None
    factor = number(theory.factor or 0.0)
    names = (say("descent.theory_error"), say("descent.measured"), say("descent.theory_line", factor=factor))
    figure = figures.errors(theory.errors, predicted, names)
    alt = say("descent.theory_alt", factor=factor)
    plot(figure, alt, "theory-figure")
    unseen = figures.first_outside(figure, names[1:2])
    if unseen is not None:
        sentence(say("descent.errors_outside", step=unseen), "note")


def _predicted(theory: Theory) -> list[float] | None:
    """The errors as the factor would have them, from where the run is close to the minimum; 0 before that."""
    if theory.factor is None or theory.factor <= 0:
        return None
    close = (step for step, error in enumerate(theory.errors) if error <= MET * theory.errors[0])
    begin = next(close, None)
    if begin is None:
        return None
    after = [theory.errors[begin] * theory.factor**step for step in range(len(theory.errors) - begin)]
    return [0.0] * begin + after


# Race


def _race(shown: DrawnRun) -> None:
    hint = say("descent.race_hint", limit=MAX_RACERS)
    box = text(RACE, say("descent.race_box"), hint)
    choices([box], key="race-box")
    sentence(hint, "note")
    chosen, objections = RACE.read(box.text, tuple(OPTIMIZERS), (shown.setup.optimizer, repr(shown.setup.lr)))
    object_to(objections)
    racers, runs = [racer.split() for racer in chosen], []
    names = tuple(optimizer for optimizer, _ in racers)
    steps = _fewer(shown, steps_together(shown.case, shown.setup.output, names)) if names else 0
    for optimizer, rate in racers:
        own = shown.setup.settings if optimizer == shown.setup.optimizer else ()
        setup = replace(shown.setup, optimizer=optimizer, lr=float(rate), settings=own, steps=steps)
        try:
            runs.append((say("descent.race_of", name=optimizer, lr=number(setup.lr)), walked(shown.case, setup)))
        except EvaluationError as problem:
            sentence(f"{optimizer}: {problem.message}", "note")
    if not runs:
        return
    (_play_values if shown.scene is None else _play_race)(shown, runs)
    table([_racer_row(shown, name, trajectory) for name, trajectory in runs])


def _fewer(shown: DrawnRun, most: int) -> int:
    """The steps that were asked for, or as many as the runs of a panel may have; a word about that."""
    if most < shown.setup.steps:
        sentence(say("descent.fewer_together", steps=shown.setup.steps, used=most), "note")
    return min(most, shown.setup.steps)


def _play_race(shown: DrawnRun, runs: Sequence[tuple[str, Trajectory]]) -> None:
    """The paths on the landscape, played together."""
    columns, paths, losses = _together(shown, [trajectory for _, trajectory in runs])
    names = [name for name, _ in runs]
    figure = figures.race(names, shown.figure, paths, losses)
    still = len(figure["data"]) - 3 * len(runs)
    motions = [
        Motion(still + 3 * place + turn, how, (across.format(place),), (up.format(place),))
        for place in range(len(runs))
        for turn, (how, across, up) in enumerate(((TRAIL, "x{}", "y{}"), (POINT, "x{}", "y{}"), (TRAIL, STEP, "l{}")))
    ]
    scene = Scene(pieces("descent.race_names", names=("", listing(names))))
    film = Film([scene], [0] * len(paths[0][0]), columns, motions, place_seconds=PLACE_SECONDS[False])
    _play(shown, names, figure, film, "race_alt")


def _play_values(shown: DrawnRun, runs: Sequence[tuple[str, Trajectory]]) -> None:
    """The values against the step, played together, where there is no landscape to draw."""
    last = max(len(trajectory.values) for _, trajectory in runs)
    losses = [_losses(shown, trajectory, last) for _, trajectory in runs]
    names = [name for name, _ in runs]
    motions = [
        Motion(2 * place + turn, how, (STEP,), (f"l{place}",))
        for place in range(len(runs))
        for turn, how in enumerate((TRAIL, POINT))
    ]
    columns = {f"l{place}": loss for place, loss in enumerate(losses)}
    scene = Scene(pieces("descent.race_names", names=("", listing(names))))
    film = Film([scene], [0] * last, columns, motions, place_seconds=PLACE_SECONDS[False])
    _play(shown, names, figures.race_of_many(names, losses, shown.loss), film, "race_values_alt")


def _play(shown: DrawnRun, names: Sequence[str], figure: dict[str, Any], film: Film, alt: str) -> None:
    """A race and its player; what of it lies beyond the figure is said."""
    figure, film = bound(figure, film)
    with st.container(key="race-figure"):
        plot(figure, say(f"descent.{alt}", names=listing(names), output=shown.facts.output), "race-drawing")
    player(film, "race-figure", parameter=None)
    for line in beyond(figure, shown.facts.output):
        sentence(line, "note")


def _together(
    shown: DrawnRun, runs: Sequence[Trajectory]
) -> tuple[Columns, list[tuple[list[float], list[float]]], list[list[float]]]:
    """Columns, paths and values of several runs, each as long as the longest."""
    last = max(len(trajectory.values) for trajectory in runs)
    columns: Columns = {}
    paths, losses = [], []
    for place, trajectory in enumerate(runs):
        rows = _entries(trajectory)
        xs, ys = (_long(row, last) for row in (rows[0], rows[1] if len(rows) == DRAWN else trajectory.values))
        loss = _losses(shown, trajectory, last)
        columns |= {f"x{place}": xs, f"y{place}": ys, f"l{place}": loss}
        paths.append((xs, ys))
        losses.append(loss)
    return columns, paths, losses


def _losses(shown: DrawnRun, trajectory: Trajectory, last: int) -> list[float]:
    """The values of a run as they are drawn against the step."""
    values = [value - shown.base if value > shown.base else math.nan for value in trajectory.values]
    return _long(values if shown.loss.log else trajectory.values, last)


def _entries(trajectory: Trajectory) -> list[list[float]]:
    """A column for each entry that moves."""
    rows: list[list[float]] = path_of(trajectory.positions).T.tolist()
    return rows


def _long(row: Sequence[float], length: int) -> list[float]:
    return [*row, *([math.nan] * (length - len(row)))]


def _racer_row(shown: DrawnRun, name: str, trajectory: Trajectory) -> dict[str, str]:
    rest = None if trajectory.diverged_at is not None else at_rest(trajectory)
    never = say("descent.race_never", last=trajectory.updates)
    return {
        say("descent.race_who"): name,
        say("descent.race_rest", tolerance=number(TOLERANCE)): never if rest is None else str(rest),
        say("descent.race_end", output=shown.facts.output): number(trajectory.values[-1]),
        say("descent.race_did"): said_of_kind(verdict(trajectory, places=shown.about.places).kind),
    }


# Sweep


def _sweep(shown: DrawnRun) -> None:
    steps = _fewer(shown, steps_of_sweep(shown.case, shown.setup.output, shown.setup.optimizer))
    sweep = swept(shown.case, replace(shown.setup, noise=0.0, seed=0, zero_grad=True, steps=steps))
    placeholders = {"output": shown.facts.output, "steps": steps}
    finite = [value for value in sweep.values if value is not None]
    sentence(say("descent.sweep_say", count=len(sweep.rates), **placeholders), "remark")
    if len(finite) < len(sweep.values):
        sentence(say("descent.sweep_gone"), "remark")
    log = bool(finite) and min(finite) > 0
    figure = figures.swept(sweep.rates, sweep.values, shown.setup.lr, shown.facts.output, log)
    low, high = number(sweep.rates[0]), number(sweep.rates[-1])
    alt = say("descent.sweep_alt", low=low, high=high, lr=number(shown.setup.lr), **placeholders)
    st.plotly_chart(figure, alt=alt, key="sweep-figure", on_select=_rate_clicked, selection_mode="points", **STATIC)
    unseen = figures.beyond_axis(sweep.values, figure["layout"]["yaxis"])
    if unseen:
        sentence(say("descent.sweep_outside", count=unseen), "note")


def _rate_clicked() -> None:
    """Use the learning rate of the point that was clicked."""
    points = st.session_state["sweep-figure"]["selection"]["points"]
    if points:
        write({"lr": f"{points[0]['x']:.4g}"})


# The surface, and the animation


def _surface(shown: DrawnRun) -> None:
    assert shown.scene is not None
    names = (shown.facts.names[0], shown.facts.names[1], shown.facts.output)
    grid = (shown.scene.xs, shown.scene.ys, shown.scene.heights)
    path = [shown.columns[name] for name in ("x0", "x1", "value")]
    figure = figures.surface(names, grid, path)
    alt = say("descent.surface_alt", output=names[2], names=listing(names[:2]))
    plot(figure, alt, "surface-figure")


def _animation(shown: DrawnRun) -> None:
    sentence(say("descent.animation_say"), "remark")
    drawings_panel([Drawing("descent", say("descent.figure"), "descent")])
    title = f"{as_typed().program} - {shown.setup.optimizer}, lr {number(shown.setup.lr)}"
    language = spoken()
    st.download_button(
        say("descent.animation_download"),
        lambda: page_of(title, shown.figure, shown.film, language),
        "descent.html",
        "text/html",
        on_click="ignore",
    )
