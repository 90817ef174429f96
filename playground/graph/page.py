"""`/`: the graph that PyTorch recorded, the values that went forward through it and the gradients that came back."""

from functools import partial

import streamlit as st

from playground.drawing.sentences import listing
from playground.engine.case import Case
from playground.engine.observe import Observation, up_to
from playground.graph.moving import explained, frames, lines, named, others
from playground.proof.panel import Claim, proof_panel
from playground.web.address_check import switched_on
from playground.web.case import detailed, drawn, exported, filmed, observed
from playground.web.graph_view import Picture, graph_view
from playground.web.player import player
from playground.web.reveal import known_places
from playground.web.session import current
from playground.web.sweep import follow, of_inputs
from playground.web.widgets import prose, question, results, script_panel, sentence
from playground.words import say


def ask(case: Case, seen: Observation) -> None:
    """The question, and beside it whether to draw what autograd does not track."""
    names = case.tracked if seen.backward else ()
    question(say("graph.question", names=listing(names)) if names else say("graph.question_none"))
    st.toggle(say("graph.constants"), True, key="constants", bind="query-params")


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
    prose(named(explained(seen)))
    if rest := others(seen):
        sentence(rest, "remark")
    results(lines(seen))
    if seen.graph.nodes:
        player(filmed(case, place), "graph")
    if seen.backward:
        proof_panel(case, {"gradient": Claim()})
    export = exported(case, say("graph.title"))
    script_panel(export.script, "graph.py", export.notebook)
    follow(of_inputs(case, partial(frames, case, constants)), "graph", case.identity, constants)
