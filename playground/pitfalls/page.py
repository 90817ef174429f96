"""`/pitfalls`: scripts that go wrong in PyTorch, first the silent ones: asked, shown beside their graph, mended."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from html import escape

import streamlit as st

from playground.pitfalls.compute import Numbers, pitfall_drawn, pitfall_exported, script_result, told_of_pitfall
from playground.pitfalls.drawing import changed, marked_places, texts_of_both
from playground.pitfalls.feature import FEATURE
from playground.pitfalls.panel.numbers import number_boxes, numbers_of
from playground.pitfalls.panel.prediction import answered, prediction
from playground.pitfalls.questions import question_of
from playground.pitfalls.script_run import ScriptResult
from playground.pitfalls.table import LOUD, OLDER, PITFALLS, RENAMED, SILENT, Pitfall
from playground.web import markup
from playground.web.choice import radio
from playground.web.choices import is_on
from playground.web.code import script_panel
from playground.web.graph_view import Picture, graph_view
from playground.web.session_parameters import put, remembered
from playground.web.view import projected
from playground.web.widgets import gradient, question, sentence, value
from playground.words import say

TRAP, MENDED = "trap", "mended"
"""The parameters: which pitfall, and whether it is mended."""

OWN = (MENDED, *sorted({name for row in PITFALLS.values() for name in row.values}))
"""What an address says of one pitfall alone."""


@dataclass(frozen=True)
class Comparison:
    """A pitfall with its numbers, and what its two scripts came to."""

    pitfall: Pitfall
    values: Numbers
    wrong: ScriptResult
    right: ScriptResult

    def text(self, mended: bool) -> str:
        """Either script, as it is read."""
        return self.pitfall.text(mended, dict(self.values))


def style() -> str:
    """A heading above the first pitfall of each kind."""
    first = {SILENT: 1, LOUD: 1 + sum(row.kind == SILENT for row in PITFALLS.values())}
    headings = "".join(
        f'.st-key-pitfall-list [role="radiogroup"] > :nth-child({place})::before '
        f"{{ content: {json.dumps(say(f'pitfalls.{kind}'), ensure_ascii=False)}; }}"
        for kind, place in first.items()
    )
    return f"<style>{headings}</style>"


# Which pitfall


def follow_older_address() -> None:
    """Give a pitfall the name that it has today, where an address has an older one."""
    older = st.query_params.get(OLDER)
    name = st.query_params.get(TRAP, older)
    if name is None:
        return
    today = RENAMED.get(name, name)
    if older is not None or today != name:
        rest = {key: text for key, text in st.query_params.items() if key != OLDER}
        st.query_params.from_dict({**rest, TRAP: today})
        st.rerun()


def choose() -> Pitfall:
    """Which pitfall; another one is not mended at first, and has its own numbers."""
    with st.container(key="pitfall-list"):
        if not projected():  # on a phone the list unfolds below this
            markup.show(
                f'<details class="unfold"><summary>{escape(say("pitfalls.shown", title=_chosen()))}</summary></details>'
            )
        return PITFALLS[radio(TRAP, say("pitfalls.choose"), list(PITFALLS), _title, _afresh)]


def _title(key: str) -> str:
    return say(f"pitfalls.{key}.title")


def _afresh() -> None:
    """Leave what the address says of another pitfall; a callback."""
    for name in OWN:
        put(name, None)


def _go_to(key: str) -> None:
    """On to another pitfall; a button's callback."""
    st.session_state[f"{TRAP}-radio"] = key
    _afresh()


def _chosen() -> str:
    """The title of the pitfall that is shown, before the list is drawn."""
    name = str(remembered(f"{TRAP}-radio", st.query_params.get(TRAP)))
    return _title(name if name in PITFALLS else next(iter(PITFALLS)))


# What is shown of it


def code(shown: Comparison, mended: bool, revealed: bool = True) -> None:
    """A script; what was changed in it, or the line that PyTorch refused, stands out when that may be told."""
    marked, kind = frozenset[int](), "refused"
    if mended:
        marked, kind = changed(shown.text(False), shown.text(True)), "new"
    elif revealed and shown.wrong.refusal:
        marked = frozenset({shown.wrong.refusal.line})
    lines = (
        f'<span class="line {kind if place in marked else ""}">{escape(line)}</span>'
        for place, line in enumerate(shown.text(mended).splitlines())
    )
    markup.show(f'<pre class="script pitfall" tabindex="0"><code>{"".join(lines)}</code></pre>')


def outcome(name: str, provoked: ScriptResult) -> str:
    """The lines that a script printed, and PyTorch's own words."""
    lines = "".join(f'<pre class="result">{escape(line)}</pre>' for line in provoked.printed)
    words = provoked.warning and ("UserWarning", provoked.warning)
    if provoked.refusal:
        words = provoked.refusal.kind, provoked.refusal.message
    refusal = f'<p class="refusal"><span class="kind">{escape(words[0])}</span> {escape(words[1])}</p>' if words else ""
    return f'<div class="outcome {name}"><h2>{escape(say(f"pitfalls.{name}"))}</h2>{lines}{refusal}</div>'


def outcomes(parts: Sequence[str]) -> None:
    """What came of one script, or of both side by side."""
    markup.show(f'<div class="st-key-results"><div class="outcomes">{"".join(parts)}</div></div>')


def drawing(shown: Comparison, mended: bool) -> None:
    """The graph of a script."""
    result, script = shown.right if mended else shown.wrong, (shown.pitfall.key, mended, shown.values)
    graph_view(
        Picture(
            of=("pitfall", *script),
            whole=result,
            known=result,
            tell=partial(told_of_pitfall, *script),
            dot=partial(pitfall_drawn, *script),
            constants=shown.pitfall.untracked,
            marks={} if mended else marked_places(shown.pitfall, result),
        ),
        file="pitfall",
    )


def explain(shown: Comparison, part: str) -> None:
    """What happened, or how it is mended, in the numbers of both scripts."""
    texts = texts_of_both(shown.wrong, shown.right)
    placeholders = {name: (gradient if name.endswith("grad") else value)(text) for name, text in texts.items()}
    sentence(say(f"pitfalls.{shown.pitfall.key}.{part}", **placeholders))


def harmless(shown: Comparison) -> bool:
    """Whether these numbers take the trap away: both scripts print the same."""
    wrong, right = shown.wrong, shown.right
    return not (wrong.refusal or wrong.warning) and wrong.printed == right.printed


def tell_no_difference(shown: Comparison) -> None:
    """What is to be said where the mended script prints the same: it did no harm, or the mending does not help."""
    finite = not any(word in shown.right.printed[-1] for word in ("nan", "inf"))
    sentence(say("pitfalls.harmless" if finite else "pitfalls.no_cure"))


# The page


def ask_first(shown: Comparison) -> None:
    """The script and the question, and nothing that tells its answer."""
    ask = question_of(shown.pitfall, dict(shown.values), shown.wrong, shown.right)
    question(ask.question)
    text, place = st.columns([10, 11], gap="medium")
    with text:
        code(shown, False, False)
        prediction(shown.pitfall, shown.values, ask)
    with place:
        markup.show(f'<p class="to-come">{escape(say("pitfalls.to_come"))}</p>')


def show_wrong(shown: Comparison) -> None:
    """The script beside its graph, what it printed, and why."""
    ask = question_of(shown.pitfall, dict(shown.values), shown.wrong, shown.right)
    question(ask.question)
    text, place = st.columns([10, 11], gap="medium")
    with text:
        code(shown, False)
        prediction(shown.pitfall, shown.values, ask)
        before = st.container()  # a room reads what came of it before it looks for the reason
        number_boxes(shown.pitfall, dict(shown.values))
    with place:
        drawing(shown, False)
    with before if projected() else st.container():
        outcomes([outcome("before", shown.wrong)])
    tell_no_difference(shown) if harmless(shown) else explain(shown, "why")
    st.button(say("pitfalls.mend"), key="mend", type="primary", on_click=put, args=(MENDED, "true"))


def show_mended(shown: Comparison) -> None:
    """Both scripts side by side with what they printed, and the graph of the mended one."""
    question(say("pitfalls.side_by_side"))
    for place, mended in zip(st.columns(2, gap="medium"), (False, True), strict=True):
        with place:
            code(shown, mended)
    outcomes([outcome("before", shown.wrong), outcome("after", shown.right)])
    tell_no_difference(shown) if harmless(shown) else explain(shown, "mend")
    number_boxes(shown.pitfall, dict(shown.values))
    ways(shown)
    drawing(shown, True)


def ways(shown: Comparison) -> None:
    """Back to the script as it was, and on to the next pitfall."""
    keys = [*PITFALLS, next(iter(PITFALLS))]
    with st.container(horizontal=True):
        st.button(say("pitfalls.unmend"), key="unmend", on_click=put, args=(MENDED, None))
        following = keys[keys.index(shown.pitfall.key) + 1]
        st.button(say("pitfalls.next"), key="next-pitfall", type="primary", on_click=_go_to, args=(following,))


def page() -> None:
    """Draw the page."""
    follow_older_address()
    markup.show(style())
    side, main = (None, st.container()) if projected() else st.columns([1, 3.7], gap="medium")
    with side or main.popover(say("pitfalls.shown", title=_chosen()), key="pitfall-choice"):
        pitfall = choose()
    with main:
        values = tuple(numbers_of(pitfall).items())
        runs = [script_result(pitfall.key, mended, values) for mended in (False, True)]
        shown, mended = Comparison(pitfall, values, *runs), is_on(FEATURE[MENDED])
        revealed = mended or answered(pitfall)
        (show_mended if mended else show_wrong if revealed else ask_first)(shown)
    export = pitfall_exported(pitfall.key, values, revealed)
    script_panel(export.script, "pitfall.py", export.notebook)
