"""What the scalar page shows, computed once for everybody who asks."""

from dataclasses import dataclass

from playground.drawing.plots import places
from playground.drawing.script import signed
from playground.drawing.sentences import small_move
from playground.engine.case import Case
from playground.scalar.replay import Moment, replay, sample
from playground.scalar.script import scalar_parts
from playground.web.cache import kept, kept_in_words
from playground.web.case import Export, export_of


@dataclass(frozen=True)
class Curve:
    """A scalar output at places of an input, and after the small `move` that a tangent is tried on."""

    xs: tuple[float, ...]
    ys: tuple[float | None, ...]
    move: float
    moved: float | None


@kept
def replayed(case: Case, output: str, actions: tuple[str, ...]) -> tuple[Moment, ...]:
    """What `.grad` held after each of the actions."""
    return replay(case, output, actions)


@kept
def sampled(case: Case, name: str, centre: float, output: str) -> Curve:
    """A scalar output along an input, around a value of it; and its value where the input is moved a little."""
    xs, move = places(centre), small_move(centre, case.dtype)
    (moved,) = sample(case, name, (centre + move,), output)
    return Curve(xs, sample(case, name, xs, output), move, moved)


@kept_in_words
def scalar_exported(case: Case, title: str, output: str, actions: tuple[str, ...]) -> Export:
    """The PyTorch script that goes backward from one output, and does again what was done again."""
    parts = scalar_parts(case.run(), case.inputs, output, replayed(case, output, actions))
    return export_of(title, signed(parts, "scalar"))
