"""`/matrix`: backward from an output that is no single number, with a gradient argument and as a weighted sum."""

from functools import partial

import streamlit as st
import torch

from playground.drawing.heat import GRADIENT, LABELLED, VALUE, labelled, rows_of
from playground.drawing.sentences import assigned
from playground.engine.case import Case
from playground.engine.gradient_argument import chosen_entry, entry_name, index_of, place_of
from playground.engine.observe import Observation
from playground.language.errors import EvaluationError
from playground.language.gradient_argument import Drawn, OneEntry, write_drawn, write_entry
from playground.matrix.compute import both_ways, meeting, refusal, start_of
from playground.matrix.compute import exported as both_exported
from playground.matrix.feature import FEATURE
from playground.matrix.moving import MAPS, explained, frames, lines, maps_of, not_finite
from playground.matrix.panel import grid
from playground.matrix.questions import GRADIENT_ALONE
from playground.matrix.vjp import BothWays, blocks
from playground.proof.panel import Claim, proof_panel
from playground.web import markup
from playground.web.address_check import place_box
from playground.web.case import exported, observed
from playground.web.choices import Choice, choices, chosen, is_on, pick_one, press, switch
from playground.web.code import script_panel
from playground.web.heat import all_numbers, large, maps
from playground.web.jacobian import entry_names, jacobian_of, row_of
from playground.web.panel import panel
from playground.web.reveal import hidden, known_from, progress
from playground.web.session import current
from playground.web.sweep import MAX_ENTRIES, follow, of_entries, of_inputs
from playground.web.widgets import prose, question, results, sentence
from playground.words import say

DRAWN = 256  # rows and columns of a Jacobian whose every entry is drawn
HEIGHT = 460  # of that drawing, in pixels
TURNS = 8
"""So many quick clicks on a gradient argument count, before the first is answered."""


def ask(case: Case, observation: Observation) -> tuple[str, str, bool]:
    """The question, which output and input it is about, and whether there is a gradient argument."""
    outputs = tuple(observation.started)
    (output,), (wrt,) = chosen(FEATURE["of"], outputs), chosen(FEATURE["wrt"], case.tracked)
    rows = [*pick_one(FEATURE["of"], say("matrix.of"), outputs, output)]
    rows += pick_one(FEATURE["wrt"], say("matrix.wrt"), case.tracked, wrt)
    shape = observation.outputs[output]
    argument = shape.numel() == 1 or is_on(FEATURE["argument"])
    key = "matrix.question" if shape.numel() > 1 else "matrix.question_number"
    question(say(key, output=output, name=wrt, entries=shape.numel()))
    if shape.numel() > 1:
        rows.append(switch(FEATURE["argument"], say("matrix.argument")))
        rows += presets(case, output, observation, argument)
    if rows:
        choices(rows)
    return output, wrt, argument


def presets(case: Case, output: str, observation: Observation, argument: bool) -> list[Choice]:
    """Gradient arguments for any shape: a click writes one into its text box, a second click the next of its kind."""
    start, shape = start_of(case, output), observation.outputs[output].shape
    entries = observation.outputs[output].numel()
    place = place_of(start.index, shape) if isinstance(start, OneEntry) else None
    seed = start.seed if isinstance(start, Drawn) else None
    one_entry = [write_entry(index_of(turn % entries, shape)) for turn in _turns(place, min(TURNS, entries))]
    drawn = [write_drawn(turn) for turn in _turns(seed, TURNS)]
    rows = (("ones", [""], None), ("one_entry", one_entry, place), ("random", drawn, seed))
    return [
        press(
            f"gradient.{output}",
            say(f"matrix.{name}"),
            texts[0 if now is None else 1 % len(texts)],
            disabled=not argument,
            turns=tuple(texts),
        )
        for name, texts, now in rows
    ]


def _turns(now: int | None, count: int) -> range:
    """So many numbers from one on, from 0 on where there is none."""
    return range(now or 0, (now or 0) + count)


def draw(output: str, wrt: str, both_ways: BothWays, argument: bool) -> None:
    """Values, the gradient argument and the gradient as heat maps; entries of the input are handles."""
    titles = [(wrt, VALUE), (output, VALUE), ("gradient", GRADIENT), (say("matrix.title_grad", name=wrt), GRADIENT)]
    known = [*maps_of(wrt, both_ways)[:2], *(maps_of(wrt, both_ways)[2:] if argument else [None, None])]
    shown = [(title, values, kind) for (title, kind), values in zip(titles, known, strict=True)]
    maps(MAPS, shown[: 3 if hidden() else 4], {0: rows_of_names(wrt, both_ways.inputs[wrt])} if argument else {})


def rows_of_names(wrt: str, leaf: torch.Tensor) -> list[list[str]]:
    """The names of an input's entries, row by row; none of a number, whose handle is at its box."""
    if leaf.dim() == 0 or leaf.numel() > MAX_ENTRIES:
        return []
    names = [entry_name(wrt, index_of(place, leaf.shape)) for place in range(leaf.numel())]
    width = leaf.shape[-1]
    return [names[start : start + width] for start in range(0, len(names), width)]


def explain(case: Case, output: str, wrt: str, both_ways: BothWays) -> None:
    """What is differentiated, and what one entry of the gradient is made of."""
    prose(explained(output, wrt, both_ways, meeting(case, output, wrt)))


def without(case: Case, output: str, wrt: str, both_ways: BothWays) -> None:
    """Backward without a gradient argument: PyTorch's own words, explained."""
    sentence(say("matrix.refused_why", output=output, entries=both_ways.value.numel()))
    left = assigned(f"{wrt}.grad", None)
    results([say("matrix.refused", output=output, reason=refusal(case, output), grads=left)])


def warn(both_ways: BothWays) -> None:
    """Which numbers are none."""
    prose(not_finite(both_ways), "note")


# One click away


def structure(case: Case, output: str, wrt: str, both_ways: BothWays) -> None:
    """The Jacobian, or where that is too large one row of it."""
    rows, columns = entry_names(case, (output,), (wrt,))
    sentence(say("matrix.jacobian_shape", name=wrt, output=output, rows=len(rows), columns=len(columns)), "remark")
    try:
        show_jacobian(case, output, wrt, both_ways)
    except EvaluationError as problem:
        sentence(problem.message)
    show_row(case, output, wrt)


def show_jacobian(case: Case, output: str, wrt: str, both_ways: BothWays) -> None:
    """All derivatives: with their names where they can be read, else as a figure, block by block where it is large."""
    jacobian, (rows, columns) = jacobian_of(case, (output,), (wrt,)), entry_names(case, (output,), (wrt,))
    met = meeting(case, output, wrt)
    placeholders = {"count": int((jacobian != 0).sum()), "all": jacobian.numel()}
    diagonal = met is not None and met.alone
    sentence(say("matrix.diagonal" if diagonal else "matrix.diagonal_not", name=wrt, output=output, **placeholders))
    lines = (both_ways.value.shape[-1] if both_ways.value.dim() == 2 else 0, columns_apart(both_ways, wrt))
    if max(jacobian.shape) <= LABELLED:
        index = chosen_entry(both_ways.gradient)
        picked = None if index is None else place_of(index, both_ways.value.shape)
        markup.show(labelled(jacobian, rows, columns, lines, picked))
    elif max(jacobian.shape) <= DRAWN:
        large("jacobian-figure", say("matrix.jacobian_title"), jacobian, GRADIENT, lines, HEIGHT)
    else:
        sentence(say("matrix.blocks", name=wrt, output=output))
        apart = blocks(jacobian, both_ways.value.shape, both_ways.inputs[wrt].shape)
        large("jacobian-figure", say("matrix.jacobian_title"), apart, GRADIENT, pixels=HEIGHT)


def columns_apart(both_ways: BothWays, wrt: str) -> int:
    """How many columns of the Jacobian belong to one row of an input."""
    leaf = both_ways.inputs[wrt]
    return leaf.shape[-1] if leaf.dim() == 2 else 0


def show_row(case: Case, output: str, wrt: str) -> None:
    """One row, which is one backward pass."""
    rows, _ = entry_names(case, (output,), (wrt,))
    row = place_box(FEATURE["row"], say("matrix.row"), rows, 160)
    entry = rows[row]
    sentence(say("matrix.row_is", row=row, name=wrt, entry=entry), "remark")
    grads = row_of(case, (output,), (wrt,), row)[wrt]
    maps("maps-row", [(say("matrix.row_title", entry=entry, name=wrt), grads, GRADIENT)])


def edit(output: str, wrt: str, both_ways: BothWays) -> None:
    """Grids for the input and for the gradient argument; they write into the text boxes above."""
    shown = {wrt: (f"at.{wrt}", both_ways.inputs[wrt]), "gradient": (f"gradient.{output}", both_ways.gradient)}
    shown = {name: (key, tensor) for name, (key, tensor) in shown.items() if tensor.dim()}
    with markup.apart(), st.container(key="grids", horizontal=True):
        for name, (key, tensor) in shown.items():
            with st.container(key=f"grid-{name}"):
                grid(name, key, rows_of(tensor), tensor.dim() == 1)
        if not shown:
            sentence(say("matrix.grid_number"))


def numbers(output: str, wrt: str, both_ways: BothWays) -> None:
    """Tensors too long for the page, every number of them, to copy."""
    shown = {
        wrt: both_ways.inputs[wrt],
        output: both_ways.value,
        "gradient": both_ways.gradient,
        f"{wrt}.grad": both_ways.direct[wrt],
    }
    all_numbers(shown)


def show_refusal(case: Case, observation: Observation) -> None:
    """The page where nothing requires a gradient."""
    question(say("matrix.question_none"))
    sentence(say("matrix.nothing_tracked", output=next(iter(observation.outputs)), reason=observation.refused))
    export = exported(case, say("matrix.title"), "matrix")
    script_panel(export, "matrix.py")


def show_both_ways(case: Case, observation: Observation) -> None:
    """The page of a case that has something to go back through."""
    with markup.together():
        output, wrt, argument = ask(case, observation)
        gradients = both_ways(case, output)
        warn(gradients)
        with known_from(GRADIENT_ALONE):
            draw(output, wrt, gradients, argument)
            if argument:
                explain(case, output, wrt, gradients)
            else:
                without(case, output, wrt, gradients)
            if argument and progress().hides:
                results(lines(output, gradients)[0][:1])
        if argument:
            results(*lines(output, gradients))
        title = say("matrix.jacobian", name=wrt, output=output)
        panel(title, "jacobian", partial(structure, case, output, wrt, gradients), None)
        claims = {"gradient": Claim((output,))}
        proof_panel(case, claims | {"jacobian": Claim((output,), (wrt,), each=True)})
        panel(say("matrix.grid"), "grid", partial(edit, output, wrt, gradients), None)
        numbers(output, wrt, gradients)
    export = both_exported(case, say("matrix.title"), output, argument)
    script_panel(export, "matrix.py")
    frames_of = partial(frames, case, output, wrt)
    handles = [*of_inputs(case, partial(frames_of, ())), *of_entries(case, wrt, frames_of)]
    follow(handles if argument else [], "matrix", case.identity, output, wrt)


def page() -> None:
    """Draw the page."""
    case = current()
    observation = observed(case)
    if observation.started:
        show_both_ways(case, observation)
    else:
        show_refusal(case, observation)
