"""The list of verdicts in the documentation is the one in the code, with the sentences that are shown."""

from pathlib import Path

from playground.proof.verdict import VERDICTS
from playground.words import sentences

PAGE = Path(__file__).parents[2] / "docs" / "verdicts.md"


def listed() -> str:
    """The table of `docs/verdicts.md`: `python -m tests.proof.test_verdict_list` prints it."""
    words = sentences()
    lines = ["| verdict | when | what is said |", "|---|---|---|"]
    for verdict in VERDICTS:
        cells = (words[f"proof.short.{verdict.key}"], verdict.when, words[f"proof.{verdict.key}"])
        lines.append("| " + " | ".join(cell.replace("|", r"\|") for cell in cells) + " |")
    return "\n".join(lines) + "\n"


def test_the_documentation_lists_every_verdict_with_its_condition() -> None:
    assert listed() in PAGE.read_text("utf-8")


if __name__ == "__main__":
    print(listed(), end="")
