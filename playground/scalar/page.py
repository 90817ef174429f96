"""`/scalar`: `y.backward()` at a point, the slope it finds, and what calling it again does."""

from functools import partial

from playground.drawing.numbers import whole
from playground.drawing.plot_kit import finite
from playground.drawing.plots import curve
from playground.drawing.sentences import listing, number
from playground.engine.case import Case
from playground.engine.observe import Observation
from playground.proof.panel import Claim, proof_panel
from playground.scalar.compute import Curve, replayed, sampled, scalar_exported
from playground.scalar.feature import FEATURE
from playground.scalar.moving import Point, frames, lines, said
from playground.scalar.moving import question_of as asked_at
from playground.scalar.replay import AGAIN, SAME_GRAPH, ZERO_GRAD, Moment
from playground.web import markup
from playground.web.case import observed
from playground.web.choices import actions, beside_its_choices, chosen, pick_one
from playground.web.code import script_panel
from playground.web.export import Drawing
from playground.web.plot import plot
from playground.web.recording import container
from playground.web.reveal import once_known, veiled
from playground.web.session import current
from playground.web.sweep import follow, of_inputs
from playground.web.widgets import (
    gradient,
    listed,
    part,
    question,
    results,
    sentence,
    to_page,
)
from playground.words import say

ACTIONS = (AGAIN, ZERO_GRAD, SAME_GRAPH)


def ask(output: str, names: list[str], observation: Observation) -> str | None:
    """The question; where there is a choice, also along which input it is asked."""
    if not names:
        question(say("scalar.question_none", output=output))
        return None
    (name,) = chosen(FEATURE["along"], names)
    with beside_its_choices(pick_one(FEATURE["along"], say("scalar.along"), names, name)):
        question(asked_at(output, name, observation.inputs[name].item()), "question")
    return name


def draw(output: str, name: str, samples: Curve, point: tuple[float, float], slope: float) -> None:
    """The curve with its point and its tangent."""
    on_curve = finite(point[1]) is not None
    slope_shown = veiled(slope)
    figure = curve(name, output, samples.xs, samples.ys, point if on_curve else None, finite(slope_shown))
    ends = {"left": number(samples.xs[0]), "right": number(samples.xs[-1])}
    placeholders = {"output": output, "name": name, "value": number(point[0]), "slope": number(slope_shown), **ends}
    plot(figure, say("scalar.curve_alt" if on_curve else "scalar.curve_alt_bare", **placeholders), "curve")


def answer(case: Case, output: str, first: Moment) -> None:
    """Inputs, output and gradients as they print; why an input has no gradient stands beside it."""
    rest = [f"{name}.grad" for name in case.program.inputs if name not in first.grads]
    lost = [f"{name}.grad" for name, grad in first.grads.items() if grad is None]
    remarks = [(lost, say("scalar.unreached", output=output)), (rest, say("scalar.untracked"))]
    results(
        lines(case, output, first),
        [say("scalar.none", grads=listing(grads), reason=why) for grads, why in remarks if grads],
    )


@once_known
def again(case: Case, output: str) -> tuple[str, ...]:
    """What can be done again with the same leaves, and what `.grad` holds each time: PyTorch does all of it anew."""
    part(say("scalar.experiments"))
    labels = {action: say(f"scalar.{action}") for action in ACTIONS}
    actions_done = actions("again", FEATURE["did"], labels, say("scalar.start_over"), of=(case, output))
    moments = replayed(case, output, actions_done)
    listed(left(moment, output) for moment in moments)
    for line in remarks(moments[-1]) if actions_done else ():
        sentence(line, "remark")
    return actions_done


def left(moment: Moment, output: str) -> str:
    """An action, and what `.grad` of each input holds after it."""
    grads = ", ".join(say("graph.result", name=n, grad=gradient(whole(g))) for n, g in moment.grads.items())
    key = "scalar.moment_refused" if moment.refused else "scalar.moment"
    return say(key, action=say(f"scalar.did_{moment.action}", output=output), grads=grads)


def remarks(last: Moment) -> list[str]:
    """What the last action shows."""
    if last.refused:
        return [say("scalar.refused", reason=last.refused), say("scalar.refused_why")]
    return [say(f"scalar.shows_{last.action}")]


def curve_of(case: Case, output: str, name: str, observation: Observation, slope: float) -> tuple[Curve, Point]:
    """The curve along an input, drawn, and the point on it."""
    at = (observation.inputs[name].item(), observation.outputs[output].item())
    samples = sampled(case, name, at[0], output)
    draw(output, name, samples, at, slope)
    return samples, Point(*at, slope, samples.moved, samples.move)


def curve_and_numbers(
    case: Case, output: str, name: str | None, observation: Observation, first: Moment
) -> tuple[str, ...]:
    """The curve, beside it the numbers and what can be done again, and the handles; what was done again."""
    slopes = slopes_of(first)
    drawn = None if name is None else curve_of(case, output, name, observation, slopes[name])
    with markup.apart(), container(key="beside"), markup.together():
        answer(case, output, first)
        done = again(case, output) or ()
    if name is None or drawn is None:
        sentence(say("scalar.no_curve"))
    else:
        samples, point = drawn
        sentence(said(output, name, point), name="slope", hint=say("sweep.drag"))
        frames_of = partial(frames, case, output, name, samples, point)
        follow(of_inputs(case, frames_of, {name: ("curve", "point")}), "scalar", case.identity, output, name)
    proof_panel(case, {"gradient": Claim((output,))})
    return done


def slopes_of(first: Moment) -> dict[str, float]:
    """The inputs along which there is a curve, with their slopes."""
    return {name: grad.item() for name, grad in first.grads.items() if grad is not None and grad.dim() == 0}


def page() -> None:
    """Draw the page."""
    case = current()
    observation = observed(case)
    output = next(iter(observation.outputs))
    first = replayed(case, output, ())[0]
    done: tuple[str, ...] = ()
    with markup.together():
        name = ask(output, list(slopes_of(first)), observation)
        if len(observation.outputs) > 1:
            sentence(say("scalar.first_output", output=output), "note")
        if first.refused:
            sentence(say("scalar.refused_first", output=output, reason=first.refused))
            to_page("graph", say("scalar.to_graph"))
        else:
            done = curve_and_numbers(case, output, name, observation, first)
    drawings = [Drawing("curve", say("export.curve"), "curve")] if name is not None and not first.refused else []
    export = scalar_exported(case, say("scalar.title"), output, done)
    script_panel(export, "scalar.py", drawings)
