"""Handles: what a number is dragged by, while every number of the page that depends on it follows in the browser.

    follow(of_inputs(case, frames), "graph", case.identity)      # the last call of a page

A page says what it tells at other values (`frames`); that is worked out when somebody touches a handle, once for all
who see the same page, and fetched once. Letting go writes the value into its box, as if it had been typed.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextvars import ContextVar
from dataclasses import dataclass
from decimal import Decimal
from functools import partial
from math import isfinite
from typing import Any

import streamlit as st
import torch

from playground.drawing.moving import APART, Moved, still, swept
from playground.drawing.numbers import moving
from playground.engine.case import Case
from playground.engine.gradient_argument import entry_name, index_of
from playground.engine.sweep import places, put
from playground.language.errors import EvaluationError
from playground.language.values import Value
from playground.web import recording, store
from playground.web.head import owned
from playground.web.part import part
from playground.web.reveal import progress
from playground.web.session_parameters import remembered
from playground.words import say

KEY = "answered"
RUNS = "runs"
"""Where a session counts its runs."""
MAX_ENTRIES = 36
"""A tensor's entries have handles where there are at most so many."""
WORDS = ("handle", "gap", "still")
"""What a handle itself says."""

_SWEEP = part("sweep", "web/sweep/sweep.js", isolate_styles=False)

_offered = ContextVar[tuple[dict[str, Any], ...]]("offered", default=())
"""The handles of this run, as the browser knows them."""

Frames = Callable[[Sequence[float]], Iterable[Moved]]
"""What a page tells at each of some values of a number."""


@dataclass(frozen=True)
class Handle:
    """What a number is dragged by."""

    key: str
    """The parameter that holds the number, or the tensor that it is an entry of."""
    name: str
    """What it is called: `x`, `X[0, 1]`, `lr`."""
    value: float
    places: Sequence[float]
    """The values it is moved through, its own among them."""
    frames: Frames | None
    """None where nothing follows: it would be too much."""
    write: Callable[[float], str]
    """The text that stands in its box for a value."""
    figure: tuple[str, str] | None = None
    """The container of a figure on whose first plot the number is a place along the axis, and the trace one takes."""
    beside: str | None = None
    """The key of the widget that it stands below, where its box is a widget of Streamlit's and none of the head's."""


def follow(handles: Iterable[Handle], *of: object) -> None:
    """Offer handles; `of` is all that decides what a page tells, beside their values. None while a question is open."""
    if not progress().hides:
        recording.draw(_offer, handles=tuple(_shown(handle, of) for handle in handles))


def _offer(handles: tuple[dict[str, Any], ...]) -> None:
    _offered.set(handles)


def answered() -> None:
    """Tell the browser that this run came to its end, and what can be dragged; the last of a page."""
    st.session_state[RUNS] = run = remembered(RUNS, 0) + 1
    places = list(dict.fromkeys(handle["places"] for handle in _offered.get()))
    handles = [{**handle, "places": places.index(handle["places"])} for handle in _offered.get()]
    _offered.set(())
    words = {word: say(f"sweep.{word}", name="{name}") for word in WORDS}
    data = {"address": owned(), "run": run, "handles": handles, "places": places, "words": words}
    _SWEEP(key=KEY, data=data, still=(("words",),))


def of_inputs(
    case: Case, frames: Callable[[str, Sequence[float]], Iterable[Moved]], figures: Mapping[str, tuple[str, str]] = {}
) -> Iterator[Handle]:
    """A handle for each input that is a finite number; `figures` has the figure on which one is dragged."""
    for name, value in case.values:
        if isinstance(value, int | float) and isfinite(value):
            frames_of = partial(frames, name)
            yield Handle(f"at.{name}", name, value, places(value), frames_of, text_of, figures.get(name))


def of_entries(
    case: Case, name: str, frames: Callable[[tuple[int, ...], str, Sequence[float]], Iterable[Moved]]
) -> Iterator[Handle]:
    """A handle for each entry of an input that is a small tensor, where it is a finite number."""
    whole = torch.tensor(case.inputs[name], dtype=torch.float64)
    if whole.dim() == 0 or whole.numel() > MAX_ENTRIES:
        return
    for place, value in enumerate(entries_in(case.inputs[name])):
        index = index_of(place, whole.shape)
        if isfinite(value):
            write = partial(_with_entry, case.inputs[name], index)
            frames_of = partial(frames, index, name)
            yield Handle(f"at.{name}", entry_name(name, index), value, places(value), frames_of, write)


def _with_entry(whole: Value, index: tuple[int, ...], value: float) -> str:
    """The text of a tensor with another entry."""
    return text_of(put(whole, value, index))


def entries_in(value: Value) -> list[float]:
    """The numbers of a value, row by row."""
    return [entry for part in value for entry in entries_in(part)] if isinstance(value, Sequence) else [value]


def text_of(value: Value) -> str:
    """A value as one writes it: `2`, `-0.5`, `[[1, 2], [3, 4.5]]`."""
    if isinstance(value, Sequence):
        return f"[{', '.join(map(text_of, value))}]"
    return repr(value).removesuffix(".0")


def _shown(handle: Handle, of: tuple[object, ...]) -> dict[str, Any]:
    """A handle as the browser knows it."""
    name = store.offer(("sweep", of, handle.key, handle.name, handle.value), partial(_made, handle))
    text, box = text_of(handle.value), handle.write(handle.value)
    row = {
        "key": handle.key,
        "name": handle.name,
        "text": text,
        "places": shortest([text_of(value) for value in handle.places], text),
        "box": None if box == text else box,
        "sweep": name,
        "figure": handle.figure,
        "beside": handle.beside,
    }
    return {name: part for name, part in row.items() if part is not None}


def shortest(texts: Sequence[str], own: str) -> str | tuple[int, int, int]:
    """The texts of places in few signs: multiples of a power of ten as the first, how many there are, and the exponent.

    The place of `own` may be missing there, a browser puts it in; places that are no such row come as they are.
    """
    return _row(texts) or _row([text for text in texts if text != own]) or APART.join(texts)


def _row(texts: Sequence[str]) -> tuple[int, int, int] | None:
    numbers = list(map(Decimal, texts))
    if len(numbers) < 2:
        return None
    step = numbers[1] - numbers[0]
    first, exponent = round(numbers[0] / step), step.adjusted()
    row = [_multiple(first + place, exponent) for place in range(len(texts))]
    return (first, len(texts), exponent) if row == list(texts) else None


def _multiple(count: int, exponent: int) -> str:
    if exponent >= 0:
        return str(count * 10**exponent)
    return f"{count / 10**-exponent:.{-exponent}f}".rstrip("0").rstrip(".")


def _made(handle: Handle) -> str:
    """The sweep as JSON."""
    values = tuple(handle.places)
    boxes, places = (list(map(written, values)) for written in (handle.write, text_of))
    if handle.frames is None:
        return still(boxes, places)
    with moving():
        return swept(boxes, places, values.index(handle.value), lambda chosen: _told(handle, values, chosen))


def _told(handle: Handle, values: Sequence[float], chosen: Sequence[int]) -> dict[int, Moved]:
    """What is told at some values; those that the program cannot take are left out."""
    assert handle.frames is not None
    try:
        return dict(zip(chosen, handle.frames([values[place] for place in chosen]), strict=True))
    except EvaluationError:
        return {place: moved for place in chosen for moved in _alone(handle, values[place])}


def _alone(handle: Handle, value: float) -> list[Moved]:
    assert handle.frames is not None
    try:
        return list(handle.frames([value]))
    except EvaluationError:
        return []
