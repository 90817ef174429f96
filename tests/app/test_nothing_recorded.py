"""Where nothing was recorded although an input requires a gradient, no page says that none does."""

import pytest

from tests.reading import opened, said


@pytest.mark.parametrize("page", ["graph", "matrix", "second", "descent"])
def test_of_what_is_detached_only_the_output_is_said_to_require_no_gradient(page: str) -> None:
    words = said(opened(page, f="y = detach(x)"))
    assert "No output requires a gradient" in words
    assert "No input requires" not in words
    assert "Nothing here requires" not in words


def test_an_input_that_no_path_leads_to_is_not_said_to_be_no_number() -> None:
    words = said(opened("scalar", f="y = sum(v) + detach(x)", **{"at.v": "[1, 2]", "at.x": "3"}))
    assert "No input with a gradient is a single number" in words
