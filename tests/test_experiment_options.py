"""Settings of experiments are refused before anything runs, with a sentence; and names are known in capitals or not."""

from dataclasses import fields
from typing import get_args, get_type_hints

import pytest

from minnet import cli, experiments
from minnet.errors import SettingError
from minnet.experiments import runner

OPTIONS = [
    (name, field.name, get_type_hints(experiments.find(name).Config)[field.name])
    for name in experiments.NAMES
    for field in fields(experiments.find(name).Config)
]


@pytest.fixture
def started(monkeypatch):
    """Experiments that would have begun, with their settings."""
    started = []
    monkeypatch.setattr(runner, "execute", lambda name, config, **options: started.append(config) or "")
    return started


def told(capsys, *words):
    """What a command says that is refused; whether argparse or the experiment refuses, the status is 2."""
    try:
        status = cli.main(list(words))
    except SystemExit as error:
        status = error.code
    out, err = capsys.readouterr()
    assert status == 2
    assert not out
    return " ".join(err.split())


def kind(hint):
    """The type of one value: tuple[int, ...] | None -> int."""
    return next((kind(part) for part in get_args(hint)), hint) if get_args(hint) else hint


@pytest.mark.parametrize(("name", "setting", "hint"), OPTIONS)
def test_what_is_no_such_number_is_refused_before_anything_runs(name, setting, hint, started, capsys):
    option = f"--{setting.replace('_', '-')}"
    count = len(get_args(hint)) if get_args(hint)[-1:] == (int,) and None not in get_args(hint) else 1
    wrong = {int: ["1.5", "x", "-3", "nan"], float: ["x", "nan", "inf", "1e400"], str: ["nothing such"]}[kind(hint)]
    for word in wrong:
        words = told(capsys, "run", name, option, *[word] * count)
        assert words.startswith((f"minnet: {name}: ", f"minnet run {name}: argument {option}: "))
        assert setting in words.replace("-", "_") or "there is no" in words
    assert started == []


@pytest.mark.parametrize(
    ("name", "option", "value"),
    [
        ("gaussian-fit", "--activation", "relu"),
        ("gaussian-fit", "--optimizer", "ADAM"),
        ("gaussian-fit", "--dtype", "Float64"),
        ("active-learning", "--strategies", "disagreement"),
        ("lorenz-identification", "--mapped", "lasso"),
        ("sobolev", "--optimizers", "adam-0.001"),
    ],
)
def test_names_are_known_in_any_case(name, option, value, started):
    assert cli.main(["run", name, option, value, "--quiet"]) == 0
    (config,) = started
    found = getattr(config, option.removeprefix("--"))
    found = found[0] if isinstance(found, tuple) else found
    assert found != value
    assert found.lower() == value.lower()


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ("run gaussian-fit --hidden -3", "hidden=-3 is out of range; hidden must be at least 1"),
        ("run gaussian-fit --epochs 1.5", "--epochs: a whole number is needed, not '1.5'"),
        ("run hermite --width 0", "unknown option '--width'"),
        ("run derivatives --width 0", "width=0 is out of range"),
        ("run gaussian-fit --low 5 --high -5", "high=-5.0 is out of range; high must be above low=5.0"),
        ("run gaussian-fit --std -1", "std=-1.0 is out of range; std must be positive"),
        ("run gaussian-fit --learning-rate nan", "--learning-rate: a finite number is needed, not 'nan'"),
        ("run active-attempts --rounds 5", "--rounds: expected 3 arguments"),
        ("run active-learning --first 0 -1 0", "first=-1 is out of range"),
        ("run optimizer-rates --beta 2", "beta=2.0 is out of range"),
        ("compare adam --epochs 1.5", "--epochs: a whole number is needed, not '1.5'"),
        ("compare adam --hidden -3", "hidden=-3 is out of range"),
        ("compare adam --learning-rates inf", "--learning-rates: a finite number is needed, not 'inf'"),
        ("compare adam --activation rleu", "compare: there is no activation 'rleu'; did you mean 'ReLU'"),
        ("compare adam --initializer glorot", "compare: there is no initializer 'glorot'"),
        ("exercise grade . --jobs 0", "--jobs: a whole number of at least 1 is needed, not '0'"),
        ("reproduce --jobs 1.5", "--jobs: a whole number of at least 1 is needed, not '1.5'"),
        ("warm --jobs x", "--jobs: a whole number of at least 1 is needed, not 'x'"),
    ],
)
def test_messages_say_what_and_where(words, said, started, capsys):
    assert said in told(capsys, *words.split())
    assert started == []


@pytest.mark.parametrize(
    ("name", "settings", "said"),
    [
        ("gaussian-fit", {"epochs": 1.5}, r"epochs=1\.5 must be a whole number"),
        ("gaussian-fit", {"mean": float("nan")}, "mean=nan must be a finite number"),
        ("gaussian-depth", {"batch_size": 0}, "batch_size=0 is out of range"),
        ("active-attempts", {"rounds": (5,)}, "rounds has 3 values, and 1 were given"),
        ("lyapunov", {"kinds": ()}, "kinds is empty"),
    ],
)
def test_from_python_too(name, settings, said):
    with pytest.raises(SettingError, match=said):
        experiments.find(name).Config(**settings)
