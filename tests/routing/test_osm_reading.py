"""One small town in every format: what is kept, what is left out and said, and what is refused."""

from __future__ import annotations

import bz2
import gzip
import math
from collections.abc import Callable
from pathlib import Path

import numpy as np
import osmium
import pytest
from osm_samples import STREET_GRAPH, TOWN, directed, edge

from routing.datum import wgs84_to_gcj02
from routing.osm import ImportReport, read_roads, report_lines
from routing.osm import files as road_files
from routing.road_network import ROAD_CLASSES, RoadNetwork
from stockpile.errors import DataError
from stockpile.geodesy import great_circle_m

RING = {("1", "2"), ("2", "1"), ("2", "3"), ("3", "2"), ("3", "4"), ("4", "3"), ("4", "1"), ("1", "4")}
ONE_WAY = {("1", "5"), ("5", "3"), ("3", "6"), ("6", "7"), ("7", "4")}


def as_pbf(target: Path) -> None:
    """Write the town as PBF."""
    with osmium.SimpleWriter(str(target)) as writer:
        for element in osmium.FileProcessor(str(TOWN)):
            writer.add(element)


WRITERS: dict[str, Callable[[Path], object]] = {
    "town.osm": lambda target: target.write_bytes(TOWN.read_bytes()),
    "town.osm.gz": lambda target: target.write_bytes(gzip.compress(TOWN.read_bytes())),
    "town.osm.bz2": lambda target: target.write_bytes(bz2.compress(TOWN.read_bytes())),
    "town.osm.pbf": as_pbf,
    "路网.osm": lambda target: target.write_bytes(gzip.compress(TOWN.read_bytes())),
}


@pytest.mark.parametrize("name", WRITERS)
def test_every_format_gives_the_same_network(name: str, tmp_path: Path) -> None:
    """Also a file whose ending does not say that it is packed."""
    WRITERS[name](tmp_path / name)
    found, expected = read_roads(tmp_path / name), read_roads(TOWN)
    assert directed(found.network) == RING | ONE_WAY
    assert found.network.link_ids == expected.network.link_ids
    assert np.array_equal(found.network.length_m, expected.network.length_m)
    assert found.report.file == name


@pytest.fixture(scope="module")
def town() -> RoadNetwork:
    """Return the network of the town."""
    return read_roads(TOWN).network


def test_an_edge_carries_what_its_way_says(town: RoadNetwork) -> None:
    """Class, limits, bridge, number and names of way 100, with the merged lane gone."""
    south = edge(town, "1", "2")
    link = town.link[south]
    assert ROAD_CLASSES[town.road_class[south]] == "primary"
    assert (town.maxspeed_kph[south], town.max_weight_t[south]) == (60.0, 30.0)
    assert (town.bridge[south], town.tunnel[south]) == (True, False)
    assert (town.link_ids[link], town.link_refs[link]) == ("w100.1", "G312;S203")
    assert (town.link_names_zh[link], town.link_names_en[link]) == ("皖西大道", "Wanxi Avenue")
    assert town.length_m[south] == pytest.approx(great_circle_m(116.5, 31.7, 116.51, 31.7))


def test_speeds_are_those_posted_or_those_of_the_class(town: RoadNetwork) -> None:
    """Four fifths of a posted limit; the lowest of a list; a word for a limit; no limit at all."""
    assert town.free_speed_kph[edge(town, "1", "2")] == pytest.approx(48.0)
    assert town.free_speed_kph[edge(town, "2", "3")] == pytest.approx(32.0)
    assert town.free_speed_kph[edge(town, "1", "5")] == pytest.approx(40.0)
    assert town.free_speed_kph[edge(town, "3", "6")] == 90.0
    assert town.max_height_m[edge(town, "2", "3")] == 4.2
    assert town.tunnel[edge(town, "2", "3")]


def test_both_directions_of_a_segment_are_one_link(town: RoadNetwork) -> None:
    """Forward just before backward, and each link its own id."""
    pairs = np.flatnonzero(town.link[1:] == town.link[:-1])
    assert len(pairs) == 4
    assert np.array_equal(town.edge_from[pairs], town.edge_to[pairs + 1])
    assert len(set(town.link_ids)) == len(town.link_ids) == town.link.max() + 1


def test_the_report_counts_what_was_left_out() -> None:
    """Every way of the file is accounted for."""
    report = read_roads(TOWN).report
    assert (report.nodes_in_file, report.ways_in_file) == (11, 18)
    assert report.left_out == {
        "closed to vehicles": 1,
        "footway": 1,
        "not a road": 2,
        "private": 1,
        "reversible": 1,
        "service parking_aisle": 1,
        "track": 1,
    }
    assert (report.clipped_ways, report.clipped_roads) == (2, 1)
    assert report.non_road_edges == 8
    assert report.merged_edges == 2
    assert (report.drivable_nodes, report.drivable_edges) == (10, 18)
    assert (report.nodes, report.edges, report.links) == (7, 13, 9)
    assert (report.cut_off_nodes, report.cut_off_edges) == (3, 3)
    assert (report.bridges, report.bridge_edges, report.tunnels, report.tunnel_edges) == (1, 2, 1, 2)
    assert report.with_maxspeed == 6
    assert report.sha256 == read_roads(TOWN).report.sha256
    assert len(report.sha256) == 64


def test_what_fell_off_is_listed() -> None:
    """The longest first: a street in and not out, and one apart."""
    way_in, apart = read_roads(TOWN).report.cut_off
    assert (way_in.nodes, way_in.one_way, way_in.names) == (1, True, ())
    assert (apart.nodes, apart.one_way, apart.names) == (2, False, ("孤岛路",))
    assert apart.km == pytest.approx(0.946, abs=0.001)


def test_the_report_in_words_names_counts_and_losses() -> None:
    """What `stockpile roads import` prints."""
    text = "\n".join(report_lines(read_roads(TOWN).report))
    for words in (
        "11 nodes, 18 ways",
        "2 ways refer to nodes outside the file and are dropped (1 of them drivable)",
        "2 beside a faster parallel edge are merged",
        "(apart): 孤岛路",
        "kept: 7 nodes, 13 directed edges",
    ):
        assert words in text


def test_a_report_survives_being_stored() -> None:
    """JSON and back."""
    report = read_roads(TOWN).report
    assert ImportReport.from_json(report.to_json()) == report
    with pytest.raises(ValueError, match="no import report"):
        ImportReport.from_json("{}")


def test_tracks_are_kept_on_demand() -> None:
    """Way 117 leads from 1 over 11 to 5."""
    found = read_roads(TOWN, tracks=True)
    assert ("1", "11") in directed(found.network)
    assert found.report.tracks


def test_a_file_in_chinese_map_coordinates_is_converted(tmp_path: Path) -> None:
    """--datum gcj02 brings each node back to where it was."""
    expected = read_roads(TOWN).network
    shifted = tmp_path / "shifted.osm"
    lon, lat = wgs84_to_gcj02(np.array([116.5]), np.array([31.7]))
    text = TOWN.read_text(encoding="utf-8")
    shifted.write_text(
        text.replace('lat="31.700" lon="116.500"', f'lat="{lat[0]:.7f}" lon="{lon[0]:.7f}"'), encoding="utf-8"
    )
    found = read_roads(shifted, datum="gcj02")
    assert found.report.datum == "GCJ-02"
    node, same = found.network.node_ids.index("1"), expected.node_ids.index("1")
    assert found.network.lon[node] == pytest.approx(expected.lon[same], abs=2e-7)
    assert found.network.lat[node] == pytest.approx(expected.lat[same], abs=2e-7)


BOMB = (
    '<?xml version="1.0"?><!DOCTYPE osm [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;">]>'
    '<osm version="0.6"><node id="1" lat="1" lon="1"/><way id="1"><tag k="name" v="&b;"/></way></osm>'
)
FETCHES = '<?xml version="1.0"?><!DOCTYPE osm SYSTEM "file:///etc/hostname"><osm version="0.6"/>'
PACKED = gzip.compress(TOWN.read_bytes(), mtime=0)


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("empty.osm", b"", "is empty"),
        ("blank.osm", b" \n", "is empty"),
        ("blank.osm.gz", gzip.compress(b"", mtime=0), "is empty"),
        ("cut.osm", TOWN.read_bytes()[:2000], "cannot be read as OpenStreetMap data"),
        ("cut.osm.gz", PACKED[: len(PACKED) // 2], "is damaged"),
        ("cut.osm.bz2", bz2.compress(TOWN.read_bytes())[:300], "is damaged"),
        ("page.osm", b"<html><body>Too Many Requests</body></html>", "cannot be read as OpenStreetMap data"),
        ("text.osm", b"no xml at all", "cannot be read as OpenStreetMap data"),
        ("text.osm.pbf", b"no protocol buffer at all", "cannot be read as OpenStreetMap data"),
        ("noroads.osm", b'<osm version="0.6"/>', "holds no road that can be driven to and back"),
        ("latitude.osm", b'<osm version="0.6"><node id="1" lat="x" lon="1"/></osm>', "cannot be read as"),
        ("bomb.osm", BOMB.encode(), "declares a document type"),
        ("fetches.osm", FETCHES.encode(), "declares a document type"),
        ("roads.shp", b"x", "is of no kind that can be read"),
        ("page.graphml", b"<html/>", "is no GraphML file"),
        ("cut.graphml", STREET_GRAPH.read_bytes()[:1500], "cannot be read as GraphML"),
        ("bomb.graphml", BOMB.replace("osm", "graphml").encode(), "declares a document type"),
        ("nothing.graphml", b"<graphml><graph edgedefault='directed'/></graphml>", "holds no road"),
        ("stray.graphml", b"<graphml><data key='d0'>x</data></graphml>", "cannot be read as GraphML"),
        ("noxy.graphml", b"<graphml><graph><node id='1'/></graph></graphml>", "does not say where node '1'"),
        (
            "metres.graphml",
            STREET_GRAPH.read_bytes().replace(b"epsg:4326", b"epsg:32650"),
            "is projected to EPSG:32650",
        ),
        ("far.graphml", STREET_GRAPH.read_bytes().replace(b">116.50<", b">511650<"), "which are no degrees"),
    ],
)
def test_a_file_that_is_no_road_file_gives_one_clear_problem(
    name: str, content: bytes, message: str, tmp_path: Path
) -> None:
    """Named by its file name, never by its path."""
    (tmp_path / name).write_bytes(content)
    with pytest.raises(DataError) as raised:
        read_roads(tmp_path / name)
    (problem,) = raised.value.problems
    assert problem.file == name
    assert message in problem.message
    assert problem.remedy
    assert str(tmp_path) not in str(problem)


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    """No traceback."""
    with pytest.raises(DataError, match="is no file"):
        read_roads(tmp_path / "none.osm")


def test_a_file_that_unpacks_without_end_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The limit counts unpacked bytes."""
    monkeypatch.setattr(road_files, "TEXT_SIZE_LIMIT", 1000)
    (tmp_path / "bomb.osm.gz").write_bytes(gzip.compress(b" " * 100_000))
    with pytest.raises(DataError, match="unpacks to more than"):
        read_roads(tmp_path / "bomb.osm.gz")


def test_a_street_graph_becomes_straight_segments() -> None:
    """A bent edge is cut at its corner, its length spread over both halves, its way back the same link."""
    found = read_roads(STREET_GRAPH)
    network = found.network
    assert directed(network) == {
        ("A", "bend-1"),
        ("bend-1", "B"),
        ("B", "bend-1"),
        ("bend-1", "A"),
        ("B", "C"),
        ("C", "A"),
    }
    first, second = edge(network, "A", "bend-1"), edge(network, "bend-1", "B")
    assert network.length_m[[first, second]].sum() == pytest.approx(3000.0)
    assert network.link[first] == network.link[edge(network, "bend-1", "A")]
    assert network.length_m[edge(network, "B", "C")] == pytest.approx(2300.0)
    assert network.length_m[edge(network, "C", "A")] == pytest.approx(
        great_circle_m(116.52, 31.72, 116.50, 31.70)
    )
    report = found.report
    assert (report.nodes_in_file, report.edges_in_file) == (3, 6)
    assert (report.clipped_ways, report.clipped_roads, report.left_out) == (1, 1, {"footway": 1})


def test_lists_that_simplifying_left_are_read() -> None:
    """The slower class, the lower limit, a bridge where a part is one, the name intact."""
    network = read_roads(STREET_GRAPH).network
    bent = edge(network, "A", "bend-1")
    assert ROAD_CLASSES[network.road_class[bent]] == "tertiary"
    assert network.maxspeed_kph[bent] == 40.0
    assert network.bridge[bent]
    assert network.link_names_zh[network.link[bent]] == "皖西大道"
    assert network.link_ids[network.link[bent]] == "w12.1"
    assert math.isnan(network.maxspeed_kph[edge(network, "B", "C")])


def test_an_undirected_graph_is_driven_both_ways(tmp_path: Path) -> None:
    """networkx writes such files."""
    text = STREET_GRAPH.read_text(encoding="utf-8").replace('"directed"', '"undirected"')
    (tmp_path / "both.graphml").write_text(text, encoding="utf-8")
    found = directed(read_roads(tmp_path / "both.graphml").network)
    assert {("B", "C"), ("C", "B"), ("C", "A"), ("A", "C")} <= found
