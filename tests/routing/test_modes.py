"""Air, drone and porter: who may go where, how far and how fast, beside road and water."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest
from road_samples import boat, edges_of, link, links_of, network, points_at, vehicle
from test_travel_times import GRID, RIVER

from routing.closures import Closure, apply_closures
from routing.fleet import VehicleType
from routing.modes import mode_seconds
from routing.road_network import RoadNetwork
from routing.travel_times import Points, TravelTimes, travel_times

HELICOPTER = vehicle(id="helicopter", mode="air", cruise_kph=180.0)
DRONE = vehicle(id="drone", mode="drone", cruise_kph=72.0)
PORTER = vehicle(id="porter", mode="porter", cruise_kph=3.6, wade_depth_m=0.3)
B_TO_E_M = 2223.9
"""Great circle between the nodes B and E, 0.02 degrees of latitude apart."""


def journeys(roads: RoadNetwork, points: Points, kind: VehicleType, *closures: Closure) -> TravelTimes:
    """Travel times of a type on the roads under the closures."""
    seconds = mode_seconds(roads, apply_closures(roads, closures), kind)
    return travel_times(
        roads, seconds, points, mode=kind.mode, cruise_m_per_s=kind.cruise_m_per_s, range_m=kind.range_m
    )


def landing_at(*nodes: str, landing: list[bool]) -> Points:
    """Points on nodes, with landing points."""
    return replace(points_at(*nodes), landing=np.array(landing))


def test_aircraft_fly_between_landing_points() -> None:
    """B to E is 2,224 m, 45 s at 50 m/s; A has no landing point, though the roads are open."""
    times = journeys(GRID, landing_at("B", "E", "A", landing=[True, True, False]), HELICOPTER)
    assert times.metres[0, 1] == pytest.approx(B_TO_E_M, abs=0.1)
    assert times.seconds[0, 1] == math.ceil(B_TO_E_M / 50.0)
    assert times.seconds[2].tolist() == [math.inf, math.inf, 0.0]
    assert times.route(0, 1) == ()


def test_points_without_flags_have_no_landing() -> None:
    """Left out, nobody can land."""
    assert np.isinf(journeys(GRID, points_at("B", "E"), HELICOPTER).seconds[0, 1])


def test_drones_fly_to_any_point_over_closed_roads() -> None:
    """2,224 m at 20 m/s with every road shut."""
    times = journeys(GRID, points_at("B", "E"), DRONE, Closure("all"))
    assert times.seconds[0, 1] == math.ceil(B_TO_E_M / 20.0)
    assert times.route(0, 1) == ()


@pytest.mark.parametrize(("range_m", "possible"), [(2224.0, True), (2223.0, False)])
def test_a_leg_beyond_the_range_is_impossible(range_m: float, *, possible: bool) -> None:
    """The distance decides, for each leg on its own; the way back is a leg, too."""
    times = journeys(GRID, points_at("B", "E"), replace(DRONE, range_m=range_m))
    assert np.isfinite(times.seconds[0, 1]) == np.isfinite(times.seconds[1, 0]) == possible
    assert np.isfinite(times.metres[0, 1]) == possible


def test_porters_walk_over_closed_roads() -> None:
    """A to D is 1 km, 1,000 s at 1 m/s, closed or not; trucks do not pass."""
    shut = Closure("shut", links=frozenset({"AD"}))
    times = journeys(GRID, points_at("A", "D"), PORTER, shut)
    assert times.seconds[0, 1] == 1000.0
    assert links_of(GRID, times.route(0, 1)) == ["AD"]
    assert journeys(GRID, points_at("A", "D"), vehicle(), shut).metres[0, 1] > 1000.0


def test_porters_wade_as_deep_as_they_may() -> None:
    """0.3 m is passed at full pace, 0.31 m is not: the way round is 2 + 4 + 5 km."""
    points = points_at("A", "D")
    for depth_m, metres in ((0.3, 1000.0), (0.31, 11_000.0)):
        flood = Closure("flood", links=frozenset({"AD"}), depth_m=depth_m)
        assert journeys(GRID, points, PORTER, flood).metres[0, 1] == pytest.approx(metres)


def test_porters_keep_their_pace_on_slow_roads() -> None:
    """Mud that slows trucks to a tenth does not slow somebody on foot."""
    mud = Closure("mud", speed_factor=0.1)
    assert journeys(GRID, points_at("A", "D"), PORTER, mud).seconds[0, 1] == 1000.0


@pytest.mark.parametrize("kind", ["bridge", "tunnel"])
def test_porters_keep_off_closed_bridges_and_tunnels(kind: str) -> None:
    """A bridge that stands is walked, one that is closed may be gone."""
    roads = network(link("AB", "A", "B", 2.0, **{kind: True}))
    points = points_at("A", "B")
    assert journeys(roads, points, PORTER).seconds[0, 1] == 2000.0
    assert np.isinf(journeys(roads, points, PORTER, Closure("shut")).seconds[0, 1])


def test_porters_do_not_walk_on_water() -> None:
    """The river of RIVER carries boats only."""
    seconds = mode_seconds(RIVER, apply_closures(RIVER, ()), PORTER)
    assert np.isinf(seconds[RIVER.waterway]).all()
    assert np.isfinite(seconds[~RIVER.waterway]).all()


def test_porters_reach_the_road_on_foot() -> None:
    """Access takes the walking speed: 0.001 degrees of latitude are 111.2 m and 112 s at 1 m/s."""
    points = Points(("p", "A"), np.array([116.50, 116.50]), np.array([31.699, 31.70]), np.zeros(2, np.bool_))
    times = journeys(GRID, points, PORTER)
    assert times.seconds[0, 1] == 112.0
    assert np.isinf(journeys(GRID, points, replace(PORTER, range_m=111.0)).seconds[0, 1])


def test_a_mode_with_a_speed_of_its_own_has_to_be_given_it() -> None:
    """Nothing flies at no speed."""
    with pytest.raises(ValueError, match="by drone need the cruising speed"):
        travel_times(GRID, np.full(len(GRID.edge_from), np.inf), points_at("A", "B"), mode="drone")


@pytest.mark.parametrize(("height_m", "passes"), [(None, True), (4.2, True), (4.3, False)])
def test_a_posted_height_stops_higher_vehicles(height_m: float | None, *, passes: bool) -> None:
    """As high as posted passes, higher does not; boats do not mind."""
    low = np.where(np.arange(len(GRID.edge_from)) == edges_of(GRID, "AB")[0], 4.2, np.inf)
    roads = replace(GRID, max_height_m=low)
    state = apply_closures(roads, ())
    seconds = mode_seconds(roads, state, vehicle(height_m=height_m))
    assert np.isfinite(seconds[edges_of(GRID, "AB")[0]]) == passes
    assert np.isfinite(seconds[edges_of(GRID, "AB")[1]])
    flooded = apply_closures(roads, [Closure("flood", depth_m=1.0)])
    assert np.isfinite(mode_seconds(roads, flooded, boat(height_m=9.0))).all()


@pytest.mark.parametrize("mode", ["water", "air", "drone", "porter"])
def test_every_mode_but_road_has_a_cruising_speed(mode: str) -> None:
    """A type that could not be timed is refused."""
    assert vehicle(mode=mode, cruise_kph=36.0).cruise_m_per_s == 10.0
    with pytest.raises(ValueError, match="every mode but road"):
        vehicle(mode=mode)
