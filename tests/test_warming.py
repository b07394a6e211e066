"""`minnet warm`: what it leaves nothing to compile for, and what it says."""

import os
import shutil
import subprocess
import sys

import pytest

from minnet.cli import main
from minnet.kernels.compiled import cache
from minnet.warming import processes


def run(*arguments, **environment):
    done = subprocess.run(
        [sys.executable, *arguments], env={**os.environ, **environment}, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    return done


EVERYTHING = """
import sys
import warnings
from numba.core.dispatcher import Dispatcher
from minnet.kernels import use_kernels, use_threads
from minnet.waiting import COMPILING
from minnet.warming.parts import parts

COMPILING.silence()
warnings.simplefilter("error")  # they would stand in the progress bar
use_kernels("compiled")
use_threads(2)
for part in parts(["float64"], everything=True):
    part.compile()
kernels = {
    f"{module.__name__}.{name}": value for module in list(sys.modules.values())
    if module.__name__.startswith("minnet.kernels.compiled.") for name, value in vars(module).items()
    if isinstance(value, Dispatcher)
}
print(len(kernels) > 30, [name for name, kernel in kernels.items() if not kernel.signatures])
"""


def test_every_kernel_has_a_part():
    assert run("-c", EVERYTHING).stdout == "True []\n"


FITS = """
import numpy as np
import minnet as mn

rng = np.random.default_rng(0)
x, y, labels = rng.standard_normal((60, 2)), rng.standard_normal((60, 2)), rng.integers(0, 2, 60)
fits = [
    ([mn.Tanh], mn.MeanSquaredError(), mn.Adam(), y, {"batch_size": 20, "validation_data": (x, y)}),
    ([mn.ReLU, mn.GELU], mn.Huber(), mn.SGD(momentum=0.9, global_clipnorm=1.0), y, {"sample_weight": np.ones(60)}),
    ([mn.Softplus], mn.CategoricalCrossEntropy(), mn.RMSProp(), labels, {"accuracy": True, "rng": 0}),
    ([mn.SiLU], mn.MeanSquaredError(), mn.AdamW(), np.ma.masked_less(y, 0), {}),
    ([mn.Tanh], mn.MeanSquaredError(), mn.LevenbergMarquardt(), y, {}),
    ([mn.ELU], mn.MeanAbsoluteError(), mn.Adam(), y, {"compiled": False}),
]
for activations, loss, optimizer, target, options in fits:
    hidden = [layer for activation in activations for layer in (mn.Dense(2, 2), activation())]
    net = mn.Network([*hidden, mn.Dense(2, 2)], dtype="float64", rng=0)
    mn.fit(net, x, target, loss=loss, optimizer=optimizer, epochs=2, **options)
    net(rng.standard_normal((40_000, 2)))
mn.Network([mn.Dense(2, 2), mn.Tanh()], dtype="float64", rng=0).jet(rng.standard_normal((9000, 2)))
"""


def test_after_it_nothing_is_compiled_and_nothing_is_left_to_do(tmp_path):
    """In a copy of the folder in use, which the test above has filled, but for an activation."""
    place = {"NUMBA_CACHE_DIR": str(tmp_path)}
    folder = tmp_path / "minnet" / cache.folder().name
    shutil.copytree(cache.folder(), folder, ignore=shutil.ignore_patterns("*.tmp*"))
    for path in folder.rglob("activations.forward_tanh*.nbc"):
        path.unlink()
    before = sum(path.is_file() for path in folder.rglob("*"))
    said = run("-m", "minnet", "warm", "--dtype", "float64", **place).stdout
    files = {path: path.stat().st_mtime_ns for path in tmp_path.rglob("*") if path.is_file()}
    assert f"{len(files) - before} kernels compiled in" in said
    assert str(tmp_path / "minnet") in said
    run("-c", FITS, **place)
    assert {path: path.stat().st_mtime_ns for path in tmp_path.rglob("*") if path.is_file()} == files
    assert "Nothing to do" in run("-m", "minnet", "warm", "--dtype", "float64", **place).stdout


@pytest.fixture
def nothing_compiled(monkeypatch, tmp_path):
    """The command in a folder of its own, without the work."""
    folder = tmp_path / "minnet" / "0123456789abcdef"
    folder.mkdir(parents=True)
    monkeypatch.setattr(cache, "_FOLDER", folder)
    monkeypatch.setattr(processes, "compile_all", lambda *arguments: iter(()))
    return folder


def test_folders_of_other_versions_are_told_and_removed(nothing_compiled, tmp_path, capsys):
    parent = nothing_compiled.parent
    former = parent / "fedcba9876543210"
    for path in (former, parent / "fedcba987654321", parent / "notes of mine", tmp_path / "elsewhere"):
        path.mkdir()
        (path / "file").write_bytes(bytes(2_000_000))
    (parent / "aaaaaaaaaaaaaaaa").write_text("a file")
    (parent / "bbbbbbbbbbbbbbbb").symlink_to(tmp_path / "elsewhere")
    assert main(["warm"]) == 0
    assert "1 folders of other versions of minnet (2.0 MB)" in capsys.readouterr().out
    assert former.exists()
    assert main(["warm", "--clean"]) == 0
    assert "removed" in capsys.readouterr().out
    kept = {"0123456789abcdef", "fedcba987654321", "notes of mine", "aaaaaaaaaaaaaaaa", "bbbbbbbbbbbbbbbb"}
    assert {path.name for path in parent.iterdir()} == kept
    assert (tmp_path / "elsewhere" / "file").exists()


def test_where_no_folder_can_be_written(monkeypatch, capsys):
    monkeypatch.setattr(cache, "_FOLDER", None)
    assert main(["warm"]) == 2
    assert "NUMBA_CACHE_DIR" in capsys.readouterr().err


def test_a_dtype_that_there_is_not(capsys):
    with pytest.raises(SystemExit):
        main(["warm", "--dtype", "float16"])
    assert "float16" in capsys.readouterr().err


def test_processes_that_compile_for_two_kinds_of_arguments_at_once_keep_both(tmp_path):
    """Neither knows of the other's file when it writes its own: each in a folder here, then put together."""
    for number in (1, 2):
        (tmp_path / str(number)).mkdir()
        cache.Files(str(tmp_path / str(number)), "kernel", None).save(("kind", number), f"code {number}")
        shutil.copytree(tmp_path / str(number), tmp_path / "both", dirs_exist_ok=True)
    both = cache.Files(str(tmp_path / "both"), "kernel", None)
    assert [both.load(("kind", number)) for number in (1, 2, 3)] == ["code 1", "code 2", None]


THREADS = """
from concurrent.futures import ThreadPoolExecutor
from minnet.kernels.compiled import cache

def loop(x):
    return x

with ThreadPoolExecutor(8) as pool:
    kernels = list(pool.map(lambda number: cache.kernel()(loop), range(400)))
folders = {str(kernel._cache._cache_file._cache_path) for kernel in kernels}
import numba
print(len(folders), all(path.startswith(str(cache._FOLDER)) for path in folders), repr(numba.config.CACHE_DIR))
"""


def test_threads_that_make_kernels_at_once_keep_them_in_one_folder(tmp_path):
    (tmp_path / "loops.py").write_text(THREADS)
    said = run(str(tmp_path / "loops.py"), NUMBA_CACHE_DIR="", PYTHONPATH=os.pathsep.join(sys.path)).stdout
    assert said.split() == ["1", "True", "''"]
