"""The first experiment, and its way through the command line."""

import dataclasses
import json
import signal
import subprocess
import sys
from functools import partial

import numpy as np
import pytest

from minnet import cli, datasets
from minnet.experiments import runner
from minnet.experiments.gaussian import gaussian_fit
from minnet.experiments.gaussian.gaussian_fit import PUBLISHED, Config
from minnet.experiments.gaussian.gaussian_fit.result import FIGURES, Fit
from minnet.tables import two_digits
from tests.checks import wait_until
from tests.figure_checks import names_of_figures


@pytest.fixture(scope="module")
def result():
    return gaussian_fit.run(Config.fast(), rng=0)


def test_its_figures_can_be_read(result):
    assert names_of_figures(gaussian_fit, result) == ["figure-01", "figure-09", "figure-12"]


def test_fast_fits_follow_the_gaussian(result):
    """The small net is trained long enough to be within 0.03 everywhere; the others are at least on their way."""
    errors = [result.errors(fitted)["max_error"] for fitted in result.fits]
    assert errors[0] < 0.03
    assert max(errors) < 0.1
    assert all(fitted.loss[-1] < fitted.loss[0] for fitted in result.fits)


def test_the_measure_is_the_documents(result):
    fitted = result.fits[0]
    error = fitted.prediction - datasets.gaussian(result.x)
    assert result.errors(fitted)["mean_squared_difference"] == pytest.approx((error**2).sum() / 1001, rel=1e-12)


def test_parameter_counts_are_the_published_ones(result):
    for fitted in result.fits:
        assert fitted.n_parameters == PUBLISHED["parameters"][fitted.fit.hidden]


def test_published_numbers_beside_found_ones(result):
    """With a tenth of the points, seconds are not to be compared."""
    rows = [(row.published, row.found) for row in gaussian_fit.beside(result)]
    assert rows == [("40,801", "40,801"), ("77", "-"), ("83", "-"), ("96", "-")]
    rows = gaussian_fit.beside(dataclasses.replace(result, config=Config()))
    assert [row.found for row in rows[1:]] == [two_digits(result.fits[2].seconds), "-", "-"]
    assert [row.found for row in gaussian_fit.beside(dataclasses.replace(result, fits=[]))] == 4 * ["-"]


def test_one_figure_alone_gives_the_same_fit(result):
    alone = gaussian_fit.run(dataclasses.replace(Config.fast(), figures=(9,)), rng=0)
    assert np.array_equal(alone.fits[0].prediction, result.fits[1].prediction)


def test_fourteen_figures_are_eleven_fits():
    fits = Config().fits()
    assert len(fits) == 11
    assert sorted(number for numbers in fits.values() for number in numbers) == list(range(1, 15))
    work = {10_001 * FIGURES[number].epochs / FIGURES[number].batch_size for number in (12, 13, 14)}
    assert len(work) == 1  # an equal number of updates


def test_a_fit_of_ones_own_replaces_the_figures():
    assert list(Config(hidden=(7,), epochs=2).fits()) == [Fit((7,), 20, 2)]


# The command line.

QUICK = ["run", "gaussian-fit", "--hidden", "4", "3", "--epochs", "2", "--points", "101"]


def run(tmp_path, *words):
    return cli.main([*QUICK, "--quiet", "--out", str(tmp_path), *words])


def test_a_run_writes_settings_metrics_arrays_and_figures(tmp_path):
    assert run(tmp_path, "--seed", "3") == 0
    folder = tmp_path / "gaussian-fit"
    assert sorted(path.name for path in folder.iterdir()) == [
        "arrays.npz",
        "config.json",
        "figures",
        "metrics.json",
        "report.json",
    ]
    config = json.loads((folder / "config.json").read_text())
    assert config["seed"] == 3
    assert config["settings"]["hidden"] == [4, 3]
    (metrics,) = json.loads((folder / "metrics.json").read_text())
    with np.load(folder / "arrays.npz") as arrays:
        error = arrays["4-3_batch20_epochs2.prediction"] - arrays["target"]
    assert metrics["max_error"] == np.abs(error).max()
    assert (folder / "figures" / "fit.svg").read_bytes().startswith(b"<?xml")
    assert [path.name for path in tmp_path.iterdir()] == ["gaussian-fit"]


def test_a_failing_run_leaves_the_former_results(tmp_path, capsys):
    assert run(tmp_path) == 0
    before = (tmp_path / "gaussian-fit" / "metrics.json").read_bytes()
    assert run(tmp_path, "--optimizer", "SGD", "--learning-rate", "1e30") == 2
    assert "training diverged" in " ".join(capsys.readouterr().err.split())
    assert (tmp_path / "gaussian-fit" / "metrics.json").read_bytes() == before
    assert [path.name for path in tmp_path.iterdir()] == ["gaussian-fit"]


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["run", "gausian-fit"], "did you mean 'gaussian-fit'"),
        (["run", "gaussian-fit", "--hiden", "3"], "did you mean '--hidden'"),
        (["run", "gaussian-fit", "--hidde", "3"], "did you mean '--hidden'"),
        (["run", "gaussian-fit", "--points", "many"], "--points: a whole number is needed, not 'many'"),
        (["run", "gaussian-fit", "--learning-rate", "-1"], "learning_rate=-1.0 is out of range"),
        (["run", "gaussian-fit", "--activation", "rleu"], "did you mean 'ReLU'"),
        (["run", "gaussian-fit", "--optimizer", "Adma"], "did you mean 'Adam'"),
        (["run", "gaussian-fit", "--figures", "15"], "figures are 1 to 14"),
        (["run", "gaussian-fit", "--hidden", "0"], "hidden=0 is out of range"),
        (["run", "gaussian-fit", "--batch-size", "0"], "batch_size=0 is out of range"),
        (["run", "gaussian-fit", "--batch-size", "1000000"], "batch_size=1000000 is larger than the 10001 samples"),
        (["run", "gaussian-fit", "--points", "150"], "batch_size=200 is larger than the 150 samples"),
        (["run", "gaussian-tuned", "--batch-sizes", "20", "2000", "--points", "1001"], "batch_sizes=2000 is larger"),
        (["run", "hermite", "--fast", "--batch-size", "501"], "batch_size=501 is larger than the 500 samples"),
        (["run", "neural-integration", "--fast", "--batch-size", "10050"], "larger than the 10049 samples"),
        (["run", "gaussian-fit", "--fast", "--std", "0"], "std=0.0 is out of range"),
        (["run", "gaussian-fit", "--epochs", "0"], "epochs=0 is out of range"),
        (["run", "gaussian-fit", "--seed", "-1"], "a whole number of at least 0"),
        (["run", "--fast", "gaussian-fit"], "options come after the name"),
        (["run", "gaussian-fit", "--points", "0"], "points=0 is out of range"),
        (["run", "gaussian-fit", "--dtype", "float16"], "float16"),
        (["reprodcue"], "did you mean 'reproduce'"),
        (["reproduce", "--fats"], "did you mean '--fast'"),
        ([], "required"),
    ],
)
def test_bad_commands_are_explained(words, message, tmp_path, capsys, monkeypatch):
    monkeypatch.chdir(tmp_path)
    try:
        status = cli.main(words)
    except SystemExit as stop:
        status = stop.code
    assert status == 2
    assert message in " ".join(capsys.readouterr().err.split())
    assert not any(path.is_dir() and any(path.iterdir()) for path in tmp_path.iterdir())


def test_a_folder_that_cannot_be_written_is_named(tmp_path, capsys):
    (tmp_path / "file").write_text("")
    assert run(tmp_path / "file") == 2
    assert "Choose another --out" in " ".join(capsys.readouterr().err.split())


def test_who_has_read_enough_hears_no_more():
    running = subprocess.Popen(
        [
            sys.executable,
            "-c",
            "import sys; from minnet.cli import main; sys.stdin.readline(); sys.exit(main(['list']))",
        ],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    running.stdout.close()
    error = running.communicate("go\n")[1]
    assert (running.returncode, error) == (141, "")


def test_list_and_help_teach(capsys):
    assert cli.main(["list"]) == 0
    assert "gaussian-fit" in capsys.readouterr().out
    with pytest.raises(SystemExit):
        cli.main(["run", "gaussian-fit", "--help"])
    text = " ".join(capsys.readouterr().out.split())
    for field in dataclasses.fields(Config):
        assert f"--{field.name.replace('_', '-')} " in text
        assert " ".join(field.metadata["help"].split())[:40] in text


def test_ctrl_c_says_how_to_go_on_and_going_on_gives_the_same_bits(tmp_path):
    """A real interrupt in a real process, then the same command; compared with a run that was never interrupted."""
    words = ["run", "gaussian-fit", "--hidden", "20", "20", "--epochs", "400", "--points", "501", "--out"]
    command = [sys.executable, "-u", "-m", "minnet", *words]
    heard = partial(signal.signal, signal.SIGINT, signal.SIG_DFL)  # jobs in a shell's background ignore it
    process = subprocess.Popen([*command, str(tmp_path / "a")], stderr=subprocess.PIPE, text=True, preexec_fn=heard)
    checkpoints = tmp_path / "a" / ".gaussian-fit.partial" / "checkpoints"
    file = checkpoints / "20-20_batch20_epochs400.npz"
    wait_until(lambda: file.exists() and epoch_of(file) >= 20, process)
    process.send_signal(signal.SIGINT)
    message = process.communicate()[1]
    assert process.returncode == 130, message
    assert "Go on where it stopped by the same command: minnet run gaussian-fit" in message
    assert epoch_of(file) >= 20
    for folder in "ab":  # in another process than the one that was interrupted: this
        assert cli.main([*words, str(tmp_path / folder), "--quiet"]) == 0
    with np.load(tmp_path / "a/gaussian-fit/arrays.npz") as a, np.load(tmp_path / "b/gaussian-fit/arrays.npz") as b:
        for name in b.files:
            assert np.array_equal(a[name], b[name])


def epoch_of(checkpoint) -> int:
    with np.load(checkpoint) as file:
        return json.loads(str(file["header"]))["epoch"]


def test_folders_that_are_not_ours_stay(tmp_path, capsys):
    (tmp_path / "gaussian-fit").mkdir()
    (tmp_path / "gaussian-fit" / "thesis.tex").write_text("years of work")
    assert run(tmp_path) == 2
    assert "is not a folder of minnet's results" in " ".join(capsys.readouterr().err.split())
    assert (tmp_path / "gaussian-fit" / "thesis.tex").read_text() == "years of work"


def test_two_runs_at_once_are_refused(tmp_path, capsys):
    fcntl = pytest.importorskip("fcntl")
    with (tmp_path / ".gaussian-fit.lock").open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        assert run(tmp_path) == 2
    assert "another run of gaussian-fit is at work" in " ".join(capsys.readouterr().err.split())


def test_a_damaged_checkpoint_costs_nothing_but_itself(tmp_path, capsys):
    """It says what is wrong, and leaves everything in place; --restart forgets it."""
    config = gaussian_fit.Config(hidden=(4, 3), epochs=2, points=101)
    checkpoints = tmp_path / ".gaussian-fit.partial" / "checkpoints"
    checkpoints.mkdir(parents=True)
    runner.storage.write_json(checkpoints.parent / "config.json", runner.describe("gaussian-fit", config, 0))
    (checkpoints / "4-3_batch20_epochs2.npz").write_bytes(b"half a fi")
    assert run(tmp_path) == 2
    assert "truncated or foreign" in " ".join(capsys.readouterr().err.split())
    assert checkpoints.is_dir()
    assert run(tmp_path, "--restart") == 0


def test_help_of_run_lists_the_experiments(capsys):
    with pytest.raises(SystemExit):
        cli.main(["run", "--help"])
    assert "gaussian-fit" in capsys.readouterr().out


def test_an_interrupted_run_with_other_settings_is_not_thrown_away(tmp_path, capsys):
    partial = tmp_path / ".gaussian-fit.partial"
    partial.mkdir()
    (partial / "config.json").write_text("{}")
    assert run(tmp_path) == 2
    assert "an interrupted run with other settings" in " ".join(capsys.readouterr().err.split())
    assert (partial / "config.json").is_file()
    assert run(tmp_path, "--restart") == 0
    assert not partial.exists()


@pytest.mark.acceptance
def test_two_hundred_units_fit_within_two_hundredths_for_eight_of_ten_seeds():
    errors = []
    for seed in range(10):
        result = gaussian_fit.run(Config(figures=(2,)), rng=seed)
        errors.append(result.errors(result.fits[0])["max_error"])
        print(f"seed {seed}: largest error {errors[-1]:.4f}")
    assert sum(error < 0.02 for error in errors) >= 8
