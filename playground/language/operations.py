"""The tables: every operator and function of the language, one row each.

A row says what the other rooms need and names foreign functions by their dotted path only, so that
reading a text loads neither torch nor sympy. `u`, `v`, `w` stand for the arguments, `G` for the upstream gradient.
"""

import operator
from collections.abc import Callable
from dataclasses import dataclass

ARGUMENT_NAMES = "uvwxyz"
"""What a row's formulas call its arguments, in their order."""


@dataclass(frozen=True)
class Operation:
    """One operator or function: how it is read, run, written and differentiated."""

    name: str
    run: str
    """Dotted path of the function that runs it (`torch.sin`, `operator.add`)."""
    arity: int
    python: str
    latex: str
    label: str
    """Templates over the written arguments; the label is Unicode, for drawings."""
    level: int = 5
    """How tightly it binds: 1 sums, 2 products, 3 signs, 4 powers, 5 what needs no parentheses."""
    levels: tuple[int, ...] = ()
    """How tightly each argument must bind to stand without parentheses; where this is empty, no argument needs any."""
    local: tuple[str, ...] = ()
    """The local derivative with respect to each argument, as a formula of the language."""
    rule: tuple[str, ...] = ()
    """What becomes of the upstream gradient, where the operation is not entry by entry."""
    sympy: str | None = None
    """Its name in sympy."""
    formula: str | None = None
    """Its meaning as a formula of the language, where sympy or PyTorch has no function for it."""
    exact: str = ""
    """Its meaning by sums, products, powers, exp, log, sin, cos, atan and erf, where PyTorch rounds its result once."""
    kinks: tuple[str, ...] = ()
    """What is 0 where its slope breaks off."""
    inside: tuple[str, ...] = ()
    """What is positive wherever it is smooth."""
    own: tuple[str, ...] = ()
    """Where this is positive, PyTorch computes another function: that one, and its local derivatives."""
    composite: bool = False
    """PyTorch has no such function: the formula is what runs."""
    reflected: str | None = None
    """What PyTorch runs instead when only the first argument is a plain number."""
    plain: Callable[..., int | float] | None = None
    """What it does to plain numbers; where this is None, the torch function is asked."""
    options: tuple[str, ...] = ()
    """Keywords it takes."""
    defaults: tuple[tuple[str, int], ...] = ()
    """Keywords PyTorch insists on, where nothing is typed."""
    attributes: tuple[int, ...] = ()
    """Positions of arguments that, as plain numbers, PyTorch keeps as an attribute of the node, not as an operand."""
    tensors: bool = False
    """PyTorch takes no plain number here: numbers become tensors first."""
    aliases: tuple[str, ...] = ()

    @property
    def argument_levels(self) -> tuple[int, ...]:
        """One of `levels` for each argument."""
        return self.levels or (0,) * self.arity


def plain_power(base: float, exponent: float) -> int | float:
    """The base to the power of the exponent, an int where that is exact.

    Raises OverflowError, ZeroDivisionError or ValueError where no real number is that power.
    """
    power = float(base) ** float(exponent)
    if isinstance(power, complex):
        raise ValueError("complex")
    exact = isinstance(base, int) and isinstance(exponent, int) and exponent >= 0 and abs(power) <= 2**53
    return round(power) if exact else float(power)


def _function(name: str, *local: str, run: str = "", latex: str = "", python: str = "", **more: object) -> Operation:
    """A row for a function of as many arguments as it has local derivatives or rules."""
    arity = len(local) or len(more.get("rule", ("",)))  # type: ignore[arg-type]
    slots = ", ".join(f"{{{i}}}" for i in range(arity))
    run = run or f"torch.{name}"
    command = latex or rf"\operatorname{{{{{name}}}}}"
    return Operation(
        name=name,
        run=run,
        arity=arity,
        python=python or f"{run}({slots})",
        latex=command if "{0}" in command else rf"{command}\left({slots}\right)",
        label=str(more.pop("label", f"{name}({slots})")),
        local=local,
        **more,  # type: ignore[arg-type]
    )


def _composite(name: str, formula: str, latex: str = "", **more: object) -> Operation:
    """A row for a function of one argument that PyTorch does not have."""
    return _function(
        name, rule=("",), run="", python=f"{name}({{0}})", latex=latex, formula=formula, composite=True, **more
    )


_NN = "torch.nn.functional."

_ROWS = (
    Operation("add", "operator.add", 2, "{0} + {1}", "{0} + {1}", "{0} + {1}", 1, (1, 2), ("1", "1"), sympy="Add",
              plain=operator.add),
    Operation("subtract", "operator.sub", 2, "{0} - {1}", "{0} - {1}", "{0} − {1}", 1, (1, 2), ("1", "-1"),
              formula="u + (-v)", plain=operator.sub, aliases=("sub",)),
    Operation("multiply", "operator.mul", 2, "{0} * {1}", "{0} {1}", "{0}·{1}", 2, (2, 3), ("v", "u"), sympy="Mul",
              plain=operator.mul, aliases=("mul",)),
    Operation("divide", "operator.truediv", 2, "{0} / {1}", r"\frac{{{0}}}{{{1}}}", "{0}/{1}", 2, (2, 3),
              ("1/v", "-u/v^2"), formula="u*v^(-1)", kinks=("v",), plain=operator.truediv, reflected="reciprocal(v)*u",
              aliases=("div", "true_divide")),
    Operation("negate", "operator.neg", 1, "-{0}", "-{0}", "−{0}", 3, (3,), ("-1",), formula="(-1)*u",
              plain=operator.neg, aliases=("neg", "negative")),
    Operation("power", "operator.pow", 2, "{0}**{1}", "{0}^{{{1}}}", "{0}^{1}", 4, (5, 3),
              ("v*u^(v-1)", "u^v*log(u)"), sympy="Pow", plain=plain_power, attributes=(1,), aliases=("pow",)),
    Operation("matmul", "operator.matmul", 2, "{0} @ {1}", r"{0} \mathbin{{@}} {1}", "{0} @ {1}", 2, (2, 3),
              rule=("G @ {1}ᵀ", "{0}ᵀ @ G"), aliases=("mm", "mv")),
    # polynomials, exponentials, roots
    _function("reciprocal", "-1/u^2", latex=r"\frac{{1}}{{{0}}}", label="1/{0}", level=2, levels=(3,),
              formula="u^(-1)", kinks=("u",)),
    _composite("square", "u^2"),
    _function("exp", "exp(u)", latex=r"\exp", sympy="exp"),
    _function("log", "1/u", latex=r"\log", sympy="log", inside=("u",), aliases=("ln",)),
    _function("log2", "1/(u*log(2))", latex=r"\log_{{2}}", formula="log(u)/log(2)",
              exact="log(u)/log(2)", inside=("u",)),
    _function("log10", "1/(u*log(10))", latex=r"\log_{{10}}", formula="log(u)/log(10)",
              exact="log(u)/log(10)", inside=("u",)),
    _function("sqrt", "1/(2*sqrt(u))", latex=r"\sqrt{{{0}}}", label="√({0})", sympy="sqrt",
              exact="u^(1/2)", inside=("u",)),
    _composite("cbrt", "sign(u)*abs(u)^(1/3)", latex=r"\sqrt[3]{{{0}}}", label="∛({0})"),
    _function("abs", "sign(u)", latex=r"\left|{0}\right|", label="|{0}|", sympy="Abs", kinks=("u",),
              aliases=("absolute",)),
    _function("sign", "0", sympy="sign", kinks=("u",), aliases=("sgn",)),
    # circular and hyperbolic functions and their inverses
    _function("sin", "cos(u)", latex=r"\sin", sympy="sin"),
    _function("cos", "-sin(u)", latex=r"\cos", sympy="cos"),
    _function("tan", "1 + tan(u)^2", latex=r"\tan", sympy="tan", exact="sin(u)/cos(u)", kinks=("cos(u)",)),
    _composite("sec", "1/cos(u)", latex=r"\sec"),
    _composite("csc", "1/sin(u)", latex=r"\csc", aliases=("cosec",)),
    _composite("cot", "1/tan(u)", latex=r"\cot"),
    _function("asin", "1/sqrt(1 - u^2)", latex=r"\arcsin", sympy="asin", exact="atan(u*(1 - u^2)^(-1/2))",
              inside=("1 - u^2",), aliases=("arcsin",)),
    _function("acos", "-1/sqrt(1 - u^2)", latex=r"\arccos", sympy="acos",
              exact="π/2 - atan(u*(1 - u^2)^(-1/2))", inside=("1 - u^2",), aliases=("arccos",)),
    _function("atan", "1/(1 + u^2)", latex=r"\arctan", sympy="atan", aliases=("arctan",)),
    _composite("asec", "acos(1/u)", aliases=("arcsec",)),
    _composite("acsc", "asin(1/u)", aliases=("arccsc",)),
    _composite("acot", "atan(1/u)", aliases=("arccot",)),
    _function("sinh", "cosh(u)", latex=r"\sinh", sympy="sinh", exact="(exp(u) - exp(-u))/2"),
    _function("cosh", "sinh(u)", latex=r"\cosh", sympy="cosh", exact="(exp(u) + exp(-u))/2"),
    _function("tanh", "1 - tanh(u)^2", latex=r"\tanh", sympy="tanh", exact="1 - 2/(exp(2u) + 1)"),
    _composite("sech", "1/cosh(u)"),
    _composite("csch", "1/sinh(u)"),
    _composite("coth", "1/tanh(u)", latex=r"\coth"),
    _function("asinh", "1/sqrt(u^2 + 1)", sympy="asinh", exact="log(u + (u^2 + 1)^(1/2))", aliases=("arcsinh",)),
    _function("acosh", "1/sqrt(u^2 - 1)", sympy="acosh", exact="log(u + (u^2 - 1)^(1/2))",
              inside=("u - 1",), aliases=("arccosh",)),
    _function("atanh", "1/(1 - u^2)", sympy="atanh", exact="log((1 + u)/(1 - u))/2",
              inside=("1 - u^2",), aliases=("arctanh",)),
    _composite("asech", "acosh(1/u)", aliases=("arcsech",)),
    _composite("acsch", "asinh(1/u)", aliases=("arccsch",)),
    _composite("acoth", "atanh(1/u)", aliases=("arccoth",)),
    # what neural networks use
    _function("sigmoid", "sigmoid(u)*(1 - sigmoid(u))", latex=r"\sigma", formula="1/(1 + exp(-u))"),
    _function("relu", "max(sign(u), 0)", run=_NN + "relu", formula="max(u, 0)", kinks=("u",)),
    _function("leaky_relu", "max(sign(u), 0.01)", run=_NN + "leaky_relu", latex=r"\operatorname{{leaky\_relu}}",
              formula="max(u, u/100)", kinks=("u",)),
    _function("softplus", "sigmoid(u)", run=_NN + "softplus", formula="log(1 + exp(u))", own=("u - 20", "u", "1")),
    _function("gelu", "(1 + erf(u/sqrt(2)))/2 + u*exp(-u^2/2)/sqrt(2*pi)", run=_NN + "gelu",
              formula="u*(1 + erf(u/sqrt(2)))/2"),
    _function("silu", "sigmoid(u)*(1 + u*(1 - sigmoid(u)))", run=_NN + "silu", formula="u/(1 + exp(-u))",
              aliases=("swish",)),
    _function("erf", "2*exp(-u^2)/sqrt(pi)", sympy="erf"),
    _function("maximum", "(1 + sign(u - v))/2", "(1 + sign(v - u))/2", latex=r"\max", label="max({0}, {1})",
              sympy="Max", kinks=("u - v",), tensors=True, aliases=("max",)),
    _function("minimum", "(1 + sign(v - u))/2", "(1 + sign(u - v))/2", latex=r"\min", label="min({0}, {1})",
              sympy="Min", kinks=("u - v",), tensors=True, aliases=("min",)),
    _function("softmax", rule=("s·(G − sum(s·G, dim)), s = softmax({0})",), run="torch.softmax", options=("dim",),
              defaults=(("dim", -1),)),
    _function("logsumexp", rule=("G·softmax({0})",), options=("dim", "keepdim"), defaults=(("dim", -1),)),
    _function("detach", rule=("",)),
    # reductions and matrices
    _function("sum", rule=("G",), options=("dim", "keepdim")),
    _function("mean", rule=("G / n",), options=("dim", "keepdim")),
    _function("prod", rule=("G · prod({0}) / {0}",), options=("dim", "keepdim"), latex=r"\operatorname{{prod}}"),
    _function("norm", rule=("G · {0} / ‖{0}‖",), run="torch.linalg.vector_norm", label="‖{0}‖",
              latex=r"\left\lVert {0} \right\rVert", aliases=("vector_norm",)),
    _function("transpose", rule=("Gᵀ",), run="torch.t", python="{0}.t()", label="{0}ᵀ",
              latex=r"{0}^{{\top}}", levels=(5,),
              aliases=("t", "T")),
    _function("dot", rule=("G · {1}", "G · {0}"), aliases=("inner",)),
    _function("trace", rule=("G · I",), latex=r"\operatorname{{tr}}"),
)  # fmt: skip

OPERATIONS: dict[str, Operation] = {row.name: row for row in _ROWS}
"""Every row by its name."""

NAMES: dict[str, str] = {name: row.name for row in _ROWS for name in (row.name, *row.aliases)}
"""Every name that may be typed before a parenthesis, and the row it means."""

OPERATORS: dict[str, str] = {
    "+": "add", "-": "subtract", "*": "multiply", "/": "divide", "^": "power", "**": "power", "@": "matmul",
}  # fmt: skip

CONSTANTS: dict[str, float] = {"pi": 3.141592653589793, "π": 3.141592653589793, "e": 2.718281828459045}
