"""The command line answers fast, exits with the code of the outcome, and says what is wrong."""

from __future__ import annotations

import io
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from types import ModuleType, SimpleNamespace
from typing import Any

import pandas as pd
import pytest

from scenarios import cli, progress
from stockpile.bundle import ALL_TABLES
from stockpile.errors import DataError, Problem

Write = Callable[..., Path]
ROOT = Path(__file__).parents[2]
HEAVY = ("pandas", "numpy", "ortools", "scipy", "shapely", "xlsxwriter", "osmnx", "networkx", "yaml", "numba")


@pytest.fixture
def runs(monkeypatch: pytest.MonkeyPatch) -> list[dict[str, Any]]:
    """Put a planner in place that notes what it is asked and returns, or raises, its `outcome`."""
    asked = _Runs()
    monkeypatch.setitem(sys.modules, "scenarios.run", _module("scenarios.run", run_scenario=asked.plan))
    shown = _module("scenarios.report.terminal", show_run=lambda *_: print("summary"))  # noqa: T201
    monkeypatch.setitem(sys.modules, "scenarios.report.terminal", shown)
    return asked


class _Runs(list[dict[str, Any]]):
    outcome: object = SimpleNamespace(targets_met=True, verification=SimpleNamespace(violations=()), spec="s")

    def plan(self, spec: str, **options: object) -> object:
        self.append({"spec": spec, **options})
        if isinstance(self.outcome, BaseException):
            raise self.outcome
        return self.outcome


def _module(name: str, **content: object) -> ModuleType:
    module = ModuleType(name)
    vars(module).update(content)
    return module


def _python(*args: str, folder: Path) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, *args]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, check=True)  # noqa: S603


@pytest.mark.parametrize("args", [["--help"], ["run", "--help"], ["check-data", "--help"], []])
def test_help_imports_nothing_heavy(args: list[str]) -> None:
    """Help must not wait for a solver, a table or a map library."""
    code = (
        f"import sys; from scenarios.cli import main; main({args!r}); "
        f"print([name for name in {HEAVY!r} if name in sys.modules], file=sys.stderr)"
    )
    done = _python("-c", code, folder=ROOT)
    assert "Usage: stockpile" in done.stdout + done.stderr
    assert done.stderr.splitlines()[-1] == "[]"


def test_run_scenario_is_stockpile_run(tmp_path: Path) -> None:
    """The script takes the arguments of the verb, from any folder."""
    done = _python(str(ROOT / "run_scenario.py"), "--help", folder=tmp_path)
    assert done.stdout.startswith("Usage: stockpile run")


def _outcome(*, met: bool = True, violations: tuple[str, ...] = ()) -> SimpleNamespace:
    return SimpleNamespace(targets_met=met, verification=SimpleNamespace(violations=violations), spec="s")


@pytest.mark.parametrize(
    ("outcome", "code", "message"),
    [
        (_outcome(), 0, ""),
        (_outcome(met=False), 1, ""),
        (_outcome(violations=("a truck in two places",)), 3, "breaks 1 rule"),
        (
            DataError([Problem("lots.csv", 12, "quantity", "-4", "is negative", "count it")]),
            2,
            "lots.csv row 12",
        ),
        (PermissionError(13, "Permission denied", "runs"), 2, "runs: Permission denied"),
        (RuntimeError("no\nsolution"), 3, "internal failure: RuntimeError: no solution"),
        (KeyboardInterrupt(), 130, "interrupted"),
    ],
)
def test_outcome_decides_the_exit_code(
    runs: _Runs,
    write_library: Write,
    capsys: pytest.CaptureFixture[str],
    outcome: object,
    code: int,
    message: str,
) -> None:
    """0 met, 1 missed, 2 bad input, 3 failure; a failure is said in words on stderr, without a traceback."""
    runs.outcome = outcome
    assert cli.main(["run", "valley/wet", "--library", str(write_library()), "--quiet"]) == code
    said = capsys.readouterr()
    assert message in said.err
    assert "Traceback" not in said.err
    assert said.out == ""


@pytest.mark.parametrize(
    "args",
    [["bogus"], ["run"], ["run", "valley/wet", "--effort", "endless"], ["run", "valley/wet", "--seed", "-1"]],
)
def test_wrong_usage_is_bad_input(args: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    """An unknown verb, option value or missing argument exits with 2 and the usage."""
    assert cli.main(args) == 2
    assert "Usage: stockpile" in capsys.readouterr().err


def test_options_reach_the_run(runs: _Runs, write_library: Write, tmp_path: Path) -> None:
    """Every option arrives as given; the summary is printed once."""
    library = write_library(scenario="overrides: {more: {set: {fleet_factor: 2}}}\n")
    file = tmp_path / "o.yaml"
    file.write_text("id: short\nset: {horizon_h: 12}\n", encoding="utf-8")
    options = ["--with", "more", "--override", str(file), "--seed", "7", "--effort", "quick", "--data", "d"]
    options += ["--targets", "national-2024", "--scale", "community"]
    assert cli.main(["run", "valley/wet", "--library", str(library), "--out", "o", *options]) == 0
    (asked,) = runs
    assert {key: asked[key] for key in asked if key != "progress"} == {
        "spec": "valley/wet",
        "out": Path("o"),
        "data_root": Path("d"),
        "library": library,
        "overrides": ["more"],
        "override_files": [file],
        "targets": "national-2024",
        "scale": "community",
        "seed": 7,
        "effort": "quick",
    }


def test_default_folder_and_several_scenarios(runs: _Runs, write_library: Write) -> None:
    """One scenario goes to runs/REGION/SCENARIO or OUT, several to OUT/REGION/SCENARIO; worst code wins."""
    library = write_library()
    own = library / "valley"
    (own / "ice.yaml").write_text(
        (own / "wet.yaml").read_text("utf-8").replace("id: wet", "id: ice"), "utf-8"
    )
    runs.outcome = _outcome(met=False)
    assert cli.main(["run", "valley/wet", "--library", str(library)]) == 1
    assert cli.main(["run", "valley/wet", "valley/ice", "--library", str(library), "--out", "o"]) == 1
    folders = [asked["out"].as_posix() for asked in runs]
    assert folders == ["runs/valley/wet", "o/valley/wet", "o/valley/ice"]


def test_nothing_runs_when_one_scenario_is_bad(
    runs: _Runs, write_library: Write, capsys: pytest.CaptureFixture[str]
) -> None:
    """All scenarios are read before the first is planned, and all problems are listed."""
    args = ["run", "valley/wet", "valley/x", "y", "valley/wet", "--library", str(write_library())]
    assert cli.main(args) == 2
    assert runs == []
    said = capsys.readouterr().err
    assert "3 problems" in said
    assert "asked for twice" in said


def test_scenarios_are_listed_with_their_overrides(
    write_library: Write, capsys: pytest.CaptureFixture[str]
) -> None:
    """One line a scenario, a named override, a target profile; a typo of the region finds it."""
    library = write_library(
        scenario="overrides: {more: {description_en: More trucks, set: {fleet_factor: 2}}}\n"
    )
    assert cli.main(["scenarios", "--library", str(library)]) == 0
    *listed, profile = capsys.readouterr().out.splitlines()
    assert listed == ["valley/wet  洪涝  Flood", "    --with more  More trucks"]
    assert profile.startswith("--targets national-2024  国家指导意见")
    assert cli.main(["scenarios", "vally", "--library", str(library)]) == 2
    assert "Did you mean valley?" in capsys.readouterr().err


def test_progress_is_silent_in_ci_and_in_a_pipe(monkeypatch: pytest.MonkeyPatch) -> None:
    """A terminal sees each step and how far it is; a pipe, CI and --quiet see and are told nothing."""
    written, watchers = {}, {}
    cases = {
        "terminal": (True, "", False),
        "pipe": (False, "", False),
        "ci": (True, "true", False),
        "quiet": (True, "", True),
    }
    for name, (terminal, ci, quiet) in cases.items():
        stream = _Stream(terminal=terminal)
        monkeypatch.setenv("CI", ci)
        monkeypatch.setenv("TERM", "xterm")
        with progress.progress_on(stream, quiet=quiet)("travel times [road]") as tell:
            watchers[name] = tell
            if tell is not None:
                tell("7 of 9 [sites]")
        written[name] = stream.getvalue()
    assert {name for name, tell in watchers.items() if tell is not None} == {"terminal"}
    seen = written.pop("terminal")
    assert "travel times [road]" in seen
    assert "7 of 9 [sites]" in seen
    assert set(written.values()) == {""}


class _Stream(io.StringIO):
    def __init__(self, *, terminal: bool) -> None:
        super().__init__()
        self.terminal = terminal

    def isatty(self) -> bool:
        return self.terminal


def test_check_data_lists_every_problem_of_the_scenarios_once(
    write_library: Write, capsys: pytest.CaptureFixture[str]
) -> None:
    """The problem of the scenario and that of an override which nobody chose; exit code 2."""
    override = "overrides: {cut: {set: {losses.fire: {warehouse: nothing, share: 1}}}}\n"
    library = write_library(region="sound", scenario=override)  # township 101 is none of that region
    args = ["check-data", "sound", "--data", str(ROOT / "tests" / "data"), "--library", str(library)]
    assert cli.main(args) == 2
    said = [line for line in capsys.readouterr().out.splitlines() if not line.startswith("  ")]
    assert [line.split(":")[0] for line in said] == [
        'sound/wet.yaml row 7, affected.north.places = "101"',
        'sound/wet.yaml row 8 (id override cut), losses.fire.warehouse = "nothing"',
        "sound",
        "Next",
    ]
    assert "2 problems" in said[-2]
    assert "mend what is listed" in said[-1]


def test_check_data_says_table_by_table_what_is_read(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Nothing wrong: a line a table, one with the counts, one with what comes next; exit code 0."""
    args = ["check-data", "sound", "--data", str(ROOT / "tests" / "data"), "--library", str(tmp_path)]
    assert cli.main(args) == 0
    *tables, counts, following = capsys.readouterr().out.splitlines()
    assert [line.split()[0] for line in tables] == list(ALL_TABLES)
    assert tables[0].split(None, 1)[1] == "4 rows read from sound/places.csv"
    assert counts.startswith("sound: sound (4 places, 3 warehouses")
    assert following.startswith("Next: write a scenario")


def test_check_data_of_an_unknown_region_exits_with_2(capsys: pytest.CaptureFixture[str]) -> None:
    """A path is no region either."""
    assert cli.main(["check-data", "../etc"]) == 2
    assert "Remedy" in capsys.readouterr().out


def test_reorder_counts_lines_not_items(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """One item short at two warehouses is two lines."""
    args = ["reorder", "luan_jinan", "--on", "2026-07-05"]
    assert cli.main([*args, "--out", str(tmp_path / "sheets")]) == 0
    reorder = pd.read_csv(tmp_path / "sheets" / "reorder.csv")
    short, buy = (int((reorder[column] > 0).sum()) for column in ("shortage", "buy"))
    assert short > reorder.loc[reorder["shortage"] > 0, "item"].nunique()
    said = capsys.readouterr().out
    assert f": lines (warehouse and item): {short} short, {buy} to buy for " in said
