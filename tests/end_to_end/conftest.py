"""The shipped scenarios, planned once for all tests that look at them."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from command_line import SHIPPED_REGION, WrittenRun, written_run
from filelock import FileLock
from placing import Placing, solve

SHIPPED = ("winter-ice", "meiyu-flood", "mountain-flash-flood")  # the longest first


@pytest.fixture(scope="session")
def shipped_runs(tmp_path_factory: pytest.TempPathFactory, worker_id: str) -> Mapping[str, WrittenRun]:
    """Plan every shipped scenario, once for all workers: who comes later reads the runs of the first."""
    if worker_id == "master":
        return _plan_all(tmp_path_factory.mktemp("shipped"))
    folder = tmp_path_factory.getbasetemp().parent / "shipped"  # the workers' common folder
    finished = folder / "runs.json"
    with FileLock(folder.with_suffix(".lock")):
        if not finished.exists():
            folder.mkdir(exist_ok=True)
            runs = _plan_all(folder)
            kept = {name: (run.code, run.printed, run.complaints) for name, run in runs.items()}
            finished.write_text(json.dumps(kept), encoding="utf-8")
    kept = json.loads(finished.read_text("utf-8"))
    return {name: WrittenRun(folder / name / "out", *said) for name, said in kept.items()}


def _plan_all(folder: Path) -> dict[str, WrittenRun]:
    """Plan every shipped scenario below a folder, as many at a time as there are processors, at most two."""

    def plan(name: str) -> WrittenRun:
        (folder / name).mkdir(exist_ok=True)
        return written_run(f"{SHIPPED_REGION}/{name}", "--effort", "quick", folder=folder / name)

    with ThreadPoolExecutor(max_workers=min(2, os.cpu_count() or 1)) as pool:
        return dict(zip(SHIPPED, pool.map(plan, SHIPPED), strict=True))


@pytest.fixture(scope="session", params=SHIPPED)
def shipped(request: pytest.FixtureRequest, shipped_runs: Mapping[str, WrittenRun]) -> WrittenRun:
    """Return the run of one shipped scenario."""
    name: str = request.param
    return shipped_runs[name]


@pytest.fixture
def placing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Placing:
    """Return the tiny region, ready to be placed."""
    monkeypatch.setattr("scenarios.placement.solver.solve", solve)
    return Placing(tmp_path)
