"""One file, one table: what is read, what is refused, and that encodings do not matter."""

from __future__ import annotations

import csv
import io
import math
from datetime import date
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from stockpile import tables, text_files
from stockpile.bundle import ALL_TABLES
from stockpile.columns import Interval
from stockpile.errors import Problem
from stockpile.tables import empty_table, parse_table, read_table
from stockpile.text_files import is_garbled

LOTS_HEADER = "id,warehouse,item,quantity,produced_on,expires_on,counted_on,owner,basis,source"
ENCODINGS = ("utf-8", "utf-8-sig", "gb18030")
LINE_ENDS = ("\n", "\r\n", "\r")


def lots(*rows: str, header: str = LOTS_HEADER) -> tuple[pd.DataFrame, list[Problem]]:
    """Return the lots table of these lines and its problems."""
    problems: list[Problem] = []
    frame = parse_table("\n".join([header, *rows]).encode(), "lots", problems, file="lots.csv")
    return frame, problems


def lot(quantity: str = "5", **cells: str) -> str:
    """Return the line of a sound lot with some cells changed."""
    row = {
        "id": "L",
        "warehouse": "W",
        "item": "i",
        "quantity": quantity,
        "basis": "plan",
        "source": "s",
        **cells,
    }
    out = io.StringIO()
    csv.DictWriter(out, LOTS_HEADER.split(","), lineterminator="").writerow(row)
    return out.getvalue()


def test_a_table_has_the_columns_of_the_dictionary_and_the_row_in_the_file() -> None:
    """Whatever the order of the columns in the file; blank lines count as rows and hold none."""
    header = "source,basis,quantity,item,warehouse,id"
    frame, problems = lots("p. 3,plan,7,i,W,L-1", "", ",,,,,", "p. 4,plan,8,i,W,L-2", header=header)
    assert problems == []
    assert list(frame.columns) == [*LOTS_HEADER.split(","), "row"]
    assert list(frame["row"]) == [2, 5]
    assert list(frame["quantity"]) == [7, 8]


def test_each_type_has_one_kind_of_value_and_one_kind_of_blank() -> None:
    """Text "", number NaN, day None; integers int64; defaults stand in for blanks."""
    problems: list[Problem] = []
    frame, problems = lots(lot(produced_on="2026-01-31"))
    row = frame.iloc[0]
    assert problems == []
    assert (row["owner"], row["produced_on"], row["expires_on"]) == ("", date(2026, 1, 31), None)
    assert frame["quantity"].dtype == np.int64
    header = "id,name_zh,name_en,category,unit,weight_kg,volume_m3,unit_cost,lead_time_days,basis,source"
    content = f"{header}\nx,x,x,1,x,1,1,1,1,plan,x".encode()
    item = parse_table(content, "items", problems, file="items.csv").iloc[0]
    assert problems == []
    assert math.isnan(item["shelf_life_months"])
    assert item["pack_size"] == 1


def test_an_empty_table_has_the_types_of_a_full_one(data: Path) -> None:
    """A region without suppliers computes as one with them."""
    for table in ALL_TABLES:
        full = read_table(data / "sound" / f"{table}.csv", table, [])
        assert empty_table(table).dtypes.to_dict() == full.dtypes.to_dict(), table
        assert len(empty_table(table)) == 0


@pytest.mark.parametrize("line_end", LINE_ENDS)
@pytest.mark.parametrize("encoding", ENCODINGS)
def test_encodings_and_line_ends_do_not_matter(data: Path, encoding: str, line_end: str) -> None:
    """UTF-8 with and without byte order mark and GB18030 give one frame, in every table."""
    for table in ALL_TABLES:
        text = (data / "sound" / f"{table}.csv").read_text(encoding="utf-8")
        problems: list[Problem] = []
        plain = parse_table(text.encode(), table, problems, file="x.csv")
        other = parse_table(text.replace("\n", line_end).encode(encoding), table, problems, file="x.csv")
        assert problems == []
        pd.testing.assert_frame_equal(plain, other)


@given(st.text(st.characters(min_codepoint=0x4E00, max_codepoint=0x9FA5), min_size=1, max_size=30))
def test_any_chinese_name_survives_every_encoding(name: str) -> None:
    """Also rare characters. One Chinese word alone can be right in both encodings; a whole table is not."""
    content = f"{LOTS_HEADER}\n{lot(owner=name, source='金安区应急管理局')}\n"
    for encoding in ENCODINGS:
        frame = parse_table(content.encode(encoding), "lots", [], file="lots.csv")
        assert list(frame["owner"]) in ([name], [""])  # "" only where the name itself looks garbled
        assert is_garbled(name) or list(frame["owner"]) == [name]


def test_no_name_of_the_shipped_data_looks_garbled() -> None:
    """The search for garbled text has no false alarm on real place names."""
    names = (
        "六安市金安区",
        "淠河",
        "三十铺镇",
        "横塘岗乡",
        "毛坦厂镇",
        "东河口镇",
        "涡阳",
        "漷县",
        "重庆",
        "北京",
    )
    assert [name for name in names if is_garbled(name)] == []


@pytest.mark.parametrize("name", ["六安市", "淠史杭", "金安区应急管理局"])
@pytest.mark.parametrize("wrong", ["gb18030", "latin-1"])
def test_a_name_decoded_wrongly_is_seen(name: str, wrong: str) -> None:
    """UTF-8 opened as GBK or Latin-1, and saved again."""
    assert is_garbled(name.encode().decode(wrong, errors="replace"))


@pytest.mark.parametrize("cell", ["是", "yes", "TRUE", "1", "Yes"])
def test_words_for_yes(cell: str) -> None:
    """Both languages and what spreadsheets write."""
    assert read_sites(cell).tolist() == [True]


@pytest.mark.parametrize("cell", ["否", "no", "FALSE", "0", ""])
def test_words_for_no(cell: str) -> None:
    """A blank is the default, no."""
    assert read_sites(cell).tolist() == [False]


def read_sites(wharf: str) -> pd.Series:
    """Return the wharf column of a table of one sound site."""
    header = "id,name_zh,place,capacity,handout_persons_per_h,wharf,lon,lat,basis,source"
    problems: list[Problem] = []
    content = f"{header}\nJ,x,P,10,10,{wharf},116,31,plan,x".encode()
    frame = parse_table(content, "sites", problems, file="sites.csv")
    assert problems == []
    return frame["wharf"]


@pytest.mark.parametrize("cell", ["12", "+12", "12.0", " 12 "])
def test_whole_numbers_as_people_write_them(cell: str) -> None:
    """A sign, a zero fraction from a spreadsheet and blanks around change nothing."""
    frame, problems = lots(lot(cell))
    assert (problems, list(frame["quantity"])) == ([], [12])


@pytest.mark.parametrize(
    "cell", ["-1", "1.5", "1e3", "1_000", "１２", "nan", "inf", "0x1", "12 kg", "9" * 30, "1,000"]
)
def test_what_is_no_quantity_is_refused_with_its_text(cell: str) -> None:
    """One problem, which shows the cell, the id and the row."""
    _, problems = lots(lot("5", id="L-1"), lot(cell, id="L-2"))
    assert [(p.row, p.column, p.value, p.id) for p in problems] == [(3, "quantity", cell, "L-2")]


@pytest.mark.parametrize(
    ("text", "inside", "outside"),
    [
        ("[0,1]", (0, 0.5, 1), (-0.1, 1.1)),
        ("(0,)", (1e-9, 1e12), (0, -1)),
        ("(0,500]", (0.1, 500), (0, 500.1)),
        ("[0,)", (0, 7), (-1e-9,)),
        ("[0,1)", (0,), (1,)),
    ],
)
def test_an_interval_keeps_its_ends(text: str, inside: tuple[float, ...], outside: tuple[float, ...]) -> None:
    """Square brackets include an end, round ones leave it out, a missing end is no limit."""
    interval = Interval.parse(text)
    assert all(value in interval for value in inside)
    assert not any(value in interval for value in outside)


def test_an_unreadable_interval_of_the_dictionary_is_refused() -> None:
    """The dictionary itself may be wrong."""
    with pytest.raises(ValueError, match="no interval"):
        Interval.parse("0..1")


def test_a_ragged_row_is_one_problem_and_keeps_its_id() -> None:
    """The cells after the fault are not judged, for they stand in the wrong columns."""
    frame, problems = lots("L-1,W,i,5,plan,x")
    assert [(p.row, p.column) for p in problems] == [(2, None)]
    assert list(frame["id"]) == ["L-1"]


def test_a_required_column_must_be_there_and_an_optional_one_need_not() -> None:
    """`owner` may be left out, `quantity` may not; a misspelt column is named with the right one."""
    _, problems = lots("L,W,i,5,plan,x", header="id,warehouse,item,quantty,basis,source")
    assert [(p.row, p.column) for p in problems] == [(1, "quantty"), (1, "quantity")]
    assert problems[0].remedy == "Rename it to quantity"


def test_a_file_over_the_limit_is_refused_unread(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A file at the limit is read, a byte more is not."""
    path = tmp_path / "lots.csv"
    path.write_text(f"{LOTS_HEADER}\n{lot()}\n", encoding="utf-8")
    for limit, expected in (
        (path.stat().st_size, []),
        (path.stat().st_size - 1, ["is larger than the limit of 0 MB"]),
    ):
        monkeypatch.setattr(tables, "FILE_SIZE_LIMIT", limit)
        problems: list[Problem] = []
        read_table(path, "lots", problems)
        assert [problem.message for problem in problems] == expected


@given(st.binary(max_size=300))
def test_no_bytes_whatever_make_the_reader_fail(content: bytes) -> None:
    """Hostile input ends in problems, not in an exception, and is never taken for a table."""
    problems: list[Problem] = []
    frame = parse_table(content, "lots", problems, file="lots.csv")
    assert problems
    assert "quantity" in frame.columns


@given(st.lists(st.lists(st.text(max_size=8), max_size=12), max_size=4))
def test_no_cells_whatever_make_the_reader_fail(rows: list[list[str]]) -> None:
    """Any text in any cell below a right header: rows come back or problems do."""
    out = io.StringIO()
    csv.writer(out).writerows([LOTS_HEADER.split(","), *rows])
    problems: list[Problem] = []
    frame = parse_table(out.getvalue().encode("utf-8", "ignore"), "lots", problems, file="lots.csv")
    assert problems or len(frame) > 0
    assert all(str(problem).isprintable() for problem in problems)


def test_a_file_with_too_many_rows_or_cells_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    """Blank lines count: a file is refused where it grows past the limit, before it fills the memory."""
    _, problems = lots("," * text_files.MOST_CELLS)
    assert "cells in a row" in problems[0].message
    monkeypatch.setattr(text_files, "MOST_ROWS", 3)
    _, problems = lots("", "", "", "")
    assert (problems[0].row, problems[0].message) == (4, "holds more than 3 rows")


@given(
    day=st.dates(date(1000, 1, 1)),
    form=st.sampled_from(["{0.year}-{0:%m-%d}", "{0.year}/{0:%m/%d}", "{0.year}/{0.month}/{0.day}"]),
)
def test_a_day_is_the_same_in_every_form_that_is_read(day: date, form: str) -> None:
    """2026-07-05, 2026/07/05 and 2026/7/5, as spreadsheets in Chinese write it."""
    frame, problems = lots(lot(counted_on=form.format(day)))
    assert problems == []
    assert list(frame["counted_on"]) == [day]


@pytest.mark.parametrize(
    "text", ["2026/2/30", "2026/13/1", "26/7/5", "5/7/2026", "2026/7-5", "2026-7-5", "2026.7.5", "20260705"]
)
def test_what_is_no_day_or_could_be_another_is_refused(text: str) -> None:
    """No day of the calendar, or an order of day, month and year that nobody can be sure of."""
    _, (problem,) = lots(lot(counted_on=text))
    assert (problem.column, problem.value, problem.message) == (
        "counted_on",
        text,
        "is not a day of the calendar",
    )
