"""PyTorch's words are read as PyTorch means them: each text is run by Python too, and both must agree to the bit."""

import warnings
from typing import Any

import numpy as np
import pytest
import torch

from playground.drawing.dot import to_dot
from playground.drawing.graph_film import graph_film
from playground.drawing.node_details import node_details
from playground.drawing.script import backward_parts, to_script
from playground.engine.backward import backward
from playground.engine.forward import Run, forward
from playground.engine.graph import local_derivatives, read_graph
from playground.language.errors import EvaluationError
from playground.language.notation import to_latex
from playground.language.operations import NAMES, OPERATIONS
from playground.language.parse import parse
from playground.language.program import Call, postorder
from tests.oracles import fingerprints, walk
from tests.reading import printed

VALUES: dict[str, Any] = {
    "x": [0.37, -1.21, 1.43], "y": [0.82, 0.55, 2.31], "w": [0.3, -0.7, 1.1], "u": 0.64,
    "A": [[2.1, 0.3, -0.4], [0.5, 1.7, 0.2], [-0.3, 0.6, 1.9]], "B": [[0.37, -1.21, 1.43], [0.82, -0.55, 2.31]],
    "p": [0.2, 0.5, 0.3], "q": [[0.2, 0.5, 0.3], [0.6, 0.3, 0.1]], "c": [2.0, 0.0], "b": [0.4, 0.9],
    "r": [1.0, 0.0, 1.0], "s": [1.0, -1.0, 1.0],
}  # fmt: skip
"""Inputs for the texts: x, y, w vectors, A and B matrices, p and q probabilities, c class numbers, r and s labels."""
TRACKED = ("x", "y", "w", "u", "A", "B")

TEXTS = """
torch.where(x > 0, x, 0.1*x)
torch.where(x > y, 1.0, 0.5) * x
x.where(x > 0, y)
x.clamp(0, 1)
x.clamp(min=0)
torch.clamp(x, max=1.0)
torch.clamp(x, w, y)
x.clip(-1, 1)
torch.clamp_min(x, 0.1)
x * (x > 0)
x * (x <= 0.37)
x * (x == 0.37)
x * (x != 0.37)
torch.logical_or(x > 1, x < 0) * x
torch.logical_not(x > 1) * x
F.bilinear(x, y, A.unsqueeze(0))
torch.cummin(x, 0).values
torch.sub(x, y)
torch.div(x, y)
x * (x > 0).float()
(x >= y) * 0.1 + x
x.masked_fill(x < 0, 0.0)
x.masked_fill(x < 0, float("-inf")).softmax(dim=0)
torch.masked_select(x, x > 0)
x if u > 0 else y
x**2 if x.sum() > 5 else x**3
2*u if u > 0.5 else -u
torch.logical_and(x > 0, x < 1) * x
x[(x > 0) & (y > 0)]
x * ~(x > 0)
x[0]
x[-1]
x[1:]
x[:2] + x[1:]
x[::2]
x[0]**2 + x[1]*x[2]
A[0]
A[0, 1]
A[0][1]
A[:, 1]
A[1:, :2]
A[..., 0]
x[None, :]
x[:, None] * y[None, :]
x[x > 0]
A[A > 0.5]
x[[0, 2]]
x[torch.tensor([0, 2, 2])]
A[[0, 1], [1, 2]]
A[torch.tensor([True, False, True])] if u > 5 else A
torch.stack([x, y])
torch.stack([x, y], dim=1)
torch.stack((x, y, w), 0)
torch.cat([x, y])
torch.cat((A, B), dim=0)
torch.hstack([x, y])
torch.vstack([x, y])
torch.concat([x, y])
x * torch.tensor([1., 2., 3.])
torch.tensor([[1., 0., 2.], [0., 1., 1.]]) @ x
torch.tensor(2.5) * x
x + torch.zeros(3) + torch.ones(2, 3) + torch.ones((2, 3))
torch.full((3,), 2.5) * x
torch.eye(3) @ x
torch.eye(3, 3) @ x
torch.arange(3) * x
torch.arange(0, 1.5, 0.5) * x
torch.linspace(0, 1, 3) * x
torch.linspace(-1, 1, steps=3) @ x
torch.zeros_like(x) + x
torch.ones_like(x) * x
torch.full_like(x, 0.3) * x
torch.outer(x, y)
torch.dot(x, y)
x.dot(y)
torch.inner(x, y)
torch.kron(x, y)
torch.einsum('i,i->', x, y)
torch.einsum('ij,j->i', A, x)
torch.einsum('ij,jk', [A, A])
torch.einsum('i,j', x, y)
torch.linalg.cross(x, y)
x.view(-1)
B.view(3, 2)
B.view(-1, 2)
B.reshape(6)
B.reshape((3, 2))
torch.reshape(B, (3, 2))
B.flatten()
torch.flatten(B, 0, 1)
B.ravel()
B.unsqueeze(0).squeeze(0)
x.unsqueeze(1) @ y.unsqueeze(0)
B.unsqueeze(0).squeeze()
B.permute(1, 0)
torch.permute(B, (1, 0))
B.transpose(0, 1)
torch.transpose(B, 0, 1)
B.T
B.t()
B.mT
B.swapaxes(0, 1)
B.movedim(0, 1)
x.expand(2, 3)
x.expand(2, -1) * B
x.expand_as(B)
torch.broadcast_to(x, (2, 3))
x.repeat(2)
x.repeat(2, 2)
torch.tile(x, (2,))
x.flip(0)
torch.flip(B, [0, 1])
B.flip((0, 1))
torch.fliplr(B)
torch.flipud(B)
torch.roll(x, 1)
torch.roll(B, shifts=1, dims=0)
torch.rot90(B)
A.tril()
torch.triu(A, diagonal=1)
torch.diag(x)
torch.diag(A)
A.diagonal()
torch.diag_embed(x)
torch.narrow(x, 0, 1, 2)
x.select(0, 1)
torch.gather(B, 1, torch.tensor([[0], [2]]))
torch.index_select(A, 0, torch.tensor([0, 2]))
torch.take(A, torch.tensor([0, 4]))
x.clone()
x.contiguous()
x.float()
x.double().sum()
x.to(torch.float64)
x.detach() * x
torch.max(x)
x.max()
torch.max(A, dim=1).values
torch.max(A, 1)[0]
torch.max(A, dim=1).values[0]
A.max(0)[0][1:] * 2
torch.linalg.eigh(A + A.T).eigenvalues[0]
x % 2
-x % y * 2
A.max(dim=0, keepdim=True).values
A.min(0).values
torch.min(A)
torch.max(x, y)
x.amax(0)
A.amin(dim=(0, 1))
torch.median(x)
A.median(dim=0).values
x.std()
x.std(unbiased=False)
A.std(dim=0)
torch.var(x)
A.var(dim=1, keepdim=True)
A.var(0, correction=0)
torch.var(A, dim=(0, 1))
x.cumsum(0)
torch.cumsum(A, dim=1)
torch.cumprod(x, dim=0)
torch.logcumsumexp(x, dim=0)
torch.cummax(x, dim=0).values
torch.sort(x).values
torch.sort(x, descending=True)[0]
torch.topk(x, 2).values
torch.kthvalue(x, 2).values
torch.diff(x)
torch.dist(x, y)
torch.dist(x, y, 1)
torch.trapezoid(x)
torch.cov(A)
torch.nansum(x)
torch.nanmean(x)
A.sum(dim=(0, 1))
A.sum((0, 1))
A.sum(0, True)
torch.mean(A, dim=1, keepdim=True)
A.mean((0, 1))
torch.prod(A, 1)
torch.norm(x)
torch.norm(x, 1)
torch.norm(x, p=1)
x.norm(p=3)
A.norm(dim=1)
torch.linalg.norm(x)
torch.linalg.vector_norm(A, ord=1, dim=0)
torch.linalg.norm(x, float("inf"))
torch.norm(x, -torch.inf)
x.masked_fill(x < 0, -torch.inf).softmax(0)
torch.logsumexp(A, dim=(0, 1))
torch.logsumexp(A, 0, keepdim=True)
F.mse_loss(x, p)
F.mse_loss(x, p, reduction="sum")
F.mse_loss(x, p, reduction='none')
F.l1_loss(x, p)
F.smooth_l1_loss(x, p, beta=0.5)
F.huber_loss(x, p, delta=0.5)
F.cross_entropy(B, torch.tensor([2, 0]))
F.cross_entropy(B, q)
F.cross_entropy(B, torch.tensor([2, 0]), reduction="sum", label_smoothing=0.1)
F.cross_entropy(B, torch.tensor([2, 0]), weight=p)
F.cross_entropy(x, torch.tensor(1))
F.nll_loss(F.log_softmax(B, dim=1), torch.tensor([2, 0]))
F.binary_cross_entropy(torch.sigmoid(x), r)
F.binary_cross_entropy_with_logits(x, r)
F.binary_cross_entropy_with_logits(x, r, pos_weight=p)
F.kl_div(F.log_softmax(x, dim=0), p, reduction="sum")
F.kl_div(F.log_softmax(B, dim=1), q, reduction="batchmean")
F.poisson_nll_loss(x, r)
F.gaussian_nll_loss(x, r, p)
F.soft_margin_loss(x, s)
F.hinge_embedding_loss(x, s)
F.margin_ranking_loss(x, y, s, margin=0.5)
F.cosine_embedding_loss(A, A.T, s, margin=0.1)
F.triplet_margin_loss(x, y, w)
torch.log_softmax(x, dim=0)
F.log_softmax(B, 1)
B.log_softmax(dim=-1)
F.softmin(x, dim=0)
F.logsigmoid(x)
torch.log1p(y)
torch.expm1(x)
torch.exp2(x)
torch.rsqrt(y)
F.elu(x)
F.elu(x, alpha=0.5)
F.celu(x, 0.5)
F.selu(x)
F.gelu(x)
F.gelu(x, approximate="tanh")
F.leaky_relu(x, 0.2)
F.leaky_relu(x, negative_slope=0.2)
F.prelu(x, torch.tensor([0.25]))
F.softplus(x, beta=2)
F.softplus(x, 2, 1)
F.mish(x)
F.softsign(x)
F.tanhshrink(x)
F.hardtanh(x)
F.hardtanh(x, -0.5, 0.5)
F.hardsigmoid(x)
F.hardswish(x)
F.hardshrink(x, 0.3)
F.softshrink(x)
F.relu6(x)
F.threshold(x, 0.1, 0.5)
F.glu(B.T, dim=0) if u > 5 else x
F.silu(x)
torch.nn.functional.relu(x)
torch.special.expit(x)
torch.logit(torch.sigmoid(x))
torch.logit(torch.sigmoid(x), eps=0.01)
F.linear(B, A)
F.linear(B, A, w)
F.linear(x, A, bias=w)
F.layer_norm(x, (3,))
F.layer_norm(B, (3,), weight=w, bias=y)
F.layer_norm(B, [3], eps=0.1)
F.rms_norm(x, (3,))
F.normalize(x, dim=0)
F.normalize(B)
F.cosine_similarity(x, y, dim=0)
F.cosine_similarity(A, A.T)
F.pairwise_distance(A, A.T + 1)
F.scaled_dot_product_attention(A, A, A)
torch.atan2(x, y)
torch.arctan2(x, y)
torch.hypot(x, y)
torch.sinc(x)
torch.deg2rad(x)
torch.lgamma(y)
torch.digamma(y)
torch.polygamma(1, y)
torch.erf(x)
torch.erfc(x)
torch.erfinv(x * 0.3)
torch.special.i0(x)
torch.special.i0e(x)
torch.special.i1(x)
torch.special.i1e(x)
torch.special.entr(y)
torch.special.erfcx(x)
torch.special.ndtr(x)
torch.special.log_ndtr(x)
torch.special.ndtri(torch.sigmoid(x))
torch.xlogy(x, y)
torch.special.xlog1py(x, y)
torch.fmax(x, y)
torch.fmin(x, y)
torch.maximum(x, torch.tensor(0.0))
torch.floor(x) + x
torch.ceil(x) + x
torch.round(x, decimals=1) + x
torch.trunc(x) * x
torch.frac(x)
torch.remainder(x, y)
torch.fmod(x, y)
torch.copysign(x, y)
torch.logaddexp(x, y)
torch.logaddexp2(x, y)
torch.lerp(x, y, 0.3)
torch.lerp(x, y, w)
torch.addcmul(x, y, w)
torch.addcmul(x, y, w, value=0.5)
torch.addcdiv(x, w, y, value=2)
torch.nan_to_num(x, nan=0.5)
torch.square(x)
torch.linalg.det(A)
torch.det(A)
torch.linalg.inv(A)
torch.inverse(A)
A.inverse() @ x
torch.linalg.pinv(B)
torch.linalg.solve(A, x)
torch.linalg.cholesky(A @ A.T)
torch.linalg.slogdet(A).logabsdet
torch.linalg.slogdet(A)[1]
torch.logdet(A @ A.T)
torch.linalg.matrix_exp(A)
torch.matrix_exp(A)
torch.linalg.matrix_power(A, 3)
torch.matrix_power(A, 2)
torch.linalg.matrix_norm(A)
torch.linalg.eigvalsh(A + A.T)
torch.linalg.eigh(A + A.T).eigenvalues
torch.linalg.svdvals(B)
torch.linalg.qr(A).R
torch.linalg.vander(x)
torch.linalg.multi_dot([B, A, x])
torch.trace(A)
torch.mm(B, A)
torch.mv(A, x)
torch.bmm(A.unsqueeze(0), A.unsqueeze(0)).sum()
torch.addmm(A, A, A.T, beta=0.5)
torch.addmv(x, A, y)
torch.addr(A, x, y)
torch.tensordot(A, A, dims=2)
torch.cdist(B, A)
torch.cdist(B, A, p=1)
np.sin(x) if u > 5 else x
""".strip().splitlines()  # fmt: skip
NUMPY = """
np.sin(x) -> np.sin(x)
np.pi*x -> np.pi*x
np.dot(x, y) -> np.dot(x, y)
np.linalg.norm(x) -> np.linalg.norm(x)
np.sum(A, axis=0) -> np.sum(A, axis=0)
np.mean(A, axis=1, keepdims=True) -> np.mean(A, axis=1, keepdims=True)
np.std(x) -> np.std(x)
np.var(A, axis=0) -> np.var(A, axis=0)
np.max(x) -> np.max(x)
np.max(A, axis=0) -> np.max(A, axis=0)
np.where(x > 0, x, y) -> np.where(x > 0, x, y)
np.clip(x, 0, 1) -> np.clip(x, 0, 1)
np.power(x, 2) -> np.power(x, 2)
np.log1p(y) -> np.log1p(y)
np.outer(x, y) -> np.outer(x, y)
np.array([1., 2., 3.]) * x -> np.array([1., 2., 3.]) * x
np.arctan2(x, y) -> np.arctan2(x, y)
np.concatenate([x, y]) -> np.concatenate([x, y])
np.maximum(x, 0) -> np.maximum(x, 0)
np.linalg.det(A) -> np.linalg.det(A)
np.linalg.inv(A) -> np.linalg.inv(A)
np.matmul(A, x) -> np.matmul(A, x)
np.transpose(B) -> np.transpose(B)
np.reshape(B, (3, 2)) -> np.reshape(B, (3, 2))
np.cumsum(x) -> np.cumsum(x)
np.prod(x) -> np.prod(x)
np.abs(x) -> np.abs(x)
np.arange(3) * x -> np.arange(3) * x
np.zeros(3) + x -> np.zeros(3) + x
np.trace(A) -> np.trace(A)
np.hypot(x, y) -> np.hypot(x, y)
math.exp(u) -> np.exp(u)
math.sqrt(u) -> np.sqrt(u)
math.pow(u, 2) -> u**2
math.fabs(u) -> abs(u)
jnp.tanh(x) -> np.tanh(x)
jnp.where(x > 0, x, 0) -> np.where(x > 0, x, 0)
""".strip().splitlines()


def leaves(dtype: torch.dtype) -> dict[str, torch.Tensor]:
    """Every input as a tensor."""
    return {name: torch.tensor(value, dtype=dtype, requires_grad=name in TRACKED) for name, value in VALUES.items()}


def run(text: str, dtype: torch.dtype) -> Run:
    program = parse(text)
    values = {name: VALUES[name] for name in program.inputs}
    return forward(program, values, [name for name in program.inputs if name in TRACKED], dtype)


def by_python(text: str, dtype: torch.dtype) -> tuple[dict[str, torch.Tensor], torch.Tensor]:
    """What Python and PyTorch make of the text itself."""
    tensors = leaves(dtype)
    before = torch.get_default_dtype()
    torch.set_default_dtype(dtype)
    try:
        found = eval(  # noqa: S307 - the texts are ours
            text,
            {"torch": torch, "F": torch.nn.functional, "np": torch, **tensors},
        )
    finally:
        torch.set_default_dtype(before)
    return tensors, found


def same(first: torch.Tensor | None, right: torch.Tensor | None) -> bool:
    """Whether two results are the same to the bit."""
    if first is None or right is None:
        return first is right
    return first.dtype == right.dtype and torch.equal(first, right)


@pytest.mark.parametrize("dtype", [torch.float32, torch.float64], ids=["float32", "float64"])
@pytest.mark.parametrize("text", TEXTS)
def test_a_text_gives_what_python_gives_with_its_gradients_and_its_graph(text: str, dtype: torch.dtype) -> None:
    ours, (tensors, theirs) = run(text, dtype), by_python(text, dtype)
    (output,) = ours.outputs.values()
    assert same(output, theirs)
    used = {name: tensors[name] for name in ours.inputs}
    assert fingerprints({"y": output}, ours.inputs) == fingerprints({"y": theirs}, used)
    if not theirs.requires_grad:
        return
    graph = read_graph(ours)
    nodes, edges = walk({"y": output})
    assert (len(graph.nodes), len(graph.edges)) == (len(nodes), sum(edges.values()))
    tracked = [name for name in used if name in TRACKED]
    start = torch.ones_like(theirs)
    result = backward(ours, {next(iter(ours.outputs)): start})
    wanted = torch.autograd.grad(theirs, [used[name] for name in tracked], start, allow_unused=True)
    assert all(same(result.grads[name], grad) for name, grad in zip(tracked, wanted, strict=True))


def second(output: torch.Tensor, points: list[torch.Tensor]) -> list[torch.Tensor | None]:
    """The gradients of the sum of the first gradients."""
    first = torch.autograd.grad(output.sum(), points, create_graph=True, materialize_grads=True)
    total = sum(grad.sum() for grad in first)
    assert isinstance(total, torch.Tensor)
    return list(torch.autograd.grad(total, points, allow_unused=True)) if total.requires_grad else []


@pytest.mark.parametrize("text", TEXTS)
def test_a_text_has_the_second_derivatives_that_python_has(text: str) -> None:
    ours, (tensors, theirs) = run(text, torch.float64), by_python(text, torch.float64)
    (output,) = ours.outputs.values()
    if not theirs.requires_grad:
        return
    tracked = [name for name in ours.inputs if name in TRACKED]
    try:
        wanted = second(theirs, [tensors[name] for name in tracked])
    except RuntimeError as refused:
        with pytest.raises(RuntimeError, match=r"derivative|implemented"):
            second(output, [ours.inputs[name] for name in tracked])
        assert "implemented" in str(refused)
        return
    found = second(output, [ours.inputs[name] for name in tracked])
    assert len(found) == len(wanted)
    assert all(map(same, found, wanted))


@pytest.mark.parametrize("text", TEXTS)
def test_a_text_is_drawn_told_of_and_its_script_prints_the_same(text: str) -> None:
    ours = run(text, torch.float32)
    values = {name: VALUES[name] for name in ours.inputs}
    start = {name: torch.ones_like(output).tolist() for name, output in ours.outputs.items()}
    tracked = any(output.requires_grad for output in ours.outputs.values())
    graph, local = read_graph(ours), local_derivatives(ours)
    result = backward(ours, start) if tracked else None
    assert to_dot(graph, result).startswith("digraph")
    assert node_details(graph, result, local)
    assert graph_film(graph, result, local, {})
    latex = to_latex(ours.program)
    assert latex.count("{") == latex.count("}")
    again = run(text, torch.float32)
    if any(output.dim() > 2 for output in again.outputs.values()):
        return
    script = to_script(backward_parts(again, values, result, start if tracked else None))
    (name, output), *_ = again.outputs.items()
    assert f"{name} = {shown(output)}" in printed(script)


def shown(output: torch.Tensor) -> str:
    return str(output.item() if output.dim() == 0 else output.detach())


@pytest.mark.parametrize("line", NUMPY)
def test_names_of_numpy_mean_what_numpy_means(line: str) -> None:
    text, meaning = line.split(" -> ")
    (output,) = run(text, torch.float64).outputs.values()
    arrays = {name: np.asarray(value) for name, value in VALUES.items()}
    with warnings.catch_warnings():
        wanted = eval(meaning, {"np": np, **arrays})  # noqa: S307 - the texts are ours
    assert np.allclose(output.detach().numpy(), wanted, rtol=1e-12)


def test_every_row_that_has_a_name_is_tried_here_or_made_of_formulas() -> None:
    """What the tables say of themselves is walked in tests/language/test_tables.py."""
    tried = {
        node.operation
        for text in TEXTS
        for statement in parse(text).statements
        for node in postorder(statement.expression)
        if isinstance(node, Call)
    }
    missing = {row for row in NAMES.values() if row not in tried and not OPERATIONS[row].sympy}
    assert {row for row in missing if not OPERATIONS[row].composite} <= set(ENTRYWISE)


ENTRYWISE = (
    "reciprocal", "log2", "log10", "sign", "sigmoid", "relu", "minimum", "maximum", "mean", "rad2deg", "clamp_max",
    "long",
)  # fmt: skip
"""Rows that other tests try."""


@pytest.mark.parametrize("text", ["mse_loss(x, 0)", "huber_loss(x, 0)", "smooth_l1_loss(x, 1)", "l1_loss(0, x)"])
def test_a_plain_number_where_a_loss_wants_a_tensor_is_refused_and_no_exception(text: str) -> None:
    with pytest.raises(EvaluationError, match="cannot be computed"):
        forward(parse(text), {"x": 0.5})
