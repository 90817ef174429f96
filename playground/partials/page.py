"""`/partials`: `torch.autograd.grad` of several outputs by several inputs, and what one pass adds up."""

from functools import partial

import streamlit as st

from playground.drawing.heat import GRADIENT, LABELLED
from playground.drawing.numbers import whole
from playground.drawing.script import Names
from playground.drawing.sentences import assigned, listing
from playground.engine.case import Case
from playground.engine.observe import Observation, up_to
from playground.language.errors import EvaluationError
from playground.partials.compute import (
    called,
    called_twice,
    drawn_call,
    partials_exported,
    result_names,
    row_names,
    told_of_call,
)
from playground.partials.feature import FEATURE
from playground.partials.grad_call import GradCall, Partials, Twice
from playground.partials.moving import TABLE, explained, frames, is_weighted, lines, rows
from playground.partials.questions import ONE_CALL
from playground.partials.script import Entries
from playground.partials.sentences import in_cell
from playground.proof.panel import Claim, proof_panel
from playground.web import markup
from playground.web.address_check import place_box
from playground.web.case import observed
from playground.web.choices import choices, chosen, is_on, pick_some, switch
from playground.web.code import script_panel
from playground.web.graph_view import Picture, graph_view, in_words
from playground.web.heat import all_numbers, labelled_map, large
from playground.web.jacobian import entry_names, jacobian_of, row_of
from playground.web.panel import panel
from playground.web.reveal import known_from, known_places, once_known, progress
from playground.web.session import current
from playground.web.sweep import follow, of_inputs
from playground.web.table import grid
from playground.web.widgets import gradient, listed, prose, question, results, sentence, table
from playground.words import say

SWITCHES = ("retain_graph", "allow_unused", "materialize_grads")
NAMED = 3  # nodes that a sentence names
DRAWN = 256  # rows and columns of a Jacobian that is drawn


def ask(case: Case, observation: Observation) -> GradCall:
    """The call: which outputs by which inputs, and its switches."""
    every, names = list(observation.outputs), case.program.inputs
    usual = list(observation.started) or every, [name for name in names if name in case.tracked] or names
    outputs = chosen(FEATURE["outputs"], every, usual[0])
    inputs = chosen(FEATURE["inputs"], names, usual[1])
    if outputs and inputs:
        question(say("partials.question", outputs=listing(outputs), inputs=listing(inputs)))
    else:
        question(say("partials.question_none"))
    rows = [pick_some(FEATURE["outputs"], "outputs", every, outputs, usual[0])]
    rows.append(pick_some(FEATURE["inputs"], "inputs", names, inputs, usual[1]))
    choices([*rows, *(switch(FEATURE[name], name) for name in SWITCHES)])
    return GradCall(outputs, inputs, **{name: is_on(FEATURE[name]) for name in SWITCHES})


def draw(case: Case, call: GradCall, whole: Partials, partials: Partials, place: int | None) -> None:
    """The graph of all outputs, with the gradients of this one pass, as it is known at a place."""
    graph_view(
        Picture(
            of=("partials", case.identity, call, place),
            whole=whole,
            known=partials,
            tell=partial(told_of_call, case, call, place),
            dot=partial(drawn_call, case, call, place),
            leaf_sign="grad",
        ),
        file="partials",
    )


@once_known
def tabulate(call: GradCall, partials: Partials) -> None:
    """All partial derivatives, a row for each output, and under them what the one pass returns."""
    names = list(next(iter(partials.table.values()), {}))
    if names:
        grid(["", *[say("partials.weight")] * is_weighted(partials), *names], rows(call, partials), TABLE)
    if partials.first.grads is not None:
        sentence(passes(call, partials), "remark")


def passes(call: GradCall, partials: Partials) -> str:
    """That PyTorch does not build the table."""
    rows = len(partials.table)
    key = "only_row" if rows == 1 else "one_row" if len(call.outputs) == 1 else "not_built"
    return say(f"partials.{key}", rows=rows, output=call.outputs[0])


@once_known
def explain(call: GradCall, partials: Partials) -> None:
    """How the contributions meet, or why PyTorch refuses."""
    if partials.first.grads is None:
        sentence(say("partials.refused", reason=partials.first.refused))
        sentence(why_refused(call, partials))
        return
    prose(explained(call, partials))


def why_refused(call: GradCall, partials: Partials) -> str:
    """What PyTorch's words mean in this case."""
    ends = [name for name in call.outputs if name not in partials.tracked]
    leaves = [name for name in call.inputs if name not in partials.tracked]
    if not call.outputs or not call.inputs:
        return say("partials.why_empty")
    if ends:
        return say("partials.why_output", names=listing(ends))
    if leaves:
        return say("partials.why_input", names=listing(leaves))
    return say("partials.why_unused", names=listing(partials.unused), outputs=listing(call.outputs))


def answer(case: Case, call: GradCall, partials: Partials) -> None:
    """What the call returned, as it prints."""
    grads, names = partials.first.grads, result_names(case, call)
    if grads is None:
        results([say("partials.nothing_returned")])
        return
    results(lines(names, partials), [unreached(call, partials, names)] if partials.unused else [])


def unreached(call: GradCall, partials: Partials, names: Names) -> str:
    """Why something is None, or a 0 that was not computed."""
    key = "partials.filled" if call.materialize_grads else "partials.none"
    unused = listing([names[name] for name in partials.unused])
    return say(key, names=unused, inputs=listing(partials.unused), outputs=listing(call.outputs))


# One click away


def numbers(case: Case, call: GradCall, partials: Partials) -> None:
    """What was returned and is too long for the page, every number of it, to copy."""
    names = result_names(case, call)
    all_numbers({names[name]: grad for name, grad in (partials.first.grads or {}).items()})


def repeat(case: Case, call: GradCall, partials: Partials) -> bool:
    """The same call two times on one graph; that it is shown."""
    if partials.first.refused:
        sentence(say("partials.again_refused"))
        return True
    calls = called_twice(case, call)
    listed(
        [outcome_of("first", call, calls.first.refused, calls), outcome_of("second", call, calls.second.refused, calls)]
    )
    sentence(because(call, calls))
    if len(partials.table) > 1 and not progress().hides:
        with st.container(key="calls"):
            table([alone(case, call, name) for name in partials.table])
    return True


def outcome_of(turn: str, grad_call: GradCall, refused: str | None, calls: Twice) -> str:
    """One of the two calls and what came of it."""
    grads = calls.first.grads if turn == "first" else calls.second.grads
    call = say("partials.call", outputs=", ".join(grad_call.outputs), inputs=", ".join(grad_call.inputs))
    if refused is not None or grads is None:
        return say("partials.raised", which=say(f"partials.{turn}"), call=call, reason=refused)
    returned = ", ".join(gradient(in_cell(grad)) for grad in grads.values())
    return say("partials.returned", which=say(f"partials.{turn}"), call=call, grads=returned)


def because(call: GradCall, calls: Twice) -> str:
    """Why the second call could, or could not, go through the graph again."""
    if not calls.freed:
        return say("partials.nothing_saved")
    nodes = [say("partials.kept", node=kept.node, saved=listing(kept.saved)) for kept in calls.freed[:NAMED]]
    more = len(calls.freed) - len(nodes)
    listed_nodes = listing([*nodes, say("partials.more", count=more)] if more else nodes)
    return say("partials.kept_on" if call.retain_graph else "partials.freed", nodes=listed_nodes)


def alone(case: Case, call: GradCall, name: str) -> dict[str, str]:
    """Two calls with one output alone: what becomes of the second."""
    mine = GradCall((name,), call.inputs, call.retain_graph, True, call.materialize_grads)
    calls = called_twice(case, mine)
    ends = say("partials.raises") if calls.second.refused else say("partials.works")
    return {say("partials.output"): name, say("partials.second_call"): ends, say("partials.why"): kept_by(calls)}


def kept_by(calls: Twice) -> str:
    """What the nodes on the way had saved, in short."""
    nodes = [say("partials.kept_short", node=kept.node, saved=listing(kept.saved)) for kept in calls.freed[:NAMED]]
    return say("frame.parts").join(nodes) or say("partials.saved_nothing")


def entries(case: Case, call: GradCall, partials: Partials) -> Entries | None:
    """The full Jacobian, or where that is too large one row of it; what of it is shown."""
    outputs = tuple(name for name in call.outputs if name in partials.tracked)
    inputs = tuple(name for name in call.inputs if name in partials.tracked)
    if not outputs or not inputs:
        sentence(say("partials.jacobian_nothing"))
        return None
    rows, columns = entry_names(case, outputs, inputs)
    sentence(say("partials.jacobian_shape", rows=len(rows), columns=len(columns)))
    row = place_box(FEATURE["row"], say("partials.row"), rows, 200)
    shown = Entries(outputs, inputs, row, show_jacobian(case, outputs, inputs, row))
    show_row(case, shown, rows[row])
    return shown


def show_jacobian(case: Case, outputs: tuple[str, ...], inputs: tuple[str, ...], row: int) -> bool:
    """Every entry, in a table with names, in a figure, or as `print` shortens it; whether there are not too many."""
    try:
        jacobian = jacobian_of(case, outputs, inputs)
    except EvaluationError as problem:
        sentence(problem.message)
        return False
    if max(jacobian.shape) <= LABELLED:
        labelled_map(jacobian, *entry_names(case, outputs, inputs), picked=row)
    elif max(jacobian.shape) <= DRAWN:
        large("jacobian-figure", say("partials.jacobian"), jacobian, GRADIENT)
    else:
        st.code(whole(jacobian), language=None)
    return True


def show_row(case: Case, shown: Entries, entry: str) -> None:
    """One row, which is one pass."""
    sentence(say("partials.row_is", row=shown.row, entry=entry))
    names, grads = row_names(case, shown), row_of(case, shown.outputs, shown.inputs, shown.row)
    st.code("\n".join(assigned(names[name], part) for name, part in grads.items()), language=None)


def claims(case: Case, call: GradCall, partials: Partials) -> dict[str, Claim]:
    """What is to be proved: what the call returned, the table behind it, and the Jacobian where that is another."""
    returned = result_names(case, call).items()
    names = tuple((f"{name}.grad", mine, r"\mathtt{{{}}}".format(mine.replace("_", r"\_"))) for name, mine in returned)
    claims_of_call = {"one_pass": Claim(call.outputs, call.inputs, names=names)}
    if all(weight.dim() == 0 for weight in partials.weights.values()):
        return claims_of_call | {"table": Claim(tuple(partials.table), each=True)}
    rows = {f"row.{name}": Claim((name,)) for name in partials.table if len(partials.table) > 1}
    return claims_of_call | rows | {"jacobian": Claim(call.outputs, call.inputs, each=True)}


def page() -> None:
    """Draw the page."""
    case = current()
    with markup.together():
        call = ask(case, observed(case))
        whole = called(case, call)
        with known_from(ONE_CALL):
            place = known_places(len(whole.graph.nodes))
        partials = up_to(whole, place)
        draw(case, call, whole, partials, place)
        with markup.apart(), markup.together():
            tabulate(call, partials)
        in_words(partials)
        with known_from(ONE_CALL):
            explain(call, partials)
            answer(case, call, partials)
        if partials.first.grads is not None:
            numbers(case, call, partials)
            proof_panel(case, claims(case, call, partials))
        with known_from(ONE_CALL):
            again = panel(say("partials.again"), "again", partial(repeat, case, call, partials), False)
        picked = panel(say("partials.jacobian"), "jacobian", partial(entries, case, call, partials), None)
    export = partials_exported(case, say("partials.title"), call, again, picked)
    script_panel(export, "partials.py")
    handles = of_inputs(case, partial(frames, case, call)) if partials.first.grads is not None else ()
    follow(handles, "partials", case.identity, call)
