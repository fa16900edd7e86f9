"""Small road tables, vehicle types and regions written by hand for the tests of the road modules."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Any

import numpy as np
import pandas as pd

from routing.fleet import VehicleType
from routing.road_network import RoadNetwork, network_from_table
from routing.travel_times import Points
from stockpile.region import Region

# 0.01 degrees of latitude are 1.112 km on the ground; the positions only have to be apart.
NODES: Mapping[str, tuple[float, float]] = {
    "A": (116.50, 31.70),
    "B": (116.52, 31.70),
    "C": (116.54, 31.70),
    "D": (116.50, 31.72),
    "E": (116.52, 31.72),
    "F": (116.54, 31.72),
}


def link(link_id: str, start: str, end: str, km: float, **values: object) -> dict[str, object]:
    """One row of the roads table: two-way, unclassified (25 km/h), no bridge, unless `values` differ."""
    return {
        "id": link_id,
        "from": start,
        "to": end,
        "length_km": km,
        "class": "unclassified",
        "oneway": False,
        "bridge": False,
        "tunnel": False,
        "ref": "",
        "name_zh": "",
        "name_en": "",
        "max_weight_t": np.nan,
        **values,
    }


def roads_table(
    links: Sequence[Mapping[str, object]],
    nodes: Mapping[str, tuple[float, float]] = NODES,
) -> pd.DataFrame:
    """The links as a roads table with the positions of their nodes and row numbers from 2."""
    columns = [*link("", "", "", 0.0), "from_lon", "from_lat", "to_lon", "to_lat", "row"]
    rows = []
    for number, given in enumerate(links):
        position: dict[str, object] = {"row": number + 2}
        for end in ("from", "to"):
            position[f"{end}_lon"], position[f"{end}_lat"] = nodes[str(given[end])]
        rows.append({**given, **position})
    return pd.DataFrame(rows, columns=columns)


def network(*links: Mapping[str, object], nodes: Mapping[str, tuple[float, float]] = NODES) -> RoadNetwork:
    """The network of these links."""
    return network_from_table(roads_table(links, nodes))


def edges_of(roads: RoadNetwork, link_id: str) -> list[int]:
    """Indices of the directed edges of a link."""
    return np.flatnonzero(roads.link == roads.link_ids.index(link_id)).tolist()


def links_of(roads: RoadNetwork, edges: Sequence[int]) -> list[str]:
    """Ids of the links that edges belong to."""
    return [roads.link_ids[roads.link[edge]] for edge in edges]


def vehicle(**values: Any) -> VehicleType:  # noqa: ANN401 - any field of the type
    """A truck that neither wades nor minds weight limits, unless `values` say otherwise."""
    fields: dict[str, Any] = {
        "id": "truck",
        "name_zh": "货车",
        "name_en": "Truck",
        "mode": "road",
        "payload_kg": 5000.0,
        "volume_m3": 20.0,
        "gross_weight_t": None,
        "height_m": None,
        "speed_factor": 1.0,
        "cruise_kph": None,
        "range_m": np.inf,
        "wade_depth_m": 0.0,
        "stop_s": 600,
        "unload_kg_per_s": 2.0,
        "cost_per_km": 3.0,
        "cost_per_h": 60.0,
    }
    return VehicleType(**{**fields, **values})


def boat(**values: Any) -> VehicleType:  # noqa: ANN401 - any field of the type
    """A boat that cruises at 18 km/h = 5 m/s, unless `values` say otherwise."""
    return vehicle(**{"id": "boat", "mode": "water", "cruise_kph": 18.0, **values})


def points_at(*nodes: str, wharf: Sequence[bool] | None = None) -> Points:
    """Points that stand exactly on nodes of NODES."""
    lon, lat = zip(*(NODES[node] for node in nodes), strict=True)
    flags = np.zeros(len(nodes), dtype=np.bool_) if wharf is None else np.array(wharf, dtype=np.bool_)
    return Points(nodes, np.array(lon), np.array(lat), flags)


def region_with(**tables: pd.DataFrame) -> Region:
    """A region that holds the given tables and empty ones otherwise."""
    columns = {
        "warehouses": ["id", "lon", "lat", "wharf", "row"],
        "suppliers": ["id", "depot", "lon", "lat", "row"],
        "sites": ["id", "lon", "lat", "landing", "wharf", "row"],
        "fleet": ["id", "type", "lon", "lat", "row"],
        "vehicle_types": ["id", "mode"],
        "roads": [*link("", "", "", 0.0), "from_lon", "from_lat", "to_lon", "to_lat", "row"],
    }
    names = ("places", "lots", "floors", "items", "baskets", *columns)
    empty = {name: pd.DataFrame(columns=columns.get(name, ["id"])) for name in names}
    return Region(name="sample", digests=MappingProxyType({}), **{**empty, **tables})
