"""What is asked on the descent page: the first steps, and what becomes of a run."""

from collections.abc import Callable
from dataclasses import replace
from itertools import pairwise

import torch

from playground.descent.compute import Setup, walked
from playground.descent.optimizers import OPTIMIZERS
from playground.descent.parameters import LR
from playground.drawing.numbers import brief
from playground.engine.case import Case
from playground.web.case import observed
from playground.web.leaf_questions import Questions, leaves, output_of, value_of
from playground.web.question import Address, Question, ask, multiple_choice, of_case

LINES = ("zero_grad", "backward", "step")
"""The lines of a training loop after the forward pass."""


ASKED_STEPS = 3
"""So many steps are asked for, one after another."""


def line_that_moves(case: Case, name: str) -> str:
    """The line of the loop after which an input holds another number."""
    run = case.run((name,))
    leaf, output = run.inputs[name], next(iter(run.outputs.values()))
    optimizer = torch.optim.SGD([leaf], lr=0.01)
    lines = (optimizer.zero_grad, output.backward, optimizer.step)
    for line, call in zip(LINES, lines, strict=True):
        before = leaf.detach().clone()
        call()
        if not torch.equal(before, leaf.detach()):
            return line
    raise AssertionError("no line of the loop moved its leaf")


def first_steps(case: Case, address: Address) -> Questions:
    """The slope at the start, and where plain gradient descent goes from there."""
    asks = leaves(case, {}, 0)
    lr = _rate(address)
    own = {parameter.name for parameter in OPTIMIZERS["SGD"].parameters}
    plain = not {"optimizer", "noise", "entry", *own} & set(address)
    if len(case.tracked) != 1 or value_of(case).dim() or not plain or not asks:
        return asks
    steps = filter(None, (_step(case, lr, number) for number in range(ASKED_STEPS)))
    return [*asks, *steps]


def _rate(address: Address) -> float:
    return float(LR.read(address.get(LR.name)).chosen[0])


def _step(case: Case, lr: float, number: int) -> Question | None:
    """Where a step goes, the first one with the number 0: it is seen where those before it went."""
    name = case.tracked[0]
    if observed(case).inputs[name].dim():
        return None
    run = walked(case, Setup(output_of(case), lr=lr, steps=ASKED_STEPS))
    path, slopes = run.positions[name], run.gradients[name]
    if len(path) < number + 2 or not slopes[number]:
        return None
    start, grad = path[number], slopes[number]
    assert grad is not None
    wrong = {"uphill": start + lr * grad, "rate_forgotten": start - grad, "slope_forgotten": start - lr}
    if number:
        wrong["same_length"] = 2 * start - path[number - 1]
    placeholders = {"name": name, "lr": f"{lr:g}", "start": brief(start), "slope": brief(grad)}
    return ask("further_step" if number else "first_step", path[number + 1], wrong, number, **placeholders)


def which_line(case: Case) -> Question | None:
    """The line of the loop that moves the leaf, found by trying."""
    right = line_that_moves(case, case.tracked[0])
    question = multiple_choice("which_line", right, [line for line in LINES if line != right], 0)
    return replace(question, after=0) if question else None


def _path(case: Case, address: Address) -> tuple[list[float], bool]:
    """Where a run came by, and whether it went beyond every number."""
    setup = Setup(output_of(case), lr=_rate(address), zero_grad=address.get("forget") != "true")
    run = walked(case, setup)
    return [float(number) for number in run.positions[case.tracked[0]]], run.diverged_at is not None


def next_step(case: Case) -> Question | None:
    start, first, second, *_ = _path(case, {})[0]
    wrong = {"same_length": first + (first - start), "longer": first + 2 * (first - start)}
    question = ask("next_step", second, wrong, 1, first=brief(first))
    return replace(question, after=2) if question else None


def the_end(case: Case) -> Question | None:
    path = _path(case, {})[0]
    minimum = _path(case, {"lr": "0.5"})[0][-1]
    return ask(
        "the_end", path[-1], {"exactly": minimum, "steps_alike": path[0] + len(path[1:]) * (path[1] - path[0])}, 2
    )


FATES = ("arrives", "swings", "diverges")


NEAR, FAR = "near", "far"


REST_STEP_RATIO = 1e-6
"""A run is at rest whose last step is no longer than this part of its longest."""


def fate(path: list[float], gone: bool) -> str:
    """What became of a run: gone for good, at rest, or neither."""
    moved = [abs(after - before) for before, after in pairwise(path)]
    return "diverges" if gone else "arrives" if moved[-1] <= REST_STEP_RATIO * max(1.0, *moved) else "swings"


def rate(case: Case, address: Address) -> Question | None:
    path, gone = _path(case, address)
    right = fate(path, gone)
    placeholders = {"lr": address.get("lr", LR.default), "seen": ", ".join(brief(number) for number in path[:5])}
    return multiple_choice("rate", right, [name for name in FATES if name != right], 0, **placeholders)


def forgotten(case: Case, address: Address) -> Question | None:
    path, gone = _path(case, address)
    right = fate(path, gone)
    placeholders = {"low": brief(round(min(path), 2) + 0.0), "high": brief(round(max(path), 2) + 0.0)}
    return multiple_choice("forgotten", right, [name for name in FATES if name != right], 0, **placeholders)


def valley(case: Case, address: Address) -> Question | None:
    """In which of two valleys a run ends, if it ends."""
    path, gone = _path(case, address)
    right = "diverges" if gone else NEAR if path[-1] * path[0] > 0 else FAR
    placeholders = {
        "lr": address["lr"],
        "seen": ", ".join(brief(number) for number in path[:4]),
        "end": brief(path[-1]),
    }
    return multiple_choice(
        "gone" if gone else "valley", right, [x for x in (NEAR, FAR, "diverges") if x != right], 0, **placeholders
    )


LECTURE: dict[str, Callable[[Case, Address], Question | None]] = {
    "which_line": of_case(which_line),
    "next_step": of_case(next_step),
    "the_end": of_case(the_end),
    "rate": rate,
    "forgotten": forgotten,
    "valley": valley,
}
"""The questions of the lecture's lesson, in its order."""
