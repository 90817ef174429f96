"""How wide a text with Chinese signs is, of which the font that Graphviz reckons with has none."""

from unicodedata import east_asian_width

WIDE_EMS, OTHER_EMS = 1.0, 0.6
"""The width of a sign as a part of the text's size: rather too wide than running over its box."""


def width(text: str, size: float) -> float:
    """About the width of a text in points."""
    return size * sum(WIDE_EMS if has_wide(sign) else OTHER_EMS for sign in text)


def has_wide(text: str) -> bool:
    """Whether a text has signs as wide as they are high, as Chinese ones are."""
    return any(east_asian_width(sign) in "WF" for sign in text)
