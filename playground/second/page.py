"""`/second`: derivatives of derivatives, the graph that makes them possible, and the Hessian of several inputs."""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from functools import partial

from playground.drawing.graph_film import graph_film
from playground.drawing.heat import fits
from playground.drawing.numbers import whole
from playground.drawing.plot_kit import finite
from playground.drawing.plots import bend, stacked
from playground.drawing.sentences import number
from playground.engine.case import Case
from playground.engine.observe import Observation
from playground.language.limits import MAX_ORDER
from playground.proof.panel import Claim, proof_panel
from playground.second.compute import (
    Curves,
    Recorded,
    along,
    curves,
    drawn_derivative,
    hessian,
    hessian_exported,
    orders,
    orders_exported,
    recorded,
    recorded_gradient,
    told_of_derivative,
)
from playground.second.feature import FEATURE
from playground.second.hessian import Orders, Second, without_create_graph
from playground.second.moving import (
    HESSIAN,
    Chosen,
    all_lines,
    edges_of,
    frames,
    frames_of_several,
    lines,
    sentences_of,
)
from playground.second.moving import question_of as asked_at
from playground.second.script import CHANGE_ALONG, derivative_names, variable
from playground.second.sentences import (
    primed,
    slope_changes,
    symmetry,
    what_they_say,
)
from playground.web import markup
from playground.web.case import Export, exported, observed
from playground.web.choices import beside_its_choices, chosen, object_to, pick_one, read, text
from playground.web.code import script_panel
from playground.web.export import Drawing
from playground.web.graph_view import Picture, graph_view, in_words
from playground.web.heat import labelled_map
from playground.web.panel import panel
from playground.web.player import player
from playground.web.plot import plot
from playground.web.reveal import hidden, known_from, once_known, veiled
from playground.web.session import current
from playground.web.sweep import follow, of_inputs
from playground.web.widgets import gradient, listed, question, results, sentence, to_page
from playground.words import say


def ways(case: Case, observation: Observation) -> list[str]:
    """By what can be differentiated: all inputs together, then each that is a number."""
    numbers = [name for name in case.tracked if observation.inputs[name].dim() == 0]
    return [",".join(case.tracked), *(numbers if len(case.tracked) > 1 else [])]


# By one number


def by_one(case: Case, output: str, name: str, order: int, observation: Observation) -> Export:
    """The page where one number is moved; its script."""
    derivatives, typed_order = orders(case, output, name, max(order, 2)), order
    if derivatives.beyond is not None:
        placeholders = {"derivative": primed(output, order), "last": primed(output, len(derivatives.values) - 1)}
        sentence(say("second.beyond", nodes=derivatives.beyond, **placeholders), "note")
        order = len(derivatives.values) - 1
    point = observation.inputs[name].item()
    around = curves(case, output, (name,), (1.0,), point)
    draw(name, output, around, point, derivatives)
    about = show_graph(case, output, name, max(1, order - 1))
    sentence(slope_changes(name, output, derivatives, gradient), name="bends", hint=say("sweep.drag"))
    if hidden():
        with known_from(1):
            results(lines(output, name, 1, derivatives)[0])
    results(*lines(output, name, order, derivatives))
    if about is not None:
        play_graph(about, name, primed(output, max(1, order - 1)))
    with known_from(1):
        panel(say("second.without"), "without", partial(once_more, case, output, name, derivatives), None)
    title = say("second.curves", output=output)
    panel(title, "curves", partial(stack, name, output, around, point, derivatives), None)
    proof_panel(case, {"gradient": Claim((output,), (name,), order)})
    edges = edges_of(around, (point, derivatives.values[0].item()))
    drawn = None if about is None else max(1, order - 1)
    moved = partial(frames, case, Chosen(output, name, order, drawn), around, edges)
    follow(of_inputs(case, moved, {name: ("curve", "point")}), "second", case.identity, output, name, order)
    return orders_exported(case, say("second.title"), output, name, typed_order)


def known_orders(derivatives: Iterable[float]) -> Iterator[float | None]:
    """Derivatives from the first order on, None while they have to be predicted; a question's place is an order."""
    for order, derivative in enumerate(derivatives, 1):
        with known_from(order):
            number = veiled(derivative)
        yield number


def draw(name: str, output: str, around: Curves, at: float, derivatives: Orders) -> None:
    """The curve along an input."""
    height, *slopes = (derivative.item() for derivative in derivatives.values[:3])
    bent(name, name, output, around, (at, height), slopes)


def bent(
    axis: str, name: str, output: str, around: Curves, point: tuple[float, float], derivatives: Iterable[float]
) -> None:
    """A curve with its point, its tangent and its parabola; `name` is how a sentence calls its axis."""
    slope, second = known_orders(derivatives)
    there = None if finite(point[1]) is None else point
    figure = bend(axis, output, around.xs, around.heights[0], there, (finite(slope), finite(second)))
    ends = {"left": number(around.xs[0]), "right": number(around.xs[-1])}
    alt = say("second.curve_alt", output=output, name=name, slope=number(slope), second=number(second), **ends)
    plot(figure, alt, "curve")


@once_known
def show_graph(case: Case, output: str, name: str, order: int) -> Recorded:
    """The graph of what was differentiated last."""
    about = recorded(case, output, name, order)
    graph_view(derivative(case, output, (name,), order, about), "graph-derivative", "second")
    in_words(about, "graph-derivative", explained=False)
    return about


def play_graph(about: Recorded, name: str, derivative: str) -> None:
    """The film of the graph of a derivative, and what that graph is."""
    if about.graph.nodes:
        player(graph_film(about.graph, about.backward, about.local), "graph-derivative")
    key = "second.graph_of" if about.graph.nodes else "second.graph_none"
    sentence(say(key, derivative=derivative, name=name), "remark")


def derivative(case: Case, output: str, wrt: tuple[str, ...], order: int | None, about: Recorded) -> Picture:
    """The graph of a derivative; what autograd does not track is drawn only where there is nothing else."""
    return Picture(
        of=("second", case.identity, output, wrt, order),
        whole=about,
        known=about,
        tell=partial(told_of_derivative, case, output, wrt, order),
        dot=partial(drawn_derivative, case, output, wrt, order),
        constants=not about.graph.nodes,
    )


def once_more(case: Case, output: str, name: str, derivatives: Orders) -> None:
    """The same without `create_graph=True`, which PyTorch refuses."""
    before = derivative_names(case.program, output, name, 1)[variable(output, name, 1)]
    placeholders = {"before": before, "output": output, "name": name}
    slope = gradient(whole(derivatives.values[1]))
    reason = without_create_graph(case, name, output)
    listed(
        [
            say("second.without_first", slope=slope, **placeholders),
            say("second.without_second", reason=reason, **placeholders),
        ]
    )
    sentence(say("second.without_why", slope=slope, **placeholders))


def stack(name: str, output: str, around: Curves, at: float, derivatives: Orders) -> None:
    """The function and its first two derivatives, one under another."""
    titles = [primed(output, turn) for turn in range(3)]
    rates = [derivative.item() for derivative in derivatives.values[:3]]
    heights_text = ", ".join(say("second.value", name=n, value=number(v)) for n, v in zip(titles, rates, strict=True))
    alt = say("second.curves_alt", output=output, name=name, value=number(at), heights=heights_text)
    plot(stacked(name, titles, around.xs, around.heights, at, rates), alt, "stacked-figure")
    sentence(say("second.curves_say", output=output), "remark")


# By several


def by_several(case: Case, output: str, wrt: tuple[str, ...]) -> Export:
    """The page where many entries can be moved; its script."""
    local = hessian(case, output, wrt)
    first = [str(float(place == 0)) for place in range(len(local.names))]
    numbers, objections = read(FEATURE["direction"], local.names, first)
    object_to(objections)
    direction = tuple(map(float, numbers))
    draw_along(case, output, wrt, direction, local)
    with markup.apart(), markup.together():
        matrix(local)
    ways = along(case, output, wrt, direction)
    sentences = sentences_of(output, direction, local, ways)
    sentence(sentences["bends"], name="bends")
    sentence(sentences["along"], name="along")
    results(all_lines(output, local, ways))
    panel(say("second.gradient_graph"), "recorded", partial(graph_of_gradient, case, output, wrt), None)
    proof_panel(case, claims(output, wrt, direction, local))
    around = curves(case, output, wrt, direction, 0.0)
    edges = edges_of(around, (0.0, local.value.item()))
    moved = partial(frames_of_several, case, output, wrt, direction, around, edges)
    follow(of_inputs(case, moved), "second", case.identity, output, wrt, direction)
    return hessian_exported(case, say("second.title"), output, wrt, direction)


def claims(output: str, wrt: tuple[str, ...], direction: tuple[float, ...], local: Second) -> dict[str, Claim]:
    """What is to be proved: the gradient, the Hessian where there is one, and what happens along the direction."""
    first, second = (primed(output, order) for order in (1, 2))
    names = (first, say("second.slope_along"), r"g \cdot v"), (second, CHANGE_ALONG, r"v^{\mathsf{T}} H v")
    ways = Claim((output,), wrt, 2, direction=direction, names=names)
    hessian = {"hessian": Claim((output,), wrt, 2)} if local.hessian is not None else {}
    return {"gradient": Claim((output,), wrt, each=True), **hessian, "direction": ways}


def draw_along(case: Case, output: str, wrt: tuple[str, ...], direction: tuple[float, ...], local: Second) -> None:
    """The curve that the function draws when the point moves along v."""
    around = curves(case, output, wrt, direction, 0.0)
    ways = along(case, output, wrt, direction)
    start = 0.0, local.value.item()
    bent(say("second.along_axis"), "t", output, around, start, (ways.slope.item(), ways.second.item()))


def matrix(local: Second) -> None:
    """The Hessian with the names of its entries, and what it says of this point."""
    entries = len(local.names)
    if local.hessian is None:
        key = "second.too_slow" if local.seconds else "second.too_large"
        sentence(say(key, entries=entries, all=f"{entries * entries:,}", seconds=local.seconds))
        return
    if fits(local.hessian):
        labelled_map(local.hessian, local.names, local.names, name=HESSIAN)
    sentence(what_they_say(local), "remark", "says0")
    if local.eigenvalues is not None:
        sentence(symmetry(local), "remark", "says1")


def graph_of_gradient(case: Case, output: str, wrt: tuple[str, ...]) -> None:
    """The graph of the gradient, and its film."""
    about = recorded_gradient(case, output, wrt)
    graph_view(derivative(case, output, wrt, None, about), "graph-derivative", "second")
    in_words(about, "graph-derivative", explained=False)
    player(graph_film(about.graph, about.backward, about.local), "graph-derivative")


# What cannot be asked


def refuse(output: str, observation: Observation) -> None:
    """Why there is no second derivative here."""
    question(say("second.question_none"))
    if observation.refused is not None:
        sentence(say("second.untracked", reason=observation.refused))
        return
    sentence(say("second.not_scalar", output=output, shape=list(observation.outputs[output].shape)))
    to_page("matrix", say("second.to_matrix", output=output))


def ask(case: Case, output: str, observation: Observation) -> tuple[tuple[str, ...], int]:
    """The question, and what it is asked with: the inputs, and the order for one number."""
    names = ways(case, observation)
    (picked,) = chosen(FEATURE["wrt"], names)
    wrt = tuple(picked.split(","))
    rows = pick_one(FEATURE["wrt"], say("second.wrt"), names, picked)
    if alone(wrt, observation):
        (order,) = chosen(FEATURE["order"], FEATURE["order"].choices)
        question_text = asked_at(output, wrt[0], observation.inputs[wrt[0]].item())
        orders = [str(order) for order in range(1, MAX_ORDER + 1)]
        row = pick_one(FEATURE["order"], say("second.order"), orders, order)[0]
        rows.append(replace(row, usual=FEATURE["order"].usual))
    else:
        order = FEATURE["order"].usual
        question_text = say("second.question_all", output=output)
        rows.append(text(FEATURE["direction"], say("second.direction"), hint=say("second.first_entry")))
    with beside_its_choices(rows):
        question(question_text, "question" if alone(wrt, observation) else "")
    if len(observation.outputs) > 1:
        sentence(say("second.first_output", output=output), "note")
    return wrt, int(order)


def alone(wrt: tuple[str, ...], observation: Observation) -> bool:
    """Whether it is one number that is moved."""
    return len(wrt) == 1 and observation.inputs[wrt[0]].dim() == 0


def page() -> None:
    """Draw the page."""
    case = current()
    observation = observed(case)
    output = next(iter(observation.outputs))
    drawings: list[Drawing] = []
    with markup.together():
        if observation.refused is not None or not case.tracked or observation.outputs[output].dim() != 0:
            refuse(output, observation)
            export = exported(case, say("second.title"), "second")
        else:
            wrt, order = ask(case, output, observation)
            drawings = [Drawing("curve", say("export.curve"), "curve")]
            if alone(wrt, observation):
                export = by_one(case, output, wrt[0], order, observation)
            else:
                export = by_several(case, output, wrt)
    script_panel(export, "second.py", drawings)
