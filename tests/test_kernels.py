"""Both kernels give the same numbers: random shapes, one sample, one feature, both dtypes."""

import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import minnet as mn
from minnet import kernels
from minnet.activations import ACTIVATIONS
from minnet.errors import SettingError
from minnet.kernels import compiled
from minnet.kernels import numpy as plain
from minnet.losses import LOSSES, Elementwise
from minnet.optimizers import OPTIMIZERS
from tests.checks import assert_close

TOLERANCE = {"float64": 1e-13, "float32": 2e-5}
sizes = st.integers(1, 9)
seeds = st.integers(0, 2**32 - 1)
dtypes = st.sampled_from(["float64", "float32"])


def draw(seed, dtype, *shapes):
    rng = np.random.default_rng(seed)
    return [rng.standard_normal(shape).astype(dtype) for shape in shapes]


def compare(name, dtype, inputs, output_shapes, *rest):
    """Run both kernels into arrays of NaN, so that an element not written shows."""
    results = []
    for module in (plain, compiled):
        outputs = [np.full(shape, np.nan, dtype) for shape in output_shapes]
        getattr(module, name)(*inputs, *rest, *outputs)
        results.append(outputs)
    for expected, actual in zip(*results, strict=True):
        assert actual.dtype == dtype
        assert_close(actual, expected, TOLERANCE[dtype])


@settings(max_examples=30, deadline=None)
@given(seeds, dtypes, st.integers(1, 5), sizes, sizes, sizes)
def test_dense(seed, dtype, k, n, i, o):
    x, dy, W, b = draw(seed, dtype, (k, n, i), (k, n, o), (i, o), (o,))
    compare("dense_forward", dtype, (x, W, b), [(k, n, o)])
    compare("dense_backward", dtype, (dy, W), [(k, n, i)])
    compare("dense_gradient", dtype, (x, dy), [(i, o), (o,)])
    compare("dense_jacobian", dtype, (x, dy), [(n, i, o), (n, o)])


@settings(max_examples=15, deadline=None)
@given(seeds, dtypes, sizes, sizes, sizes)
def test_penalties(seed, dtype, before, first, second):
    """Of two arrays of weights, with one number between them that is no weight, as a bias is none."""
    theta, grad = draw(seed, dtype, (before + first + 1 + second + 2,), (before + first + 1 + second + 2,))
    theta[before] = 0.0
    ranges = np.array([[before, before + first], [before + first + 1, before + first + 1 + second]])
    results = []
    for module in (plain, compiled):
        result = grad.copy()
        module.penalty_gradient(0.3, 0.7, ranges, theta, result)
        results.append(result)
    assert_close(results[1], results[0], TOLERANCE[dtype])
    for start, stop in ranges:
        grad[start:stop] += (0.3 * np.sign(theta[start:stop]) + 0.7 * theta[start:stop]).astype(dtype)
    assert_close(results[0], grad, TOLERANCE[dtype])
    assert results[0].dtype == dtype


@settings(max_examples=15, deadline=None)
@given(seeds, dtypes, sizes, sizes)
def test_softmax(seed, dtype, n, o):
    x, dy = draw(seed, dtype, (n, o), (n, o))
    compare("softmax_forward", dtype, (100 * x,), [(n, o)])
    y = np.empty_like(x)
    plain.softmax_forward(x, y)
    compare("softmax_backward", dtype, (y, dy), [(n, o)])


@settings(max_examples=20, deadline=None)
@given(seeds, dtypes, st.integers(1, 20), st.integers(1, 40), st.sampled_from([0.0, 100.0]))
def test_normalisation(seed, dtype, n, i, offset):
    x, dy, z, gamma, beta = draw(seed, dtype, (n, i), (n, i), (n, i), (i,), (i,))
    x += dtype_of(offset, dtype)
    compare_in_float64("feature_statistics", (x,), [(i,), (i,)])
    compare_in_float64("feature_sums", (x, x.mean(axis=0), dy), [(2, i)])
    compare("batch_norm_forward", dtype, (x, x.mean(axis=0), gamma, beta), [(n, i)])
    compare("batch_norm_backward", dtype, (x, x.mean(axis=0), dy, gamma, beta, z[0]), [(n, i)])
    compare("layer_norm_forward", dtype, (x, gamma, beta, 1e-5), [(n, i), (n,), (n, i)])
    compare("layer_norm_backward", dtype, (z, np.abs(z[:, 0]), gamma, dy), [(n, i)])


def dtype_of(number, dtype):
    return np.dtype(dtype).type(number)


def compare_in_float64(name, inputs, output_shapes):
    """What is added up in float64, of inputs in any dtype."""
    compare(name, "float64", inputs, output_shapes)


@pytest.mark.parametrize("name", ACTIVATIONS)
@settings(max_examples=10, deadline=None)
@given(seeds, dtypes, st.integers(0, 2), st.integers(1, 3), sizes, sizes)
def test_activations(name, seed, dtype, order, directions, n, i):
    layer = ACTIVATIONS[name]()
    formula, a = layer.formula, layer.parameter
    x, dy = draw(seed, dtype, *[(1 + order * directions, n, i)] * 2)
    y = np.empty_like(x)
    plain.activation_forward(formula, a, x, order, y)
    for module in (plain, compiled):
        forward, backward = np.full_like(x, np.nan), np.full_like(x, np.nan)
        module.activation_forward(formula, a, x, order, forward)
        module.activation_backward(formula, a, x, y, dy, order, backward)
        if module is plain:
            expected = forward, backward
    assert_close(forward, expected[0], TOLERANCE[dtype])
    assert_close(backward, expected[1], TOLERANCE[dtype])


def test_everything_built_in_has_a_loop_in_compiled_kernels():
    """Loops follow from the registries in kernels/formulas; what those miss would run uncompiled, or not at all."""
    for module, formulas, used in (
        ("activations", compiled.ACTIVATIONS, [kind().formula for kind in ACTIVATIONS.values()]),
        ("losses", compiled.LOSSES, [kind.formula for kind in LOSSES.values() if issubclass(kind, Elementwise)]),
        ("rules", compiled.RULES, [kind().rule for kind in OPTIMIZERS.values()]),
    ):
        missing = [formula for formula in used if formula not in formulas]
        assert not missing, f"minnet/kernels/formulas/{module}.py does not list {missing}"
    large = [rule for rule in compiled.RULES if rule.slots > 3]
    assert not large, f"{large}: more than three slots need another loop in minnet/kernels/compiled/rules.py"


def test_both_packages_offer_the_same_functions():
    only_compiled = {
        *("ACTIVATIONS", "LOSSES", "RULES"),
        *("backward_jet", "backward_loop", "derivative_loop", "forward_jet", "forward_loop"),
        *("categorical_loop", "clip_loop", "count_loop", "loss_loop", "mask_loop", "penalty_loop"),
        *("update_loop", "weight_loop"),
        *("Data", "Objective", "Plan", "State", "Table", "Update"),
        *("cancel_work", "helpers", "new_work_queue", "train", "workspace_for"),
    }  # whole epochs: the loop in minnet/training/loop.py is the other
    assert set(compiled.__all__) - only_compiled == set(plain.__all__)


def test_use_threads_switches_and_switches_back(monkeypatch):
    before = kernels.threads()
    with mn.use_threads(7):
        assert kernels.threads() == 7
    assert kernels.threads() == before
    monkeypatch.setenv("MINNET_THREADS", "3")
    assert kernels.threads() == 3


@pytest.mark.parametrize("count", [0, -1, 1.5, "two", True, None])
def test_threads_that_cannot_be(count):
    before = kernels.threads()
    with pytest.raises(SettingError, match="threads"):
        mn.use_threads(count)
    assert kernels.threads() == before


def test_threads_that_the_environment_cannot_mean(monkeypatch):
    monkeypatch.setenv("MINNET_THREADS", "many")
    with pytest.raises(SettingError, match="MINNET_THREADS"):
        kernels.threads()


def test_use_kernels_switches_and_switches_back():
    before = kernels.active
    with mn.use_kernels("numpy"):
        assert kernels.active.dense_forward is plain.dense_forward
        with mn.use_kernels("compiled"):
            assert kernels.active.dense_forward is compiled.dense_forward
        assert kernels.active.dense_forward is plain.dense_forward
    assert kernels.active is before


def test_unknown_kernels_are_named_with_the_nearest():
    with pytest.raises(SettingError, match="did you mean 'numpy'"):
        mn.use_kernels("nunpy")


def run(code, **environment):
    return subprocess.run(
        [sys.executable, "-c", code], env={**os.environ, **environment}, capture_output=True, text=True, check=False
    )


def test_the_environment_chooses_the_kernels():
    code = "from minnet import kernels; print(kernels.active.__name__)"
    assert run(code, MINNET_KERNELS="numpy").stdout.strip() == "minnet.kernels.numpy"
    assert "did you mean 'compiled'" in run(code, MINNET_KERNELS="compield").stderr


def test_importing_minnet_loads_neither_numba_nor_plotting():
    heavy = ["numba", "matplotlib", "sklearn", "scipy.linalg", "scipy.optimize", "scipy.special", "scipy.integrate"]
    code = f"import sys, minnet; print([m for m in {heavy} if m in sys.modules])"
    assert run(code).stdout.strip() == "[]"


def test_kernels_work_without_compilation():
    """With NUMBA_DISABLE_JIT=1 a debugger can go into the compiled kernels too."""
    selection = ["tests/test_layers.py", "-q", "-p", "no:cacheprovider", "-k", "compiled and (Dense or Tanh)"]
    environment = {**os.environ, "NUMBA_DISABLE_JIT": "1"}
    root = os.path.dirname(os.path.dirname(__file__))
    result = subprocess.run(
        [sys.executable, "-m", "pytest", *selection], env=environment, cwd=root, capture_output=True, text=True
    )
    assert result.returncode == 0, result.stdout
    assert " passed" in result.stdout


def test_a_home_that_cannot_be_written_falls_back(tmp_path):
    blocked = tmp_path / "file"
    blocked.write_text("not a folder")
    code = "import minnet.kernels.compiled.cache as c; print(c._FOLDER)"
    result = run(code, XDG_CACHE_HOME=str(blocked), NUMBA_CACHE_DIR="", TMPDIR=str(tmp_path))
    assert result.stdout.startswith(str(tmp_path / "minnet-"))


def test_processes_that_compile_at_once_share_one_cache(tmp_path):
    """And so does a process whose minnet is installed elsewhere."""
    code = (
        "import numpy as np\n"
        "from minnet.kernels import compiled\n"
        "x, y = np.ones((2, 4)), np.empty((2, 4))\n"
        "compiled.softmax_forward(x, y)\n"
        "hits = compiled.softmax_forward.stats.cache_hits\n"
        "print(y.sum(), sum(hits.values()))\n"
    )
    environment = {**os.environ, "NUMBA_CACHE_DIR": str(tmp_path)}
    command = [sys.executable, "-c", code]
    at_once = [subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, text=True) for _ in range(2)]
    assert {process.communicate()[0].split()[0] for process in at_once} == {"2.0"}
    assert all(process.returncode == 0 for process in at_once)
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "elsewhere" / "minnet").symlink_to(Path(mn.__file__).parent)
    code = f"import sys\nsys.path.insert(0, {str(tmp_path / 'elsewhere')!r})\n{code}"
    assert run(code, NUMBA_CACHE_DIR=str(tmp_path)).stdout.split() == ["2.0", "1"]
    assert not list((tmp_path / "minnet").glob("**/*.tmp*"))


def test_a_process_that_compiles_computes_the_same_bits_as_one_that_loads(tmp_path):
    """A kernel keeps to the functions in its own machine code, though Numba has compiled them by themselves too."""
    code = (
        "import numpy as np\n"
        "import minnet as mn\n"
        "from minnet.kernels import compiled, numpy\n"
        "from minnet.kernels.formulas.activations import SILU\n"
        "x, y, dx = np.random.default_rng(0).standard_normal((3, 3, 500))\n"
        "numpy.activation_forward(SILU, 0.0, x, 2, y)\n"
        "compiled.activation_backward(SILU, 0.0, x, y, x, 2, dx)\n"
        "net = mn.mlp([1, 9, 1], 'silu', rng=0)\n"
        "loss, optimizer = mn.MeanSquaredError(), mn.Adam(0.01)\n"
        "mn.fit(net, x[0], y[0], loss=loss, optimizer=optimizer, epochs=3, batch_size=70, rng=0)\n"
        "print(dx.tobytes().hex(), net.theta.tobytes().hex())\n"
    )
    first, second = (run(code, NUMBA_CACHE_DIR=str(tmp_path)).stdout for _ in range(2))
    assert first == second != ""


def test_nothing_is_written_into_the_package():
    """So that it may lie in a folder that cannot be written."""
    package = Path(kernels.__file__).parent
    assert not [path for pattern in ("**/*.nbi", "**/*.nbc") for path in package.glob(pattern)]


def test_a_single_evaluation_of_few_numbers_goes_by_numpy_where_nobody_has_chosen():
    """Compiled kernels would have to be compiled or loaded; for many numbers they are worth it."""
    code = (
        "import sys, numpy as np, minnet as mn\n"
        "net = mn.mlp([1, 20, 1], 'tanh', rng=0)\n"
        "net(np.ones({samples})), net.jet(np.ones(2)), net.jacobian(np.ones(2))\n"
        "print('numba' in sys.modules)\n"
    )
    assert run(code.format(samples=100)).stdout.strip() == "False"
    assert run(code.format(samples=10_000)).stdout.strip() == "True"
    assert run(code.format(samples=100), MINNET_KERNELS="compiled").stdout.strip() == "True"
    assert run(code.format(samples=10_000), MINNET_KERNELS="numpy").stdout.strip() == "False"


def test_series_are_not_few_numbers():
    """A step of a recurrent layer is many calls of NumPy's, whatever its size."""
    assert mn.Network([mn.Dense(2, 3)])._widening == 2.5
    assert mn.Network([mn.LSTM(2, 3)])._widening == float("inf")


def test_other_threads_do_not_notice_a_single_evaluation():
    from concurrent.futures import ThreadPoolExecutor

    with mn.use_kernels("automatic"):
        with kernels.evaluation(1), ThreadPoolExecutor(1) as pool:
            assert kernels.active.dense_forward is plain.dense_forward
            assert pool.submit(lambda: kernels.active.dense_forward).result() is compiled.dense_forward
        assert kernels.active.dense_forward is compiled.dense_forward
