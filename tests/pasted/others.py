"""Scripts of other shapes than the tutorial's: each with the page that it is about."""

SCRIPTS: dict[str, tuple[str, str]] = {
    "aliases": (
        "graph",
        """
import torch as t
import torch.nn.functional as F
from torch import nn, autograd

x = t.tensor([1., -2., 3.], requires_grad=True)
w = t.ones(3, requires_grad=True)
y = F.relu(x * w).sum() + t.nn.functional.softplus(x).mean()
y.backward()
""",
    ),
    "neuron": (
        "graph",
        """
import torch
# one neuron, weights as nn.Parameter
w = torch.nn.Parameter(torch.tensor([0.5, -0.25]))
b = torch.nn.Parameter(torch.zeros(1))
inputs = torch.tensor([[1.0, 2.0], [3.0, 4.0], [0.5, -1.5]])
targets = torch.tensor([1.0, 0.0, 1.0])
predictions = torch.sigmoid(inputs @ w + b)
loss = ((predictions - targets) ** 2).mean()
loss.backward()
print(f"loss {loss.item():.4f}", w.grad, b.grad)
""",
    ),
    "chain": (
        "scalar",
        """
import torch
x = torch.tensor(2.0)
x.requires_grad_()
u = x ** 3
v = torch.sin(u)
y = v * u
y.backward()
""",
    ),
    "function": (
        "scalar",
        """
import math
import torch

def gauss(x, mu=0.0, sigma=1.0):
    z = (x - mu) / sigma
    return torch.exp(-z * z / 2) / (sigma * math.sqrt(2 * math.pi))

p = torch.tensor(0.7, requires_grad=True)
q = gauss(p, mu=0.2) + gauss(p, sigma=2.0)
q.backward()
""",
    ),
    "lambda": (
        "scalar",
        """
import torch
f = lambda t: t**2 + 3*t
g = lambda t: f(f(t)) - 1
a = torch.tensor(0.3, requires_grad=True)
out = g(a)
out.backward()
""",
    ),
    "unrolled": (
        "scalar",
        """
import torch
x = torch.tensor(0.5, requires_grad=True)
y = x
for i in range(1, 5):
    y = y * (1 - y) * i
y.backward()
""",
    ),
    "newton's root": (
        "scalar",
        """
import torch
a = torch.tensor(2.0, dtype=torch.float64, requires_grad=True)
r = 1.0
for _ in range(4):
    r = 0.5 * (r + a / r)
r.backward()
""",
    ),
    "augmented": (
        "scalar",
        """
import torch
x = torch.tensor(1.5, requires_grad=True)
total = 0
for power, factor in enumerate([1.0, -2.0, 0.5]):
    total += factor * x**power
total.backward()
""",
    ),
    "old style": (
        "matrix",
        """
import torch
from torch.autograd import Variable
x = Variable(torch.ones(2, 2), requires_grad=True)
y = x + 2
z = y * y * 3
z.backward(torch.tensor([[1., 0.], [0.5, -1.]]))
print(x.grad)
""",
    ),
    "seeded": (
        "matrix",
        """
import torch
torch.manual_seed(7)
A = torch.randn(2, 3)
x = torch.randn(3, requires_grad=True)
y = A @ x
v = torch.rand(2)
y.backward(v)
""",
    ),
    "two outputs": (
        "graph",
        """
import torch
a = torch.tensor(1.0, requires_grad=True)
b = torch.tensor(4.0, requires_grad=True)
p, q = a * b, a / b
p.backward()
q.backward()
""",
    ),
    "partial": (
        "partials",
        """
import torch
from torch.autograd import grad
x = torch.tensor(3.0, requires_grad=True)
y = torch.tensor(4.0, requires_grad=True)
r = torch.sqrt(x*x + y*y)
result = grad(r, (x, y))
print(result[0].item(), result[1].item())
""",
    ),
    "weighted": (
        "partials",
        """
import torch
x = torch.linspace(0, 1, 4, requires_grad=True)
s = torch.cumsum(x ** 2, dim=0)
result = torch.autograd.grad(s, x, grad_outputs=torch.ones_like(s))
""",
    ),
    "third derivative": (
        "second",
        """
import torch
x = torch.tensor(0.8, requires_grad=True)
y = torch.exp(-x) * torch.cos(x)
g1, = torch.autograd.grad(y, x, create_graph=True)
g2, = torch.autograd.grad(g1, x, create_graph=True)
g3, = torch.autograd.grad(g2, x)
result = [y, g1, g2, g3]
""",
    ),
    "nested backward": (
        "second",
        """
import torch
x = torch.tensor(1.2, requires_grad=True)
y = x**4 / 12
dy = torch.autograd.grad(y, x, create_graph=True)[0]
dy.backward()
result = [y, dy, x.grad]
""",
    ),
    "by hand": (
        "descent",
        """
import torch
w = torch.tensor(5.0, requires_grad=True)
lr = 0.1
for step in range(40):
    loss = (w - 3) ** 2 + 1
    loss.backward()
    with torch.no_grad():
        w -= lr * w.grad
    w.grad.zero_()
    if step % 10 == 0:
        print(step, loss.item())
""",
    ),
    "data by hand": (
        "descent",
        """
import torch
x = torch.tensor([1.0, 2.0, 3.0, 4.0])
y = torch.tensor([3.1, 4.9, 7.2, 8.8])
w = torch.zeros(1, requires_grad=True)
b = torch.zeros(1, requires_grad=True)
learning_rate = 1e-2
epochs = 25
for epoch in range(epochs):
    y_pred = w * x + b
    loss = torch.mean((y_pred - y) ** 2)
    loss.backward()
    w.data -= learning_rate * w.grad.data
    b.data -= learning_rate * b.grad.data
    w.grad = None
    b.grad = None
""",
    ),
    "adam": (
        "descent",
        """
import torch
import torch.optim as optim
p = torch.tensor([2.0, -1.0], requires_grad=True)
opt = optim.Adam([p], lr=0.05, betas=(0.8, 0.99))
for _ in range(30):
    opt.zero_grad()
    loss = p.pow(4).sum() - 3 * p.pow(2).sum()
    loss.backward()
    opt.step()
""",
    ),
    "momentum": (
        "descent",
        """
import torch
x = torch.tensor(-1.0, requires_grad=True)
y = torch.tensor(1.5, requires_grad=True)

def rosenbrock(x, y):
    return (1 - x)**2 + 100*(y - x**2)**2

optimizer = torch.optim.SGD([x, y], lr=1e-4, momentum=0.9)
for i in range(50):
    value = rosenbrock(x, y)
    optimizer.zero_grad()
    value.backward()
    optimizer.step()
""",
    ),
    "criterion": (
        "descent",
        """
import torch
from torch import nn, optim
X = torch.tensor([[1.0], [2.0], [3.0]])
T = torch.tensor([[2.0], [4.0], [6.0]])
W = torch.full((1, 1), 0.1, requires_grad=True)
criterion = nn.MSELoss()
optimizer = optim.RMSprop([W], lr=0.01, alpha=0.9)
for epoch in range(12):
    out = X @ W
    loss = criterion(out, T)
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
    print('epoch {}, loss {}'.format(epoch, loss.item()))
""",
    ),
    "gradient by grad": (
        "descent",
        """
import torch
theta = torch.tensor([1.0, -2.0], requires_grad=True)
for k in range(15):
    cost = (theta ** 2).sum() + theta.prod()
    g = torch.autograd.grad(cost, theta)[0]
    theta = (theta - 0.05 * g).detach().requires_grad_(True)
""",
    ),
    "main": (
        "scalar",
        '''
"""A script with a main."""
import torch

def main():
    global x
    x = torch.tensor(4.0, requires_grad=True)
    y = torch.log(x) / x
    y.backward()
    print("slope", x.grad)

if __name__ == "__main__":
    main()
''',
    ),
    "list of tensors": (
        "graph",
        """
import torch
ws = [torch.tensor(float(i), requires_grad=True) for i in range(1, 4)]
a, b, c = ws
y = sum([w ** 2 for w in ws]) + a * b * c
y.backward()
""",
    ),
    "an external gradient": (
        "matrix",
        """
import torch
import torch.nn as nn
import torch.nn.functional as F
a = torch.tensor([2., 3.], requires_grad=True)
b = torch.tensor([6., 4.], requires_grad=True)
Q = 3*a**3 - b**2
external_grad = torch.tensor([1., 1.])
Q.backward(gradient=external_grad)
print(9*a**2 == a.grad)
""",
    ),
    "one layer with logits": (
        "graph",
        """
import torch
import torch.nn as nn
import torch.nn.functional as F
x = torch.ones(5)
y = torch.zeros(3)
torch.manual_seed(0)
w = torch.randn(5, 3, requires_grad=True)
b = torch.randn(3, requires_grad=True)
z = torch.matmul(x, w)+b
loss = torch.nn.functional.binary_cross_entropy_with_logits(z, y)
loss.backward()
print(w.grad)
""",
    ),
    "polynomial fit": (
        "descent",
        """
import torch
import torch.nn as nn
import torch.nn.functional as F
import math
x = torch.linspace(-math.pi, math.pi, 20)
y = torch.sin(x)
a = torch.tensor(0.1, requires_grad=True)
b = torch.tensor(0.2, requires_grad=True)
lr = 1e-3
for t in range(100):
    y_pred = a + b*x
    loss = (y_pred - y).pow(2).sum()
    loss.backward()
    with torch.no_grad():
        a -= lr*a.grad
        b -= lr*b.grad
        a.grad = None
        b.grad = None
""",
    ),
    "rosenbrock adam": (
        "descent",
        """
import torch
import torch.nn as nn
import torch.nn.functional as F
p = torch.tensor([-1.0, 2.0], requires_grad=True)
opt = torch.optim.Adam([p], lr=0.05)
for _ in range(200):
    opt.zero_grad()
    f = (1 - p[0])**2 + 100*(p[1] - p[0]**2)**2
    f.backward()
    opt.step()
print(p)
""",
    ),
    "a maximum unpacked": (
        "graph",
        """
import torch
import torch.nn as nn
import torch.nn.functional as F
x = torch.tensor([[1., 5.],[4., 2.]], requires_grad=True)
v, i = x.max(dim=1)
v.sum().backward()
""",
    ),
    "a while that counts down": (
        "scalar",
        """
import torch
import torch.nn as nn
import torch.nn.functional as F
x = torch.tensor(1.5, requires_grad=True)
y = x
n = 3
while n > 0:
    y = y*x
    n -= 1
y.backward()
""",
    ),
    "remainder and floor": (
        "scalar",
        """
import torch
import torch.nn as nn
import torch.nn.functional as F
x = torch.tensor(2.7, requires_grad=True)
y = x % 1 + torch.floor(x)*x
y.backward()
""",
    ),
    "determinant and inverse": (
        "graph",
        """
import torch
import torch.nn as nn
import torch.nn.functional as F
A = torch.tensor([[2., 1.],[1., 3.]], requires_grad=True)
y = torch.logdet(A) + torch.trace(torch.linalg.inv(A))
y.backward()
""",
    ),
    "several results": (
        "graph",
        """
import torch
A = torch.tensor([[1.0, 4.0], [3.0, 2.0]], requires_grad=True)
best, where = torch.max(A, dim=1)
least = A.min(dim=0).values[0]
y = (best * torch.arange(2) + torch.zeros(2) + torch.ones_like(best)).sum() - least
y.backward()
""",
    ),
    "types": (
        "scalar",
        """
import torch
x = torch.tensor(0.3, requires_grad=True)
best_loss = float("inf")
y = x.double() * torch.tensor(2.5) + (x * 3).to(torch.float64)
y.backward()
""",
    ),
    "e as a result": (
        "graph",
        """
import torch
a = torch.tensor(2.0, requires_grad=True)
b = torch.tensor(1.0, requires_grad=True)
c = a + b
d = b + 1
e = c * d
e.backward()
""",
    ),
    "indices": (
        "graph",
        """
import torch
x = torch.tensor([[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]], requires_grad=True)
y = x[0] @ x[1] + x[:, 1].sum() + x[x > 2.5].prod() + torch.where(x > 3, x, 0.1 * x).mean()
y.backward()
""",
    ),
    "detached": (
        "graph",
        """
import torch
x = torch.tensor(3.0, requires_grad=True)
w = torch.tensor(2.0, requires_grad=True)
with torch.no_grad():
    scale = x * w
y = x * scale + w * x.detach() + w.item()
y.backward()
""",
    ),
    "twice": (
        "scalar",
        """
import torch
x = torch.tensor(2.0, requires_grad=True)
y = x ** 3
y.backward(retain_graph=True)
y.backward()
print(x.grad)
""",
    ),
    "a layer": (
        "descent",
        """
import torch
import torch.nn as nn
torch.manual_seed(3)
x = torch.linspace(-1, 1, 8).reshape(-1, 1)
y = 2 * x + 0.5
model = nn.Linear(1, 1)
weight, bias = model.weight, model.bias
optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
criterion = nn.MSELoss()
for epoch in range(30):
    optimizer.zero_grad()
    loss = criterion(model(x), y)
    loss.backward()
    optimizer.step()
""",
    ),
    "two layers": (
        "graph",
        """
import torch
from torch import nn
torch.manual_seed(0)
net = nn.Sequential(nn.Linear(2, 3), nn.Tanh(), nn.Linear(3, 1))
weight, bias, weight_1, bias_1 = net.parameters()
X = torch.randn(4, 2)
loss = net(X).pow(2).mean()
net.zero_grad()
loss.backward()
""",
    ),
    "cross entropy": (
        "graph",
        """
import torch
import torch.nn.functional as F
logits = torch.tensor([[1.0, 2.0, 0.5], [0.1, -1.0, 3.0]], requires_grad=True)
labels = torch.tensor([1, 2])
loss = F.cross_entropy(logits, labels)
loss.backward()
""",
    ),
    "a class of layers": (
        "descent",
        """
import torch
import math

class Polynomial(torch.nn.Module):
    '''A line, its two numbers as parameters.'''

    def __init__(self):
        super().__init__()
        self.a = torch.nn.Parameter(torch.tensor(0.3))
        self.b = torch.nn.Parameter(torch.tensor(-0.2))

    def forward(self, x):
        return self.a + self.b * x

    def string(self):
        return f"y = {self.a.item()} + {self.b.item()} x"

x = torch.linspace(-math.pi, math.pi, 20)
y = torch.sin(x)
model = Polynomial()
a, b = model.parameters()
criterion = torch.nn.MSELoss(reduction='sum')
optimizer = torch.optim.SGD(model.parameters(), lr=1e-3)
for t in range(40):
    y_pred = model(x)
    loss = criterion(y_pred, y)
    if t % 10 == 9:
        print(t, loss.item())
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
print(f'Result: {model.string()}')
""",
    ),
    "a class with layers in it": (
        "matrix",
        """
import torch
from torch import nn
import torch.nn.functional as F
torch.manual_seed(3)

class Net(nn.Module):
    def __init__(self, width=3):
        super(Net, self).__init__()
        self.fc1 = nn.Linear(2, width)
        self.fc2 = nn.Linear(width, 1)

    def hidden(self, x):
        return F.relu(self.fc1(x))

    def forward(self, x):
        return self.fc2(self.hidden(x))

net = Net(width=4)
weight, bias, weight_1, bias_1 = net.parameters()
out = net(torch.tensor([[1.0, 2.0]]))
net.zero_grad()
out.backward()
""",
    ),
    "a polynomial of layers": (
        "descent",
        """
import torch
import math
torch.manual_seed(1)
x = torch.linspace(-math.pi, math.pi, 16)
y = torch.sin(x)
p = torch.tensor([1, 2, 3])
xx = x.unsqueeze(-1).pow(p)
model = torch.nn.Sequential(
    torch.nn.Linear(3, 1),
    torch.nn.Flatten(0, 1)
)
weight, bias = model.parameters()
loss_fn = torch.nn.MSELoss(reduction='sum')
learning_rate = 1e-6
for t in range(50):
    y_pred = model(xx)
    loss = loss_fn(y_pred, y)
    model.zero_grad()
    loss.backward()
    with torch.no_grad():
        for param in model.parameters():
            param -= learning_rate * param.grad
""",
    ),
    "layers with positions": (
        "graph",
        """
import torch
from torch import nn
torch.manual_seed(1)
net = nn.Sequential(nn.Linear(2, 2), nn.LeakyReLU(0.2, inplace=True), nn.Softmax(1))
weight, bias = net.parameters()
loss = nn.L1Loss()(net(torch.tensor([[1.0, -2.0], [0.5, 3.0]])), torch.tensor([[0.0, 1.0], [1.0, 0.0]]))
loss.backward()
""",
    ),
    "a hessian of a function": (
        "second",
        """
import torch
from torch.autograd.functional import hessian

def f(x):
    return x[0]**2 * x[1] + x[1]**3

x = torch.tensor([1.0, 2.0])
result = hessian(f, x)
""",
    ),
    "a derivative of a derivative": (
        "second",
        """
import torch
from torch.func import grad
f = lambda x: torch.sin(x) * x
x = torch.tensor(0.5)
result = [f(x), grad(f)(x), grad(grad(f))(x)]
""",
    ),
    "a closure": (
        "descent",
        """
import torch
x = torch.tensor([-1.2, 1.0], requires_grad=True)
optimizer = torch.optim.Adam([x], lr=0.1, betas=(0.8, 0.9))

def closure():
    optimizer.zero_grad()
    loss = 100*(x[1]-x[0]**2)**2 + (1-x[0])**2
    loss.backward()
    return loss

for _ in range(20):
    optimizer.step(closure)
""",
    ),
    "a branch by numbers": (
        "graph",
        """
import torch
def f(a):
    b = a * 2
    while b.norm() < 1000:
        b = b * 2
    if b.sum() > 0:
        c = b
    else:
        c = 100 * b
    return c
a = torch.tensor([-0.3, 0.1], requires_grad=True)
d = f(a).sum()
d.backward()
""",
    ),
    "a contraction": (
        "graph",
        """
import torch
torch.set_num_threads(1)
A = torch.tensor([[1.0, 2.0], [3.0, 4.0]], requires_grad=True)
x = torch.tensor([0.5, -1.0], requires_grad=True)
y = torch.einsum('i,ij,j->', x, A, x)
y.backward()
""",
    ),
    "a step of one's own": (
        "descent",
        """
import torch
@torch.no_grad()
def sgd(params, lr):
    for p in params:
        p -= lr * p.grad
        p.grad.zero_()
w = torch.tensor([1.0, 2.0], requires_grad=True)
for _ in range(5):
    loss = (w ** 2).sum()
    loss.backward()
    sgd([w], 0.1)
""",
    ),
}
