"""The reorder folder: what is in it, safe to open, whole or not at all, the same bytes every time."""

from __future__ import annotations

import csv
import json
import os
import subprocess
import sys
from datetime import datetime
from pathlib import Path

import pytest
from openpyxl import load_workbook
from reorder_regions import ON, hand_region, make_region

from stockpile.errors import DataError
from stockpile.reorder import write_reorder, writing

FILES = {
    "budget.csv",
    "manifest.json",
    "overview.csv",
    "reorder.csv",
    "reorder.md",
    "reorder.xlsx",
    "rotate.csv",
    "transfers.csv",
}


def contents(folder: Path) -> dict[str, bytes]:
    """Return the bytes of every file of a folder."""
    return {path.name: path.read_bytes() for path in folder.iterdir()}


def test_the_same_plan_gives_the_same_bytes(tmp_path: Path) -> None:
    """Written to another folder and written again over the first one."""
    first = contents(write_reorder(hand_region(), ON, tmp_path / "a").folder)
    assert set(first) == FILES
    assert contents(write_reorder(hand_region(), ON, tmp_path / "b").folder) == first
    assert contents(write_reorder(hand_region(), ON, tmp_path / "a").folder) == first
    assert {path.name for path in tmp_path.iterdir()} == {"a", "b"}


def test_hash_seed_and_working_directory_change_nothing(tmp_path: Path) -> None:
    """A fresh process with another PYTHONHASHSEED, elsewhere, into the default folder."""
    first = contents(write_reorder(hand_region(), ON, tmp_path / "a").folder)
    code = (
        "from reorder_regions import ON, hand_region\n"
        "from stockpile.reorder import write_reorder\n"
        "write_reorder(hand_region(), ON)\n"
    )
    here = Path(__file__).parent
    paths = os.pathsep.join([str(here), str(here.parents[1])])
    environment = {**os.environ, "PYTHONHASHSEED": "7", "PYTHONPATH": paths}
    subprocess.run([sys.executable, "-c", code], cwd=tmp_path, env=environment, check=True)  # noqa: S603
    assert contents(tmp_path / "runs" / "test_region" / "reorder-2026-07-05") == first


def test_the_workbook_has_an_overview_and_one_sheet_per_warehouse(tmp_path: Path) -> None:
    """Both languages in the headings; the numbers of a sheet are those of the table; dates are dates."""
    folder = write_reorder(hand_region(), ON, tmp_path / "a").folder
    book = load_workbook(folder / "reorder.xlsx")
    assert book.sheetnames == ["总览 Overview", "W-D W-D名", "W-A W-A名", "W-B W-B名", "W-C W-C名"]
    sheet = book["W-B W-B名"]
    assert "W-B名 (W-B)" in sheet["A1"].value
    rows = list(sheet.iter_rows(values_only=True))
    start = next(number for number, row in enumerate(rows) if row[0] == "物资\nitem name (Chinese)")
    line = dict(zip(rows[start], rows[start + 1], strict=True))
    assert line["采购量\nunits to buy"] == 312
    due = next(number for number, row in enumerate(rows) if row[2] == "最迟下单日\norder by")
    assert rows[due + 1][2] == datetime(2026, 7, 5)  # noqa: DTZ001
    assert any(str(row[0]).startswith("water名: F-1: 432 = 2000 persons x 0.012") for row in rows)
    assert any(str(row[0]).startswith("放不下") for row in rows)


def test_links_of_the_overview_lead_to_the_sheets(tmp_path: Path) -> None:
    """Each warehouse id of the overview opens its own sheet."""
    book = load_workbook(write_reorder(hand_region(), ON, tmp_path / "a").folder / "reorder.xlsx")
    overview = book["总览 Overview"]
    links = {cell.value: cell.hyperlink.location for (cell,) in overview["A1:A40"] if cell.hyperlink}
    assert links == {f"W-{name}": f"'W-{name} W-{name}名'!A1" for name in "ABCD"}


def test_tables_as_csv_hold_the_plan(tmp_path: Path) -> None:
    """Blank for nothing, ISO days, two decimals for money."""
    folder = write_reorder(hand_region(), ON, tmp_path / "a").folder
    with (folder / "reorder.csv").open(encoding="utf-8", newline="") as file:
        rows = {row["warehouse"]: row for row in csv.DictReader(file)}
    assert (rows["W-B"]["cost_yuan"], rows["W-B"]["order_by"], rows["W-B"]["order_later"]) == (
        "468.00",
        "2026-07-05",
        "",
    )


def test_the_manifest_names_inputs_and_outputs(tmp_path: Path) -> None:
    """Nothing in it depends on the time or the machine's folders."""
    folder = write_reorder(hand_region(), ON, tmp_path / "a").folder
    manifest = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    assert manifest["inputs"] == {"test_region/lots.csv": "0" * 64}
    assert set(manifest["outputs"]) == FILES - {"manifest.json"}
    assert str(tmp_path) not in json.dumps(manifest)


def test_text_that_looks_like_a_formula_is_text(tmp_path: Path) -> None:
    """A name from the data must not run when the sheet is opened, nor break a Markdown table."""
    region = make_region(
        places=[{"id": "A"}],
        warehouses=[{"id": "W-A", "place": "A", "name_zh": '=HYPERLINK("http://x","[a]")'}],
        items=[{"id": "water", "name_zh": "@SUM(1)|<b>x</b>"}],
        lots=[
            {"id": "-1", "warehouse": "W-A", "item": "water", "quantity": 1, "expires_on": ON, "owner": "+1"}
        ],
    )
    folder = write_reorder(region, ON, tmp_path / "a").folder
    with (folder / "rotate.csv").open(encoding="utf-8", newline="") as file:
        row = next(csv.DictReader(file))
    assert (row["warehouse_name_zh"][:2], row["item_name_zh"][:2], row["lot"], row["owner"]) == (
        "'=",
        "'@",
        "'-1",
        "'+1",
    )
    assert row["days_left"] == "0"
    for sheet in load_workbook(folder / "reorder.xlsx"):
        assert all(cell.data_type != "f" for row in sheet.iter_rows() for cell in row)
    summary = (folder / "reorder.md").read_text(encoding="utf-8")
    assert "<b>" not in summary
    assert "@SUM(1)\\|&lt;b&gt;" in summary


def test_names_of_sheets_are_legal_and_differ(tmp_path: Path) -> None:
    """Long names are cut to 31 characters, equal ones numbered, forbidden signs replaced."""
    long_name = "六安市金安区" * 6
    warehouses = [
        {"id": f"{'W' * 30}{number}", "place": "A", "name_zh": f"[{long_name}]/*?:"} for number in range(3)
    ]
    region = make_region(places=[{"id": "A"}], warehouses=warehouses, items=[{"id": "water"}])
    book = load_workbook(write_reorder(region, ON, tmp_path / "a").folder / "reorder.xlsx")
    assert len({name.casefold() for name in book.sheetnames}) == 4
    assert all(len(name) <= 31 and not set("[]:*?/\\") & set(name) for name in book.sheetnames)


def test_files_that_are_not_ours_are_left_alone(tmp_path: Path) -> None:
    """A file, a stranger's folder and an own folder with a note in it are refused and stay as they are."""
    note = tmp_path / "note.txt"
    note.write_text("mine", encoding="utf-8")
    own = write_reorder(hand_region(), ON, tmp_path / "own").folder
    (own / "remarks.docx").write_text("mine", encoding="utf-8")
    strange = tmp_path / "strange"
    strange.mkdir()
    (strange / "manifest.json").write_text('{"schema": "stockpile-report/1"}', encoding="utf-8")
    for place in (note, tmp_path, own, strange):
        before = contents(place) if place not in {note, tmp_path} else {}
        with pytest.raises(DataError, match=r"--out.*Remedy: choose a new folder"):
            write_reorder(hand_region(), ON, place)
        assert before == (contents(place) if before else {})
    assert note.read_text(encoding="utf-8") == "mine"


def test_an_empty_folder_and_a_lock_file_are_no_obstacle(tmp_path: Path) -> None:
    """The allowed cases: a new empty folder, and an earlier result that a spreadsheet still has open."""
    (tmp_path / "a").mkdir()
    folder = write_reorder(hand_region(), ON, tmp_path / "a").folder
    (folder / "~$reorder.xlsx").write_bytes(b"lock")
    assert set(contents(write_reorder(hand_region(), ON, folder).folder)) == FILES


def test_a_failure_leaves_the_earlier_result(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The folder is replaced whole or not at all, and nothing is left lying about."""
    folder = write_reorder(hand_region(), ON, tmp_path / "a").folder
    before = contents(folder)

    def broken(*_: object) -> None:
        raise OSError("disk full")

    monkeypatch.setattr(writing, "write_workbook", broken)
    with pytest.raises(DataError, match="cannot be written: disk full"):
        write_reorder(hand_region(), ON, folder)
    assert contents(folder) == before
    assert [path.name for path in tmp_path.iterdir()] == ["a"]


def test_importing_the_verb_loads_neither_solver_nor_spreadsheet_library() -> None:
    """--help must answer at once."""
    code = (
        "import sys, stockpile.reorder; sys.exit(bool({'ortools', 'xlsxwriter'}.intersection(sys.modules)))"
    )
    root = Path(__file__).parents[2]
    assert subprocess.run([sys.executable, "-c", code], cwd=root, check=False).returncode == 0  # noqa: S603
