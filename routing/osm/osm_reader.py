"""Read OpenStreetMap XML and PBF through pyosmium."""

from __future__ import annotations

import io
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import osmium
from defusedxml.ElementTree import iterparse

from routing.osm.files import PBF, RoadFile, refuse
from routing.osm.raw import FileCounts, RawRoads
from routing.osm.road import NOT_A_ROAD, ROUNDABOUTS, Road, road_of, why_not_drivable

_DEGREES = 1e-7  # osmium keeps coordinates as whole ten-millionths of a degree
_COUNTED_ONE_WAY = frozenset({"yes", "true", "1", "-1", "reverse"})
_REMEDY = "Check that it is an OpenStreetMap file and complete; fetch or export it again if not"

_STOPPED = b"runtime error"
_TAIL = 2000


@dataclass(frozen=True, slots=True)
class _Way:
    """A way as it stands in the file."""

    id: int
    version: int
    deleted: bool
    refs: list[int]
    tags: dict[str, str]


def read_osm(file: RoadFile, *, tracks: bool) -> RawRoads:
    """Read the drivable ways of a file and the nodes they run through.

    Ways come first and nodes second, in two passes, so that the order of the file does not matter. A way that
    refers to a node outside the file is left out whole. Of a way that the file holds more than once the
    highest version counts, of equal versions the last; a deleted way is none.

    Raises:
        DataError: the file is damaged, incomplete or no OpenStreetMap file.
    """
    _refuse_document_type(file)
    _refuse_unfinished(file)
    counts = FileCounts()
    try:
        ways = _newest(_ways(file), _deleted_in_editor(file.text))
        nodes = _nodes(file, counts, {ref for way in ways for ref in way.refs})
    except (RuntimeError, ValueError, OverflowError, osmium.InvalidLocationError) as error:
        refuse(file.name, f"cannot be read as OpenStreetMap data ({error})", _REMEDY)
    return _segments(_kept(ways, nodes, counts, tracks=tracks), nodes, counts)


def _refuse_document_type(file: RoadFile) -> None:
    """OpenStreetMap files declare no document type; one that does may try to expand or fetch entities."""
    if b"<!DOCTYPE" in file.text[: max(file.text.find(b"<osm"), 0) or None]:
        refuse(file.name, "declares a document type, which no OpenStreetMap file does", _REMEDY)


def _refuse_unfinished(file: RoadFile) -> None:
    """Overpass closes a file properly even when it runs out of time or memory half way; a remark says so."""
    tail = file.text[-_TAIL:]
    if b"<remark>" in tail and _STOPPED in tail:
        refuse(file.name, "is incomplete: Overpass stopped at a runtime error", "Ask for less, or for longer")


def _processor(file: RoadFile, entities: osmium.osm.osm_entity_bits) -> osmium.FileProcessor:
    source = (
        osmium.io.File(str(file.path), "pbf")
        if file.format == PBF
        else osmium.io.FileBuffer(file.text, "osm")
    )
    return osmium.FileProcessor(source, entities)


def _ways(file: RoadFile) -> Iterator[_Way]:
    for way in _processor(file, osmium.osm.WAY):
        if isinstance(way, osmium.osm.Way):
            refs = [node.ref for node in way.nodes]
            yield _Way(way.id, way.version, way.deleted, refs, {tag.k: tag.v for tag in way.tags})


def _newest(ways: Iterable[_Way], deleted: frozenset[str]) -> list[_Way]:
    newest: dict[int, _Way] = {}
    for way in ways:
        known = newest.get(way.id)
        if known is None or way.version >= known.version:
            newest[way.id] = way
    return [way for way in newest.values() if not way.deleted and str(way.id) not in deleted]


def _deleted_in_editor(text: bytes) -> frozenset[str]:
    """Ids of the ways that JOSM marks as deleted but not yet uploaded, which osmium does not look at."""
    if not any(mark in text for mark in (b"action='delete'", b'action="delete"')):
        return frozenset()
    found = set()
    for _, element in iterparse(io.BytesIO(text), forbid_dtd=True):
        if element.tag == "way" and element.get("action", "") == "delete":
            found.add(element.get("id", ""))
        element.clear()
    return frozenset(found)


def _nodes(file: RoadFile, counts: FileCounts, wanted: set[int]) -> dict[int, tuple[int, int]]:
    """Return the position of each wanted node in ten-millionths of a degree; count all nodes."""
    nodes: dict[int, tuple[int, int]] = {}
    for node in _processor(file, osmium.osm.NODE):
        counts.nodes += 1
        if node.id not in wanted or not isinstance(node, osmium.osm.Node):
            continue
        if node.location.valid() and not node.deleted:
            nodes[node.id] = (node.location.x, node.location.y)
    return nodes


def _kept(
    ways: list[_Way], nodes: Mapping[int, tuple[int, int]], counts: FileCounts, *, tracks: bool
) -> list[tuple[Road, list[int]]]:
    """Return the drivable ways that lie in the file whole, and count the others by the reason."""
    kept = []
    for way in ways:
        refs, tags = way.refs, way.tags
        reason = why_not_drivable(tags, tracks=tracks)
        clipped = any(ref not in nodes for ref in refs)
        edges = _edges_in(refs, tags)
        counts.ways += 1
        counts.edges += edges
        counts.clipped += clipped
        if reason is not None:
            counts.left_out[reason] += 1
            counts.non_road_edges += edges if reason == NOT_A_ROAD else 0
        elif clipped:
            counts.clipped_roads += 1
        else:
            kept.append((road_of(f"w{way.id}", tags, counts.unread), refs))
    return kept


def _edges_in(refs: list[int], tags: Mapping[str, str]) -> int:
    """Directed edges of a way of any kind, counted as OSMnx counts them."""
    segments = sum(tail != head for tail, head in pairwise(refs))
    one_way = tags.get("oneway") in _COUNTED_ONE_WAY or tags.get("junction") in ROUNDABOUTS
    return segments if one_way else 2 * segments


def _segments(
    kept: list[tuple[Road, list[int]]], nodes: Mapping[int, tuple[int, int]], counts: FileCounts
) -> RawRoads:
    """Cut the ways at every node; a node that follows itself makes no segment."""
    used = sorted({ref for _, refs in kept for ref in refs})
    index = {ref: position for position, ref in enumerate(used)}
    rows = [
        (index[tail], index[head], road, number)
        for road, (_, refs) in enumerate(kept)
        for number, (tail, head) in enumerate(pairwise(refs), start=1)
        if tail != head
    ]
    tail, head, road, number = np.array(rows, dtype=np.int64).reshape(-1, 4).T
    positions = np.array([nodes[ref] for ref in used], dtype=np.float64).reshape(-1, 2) * _DEGREES
    return RawRoads(
        node_ids=tuple(map(str, used)),
        lon=np.round(positions[:, 0], 7),
        lat=np.round(positions[:, 1], 7),
        tail=tail,
        head=head,
        road=road,
        number=number,
        length_m=np.full(len(rows), np.nan),
        roads=tuple(road for road, _ in kept),
        counts=counts,
    )
