"""Put imported roads into a region's folder, and say what its roads are."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd
from scipy.sparse import csr_array
from scipy.sparse.csgraph import connected_components

from routing.datum import Datum, Floats, to_wgs84
from routing.datum_guard import check_datum
from routing.osm import ImportedRoads, read_roads
from routing.osm.report import ImportReport
from routing.region_roads import region_network, stored_roads
from routing.road_network import RoadNetwork
from routing.road_store import StoredRoads, save_roads
from routing.snapping import nearest_edges
from scenarios.roads_picture import Marks, network_svg
from stockpile.bundle import SAVED_ROADS
from stockpile.errors import DataError, Problem
from stockpile.region import Region, read_region, region_folder
from stockpile.tables import read_content
from stockpile.text_files import BadFile, decode, split_rows

CREDIT = "© OpenStreetMap contributors, ODbL 1.0"
UNMATCHED_M = 500.0
"""Distance to the nearest road from which a place counts as not matched to the network."""


def import_roads(
    file: Path, region: str, root: Path | None = None, *, datum: Datum, tracks: bool
) -> ImportedRoads:
    """Read a file of roads and keep it as the network of a region.

    Where the tables of the region can be read, its places must fit the roads.

    Raises:
        DataError: there is no such region, the file cannot be read, or roads and places differ in datum;
            nothing is written.
    """
    folder = region_folder(region, root)
    imported = read_roads(file, datum=datum, tracks=tracks)
    tables, _ = read_region(region, root, roads_to_come=True)
    problems = [] if tables is None else check_datum(tables, imported.network)
    if problems:
        raise DataError(problems)
    save_roads(StoredRoads(imported.network, imported.report), folder / SAVED_ROADS)
    return imported


@dataclass(frozen=True)
class Unmatched:
    """A place that lies more than UNMATCHED_M from every road."""

    kind: str
    id: str
    name: str
    metres: float


@dataclass(frozen=True, eq=False)
class RoadsInfo:
    """What the roads of a region are.

    `components` holds the number of nodes of each strongly connected part, the largest first; `median_m` and
    `farthest_m` are distances of warehouses and sites to the nearest road.
    """

    network: RoadNetwork
    report: ImportReport | None
    km_by_class: dict[str, float]
    components: tuple[int, ...]
    places: int
    median_m: float
    farthest_m: float
    unmatched: tuple[Unmatched, ...]
    picture: str


def roads_info(name: str, root: Path | None = None) -> RoadsInfo:
    """Describe the roads of a region.

    Raises:
        DataError: the region or its roads cannot be read.
    """
    region, problems = read_region(name, root)
    if region is None:
        raise DataError(problems)
    network = region_network(region, root)
    stored = stored_roads(region, root)
    kinds = {kind: _marks(region, kind) for kind in ("site", "warehouse")}
    metres = {
        kind: nearest_edges(network, ~network.waterway, mark.lon, mark.lat).metres
        for kind, mark in kinds.items()
    }
    everywhere = np.concatenate(list(metres.values()))
    far = {kind: distances > UNMATCHED_M for kind, distances in metres.items()}
    marks = [*kinds.values(), _chosen(kinds, far)]
    credit = "" if stored is None else f"{CREDIT} · {stored.report.file}"
    return RoadsInfo(
        network=network,
        report=None if stored is None else stored.report,
        km_by_class=network.km_by_class,
        components=components(network),
        places=len(everywhere),
        median_m=float(np.median(everywhere)) if len(everywhere) else 0.0,
        farthest_m=float(everywhere.max(initial=0.0)),
        unmatched=tuple(sorted(_unmatched(region, metres), key=lambda place: (-place.metres, place.id))),
        picture=network_svg(network, marks, f"Roads of {name}", credit),
    )


def components(network: RoadNetwork) -> tuple[int, ...]:
    """Nodes of each strongly connected part, the largest first."""
    count = len(network.node_ids)
    ones = np.ones(len(network.edge_from), dtype=np.int8)
    graph = csr_array((ones, (network.edge_from, network.edge_to)), shape=(count, count))
    _, part = connected_components(graph, directed=True, connection="strong")
    return tuple(sorted(np.bincount(part).tolist(), reverse=True))


def _table(region: Region, kind: str) -> pd.DataFrame:
    return region.sites if kind == "site" else region.warehouses


def _marks(region: Region, kind: str) -> Marks:
    table = _table(region, kind)
    lon, lat = (table[axis].to_numpy(dtype=np.float64) for axis in ("lon", "lat"))
    return Marks(kind, lon, lat, [f"{row_id} {name}" for row_id, name in _named(table)])


def _named(table: pd.DataFrame) -> Iterator[tuple[str, str]]:
    yield from zip(table["id"].astype(str), table["name_zh"].astype(str), strict=True)


def _chosen(kinds: dict[str, Marks], far: dict[str, np.ndarray[tuple[int], np.dtype[np.bool_]]]) -> Marks:
    lon: Floats = np.concatenate([mark.lon[far[kind]] for kind, mark in kinds.items()])
    lat: Floats = np.concatenate([mark.lat[far[kind]] for kind, mark in kinds.items()])
    names = [
        mark.names[place] for kind, mark in kinds.items() for place in np.flatnonzero(far[kind]).tolist()
    ]
    return Marks("off the roads", lon, lat, names)


def _unmatched(region: Region, metres: dict[str, Floats]) -> Iterator[Unmatched]:
    for kind, distances in metres.items():
        for (row_id, name), distance in zip(_named(_table(region, kind)), distances.tolist(), strict=True):
            if distance > UNMATCHED_M:
                yield Unmatched(kind, row_id, name, distance)


def converted_table(path: Path, datum: Datum) -> str:
    """Return the text of a table with its columns `lon` and `lat` converted to WGS84, all else as it stands.

    Raises:
        DataError: the file cannot be read, has no such columns, or a row holds no position on Earth.
    """
    problems: list[Problem] = []
    content = read_content(path, problems, file=path.name)
    if content is None:
        raise DataError(problems)
    try:
        rows = split_rows(decode(content))
    except BadFile as fault:
        raise DataError([Problem(path.name, fault.row, None, None, fault.message, fault.remedy)]) from None
    header = rows[0] if rows else []
    if "lon" not in header or "lat" not in header:
        raise DataError(
            [Problem(path.name, 1, None, None, "has no columns lon and lat", "Give a table of places")]
        )
    east, north = header.index("lon"), header.index("lat")
    for number, row in enumerate(rows[1:], start=2):
        if len(row) > max(east, north) and (row[east] or row[north]):
            spot = _position(row[east], row[north])
            if spot is None:
                value = f"{row[east]}, {row[north]}"
                remedy = "Give the longitude in the column lon and the latitude in lat, in degrees"
                problems.append(Problem(path.name, number, "lon, lat", value, "is no position", remedy))
                continue
            lon, lat = to_wgs84(np.array([spot[0]]), np.array([spot[1]]), datum)
            row[east], row[north] = f"{lon[0]:.7f}", f"{lat[0]:.7f}"
    if problems:
        raise DataError(problems)
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerows(rows)
    return text.getvalue()


def _position(lon: str, lat: str) -> tuple[float, float] | None:
    """Return two cells as degrees, None where they are no place on Earth."""
    try:
        east, north = float(lon), float(lat)
    except ValueError:
        return None
    on_earth = abs(east) <= 180.0 and abs(north) <= 90.0  # noqa: PLR2004 - degrees; not so for nan
    return (east, north) if on_earth else None
