"""A region is found by its plain name, read whole or not at all, and never changed in place."""

from __future__ import annotations

import dataclasses
import hashlib
import shutil
from pathlib import Path

import pandas as pd
import pytest

from stockpile.errors import DataError
from stockpile.region import ALL_TABLES, Region, data_root, load_region, read_region, region_names


@pytest.fixture
def sound(data: Path) -> Region:
    """Return the sound region."""
    return load_region("sound", data)


@pytest.fixture
def root(data: Path, tmp_path: Path) -> Path:
    """Return a data root with a copy of the sound region that a test may change."""
    shutil.copytree(data / "sound", tmp_path / "sound")
    return tmp_path


@pytest.mark.parametrize(
    "name", ["../sound", "sound/", "/etc", "..", ".", "", "sound\\x", "a b", "catalogue", "sound\n"]
)
def test_a_name_never_leads_out_of_the_data_root(name: str, data: Path) -> None:
    """Only a plain folder name is a region's name."""
    with pytest.raises(DataError, match="is not the name of a region") as error:
        load_region(name, data)
    assert len(error.value.problems) == 1


def test_an_unknown_region_is_answered_with_the_known_ones(root: Path) -> None:
    """The remedy lists what there is."""
    with pytest.raises(DataError, match="Use one of: sound"):
        load_region("elsewhere", root)


def test_regions_are_the_folders_with_places(root: Path) -> None:
    """The catalogue and other folders are no regions."""
    (root / "catalogue").mkdir()
    (root / "another").mkdir()
    shutil.copy(root / "sound" / "places.csv", root / "another")
    assert region_names(root) == ("another", "sound")
    assert region_names(root / "nowhere") == ()


def test_the_shipped_data_are_the_default_root() -> None:
    """Without an override the regions beside the packages are meant, from any working directory."""
    assert (data_root() / "columns.csv").is_file()
    assert data_root(Path("own")) == Path("own")


@pytest.mark.parametrize("name", region_names())
def test_every_shipped_region_is_sound(name: str) -> None:
    """What the repository ships passes its own checks."""
    assert read_region(name)[1] == []


def test_every_file_read_has_its_digest(sound: Region, data: Path) -> None:
    """A report can say from exactly which bytes it was made, wherever the data root lies."""
    assert list(sound.digests) == sorted(f"sound/{table}.csv" for table in ALL_TABLES)
    for file, digest in sound.digests.items():
        assert hashlib.sha256((data / file).read_bytes()).hexdigest() == digest


def test_the_shared_catalogue_is_read_unless_a_region_has_its_own(root: Path) -> None:
    """Moving a catalogue table to the shared folder changes its file name and nothing else."""
    before = load_region("sound", root)
    (root / "catalogue").mkdir()
    shutil.move(root / "sound" / "items.csv", root / "catalogue")
    after = load_region("sound", root)
    pd.testing.assert_frame_equal(before.items, after.items)
    assert before.file_of("items") == "sound/items.csv"
    assert after.file_of("items") == "catalogue/items.csv"
    assert after.file_of("lots") == "sound/lots.csv"
    assert "catalogue/items.csv" in after.digests


def test_suppliers_and_floors_may_be_left_out_and_nothing_else(root: Path) -> None:
    """Each missing file is a problem of its own, with the others still read."""
    for file in (root / "sound").iterdir():
        file.unlink() if file.stem != "places" else None
    region, problems = read_region("sound", root)
    assert region is None
    missing = {problem.file.split("/")[1].removesuffix(".csv") for problem in problems}
    assert missing == set(ALL_TABLES) - {"places", "suppliers", "floors"}
    assert {problem.message for problem in problems} == {"is missing"}


def test_without_suppliers_and_floors_a_region_is_sound(root: Path) -> None:
    """Both are optional, and then empty."""
    for table in ("suppliers", "floors"):
        (root / "sound" / f"{table}.csv").unlink()
    region = load_region("sound", root)
    assert (len(region.suppliers), len(region.floors)) == (0, 0)


def test_a_data_folder_that_is_not_there_is_named(tmp_path: Path) -> None:
    """It is not the region that is unknown."""
    with pytest.raises(DataError, match=r"sound: cannot be read: the data folder .*nowhere is no folder"):
        load_region("sound", tmp_path / "nowhere")


def test_replace_gives_another_region_and_leaves_the_first(sound: Region) -> None:
    """A scenario disturbs a copy."""
    fewer = sound.replace(lots=sound.lots.iloc[:1])
    assert (len(fewer.lots), len(sound.lots)) == (1, 5)
    assert fewer.sites is sound.sites
    with pytest.raises(dataclasses.FrozenInstanceError):
        sound.lots = fewer.lots  # type: ignore[misc]


@pytest.mark.parametrize("table", ["lot", "name", "digests"])
def test_only_tables_can_be_replaced(sound: Region, table: str) -> None:
    """A slip of the pen is an error, not a new table."""
    with pytest.raises(TypeError, match=table):
        sound.replace(**{table: sound.lots})
    with pytest.raises(KeyError):
        sound.table(table)


def test_a_problem_found_by_reading_is_not_found_again_by_the_checks(root: Path) -> None:
    """An unreadable day of expiry is wrong once, not also missing."""
    path = root / "sound" / "lots.csv"
    path.write_text(path.read_text(encoding="utf-8").replace("2027-02-28", "2027-02-30"), encoding="utf-8")
    _, problems = read_region("sound", root)
    assert [(problem.row, problem.column) for problem in problems] == [(3, "expires_on")]
