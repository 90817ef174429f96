"""The optimizers: all of torch.optim that need no closure and take dense gradients, one row each.

Their rules are those of torch's documentation (https://docs.pytorch.org/docs/stable/optim.html), without weight decay
where it only adds to the gradient.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from inspect import signature
from typing import Any

import torch

Setting = float | bool | tuple[float, float]


@dataclass(frozen=True)
class Parameter:
    """A keyword of an optimizer beside `lr`: its default, and between what it is offered (a pair: each of the two)."""

    name: str
    default: Setting
    low: float = 0.0
    high: float = 1.0

    @property
    def usual(self) -> tuple[str, ...]:
        """The default as an address writes it; a text for each number of a pair."""
        if isinstance(self.default, bool):
            return (str(self.default).lower(),)
        return tuple(map(repr, self.default)) if isinstance(self.default, tuple) else (f"{self.default:g}",)

    @property
    def offered(self) -> tuple[str, str]:
        """Between what it is offered, as an address writes it."""
        return f"{self.low:g}", f"{self.high:g}"

    def value(self, texts: Sequence[str]) -> Setting:
        """What such texts mean."""
        if isinstance(self.default, bool):
            return texts[0] == "true"
        first, *rest = map(float, texts)
        return (first, *rest) if rest else first  # type: ignore[return-value]


@dataclass(frozen=True)
class Optimizer:
    """A row of the table."""

    name: str
    make: type[torch.optim.Optimizer]
    rule: str
    """The update as LaTeX: g the gradient that `.grad` holds, η the learning rate, t the number of the update."""
    parameters: tuple[Parameter, ...] = ()
    fixed: Mapping[str, Any] = field(default_factory=dict)
    """Keywords that make it what its name says, where they are not torch's defaults."""
    matrices: bool = False
    """Whether it moves matrices only."""
    cost: float = 50e-6
    """The cost of updating one tensor, in the unit of `playground.language.limits.MAX_RUN_COST`."""

    @property
    def settings(self) -> dict[str, Setting]:
        """Its parameters as they stand when nobody changes them."""
        return {parameter.name: parameter.default for parameter in self.parameters}


def _decay(default: float = 0.0) -> Parameter:
    return Parameter("weight_decay", default, 0.0, 10.0)


def _eps(default: float = 1e-8) -> Parameter:
    return Parameter("eps", default, 0.0, 1.0)


_MOMENTUM = Parameter("momentum", 0.9, 0.0, 10.0)
_BETAS = Parameter("betas", (0.9, 0.999), 0.0, 0.999999)
_MOMENTS = r"m \gets \beta_1 m + (1-\beta_1)\,g,\quad "
_ADAM = _MOMENTS + r"v \gets \beta_2 v + (1-\beta_2)\,g^2,\quad "
_ADAM_STEP = r"\eta\,\frac{m/(1-\beta_1^t)}{\sqrt{v/(1-\beta_2^t)}+\varepsilon}"
_SUM = r"v \gets \alpha v + (1-\alpha)\,g^2,\quad "

_ROWS = (
    Optimizer("SGD", torch.optim.SGD, r"x \gets x - \eta\,g", (_decay(),), cost=12e-6),
    Optimizer("Momentum", torch.optim.SGD, r"b \gets \mu b + (1-\tau)\,g,\quad x \gets x - \eta\,b",
              (_MOMENTUM, Parameter("dampening", 0.0), _decay()), {"momentum": 0.9}, cost=18e-6),
    Optimizer("RMSprop", torch.optim.RMSprop, _SUM + r"x \gets x - \eta\,\frac{g}{\sqrt{v}+\varepsilon}",
              (Parameter("alpha", 0.99), _eps(), _decay(), Parameter("momentum", 0.0, 0.0, 10.0),
               Parameter("centered", False))),
    Optimizer("Adam", torch.optim.Adam, _ADAM + r"x \gets x - " + _ADAM_STEP,
              (_BETAS, _eps(), _decay(), Parameter("amsgrad", False))),
    Optimizer("Nesterov", torch.optim.SGD, r"b \gets \mu b + g,\quad x \gets x - \eta\,(g + \mu b)",
              (_MOMENTUM, _decay()), {"momentum": 0.9, "nesterov": True}, cost=18e-6),
    Optimizer("Adagrad", torch.optim.Adagrad,
              r"s \gets s + g^2,\quad x \gets x - \frac{\eta}{1+(t-1)\,\lambda}\,\frac{g}{\sqrt{s}+\varepsilon}",
              (Parameter("lr_decay", 0.0), _decay(), Parameter("initial_accumulator_value", 0.0, 0.0, 100.0),
               _eps(1e-10))),
    Optimizer("AdamW", torch.optim.AdamW, _ADAM + r"x \gets x - \eta\lambda x - " + _ADAM_STEP,
              (_BETAS, _eps(), _decay(0.01), Parameter("amsgrad", False))),
    Optimizer("Adadelta", torch.optim.Adadelta,
              r"v \gets \rho v + (1-\rho)\,g^2,\quad d = \sqrt{\frac{u+\varepsilon}{v+\varepsilon}}\,g,\quad "
              r"u \gets \rho u + (1-\rho)\,d^2,\quad x \gets x - \eta\,d",
              (Parameter("rho", 0.9), _eps(1e-6), _decay())),
    Optimizer("Adamax", torch.optim.Adamax,
              _MOMENTS + r"u \gets \max(\beta_2 u,\,|g|+\varepsilon),\quad "
              r"x \gets x - \frac{\eta}{1-\beta_1^t}\,\frac{m}{u}",
              (_BETAS, _eps(), _decay())),
    Optimizer("NAdam", torch.optim.NAdam,
              _ADAM + r"x \gets x - \eta\,\frac{\hat m}{\sqrt{v/(1-\beta_2^t)}+\varepsilon},\quad "
              r"\hat m = \frac{\mu_{t+1}\,m}{1-\prod_{i\le t+1}\mu_i} + \frac{(1-\mu_t)\,g}{1-\prod_{i\le t}\mu_i}",
              (_BETAS, _eps(), _decay(), Parameter("momentum_decay", 0.004))),
    Optimizer("RAdam", torch.optim.RAdam,
              _ADAM + r"x \gets x - \eta\,r_t\,\frac{m/(1-\beta_1^t)}{(\sqrt{v}+\varepsilon)/\sqrt{1-\beta_2^t}}",
              (_BETAS, _eps(), _decay())),
    Optimizer("ASGD", torch.optim.ASGD, r"x \gets (1-\lambda\eta_t)\,x - \eta_t\,g,\quad "
              r"\eta_t = \frac{\eta}{(1+\lambda\eta t)^{\alpha}}",
              (Parameter("lambd", 1e-4), Parameter("alpha", 0.75), Parameter("t0", 1e6, 0.0, 1e9), _decay())),
    Optimizer("Rprop", torch.optim.Rprop,
              r"s \gets s \cdot \begin{cases}\eta_+ & g_t\,g_{t-1} > 0 \\ \eta_- & g_t\,g_{t-1} < 0,\; g_t \gets 0"
              r"\end{cases}\quad x \gets x - s\,\operatorname{sign}(g_t)",
              (Parameter("etas", (0.5, 1.2), 0.0, 10.0), Parameter("step_sizes", (1e-6, 50.0), 0.0, 1e6))),
    Optimizer("Adafactor", torch.optim.Adafactor,
              r"v \gets t^{c} g^2 + (1-t^{c})\,v,\quad u = \frac{g}{\sqrt{v}},\quad "
              r"x \gets x - \max(\varepsilon_2, |x|)\,\min(\eta, \tfrac{1}{\sqrt{t}})\,"
              r"\frac{u}{\max(1, |u|/d)}",
              (Parameter("beta2_decay", -0.8, -10.0, 0.0), Parameter("d", 1.0, 1.0, 100.0), _decay())),
    Optimizer("Muon", torch.optim.Muon,
              r"b \gets b + (1-\mu)(g-b),\quad X \gets (1-\eta\lambda)\,X - \eta\,"
              r"\operatorname{orthogonal}\big(g + \mu\,(b-g)\big)",
              (Parameter("momentum", 0.95), _decay(0.1)), matrices=True, cost=200e-6),
)  # fmt: skip

OPTIMIZERS: Mapping[str, Optimizer] = {row.name: row for row in _ROWS}
"""Every row by its name, those of a first lecture first. LBFGS needs a closure, and SparseAdam sparse gradients."""


def as_row(kind: str, keywords: Mapping[str, Any]) -> tuple[Optimizer | None, dict[str, Any], tuple[str, ...]]:
    """The row of a class of torch.optim that is called with some keywords, its settings, and the keywords it lacks.

    Of several rows of a class it is the one whose fixed keywords are all given; None where there is no such class.
    """
    own = {name: value for name, value in keywords.items() if name != "lr"}
    rows = [row for row in _ROWS if row.make.__name__ == kind and all(own.get(name) for name in row.fixed)]
    if not rows:
        return None, {}, ()
    row = max(rows, key=lambda row: len(row.fixed))
    settings = {name: value for name, value in own.items() if name in row.settings}
    lacking = [name for name, value in own.items() if value and name not in settings and name not in row.fixed]
    return row, settings, tuple(lacking)


def usual_rate(row: Optimizer) -> float:
    """The learning rate of a row's class where none is said."""
    return float(signature(row.make).parameters["lr"].default)


LECTURE = ("SGD", "Momentum", "RMSprop", "Adam")
"""The names of the optimizers of a first lecture."""
