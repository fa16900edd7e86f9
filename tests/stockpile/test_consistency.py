"""Each folder in tests/data/broken lays one fault over the sound region and says how it must be reported."""

from __future__ import annotations

import csv
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pandas as pd
import pytest

from stockpile import consistency
from stockpile.bundle import Region
from stockpile.consistency import CHECKS, check_region
from stockpile.errors import DataError, Problem
from stockpile.region import load_region, read_region

BROKEN = Path(__file__).resolve().parents[1] / "data" / "broken"
FOUND_BY_ROUTING = {"site-off-network"}  # needs roads; tests/routing looks at it
FAULTS = sorted(path.name for path in BROKEN.iterdir() if path.name not in FOUND_BY_ROUTING)


def expected_problems(fault: str) -> list[tuple[str, str, str, str]]:
    """Return file, row, column and a piece of the message of each problem that a fault makes."""
    with (BROKEN / fault / "expected.txt").open(encoding="utf-8", newline="") as file:
        return [(r["file"], r["row"], r["column"], r["message"]) for r in csv.DictReader(file)]


def lay_over_sound(data: Path, fault: Path, root: Path) -> None:
    """Copy the sound region to `root/overlaid` unless it is there, and lay the files of the fault over it.

    A `removed.txt` names files to take away.
    """
    region = root / "overlaid"
    if not region.exists():
        shutil.copytree(data / "sound", region)
    for file in sorted(fault.glob("*.csv")):
        shutil.copy(file, region)
    removed = fault / "removed.txt"
    for name in removed.read_text(encoding="utf-8").split() if removed.exists() else ():
        (region / name).unlink()


def position(problem: Problem) -> tuple[str, str, str]:
    """Return where a problem is, as expected.txt writes it."""
    row = "" if problem.row is None else str(problem.row)
    return problem.file.removeprefix("overlaid/"), row, problem.column or ""


@pytest.mark.parametrize("fault", FAULTS)
def test_a_fault_is_reported_where_it_is_and_nothing_else_is(fault: str, data: Path, tmp_path: Path) -> None:
    """The problems are those of expected.txt, no more and no fewer, each with a remedy."""
    lay_over_sound(data, BROKEN / fault, tmp_path)
    region, problems = read_region("overlaid", tmp_path)
    expected = expected_problems(fault)
    assert [position(problem) for problem in problems] == sorted(
        ((file, row, column) for file, row, column, _ in expected),
        key=lambda place: (place[0], int(place[1] or 0), place[2]),
    )
    for file, row, column, piece in expected:
        assert any(position(p) == (file, row, column) and piece in p.message for p in problems), piece
    assert region is None
    assert all(problem.remedy for problem in problems)


@pytest.mark.parametrize("fault", sorted(FOUND_BY_ROUTING))
def test_a_fault_of_the_roads_is_none_of_the_tables(fault: str, data: Path, tmp_path: Path) -> None:
    """What only routing can see leaves the tables sound."""
    lay_over_sound(data, BROKEN / fault, tmp_path)
    assert load_region("overlaid", tmp_path).name == "overlaid"
    assert expected_problems(fault)


def test_every_check_has_a_folder_that_it_alone_reports(
    data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Take one check away, and some folder must go unnoticed in part: no check is idle or left out."""
    found: dict[str, set[str]] = {check.__name__: set() for check in CHECKS}

    def recording(check: Callable[[Region], Iterator[Problem]]) -> Callable[[Region], list[Problem]]:
        def run(region: Region) -> list[Problem]:
            problems = list(check(region))
            found[check.__name__].update(str(problem) for problem in problems)
            return problems

        return run

    monkeypatch.setattr(consistency, "CHECKS", [recording(check) for check in CHECKS])
    for fault in FAULTS:
        lay_over_sound(data, BROKEN / fault, tmp_path / fault)
        read_region("overlaid", tmp_path / fault)
    assert [name for name, problems in found.items() if not problems] == []


def test_a_fault_in_one_table_does_not_hide_one_in_another(data: Path, tmp_path: Path) -> None:
    """Unreadable cells, unknown ids and wrong units of several files come out of one call."""
    together = ("negative-quantity", "warehouse-without-docks", "unknown-place", "tonnes-as-payload")
    for fault in together:
        lay_over_sound(data, BROKEN / fault, tmp_path)
    with pytest.raises(DataError) as error:
        load_region("overlaid", tmp_path)
    expected = {row[:3] for fault in together for row in expected_problems(fault)}
    assert {position(problem) for problem in error.value.problems} == expected
    assert len(error.value.problems) == 5


def test_the_sound_region_passes(data: Path) -> None:
    """The region that faults are laid over has none itself."""
    assert check_region(load_region("sound", data)) == []


def test_an_unknown_id_comes_with_the_nearest_known_one(data: Path, tmp_path: Path) -> None:
    """The remedy of a slip of the pen names the id that was meant."""
    lay_over_sound(data, BROKEN / "unknown-item", tmp_path)
    _, problems = read_region("overlaid", tmp_path)
    assert "Did you mean water?" in problems[0].remedy


def test_a_wrong_unit_is_named_with_its_column(data: Path, tmp_path: Path) -> None:
    """Kilograms in the volume column: the volume is blamed, not the weight."""
    lay_over_sound(data, BROKEN / "kilograms-as-volume", tmp_path)
    _, problems = read_region("overlaid", tmp_path)
    blamed = [problem for problem in problems if problem.file.endswith("items.csv")]
    assert [(p.column, p.value, p.id) for p in blamed] == [("volume_m3", "12.5", "water")]


@pytest.mark.parametrize(("share", "sound"), [(0.991, True), (0.989, False)])
def test_counts_of_two_years_may_differ_by_one_percent(data: Path, share: float, *, sound: bool) -> None:
    """The district may have 1 % fewer residents than its townships together, not more."""
    region = load_region("sound", data)
    places = region.places.assign(population=[round(10_000 * share), 6000, 4000, 1200])
    assert (check_region(region.replace(places=places)) == []) is sound


@pytest.mark.parametrize(("filled_m3", "sound"), [(30.0, True), (30.016, False)])
def test_a_store_may_be_full_and_not_fuller(data: Path, filled_m3: float, *, sound: bool) -> None:
    """Lots that fill a warehouse to its last cubic metre fit, one more case of water does not."""
    region = load_region("sound", data)
    cases = round(filled_m3 / 0.016)
    lots = region.lots.assign(quantity=[0, 0, 0, 0, cases])
    assert cases * 0.016 == pytest.approx(filled_m3)
    assert (check_region(region.replace(lots=lots)) == []) is sound


def test_repeated_ids_do_not_multiply_circles(data: Path) -> None:
    """Twelve ids that repeat, each naming the eleven others as its parent: a few problems, not millions."""
    names = [f"P-{number}" for number in range(12)]
    pairs = [(name, parent) for name in names for parent in names if name != parent]
    region = load_region("sound", data)
    row = region.places.iloc[[0]]
    places = pd.concat([row.assign(id=name, parent=parent) for name, parent in pairs], ignore_index=True)
    problems = check_region(region.replace(places=places))
    assert 1 <= sum("circle" in problem.message for problem in problems) <= len(names)
