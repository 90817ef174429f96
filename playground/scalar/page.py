"""`/scalar`: `y.backward()` at a point, the slope it finds, and what calling it again does."""

from functools import partial

import streamlit as st

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
from playground.scalar.moving import asked as asked_at
from playground.scalar.replay import AGAIN, SAME_GRAPH, ZERO_GRAD, Moment
from playground.web.address_check import pick
from playground.web.case import observed
from playground.web.export import Drawing, drawings_panel
from playground.web.plot import plot
from playground.web.reveal import once_known, veiled
from playground.web.session import current
from playground.web.sweep import follow, of_inputs
from playground.web.widgets import (
    actions,
    gradient,
    listed,
    part,
    question,
    results,
    script_panel,
    sentence,
    to_page,
)
from playground.words import say

ACTIONS = (AGAIN, ZERO_GRAD, SAME_GRAPH)


def ask(output: str, names: list[str], seen: Observation) -> str | None:
    """The question; where there is a choice, also along which input it is asked."""
    with st.container(key="question", horizontal=True, vertical_alignment="center"):
        asked = st.container()
        name = pick(FEATURE["along"], say("scalar.along"), names) if names else None
        with asked:
            if name is None:
                question(say("scalar.question_none", output=output))
            else:
                question(asked_at(output, name, seen.inputs[name].item()), "question")
    return name


def draw(output: str, name: str, found: Curve, point: tuple[float, float], slope: float) -> None:
    """The curve with its point and its tangent."""
    there = finite(point[1]) is not None
    known = veiled(slope)
    figure = curve(name, output, found.xs, found.ys, point if there else None, finite(known))
    ends = {"left": number(found.xs[0]), "right": number(found.xs[-1])}
    said = {"output": output, "name": name, "value": number(point[0]), "slope": number(known), **ends}
    with st.container(key="curve"):
        alt = say("scalar.curve_alt" if there else "scalar.curve_alt_bare", **said)
        plot(figure, alt, "curve-figure")


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
    with st.container(key="again"):
        part(say("scalar.experiments"))
        labels = {action: say(f"scalar.{action}") for action in ACTIONS}
        done = actions("scalar", FEATURE["did"], labels, say("scalar.start_over"), of=(case, output))
        moments = replayed(case, output, done)
        listed(left(moment, output) for moment in moments)
        for line in remarks(moments[-1]) if done else ():
            sentence(line, "remark")
    return done


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


def page() -> None:
    """Draw the page."""
    case = current()
    seen = observed(case)
    output = next(iter(seen.outputs))
    first = replayed(case, output, ())[0]
    slopes = {name: grad.item() for name, grad in first.grads.items() if grad is not None and grad.dim() == 0}
    name = ask(output, list(slopes), seen)
    if len(seen.outputs) > 1:
        sentence(say("scalar.first_output", output=output), "note")
    done: tuple[str, ...] = ()
    there = None
    if first.refused:
        sentence(say("scalar.refused_first", output=output, reason=first.refused))
        to_page("graph", say("scalar.to_graph"))
    else:
        figure, numbers = st.columns([2, 1], gap="large")
        with numbers:
            answer(case, output, first)
            done = again(case, output) or ()
        with figure:
            if name is None:
                sentence(say("scalar.no_curve"))
            else:
                point, slope = (seen.inputs[name].item(), seen.outputs[output].item()), slopes[name]
                found = sampled(case, name, point[0], output)
                draw(output, name, found, point, slope)
                there = Point(*point, slope, found.moved, found.move)
                sentence(said(output, name, there), name="slope")
                sentence(say("sweep.drag"), "hint")
        proof_panel(case, {"gradient": Claim((output,))})
    if name is not None and not first.refused:
        drawings_panel([Drawing("curve", say("export.curve"), "curve")])
    export = scalar_exported(case, say("scalar.title"), output, done)
    script_panel(export.script, "scalar.py", export.notebook)
    if name is not None and there is not None:
        told = partial(frames, case, output, name, found, there)
        follow(of_inputs(case, told, {name: "curve"}), "scalar", case.identity, output, name)
