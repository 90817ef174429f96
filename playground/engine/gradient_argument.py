"""The gradient argument of an output as a tensor of its shape."""

from collections.abc import Mapping, Sequence

import numpy as np
import torch

from playground.engine.forward import Run, as_tensor, first_line, shape_text
from playground.language.errors import EvaluationError
from playground.language.gradient_argument import Drawn, OneEntry, Ones, Upstream


def as_upstream(name: str, start: Upstream, output: torch.Tensor) -> torch.Tensor:
    """The gradient that an output is given, in its shape and dtype.

    `name` is the output's, for the sentence of an error. Raises EvaluationError where the output has no such entry, or
    another shape.
    """
    shape, dtype = output.shape, output.dtype
    match start:
        case Ones():
            return torch.ones(shape, dtype=dtype)
        case OneEntry(index):
            return one_entry(name, index, output)
        case Drawn(seed):
            return _drawn(name, seed, output)
    gradient = as_tensor(name, start, dtype)
    if gradient.shape != shape:
        raise EvaluationError("gradient_shape", name=name, given=shape_text(gradient), wanted=shape_text(output))
    return gradient


def starts_of(run: Run, gradient: Mapping[str, Upstream]) -> dict[str, torch.Tensor]:
    """What each output that requires a gradient starts with: its gradient argument, or ones.

    Raises EvaluationError as `as_upstream` does.
    """
    tracked = {name: output for name, output in run.outputs.items() if output.requires_grad}
    return {name: as_upstream(name, gradient.get(name, Ones()), output) for name, output in tracked.items()}


def _drawn(name: str, seed: int, output: torch.Tensor) -> torch.Tensor:
    """Standard normal numbers in the output's shape. Raises EvaluationError where its type has none."""
    generator = torch.Generator().manual_seed(seed)
    try:
        return torch.randn(output.shape, generator=generator, dtype=output.dtype)
    except NotImplementedError as problem:
        raise EvaluationError("not_floating", name=name, dtype=output.dtype, reason=first_line(problem)) from None


def one_entry(name: str, index: Sequence[int], output: torch.Tensor) -> torch.Tensor:
    """A tensor of the output's shape and dtype with 1 at one entry and 0 at all others.

    Raises EvaluationError, with the output's `name`, where it has no such entry.
    """
    inside = len(index) == output.dim() and all(i < side for i, side in zip(index, output.shape, strict=True))
    if not inside:
        raise EvaluationError("no_such_entry", name=name, shape=shape_text(output), entry=str(list(index)))
    start = torch.zeros(output.shape, dtype=output.dtype)
    start[tuple(index)] = 1
    return start


def chosen_entry(gradient: torch.Tensor) -> tuple[int, ...] | None:
    """The index of the entry that holds 1 while all others hold 0; None where that is not so, or for a scalar."""
    places = gradient.nonzero()
    if len(places) != 1 or gradient.dim() == 0 or gradient[tuple(places[0])] != 1:
        return None
    return tuple(places[0].tolist())


def index_of(place: int, shape: Sequence[int]) -> tuple[int, ...]:
    """The index of the entry that has this place, from 0, in the row-major order of a shape."""
    return tuple(map(int, np.unravel_index(place, tuple(shape))))


def place_of(index: Sequence[int], shape: Sequence[int]) -> int:
    """The place, from 0, of an entry in the row-major order of a shape."""
    return int(np.ravel_multi_index(tuple(index), tuple(shape)))


def entry_name(name: str, index: Sequence[int]) -> str:
    """An entry as PyTorch takes it: `x[1, 0]`; a number by its name."""
    return f"{name}[{', '.join(map(str, index))}]" if index else name
