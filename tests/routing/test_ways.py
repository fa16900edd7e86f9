"""Legs on changing roads: worked out by hand, and held against every way of leaving later."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from dispatch_rules import broken_rules
from dispatch_samples import MANY, Site, Source, Vehicle, build, problems, trip, with_spells
from hypothesis import given
from hypothesis import strategies as st
from test_allocation import assert_bounds_hold

from routing.allocation import allocate
from routing.problem import DispatchProblem, Floats
from routing.timeline import Replay
from routing.ways import THROUGHOUT, Leg, Ways

H = 3600
HORIZON_S = 10 * H
INF = np.inf

# Points of the problem below: warehouse 0, site 1, base 2. The base lies at the warehouse.


def one_road(throughout_s: float, *spells: tuple[int, int, float], **tables: object) -> DispatchProblem:
    """A warehouse and a site; the road between them takes that long throughout, and in each spell."""

    def legs(seconds: float) -> Floats:
        table = np.array([[0.0, seconds, 0.0], [seconds, 0.0, seconds], [0.0, seconds, 0.0]])
        return table[None]

    given_tables = {"sources": [Source(0, (99,))], "sites": [Site(0, 50)], "horizon_s": HORIZON_S, **tables}
    problem = build(travel_s=legs(throughout_s), **given_tables)
    return with_spells(problem, *((begin, end, legs(seconds)) for begin, end, seconds in spells))


@pytest.mark.parametrize(
    ("clock", "leg"),
    [
        (0, Leg(3 * H, 4 * H, 36_000.0, 1)),
        (3 * H, Leg(3 * H, 4 * H, 36_000.0, 1)),
        (3 * H + 1, Leg(3 * H + 1, 4 * H + 1, 36_000.0, 1)),
        (9 * H, Leg(9 * H, 10 * H, 36_000.0, 1)),
        (9 * H + 1, None),
    ],
)
def test_a_vehicle_waits_for_the_road_to_reopen(clock: int, leg: Leg | None) -> None:
    """Closed until 3 h, an hour's drive: who is early leaves at 3 h, and nobody arrives past the horizon."""
    assert Ways(one_road(INF, (3 * H, HORIZON_S, H))).leg(0, 0, 1, clock) == leg


@pytest.mark.parametrize(("clock", "arrives"), [(0, H), (5 * H, 6 * H), (5 * H + 1, None), (7 * H, None)])
def test_no_leg_is_on_a_road_that_closes_before_it_ends(clock: int, arrives: int | None) -> None:
    """Closed from 6 h on: the last hour's drive begins at 5 h."""
    leg = Ways(one_road(INF, (0, 6 * H, H))).leg(0, 0, 1, clock)
    assert (None if leg is None else leg.arrive) == arrives


@pytest.mark.parametrize(
    ("clock", "leg"),
    [
        (0, Leg(0, 2 * H, 72_000.0, THROUGHOUT)),
        (3 * H - 1, Leg(3 * H, 4 * H, 36_000.0, 1)),
        (2 * H - 1, Leg(2 * H - 1, 4 * H - 1, 72_000.0, THROUGHOUT)),
        (2 * H, Leg(3 * H, 4 * H, 36_000.0, 1)),
        (9 * H + 1, Leg(9 * H + 1, 11 * H + 1, 72_000.0, THROUGHOUT)),
    ],
)
def test_a_vehicle_takes_the_way_round_unless_waiting_is_as_fast(clock: int, leg: Leg) -> None:
    """Two hours round, or one from 3 h on: of ways that arrive together it takes the one that drives less."""
    assert Ways(one_road(2 * H, (3 * H, HORIZON_S, H))).leg(0, 0, 1, clock) == leg


def test_a_way_is_ever_open_if_it_is_in_some_spell() -> None:
    """Open for an hour, or never."""
    assert Ways(one_road(INF, (3 * H, 4 * H, 60.0))).ever(0, 0, 1)
    assert not Ways(one_road(INF)).ever(0, 0, 1)


def test_a_loaded_truck_waits_for_the_road_and_arrives_to_the_second() -> None:
    """Loaded at 70 s, it leaves at 3 h, unloads from 4 h to 4 h 70 s, and goes back for the second load."""
    problem = one_road(INF, (3 * H, HORIZON_S, H))
    replay = Replay(problem)
    ten = trip(replay, 0, (0, (10,)))
    first, second = replay.drive(((ten, ten),))
    assert (first.load_end, first.legs[1].depart, first.arrivals) == (70, 3 * H, (4 * H,))
    assert first.unloaded == (4 * H + 70,)
    assert (second.depart, second.arrive, second.unloaded) == (4 * H + 70, 5 * H + 70, (6 * H + 210,))
    assert not broken_rules(problem, (first, second))


def test_a_dock_is_free_while_a_loaded_truck_waits_for_the_road() -> None:
    """The second truck is loaded behind the first, and both leave when the road opens."""
    sample = one_road(INF, (3 * H, HORIZON_S, H))
    two = {
        name: np.repeat(getattr(sample, name), 2)
        for name in (
            *("vehicle_type", "vehicle_base", "vehicle_ready_s", "vehicle_until_s", "vehicle_source"),
            *("vehicle_returns", "vehicle_drive_s"),
        )
    }
    problem = replace(sample, vehicle_ids=("V0", "V1"), **two)
    replay = Replay(problem)
    ten = trip(replay, 0, (0, (10,)))
    driven = replay.drive(((ten,), (ten,)))
    assert [(done.load_end, done.legs[1].depart) for done in driven] == [(70, 3 * H), (140, 3 * H)]
    assert not broken_rules(problem, driven)


def test_waiting_for_a_road_is_no_driving() -> None:
    """Two hours of driving, out and back, are within the limit however long the road was shut."""
    vehicle = Vehicle(returns=True, drive_s=2.0 * H)
    replay = Replay(one_road(INF, (3 * H, HORIZON_S, H), vehicles=[vehicle]))
    routes = ((trip(replay, 0, (0, (10,))),),)
    (done,) = replay.drive(routes)
    assert done.back == Leg(4 * H + 70, 5 * H + 70, 36_000.0, 1)


def test_a_vehicle_that_must_return_does_not_go_where_it_would_be_shut_in() -> None:
    """The road is open for two hours, a trip out and back takes two hours and 70 s to unload."""
    for until_s, trips in ((2 * H + 139, 0), (2 * H + 140, 1)):
        problem = one_road(INF, (0, until_s, H), vehicles=[Vehicle(returns=True)])
        replay = Replay(problem)
        assert len(replay.drive(((trip(replay, 0, (0, (10,))),),))) == trips


def test_a_site_that_opens_later_is_neither_cut_off_nor_out_of_bound() -> None:
    """A site shut at hour 0 counts as reached, and the bound knows the hour's drive."""
    problem = one_road(INF, (3 * H, HORIZON_S, H), target_s=(5 * H,))
    assert problem.reachable.tolist() == [True]
    assert problem.drive_s("road").tolist() == [[H]]
    assert problem.back_s("road").tolist() == [[H]]
    assert problem.reach("road").tolist() == [[True]]
    assert allocate(problem).supplied_bound == pytest.approx((50.0,))
    shut = replace(problem, spells=())
    assert not shut.reachable.any()


@MANY
@given(problems(changing_roads=True), st.integers(0, 15_000), st.data())
def test_a_leg_arrives_first_of_all_that_could_be_taken(
    problem: DispatchProblem, clock: int, data: st.DataObject
) -> None:
    """On any roads, leaving at any later second, no leg arrives earlier; leaving later never helps."""
    points = problem.travel_s.shape[1]
    kind, begin, end = (data.draw(st.integers(0, top - 1)) for top in (3, points, points))
    ways = Ways(problem)
    leg = ways.leg(kind, begin, end, clock)
    later = data.draw(st.integers(clock, 15_000))
    roads = [
        (0, INF, problem.travel_s),
        *((spell.from_s, spell.until_s, spell.travel_s) for spell in problem.spells),
    ]
    for opens, closes, travel_s in roads:
        arrive = max(later, opens) + travel_s[kind, begin, end]
        if arrive <= closes and np.isfinite(arrive):
            assert leg is not None
            assert leg.arrive <= arrive
    after = ways.leg(kind, begin, end, later)
    if after is not None:
        assert leg is not None
        assert leg.arrive <= after.arrive


@MANY
@given(problems(vehicle_rules=True, changing_roads=True), st.data())
def test_no_trips_beat_the_bound_on_changing_roads(problem: DispatchProblem, data: st.DataObject) -> None:
    """Whatever is driven, no target has more people than its bound, and people wait no less than it says."""
    replay = Replay(problem)
    units = st.tuples(*[st.integers(0, 20)] * len(problem.item_ids)).filter(any)
    source, site = (st.integers(0, len(ids) - 1) for ids in (problem.source_ids, problem.site_ids))
    routes = []
    for vehicle in range(len(problem.vehicle_ids)):
        kind = problem.vehicle_type[vehicle]
        wanted = data.draw(st.lists(st.tuples(source, site, units), max_size=3))
        made = [trip(replay, begin, (end, load)) for begin, end, load in wanted]
        routes.append(
            tuple(
                one
                for one in made
                if one.weight_kg <= problem.payload_kg[kind] and one.volume_m3 <= problem.load_volume_m3[kind]
            )
        )
    outcome = replay.evaluate(tuple(routes))
    assert_bounds_hold(problem, allocate(problem), outcome.driven, outcome.person_seconds)
