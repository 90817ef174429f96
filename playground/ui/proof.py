"""The panel that proves the gradients of a page: each is found three times. While it is closed, nothing is done."""

import math
from collections.abc import Mapping, Sequence
from functools import cache
from html import escape
from importlib.resources import files
from itertools import groupby
from typing import Any

import streamlit as st
import torch

from playground.autodiff.check import Proof, Row, check, choices
from playground.autodiff.experiments import DTYPES
from playground.autodiff.worker import STOPPED, Busy, Entry, Exact, entry_text
from playground.drawing.sentences import listing, number
from playground.language import limits
from playground.ui.compute import Case, gradient_of, observed, program_of, values_of
from playground.ui.widgets import gradient, html, sentence
from playground.words import say

SECONDS = 60
"""a proof is kept; one that had to be stopped is tried anew after that."""
NAMED = 4
"""gradients that are named of all those a sentence is true of."""
ALIKE = ("agree", "agree_to_float32")
"""Verdicts that one sentence tells for all rows that have it."""

Names = tuple[str, ...] | None


def proof_panel(
    case: Case,
    outputs: Sequence[str] | None = None,
    inputs: Sequence[str] | None = None,
    *,
    order: int = 1,
    each: bool = False,
    key: str = "proof",
) -> None:
    """A panel, closed at first, with the proof of a case's gradients; the outputs start with its gradient arguments.

    `outputs` are those that start and `inputs` those to differentiate by, None all that require a gradient. `order`
    and `each` as in `check`: higher derivatives, and each entry of the outputs by itself.
    """
    panel = st.expander(say("proof.title"), key=key, bind="query-params")
    if not panel.open:
        return
    claim = case, _names(outputs), _names(inputs), order, each
    with panel, st.container(key=f"{key}-panel"):
        st.html(_style())
        sentence(say("proof.intro"), "note")
        try:
            chosen = _choose(offered(*claim), each, key)
            with st.spinner(say("proof.working")):
                proof = proved(*claim, chosen)
        except Busy:
            sentence(say("proof.busy"))
            return
        _show(proof, case.dtype)


def _names(names: Sequence[str] | None) -> Names:
    return None if names is None else tuple(names)


# What is computed


@st.cache_data(max_entries=64, show_spinner=False)
def offered(case: Case, outputs: Names, inputs: Names, order: int, each: bool) -> tuple[tuple[Entry, ...], ...]:
    """The entries to choose a derivative by, where there are too many to prove all."""
    program, values, tracked = program_of(case.program), values_of(case), inputs or case.tracked
    return choices(program, values, tracked, weights=_weights(case, outputs), order=order, each=each)


@st.cache_data(max_entries=64, ttl=SECONDS, show_spinner=False)
def proved(
    case: Case, outputs: Names, inputs: Names, order: int, each: bool, chosen: tuple[Entry, ...] | None
) -> Proof:
    """The proof of a case's gradients. Busy where too many ask."""
    program, values, tracked = program_of(case.program), values_of(case), inputs or case.tracked
    weights, dtype = _weights(case, outputs), DTYPES[case.dtype]
    return check(program, values, tracked, dtype, weights=weights, order=order, each=each, chosen=chosen)


def _weights(case: Case, outputs: Names) -> Mapping[str, Any]:
    """What each output starts with: its gradient argument, or ones."""
    given, seen = gradient_of(case), observed(case).outputs
    return {name: given.get(name, torch.ones_like(seen[name])) for name in seen if outputs is None or name in outputs}


# What is shown


def _choose(axes: Sequence[Sequence[Entry]], each: bool, key: str) -> tuple[Entry, ...] | None:
    """Which derivative is to be proved, where there are too many."""
    if not axes:
        return None
    sentence(say("proof.choose"))
    first = say("proof.of_output" if each else "proof.by")
    labels = [first, *[say("proof.by" if each else "proof.then_by")] * (len(axes) - 1)]
    with st.container(horizontal=True):
        return tuple(
            st.selectbox(label, axis, format_func=entry_text, key=f"{key}-entry-{place}", width=220)
            for place, (label, axis) in enumerate(zip(labels, axes, strict=True))
        )


def _show(proof: Proof, dtype: str) -> None:
    """The table, what follows from it, and the formulas."""
    if not proof.rows:
        sentence(say("proof.nothing"))
        return
    st.html(_table(proof, dtype))
    for text in verdicts(proof.rows, dtype):
        sentence(text)
    _formulas(proof)


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
    step = say("proof.step", step=_brief(row.difference.step))
    return [
        [row.name],
        [gradient(row.autograd), *_error(row.error)],
        [_exact(row.exact, ended)],
        [_rounded(row.difference.value), ", ".join([*_error(row.difference_error), step])],
        [say(f"proof.short.{row.verdict}")],
    ]


def _error(error: float | None) -> list[str]:
    return [] if error is None else [say("proof.error", error=_brief(error))]


def _brief(error: float) -> str:
    return f"{error:.2g}" if error >= 1e-3 or not error else f"{error:.1e}"


def _rounded(value: float) -> str:
    """A finite difference, or a slope on one side, to the digits that it may have."""
    return say("proof.no_value") if math.isnan(value) else gradient(f"{value:.14g}")


def _exact(exact: Exact | None, ended: str) -> str:
    """The exact value; where there is none, the two sides."""
    if exact is None:
        return say("proof.stopped", seconds=number(limits.EXACT_SECONDS)) if ended == STOPPED else say("proof.failed")
    if exact.breaks is not None and exact.left is not None and exact.right is not None:
        return say("proof.sides", left=_rounded(exact.left), right=_rounded(exact.right))
    return gradient(exact.text)


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
        error, other = (
            _largest(errors) for errors in zip(*((row.error, row.difference_error) for row in rows), strict=True)
        )
        return say(f"proof.{first.verdict}_all", names=_some(rows), error=error, difference_error=other)
    text = say(f"proof.{first.verdict}", **_told(first, dtype))
    if first.culprit is not None:
        text = say("proof.because", sentence=text, culprit=first.culprit)
    if not alone:
        text = say("proof.of", name=first.name, sentence=text)
    return text if len(rows) == 1 else say("proof.same", sentence=text, names=_some(rows[1:]))


def _some(rows: Sequence[Row]) -> str:
    """The names of rows, or of the first of many."""
    names = [row.name for row in rows[:NAMED]]
    more = len(rows) - NAMED
    return listing([*names, say("proof.more", count=more)] if more > 0 else names)


def _largest(errors: Sequence[float | None]) -> str:
    return _brief(max((error for error in errors if error is not None), default=0.0))


def _told(row: Row, dtype: str) -> dict[str, str]:
    """The numbers that a verdict may speak of."""
    left, right = (row.difference.left, row.difference.right)
    if row.exact is not None and row.exact.left is not None and row.exact.right is not None:
        left, right = row.exact.left, row.exact.right
    side = left if math.isnan(right) else right
    return {
        "autograd": gradient(row.autograd),
        "double": gradient(row.double),
        "exact": gradient(row.exact.text) if row.exact else say("proof.no_value"),
        "difference": _rounded(row.difference.value),
        "step": _brief(row.difference.step),
        "left": _rounded(left),
        "right": _rounded(right),
        "side": _rounded(side),
        "height": number(row.height),
        "dtype": dtype,
        "seconds": number(limits.EXACT_SECONDS),
    }


def _formulas(proof: Proof) -> None:
    """The formulas that were differentiated, typeset; why those that are missing are."""
    lines = [rf"{row.latex} &= {row.exact.latex}" for row in proof.rows if row.exact and row.exact.latex]
    if lines:
        with st.container(key="formulas"):
            st.latex(r"\begin{aligned}" + r" \\ ".join(lines) + r"\end{aligned}")
    without = [row for row in proof.rows if row.exact and not row.exact.latex]
    if without:
        key = "stopped_formula" if proof.ended == STOPPED else "too_long"
        sentence(say(f"proof.{key}", names=_some(without), seconds=number(limits.EXACT_SECONDS)), "note")


@cache
def _style() -> str:
    return f"<style>{files(__package__).joinpath('proof.css').read_text('utf-8')}</style>"
