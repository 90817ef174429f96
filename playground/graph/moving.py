"""What `/` tells of a case, and so what moves with an input."""

from collections.abc import Iterator, Sequence

from playground.drawing.dot import to_stage
from playground.drawing.graph_film import graph_film
from playground.drawing.moving import Moved
from playground.drawing.numbers import whole
from playground.drawing.sentences import listing, paths_to
from playground.engine.case import Case
from playground.engine.observe import Observation
from playground.engine.sweep import swept
from playground.web.widgets import gradient, pieces, results_by_name
from playground.words import say

EXPLAINED = 2
"""So many inputs' paths are explained in a sentence each; of tensors one says it all."""


def explained(observation: Observation) -> Iterator[str]:
    """How the gradients come together, or why there are none; first what is not finite, if anything is."""
    odd = observation.not_finite
    yield "" if odd is None else say("frame.not_finite", expression=odd)
    if observation.backward is None:
        yield say("graph.nothing", output=next(iter(observation.outputs)), reason=observation.refused)
        return
    for name, start in observation.started.items():
        if start.numel() > 1:
            key = "graph.ones" if bool((start == 1).all()) else "graph.weighted"
            yield say(key, output=name, entries=start.numel())
    for name, grad in list(observation.backward.grads.items())[: _how_many(observation)]:
        yield paths_to(name, grad, observation.graph, observation.local, observation.started, gradient)


def others(observation: Observation) -> str:
    """That the same holds for the other inputs; nothing where there are none."""
    rest = list(observation.backward.grads)[_how_many(observation) :] if observation.backward else []
    return say("graph.others", names=listing(rest)) if rest else ""


def _how_many(observation: Observation) -> int:
    return 1 if any(factor is None for factor in observation.local) else EXPLAINED


def lines(observation: Observation) -> list[str]:
    """What `.grad` of each input holds."""
    grads = observation.backward.grads if observation.backward else {}
    return [say("graph.result", name=name, grad=gradient(whole(grad))) for name, grad in grads.items()]


def by_element(lines: Iterator[str]) -> dict[str, str]:
    """Sentences by the names of the elements that they stand in."""
    return {f"said{place}": text for place, text in enumerate(lines)}


def frames(case: Case, constants: bool, name: str, values: Sequence[float]) -> Iterator[Moved]:
    """The page at each value of an input."""
    for observation in swept(case, name, values):
        texts = by_element(explained(observation)) | results_by_name(lines(observation))[0]
        yield Moved(
            texts={name: pieces(text) for name, text in texts.items()},
            drawings={"graph": to_stage(observation.graph, observation.backward, constants=constants).texts},
            films={
                "graph": graph_film(
                    observation.graph, observation.backward, observation.local, observation.started
                ).sentences
            },
            finite=observation.not_finite is None,
        )
