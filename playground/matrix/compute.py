"""What `/matrix` computes, once for everybody who asks."""

from playground.drawing.script import signed
from playground.engine.case import Case
from playground.language.gradient_argument import Ones, Upstream
from playground.matrix import vjp as matrix
from playground.matrix.script import both_ways_parts, refused_parts
from playground.matrix.vjp import BothWays, Contributions
from playground.web.cache import kept, kept_in_words
from playground.web.case import Export, export_of


def start_of(case: Case, output: str) -> Upstream:
    """What an output's gradient argument says; ones where it says nothing."""
    return dict(case.gradient).get(output, Ones())


@kept
def both_ways(case: Case, output: str) -> BothWays:
    """Backward with a gradient argument, and backward from the weighted sum."""
    return matrix.both_ways(case, output, start_of(case, output))


@kept
def refusal(case: Case, output: str) -> str:
    """PyTorch's words on backward without that argument, from an output of several entries."""
    return matrix.refusal(case, output)


@kept
def meeting(case: Case, output: str, wrt: str) -> Contributions | None:
    """What the largest entry of a gradient is made of; None where the pass did not come by."""
    return matrix.meeting(case, output, wrt, both_ways(case, output))


@kept_in_words
def exported(case: Case, title: str, output: str, argument: bool) -> Export:
    """The script of both ways, or of backward without an argument that it needs."""
    run, values = case.run(), case.inputs
    parts = (
        both_ways_parts(run, values, output, start_of(case, output), both_ways(case, output))
        if argument
        else refused_parts(run, values, output)
    )
    return export_of(title, signed(parts, "matrix"))
