"""A region of five nodes and a sound plan for it, worked out by hand.

    D ~~~~~~ waterway 15 km ~~~~~~ A        sites, depots and stores lie 0.001 degree (111.2 m) north of
    |                              |        their node: 26.69 s at 15 km/h; bases lie on their node
    L3 12 km, flooded            L1 10 km   a truck takes 72 s per km, the boat 180 s per km
    |                              |
    +------------- B --------------+
                   |
                  L2 10 km (and L6, one way from C to B)
                   |
                   C --- L5 4 km, bridge down --- E

A: district store W-1 (1 dock, wharf), bases F-1 (2 trucks) and F-2 (1 boat). B: township store W-2, depot
Mill, site S-1. C: community point W-3, site S-2. D: site S-3 (wharf). E: site S-4, cut off.

Each leg between points at neighbouring nodes takes 720 + 2 * 26.69 = 773.4 s by truck, so 774 s.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from types import MappingProxyType

import numpy as np
import pandas as pd

from routing.closures import Closure, RoadState, apply_closures
from routing.road_network import RoadNetwork, network_from_table
from routing.verify import PlanContext, ReportedFigures, RoadsInForce
from stockpile.region import ALL_TABLES, Region

Tables = dict[str, pd.DataFrame]

ON = dt.date(2026, 7, 5)
HORIZON_S = 6 * 3600
NORTH = 0.001
NODES = {"A": (116.5, 31.5), "B": (116.6, 31.5), "C": (116.7, 31.5), "D": (116.5, 31.6), "E": (116.7, 31.45)}
PEOPLE = MappingProxyType({"S-1": 100, "S-2": 50, "S-3": 40, "S-4": 10})
TRUCK_S = MappingProxyType({"L1": 720.0, "L2": 720.0, "L3": np.inf, "L4": np.inf, "L5": np.inf, "L6": 720.0})
BOAT_S = MappingProxyType(
    {"L1": np.inf, "L2": np.inf, "L3": np.inf, "L4": 2700.0, "L5": np.inf, "L6": np.inf}
)


def hours(seconds: int) -> float:
    """Return hours as the tables write them."""
    return round(seconds / 3600, 4)


def frame(columns: str, *rows: tuple[object, ...]) -> pd.DataFrame:
    """Return a table from its columns, separated by spaces, and its rows."""
    return pd.DataFrame(list(rows), columns=columns.split())


def at(node: str) -> tuple[float, float]:
    """Return lon and lat of a point just north of a node."""
    lon, lat = NODES[node]
    return lon, lat + NORTH


def small_network() -> RoadNetwork:
    """Return the six links."""
    rows = [
        ("L1", "A", "B", "primary", 10.0, False),
        ("L2", "B", "C", "secondary", 10.0, False),
        ("L3", "B", "D", "secondary", 12.0, False),
        ("L4", "A", "D", "waterway", 15.0, False),
        ("L5", "C", "E", "tertiary", 4.0, False),
        ("L6", "C", "B", "tertiary", 10.0, True),
    ]
    table = frame("id from to class length_km oneway", *rows)
    for end in ("from", "to"):
        table[f"{end}_lon"] = [NODES[node][0] for node in table[end]]
        table[f"{end}_lat"] = [NODES[node][1] for node in table[end]]
    table["bridge"] = table["id"] == "L5"
    blank = {
        "name_zh": "",
        "name_en": "",
        "ref": "",
        "tunnel": False,
        "max_weight_t": np.nan,
    }
    return network_from_table(table.assign(**blank))


def small_region() -> Region:
    """Return the region, with the columns that a plan depends on."""
    tables = dict.fromkeys(ALL_TABLES, pd.DataFrame())
    tables["warehouses"] = frame(
        "id level place status docks dock_t_per_h mobilisation_min helipad wharf lon lat",
        ("W-1", "district", "P-A", "existing", 1, 3.6, 30.0, False, True, *at("A")),
        ("W-2", "township", "P-B", "existing", 1, 3.6, 30.0, False, False, *at("B")),
        ("W-3", "community", "P-C", "existing", 1, 3.6, 0.0, False, False, *at("C")),
        ("W-4", "district", "P-B", "candidate", 1, 3.6, 30.0, False, False, *at("B")),
    )
    tables["lots"] = frame(
        "id warehouse item quantity expires_on",
        ("LOT-1", "W-1", "water", 150, dt.date(2026, 8, 1)),
        ("LOT-2", "W-1", "water", 500, dt.date(2027, 1, 1)),
        ("LOT-3", "W-1", "quilt", 200, None),
        ("LOT-4", "W-2", "torch", 20, None),
        ("LOT-5", "W-3", "water", 40, dt.date(2026, 9, 1)),
        ("LOT-6", "W-3", "quilt", 20, None),
        ("LOT-7", "W-1", "water", 50, dt.date(2026, 7, 4)),
        ("LOT-8", "W-4", "water", 90, None),
    )
    tables["suppliers"] = frame(
        "id depot place item quantity activation_h ramp_per_h reliability contract_end docks dock_t_per_h"
        " lon lat",
        ("M-1", "Mill", "P-B", "water", 100, 1.0, 40.0, 0.9, None, 1, 3.6, *at("B")),
    )
    tables["sites"] = frame(
        "id place handout_persons_per_h landing wharf lon lat",
        ("S-1", "P-B", 60.0, False, False, *at("B")),
        ("S-2", "P-C", 20.0, False, False, *at("C")),
        ("S-3", "P-D", 40.0, False, True, *at("D")),
        ("S-4", "P-E", 10.0, False, False, *at("E")),
    )
    tables["fleet"] = frame(
        "id type number mobilisation_min available_from_h available_to_h load_at return_required max_drive_h"
        " lon lat",
        ("F-1", "truck", 2, 20.0, 0.0, np.nan, "", False, np.nan, *NODES["A"]),
        ("F-2", "boat", 1, 5.0, 0.1, 5.0, "", False, np.nan, *NODES["A"]),
    )
    tables["items"] = frame(
        "id weight_kg volume_m3", ("water", 2.0, 0.004), ("quilt", 3.0, 0.02), ("torch", 0.5, 0.001)
    )
    tables["vehicle_types"] = frame(
        "id mode payload_kg volume_m3 stop_min unload_t_per_h cruise_kph range_km wade_depth_m",
        ("truck", "road", 1000.0, 4.0, 10.0, 3.6, np.nan, np.nan, 0.3),
        ("boat", "water", 300.0, 3.0, 5.0, 3.6, 20.0, np.nan, 0.0),
    )
    return Region(name="small", digests=MappingProxyType({}), **tables)


def small_state(network: RoadNetwork) -> RoadState:
    """Return the roads with 0.4 m of water on L3 and the bridge of L5 down."""
    flood = Closure("flood", links=frozenset({"L3"}), depth_m=0.4)
    return apply_closures(network, [flood, Closure("bridge-down", links=frozenset({"L5"}))])


def small_context() -> PlanContext:
    """Return what the plan must respect."""
    network = small_network()
    links = [network.link_ids[link] for link in network.link]
    needs = (("water", 2.0, True), ("quilt", 1.0, True), ("torch", 0.1, False))
    return PlanContext(
        region=small_region(),
        network=network,
        roads=(
            RoadsInForce(
                start_s=0,
                edge_seconds={
                    "truck": np.array([TRUCK_S[link] for link in links]),
                    "boat": np.array([BOAT_S[link] for link in links]),
                },
                state=small_state(network),
            ),
        ),
        people=PEOPLE,
        need=frame("item quantity_per_person essential", *needs),
        on=ON,
        horizon_s=HORIZON_S,
        target_hours=(3.5, 6.0),
    )


def small_plan() -> Tables:
    """Return a sound plan.

    T0001 loads 790 kg at W-1 (600 + 790 = 1,390 s) for S-1 and S-2; T0002 waits at Mill for the second batch
    (40 of 60 cases stand ready at 2 h, the rest at 3 h); T0003 is the second trip of the truck of T0001; the
    boat of T0004 waits for the one dock of W-1. S-2 holds 20 baskets on the spot.
    """
    return {
        "trips": _trips(),
        "stops": _stops(),
        "load_lines": _load_lines(),
        "legs": _legs(),
        "local_issues": frame(
            "site_id warehouse_id lot_id item quantity hour",
            ("S-2", "W-3", "LOT-5", "water", 40, 0.0),
            ("S-2", "W-3", "LOT-6", "quilt", 20, 0.0),
        ),
        "supply": _supply(),
        "demand": _demand(),
        "coverage": _coverage(),
        "curve": _curve(),
        "targets": frame(
            "id hours scope required people supplied share exempt_people met source",
            ("most-3h30", 3.5, "share", 0.8, 190, 160, 0.8421, 10, True, "assumed"),
            ("all-6h", 6.0, "share", 1.0, 190, 190, 1.0, 10, True, "assumed"),
        ),
        "isolated": frame("site_id name_zh name_en place people", ("S-4", "", "", "P-E", 10)),
    }


def reported_figures() -> ReportedFigures:
    """Return what the report says.

    Person-hours. S-1: 100 * 1.46222 + 100^2 / (2 * 60) = 229.5556. S-2: 40 in the first hour, 30 people to
    3.615 h = 78.45, then 30^2 / (2 * 20) = 22.5. S-3: 40 * 1.97333 + 40^2 / (2 * 40) = 98.9333. S-4: 60.
    """
    by_hour = ((0.0, 0), (1.0, 20), (2.0, 53), (3.0, 152), (4.0, 167), (5.0, 187), (6.0, 190))
    return ReportedFigures(supplied_by_target=(160, 190), supplied_by_hour=by_hour, person_hours=529.4389)


def _trips() -> pd.DataFrame:
    names = (
        "trip_id vehicle_id fleet_id vehicle_type mode sequence source_id dock"
        " depart_h arrive_h load_start_h load_end_h end_h weight_kg volume_m3 drive_km drive_h"
    )
    truck, boat = ("F-1", "truck", "road"), ("F-2", "boat", "water")
    rows = (
        ("T0001", "F-1#01", *truck, 1, "W-1", 1, 1200, 1227, 1800, 3190, 6728, 790.0, 3.4, 20.556, 1575),
        ("T0002", "F-1#02", *truck, 1, "Mill", 1, 1200, 1947, 10800, 11520, 13014, 120.0, 0.24, 20.333, 1521),
        ("T0003", "F-1#01", *truck, 2, "W-2", 1, 6728, 7502, 7502, 8107, 8766, 5.0, 0.01, 10.444, 828),
        ("T0004", "F-2#01", *boat, 1, "W-1", 1, 600, 627, 3190, 3770, 7104, 280.0, 1.12, 15.333, 2781),
    )  # fmt: skip
    return _in_hours(frame(names, *rows))


def _stops() -> pd.DataFrame:
    return _in_hours(
        frame(
            "trip_id stop site_id arrive_h unload_start_h unload_end_h weight_kg",
            ("T0001", 1, "S-1", 3964, 3964, 5264, 700.0),  # 600 + 700 s
            ("T0001", 2, "S-2", 6038, 6038, 6728, 90.0),
            ("T0002", 1, "S-2", 12294, 12294, 13014, 120.0),
            ("T0003", 1, "S-1", 8161, 8161, 8766, 5.0),
            ("T0004", 1, "S-3", 6524, 6524, 7104, 280.0),  # 300 + 280 s
        )
    )


def _load_lines() -> pd.DataFrame:
    return frame(
        "trip_id stop site_id pick lot_id item quantity weight_kg volume_m3",
        ("T0001", 1, "S-1", 1, "LOT-1", "water", 150, 300.0, 0.6),
        ("T0001", 1, "S-1", 2, "LOT-2", "water", 50, 100.0, 0.2),
        ("T0001", 1, "S-1", 3, "LOT-3", "quilt", 100, 300.0, 2.0),
        ("T0001", 2, "S-2", 4, "LOT-3", "quilt", 30, 90.0, 0.6),
        ("T0002", 1, "S-2", 1, "M-1@0", "water", 40, 80.0, 0.16),
        ("T0002", 1, "S-2", 2, "M-1@1", "water", 20, 40.0, 0.08),
        ("T0003", 1, "S-1", 1, "LOT-4", "torch", 10, 5.0, 0.01),
        ("T0004", 1, "S-3", 1, "LOT-2", "water", 80, 160.0, 0.32),
        ("T0004", 1, "S-3", 2, "LOT-3", "quilt", 40, 120.0, 0.8),
    )


def _legs() -> pd.DataFrame:
    return _in_hours(
        frame(
            "trip_id leg from_id to_id depart_h arrive_h km links via",
            ("T0001", 0, "F-1", "W-1", 1200, 1227, 0.112, "", ""),
            ("T0001", 1, "W-1", "S-1", 3190, 3964, 10.222, "L1", ""),
            ("T0001", 2, "S-1", "S-2", 5264, 6038, 10.222, "L2", ""),
            ("T0002", 0, "F-1", "Mill", 1200, 1947, 10.111, "L1", ""),
            ("T0002", 1, "Mill", "S-2", 11520, 12294, 10.222, "L2", ""),
            ("T0003", 0, "S-2", "W-2", 6728, 7502, 10.222, "L6", ""),
            ("T0003", 1, "W-2", "S-1", 8107, 8161, 0.222, "", ""),
            ("T0004", 0, "F-2", "W-1", 600, 627, 0.111, "", ""),
            ("T0004", 1, "W-1", "S-3", 3770, 6524, 15.222, "L4", ""),
        )
    )


def _supply() -> pd.DataFrame:
    return frame(
        "lot_id source_id item quantity available_h expires_on",
        ("LOT-1", "W-1", "water", 150, 0.0, "2026-08-01"),
        ("LOT-2", "W-1", "water", 500, 0.0, "2027-01-01"),
        ("LOT-3", "W-1", "quilt", 200, 0.0, ""),
        ("LOT-4", "W-2", "torch", 20, 0.0, ""),
        ("M-1@0", "Mill", "water", 40, 2.0, ""),
        ("M-1@1", "Mill", "water", 40, 3.0, ""),
        ("M-1@2", "Mill", "water", 10, 4.0, ""),  # 90 % of 100 count
    )


def _demand() -> pd.DataFrame:
    units = {
        ("S-1", "P-B"): ((200, 200), (100, 100), (10, 10)),
        ("S-2", "P-C"): ((100, 100), (50, 50), (5, 0)),
        ("S-3", "P-D"): ((80, 80), (40, 40), (4, 0)),
        ("S-4", "P-E"): ((20, 0), (10, 0), (1, 0)),
    }
    items = (("water", True, 2.0), ("quilt", True, 1.0), ("torch", False, 0.1))
    rows = [
        (site, place, PEOPLE[site], *item, need, delivered, need - delivered)
        for (site, place), by_item in units.items()
        for item, (need, delivered) in zip(items, by_item, strict=True)
    ]
    return frame("site_id place people item essential quantity_per_person need delivered unmet", *rows)


def _coverage() -> pd.DataFrame:
    by_hour = {
        "S-1": {0: 0, 1: 0, 2: 32, 3: 92, 3.5: 100, 4: 100, 5: 100, 6: 100},
        "S-2": {0: 0, 1: 20, 2: 20, 3: 20, 3.5: 20, 4: 27, 5: 47, 6: 50},
        "S-3": {0: 0, 1: 0, 2: 1, 3: 40, 3.5: 40, 4: 40, 5: 40, 6: 40},
        "S-4": {0: 0, 1: 0, 2: 0, 3: 0, 3.5: 0, 4: 0, 5: 0, 6: 0},
    }
    rows = [(site, float(hour), people) for site, row in by_hour.items() for hour, people in row.items()]
    return frame("site_id hour supplied", *rows)


def _curve() -> pd.DataFrame:
    totals = {0.0: 0, 1.0: 20, 2.0: 53, 3.0: 152, 3.5: 160, 4.0: 167, 5.0: 187, 6.0: 190}
    return frame("hour supplied share", *((hour, people, people / 200) for hour, people in totals.items()))


def _in_hours(table: pd.DataFrame) -> pd.DataFrame:
    times = [name for name in table.columns if name.endswith("_h")]
    return table.assign(**{name: [hours(second) for second in table[name]] for name in times})


def change(
    tables: Mapping[str, pd.DataFrame], table: str, key: Mapping[str, object], **values: object
) -> Tables:
    """Return the tables with new values in the rows of one table that match the key."""
    return {**tables, table: changed(tables[table], key, **values)}


def changed(table: pd.DataFrame, key: Mapping[str, object], **values: object) -> pd.DataFrame:
    """Return the table with new values in the rows that match the key; a callable is given the old value."""
    rows = table.to_dict("records")
    touched = [row for row in rows if all(row[column] == value for column, value in key.items())]
    assert touched, f"no row has {dict(key)}"
    for row in touched:
        row.update(
            {
                column: value(row[column]) if isinstance(value, Callable) else value
                for column, value in values.items()
            }
        )
    return pd.DataFrame(rows, columns=table.columns)


def without(tables: Mapping[str, pd.DataFrame], table: str, key: Mapping[str, object]) -> Tables:
    """Return the tables without the rows of one table that match the key."""
    kept = [
        row
        for row in tables[table].to_dict("records")
        if not all(row[column] == value for column, value in key.items())
    ]
    return {**tables, table: pd.DataFrame(kept, columns=tables[table].columns)}


def shift(tables: Mapping[str, pd.DataFrame], trip_id: str, seconds: int) -> Tables:
    """Return the tables with every time of one trip moved."""
    moved = dict(tables)
    for table in ("trips", "stops", "legs"):
        times = [name for name in tables[table].columns if name.endswith("_h") and name != "drive_h"]
        later = {name: lambda hour: hours(round(hour * 3600) + seconds) for name in times}
        moved = change(moved, table, {"trip_id": trip_id}, **later)
    return moved
