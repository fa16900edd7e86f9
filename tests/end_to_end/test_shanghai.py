"""A flood in central Shanghai, and in a town of a few streets: a site that only a drone reaches."""

from __future__ import annotations

import os
from pathlib import Path

import numpy as np
import pytest
from command_line import ROOT, TEST_DATA, WrittenRun
from made_up_city import IN_WATER, City, assert_only_drones_reach_the_site_in_water, plan, used_links

from routing.road_store import load_roads

SHARED = Path(os.environ.get("STOCKPILE_SHARED") or ROOT.parent / "shared")

TOWN = City(
    roads=TEST_DATA / "osm" / "town.osm",
    warehouses=[(116.5, 31.7)],
    dry_sites=[(116.5101, 31.7101), (116.5001, 31.7101)],
    in_water=(116.5101, 31.7201),
    ring=[(116.509, 31.719), (116.511, 31.719), (116.511, 31.721), (116.509, 31.721)],
)
# With the tunnels closed, no road of the extract leads over the river: W-3 serves the east bank.
SHANGHAI = City(
    roads=SHARED / "roads" / "shanghai_center.osm.gz",
    warehouses=[(121.475, 31.24), (121.43, 31.2), (121.51, 31.22)],
    dry_sites=[
        (121.42, 31.25),
        (121.44, 31.21),
        (121.47, 31.2),
        (121.5, 31.24),
        (121.52, 31.2),
        (121.49, 31.26),
    ],
    in_water=(121.454, 31.223),
    ring=[(121.45, 31.219), (121.458, 31.219), (121.458, 31.227), (121.45, 31.227)],
)


@pytest.fixture(scope="module", params=["town", "shanghai"])
def run(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> WrittenRun:
    """Return the run of each city."""
    city = TOWN if request.param == "town" else SHANGHAI
    if not city.roads.is_file():
        pytest.skip(f"{city.roads.name} is not there; STOCKPILE_SHARED names the folder that holds roads/")
    return plan(city, tmp_path_factory.mktemp(request.param))


def test_only_drones_reach_the_site_in_water(run: WrittenRun) -> None:
    """Trucks do not wade 1.2 m, porters neither; everybody is supplied all the same."""
    assert_only_drones_reach_the_site_in_water(run)


def test_no_truck_drives_through_a_closed_tunnel(run: WrittenRun) -> None:
    """The network has tunnels, and the plan keeps out of them."""
    network = load_roads(run.folder.parent / "data" / "city" / "roads.npz").network
    tunnels = {network.link_ids[link] for link in np.unique(network.link[network.tunnel]).tolist()}
    assert tunnels
    assert used_links(run)
    assert used_links(run).isdisjoint(tunnels)


def test_without_drones_the_site_is_isolated(tmp_path: Path) -> None:
    """Neither trucks nor porters come there: its people are named, and exempt."""
    run = plan(TOWN, tmp_path, drones=False)
    assert run.code == 0, run.complaints
    assert run.report["verification"]["violations"] == []
    assert run.table("isolated")["site_id"].tolist() == [IN_WATER]
    assert [target["exempt_people"] for target in run.report["targets"]] == [10]
