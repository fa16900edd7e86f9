"""plan.xlsx: read again by another library."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pandas as pd
import pytest
from openpyxl import Workbook, load_workbook
from openpyxl.worksheet.worksheet import Worksheet
from report_fixture import FORMULA_NAME, LONG_NAME, PIPE_NAME, sample_result

from scenarios.report.workbook import write_workbook


@pytest.fixture(scope="module")
def book(tmp_path_factory: pytest.TempPathFactory) -> Workbook:
    """The workbook as openpyxl reads it."""
    path = tmp_path_factory.mktemp("book") / "plan.xlsx"
    write_workbook(sample_result(), path)
    return load_workbook(path)


def table_of(sheet: Worksheet) -> list[dict[str, object]]:
    """Rows below the repeated header row, by the English half of the header."""
    header = int(str(sheet.print_title_rows).split(":")[-1].strip("$"))
    keys = [str(cell.value).split("\n")[1] for cell in sheet[header]]
    return [
        dict(zip(keys, row, strict=True)) for row in sheet.iter_rows(min_row=header + 1, values_only=True)
    ]


def test_sheets_stand_in_order_with_one_per_loading_point_and_owner(book: Workbook) -> None:
    """Sheets stand in order with one per loading point and owner."""
    assert book.sheetnames == [
        "总表 summary",
        "车次 trips",
        "装 =协议|货场 +协议货场",
        f"装 W-01 {LONG_NAME}"[:31],
        "装 W-02 木厂 库",
        "就地发放 On-site",
        '车队 "金安"|货运公司',
        "车队 冲锋舟队",
        "缺口 gaps",
        "覆盖 coverage",
    ]


def test_no_cell_is_a_formula_or_an_error(book: Workbook) -> None:
    """No cell is a formula or an error, whatever a name says."""
    cells = [cell for sheet in book for row in sheet.iter_rows() for cell in row]
    assert {cell.data_type for cell in cells} <= {"s", "n", "d"}
    assert any(str(cell.value).startswith(FORMULA_NAME) for cell in cells)


def test_the_only_links_lead_from_the_summary_to_the_load_sheets(book: Workbook) -> None:
    """No link comes from a name of the data; each one opens the sheet of its loading point."""
    links = {
        str(cell.value): str(cell.hyperlink.location)
        for sheet in book
        for row in sheet.iter_rows()
        for cell in row
        if cell.hyperlink
    }
    assert links["+协议货场 (=协议|货场)"] == "'装 =协议|货场 +协议货场'!A1"
    assert sorted(links.values()) == sorted(
        f"'{name}'!A1" for name in book.sheetnames if name.startswith("装 ")
    )


def test_load_sheet_names_its_loading_point_in_both_languages_with_its_id(book: Workbook) -> None:
    """Load sheet names its loading point in both languages with its id."""
    assert book[book.sheetnames[2]]["A1"].value == "装货单 Load sheet: +协议货场 Agreement yard (=协议|货场)"


def test_a_vehicle_stays_on_one_page(tmp_path: Path) -> None:
    """A driver sheet of many vehicles breaks before a vehicle, never within one that fits a page."""
    result = sample_result()
    tables = dict(result.tables)
    for name in ("trips", "legs", "load_lines"):
        rows = tables[name][tables[name]["trip_id"] == "T0001"]
        copies = [rows.assign(trip_id=f"T1{number:03d}") for number in range(40)]
        if name == "trips":
            copies = [copy.assign(vehicle_id=f"F-1#{number:02d}") for number, copy in enumerate(copies)]
        tables[name] = pd.concat(copies, ignore_index=True)
    write_workbook(replace(result, tables=tables), tmp_path / "plan.xlsx")
    sheet = load_workbook(tmp_path / "plan.xlsx")['车队 "金安"|货运公司']
    breaks = [int(stop.id) for stop in sheet.row_breaks.brk]
    assert len(breaks) > 1
    assert all(sheet.cell(row, 1).value != sheet.cell(row + 1, 1).value for row in breaks)


def test_load_sheet_lists_lots_in_picking_order(book: Workbook) -> None:
    """Load sheet lists lots in picking order."""
    rows = table_of(book[book.sheetnames[3]])
    assert [(row["pick"], row["lot"], row["quantity"]) for row in rows] == [
        (1, "L-1", 1200),
        (2, "+L-2", 400),
        (3, "L-1", 2400),
    ]
    assert rows[1]["item"] == "棉被"
    assert rows[0]["for site"] == f"{FORMULA_NAME} (S-2)"
    assert (rows[0]["vehicle"], rows[0]["type"]) == ("F-1#01", "五吨货车")


def test_load_sheets_hold_every_unit_of_the_plan(book: Workbook) -> None:
    """Load sheets hold every unit of the plan."""
    loads = [table_of(sheet) for sheet in book if sheet.title.startswith("装 ")]
    units = sum(int(str(row["quantity"])) for rows in loads for row in rows)
    assert units == int(sample_result().tables["load_lines"]["quantity"].sum())


def test_on_site_sheet_lists_what_community_points_hand_out_grouped_by_site(tmp_path: Path) -> None:
    """Every unit that is handed out without a vehicle, with a box to tick; a site stays on one page."""
    result = sample_result()
    issues = [
        (f"S-{site}", "W-C1", f"L-{site}-{lot:02d}", "water", lot + 1, 0)
        for lot in range(12)
        for site in (3, 1, 4, 2, 5)
    ]
    table = pd.DataFrame(issues, columns=result.tables["local_issues"].columns)
    write_workbook(replace(result, tables={**result.tables, "local_issues": table}), tmp_path / "plan.xlsx")
    sheet = load_workbook(tmp_path / "plan.xlsx")["就地发放 On-site"]
    rows = table_of(sheet)
    sites = [str(row["site"]) for row in rows]
    assert sites == sorted(sites, key=lambda site: site.split("(S-")[1])
    assert [row["lot"] for row in rows] == sorted(table["lot_id"])
    assert rows[0] == {
        "handed out": None, "site": f"{PIPE_NAME} (S-1)", "community point": "社区点 (W-C1)",
        "lot": "L-1-00", "item": "饮用水", "quantity": 1, "unit": "瓶",
    }  # fmt: skip
    breaks = [int(stop.id) for stop in sheet.row_breaks.brk]
    assert breaks
    assert all(sheet.cell(row, 2).value != sheet.cell(row + 1, 2).value for row in breaks)


def test_driver_sheets_hold_every_leg_in_driving_order(book: Workbook) -> None:
    """Driver sheets hold every leg in driving order."""
    rows = table_of(book['车队 "金安"|货运公司'])
    assert [(row["trip"], row["work"]) for row in rows] == [
        ("T0001", "装货 load"),
        ("T0001", "卸货 unload"),
        ("T0001", "卸货 unload"),
        ("T0002", "装货 load"),
        ("T0002", "卸货 unload"),
    ]
    assert rows[2]["to unload"] == "饮用水 1,200 瓶、棉被 400 床"
    assert rows[3]["to"] == "+协议货场"
    assert rows[0]["roads"] == "G312 → 皖西大道"


def test_a_way_back_stands_on_the_driver_sheet_without_work(tmp_path: Path) -> None:
    """The last leg of a vehicle that must return leads to its base, where nothing is loaded or unloaded."""
    result = sample_result()
    legs = result.tables["legs"]
    last = legs[legs["trip_id"] == "T0002"].iloc[[-1]]
    back = last.assign(leg=last["leg"] + 1, to_id="F-1", depart_h=9.0, arrive_h=9.5)
    tables = {**result.tables, "legs": pd.concat([legs, back], ignore_index=True)}
    write_workbook(replace(result, tables=tables), tmp_path / "plan.xlsx")
    row = table_of(load_workbook(tmp_path / "plan.xlsx")['车队 "金安"|货运公司'])[-1]
    assert (row["trip"], row["work"], row["start"], row["end"]) == ("T0002", "收车 return", None, None)
    assert row["to unload"] is None


def test_times_are_numbers_shown_as_hours_and_minutes(book: Workbook) -> None:
    """Times are numbers shown as hours and minutes."""
    sheet = book["车次 trips"]
    header = int(str(sheet.print_title_rows).split(":")[-1].strip("$"))
    cell = sheet.cell(header + 1, 9)
    assert cell.number_format == "[h]:mm"
    write_hours = [row["load"] for row in table_of(sheet)]
    assert [
        hours.total_seconds() / 3600 if hasattr(hours, "total_seconds") else None for hours in write_hours
    ] == [0.7, 0.75, 3.5]


def test_gaps_and_coverage_keep_numbers_as_numbers(book: Workbook) -> None:
    """Gaps and coverage keep numbers as numbers."""
    gaps = table_of(book["缺口 gaps"])
    assert [row["people"] for row in gaps] == [3000, 2000, 800]
    coverage = table_of(book["覆盖 coverage"])
    assert [row["8 h"] for row in coverage] == [12_000, 9_000, 4_000, 0, 0]
    assert [row["people"] for row in coverage] == [12_000, 9_000, 6_000, 3_000, 800]


def test_every_sheet_prints_landscape_on_pages_as_wide_as_the_table(book: Workbook) -> None:
    """Every sheet prints landscape on pages as wide as the table."""
    for sheet in book:
        assert sheet.page_setup.orientation == "landscape"
        assert sheet.page_setup.paperSize == 9
        assert sheet.page_setup.fitToHeight == 0
        fitting = sheet.sheet_properties.pageSetUpPr
        assert fitting is not None
        assert fitting.fitToPage
        assert sheet.freeze_panes is not None
        if sheet.title != "总表 summary":
            assert sheet.print_title_rows is not None


def test_headers_are_chinese_and_english(book: Workbook) -> None:
    """Headers are chinese and english."""
    sheet = book["缺口 gaps"]
    header = int(str(sheet.print_title_rows).split(":")[-1].strip("$"))
    assert [cell.value for cell in sheet[header]][:3] == ["乡镇街道\ntownship", "安置点\nsite", "名称\nname"]


def test_same_result_gives_same_bytes(tmp_path: Path) -> None:
    """Same result gives same bytes."""
    for name in ("a.xlsx", "b.xlsx"):
        write_workbook(sample_result(), tmp_path / name)
    assert (tmp_path / "a.xlsx").read_bytes() == (tmp_path / "b.xlsx").read_bytes()


def test_a_plan_without_trips_and_gaps_still_makes_a_workbook(tmp_path: Path) -> None:
    """A plan without trips and gaps still makes a workbook."""
    result = sample_result()
    emptied = {name: result.tables[name].iloc[:0] for name in result.tables}
    write_workbook(replace(result, tables=emptied, gaps=()), tmp_path / "plan.xlsx")
    assert load_workbook(tmp_path / "plan.xlsx").sheetnames == [
        "总表 summary",
        "车次 trips",
        "缺口 gaps",
        "覆盖 coverage",
    ]
