"""`/pitfalls`: scripts that go wrong in PyTorch, first those that do so silently; each beside its graph, and mended."""

import json
from html import escape

import streamlit as st

from playground.drawing.graph_text import describe, legend
from playground.pitfalls.compute import pitfall_drawn, pitfall_exported, provoked
from playground.pitfalls.drawing import both, changed
from playground.pitfalls.script_run import Provoked
from playground.pitfalls.table import LOUD, PITFALLS, SILENT, Pitfall
from playground.web.choice import one
from playground.web.files import source
from playground.web.view import projected
from playground.web.widgets import gradient, question, script_panel, sentence, value
from playground.words import say


def style() -> str:
    """The page's style sheet, with a heading above the first pitfall of each kind."""
    first = {SILENT: 1, LOUD: 1 + sum(row.kind == SILENT for row in PITFALLS.values())}
    headings = "".join(
        f'.st-key-pitfall-list [role="radiogroup"] > :nth-child({place})::before '
        f"{{ content: {json.dumps(say(f'pitfalls.{kind}'), ensure_ascii=False)}; }}"
        for kind, place in first.items()
    )
    return f"<style>{source('pitfalls/pitfalls.css')}{headings}</style>"


def choose() -> Pitfall:
    """Which pitfall; another one is not mended at first."""
    names = list(PITFALLS)
    with st.container(key="pitfall-list"):
        return PITFALLS[one("pitfall", say("pitfalls.choose"), names, _title, _not_mended)]


def _title(key: str) -> str:
    return say(f"pitfalls.{key}.title")


def _not_mended() -> None:
    st.session_state["mended"] = False


def code(pitfall: Pitfall, wrong: Provoked, mended: bool) -> None:
    """The script that ran; what was changed in it, or the line that PyTorch refused, stands out."""
    text, marked, kind = pitfall.code, frozenset[int](), "refused"
    if mended:
        text, marked, kind = pitfall.mended, changed(pitfall.code, pitfall.mended), "new"
    elif wrong.refusal:
        marked = frozenset({wrong.refusal.line})
    lines = (
        f'<span class="line {kind if place in marked else ""}">{escape(line)}</span>'
        for place, line in enumerate(text.splitlines())
    )
    st.html(f'<pre class="script pitfall" tabindex="0"><code>{"".join(lines)}</code></pre>')


def outcomes(wrong: Provoked, right: Provoked | None) -> None:
    """What PyTorch printed or said, and beside it what the mended script printed."""
    shown = [_outcome("before", wrong)] + ([_outcome("after", right)] if right else [])
    with st.container(key="results"):
        st.html(f'<div class="outcomes">{"".join(shown)}</div>')


def _outcome(name: str, seen: Provoked) -> str:
    """The lines that a script printed, and PyTorch's own words."""
    lines = "".join(f'<pre class="result">{escape(line)}</pre>' for line in seen.printed)
    words = seen.warning and ("UserWarning", seen.warning)
    if seen.refusal:
        words = seen.refusal.kind, seen.refusal.message
    said = f'<p class="refusal"><span class="kind">{escape(words[0])}</span> {escape(words[1])}</p>' if words else ""
    return f'<div class="outcome {name}"><h2>{escape(say(f"pitfalls.{name}"))}</h2>{lines}{said}</div>'


def explain(pitfall: Pitfall, wrong: Provoked, right: Provoked, mended: bool) -> None:
    """What happened, and how it is mended, in the numbers of both scripts."""
    texts = {name: (gradient if name.endswith("grad") else value)(text) for name, text in both(wrong, right).items()}
    sentence(say(f"pitfalls.{pitfall.key}.why", **texts))
    if mended:
        sentence(say(f"pitfalls.{pitfall.key}.mend", **texts))


def page() -> None:
    """Draw the page."""
    st.html(style())
    side, main = (None, st.container()) if projected() else st.columns([1, 3.7], gap="medium")
    asked = main.container(key="question", horizontal=True, vertical_alignment="center")
    with side or asked.popover(say("pitfalls.choose"), key="pitfall-choice"):
        pitfall = choose()
    with asked:
        question(say(f"pitfalls.question_{pitfall.kind}"))
        mended = st.toggle(say("pitfalls.mend"), key="mended", bind="query-params")
    with main:
        wrong, right = provoked(pitfall.key, False), provoked(pitfall.key, True)
        seen = right if mended else wrong
        text, drawing = st.columns([10, 11], gap="medium")
        with text:
            code(pitfall, wrong, mended)
        with drawing, st.container(key="graph"):
            dot = pitfall_drawn(pitfall.key, mended, projected())
            st.graphviz_chart(dot, alt=describe(seen.graph, seen.backward))
            st.html(legend())
        outcomes(wrong, right if mended else None)
        explain(pitfall, wrong, right, mended)
    export = pitfall_exported(pitfall.key)
    script_panel(export.script, "pitfall.py", export.notebook)
