"""What `/partials` tells of a case, and so what moves with an input."""

from collections.abc import Iterator, Sequence

from playground.drawing.dot import to_stage
from playground.drawing.moving import Moved
from playground.drawing.script import Names
from playground.drawing.sentences import assigned, oddities
from playground.engine.case import Case
from playground.engine.sweep import at
from playground.partials.grad_call import GradCall, Partials, partials
from playground.partials.script import result_names
from playground.partials.sentences import in_cell, one_pass, scalar_of
from playground.web.table import Line, moved_lines
from playground.web.widgets import gradient, pieces, results_by_name
from playground.words import say

TABLE = "partials"
"""What the table's cells are called."""


def rows(call: GradCall, partials: Partials) -> list[Line]:
    """All partial derivatives, a row for each output, and under them what the one pass returns."""
    names = list(next(iter(partials.table.values()), {}))
    lines = [
        Line(
            scalar_of(name, partials.weights[name]),
            weights(partials, name) + [gradient(in_cell(row[wrt])) for wrt in names],
            kind="" if name in call.outputs else "left-out",
        )
        for name, row in partials.table.items()
    ]
    grads = partials.first.grads
    if grads is not None:
        last = [gradient(in_cell(grads[wrt])) if wrt in grads else "" for wrt in names]
        lines.append(Line(say("partials.one_pass"), [""] * is_weighted(partials) + last, kind="sum"))
    return lines


def is_weighted(partials: Partials) -> bool:
    """Whether a number starts with another gradient than 1."""
    return any(weight.dim() == 0 and weight.item() != 1 for weight in partials.weights.values())


def weights(partials: Partials, name: str) -> list[str]:
    """The cell with what an output starts with, where there is such a column."""
    return [gradient(in_cell(partials.weights[name]))] * is_weighted(partials)


def explained(call: GradCall, partials: Partials) -> dict[str, str]:
    """How the contributions meet in a pass that was not refused, and which numbers are none."""
    odd = [*oddities(partials.value_not_finite, partials.gradient_not_finite), "", ""][:2]
    return {"said0": one_pass(partials, call, gradient), "said1": odd[0], "said2": odd[1]}


def lines(names: Names, partials: Partials) -> list[str]:
    """What the call returned, as it prints."""
    return [assigned(names[name], grad, gradient) for name, grad in (partials.first.grads or {}).items()]


def frames(case: Case, call: GradCall, name: str, values: Sequence[float]) -> Iterator[Moved]:
    """The page at each value of an input."""
    for own in values:
        moved = at(case, name, own)
        partials_there = partials(moved, call)
        names = result_names(moved.program, call, partials_there)
        texts = (
            explained(call, partials_there)
            | results_by_name(lines(names, partials_there))[0]
            | moved_lines(TABLE, rows(call, partials_there))
        )
        yield Moved(
            texts={name: pieces(text) for name, text in texts.items()},
            drawings={"graph": to_stage(partials_there.graph, partials_there.backward, leaf_sign="grad").texts},
            finite=partials_there.value_not_finite is None and partials_there.gradient_not_finite is None,
        )
