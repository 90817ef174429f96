"""What the calls of a script come to: what torch makes, what autograd is asked for, functions of the script itself.

Every other function stays as it is written, and the table of the language says whether there is one of that name.
"""

import ast
import math
import re
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from copy import deepcopy
from dataclasses import dataclass
from typing import Any

from playground.language.errors import EvaluationError
from playground.language.operations import NAMES, OPERATIONS
from playground.language.script.state import (
    DETACHED,
    State,
    applied,
    leaf_of,
    list_node,
    listed,
    number,
    path_node,
    slope_in,
    static,
)
from playground.language.script.values import (
    Backward,
    Class,
    Cleared,
    Differentiated,
    Function,
    Generator,
    Grad,
    Instance,
    Items,
    Leaf,
    Linear,
    Method,
    Noise,
    Nothing,
    NotRead,
    Number,
    Optimizer,
    Partial,
    Path,
    Rows,
    Sequential,
    Slope,
    Span,
    Stepped,
    Table,
    Tensor,
    Text,
    Update,
    Zeros,
)

MAX_DEPTH = 20
"""Functions call each other at most so deep."""


@dataclass(frozen=True)
class Site:
    """A call with its arguments worked out."""

    name: str
    """The last part of what is called."""
    arguments: tuple[Any, ...]
    keywords: Mapping[str, Any]
    node: ast.Call

    def argument(self, place: int, *names: str, default: Any = None) -> Any:
        """The argument at a place, or under one of its names."""
        if place < len(self.arguments):
            return self.arguments[place]
        return next((self.keywords[name] for name in names if name in self.keywords), default)

    @property
    def first(self) -> Any:
        """The first argument. Raises NotRead where there is none."""
        if not self.arguments:
            raise NotRead("wrong_arguments", wanted=1, given=0)
        return self.arguments[0]

    def flag(self, name: str) -> bool:
        """A switch that is off unless it is said to be on."""
        return name in self.keywords and bool(static(self.keywords[name]))


def call(state: State, node: ast.Call) -> Any:
    """What a call comes to. Raises NotRead where it is none that is read."""
    function = state.value(node.func)
    if function == Path("builtins.print"):
        return _printed(state, node)
    arguments: list[Any] = []
    for part in node.args:
        if isinstance(part, ast.Starred):
            arguments += listed(state, state.value(part.value))
        else:
            arguments.append(state.value(part))
    keywords: dict[str, Any] = {}
    for keyword in node.keywords:
        keywords |= _spread(state, keyword.value) if keyword.arg is None else {keyword.arg: state.value(keyword.value)}
    return applied_to(state, function, arguments, keywords, node)


def applied_to(state: State, function: Any, arguments: list[Any], keywords: dict[str, Any], node: ast.Call) -> Any:
    """What a function, a method or a layer makes of its arguments."""
    match function:
        case Path(path):
            return of_path(state, path, Site(path.rpartition(".")[2], tuple(arguments), keywords, node))
        case Method(owner, name):
            return of_method(state, owner, Site(name, tuple(arguments), keywords, node))
        case Function():
            return of_function(state, function, arguments, keywords)
        case Partial(path, more):
            return of_path(state, path, Site(path.rpartition(".")[2], tuple(arguments), {**more, **keywords}, node))
        case Linear(weight, bias) if len(arguments) == 1:
            parts = [state.node(part) for part in (arguments[0], weight, *([] if bias is None else [bias]))]
            return Tensor(ast.Call(ast.Name("linear", ast.Load()), parts, []))
        case Sequential(layers) if len(arguments) == 1:
            for layer in layers:
                arguments = [applied_to(state, layer, arguments, {}, node)]
            return arguments[0]
        case Class():
            return _made_object(state, function, arguments, keywords)
        case Instance(of, _) if (forward := of.method("forward")) is not None:
            return of_function(state, forward, [function, *arguments], keywords)
        case Differentiated():
            return _derivative(state, function, arguments, keywords, node)
    raise NotRead("not_called")


def _made_object(state: State, of: Class, arguments: list[Any], keywords: dict[str, Any]) -> Instance:
    """An object of a class of the script, its `__init__` done."""
    made = Instance(of, {})
    begin = of.method("__init__")
    if begin is not None:
        of_function(state, begin, [made, *arguments], keywords)
    return made


def _derivative(
    state: State, differentiated: Differentiated, arguments: list[Any], keywords: dict[str, Any], node: ast.Call
) -> Any:
    """The derivative of a function at its arguments, by some of them. Raises NotRead where that is no tensor."""
    leaves: list[Leaf] = []
    for place in differentiated.places:
        leaf = leaf_of(arguments[place]) if place < len(arguments) else None
        if leaf is None:
            raise NotRead("no_leaf")
        leaf.tracked = True
        arguments[place] = leaf if leaf.place is not None else state.define("x", leaf)
        leaves.append(leaf)
    output = applied_to(state, differentiated.function, arguments, keywords, node)
    if differentiated.kind == "jacobian":
        state.happened(Rows(state.line))
    slope: Any = slope_in(output) or output
    for _ in range(1 + (differentiated.kind == "hessian")):
        made = Grad(state.line, _outputs(slope), (None,), tuple(leaves), {}, len(state.things))
        state.happened(made)
        slope = Slope(made, leaves[0] if len(leaves) == 1 else None)
    return slope


_DERIVATIVES = {
    "grad": "grad",
    "jacrev": "jacobian",
    "jacfwd": "jacobian",
    "jacobian": "jacobian",
    "hessian": "hessian",
}
"""What functions make of a function, in `torch.func`; the last two in `torch.autograd.functional` too."""


def _functional(state: State, site: Site) -> Any:
    """A derivative of a function: of one that is called later (`torch.func`), or at once."""
    if site.name not in _DERIVATIVES or not site.arguments:
        raise NotRead("not_known_function", name=site.name)
    kind = _DERIVATIVES[site.name]
    if not ast.unparse(site.node.func).startswith("torch.func.") and len(site.arguments) > 1:
        inputs = [*site.arguments[1].items] if isinstance(site.arguments[1], Items) else [site.arguments[1]]
        return _derivative(state, Differentiated(kind, site.first, tuple(range(len(inputs)))), inputs, {}, site.node)
    place = _whole(site.argument(1, "argnums", default=number(0)))
    return Differentiated(kind, site.first, (place,))


def _whole(value: Any) -> int:
    """A whole number. Raises NotRead for anything else."""
    number = static(value)
    if not isinstance(number, int):
        raise NotRead("not_known")
    return number


def _spread(state: State, node: ast.expr) -> dict[str, Any]:
    """The keywords that ** brings."""
    table = state.value(node)
    if not isinstance(table, Table):
        raise NotRead("not_known")
    return {str(name): value for name, value in table.items.items()}


# By path


def of_path(state: State, path: str, site: Site) -> Any:
    """A call of something that stands in a module, or of one of Python's own functions."""
    known = _PATHS.get(path) or _PATHS.get(_short(path))
    if known is not None:
        return known(state, site)
    module, _, name = path.rpartition(".")
    if module in ("torch.func", "torch.autograd.functional"):
        return _functional(state, site)
    if _QUIET.fullmatch(name) and module == "torch":
        return Nothing()
    if name.startswith("clip_grad"):
        raise NotRead("clipped")
    if name.endswith("_") or module == "torch.nn.init":
        raise NotRead("in_place", name=name)
    if module.startswith("torch.utils.data"):
        raise NotRead("batches", name=name)
    if module == "torch.optim.lr_scheduler":
        raise NotRead("scheduler", name=name)
    if name == "seed" or "random" in module:
        raise NotRead("random_numpy")
    if module.startswith("torch.optim"):
        return _optimizer(state, site)
    if module.startswith("torch.nn") and name[:1].isupper():
        return _layer(site)
    if name in MAKERS and module in ("torch", "numpy"):
        return _made(state, path, site)
    if path.split(".")[0] not in ("torch", "math", "numpy", "builtins"):
        raise NotRead("not_known_function", name=path)
    return written(state, path_node(name if name in NAMES and not _ONE_LETTER.fullmatch(name) else path), site)


_QUIET = re.compile(r"set_(?!grad_enabled)\w+|use_\w+|is_\w+")
"""Functions of torch that change how it runs, and no number."""
_ONE_LETTER = re.compile(r"[A-Za-z]\d*")
"""Names that the language takes for a factor before a parenthesis: `i1(x)`."""


def _short(path: str) -> str:
    return re.sub(r"^(torch|numpy)\.(nn\.|autograd\.|special\.|linalg\.)?(.*\.)?", r"\1.*.", path)


def written(state: State, function: ast.expr, site: Site, owner: Any = None) -> Any:
    """A call that stays as it is written; of derivatives, a derivative."""
    everything = Items((owner, *site.arguments, *site.keywords.values()))
    if slope := slope_in(everything):
        return Slope(slope.call, None, None)
    if any(isinstance(part, Noise) for part in everything.items):
        raise NotRead("random_inside")
    kept = {name: part for name, part in site.keywords.items() if name not in ("out", "device", "inplace")}
    node = ast.Call(
        function,
        [state.node(part) for part in site.arguments],
        [ast.keyword(name, state.node(part)) for name, part in kept.items()],
    )
    if all(isinstance(part, Number) for part in (*site.arguments, *kept.values())) and owner is None:
        return Number(_of_numbers(site), node)
    return Tensor(node)


def _of_numbers(site: Site) -> int | float | None:
    """What a function of plain numbers comes to; None where it is not worked out here."""
    own: dict[str, Any] = {"abs": abs, "max": max, "min": min, "round": round}
    function = own.get(site.name, getattr(math, site.name, None))
    known = [part.value for part in site.arguments]
    if function is None or site.name not in NAMES or None in known:
        return None
    try:
        result = function(*known)
    except (TypeError, ValueError, ArithmeticError):
        return None
    return result if isinstance(result, (int, float)) and math.isfinite(result) else None


# What makes a tensor

MAKERS = frozenset(
    ("tensor", "as_tensor", "from_numpy", "Tensor", "FloatTensor", "DoubleTensor", "array", "asarray", "zeros", "ones",
     "full", "eye", "arange", "linspace", "logspace", "rand", "randn", "randint", "randperm", "normal")
)  # fmt: skip
"""Functions that make a tensor from plain numbers."""
RANDOM = frozenset(("rand", "randn", "randint", "randperm", "normal"))
LITERAL = frozenset(("tensor", "as_tensor", "from_numpy", "Tensor", "FloatTensor", "DoubleTensor", "array", "asarray"))
"""Makers whose numbers stand in the script."""
DTYPES = {
    "float": "float32", "double": "float64", "half": "float16", "long": "int64", "int": "int32", "cfloat": "complex64",
}  # fmt: skip
"""Short names of types."""


def _made(state: State, path: str, site: Site) -> Any:
    """A tensor from plain numbers, as PyTorch makes it."""
    data = site.arguments[0] if site.arguments else None
    if site.name in LITERAL and isinstance(data, (Leaf, Tensor, Slope)):
        return _copy(state, data, site)
    if site.name in LITERAL and data is not None and not _is_static(data):
        return Tensor(ast.Call(path_node("torch.tensor"), [state.node(data)], []))
    if site.name in LITERAL and isinstance(data, Number) and data.value is None:
        return data
    seed = _seed(site)
    if site.name in RANDOM and seed is None:
        state.unseeded()
    keywords = {name: static(part) for name, part in site.keywords.items() if name not in _NOT_MAKING}
    keywords["dtype"] = dtype_of(site.keywords.get("dtype"))
    plain = [static(argument) for argument in site.arguments]
    kept = "numpy." if path.startswith("numpy.") else ""
    leaf = state.make(kept + site.name, plain, {"default": state.default_dtype, **keywords}, seed)
    leaf.literal = site.name in LITERAL and isinstance(data, (Number, Items))
    leaf.seed = seed if site.name == "randn" else None
    leaf.written = _maker_node(path, data, plain, keywords)
    return _tracking(state, leaf, site.flag("requires_grad"))


_KEPT_MAKERS = frozenset(("zeros", "ones", "full", "eye", "arange", "linspace"))
"""Makers that stay as they are written inside of an expression."""


def _maker_node(path: str, data: Any, arguments: Sequence[Any], keywords: Mapping[str, Any]) -> ast.expr | None:
    """A maker of torch with plain arguments, as the language reads it; a number for any other that makes one."""
    module, _, name = path.rpartition(".")
    if module != "torch" or not (name in _KEPT_MAKERS or (name in LITERAL and isinstance(data, Number))):
        return data.node if isinstance(data, Number) and name in LITERAL else None
    arguments_by_name = [ast.keyword(name, list_node(given)) for name, given in keywords.items() if name != "dtype"]
    if keywords["dtype"]:
        arguments_by_name.append(ast.keyword("dtype", path_node(f"torch.{keywords['dtype']}")))
    return ast.Call(path_node(path), [list_node(argument) for argument in arguments], arguments_by_name)


def _tracking(state: State, leaf: Leaf, wanted: bool) -> Leaf:
    """A leaf that requires a gradient or not; one of whole numbers is read as floats, which PyTorch does not do."""
    leaf.tracked = wanted
    if wanted and not leaf.dtype.startswith("float"):
        state.remark(state.line, "whole_numbers", dtype=leaf.dtype)
        leaf.dtype = "float32"
    return leaf


_NOT_MAKING = ("requires_grad", "device", "generator", "dtype", "pin_memory", "out", "layout", "copy")


def _is_static(value: Any) -> bool:
    try:
        static(value)
    except NotRead:
        return False
    return True


def _seed(site: Site) -> int | None:
    generator = site.keywords.get("generator")
    return generator.seed if isinstance(generator, Generator) else None


def dtype_of(value: Any) -> str | None:
    """The name of a type that a keyword says: `float64` for torch.double."""
    name = static(value).rpartition(".")[2] if isinstance(value, (Path, Text)) else None
    return DTYPES.get(name or "", name)


def _copy(state: State, data: Any, site: Site) -> Any:
    """A tensor made from one."""
    if isinstance(data, Slope):
        return data
    if isinstance(data, Tensor) and data.leaf is None and state.tracks(data.node):
        return data
    leaf = state.fresh(data)
    leaf.dtype = dtype_of(site.keywords.get("dtype")) or leaf.dtype
    leaf.tracked = site.flag("requires_grad")
    return leaf


def _parameter(state: State, site: Site) -> Leaf:
    """What nn.Parameter and the old Variable make."""
    leaf = state.fresh(site.argument(0, "data"))
    wanted = site.argument(1, "requires_grad", default=number(site.name == "Parameter"))
    leaf.tracked = bool(static(wanted))
    return leaf


def _like(state: State, site: Site) -> Any:
    """A tensor of another one's shape: zeros_like, ones_like, full_like, rand_like, randn_like."""
    if slope_in(site.first):
        return Slope(None, None, None)
    sides = state.shape(site.first)
    name = site.name.removesuffix("_like")
    if name == "zeros" and (like := leaf_of(site.first)) is not None:
        state.happened(Zeros(state.line, like))
    keywords = {"default": state.default_dtype, "dtype": dtype_of(site.keywords.get("dtype"))}
    if name in RANDOM:
        state.unseeded()
    more = [*site.arguments[1:], *(site.keywords[key] for key in ("fill_value",) if key in site.keywords)]
    leaf = state.make(name, [sides, *map(static, more)], keywords)
    leaf.tracked = site.flag("requires_grad")
    if name not in RANDOM and keywords["dtype"] is None:
        parts = [state.node(part) for part in (site.first, *more)]
        leaf.written = ast.Call(path_node(f"torch.{site.name}"), parts, [])
    return leaf


def _random(state: State, site: Site) -> Any:
    """Random numbers: those of a tensor's own shape, drawn in a loop, are noise."""
    seed = _seed(site)
    if state.inside and seed is not None:
        return Noise(seed)
    return _made(state, f"torch.{site.name}", site)


def _manual_seed(state: State, site: Site) -> Any:
    try:
        state.numbers.seed(_whole(site.first))
    except EvaluationError as problem:
        raise NotRead("refused", problem=problem) from None
    state.seeded = True
    return Nothing()


def _default_dtype(state: State, site: Site) -> Any:
    named = dtype_of(site.first)
    state.default_dtype = {"DoubleTensor": "float64", "FloatTensor": "float32"}.get(named or "", named)
    return Nothing()


# What autograd is asked for


def _tensors(value: Any) -> tuple[Any, ...]:
    return value.items if isinstance(value, Items) else (value,)


def _leaves(value: Any) -> tuple[Leaf, ...]:
    """Inputs by which is differentiated. Raises NotRead for what is none."""
    leaves = [leaf_of(tensor) for tensor in _tensors(value)]
    if None in leaves:
        raise NotRead("no_leaf")
    return tuple(leaf for leaf in leaves if leaf is not None)


def _starts(value: Any, count: int) -> tuple[Any, ...]:
    """What each output starts with."""
    if value is None or isinstance(value, Nothing):
        return (None,) * count
    given = [None if isinstance(tensor, Nothing) else tensor for tensor in _tensors(value)]
    return tuple(given) if len(given) == count else (None,) * count


def _outputs(value: Any) -> tuple[Any, ...]:
    """What is differentiated. Raises NotRead for what is no tensor."""
    outputs = _tensors(value)
    if not all(isinstance(output, (Slope, Leaf, Tensor)) for output in outputs):
        raise NotRead("not_differentiated")
    return outputs


def _grad(state: State, site: Site) -> Any:
    """A call of autograd.grad."""
    outputs = _outputs(site.argument(0, "outputs"))
    leaves = _leaves(site.argument(1, "inputs"))
    starts = _starts(site.argument(2, "grad_outputs"), len(outputs))
    names = ("retain_graph", "create_graph", "allow_unused", "materialize_grads")
    options = {name: site.flag(name) for name in names if name in site.keywords}
    made = Grad(state.line, outputs, starts, leaves, options, len(state.things))
    state.happened(made)
    return Items(tuple(Slope(made, leaf) for leaf in leaves))


def _backward_of(state: State, value: Any, site: Site, first: int = 0) -> Any:
    """A call of backward: of one tensor as its method, of several as autograd's function."""
    outputs = _outputs(value)
    if not outputs:
        raise NotRead("not_differentiated")
    starts = _starts(site.argument(first, "gradient", "grad_tensors"), len(outputs))
    options = {name: site.flag(name) for name in ("retain_graph", "create_graph")}
    state.happened(Backward(state.line, outputs, starts, (), options, len(state.things)))
    return Nothing()


_NOT_SETTINGS = frozenset(("params", "foreach", "fused", "capturable", "differentiable"))
"""Keywords of an optimizer that change no number."""


def _optimizer(state: State, site: Site) -> Any:
    """An object of torch.optim."""
    if any(isinstance(group, Table) for group in _tensors(site.argument(0, "params"))):
        raise NotRead("groups")
    leaves = _leaves(site.argument(0, "params"))
    keywords = {name: static(part) for name, part in site.keywords.items() if name not in _NOT_SETTINGS}
    if len(site.arguments) > 1:
        keywords["lr"] = static(site.arguments[1])
    return Optimizer(site.name, leaves, keywords)


EXCEPTIONS = {
    "BCELoss": "binary_cross_entropy", "BCEWithLogitsLoss": "binary_cross_entropy_with_logits",
    "KLDivLoss": "kl_div", "CrossEntropyLoss": "cross_entropy", "Identity": "clone",
}  # fmt: skip
"""Layers that are not called like their functions."""


DEFAULTS = {"Flatten": {"start_dim": number(1)}}
"""What layers set where their functions would not."""


def _linear(state: State, site: Site) -> Linear:
    """A layer nn.Linear, its numbers drawn as PyTorch draws them."""
    state.unseeded()
    sides = [_whole(site.argument(0, "in_features")), _whole(site.argument(1, "out_features"))]
    with_bias = bool(static(site.argument(2, "bias", default=number(True))))
    parts = [state.make(f"Linear.{name}", sides, {}) for name in ("weight", "bias")[: 1 + with_bias]]
    for name, leaf in zip(("weight", "bias"), parts, strict=False):
        leaf.tracked = True
        state.define(name, leaf)
    return Linear(parts[0], parts[1] if with_bias else None)


def _sequential(state: State, site: Site) -> Sequential:
    if not all(isinstance(layer, (Linear, Sequential, Partial, Instance)) for layer in site.arguments):
        raise NotRead("layer", name=site.name)
    return Sequential(site.arguments)


BY_LETTERS = {name.replace("_", ""): name for name in NAMES}
"""The functions of the table by their letters alone, as layers are called: LeakyReLU is leaky_relu."""


def _layer(site: Site) -> Any:
    """A layer without weights is its function: nn.MSELoss() is mse_loss. Raises NotRead for any other."""
    name = EXCEPTIONS.get(site.name, BY_LETTERS.get(site.name.lower(), ""))
    row = OPERATIONS.get(NAMES.get(name, ""))
    loss = name.endswith(("_loss", "entropy"))
    weighted = row is not None and any(operand.name == "weight" for operand in row.operands)
    if row is None or (site.arguments if loss else weighted):
        raise NotRead("layer", name=site.name)
    keywords = {**DEFAULTS.get(site.name, {}), **dict(zip(row.options, site.arguments, strict=False)), **site.keywords}
    return Partial(f"torch.nn.functional.{name}", keywords)


# Python's own


def _range(state: State, site: Site) -> Any:
    numbers = [static(argument) for argument in site.arguments]
    try:
        return Span(range(*numbers))
    except (TypeError, ValueError):
        raise NotRead("not_known") from None


def _len(state: State, site: Site) -> Any:
    match site.argument(0):
        case Items(items):
            return number(len(items))
        case Span(numbers):
            return number(len(numbers))
        case Leaf() | Tensor() as tensor if sides := state.shape(tensor):
            return number(sides[0])
    raise NotRead("not_known")


def _zip(state: State, site: Site) -> Any:
    rows = [listed(state, argument) for argument in site.arguments]
    return Items(tuple(map(Items, zip(*rows, strict=False))))


def _enumerate(state: State, site: Site) -> Any:
    items = enumerate(listed(state, site.first))
    return Items(tuple(Items((number(place), item)) for place, item in items))


def _sum(state: State, site: Site) -> Any:
    """Python's own sum of a list begins with 0, and PyTorch records that addition too."""
    if not isinstance(site.first, (Items, Span)):
        return written(state, path_node("sum"), site)
    total: Any = number(0)
    for item in listed(state, site.first):
        total = state.combine(ast.Add(), total, item)
    return total


def _float(state: State, site: Site) -> Any:
    """What float and int make: a number stays one; through a tensor nothing goes back then."""
    match site.argument(0):
        case Number(value, node) as plain:
            if site.name == "int" and value is not None:
                if not math.isfinite(value):
                    raise NotRead("not_finite")
                return number(int(value))
            return plain if value is None else Number(float(value), node)
        case Text(held):
            return _number_in(held)
        case Slope() as slope:
            return slope
        case Leaf() | Tensor() as tensor:
            return _item(state, tensor, site)
    raise NotRead("not_known")


def _number_in(text: str) -> Number:
    """The number that a text holds."""
    try:
        value = float(text)
    except ValueError:
        raise NotRead("not_known") from None
    if math.isnan(value):
        raise NotRead("not_finite")
    infinite = ast.Call(ast.Name("float", ast.Load()), [ast.Constant(str(value))], [])
    return Number(value, infinite) if math.isinf(value) else number(value)


def _printed(state: State, node: ast.Call) -> Nothing:
    """A print is left out, but not a call of autograd that stands in it."""
    for part in node.args:
        with suppress(NotRead):
            state.value(part)
    return Nothing()


def _eigenvalues(state: State, site: Site) -> Any:
    """Of a matrix of derivatives they are only looked at."""
    if slope_in(site.argument(0)):
        return Slope(None, None, None)
    return written(state, path_node("torch.linalg.eigvalsh"), site)


_PATHS: dict[str, Callable[[State, Site], Any]] = {
    "torch.manual_seed": _manual_seed, "torch.random.manual_seed": _manual_seed,
    "torch.Generator": lambda state, site: Generator(), "torch.set_default_dtype": _default_dtype,
    "torch.set_default_tensor_type": _default_dtype, "torch.set_printoptions": lambda state, site: Nothing(),
    "torch.nn.Parameter": _parameter, "torch.nn.parameter.Parameter": _parameter,
    "torch.autograd.Variable": _parameter, "torch.autograd.variable.Variable": _parameter,
    "torch.nn.Linear": _linear, "torch.nn.Sequential": _sequential,
    "torch.autograd.grad": _grad,
    "torch.autograd.backward": lambda state, site: _backward_of(state, site.argument(0, "tensors"), site, 1),
    "torch.zeros_like": _like, "torch.ones_like": _like, "torch.full_like": _like, "torch.rand_like": _like,
    "torch.randn_like": _like, "torch.randn": _random, "torch.rand": _random,
    "builtins.range": _range, "builtins.len": _len, "builtins.zip": _zip, "builtins.enumerate": _enumerate,
    **dict.fromkeys(("builtins.list", "builtins.tuple"), lambda state, site: Items(tuple(
        listed(state, site.argument(0, default=Items(())))))),
    "builtins.reversed": lambda state, site: Items(tuple(listed(state, site.first))[::-1]), "builtins.sum": _sum,
    **dict.fromkeys(("builtins.super", "builtins.str", "torch.device"), lambda state, site: Text()),
    "builtins.float": _float, "builtins.int": _float, "tqdm.trange": _range,
    **dict.fromkeys(("tqdm.tqdm", "tqdm.auto.tqdm", "tqdm.notebook.tqdm"),  # what only watches a loop
                    lambda state, site: site.argument(0, default=Nothing())),
    "torch.linalg.eigvalsh": _eigenvalues,
    "torch.cuda.is_available": lambda state, site: number(False),
}  # fmt: skip


# By method


def of_method(state: State, owner: Any, site: Site) -> Any:
    """A call of a method."""
    match owner:
        case Optimizer():
            return _of_optimizer(state, owner, site)
        case Instance(of, _) if (method := of.method(site.name)) is not None:
            return of_function(state, method, [owner, *site.arguments], site.keywords)
        case Linear() | Sequential() | Instance():
            return _of_layers(state, owner, site)
        case Slope() | Update():
            return _of_slope(state, owner, site)
        case Generator():
            return Generator(_whole(site.first)) if site.name == "manual_seed" else owner
        case Text():
            return Text()
        case Items() if site.name in ("append", "extend", "item"):
            raise NotRead("list_method", name=site.name)
    if not isinstance(owner, (Leaf, Tensor, Number)):
        raise NotRead("no_tensor")
    if site.name.startswith("register_"):
        raise NotRead("hook")
    known = _METHODS.get(site.name)
    if known is not None:
        return known(state, owner, site)
    if isinstance(owner, Leaf) and owner.place is None and not owner.tracked and site.name in RESHAPING:
        return state.make(site.name, [owner.value, *map(static, site.arguments)], {"dtype": owner.dtype})
    function = ast.Attribute(state.node(owner), site.name, ast.Load())
    return written(state, function, site, owner)


def _of_optimizer(state: State, optimizer: Optimizer, site: Site) -> Any:
    match site.name:
        case "zero_grad":
            state.happened(Cleared(state.line))
        case "step":
            if isinstance(closure := site.argument(0, "closure"), Function):
                of_function(state, closure, (), {})
            state.happened(Stepped(state.line, optimizer))
        case _:
            raise NotRead("optimizer_method", name=site.name)
    return Nothing()


def _of_layers(state: State, layers: Linear | Sequential | Instance, site: Site) -> Any:
    match site.name:
        case "parameters":
            return Items(layers.leaves)
        case "zero_grad":
            state.happened(Cleared(state.line))
            return Nothing()
        case "train" | "eval" | "to" | "cpu" | "cuda" | "requires_grad_":
            return layers
        case "forward" if len(site.arguments) == 1:
            return applied_to(state, layers, [*site.arguments], {}, site.node)
    raise NotRead("layer_method", name=site.name)


_KEEPING = frozenset(("item", "detach", "clone", "data", "cpu", "numpy", "tolist", "float", "double", "requires_grad_"))


def _of_slope(state: State, owner: Any, site: Site) -> Any:
    if site.name in ("zero_", "fill_"):
        state.happened(Cleared(state.line))
        return Nothing()
    if site.name == "backward":
        return _backward_of(state, owner, site)
    if site.name in _KEEPING or isinstance(owner, Update):
        return owner
    return Slope(owner.call, None, None)


RESHAPING = frozenset(("reshape", "view", "unsqueeze", "squeeze", "t", "flatten", "transpose", "permute", "repeat"))
"""Methods that a tensor without a name is put into shape with before it gets one."""


def _requires_grad(state: State, owner: Any, site: Site) -> Any:
    """By requires_grad_ a tensor that nothing goes back through becomes an input of its own."""
    wanted = bool(static(site.argument(0, "requires_grad", default=number(True))))
    leaf = owner if isinstance(owner, Leaf) else None
    if leaf is None:
        if state.tracks(state.node(owner)):
            return owner
        leaf = state.fresh(owner)
    return _tracking(state, leaf, wanted)


def _item(state: State, owner: Any, site: Site) -> Any:
    """By item a tensor becomes a plain number; one with inputs stays a tensor that nothing goes back through."""
    if isinstance(owner, Number):
        return owner
    if isinstance(owner, Leaf) and not isinstance(owner.value, list) and not owner.tracked:
        return Number(owner.value, state.node(owner))
    node = state.node(owner)
    if state.is_plain(node):
        return Number(None, _Numbers().visit(deepcopy(node)))
    return Tensor(applied(DETACHED, node))


class _Numbers(ast.NodeTransformer):
    """Puts a plain number for each tensor of one."""

    def visit_Call(self, node: ast.Call) -> ast.expr:
        """The number of `torch.tensor(2.0)`; any other call stays."""
        self.generic_visit(node)
        single = ast.unparse(node.func) == "torch.tensor" and node.args and not isinstance(node.args[0], ast.List)
        return node.args[0] if single else node


def _detach(state: State, owner: Any, site: Site) -> Any:
    if isinstance(owner, Number) or (isinstance(owner, Leaf) and owner.place is None):
        return owner
    return Tensor(applied(DETACHED, state.node(owner)), leaf_of(owner))


def _clone(state: State, owner: Any, site: Site) -> Any:
    """A clone: of a tensor without a name a new one."""
    if isinstance(owner, Leaf) and owner.place is None:
        return Leaf(owner.value, owner.dtype)
    return Tensor(ast.Call(ast.Attribute(state.node(owner), "clone", ast.Load()), [], []))


def _to(state: State, owner: Any, site: Site) -> Any:
    """By to, type, float and double an input's numbers get another type; a device changes nothing."""
    named = DTYPES.get(site.name)
    wanted = named or dtype_of(site.argument(0, "dtype", default=Text("")))
    if wanted not in ("float32", "float64", "int64") or (isinstance(owner, Leaf) and owner.dtype == wanted):
        return owner
    if isinstance(owner, Leaf) and not owner.tracked:
        return Leaf(owner.value, wanted, literal=owner.literal)
    method, given = (site.name, []) if named else ("to", [path_node(f"torch.{wanted}")])
    return Tensor(ast.Call(ast.Attribute(state.node(owner), method, ast.Load()), given, []))


def _size(state: State, owner: Any, site: Site) -> Any:
    sides = state.shape(owner)
    match site.name:
        case "dim":
            return number(len(sides))
        case "numel" | "nelement":
            return number(math.prod(sides))
    if not site.arguments:
        return Items(tuple(map(number, sides)))
    place = _whole(site.first)
    if not -len(sides) <= place < len(sides):
        raise NotRead("index", index=place, length=len(sides))
    return number(sides[place])


def _in_place_update(state: State, owner: Any, site: Site) -> Any:
    """An input moves by w.sub_(lr * w.grad) or w.add_(w.grad, alpha=-lr)."""
    leaf = leaf_of(owner)
    amount = site.arguments[0] if site.arguments else None
    if leaf is None or leaf.place is None or not (slope_in(amount) or isinstance(amount, Update)):
        raise NotRead("in_place", name=site.name)
    if "alpha" in site.keywords:
        amount = state.combine(ast.Mult(), site.keywords["alpha"], amount)
    if site.name == "copy_" or isinstance(amount, Update):
        return move(state, amount)
    return move(state, state.combine(ast.Sub() if site.name == "sub_" else ast.Add(), leaf, amount))


def move(state: State, update: Any) -> Leaf:
    """An input moves against its slope. Raises NotRead for any other update."""
    if not isinstance(update, Update):
        raise NotRead("update")
    state.happened(Stepped(state.line, update))
    return update.leaf


_METHODS: dict[str, Callable[[State, Any, Site], Any]] = {
    "backward": _backward_of, "requires_grad_": _requires_grad, "item": _item, "tolist": _detach,
    "numpy": _detach, "detach": _detach, "detach_": _detach, "clone": _clone,
    **dict.fromkeys(("cpu", "cuda", "contiguous", "retain_grad"), lambda state, owner, site: owner),
    "to": _to, "type": _to, "float": _to, "double": _to, "long": _to,
    "size": _size, "dim": _size, "numel": _size, "nelement": _size, "ndimension": _size, "sub_": _in_place_update,
    "add_": _in_place_update, "copy_": _in_place_update,
}  # fmt: skip


# By the script's own functions


def of_function(state: State, function: Function, arguments: Sequence[Any], keywords: Mapping[str, Any]) -> Any:
    """A function of the script, put in place. Raises NotRead where it is called with something else than it takes."""
    if state.depth >= MAX_DEPTH:
        raise NotRead("recursion", limit=MAX_DEPTH)
    scope = _bound(state, function, arguments, keywords)
    outer = state.scopes
    state.depth += 1
    try:
        with state.unrolling():
            state.scopes = (*function.scopes, scope)
            state.count()
            if isinstance(function.node, ast.Lambda):
                return state.value(function.node.body)
            return state.returned(function.node.body)
    finally:
        state.scopes = outer
        state.depth -= 1


def _bound(state: State, function: Function, arguments: Sequence[Any], keywords: Mapping[str, Any]) -> dict[str, Any]:
    """The parameters of a function with what they stand for in a call."""
    taken = function.node.args
    names = [argument.arg for argument in (*taken.posonlyargs, *taken.args)]
    if len(arguments) > len(names) and not taken.vararg:
        raise NotRead("wrong_arguments", wanted=len(names), given=len(arguments))
    scope: dict[str, Any] = dict(zip(names, arguments, strict=False))
    if taken.vararg:
        scope[taken.vararg.arg] = Items(tuple(arguments[len(names) :]))
    scope |= keywords
    defaults = dict(zip(names[len(names) - len(taken.defaults) :], taken.defaults, strict=True))
    defaults |= {
        argument.arg: at for argument, at in zip(taken.kwonlyargs, taken.kw_defaults, strict=True) if at is not None
    }
    for name, default in defaults.items():
        if name not in scope:
            scope[name] = state.value(default)
    missing = [name for name in (*names, *(argument.arg for argument in taken.kwonlyargs)) if name not in scope]
    if missing:
        raise NotRead("wrong_arguments", wanted=len(names), given=len(arguments))
    return {name: _once(state, function, name, given) for name, given in scope.items()}


def _once(state: State, function: Function, name: str, given: Any) -> Any:
    """An argument as Python has it: worked out once, however often the function uses it."""
    if not isinstance(given, Tensor) or isinstance(given.node, ast.Name):
        return given
    body = function.node.body if isinstance(function.node.body, list) else [function.node.body]
    uses = [
        part for statement in body for part in ast.walk(statement) if isinstance(part, ast.Name) and part.id == name
    ]
    return state.define(name, given) if len(uses) > 1 else given
