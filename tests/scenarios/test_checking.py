"""Rows of a check against a baseline: what is worse, what is better, and how both are written."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest
from report_fixture import sample_result

from scenarios.checking.baseline import check_baseline_fits, compare, updated
from scenarios.checking.rows import CheckRow, Terms, error_row, read_rows, row_of, rows_text
from scenarios.checking.writing import Checked, check_markdown, junit_xml
from stockpile.errors import DataError

FLOOD = CheckRow(
    *("valley", "flood", "quick", 1, "missed"),
    targets=("all-8h=missed:0.8000", "county-6h=met:1.0000", "city-8h=not-judged"),
    supplied=("8=8000", "24=10000"),
    people=10_000,
    gap="0.1000",
    worst_township="101",
    worst_name="北乡",
    worst_people=900,
)
ICE = replace(FLOOD, scenario="ice", verdict="met", targets=("all-8h=met:1.0000",))


def worse_and_better(now: CheckRow, before: CheckRow = FLOOD, tolerance: float = 0.01) -> tuple[str, str]:
    """Return the messages of what is worse and of what is better."""
    found = compare([now], [before], tolerance)
    return tuple("; ".join(f.message for f in found if f.worse == worse) for worse in (True, False))


def test_the_row_of_a_run() -> None:
    """Targets to people, then to townships; people at their hours and the end; the worst township."""
    row = row_of(replace(sample_result(), tables={**sample_result().tables, "curve": curve()}))
    assert row.targets == (
        *("half-4h=met:0.2000", "everyone-8h=missed:0.8333"),
        *("county-2h=missed:0.0000", "city-8h=not-judged"),
    )
    assert row.supplied == ("4=6000", "8=25000", "24=30000")
    assert (row.spec, row.verdict, row.gap, row.people) == (
        "luan_jinan/meiyu-flood",
        "missed",
        "0.2000",
        30_800,
    )
    assert row.exempt == 800
    assert (row.worst_township, row.worst_name) == ("341502101", "木厂镇")


def curve():  # noqa: ANN201 - a frame
    """The curve of people at the hours of the report."""
    frame = sample_result().tables["curve"]
    rows = [(4.0, 6_000, 0.2), (8.0, 25_000, 0.8), (24.0, 30_000, 0.97)]
    return type(frame)(rows, columns=frame.columns)


def test_the_same_row_is_neither_worse_nor_better() -> None:
    """Nor is one within the tolerance, up or down."""
    assert worse_and_better(FLOOD) == ("", "")
    for people in (7920, 8080):
        assert worse_and_better(replace(FLOOD, supplied=(f"8={people}", "24=10000"))) == ("", "")
        share = (f"all-8h=missed:{people / 10_000:.4f}", *FLOOD.targets[1:])
        assert worse_and_better(replace(FLOOD, targets=share)) == ("", "")


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (
            {"supplied": ("8=7919", "24=10000")},
            "people supplied by hour 8 fell by 81 (1.0 %), from 8,000 to 7,919",
        ),
        (
            {"verdict": "broken", "error": "over_issue: L-1"},
            "the verdict was missed and is broken: over_issue: L-1",
        ),
        ({"verdict": "error", "error": "KeyError: 1"}, "the verdict was missed and is error: KeyError: 1"),
        (
            {"targets": ("all-8h=missed:0.8", "county-6h=missed:0.9", "city-8h=not-judged")},
            "target county-6h was met and is missed",
        ),
        (
            {"targets": ("all-8h=missed:0.8", "county-6h=not-judged", "city-8h=not-judged")},
            "target county-6h was met and is not-judged",
        ),
        (
            {"targets": ("all-8h=missed:0.7919", "county-6h=met:1.0000", "city-8h=not-judged")},
            "the share of target all-8h fell from 0.8000 to 0.7919",
        ),
        ({"people": 10_001}, "the affected people were 10,000 and are 10,001"),
        ({"people": 9_999}, "the affected people were 10,000 and are 9,999"),
        ({"exempt": 101}, "people whom no mode reaches rose from 0 to 101"),
        ({"targets": ("all-8h=missed:0.8000",)}, "the targets or their hours are others"),
        ({"supplied": ("6=8000", "24=10000")}, "the targets or their hours are others"),
    ],
)
def test_what_is_worse_fails_the_check(change: dict[str, object], words: str) -> None:
    """Each says what it was and what it is, and nothing is called better."""
    worse, better = worse_and_better(replace(FLOOD, **change))  # type: ignore[arg-type]
    assert words in worse
    assert better == ""


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"supplied": ("8=8081", "24=10000")}, "people supplied by hour 8 rose by 81"),
        (
            {"targets": ("all-8h=missed:0.8081", "county-6h=met:1.0000", "city-8h=not-judged")},
            "the share of target all-8h rose from 0.8000 to 0.8081",
        ),
        ({"verdict": "met"}, "the verdict was missed and is met"),
        (
            {"targets": ("all-8h=missed:0.8", "county-6h=met:1.0", "city-8h=missed:0.5")},
            "target city-8h was not-judged and is missed",
        ),
    ],
)
def test_what_is_better_asks_for_a_new_baseline(change: dict[str, object], words: str) -> None:
    """It does not fail."""
    now = replace(FLOOD, **change)  # type: ignore[arg-type]
    worse, better = worse_and_better(now)
    assert (words in better, worse) == (True, "")
    assert "update the baseline" in compare([now], [FLOOD], 0.01)[0].remedy


def test_a_scenario_and_a_baseline_must_belong_together() -> None:
    """Missing, gone, or planned otherwise: each is told with the remedy."""
    rows = [FLOOD, ICE]
    quick, both = Terms("quick", 1), ["valley/flood", "valley/ice"]
    check_baseline_fits(both, rows, "b.csv", quick, whole=True)
    check_baseline_fits(["valley/flood"], rows, "b.csv", quick, whole=False)
    cases = (
        ([*both, "valley/fire"], quick, "valley/fire.*is not in the baseline"),
        (["valley/flood"], quick, "valley/ice.*is no scenario"),
        (both, Terms("standard", 1), "with effort quick, seed 1; asked for is effort standard, seed 1"),
        (both, Terms("quick", 2), "asked for is effort quick, seed 2"),
        (both, Terms("quick", 1, profile="national"), "asked for is effort quick, seed 1, targets national"),
        (both, Terms("quick", 1, scale="township"), "asked for is effort quick, seed 1, scale township"),
    )
    for specs, terms, words in cases:
        with pytest.raises(DataError, match=words) as raised:
            check_baseline_fits(specs, rows, "b.csv", terms, whole=True)
        assert "--update-baseline" in str(raised.value)


def test_updating_some_rows_keeps_the_others() -> None:
    """All of them are replaced with `whole`; a scenario without a plan is never accepted."""
    better = replace(FLOOD, verdict="met")
    assert updated([FLOOD, ICE], [better], whole=False) == (better, ICE)
    assert updated([FLOOD, ICE], [better], whole=True) == (better,)
    for unsound in (
        error_row("valley/flood", Terms("quick", 1), "KeyError: x"),
        replace(FLOOD, verdict="broken"),
    ):
        with pytest.raises(DataError, match="has no sound plan"):
            updated([FLOOD], [unsound], whole=False)


def test_rows_come_back_from_their_file(tmp_path: Path) -> None:
    """Byte for byte the same when they are written again."""
    fire = error_row("valley/fire", Terms("quick", 7, "national", "community"), "a, b\nc")
    rows = (FLOOD, replace(ICE, profile="national", scale="township"), fire)
    file = tmp_path / "baseline.csv"
    file.write_text(rows_text(rows), encoding="utf-8")
    assert read_rows(file) == rows
    assert rows_text(read_rows(file)) == rows_text(rows)


def test_a_baseline_without_the_columns_of_profile_and_scale_is_of_the_scenarios_own(tmp_path: Path) -> None:
    """Both are blank."""
    lines = rows_text([FLOOD]).splitlines()
    file = tmp_path / "baseline.csv"
    file.write_text("".join(f"{line.rsplit(',', 2)[0]}\n" for line in lines), encoding="utf-8")
    assert "scale" not in file.read_text("utf-8")
    assert read_rows(file) == (FLOOD,)


@pytest.mark.parametrize("text", ["", "region,scenario\na,b\n", rows_text([FLOOD]).replace("missed", "lost")])
def test_what_is_no_baseline_is_refused(tmp_path: Path, text: str) -> None:
    """With the way to a new one; an empty file has no rows and lacks every scenario."""
    file = tmp_path / "baseline.csv"
    file.write_text(text, encoding="utf-8")
    if not text:
        assert read_rows(file) == ()
        return
    with pytest.raises(DataError, match="--update-baseline"):
        read_rows(file)


@pytest.fixture
def checked() -> Checked:
    """Return a check in which one scenario got worse, one is as it was, one could not be planned."""
    rows = (
        replace(FLOOD, supplied=("8=7000", "24=10000")),
        ICE,
        error_row("valley/fire", Terms("quick", 1), "<no> & none"),
    )
    return Checked(rows, compare(rows, [FLOOD, ICE, replace(ICE, scenario="fire")], 0.01), "baseline.csv")


def test_junit_has_a_case_a_scenario(checked: Checked) -> None:
    """Worse is a failure with the remedy, no plan is an error, the others pass; no time of any clock."""
    suite = ET.fromstring(junit_xml(checked))  # noqa: S314 - our own text
    assert suite.attrib == {"name": "stockpile check", "tests": "3", "failures": "1", "errors": "1"}
    flood, ice, fire = suite
    assert (flood.get("classname"), flood.get("name")) == ("valley", "flood")
    failure = flood.find("failure")
    assert failure is not None
    assert "fell by 1,000 (12.5 %)" in failure.attrib["message"]
    assert "--update-baseline" in str(failure.text)
    assert [child.tag for child in ice] == ["system-out"]
    error = fire.find("error")
    assert error is not None
    assert error.attrib["message"] == "<no> & none"


def test_markdown_names_what_is_worse_and_why(checked: Checked) -> None:
    """With what to do about it."""
    page = check_markdown(checked)
    assert "**3 scenarios: 2 worse than baseline.csv, 0 better; 1 without a sound plan.**" in page
    assert "fell by 1,000" in page
    assert "&lt;no&gt;" in page
