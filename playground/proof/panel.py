"""The panel that proves the gradients of a page: each is found three times. While it is closed, nothing is done."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from html import escape
from itertools import groupby
from typing import Any

import numpy as np
import streamlit as st
import torch

from playground.drawing.sentences import listing, number
from playground.engine.case import Case
from playground.engine.process import STOPPED, Busy
from playground.exact.question import Entry, Exact, Kind, entry_text
from playground.language import limits
from playground.language.program import Program
from playground.language.values import Value
from playground.proof.check import Proof, Row, check, choices
from playground.proof.directional import on_a_line
from playground.web import markup
from playground.web.address_check import object_to_choice
from playground.web.cache import kept, kept_for
from playground.web.case import observed
from playground.web.choice import radio
from playground.web.feature import PROVED
from playground.web.panel import panel
from playground.web.parameters import Parameter
from playground.web.widgets import gradient, html, sentence
from playground.words import say

_, WHICH, *ENTRIES = PROVED
KEPT_SECONDS = 60
"""A proof is kept for so long; one that had to be stopped is tried anew after that."""
MAX_NAMED_GRADIENTS = 4
"""Of all gradients that a sentence is true of, at most so many are named."""
FORMULAS_A_LINE = 4
"""So many formulas stand in one line where there are more of them, and all are short."""
MAX_SHORT_CHARACTERS = 120
"""A short formula has at most so many characters of LaTeX."""
ALIKE = ("agree", "agree_alone", "agree_two", "rounding")
"""The verdicts that one sentence tells for all rows that have them."""
CURABLE = ("rounding", "lost", "underflow", "overflow")
"""The verdicts of which it is told what float64 gives instead: it was tried."""

Names = tuple[str, ...] | None


@dataclass(frozen=True)
class Claim:
    """Gradients that a page shows."""

    outputs: Names = None
    """The outputs that start, each with its gradient argument; None stands for all of them."""
    inputs: Names = None
    """The inputs to differentiate by; None stands for all that require a gradient."""
    order: int = 1
    """The order of the derivative, as in `check`."""
    each: bool = False
    """Whether each entry of the outputs is taken by itself, as in `check`."""
    direction: tuple[float, ...] = ()
    """A number for each entry of the inputs, which are named then: the way along them is what to differentiate by."""
    names: tuple[tuple[str, str, str], ...] = ()
    """The page's own names for derivatives: the name that `check` gives, and the page's as text and as LaTeX."""


def proof_panel(case: Case, claims: Mapping[str, Claim]) -> None:
    """A panel, closed at first, with the proof of one of a case's claims, which is chosen by its name.

    The words have a title for each: `proof.gradient`.
    """
    panel(say("proof.title"), "proof", partial(_prove, case, claims), None)


def _prove(case: Case, claims: Mapping[str, Claim]) -> None:
    """What is in the panel."""
    with st.container(key="proof-panel"):
        sentence(say("proof.intro"), "note")
        claim = claims[_which(list(claims))]
        if claim.direction:
            sentence(say("proof.along"), "note")
        try:
            chosen = _choose(offered(case, claim), claim.each)
            with st.spinner(say("proof.working")):
                proof = proved(case, claim, chosen)
        except Busy:
            sentence(say("proof.busy"))
            return
        _show(proof, case.type_name)
        if claim.order == 1 and not claim.each and not claim.direction:
            _count(proof)


# What is computed


@kept
def offered(case: Case, claim: Claim) -> tuple[tuple[Entry, ...], ...]:
    """The entries to choose a derivative by, where there are too many to prove all."""
    program, values, tracked = _subject(case, claim)
    return choices(program, values, tracked, weights=_weights(case, claim), order=claim.order, each=claim.each)


@kept_for(KEPT_SECONDS, 64)
def proved(case: Case, claim: Claim, chosen: tuple[Entry, ...] | None) -> Proof:
    """The proof of a claim. Raises Busy where too many others ask."""
    program, values, tracked = _subject(case, claim)
    weights, dtype = _weights(case, claim), case.dtype
    proof = check(program, values, tracked, dtype, weights=weights, order=claim.order, each=claim.each, chosen=chosen)
    return replace(proof, rows=tuple(_called(row, claim) for row in proof.rows))


def _called(row: Row, claim: Claim) -> Row:
    """A row under the page's name for it; an entry keeps its place."""
    mine = {name: (text, latex) for name, text, latex in claim.names}
    name, bracket, place = row.name.partition("[")
    if name not in mine:
        return row
    text, latex = mine[name]
    entry = f"_{{{place.removesuffix(']')}}}" if place else ""
    return replace(row, name=f"{text}{bracket}{place}", latex=f"{{{latex}}}{entry}")


def _subject(case: Case, claim: Claim) -> tuple[Program, Mapping[str, Value], tuple[str, ...]]:
    """What is differentiated: a program at its values, by these of its inputs."""
    program, values, inputs = case.program, case.inputs, claim.inputs or case.tracked
    if not claim.direction:
        return program, values, inputs
    line = on_a_line(program, values, inputs, claim.direction)
    return line.program, line.values, (line.step,)


def _weights(case: Case, claim: Claim) -> Mapping[str, Any]:
    """What each output starts with: its gradient argument, as it was typed where it is numbers, or ones."""
    typed, started = dict(case.gradient), observed(case).started
    wanted = {name: start for name, start in started.items() if claim.outputs is None or name in claim.outputs}
    return {name: typed[name] if _is_written(typed.get(name), start) else start for name, start in wanted.items()}


def _is_written(gradient: object, start: torch.Tensor) -> bool:
    return isinstance(gradient, (int, float, tuple, list)) and np.shape(gradient) == start.shape


# What is shown


def _which(names: list[str]) -> str:
    """Which of several claims is to be proved."""
    if len(names) == 1:
        return names[0]
    object_to_choice(WHICH, names)
    return radio(WHICH.name, say("proof.which"), names, _title, horizontal=True)


def _title(name: str) -> str:
    """What a claim is called: `row.y1` is the row of y1."""
    kind, _, output = name.partition(".")
    return say(f"proof.{kind}", output=output)


def _choose(axes: Sequence[Sequence[Entry]], each: bool) -> tuple[Entry, ...] | None:
    """Which derivative is to be proved, where there are too many."""
    if not axes:
        return None
    sentence(say("proof.choose"))
    first = say("proof.of_output" if each else "proof.by")
    labels = [first, *[say("proof.by" if each else "proof.then_by")] * (len(axes) - 1)]
    with st.container(horizontal=True):
        return tuple(
            _entry(parameter, label, axis) for parameter, label, axis in zip(ENTRIES, labels, axes, strict=False)
        )


def _entry(parameter: Parameter, label: str, axis: Sequence[Entry]) -> Entry:
    """One of some entries; the address has its name."""
    entries = {entry_text(entry): entry for entry in axis}
    object_to_choice(parameter, list(entries))
    name = st.selectbox(label, list(entries), key=parameter.name, bind="query-params", width=220)
    return entries.get(name, axis[0])


def _show(proof: Proof, dtype: str) -> None:
    """The table, what follows from it, and the formulas."""
    if not proof.rows:
        sentence(say("proof.nothing"))
        return
    markup.show(_table(proof, dtype))
    for name, typed, held in proof.held:
        sentence(say("proof.held", name=name, typed=gradient(typed), held=gradient(held), dtype=dtype), "note")
    for text in verdicts(proof.rows, dtype):
        sentence(text)
    _formulas(proof)


def _count(proof: Proof) -> None:
    """Why one goes backward: what a gradient's numbers cost one way and the other."""
    heights = sum(row.difference.heights for row in proof.rows)
    if heights:
        sentence(say("proof.counted", count=len(proof.rows), heights=heights), "remark")


def _table(proof: Proof, dtype: str) -> str:
    """The rows as HTML; each cell knows its column's name, for screens too narrow for columns."""
    heads = [
        say("proof.name"),
        say("proof.autograd", dtype=dtype),
        *(say(f"proof.{key}") for key in ("exact", "difference", "verdict")),
    ]
    head = "".join(f'<th scope="col">{escape(name)}</th>' for name in heads)
    rows = (zip(heads, _cells(row, proof.ended), strict=True) for row in proof.rows)
    body = "".join(f"<tr>{''.join(_cell(*cell) for cell in row)}</tr>" for row in rows)
    return f'<div class="table proof"><table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table></div>'


def _cell(head: str, lines: Sequence[str]) -> str:
    first, *more = (f"<span>{html(line)}</span>" for line in lines)
    return f'<td data-head="{escape(head)}">{first}{"".join(f"<small>{line}</small>" for line in more)}</td>'


def _cells(row: Row, ended: str) -> list[list[str]]:
    """The lines of a row's cells."""
    doubt, step = _brief(row.difference.doubt), say("proof.step", step=_brief(row.difference.step))
    estimate = [say("proof.estimate", error=doubt)] if math.isfinite(row.difference.doubt) else []
    return [
        [row.name],
        [gradient(row.autograd), *_error(row.error)],
        _exact(row.exact, ended),
        [_rounded(row.difference.value), ", ".join([*estimate, step])],
        [say(f"proof.short.{row.verdict}")],
    ]


def _error(error: float | None) -> list[str]:
    return [] if error is None else [say("proof.error", error=_brief(error))]


def _brief(error: float) -> str:
    return f"{error:.2g}" if error >= 1e-3 or not error else f"{error:.1e}"


def _rounded(value: float) -> str:
    """A finite difference to the digits that it may have."""
    return say("proof.no_value") if math.isnan(value) else gradient(f"{value:.14g}")


def _exact(exact: Exact | None, ended: str) -> list[str]:
    """The exact value; where there is none, what there is on the two sides."""
    if exact is None:
        seconds = number(limits.EXACT_TIMEOUT_SECONDS)
        return [say("proof.stopped", seconds=seconds) if ended == STOPPED else say("proof.failed")]
    if exact.kind in (Kind.SMOOTH, Kind.MEETS):
        return [gradient(exact.text), *([say("proof.as_typed", value=gradient(exact.typed))] if exact.typed else [])]
    if exact.left is not None and exact.right is not None:
        return [say("proof.sides", left=gradient(exact.left), right=gradient(exact.right))]
    side, name = (exact.left, "left") if exact.right is None else (exact.right, "right")
    return [
        say("proof.no_value" if side is None else "proof.one_side", value=gradient(side), side=say(f"proof.{name}"))
    ]


def verdicts(rows: Sequence[Row], dtype: str) -> list[str]:
    """What follows from the rows, in sentences: one for all that have the same verdict for the same reason."""
    groups = [list(alike) for _, alike in groupby(sorted(rows, key=_reason), key=_reason)]
    return [_verdict(alike, dtype, alone=len(rows) == 1) for alike in groups]


def _reason(row: Row) -> tuple[bool, str, str]:
    return row.verdict in ALIKE, row.verdict, row.culprit or ""


def _verdict(rows: Sequence[Row], dtype: str, alone: bool) -> str:
    """The sentence of rows that have one reason, with the numbers of the first."""
    first = rows[0]
    if first.verdict in ALIKE and len(rows) > 1:
        return say(f"proof.{first.verdict}_all", names=_some(rows), dtype=dtype, bound=_bound(rows))
    text = say(f"proof.{first.verdict}", **_told(first, dtype))
    if first.culprit is not None:
        text = say("proof.because", sentence=text, culprit=first.culprit)
    if first.verdict in CURABLE and dtype != "float64":
        text = say("proof.helps" if first.helps else "proof.no_help", sentence=text, double=gradient(first.double))
    if not alone:
        text = say("proof.of", name=first.name, sentence=text)
    return text if len(rows) == 1 else say("proof.same", sentence=text, names=_some(rows[1:]))


def _some(rows: Sequence[Row]) -> str:
    """The names of rows, or of the first of many."""
    names = [row.name for row in rows[:MAX_NAMED_GRADIENTS]]
    more = len(rows) - MAX_NAMED_GRADIENTS
    return listing([*names, say("proof.more", count=more)] if more > 0 else names)


def _bound(rows: Sequence[Row]) -> str:
    return _brief(max((row.bound for row in rows if row.bound is not None), default=0.0))


def _told(row: Row, dtype: str) -> dict[str, str]:
    """The numbers that a verdict may speak of."""
    estimate = f" {say('proof.estimate', error=_brief(row.difference.doubt))}"
    left, right = (row.exact.left, row.exact.right) if row.exact else (None, None)
    missing, known_side = ("left", "right") if left is None else ("right", "left")
    return {
        "autograd": gradient(row.autograd),
        "double": gradient(row.double),
        "exact": gradient(row.exact.text) if row.exact else say("proof.no_value"),
        "difference": _rounded(row.difference.value) + (estimate if math.isfinite(row.difference.value) else ""),
        "left": gradient(left),
        "right": gradient(right),
        "side": gradient(right if left is None else left),
        "missing": say(f"proof.{missing}"),
        "there": say(f"proof.{known_side}"),
        "bound": _bound([row]),
        "dtype": dtype,
        "seconds": number(limits.EXACT_TIMEOUT_SECONDS),
    }


def _formulas(proof: Proof) -> None:
    """The formulas that were differentiated, typeset; why those that are missing are."""
    formulas = [rf"{row.latex} &= {row.exact.latex}" for row in proof.rows if row.exact and row.exact.latex]
    if formulas:
        short = max(map(len, formulas)) <= MAX_SHORT_CHARACTERS
        across = FORMULAS_A_LINE if short and len(formulas) > FORMULAS_A_LINE else 1
        lines = [r" &\quad ".join(formulas[place : place + across]) for place in range(0, len(formulas), across)]
        with st.container(key="formulas"):
            st.latex(r"\begin{aligned}" + r" \\ ".join(lines) + r"\end{aligned}")
    without = [row for row in proof.rows if row.exact and not row.exact.latex]
    if without:
        key = "stopped_formula" if proof.ended == STOPPED else "too_long"
        sentence(say(f"proof.{key}", names=_some(without), seconds=number(limits.EXACT_TIMEOUT_SECONDS)), "note")
