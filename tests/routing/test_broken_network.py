"""The folder of tests/data/broken that only the roads can judge: a site far from every road."""

from __future__ import annotations

import csv
import shutil
from pathlib import Path

import pytest

from routing.checks import check_roads
from stockpile.bundle import Region
from stockpile.region import load_region

DATA = Path(__file__).resolve().parents[1] / "data"
FAULT = DATA / "broken" / "site-off-network"


@pytest.fixture
def region(tmp_path: Path) -> Region:
    """Return the sound region with the sites of the fault, which the tables alone find no fault with."""
    shutil.copytree(DATA / "sound", tmp_path / "overlaid")
    shutil.copy(FAULT / "sites.csv", tmp_path / "overlaid")
    return load_region("overlaid", tmp_path)


def test_a_site_off_the_network_is_reported_as_expected(region: Region) -> None:
    """Exactly the problems of expected.txt: file, row, column, a piece of the message, and a remedy."""
    with (FAULT / "expected.txt").open(encoding="utf-8", newline="") as file:
        expected = list(csv.DictReader(file))
    found = check_roads(region)
    places = [(p.file.removeprefix("overlaid/"), str(p.row or ""), p.column or "") for p in found]
    assert places == [(row["file"], row["row"], row["column"]) for row in expected]
    for problem, row in zip(found, expected, strict=True):
        assert row["message"] in problem.message
        assert problem.id == "J-2"
        assert problem.value
        assert problem.remedy


def test_the_sound_region_lies_on_its_network() -> None:
    """Without the fault there is nothing to report."""
    assert check_roads(load_region("sound", DATA)) == []
