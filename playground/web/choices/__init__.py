"""The choices of a page in one part: switches, names to pick, boxes and buttons. The address holds what is chosen.

    choices([switch(FEATURE["constants"], say("graph.constants"))])

What is chosen is read of the address (`is_on`, `chosen`, `read`), whether or not it was drawn already.
"""

from collections.abc import Hashable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass, replace

import streamlit as st

from playground.web import markup, recording
from playground.web.parameters import MAX_ACTIONS, SWITCH, Parameter, Read
from playground.web.part import part
from playground.web.session import asked_for
from playground.web.session_parameters import put, remembered
from playground.web.widgets import NOTE, sentence

DISABLED = "disabled"
"""Instead of a usual text: a button that cannot be pressed."""

_CHOICES = part("choices", "web/choices/choices.js", isolate_styles=False)


@dataclass(frozen=True)
class Choice:
    """Something to choose, or to press, by the parameter that holds it."""

    key: str
    kind: str
    """`switch`, `one` or `some` of the options, a `list` of them or their `titles`, a `text` to type, a button to
    `press`, one that does `add` to a list, or what is `told` between them."""
    label: str = ""
    text: str = ""
    """What is chosen, as the address writes it; what a button writes or adds."""
    usual: str = ""
    """What an address does not say; of a list that is added to, how many of the last it keeps."""
    options: tuple[str, ...] = ()
    titles: tuple[tuple[str, str], ...] = ()
    """How the options are called, each with the heading that begins above it."""
    hint: str = ""
    """What stands in an empty box; the HTML of what is told; how the chosen title is named, as `{title}`."""
    leaves: tuple[str, ...] = ()
    """The parameters that a change takes out of the address."""
    folded: bool = False
    """Whether it stands in the menu."""


def choices(rows: Iterable[Choice], menu: str = "", key: str = "choices") -> None:
    """Draw choices in a row; those that are folded in a menu of this name."""
    shown = [asdict(row) for row in rows]
    texts = [row.pop("text") for row in shown]
    with markup.apart():
        _CHOICES(key=key, data={"texts": texts, "rows": shown, "menu": menu}, still=(("rows", "menu"),))


@contextmanager
def beside_its_choices(rows: Sequence[Choice]) -> Iterator[None]:
    """Draw the question of the block with its choices, if any, in a row above what stands side by side."""
    if not rows:
        yield
        return
    with markup.apart(), recording.container(key="ask", horizontal=True, vertical_alignment="center"):
        with markup.together():
            yield
        choices(rows)


def folded(rows: Iterable[Choice]) -> list[Choice]:
    """The same in the menu."""
    return [replace(row, folded=True) for row in rows]


def switch(parameter: Parameter, label: str) -> Choice:
    """Something that is on or off."""
    return Choice(parameter.name, "switch", label, str(is_on(parameter)).lower(), parameter.usual)


def is_on(parameter: Parameter) -> bool:
    """Whether a switch is on."""
    return read(parameter).chosen == SWITCH[:1]


def read(parameter: Parameter, offered: Sequence[str] = (), usual: Sequence[str] | None = None) -> Read:
    """What the address says of a parameter; `offered` and `usual` as `Parameter.read` has them.

    Where its values are the same for every program the frame has said what is wrong with it.
    """
    chosen, objections = parameter.read(st.query_params.get(parameter.name), offered, usual)
    return Read(chosen, () if parameter.choices else objections)


def chosen(parameter: Parameter, names: Sequence[str], usual: Sequence[str] | None = None) -> tuple[str, ...]:
    """What the address chooses of some names, `usual` or the first where it says nothing or cannot be read.

    What cannot be read is said as long as it is the address that one came with; another program has other names.
    """
    names_chosen, objections = read(parameter, names, usual)
    if asked_for(parameter.name) is not None:
        object_to(objections)
    elif objections:
        put(parameter.name, None if names_chosen == tuple(usual or names[:1]) else ",".join(names_chosen))
    return names_chosen


def object_to(objections: Iterable[str]) -> None:
    """Say what is wrong with what was asked for."""
    for objection in objections:
        sentence(objection, NOTE)


def pick_one(parameter: Parameter, label: str, names: Sequence[str], picked: str) -> list[Choice]:
    """One of some names, the first where nobody chose; nothing to choose where there is one."""
    row = Choice(parameter.name, "one", label, picked, names[0], tuple(names))
    return [row] if len(names) > 1 else []


def pick_some(
    parameter: Parameter, label: str, names: Sequence[str], picked: Sequence[str], usual: Sequence[str]
) -> Choice:
    """Several of some names."""
    return Choice(parameter.name, "some", label, ",".join(picked), ",".join(usual), tuple(names))


def text(parameter: Parameter, label: str, hint: str = "", usual: str | None = None) -> Choice:
    """A box to type into; `usual` is what it holds where the address says nothing."""
    usual = parameter.usual if usual is None else usual
    return Choice(parameter.name, "text", label, st.query_params.get(parameter.name, usual), usual, hint=hint or usual)


def press(
    name: str,
    label: str,
    written: str,
    disabled: bool = False,
    leaves: tuple[str, ...] = (),
    turns: tuple[str, ...] = (),
) -> Choice:
    """A button that writes a text into the address; an empty one takes the parameter out.

    Of `turns`, texts that follow each other in a circle, each click writes the one after what the address says.
    """
    return Choice(name, "press", label, written, DISABLED if disabled else "", turns, leaves=leaves)


def prose(name: str, html: str) -> Choice:
    """Something between them that is only read, as HTML in which whatever somebody typed is escaped."""
    return Choice(name, "told", hint=html)


def actions(key: str, parameter: Parameter, labels: Mapping[str, str], clear: str, of: Hashable) -> tuple[str, ...]:
    """A button for each action; those pressed so far, in order, forgotten when what they are done to changes."""
    if parameter.name in st.query_params:
        recording.live()
    if remembered(key, of) != of:
        put(parameter.name, None)
    recording.draw(_remember, key=key, of=of)
    done, objections = read(parameter, tuple(labels), ())
    object_to(objections)
    rows = [Choice(parameter.name, "add", label, action, str(MAX_ACTIONS)) for action, label in labels.items()]
    choices([*rows, *([press(parameter.name, clear, "")] if done else [])], key=f"{key}-actions")
    return done


def _remember(key: str, of: Hashable) -> None:
    st.session_state[key] = of
