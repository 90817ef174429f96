"""`/pitfalls`: scripts that go wrong in PyTorch, first the silent ones: asked, shown beside their graph, mended."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from html import escape

import streamlit as st

from playground.pitfalls.compute import Numbers, pitfall_drawn, pitfall_exported, script_result, told_of_pitfall
from playground.pitfalls.drawing import changed, marked_places, texts_of_both
from playground.pitfalls.feature import FEATURE
from playground.pitfalls.panel.numbers import number_boxes, numbers_of
from playground.pitfalls.panel.prediction import answered, prediction
from playground.pitfalls.questions import as_told, harmless, question_of
from playground.pitfalls.script_run import ScriptResult
from playground.pitfalls.table import OLDER, PITFALLS, RENAMED, Pitfall
from playground.web import markup
from playground.web.choices import Choice, choices, folded, is_on, press, read
from playground.web.code import script_panel
from playground.web.graph_view import Picture, graph_view
from playground.web.recording import container
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


def chosen() -> Pitfall:
    """The pitfall that the address names, or the first."""
    (name,) = read(FEATURE[TRAP]).chosen
    return PITFALLS[name]


def listing(pitfall: Pitfall) -> None:
    """The list of all pitfalls, for a projector in a menu; another one is not mended yet, and has its own numbers."""
    first, *_ = PITFALLS
    row = Choice(
        TRAP,
        "titles",
        say("pitfalls.choose"),
        pitfall.key,
        first,
        tuple(PITFALLS),
        tuple(titles()),
        say("pitfalls.shown", title="{title}"),
        OWN,
    )
    if projected():
        choices(folded([row]), say("pitfalls.shown", title=_title(pitfall.key)), key="pitfall-choice")
    else:
        choices([row], key="pitfall-list")


def titles() -> Iterator[tuple[str, str]]:
    """How each pitfall is called, with a heading above the first one of a kind."""
    kind = ""
    for key, row in PITFALLS.items():
        yield _title(key), "" if row.kind == kind else say(f"pitfalls.{row.kind}")
        kind = row.kind


def _title(key: str) -> str:
    return say(f"pitfalls.{key}.title")


# What is shown of it


def code(shown: Comparison, mended: bool, revealed: bool = True) -> str:
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
    return f'<pre class="script pitfall" tabindex="0"><code>{"".join(lines)}</code></pre>'


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
    """What happened, or how it is mended, in the numbers of both scripts; or that these numbers are another matter."""
    if harmless(shown.wrong, shown.right):
        tell_no_difference(shown)
        return
    if not as_told(shown.pitfall, dict(shown.values), shown.wrong, shown.right):
        sentence(say("pitfalls.otherwise"))
        return
    texts = texts_of_both(shown.wrong, shown.right)
    placeholders = {name: (gradient if name.endswith("grad") else value)(text) for name, text in texts.items()}
    sentence(say(f"pitfalls.{shown.pitfall.key}.{part}", **placeholders))


def tell_no_difference(shown: Comparison) -> None:
    """What is to be said where the mended script prints the same: it did no harm, or the mending does not help."""
    finite = not any(word in shown.right.printed[-1] for word in ("nan", "inf"))
    sentence(say("pitfalls.harmless" if finite else "pitfalls.no_cure"))


# The page


@contextmanager
def block(key: str) -> Iterator[None]:
    """What stands in a container of its own, to which the style sheet gives its place."""
    with markup.apart(), container(key=key), markup.together():
        yield


def ask_first(shown: Comparison) -> None:
    """The script and the question, and nothing that tells its answer."""
    ask = question_of(shown.pitfall, dict(shown.values), shown.wrong, shown.right)
    question(ask.question)
    with block("pitfall-text"):
        markup.show(code(shown, False, False))
        prediction(shown.pitfall, shown.values, ask)
    markup.show(f'<p class="to-come">{escape(say("pitfalls.to_come"))}</p>')


def show_wrong(shown: Comparison) -> None:
    """The script beside its graph, what it printed, and why."""
    ask = question_of(shown.pitfall, dict(shown.values), shown.wrong, shown.right)
    question(ask.question)
    with block("pitfall-text"):
        markup.show(code(shown, False))
        prediction(shown.pitfall, shown.values, ask)
        if projected():  # a room reads what came of it before it looks for the reason
            outcomes([outcome("before", shown.wrong)])
        number_boxes(shown.pitfall)
    drawing(shown, False)
    if not projected():
        outcomes([outcome("before", shown.wrong)])
    explain(shown, "why")
    choices([press(MENDED, say("pitfalls.mend"), "true")], key="mend")


def show_mended(shown: Comparison) -> None:
    """Both scripts side by side with what they printed, and the graph of the mended one."""
    question(say("pitfalls.side_by_side"))
    markup.show(f'<div class="both">{code(shown, False)}{code(shown, True)}</div>')
    outcomes([outcome("before", shown.wrong), outcome("after", shown.right)])
    explain(shown, "mend")
    number_boxes(shown.pitfall)
    ways(shown)
    drawing(shown, True)


def ways(shown: Comparison) -> None:
    """Back to the script as it was, and on to the next pitfall, after the last one to the first."""
    keys = [*PITFALLS, ""]
    following = keys[keys.index(shown.pitfall.key) + 1]
    back = press(MENDED, say("pitfalls.unmend"), "")
    choices([back, press(TRAP, say("pitfalls.next"), following, leaves=OWN)], key="ways")


def page() -> None:
    """Draw the page."""
    follow_older_address()
    pitfall = chosen()
    listing(pitfall)
    with block("pitfall"):
        values = tuple(numbers_of(pitfall).items())
        runs = [script_result(pitfall.key, mended, values) for mended in (False, True)]
        shown, mended = Comparison(pitfall, values, *runs), is_on(FEATURE[MENDED])
        revealed = mended or answered(pitfall)
        (show_mended if mended else show_wrong if revealed else ask_first)(shown)
    export = pitfall_exported(pitfall.key, values, revealed)
    script_panel(export, "pitfall.py")
