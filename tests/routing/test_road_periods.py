"""Roads that change: periods from closures, and what is open all through a stretch of them."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from road_samples import vehicle
from test_closures import ROADS, edges_of

from routing.closures import Closure, edge_seconds, pick_edges
from routing.road_periods import OpenRoads, RoadPeriod, open_roads, road_periods

H = 3600
DAY_S = 24 * H
NO_WAY = np.inf


def periods_of(*closures: Closure) -> tuple[RoadPeriod, ...]:
    """The roads of a day under these closures."""
    return road_periods(ROADS, [pick_edges(ROADS, closure) for closure in closures], DAY_S)


def stretches(*by_period: tuple[float, ...]) -> dict[tuple[int, int], list[float]]:
    """Seconds of each edge by stretch of hours; period n of the roads starts at hour n."""
    seconds = [{"truck": np.array(edges)} for edges in by_period]
    starts = [number * H for number in range(len(by_period))]
    found = open_roads(starts, seconds, len(by_period) * H)
    return {(one.from_s // H, one.until_s // H): one.seconds["truck"].tolist() for one in found}


def test_a_period_begins_wherever_a_closure_begins_or_ends() -> None:
    """AB shut until 3 h, BE under water from 2 h to 5 h: four periods, each with what acts in it."""
    shut = Closure("shut", links=frozenset({"AB"}), until_h=3.0)
    wet = Closure("wet", links=frozenset({"BE"}), depth_m=0.2, from_h=2.0, until_h=5.0)
    ab, be = edges_of(ROADS, "AB")[0], edges_of(ROADS, "BE")[0]
    found = [
        (period.start_s, bool(period.state.blocked[ab]), float(period.state.depth_m[be]))
        for period in periods_of(shut, wet)
    ]
    assert found == [(0, True, 0.0), (2 * H, True, 0.2), (3 * H, False, 0.2), (5 * H, False, 0.0)]


@pytest.mark.parametrize("hours", [{}, {"until_h": 0.0}, {"from_h": 24.0}, {"from_h": -2.0, "until_h": 30.0}])
def test_roads_that_do_not_change_within_the_plan_are_one_period(hours: dict[str, float]) -> None:
    """What begins or ends at the order, at the horizon or outside changes nothing in between."""
    (period,) = periods_of(Closure("c", links=frozenset({"AB"}), **hours))
    assert period.start_s == 0


def test_a_closure_of_part_of_a_second_is_as_long_as_the_seconds_it_holds() -> None:
    """Hours are rounded to seconds, on which all clocks run."""
    first, second = periods_of(Closure("c", links=frozenset({"AB"}), until_h=1.00001))
    assert (first.start_s, second.start_s) == (0, 3600)


def test_a_road_that_reopens_makes_one_more_stretch() -> None:
    """Shut in the first hour: throughout, and from 1 h to the end."""
    assert stretches((5.0, NO_WAY), (5.0, 7.0)) == {(0, 2): [5.0, NO_WAY], (1, 2): [5.0, 7.0]}


def test_a_road_that_closes_makes_one_more_stretch() -> None:
    """Open in the first two hours, slower in the second: until 1 h, until 2 h, throughout."""
    assert stretches((7.0,), (9.0,), (NO_WAY,)) == {(0, 3): [NO_WAY], (0, 1): [7.0], (0, 2): [9.0]}


def test_a_reopening_elsewhere_does_not_break_a_stretch_in_two() -> None:
    """The first edge is shut at first, the second at last; in the middle hour both are open."""
    assert stretches((NO_WAY, 3.0), (2.0, 3.0), (2.0, NO_WAY)) == {
        (0, 3): [NO_WAY, NO_WAY],
        (0, 2): [NO_WAY, 3.0],
        (1, 2): [2.0, 3.0],
        (1, 3): [2.0, NO_WAY],
    }


@given(
    st.integers(1, 5).flatmap(
        lambda count: st.lists(
            st.lists(st.sampled_from([1.0, 2.0, NO_WAY]), min_size=count, max_size=count),
            min_size=1,
            max_size=3,
        )
    )
)
def test_every_run_of_periods_finds_its_roads_in_one_stretch(edges: list[list[float]]) -> None:
    """For any first and last period some stretch around them has just the slowest seconds; none is double."""
    by_period = list(zip(*edges, strict=True))
    found = stretches(*by_period)
    table = np.array(by_period)
    for first in range(len(table)):
        for last in range(first, len(table)):
            slowest = table[first : last + 1].max(axis=0).tolist()
            around = [seconds for (begin, end), seconds in found.items() if begin <= first and last < end]
            assert slowest in around
    for (begin, end), seconds in found.items():
        assert table[begin:end].max(axis=0).tolist() == seconds
        wider = [(b, e) for (b, e), same in found.items() if same == seconds and b <= begin and end <= e]
        assert wider == [(begin, end)]


def test_types_differ_in_what_a_change_means_to_them() -> None:
    """Water that a high truck wades and a low one does not: a stretch counts if it helps any type."""
    wet = Closure("wet", links=frozenset({"AB"}), depth_m=0.3, until_h=3.0)
    kinds = {"low": vehicle(wade_depth_m=0.2), "high": vehicle(wade_depth_m=0.5)}
    periods = periods_of(wet)
    seconds = [
        {name: edge_seconds(ROADS, period.state, kind) for name, kind in kinds.items()} for period in periods
    ]
    found: list[OpenRoads] = list(open_roads([period.start_s for period in periods], seconds, DAY_S))
    edge = edges_of(ROADS, "AB")[0]
    assert [(one.from_s, one.until_s) for one in found] == [(0, DAY_S), (3 * H, DAY_S)]
    assert [bool(np.isfinite(one.seconds["low"][edge])) for one in found] == [False, True]
    assert found[1].seconds["high"][edge] < found[0].seconds["high"][edge]
