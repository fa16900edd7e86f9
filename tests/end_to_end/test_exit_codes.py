"""Exit codes of `stockpile run`, and that a run which fails leaves nothing behind."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from command_line import TINY, stockpile_run, tree
from tiny_regions import TinyRegion

from scenarios import finish
from scenarios import run as main_job


@pytest.fixture
def tiny(tmp_path: Path) -> TinyRegion:
    """Return a copy of the tiny region."""
    return TinyRegion(tmp_path)


def test_met_is_0_and_missed_is_1(tiny: TinyRegion) -> None:
    """The same scenario without its mud-bound place, then with it."""
    tiny.ask("T-A", by_hour=3.0)
    assert tiny.run() == 0
    tiny.ask("T-A", "T-D", by_hour=1.5)
    assert tiny.run() == 1


@pytest.mark.parametrize(("required", "code"), [(0.75, 0), (0.751, 1)])
def test_the_promise_decides_to_the_last_person(tiny: TinyRegion, required: float, code: int) -> None:
    """300 of 400 people keep a promise of 75 %, not one of 75.1 %."""
    tiny.scenario["targets"]["everyone-3h"]["required"] = required
    assert tiny.run() == code
    assert tiny.report["targets"][0]["met"] is (code == 0)


def test_bad_data_is_2_and_nothing_is_written(tmp_path: Path) -> None:
    """Through the real command line: two faults in two tables, both named, no folder made."""
    tiny = TinyRegion(tmp_path / "region")
    tiny.change("lots", {"L2": {"quantity": -4}})
    tiny.change("sites", {"C": {"place": "T-Z"}})
    before = tree(tmp_path)
    done = stockpile_run(TINY[0], "--data", str(tiny.root), "--out", "out", folder=tmp_path)
    assert (done.returncode, done.stdout) == (2, "")
    assert "2 problems" in done.stderr
    assert 'tiny/lots.csv row 3 (id L2), quantity = "-4"' in done.stderr
    assert 'tiny/sites.csv row 4 (id C), place = "T-Z"' in done.stderr
    assert done.stderr.count("Remedy: ") == 2
    assert tree(tmp_path) == before
    assert not (tmp_path / "out").exists()


def test_an_internal_failure_is_3_in_one_line(
    tiny: TinyRegion, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """What nobody foresaw is one line without a traceback, and no half a report."""

    def fail(*_: object, **__: object) -> None:
        raise ZeroDivisionError("no solution\nof any kind")

    monkeypatch.setattr(main_job, "dispatch", fail)
    assert tiny.run() == 3
    said = capsys.readouterr()
    assert said.err.startswith("internal failure: ZeroDivisionError: no solution of any kind")
    assert len(said.err.splitlines()) == 1
    assert not tiny.out.exists()


def test_an_interrupted_report_leaves_the_earlier_one_as_it_was(
    tiny: TinyRegion, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A second run that fails while it writes changes no byte of the first and leaves no litter."""
    assert tiny.run() == 1
    before, beside = tree(tiny.out), sorted(path.name for path in tiny.out.parent.iterdir())

    def fail(*_: object, **__: object) -> None:
        raise RuntimeError("the disk is gone")

    monkeypatch.setattr("scenarios.report.writer.write_workbook", fail)
    assert tiny.run("--seed", "2") == 3
    assert tree(tiny.out) == before
    assert sorted(path.name for path in tiny.out.parent.iterdir()) == beside


def test_a_plan_that_breaks_a_rule_is_3_even_when_its_targets_are_met(
    tiny: TinyRegion, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """A vehicle that loads at a dock which is not there: the report names it, the run has failed."""
    tiny.ask("T-A", by_hour=3.0)
    made = finish.plan_tables

    def spoilt(*args: object) -> object:
        tables = made(*args)  # type: ignore[arg-type]
        return {**tables, "trips": tables["trips"].assign(dock=2)}

    monkeypatch.setattr(finish, "plan_tables", spoilt)
    assert tiny.run() == 3
    assert "breaks" in capsys.readouterr().err
    assert tiny.report["targets"][0]["met"]
    assert any("dock 2" in violation for violation in tiny.report["verification"]["violations"])


@pytest.mark.parametrize("lacking", ["stock", "vehicles"])
def test_a_region_that_can_bring_nothing_misses_its_targets(tiny: TinyRegion, lacking: str) -> None:
    """Empty stores or an empty yard cut no site off: nobody is exempt and nobody is supplied."""
    if lacking == "stock":
        tiny.change("lots", {lot: {"quantity": 0} for lot in ("L1", "L2", "L3", "L4")})
    else:
        tiny.scenario["fleet_factor"] = 0.0
    assert tiny.run() == 1
    (target,) = tiny.report["targets"]
    assert (target["people"], target["exempt_people"], target["supplied"]) == (400, 0, 0)


def test_a_promise_to_people_none_of_whom_can_be_reached_is_not_kept(tiny: TinyRegion) -> None:
    """Every road closed: all are exempt and named, and 0 of 0 people is no success."""
    tiny.ask("T-A", "T-D", by_hour=3.0, closures={"all": {"classes": ["tertiary"]}})
    assert tiny.run() == 1
    (target,) = tiny.report["targets"]
    exempt = sum(site["people"] for site in tiny.report["isolated"])
    assert target["people"] + target["exempt_people"] == tiny.report["people"]["affected"]
    assert target["exempt_people"] == exempt > 0
    assert not target["met"]


@pytest.mark.parametrize(
    ("hours", "keys"),
    [(2.1234, {}), (2.5, {"event_to_order_h": 0.3766, "clock": "event"})],
    ids=["off the grid of seconds", "from the event"],
)
def test_a_target_may_fall_on_any_moment(tiny: TinyRegion, hours: float, keys: dict[str, object]) -> None:
    """Hours that are no whole seconds: people are counted at the second next to them."""
    clock = keys.pop("clock", "order")
    tiny.ask("T-A", by_hour=hours, **keys)
    tiny.scenario["targets"]["everyone"]["clock"] = clock
    assert tiny.run() == 0
    (target,) = tiny.report["targets"]
    assert target["supplied"] == 100


def test_a_plan_that_beats_its_bound_is_3(tiny: TinyRegion, monkeypatch: pytest.MonkeyPatch) -> None:
    """Then the plan or the proof is wrong: the report says so, the run has failed."""
    tiny.ask("T-A", by_hour=3.0)
    honest = finish._bound  # noqa: SLF001 - no input makes the bound wrong
    monkeypatch.setattr(
        finish, "_bound", lambda *args: replace(honest(*args), supplied=(99,), person_hours=1e6)
    )
    assert tiny.run() == 3
    assert len([text for text in tiny.report["verification"]["violations"] if "bound" in text]) == 2
