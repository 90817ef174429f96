"""How wide Helvetica is.

Graphviz in the browser knows the width of ASCII only and counts a space for every byte of any other sign, so that
formulas (`a·x²`) would stand in boxes too wide for them, and not in their middle. These are the font's own widths
(Adobe Font Metrics), as parts of the text's size; signs of nearly the same width stand together.
"""

from unicodedata import east_asian_width

WIDTHS = {
    "ijl'‘’": 0.222,
    "|": 0.26,
    " !,./:;I[\\]t·": 0.278,
    "()-`r{}²³¹": 0.333,
    '"ᵀ': 0.37,
    "*°": 0.389,
    "⁰⁴⁵⁶⁷⁸⁹": 0.4,
    "^": 0.469,
    "Jckvxyzs‖⁻∂": 0.5,
    "#$0123456789?L_abdeghnopqu√≤≥": 0.556,
    "+<=>~×÷−±": 0.584,
    "FTZΣ∛": 0.63,
    "&ABEKPSVXYπ": 0.687,
    "CDHNRUw∑∞": 0.722,
    "GOQ": 0.778,
    "Mm∏½": 0.833,
    "%": 0.889,
    "W": 0.944,
    "@…": 1.0,
}
EMS = {sign: width for signs, width in WIDTHS.items() for sign in signs}
UNKNOWN_EMS = 0.7
"""The width of a sign that is not listed, as a part of the size: rather too wide than running over its box."""


def width(text: str, size: float) -> float:
    """The width of a text in points."""
    return size * sum(EMS.get(sign, 1.0 if has_wide(sign) else UNKNOWN_EMS) for sign in text)


def has_wide(text: str) -> bool:
    """Whether a text has signs as wide as they are high, as Chinese ones are."""
    return any(east_asian_width(sign) in "WF" for sign in text)
