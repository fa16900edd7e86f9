"""Real extracts: the counts and oddities that their notes name, and journeys that networkx confirms."""

from __future__ import annotations

import gzip
import math
import time
from collections.abc import Iterator
from functools import cache
from itertools import pairwise

import networkx as nx
import numpy as np
import osmium
import osmnx
import pytest
from osm_samples import extract
from road_samples import vehicle
from road_strategies import node_points
from scipy.sparse import csr_array
from scipy.sparse.csgraph import connected_components

from routing.closures import Closure, apply_closures, edge_seconds
from routing.osm import ImportedRoads, read_roads
from routing.road_network import CLASS_SPEED_KPH, ROAD_CLASSES, Flags, RoadNetwork
from routing.travel_times import ROUNDING_S, travel_times

COUNTS = {
    "West-Oakland.osm.bz2": (446, 872),
    "shanghai_center.osm.gz": (21_786, 34_679),
    "andorra.osm.gz": (69_385, 137_748),
    "campo-grande.osm.gz": (24_168, 63_072),
    "helsinki_centre.osm.pbf": (14_222, 31_456),
    "shandong_jinan.graphml.gz": (12_766, 28_597),
}
ACCESS_M = 1e-4  # of rounding between a point and the node it stands on


@cache
def roads_of(name: str) -> ImportedRoads:
    """Read an extract, once for all tests of this file."""
    return read_roads(extract(name))


@pytest.fixture(scope="module", params=COUNTS)
def imported(request: pytest.FixtureRequest) -> ImportedRoads:
    """Return each extract in turn."""
    return roads_of(request.param)


def test_counts(imported: ImportedRoads) -> None:
    """Nodes and directed edges in the file, before anything is left out."""
    report = imported.report
    assert (report.nodes_in_file, report.edges_in_file) == COUNTS[report.file]
    assert report.drivable_nodes == report.nodes + report.cut_off_nodes
    assert report.drivable_edges == report.edges + report.merged_edges + report.cut_off_edges


def test_all_kept_nodes_reach_each_other(imported: ImportedRoads) -> None:
    """One strongly connected part, without parallel edges or loops."""
    network = imported.network
    count = len(network.node_ids)
    ends = (network.edge_from, network.edge_to)
    graph = csr_array((network.length_m, ends), shape=(count, count))
    assert connected_components(graph, connection="strong")[0] == 1
    assert graph.nnz == len(network.edge_from)
    assert (network.edge_from != network.edge_to).all()


@pytest.mark.parametrize("share", [None, 0.05])
def test_journeys_are_those_of_networkx(imported: ImportedRoads, share: float | None) -> None:
    """The seconds of 500 random pairs, and the metres driven, on all roads and with a twentieth closed."""
    network = imported.network
    closures = [] if share is None else [Closure("debris", share=share, seed=5)]
    state = apply_closures(network, closures)
    graph = graph_of(network, ~state.blocked)
    random = np.random.default_rng(3)
    begins, ends = (random.integers(0, len(network.node_ids), count) for count in (10, 50))
    by_edge = edge_seconds(network, state, vehicle())
    times = travel_times(
        network, by_edge, node_points(network, begins), mode="road", to=node_points(network, ends)
    )
    reached = 0
    for row, begin in enumerate(times.node.tolist()):
        seconds, metres = fastest_ways(graph, begin)
        stops = times.to_node.tolist()
        expected = np.array([seconds.get(end, math.inf) for end in stops])
        assert times.seconds[row].tolist() == np.ceil(expected - ROUNDING_S).tolist()
        driven = [metres.get(end, math.inf) for end in stops]
        assert times.metres[row] == pytest.approx(driven, rel=1e-9, abs=ACCESS_M)
        reached += int(np.isfinite(expected).sum())
    assert reached == 500 if share is None else 0 < reached < 500


def test_distances_are_those_of_networkx(imported: ImportedRoads) -> None:
    """The shortest ways between 500 random pairs: every metre takes a second."""
    network = imported.network
    graph = graph_of(network, np.ones(len(network.edge_from), dtype=np.bool_))
    random = np.random.default_rng(4)
    begins, ends = (random.integers(0, len(network.node_ids), count) for count in (10, 50))
    starts, stops = node_points(network, begins), node_points(network, ends)
    found = travel_times(network, network.length_m, starts, mode="road", to=stops)
    for row, begin in enumerate(found.node.tolist()):
        metres = nx.single_source_dijkstra_path_length(graph, begin, weight="metres")
        expected = [metres[end] for end in found.to_node.tolist()]
        assert found.metres[row] == pytest.approx(expected, rel=1e-9, abs=ACCESS_M)


def fastest_ways(graph: nx.DiGraph[int], begin: int) -> tuple[dict[int, float], dict[int, float]]:
    """Seconds of the fastest way to each node, and metres of the shortest among equally fast ones."""
    before, seconds = nx.dijkstra_predecessor_and_distance(graph, begin, weight="seconds")
    metres = {begin: 0.0}
    for node in list(seconds)[1:]:  # in the order in which they were reached
        metres[node] = min(metres[last] + graph[last][node]["metres"] for last in before[node])
    return seconds, metres


def graph_of(network: RoadNetwork, kept: Flags) -> nx.DiGraph[int]:
    """Give the kept edges of a network to networkx, with seconds worked out from class and posted limit."""
    graph: nx.DiGraph[int] = nx.DiGraph()
    graph.add_nodes_from(range(len(network.node_ids)))
    for edge in np.flatnonzero(kept).tolist():
        posted, metres = float(network.maxspeed_kph[edge]), float(network.length_m[edge])
        kph = CLASS_SPEED_KPH[ROAD_CLASSES[network.road_class[edge]]] if math.isnan(posted) else 0.8 * posted
        ends = int(network.edge_from[edge]), int(network.edge_to[edge])
        graph.add_edge(*ends, metres=metres, seconds=metres / kph * 3.6)
    return graph


def test_shanghai() -> None:
    """Every way is a road, names are Chinese; imported well within 15 s."""
    file = extract("shanghai_center.osm.gz")
    begin = time.perf_counter()
    found = read_roads(file)
    assert time.perf_counter() - begin < 15.0
    assert found.report.non_road_edges == 0
    assert found.report.bridges > 0
    assert found.report.tunnels > 0
    assert found.report.with_maxspeed > 0
    assert "威海路" in found.network.link_names_zh


def test_andorra_drops_what_is_no_road() -> None:
    """Buildings and boundaries; tracks only on demand."""
    report = roads_of("andorra.osm.gz").report
    assert report.non_road_edges == 62_041
    assert report.left_out["track"] == 152
    assert "track" in read_roads(extract("andorra.osm.gz"), tracks=True).report.km_by_class


def test_andorra_has_220_bridges_and_21_tunnels_as_osmnx_counts() -> None:
    """The figures of the notes are directed edges of the graph that OSMnx simplifies, tracks among its roads.

    A simplified edge runs from one junction to the next and counts as a bridge when any part of it is one.
    The import counts the pieces of road that are bridges themselves, once for both directions.
    """
    file = extract("andorra.osm.gz")
    simple = osmnx.simplify_graph(street_graph(gzip.decompress(file.read_bytes())))
    marked = {tag: sum(tag in data for *_, data in simple.edges(data=True)) for tag in ("bridge", "tunnel")}
    assert marked == {"bridge": 220, "tunnel": 21}
    report = roads_of("andorra.osm.gz").report
    assert (report.bridges, report.bridge_edges) == (126, 320)
    assert (report.tunnels, report.tunnel_edges) == (12, 98)


def street_graph(text: bytes) -> nx.MultiDiGraph[int]:
    """Give the roads and tracks of a file to networkx as OSMnx does, whoever may drive on them."""
    graph: nx.MultiDiGraph[int] = nx.MultiDiGraph(crs="epsg:4326")
    for way, refs, tags in roads_and_tracks(text):
        oneway = tags.get("oneway")
        both = oneway not in ("yes", "true", "1", "-1") and tags.get("junction") != "roundabout"
        data = {"osmid": way, **{tag: tags[tag] for tag in ("bridge", "tunnel") if tag in tags}}
        for begin, end in pairwise(refs[::-1] if oneway == "-1" else refs):
            graph.add_edge(begin, end, **data)
            if both:
                graph.add_edge(end, begin, **data)
    buffer = osmium.io.FileBuffer(text, "osm")
    for node in osmium.FileProcessor(buffer, osmium.osm.NODE):
        if node.id in graph:
            graph.add_node(node.id, x=node.location.lon, y=node.location.lat)
    return graph


def roads_and_tracks(text: bytes) -> Iterator[tuple[int, list[int], dict[str, str]]]:
    """Yield id, nodes and tags of the ways of a road class."""
    classes = {*CLASS_SPEED_KPH, "road"}
    buffer = osmium.io.FileBuffer(text, "osm")
    for way in osmium.FileProcessor(buffer, osmium.osm.WAY):
        tags = {tag.k: tag.v for tag in way.tags}
        if tags.get("highway") in classes:
            yield way.id, [node.ref for node in way.nodes], tags


def test_campo_grande_is_clipped() -> None:
    """Dropped and counted, not fatal."""
    report = roads_of("campo-grande.osm.gz").report
    assert (report.clipped_ways, report.clipped_roads) == (214, 181)
    assert report.unread == {"oneway=yes; no": 1}


def test_jinan_has_fourteen_classes_and_no_limits() -> None:
    """Class speeds then."""
    report = roads_of("shandong_jinan.graphml.gz").report
    assert len(report.km_by_class) == 14
    assert report.with_maxspeed == 0
