"""Extracts nobody has seen yet: odd ways, files of editors, graphs of others, and what is no extract."""

from __future__ import annotations

import lzma
from collections.abc import Callable
from pathlib import Path

import networkx as nx
import numpy as np
import osmnx
import pytest
from osm_samples import STREET_GRAPH, directed

from routing.osm import ImportedRoads, read_roads
from stockpile.errors import DataError

SPOTS = {1: (31.70, 116.50), 2: (31.70, 116.51), 3: (31.71, 116.51), 4: (31.71, 116.50), 5: (31.72, 116.505)}
Give = Callable[..., ImportedRoads]


def nodes(sign: str = "") -> str:
    """The five nodes; with a minus sign as JOSM numbers new ones."""
    return "".join(f'<node id="{sign}{n}" lat="{lat}" lon="{lon}"/>' for n, (lat, lon) in SPOTS.items())


def way(number: object, refs: list[int], mark: str = "", **tags: str) -> str:
    """A way through nodes; two underscores in the name of a tag are a colon."""
    inside = "".join(f'<nd ref="{ref}"/>' for ref in refs)
    inside += "".join(f'<tag k="{key.replace("__", ":")}" v="{value}"/>' for key, value in tags.items())
    return f'<way id="{number}" {mark}>{inside}</way>'


RING = way(100, [1, 2, 3, 4, 1], highway="residential")
RING_EDGES = {("1", "2"), ("2", "1"), ("2", "3"), ("3", "2"), ("3", "4"), ("4", "3"), ("4", "1"), ("1", "4")}
THERE = {("4", "5"), ("5", "3")}
BACK = {("5", "4"), ("3", "5")}


@pytest.fixture
def give(tmp_path: Path) -> Give:
    """Return a function that reads an extract of these elements, the five nodes before them unless given."""

    def read(body: str, *, before: str | None = None) -> ImportedRoads:
        start = nodes() if before is None else before
        file = tmp_path / "odd.osm"
        file.write_text(f'<?xml version="1.0"?><osm version="0.6">{start}{body}</osm>', encoding="utf-8")
        return read_roads(file)

    return read


@pytest.mark.parametrize(
    ("tags", "expected"),
    [
        ({"highway": "primary"}, THERE | BACK),
        ({"highway": "primary", "oneway": "yes"}, THERE),
        ({"highway": "primary", "oneway": "-1"}, BACK),
        ({"highway": "primary", "oneway": "alternating"}, THERE | BACK),
        ({"highway": "primary", "oneway": "reversible"}, set()),
        ({"highway": "primary", "junction": "roundabout"}, THERE),
        ({"highway": "motorway"}, THERE),
        ({"highway": "motorway", "oneway": "no"}, THERE | BACK),
        ({"highway": "service"}, THERE | BACK),
        ({"highway": "service", "service": "driveway"}, THERE | BACK),
        ({"highway": "service", "service": "parking_aisle"}, set()),
        ({"highway": "primary", "access": "private"}, set()),
        ({"highway": "primary", "access": "no"}, set()),
        ({"highway": "primary", "access": "destination"}, THERE | BACK),
        ({"highway": "primary", "motor_vehicle": "no"}, set()),
        ({"highway": "primary", "area": "yes"}, set()),
        ({"highway": "primary", "layer": "-1"}, THERE | BACK),
        ({"highway": "construction", "construction": "primary"}, set()),
        ({"highway": "proposed"}, set()),
        ({"highway": "Primary"}, set()),
        ({"route": "ferry", "motor_vehicle": "yes"}, set()),
    ],
)
def test_a_way_beside_the_ring(give: Give, tags: dict[str, str], expected: set[tuple[str, str]]) -> None:
    """From 4 over 5 to 3: driven both ways, one way, or not at all."""
    assert directed(give(RING + way(1, [4, 5, 3], **tags)).network) == RING_EDGES | expected


@pytest.mark.parametrize(
    ("ways", "expected"),
    [
        (way(1, [1], highway="primary") + way(2, [], highway="primary"), set()),
        (way(1, [4, 4, 5, 5, 3], highway="primary"), THERE | BACK),
        (way(1, [4, 5, 3, 4], highway="tertiary", oneway="yes"), THERE),
        (way(1, [4, 5, 4, 5], highway="primary"), {("4", "5"), ("5", "4")}),
    ],
    ids=["one node and none", "nodes repeated", "a loop", "there and back again"],
)
def test_ways_of_odd_shape(give: Give, ways: str, expected: set[tuple[str, str]]) -> None:
    """No edge from a node to itself, and no edge twice."""
    network = give(RING + ways).network
    assert directed(network) == RING_EDGES | expected
    assert len(network.edge_from) == len(RING_EDGES | expected)


def test_the_order_of_a_file_does_not_matter(give: Give) -> None:
    """Nodes behind the ways that use them."""
    assert directed(give(nodes(), before=RING).network) == RING_EDGES


def test_what_an_editor_has_not_uploaded_yet(give: Give) -> None:
    """JOSM numbers new objects from -1 downwards and marks what is deleted by its action."""
    ring = way(-100, [-1, -2, -3, -4, -1], mark="action='modify' visible='true'", highway="residential")
    gone = way(-101, [-4, -5, -3], mark="action='delete' visible='true'", highway="primary")
    found = give(ring + gone, before=nodes("-"))
    assert len(found.network.edge_from) == 8
    assert found.network.link_ids[0].startswith("w-100.")


@pytest.mark.parametrize(
    ("ways", "expected"),
    [
        (way(1, [4, 5, 3], 'visible="false"', highway="primary"), set()),
        (way(1, [4, 5, 3], highway="primary") * 2, THERE | BACK),
        (
            way(1, [4, 5, 3], 'version="2"', highway="footway")
            + way(1, [4, 5, 3], 'version="1"', highway="primary"),
            set(),
        ),
        (
            way(1, [4, 5, 3], 'version="1"', highway="primary")
            + way(1, [], 'version="2" visible="false"', highway="primary"),
            set(),
        ),
        (
            way(1, [4, 5], 'version="1"', highway="primary")
            + way(1, [4, 5, 3], 'version="2"', highway="primary"),
            THERE | BACK,
        ),
    ],
    ids=["deleted", "twice", "an older version behind", "deleted later", "longer later"],
)
def test_of_a_way_the_newest_version_counts(give: Give, ways: str, expected: set[tuple[str, str]]) -> None:
    """Two extracts put together, or a history."""
    network = give(RING + ways).network
    assert directed(network) == RING_EDGES | expected
    assert len(set(network.link_ids)) == len(network.link_ids)


def test_a_node_that_was_deleted_clips_its_way(give: Give) -> None:
    """Counted as drivable but clipped."""
    found = give(
        RING + way(1, [4, 5, 3], highway="primary"),
        before=nodes().replace('id="5"', 'id="5" visible="false"'),
    )
    assert found.report.clipped_roads == 1


def test_a_name_as_long_as_a_map_allows_is_cut(give: Give) -> None:
    """255 signs are the most that OpenStreetMap takes."""
    found = give(way(1, [1, 2, 3, 1], highway="residential", name="路" * 255))
    assert set(found.network.link_names_zh) == {"路" * 200}


OSM_XML = f'<osm version="0.6">{nodes()}{RING}</osm>'.encode()
OVERPASS = b'{"version": 0.6, "generator": "Overpass API", "elements": []}'
TIMED_OUT = OSM_XML.replace(b"</osm>", b"<remark> runtime error: Query timed out in 180 s</remark></osm>")
NO_NODES = f'<osm version="0.6">{RING}</osm>'.encode()
FOOTWAYS = f'<osm version="0.6">{nodes()}{RING.replace("residential", "footway")}</osm>'.encode()
IN_METRES = OSM_XML.replace(b"31.7", b"3511650.7").replace(b"116.5", b"511650.5")


@pytest.mark.parametrize(
    ("name", "content", "message", "remedy"),
    [
        ("overpass.json", OVERPASS, "holds JSON", "[out:xml]"),
        ("overpass.osm", OVERPASS, "holds JSON", "[out:xml]"),
        ("overpass.osm.pbf", OVERPASS, "holds JSON", "[out:xml]"),
        ("overpass.graphml", b" \n" + OVERPASS, "holds JSON", "[out:xml]"),
        ("town.osm.xz", lzma.compress(OSM_XML), "is packed with xz", "Unpack it"),
        ("town.osm", lzma.compress(OSM_XML), "is packed with xz", "Unpack it"),
        ("town.osm.zst", b"\x28\xb5\x2f\xfd\x00", "is packed with Zstandard", "Unpack it"),
        ("town.zip", b"PK\x03\x04\x00", "is a ZIP archive", "Unpack it"),
        ("stopped.osm", TIMED_OUT, "is incomplete: Overpass stopped", "Ask for less"),
        ("ways.osm", NO_NODES, "1 of them drivable but clipped", "(._;>;); out body;"),
        ("walks.osm", FOOTWAYS, "holds no road that can be driven to and back", "tag highway"),
        ("metres.osm", IN_METRES, "cannot be read as OpenStreetMap data (wrong format for coord", "export"),
        ("old.osm", OSM_XML.replace(b"0.6", b"0.5"), "Can not read file with version 0.5", "export"),
        ("id.osm", OSM_XML.replace(b'"100"', b'"9999999999999999999999"'), "illegal id", "export"),
        ("long.osm", OSM_XML.replace(b"residential", b"x" * 5000), "value is too long", "export"),
        ("graph.osm", STREET_GRAPH.read_bytes(), "Unknown top-level element: graphml", "export"),
        ("map.graphml", OSM_XML, "is no GraphML file", "save_graphml"),
    ],
)
def test_what_is_no_extract_gives_one_problem_with_its_remedy(
    tmp_path: Path, name: str, content: bytes, message: str, remedy: str
) -> None:
    """It names the file, what is wrong with it and what to do."""
    (tmp_path / name).write_bytes(content)
    with pytest.raises(DataError) as raised:
        read_roads(tmp_path / name)
    (problem,) = raised.value.problems
    assert problem.file == name
    assert message in problem.message
    assert remedy in problem.remedy


def test_a_change_file_and_other_encodings_are_read(tmp_path: Path) -> None:
    """What osmium takes beside plain extracts."""
    text = OSM_XML.decode()
    changed = text.replace('<osm version="0.6">', '<osmChange version="0.6"><create>')
    (tmp_path / "change.osm").write_text(changed.replace("</osm>", "</create></osmChange>"), "utf-8")
    (tmp_path / "wide.osm").write_text(f'<?xml version="1.0" encoding="UTF-16"?>{text}', "utf-16")
    (tmp_path / "marked.osm").write_text(text, "utf-8-sig")
    for name in ("change.osm", "wide.osm", "marked.osm"):
        assert directed(read_roads(tmp_path / name).network) == RING_EDGES


def drawn_graph(**data: str) -> nx.DiGraph[str]:
    """A triangle A, B, C and back again from C to B, as somebody draws it with networkx."""
    graph: nx.DiGraph[str] = nx.DiGraph()
    for name, (lat, lon) in zip("ABC", SPOTS.values(), strict=False):
        graph.add_node(name, x=lon, y=lat)
    for begin, end in (("A", "B"), ("B", "C"), ("C", "A"), ("C", "B")):
        graph.add_edge(begin, end, highway="primary", **data)
    return graph


def written(graph: nx.DiGraph[str], tmp_path: Path) -> ImportedRoads:
    """Let networkx write the graph, and read it."""
    nx.write_graphml(graph, tmp_path / "drawn.graphml")
    return read_roads(tmp_path / "drawn.graphml")


TRIANGLE = {("A", "B"), ("B", "C"), ("C", "A"), ("C", "B")}


def test_a_graph_of_networkx(tmp_path: Path) -> None:
    """It names no reference system; positions are x and y, or lon and lat."""
    graph = drawn_graph()
    assert directed(written(graph, tmp_path).network) == TRIANGLE
    for _, place in graph.nodes(data=True):
        place["lon"], place["lat"] = place.pop("x"), place.pop("y")
    assert directed(written(graph, tmp_path).network) == TRIANGLE


@pytest.mark.parametrize(
    ("factor", "message", "remedy"),
    [
        (111_000.0, "which are no degrees", "to_latlong=True"),
        (float("nan"), "which are no degrees", "degrees"),
    ],
)
def test_a_graph_in_metres(tmp_path: Path, factor: float, message: str, remedy: str) -> None:
    """The first node that lies nowhere is named."""
    graph = drawn_graph()
    for _, place in graph.nodes(data=True):
        place["x"] *= factor
    with pytest.raises(DataError) as raised:
        written(graph, tmp_path)
    (problem,) = raised.value.problems
    assert "'A'" in problem.message
    assert message in problem.message
    assert remedy in problem.remedy


def test_bends_in_metres_are_straightened(tmp_path: Path) -> None:
    """The nodes are in degrees, the drawing is not; the length stays as given."""
    graph = drawn_graph(geometry="LINESTRING (511000 3511000, 512000 3511000)")
    for *_, data in graph.edges(data=True):
        data["length"] = 1500.0
    network = written(graph, tmp_path).network
    assert directed(network) == TRIANGLE
    assert network.length_m.tolist() == pytest.approx([1500.0] * 4)


def test_of_three_components_the_largest_is_kept(tmp_path: Path) -> None:
    """The others are listed, the longer first."""
    graph = drawn_graph()
    for name, size in (("D", 0.02), ("F", 0.01)):
        other = chr(ord(name) + 1)
        graph.add_node(name, x=117.0, y=31.0 + size)
        graph.add_node(other, x=117.0 + size, y=31.0 + size)
        graph.add_edge(name, other, highway="primary")
        graph.add_edge(other, name, highway="primary")
    found = written(graph, tmp_path)
    assert directed(found.network) == TRIANGLE
    assert [part.lat for part in found.report.cut_off] == [31.02, 31.01]


@pytest.mark.parametrize(
    ("tag", "listed", "kept"),
    [
        ("highway", "['primary', 'tertiary']", True),
        ("highway", "['primary', 'footway']", False),
        ("highway", "['living_street', 'track']", False),
        ("access", "['permissive', 'yes']", True),
        ("access", "['permissive', 'private']", False),
        ("service", "['alley', 'driveway']", True),
        ("service", "['alley', 'parking_aisle']", False),
        ("motor_vehicle", "['designated', 'no']", False),
    ],
)
def test_a_simplified_edge_is_driven_when_all_its_parts_are(
    tmp_path: Path, tag: str, listed: str, *, kept: bool
) -> None:
    """OSMnx joins the values of the ways that an edge runs over into a list."""
    graph = drawn_graph()
    graph.edges["C", "B"][tag] = listed
    assert directed(written(graph, tmp_path).network) == TRIANGLE - (set() if kept else {("C", "B")})


@pytest.mark.parametrize(
    ("bridge", "tunnel", "expected"),
    [
        ("['yes', 'viaduct']", "['building_passage', 'yes']", (True, True)),
        ("['low_water_crossing', 'no']", "['building_passage', 'culvert']", (False, False)),
    ],
)
def test_lists_of_bridges_and_tunnels(
    tmp_path: Path, bridge: str, tunnel: str, expected: tuple[bool, bool]
) -> None:
    """One part that is a bridge makes the edge one."""
    network = written(drawn_graph(bridge=bridge, tunnel=tunnel), tmp_path).network
    assert (bool(network.bridge.all()), bool(network.tunnel.all())) == expected
    assert (bool(network.bridge.any()), bool(network.tunnel.any())) == expected


def test_osmnx_graphs_simplified_or_not_are_the_same_roads(tmp_path: Path) -> None:
    """Node for node, apart from the names of the corners; and the projected graph is refused."""
    file = tmp_path / "town.osm"
    streets = way(1, [1, 2, 3, 4], highway="primary") + way(2, [4, 1], highway="secondary", oneway="yes")
    streets += way(3, [4, 5, 3], highway="tertiary", oneway="-1")
    file.write_text(f'<osm version="0.6">{nodes()}{streets}</osm>', encoding="utf-8")
    straight = read_roads(file)
    for simplify in (False, True):
        graph = osmnx.graph_from_xml(file, simplify=simplify, retain_all=True)
        osmnx.save_graphml(graph, tmp_path / "streets.graphml")
        found = read_roads(tmp_path / "streets.graphml")
        assert found.report.km == pytest.approx(straight.report.km, rel=1e-4)
        for axis in ("lon", "lat"):
            assert np.allclose(
                np.sort(getattr(found.network, axis)), np.sort(getattr(straight.network, axis))
            )
    osmnx.save_graphml(osmnx.project_graph(graph), tmp_path / "metres.graphml")
    with pytest.raises(DataError, match=r"is projected to EPSG:32650.*to_latlong=True"):
        read_roads(tmp_path / "metres.graphml")
