"""Coordinates that belong to the region, and road links whose ends and lengths fit together."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pandas as pd

from stockpile.bundle import Region
from stockpile.consistency.cells import positions_where, problem_at
from stockpile.errors import Problem
from stockpile.geodesy import great_circle_m
from stockpile.units import METRES_PER_KM

FARTHEST_DEGREES = 1.5  # a large municipality spans 1.6 degrees, its median position near one end
SAME_POSITION_DEGREES = 1e-6  # about 0.1 m
SHORTEST_LENGTH_RATIO = 0.95  # coordinates are rounded, and seats stand beside their road
LONGEST_LENGTH_RATIO = 3.0
SLACK_M = 50.0

_POSITIONS = (
    ("places", "lon", "lat"),
    ("warehouses", "lon", "lat"),
    ("suppliers", "lon", "lat"),
    ("sites", "lon", "lat"),
    ("fleet", "lon", "lat"),
    ("roads", "from_lon", "from_lat"),
    ("roads", "to_lon", "to_lat"),
)


def check_positions(region: Region) -> Iterator[Problem]:
    """Every position lies within 1.5 degrees of the region's median position."""
    middle_lon = _median([region.table(table)[lon] for table, lon, _ in _POSITIONS])
    middle_lat = _median([region.table(table)[lat] for table, _, lat in _POSITIONS])
    for table, lon_column, lat_column in _POSITIONS:
        frame = region.table(table)
        lon_off = (frame[lon_column] - middle_lon).abs() > FARTHEST_DEGREES
        lat_off = (frame[lat_column] - middle_lat).abs() > FARTHEST_DEGREES
        swapped = ((frame[lon_column] - middle_lat).abs() < FARTHEST_DEGREES) | (
            (frame[lat_column] - middle_lon).abs() < FARTHEST_DEGREES
        )
        for position in positions_where(lon_off | lat_off):
            column = lon_column if lon_off.iloc[position] else lat_column
            message = f"is more than {FARTHEST_DEGREES:g} degrees from the middle of the region"
            remedy = (
                "Swap longitude and latitude"
                if swapped.iloc[position]
                else f"Correct it; the middle of the region is {middle_lon:.4f}, {middle_lat:.4f}"
            )
            yield problem_at(region, table, position, column, message, remedy)


def _median(columns: list[pd.Series]) -> float:
    values = np.concatenate([column.to_numpy(dtype=np.float64) for column in columns])
    values = values[np.isfinite(values)]
    return float(np.median(values)) if values.size else float("nan")


def check_road_nodes(region: Region) -> Iterator[Problem]:
    """A node has one position, and a link joins two nodes."""
    roads = region.roads
    first: dict[str, tuple[float, float, int]] = {}
    rows = roads["row"].tolist()
    for position, end, node, lon, lat in _link_ends(roads):
        row = int(rows[position])
        first_lon, first_lat, first_row = first.setdefault(node, (lon, lat, row))
        for axis, here, there in (("lon", lon, first_lon), ("lat", lat, first_lat)):
            if abs(here - there) > SAME_POSITION_DEGREES:
                message = f"puts node {node} elsewhere than row {first_row}, which has {there:.15g}"
                remedy = "Give the node one position, or the two places two names"
                yield problem_at(region, "roads", position, f"{end}_{axis}", message, remedy)
    for position in positions_where((roads["from"] == roads["to"]) & (roads["from"] != "")):
        yield problem_at(
            region,
            "roads",
            position,
            "to",
            "is the node the link begins at",
            "Name the other end, or remove it",
        )


def _link_ends(roads: pd.DataFrame) -> Iterator[tuple[int, str, str, float, float]]:
    """Yield row position, `from` or `to`, node, longitude and latitude of both ends, link by link."""
    ends = [zip(roads[end], roads[f"{end}_lon"], roads[f"{end}_lat"], strict=True) for end in ("from", "to")]
    for position, (begin, finish) in enumerate(zip(*ends, strict=True)):
        if begin[0]:
            yield position, "from", *begin
        if finish[0]:
            yield position, "to", *finish


def check_road_lengths(region: Region) -> Iterator[Problem]:
    """A link is about as long as the straight line between its ends or longer, at most three times it."""
    roads = region.roads
    straight_m = great_circle_m(roads["from_lon"], roads["from_lat"], roads["to_lon"], roads["to_lat"])
    length_m = roads["length_km"].to_numpy(dtype=np.float64) * METRES_PER_KM
    too_short = length_m < SHORTEST_LENGTH_RATIO * straight_m - SLACK_M
    too_long = length_m > LONGEST_LENGTH_RATIO * straight_m + SLACK_M
    loop = (roads["from"] == roads["to"]).to_numpy(dtype=bool)
    for position in positions_where((too_short | too_long) & ~loop):
        relation = "shorter than" if too_short[position] else f"more than {LONGEST_LENGTH_RATIO:.0f} times"
        message = f"is {relation} the straight line of {straight_m[position] / METRES_PER_KM:.3f} km"
        remedy = "Give the length in km along the link, or correct the positions of its ends"
        yield problem_at(region, "roads", position, "length_km", message, remedy)
