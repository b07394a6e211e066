"""What is compared on what: the settings of a comparison, checked, and all the runs that follow from them."""

from dataclasses import dataclass

from minnet import study
from minnet.compare import ranking
from minnet.compare.data import Data, training_samples
from minnet.compare.specs import Spec
from minnet.errors import SettingError, check_range, is_whole, nearest


@dataclass(frozen=True)
class Question:
    """What is compared on what; see `minnet.compare.compare`. Checked when it is made."""

    specs: tuple[Spec, ...]
    data: Data
    source: str
    target: str | None
    hidden: tuple[int, ...]
    activation: str
    initializer: str
    epochs: int
    batch_size: int
    seeds: int
    by: str
    seed: int

    def __post_init__(self) -> None:
        whole = (lambda n: is_whole(n) and n >= 1), "a whole number of at least 1"
        for name in ("epochs", "batch_size", "seeds"):
            check_range("compare", **{name: (getattr(self, name), *whole)})
        for width in self.hidden:
            check_range("compare", hidden=(width, *whole))
        if self.by not in ranking.RANKED_BY:
            raise SettingError(f"compare: losses are not ranked by {self.by!r}; {nearest(self.by, ranking.RANKED_BY)}")
        n = training_samples(len(self.data.x), self.by)
        if self.batch_size > n:
            raise SettingError(f"compare: batch_size={self.batch_size} is larger than the {n} samples to train with")
        labels = [spec.label for spec in self.specs]
        if not labels or len(set(labels)) < len(labels):
            raise SettingError(f"compare: there must be optimizers, each once, not {', '.join(labels) or 'none'}")
        counts = {spec.label: len(spec.learning_rates) for spec in self.specs}
        if len(set(counts.values())) > 1:
            raise SettingError(
                f"compare: every optimizer must be tried with as many learning rates as the others, not {counts}"
            )

    def points(self) -> list[study.Point]:
        """All runs: every optimizer at each of its learning rates, from every seed."""
        common = {
            "data": self.source,
            "digest": self.data.digest,
            "target": self.target,
            "task": self.data.task,
            "hidden": self.hidden,
            "activation": self.activation,
            "initializer": self.initializer,
            "epochs": self.epochs,
            "batch_size": self.batch_size,
            "by": self.by,
        }
        settings = []
        for spec in self.specs:
            optimizer = {"optimizer": spec.label, "file": spec.source.file, "code": spec.source.code}
            settings += [common | optimizer | {"learning_rate": rate} for rate in spec.learning_rates]
        return study.repeat(settings, self.seeds)
