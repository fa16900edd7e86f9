"""Tables as CSV: fixed formats, nothing that a spreadsheet would run."""

from __future__ import annotations

import datetime as dt

import pandas as pd
import pytest

from stockpile.output.csv_text import cell_text, csv_text


def table(columns: str, *rows: tuple[object, ...]) -> pd.DataFrame:
    """A table from space-separated column names."""
    return pd.DataFrame(list(rows), columns=columns.split())


def test_units_have_fixed_decimals_whatever_the_type_of_the_column() -> None:
    """Units have fixed decimals whatever the type of the column."""
    text = csv_text(
        table("arrive_h hour km weight_kg volume_m3 share", (1 / 3, 2, 1.0, 4.56789, 1e-9, 2 / 3))
    )
    assert text.splitlines()[1] == "0.3333,2.0000,1.000,4.568,0.0000,0.666667"


def test_other_numbers_are_written_in_full() -> None:
    """Other numbers are written in full."""
    text = csv_text(table("quantity_per_person depth_m quantity", (1 / 3, 0.9, 1_000_000), (2.0, 1.0, 3)))
    assert text.splitlines()[1:] == ["0.3333333333333333,0.9,1000000", "2,1,3"]


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@sum", "\t=1", "\r=1", "\n=1", "  =1", "＝1", "＠sum"])
def test_text_that_looks_like_a_formula_gets_an_apostrophe(text: str) -> None:
    """Text that looks like a formula gets an apostrophe."""
    assert cell_text(text) == "'" + text


def test_negative_numbers_are_no_formulas() -> None:
    """Negative numbers are no formulas."""
    assert cell_text(-1.5) == "-1.5"
    assert cell_text(-0.0, 4) == "0.0000"


@pytest.mark.parametrize("blank", [None, float("nan"), pd.NaT, pd.NA, ""])
def test_blanks_stay_blank(blank: object) -> None:
    """Blanks stay blank."""
    assert cell_text(blank, 4) == ""


def test_truth_dates_and_several_values() -> None:
    """Truth dates and several values."""
    assert cell_text(True) == "yes"  # noqa: FBT003
    assert cell_text(dt.date(2026, 7, 5)) == "2026-07-05"
    assert cell_text(("fleet", "docks")) == "fleet|docks"
    assert cell_text(("=cmd", "docks")) == "'=cmd|docks"


def test_infinity_is_refused() -> None:
    """Infinity is refused."""
    with pytest.raises(ValueError, match="infinite"):
        cell_text(float("inf"))
