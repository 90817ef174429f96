"""What is asked on the graph page: the outputs, and the numbers that travel back in the engine's order."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from playground.drawing.dot import called, title
from playground.drawing.numbers import brief
from playground.engine.case import Case
from playground.engine.graph import ACCUMULATE, Node
from playground.engine.misreadings import misread
from playground.engine.observe import Observation
from playground.graph.backward_questions import ADDS, MEETS, PredictionTarget, every_turn, turns
from playground.web.case import observed
from playground.web.leaf_questions import Questions
from playground.web.question import Address, Question, ask, of_case
from playground.words import say


def of_turn(turn: PredictionTarget, observation: Observation) -> Question | None:
    """A question about a number of a backward pass."""
    nodes = observation.graph.nodes
    parts = [brief(part) for part in turn.parts]
    placeholders: dict[str, Any] = {"node": called(nodes[turn.node]), "target": called(nodes[turn.target])}
    key = turn.kind
    if turn.kind in (MEETS, ADDS):
        placeholders |= {"sum": " + ".join(map(_guarded, parts)), "product": " x ".join(map(_guarded, parts))}
    elif parts:
        key = turn.kind if len(parts) > 1 else "passes_rule"
        placeholders |= {"upstream": parts[0], "local": parts[-1]}
    elif bool((turn.right != 1).any()):
        key = "starts_given"
    place = len(nodes) + turn.step
    question = ask(key, turn.right, turn.wrong, place, **placeholders)
    last = observation.backward is None or turn.step == len(observation.backward.steps) - 1
    return replace(question, after=None if last else place + 1, node=turn.target) if question else None


def _guarded(text: str) -> str:
    return f"({text})" if text.startswith("-") else text


def along_the_graph(case: Case, address: Address) -> Questions:
    """What the outputs come to, and then the numbers that travel back to every node, in the engine's order."""
    observation = observed(case)
    backward = (question for turn in every_turn(observation) if (question := of_turn(turn, observation)) is not None)
    questions = [*outputs_of(case, address), *backward]
    return [*questions[:-1], *(replace(last, after=None) for last in questions[-1:])]


def outputs_of(case: Case, _: Address) -> Questions:
    """What each output comes to, in the order they are computed: before anything goes back."""
    nodes = [node for node in observed(case).graph.nodes if node.name != ACCUMULATE]
    questions = [
        _output(case, name, node) for node in sorted(nodes, key=lambda node: node.computed) for name in node.outputs
    ]
    return [question for question in questions if question is not None]


def _output(case: Case, name: str, node: Node) -> Question | None:
    """What an output comes to; seen with everything that is computed before it."""
    observation = observed(case)
    height = observation.outputs[name]
    given = say("frame.names").join(f"{key} = {brief(value)}" for key, value in observation.inputs.items())
    wrong = misread(case, name) | {"sign": -height}
    question = ask("output", height, wrong, node.computed, name=name, expression=title(node), given=given)
    return replace(question, after=node.computed + 1) if question else None


def chain_value(case: Case) -> Question | None:
    """The output, before anything goes back."""
    return next(iter(outputs_of(case, {})), None)


def turn(number: int) -> Callable[[Case], Question | None]:
    """One of the numbers that travel back."""
    return lambda case: of_turn(turns(observed(case))[number], observed(case))


LECTURE: dict[str, Callable[[Case, Address], Question | None]] = {
    "chain_value": of_case(chain_value),
    "chain_start": of_case(turn(0)),
    "chain_linear": of_case(turn(1)),
    "chain_square": of_case(turn(2)),
    "chain_power": of_case(turn(3)),
    "chain_leaf": of_case(turn(4)),
}
"""The questions of the lecture's lesson, in its order."""
