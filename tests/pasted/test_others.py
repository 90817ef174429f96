"""Scripts of other shapes than the tutorial's give the pages with the numbers that they come to when they are run."""

import pytest

from tests.pasted.others import SCRIPTS
from tests.pasted.scripts import assert_read


@pytest.mark.parametrize("key", SCRIPTS)
def test_a_script_gives_its_page_with_its_numbers(key: str) -> None:
    assert_read(*SCRIPTS[key])
