"""Closures choose the edges they should and no others, and vehicles pass or not as their type allows."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from road_samples import boat, edges_of, link, network, vehicle

from routing.closures import (
    BOAT_DRAFT_M,
    Closure,
    apply_closures,
    edge_seconds,
    pick_edges,
    points_in_water,
    water_speed_kph,
)
from routing.fleet import VehicleType

# A - B - C is one road; B - C is a bridge; C - F a tunnel; D - E a river; B - E crosses between them.
ROADS = network(
    link("AB", "A", "B", 2.0, **{"class": "primary", "ref": "G312;S105", "name_zh": "六毛路"}),
    link("BC", "B", "C", 2.0, bridge=True, name_en="River Bridge"),
    link("CF", "C", "F", 3.0, tunnel=True, ref="S105"),
    link("DE", "D", "E", 2.0, **{"class": "waterway"}),
    link("BE", "B", "E", 2.5, max_weight_t=10.0),
)
EVERYTHING = ((116.4, 31.6), (116.6, 31.6), (116.6, 31.8), (116.4, 31.8))
WEST = ((116.49, 31.69), (116.505, 31.69), (116.505, 31.73), (116.49, 31.73))


def matched(**selectors: Any) -> list[str]:  # noqa: ANN401 - any selector
    """Ids of the links whose edges a closure acts on, both directions or none."""
    hit = pick_edges(ROADS, Closure("x", **selectors)).edges
    chosen = [name for name in ROADS.link_ids if hit[edges_of(ROADS, name)].any()]
    assert all(hit[edges_of(ROADS, name)].all() for name in chosen)
    return chosen


def seconds(profile: VehicleType, *closures: Closure) -> dict[str, float]:
    """Seconds of each link (forward edge) under the closures."""
    by_edge = edge_seconds(ROADS, apply_closures(ROADS, closures), profile)
    return {name: float(by_edge[edges_of(ROADS, name)[0]]) for name in ROADS.link_ids}


def passable(profile: VehicleType, *closures: Closure) -> list[str]:
    """Ids of the links that a type can pass."""
    return [name for name, time_s in seconds(profile, *closures).items() if np.isfinite(time_s)]


@pytest.mark.parametrize(
    ("selectors", "links"),
    [
        ({}, ["AB", "BC", "CF", "DE", "BE"]),
        ({"refs": frozenset({"S105"})}, ["AB", "CF"]),
        ({"names": frozenset({"六毛路", "River Bridge"})}, ["AB", "BC"]),
        ({"classes": frozenset({"primary", "waterway"})}, ["AB", "DE"]),
        ({"links": frozenset({"BE", "CF"})}, ["CF", "BE"]),
        ({"bridges_only": True}, ["BC"]),
        ({"tunnels_only": True}, ["CF"]),
        ({"polygon": WEST}, ["AB", "DE"]),
        ({"polygon": WEST, "classes": frozenset({"primary"})}, ["AB"]),
        ({"refs": frozenset({"S105"}), "tunnels_only": True}, ["CF"]),
        ({"refs": frozenset({"G3"})}, []),
        ({"near": (116.53, 31.7005)}, ["BC"]),
        ({"near": (116.53, 31.7025)}, []),
        ({"near": (116.52, 31.72)}, ["BE"]),
        ({"near": (116.52, 31.72), "classes": frozenset({"waterway"})}, ["DE"]),
        ({"near": (116.53, 31.7005), "tunnels_only": True}, []),
        ({"near": (116.53, 31.7005), "tunnels_only": True, "bridges_only": True}, []),
        ({"share": 1.0}, ["AB", "BC", "CF", "BE"]),
        ({"share": 1.0, "classes": frozenset({"primary", "waterway"})}, ["AB", "DE"]),
        ({"share": 0.5, "bridges_only": True}, ["BC"]),
    ],
)
def test_an_edge_matches_when_it_satisfies_every_selector(
    selectors: dict[str, Any], links: list[str]
) -> None:
    """Each selector alone, two together, and none at all."""
    assert matched(**selectors) == links


def test_a_polygon_meets_an_edge_that_crosses_it_without_a_node_inside() -> None:
    """A flood that covers only the middle of a road still floods that road."""
    middle = ((116.508, 31.69), (116.512, 31.69), (116.512, 31.71), (116.508, 31.71))
    assert matched(polygon=middle) == ["AB"]


def test_boxes_that_overlap_are_not_enough() -> None:
    """A diagonal road leaves the corner of its box to a pond; only a pond that reaches the road floods it."""
    roads = network(link("AE", "A", "E", 3.0))
    corner = ((116.515, 31.70), (116.52, 31.70), (116.52, 31.705))
    assert not pick_edges(roads, Closure("pond", polygon=corner)).edges.any()
    wider = ((116.505, 31.70), (116.52, 31.70), (116.52, 31.725))
    assert pick_edges(roads, Closure("pond", polygon=wider)).edges.all()


@pytest.mark.parametrize(
    ("selectors", "links"),
    [
        ({}, ["AB", "BE"]),
        ({"bridges_only": True}, ["BC"]),
        ({"tunnels_only": True}, ["CF"]),
        ({"links": frozenset({"BC", "AB"})}, ["AB", "BC"]),
    ],
)
def test_water_in_a_polygon_leaves_bridges_alone_unless_named(
    selectors: dict[str, Any], links: list[str]
) -> None:
    """Surface water does not cut a bridge or tunnel, nor does it deepen a river."""
    assert matched(polygon=EVERYTHING, depth_m=0.9, **selectors) == links


def test_a_polygon_without_depth_closes_bridges_too() -> None:
    """A closed area is closed, whatever it holds."""
    assert passable(vehicle(), Closure("shut", polygon=EVERYTHING)) == []
    assert passable(boat(), Closure("shut", polygon=EVERYTHING)) == []


def test_effects_of_several_closures_combine() -> None:
    """The deepest water counts, factors multiply, and each edge knows its closures in the order given."""
    state = apply_closures(
        ROADS,
        [
            Closure("ice", speed_factor=0.5),
            Closure("deep", links=frozenset({"AB"}), depth_m=0.4),
            Closure("shallow", links=frozenset({"AB", "BE"}), depth_m=0.1),
            Closure("slide", links=frozenset({"BE"})),
            Closure("fog", links=frozenset({"AB"}), speed_factor=0.6),
        ],
    )
    ab, be, bc = (edges_of(ROADS, name)[0] for name in ("AB", "BE", "BC"))
    assert state.depth_m[[ab, be, bc]].tolist() == [0.4, 0.1, 0.0]
    assert state.speed_factor[[ab, be, bc]].tolist() == pytest.approx([0.3, 0.5, 0.5])
    assert state.blocked[[ab, be, bc]].tolist() == [False, True, False]
    assert state.closed_by[ab] == ("ice", "deep", "shallow", "fog")
    assert state.closed_by[be] == ("ice", "shallow", "slide")
    assert state.closed_by[bc] == ("ice",)


def test_a_closure_leaves_the_network_and_other_states_alone() -> None:
    """The intact state is still intact after another one has been made."""
    intact = apply_closures(ROADS, [])
    apply_closures(ROADS, [Closure("shut"), Closure("flood", depth_m=1.0)])
    assert not intact.blocked.any()
    assert not intact.depth_m.any()
    assert (intact.speed_factor == 1.0).all()
    assert set(intact.closed_by) == {()}


def test_seconds_on_dry_roads() -> None:
    """2 km at 65 km/h and 2 km at 25 km/h; a type at 0.8 of the class speed takes 1 / 0.8 as long."""
    dry = seconds(vehicle())
    assert dry["AB"] == pytest.approx(2.0 / 65.0 * 3600.0)
    assert dry["BC"] == pytest.approx(288.0)
    assert seconds(vehicle(speed_factor=0.8))["BC"] == pytest.approx(360.0)
    assert seconds(vehicle(), Closure("ice", speed_factor=0.5))["BC"] == pytest.approx(576.0)


def test_dry_motorway_is_not_capped_by_the_water_curve() -> None:
    """The curve begins at 86.9 km/h, below the 90 km/h of a dry motorway."""
    roads = network(link("AB", "A", "B", 90.0, **{"class": "motorway"}))
    assert edge_seconds(roads, apply_closures(roads, []), vehicle())[0] == pytest.approx(3600.0)


@pytest.mark.parametrize(
    ("depth_m", "kph"),
    [(0.0, 86.9448), (0.1, 40.6548), (0.2, 12.3648), (0.3, 2.0748), (0.8, 2.0748)],
)
def test_speed_in_water(depth_m: float, kph: float) -> None:
    """The published curve at 0, 100, 200 and 300 mm by hand, held beyond its end."""
    assert water_speed_kph(np.array([depth_m]))[0] == pytest.approx(kph)


def test_water_caps_the_speed() -> None:
    """In 0.2 m a car keeps 12.4 km/h on any road; 0.1 m does not slow a road of 25 km/h."""
    truck = vehicle(wade_depth_m=0.5)
    wet = seconds(truck, Closure("flood", links=frozenset({"AB"}), depth_m=0.2))
    assert wet["AB"] == pytest.approx(2.0 / 12.3648 * 3600.0)
    assert seconds(truck, Closure("flood", links=frozenset({"BC"}), depth_m=0.1))["BC"] == pytest.approx(
        288.0
    )


def test_wading_depth_decides_per_type() -> None:
    """Water just as deep as a type wades is passable, deeper water is not."""
    flood = Closure("flood", polygon=EVERYTHING, depth_m=0.4)
    assert passable(vehicle(wade_depth_m=0.3), flood) == ["BC", "CF"]
    assert passable(vehicle(wade_depth_m=0.4), flood) == ["AB", "BC", "CF", "BE"]
    assert passable(vehicle(wade_depth_m=0.0), flood) == ["BC", "CF"]


def test_weight_limit() -> None:
    """A link for 10 t bears 10 t, not 10.1 t; a type without a weight passes."""
    assert "BE" in passable(vehicle(gross_weight_t=10.0))
    assert "BE" not in passable(vehicle(gross_weight_t=10.1))
    assert "BE" in passable(vehicle(gross_weight_t=None))
    assert "BE" in passable(boat(gross_weight_t=12.0), Closure("flood", links=frozenset({"BE"}), depth_m=0.9))


def test_boats_only_on_water_and_flooded_roads() -> None:
    """A boat needs BOAT_DRAFT_M of water; a truck never uses the river."""
    assert passable(vehicle()) == ["AB", "BC", "CF", "BE"]
    assert passable(boat()) == ["DE"]
    assert passable(boat(), Closure("flood", polygon=EVERYTHING, depth_m=BOAT_DRAFT_M)) == ["AB", "DE", "BE"]
    assert passable(boat(), Closure("flood", polygon=EVERYTHING, depth_m=BOAT_DRAFT_M - 0.01)) == ["DE"]
    assert passable(boat(), Closure("boom", links=frozenset({"DE"}))) == []


def test_boats_go_at_their_cruising_speed() -> None:
    """2 km at 5 m/s, on the river as on a flooded trunk road."""
    times = seconds(boat(), Closure("flood", links=frozenset({"AB"}), depth_m=2.0))
    assert times["DE"] == pytest.approx(400.0)
    assert times["AB"] == pytest.approx(400.0)


def test_points_in_water() -> None:
    """The deepest area wins, its border is wet, and water on chosen roads wets no ground."""
    closures = [
        Closure("plain", polygon=EVERYTHING, depth_m=0.3),
        Closure("hollow", polygon=WEST, depth_m=1.2),
        Closure("underpass", polygon=EVERYTHING, tunnels_only=True, depth_m=3.0),
        Closure("street", polygon=EVERYTHING, classes=frozenset({"primary"}), depth_m=3.0),
        Closure("shut", polygon=EVERYTHING),
        Closure("named", refs=frozenset({"G312"}), depth_m=3.0),
    ]
    lon = np.array([116.50, 116.55, 116.60, 116.70])
    lat = np.array([31.70, 31.70, 31.70, 31.70])
    assert points_in_water(closures, lon, lat).tolist() == [1.2, 0.3, 0.3, 0.0]


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ({"depth_m": 0.0}, "depth_m is 0.0, give a number above 0"),
        ({"depth_m": float("nan")}, "depth_m is nan"),
        ({"speed_factor": -0.5}, "speed_factor is -0.5"),
        ({"share": 0.0}, "share is 0.0, give a number above 0 and up to 1"),
        ({"share": 1.01}, "share is 1.01"),
        ({"from_h": 3.0, "until_h": 3.0}, "until_h is 3.0, give an hour after from_h"),
        ({"polygon": ((116.4, 31.6), (116.6, 31.6))}, "encloses no area"),
        ({"polygon": ((116.4, 31.6), (116.5, 31.6), (116.6, 31.6))}, "encloses no area"),
        ({"polygon": ((116.4, 31.6), (116.6, 31.8), (116.6, 31.6), (116.4, 31.8))}, "crosses itself"),
        ({"polygon": ((116.4, 31.6), (116.6, float("nan")), (116.6, 31.6))}, "encloses no area"),
    ],
)
def test_a_closure_that_cannot_act_as_meant_is_refused(values: dict[str, Any], message: str) -> None:
    """The message names the closure, the value and the remedy."""
    with pytest.raises(ValueError, match=f"closure east: .*{message}"):
        Closure("east", **values)


def test_water_at_a_point_reaches_the_bridge_that_is_meant() -> None:
    """A point names its bridge, as a link id does; water over an area alone leaves the bridge dry."""
    truck = vehicle(wade_depth_m=0.3)
    over = {"polygon": EVERYTHING, "depth_m": 1.0}
    assert "BC" in passable(truck, Closure("lake", **over))
    assert "BC" not in passable(truck, Closure("lake", near=(116.53, 31.7005), **over))


def test_a_sampled_road_is_closed_in_both_directions_and_others_stay_open() -> None:
    """A third of three roads, AB, BC with CF behind it, and BE: one of them whole, no edge of the others."""
    roads = [["AB"], ["BC", "CF"], ["BE"]]
    drawn = [matched(share=0.34, seed=seed) for seed in range(20)]
    assert all(links in roads for links in drawn)
    assert all(links in drawn for links in roads)


@pytest.mark.parametrize(
    ("hours", "acts"),
    [
        ({}, True),
        ({"until_h": 0.0}, False),
        ({"until_h": 0.01}, True),
        ({"from_h": -5.0, "until_h": -1.0}, False),
        ({"from_h": 24.0}, False),
        ({"from_h": 23.99}, True),
        ({"from_h": 23.0, "until_h": 30.0}, True),
        ({"from_h": 25.0, "until_h": 30.0}, False),
        ({"from_h": 2.0, "until_h": 3.0}, True),
    ],
)
def test_a_closure_acts_when_its_hours_meet_the_plan(hours: dict[str, float], *, acts: bool) -> None:
    """[from_h, until_h) against [0, 24): it reopens at its last hour, and the plan ends before its own."""
    assert Closure("x", **hours).acts_within(24.0) == acts


def test_the_factor_of_all_roads_slows_trucks_on_dry_roads_only() -> None:
    """Half speed doubles the time of a dry road; water keeps its limit, boats and closures stay."""
    wet = Closure("wet", links=frozenset({"BE"}), depth_m=0.3)
    shut = Closure("shut", links=frozenset({"CF"}))
    truck, full, half = vehicle(wade_depth_m=0.5), {}, {}
    for factor, times in ((1.0, full), (0.5, half)):
        state = apply_closures(ROADS, [wet, shut], road_factor=factor)
        by_edge = {kind.id: edge_seconds(ROADS, state, kind) for kind in (truck, boat())}
        for kind, name in (("truck", "AB"), ("truck", "BE"), ("truck", "CF"), ("boat", "DE")):
            times[kind, name] = float(by_edge[kind][edges_of(ROADS, name)[0]])
    assert half["truck", "AB"] == pytest.approx(2.0 * full["truck", "AB"])
    assert half["truck", "BE"] == full["truck", "BE"] < np.inf
    assert half["truck", "CF"] == np.inf
    assert half["boat", "DE"] == full["boat", "DE"]


def test_factors_multiply() -> None:
    """Type 0.8, closure 0.5 and all roads 0.5: a fifth of the speed."""
    slow = Closure("slow", links=frozenset({"AB"}), speed_factor=0.5)
    truck = vehicle(speed_factor=0.8)
    state = apply_closures(ROADS, [slow], road_factor=0.5)
    edge = edges_of(ROADS, "AB")[0]
    plain = edge_seconds(ROADS, apply_closures(ROADS, []), vehicle())[edge]
    assert edge_seconds(ROADS, state, truck)[edge] == pytest.approx(5.0 * plain)
