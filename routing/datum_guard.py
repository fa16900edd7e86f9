"""Recognise places, or roads, whose coordinates are GCJ-02 or BD-09 and were taken for WGS84."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import pandas as pd

from routing.datum import BD09, DATUM_NAMES, GCJ02, Datum, Floats, from_wgs84, to_wgs84
from routing.road_network import RoadNetwork
from routing.snapping import EdgeIndex
from stockpile.errors import Problem
from stockpile.geodesy import EARTH_RADIUS_M
from stockpile.region import Region

FEWEST = 6
"""Places from which an offset can be told from chance."""

MOST_ASKED = 100
SHIFTS = 48
SHIFT_M = (200.0, 1200.0)
SEED = 20260705
FIT = -4.5
FIT_OF_ROADS = -5.5  # roads in a wrong datum are rarer than places
GAIN = -3.0
ON_THE_ROAD_M = 3.0
LEAST_SPREAD = 0.05
METRES_PER_DEGREE = np.pi * EARTH_RADIUS_M / 180.0
TABLES = ("warehouses", "suppliers", "sites", "fleet")


@dataclass(frozen=True)
class DatumFinding:
    """A datum that explains an offset: `before_m` and `after_m` are median distances to the nearest road.

    `places` says whether the places or the roads are in that datum.
    """

    datum: Datum
    places: bool
    before_m: float
    after_m: float
    count: int


def find_datum(roads: EdgeIndex, lon: Floats, lat: Floats) -> DatumFinding | None:
    """Find the datum whose conversion brings a list of places onto the roads; None when all is well.

    In a dense city some road is always near, so the places are compared with themselves moved together by
    SHIFTS random offsets of 200 to 1,200 m. How well places fit the roads is the mean logarithm of their
    distance to the nearest one, a distance beyond the median of the moved counting as that median: places
    moved out of town say nothing. With z = (fit - median of the moved) / (spread of the moved below it), a
    conversion explains an offset when its z is below FIT (FIT_OF_ROADS) and at least GAIN below that of the
    places as they are. Places that already stand on the roads, or have nothing to do with roads, do not come
    out so.
    """
    if len(lon) < FEWEST:
        return None
    step = -(-len(lon) // MOST_ASKED)
    lon, lat = lon[::step], lat[::step]
    distances = [roads.nearest(*spots).metres for spots in _moved(lon, lat)]
    far_m = float(np.median(distances))
    moved = np.array([_fit(metres, far_m) for metres in distances])
    before = roads.nearest(lon, lat).metres
    usual = float(np.median(moved))
    spread = max(float(np.sqrt(np.mean((moved[moved <= usual] - usual) ** 2))), LEAST_SPREAD)
    found: list[tuple[float, DatumFinding]] = []
    for datum in (GCJ02, BD09):
        for places, convert in ((True, to_wgs84), (False, from_wgs84)):
            after = roads.nearest(*convert(lon, lat, datum)).metres
            fit = _fit(after, far_m)
            z, gain = (fit - usual) / spread, (fit - _fit(before, far_m)) / spread
            if z <= (FIT if places else FIT_OF_ROADS) and gain <= GAIN:
                medians = float(np.median(before)), float(np.median(after))
                found.append((z, DatumFinding(datum, places, *medians, len(lon))))
    return min(found, key=lambda candidate: candidate[0])[1] if found else None


def _fit(metres: Floats, far_m: float) -> float:
    return float(np.log(np.maximum(np.minimum(metres, far_m), ON_THE_ROAD_M)).mean())


def _moved(lon: Floats, lat: Floats) -> Iterator[tuple[Floats, Floats]]:
    """Yield the places moved together by random offsets, always the same ones."""
    random = np.random.default_rng(SEED)
    metres, angle = random.uniform(*SHIFT_M, SHIFTS), random.uniform(0.0, 2.0 * np.pi, SHIFTS)
    for east, north in zip(metres * np.cos(angle), metres * np.sin(angle), strict=True):
        yield lon + east / METRES_PER_DEGREE / np.cos(np.radians(lat)), lat + north / METRES_PER_DEGREE


def check_datum(region: Region, network: RoadNetwork) -> list[Problem]:
    """Return a problem for each table whose places are in another datum than the roads.

    Tables are judged one by one, because they may come from different maps, and together when none of them
    is large enough to tell.
    """
    positions = {table: _positions(region.table(table)) for table in TABLES}
    if not any(len(lon) for lon, _ in positions.values()):
        return []
    roads = EdgeIndex(network, ~network.waterway)
    found = {table: find_datum(roads, *spots) for table, spots in positions.items() if len(spots[0])}
    problems = [_problem(region, (table,), finding) for table, finding in found.items() if finding]
    if problems:
        return problems
    lon, lat = (np.concatenate([spots[axis] for spots in positions.values()]) for axis in (0, 1))
    together = find_datum(roads, lon, lat)
    return [] if together is None else [_problem(region, tuple(found), together)]


def _positions(table: pd.DataFrame) -> tuple[Floats, Floats]:
    """Different positions of a table; blanks have been reported by the reader."""
    spots = table[["lon", "lat"]].astype(np.float64).dropna().drop_duplicates()
    return spots["lon"].to_numpy(), spots["lat"].to_numpy()


def _problem(region: Region, tables: tuple[str, ...], finding: DatumFinding) -> Problem:
    name = DATUM_NAMES[finding.datum]
    files = " ".join(region.file_of(table) for table in tables)
    gain = (
        f"{finding.count} places lie {finding.before_m:.0f} m from the roads (median), and "
        f"{finding.after_m:.0f} m after conversion"
    )
    if finding.places:
        message = f"holds {name} coordinates, not WGS84: {gain} from {name}"
        remedy = f"Convert it: stockpile roads convert TABLE.csv --datum {finding.datum}"
    else:
        message = f"does not fit the roads, which are in {name}, not WGS84: {gain} of the roads from {name}"
        remedy = f"Import the roads again with --datum {finding.datum}, or convert the roads table to WGS84"
    return Problem(files, None, "lon, lat", None, message, remedy)
