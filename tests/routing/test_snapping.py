"""Points meet the nearest point of the nearest edge."""

from __future__ import annotations

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from road_samples import link, network

from routing.road_network import RoadNetwork
from routing.snapping import EdgeIndex, from_mercator, mercator, nearest_edges
from stockpile.geodesy import great_circle_m

SQUARE = network(
    link("AB", "A", "B", 2.0),
    link("BE", "B", "E", 2.3, oneway=True),
    link("AD", "A", "D", 2.5),
    link("DE", "D", "E", 2.0),
)
ALL = np.ones(len(SQUARE.edge_from), dtype=np.bool_)


def snap_one(
    lon: float, lat: float, among: np.ndarray = ALL, roads: RoadNetwork = SQUARE
) -> tuple[str, float, float]:
    """Link, share and metres of one point."""
    found = nearest_edges(roads, among, np.array([lon]), np.array([lat]))
    return roads.link_ids[roads.link[found.edge[0]]], float(found.share[0]), float(found.metres[0])


def test_a_point_beside_an_edge_meets_its_middle() -> None:
    """A quarter of the way from A to B and 111 m north of it; the nearest node is 480 m away."""
    name, share, metres = snap_one(116.505, 31.701)
    assert name == "AB"
    assert share == pytest.approx(0.25, abs=1e-6)
    assert metres == pytest.approx(111.2, abs=0.1)


def test_a_point_beyond_the_end_meets_the_node() -> None:
    """Nothing goes on there."""
    name, share, metres = snap_one(116.50, 31.69)
    assert (name, share) == ("AB", 0.0)
    assert metres == pytest.approx(float(great_circle_m(116.50, 31.69, 116.50, 31.70)), rel=1e-6)


def test_a_point_on_a_node_of_several_edges_meets_the_first() -> None:
    """The same answer every time."""
    assert snap_one(116.50, 31.70)[0] == "AB"


def test_only_chosen_edges_count() -> None:
    """A closed road may be left out."""
    other = SQUARE.link != SQUARE.link_ids.index("AB")
    assert snap_one(116.505, 31.701, other)[0] == "AD"


def test_without_edges_there_is_no_answer() -> None:
    """-1 and inf, as with nodes."""
    found = nearest_edges(SQUARE, ~ALL, np.array([116.5, 116.6]), np.array([31.7, 31.7]))
    assert found.edge.tolist() == [-1, -1]
    assert np.isinf(found.metres).all()


@settings(max_examples=50, deadline=None)
@given(st.lists(st.tuples(st.floats(116.45, 116.57), st.floats(31.66, 31.76)), min_size=1, max_size=20))
def test_the_tree_finds_what_trying_every_edge_finds(spots: list[tuple[float, float]]) -> None:
    """Distances to all edges, one by one."""
    lon, lat = np.array(spots).T
    found = EdgeIndex(SQUARE, ALL).nearest(lon, lat)
    ends = mercator(SQUARE.lon, SQUARE.lat)
    lines = [shapely.LineString(ends[[a, b]]) for a, b in zip(SQUARE.edge_from, SQUARE.edge_to, strict=True)]
    for number, point in enumerate(mercator(lon, lat)):
        least = min(line.distance(shapely.Point(point)) for line in lines)
        assert found.metres[number] == pytest.approx(
            least * np.cos(np.radians(lat[number])), rel=1e-3, abs=0.01
        )
    there = great_circle_m(lon, lat, found.lon, found.lat)
    assert found.metres == pytest.approx(there, rel=1e-3, abs=0.01)


def test_the_map_and_back() -> None:
    """To a tenth of a millimetre."""
    lon, lat = from_mercator(mercator(np.array([116.5, -70.0]), np.array([31.7, -33.4])))
    assert lon == pytest.approx([116.5, -70.0], abs=1e-9)
    assert lat == pytest.approx([31.7, -33.4], abs=1e-9)
