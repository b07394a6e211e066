"""Every kind of file that minnet reads: how a genuine one is made, how it is read, and in which ways it is spoilt.

Reading goes on until the content is used: a network gives outputs, a run goes on, a learner asks. It returns bytes that
are the same if what was read is the same.
"""

import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC
from math import prod
from pathlib import Path
from urllib.parse import parse_qs

import numpy as np

import minnet as mn
from benchmarks import mutations
from minnet import experiments, interop, report, storage, study
from minnet.compare import data
from minnet.exercises.exercise import course
from minnet.exercises.grading import settings as grading
from minnet.exercises.grading import store as grades
from minnet.exercises.grading.times import read_times
from minnet.exercises.running.memory import Memory
from minnet.exercises.running.wire import decode, encode
from minnet.exercises.summary import Summary
from minnet.exercises.workbook import RECORD, Workbook
from minnet.experiments import runner
from minnet.numerics import active
from minnet.playground import own_file
from minnet.playground.settings import RaceSettings

FEW = 10_000  # numbers: networks that would hold more of a sample are read, and not called
EXPERIMENT = "hermite"


@dataclass(frozen=True)
class Kind:
    """A kind of file: its name in a folder, contents of genuine ones, how it is read, and mutations besides those of
    bytes."""

    file: str
    make: Callable[[Path], list[bytes]]
    read: Callable[[Path], bytes]
    mutations: tuple[Callable, ...] = ()


def networks():
    """One of dense layers, one of convolutions with buffers, one with a recurrent layer."""
    return [
        mn.Network([mn.Standardize([[1.0, 2.0], [3.0, 5.0]]), mn.Dense(2, 5), mn.Tanh(), mn.Dense(5, 1)], rng=0),
        mn.Network(
            [mn.Conv2d(1, 2, 3), mn.BatchNorm(), mn.LeakyReLU(0.1), mn.MaxPool(2), mn.Flatten(), mn.Dropout(0.5),
             mn.SpectralNorm(mn.Dense(8, 3)), mn.Softmax()], input_shape=(6, 6, 1), rng=1, dtype="float32"),
        mn.Network([mn.LSTM(2, 3), mn.LayerNorm()], rng=2),
    ]  # fmt: skip


def written(path, writes):
    """Contents of files that functions of a path write."""
    contents = []
    for write in writes:
        write(path)
        contents.append(path.read_bytes())
        path.unlink()
    return contents


def used(net):
    """What a network is, and gives."""
    shape = tuple(3 if axis is None else axis for axis in net.input_shape)
    sizes = [prod(axis or 3 for axis in sample) for sample in net.sample_shapes]
    y = net(np.zeros((1, *shape))) if sum(sizes) < FEW else np.zeros(0)
    return repr(net).encode() + net.theta.tobytes() + net.buffers.tobytes() + y.tobytes()


def fitted(callbacks=(), resume=None, epochs=2):
    net = mn.Network([mn.Dense(1, 3), mn.Tanh(), mn.Dense(3, 1)], rng=0)
    x = np.linspace(-1, 1, 8)[:, np.newaxis]
    stopping = mn.EarlyStopping("loss", patience=5, restore_best_weights=True)
    history = mn.fit(
        net, x, x**2, loss=mn.MeanSquaredError(), optimizer=mn.Adam(0.01), epochs=epochs, batch_size=4, rng=1,
        callbacks=[stopping, *callbacks], resume=resume, progress=False,
    )  # fmt: skip
    return net, history


def checkpoint(path):
    fitted([mn.Checkpoint(path)])


def resumed(path):
    net, history = fitted([mn.Checkpoint(path)], resume=path, epochs=3)
    return net.theta.tobytes() + repr(history.history).encode()


def learner(told):
    """What writes a learner that knows so many values."""

    def write(path):
        net = active.TanhNetwork((3,))
        effort = active.Effort(starts=3, fresh=1)
        new = active.Learner([(-1.0, 1.0), (0.0, 2.0)], model=net, effort=effort, initial=6, rng=0)
        points = new.ask(8)
        if told:
            new.tell(points[:told], points[:told].sum(axis=1))
        new.save(path)

    return write


def asked(path):
    known = active.load(path)
    guess = known.predict([[0.0, 1.0]]) if known.committee is not None else None
    return repr([known.ask(2), guess, known.values, known.estimate]).encode()


def store(path):
    row = study.Row("fits", "k", {"width": 3}, 2**80, 0, {"loss": 0.5, "losses": [1.0, 0.5]}, None, "2026-11-30", 0.1,
                    {"study": "", "python": "3.12"}, "host")  # fmt: skip
    with study.Store(path, write=True) as file:
        file.add(row)
        file.add(study.Row(**vars(row) | {"key": "l", "error": "DataError: no"}))
        file._file.execute("PRAGMA journal_mode = DELETE")  # all in one file


def rows(path):
    return repr([study.read(path), study.group(study.read(path), "width")]).encode()


def config(path):
    settings = experiments.find(EXPERIMENT).Config.fast()
    storage.write_json(path, runner.describe(EXPERIMENT, settings, 0))


def results(path):
    table = {"headers": ["method", "error"], "rows": [["by series", "0.25"], ["by jets", "1e-12"]]}
    pair = {"quantity": "error", "published": "0.1", "found": "0.2"}
    figure = {"file": "figures/one.svg", "caption": "A curve.", "size": [6.4, 4.8]}
    content = {"title": "A title", "text": "What was *found*:\n\n- one\n- two", "table": table, "beside": [pair]}
    storage.write_json(path, content | {"figures": [figure]})


def completed(path):
    """The other files of a folder of results."""
    (path.parent / "figures").mkdir(exist_ok=True)
    (path.parent / "figures" / "one.svg").write_text("<svg></svg>")
    for name, write in (("config.json", config), ("report.json", results)):
        if not (path.parent / name).exists():
            write(path.parent / name)


def reported(path):
    completed(path)
    page = report.write_report(path.parent.parent).read_bytes()
    if b"cannot be read" in page:
        raise Said("the page says that the results cannot be read")
    return page


def read_again(path):
    completed(path)
    settings = experiments.find(EXPERIMENT).Config.fast()
    if not runner.is_finished(EXPERIMENT, settings, seed=0, out=path.parent.parent):
        raise Said("the results are made anew")
    return runner.execute(EXPERIMENT, settings, seed=0, out=path.parent.parent, progress=False).text().encode()


class Said(Exception):
    """A damaged file is no error, but told."""


def pair(path):
    x = np.linspace(0, 1, 40).reshape(20, 2)
    np.savez(path, allow_pickle=False, x=x, y=np.array(["a", "b"] * 10))


def packed(path):
    np.savez_compressed(path, x=np.linspace(0, 1, 40).reshape(20, 2), y=np.linspace(0, 1, 20))


def compared(path):
    loaded = data.load(str(path), None, None, 0)
    part = data.split(loaded, "held-out", np.random.default_rng(0))
    return repr([loaded, part]).encode()


def table(path):
    lines = [f"{k / 7:.6f},{(k * k) % 11},{'yes' if k % 3 else 'no'}" for k in range(24)]
    path.write_text("x1,x2,class\n" + "\n".join(lines) + "\n", encoding="utf-8")


def curve(path):
    path.write_text("x;y\n" + "".join(f"{k},5;{k * k},25\n" for k in range(24)), encoding="utf-8")


def raced(path):
    return repr(own_file.from_csv(own_file.decoded(path.read_bytes()))).encode()


def address(path):
    path.write_text("data=moons&noise=20&seed=3&hidden=8 8&batch_size=20&racer=adam(learning_rate=0.01)&racer="
                    "sgd(learning_rate=0.1, momentum=0.9, schedule='cosine')&l2=0.001&test=20")  # fmt: skip


def chosen(path):
    query = parse_qs(path.read_bytes().decode(errors="replace"))
    return RaceSettings.from_query(query).query().encode()


def record(path):
    storage.write_json(path, {course()[0].name: {"attempts": 3, "solved": True, "hints": 1}, "": {"folder": "x"}})


def remembered(path):
    book = Workbook.here(str(path.parent))
    return repr([book.course, book.record()]).encode()


def grade(path):
    kept = grades.Store(path.parent)
    kept.keep("x", "y", "k", grades.Result(Summary("y", "wrong", 1, 3, case=2, what="no"), 0.5, ("late",)))
    written_to = path.parent / "parts" / "x" / "y.json"
    path.write_bytes(written_to.read_bytes())
    written_to.unlink()


def regraded(path):
    folder = path.parent / "parts" / "x"
    folder.mkdir(parents=True, exist_ok=True)
    path.replace(folder / "y.json")
    found = grades.Store(path.parent).find("x", "y", "k")
    if found is None:
        raise Said("it is graded again")
    return repr(found).encode()


def grading_settings(path):
    path.write_text(
        "default_points = 2\nseeds = [1, 2]\nlate_penalty = 0.1\nlate_days = 3\ntime_zone = 'Europe/Berlin'\n"
        "deadline = 2026-11-30 17:00:00\n[points]\nx = 3\n[deadlines]\nx = 2026-12-01\n"
    )  # fmt: skip


def set_for(path):
    return repr(grading.read(path, ["x", "y"])).encode()


def times(path):
    path.write_text("student,exercise,submitted\nann,x,2026-11-30 17:05+01:00\nbob,,2026-11-30T17:05\n")


def submitted(path):
    return repr(read_times(path, UTC)).encode()


def answer(path):
    generator = np.random.default_rng(0)
    value = {"a": np.arange(6.0).reshape(2, 3), "b": [1, (2.5, 1j)], "c": np.float32(2), "d": generator, 3: None}
    path.write_text(json.dumps(encode(value, lambda function: None, Memory("a"))))


def decoded(path):
    try:
        content = json.loads(path.read_bytes())
    except (ValueError, RecursionError):  # `nursery` and `peer` say so
        raise Said("no JSON") from None
    return repr(decode(content, lambda number: print, Memory("b"))).encode()


TEXT = (mutations.of_table, mutations.of_words)
JSON = (mutations.of_json_text,)
ARCHIVE = (mutations.of_archive,)

KINDS = {
    "network": Kind("a.npz", lambda path: written(path, [net.save for net in networks()]),
                    lambda path: used(mn.load(path)), ARCHIVE),
    "safetensors": Kind("a.safetensors", lambda path: written(
        path, [lambda path, net=net: interop.save_safetensors(net, path) for net in networks()]),
        lambda path: used(interop.load_safetensors(path)), (mutations.of_tensors,)),
    "checkpoint": Kind("a.npz", lambda path: written(path, [checkpoint]), resumed, ARCHIVE),
    "learner": Kind("a.npz", lambda path: written(path, [learner(0), learner(8)]), asked, ARCHIVE),
    "study": Kind("a.sqlite", lambda path: written(path, [store]), rows, (mutations.of_database,)),
    "report": Kind(f"{EXPERIMENT}/report.json", lambda path: written(path, [results]), reported, JSON),
    "settings": Kind(f"{EXPERIMENT}/config.json", lambda path: written(path, [config]), reported, JSON),
    "results": Kind(f"{EXPERIMENT}/report.json", lambda path: written(path, [results]), read_again, JSON),
    "arrays": Kind("a.npz", lambda path: written(path, [pair, packed]), compared, ARCHIVE),
    "table": Kind("a.csv", lambda path: written(path, [table, curve]), compared, TEXT),
    "race": Kind("a.csv", lambda path: written(path, [table, curve]), raced, TEXT),
    "address": Kind("a.txt", lambda path: written(path, [address]), chosen, (mutations.of_words,)),
    "workbook": Kind(RECORD, lambda path: written(path, [record]), remembered, JSON),
    "grade": Kind("a.json", lambda path: written(path, [grade]), regraded, JSON),
    "grading": Kind("grading.toml", lambda path: written(path, [grading_settings]), set_for, (mutations.of_words,)),
    "times": Kind("times.csv", lambda path: written(path, [times]), submitted, TEXT),
    "answer": Kind("a.json", lambda path: written(path, [answer]), decoded, JSON),
}  # fmt: skip
