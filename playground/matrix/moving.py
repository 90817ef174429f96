"""What `/matrix` tells of a case, and so what moves with an entry of an input."""

from collections.abc import Iterator, Sequence

import torch

from playground.drawing.moving import Moved
from playground.drawing.sentences import assigned, oddities
from playground.engine.case import Case
from playground.engine.sweep import at
from playground.matrix import vjp
from playground.matrix.compute import start_of
from playground.matrix.sentences import both_told, what_is_differentiated, what_is_picked, what_meets
from playground.matrix.vjp import BothWays, Contributions, Gradients
from playground.web.heat import moved_maps
from playground.web.widgets import gradient, pieces, results_by_name, value
from playground.words import paragraph, say

MAPS = "maps"
"""The container of the heat maps."""


def maps_of(wrt: str, both_ways: BothWays) -> list[torch.Tensor | None]:
    """What the heat maps show: input, output, gradient argument, gradient."""
    return [both_ways.inputs[wrt], both_ways.value, both_ways.gradient, both_ways.direct[wrt]]


def explained(output: str, wrt: str, both_ways: BothWays, met: Contributions | None) -> dict[str, str]:
    """What is differentiated, and what one entry of the gradient is made of."""
    whole = what_is_differentiated(output, both_ways, value, gradient)
    if met is None:
        return {"said0": whole, "said1": say("matrix.unreached", output=output, name=wrt)}
    parts = [what_meets(wrt, output, met, gradient), what_is_picked(output, wrt, both_ways)]
    return {"said0": whole, "said1": paragraph(parts)}


def lines(output: str, both_ways: BothWays) -> tuple[list[str], list[str]]:
    """Both ways side by side, and what is to be said of them."""
    shown = [
        say("matrix.direct", output=output, grads=grads_of(both_ways.direct)),
        say("matrix.summed", output=output, grads=grads_of(both_ways.summed)),
    ]
    return shown, [both_told(both_ways)]


def grads_of(gradients: Gradients) -> str:
    """What `.grad` of each input holds, as it prints."""
    return "\n".join(assigned(f"{name}.grad", grad, gradient) for name, grad in gradients.items())


def not_finite(both_ways: BothWays) -> dict[str, str]:
    """Which numbers are none."""
    remarks = oddities(both_ways.value_not_finite, both_ways.gradient_not_finite)
    return {f"odd{place}": line for place, line in enumerate([*remarks, "", ""][:2])}


def frames(
    case: Case, output: str, wrt: str, index: tuple[int, ...], name: str, values: Sequence[float]
) -> Iterator[Moved]:
    """The page at each value of an input, or of the entry at an index."""
    for own in values:
        moved = at(case, name, own, index)
        gradients = vjp.both_ways(moved, output, start_of(moved, output))
        shown, remarks = results_by_name(*lines(output, gradients))
        texts = (
            explained(output, wrt, gradients, vjp.meeting(moved, output, wrt, gradients))
            | not_finite(gradients)
            | shown
            | remarks
        )
        texts_by_name = {name: pieces(text) for name, text in texts.items()}
        finite = gradients.value_not_finite is None and gradients.gradient_not_finite is None
        yield Moved(texts=texts_by_name | moved_maps(MAPS, maps_of(wrt, gradients)), finite=finite)
