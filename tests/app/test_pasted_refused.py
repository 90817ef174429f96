"""A script in the program box of which nothing can be read is refused as a script, by its line, in both languages."""

import pytest

from playground.words import languages
from tests.reading import found, opened, said

BAD = {
    "nothing is differentiated": ("import os\nwhile True:\n    pass\nx = torch.tensor(2.0, requires_grad=True)\n", 1),
    "a syntax error": ("import torch\nx = torch.tensor(2.0, requires_grad=True)\ny = x**2 +\ny.backward()\n", 3),
    "a class alone": ("class Net:\n    pass\n", 1),
}


@pytest.mark.parametrize("language", languages())
@pytest.mark.parametrize("key", BAD)
def test_a_script_that_opens_no_page_is_refused_by_its_line(key: str, language: str) -> None:
    text, line = BAD[key]
    app = opened("graph", f=text, lang=language)
    assert not app.exception
    (problem,) = found(app, "problem")
    assert f"{'Line' if language == 'en' else '第'} {line}" in problem


def test_lines_that_are_half_a_program_are_refused_as_one() -> None:
    app = opened("graph", f="u = x^2\ny = u*")
    assert "The formula stops too early" in said(app)
