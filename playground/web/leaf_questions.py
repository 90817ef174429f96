"""What is asked on every page about inputs: what arrives at them."""

from dataclasses import replace

import torch

from playground.drawing.sentences import listing
from playground.engine.case import Case
from playground.engine.gradient_argument import index_of
from playground.engine.misreadings import usual
from playground.engine.tangent import moves_as_told
from playground.language.gradient_argument import OneEntry, Upstream
from playground.web.cache import kept
from playground.web.case import observed
from playground.web.question import Address, Question, ask
from playground.words import say

Questions = list[Question]


def output_of(case: Case) -> str:
    """The output that a page is about."""
    return next(iter(observed(case).outputs))


def value_of(case: Case) -> torch.Tensor:
    return observed(case).outputs[output_of(case)]


def grad_of(case: Case, name: str = "") -> torch.Tensor:
    """What arrives at an input, the first one that requires a gradient."""
    observation = observed(case)
    assert observation.backward is not None
    grad = observation.backward.grads[name or case.tracked[0]]
    assert grad is not None
    return grad


def weighted(case: Case, start: Upstream | None) -> Case:
    """The case with another gradient argument, or with none."""
    return replace(case, gradient=() if start is None else ((output_of(case), start),))


def leaves(case: Case, _: Address, place: int | None = None) -> Questions:
    """What `.grad` holds of each input."""
    observation = observed(case)
    grads = observation.backward.grads if observation.backward else {}
    questions = [_leaf(case, name, grad, place) for name, grad in grads.items() if grad is not None]
    return [question for question in questions if question is not None]


def _leaf(case: Case, name: str, grad: torch.Tensor, place: int | None) -> Question | None:
    """What `.grad` of one input holds."""
    observation, output = observed(case), output_of(case)
    height = observation.outputs[output]
    wrong = {"argument_forgotten": grad_of(weighted(case, None), name)} if case.gradient else {}
    if height.numel() > 1 and len(observation.outputs) == 1:
        last = index_of(height.numel() - 1, height.shape)
        wrong["only_entry"] = grad_of(weighted(case, OneEntry(last)), name)
    same = {"height": height, "position": observation.inputs[name]}
    wrong |= {key: number for key, number in same.items() if number.shape == grad.shape}
    started = observation.started
    alone = not grad.dim() and [(start.dim(), start.sum().item()) for start in started.values()] == [(0, 1)]
    placeholders = {"name": name, "output": listing([*started])}
    question = ask("leaf" if alone else "leaf_many", grad, wrong | usual(grad), place, **placeholders)
    return checked(question, case, tuple(started), name)


def checked(
    question: Question | None, case: Case, outputs: tuple[str, ...], name: str, order: int = 1
) -> Question | None:
    """A question about a derivative, with another reason where the outputs do not move as that says."""
    if question is None or moved_as_told(case, outputs, name, order):
        return question
    return replace(question, why=say("predict.unlike", right=question.right.text))


@kept
def moved_as_told(case: Case, outputs: tuple[str, ...], name: str, order: int) -> bool:
    """Whether outputs move with an input as the derivatives up to an order say."""
    started = observed(case).started
    return moves_as_told(case, name, {output: started[output] for output in outputs}, order)
