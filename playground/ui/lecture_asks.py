"""What is asked in the five lessons of the lecture, step by step; right and wrong answers are tried out in PyTorch."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from itertools import pairwise

import torch

from playground.autodiff.experiments import DTYPES
from playground.autodiff.partials import Asked
from playground.autodiff.predict import LINES, line_that_moves, turns, type_returned
from playground.drawing.asks import Ask, ask, in_words
from playground.drawing.graph_asks import of_turn
from playground.drawing.numbers import brief
from playground.ui.asks import (
    Address,
    first_derivative,
    grad_of,
    orders_of,
    output_of,
    outputs_of,
    second_derivative,
    weighted,
)
from playground.ui.compute import Case, observed, program_of, values_of
from playground.ui.compute_descent import Setup, walked
from playground.ui.compute_matrix import both_ways, refusal
from playground.ui.compute_partials import called, called_twice
from playground.ui.compute_second import without_create_graph
from playground.ui.descent_setup import RATE
from playground.words import say

# A: who adds what?


def chain_value(case: Case) -> Ask | None:
    """The output, before anything goes back."""
    return next(iter(outputs_of(case, {})), None)


def turn(number: int) -> Callable[[Case], Ask | None]:
    """One of the numbers that travel back."""
    return lambda case: of_turn(turns(observed(case))[number], observed(case))


# B: no single slope


def no_argument(case: Case) -> Ask | None:
    """Backward from a matrix alone; that PyTorch refuses it is tried."""
    ones = grad_of(weighted(case, ""))
    reason = refusal(case, output_of(case))
    wrong = {brief(ones): "ones_taken", brief(ones.sum()): "one_number"}
    return in_words("no_argument", say("predict.error"), _reasons(wrong), reason=reason)


def last_entry(case: Case) -> Ask | None:
    wrong = {"argument_forgotten": grad_of(weighted(case, "")), "other_entry": grad_of(weighted(case, "entry 0, 0"))}
    return ask("last_entry", grad_of(case), wrong)


def all_ones(case: Case) -> Ask | None:
    right, last = grad_of(case), grad_of(weighted(case, "entry 1, 1"))
    return ask("all_ones", right, {"only_entry": last, "one_number": right.sum()})


def weights(case: Case) -> Ask | None:
    seen = observed(case)
    wrong = {"argument_forgotten": grad_of(weighted(case, "")), "slopes_forgotten": seen.started[output_of(case)]}
    return ask("weighted", grad_of(case), wrong)


def as_a_sum(case: Case) -> Ask | None:
    right = both_ways(case, output_of(case)).summed[case.tracked[0]]
    assert right is not None
    wrong = {"one_number": right.sum(), "argument_forgotten": grad_of(weighted(case, ""))}
    return ask("as_a_sum", right, wrong)


def first_entry(case: Case) -> Ask | None:
    entrywise = replace(case, program="y = x^2")
    wrong = {"entry_by_entry": grad_of(entrywise), "argument_forgotten": grad_of(weighted(case, ""))}
    return ask("first_entry", grad_of(case), wrong)


# C: a gradient is a graph


def returned(case: Case) -> Ask | None:
    """What `autograd.grad` returns, asked of PyTorch."""
    kind = type_returned(program_of(case.program), values_of(case), case.tracked[0], DTYPES[case.dtype])
    shown = {"tuple": "a_tuple", "Tensor": "a_tensor"}[kind]
    wrong = {name for name in ("a_tuple", "a_tensor", "nothing") if name != shown}
    return _chosen("returned", shown, sorted(wrong), slope=brief(grad_of(case)))


def without_graph(case: Case) -> Ask | None:
    """Again, without a graph of the gradient; that PyTorch refuses it is tried."""
    reason = without_create_graph(case, output_of(case), case.tracked[0])
    second = orders_of(case)[2]
    wrong = {brief(second): "graph_by_itself", brief(torch.zeros_like(second)): "slope_is_fixed"}
    return in_words("without_graph", say("predict.error"), _reasons(wrong), reason=reason)


def still(case: Case) -> Ask | None:
    """y'' somewhere else."""
    _, first, second = orders_of(case)
    wrong = {"slope_again": first, "times_position": second * observed(case).inputs[case.tracked[0]]}
    return ask("still", second, wrong, name=case.tracked[0], place_of=dict(case.values)[case.tracked[0]])


def decides(case: Case) -> Ask | None:
    """Whether y'' decides between minimum, maximum and neither."""
    second = orders_of(case)[2].item()
    right = "undecided" if second == 0 else "is_minimum" if second > 0 else "is_maximum"
    wrong = sorted({"undecided", "is_minimum", "is_maximum"} - {right})
    return _chosen("decides", right, wrong, second=brief(second))


# D: two outputs


def _call(case: Case, *outputs: str) -> str:
    """What a call returns, written as one text."""
    grads = called(case, Asked(outputs, case.tracked)).first.grads or {}
    return _tuple(list(grads.values()))


def _tuple(grads: list[torch.Tensor | None]) -> str:
    return f"({', '.join('None' if grad is None else brief(grad) for grad in grads)})"


def one_output(case: Case) -> Ask | None:
    inputs = _tuple([observed(case).inputs[name] for name in case.tracked])
    wrong = {_call(case, "y1", "y2"): "both_added", inputs: "own_factor"}
    return in_words("one_output", _call(case, "y1"), _reasons(wrong))


def call_again(output: str, key: str) -> Callable[[Case], Ask | None]:
    """The same call a second time on one graph, tried in PyTorch."""

    def asked(case: Case) -> Ask | None:
        second = called_twice(case, Asked((output,), case.tracked)).second
        once = _call(case, output)
        double = _tuple([2 * grad for grad in (called(case, Asked((output,), case.tracked)).first.grads or {}).values()
                         if grad is not None])  # fmt: skip
        error = say("predict.error")
        if second.grads is None:
            wrong = {once: "still_there", double: "returned_doubled"}
            return in_words(key, error, _reasons(wrong), reason=(second.refused or "").partition(" (")[0])
        wrong = {error: "always_freed", double: "returned_doubled"}
        return in_words(key, once, _reasons(wrong))

    return asked


def both_outputs(case: Case) -> Ask | None:
    first, second = _call(case, "y1"), _call(case, "y2")
    wrong = {f"{first}, {second}": "two_rows", first: "only_the_first"}
    return in_words("both_outputs", _call(case, "y1", "y2"), _reasons(wrong), first=first, second=second)


def difference(case: Case) -> Ask | None:
    plain, other = replace(case, gradient=()), replace(case, gradient=(("y1", "-1"),))
    wrong = {_call(plain, "y1", "y2"): "weights_forgotten", _call(other, "y1", "y2"): "weights_swapped"}
    return in_words(
        "difference", _call(case, "y1", "y2"), _reasons(wrong), first=_call(plain, "y1"), second=_call(plain, "y2")
    )


# E: downhill


def which_line(case: Case) -> Ask | None:
    """The line of the loop that moves the leaf, found by trying."""
    right = line_that_moves(program_of(case.program), values_of(case), case.tracked[0], DTYPES[case.dtype])
    return _chosen("which_line", right, [line for line in LINES if line != right])


def _path(case: Case, address: Address) -> tuple[list[float], bool]:
    """Where a run came by, and whether it went beyond every number."""
    setup = Setup(output_of(case), lr=float(address.get("lr", RATE)), zero_grad=address.get("forget") != "true")
    run = walked(case, setup)
    return [float(number) for number in run.positions[case.tracked[0]]], run.diverged_at is not None


def next_step(case: Case) -> Ask | None:
    start, first, second, *_ = _path(case, {})[0]
    wrong = {"same_length": first + (first - start), "longer": first + 2 * (first - start)}
    return ask("next_step", second, wrong, 0, first=brief(first))


def the_end(case: Case) -> Ask | None:
    path = _path(case, {})[0]
    there = _path(case, {"lr": "0.5"})[0][-1]
    return ask("the_end", path[-1], {"exactly": there, "steps_alike": path[0] + len(path[1:]) * (path[1] - path[0])}, 0)


FATES = ("arrives", "swings", "diverges")
NEAR, FAR = "near", "far"
AT_REST = 1e-6
"""of the longest step is the last one of a run at rest."""


def fate(path: list[float], gone: bool) -> str:
    """What became of a run: gone for good, at rest, or neither."""
    moved = [abs(after - before) for before, after in pairwise(path)]
    return "diverges" if gone else "arrives" if moved[-1] <= AT_REST * max(1.0, *moved) else "swings"


def rate(case: Case, address: Address) -> Ask | None:
    path, gone = _path(case, address)
    right = fate(path, gone)
    told = {"lr": address.get("lr", RATE), "seen": ", ".join(brief(number) for number in path[:5])}
    return _chosen("rate", right, [name for name in FATES if name != right], 0, **told)


def forgotten(case: Case, address: Address) -> Ask | None:
    path, gone = _path(case, address)
    right = fate(path, gone)
    told = {"low": brief(round(min(path), 2) + 0.0), "high": brief(round(max(path), 2) + 0.0)}
    return _chosen("forgotten", right, [name for name in FATES if name != right], 0, **told)


def valley(case: Case, address: Address) -> Ask | None:
    """In which of two valleys a run ends, if it ends."""
    path, gone = _path(case, address)
    right = "diverges" if gone else NEAR if path[-1] * path[0] > 0 else FAR
    told = {"lr": address["lr"], "seen": ", ".join(brief(number) for number in path[:4]), "end": brief(path[-1])}
    return _chosen("gone" if gone else "valley", right, [x for x in (NEAR, FAR, "diverges") if x != right], 0, **told)


def _of_case(asked: Callable[[Case], Ask | None]) -> Callable[[Case, Address], Ask | None]:
    """What is asked of a case alone, whatever the parameters of its page."""
    return lambda case, _: asked(case)


LECTURE: dict[str, Callable[[Case, Address], Ask | None]] = {
    "chain_value": _of_case(chain_value),
    "chain_start": _of_case(turn(0)),
    "chain_linear": _of_case(turn(1)),
    "chain_square": _of_case(turn(2)),
    "chain_power": _of_case(turn(3)),
    "chain_leaf": _of_case(turn(4)),
    "no_argument": _of_case(no_argument),
    "last_entry": _of_case(last_entry),
    "all_ones": _of_case(all_ones),
    "weighted": _of_case(weights),
    "as_a_sum": _of_case(as_a_sum),
    "first_entry": _of_case(first_entry),
    "first_derivative": _of_case(first_derivative),
    "returned": _of_case(returned),
    "without_graph": _of_case(without_graph),
    "second_derivative": _of_case(second_derivative),
    "still": _of_case(still),
    "decides": _of_case(decides),
    "one_output": _of_case(one_output),
    "call_again": _of_case(call_again("y1", "call_again")),
    "call_sum_again": _of_case(call_again("y2", "call_sum_again")),
    "both_outputs": _of_case(both_outputs),
    "difference": _of_case(difference),
    "which_line": _of_case(which_line),
    "next_step": _of_case(next_step),
    "the_end": _of_case(the_end),
    "rate": rate,
    "forgotten": forgotten,
    "valley": valley,
}
"""What is asked in a lecture: of a case, and of the parameters of its page."""


def _reasons(wrong: Mapping[str, str]) -> dict[str, str]:
    """Wrong answers with the reason of each."""
    return {text: say(f"predict.wrong.{name}", wrong=text) for text, name in wrong.items()}


def _chosen(key: str, right: str, wrong: list[str], place: int | None = None, **told: str) -> Ask | None:
    """A question whose answers are words; why one is wrong, the right answer's sentence says."""
    reasons = {say(f"predict.answer.{name}"): say("predict.not_that") for name in wrong}
    return in_words(key, say(f"predict.answer.{right}"), reasons, place, **told)
