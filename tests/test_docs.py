"""The site's reference is complete: every public name is on a page, and in an example that runs; links are checked."""

from pathlib import Path

import pytest

import minnet
from docs import pages, public
from docs.links import broken_links
from minnet.exercises import find

NO_FRAMEWORK = {"from_keras", "from_pytorch", "to_keras", "to_pytorch"}  # PyTorch and Keras are not installed in tests
INNER = "minnet.kernels", "minnet.experiments"  # experiments are on the site by what they found


def test_every_package_with_public_names_has_a_page():
    root = Path(minnet.__file__).parent
    packages = {
        ".".join(("minnet", *path.parent.relative_to(root).parts)): "\n__all__ = " in path.read_text(encoding="utf-8")
        for path in root.rglob("__init__.py")
    }
    exporting = {name for name, exports in packages.items() if exports and not name.startswith(INNER)}
    assert len(exporting) > 15
    assert exporting <= set(public.MODULES)


def test_every_public_name_is_on_one_page_and_under_the_name_that_users_write():
    shown = [name for names in public.pages().values() for name in names]
    assert len(shown) == len(set(shown)) > 300
    assert {"minnet.Dense", "minnet.fit", "minnet.datasets.moons", "minnet.numerics.chaos.embed"} <= set(shown)
    values = {id(value) for names in public.pages().values() for value in names.values()}
    modules = {"datasets", "errors", "games", "plotting", "schedules"}  # each has a page
    assert {name for name in minnet.__all__ if id(getattr(minnet, name)) not in values} == modules


def test_every_public_name_is_used_in_an_example_that_runs():
    assert {name.rpartition(".")[2] for names in public.without_example().values() for name in names} == NO_FRAMEWORK


def test_the_page_of_an_exercise_has_stub_and_hints_and_not_the_solution():
    exercise = find("adam")
    page = pages.exercise_page(exercise)
    assert page.startswith("# Adam, step by step\n")
    assert "raise NotImplementedError" in page
    *hints, solution = exercise.hints
    assert all(hint in page for hint in hints)
    assert solution not in page
    assert page.count("<details>") == len(hints) > 1


@pytest.mark.parametrize(
    ("page", "wrong"),
    [
        ('<a href="b.html#end">', []),
        ('<a href="#top"><p id="top">', []),
        ('<a href="https://example.org/nowhere">', []),
        ('<a href="c.html">', ["a.html has a link to c.html, and there is no such file"]),
        ('<a href="b.html#start">', ["a.html has a link to b.html#start, and there is no such place in it"]),
        ('<script src="https://example.org/s.js"></script>', ["a.html loads https://example.org/s.js"]),
    ],
)
def test_broken_links_are_found(tmp_path, page, wrong):
    (tmp_path / "a.html").write_text(page)
    (tmp_path / "b.html").write_text('<h1 id="end">B</h1>')
    assert broken_links(tmp_path) == wrong
