"""What a pitfall says with other numbers than its own is what happens with them, whatever numbers somebody types."""

import math
from collections.abc import Callable, Mapping

import numpy
import pytest
import torch
from hypothesis import example, given, settings
from hypothesis import strategies as st

from playground.pitfalls.compute import script_result
from playground.pitfalls.questions import NUMBER, as_told, question_of
from playground.pitfalls.table import PITFALLS
from playground.words import say

CLAIMS: dict[str, Callable[[float, list[float], list[float]], bool]] = {
    "detach": lambda x, wrong, mended: wrong == [_single(x)] and mended == [2 * _single(x)],
    "data": lambda x, wrong, mended: wrong == [2 * _single(_single(x) - 1)] and mended == [2 * _single(x)],
    "item": lambda x, wrong, mended: mended == pytest.approx([3 * wrong[0]], rel=1e-6, abs=1e-44),
    "where-nan": lambda x, wrong, mended: math.isnan(wrong[0]) and mended == [1],
    "sqrt": lambda x, wrong, mended: math.isnan(wrong[0]) and x == 0 and mended == [0],
    "log-softmax": lambda x, wrong, mended: math.isnan(wrong[0]) and x > 80 and mended == [-1, 1],
    "softmax-twice": lambda x, wrong, mended: 0.3132 <= wrong[0] <= 1.3133 and wrong != mended,
    "relu": lambda x, wrong, mended: _single(x) == 0 and wrong == [0] and mended == [1],
    "round": lambda x, wrong, mended: wrong == [0] and mended == [2 * round(_single(x))],
    "adam-decay": lambda x, wrong, mended: abs(wrong[0] - x) == pytest.approx(0.1, abs=2e-4),
}
"""By pitfall what its words say of x and of the numbers that the two scripts print."""
OWN_ANSWERS = {"detach": lambda x: x * x, "round": lambda x: 2 * x, "adam-decay": lambda x: x}
"""What the second wrong answer is said to be, where that is a function of x."""

EXTREME = st.sampled_from((0.0, 0.5, 2.5, -1.0, 88.5, 95.0, 100.0, 1e-4, 1e-20, 1e19, 1.2e19, 2e38, -1e30, 1e308))
TYPED = st.one_of(EXTREME, st.floats(-200, 200), st.floats(allow_nan=False, allow_infinity=False))


def _single(x: float) -> float:
    return torch.tensor(x).item()


def test_every_pitfall_with_numbers_to_change_is_asked() -> None:
    assert CLAIMS.keys() == {key for key, row in PITFALLS.items() if row.values}


@pytest.mark.parametrize("key", CLAIMS)
@settings(max_examples=10, deadline=None)
@example(3.0)
@example(1e-20)
@example(1e30)
@given(TYPED)
def test_where_a_pitfall_has_its_own_words_they_hold(key: str, x: float) -> None:
    row = PITFALLS[key]
    values: Mapping[str, float] = {**row.values, "x": x + 0.0}
    wrong, mended = (script_result(key, is_mended, tuple(values.items())) for is_mended in (False, True))
    question = question_of(row, dict(values), wrong, mended)
    if not as_told(row, values, wrong, mended):
        assert {answer.reason for answer in question.known[1:]} <= {say("predict.not_that")}
        return
    numbers = [[float(n) for n in NUMBER.findall(result.printed[-1].partition(" = ")[2])] for result in (wrong, mended)]
    assert CLAIMS[key](x, *numbers), (x, numbers)
    for answer in question.known:
        if key in OWN_ANSWERS and answer.reason == say(f"pitfalls.{key}.wrong_2"):
            with numpy.errstate(all="ignore"):
                own = float(OWN_ANSWERS[key](numpy.float32(x)))
            assert float(answer.text) == pytest.approx(own, rel=1e-6, abs=1e-40)


@pytest.mark.parametrize("key", CLAIMS)
def test_with_its_first_numbers_a_pitfall_has_its_own_words(key: str) -> None:
    row = PITFALLS[key]
    runs = [script_result(key, is_mended, tuple(row.values.items())) for is_mended in (False, True)]
    assert as_told(row, row.values, *runs)
