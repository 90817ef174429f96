"""What `/partials` computes, once for everybody who asks."""

from typing import Any

from playground.drawing.dot import to_dot
from playground.drawing.node_details import node_details
from playground.drawing.script import Names, signed
from playground.engine.case import Case
from playground.engine.observe import up_to
from playground.partials import script
from playground.partials.grad_call import GradCall, Partials, Twice, partials, twice
from playground.partials.script import Entries, grad_parts
from playground.web.cache import kept, kept_in_words
from playground.web.case import Export, export_of


@kept
def called(case: Case, call: GradCall) -> Partials:
    """One call of `autograd.grad`, and the table behind it."""
    return partials(case, call)


@kept
def called_twice(case: Case, call: GradCall) -> Twice:
    """The same call two times on one graph."""
    return twice(case, call)


@kept_in_words
def drawn_call(case: Case, call: GradCall, place: int | None = None) -> str:
    """The graph of all outputs with the gradients of the call, as DOT, as known at a place."""
    partials = up_to(called(case, call), place)
    return to_dot(partials.graph, partials.backward, leaf_sign="grad")


@kept_in_words
def told_of_call(case: Case, call: GradCall, place: int | None = None) -> dict[str, dict[str, Any]]:
    """What there is to say of each node, as known at a place."""
    partials = up_to(called(case, call), place)
    started = {name: weight for name, weight in partials.weights.items() if name in call.outputs}
    return node_details(partials.graph, partials.backward, partials.local, started, returned=True)


@kept
def result_names(case: Case, call: GradCall) -> Names:
    """By input the name that the script gives to what the call returns."""
    return script.result_names(case.program, call, called(case, call))


def row_names(case: Case, entries: Entries) -> Names:
    """By input the name that the script gives to a row of the Jacobian."""
    return script.row_names(case.program, entries)


@kept_in_words
def partials_exported(case: Case, title: str, call: GradCall, again: bool, entries: Entries | None) -> Export:
    """The script that makes the call, and its notebook."""
    repeated = called_twice(case, call) if again else None
    partials = called(case, call)
    gradient = {name: partials.weights[name].tolist() for name, _ in case.gradient}
    parts = grad_parts(case.run(), case.inputs, call, partials, gradient, repeated, entries)
    return export_of(title, signed(parts, "partials"))
