"""The optimizers: all of torch.optim that need no closure and take dense gradients, one row each.

Their rules are what torch's code does step by step, without weight decay where it only adds to the gradient.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from inspect import signature
from typing import Any

import torch

Setting = float | bool | tuple[float, float]

BETWEEN = r",\quad "
"""What stands between the statements of a rule."""
MATRIX = "matrix"
"""The condition that what moves is a matrix."""


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
    """The update as LaTeX: g the gradient that `.grad` holds, η the learning rate, t the number of the update.

    What it keeps from one update to the next starts at 0.
    """
    parameters: tuple[Parameter, ...] = ()
    fixed: Mapping[str, Any] = field(default_factory=dict)
    """Keywords that make it what its name says, where they are not torch's defaults."""
    matrices: bool = False
    """Whether it moves matrices only."""
    cost: float = 50e-6
    """The cost of updating one tensor, in the unit of `playground.language.limits.MAX_RUN_COST`."""
    other_rules: Mapping[str, str] = field(default_factory=dict)
    """The update where a setting is on, or under the condition `MATRIX`."""
    shrinks: bool = False
    """Whether weight decay shrinks what moves, by the rule's λ, and leaves the gradient alone."""

    @property
    def settings(self) -> dict[str, Setting]:
        """Its parameters as they stand when nobody changes them."""
        return {parameter.name: parameter.default for parameter in self.parameters}

    def rule_under(self, conditions: Collection[str]) -> str:
        """The update under some conditions: the names of settings that are on, `MATRIX`."""
        return next((rule for condition, rule in self.other_rules.items() if condition in conditions), self.rule)


def _decay(default: float = 0.0) -> Parameter:
    return Parameter("weight_decay", default, 0.0, 10.0)


def _eps(default: float = 1e-8) -> Parameter:
    return Parameter("eps", default, 0.0, 1.0)


_MOMENTUM = Parameter("momentum", 0.9, 0.0, 10.0)
_BETAS = Parameter("betas", (0.9, 0.999), 0.0, 0.999999)
_MOMENTS = r"m \gets \beta_1 m + (1-\beta_1)\,g,\quad "
_ADAM = _MOMENTS + r"v \gets \beta_2 v + (1-\beta_2)\,g^2,\quad "
_SCALE = r"\sqrt{\frac{v}{1-\beta_2^t}}+\varepsilon"
_ADAM_STEP = rf"\eta\,\frac{{m/(1-\beta_1^t)}}{{{_SCALE}}}"
_LARGEST = r"w \gets \max(w, v),\quad "
_LARGEST_STEP = _ADAM_STEP.replace(r"\frac{v}", r"\frac{w}")
_SUM = r"v \gets \alpha v + (1-\alpha)\,g^2,\quad "
_FACTORED = (
    r"r \gets t^c\,\operatorname{mean}(g^2,\,\mathrm{dim}=1) + (1-t^c)\,r,\quad "
    r"s \gets t^c\,\operatorname{mean}(g^2,\,\mathrm{dim}=0) + (1-t^c)\,s,\quad "
    r"v = \frac{\operatorname{outer}(r,\,s)}{\max(\operatorname{mean}(r),\,\varepsilon_1)},\quad "
)
_ADAFACTOR_STEP = (
    r"u = \frac{g}{\sqrt{\max(v,\,\varepsilon_1^2)}},\quad "
    r"a = \max(\varepsilon_2,\,\sqrt{\operatorname{mean}(x^2)})\,\min(\eta,\,\frac{1}{\sqrt{t}}),\quad "
    r"k = \max(1,\,\sqrt{\operatorname{mean}(u^2)}/d),\quad "
    r"x \gets (1-\eta\lambda)\,x - \frac{a}{k}\,u"
)

_ROWS = (
    Optimizer("SGD", torch.optim.SGD, r"x \gets x - \eta\,g", (_decay(),), cost=12e-6),
    Optimizer("Momentum", torch.optim.SGD,
              r"b \gets \begin{cases}g & t = 1 \\ \mu b + (1-\tau)\,g & t > 1\end{cases},\quad x \gets x - \eta\,b",
              (_MOMENTUM, Parameter("dampening", 0.0), _decay()), {"momentum": 0.9}, cost=18e-6),
    Optimizer("RMSprop", torch.optim.RMSprop,
              _SUM + r"b \gets \mu b + \frac{g}{\sqrt{v}+\varepsilon},\quad x \gets x - \eta\,b",
              (Parameter("alpha", 0.99), _eps(), _decay(), Parameter("momentum", 0.0, 0.0, 10.0),
               Parameter("centered", False)),
              other_rules={"centered": _SUM + r"m \gets \alpha m + (1-\alpha)\,g,\quad "
                           r"b \gets \mu b + \frac{g}{\sqrt{v-m^2}+\varepsilon},\quad x \gets x - \eta\,b"}),
    Optimizer("Adam", torch.optim.Adam, _ADAM + r"x \gets x - " + _ADAM_STEP,
              (_BETAS, _eps(), _decay(), Parameter("amsgrad", False)),
              other_rules={"amsgrad": _ADAM + _LARGEST + r"x \gets x - " + _LARGEST_STEP}),
    Optimizer("Nesterov", torch.optim.SGD, r"b \gets \mu b + g,\quad x \gets x - \eta\,(g + \mu b)",
              (_MOMENTUM, _decay()), {"momentum": 0.9, "nesterov": True}, cost=18e-6),
    Optimizer("Adagrad", torch.optim.Adagrad,
              r"s \gets s + g^2,\quad x \gets x - \frac{\eta}{1+(t-1)\,\lambda}\,\frac{g}{\sqrt{s}+\varepsilon}",
              (Parameter("lr_decay", 0.0), _decay(), Parameter("initial_accumulator_value", 0.0, 0.0, 100.0),
               _eps(1e-10))),
    Optimizer("AdamW", torch.optim.AdamW, _ADAM + r"x \gets (1-\eta\lambda)\,x - " + _ADAM_STEP,
              (_BETAS, _eps(), _decay(0.01), Parameter("amsgrad", False)), shrinks=True,
              other_rules={"amsgrad": _ADAM + _LARGEST + r"x \gets (1-\eta\lambda)\,x - " + _LARGEST_STEP}),
    Optimizer("Adadelta", torch.optim.Adadelta,
              r"v \gets \rho v + (1-\rho)\,g^2,\quad d = \sqrt{\frac{u+\varepsilon}{v+\varepsilon}}\,g,\quad "
              r"u \gets \rho u + (1-\rho)\,d^2,\quad x \gets x - \eta\,d",
              (Parameter("rho", 0.9), _eps(1e-6), _decay())),
    Optimizer("Adamax", torch.optim.Adamax,
              _MOMENTS + r"u \gets \max(\beta_2 u,\,|g|+\varepsilon),\quad "
              r"x \gets x - \frac{\eta}{1-\beta_1^t}\,\frac{m}{u}",
              (_BETAS, _eps(), _decay())),
    Optimizer("NAdam", torch.optim.NAdam,
              _ADAM + r"\mu_t = (1-\frac{0.96^{\psi t}}{2})\,\beta_1,\quad P_t = \prod_{i\le t}\mu_i,\quad "
              r"x \gets x - \eta\,\frac{\frac{\mu_{t+1}}{1-P_{t+1}}\,m + \frac{1-\mu_t}{1-P_t}\,g}{" + _SCALE + "}",
              (_BETAS, _eps(), _decay(), Parameter("momentum_decay", 0.004))),
    Optimizer("RAdam", torch.optim.RAdam,
              _ADAM + r"R = \frac{2}{1-\beta_2}-1,\quad \rho = R-\frac{2\,t\,\beta_2^t}{1-\beta_2^t},\quad "
              r"k = \begin{cases}\sqrt{\frac{(\rho-4)(\rho-2)\,R}{(R-4)(R-2)\,\rho}}\,"
              r"\frac{\sqrt{1-\beta_2^t}}{\sqrt{v}+\varepsilon} & \rho > 5 \\ 1 & \rho \le 5\end{cases},\quad "
              r"x \gets x - \eta\,k\,\frac{m}{1-\beta_1^t}",
              (_BETAS, _eps(), _decay())),
    Optimizer("ASGD", torch.optim.ASGD, r"\eta_t = \frac{\eta}{(1+\lambda\eta\,(t-1))^{\alpha}},\quad "
              r"x \gets (1-\lambda\eta_t)\,x - \eta_t\,g",
              (Parameter("lambd", 1e-4), Parameter("alpha", 0.75), Parameter("t0", 1e6, 0.0, 1e9), _decay())),
    Optimizer("Rprop", torch.optim.Rprop,
              r"q = \operatorname{sign}(g_t\,g_{t-1}),\quad "
              r"k = \begin{cases}\eta_+ & q > 0 \\ \eta_- & q < 0 \\ 1 & q = 0\end{cases},\quad "
              r"s \gets \operatorname{clamp}(k\,s,\,s_-,\,s_+),\quad "
              r"g_t \gets \begin{cases}0 & q < 0 \\ g_t & q \ge 0\end{cases},\quad "
              r"x \gets x - s\,\operatorname{sign}(g_t)",
              (Parameter("etas", (0.5, 1.2), 0.0, 10.0), Parameter("step_sizes", (1e-6, 50.0), 0.0, 1e6))),
    Optimizer("Adafactor", torch.optim.Adafactor, r"v \gets t^c g^2 + (1-t^c)\,v,\quad " + _ADAFACTOR_STEP,
              (Parameter("beta2_decay", -0.8, -10.0, 0.0), Parameter("d", 1.0, 1.0, 100.0), _decay()),
              shrinks=True, other_rules={MATRIX: _FACTORED + _ADAFACTOR_STEP}),
    Optimizer("Muon", torch.optim.Muon,
              r"b \gets \mu b + (1-\mu)\,g,\quad x \gets (1-\eta\lambda)\,x - \eta\,"
              r"\sqrt{\max(1,\,\frac{\mathrm{rows}}{\mathrm{columns}})}\,"
              r"\operatorname{orthogonal}(\mu b + (1-\mu)\,g)",
              (Parameter("momentum", 0.95), _decay(0.1)), matrices=True, cost=200e-6, shrinks=True),
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
