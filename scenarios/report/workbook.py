"""plan.xlsx: the plan as sheets for the planner, the warehouses and the drivers."""

from __future__ import annotations

from pathlib import Path

from scenarios.report.crew_sheets import driver_sheets, load_sheets, on_site_sheets
from scenarios.report.office_sheets import coverage_sheet, gaps_sheet, summary_sheet, trips_sheet
from scenarios.report.wording import names_of
from scenarios.result import RunResult
from stockpile.output.workbook import write_sheets


def write_workbook(result: RunResult, path: Path) -> None:
    """Write the workbook: summary, trips, loading, hand-out on the spot, driving, gaps, coverage."""
    names = names_of(result.region)
    sheets = (
        summary_sheet(result, names),
        trips_sheet(result, names),
        *load_sheets(result, names),
        *on_site_sheets(result, names),
        *driver_sheets(result, names),
        gaps_sheet(result, names),
        coverage_sheet(result, names),
    )
    write_sheets(sheets, path, title=result.spec)
