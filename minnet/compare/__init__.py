"""Comparisons of optimizers that anyone can aim at a question of their own.

`compare` asks the question, makes the runs, and returns the answer; ``minnet compare --help`` shows it as a command::

    from minnet.compare import compare

    answer = compare(["adam", "rmsprop", "sgd(momentum=0.9)"], data="moons", n_jobs=-1, out="results/moons")
    print(answer)
    answer.write_report("results/moons/report.html")

What is done to be fair:

- Every optimizer is tried with the same number of learning rates (the same ones, unless it is given its own), and each
  of them with all seeds. None has another tuning: what a specification says, and the defaults.
- A seed decides how the samples are split, where the network starts and in which order the samples come. It decides
  the same for every optimizer and learning rate, so differences are taken in pairs: what a seed makes easy for one, it
  makes easy for all.
- The best learning rate is that of the smallest median over the seeds, and a run that failed counts as infinitely bad:
  luck with a few seeds is not enough.
- By default it is chosen by the loss of all training samples after the last epoch, and so is the ranking: the question
  is which optimizer minimises best. Held-out loss and accuracy take part in no choice, so they are not flattered by
  it. ``by="held-out"`` asks which generalises best: one set of samples chooses, another one ranks.
- A difference is called significant if Wilcoxon's signed-rank test over the pairs finds p < 0.05, after Holm's
  adjustment for the number of pairs. That test knows nothing of the choice of learning rates, which is made on the same
  runs; so a p just below 0.05 is weak. And seeds split one set of data again and again: another set may say otherwise.
- Epochs are the same for all. Whoever is slower per update shows it in seconds and in the time to a common target, a
  training loss; times are those of one processor, and leave out compiling and recording.
- A best learning rate at the edge of those tried is named as such: a better one may lie beyond.

Reading order: `specs` (which optimizers), `cells`, `tabular`, `targets` and `data` (on what), `ranking` (the
statistics), `question` (all settings, checked, and the runs that follow), `runs` (one run), `results` (the rows,
ranked); then how they are shown: `tables`, `notes`, `figures`, `report`; and on top `comparison` (makes the runs, gives
the answer) and `command`.
"""

from minnet.compare.comparison import LEARNING_RATES, Comparison, compare
from minnet.compare.question import Question

__all__ = ["LEARNING_RATES", "Comparison", "Question", "compare"]
