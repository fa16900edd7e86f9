"""First goods in every output: townships, the last arrival, who is late, what is not judged."""

from __future__ import annotations

import io
from dataclasses import replace
from pathlib import Path

import openpyxl
import pytest
from report_fixture import sample_result
from rich.console import Console

from scenarios.report.json_report import report_document
from scenarios.report.markdown import report_markdown
from scenarios.report.picture import people_by_hour_svg
from scenarios.report.terminal import show_run
from scenarios.report.workbook import write_workbook
from scenarios.result import RunResult


def shown_on_terminal(result: RunResult) -> str:
    """What a terminal of 80 columns shows."""
    stream = io.StringIO()
    show_run(result, Path("out"), Console(file=stream, width=80))
    return stream.getvalue()


def summary_cells(result: RunResult, folder: Path) -> str:
    """All texts and numbers of the summary sheet."""
    write_workbook(result, folder / "plan.xlsx")
    sheet = openpyxl.load_workbook(folder / "plan.xlsx").worksheets[0]
    return " ".join(
        str(cell) for row in sheet.iter_rows(values_only=True) for cell in row if cell is not None
    )


@pytest.fixture(params=["terminal", "markdown", "workbook"])
def text(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """One output of the sample run."""
    result = sample_result()
    if request.param == "terminal":
        return shown_on_terminal(result)
    if request.param == "markdown":
        return report_markdown(result, picture="p.svg")
    return summary_cells(result, tmp_path)


def test_a_missed_promise_names_the_late_townships_and_their_hour(text: str) -> None:
    """Two townships, none in time, first goods at 2.75 h and 5 h."""
    assert "county-2h" in text
    assert "木厂镇" in text
    assert "马头镇" in text
    assert "2.75" in text


def test_a_promise_without_a_warehouse_says_that_it_is_not_judged(text: str) -> None:
    """In words, not as a miss."""
    words = " ".join(text.split())
    assert "city-8h" in words
    assert "not judged: no city warehouse with goods of the basket in the tables" in words


def test_a_verdict_says_how_many_promises_are_not_judged() -> None:
    """All that can be judged is met, and one of the two promises of first goods cannot be."""
    result = sample_result()
    kept = replace(
        result,
        targets=tuple(replace(target, met=True) for target in result.targets),
        first_goods=tuple(replace(goods, met=goods.judged) for goods in result.first_goods),
    )
    assert kept.targets_met
    assert "1 项不考核, 1 not judged" in " ".join(shown_on_terminal(kept).split())
    page = report_markdown(kept, picture="p.svg")
    assert "Verdict: every target that can be judged is met; not judged: 1 promise." in page
    assert "every target is met" not in page


def test_a_missed_promise_says_why_townships_are_late_and_what_is_possible(text: str) -> None:
    """One came behind others, one is called out too late; no plan reaches more than one."""
    words = " ".join(text.split())
    assert "others came first" in words
    assert "slow call-out" in words
    assert "上限" in words


def test_the_report_says_what_mends_late_first_goods() -> None:
    """A step for each cause of a promise that was missed, none for one that was kept."""
    result = sample_result()
    page = report_markdown(result, picture="p.svg")
    assert "No plan reaches more than 1." in page
    steps = [line for line in page.splitlines() if "首批物资 county-2h（" in line]
    assert len(steps) == 2
    assert "1 township；动员太慢 slow call-out" in steps[0]
    assert "Warn crews and warehouses before the order." in steps[0]
    kept = replace(result, first_goods=tuple(replace(goods, met=True) for goods in result.first_goods))
    assert "首批物资 county-2h（" not in report_markdown(kept, picture="p.svg")


def test_json_lists_the_late_townships_most_people_first() -> None:
    """With people, hours and causes; a promise that is not judged lists none."""
    county, city = report_document(sample_result())["first_goods"]  # type: ignore[misc]
    assert county["late"] == [
        {
            "township": "341502101",
            "people": 21_000,
            "first_h": 2.75,
            "soonest_h": 1.5,
            "causes": ["others"],
        },
        {
            "township": "341502102",
            "people": 9_800,
            "first_h": 5,
            "soonest_h": 4.25,
            "causes": ["callout", "distance"],
        },
    ]
    assert (county["judged"], county["met"], county["last_h"]) == (True, False, 5)
    assert (city["judged"], city["met"], city["late"]) == (False, False, [])


def test_what_is_not_judged_is_neither_met_nor_missed() -> None:
    """The verdict rests on the others; with nothing to judge no target is met."""
    result = sample_result()
    kept = tuple(replace(target, met=True) for target in result.targets)
    county, city = result.first_goods
    good = replace(result, targets=kept, first_goods=(replace(county, met=True), city))
    assert good.targets_met
    assert not replace(good, first_goods=(county, city)).targets_met
    counted_only = tuple(replace(target, judged=False) for target in kept)
    assert not replace(good, targets=counted_only, first_goods=(city,)).targets_met


def test_people_that_are_only_counted_are_no_promise() -> None:
    """Where only first goods are promised, no share is required and nobody is said to be missed."""
    result = sample_result()
    counted_only = tuple(replace(target, judged=False, required=0.0) for target in result.targets)
    counted = replace(result, targets=counted_only, gaps=())
    page = report_markdown(counted, picture="p.svg")
    assert page.count("— 不考核 not judged") == 3
    assert "still wait." not in page.split("## 1")[0].split("When the plan ends")[0]
    assert "≥" not in people_by_hour_svg(counted)
