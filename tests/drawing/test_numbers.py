"""A number is shown as PyTorch prints it, and in a drawing as shortly as it can be read."""

import math

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from playground.drawing.numbers import brief, entries, shape_and_range, short, whole, written_out

FLOATS = st.one_of(
    st.floats(width=32),
    st.integers(-1000, 1000).map(float),
    st.floats(-10, 10, width=32),
    st.sampled_from((0.0, -0.0, math.nan, math.inf, -math.inf, 1e-5, 1e9)),
)


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        (torch.tensor(-2.0), "-2.0"),
        (torch.tensor(0.1), "0.10000000149011612"),
        (torch.tensor(0.1, dtype=torch.float64), "0.1"),
        (torch.tensor(float("nan")), "nan"),
        (2, "2"),
        (2.0, "2.0"),
        ("(3, 1)", "(3, 1)"),
    ],
)
def test_a_scalar_is_whole_as_item_writes_it(value: torch.Tensor | float | str, shown: str) -> None:
    assert whole(value) == whole(value, entire=True) == shown


@given(st.lists(st.lists(FLOATS, min_size=3, max_size=3), min_size=1, max_size=4), st.booleans())
def test_a_matrix_is_whole_as_print_shows_it(rows: list[list[float]], double: bool) -> None:
    tensor = torch.tensor(rows, dtype=torch.float64 if double else torch.float32)
    assert whole(tensor) == whole(tensor, entire=True) == str(tensor)


@pytest.mark.parametrize("tensor", [torch.tensor([]), torch.arange(5), torch.tensor([[True, False]]), torch.ones(1, 1)])
def test_other_tensors_are_whole_as_print_shows_them(tensor: torch.Tensor) -> None:
    assert whole(tensor, entire=True) == str(tensor)


def test_a_long_tensor_is_whole_where_print_leaves_its_middle_out() -> None:
    tensor = torch.arange(4096.0).reshape(64, 64) % 7 / 7
    assert "..." in whole(tensor)
    assert "..." not in whole(tensor, entire=True)
    assert whole(tensor, entire=True).count(",") == 4095
    assert whole(tensor, entire=True).replace(" ", "").startswith("tensor([[0.0000,0.1429,0.2857,")


def test_a_tensor_with_a_graph_is_shown_without_it() -> None:
    assert whole(torch.ones(2, requires_grad=True) * 2) == "tensor([2., 2.])"


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        (2.0, "2.0"),
        (-2.0, "−2.0"),
        (2, "2"),
        (-15, "−15"),
        (torch.tensor(0.1), "0.1"),
        (1 / 3, "0.3333"),
        (-0.0, "−0.0"),
        (0.99999, "1.0"),
        (1234.5, "1234"),
        (123456.0, "123456.0"),
        (1234567.0, "1.23457e6"),
        (1.2e-7, "1.2e−7"),
        (1e20, "1e20"),
        (float("nan"), "nan"),
        (float("-inf"), "−inf"),
    ],
)
def test_a_number_in_a_drawing_is_short(value: torch.Tensor | float, shown: str) -> None:
    assert short(value) == shown


@given(st.floats(allow_nan=False, allow_infinity=False))
def test_a_short_number_is_close_to_the_number(value: float) -> None:
    assert math.isclose(float(short(value).replace("−", "-")), value, rel_tol=5e-4)
    assert len(short(value)) <= len("−1.23457e−300")


def test_entries_of_a_matrix_of_whole_numbers_are_written_like_them() -> None:
    assert entries(torch.tensor([[0.0, -2.0], [1.0, 2.0]])) == [["0", "−2"], ["1", "2"]]
    assert entries(torch.tensor([[0.0, 0.5]])) == [["0.0", "0.5"]]
    assert entries(torch.tensor([1e7, 1.0])) == [["1e7", "1.0"]]
    assert entries(torch.tensor([1, 2, 3])) == [["1", "2", "3"]]


def test_matrices_up_to_three_by_three_are_written_out() -> None:
    assert all(written_out(torch.ones(shape)) for shape in [(), (1,), (5,), (1, 1), (3, 3), (2, 3)])
    assert not any(written_out(torch.ones(shape)) for shape in [(0,), (6,), (4, 1), (1, 4), (0, 2), (2, 2, 2)])


def test_a_large_tensor_is_its_shape_and_range() -> None:
    assert shape_and_range(torch.tensor([[-2.0, 5.0, 0.0, 1.0]])) == ("1×4", "−2.0 … 5.0")
    assert shape_and_range(torch.ones(64, 64)) == ("64×64", "all 1.0")
    assert shape_and_range(torch.tensor([0.0, math.nan] * 4)) == ("8", "with nan")
    assert shape_and_range(torch.ones(0, 4)) == ("0×4", "")


def test_a_value_in_a_text_is_one_line_with_an_ascii_minus() -> None:
    assert brief(torch.tensor(-1 / 3)) == "-0.333333"
    assert brief(torch.tensor([1.0, -2.0])) == "[1, -2]"
    assert brief(torch.tensor([[1.0, -2.0], [0.5, 4.0]])) == "[[1.0, -2.0], [0.5, 4.0]]"
    assert brief(-torch.arange(4096.0).reshape(64, 64)) == "64×64, -4095.0 … -0.0"
