"""Workbooks: names that every spreadsheet takes, numbers as they are, pages that keep rows together."""

from __future__ import annotations

from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st
from openpyxl import load_workbook

from stockpile.output.printing import page_breaks
from stockpile.output.sheet_model import Column, Lines, Sheet, Table
from stockpile.output.workbook import sheet_names, write_sheets


@given(st.lists(st.text(alphabet="aA'/[]:*?\\ 库😀=\n", max_size=40), max_size=12))
def test_sheet_names_are_taken_by_every_spreadsheet(wished: list[str]) -> None:
    """Sheet names are taken by every spreadsheet."""
    names = list(sheet_names([*wished, "History"]))
    assert len({name.casefold() for name in names}) == len(wished) + 1
    for name in names:
        assert 1 <= len(name.encode("utf-16-le")) // 2 <= 31
        assert not set(name) & set("[]:*?/\\\n")
        assert name[0] != "'"
        assert name[-1] != "'"
        assert name.casefold() != "history"


def test_a_share_below_one_never_shows_as_the_whole(tmp_path: Path) -> None:
    """A share is cut to 0.1 %, a gap rounded up to 0.001 %; nothing else is changed."""
    columns = tuple(Column("列", kind, 8, kind) for kind in ("share", "hours", "gap"))
    rows_in = ((0.9999, 4.25, 0.0039512), (1.0, 8, 0.0), (0.1, 0.0, 1e-7))
    sheet = Sheet("a", "A", (), (Table(columns, rows_in),))
    write_sheets([sheet], tmp_path / "a.xlsx", title="a")
    rows = list(load_workbook(tmp_path / "a.xlsx")["a"].iter_rows(min_row=4, values_only=True))
    assert rows == [(0.999, 4.25, 0.00396), (1, 8, 0), (0.1, 0, 1e-5)]


def test_an_empty_table_says_so_and_lines_run_below(tmp_path: Path) -> None:
    """A table without rows is one line of text; lines stand in their order under their title."""
    parts = (Table((Column("甲", "a", 8),), (), "T", empty="无 none"), Lines(("one", "=2"), "L"))
    write_sheets([Sheet("a", "A", (), parts, alarms=("!",))], tmp_path / "a.xlsx", title="a")
    cells = [cell for (cell,) in load_workbook(tmp_path / "a.xlsx")["a"].iter_rows(values_only=True)]
    assert [cell for cell in cells if cell is not None] == ["A", "!", "T", "无 none", "L", "one", "=2"]


@given(
    st.lists(st.tuples(st.integers(0, 4), st.integers(10, 40)), max_size=40),
    st.integers(40, 200),
    st.integers(60, 200),
)
def test_a_page_ends_only_between_keys_and_never_later_than_it_must(
    rows: list[tuple[int, int]], first: int, later: int
) -> None:
    """Between two breaks stands one run of equal keys or no more than a page holds."""
    keys, heights = [key for key, _ in rows], [float(height) for _, height in rows]
    breaks = page_breaks(heights, keys, (first, later))
    assert all(keys[row - 1] != keys[row] for row in breaks)
    for number, (start, end) in enumerate(zip([0, *breaks], [*breaks, len(rows)], strict=True)):
        within = sum(heights[start:end]) <= (later if number else first)
        long_run = [index for index in range(start + 1, end) if keys[index] != keys[index - 1]]
        # A run longer than a page goes on over the next one, and others may follow it there.
        assert (
            within
            or not long_run
            or any(
                sum(heights[a:b]) > min(first, later)
                for a, b in zip([start, *long_run], [*long_run, end], strict=True)
            )
        )
