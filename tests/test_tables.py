"""Tables of text, on a terminal and on a page."""

from html.parser import HTMLParser

import pytest

from minnet.tables import FIGURE_SPACE, Table

LONG = "a phrase of some length that has to go on in further lines of its cell"
WIDE = Table(
    ("experiment", "how it was done", *(f"a measured quantity of number {k}" for k in range(14))),
    (("first", LONG, *(f"{10.0**-k:.3g}" for k in range(14))), ("second", "short", *14 * ["-"])),
)


def test_points_stand_below_each_other():
    table = Table(
        ("n", "error"), (("one", "12.5"), ("two", "0.25"), ("three", "3e-07"), ("four", "-"), ("none", "never"))
    )
    points = [line.find(mark) for line, mark in zip(str(table).splitlines()[2:5], (".", ".", "e-"), strict=True)]
    assert len(set(points)) == 1
    assert str(table).splitlines()[5].index("-") == points[0] - 1
    assert str(table).splitlines()[0].startswith("n ")


@pytest.mark.parametrize("width", [40, 60, 100, 250, 1000])
def test_lines_fit_and_nothing_is_lost(width):
    text = WIDE.text(width)
    assert max(map(len, text.splitlines())) <= width
    words = text.split()
    for cell in (*WIDE.headers, *WIDE.rows[0]):
        assert all(words.count(word) >= 1 for word in cell.split())
    bands = text.split("\n\n")
    assert all(band.startswith("experiment") and "\nsecond" in band for band in bands)
    assert (len(bands) == 1) == (width >= 250)


def test_a_table_that_fits_keeps_its_headers_in_one_line():
    table = Table(("method of integration", "largest error"), (("series", "0.1"),))
    assert str(table).splitlines()[0] == "method of integration  largest error"
    assert len(str(table).splitlines()) == 3


def test_words_in_a_column_of_numbers_and_numbers_in_a_column_of_words():
    table = Table(("", "steps", "what"), (("0 to 5", "1386", "2 epochs, batch 100"), ("widths", "never", "none")))
    first, second = str(table).splitlines()[2:]
    assert (first[:6], second[:6]) == ("0 to 5", "widths")  # names of rows are set to the left
    assert first.index("1386") + 4 == second.index("never") + 5
    assert first.index("2 epochs") == second.index("none")


def test_a_row_without_cells_and_a_table_without_rows():
    assert str(Table(("a", "b"), ())) == "a  b\n----"
    assert Table(("a",), (("",),)).html().count("<td") == 1


class Cells(HTMLParser):
    def __init__(self, text):
        super().__init__()
        self.cells, self.kinds = [], []
        self.feed(text)

    def handle_starttag(self, tag, attributes):
        self.kinds += [dict(attributes)["class"]] if tag == "td" else []

    def handle_data(self, data):
        self.cells += [data] if data.strip() else []


def test_a_page_has_the_same_cells():
    page = Cells(Table(("<n>", "error"), (("one", "1.25"), ("two & three", "20"))).html())
    one, twenty = " 1.25".replace(" ", FIGURE_SPACE), "20" + 3 * FIGURE_SPACE
    assert page.cells == ["<n>", "error", "one", one, "two & three", twenty]
    assert page.kinds == ["word", "number"] * 2
