"""Links cut where points are nearest to them: exact distances, nothing lost, nothing else changed."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from road_strategies import road_networks

from routing.attach import PIECE, cut_at, whole_link
from routing.closures import Closure, apply_closures
from routing.road_network import Flags, Floats, RoadNetwork, nearest_nodes
from routing.shortest_paths import ShortestPaths
from routing.snapping import nearest_edges


def everywhere(network: RoadNetwork) -> Flags:
    """All edges."""
    return np.ones(len(network.edge_from), dtype=bool)


@given(road_networks(), st.lists(st.tuples(st.floats(0, 1), st.floats(0, 1)), max_size=6))
def test_the_nearest_node_becomes_the_nearest_point(
    drawn: tuple[RoadNetwork, Floats], shares: list[tuple[float, float]]
) -> None:
    """After the cut no point is farther from its nearest node than from the roads."""
    network = drawn[0]
    lon = np.array([network.lon.min() + x * 0.1 for x, _ in shares])
    lat = np.array([network.lat.min() + y * 0.1 for _, y in shares])
    before = nearest_edges(network, everywhere(network), lon, lat)
    cut = cut_at(network, lon, lat, everywhere(network)).network
    _, metres = nearest_nodes(cut, cut.nodes_of(everywhere(cut)), lon, lat)
    assert metres == pytest.approx(before.metres, rel=1e-3, abs=0.01)


@given(road_networks(), st.lists(st.tuples(st.floats(0, 1), st.floats(0, 1)), max_size=6))
def test_nothing_is_lost_and_no_way_gets_shorter(
    drawn: tuple[RoadNetwork, Floats], shares: list[tuple[float, float]]
) -> None:
    """Pieces sum to their link, keep its class, and all times between the old nodes stay."""
    network = drawn[0]
    lon = np.array([network.lon.min() + x * 0.1 for x, _ in shares])
    lat = np.array([network.lat.min() + y * 0.1 for _, y in shares])
    found = cut_at(network, lon, lat, everywhere(network))
    summed: defaultdict[int, float] = defaultdict(float)
    for edge, length in zip(found.origin.tolist(), found.network.length_m.tolist(), strict=True):
        summed[edge] += length
    assert [summed[edge] for edge in range(len(network.edge_from))] == pytest.approx(
        network.length_m.tolist(), rel=1e-9
    )
    assert (found.network.road_class == network.road_class[found.origin]).all()
    nodes = np.arange(len(network.node_ids), dtype=np.int32)
    whole = ShortestPaths(network, network.length_m / 10).seconds_between(nodes, nodes)
    pieces = ShortestPaths(found.network, found.network.length_m / 10).seconds_between(nodes, nodes)
    np.testing.assert_allclose(pieces, whole, rtol=1e-6, atol=1e-6)


def test_a_worked_cut() -> None:
    """A two-way link of 1,000 m cut at a quarter: R~1 has 250 m, R~2 has 750 m, each way."""
    network = straight()
    cut = cut_at(network, np.array([116.0025]), np.array([31.001]), everywhere(network)).network
    assert cut.link_ids == (f"R{PIECE}1", f"R{PIECE}2")
    assert [whole_link(piece) for piece in cut.link_ids] == ["R", "R"]
    assert cut.length_m == pytest.approx([250, 250, 750, 750], abs=0.5)
    assert cut.edge_from.tolist() == [0, 2, 2, 1]
    assert cut.edge_to.tolist() == [2, 0, 1, 2]
    assert cut.link_names_zh == ("东路", "东路")


def test_points_at_the_ends_or_on_one_spot_cut_once_or_not_at_all() -> None:
    """A point beyond an end meets the end; two points on one spot share a node."""
    network = straight()
    lon, lat = np.array([115.9, 116.005, 116.005]), np.array([31.0, 31.001, 30.999])
    cut = cut_at(network, lon, lat, everywhere(network)).network
    assert len(cut.node_ids) == 3
    assert cut_at(network, lon[:1], lat[:1], everywhere(network)).network is network


def straight() -> RoadNetwork:
    """One two-way link R of 1,000 m, 0.01 degrees long."""
    return RoadNetwork(
        node_ids=("a", "b"),
        lon=np.array([116.0, 116.01]),
        lat=np.array([31.0, 31.0]),
        edge_from=np.array([0, 1], dtype=np.int32),
        edge_to=np.array([1, 0], dtype=np.int32),
        length_m=np.array([1000.0, 1000.0]),
        road_class=np.array([3, 3], dtype=np.int8),
        bridge=np.zeros(2, dtype=bool),
        tunnel=np.zeros(2, dtype=bool),
        max_weight_t=np.full(2, np.inf),
        link=np.zeros(2, dtype=np.int32),
        link_ids=("R",),
        link_refs=("",),
        link_names_zh=("东路",),
        link_names_en=("",),
    )


def test_pieces_are_open_or_closed_as_their_link() -> None:
    """A closure acts on whole links, wherever points cut them afterwards."""
    network = straight()
    slide = Closure(id="slide", links=frozenset({"R"}))
    state = replace(apply_closures(network, [slide]), road_factor=0.7)
    cut = cut_at(network, np.array([116.0025]), np.array([31.001]), everywhere(network))
    pieces = state.of_edges(cut.origin)
    assert pieces.blocked.tolist() == [True] * 4
    assert pieces.closed_by == (("slide",),) * 4
    assert pieces.road_factor == 0.7
