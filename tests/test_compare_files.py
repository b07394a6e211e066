"""Files as programs write them: the same table, whatever its bytes."""

import gzip
import re
import sys

import numpy as np
import pytest

from minnet.compare import data, tabular
from minnet.errors import DataError, SettingError

TABLE = "größe,preis,art\n1.5,1000.25,neu\n-2,0.5,alt\n"
EUROPE = "größe;preis;art\n1,5;1000,25;neu\n-2;0,5;alt\n"
SPELLINGS = {
    "UTF-8": TABLE.encode(),
    "byte order mark": TABLE.encode("utf-8-sig"),
    "Windows": TABLE.replace("\n", "\r\n").encode(),
    "old Macintosh": TABLE.replace("\n", "\r").encode(),
    "quotes": '"größe","preis", "art"\r\n"1.5","1000.25",neu\n-2 , 0.5, "alt"\n\n'.encode(),
    "tabs": TABLE.replace(",", "\t").encode(),
    "bars": TABLE.replace(",", "|").encode(),
    "spaces": b"  " + TABLE.replace(",", "   ").replace("\n", "  \n ").encode(),
    "Excel's Unicode text": TABLE.replace(",", "\t").replace("\n", "\r\n").encode("utf-16"),
    "UTF-16, the other way": b"\xfe\xff" + TABLE.encode("utf-16-be"),
    "Excel in Europe": EUROPE.replace("\n", "\r\n").encode("cp1252"),
    "Excel's sep": b"sep=;\r\n" + EUROPE.replace("\n", "\r\n").encode(),
    "byte order mark before sep": "\ufeffsep=|\n".encode() + TABLE.replace(",", "|").encode(),
    "gzip": gzip.compress(TABLE.encode()),
    "gzip of Excel in Europe": gzip.compress(EUROPE.encode("cp1252")),
}


@pytest.mark.parametrize("content", SPELLINGS.values(), ids=SPELLINGS)
def test_the_bytes_do_not_matter(tmp_path, content):
    path = tmp_path / "some.file"
    path.write_bytes(content)
    x, cells, name = tabular.read(path)
    assert x.tolist() == [[1.5, 1000.25], [-2, 0.5]]
    assert (cells, name) == (["neu", "alt"], "art")
    assert tabular.open_table(path).names == ["größe", "preis", "art"]


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("x, y\tz\n1\t2\n", ["x, y", "z"]),  # as many commas as tabs, but not in each line
        ("a,b;c;d\n1,5;2;3\n0;1;2\n", ["a,b", "c", "d"]),
        ('"two words"  z\n1 2\n', ["two words", "z"]),
        ('"a\nb","c;d;e"\n1,2\n', ["a\nb", "c;d;e"]),
        ("house price,area in m2\n1,2\n", ["house price", "area in m2"]),
        ("house price\n1,5\n2\n", ["house price"]),
    ],
)
def test_what_separates_cells_is_what_gives_all_lines_as_many(text, names):
    table = tabular.from_text(text, "some.csv")
    assert table.names == names
    assert all(len(cells) == len(names) for _, cells in table.lines)


def test_the_account_says_what_was_taken_for_granted(tmp_path):
    path = tmp_path / "some.csv"
    path.write_bytes(EUROPE.encode("cp1252"))
    account = tabular.open_table(path).account()
    assert account.startswith(
        "2 lines of 3 cells, separated by semicolons; numbers with decimal commas; text in Windows-1252\n"
    )


def test_true_and_false_are_numbers_of_inputs_and_names_of_classes(tmp_path):
    path = tmp_path / "some.csv"
    path.write_text("a,b\n" + "True,FALSE\nfalse,TRUE\n" * 10)
    loaded = data.load(str(path), None, None, 0)
    assert loaded.x[:2].tolist() == [[1.0], [0.0]]
    assert loaded.classes == ("FALSE", "TRUE")


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"a,b\n1,2\n\n3,\n4,\n", "some.csv, line 4, column 'b': there is no value (''); remove the line or the "
         "column, or fill it in; so it is in 2 of 3 lines"),
        (b"sep=;\na;b\n1;2\n3;\n", "line 4, column 'b': there is no value"),
        (b'a,b\n"1,012.5",2\n', "line 2, column 'a': '1,012.5' is not a finite number (write 1012.5)"),
        (b"a;b\n1.012,5;2\n", "line 2, column 'a': '1.012,5' is not a finite number (write 1012.5)"),
        (b"a;b\n1 012,5;2\n", "line 2, column 'a': '1 012,5' is not a finite number (write 1012.5)"),
        (b"a,b\n1,5,2,5\n", "4 cells, but the first line names 2 columns (numbers with decimal commas? Separate"),
        (gzip.compress(TABLE.encode(), mtime=0)[:-9], "some.csv is damaged: it begins as a file that gzip compressed"),
        (b"PK\x03\x04\0\0", "not a text file in UTF-8; save it, or the sheet of a workbook, as CSV (UTF-8)"),
        (TABLE.encode("utf-16")[:-1], "not a text file in UTF-8"),
        (gzip.compress(b"", mtime=0), "is empty"),
    ],
)  # fmt: skip
def test_faults_are_told_with_their_place(tmp_path, content, message):
    path = tmp_path / "some.csv"
    path.write_bytes(content)
    with pytest.raises(DataError, match=re.escape(message)):
        tabular.read(path)


def test_parquet(tmp_path):
    pyarrow, parquet = pytest.importorskip("pyarrow"), pytest.importorskip("pyarrow.parquet")
    path = tmp_path / "some.parquet"
    third = 1 / 3  # of which text keeps every digit
    columns = {"a": [third, 2.0] * 10, "b": [1, 2] * 10, "c": [True, False] * 10, "art": ["neu", "alt"] * 10}
    columns["__index_level_0__"] = list(range(20))  # as pandas writes an index without a name
    parquet.write_table(pyarrow.table(columns), path)
    loaded = data.load(str(path), None, None, 0)
    assert np.array_equal(loaded.x[:2], [[third, 1, 1], [2, 2, 0]])
    assert loaded.classes == ("alt", "neu")
    assert "20 lines of 4 cells, from Parquet" in tabular.open_table(path).account()
    parquet.write_table(pyarrow.table({"a": [1.0, None], "b": [1, 2]}), path)
    with pytest.raises(DataError, match=r"some\.parquet, row 2, column 'a': there is no value"):
        tabular.read(path)
    path.write_bytes(b"PAR1 and no more")
    with pytest.raises(DataError, match="not a Parquet file that can be read"):
        tabular.read(path)


def test_without_pyarrow_the_way_out_is_told(tmp_path, monkeypatch):
    monkeypatch.setitem(sys.modules, "pyarrow", None)
    path = tmp_path / "some.parquet"
    path.write_bytes(b"PAR1")
    with pytest.raises(SettingError, match="pip install pyarrow, or save the file as CSV"):
        tabular.read(path)
