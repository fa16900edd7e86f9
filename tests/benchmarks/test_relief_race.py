"""The relief command, what a race reports, and that peers keep the rules of a plan."""

from __future__ import annotations

import importlib
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from benchmarks import __main__ as command
from benchmarks import relief_race
from benchmarks.relief_case import Objective, Size, judge, make_case
from benchmarks.relief_greedy import greedy_plan
from benchmarks.relief_race import FIGURES, PEERS, Task, line, run_alone

TASK = Task(size="small", seed=5, seconds=1.0, objective="score")
ROW = {"score": 1234, "people_on_time_share": 0.5, "people_unserved": 0, "person_hours_late": 1200}
ROW |= {"drive_hours": 34, "first_plan_s": None, "used_s": 0.5, "cpu_s": 0.4}


def ran(monkeypatch: pytest.MonkeyPatch, *words: str) -> None:
    """Run the command in this process."""
    monkeypatch.setattr(sys, "argv", ["benchmarks", "relief", *words])
    command.main()


def test_every_solver_runs_alone_for_every_limit(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """With the task that is asked for; the JSON holds the rows, the table shows them."""
    asked = []

    def alone(solver: str, task: Task) -> dict[str, Any]:
        asked.append((solver, task))
        return {"solver": solver, "seconds": task.seconds, **ROW, "note": ""}

    monkeypatch.setattr(relief_race, "run_alone", alone)
    out = tmp_path / "out.json"
    words = ["--size", "medium", "--seed", "7", "--seconds", "2,10", "--objective", "on_time"]
    ran(monkeypatch, *words, "--only", "ours", "pyvrp", "--json", str(out))
    tasks = [Task(size="medium", seed=7, seconds=seconds, objective="on_time") for seconds in (2.0, 10.0)]
    assert asked == [(solver, task) for task in tasks for solver in ("ours", "pyvrp")]
    table = json.loads(out.read_text(encoding="utf-8"))
    assert (table["size"], table["seed"], table["objective"]) == ("medium", 7, "on_time")
    assert [(row["solver"], row["seconds"]) for row in table["rows"]] == [
        (solver, task.seconds) for solver, task in asked
    ]
    assert "| pyvrp | 10 | 1,234 | 50.0 | 0 | 1,200 | 34 | - | 0.50 | 0.40 |" in capsys.readouterr().out
    asked.clear()
    ran(monkeypatch)
    assert [solver for solver, _ in asked] == ["ours", "greedy", "ortools", "pyvrp", "vroom"]


@pytest.mark.parametrize("limits", ["0", "10,-1", "soon"])
def test_seconds_are_above_0(
    limits: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Anything else ends with 2."""
    with pytest.raises(SystemExit) as ended:
        ran(monkeypatch, f"--seconds={limits}")
    assert ended.value.code == 2
    assert "--seconds" in capsys.readouterr().err


def test_a_solver_alone_reports_every_figure() -> None:
    """In a process of its own."""
    row = run_alone("greedy", TASK)
    assert list(row) == ["solver", "seconds", *FIGURES, "note"]
    assert None not in row.values()
    assert row["people_unserved"] == 0
    assert row["first_plan_s"] <= row["used_s"]


def test_a_peer_that_is_not_installed_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    """Instead of figures."""
    monkeypatch.setattr(importlib.util, "find_spec", lambda _: None)
    row = run_alone("pyvrp", TASK)
    assert [row[name] for name in FIGURES] == [None] * len(FIGURES)
    assert line(row) == "| pyvrp | 1 | pyvrp is not installed |"


def test_a_process_that_does_not_end_is_stopped(monkeypatch: pytest.MonkeyPatch) -> None:
    """After the patience that the race has, and reported without an answer."""

    def never(*_: object, timeout: float, **__: object) -> None:
        raise subprocess.TimeoutExpired("solver", timeout)

    monkeypatch.setattr(subprocess, "run", never)
    row = run_alone("greedy", TASK)
    assert row["score"] is None
    assert row["note"] == "stopped after 62 s"


@pytest.mark.parametrize("objective", ["score", "on_time"])
@pytest.mark.parametrize("peer", PEERS)
def test_a_peer_keeps_the_rules(peer: str, objective: Objective) -> None:
    """Trips within payload, no load twice, nobody left where the greedy plan leaves nobody."""
    pytest.importorskip(peer, reason=f"{peer} comes with the extra `bench`")
    case = make_case(Size(sites=15, trucks=6, warehouses=3), seed=4)
    found = importlib.import_module(f"benchmarks.relief_peers.{peer}").solve(case, 2.0, objective, 4)
    greedy = judge(case, greedy_plan(case))
    verdict = judge(case, found.routes)
    assert verdict.people_unserved == greedy.people_unserved == 0
    if peer == "ortools" and objective == "score":
        assert verdict.score <= greedy.score
