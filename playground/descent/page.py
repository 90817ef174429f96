"""`/descent`: the tutorial's loop with the real torch.optim, played step by step on the landscape it walks down."""

from collections.abc import Iterator
from dataclasses import replace
from functools import partial

import torch

from playground.descent.compute import (
    Findings,
    Setup,
    columns,
    descent_exported,
    findings,
    most_steps,
    unreached,
    view,
    walked,
)
from playground.descent.feature import FEATURE
from playground.descent.film import DRAWN, RunFacts, film_of, with_logs
from playground.descent.moving import Look, along_rates, along_setting, along_start, momenta, rates
from playground.descent.optimizers import OPTIMIZERS
from playground.descent.panel import settings as boxes
from playground.descent.panel.explore import DrawnRun, explore
from playground.descent.panel.loop import grad_name, loop_lines, numbers
from playground.descent.panel.picture import figure_of, loss_of, lowest, picture, size_of
from playground.descent.run import Trajectory
from playground.descent.script import minimized
from playground.descent.sentences import beyond, exactly_zero, what_happened, what_is_known
from playground.drawing.film import Film, at_the_end, bound
from playground.drawing.sentences import listing
from playground.engine.case import Case
from playground.engine.observe import Observation
from playground.language.errors import EvaluationError
from playground.language.notation import to_python
from playground.proof.panel import Claim, proof_panel
from playground.web import markup
from playground.web.case import exported, observed
from playground.web.choices import choices, is_on, object_to
from playground.web.code import script_panel
from playground.web.player import player
from playground.web.reveal import once_known, progress
from playground.web.session import as_typed, current
from playground.web.sweep import Handle, follow, of_inputs, text_of
from playground.web.widgets import question, sentence, to_page
from playground.words import paragraph, say

NAMED = 3  # inputs that the question names with their values


def ask(case: Case, output: str, observation: Observation) -> tuple[Setup, list[str]]:
    """How to go down, as the address has it; and what was wrong with that."""
    row, shape = boxes.picked_optimizer(), observation.outputs[output].shape
    return boxes.setup_of(row, output, shape, most_steps(case, output, row.name))


def head(case: Case, setup: Setup) -> None:
    """The question, with the optimizer that PyTorch did not refuse."""
    values = as_typed().values
    start = listing([f"{name} = {values[name]}" for name in case.tracked[:NAMED]])
    question(say("descent.question", optimizer=setup.optimizer, output=setup.output, start=start))


def run(case: Case, setup: Setup) -> tuple[Setup, list[str]]:
    """What can be run; where PyTorch refuses a setting, plain SGD, and a note with its words."""
    try:
        walked(case, setup)
        return setup, []
    except EvaluationError as problem:
        plain = Setup(setup.output, lr=setup.lr, steps=setup.steps, entry=setup.entry)
        walked(case, plain)
        return plain, [say("descent.using", problem=problem.message, used=plain.optimizer)]


def remarks(output: str, observation: Observation, setup: Setup) -> None:
    """What is minimized, where that is not simply the output."""
    shape = list(observation.outputs[output].shape)
    if len(observation.outputs) > 1:
        sentence(say("descent.first_output", output=output), "note")
    if shape:
        key = "several" if setup.entry is None else "one_entry"
        entry = minimized(output, False, setup.entry)
        sentence(say(f"descent.{key}", output=output, shape=shape, entry=entry), "note")


def told_of(setup: Setup, trajectory: Trajectory, names: tuple[str, ...], target: str) -> RunFacts:
    """What the run's sentences are about."""
    plain = setup.optimizer == "SGD" and not setup.settings
    return RunFacts(
        names,
        target,
        setup.lr,
        setup.optimizer,
        plain,
        setup.zero_grad,
        setup.noise > 0,
        trajectory.diverged_at,
        unreached(trajectory),
    )


def beside(case: Case, facts: RunFacts, about: Findings, film: Film) -> None:
    """The loop, and its numbers at the place of the player."""
    loop_lines(to_python(case.program), facts.output, facts.zero_grad)
    numbers(facts.names, [grad_name(name) for name in facts.names], facts.output, at_the_end(film))
    if about.levels.places and not about.levels.exact:
        sentence(say("descent.found_signs_one" if len(facts.names) == 1 else "descent.found_signs"), "remark")


def so_far(setup: Setup) -> Setup:
    """The run up to the step that is to be predicted."""
    return replace(setup, steps=min(progress().place or 0, setup.steps)) if progress().hides else setup


def show(case: Case, setup: Setup, scalar: bool) -> DrawnRun:
    """The figure, and beside it the loop with its numbers."""
    trajectory = walked(case, setup)
    about, target = findings(case, setup), minimized(setup.output, scalar, setup.entry)
    facts, base = told_of(setup, trajectory, about.names, target), lowest(trajectory, about)
    scene = view(case, setup) if len(about.names) <= DRAWN else None
    beats, log = is_on(FEATURE["beats"]), is_on(FEATURE["log"])
    drawn = with_logs(columns(case, setup, facts, size_of(scene, trajectory), not progress().hides), base)
    film = film_of(drawn, facts, log, beats and scene is not None, case.dtype == torch.float64)
    loss = loss_of(drawn, facts, about, base, log, setup.steps)
    sentence_of_run = (
        once_known(what_happened)(about.verdict, trajectory, about.ends, setup.lr, target, about.levels) or ""
    )
    figure, film = bound(figure_of(drawn, facts, about, scene, loss), film)
    picture(case, setup, facts, figure, scene, sentence_of_run)
    with markup.apart(), markup.together():
        beside(case, facts, about, film)
    return DrawnRun(case, setup, trajectory, facts, about, scene, drawn, loss, figure, film, base, sentence_of_run)


def verdict(shown: DrawnRun) -> None:
    """What the run did, and what is known of the landscape it did it on."""
    warning = what_is_known(shown.about.levels, shown.facts.output)
    hint = say("sweep.drag_start") if shown.scene is not None else ""
    zero = exactly_zero(shown.trajectory.values, shown.base, shown.facts.output) if shown.loss.log else None
    gone = beyond(shown.figure, shown.facts.output)
    sentence(paragraph([shown.sentence, warning, *gone, zero]), "verdict", "verdict", hint=hint)


def handles(shown: DrawnRun) -> Iterator[Handle]:
    """What is dragged: the rate, the momentum, a start; another landscape comes on release."""
    case, setup, about = shown.case, shown.setup, shown.about
    row = OPTIMIZERS[setup.optimizer]
    warning = what_is_known(about.levels, shown.facts.output)
    look = Look(
        shown.facts,
        about.places,
        size_of(shown.scene, shown.trajectory),
        setup.steps,
        shown.base,
        shown.loss.log,
        about.levels,
        warning,
    )
    if setup.lr > 0:
        frames = partial(along_rates, case, setup, look)
        yield Handle("lr", say("descent.lr"), setup.lr, rates(setup.lr), frames, text_of, beside="lr")
    if row.settings.get("momentum") is not None:
        momentum = float({**row.settings, **dict(setup.settings)}["momentum"])  # type: ignore[arg-type]
        frames = partial(along_setting, case, setup, look, "momentum")
        yield Handle("momentum", "momentum", momentum, momenta(momentum), frames, text_of, beside="lr")
    for handle in of_inputs(case, partial(along_start, case, setup, look), {about.names[0]: ("descent", "start")}):
        follows = about.names == (handle.name,)
        yield handle if follows else replace(handle, frames=None, figure=None)


def refuse(observation: Observation) -> None:
    """Why nothing can go down here."""
    question(say("descent.question_none"))
    sentence(say("descent.untracked", reason=observation.refused))
    to_page("graph", say("descent.to_graph"))


def walk(case: Case, output: str, observation: Observation) -> Setup:
    """The page of a case that has something to go down on; how that was done."""
    typed, objections = ask(case, output, observation)
    setup, refusal = run(case, typed)
    head(case, setup)
    rows = boxes.rows(OPTIMIZERS[typed.optimizer], observation.outputs[output].shape, case.moved.values())
    choices(rows, say("descent.settings"))
    object_to([*objections, *refusal])
    remarks(output, observation, typed)
    shown = show(case, so_far(setup), observation.outputs[output].dim() == 0)
    verdict(shown)
    once_known(player)(shown.film, "descent")
    explore(shown)
    proof_panel(case, {"gradient": Claim((output,))})
    if not progress().hides:
        follow(handles(shown), "descent", case.identity, repr((setup, shown.loss.log)))
    return setup


def page() -> None:
    """Draw the page."""
    case = current()
    observation = observed(case)
    output = next(iter(observation.outputs))
    with markup.together():
        if output not in observation.started:
            refuse(observation)
            export = exported(case, say("descent.title"), "descent")
        else:
            export = descent_exported(case, say("descent.title"), walk(case, output, observation))
    script_panel(export, "descent.py")
