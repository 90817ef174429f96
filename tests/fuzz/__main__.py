"""A search for texts that break the house, guided by the lines they reach: `SECONDS=600 make fuzz`.

Every text that reaches a new line is kept in `.fuzz/` and is where the next search begins. One that breaks something
is written to a file of its own, and ends the search; `python -m tests.fuzz FILE` runs that text again.
`WHAT=scripts make fuzz` searches scripts instead of programs.
"""

import os
import sys
from collections import Counter
from pathlib import Path

import atheris

with atheris.instrument_imports(include=["lark", "playground"]):
    from tests.fuzz import once as programs
    from tests.fuzz import scripts
    from tests.fuzz.once import BETWEEN

from playground.language.operations import CONSTANTS, NAMES, OPERATORS

SCRIPTS = os.environ.get("WHAT") == "scripts"
KEPT = Path(".fuzz/scripts" if SCRIPTS else ".fuzz")
LONGEST = 4096
"""bytes of a text: a program and a few values, or a script."""
once, seeds = (scripts.once, scripts.seeds) if SCRIPTS else (programs.once, programs.seeds)
SLOW = 30 if SCRIPTS else 10
"""seconds of one text that end the search; a script of 200 operations is computed too, each line of Python counted."""

came_to: Counter[str] = Counter()
"""How far the texts came."""


def try_(data: bytes) -> None:
    """One text; bytes that are no UTF-8 become what a broken client may send instead."""
    came_to[once(data.decode("utf-8", "surrogateescape"))] += 1
    if came_to.total() % 10_000 == 0:
        print(dict(came_to), flush=True)


def prepare() -> list[str]:
    """Write the seeds and the words of the language where libFuzzer looks for them; its options."""
    texts, words = KEPT / "texts", KEPT / "words"
    texts.mkdir(parents=True, exist_ok=True)
    for place, seed in enumerate(seeds()):
        (texts / f"seed{place}").write_bytes(seed.encode("utf-8", "surrogatepass"))
    signs = [
        *NAMES,
        *CONSTANTS,
        *OPERATORS,
        BETWEEN,
        "torch.",
        "dim=",
        "keepdim=",
        "[[",
        "]]",
        "f(x) =",
        "²",
        "⁻¹",
        "|",
        *(scripts.WORDS if SCRIPTS else ()),
    ]
    escaped = ("".join(f"\\x{byte:02x}" for byte in sign.encode()) for sign in signs)
    words.write_text("".join(f'"{word}"\n' for word in escaped))
    return [f"-dict={words}", f"-max_len={LONGEST}", f"-timeout={SLOW}", f"-artifact_prefix={KEPT}/", str(texts)]


if __name__ == "__main__":
    files = [argument for argument in sys.argv[1:] if not argument.startswith("-")]
    once(next(iter(seeds())))  # what is made once takes its time
    atheris.Setup(sys.argv if files else [*sys.argv, *prepare()], try_)
    atheris.Fuzz()
