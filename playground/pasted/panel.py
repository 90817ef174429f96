"""A pasted script in the browser: line by line what it became, the page to open, and there what was read of it."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from html import escape
from typing import Any

import streamlit as st

from playground.language import limits
from playground.language.errors import ProgramError
from playground.language.parse import parse
from playground.pasted.read import Script, read_script
from playground.web.cache import kept_in_words
from playground.web.examples import address, path
from playground.web.feature import Feature
from playground.web.head import owned, pasted
from playground.web.link_parameters import carried
from playground.web.recording import live
from playground.web.session_parameters import remembered
from playground.words import say

KEY = "pasted"
"""Where a session keeps the script that was read last."""
WORDS = ("title", "label", "open", "close", "hint", "page")
"""The words of the panel."""

Data = dict[str, Any]


@dataclass(frozen=True)
class Answer:
    """A script that was read, or the sentence that refuses it."""

    script: Script | None
    refused: str = ""


@kept_in_words
def answer(text: str) -> Answer:
    """What a pasted text comes to."""
    try:
        return Answer(read_script(text))
    except ProgramError as problem:
        return Answer(None, problem.message)


def is_program(text: str) -> bool:
    """Whether a text is a program as it stands, so that nothing needs to be read of it as a script."""
    try:
        parse(text)
    except ProgramError:
        return False
    return True


_SCRIPT_LINE = re.compile(r"^\s*(import|from|def|class|for|while|with|print)\b|requires_grad", re.MULTILINE)


def refusal(text: str) -> str:
    """The sentence that refuses a text of several lines which is plainly a script; empty for any other text."""
    several = "\n" in text.strip() and _SCRIPT_LINE.search(text) is not None
    return answer(text[: limits.MAX_NOTEBOOK_CHARACTERS + 1]).refused if several else ""


def script_data() -> Data:
    """What the head's panel shows: its words, and in the run that was asked for it what a text came to."""
    words = {name: say(f"pasted.{name}", page="{page}") for name in WORDS}
    text_sent = pasted()
    if text_sent is None:
        return {"words": words}
    text, turn = text_sent
    if is_program(text):
        return {"words": words, "read": {"turn": turn, "program": True}}
    answer_read = answer(text[: limits.MAX_NOTEBOOK_CHARACTERS + 1])
    if answer_read.script is not None:
        st.session_state[KEY] = text
    return {"words": words, "read": {"turn": turn, **_read(answer_read)}}


def _read(answered: Answer) -> Data:
    if answered.script is None:
        return {"refused": answered.refused, "lines": []}
    page = say(f"{answered.script.page}.menu")
    href = path(answered.script.page) + address({**answered.script.parameters, **carried()})
    return {"lines": [*_lines(answered.script)], "page": page, "href": href}


def _lines(script: Script) -> Iterator[Data]:
    """A row for each line that became something or is remarked upon."""
    source = script.text.split("\n")
    for number, text in script.lines:
        typed = source[number - 1].strip() if number <= len(source) else ""
        remark = say("pasted.line", line=number, said=text) in script.remarks
        yield {"line": number, "typed": typed, "text": text, "remark": remark}


def account_of_script(page: Feature) -> str:
    """What was read of the script that opened this page, as HTML; nothing where another program stands there."""
    text = remembered(KEY)
    if text:
        live()
    script = answer(text).script if text else None
    if script is None or script.page != page.name or owned().get("f", page.start.program) != script.parameters["f"]:
        return ""
    rows = "".join(_row(row) for row in _lines(script))
    title = escape(say("pasted.told", lines=len(script.lines), remarks=len(script.remarks)))
    opened = " open" if script.remarks else ""
    return f'<details class="script-read"{opened}><summary>{title}</summary><table>{rows}</table></details>'


def _row(row: Data) -> str:
    kind = ' class="remark"' if row["remark"] else ""
    typed, text = escape(row["typed"]), escape(row["text"])
    content = text if row["remark"] else f"<code>{text}</code>"
    return f"<tr{kind}><td>{row['line']}</td><td><code>{typed}</code></td><td>{content}</td></tr>"
