"""Modes go by their Chinese and English names wherever a report shows them."""

from __future__ import annotations

import io
from dataclasses import replace
from pathlib import Path
from typing import get_args

import openpyxl
import pytest
from report_fixture import sample_result
from rich.console import Console

from routing.fleet import Mode
from scenarios.report.markdown import report_markdown
from scenarios.report.mode_words import MODE_NAMES, carried_by_mode, mode_text
from scenarios.report.terminal import show_run
from scenarios.report.workbook import write_workbook
from scenarios.result import RunResult


def by_modes(*modes: str) -> RunResult:
    """The sample result, its trips by these modes in turn."""
    result = sample_result()
    trips = result.tables["trips"]
    turned = [modes[number % len(modes)] for number in range(len(trips))]
    return replace(result, tables={**result.tables, "trips": trips.assign(mode=turned)})


def test_every_mode_has_its_names() -> None:
    """The words of the reports are those of the engine."""
    assert tuple(MODE_NAMES) == get_args(Mode)
    assert mode_text("drone") == "无人机 drone"
    assert mode_text("mule") == "mule"


def test_what_each_mode_carries_adds_up() -> None:
    """Trips and tonnes are those of the plan, in the order road, water, air, drone, porter."""
    result = by_modes("drone", "road")
    trips, carried = result.tables["trips"], carried_by_mode(result)
    assert [each.mode for each in carried] == ["road", "drone"]
    assert sum(each.trips for each in carried) == len(trips)
    assert sum(each.tonnes for each in carried) == pytest.approx(trips["weight_kg"].sum() / 1000)
    assert sum(each.km for each in carried) == pytest.approx(trips["drive_km"].sum())


def test_modes_show_in_the_report_and_on_the_terminal() -> None:
    """Named where there is more to say than that trucks drive."""
    screen = io.StringIO()
    for result, told in ((by_modes("air", "porter"), True), (by_modes("road"), False)):
        section = report_markdown(result, picture="p.svg").split("## 3 ")[1].split("## 4 ")[0]
        screen = io.StringIO()
        show_run(result, Path("out"), Console(file=screen, width=80))
        for text in (section, screen.getvalue()):
            assert ("空运 air" in text) == ("背运 porter" in text) == told


def test_modes_show_in_the_trips_sheet(tmp_path: Path) -> None:
    """One column, for every trip."""
    write_workbook(by_modes("drone"), tmp_path / "plan.xlsx")
    rows = openpyxl.load_workbook(tmp_path / "plan.xlsx")["车次 trips"].iter_rows(values_only=True)
    cells = [cell for row in rows for cell in row if cell == "无人机 drone"]
    assert len(cells) == len(sample_result().tables["trips"])
