"""Chinese map coordinates: conversions, and places that were taken for WGS84 and are not."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from road_samples import region_with, roads_table

from routing.checks import check_roads
from routing.datum import (
    BD09,
    DATUMS,
    GCJ02,
    WGS84,
    Datum,
    Floats,
    bd09_to_gcj02,
    bd09_to_wgs84,
    from_wgs84,
    gcj02_to_wgs84,
    to_wgs84,
    wgs84_to_bd09,
    wgs84_to_gcj02,
)
from routing.datum_guard import find_datum
from routing.road_network import RoadNetwork, network_from_table
from routing.snapping import EdgeIndex
from stockpile.geodesy import great_circle_m
from stockpile.region import Region

CHINA = np.random.default_rng(1).uniform([75.0, 19.0], [134.0, 52.0], (2000, 2)).T
SIDE = 24


@pytest.mark.parametrize("datum", DATUMS)
def test_there_and_back(datum: Datum) -> None:
    """To less than a millimetre, all over China."""
    lon, lat = to_wgs84(*from_wgs84(*CHINA, datum), datum)
    assert great_circle_m(lon, lat, *CHINA).max() < 1e-3


def test_the_shift_is_some_hundred_metres() -> None:
    """Which is why it must not go unseen."""
    gcj02 = great_circle_m(*wgs84_to_gcj02(*CHINA), *CHINA)
    bd09 = great_circle_m(*wgs84_to_bd09(*CHINA), *CHINA)
    assert 10.0 < gcj02.min() < np.median(gcj02) < gcj02.max() < 1000.0
    assert 300.0 < np.median(gcj02) < np.median(bd09) < 1500.0


def test_nothing_moves_outside_china() -> None:
    """Helsinki stays."""
    lon, lat = wgs84_to_gcj02(np.array([24.9]), np.array([60.2]))
    assert (lon[0], lat[0]) == (24.9, 60.2)


def test_inverses_are_named_too() -> None:
    """Each step of the way back."""
    shifted = wgs84_to_bd09(*CHINA)
    assert bd09_to_wgs84(*shifted)[0] == pytest.approx(gcj02_to_wgs84(*bd09_to_gcj02(*shifted))[0], abs=1e-12)


def grid(step: float) -> pd.DataFrame:
    """A town of streets about `step` degrees apart; a regular grid would look the same moved by a block."""
    random = np.random.default_rng(2)
    across, up = np.cumsum(random.uniform(0.4 * step, 1.6 * step, (2, SIDE)), axis=1)
    lon = 116.5 + across + random.normal(0.0, step / 8, (SIDE, SIDE))
    lat = 31.7 + up[:, None] + random.normal(0.0, step / 8, (SIDE, SIDE))
    nodes = {f"{r}-{c}": (lon[r, c], lat[r, c]) for r in range(SIDE) for c in range(SIDE)}
    ends = [(f"{r}-{c}", f"{r}-{c + 1}") for r in range(SIDE) for c in range(SIDE - 1)]
    ends += [(f"{r}-{c}", f"{r + 1}-{c}") for r in range(SIDE - 1) for c in range(SIDE)]
    blank = {"oneway": False, "bridge": False, "tunnel": False, "ref": "", "name_zh": "", "name_en": ""}
    links = [
        {"id": f"{a}:{b}", "from": a, "to": b, "length_km": 1.0, "class": "residential", **blank}
        for a, b in ends
    ]
    return roads_table(links, nodes)


def beside_roads(roads: RoadNetwork, count: int, seed: int = 3) -> tuple[Floats, Floats]:
    """Places within some ten metres of a road."""
    random = np.random.default_rng(seed)
    edges, share = random.integers(0, len(roads.edge_from), count), random.random(count)
    begin, end = roads.edge_from[edges], roads.edge_to[edges]
    spots = [axis[begin] + share * (axis[end] - axis[begin]) for axis in (roads.lon, roads.lat)]
    return spots[0] + random.normal(0.0, 5e-5, count), spots[1] + random.normal(0.0, 5e-5, count)


@pytest.fixture(scope="module", params=[0.0015, 0.01], ids=["dense", "sparse"])
def roads(request: pytest.FixtureRequest) -> RoadNetwork:
    """Streets 150 m and 1 km apart."""
    return network_from_table(grid(request.param))


@pytest.mark.parametrize("datum", [GCJ02, BD09])
def test_places_in_another_datum_are_recognised(datum: Datum, roads: RoadNetwork) -> None:
    """Also where streets are so dense that some road is always near."""
    found = find_datum(EdgeIndex(roads, ~roads.waterway), *from_wgs84(*beside_roads(roads, 80), datum))
    assert found is not None
    assert (found.datum, found.places, found.count) == (datum, True, 80)
    assert found.after_m < 15.0 < found.before_m


@pytest.mark.parametrize("datum", [GCJ02, BD09])
def test_roads_in_another_datum_are_recognised(datum: Datum, roads: RoadNetwork) -> None:
    """Then the places are right and the roads are converted."""
    found = find_datum(EdgeIndex(roads, ~roads.waterway), *to_wgs84(*beside_roads(roads, 80), datum))
    assert found is not None
    assert (found.datum, found.places) == (datum, False)


@pytest.mark.parametrize("seed", range(20))
def test_right_places_raise_no_alarm(seed: int, roads: RoadNetwork) -> None:
    """Beside roads or anywhere, a few or many."""
    index = EdgeIndex(roads, ~roads.waterway)
    random = np.random.default_rng(seed)
    for count in (1, 6, 12, 200):
        assert find_datum(index, *beside_roads(roads, count, seed)) is None
        anywhere = random.uniform(116.5, 116.53, count), random.uniform(31.7, 31.73, count)
        assert find_datum(index, *anywhere) is None


def region_of(roads: pd.DataFrame, datum: Datum, *, sites: int = 30) -> Region:
    """A region whose sites are in a datum and whose warehouses are in WGS84."""
    network = network_from_table(roads)
    tables = {}
    for table, count, kind in (("sites", sites, datum), ("warehouses", 30, WGS84)):
        lon, lat = from_wgs84(*beside_roads(network, count), kind)
        ids = [f"{table}{number}" for number in range(count)]
        flags = {"landing": False, "wharf": False}
        rows = {"id": ids, "lon": lon, "lat": lat, **flags, "row": np.arange(count) + 2}
        tables[table] = pd.DataFrame(rows)
    return region_with(roads=roads, **tables)


def test_the_table_in_the_wrong_datum_is_named_with_the_conversion() -> None:
    """The warehouses beside it are right and stay unnamed."""
    (problem,) = check_roads(region_of(grid(0.005), GCJ02))
    assert problem.file == "sample/sites.csv"
    assert "holds GCJ-02 coordinates, not WGS84" in problem.message
    assert "--datum gcj02" in problem.remedy


def test_a_right_region_is_sound() -> None:
    """The counterpart."""
    assert check_roads(region_of(grid(0.005), WGS84)) == []
