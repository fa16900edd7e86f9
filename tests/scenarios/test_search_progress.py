"""Whoever waits for a plan sees how far the search is; the plan does not depend on being watched."""

from __future__ import annotations

import importlib.util
import json
import os
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from pathlib import Path
from typing import Any

import pytest

from routing.dispatch import ITERATIONS
from scenarios import search_progress
from scenarios.cli import Effort
from scenarios.progress import Progress, Tell
from scenarios.report.wording import gap_text
from scenarios.run import run_scenario
from scenarios.search_progress import COMPILING, is_compiled, watched

DATA = Path(__file__).parents[1] / "data"
CUT_OFF = """\
id: cut-off
set:
  closures.mud.speed_factor: null
  targets.all-4h: {hours: 4.0, scope: share, required: 1.0, clock: order, source: made up}
"""


def planned(folder: Path, progress: Progress) -> None:
    """Plan the tiny county with a site cut off and two targets."""
    override = folder.parent / "cut-off.yaml"
    override.write_text(CUT_OFF, encoding="utf-8")
    spec = str(DATA / "tiny" / "flood.yaml")
    options: dict[str, Any] = {"data_root": DATA, "override_files": [override], "effort": "quick"}
    run_scenario(spec, out=folder, progress=progress, **options)


def test_a_watched_search_tells_the_figures_of_the_report_and_leaves_no_trace(tmp_path: Path) -> None:
    """People by each target without those of isolated sites, distance to the bound, waiting; same bytes."""
    told: list[str] = []

    @contextmanager
    def tell_all(_step: str) -> Iterator[Tell]:
        yield told.append

    planned(tmp_path / "watched", tell_all)
    planned(tmp_path / "quiet", lambda _step: nullcontext())
    report = json.loads((tmp_path / "watched" / "report.json").read_text(encoding="utf-8"))
    assert report["isolated"]
    bounds = report["bound"]["supplied"]
    people = [
        f"{target['supplied']:,} people by {target['hours']:g} h "
        f"({gap_text((most - target['supplied']) / most)} below the bound)"
        for target, most in zip(report["targets"], bounds, strict=True)
    ]
    waiting = f"{report['people']['person_hours']:,.0f} person-hours of waiting"
    number = f"{ITERATIONS['quick']:,}"
    assert told[-1] == f"{number} of {number} iterations: {', '.join([*people, waiting])}"
    files = sorted(path for path in (tmp_path / "watched").rglob("*") if path.is_file())
    for path in files:
        other = tmp_path / "quiet" / path.relative_to(tmp_path / "watched")
        assert path.read_bytes() == other.read_bytes(), path


def test_nothing_is_worked_out_where_nobody_looks() -> None:
    """No watch without anybody to tell."""
    unused: Any = None
    assert watched(None, unused, unused, 1) is None


@pytest.mark.parametrize("compiled", [True, False])
def test_compiling_is_announced_when_it_is_to_come(
    monkeypatch: pytest.MonkeyPatch, *, compiled: bool
) -> None:
    """Before the search begins, and not when it can begin at once."""
    monkeypatch.setattr(search_progress, "is_compiled", lambda _loop: compiled)
    told: list[str] = []
    unused: Any = None
    watched(told.append, unused, unused, 1)
    assert told == ([] if compiled else [COMPILING])


def test_a_loop_is_compiled_once_its_source_has_been_called(tmp_path: Path) -> None:
    """Not before the first call, and not after a change of the source."""
    source = tmp_path / "loops_of_a_test.py"
    source.write_text(
        "from numba import njit\n\n\n@njit(cache=True)\ndef twice(x):\n    return 2 * x\n", encoding="utf-8"
    )
    spec = importlib.util.spec_from_file_location(source.stem, source)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    assert not is_compiled(module.twice)
    module.twice(1)
    assert is_compiled(module.twice)
    os.utime(source, (4e9, 4e9))
    assert not is_compiled(module.twice)


def test_every_effort_can_be_asked_for() -> None:
    """The command offers what dispatch knows, and a longer search for each."""
    assert [effort.value for effort in Effort] == list(ITERATIONS)
    assert sorted(set(ITERATIONS.values())) == list(ITERATIONS.values())
