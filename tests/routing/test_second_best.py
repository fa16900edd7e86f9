"""Second sources and critical links, on a region solved on paper and by closing every link of random ones."""

from __future__ import annotations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from road_samples import link, network, points_at, vehicle
from road_strategies import node_points, road_networks

import routing.second_best as module
from routing.closures import apply_closures, edge_seconds
from routing.road_network import Flags, Floats, RoadNetwork
from routing.second_best import SecondBest, second_best
from routing.travel_times import TravelTimes, travel_times

# 1 km takes 144 s. A and F hold stock, C, D and E are supplied.
#
#   D --3-- E ==4== F        E = F is a bridge
#   |       |
#   1       6
#   |       |
#   A --2-- B --2-- C
TOWN = network(
    link("AB", "A", "B", 2.0),
    link("BC", "B", "C", 2.0),
    link("AD", "A", "D", 1.0),
    link("BE", "B", "E", 6.0),
    link("DE", "D", "E", 3.0),
    link("EF", "E", "F", 4.0, bridge=True),
)
KM_S = 144.0


def supply_times(roads: RoadNetwork, sources: tuple[str, ...], sites: tuple[str, ...]) -> TravelTimes:
    """Times of a truck from sources to sites on open roads."""
    by_edge = edge_seconds(roads, apply_closures(roads, []), vehicle())
    return travel_times(roads, by_edge, points_at(*sources), mode="road", to=points_at(*sites))


def names(roads: RoadNetwork, found: SecondBest) -> list[str]:
    """Ids of the critical links, blank for none."""
    return [roads.link_ids[index] if index >= 0 else "" for index in found.critical_link]


def losses_in_km(roads: RoadNetwork, found: SecondBest) -> dict[tuple[str, int], float]:
    """Journey of each delayed site in kilometres, by the id of the lost link and the site."""
    losses = found.losses
    entries = zip(losses.link.tolist(), losses.site.tolist(), losses.seconds.tolist(), strict=True)
    return {(roads.link_ids[number], site): seconds / KM_S for number, site, seconds in entries}


def test_town_solved_on_paper() -> None:
    """A is the nearest to all; C hangs on B - C, D on A - D (then by B and E), E on either of two links."""
    found = second_best(supply_times(TOWN, ("A", "F"), ("C", "D", "E")))
    assert found.source.tolist() == [0, 0, 0]
    assert (found.seconds / KM_S).tolist() == [4.0, 1.0, 4.0]
    assert found.other_source.tolist() == [1, 1, 1]
    assert (found.other_s / KM_S).tolist() == [12.0, 7.0, 4.0]
    assert names(TOWN, found) == ["BC", "AD", ""]
    assert (found.without_link_s / KM_S).tolist() == [np.inf, 7.0, 4.0]
    assert losses_in_km(TOWN, found) == {("AB", 0): 12.0, ("BC", 0): np.inf, ("AD", 1): 7.0}


def test_a_critical_bridge_is_named() -> None:
    """From F alone everything hangs on the bridge; among bridges only, nothing else is named from A."""
    far = supply_times(TOWN, ("F",), ("E", "D"))
    assert names(TOWN, second_best(far)) == ["EF", "EF"]
    assert np.isinf(second_best(far).without_link_s).all()
    near = supply_times(TOWN, ("A",), ("D", "F"))
    assert names(TOWN, second_best(near)) == ["AD", "EF"]
    assert names(TOWN, second_best(near, among=TOWN.bridge)) == ["", "EF"]


def test_of_equally_bad_losses_the_one_nearest_the_source_is_named() -> None:
    """On a road without any other way, losing its first link is as bad as losing its last."""
    road = network(link("far", "B", "C", 1.0), link("near", "A", "B", 1.0))
    assert names(road, second_best(supply_times(road, ("A",), ("C",)))) == ["near"]


def test_a_site_at_the_source_depends_on_no_link() -> None:
    """And a single source leaves no second."""
    found = second_best(supply_times(TOWN, ("A",), ("A",)))
    assert found.seconds.tolist() == found.without_link_s.tolist() == [0.0]
    assert (found.critical_link[0], found.other_source[0], found.other_s[0]) == (-1, -1, np.inf)


def test_sites_at_one_node_are_delayed_alike() -> None:
    """Each of them has its entry in the losses."""
    found = second_best(supply_times(TOWN, ("A",), ("D", "C", "D")))
    assert losses_in_km(TOWN, found) == {
        ("AB", 1): 12.0,
        ("BC", 1): np.inf,
        ("AD", 0): 11.0,
        ("AD", 2): 11.0,
    }


def test_without_a_source_nothing_is_reached_or_lost() -> None:
    """An empty set of sources is no fault."""
    times = supply_times(TOWN, ("A",), ("C", "D"))
    found = second_best(times.part(np.zeros(0, np.int64), np.arange(2)))
    assert found.source.tolist() == found.critical_link.tolist() == [-1, -1]
    assert len(found.losses.link) == 0


def test_an_unreached_site_has_no_source() -> None:
    """Nothing can be lost where nothing arrives."""
    roads = network(link("AB", "A", "B", 1.0), link("DE", "D", "E", 1.0))
    found = second_best(supply_times(roads, ("A",), ("E",)))
    assert (found.source[0], found.seconds[0], found.critical_link[0]) == (-1, np.inf, -1)
    assert np.isinf(found.without_link_s).all()


def by_closing_every_link(roads: RoadNetwork, times: TravelTimes, by_edge: Floats, among: Flags) -> Floats:
    """Fastest time to each site with each link closed in turn, shape (links, sites)."""
    every = node_points(roads, range(len(roads.node_ids)))
    rows = []
    for number in range(len(roads.link_ids)):
        shut = np.where((roads.link == number) & among, np.inf, by_edge)
        all_times = travel_times(roads, shut, every, mode="road").seconds
        rows.append(all_times[np.ix_(times.node, times.to_node)].min(axis=0))
    return np.array(rows)


@settings(max_examples=120, deadline=None)
@given(road_networks(), st.data())
def test_random_networks_agree_with_closing_every_link(
    case: tuple[RoadNetwork, Floats], data: st.DataObject
) -> None:
    """The losses are those that closing each link in turn brings about; the critical link is the worst."""
    roads, by_edge = case
    node = st.integers(0, len(roads.node_ids) - 1)
    sources = data.draw(st.lists(node, min_size=1, max_size=3), label="sources")
    sites = data.draw(st.lists(node, min_size=1, max_size=5), label="sites")
    among = roads.bridge if data.draw(st.booleans(), label="bridges only") else np.ones_like(roads.bridge)
    at_once, module.COPIES_AT_ONCE = module.COPIES_AT_ONCE, data.draw(st.sampled_from([1, 7, 10_000]))
    try:
        times = travel_times(
            roads, by_edge, node_points(roads, sources), mode="road", to=node_points(roads, sites)
        )
        found = second_best(times, among=among)
    finally:
        module.COPIES_AT_ONCE = at_once
    expected = by_closing_every_link(roads, times, by_edge, among)
    assert found.without_link_s.tolist() == np.maximum(expected.max(axis=0), found.seconds).tolist()
    late = {
        (int(closed), int(site)): float(expected[closed, site])
        for closed, site in zip(*np.nonzero(expected > found.seconds), strict=True)
    }
    losses = found.losses
    assert dict(zip(zip(losses.link, losses.site, strict=True), losses.seconds, strict=True)) == late
    assert len(losses.seconds) == len(late)
    for site, critical in enumerate(found.critical_link.tolist()):
        if critical < 0:
            assert found.without_link_s[site] == found.seconds[site]
            continue
        assert expected[critical, site] == found.without_link_s[site] > found.seconds[site]
        route = times.route(int(found.source[site]), site)
        assert critical in roads.link[list(route)]


def test_a_link_of_several_edges_is_lost_as_a_whole() -> None:
    """When one name covers two stretches, both close together and the detour between them is no help."""
    roads = network(
        link("in", "A", "B", 1.0),
        link("round", "B", "E", 1.0),
        link("out", "E", "F", 1.0),
        link("by", "A", "D", 9.0),
        link("on", "D", "F", 9.0),
    )
    together = np.where(roads.link == roads.link_ids.index("out"), roads.link_ids.index("in"), roads.link)
    joined = RoadNetwork(**{**vars(roads), "link": together.astype(np.int32)})
    found = second_best(supply_times(joined, ("A",), ("E", "F")))
    assert names(joined, found) == ["in", "in"]
    assert (found.without_link_s / KM_S).tolist() == [np.inf, 18.0]
