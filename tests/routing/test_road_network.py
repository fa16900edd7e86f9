"""The road table becomes directed edges, and points find their nearest node."""

from __future__ import annotations

import numpy as np
import pytest
from road_samples import edges_of, link, network, roads_table

from routing.road_network import (
    CLASS_SPEED_KPH,
    ROAD_CLASSES,
    RoadNetwork,
    nearest_nodes,
    network_from_table,
)
from stockpile.columns import read_dictionary
from stockpile.geodesy import EARTH_RADIUS_M


def directed(roads: RoadNetwork, link_id: str) -> list[tuple[str, str]]:
    """Node ids at both ends of each directed edge of a link."""
    return [
        (roads.node_ids[roads.edge_from[edge]], roads.node_ids[roads.edge_to[edge]])
        for edge in edges_of(roads, link_id)
    ]


def test_two_way_link_gives_two_edges_and_one_way_link_one() -> None:
    """A one-way link may be driven only from its first to its last node."""
    roads = network(link("L1", "B", "A", 2.0), link("L2", "B", "C", 3.0, oneway=True))
    assert directed(roads, "L1") == [("B", "A"), ("A", "B")]
    assert directed(roads, "L2") == [("B", "C")]


def test_edges_carry_the_values_of_their_link() -> None:
    """Length in metres, class, bridge, tunnel and weight limit go to both directions."""
    roads = network(
        link("L1", "A", "B", 1.5, **{"class": "trunk", "bridge": True, "max_weight_t": 10.0}),
        link("L2", "B", "C", 2.0, tunnel=True, ref="G312", name_zh="六毛路", name_en="Liumao Road"),
    )
    assert roads.length_m.tolist() == [1500.0, 1500.0, 2000.0, 2000.0]
    assert [ROAD_CLASSES[k] for k in roads.road_class] == ["trunk", "trunk", "unclassified", "unclassified"]
    assert roads.bridge.tolist() == [True, True, False, False]
    assert roads.tunnel.tolist() == [False, False, True, True]
    assert roads.max_weight_t.tolist() == [10.0, 10.0, np.inf, np.inf]
    assert roads.link_refs == ("", "G312")
    assert roads.link_names_zh == ("", "六毛路")
    assert roads.link_names_en == ("", "Liumao Road")


def test_parallel_links_stay_apart() -> None:
    """Two roads between the same towns are four edges."""
    roads = network(link("L1", "A", "B", 2.0), link("L2", "B", "A", 9.0))
    assert roads.length_m.tolist() == [2000.0, 2000.0, 9000.0, 9000.0]


def test_nodes_do_not_depend_on_the_order_of_rows() -> None:
    """Nodes are sorted by id and keep their positions when the rows are shuffled."""
    links = [link("L1", "C", "B", 1.0), link("L2", "A", "C", 1.0), link("L3", "F", "A", 1.0)]
    one, other = network(*links), network(*reversed(links))
    assert one.node_ids == other.node_ids == ("A", "B", "C", "F")
    assert one.lon.tolist() == other.lon.tolist() == [116.50, 116.52, 116.54, 116.54]
    assert one.lat.tolist() == other.lat.tolist() == [31.70, 31.70, 31.70, 31.72]


def test_network_is_frozen() -> None:
    """A closure cannot change the network by mistake."""
    roads = network(link("L1", "A", "B", 2.0))
    with pytest.raises(ValueError, match="read-only"):
        roads.length_m[0] = 1.0


def test_building_leaves_the_table_writable_and_unchanged() -> None:
    """Freezing the network does not freeze the caller's table."""
    table = roads_table([link("L1", "A", "B", 2.0)])
    before = table.copy()
    network_from_table(table)
    assert table.equals(before)
    table.loc[0, "length_km"] = 3.0
    assert table["length_km"].tolist() == [3.0]


def test_road_classes_are_those_of_the_data_dictionary() -> None:
    """Each class that the table may hold has a place, and each road class a speed."""
    column = next(column for column in read_dictionary()["roads"] if column.name == "class")
    assert column.choices == ROAD_CLASSES
    assert set(CLASS_SPEED_KPH) == set(ROAD_CLASSES) - {"waterway"}


def test_nodes_of_flags_both_ends() -> None:
    """Only nodes at an end of a chosen edge are flagged."""
    roads = network(link("L1", "A", "B", 2.0), link("L2", "B", "C", 2.0, **{"class": "waterway"}))
    assert roads.nodes_of(~roads.waterway).tolist() == [True, True, False]
    assert roads.nodes_of(roads.waterway).tolist() == [False, True, True]


def test_nearest_node_and_great_circle_distance() -> None:
    """A point 0.001 degrees north of A lies 0.001 degrees of arc from it; B is farther."""
    roads = network(link("L1", "A", "B", 2.0))
    node, metres = nearest_nodes(
        roads, np.array([True, True]), np.array([116.50, 116.519]), np.array([31.701, 31.70])
    )
    assert node.tolist() == [0, 1]
    assert metres[0] == pytest.approx(np.radians(0.001) * EARTH_RADIUS_M, rel=1e-6)
    assert metres[1] == pytest.approx(np.radians(0.001) * np.cos(np.radians(31.7)) * EARTH_RADIUS_M, rel=1e-6)


def test_nearest_node_among_candidates_only() -> None:
    """A node that is no candidate is passed over; without candidates there is none."""
    roads = network(link("L1", "A", "B", 2.0))
    at_a = np.array([116.50]), np.array([31.70])
    assert nearest_nodes(roads, np.array([False, True]), *at_a)[0].tolist() == [1]
    node, metres = nearest_nodes(roads, np.array([False, False]), *at_a)
    assert node.tolist() == [-1]
    assert metres.tolist() == [np.inf]
