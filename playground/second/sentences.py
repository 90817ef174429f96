"""What second derivatives tell, in sentences with the numbers of the case."""

import math
from collections.abc import Callable, Sequence

from playground.drawing import sentences
from playground.drawing.numbers import brief
from playground.drawing.sentences import MOVE
from playground.second.hessian import Along, Orders, Second
from playground.words import say

Mark = Callable[[str], str]


def number(value: float) -> str:
    """A number inside a sentence, a zero without a sign."""
    return sentences.number(value or 0.0)


def primed(output: str, order: int) -> str:
    """`y`, `y'`, `y''`."""
    return output + "'" * order


def slope_changes(name: str, output: str, orders: Orders, mark: Mark = str) -> str:
    """Where y'' comes from, and what it says of the slope."""
    height, first, second = (derivative.item() for derivative in orders.values[:3])
    placeholders = {
        "name": name,
        "output": output,
        "value": number(height),
        "slope": mark(number(first)),
        "second": mark(number(second)),
        "move": number(MOVE),
        "change": mark(number(abs(second * MOVE))),
    }
    if not all(map(math.isfinite, (height, first, second))):
        return say("second.no_number", **placeholders)
    if orders.refused[0] is not None:
        return say("second.flat", reason=orders.refused[0], **placeholders)
    if orders.refused[1] is not None:
        key = "second.linear_elsewhere" if orders.nodes[1] else "second.linear"
        return say(key, reason=orders.refused[1], **placeholders)
    return say(f"second.{'grows' if second > 0 else 'falls' if second < 0 else 'stays'}", **placeholders)


def what_it_decides(output: str, orders: Orders) -> str:
    """What y'' says of a minimum or maximum; nothing where there is a slope."""
    slope, second = (orders.values[order].item() for order in (1, 2))
    zero = "" if slope == 0 else say("second.up_to_rounding")
    return say(f"second.one_{orders.says}", output=output, slope=number(slope), second=number(second), zero=zero)


def where_it_ends(output: str, name: str, orders: Orders) -> str | None:
    """The first derivative after y' that PyTorch refuses to differentiate; None where it is none of those."""
    ends = [turn for turn, reason in enumerate(orders.refused[:-1]) if reason is not None]
    if not ends or ends[0] < 2:
        return None
    value = number(orders.values[ends[0]].item())
    return say("second.ends", last=primed(output, ends[0]), value=value, name=name, reason=orders.refused[ends[0]])


def gradient_bends(output: str, second: Second, mark: Mark = str) -> str:
    """Where the Hessian comes from."""
    key = "second.all" if second.bends else "second.all_linear"
    return say(key, output=output, gradient=mark(brief(second.gradient)), entries=len(second.names))


def goes_along(output: str, direction: Sequence[float], along: Along, mark: Mark = str) -> str:
    """What happens along a direction: the slope, and how it changes."""
    slope, second = along.slope.item(), along.second.item()
    key = "stays" if second == 0 else "grows" if second > 0 else "falls"
    return say(
        f"second.along_{key}" if math.isfinite(second) else "second.along_no_number",
        v=f"[{', '.join(map(number, direction))}]",
        slope=mark(number(slope)),
        second=mark(number(second)),
        output=output,
        move=number(MOVE),
        change=mark(number(abs(second * MOVE))),
    )


def what_they_say(second: Second) -> str:
    """What the eigenvalues say of this point."""
    return say(f"second.they_{second.says}", largest=number(float(second.gradient.abs().max())))


def symmetry(second: Second) -> str:
    """That the order of differentiation does not matter, or by how much the two came out different."""
    key = "second.symmetric" if second.asymmetry == 0 else "second.nearly_symmetric"
    return say(key, difference=number(second.asymmetry))
