"""Each peer trains a workload in its fastest form, from the same start, on the same samples in the same order.

A peer is a function ``peer(workload, dtype, threads) -> run``, and ``run(epochs)`` goes on training and returns for
each of these epochs the mean of the losses before its updates. What is compiled or allocated once happens in the first
call of `run` with that number of epochs.

Which form is the fastest depends on the workload, so `forms` names all, and the benchmark measures them.
"""

import itertools
from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

from benchmarks.workloads import Workload

Run = Callable[[int], Sequence[float]]
Peer = Callable[[Workload, str, int], Run | None]


def minnet(workload: Workload, dtype: str, threads: int, compiled: bool = True) -> Run:
    """`minnet.fit`, as anybody would call it; `compiled=False` takes its plain loop."""
    import minnet as mn

    activation = {"relu": mn.ReLU, "sigmoid": mn.Sigmoid, "tanh": mn.Tanh}[workload.activation]
    loss = {"mse": mn.MeanSquaredError, "bce": mn.BinaryCrossEntropy, "sobolev": mn.Sobolev}[workload.loss]()
    optimizer = {"adam": mn.Adam, "sgd": mn.SGD}[workload.optimizer](workload.learning_rate)
    layers: list[mn.Layer] = []
    parameters = workload.initial(dtype)
    for W, b in zip(parameters[::2], parameters[1::2], strict=True):
        layers += [mn.Dense(*W.shape, weights=W, bias=b), activation()]
    net = mn.Network(layers[:-1], dtype=dtype)
    x, y, *derivatives = workload.data(dtype)
    target: Any = mn.Jet(y, first=derivatives[0][None]) if derivatives else y

    def run(epochs: int) -> Sequence[float]:
        history = mn.fit(
            net,
            x,
            target,
            loss=loss,
            optimizer=optimizer,
            epochs=epochs,
            batch_size=workload.batch_size,
            shuffle=False,
            compiled=compiled,
        )
        assert history.compiled == compiled
        return history.history["loss"]

    return run


def jax(workload: Workload, dtype: str, threads: int, nested: bool = False, unroll: int = 1) -> Run:
    """One call of a `jit` for all epochs asked for, so that no step and no epoch waits for Python; optax's optimizer.

    The data are constants of the compiled function, and the memory of parameters and state is handed on to the next
    call. The steps are one `lax.scan`, each slicing its batch, or nested in one over the epochs; a full batch is
    never sliced. `unroll` is that of the inner scan.
    """
    import jax as j

    j.config.update("jax_enable_x64", dtype == "float64")
    import jax.numpy as jnp
    import optax

    activation = {"relu": j.nn.relu, "sigmoid": j.nn.sigmoid, "tanh": jnp.tanh}[workload.activation]
    optimizer = {"adam": optax.adam, "sgd": optax.sgd}[workload.optimizer](workload.learning_rate)
    parameters = list(map(jnp.array, workload.initial(dtype)))  # copies: the compiled function may write to them
    carry = parameters, optimizer.init(parameters)
    steps, size = workload.steps_per_epoch, workload.batch_size
    data = tuple(map(jnp.array, workload.data(dtype)))

    def forward(parameters: Any, x: Any) -> Any:
        for W, b in zip(parameters[:-2:2], parameters[1:-2:2], strict=True):
            x = activation(x @ W + b)
        return x @ parameters[-2] + parameters[-1]

    def loss(parameters: Any, batch: Any) -> Any:
        x, y = batch[:2]
        if workload.loss == "mse":
            return jnp.mean((forward(parameters, x) - y) ** 2)
        if workload.loss == "bce":
            return jnp.mean(optax.sigmoid_binary_cross_entropy(forward(parameters, x), y))
        value, slope = j.jvp(lambda x: forward(parameters, x), (x,), (jnp.ones_like(x),))
        return jnp.mean((value - y) ** 2) + jnp.mean((slope - batch[2]) ** 2)

    def step(carry: Any, batch: Any) -> Any:
        parameters, state = carry
        value, gradient = j.value_and_grad(loss)(parameters, batch)
        updates, state = optimizer.update(gradient, state, parameters)
        return (optax.apply_updates(parameters, updates), state), value

    def numbered(carry: Any, number: Any) -> Any:
        if steps == 1:
            return step(carry, data)
        start = number % steps * size
        return step(carry, tuple(j.lax.dynamic_slice_in_dim(array, start, size) for array in data))

    def epoch(carry: Any, _: Any) -> Any:
        batches = tuple(array.reshape(steps, size, -1) for array in data)
        return j.lax.scan(step, carry, batches, unroll=unroll)

    @partial(j.jit, static_argnums=1, donate_argnums=0)
    def train(carry: Any, epochs: int) -> Any:
        if nested:
            carry, losses = j.lax.scan(epoch, carry, length=epochs)
        else:
            carry, losses = j.lax.scan(numbered, carry, jnp.arange(epochs * steps), unroll=unroll)
        return carry, losses.reshape(epochs, steps).mean(axis=1)

    def run(epochs: int) -> Sequence[float]:
        nonlocal carry
        carry, losses = train(carry, epochs)
        j.block_until_ready(carry)
        return losses.tolist()

    return run


def torch(workload: Workload, dtype: str, threads: int, **form: bool) -> Run:
    """Eager PyTorch; `form` is how its optimizers go through the parameters, ``fused=True`` or ``foreach=...``.

    Subnormal numbers count as zero, as in minnet and JAX. There is no `torch.compile`: on processors it wants a C++
    compiler, which most who install PyTorch do not have.
    """
    import torch as t

    t.set_num_threads(threads)
    activation = {"relu": t.relu, "sigmoid": t.sigmoid, "tanh": t.tanh}[workload.activation]
    parameters = [t.tensor(a, requires_grad=True) for a in workload.initial(dtype)]
    kind = {"adam": t.optim.Adam, "sgd": t.optim.SGD}[workload.optimizer]
    optimizer: Any = kind(parameters, lr=workload.learning_rate, **form)
    data = [t.tensor(a) for a in workload.data(dtype)]
    batches = list(zip(*(a.split(workload.batch_size) for a in data), strict=True))

    def forward(x: Any) -> Any:
        for W, b in zip(parameters[:-2:2], parameters[1:-2:2], strict=True):
            x = activation(t.addmm(b, x, W))
        return t.addmm(parameters[-1], x, parameters[-2])

    def loss(batch: Any) -> Any:
        x, y = batch[:2]
        if workload.loss == "mse":
            return t.nn.functional.mse_loss(forward(x), y)
        if workload.loss == "bce":
            return t.nn.functional.binary_cross_entropy_with_logits(forward(x), y)
        x = x.detach().requires_grad_(True)
        value = forward(x)
        (slope,) = t.autograd.grad(value.sum(), x, create_graph=True)
        return t.nn.functional.mse_loss(value, y) + t.nn.functional.mse_loss(slope, batch[2])

    def run(epochs: int) -> Sequence[float]:
        losses = []
        t.set_flush_denormal(True)  # a flag of the processor: other peers set it as they like
        for _ in range(epochs):
            total = t.zeros((), dtype=data[0].dtype)
            for batch in batches:
                optimizer.zero_grad(set_to_none=True)
                value = loss(batch)
                value.backward()
                optimizer.step()
                total += value.detach()
            losses.append(float(total) / len(batches))
        t.set_flush_denormal(False)
        return losses

    return run


def sklearn(workload: Workload, dtype: str, threads: int) -> Run | None:
    """scikit-learn's MLP, one `partial_fit` per epoch; it has no derivatives in its loss."""
    if workload.loss == "sobolev":
        return None
    from sklearn.neural_network import MLPClassifier, MLPRegressor

    kind = MLPClassifier if workload.loss == "bce" else MLPRegressor
    name = {"relu": "relu", "sigmoid": "logistic", "tanh": "tanh"}[workload.activation]
    model = kind(
        hidden_layer_sizes=workload.widths[1:-1],
        activation=name,
        solver=workload.optimizer,
        alpha=0.0,
        batch_size=workload.batch_size,
        learning_rate_init=workload.learning_rate,
        shuffle=False,
        random_state=0,
    )
    x, y = workload.data(dtype)
    classes = {"classes": [0, 1]} if workload.loss == "bce" else {}
    y = y.ravel().astype(int) if workload.loss == "bce" else y.ravel()
    model.partial_fit(x[: workload.batch_size], y[: workload.batch_size], **classes)  # builds the layers
    parameters = workload.initial(dtype)
    for group, values in ((model.coefs_, parameters[::2]), (model.intercepts_, parameters[1::2])):
        for old, new in zip(group, values, strict=True):
            old[...] = new
    del model._optimizer

    def run(epochs: int) -> Sequence[float]:
        losses = []
        for _ in range(epochs):
            model.partial_fit(x, y)
            losses.append(float(model.loss_) * (2.0 if workload.loss == "mse" else 1.0))  # its squared error is halved
        return losses

    return run


PEERS = "jax", "torch", "sklearn"


def forms(name: str, workload: Workload) -> dict[str, Peer]:
    """The forms in which a peer, or minnet, can train a workload, by what is said about them in the table."""
    if name == "jax":
        orders = {"flat": False} if workload.steps_per_epoch == 1 else {"flat": False, "nested": True}
        return {
            f"{order}, unroll {unroll}": partial(jax, nested=orders[order], unroll=unroll)
            for order, unroll in itertools.product(orders, (1, 2, 4))
        }
    if name == "torch":
        return {
            "fused": partial(torch, fused=True),
            "foreach": partial(torch, foreach=True),
            "parameter by parameter": partial(torch, foreach=False),
        }
    return {"": {"minnet": minnet, "sklearn": sklearn}[name]}
