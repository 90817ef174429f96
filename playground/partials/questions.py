"""What is asked on the partials page: what one call returns, and a second one."""

from collections.abc import Callable
from dataclasses import replace

import torch

from playground.drawing.numbers import brief
from playground.engine.case import Case
from playground.engine.misreadings import usual
from playground.partials.compute import called, called_twice
from playground.partials.grad_call import GradCall
from playground.web.case import observed
from playground.web.leaf_questions import Questions
from playground.web.parameters import some_of
from playground.web.question import Address, Question, ask, in_words, of_case, reasons
from playground.words import say


def one_call(case: Case, address: Address) -> Questions:
    """What one call of `autograd.grad` returns, for each input."""
    observation = observed(case)
    outputs = _names(
        "outputs", address, tuple(observation.outputs), tuple(observation.started) or tuple(observation.outputs)
    )
    inputs = _names("inputs", address, case.program.inputs, case.tracked or case.program.inputs)
    if not outputs or not inputs:
        return []
    partials = called(case, GradCall(outputs, inputs))
    plain = called(replace(case, gradient=()), GradCall(outputs, inputs)).first.grads or {}
    asks = []
    for name, grad in (partials.first.grads or {}).items():
        if grad is not None:
            rows = {output: row.get(name) for output, row in partials.table.items()}
            wrong = {
                "weights": plain.get(name),
                "only_one": rows.get(outputs[0]),
                "only_one_too": rows.get(outputs[-1]),
            }
            known = {key: number for key, number in wrong.items() if number is not None}
            asks.append(ask("returned_for", grad, known | usual(grad), name=name, outputs=", ".join(outputs)))
    return [question for question in asks if question is not None]


def _names(key: str, address: Address, offered: tuple[str, ...], usual: tuple[str, ...]) -> tuple[str, ...]:
    """The outputs or the inputs of the call that an address asks for."""
    return some_of(key, address[key], offered, usual).chosen if key in address else usual


def _call(case: Case, *outputs: str) -> str:
    """What a call returns, written as one text."""
    grads = called(case, GradCall(outputs, case.tracked)).first.grads or {}
    return _tuple(list(grads.values()))


def _tuple(grads: list[torch.Tensor | None]) -> str:
    return f"({', '.join('None' if grad is None else brief(grad) for grad in grads)})"


def one_output(case: Case) -> Question | None:
    inputs = _tuple([observed(case).inputs[name] for name in case.tracked])
    wrong = {_call(case, "y1", "y2"): "both_added", inputs: "own_factor"}
    return in_words("one_output", _call(case, "y1"), reasons(wrong))


def call_again(output: str, key: str) -> Callable[[Case], Question | None]:
    """The same call a second time on one graph, tried in PyTorch."""

    def asked(case: Case) -> Question | None:
        second = called_twice(case, GradCall((output,), case.tracked)).second
        once = _call(case, output)
        double = _tuple(
            [
                2 * grad
                for grad in (called(case, GradCall((output,), case.tracked)).first.grads or {}).values()
                if grad is not None
            ]
        )
        error = say("predict.error")
        if second.grads is None:
            wrong = {once: "still_there", double: "returned_doubled"}
            return in_words(key, error, reasons(wrong), reason=(second.refused or "").partition(" (")[0])
        wrong = {error: "always_freed", double: "returned_doubled"}
        return in_words(key, once, reasons(wrong))

    return asked


def both_outputs(case: Case) -> Question | None:
    first, second = _call(case, "y1"), _call(case, "y2")
    wrong = {f"{first}, {second}": "two_rows", first: "only_the_first"}
    return in_words("both_outputs", _call(case, "y1", "y2"), reasons(wrong), first=first, second=second)


def difference(case: Case) -> Question | None:
    plain, opposite = replace(case, gradient=()), replace(case, gradient=(("y1", -1),))
    wrong = {_call(plain, "y1", "y2"): "weights_forgotten", _call(opposite, "y1", "y2"): "weights_swapped"}
    return in_words(
        "difference", _call(case, "y1", "y2"), reasons(wrong), first=_call(plain, "y1"), second=_call(plain, "y2")
    )


ONE_CALL = 1
"""The place from which on is known what one call returns, and not what others do."""


def alone(ask: Callable[[Case], Question | None]) -> Callable[[Case, Address], Question | None]:
    """A question after which it is still to be asked what other outputs contribute."""
    return lambda case, _: replace(question, after=ONE_CALL) if (question := ask(case)) else None


LECTURE: dict[str, Callable[[Case, Address], Question | None]] = {
    "one_output": alone(one_output),
    "call_again": alone(call_again("y1", "call_again")),
    "call_sum_again": alone(call_again("y2", "call_sum_again")),
    "both_outputs": of_case(both_outputs),
    "difference": of_case(difference),
}
"""The questions of the lecture's lesson, in its order."""
