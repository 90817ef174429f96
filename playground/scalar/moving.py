"""What `/scalar` tells of a case, and so what moves with an input."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import torch

from playground.drawing.moving import Lines, Moved
from playground.drawing.numbers import whole
from playground.drawing.plot_kit import finite
from playground.drawing.plots import frame, tangent, torn
from playground.drawing.sentences import number, slope_at, small_move
from playground.engine.case import Case
from playground.engine.sweep import at, heights
from playground.scalar.compute import Curve
from playground.scalar.replay import Moment, replay, sample
from playground.web.widgets import gradient, pieces, results_by_name, value
from playground.words import say


@dataclass(frozen=True)
class Point:
    """A place on a curve: where, how high, how steep, and how high a small move away."""

    at: float
    height: float
    slope: float
    moved: float | None
    move: float


def point_of(case: Case, name: str, output: str) -> tuple[Point, Moment]:
    """The point of a case on the curve along an input, and what `.grad` holds there."""
    first = replay(case, output, ())[0]
    x = float(case.inputs[name])  # type: ignore[arg-type]
    move = small_move(x, case.dtype)
    (moved,) = sample(case, name, (x + move,), output)
    y = case.run(()).outputs[output].item()
    grad = first.grads[name]
    return Point(x, y, torch.nan if grad is None else grad.item(), moved, move), first


def lines(case: Case, output: str, first: Moment) -> list[str]:
    """Inputs, output and gradients as they print."""
    run = case.run(())
    tensors = {name: run.inputs[name] for name in first.grads} | {output: run.outputs[output]}
    shown = [say("scalar.value", name=name, value=value(whole(tensor))) for name, tensor in tensors.items()]
    return shown + [say("graph.result", name=name, grad=gradient(whole(grad))) for name, grad in first.grads.items()]


def question_of(output: str, name: str, x: float) -> str:
    """The question."""
    return say("scalar.question", output=output, name=name, value=number(x))


def said(output: str, name: str, point: Point) -> str:
    """What the tangent predicts."""
    return slope_at(name, output, (point.at, point.height), point.slope, point.moved, gradient, point.move)


def frames(
    case: Case, output: str, along: str, curve_drawn: Curve, point: Point, name: str, values: Sequence[float]
) -> Iterator[Moved]:
    """The page at each value of an input; the picture keeps its edges."""
    edges = frame(curve_drawn.ys, None if finite(point.height) is None else (point.at, point.height))
    curves: Sequence[list[float] | None] = (
        [None] * len(values) if name == along else heights(case, output, (along, curve_drawn.xs), (name, values))
    )
    for own, ys in zip(values, curves, strict=True):
        moved = at(case, name, own)
        moved_point, first = point_of(moved, along, output)
        texts = {"question": question_of(output, along, moved_point.at), "slope": said(output, along, moved_point)}
        texts |= results_by_name(lines(moved, output, first))[0]
        curve = {} if ys is None else {("curve", "curve"): (None, torn(list(map(finite, ys)), *edges))}
        yield Moved(
            texts={name: pieces(text) for name, text in texts.items()},
            lines=touching(moved_point, curve_drawn.xs, edges) | curve,
            finite=finite(moved_point.height) is not None and finite(moved_point.slope) is not None,
        )


def touching(point: Point, xs: Sequence[float], edges: tuple[float, float]) -> Lines:
    """The point and the tangent, as far as there are numbers for them."""
    height, slope = finite(point.height), finite(point.slope)
    if height is None:
        return {("curve", "point"): ([None], [None]), ("curve", "tangent"): ([None] * 2, [None] * 2)}
    inside = slope is not None and edges[0] <= height <= edges[1]
    ends = tangent((point.at, height), slope, xs, edges) if inside and slope is not None else ([None] * 2, [None] * 2)
    return {("curve", "point"): ([point.at], [height]), ("curve", "tangent"): ends}
