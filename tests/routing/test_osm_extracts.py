"""Real extracts: the counts and oddities that their notes name, and distances that networkx confirms."""

from __future__ import annotations

import time

import networkx as nx
import numpy as np
import pytest
from osm_samples import extract
from scipy.sparse import csr_array
from scipy.sparse.csgraph import connected_components, dijkstra

from routing.osm import ImportedRoads, read_roads
from routing.road_network import RoadNetwork

COUNTS = {
    "West-Oakland.osm.bz2": (446, 872),
    "shanghai_center.osm.gz": (21_786, 34_679),
    "andorra.osm.gz": (69_385, 137_748),
    "campo-grande.osm.gz": (24_168, 63_072),
    "helsinki_centre.osm.pbf": (14_222, 31_456),
    "shandong_jinan.graphml.gz": (12_766, 28_597),
}


@pytest.fixture(scope="module", params=COUNTS)
def imported(request: pytest.FixtureRequest) -> ImportedRoads:
    """Return each extract in turn."""
    return read_roads(extract(request.param))


def test_counts(imported: ImportedRoads) -> None:
    """Nodes and directed edges in the file, before anything is left out."""
    report = imported.report
    assert (report.nodes_in_file, report.edges_in_file) == COUNTS[report.file]
    assert report.drivable_nodes == report.nodes + report.cut_off_nodes
    assert report.drivable_edges == report.edges + report.merged_edges + report.cut_off_edges


def test_all_kept_nodes_reach_each_other(imported: ImportedRoads) -> None:
    """One strongly connected part, without parallel edges or loops."""
    network = imported.network
    graph = graph_of(network)
    assert connected_components(graph, connection="strong")[0] == 1
    assert graph.nnz == len(network.edge_from)
    assert (network.edge_from != network.edge_to).all()


def test_distances_are_those_of_networkx(imported: ImportedRoads) -> None:
    """500 random pairs."""
    network = imported.network
    graph: nx.DiGraph[int] = nx.DiGraph()
    edges = zip(network.edge_from.tolist(), network.edge_to.tolist(), network.length_m.tolist(), strict=True)
    graph.add_weighted_edges_from(edges)
    random = np.random.default_rng(3)
    for begin in random.integers(0, len(network.node_ids), 10).tolist():
        expected = nx.single_source_dijkstra_path_length(graph, begin)
        found = dijkstra(graph_of(network), indices=begin)
        for end in random.integers(0, len(network.node_ids), 50).tolist():
            assert found[end] == pytest.approx(expected[end], rel=1e-9)


def graph_of(network: RoadNetwork) -> csr_array:
    """Lengths as a matrix."""
    count = len(network.node_ids)
    return csr_array((network.length_m, (network.edge_from, network.edge_to)), shape=(count, count))


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
    file = extract("andorra.osm.gz")
    report = read_roads(file).report
    assert report.non_road_edges == 62_041
    assert report.left_out["track"] == 152
    assert "track" in read_roads(file, tracks=True).report.km_by_class


def test_campo_grande_is_clipped() -> None:
    """Dropped and counted, not fatal."""
    report = read_roads(extract("campo-grande.osm.gz")).report
    assert (report.clipped_ways, report.clipped_roads) == (214, 181)
    assert report.unread == {"oneway=yes; no": 1}


def test_jinan_has_fourteen_classes_and_no_limits() -> None:
    """Class speeds then."""
    report = read_roads(extract("shandong_jinan.graphml.gz")).report
    assert len(report.km_by_class) == 14
    assert report.with_maxspeed == 0
