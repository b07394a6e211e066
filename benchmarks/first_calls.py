"""What a library does for the first time in a process, and how long that takes.

    python -m benchmarks.first_calls minnet net(x)

prints the seconds for the imports, and those until the task was done, imports included. A network of 61 parameters,
1-20-1 with tanh, on 100 points; each library has its default dtype, and compiles where its users do.
"""

import json
import sys
from time import perf_counter
from typing import Any

EPOCHS = 10


def minnet(task: str) -> float:
    import numpy as np

    import minnet as mn

    imported = perf_counter()
    x = np.linspace(-1, 1, 100)
    net = mn.mlp([1, 20, 1], "tanh", rng=0)
    if task == "net(x)":
        net(x)
    elif task == "fit":
        mn.fit(net, x, np.sin(x), loss=mn.MeanSquaredError(), optimizer=mn.Adam(), epochs=EPOCHS)
    elif task == "jet":
        net.jet(x, order=2)
    else:
        target = mn.Jet(np.sin(x)[:, None], first=np.cos(x)[None, :, None])
        mn.fit(net, x, target, loss=mn.Sobolev(), optimizer=mn.Adam(), epochs=EPOCHS)
    return imported


def jax(task: str) -> float:
    import jax as j
    import jax.numpy as jnp
    import numpy as np

    if "fit" in task:
        import optax
    imported = perf_counter()
    rng = np.random.default_rng(0)
    x = np.linspace(-1, 1, 100, dtype=np.float32)[:, None]
    start = [rng.standard_normal(shape).astype(np.float32) for shape in ((1, 20), (20,), (20, 1), (1,))]

    def net(parameters: Any, x: Any) -> Any:
        V, a, W, b = parameters
        return jnp.tanh(x @ V + a) @ W + b

    def with_slope(parameters: Any, x: Any) -> Any:
        return j.jvp(lambda x: net(parameters, x), (x,), (jnp.ones_like(x),))

    def jet(parameters: Any, x: Any) -> Any:
        return j.jvp(lambda x: with_slope(parameters, x), (x,), (jnp.ones_like(x),))

    def loss(parameters: Any) -> Any:
        if task == "fit":
            return jnp.mean((net(parameters, x) - np.sin(x)) ** 2)
        value, slope = with_slope(parameters, x)
        return jnp.mean((value - np.sin(x)) ** 2) + jnp.mean((slope - np.cos(x)) ** 2)

    def step(carry: Any, _: Any) -> Any:
        parameters, state = carry
        value, gradient = j.value_and_grad(loss)(parameters)
        updates, state = optimizer.update(gradient, state)
        return (optax.apply_updates(parameters, updates), state), value

    if task == "net(x)":
        result = j.jit(net)(start, x)
    elif task == "jet":
        result = j.jit(jet)(start, x)
    else:
        optimizer = optax.adam(1e-3)
        result = j.jit(lambda carry: j.lax.scan(step, carry, length=EPOCHS))((start, optimizer.init(start)))
    j.block_until_ready(result)
    return imported


def torch(task: str) -> float:
    import torch as t

    imported = perf_counter()
    x = t.linspace(-1, 1, 100)[:, None]
    net = t.nn.Sequential(t.nn.Linear(1, 20), t.nn.Tanh(), t.nn.Linear(20, 1))

    def derivative(y: Any, x: Any) -> Any:
        return t.autograd.grad(y.sum(), x, create_graph=True)[0]

    if task == "net(x)":
        with t.no_grad():
            net(x)
    elif task == "jet":
        x.requires_grad_()
        derivative(derivative(net(x), x), x)
    else:
        optimizer = t.optim.Adam(net.parameters())
        target, slope = t.sin(x), t.cos(x)
        x.requires_grad_(task == "Sobolev fit")
        for _ in range(EPOCHS):
            optimizer.zero_grad()
            y = net(x)
            loss = t.nn.functional.mse_loss(y, target)
            if task == "Sobolev fit":
                loss = loss + t.nn.functional.mse_loss(derivative(y, x), slope)
            loss.backward()
            optimizer.step()
    return imported


LIBRARIES = {"minnet": minnet, "jax": jax, "torch": torch}
TASKS = "net(x)", "fit", "jet", "Sobolev fit"

if __name__ == "__main__":
    library, task = sys.argv[1:]
    began = perf_counter()
    imported = LIBRARIES[library](task)
    print(json.dumps({"import": imported - began, "all": perf_counter() - began}))
