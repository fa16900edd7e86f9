"""Journeys on grids solved on paper, and on random networks against networkx."""

from __future__ import annotations

import math

import networkx as nx
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from road_samples import NODES, boat, link, links_of, network, points_at, vehicle
from road_strategies import node_points, road_networks

from routing.closures import Closure, apply_closures, edge_seconds
from routing.fleet import VehicleType
from routing.road_network import Floats, RoadNetwork
from routing.shortest_paths import ShortestPaths
from routing.travel_times import ACCESS_SPEED_KPH, WHARF_REACH_M, Points, TravelTimes, travel_times
from stockpile.geodesy import EARTH_RADIUS_M

# Every road is unclassified, 25 km/h: 1 km takes 144 s.
#
#   D --5-- E --1-- F        B - C is one-way
#   |       |       |
#   1       4       1
#   |       |       |
#   A --2-- B --2-> C
GRID = network(
    link("AB", "A", "B", 2.0),
    link("BC", "B", "C", 2.0, oneway=True),
    link("AD", "A", "D", 1.0),
    link("BE", "B", "E", 4.0),
    link("CF", "C", "F", 1.0),
    link("DE", "D", "E", 5.0),
    link("EF", "E", "F", 1.0),
)

TRUCK = vehicle()


def journeys(
    roads: RoadNetwork, points: Points, *closures: Closure, profile: VehicleType = TRUCK
) -> TravelTimes:
    """Travel times of a type on the roads under the closures."""
    by_edge = edge_seconds(roads, apply_closures(roads, closures), profile)
    return travel_times(roads, by_edge, points, mode=profile.mode)


def test_grid_solved_on_paper() -> None:
    """From A: B 2 km, C 4, D 1, F 5 and E 6, where A-B-E, A-D-E and A-B-C-F-E are equally long."""
    times = journeys(GRID, points_at("A", "B", "C", "D", "E", "F"))
    assert times.seconds[0].tolist() == [0.0, 288.0, 576.0, 144.0, 864.0, 720.0]
    assert times.metres[0].tolist() == pytest.approx([0.0, 2000.0, 4000.0, 1000.0, 6000.0, 5000.0])
    assert links_of(GRID, times.route(0, 5)) == ["AB", "BC", "CF"]


def test_one_way_road_is_respected() -> None:
    """Back from C to B the way leads round by F and E: 1 + 1 + 4 km instead of 2."""
    times = journeys(GRID, points_at("B", "C"))
    assert times.seconds.tolist() == [[0.0, 288.0], [864.0, 0.0]]
    assert links_of(GRID, times.route(1, 0)) == ["CF", "EF", "BE"]


def test_closing_an_edge_reroutes() -> None:
    """A to C is 4 km over B; with A - B and B - C closed it is 8 km over D, E and F."""
    points = points_at("A", "C")
    assert journeys(GRID, points).metres[0, 1] == 4000.0
    shut = journeys(GRID, points, Closure("shut", links=frozenset({"BC", "AB"})))
    assert links_of(GRID, shut.route(0, 1)) == ["AD", "DE", "EF", "CF"]
    assert shut.metres[0, 1] == pytest.approx(8000.0)
    assert shut.seconds[0, 1] == 1152.0


def test_fastest_of_parallel_roads_counts() -> None:
    """Three roads join A and B; the longest is the fastest and their times are not added up."""
    roads = network(
        link("lane", "A", "B", 2.0),
        link("trunk", "B", "A", 3.4, **{"class": "trunk"}),
        link("street", "A", "B", 2.5, **{"class": "tertiary"}),
    )
    times = journeys(roads, points_at("A", "B"))
    assert times.seconds[0, 1] == 144.0
    assert times.metres[0, 1] == 3400.0
    assert links_of(roads, times.route(0, 1)) == ["trunk"]
    shut = journeys(roads, points_at("A", "B"), Closure("shut", links=frozenset({"trunk"})))
    assert links_of(roads, shut.route(0, 1)) == ["street"]


def test_of_equally_fast_parallel_roads_the_first_is_taken() -> None:
    """A tie is broken by the order of the table, in both directions."""
    roads = network(link("first", "A", "B", 2.0), link("second", "B", "A", 2.0))
    times = journeys(roads, points_at("A", "B"))
    assert links_of(roads, times.route(0, 1)) == links_of(roads, times.route(1, 0)) == ["first"]


def test_isolated_node_is_unreachable() -> None:
    """A village whose only road is closed keeps its node, reaches nobody and is named by route()."""
    times = journeys(GRID, points_at("A", "D"), Closure("shut", links=frozenset({"AD", "DE"})))
    assert times.node.tolist() == [0, 3]
    assert times.seconds.tolist() == [[0.0, math.inf], [math.inf, 0.0]]
    assert times.metres.tolist() == [[0.0, math.inf], [math.inf, 0.0]]
    with pytest.raises(ValueError, match="from point 0 to point 1"):
        times.route(0, 1)


def test_access_at_both_ends() -> None:
    """500 m of arc on one side and 200 m on the other, at 15 km/h, are added to the drive."""
    degree_m = math.radians(1.0) * EARTH_RADIUS_M
    lat = np.array([31.70 - 500.0 / degree_m, 31.70 - 200.0 / degree_m])
    points = Points(("p", "q"), np.array([116.50, 116.52]), lat, np.zeros(2, dtype=np.bool_))
    times = journeys(GRID, points)
    assert times.access_m.tolist() == pytest.approx([500.0, 200.0], abs=0.01)
    assert times.seconds[0, 1] == math.ceil(288.0 + 700.0 / (ACCESS_SPEED_KPH / 3.6))
    assert times.metres[0, 1] == pytest.approx(2700.0, abs=0.01)


def test_two_points_at_one_node_need_their_access_only() -> None:
    """Even when every road there is closed."""
    degree_m = math.radians(1.0) * EARTH_RADIUS_M
    points = Points(
        ("p", "q"),
        np.array([116.50, 116.50]),
        np.array([31.70 - 300.0 / degree_m, 31.70]),
        np.zeros(2, dtype=np.bool_),
    )
    times = journeys(GRID, points, Closure("shut"))
    assert times.seconds[0, 1] == times.seconds[1, 0] == 72.0
    assert times.route(0, 1) == ()


def test_trucks_do_not_start_at_a_pier() -> None:
    """By road a point meets the nearest node of a road, though a river node is nearer."""
    roads = network(link("AB", "A", "B", 2.0), link("DE", "D", "E", 2.0, **{"class": "waterway"}))
    times = journeys(roads, points_at("D", "B"))
    assert [roads.node_ids[node] for node in times.node] == ["A", "B"]


RIVER = network(
    link("AB", "A", "B", 2.0),
    link("DE", "D", "E", 2.0, **{"class": "waterway"}),
    link("BE", "B", "E", 2.5),
)


def test_boats_serve_wharves_only() -> None:
    """D and E have wharves on the river; A and B lie on dry roads, a wharf at B is too far from water."""
    points = points_at("D", "E", "E", "B", wharf=[True, True, False, True])
    times = journeys(RIVER, points, profile=boat())
    assert times.node.tolist() == [RIVER.node_ids.index("D"), RIVER.node_ids.index("E"), -1, -1]
    assert times.seconds[0, 1] == 400.0
    assert links_of(RIVER, times.route(0, 1)) == ["DE"]
    off = [2, 3]
    assert np.isinf(times.access_m[off]).all()
    for point in off:
        others = [number for number in range(4) if number != point]
        assert np.isinf(times.seconds[point, others]).all()
        assert np.isinf(times.seconds[others, point]).all()
        assert times.seconds[point, point] == 0.0
    with pytest.raises(ValueError, match="no journey"):
        times.route(0, 3)


def test_boats_follow_the_flood_onto_roads() -> None:
    """With a metre of water on B - E the boat goes from D over the river to B."""
    points = points_at("D", "B", wharf=[True, True])
    flood = Closure("flood", links=frozenset({"BE"}), depth_m=1.0)
    times = journeys(RIVER, points, flood, profile=boat())
    assert times.seconds[0, 1] == 900.0
    assert links_of(RIVER, times.route(0, 1)) == ["DE", "BE"]


def test_reach_of_a_wharf() -> None:
    """A wharf just inside the reach is served, one just outside is not."""
    degree_m = math.radians(1.0) * EARTH_RADIUS_M
    north = [31.72 + (WHARF_REACH_M + extra) / degree_m for extra in (-1.0, 1.0)]
    points = Points(("p", "q"), np.array([116.50, 116.50]), np.array(north), np.ones(2, dtype=np.bool_))
    assert (journeys(RIVER, points, profile=boat()).node >= 0).tolist() == [True, False]


def test_no_water_at_all() -> None:
    """Without navigable water nobody is reached, and nothing fails."""
    points = points_at("A", "B", wharf=[True, True])
    times = journeys(network(link("AB", "A", "B", 2.0)), points, profile=boat())
    assert times.seconds.tolist() == [[0.0, math.inf], [math.inf, 0.0]]


def test_whole_seconds_are_not_raised_by_rounding_noise() -> None:
    """Ten links of 0.1 km at 25 km/h take 144 s, not 145."""
    nodes = {f"n{k}": (116.5 + k / 1000.0, 31.7) for k in range(11)}
    roads = network(*(link(f"L{k}", f"n{k}", f"n{k + 1}", 0.1) for k in range(10)), nodes=nodes)
    ends = Points(("p", "q"), np.array([116.5, 116.51]), np.array([31.7, 31.7]), np.zeros(2, dtype=np.bool_))
    assert journeys(roads, ends).seconds[0, 1] == 144.0


@st.composite
def networks(draw: st.DrawFn) -> tuple[RoadNetwork, frozenset[str]]:
    """Random multigraphs of 2 to 8 nodes with parallel, one-way, loop and closed links."""
    count = draw(st.integers(2, 8))
    node = st.integers(0, count - 1)
    chosen = draw(
        st.lists(
            st.tuples(
                node, node, st.integers(1, 40), st.booleans(), st.sampled_from(["primary", "tertiary"])
            ),
            min_size=1,
            max_size=24,
        )
    )
    shut = draw(st.frozensets(st.sampled_from([f"L{k}" for k in range(len(chosen))])))
    nodes = {f"n{k}": (116.5 + k / 100.0, 31.7 + (k % 3) / 100.0) for k in range(count)}
    links = [
        link(f"L{k}", f"n{a}", f"n{b}", km / 10.0, **{"oneway": oneway, "class": kind})
        for k, (a, b, km, oneway, kind) in enumerate(chosen)
    ]
    return network(*links, nodes=nodes), shut


def solved_by_networkx(roads: RoadNetwork, by_edge: Floats) -> dict[int, dict[int, float]]:
    """Fastest seconds between all nodes by an independent library."""
    graph: nx.MultiDiGraph[int] = nx.MultiDiGraph()
    graph.add_nodes_from(range(len(roads.node_ids)))
    for edge in np.flatnonzero(np.isfinite(by_edge)).tolist():
        graph.add_edge(int(roads.edge_from[edge]), int(roads.edge_to[edge]), seconds=float(by_edge[edge]))
    return dict(nx.all_pairs_dijkstra_path_length(graph, weight="seconds"))


@settings(max_examples=150, deadline=None)
@given(networks())
def test_random_networks_agree_with_networkx(case: tuple[RoadNetwork, frozenset[str]]) -> None:
    """Same reach, same seconds; routes are contiguous, open and add up to seconds and metres."""
    roads, shut = case
    closures = [Closure("shut", links=shut)] if shut else []
    by_edge = edge_seconds(roads, apply_closures(roads, closures), vehicle())
    count = len(roads.node_ids)
    points = Points(roads.node_ids, roads.lon, roads.lat, np.zeros(count, dtype=np.bool_))
    times = travel_times(roads, by_edge, points, mode="road")
    expected = solved_by_networkx(roads, by_edge)
    for a in range(count):
        for b in range(count):
            if b not in expected[a]:
                assert np.isinf(times.seconds[a, b])
                continue
            assert times.seconds[a, b] == math.ceil(expected[a][b] - 1e-6)
            check_route(roads, by_edge, times, a, b)


def check_route(roads: RoadNetwork, by_edge: Floats, times: TravelTimes, a: int, b: int) -> None:
    """The route leads from a to b edge by edge and explains the matrices."""
    edges = list(times.route(a, b))
    stations = [a, *roads.edge_to[edges].tolist()]
    assert roads.edge_from[edges].tolist() == stations[:-1]
    assert stations[-1] == b
    assert times.seconds[a, b] == math.ceil(by_edge[edges].sum() - 1e-6)
    assert times.metres[a, b] == pytest.approx(roads.length_m[edges].sum())


def test_sources_to_sites_are_the_same_block_of_the_whole() -> None:
    """Rectangular times equal the rows and columns of the square ones, routes included; both ways round."""
    every = journeys(GRID, points_at(*NODES))
    sources, sites = ("A", "F"), ("E", "C", "D", "F")
    by_edge = edge_seconds(GRID, apply_closures(GRID, []), TRUCK)
    for rows, columns in ((sources, sites), (sites, sources)):
        block = travel_times(GRID, by_edge, points_at(*rows), mode="road", to=points_at(*columns))
        chosen = np.ix_(
            [list(NODES).index(name) for name in rows], [list(NODES).index(name) for name in columns]
        )
        assert np.array_equal(block.seconds, every.seconds[chosen])
        assert np.array_equal(block.metres, every.metres[chosen])
        assert block.route(0, 1) == every.route(int(chosen[0][0, 0]), int(chosen[1][0, 1]))
    assert block.access_m.shape == (4,)
    assert block.to_node.tolist() == [0, 5]


def test_seconds_alone_are_the_seconds_of_the_whole_answer() -> None:
    """With and without lengths, on a street network with one-way streets and closed ones."""
    side = 30
    draw = np.random.default_rng(4)
    nodes = {f"n{k:03}": (116.3 + k % side / 100.0, 31.5 + k // side / 100.0) for k in range(side * side)}
    pairs = [(k, k + step) for k in range(side * side - side) for step in (1, side)]
    roads = network(
        *(
            link(f"L{a}-{b}", f"n{a:03}", f"n{b:03}", draw.uniform(0.5, 2.0), oneway=draw.random() < 0.1)
            for a, b in pairs
        ),
        nodes=nodes,
    )
    by_edge = edge_seconds(roads, apply_closures(roads, []), TRUCK)
    by_edge[draw.random(len(by_edge)) < 0.2] = np.inf
    starts, ends = draw.choice(side * side, 70), draw.choice(side * side, 40)
    paths = ShortestPaths(roads, by_edge)
    seconds, metres = paths.between(starts, ends)
    assert np.allclose(paths.seconds_between(starts, ends), seconds, rtol=1e-9)
    assert np.isinf(seconds).any()
    assert np.array_equal(np.isinf(seconds), np.isinf(metres))
    expected = solved_by_networkx(roads, by_edge)
    for row, column in zip(*np.nonzero(np.isfinite(seconds)), strict=True):
        start, end = int(starts[row]), int(ends[column])
        assert seconds[row, column] == pytest.approx(expected[start][end], rel=1e-9)
        assert roads.length_m[list(paths.route(start, end))].sum() == pytest.approx(metres[row, column])


def test_journeys_beyond_the_limit_count_as_none() -> None:
    """From A, B takes 288 s and C 576 s; a limit is inclusive and counts the access."""
    by_edge = edge_seconds(GRID, apply_closures(GRID, []), TRUCK)
    ends = points_at("A", "B", "C")
    within = travel_times(GRID, by_edge, ends, mode="road", limit_s=288.0)
    assert within.seconds[0].tolist() == [0.0, 288.0, math.inf]
    assert within.metres[0].tolist() == [0.0, 2000.0, math.inf]
    with pytest.raises(ValueError, match="no journey"):
        within.route(0, 2)
    assert np.isinf(travel_times(GRID, by_edge, ends, mode="road", limit_s=287.0).seconds[0, 1])


def test_a_part_of_the_journeys_is_what_they_are_on_their_own() -> None:
    """Some origins and destinations of a square table: times, lengths and routes between them alone."""
    by_edge = edge_seconds(GRID, apply_closures(GRID, []), TRUCK)
    square = travel_times(GRID, by_edge, points_at("A", "B", "C", "D"), mode="road")
    part = square.part(np.array([3, 0]), np.array([2]))
    alone = travel_times(GRID, by_edge, points_at("D", "A"), mode="road", to=points_at("C"))
    assert part.seconds.tolist() == alone.seconds.tolist()
    assert part.metres.tolist() == alone.metres.tolist()
    assert [part.route(n, 0) for n in (0, 1)] == [alone.route(n, 0) for n in (0, 1)]


def test_of_equally_fast_journeys_the_shortest_is_driven() -> None:
    """A - B - C and A - D - C take 10 s each; the way over D is 100 m shorter, found or drawn."""
    roads = network(
        link("AB", "A", "B", 0.5),
        link("BC", "B", "C", 0.6),
        link("AD", "A", "D", 0.8),
        link("DC", "D", "C", 0.2),
    )
    by_edge = np.array([5.0, 5.0, 5.0, 5.0, 9.0, 9.0, 1.0, 1.0])
    times = travel_times(roads, by_edge, points_at("A", "C"), mode="road")
    assert times.seconds[0, 1] == 10.0
    assert times.metres[0, 1] == pytest.approx(1000.0)
    assert links_of(roads, times.route(0, 1)) == ["AD", "DC"]


@settings(max_examples=100, deadline=None)
@given(road_networks())
def test_routes_explain_the_matrices(case: tuple[RoadNetwork, Floats]) -> None:
    """With ties and edges that take no time, every route leads there and adds up to its time and length."""
    roads, by_edge = case
    count = len(roads.node_ids)
    times = travel_times(roads, by_edge, node_points(roads, range(count)), mode="road")
    for a, b in zip(*np.nonzero(np.isfinite(times.seconds)), strict=True):
        check_route(roads, by_edge, times, int(a), int(b))
