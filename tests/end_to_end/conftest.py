"""The shipped scenarios, planned once for all tests that look at them."""

from __future__ import annotations

import os
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from command_line import SHIPPED_REGION, WrittenRun, written_run
from placing import Placing, solve

SHIPPED = ("winter-ice", "meiyu-flood", "mountain-flash-flood")  # the longest first


@pytest.fixture(scope="session")
def shipped_runs(tmp_path_factory: pytest.TempPathFactory) -> Mapping[str, WrittenRun]:
    """Plan every shipped scenario, as many at a time as there are processors, at most two."""

    def plan(name: str) -> WrittenRun:
        folder = tmp_path_factory.mktemp(name)
        return written_run(f"{SHIPPED_REGION}/{name}", "--effort", "quick", folder=folder)

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
