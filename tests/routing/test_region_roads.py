"""A region may hold imported roads instead of a roads table."""

from __future__ import annotations

import shutil
from pathlib import Path

import numpy as np
import pytest
from osm_samples import TOWN

from routing.checks import check_roads
from routing.osm import read_roads
from routing.region_roads import region_network, stored_roads
from routing.road_store import StoredRoads, save_roads
from stockpile.errors import DataError
from stockpile.region import load_region

TINY = Path(__file__).parents[1] / "data" / "tiny"


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """Return a data root with the region `tiny`, whose roads are those of the town and nothing else."""
    shutil.copytree(TINY, tmp_path / "tiny")
    (tmp_path / "tiny" / "roads.csv").unlink()
    found = read_roads(TOWN)
    save_roads(StoredRoads(found.network, found.report), tmp_path / "tiny" / "roads.npz")
    return tmp_path


def test_without_either_the_roads_table_is_missed(root: Path) -> None:
    """As before."""
    (root / "tiny" / "roads.npz").unlink()
    with pytest.raises(DataError, match=r"tiny/roads.csv: is missing"):
        load_region("tiny", root)


def test_imported_roads_stand_in_for_the_table(root: Path) -> None:
    """Their digest is among those of the region."""
    region = load_region("tiny", root)
    assert region.saved_roads == "tiny/roads.npz"
    assert len(region.digests["tiny/roads.npz"]) == 64
    assert region_network(region, root).node_ids == read_roads(TOWN).network.node_ids
    stored = stored_roads(region, root)
    assert stored is not None
    assert stored.report.file == "town.osm"


def test_waterways_of_the_table_join_imported_roads(root: Path) -> None:
    """Roads of the table do not: the imported ones take their place."""
    text = (TINY / "roads.csv").read_text(encoding="utf-8")
    text = text.replace("W3,116.8,31.0,tertiary", "W3,116.8,31.0,waterway")
    (root / "tiny" / "roads.csv").write_text(text, encoding="utf-8")
    region = load_region("tiny", root)
    roads, both = read_roads(TOWN).network, region_network(region, root)
    assert len(both.edge_from) == len(roads.edge_from) + 2
    assert both.waterway.sum() == 2
    assert both.link_ids[-1] == "R6"
    river = np.flatnonzero(both.waterway)
    assert {both.node_ids[node] for node in both.edge_from[river]} == {"C", "W3"}


def test_places_far_from_imported_roads_are_named(root: Path) -> None:
    """With the command that brings other roads: nobody edits roads.npz."""
    region = load_region("tiny", root)
    problems = check_roads(region, region_network(region, root))
    assert {problem.file for problem in problems} >= {"tiny/sites.csv", "tiny/warehouses.csv"}
    assert all("stockpile roads import FILE" in problem.remedy for problem in problems)


def test_damaged_roads_are_one_problem(root: Path) -> None:
    """Named below the data root."""
    (root / "tiny" / "roads.npz").write_bytes(b"PK nothing")
    with pytest.raises(DataError, match=r"tiny/roads.npz: is no network"):
        region_network(load_region("tiny", root), root)
