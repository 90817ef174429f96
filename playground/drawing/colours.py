"""The colours of every drawing, each for the light and for the dark theme."""

from enum import Enum


class Colour(Enum):
    """One role's colour in both themes; no two roles share one, so a style sheet can tell them apart."""

    VALUE = "#1f5fbf", "#82b1ff"
    GRADIENT = "#b5500a", "#ffa052"
    INK = "#1d2430", "#eceff4"
    QUIET = "#667080", "#98a2b3"
    UNTRACKED = "#8a93a1", "#667082"
    UNTRACKED_FILL = "#f6f7f9", "#161b23"
    OPERATION = "#c8ced7", "#465061"
    OPERATION_FILL = "#ffffff", "#1c222c"
    LEAF = "#dfa06b", "#8f5a2b"
    LEAF_FILL = "#fff6ed", "#2e2015"
    OUTPUT = "#86abe6", "#3f66a8"
    OUTPUT_FILL = "#eef4fe", "#16243d"
    MARK = "#b3261e", "#ff8a80"

    def __init__(self, light: str, dark: str) -> None:
        self.light = light
        self.dark = dark
