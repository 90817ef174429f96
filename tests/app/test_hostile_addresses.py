"""No address breaks a page, whatever several of its parameters say at once."""

from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from playground.web.address import FAMILIES
from playground.web.files import PAGES as FILES
from tests.hostile import ATTACKS, NUMBERS, assert_sound
from tests.programs import among
from tests.reading import HOSTILE, opened
from tests.registry import CHOICES, KNOWN, OFF

PAGES = sorted(path.stem for path in FILES.glob("*.py"))
OPEN = sorted(name for name, choices in CHOICES.items() if choices == OFF)

PROGRAMS = (
    "y = a*x^2 + b*x + c", "y1 = x1*x2; y2 = x1 + x2", "y = sqrt(x)", "y = log(x)", "y = 1/x", "y = exp(x)",
    "y = exp(exp(x))", "y = x^-3", "z = log(x) + y^0.5", "y = abs(x)^0.5", "y = x/x", "y = prod(x)", "y = norm(x)",
    "y = softmax(x)", "y = x @ x", "y = sum(x @ w)", "y = 1e38*x*x", "z = x^2 + 20*y^2", "y = tan(x); z = y*y", "y = 2",
    "y = acos(x)", "y = x", "y = detach(x)",
)  # fmt: skip
"""Programs of every kind, most of which have places without a value or a slope."""
VALUES = ("0", "-1", "1", "3", "0.5", "1e30", "-1e30", "1e-30", "88", "89", "[0, -1]", "[[0, -1], [1e30, 2]]", "[[0]]")

texts = st.one_of(
    st.sampled_from(ATTACKS),
    st.sampled_from(NUMBERS),
    st.sampled_from(HOSTILE),
    st.text(max_size=40),
    st.lists(st.sampled_from(ATTACKS), min_size=2, max_size=4).map(" ".join),
    st.text(max_size=8).map(lambda text: text * 700),
)
"""Any text but one with half a character: no browser sends that."""
families = st.builds(
    str.__add__, st.sampled_from(FAMILIES), st.one_of(st.sampled_from(("x", "y", "a", "w", "x1")), texts)
)
names = st.one_of(st.sampled_from(sorted(KNOWN)), families)


@st.composite
def addresses(draw: Any) -> dict[str, str]:
    """An address with a few parameters that nobody should write, and panels that are open to show what comes of it."""
    address = dict.fromkeys(draw(st.lists(st.sampled_from(OPEN), max_size=6)), "true")
    if draw(st.integers(0, 3)):
        address["f"] = draw(among(PROGRAMS))
    for name in ("x", "y", "w", "x1"):
        if draw(st.booleans()):
            address[f"at.{name}"] = draw(among(VALUES))
    return address | draw(st.dictionaries(st.one_of(names, names, names, texts), texts, max_size=6))


@given(st.sampled_from(PAGES), addresses())
@settings(max_examples=60, suppress_health_check=[HealthCheck.too_slow])
def test_no_address_breaks_a_page_or_is_more_than_text_in_it(page: str, address: dict[str, str]) -> None:
    assert_sound(opened(page, **address), *address, *address.values())


@pytest.mark.parametrize("page", PAGES)
def test_every_parameter_of_a_page_takes_every_attack(page: str) -> None:
    """All parameters say the same, or each says something else."""
    for turn in range(4):
        texts = (*ATTACKS, *NUMBERS, *HOSTILE)
        address = {name: texts[(place * 7 + turn * 29) % len(texts)] for place, name in enumerate(sorted(KNOWN))}
        address |= {"f": PROGRAMS[turn * 5], "lang": "en"} | dict.fromkeys(OPEN, "true")
        assert_sound(opened(page, **address), *address.values())
