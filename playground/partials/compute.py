"""What `/partials` computes, once for everybody who asks."""

from playground.drawing.dot import ON_SCREEN, PROJECTED, to_dot
from playground.drawing.script import Names, signed
from playground.engine.observe import DTYPES, up_to
from playground.partials import script
from playground.partials.grad_call import Asked, Partials, Twice, partials, twice
from playground.partials.script import Entries, grad_parts
from playground.web.cache import kept
from playground.web.case import Case, Export, export_of, gradient_of, program_of, run_of, values_of


@kept
def called(case: Case, asked: Asked) -> Partials:
    """One call of `autograd.grad`, and the table behind it."""
    program = program_of(case.program)
    return partials(program, values_of(case), asked, case.tracked, DTYPES[case.dtype], gradient_of(case))


@kept
def called_twice(case: Case, asked: Asked) -> Twice:
    """The same call two times on one graph."""
    program = program_of(case.program)
    return twice(program, values_of(case), asked, case.tracked, DTYPES[case.dtype], gradient_of(case))


@kept
def drawn_call(case: Case, asked: Asked, large: bool = False, place: int | None = None) -> str:
    """The graph of all outputs with the gradients of the call, as DOT, large for a projector, as known at a place."""
    seen = up_to(called(case, asked), place)
    return to_dot(seen.graph, seen.backward, leaf_sign="grad", sizes=PROJECTED if large else ON_SCREEN)


@kept
def result_names(case: Case, asked: Asked) -> Names:
    """By input the name that the script gives to what the call returns."""
    return script.result_names(program_of(case.program), asked, called(case, asked))


def row_names(case: Case, entries: Entries) -> Names:
    """By input the name that the script gives to a row of the Jacobian."""
    return script.row_names(program_of(case.program), entries)


@kept
def partials_exported(case: Case, title: str, asked: Asked, again: bool, entries: Entries | None) -> Export:
    """The script that makes the call, and its notebook."""
    repeated = called_twice(case, asked) if again else None
    seen, gradient = called(case, asked), gradient_of(case)
    parts = grad_parts(run_of(case), values_of(case), asked, seen, gradient, repeated, entries)
    return export_of(title, signed(parts, "partials"))
