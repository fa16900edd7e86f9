"""Agreement suppliers and the fleet of a region."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from kit.csv_files import Row, without
from kit.geography import LonLat, Plane, lon_lat_cells


def supplier_rows(
    inputs: Iterable[Row], top: str, points: Mapping[str, LonLat], plane: Plane
) -> list[dict[str, object]]:
    """One row an agreement for one item; rows of one depot share its position and docks.

    Agreements are pledged to the unit that the input names, else to the top unit of the region.
    """
    return [
        {
            "id": f"{row['depot']}-{row['item']}",
            "pledged_to": top,
            **without(row, "at", "east_m", "north_m"),
            **_position(row, row["place"], points, plane),
        }
        for row in inputs
    ]


def fleet_rows(inputs: Iterable[Row], points: Mapping[str, LonLat], plane: Plane) -> list[dict[str, object]]:
    """Trucks at their yards, boats at their berths, aircraft and drones at their pads."""
    return [
        {
            "available_from_h": 0,
            **without(row, "at", "east_m", "north_m"),
            **_position(row, row["base"], points, plane),
        }
        for row in inputs
    ]


def _position(row: Row, place: str, points: Mapping[str, LonLat], plane: Plane) -> dict[str, object]:
    """Some metres from the node in ``at``, else from the seat of the place."""
    near = points[row.get("at") or place]
    return lon_lat_cells(plane.offset(near, float(row["east_m"]), float(row["north_m"])))
