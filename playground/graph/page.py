"""`/`: the graph that PyTorch recorded, the values that went forward through it and the gradients that came back."""

from functools import partial

import streamlit as st

from playground.drawing.numbers import whole
from playground.drawing.sentences import listing, paths_to
from playground.engine.case import Case
from playground.engine.observe import Observation, up_to
from playground.proof.panel import Claim, proof_panel
from playground.web.address_check import switched_on
from playground.web.case import detailed, drawn, exported, filmed, observed
from playground.web.graph_view import Picture, graph_view
from playground.web.player import player
from playground.web.reveal import known_places, once_known
from playground.web.session import current
from playground.web.widgets import gradient, question, results, script_panel, sentence
from playground.words import say

EXPLAINED = 2  # inputs whose paths are explained in a sentence each; of tensors one says it all


def ask(case: Case, seen: Observation) -> None:
    """The question, and beside it whether to draw what autograd does not track."""
    names = case.tracked if seen.backward else ()
    question(say("graph.question", names=listing(names)) if names else say("graph.question_none"))
    st.toggle(say("graph.constants"), True, key="constants", bind="query-params")


@once_known
def explain(seen: Observation) -> None:
    """How the gradients come together, or why there are none."""
    if seen.not_finite is not None:
        sentence(say("frame.not_finite", expression=seen.not_finite))
    if seen.backward is None:
        sentence(say("graph.nothing", output=next(iter(seen.outputs)), reason=seen.refused))
        return
    for name, start in seen.started.items():
        if start.dim():
            key = "graph.ones" if bool((start == 1).all()) else "graph.weighted"
            sentence(say(key, output=name, entries=start.numel()))
    explained = 1 if any(factor is None for factor in seen.local) else EXPLAINED
    for name, grad in list(seen.backward.grads.items())[:explained]:
        sentence(paths_to(name, grad, seen.graph, seen.local, seen.started, gradient))
    others = list(seen.backward.grads)[explained:]
    if others:
        sentence(say("graph.others", names=listing(others)), "remark")


def answer(seen: Observation) -> None:
    """What `.grad` of each input holds."""
    grads = seen.backward.grads if seen.backward else {}
    results(say("graph.result", name=name, grad=gradient(whole(grad))) for name, grad in grads.items())


def page() -> None:
    """Draw the page."""
    case = current()
    place = known_places(len(observed(case).graph.nodes))
    seen = up_to(observed(case), place)
    constants = switched_on("constants")
    asked = st.container(key="question", horizontal=True, vertical_alignment="center")
    graph_view(
        Picture(
            of=("graph", case.identity, place, constants),
            whole=observed(case),
            known=seen,
            tell=partial(detailed, case, place),
            dot=partial(drawn, case, constants, place),
            constants=constants,
        )
    )
    with asked:
        ask(case, seen)
    explain(seen)
    answer(seen)
    if seen.graph.nodes:
        player(filmed(case, place), "graph")
    if seen.backward:
        proof_panel(case, {"gradient": Claim()})
    export = exported(case, say("graph.title"))
    script_panel(export.script, "graph.py", export.notebook)
