"""`/`: the graph that PyTorch recorded, the values that went forward through it and the gradients that came back."""

from functools import partial

from playground.drawing.sentences import listing
from playground.engine.case import Case
from playground.engine.observe import Observation, up_to
from playground.graph.feature import FEATURE
from playground.graph.moving import by_element, explained, frames, lines, others
from playground.proof.panel import Claim, proof_panel
from playground.web import markup
from playground.web.case import detailed, drawn, exported, filmed, observed
from playground.web.choices import choices, is_on, switch
from playground.web.code import script_panel
from playground.web.graph_view import Picture, graph_view, in_words
from playground.web.player import player
from playground.web.reveal import known_places, progress
from playground.web.session import current
from playground.web.sweep import follow, of_inputs
from playground.web.widgets import prose, question, results, sentence
from playground.words import say


def ask(case: Case, observation: Observation) -> None:
    """The question, and beside it whether to draw what autograd does not track."""
    names = case.tracked if observation.backward else ()
    question(say("graph.question", names=listing(names)) if names else say("graph.question_none"))
    choices([switch(FEATURE["constants"], say("graph.constants"))])


def draw(case: Case, observation: Observation, place: int | None, constants: bool) -> None:
    """The graph as it is known at a place."""
    graph_view(
        Picture(
            of=("graph", case.identity, place, constants),
            whole=observed(case),
            known=observation,
            tell=partial(detailed, case, place),
            dot=partial(drawn, case, constants, place),
            constants=constants,
        ),
        asks=progress().choices,
    )


def answer(case: Case, observation: Observation, place: int | None) -> None:
    """What is read off the graph, its film, and the proof."""
    prose(by_element(explained(observation)))
    if rest := others(observation):
        sentence(rest, "remark")
    results(lines(observation))
    if observation.graph.nodes:
        player(filmed(case, place), "graph")
    if observation.backward:
        proof_panel(case, {"gradient": Claim()})


def page() -> None:
    """Draw the page."""
    case = current()
    place = known_places(len(observed(case).graph.nodes))
    observation = up_to(observed(case), place)
    constants = is_on(FEATURE["constants"])
    with markup.together():
        ask(case, observation)
        draw(case, observation, place, constants)
        in_words(observation)
        answer(case, observation, place)
    export = exported(case, say("graph.title"))
    script_panel(export, "graph.py")
    follow(of_inputs(case, partial(frames, case, constants)), "graph", case.identity, constants)
