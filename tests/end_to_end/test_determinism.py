"""Same inputs and seed, same bytes: in every file, on every run, from every folder."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from command_line import SHIPPED_REGION, TINY, WrittenRun, stockpile_run, tree, written_run
from tiny_regions import TinyRegion

ELSEWHERE = {"PYTHONHASHSEED": "4711", "TZ": "Asia/Shanghai", "LC_ALL": "C", "COLUMNS": "60"}
"""What may differ from machine to machine and must not show."""

MOUNTAIN = (f"{SHIPPED_REGION}/mountain-flash-flood", "--effort", "quick")


def runs_here_and_elsewhere(args: tuple[str, ...], folder: Path) -> list[WrittenRun]:
    """Run twice, the second time with another hash seed, time zone, locale, working folder and --out."""
    here, there = folder / "here", folder / "far" / "there"
    here.mkdir()
    there.mkdir(parents=True)
    with ThreadPoolExecutor(max_workers=min(2, os.cpu_count() or 1)) as pool:
        first = pool.submit(written_run, *args, folder=here, environment={"PYTHONHASHSEED": "0"})
        second = pool.submit(written_run, *args, folder=there, out="deep/another name", environment=ELSEWHERE)
        return [first.result(), second.result()]


def test_a_small_run_can_be_repeated_byte_for_byte(tmp_path: Path) -> None:
    """Two hash seeds, two folders, and a third run over the first one's folder: the same files."""
    first, second = runs_here_and_elsewhere(TINY, tmp_path)
    before = tree(first.folder)
    assert "report.json" in before
    assert tree(second.folder) == before
    stockpile_run(*TINY, "--out", "out", folder=first.folder.parent)
    assert tree(first.folder) == before


def test_a_real_run_can_be_repeated_byte_for_byte(
    shipped_runs: Mapping[str, WrittenRun], tmp_path: Path
) -> None:
    """Three runs of a district, with different hash seeds, folders, time zones and locales."""
    first, second = runs_here_and_elsewhere(MOUNTAIN, tmp_path)
    before = tree(shipped_runs["mountain-flash-flood"].folder)
    assert "plan.xlsx" in before
    assert tree(first.folder) == before
    assert tree(second.folder) == before


@pytest.mark.parametrize(("option", "value"), [("seed", 2), ("effort", "standard")])
def test_seed_and_effort_are_in_the_manifest(tmp_path: Path, option: str, value: object) -> None:
    """A run that was made otherwise says so, so that nobody takes it for the same."""
    tiny = TinyRegion(tmp_path)
    assert tiny.run(f"--{option}", str(value)) == 1
    manifest = json.loads((tiny.out / "manifest.json").read_text("utf-8"))
    made = {"seed": 1, "effort": "quick"} | {option: value}
    assert {key: manifest[key] for key in made} == made
