"""The tables: every operator and function of the language, one row each.

A row says what the other rooms need and names foreign functions by their dotted path only, so that
reading a text loads neither torch nor sympy. `u`, `v`, `w` stand for the arguments, `G` for the upstream gradient.
"""

import operator
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any, NamedTuple

from playground.language.program import Option

ARGUMENT_NAMES = "uvwxyz"
"""What a row's formulas call its arguments, in their order."""


class Parameter(NamedTuple):
    """A parameter of a function, under PyTorch's name for it."""

    name: str
    kind: str
    """`operand`, `optional` (an operand that may be left out), `operands` (a list of them), `factors` (the same, and
    they may stand without brackets), `classes` (an operand of
    class numbers); or what an option is: `int`, `float`, `bool`, `word`, `dims` (one or several), `size` (any number of
    whole numbers, with or without brackets), `numbers` (the same of any numbers), `dtype`."""
    required: bool = True
    """Whether it must be given."""

    @property
    def is_operand(self) -> bool:
        """Whether it is computed with; all other parameters are options, known before anything runs."""
        return self.kind in OPERANDS


OPERANDS = ("operand", "optional", "operands", "factors", "classes")
_KINDS = {"?": "optional", "*": "operands", "+": "factors", "!": "classes", "": "operand"}
LISTS = ("operands", "factors")
"""The kinds of any number of operands."""
_PARAMETER = re.compile(r"(\w+)([?*+!]?)(?::(\w+)(!?))?")


def parameters_of(signature: str) -> tuple[Parameter, ...]:
    """The parameters of `input, weight?, target!, tensors*, dim:int, k:int!`: operands by a sign, options by a kind.

    A sign of exclamation after its kind says that an option must be given.
    """
    matches = (_PARAMETER.fullmatch(part.strip()) for part in signature.split(",") if part.strip())
    return tuple(
        Parameter(m[1], m[3] or _KINDS[m[2]], bool(m[4]) if m[3] else m[2] != "?") for m in matches if m is not None
    )


@dataclass(frozen=True)
class Operation:
    """One operator or function: how it is read, run, written and differentiated."""

    name: str
    run: str
    """Dotted path of the function that runs it (`torch.sin`, `operator.add`)."""
    parameters: tuple[Parameter, ...]
    """What it takes, in PyTorch's order."""
    python: str = ""
    latex: str = ""
    label: str = ""
    """Templates over the written arguments and options, by their names; the label is Unicode, for drawings. One that is
    empty writes the call."""
    level: int = 5
    """How tightly it binds: 1 sums, 2 products, 3 signs, 4 powers, 5 what needs no parentheses; 0 comparisons."""
    levels: tuple[int, ...] = ()
    """How tightly each argument must bind to stand without parentheses; where this is empty, no argument needs any."""
    local: tuple[str, ...] = ()
    """The local derivative with respect to each argument, as a formula of the language."""
    evaluated: tuple[str, ...] = ()
    """The same as PyTorch evaluates it, where another order of the operations rounds or overflows elsewhere."""
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
    defaults: tuple[tuple[str, Option], ...] = ()
    """Keywords PyTorch insists on, where nothing is typed."""
    usual: tuple[tuple[str, int | float], ...] = ()
    """The keywords that its formulas name, and PyTorch's values for them where nothing is typed."""
    attributes: tuple[int, ...] = ()
    """Positions of arguments that, as plain numbers, PyTorch keeps as an attribute of the node, not as an operand."""
    tensors: bool = False
    """PyTorch takes no plain number here: numbers become tensors first."""
    typed: bool = True
    """It has a name that may be typed before a parenthesis; without, only a sign or a sentence of Python means it."""
    maker: bool = False
    """It makes a tensor of plain numbers."""
    chain: bool = False
    """With more than two arguments it is done two by two, from the left."""
    fields: tuple[str, ...] = ()
    """The names of its results, where it has several: the first is meant unless another one is asked for."""
    fields_with: str = ""
    """It has several results only where this option is given."""
    keywords: tuple[tuple[str, str], ...] = ()
    """Other spellings of its parameters' names."""
    without: tuple[tuple[str, str], ...] = ()
    """The row that is meant where an operand is left out, by the operand's name."""
    aliases: tuple[str, ...] = ()

    @cached_property
    def operands(self) -> tuple[Parameter, ...]:
        """The parameters that are computed with."""
        return tuple(parameter for parameter in self.parameters if parameter.is_operand)

    @cached_property
    def options(self) -> tuple[str, ...]:
        """The names of its keywords that are no operands, in PyTorch's order."""
        return tuple(parameter.name for parameter in self.parameters if not parameter.is_operand)

    @property
    def results(self) -> tuple[str, ...]:
        """The names of its results in PyTorch's order."""
        return ("sign", "logabsdet") if self.name == "slogdet" else self.fields

    @property
    def arity(self) -> int:
        """How many operands it must have."""
        return sum(parameter.required for parameter in self.operands)

    @property
    def takes_list(self) -> bool:
        """Whether it takes a list of any number of operands."""
        return any(parameter.kind in LISTS for parameter in self.parameters)

    def argument_levels(self, count: int) -> tuple[int, ...]:
        """How tightly each of so many arguments must bind to stand without parentheses."""
        return (self.levels + (0,) * count)[:count]

    def several(self, options: Mapping[str, object]) -> bool:
        """Whether it has several results with these options."""
        return bool(self.fields) and (not self.fields_with or self.fields_with in options)


def plain_power(base: float, exponent: float) -> int | float:
    """The base to the power of the exponent, an int where that is exact.

    Raises OverflowError, ZeroDivisionError or ValueError where no real number is that power.
    """
    power = float(base) ** float(exponent)
    if isinstance(power, complex):
        raise ValueError("complex")
    exact = isinstance(base, int) and isinstance(exponent, int) and exponent >= 0 and abs(power) <= 2**53
    return round(power) if exact else float(power)


_SIGNATURES = ("", "input", "input, other", "input, first, second")


def _function(name: str, *local: str, run: str = "", takes: str = "", latex: str = "", **more: Any) -> Operation:
    """A row for a function, of as many arguments as it has local derivatives or rules unless `takes` says of which."""
    takes = takes or _SIGNATURES[len(local) or len(more.get("rule", ("",)))]
    written = rf"{latex}\left({{arguments}}\right)" if latex and "{" not in latex.replace("{{", "") else latex
    return Operation(name, run or f"torch.{name}", parameters_of(takes), latex=written, local=local, **more)


def _composite(name: str, formula: str, latex: str = "", **more: Any) -> Operation:
    """A row for a function of one argument that PyTorch does not have."""
    python = f"{name}({{0}})"
    return _function(name, python=python, latex=latex, rule=("",), formula=formula, composite=True, **more)


_NN = "torch.nn.functional."
_LINALG = "torch.linalg."
_SPECIAL = "torch.special."
_DIM = "input, dim:int, keepdim:bool"
_DIMS = "input, dim:dims, keepdim:bool"
_LOSS = "input, target, reduction:word"
_SORTED = ("values", "indices")
_CUT_BELOW = ("min(sign(u - v) + 1, 1)", "max(sign(v - u), 0)")
_CUT_ABOVE = ("min(sign(v - u) + 1, 1)", "max(sign(u - v), 0)")
"""The local derivatives of what is cut off: PyTorch counts the end as part of what is not."""


def _operator(function: str, python: str, level: int, levels: tuple[int, ...], *local: str, **more: Any) -> Operation:
    """A row for an operator, run by Python's function for it."""
    run = f"operator.{function}"
    texts = {"python": python, "latex": more.pop("latex", python), "label": more.pop("label", python)}
    takes = more.pop("takes", _SIGNATURES[len(levels)])
    name = str(more.pop("name", function))
    return Operation(name, run, parameters_of(takes), level=level, levels=levels, local=local, **texts, **more)


def _comparison(name: str, sign: str, shown: str, latex: str) -> Operation:
    """A row for a comparison, which is true or false and has no slope."""
    return _operator(name, f"{{0}} {sign} {{1}}", 0, (1, 1), label=f"{{0}} {shown} {{1}}", latex=f"{{0}} {latex} {{1}}",
                     rule=("", ""))  # fmt: skip


def _activation(name: str, *local: str, **more: Any) -> Operation:
    """A row for a function of `torch.nn.functional`."""
    return _function(name, *local, run=_NN + name, **more)


def _linalg(name: str, **more: Any) -> Operation:
    return _function(name, run=_LINALG + name, **more)


def _special(name: str, *local: str, **more: Any) -> Operation:
    return _function(name, *local, run=_SPECIAL + name, **more)


def _method(name: str, python: str, takes: str = "input", **more: Any) -> Operation:
    """A row for what is written as a method, run by it."""
    return _function(name, run=f"torch.Tensor.{name}", takes=takes, python=python, levels=(5,), **more)


_ROWS = (
    _operator("add", "{0} + {1}", 1, (1, 2), "1", "1", sympy="Add", plain=operator.add),
    _operator("sub", "{0} - {1}", 1, (1, 2), "1", "-1", name="subtract", label="{0} − {1}", formula="u + (-v)",
              plain=operator.sub, aliases=("sub",)),
    _operator("mul", "{0} * {1}", 2, (2, 3), "v", "u", name="multiply", latex="{0} {1}", label="{0}·{1}", sympy="Mul",
              plain=operator.mul, aliases=("mul",)),
    _operator("truediv", "{0} / {1}", 2, (2, 3), "1/v", "-u/v^2", name="divide", latex=r"\frac{{{0}}}{{{1}}}",
              label="{0}/{1}", formula="u*v^(-1)", evaluated=("1/v", "-(u/v)/v"), kinks=("v",),
              plain=operator.truediv, reflected="reciprocal(v)*u", aliases=("div", "true_divide")),
    _operator("neg", "-{0}", 3, (3,), "-1", name="negate", label="−{0}", formula="(-1)*u", plain=operator.neg,
              aliases=("neg", "negative")),
    _operator("pow", "{0}**{1}", 4, (5, 3), "v*u^(v-1)", "u^v*log(u)", name="power", takes="input, exponent",
              latex="{0}^{{{1}}}", label="{0}^{1}", sympy="Pow", plain=plain_power, attributes=(1,), aliases=("pow",)),
    _operator("matmul", "{0} @ {1}", 2, (2, 3), latex=r"{0} \mathbin{{@}} {1}", rule=("G @ {1}ᵀ", "{0}ᵀ @ G"),
              aliases=("mm", "mv")),
    # polynomials, exponentials, roots
    _function("reciprocal", "-1/u^2", latex=r"\frac{{1}}{{{0}}}", label="1/{0}", level=2, levels=(3,),
              formula="u^(-1)", evaluated=("-reciprocal(u)*reciprocal(u)",), kinks=("u",)),
    _composite("square", "u^2"),
    _function("exp", "exp(u)", latex=r"\exp", sympy="exp"),
    _function("exp2", "exp2(u)*log(2)", formula="2^u", exact="2^u"),
    _function("expm1", "expm1(u) + 1", formula="exp(u) - 1", exact="exp(u) - 1"),
    _function("log", "1/u", latex=r"\log", sympy="log", inside=("u",), aliases=("ln",)),
    _function("log2", "1/(u*log(2))", latex=r"\log_{{2}}", formula="log(u)/log(2)",
              exact="log(u)/log(2)", inside=("u",), aliases=("log_2",)),
    _function("log10", "1/(u*log(10))", latex=r"\log_{{10}}", formula="log(u)/log(10)",
              exact="log(u)/log(10)", inside=("u",), aliases=("log_10", "lg")),
    _function("log1p", "1/(1 + u)", formula="log(1 + u)", exact="log(1 + u)", inside=("1 + u",)),
    _function("sqrt", "1/(2*sqrt(u))", latex=r"\sqrt{{{0}}}", label="√({0})", sympy="sqrt",
              exact="u^(1/2)", inside=("u",)),
    _function("rsqrt", "-rsqrt(u)^3/2", formula="1/sqrt(u)", exact="u^(-1/2)", inside=("u",)),
    _composite("cbrt", "sign(u)*abs(u)^(1/3)", latex=r"\sqrt[3]{{{0}}}", label="∛({0})"),
    _function("abs", "sign(u)", latex=r"\left|{0}\right|", label="|{0}|", sympy="Abs", kinks=("u",),
              aliases=("absolute", "fabs")),
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
    _function("atan2", "v/(u^2 + v^2)", "-u/(u^2 + v^2)", aliases=("arctan2",)),
    _function("hypot", "u/hypot(u, v)", "v/hypot(u, v)", formula="sqrt(u^2 + v^2)",
              exact="(u^2 + v^2)^(1/2)", inside=("u^2 + v^2",)),
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
    _function("sinc"),
    _function("deg2rad", "pi/180", formula="u*pi/180"),
    _function("rad2deg", "180/pi", formula="u*180/pi"),
    # what neural networks use
    _function("sigmoid", "sigmoid(u)*(1 - sigmoid(u))", latex=r"\sigma", formula="1/(1 + exp(-u))", aliases=("expit",)),
    _activation("logsigmoid", "1 - sigmoid(u)", formula="-log(1 + exp(-u))"),
    _function("logit", takes="input, eps:float"),
    _activation("relu", "max(sign(u), 0)", formula="max(u, 0)", kinks=("u",)),
    _activation("relu6", "max(sign(u), 0)*max(sign(6 - u), 0)", formula="min(max(u, 0), 6)", kinks=("u", "u - 6")),
    _activation("leaky_relu", "max(sign(u), negative_slope)", takes="input, negative_slope:float",
                latex=r"\operatorname{{leaky\_relu}}", formula="max(u, u*negative_slope)", kinks=("u",),
                usual=(("negative_slope", 0.01),)),
    _activation("elu", "max(sign(u), 0) + (1 - max(sign(u), 0))*alpha*exp(min(u, 0))", takes="input, alpha:float",
                kinks=("u",), formula="max(u, 0) + min(0, alpha*(exp(u) - 1))",
                usual=(("alpha", 1.0),)),
    _activation("celu", "max(sign(u), 0) + (1 - max(sign(u), 0))*exp(min(u, 0)/alpha)", takes="input, alpha:float",
                kinks=("u",), formula="max(u, 0) + min(0, alpha*(exp(u/alpha) - 1))",
                usual=(("alpha", 1.0),)),
    _activation("selu"),
    _activation("prelu", takes="input, weight"),
    _activation("softplus", "sigmoid(beta*u)", takes="input, beta:float, threshold:float",
                formula="log(1 + exp(beta*u))/beta", usual=(("beta", 1), ("threshold", 20)),
                own=("beta*u - threshold", "u", "1")),
    _activation("gelu", "(1 + erf(u/sqrt(2)))/2 + u*exp(-u^2/2)/sqrt(2*pi)", takes="input, approximate:word",
                formula="u*(1 + erf(u/sqrt(2)))/2"),
    _activation("silu", "sigmoid(u)*(1 + u*(1 - sigmoid(u)))", formula="u/(1 + exp(-u))", aliases=("swish",)),
    _activation("mish", formula="u*tanh(log(1 + exp(u)))"),
    _activation("softsign", "1/(1 + abs(u))^2", formula="u/(1 + abs(u))", kinks=("u",),
                evaluated=("1/(1 + abs(u)) - u/(1 + abs(u))/(1 + abs(u))*sign(u)",)),
    _activation("tanhshrink", "1 - (1 - tanh(u)^2)", formula="u - tanh(u)"),
    _activation("hardtanh", "max(sign(u - min_val), 0)*max(sign(max_val - u), 0)",
                takes="input, min_val:float, max_val:float", kinks=("u - min_val", "u - max_val"),
                formula="min(max(u, min_val), max_val)",
                usual=(("min_val", -1), ("max_val", 1))),
    _activation("hardsigmoid", formula="min(max(u + 3, 0), 6)/6"),
    _activation("hardswish", "max(sign(u + 3), 0)*max(sign(3 - u), 0)*(u/3 + 1/2) + 1 - max(sign(3 - u), 0)",
                kinks=("u + 3", "u - 3"), formula="u*min(max(u + 3, 0), 6)/6"),
    _activation("hardshrink", takes="input, lambd:float"),
    _activation("softshrink", "max(sign(abs(u) - lambd), 0)", takes="input, lambd:float", kinks=("abs(u) - lambd",),
                formula="max(u - lambd, 0) + min(u + lambd, 0)",
                usual=(("lambd", 0.5),)),
    _activation("threshold", takes="input, threshold:float!, value:float!"),
    _activation("glu", takes="input, dim:int"),
    _function("erf", "2*exp(-u^2)/sqrt(pi)", sympy="erf"),
    _function("erfc", "-2*exp(-u^2)/sqrt(pi)", formula="1 - erf(u)", exact="1 - erf(u)"),
    _function("softmax", rule=("s·(G − sum(s·G, dim)), s = softmax({0})",), takes="input, dim:int",
              defaults=(("dim", -1),)),
    _activation("softmin", takes="input, dim:int", defaults=(("dim", -1),)),
    _function("log_softmax", rule=("G − softmax({0})·sum(G, dim)",), takes="input, dim:int", defaults=(("dim", -1),)),
    _function("logsumexp", rule=("G·softmax({0})",), takes=_DIMS, defaults=(("dim", -1),)),
    _activation("linear", takes="input, weight, bias?", rule=("G @ {1}", "Gᵀ @ {0}", "sum(G, dim=0)")),
    _activation("bilinear", takes="input1, input2, weight, bias?"),
    _activation("layer_norm", takes="input, normalized_shape:size!, weight?, bias?, eps:float"),
    _activation("rms_norm", takes="input, normalized_shape:size!, weight?, eps:float"),
    _activation("normalize", takes="input, p:float, dim:int, eps:float"),
    _activation("cosine_similarity", takes="x1, x2, dim:int, eps:float"),
    _activation("pairwise_distance", takes="x1, x2, p:float, eps:float, keepdim:bool"),
    _activation("scaled_dot_product_attention", takes="query, key, value, attn_mask?, is_causal:bool, scale:float"),
    # losses
    _activation("mse_loss", takes=_LOSS),
    _activation("l1_loss", takes=_LOSS),
    _activation("smooth_l1_loss", takes=_LOSS + ", beta:float"),
    _activation("huber_loss", takes=_LOSS + ", delta:float"),
    _activation("cross_entropy",
                takes="input, target!, weight?, ignore_index:int, reduction:word, label_smoothing:float"),
    _activation("nll_loss", takes="input, target!, weight?, ignore_index:int, reduction:word"),
    _activation("binary_cross_entropy", takes="input, target, weight?, reduction:word"),
    _activation("binary_cross_entropy_with_logits", takes=_LOSS + ", pos_weight?"),
    _activation("kl_div", takes=_LOSS + ", log_target:bool"),
    _activation("poisson_nll_loss", takes=_LOSS + ", log_input:bool, full:bool, eps:float"),
    _activation("gaussian_nll_loss", takes="input, target, var, full:bool, eps:float, reduction:word"),
    _activation("soft_margin_loss", takes=_LOSS),
    _activation("hinge_embedding_loss", takes=_LOSS + ", margin:float"),
    _activation("margin_ranking_loss", takes="input1, input2, target, margin:float, reduction:word"),
    _activation("cosine_embedding_loss", takes="input1, input2, target, margin:float, reduction:word"),
    _activation("triplet_margin_loss", takes="anchor, positive, negative, margin:float, p:float, reduction:word"),
    # special functions
    _function("lgamma", "digamma(u)", aliases=("gammaln",)),
    _function("digamma", aliases=("psi",)),
    _function("polygamma", takes="n:int!, input", run="playground.polygamma", python="torch.polygamma({n}, {0})"),
    _function("erfinv", "sqrt(pi)*exp(erfinv(u)^2)/2"),
    _function("i0", "torch.special.i1(u)"),
    _special("i0e"),
    _special("i1"),
    _special("i1e"),
    _special("entr", "-log(u) - 1", formula="-u*log(u)", inside=("u",)),
    _special("erfcx"),
    _special("ndtr", "exp(-u^2/2)/sqrt(2*pi)", formula="(1 + erf(u/sqrt(2)))/2"),
    _special("log_ndtr", formula="log((1 + erf(u/sqrt(2)))/2)"),
    _special("ndtri"),
    _function("xlogy", "log(v)", "u/v", formula="u*log(v)", inside=("v",)),
    _special("xlog1py", "log(1 + v)", "u/(1 + v)", formula="u*log(1 + v)", inside=("1 + v",)),
    # the larger and the smaller, and what is cut off
    _function("maximum", "(1 + sign(u - v))/2", "(1 + sign(v - u))/2", latex=r"\max", label="max({arguments})",
              sympy="Max", kinks=("u - v",), tensors=True, chain=True),
    _function("minimum", "(1 + sign(v - u))/2", "(1 + sign(u - v))/2", latex=r"\min", label="min({arguments})",
              sympy="Min", kinks=("u - v",), tensors=True, chain=True),
    _function("fmax", takes="input, other", tensors=True),
    _function("fmin", takes="input, other", tensors=True),
    _function("clamp", "min(sign(u - v) + 1, 1)*min(sign(w - u) + 1, 1)", "max(sign(v - u), 0)*max(sign(w - v), 0)",
              "max(max(sign(u - w), 0), max(sign(v - w), 0))", kinks=("u - v", "u - w", "v - w"),
              takes="input, min?, max?", formula="min(max(u, v), w)", aliases=("clip",),
              keywords=(("a_min", "min"), ("a_max", "max")), without=(("min", "clamp max"), ("max", "clamp min"))),
    _function("clamp min", *_CUT_BELOW, kinks=("u - v",), typed=False, run="playground.clamp_below", takes="input, min",
              python="torch.clamp({0}, min={1})",
              formula="max(u, v)", label="clamp({0}, min={1})"),
    _function("clamp max", *_CUT_ABOVE, kinks=("u - v",), typed=False, run="playground.clamp_above", takes="input, max",
              python="torch.clamp({0}, max={1})",
              formula="min(u, v)", label="clamp({0}, max={1})"),
    _function("clamp_min", *_CUT_BELOW, kinks=("u - v",), takes="input, min", formula="max(u, v)"),
    _function("clamp_max", *_CUT_ABOVE, kinks=("u - v",), takes="input, max", formula="min(u, v)"),
    _function("floor", "0"),
    _function("ceil", "0"),
    _function("round", "0", takes="input, decimals:int"),
    _function("trunc", "0", aliases=("fix",)),
    _function("frac", "1"),
    _function("remainder", takes="input, other"),
    _function("fmod", takes="input, other"),
    _function("copysign", takes="input, other"),
    _function("logaddexp", "exp(u)/(exp(u) + exp(v))", "exp(v)/(exp(u) + exp(v))", formula="log(exp(u) + exp(v))",
              exact="log(exp(u) + exp(v))", evaluated=("1/(1 + exp(v - u))", "1/(1 + exp(u - v))"), tensors=True),
    _function("logaddexp2", formula="log(2^u + 2^v)/log(2)", takes="input, other", tensors=True),
    _function("lerp", "1 - w", "w", "v - u", takes="input, end, weight", formula="u + w*(v - u)"),
    _function("addcmul", "1", "value*w", "value*v", takes="input, tensor1, tensor2, value:float",
              formula="u + value*v*w", usual=(("value", 1),)),
    _function("addcdiv", "1", "value/w", "-value*v/w^2", takes="input, tensor1, tensor2, value:float",
              formula="u + value*v/w", kinks=("w",), usual=(("value", 1),)),
    _function("nan_to_num", takes="input, nan:float, posinf:float, neginf:float"),
    # choosing
    _function("index", typed=False, run="playground.index", takes="input, at:index", python="{0}[{at}]",
              latex="{0}_{{{at}}}", label="{0}[{at}]", levels=(5,), rule=("G at [{at}], else 0",)),
    _comparison("gt", ">", ">", ">"),
    _comparison("lt", "<", "<", "<"),
    _comparison("ge", ">=", "≥", r"\ge"),
    _comparison("le", "<=", "≤", r"\le"),
    _comparison("eq", "==", "=", "="),
    _comparison("ne", "!=", "≠", r"\ne"),
    _function("logical_and", takes="input, other", label="{0} ∧ {1}", latex=r"{0} \land {1}", level=0, levels=(1, 1),
              tensors=True),
    _function("logical_or", takes="input, other", label="{0} ∨ {1}", latex=r"{0} \lor {1}", level=0, levels=(1, 1),
              tensors=True),
    _function("logical_not", label="¬{0}", latex=r"\lnot {0}", level=3, levels=(3,), tensors=True),
    _function("where", takes="condition, input, other", rule=("", "G·[{0}]", "G·[¬({0})]")),
    _function("masked_fill", takes="input, mask, value", rule=("G·[¬({1})]", "", "sum(G·[{1}])")),
    _function("masked_select", takes="input, mask"),
    _function("choose", typed=False, run="playground.choose", takes="condition, input, other", tensors=True,
              python="{1} if {0} else {2}", label="{1} if {0} else {2}", level=-1, levels=(0, 0, -1),
              latex=r"\begin{{cases}}{1} & {0}\\{2} & \text{{otherwise}}\end{{cases}}", rule=("", "G", "G")),
    _function("detach", rule=("",)),
    # reductions
    _function("sum", rule=("G",), takes=_DIMS),
    _function("mean", rule=("G / n",), takes=_DIMS),
    _function("prod", rule=("G · prod({0}) / {0}",), takes=_DIM),
    _function("norm", rule=("G · {0} / ‖{0}‖",), run=_LINALG + "vector_norm",
              takes="input, ord:float, dim:dims, keepdim:bool", keywords=(("p", "ord"),), label="‖{0}‖",
              latex=r"\left\lVert {0} \right\rVert", aliases=("vector_norm",)),
    _function("max", takes=_DIM, fields=_SORTED, fields_with="dim", latex=r"\max"),
    _function("min", takes=_DIM, fields=_SORTED, fields_with="dim", latex=r"\min"),
    _function("amax", takes=_DIMS),
    _function("amin", takes=_DIMS),
    _function("median", takes=_DIM, fields=_SORTED, fields_with="dim"),
    _function("std", takes="input, dim:dims, unbiased:bool, keepdim:bool, correction:int"),
    _function("var", takes="input, dim:dims, unbiased:bool, keepdim:bool, correction:int"),
    _function("nansum", takes=_DIMS),
    _function("nanmean", takes=_DIMS),
    _function("cumsum", takes="input, dim:int", defaults=(("dim", -1),)),
    _function("cumprod", takes="input, dim:int", defaults=(("dim", -1),)),
    _function("logcumsumexp", takes="input, dim:int", defaults=(("dim", -1),)),
    _function("cummax", takes="input, dim:int", defaults=(("dim", -1),), fields=_SORTED),
    _function("cummin", takes="input, dim:int", defaults=(("dim", -1),), fields=_SORTED),
    _function("sort", takes="input, dim:int, descending:bool", fields=_SORTED),
    _function("topk", takes="input, k:int!, dim:int, largest:bool", fields=_SORTED),
    _function("kthvalue", takes="input, k:int!, dim:int, keepdim:bool", fields=_SORTED),
    _function("diff", takes="input, n:int, dim:int"),
    _function("dist", takes="input, other, p:float"),
    _function("trapezoid", takes="input, dx:float, dim:int", aliases=("trapz",)),
    _function("cov", takes="input, correction:int"),
    # matrices
    _function("transpose", rule=("Gᵀ",), run="torch.t", python="{0}.t()", label="{0}ᵀ",
              latex=r"{0}^{{\top}}", levels=(5,), aliases=("t",)),
    _function("T", typed=False, rule=("Gᵀ",), run="playground.T", python="{0}.T", label="{0}ᵀ", latex=r"{0}^{{\top}}",
              levels=(5,), formula="transpose(u)"),
    _function("mT", typed=False, rule=("Gᵀ",), run="playground.mT", python="{0}.mT", label="{0}ᵀ",
              latex=r"{0}^{{\top}}", levels=(5,), formula="transpose(u)"),
    _function("dot", takes="input, tensor", rule=("G · {1}", "G · {0}"), aliases=("vdot",)),
    _function("inner", takes="input, other"),
    _function("outer", takes="input, vec2", rule=("G @ {1}", "Gᵀ @ {0}"), aliases=("ger",)),
    _function("trace", rule=("G · I",), latex=r"\operatorname{{tr}}", aliases=("tr",)),
    _function("bmm", takes="input, mat2"),
    _function("addmm", takes="input, mat1, mat2, beta:float, alpha:float"),
    _function("addmv", takes="input, mat, vec, beta:float, alpha:float"),
    _function("addr", takes="input, vec1, vec2, beta:float, alpha:float"),
    _function("kron", takes="input, other"),
    _function("tensordot", takes="a, b, dims:int"),
    _function("einsum", takes="equation:equation!, operands+", run="playground.einsum",
              python="torch.einsum('{equation}', {arguments})", label="einsum({equation}; {arguments})",
              latex=r"\operatorname{{einsum}}_{{\text{{{equation}}}}}\left({arguments}\right)"),
    _function("cdist", takes="x1, x2, p:float"),
    _linalg("cross", takes="input, other, dim:int"),
    _linalg("det", rule=("G · det({0}) · {0}⁻ᵀ",), latex=r"\det"),
    _linalg("inv", rule=("−Yᵀ @ G @ Yᵀ, Y = {0}⁻¹",), label="{0}⁻¹", latex="{0}^{{-1}}", levels=(5,), level=4,
            aliases=("inverse",)),
    _linalg("pinv", aliases=("pinverse",)),
    _linalg("solve", takes="A, B"),
    _linalg("cholesky"),
    _linalg("slogdet", fields=("logabsdet", "sign")),
    _function("logdet"),
    _linalg("matrix_exp", aliases=("expm",)),
    _linalg("matrix_power", takes="A, n:int!"),
    _linalg("matrix_norm", takes="A, ord:word, dim:dims, keepdim:bool"),
    _linalg("eigvalsh", takes="A, UPLO:word"),
    _linalg("eigh", takes="A, UPLO:word", fields=("eigenvalues", "eigenvectors")),
    _linalg("svdvals"),
    _linalg("qr", takes="A, mode:word", fields=("Q", "R")),
    _linalg("vander", takes="x"),
    # shapes
    _method("view", "{0}.view({size})", "input, size:size!"),
    _function("reshape", takes="input, shape:size!", python="{0}.reshape({shape})", levels=(5,)),
    _function("flatten", takes="input, start_dim:int, end_dim:int"),
    _function("ravel"),
    _function("squeeze", takes="input, dim:dims"),
    _function("unsqueeze", takes="input, dim:int!"),
    _function("permute", takes="input, dims:size!", python="{0}.permute({dims})", levels=(5,)),
    _function("swapaxes", takes="input, dim0:int!, dim1:int!", run="torch.transpose",
              python="{0}.transpose({dim0}, {dim1})", levels=(5,), keywords=(("axis0", "dim0"), ("axis1", "dim1")),
              aliases=("swapdims",)),
    _function("movedim", takes="input, source:dims!, destination:dims!", aliases=("moveaxis",)),
    _method("expand", "{0}.expand({size})", "input, size:size!"),
    _method("expand_as", "{0}.expand_as({1})", "input, other"),
    _function("broadcast_to", takes="input, size:size!", python="torch.broadcast_to({0}, ({size},))"),
    _method("repeat", "{0}.repeat({repeats})", "input, repeats:size!"),
    _function("tile", takes="input, dims:size!", python="torch.tile({0}, ({dims},))"),
    _function("flip", takes="input, dims:size!", python="{0}.flip({dims})", levels=(5,)),
    _function("fliplr"),
    _function("flipud"),
    _function("roll", takes="input, shifts:dims!, dims:dims"),
    _function("rot90", takes="input, k:int"),
    _function("tril", takes="input, diagonal:int"),
    _function("triu", takes="input, diagonal:int"),
    _function("diag", takes="input, diagonal:int"),
    _function("diagonal", takes="input, offset:int, dim1:int, dim2:int"),
    _function("diag_embed", takes="input, offset:int"),
    _function("narrow", takes="input, dim:int!, start:int!, length:int!"),
    _function("select", takes="input, dim:int!, index:int!"),
    _function("gather", takes="input, dim:int!, index!"),
    _function("index_select", takes="input, dim:int!, index!"),
    _function("take", takes="input, index!"),
    _function("clone", rule=("G",)),
    _method("contiguous", "{0}.contiguous()"),
    _method("float", "{0}.float()", rule=("G",)),
    _method("double", "{0}.double()", rule=("G",)),
    _method("long", "{0}.long()"),
    _method("to", "{0}.to({dtype})", "input, dtype:dtype!"),
    _function("stack", takes="tensors*, dim:int", tensors=True, latex=r"\left[{arguments}\right]",
              label="[{arguments}]"),
    _function("cat", takes="tensors*, dim:int", tensors=True, aliases=("concat", "concatenate")),
    _function("hstack", takes="tensors*", tensors=True),
    _function("vstack", takes="tensors*", tensors=True),
    _linalg("multi_dot", takes="tensors*"),
    # tensors of plain numbers
    _function("tensor", takes="data:data!, dtype:dtype, requires_grad:bool", maker=True,
              latex="{data}", label="{data}", python="torch.tensor({data})", aliases=("Tensor", "as_tensor", "array")),
    _function("zeros", takes="size:size!, dtype:dtype", maker=True, python="torch.zeros({size})"),
    _function("ones", takes="size:size!, dtype:dtype", maker=True, python="torch.ones({size})"),
    _function("full", takes="size:dims!, fill_value:float!, dtype:dtype", maker=True),
    _function("eye", takes="sides:numbers!, dtype:dtype", maker=True, python="torch.eye({sides})"),
    _function("arange", takes="bounds:numbers!, dtype:dtype", maker=True, python="torch.arange({bounds})"),
    _function("linspace", takes="start:float!, end:float!, steps:int!, dtype:dtype", maker=True),
    _function("zeros_like"),
    _function("ones_like"),
    _function("full_like", takes="input, fill_value:float!"),
)  # fmt: skip

OPERATIONS: dict[str, Operation] = {row.name: row for row in _ROWS}
"""Every row by its name."""

NAMES: dict[str, str] = {name: row.name for row in _ROWS if row.typed for name in (row.name, *row.aliases)}
"""Every name that may be typed before a parenthesis, and the row it means."""

OVERLOADS: dict[str, tuple[str, str]] = {
    "max": ("max", "maximum"), "min": ("min", "minimum"), "transpose": ("swapaxes", "transpose"),
}  # fmt: skip
"""The rows that one name means, by what it is given. Where both take it, as in max(x, 0), PyTorch means the first and
mathematics the second."""

OPERATORS: dict[str, str] = {
    "+": "add", "-": "subtract", "*": "multiply", "/": "divide", "^": "power", "**": "power", "@": "matmul",
    "%": "remainder",
    ">": "gt", "<": "lt", ">=": "ge", "<=": "le", "==": "eq", "!=": "ne", "≥": "ge", "≤": "le", "≠": "ne",
    "and": "logical_and", "or": "logical_or", "not": "logical_not",
}  # fmt: skip

CONSTANTS: dict[str, float] = {"pi": 3.141592653589793, "π": 3.141592653589793, "e": 2.718281828459045}


TAKEN_NAMES = frozenset(name for name in NAMES if OPERATIONS[NAMES[name]].local or OPERATIONS[NAMES[name]].composite)
"""The functions of mathematics: no result may have such a name."""

WORDS = TAKEN_NAMES | {name for name in NAMES if OPERATIONS[NAMES[name]].rule or OPERATIONS[NAMES[name]].formula}
"""Functions that are no names of inputs either, though a statement may give such a name: `mean = x.mean()`."""

NEED_NO_PARENTHESES = tuple(
    name for name, row in NAMES.items() if name in TAKEN_NAMES and len(OPERATIONS[row].operands) == 1 and len(name) > 1
)
"""The functions of mathematics of one argument, which mathematics writes as `sin x`."""
