"""Ways between warehouses on intact roads."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from routing import warehouse_roads
from routing.region_roads import region_network
from routing.road_network import network_from_table
from routing.warehouse_roads import road_distances
from stockpile.region import load_region

DATA = Path(__file__).resolve().parents[1] / "data"


def test_ways_are_those_of_the_roads() -> None:
    """Along the one road W1 lies 60 km from W2 (R3, R4) and W3 20 km beyond (R5, R6)."""
    region = load_region("tiny", DATA)
    found = road_distances(region, region_network(region, DATA))
    km = found.between(["W1", "W2", "W3"]) / 1000
    assert km[0] == pytest.approx([0, 60, 80], abs=0.01)
    assert km == pytest.approx(km.T)


def test_where_no_road_leads_the_way_is_the_last_to_be_taken(monkeypatch: pytest.MonkeyPatch) -> None:
    """Without R4 nothing leads from W1 to W2: farther than any road, however near, and no figure is told."""
    monkeypatch.setattr(warehouse_roads, "NO_ROAD", 1e-3)
    region = load_region("tiny", DATA)
    roads = region.roads[region.roads["id"] != "R4"]
    found = road_distances(region, network_from_table(roads))
    km, told = (some(["W1", "W2", "W3"]) / 1000 for some in (found.between, found.told))
    assert km[0, 1] > km[1, 2] == pytest.approx(20, abs=0.01)
    assert np.isnan(told[0, 1])
    assert told[1, 2] == km[1, 2]
