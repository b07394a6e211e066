"""The class on one page, without names: how far each exercise was solved, and which mistakes were made how often."""

from collections import Counter
from html import escape
from pathlib import Path

from minnet import storage
from minnet.exercises.grading.gradebook import Grade
from minnet.exercises.grading.tables import Book
from minnet.page import page_html
from minnet.tables import Table

STATES = ("solved", "wrong", "stopped", "broken", "to do", "missing")
UNNAMED = 5  # most frequent of the findings without a name that are shown
LONGEST = 300  # characters of a finding
STYLE = """<style>
.mistakes { list-style: none; padding: 0; } .mistakes li { margin: .6rem 0; overflow-wrap: anywhere; }
.mistakes b { font-variant-numeric: tabular-nums; }
.bar { display: block; height: .5rem; background: #0072B2; min-width: 2px; } .bar.unnamed { background: #999; }
td:first-child, th:first-child { text-align: left; }
</style>
"""


def write(book: Book, titles: dict[str, str], path: Path) -> None:
    """Write the page.

    Parameters
    ----------
    book : mapping
        Grades by student.
    titles : dict
        Of the exercises, in their order.
    path : Path
    """
    by_exercise = {name: [g for grades in book.values() for g in grades if g.exercise == name] for name in titles}
    points = [sum(grade.points for grade in grades) for grades in book.values()]
    most = sum(grades[0].most for grades in by_exercise.values())
    files = sum(grade.result.summary.state != "missing" for grades in book.values() for grade in grades)
    body = [
        STYLE,
        f"<h1>Exercises of {len(book)} students</h1>\n<p>{files} files; {sum(points) / len(points):.3g} of {most:g} "
        "points on average. The page has no names; grades.csv and mistakes.csv beside it have.</p>\n",
        _overview(by_exercise).html(),
        *(_section(name, titles[name], grades) for name, grades in by_exercise.items()),
    ]
    storage.write_text(path, page_html("Exercises of a class", body))


def _overview(by_exercise: dict[str, list[Grade]]) -> Table:
    rows = []
    for name, grades in by_exercise.items():
        counts = Counter(grade.result.summary.state for grade in grades)
        named = sum(bool(grade.result.summary.reason) for grade in grades)
        rows.append((name, *(str(counts[state]) for state in STATES), str(named)))
    return Table(("exercise", *STATES, "mistake named"), tuple(rows))


def _section(name: str, title: str, grades: list[Grade]) -> str:
    """Of an exercise: named mistakes, then the most frequent findings that have no name."""
    wrong = [grade.result.summary for grade in grades if grade.result.summary.state in ("wrong", "stopped", "broken")]
    named = Counter(summary.reason for summary in wrong if summary.reason).most_common()
    unnamed = Counter(summary.what[:LONGEST] for summary in wrong if not summary.reason)
    rest = sum(count for _, count in unnamed.most_common()[UNNAMED:])
    items = [_item(text, count, len(grades), "") for text, count in named]
    items += [_item(text, count, len(grades), " unnamed") for text, count in unnamed.most_common(UNNAMED)]
    if rest:
        items.append(_item("other findings without a name", rest, len(grades), " unnamed"))
    listed = f'<ul class="mistakes">{"".join(items)}</ul>\n' if items else "<p>No mistakes.</p>\n"
    return f'<h2 id="{escape(name)}">{escape(name)}</h2>\n<p>{escape(title)}.</p>\n{listed}'


def _item(text: str, count: int, students: int, kind: str) -> str:
    share = count / students
    bar = f'<span class="bar{kind}" style="width:{share:.1%}"></span>'
    return f"<li><b>{count}</b> ({share:.0%}): {escape(text)}{bar}</li>\n"
