"""Agreement suppliers and the contract fleet of Jin'an."""

from __future__ import annotations

from collections.abc import Mapping

from csv_files import Row
from geography import LonLat, Plane
from jinan_places import DISTRICT
from jinan_stores import PLAN, lon_lat_cells, offset

TRUCK_SOURCE = (
    f"Plan {PLAN}: 8 firms with 68 transport vehicles in all; firm names generic, split over firms, "
    "load classes, yards and call-out assumed"
)
BOAT_SOURCE = (
    f"Plan {PLAN}: 32 rubber boats and 10 assault boats in all, holders named; split over holders, "
    "berths and call-out assumed"
)
SUPPLIER_SOURCE = (
    f"Modelled: plan {PLAN} asks for agreement, social and production reserves without naming firms or "
    "amounts; firm, amount, call-off time and rates assumed"
)


def supplier_rows(inputs: list[Row], points: Mapping[str, LonLat], plane: Plane) -> list[dict[str, object]]:
    """One row an agreement for one item; rows of one depot share its position and docks."""
    rows = []
    for row in inputs:
        at = offset(plane, points[row["place"]], float(row["east_m"]), float(row["north_m"]))
        kept = {name: value for name, value in row.items() if name not in {"east_m", "north_m"}}
        rows.append(
            {
                "id": f"{row['depot']}-{row['item']}",
                **kept,
                "pledged_to": DISTRICT,
                **lon_lat_cells(at),
                "basis": "modelled",
                "source": SUPPLIER_SOURCE,
            }
        )
    return rows


def fleet_rows(inputs: list[Row], points: Mapping[str, LonLat], plane: Plane) -> list[dict[str, object]]:
    """Trucks at the yards of the firms, boats at their berths."""
    rows = []
    for row in inputs:
        near = points[row["at"] or row["base"]]
        at = offset(plane, near, float(row["east_m"]), float(row["north_m"]))
        kept = {name: value for name, value in row.items() if name not in {"at", "east_m", "north_m"}}
        source = BOAT_SOURCE if row["type"].endswith("_boat") else TRUCK_SOURCE
        rows.append(
            {**kept, "available_from_h": 0, **lon_lat_cells(at), "basis": "assumed", "source": source}
        )
    return rows
