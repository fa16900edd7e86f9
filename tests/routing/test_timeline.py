"""Trips on one clock: docks, readiness of lots, shifts, turns and money, on samples worked out by hand."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from dispatch_rules import broken_rules, loaded
from dispatch_samples import MANY, Item, Kind, Site, Source, Vehicle, build, problems, trip
from hypothesis import given
from hypothesis import strategies as st

from routing.problem import DispatchProblem
from routing.timeline import Replay, Routes, Trip

# Unless a test says otherwise: an item weighs 10 kg, docks load and vehicles unload 10 kg/s, each handling
# starts with 60 s at the stop, the warehouse W0 stands at 0 s and site S0 at 300 s.


def clock(replay: Replay, routes: Routes) -> list[tuple[int, int, int, int, tuple[int, ...]]]:
    """(vehicle, dock, load start, load end, unloaded) of every trip, in the order of loading."""
    return [
        (done.vehicle, done.dock, done.load_start, done.load_end, done.unloaded)
        for done in replay.drive(routes)
    ]


def test_a_trip_runs_through_base_dock_road_and_site() -> None:
    """Ready at 100, 50 s to the warehouse, load 60 + 20, drive 300, drop 60 + 20."""
    problem = build(sources=[Source(0, (50,))], sites=[Site(300, 50)], vehicles=[Vehicle(at=50, ready_s=100)])
    replay = Replay(problem)
    (done,) = replay.drive(((trip(replay, 0, (0, (20,))),),))
    assert (done.depart, done.arrive, done.load_start, done.load_end) == (100, 150, 150, 230)
    assert (done.arrivals, done.unloaded) == ((530,), (610,))
    assert (done.trip.weight_kg, done.trip.volume_m3) == (200.0, pytest.approx(0.2))


def test_a_started_second_of_handling_counts_in_full() -> None:
    """45 kg at 10 kg/s take 60 + 4.5 s: 65 s, once to load and once to drop."""
    problem = build(sources=[Source(0, (1,))], sites=[Site(300, 1)], items=[Item(weight_kg=45.0)])
    replay = Replay(problem)
    assert clock(replay, ((trip(replay, 0, (0, (1,))),),)) == [(0, 1, 0, 65, (430,))]


def test_a_vehicle_goes_on_from_its_last_site() -> None:
    """Two stops, then a second load: 100 s on to the far site, 400 s back to the warehouse."""
    problem = build(sources=[Source(0, (60,))], sites=[Site(300, 30), Site(400, 30)])
    replay = Replay(problem)
    routes = ((trip(replay, 0, (0, (10,)), (1, (10,))), trip(replay, 0, (1, (10,)))),)
    first, second = replay.drive(routes)
    assert (first.load_end, first.arrivals, first.unloaded) == (80, (380, 550), (450, 620))
    assert (second.sequence, second.depart, second.arrive, second.load_end) == (1, 620, 1020, 1090)


def test_a_warehouse_loads_nothing_before_it_is_manned() -> None:
    """Mobilisation of 500 s: the vehicle that is there at 0 waits."""
    problem = build(sources=[Source(0, (5,), ready_s=500)], sites=[Site(300, 5)])
    replay = Replay(problem)
    assert clock(replay, ((trip(replay, 0, (0, (5,))),),)) == [(0, 1, 500, 565, (930,))]


@pytest.mark.parametrize(("docks", "starts"), [(1, [0, 70, 140]), (2, [0, 0, 70]), (3, [0, 0, 0])])
def test_no_more_vehicles_load_at_once_than_there_are_docks(docks: int, starts: list[int]) -> None:
    """Three vehicles at the gate, 70 s a load: they wait for a dock, and each dock serves one at a time."""
    problem = build(sources=[Source(0, (30,), docks=docks)], sites=[Site(300, 30)], vehicles=[Vehicle()] * 3)
    replay = Replay(problem)
    driven = replay.drive(((trip(replay, 0, (0, (10,))),),) * 3)
    assert [done.load_start for done in driven] == starts
    assert not broken_rules(problem, driven)


def test_the_dock_serves_who_comes_first() -> None:
    """First come, first served: the later number that is there earlier loads earlier."""
    problem = build(
        sources=[Source(0, (30,))],
        sites=[Site(300, 30)],
        vehicles=[Vehicle(ready_s=40), Vehicle(ready_s=0), Vehicle(ready_s=20)],
    )
    replay = Replay(problem)
    routes = ((trip(replay, 0, (0, (10,))),),) * 3
    assert [(done.vehicle, done.load_start) for done in replay.drive(routes)] == [(1, 0), (2, 70), (0, 140)]


def test_who_waits_for_a_batch_does_not_block_the_dock() -> None:
    """The first vehicle waits for goods of 500 s; the one behind it, whose goods stand there, loads now."""
    problem = build(
        sources=[Source(0, (0, 10), batches=((0, 10, 500),))],
        sites=[Site(300, 10)],
        items=[Item(), Item()],
        vehicles=[Vehicle(), Vehicle(ready_s=30)],
    )
    replay = Replay(problem)
    routes = ((trip(replay, 0, (0, (10, 0))),), (trip(replay, 0, (0, (0, 10))),))
    assert [(done.vehicle, done.load_start) for done in replay.drive(routes)] == [(1, 30), (0, 500)]


def test_who_must_wait_after_all_lets_others_load_first() -> None:
    """The first load of 8 leaves 2 of 10: the next 8 wait for the batch of 400 s, the third goes ahead."""
    problem = build(
        sources=[Source(0, (10, 10), batches=((0, 10, 400),))],
        sites=[Site(300, 20)],
        items=[Item(), Item()],
        vehicles=[Vehicle(), Vehicle(ready_s=1), Vehicle(ready_s=100)],
    )
    replay = Replay(problem)
    eight, other = trip(replay, 0, (0, (8, 0))), trip(replay, 0, (0, (0, 8)))
    driven = replay.drive(((eight,), (eight,), (other,)))
    assert [(done.vehicle, done.load_start) for done in driven] == [(0, 0), (2, 100), (1, 400)]


def test_batches_are_issued_in_the_order_in_which_they_get_ready() -> None:
    """10 units at 0 s, 10 more at 400 s: the first ten leave at once, a load that needs both waits."""
    problem = build(
        sources=[Source(0, (10,), batches=((0, 10, 400),), docks=2)],
        sites=[Site(300, 20)],
        vehicles=[Vehicle(), Vehicle(ready_s=1)],
    )
    replay = Replay(problem)
    big, small = trip(replay, 0, (0, (12,))), trip(replay, 0, (0, (8,)))
    assert [done.load_start for done in replay.drive(((small,), (big,)))] == [0, 400]
    driven = replay.drive(((big,), (small,)))
    assert [(done.vehicle, done.load_start) for done in driven] == [(1, 1), (0, 400)]


def test_a_trip_for_which_nothing_is_left_does_not_take_place() -> None:
    """12 units in stock: the second load of 10 stays away, and so does the vehicle's next trip."""
    problem = build(
        sources=[Source(0, (12,))], sites=[Site(300, 30)], vehicles=[Vehicle(), Vehicle(ready_s=1)]
    )
    replay = Replay(problem)
    ten, two = trip(replay, 0, (0, (10,))), trip(replay, 0, (0, (2,)))
    assert [(done.vehicle, done.sequence) for done in replay.drive(((ten,), (ten, two)))] == [(0, 0)]
    assert [(done.vehicle, done.sequence) for done in replay.drive(((ten, two), ()))] == [(0, 0), (0, 1)]


@pytest.mark.parametrize(("until_s", "trips"), [(430, 1), (429, 0), (1159, 1), (1160, 2)])
def test_a_trip_that_ends_after_the_shift_drops_out_with_its_followers(until_s: int, trips: int) -> None:
    """Unloading ends at 430 s and 1,160 s; a shift that ends that second allows it, one earlier does not."""
    problem = build(
        sources=[Source(0, (99,))],
        sites=[Site(300, 99), Site(1, 99)],
        vehicles=[Vehicle(until_s=until_s)],
        kinds=[Kind(stop_s=65, unload_kg_per_s=1e9)],
        items=[Item(weight_kg=1e-9)],
    )
    replay = Replay(problem)
    far, near = trip(replay, 0, (0, (1,))), trip(replay, 0, (1, (1,)))
    assert [done.unloaded for done in replay.drive(((far, far, near),))] == [(430,), (1160,)][:trips]


def test_what_a_dropped_trip_would_have_taken_stays_for_others() -> None:
    """The vehicle whose shift is too short takes neither dock nor stock."""
    problem = build(
        sources=[Source(0, (10,))],
        sites=[Site(300, 10)],
        vehicles=[Vehicle(until_s=200), Vehicle(ready_s=10)],
    )
    replay = Replay(problem)
    ten = trip(replay, 0, (0, (10,)))
    assert [(done.vehicle, done.load_start) for done in replay.drive(((ten,), (ten,)))] == [(1, 10)]


def test_no_vehicle_drives_where_there_is_no_way() -> None:
    """A leg without an end drops the trip: to the warehouse, to a site, and on between sites."""
    sample = build(sources=[Source(0, (10,))], sites=[Site(300, 5), Site(400, 5)])
    for origin, destination in ((3, 0), (0, 1), (1, 2)):
        legs = sample.travel_s.copy()
        legs[0, origin, destination] = np.inf
        replay = Replay(replace(sample, travel_s=legs))
        assert replay.drive(((trip(replay, 0, (0, (5,)), (1, (5,))),),)) == ()


def test_people_waiting_and_money_by_hand() -> None:
    """One vehicle, two trips to 20 people at 0.5 a second; 4 yuan a km and 36 yuan an hour.

    Each handling of 10 units takes 70 s, so drops end at 50 + 70 + 300 + 70 = 490 s and 740 s later. S rises
    from 490 s to 10 at 510 s and from 1,230 s to 20 at 1,250 s. Legs: 50 s from the base, then 300 s out,
    back and out, at 10 m/s: 9.5 km. On the road from 0 s to 1,230 s.
    """
    problem = build(
        sources=[Source(0, (20,))],
        sites=[Site(300, 20, per_s=0.5)],
        vehicles=[Vehicle(at=-50)],
        kinds=[Kind(per_km=4.0, per_h=36.0)],
        target_s=(2000, 500, 490),
        horizon_s=3600,
    )
    replay = Replay(problem)
    ten = trip(replay, 0, (0, (10,)))
    outcome = replay.evaluate(((ten, ten),))
    assert [done.unloaded for done in outcome.driven] == [(490,), (1230,)]
    assert outcome.supplied == (20.0, 5.0, 0.0)
    waiting = 20 * 490 + (20 * 20 - 100) + 10 * (1230 - 510) + (10 * 20 - 100)
    assert outcome.person_seconds == pytest.approx(waiting)
    assert outcome.cost == pytest.approx(4 * 9.5 + 36 * 1230 / 3600)


def test_a_vehicle_that_stays_at_its_base_costs_nothing() -> None:
    """No trips, no money."""
    problem = build(sources=[Source(0, (1,))], sites=[Site(1, 1)], kinds=[Kind(per_km=1.0, per_h=1.0)])
    assert Replay(problem).evaluate(((),)).cost == 0.0


def test_targets_in_any_order_are_answered_in_their_order() -> None:
    """The people of target g stand at position g."""
    sample = build(sources=[Source(0, (9,))], sites=[Site(300, 9, per_s=0.01)], horizon_s=5000)
    answers = {}
    for order in ((1000, 600, 800), (600, 800, 1000)):
        replay = Replay(replace(sample, target_s=order))
        routes = ((trip(replay, 0, (0, (9,))),),)
        answers[order] = dict(zip(order, replay.evaluate(routes).supplied, strict=True))
    first, second = answers.values()
    assert first == second
    assert 0 < first[600] < first[800] < first[1000]


def test_better_is_more_people_by_the_first_target_then_less_waiting_then_less_money() -> None:
    """The rank compares in that order, the smaller the better."""
    problem = build(sources=[Source(0, (9,))], sites=[Site(300, 9)], target_s=(3600, 1800))
    base = Replay(problem).evaluate(((),))
    better = [
        replace(base, supplied=(1.0, 0.0), person_seconds=9e9, cost=9e9),
        replace(base, supplied=(0.0, 1.0), person_seconds=9e9, cost=9e9),
        replace(base, supplied=(0.0, 0.0), person_seconds=5.0, cost=9e9),
        replace(base, supplied=(0.0, 0.0), person_seconds=6.0, cost=1.0),
        replace(base, supplied=(0.0, 0.0), person_seconds=6.0, cost=2.0),
    ]
    assert [outcome.rank for outcome in better] == sorted(outcome.rank for outcome in better)
    assert len({outcome.rank for outcome in better}) == 5


def test_trips_load_in_the_order_of_their_turns() -> None:
    """The vehicle whose turn is later is there first and still loads last, behind one that comes at 200 s."""
    problem = build(
        sources=[Source(0, (20,))], sites=[Site(300, 20)], vehicles=[Vehicle(), Vehicle(ready_s=200)]
    )
    replay = Replay(problem)
    late, early = trip(replay, 0, (0, (10,)), turn_s=300.0), trip(replay, 0, (0, (10,)), turn_s=250.0)
    driven = replay.drive(((late,), (early,)))
    assert [(done.vehicle, done.load_start) for done in driven] == [(1, 200), (0, 270)]


def test_of_one_turn_who_is_there_first_loads_first() -> None:
    """Trips without a turn come last, and among themselves as they come."""
    problem = build(
        sources=[Source(0, (30,))],
        sites=[Site(300, 30)],
        vehicles=[Vehicle(), Vehicle(ready_s=40), Vehicle(ready_s=20)],
    )
    replay = Replay(problem)
    no_turn, turn = trip(replay, 0, (0, (10,))), trip(replay, 0, (0, (10,)), turn_s=0.0)
    driven = replay.drive(((no_turn,), (turn,), (turn,)))
    assert [(done.vehicle, done.load_start) for done in driven] == [(2, 20), (1, 90), (0, 160)]


Sample = tuple[DispatchProblem, list[list[tuple[int, int, tuple[int, ...]]]]]


@st.composite
def driven_samples(draw: st.DrawFn) -> Sample:
    """A random problem and random one-stop trips (source, site, units) for its vehicles."""
    problem = draw(problems(vehicle_rules=True, changing_roads=True))
    units = st.tuples(*[st.integers(0, 20)] * len(problem.item_ids)).filter(any)
    one = st.tuples(
        st.integers(0, len(problem.source_ids) - 1), st.integers(0, len(problem.site_ids) - 1), units
    )
    trips = [draw(st.lists(one, max_size=4)) for _ in problem.vehicle_ids]
    return problem, trips


@MANY
@given(driven_samples())
def test_a_replay_keeps_every_rule_of_the_clock(
    sample: Sample,
) -> None:
    """Docks, stock by the second, shifts and places hold for any routes whose loads fit their vehicle."""
    problem, wanted = sample
    replay = Replay(problem)
    routes: list[tuple[object, ...]] = []
    for vehicle, trips in enumerate(wanted):
        kind = problem.vehicle_type[vehicle]
        made = [trip(replay, source, (site, units)) for source, site, units in trips]
        fits = [
            one
            for one in made
            if one.weight_kg <= problem.payload_kg[kind] and one.volume_m3 <= problem.load_volume_m3[kind]
        ]
        routes.append(tuple(fits))
    driven = replay.drive(tuple(routes))
    assert broken_rules(problem, driven) == []
    assert (loaded(problem, driven) <= problem.stock).all()


@MANY
@given(driven_samples())
def test_a_replay_in_the_order_of_its_own_loading_is_the_same(sample: Sample) -> None:
    """Trips whose turn is when they were loaded load then or before, and all are driven again."""
    problem, wanted = sample
    replay = Replay(problem)
    routes = tuple(
        tuple(trip(replay, source, (site, units)) for source, site, units in trips) for trips in wanted
    )
    first = replay.drive(routes)
    kept: list[list[Trip]] = [[] for _ in problem.vehicle_ids]
    for done in first:
        kept[done.vehicle].append(replace(done.trip, turn_s=float(done.load_start)))
    again = replay.drive(tuple(tuple(trips) for trips in kept))
    assert len(again) == len(first)
    assert all(done.load_start <= done.trip.turn_s for done in again)
