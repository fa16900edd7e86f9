"""RoadNetwork: the roads and waterways of a region as compact arrays, and where points meet them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import TypeAlias

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy.spatial import cKDTree

from stockpile.geodesy import EARTH_RADIUS_M
from stockpile.units import METRES_PER_KM

Floats: TypeAlias = npt.NDArray[np.float64]
Indices: TypeAlias = npt.NDArray[np.int32]
Classes: TypeAlias = npt.NDArray[np.int8]
Flags: TypeAlias = npt.NDArray[np.bool_]

WATERWAY = "waterway"
TRACK = "track"
ROAD_CLASSES: tuple[str, ...] = (
    "motorway",
    "motorway_link",
    "trunk",
    "trunk_link",
    "primary",
    "primary_link",
    "secondary",
    "secondary_link",
    "tertiary",
    "tertiary_link",
    "unclassified",
    "residential",
    "living_street",
    "service",
    TRACK,
    WATERWAY,
)

CLASS_SPEED_KPH: Mapping[str, float] = MappingProxyType(
    {
        "motorway": 90.0,
        "motorway_link": 45.0,
        "trunk": 85.0,
        "trunk_link": 40.0,
        "primary": 65.0,
        "primary_link": 30.0,
        "secondary": 55.0,
        "secondary_link": 25.0,
        "tertiary": 40.0,
        "tertiary_link": 20.0,
        "unclassified": 25.0,
        "residential": 25.0,
        "living_street": 10.0,
        "service": 15.0,
        TRACK: 15.0,
    },
)
"""Speed of an ordinary car on each road class, km/h, where no limit is posted.

Source: the default speeds of OSRM's car profile (Project-OSRM/osrm-backend, profiles/car.lua, commit
5230a87; earlier versions, such as commit 0012f45, take 75, 70, 60, 50 and 30 for the links). They lie below
Chinese posted limits (motorway 120, trunk 100, primary 80) because they stand for a whole journey with its
crossings. OSRM's cars keep off tracks; the speed there is that of GraphHopper's car (CarAverageSpeedParser).
Waterways have no entry: boats go at their own cruising speed. A vehicle type scales these speeds by its
`speed_factor`.
"""

POSTED_SPEED_SHARE = 0.8
"""Share of a posted limit that a car keeps on the whole (`speed_reduction` of the same car profile)."""

KPH_PER_M_PER_S = 3.6


_NOT_GIVEN: Floats = np.empty(0)


def freeze_arrays(record: object) -> None:
    """Make every array of a frozen record read-only, so that frozen means frozen."""
    for value in vars(record).values():
        if isinstance(value, np.ndarray):
            value.setflags(write=False)


@dataclass(frozen=True, eq=False)
class RoadNetwork:
    """Nodes (N), directed edges (E) and the undirected links they came from (L).

    Edges: `edge_from` and `edge_to` are node indices, `road_class` an index into ROAD_CLASSES, `max_weight_t`
    and `max_height_m` are inf and `maxspeed_kph` is NaN where nothing is posted, `link` is the index of the
    link whose direction the edge is. An edge is the straight line between its nodes. Parallel links stay
    separate edges. `lon` and `lat` are WGS84 degrees of the nodes. Links keep the order of their source, each
    forward edge just before its backward edge. `maxspeed_kph` and `max_height_m` may be left out.
    """

    node_ids: tuple[str, ...]
    lon: Floats
    lat: Floats
    edge_from: Indices
    edge_to: Indices
    length_m: Floats
    road_class: Classes
    bridge: Flags
    tunnel: Flags
    max_weight_t: Floats
    link: Indices
    link_ids: tuple[str, ...]
    link_refs: tuple[str, ...]
    link_names_zh: tuple[str, ...]
    link_names_en: tuple[str, ...]
    maxspeed_kph: Floats = field(default_factory=lambda: _NOT_GIVEN)
    max_height_m: Floats = field(default_factory=lambda: _NOT_GIVEN)

    def __post_init__(self) -> None:
        """Fill in what is left out and make the arrays read-only."""
        for name, nothing in (("maxspeed_kph", np.nan), ("max_height_m", np.inf)):
            if getattr(self, name) is _NOT_GIVEN:
                object.__setattr__(self, name, np.full(len(self.edge_from), nothing))
        freeze_arrays(self)

    @property
    def free_speed_kph(self) -> Floats:
        """Speed of a car on each dry, open edge, shape (E,); NaN on waterways, where none drives.

        POSTED_SPEED_SHARE of the posted limit, and the speed of its class where none is posted.
        """
        by_class = np.array([CLASS_SPEED_KPH.get(name, np.nan) for name in ROAD_CLASSES])[self.road_class]
        return np.where(np.isnan(self.maxspeed_kph), by_class, POSTED_SPEED_SHARE * self.maxspeed_kph)

    @property
    def waterway(self) -> Flags:
        """Whether each edge is a waterway, shape (E,)."""
        return np.asarray(self.road_class == ROAD_CLASSES.index(WATERWAY))

    @property
    def km_by_class(self) -> dict[str, float]:
        """Kilometres of each class that the network holds, each link once, in the order of ROAD_CLASSES."""
        _, first = np.unique(self.link, return_index=True)
        metres = np.bincount(self.road_class[first], self.length_m[first], minlength=len(ROAD_CLASSES))
        return {
            name: length / METRES_PER_KM
            for name, length in zip(ROAD_CLASSES, metres.tolist(), strict=True)
            if length > 0.0
        }

    def nodes_of(self, edges: Flags) -> Flags:
        """Whether each node is touched by one of the chosen edges (a flag per edge), shape (N,)."""
        touched = np.zeros(len(self.node_ids), dtype=np.bool_)
        touched[self.edge_from[edges]] = True
        touched[self.edge_to[edges]] = True
        return touched


def network_from_table(roads: pd.DataFrame) -> RoadNetwork:
    """Build the network of a checked `roads` table.

    A link gives two directed edges, or one from its first to its last node when `oneway`. A node named by
    several links stands where the first mention puts it (the consistency check reports any disagreement).
    """
    ends = np.concatenate([roads["from"].to_numpy(dtype=object), roads["to"].to_numpy(dtype=object)])
    ids, first, index = np.unique(ends.astype(str), return_index=True, return_inverse=True)
    count = len(roads)
    link, backward = _directions(roads["oneway"].to_numpy(dtype=np.bool_))
    tail, head = index[:count][link], index[count:][link]
    limit = roads["max_weight_t"].to_numpy(dtype=np.float64)[link]
    return RoadNetwork(
        node_ids=tuple(ids.tolist()),
        lon=_end_values(roads, "lon")[first],
        lat=_end_values(roads, "lat")[first],
        edge_from=np.where(backward, head, tail).astype(np.int32),
        edge_to=np.where(backward, tail, head).astype(np.int32),
        length_m=roads["length_km"].to_numpy(dtype=np.float64)[link] * METRES_PER_KM,
        road_class=np.array([ROAD_CLASSES.index(name) for name in roads["class"]], dtype=np.int8)[link],
        bridge=roads["bridge"].to_numpy(dtype=np.bool_)[link],
        tunnel=roads["tunnel"].to_numpy(dtype=np.bool_)[link],
        max_weight_t=np.where(np.isnan(limit), np.inf, limit),
        link=link,
        link_ids=_texts(roads, "id"),
        link_refs=_texts(roads, "ref"),
        link_names_zh=_texts(roads, "name_zh"),
        link_names_en=_texts(roads, "name_en"),
    )


def _directions(oneway: Flags) -> tuple[Indices, Flags]:
    """Link index of each directed edge, and whether the edge runs against the link."""
    link = np.repeat(np.arange(len(oneway), dtype=np.int32), np.where(oneway, 1, 2))
    backward = np.zeros(len(link), dtype=np.bool_)
    backward[1:] = link[1:] == link[:-1]
    return link, backward


def _end_values(roads: pd.DataFrame, axis: str) -> Floats:
    """Coordinates of all first nodes, then of all last nodes, shape (2 L,)."""
    ends = [roads[f"{end}_{axis}"].to_numpy(dtype=np.float64) for end in ("from", "to")]
    return np.concatenate(ends)


def _texts(roads: pd.DataFrame, column: str) -> tuple[str, ...]:
    return tuple(str(value) for value in roads[column])


def unit_sphere(lon: Floats, lat: Floats) -> Floats:
    """Place WGS84 degrees on the unit sphere, shape (n, 3), where straight chords sort like distances."""
    east, north = np.radians(lon), np.radians(lat)
    return np.column_stack([np.cos(north) * np.cos(east), np.cos(north) * np.sin(east), np.sin(north)])


def nearest_nodes(network: RoadNetwork, among: Flags, lon: Floats, lat: Floats) -> tuple[Indices, Floats]:
    """Nearest node, of those flagged in `among`, to each point: node index and great-circle metres.

    Without any candidate node the index is -1 and the distance inf.
    """
    candidates = np.flatnonzero(among).astype(np.int32)
    if not candidates.size:
        return np.full(len(lon), -1, dtype=np.int32), np.full(len(lon), np.inf)
    tree = cKDTree(unit_sphere(network.lon[candidates], network.lat[candidates]))
    chord, position = tree.query(unit_sphere(lon, lat))
    metres = 2.0 * EARTH_RADIUS_M * np.arcsin(np.minimum(np.asarray(chord) / 2.0, 1.0))
    return candidates[np.asarray(position)], metres
