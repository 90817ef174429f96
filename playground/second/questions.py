"""What is asked on the second page: derivatives of derivatives, and what autograd.grad returns."""

from collections.abc import Callable
from dataclasses import replace

import torch

from playground.drawing.numbers import brief
from playground.engine.case import Case
from playground.engine.misreadings import usual
from playground.language.values import write_value
from playground.second.compute import orders
from playground.second.hessian import without_create_graph
from playground.web.case import observed
from playground.web.leaf_questions import Questions, checked, grad_of, leaves, output_of, value_of
from playground.web.question import Address, Question, ask, in_words, multiple_choice, of_case, reasons
from playground.words import say


def type_returned(case: Case, name: str) -> str:
    """The type of what `torch.autograd.grad` returns for one output and one input."""
    run = case.run((name,))
    output = next(iter(run.outputs.values()))
    return type(torch.autograd.grad(output, run.inputs[name])).__name__


def derivatives(case: Case, _: Address) -> Questions:
    """The first two derivatives of a number by a number."""
    if len(case.tracked) != 1 or value_of(case).dim() or observed(case).inputs[case.tracked[0]].dim():
        return leaves(case, {})
    questions = [first_derivative(case), second_derivative(case)]
    return [question for question in questions if question is not None]


def orders_of(case: Case) -> list[torch.Tensor]:
    return list(orders(case, output_of(case), case.tracked[0], 2).values)


def first_derivative(case: Case) -> Question | None:
    height, first, second = orders_of(case)
    wrong = {"height": height, "too_often": second, **usual(first)}
    question = ask("first_derivative", first, wrong, output=output_of(case), name=case.tracked[0])
    return checked(question, replace(case, gradient=()), (output_of(case),), case.tracked[0])


def second_derivative(case: Case) -> Question | None:
    height, first, second = orders_of(case)
    wrong = {"slope_again": first, "slope_is_fixed": torch.zeros_like(second), "height": height, **usual(second)}
    question = ask("second_derivative", second, wrong, 1, output=output_of(case), name=case.tracked[0])
    return checked(question, replace(case, gradient=()), (output_of(case),), case.tracked[0], 2)


def only_the_slope(ask: Question | None) -> Question | None:
    """A question after which the second derivative is still to be asked for."""
    return replace(ask, after=1) if ask else None


def returned(case: Case) -> Question | None:
    """What `autograd.grad` returns, asked of PyTorch."""
    kind = type_returned(case, case.tracked[0])
    shown = {"tuple": "a_tuple", "Tensor": "a_tensor"}[kind]
    wrong = {name for name in ("a_tuple", "a_tensor", "nothing") if name != shown}
    return only_the_slope(multiple_choice("returned", shown, sorted(wrong), 1, slope=brief(grad_of(case))))


def without_graph(case: Case) -> Question | None:
    """Again, without a graph of the gradient; that PyTorch refuses it is tried."""
    reason = without_create_graph(case, case.tracked[0], output_of(case))
    second = orders_of(case)[2]
    wrong = {brief(second): "graph_by_itself", brief(torch.zeros_like(second)): "slope_is_fixed"}
    return only_the_slope(in_words("without_graph", say("predict.error"), reasons(wrong), 1, reason=reason))


def still(case: Case) -> Question | None:
    """What y'' is at another place."""
    _, first, second = orders_of(case)
    wrong = {"slope_again": first, "times_position": second * observed(case).inputs[case.tracked[0]]}
    return ask("still", second, wrong, name=case.tracked[0], place_of=write_value(case.inputs[case.tracked[0]]))


def decides(case: Case) -> Question | None:
    """Whether y'' decides between minimum, maximum and neither."""
    second = orders_of(case)[2].item()
    right = "undecided" if second == 0 else "is_minimum" if second > 0 else "is_maximum"
    wrong = sorted({"undecided", "is_minimum", "is_maximum"} - {right})
    return multiple_choice("decides", right, wrong, second=brief(second))


LECTURE: dict[str, Callable[[Case, Address], Question | None]] = {
    "first_derivative": of_case(lambda case: only_the_slope(first_derivative(case))),
    "returned": of_case(returned),
    "without_graph": of_case(without_graph),
    "second_derivative": of_case(second_derivative),
    "still": of_case(still),
    "decides": of_case(decides),
}
"""The questions of the lecture's lesson, in its order."""
