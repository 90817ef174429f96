"""The still drawing of a lesson, made from what PyTorch does with it."""

import math

from playground.descent.compute import Setup, walked
from playground.descent.parameters import LR, STEPS
from playground.engine.case import Case
from playground.lessons.table import BY_KEY, DESCENT, PITFALLS, SCALAR, SECOND, Step
from playground.lessons.thumbnail_svg import curve_sketch, graph_sketch, matrix_sketch
from playground.pitfalls.compute import at_first, script_result
from playground.scalar.compute import sampled
from playground.web.cache import kept
from playground.web.case import observed
from playground.web.inputs import case_of

PATH_POINTS = 12
"""About so many points of a path downhill are drawn."""


@kept
def sketch(key: str) -> str:
    """The drawing of a lesson's first step, as SVG text."""
    step = BY_KEY[key].steps[0]
    if step.page == PITFALLS:
        name = step.example.more["trap"]
        return graph_sketch(script_result(name, False, at_first(name)).graph)
    case = case_of(step.example)
    observation = observed(case)
    numbers = [name for name in case.tracked if observation.inputs[name].dim() == 0]
    if step.page in (SCALAR, SECOND, DESCENT) and len(case.tracked) == len(numbers) == 1:
        return _curve(case, step, numbers[0])
    grads = [grad for grad in (observation.backward.grads.values() if observation.backward else ()) if grad is not None]
    if any(output.dim() for output in observation.outputs.values()):
        return matrix_sketch(grads[0])
    return graph_sketch(observation.graph)


def _curve(case: Case, step: Step, name: str) -> str:
    """The curve of the first output with its point, downhill with the first steps of the run."""
    observation = observed(case)
    output, at = next(iter(observation.outputs)), observation.inputs[name].item()
    curve = sampled(case, name, at, output)
    path = [(at, observation.outputs[output].item())]
    if step.page == DESCENT:
        more = step.example.more
        setup = Setup(output, lr=float(more.get("lr", LR.default)), steps=int(more.get("steps", STEPS.default)),
                      zero_grad=more.get("forget") != "true")  # fmt: skip
        run = walked(case, setup)
        every = max(1, run.updates // PATH_POINTS)
        path = [(float(x), y) for x, y in zip(run.positions[name], run.values, strict=True)][::every]
    return curve_sketch(curve.xs, curve.ys, [(x, y) for x, y in path if math.isfinite(x) and math.isfinite(y)])
