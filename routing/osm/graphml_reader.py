"""Read the GraphML files that OSMnx and networkx write, as a stream and without document types."""

from __future__ import annotations

import ast
import io
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import pairwise
from typing import Protocol

import numpy as np
import shapely
from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import ParseError, iterparse

from routing.osm.files import RoadFile, refuse
from routing.osm.raw import FileCounts, RawRoads
from routing.osm.road import (
    CLASS_OF_HIGHWAY,
    CLOSED_SERVICES,
    NOT_A_ROAD,
    VEHICLE_KEYS,
    Road,
    road_of,
    why_not_drivable,
)
from routing.osm.tag_values import clean_text
from routing.road_network import CLASS_SPEED_KPH, TRACK
from stockpile.geodesy import great_circle_m

_NAMESPACE = "{http://graphml.graphdrawing.org/xmlns}"
_WGS84_NAMES = frozenset({"", "epsg:4326", "wgs84", "wgs 84", "urn:ogc:def:crs:epsg::4326", "ogc:crs84"})
_AXES = (("x", "lon"), ("y", "lat"))
_HOLDERS = ("edge", "node", "graph")  # from the innermost to the outermost
_LIST_LENGTH = 10_000
_ID_SIGNS = re.compile(r"[\s#@,;|\"'→]+")
_JOINED_KEYS = frozenset({"maxspeed", "maxweight", "maxheight", "ref", "osmid", "bridge", "tunnel"})
_CLOSING_KEYS = frozenset({*VEHICLE_KEYS, "access", "service"})
_CLOSING = frozenset({"no", "private"}) | CLOSED_SERVICES
_PROJECT = "Bring it back to degrees before saving: osmnx.project_graph(graph, to_latlong=True)"
_REMEDY = "Give a street graph as OSMnx saves it (save_graphml), unsimplified or simplified, in degrees"

Spot = tuple[float, float]
Values = dict[str, str]


class Element(Protocol):
    """What is used of an element of XML."""

    text: str | None

    def get(self, key: str, default: str) -> str:
        """Value of an attribute."""


@dataclass
class _Graph:
    """The elements of a file as they stand: nodes by id, and edges as (source, target, values)."""

    values: Values = field(default_factory=dict)
    nodes: dict[str, Values] = field(default_factory=dict)
    edges: list[tuple[str, str, Values]] = field(default_factory=list)
    directed: bool = True


@dataclass(frozen=True, slots=True)
class _Line:
    """One edge of the file: where it runs, and the road it is."""

    tail: str
    head: str
    spots: tuple[Spot, ...]
    length_m: float
    road: Road


def read_graphml(file: RoadFile, *, tracks: bool) -> RawRoads:
    """Read the drivable edges of a street graph.

    A bent edge is cut into straight segments at its corners; its length spreads over them. An edge and its
    way back become one link. An edge whose end is not in the file is left out and counted as clipped.

    Raises:
        DataError: the file is damaged, is no street graph, is not in degrees or holds no drivable edge.
    """
    graph = _parse(file)
    crs = graph.values.get("crs", "").strip().lower()
    if crs not in _WGS84_NAMES:
        refuse(file.name, f"is projected to {crs.upper()[:40]}, not in degrees", _PROJECT)
    spots = _spots(graph, file.name)
    counts = FileCounts(nodes=len(graph.nodes), ways=len(graph.edges))
    counts.edges = len(graph.edges) * (1 if graph.directed else 2)
    lines = list(_lines(graph, spots, counts, tracks=tracks))
    return _segments(lines, spots, counts)


class _Builder:
    """Takes the elements of a file one by one as they open and close."""

    def __init__(self) -> None:
        self.graph = _Graph()
        self._names: dict[str, str] = {}
        self._open: dict[str, Values] = {}

    def opens(self, tag: str, element: Element) -> None:
        """Note that an element that may hold data has begun."""
        if tag in _HOLDERS:
            self._open[tag] = {}
        if tag == "graph":
            self.graph.directed = element.get("edgedefault", "") != "undirected"

    def closes(self, tag: str, element: Element) -> None:
        """Take an element that is complete."""
        if tag == "key":
            self._names[element.get("id", "")] = element.get("attr.name", "")
        elif tag == "data":
            holder = next(kind for kind in _HOLDERS if kind in self._open)
            self._open[holder][self._names.get(element.get("key", ""), "")] = element.text or ""
        elif tag == "node":
            self.graph.nodes.setdefault(element.get("id", ""), self._open.pop(tag))
        elif tag == "edge":
            ends = element.get("source", ""), element.get("target", "")
            self.graph.edges.append((*ends, self._open.pop(tag)))
        elif tag == "graph":
            self.graph.values = self._open.pop(tag)


def _parse(file: RoadFile) -> _Graph:
    builder = _Builder()
    try:
        events = iterparse(io.BytesIO(file.text), events=("start", "end"), forbid_dtd=True)
        _, root = next(events)
        if root.tag.removeprefix(_NAMESPACE) != "graphml":
            refuse(file.name, "is no GraphML file", _REMEDY)
        for event, element in events:
            tag = element.tag.removeprefix(_NAMESPACE)
            if event == "start":
                builder.opens(tag, element)
                continue
            builder.closes(tag, element)
            if tag in _HOLDERS:
                element.clear()
                root.clear()
    except DefusedXmlException:
        refuse(file.name, "declares a document type or entities, which no street graph does", _REMEDY)
    except (ParseError, ValueError, LookupError, StopIteration) as error:
        refuse(file.name, f"cannot be read as GraphML ({error})", _REMEDY)
    return builder.graph


def _spots(graph: _Graph, name: str) -> dict[str, Spot]:
    """Return the position of each node in degrees: its x and y, or else its lon and lat."""
    spots = {}
    for node, values in graph.nodes.items():
        try:
            lon, lat = (float(values[axis] if axis in values else values[word]) for axis, word in _AXES)
        except (KeyError, ValueError):
            refuse(name, f"does not say where node {node[:40]!r} lies (x and y, or lon and lat)", _REMEDY)
        if not _in_degrees((lon, lat)):
            refuse(name, f"puts node {node[:40]!r} at {lon:g}, {lat:g}, which are no degrees", _PROJECT)
        spots[node] = (lon, lat)
    return spots


def _in_degrees(spot: Spot) -> bool:
    return -180.0 <= spot[0] <= 180.0 and -90.0 <= spot[1] <= 90.0  # noqa: PLR2004


def _lines(graph: _Graph, spots: Mapping[str, Spot], counts: FileCounts, *, tracks: bool) -> Iterator[_Line]:
    for tail, head, values in graph.edges:
        tags = {key: _plain(key, value) for key, value in values.items() if value}
        reason = why_not_drivable(tags, tracks=tracks)
        clipped = tail not in spots or head not in spots
        counts.clipped += clipped
        if reason is not None:
            counts.left_out[reason] += 1
            counts.non_road_edges += reason == NOT_A_ROAD
            continue
        if clipped:
            counts.clipped_roads += 1
            continue
        # The edges of a street graph already run the way they are driven.
        direction = {"oneway": "yes" if graph.directed else "no"}
        road = road_of(_way_id(tags), {**tags, **direction}, counts.unread)
        bent = _bends(values.get("geometry", ""), spots[tail], spots[head])
        yield _Line(tail, head, bent, _length(values.get("length", "")), road)


def _way_id(tags: Mapping[str, str]) -> str:
    return "w" + (_ID_SIGNS.sub("-", tags.get("osmid", "").partition(";")[0])[:40] or "0")


def _plain(key: str, value: str) -> str:
    """Turn the list that simplifying left, `['40', '60']`, into a value as a way carries it."""
    if not (value.startswith("[") and value.endswith("]") and len(value) <= _LIST_LENGTH):
        return value
    try:
        found = ast.literal_eval(value)
    except (ValueError, SyntaxError, MemoryError, RecursionError):
        return value
    parts = sorted({str(part) for part in found if part is not None})
    if not parts:
        return ""
    if key == "highway":
        return min(parts, key=_ease)
    if key in _CLOSING_KEYS:
        return next((part for part in parts if part in _CLOSING), parts[0])
    # The lowest speed or weight of a list counts, any bridge, every road number, and of names the first.
    return ";".join(parts) if key in _JOINED_KEYS else parts[0]


def _ease(highway: str) -> tuple[bool, bool, float]:
    """Order values of the tag highway by what they let through: no vehicle, tracks, slow and fast roads."""
    name = CLASS_OF_HIGHWAY.get(highway, "")
    return name != "", name != TRACK, CLASS_SPEED_KPH.get(name, 0.0)


def _length(text: str) -> float:
    try:
        length = float(text)
    except ValueError:
        return np.nan
    return length if np.isfinite(length) and length > 0.0 else np.nan


def _bends(geometry: str, begin: Spot, end: Spot) -> tuple[Spot, ...]:
    """Return the corners of an edge from its first to its last node; straight where none are given."""
    line = shapely.from_wkt(geometry, on_invalid="ignore") if geometry else None
    if not isinstance(line, shapely.LineString) or line.is_empty:
        return begin, end
    corners = [(float(lon), float(lat)) for lon, lat, *_ in line.coords]
    if not all(map(_in_degrees, corners)):
        return begin, end
    if _apart(corners[0], end) < _apart(corners[0], begin):
        corners.reverse()
    # Neighbours at one spot would make a segment without length.
    spots = [begin, *(spot for spot in corners[1:-1]), end]
    kept = [spots[0], *(there for here, there in pairwise(spots) if here != there)]
    return tuple(kept) if len(kept) > 1 else (begin, end)


def _apart(here: Spot, there: Spot) -> float:
    return (here[0] - there[0]) ** 2 + (here[1] - there[1]) ** 2


def _both_ways(lines: Iterable[_Line]) -> Iterator[_Line]:
    """Join each edge and its way back; of edges that agree in all of this only the first counts."""
    found: dict[tuple[object, ...], _Line] = {}
    for line in lines:
        turned = _Line(line.head, line.tail, line.spots[::-1], line.length_m, _turned(line.road))
        upright = (line.tail, line.spots) <= (line.head, turned.spots)
        here = line if upright else turned
        key = (here.tail, here.head, here.spots, here.road.way, here.road.road_class)
        known = found.get(key)
        found[key] = here if known is None else replace(known, road=_joined(known.road, here.road))
    yield from found.values()


def _turned(road: Road) -> Road:
    return replace(
        road,
        forward=road.backward,
        backward=road.forward,
        forward_kph=road.backward_kph,
        backward_kph=road.forward_kph,
    )


def _joined(first: Road, second: Road) -> Road:
    """Return a road that is driven wherever one of the two is, at the limit of the one that is."""
    return replace(
        first,
        forward=first.forward or second.forward,
        backward=first.backward or second.backward,
        forward_kph=first.forward_kph if first.forward else second.forward_kph,
        backward_kph=first.backward_kph if first.backward else second.backward_kph,
    )


def _segments(lines: Sequence[_Line], spots: Mapping[str, Spot], counts: FileCounts) -> RawRoads:
    """Cut the edges at their corners, which become nodes of their own."""
    links = list(_both_ways(lines))
    node_ids = sorted({node for line in links for node in (line.tail, line.head)})
    index = {node: position for position, node in enumerate(node_ids)}
    places = [spots[node] for node in node_ids]
    numbers: Counter[str] = Counter()
    rows: list[tuple[int, int, int, int]] = []
    for road, line in enumerate(links):
        corners = range(len(places), len(places) + len(line.spots) - 2)
        places += line.spots[1:-1]
        for tail, head in pairwise([index[line.tail], *corners, index[line.head]]):
            numbers[line.road.way] += 1
            if tail != head:
                rows.append((tail, head, road, numbers[line.road.way]))
    tail, head, road_of_row, number = np.array(rows, dtype=np.int64).reshape(-1, 4).T
    lon, lat = np.array(places, dtype=np.float64).reshape(-1, 2).T
    straight_m = great_circle_m(lon[tail], lat[tail], lon[head], lat[head])
    whole_m = np.bincount(road_of_row, weights=straight_m, minlength=len(links))
    given_m = np.array([line.length_m for line in links], dtype=np.float64)
    stretch = np.divide(given_m, whole_m, out=np.full(len(links), np.nan), where=whole_m > 0.0)
    return RawRoads(
        node_ids=(*map(clean_text, node_ids), *(f"bend-{n}" for n in range(1, len(places) - len(index) + 1))),
        lon=lon,
        lat=lat,
        tail=tail,
        head=head,
        road=road_of_row,
        number=number,
        length_m=straight_m * stretch[road_of_row],
        roads=tuple(line.road for line in links),
        counts=counts,
    )
