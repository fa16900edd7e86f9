"""Read a file of roads, whatever its format, into a network and a report of what became of it."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from routing.datum import DATUM_NAMES, WGS84, Datum, to_wgs84
from routing.osm.build import Cleaned, build_network
from routing.osm.files import GRAPHML, RoadFile, open_road_file, refuse
from routing.osm.graphml_reader import read_graphml
from routing.osm.osm_reader import read_osm
from routing.osm.raw import RawRoads
from routing.osm.report import ImportReport
from routing.road_network import RoadNetwork
from routing.road_pieces import count_pieces

_NO_ROADS = "Give an extract with roads that vehicles drive on (tag highway)"
_CLIPPED = "Give an extract that holds the nodes of its ways, in degrees; in Overpass: (._;>;); out body;"


@dataclass(frozen=True, eq=False)
class ImportedRoads:
    """The network of a file and the report of its import."""

    network: RoadNetwork
    report: ImportReport


def read_roads(path: Path, *, datum: Datum = WGS84, tracks: bool = False) -> ImportedRoads:
    """Read `.osm`, `.osm.gz`, `.osm.bz2`, `.osm.pbf`, `.graphml` or `.graphml.gz`.

    `datum` says which coordinates the file holds; they are converted to WGS84. `tracks` keeps farm and forest
    tracks, which a loaded truck may not manage.

    Raises:
        DataError: the file cannot be read, or no road that can be driven to and back is left.
    """
    file = open_road_file(path)
    raw = read_graphml(file, tracks=tracks) if file.format == GRAPHML else read_osm(file, tracks=tracks)
    if datum != WGS84:
        lon, lat = to_wgs84(raw.lon, raw.lat, datum)
        raw = dataclasses.replace(raw, lon=np.round(lon, 7), lat=np.round(lat, 7))
    cleaned = build_network(raw)
    if not len(cleaned.network.edge_from):
        refuse(file.name, _why_empty(raw), _CLIPPED if raw.counts.clipped_roads else _NO_ROADS)
    return ImportedRoads(cleaned.network, _report(file, raw, cleaned, datum, tracks=tracks))


def _why_empty(raw: RawRoads) -> str:
    counts = raw.counts
    found = f"{counts.ways:,} ways, {counts.clipped_roads:,} of them drivable but clipped"
    return f"holds no road that can be driven to and back ({found})"


def _report(file: RoadFile, raw: RawRoads, cleaned: Cleaned, datum: Datum, *, tracks: bool) -> ImportReport:
    network, counts = cleaned.network, raw.counts
    km_by_class = network.km_by_class
    named = [bool(zh or en) for zh, en in zip(network.link_names_zh, network.link_names_en, strict=True)]
    return ImportReport(
        file=file.name,
        sha256=file.sha256,
        datum=DATUM_NAMES[datum],
        tracks=tracks,
        nodes_in_file=counts.nodes,
        ways_in_file=counts.ways,
        edges_in_file=counts.edges,
        non_road_edges=counts.non_road_edges,
        left_out=dict(sorted(counts.left_out.items())),
        clipped_ways=counts.clipped,
        clipped_roads=counts.clipped_roads,
        drivable_nodes=cleaned.drivable_nodes,
        drivable_edges=cleaned.drivable_edges,
        merged_edges=cleaned.merged_edges,
        cut_off_nodes=cleaned.drivable_nodes - len(network.node_ids),
        cut_off_edges=cleaned.drivable_edges - cleaned.merged_edges - len(network.edge_from),
        cut_off=cleaned.cut_off,
        nodes=len(network.node_ids),
        edges=len(network.edge_from),
        links=len(network.link_ids),
        km=round(sum(km_by_class.values()), 3),
        km_by_class={name: round(km, 3) for name, km in km_by_class.items()},
        bridges=count_pieces(network, network.bridge),
        bridge_edges=int(network.bridge.sum()),
        tunnels=count_pieces(network, network.tunnel),
        tunnel_edges=int(network.tunnel.sum()),
        named=int(np.array(named)[network.link].sum()),
        with_maxspeed=int(np.isfinite(network.maxspeed_kph).sum()),
        with_max_weight=int(np.isfinite(network.max_weight_t).sum()),
        unread={
            f"{key}={value}": count
            for (key, value), count in sorted(counts.unread.items(), key=lambda item: (-item[1], item[0]))
        },
    )
