"""`stockpile check` as CI runs it: a baseline is written, held against, broken and mended."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml
from command_line import ROOT, TEST_DATA, TINY_FLOOD, WrittenRun, tree

from scenarios import cli
from scenarios.checking.baseline import compare
from scenarios.checking.rows import CheckRow, read_rows

TINY: dict[str, Any] = yaml.safe_load(TINY_FLOOD.read_text("utf-8"))


class Library:
    """A library of the tiny region: `flood`, and `ice` with half its people."""

    def __init__(self, folder: Path) -> None:
        self.root = folder / "library"
        self.out = folder / "out"
        self.baseline = self.root / "baseline.csv"
        self.write("flood")
        self.write("ice", affected={"some": {"places": ["T-A", "T-B"], "share": 1.0}})

    def write(self, name: str, **keys: object) -> None:
        """Write a scenario."""
        (self.root / "tiny").mkdir(parents=True, exist_ok=True)
        text = yaml.safe_dump({**TINY, "id": name, **keys}, allow_unicode=True, sort_keys=False)
        (self.root / "tiny" / f"{name}.yaml").write_text(text, encoding="utf-8")

    def write_profile(self) -> None:
        """Write the target profile `quick-goods`."""
        profile = {"name_zh": "甲", "name_en": "A", "source": "plan", "id": "quick-goods"}
        target = {"hours": 1, "scope": "first_goods", "level": "district", "required": 1.0, "clock": "order"}
        (self.root / "targets").mkdir()
        text = yaml.safe_dump({**profile, "targets": {"first-1h": {**target, "source": "plan"}}})
        (self.root / "targets" / "quick-goods.yaml").write_text(text, encoding="utf-8")

    def check(self, *args: str) -> int:
        """Run the verb on it; return the exit code."""
        return cli.main(
            ["check", *args, "--data", str(TEST_DATA), "--library", str(self.root), "--out", str(self.out)]
        )


@pytest.fixture
def library(tmp_path: Path) -> Library:
    """Return the library with its baseline."""
    made = Library(tmp_path)
    assert made.check("--all", "--update-baseline", "--quiet") == 0
    return made


def test_a_check_fits_its_own_baseline_with_any_number_of_workers(
    library: Library, capsys: pytest.CaptureFixture[str]
) -> None:
    """Exit code 0, the rows in order, the same bytes."""
    assert library.check("--all") == 0
    assert "2 scenarios: 0 worse than baseline.csv, 0 better" in capsys.readouterr().out
    one = tree(library.out)
    assert set(one) == {"check.csv", "check.md", "junit.xml", "manifest.json"}
    assert library.check("--all", "--workers", "2", "--quiet") == 0
    assert tree(library.out) == one
    assert [row.spec for row in read_rows(library.out / "check.csv")] == ["tiny/flood", "tiny/ice"]


def test_a_change_for_the_worse_fails_until_it_is_accepted(
    library: Library, capsys: pytest.CaptureFixture[str]
) -> None:
    """No vehicle: fewer people; what to do is said; the accepted baseline passes, the other row stays."""
    library.write("flood", fleet_factor=0.0)
    before = library.baseline.read_text("utf-8").splitlines()
    assert library.check("tiny/flood") == 1
    said = " ".join(capsys.readouterr().out.split())
    assert "worse: tiny/flood: people supplied by hour 3 fell by" in said
    assert "stockpile check tiny/flood --update-baseline" in said
    assert library.check("tiny/flood", "--tolerance", "1", "--quiet") == 0
    assert library.check("tiny/flood", "--update-baseline", "--quiet") == 0
    after = library.baseline.read_text("utf-8").splitlines()
    assert (after[0], after[2]) == (before[0], before[2])
    assert after[1] != before[1]
    assert library.check("--all", "--quiet") == 0


def test_people_who_are_cut_off_do_not_make_a_plan_better(
    library: Library, capsys: pytest.CaptureFixture[str]
) -> None:
    """The target is met for want of those whom the closed road led to; that fails, too."""
    library.write("flood", closures={"cut": {"links": ["R1"]}})
    assert library.check("tiny/flood") == 1
    said = " ".join(capsys.readouterr().out.split())
    assert "better: tiny/flood: the verdict was missed and is met" in said
    assert "worse: tiny/flood: people whom no mode reaches rose from 0 to 100" in said


def test_a_scenario_that_fails_stops_no_other(library: Library) -> None:
    """Its row tells why; the other is planned; exit code 1."""
    library.write("flood", affected={"all": {"places": ["T-X"], "share": 1.0}})
    assert library.check("--all", "--quiet") == 1
    flood, ice = read_rows(library.out / "check.csv")
    assert (flood.verdict, ice.verdict) == ("error", "met")
    assert "T-X" in flood.error
    assert library.check("--all", "--update-baseline", "--quiet") == 2


@pytest.mark.parametrize(
    ("args", "words"),
    [
        (["--all", "--effort", "standard"], "asked for is effort standard, seed 1"),
        (["--all", "--baseline", "none.csv"], "none.csv: is not there"),
        (["tiny/flood", "--all"], "names scenarios beside --all"),
        ([], "names no scenario"),
        (["--all", "--scale", "township", "--update-baseline"], "has no baseline to write"),
        (["tiny/fire"], "names the unknown scenario fire. Remedy: Known are flood, ice"),
        (["tiny/flod"], "names the unknown scenario flod. Remedy: Did you mean flood?"),
        (["tiny/flod", "--update-baseline"], "names the unknown scenario flod. Remedy: Did you mean flood?"),
        (
            ["tinny/flood", "--targets", "quick-goods"],
            "names the unknown region tinny. Remedy: Did you mean tiny?",
        ),
        ([str(TINY_FLOOD)], "is not of the form REGION/SCENARIO"),
        ([str(TINY_FLOOD), "--update-baseline"], "is not of the form REGION/SCENARIO"),
    ],
)
def test_bad_input_ends_before_any_plan(
    library: Library,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
    args: list[str],
    words: str,
) -> None:
    """Exit code 2 with the remedy; the baseline stays."""
    before = library.baseline.read_bytes()
    monkeypatch.setattr("scenarios.checking.running.check_scenarios", None)  # whoever plans, fails
    capsys.readouterr()
    assert library.check(*args) == 2
    assert words in capsys.readouterr().err
    assert library.baseline.read_bytes() == before


def test_a_scenario_too_many_or_too_few_is_told(library: Library, capsys: pytest.CaptureFixture[str]) -> None:
    """Both are errors of the baseline."""
    library.write("wind")
    (library.root / "tiny" / "ice.yaml").unlink()
    capsys.readouterr()
    assert library.check("--all") == 2
    said = capsys.readouterr().err
    assert '"tiny/wind": is not in the baseline' in said
    assert '"tiny/ice": is in the baseline, but is no scenario' in said


def test_a_baseline_that_cannot_be_read_is_replaced_as_a_whole(library: Library) -> None:
    """As its remedy says; a single scenario cannot be laid over it."""
    sound = library.baseline.read_bytes()
    library.baseline.write_text("region\nnothing\n", encoding="utf-8")
    assert library.check("tiny/flood", "--update-baseline", "--quiet") == 2
    assert library.check("--all", "--update-baseline", "--quiet") == 0
    assert library.baseline.read_bytes() == sound


def test_what_was_planned_otherwise_is_not_compared_as_it_is_written_anew(
    library: Library, capsys: pytest.CaptureFixture[str]
) -> None:
    """With another seed a difference is nobody's fault; with the same it is told."""
    library.write("flood", fleet_factor=0.0)
    capsys.readouterr()
    assert library.check("tiny/flood", "--update-baseline", "--seed", "2") == 0
    said = capsys.readouterr().out
    assert "not compared with a baseline" in said
    assert "worse:" not in said
    library.write("flood")
    assert library.check("tiny/flood", "--update-baseline", "--seed", "2") == 0
    assert "better: tiny/flood" in " ".join(capsys.readouterr().out.split())


def test_a_baseline_is_of_one_profile_and_scale(library: Library, capsys: pytest.CaptureFixture[str]) -> None:
    """Written by one and asked for with another, it does not fit."""
    own = str(library.root / "quick-goods.csv")
    library.write_profile()
    quick_goods = ["tiny/flood", "--targets", "quick-goods", "--baseline", own]
    assert library.check(*quick_goods, "--update-baseline", "--quiet") == 0
    assert library.check(*quick_goods, "--quiet") == 0
    assert [(row.profile, row.scale) for row in read_rows(Path(own))] == [("quick-goods", "")]
    assert library.check("tiny/flood", "--baseline", own) == 2
    assert "was planned with effort quick, seed 1, targets quick-goods;" in capsys.readouterr().err
    assert library.check(*quick_goods, "--scale", "township") == 2
    assert "asked for is effort quick, seed 1, targets quick-goods, scale township" in capsys.readouterr().err


def test_other_targets_are_not_held_against_the_baseline(
    library: Library, capsys: pytest.CaptureFixture[str]
) -> None:
    """A profile is judged and shown; it needs a baseline of its own."""
    library.write_profile()
    assert library.check("--all", "--targets", "quick-goods") == 0
    assert "not compared with a baseline" in capsys.readouterr().out
    assert all(tuple(row.status_of) == ("first-1h",) for row in read_rows(library.out / "check.csv"))


def test_the_shipped_scenarios_keep_their_baseline(shipped: WrittenRun) -> None:
    """What the gate asks of them, told from the runs that other tests look at."""
    report, hours = shipped.report, dict(shipped.report["people"]["supplied_by_hour"])
    region, scenario = report["scenario"].split("/")
    (before,) = (
        row
        for row in read_rows(ROOT / "scenarios" / "library" / "baseline.csv")
        if row.spec == report["scenario"]
    )
    promises = [promise for promise in (*report["targets"], *report["first_goods"]) if promise["judged"]]
    verdict = "met" if promises and all(promise["met"] for promise in promises) else "missed"
    assert report["verification"]["violations"] == []
    now = CheckRow(
        *(region, scenario, "quick", 1, verdict),
        targets=tuple(
            f"{target['id']}={'met' if target['met'] else 'missed'}:{target['share']:.4f}"
            for target in report["targets"]
        ),
        supplied=tuple(f"{hour}={hours[float(hour)]}" for hour in before.supplied_by),
        people=report["people"]["affected"],
        exempt=report["targets"][0]["exempt_people"],
    )
    assert (now.people, before.effort) == (before.people, "quick")
    assert [finding for finding in compare([now], [before], 0.01) if finding.worse] == []
