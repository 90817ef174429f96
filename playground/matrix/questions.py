"""What is asked on the matrix page: which slope is meant."""

from collections.abc import Callable
from dataclasses import replace

from playground.drawing.numbers import brief
from playground.engine.case import Case
from playground.language.gradient_argument import OneEntry
from playground.language.parse import parse
from playground.matrix.compute import both_ways, refusal
from playground.web.case import observed
from playground.web.leaf_questions import grad_of, output_of, weighted
from playground.web.question import Address, Question, ask, in_words, of_case, reasons
from playground.words import say

GRADIENT_ALONE = 1
"""The place from which on the gradient is known, and not what the sum's way gives."""


def gradient_alone(ask: Callable[[Case], Question | None]) -> Callable[[Case, Address], Question | None]:
    """A question after which it is still to be asked what the sum's way gives."""
    return lambda case, _: replace(question, after=GRADIENT_ALONE) if (question := ask(case)) else None


def no_argument(case: Case) -> Question | None:
    """Backward from a matrix alone; that PyTorch refuses it is tried."""
    ones = grad_of(weighted(case, None))
    reason = refusal(case, output_of(case))
    wrong = {brief(ones): "ones_taken", brief(ones.sum()): "one_number"}
    return in_words("no_argument", say("predict.error"), reasons(wrong), reason=reason)


def last_entry(case: Case) -> Question | None:
    ones, single = grad_of(weighted(case, None)), grad_of(weighted(case, OneEntry((0, 0))))
    return ask("last_entry", grad_of(case), {"argument_forgotten": ones, "other_entry": single})


def all_ones(case: Case) -> Question | None:
    right, last = grad_of(case), grad_of(weighted(case, OneEntry((1, 1))))
    return ask("all_ones", right, {"only_entry": last, "one_number": right.sum()})


def weights(case: Case) -> Question | None:
    observation = observed(case)
    wrong = {
        "argument_forgotten": grad_of(weighted(case, None)),
        "slopes_forgotten": observation.started[output_of(case)],
    }
    return ask("weighted", grad_of(case), wrong)


def as_a_sum(case: Case) -> Question | None:
    right = both_ways(case, output_of(case)).summed[case.tracked[0]]
    assert right is not None
    wrong = {"one_number": right.sum(), "argument_forgotten": grad_of(weighted(case, None))}
    return ask("as_a_sum", right, wrong)


def first_entry(case: Case) -> Question | None:
    entrywise = replace(case, program=parse("y = x^2"))
    wrong = {"entry_by_entry": grad_of(entrywise), "argument_forgotten": grad_of(weighted(case, None))}
    return ask("first_entry", grad_of(case), wrong)


LECTURE: dict[str, Callable[[Case, Address], Question | None]] = {
    "no_argument": gradient_alone(no_argument),
    "last_entry": gradient_alone(last_entry),
    "all_ones": gradient_alone(all_ones),
    "weighted": gradient_alone(weights),
    "as_a_sum": of_case(as_a_sum),
    "first_entry": of_case(first_entry),
}
"""The questions of the lecture's lesson, in its order."""
