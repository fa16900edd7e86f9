"""From a situation to a plan: every rule kept, nothing lost, and a plan in odd situations too."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from dispatch_rules import broken_rules, delivered, loaded
from dispatch_samples import FEW, Item, Kind, Site, Source, Vehicle, build, problems
from hypothesis import given
from hypothesis import strategies as st

from routing.allocation import allocate, empty_flow
from routing.dispatch import Dispatch, continued, dispatch
from routing.loads import ABSENT, Loading
from routing.problem import DispatchProblem
from routing.search.loops.layout import DOCK_STEP
from routing.search.search import Search
from routing.timeline import Outcome, Replay

ANY_PROBLEM = problems(vehicle_rules=True, changing_roads=True, promises=True)


def plan_of(problem: DispatchProblem, *, iterations: int = 200, seed: int = 1) -> Dispatch:
    """The plan that a run would make."""
    return dispatch(problem, allocate(problem).flow, iterations=iterations, seed=seed)


def without_extras(problem: DispatchProblem) -> DispatchProblem:
    """The same situation for a basket that has its essential items only."""
    return replace(problem, need=np.where(problem.essential, problem.need, 0))


def worth(problem: DispatchProblem, outcome: Outcome) -> float:
    """What short and waiting people count in the search; driving and loads that stay are left out."""
    by_target = sorted(zip(problem.target_s, outcome.supplied, strict=True))
    cost, everybody = Loading(problem).sites.target_cost.tolist(), float(problem.people.sum())
    short = sum(price * (everybody - people) for price, (_, people) in zip(cost, by_target, strict=True))
    return outcome.person_seconds + short


@FEW
@given(problem=ANY_PROBLEM)
def test_a_plan_keeps_every_rule_and_loses_nothing(problem: DispatchProblem) -> None:
    """Weight, volume, docks, stock, shifts and places hold; no site gets more than it lacks.

    Each vehicle stays in its mode, since its legs are those of its type. What is delivered and what is left
    are whole units that add up to the need and to the stock.
    """
    driven = plan_of(problem).driven
    assert broken_rules(problem, driven) == []
    brought, taken = delivered(problem, driven), loaded(problem, driven)
    assert (brought >= 0).all()
    assert (brought <= problem.to_deliver).all()
    assert (taken <= problem.stock).all()
    assert (brought.sum(axis=0) == taken.sum(axis=0)).all()


@FEW
@given(problem=ANY_PROBLEM)
def test_an_outcome_is_what_its_trips_achieve(problem: DispatchProblem) -> None:
    """People, waiting and money follow from the driven trips in the plan, with nothing else remembered."""
    plan = plan_of(problem)
    routes: list[list[object]] = [[] for _ in problem.vehicle_ids]
    for done in sorted(plan.driven, key=lambda done: done.sequence):
        routes[done.vehicle].append(done.trip)
    again = Replay(problem).evaluate(tuple(tuple(trips) for trips in routes))
    assert again.supplied == plan.outcome.supplied
    assert again.person_seconds == plan.outcome.person_seconds
    assert again.cost == pytest.approx(plan.outcome.cost)


@FEW
@given(problem=ANY_PROBLEM, seed=st.integers(0, 3))
def test_the_same_seed_gives_the_same_plan(problem: DispatchProblem, seed: int) -> None:
    """Two searches with one seed end in one plan, trip by trip."""
    one, two = plan_of(problem, seed=seed), plan_of(problem, seed=seed)
    assert (one.driven, one.outcome, one.found) == (two.driven, two.outcome, two.found)


@FEW
@given(problem=ANY_PROBLEM)
def test_every_trip_that_is_found_is_driven_and_no_later_than_planned(problem: DispatchProblem) -> None:
    """The search knows every rule of the replay, which drops no trip and loads none after its turn.

    Extras are put between them by the minute of the docks, which may be that much off.
    """
    plan, replay = plan_of(problem), Replay(problem)
    found = Loading(problem).routes(replay, plan.cut, plan.found)
    driven = replay.drive(found)
    assert len(driven) == sum(len(trips) for trips in found)
    assert all(done.load_start <= done.trip.turn_s + 1e-3 for done in driven)
    assert all(done.load_start <= done.trip.turn_s + DOCK_STEP for done in plan.driven)


@FEW
@given(problem=ANY_PROBLEM)
def test_whoever_watches_is_told_of_the_plan_at_last(problem: DispatchProblem) -> None:
    """Iterations are counted up to all of them; the people told of last are those of the plan.

    Loads that nobody brings then are tried once more, which may cost people what bringing one is worth.
    """
    told: list[tuple[int, Outcome]] = []
    flow = allocate(problem).flow
    plan = dispatch(problem, flow, iterations=300, seed=1, watch=lambda *one: told.append(one))
    counts = [done for done, _ in told]
    assert counts == sorted(counts)
    last, outcome = told[-1]
    assert last == 300
    most = ABSENT * len(plan.cut.site)
    assert worth(problem, plan.outcome) <= worth(problem, outcome) + most


@FEW
@given(problem=ANY_PROBLEM)
def test_no_load_stays_that_a_vehicle_could_still_bring(problem: DispatchProblem) -> None:
    """Whatever the search left out is tried at the end of every vehicle's work: nothing more fits there."""
    plan, loading = plan_of(problem), Loading(problem)
    kept = replace(plan.cut, home=np.array(plan.found.homes, dtype=np.int64))
    asked = replace(loading.asked(kept), at_the_end=True)
    assert Search(asked, seed=2, start=plan.found).routes().absent == plan.found.absent


@FEW
@given(problem=ANY_PROBLEM)
def test_going_on_from_a_plan_loses_nobody(problem: DispatchProblem) -> None:
    """Without an iteration in the same situation people short at the targets count no more than before.

    Loads that were left are tried once more, which may cost people as much as bringing a load is worth.
    """
    problem = without_extras(problem)
    plan = plan_of(problem)
    again = continued(problem, plan, iterations=0, seed=1)
    assert broken_rules(problem, again.driven) == []
    before, after = (worth(problem, replace(one.outcome, person_seconds=0.0)) for one in (plan, again))
    assert after <= before + ABSENT * len(plan.found.absent) + 1


@FEW
@given(problem=ANY_PROBLEM)
def test_extras_take_nothing_from_the_baskets(problem: DispatchProblem) -> None:
    """No fewer people and no more waiting than in a plan that brings no extras."""
    with_extras, without = plan_of(problem).outcome, plan_of(without_extras(problem)).outcome
    assert (np.array(with_extras.supplied) >= np.array(without.supplied) - 1e-6).all()
    assert with_extras.person_seconds <= without.person_seconds * (1 + 1e-9) + 1e-6


def test_extras_are_brought_when_a_vehicle_has_time() -> None:
    """10 baskets and 10 tents, time for both: both arrive, the baskets first."""
    problem = build(
        sources=[Source(0, (10, 10))], sites=[Site(300, 10)], items=[Item(), Item(essential=False)]
    )
    driven = plan_of(problem).driven
    assert delivered(problem, driven).tolist() == [[10, 10]]
    assert [done.trip.units for done in driven] == [(10, 0), (0, 10)]


def test_everyone_is_supplied_where_nothing_stands_in_the_way() -> None:
    """Stock, trucks and time in plenty: no need stays open."""
    problem = build(
        sources=[Source(0, (90, 50)), Source(700, (60, 100))],
        sites=[Site(200, 40), Site(500, 70), Site(900, 40)],
        vehicles=[Vehicle(), Vehicle(at=700)],
        items=[Item(), Item(per_person=0.5)],
        target_s=(4 * 3600,),
        horizon_s=8 * 3600,
    )
    plan = plan_of(problem)
    assert delivered(problem, plan.driven).tolist() == problem.need.tolist()
    assert plan.outcome.supplied == (150.0,)


@pytest.mark.parametrize(("drive_s", "trips"), [(899.0, 1), (900.0, 2)])
def test_a_stop_is_no_driving(drive_s: float, trips: int) -> None:
    """Twice there and once back are 900 s on the road, whatever the stops take besides."""
    problem = build(
        sources=[Source(0, (20,))],
        sites=[Site(300, 20)],
        vehicles=[Vehicle(drive_s=drive_s)],
        kinds=[Kind(payload_kg=100.0)],
    )
    assert len(plan_of(problem).driven) == trips


def nobody_moves(problem: DispatchProblem) -> None:
    """The plan has no trip, supplies nobody, costs nothing, and everybody waits to the end."""
    for iterations in (0, 100):
        plan = plan_of(problem, iterations=iterations)
        assert plan.driven == ()
        assert plan.outcome.supplied == (0.0,) * len(problem.target_s)
        assert plan.outcome.person_seconds == pytest.approx(problem.people.sum() * problem.horizon_s)
        assert plan.outcome.cost == 0.0


def test_no_vehicles_no_trips() -> None:
    """No vehicle, and not even a type."""
    nobody_moves(build(sources=[Source(0, (9,))], sites=[Site(1, 9)], vehicles=[], kinds=[]))
    nobody_moves(build(sources=[Source(0, (9,))], sites=[Site(1, 9)], vehicles=[]))


def test_no_stock_no_trips() -> None:
    """Warehouses that stand empty, stock that comes after the horizon, and no warehouse at all."""
    nobody_moves(build(sources=[Source(0, (0,))], sites=[Site(1, 9)]))
    nobody_moves(build(sources=[Source(0, batches=((0, 9, 7200),))], sites=[Site(1, 9)]))
    nobody_moves(build(sources=[], sites=[Site(1, 9)]))


def test_no_roads_no_trips() -> None:
    """Every leg is cut, those from the base too."""
    cut = np.full((1, 5, 5), np.inf)
    np.fill_diagonal(cut[0], 0.0)
    sources, sites = [Source(0, (9,)), Source(0, (9,))], [Site(1, 9), Site(1, 9)]
    nobody_moves(build(sources=sources, sites=sites, travel_s=cut))


def test_no_time_no_trips() -> None:
    """The shift ends before any unloading could; a site lies beyond the horizon."""
    nobody_moves(build(sources=[Source(0, (9,))], sites=[Site(300, 9)], vehicles=[Vehicle(until_s=300)]))
    nobody_moves(build(sources=[Source(0, (9,))], sites=[Site(7200, 9)]))


def test_no_people_no_trips() -> None:
    """Sites without affected people, and a region without sites."""
    nobody_moves(build(sources=[Source(0, (9,))], sites=[Site(300, 0), Site(400, 0)]))
    nobody_moves(build(sources=[Source(0, (9,))], sites=[]))


@pytest.mark.parametrize("item", [Item(weight_kg=1001.0), Item(volume_m3=101.0)])
def test_a_unit_that_no_vehicle_can_carry_stays_and_holds_nothing_up(item: Item) -> None:
    """Heavier or bulkier than any vehicle: it is left, and other goods travel all the same."""
    problem = build(
        sources=[Source(0, (5, 5))],
        sites=[Site(300, 5), Site(400, 5)],
        items=[Item(), item],
    )
    brought = delivered(problem, plan_of(problem).driven)
    assert brought[:, 1].tolist() == [0, 0]
    nobody_moves(build(sources=[Source(0, (5,))], sites=[Site(300, 5)], items=[item]))


def test_one_site_of_two_hundred_thousand_people() -> None:
    """400 full loads for one site, 20 trucks, 10 docks: everyone is supplied within the day, by the rules.

    A round takes 2 * (60 + 1000 + 600) = 3,320 s, and every truck makes 20.
    """
    problem = build(
        sources=[Source(0, (400_000,), docks=10)],
        sites=[Site(600, 200_000, per_s=100.0)],
        vehicles=[Vehicle()] * 20,
        items=[Item(weight_kg=20.0)],
        kinds=[Kind(payload_kg=10_000.0)],
        target_s=(8 * 3600,),
        horizon_s=24 * 3600,
    )
    plan = plan_of(problem)
    assert broken_rules(problem, plan.driven) == []
    assert delivered(problem, plan.driven).tolist() == [[200_000]]
    assert max(done.unloaded[-1] for done in plan.driven) <= 21 * 3320


def test_a_boat_serves_whom_no_road_reaches() -> None:
    """The island is reached by water only, the town by road only: each by its own mode."""
    road = np.array(
        [[0.0, 300, np.inf, 0, 0], [300, 0, np.inf, 300, 300], [np.inf] * 5, [0, 300, np.inf, 0, 0]]
    )
    road = np.vstack([road, [0, 300, np.inf, 0, 0]])
    water = np.full((5, 5), np.inf)
    water[np.ix_([0, 2, 4], [0, 2, 4])] = [[0, 500, 0], [500, 0, 500], [0, 500, 0]]
    problem = build(
        sources=[Source(0, (20,))],
        sites=[Site(0, 10), Site(0, 10)],
        vehicles=[Vehicle(kind=0), Vehicle(kind=1)],
        kinds=[Kind(), Kind(mode="water")],
        travel_s=np.stack([road, water]),
    )
    plan = plan_of(problem)
    assert sorted((done.vehicle, done.trip.stops[0].site) for done in plan.driven) == [(0, 0), (1, 1)]
    assert delivered(problem, plan.driven).tolist() == [[10], [10]]


def test_a_plan_needs_no_flow_to_start_from() -> None:
    """Without an allocation, goods go where they are needed from the nearest source."""
    problem = build(sources=[Source(0, (30,)), Source(900, (30,))], sites=[Site(100, 30), Site(800, 30)])
    plan = dispatch(problem, empty_flow(), iterations=200, seed=1)
    assert {(done.trip.source, done.trip.stops[0].site) for done in plan.driven} == {(0, 0), (1, 1)}


@pytest.mark.parametrize("at", [3_000, 80_000, 180_000])
def test_nobody_is_left_out_for_living_far_away(at: int) -> None:
    """One person past all targets, whom a day of driving saves a few hours of waiting, is supplied."""
    problem = build(sources=[Source(0, (1,))], sites=[Site(at, 1)], target_s=(100,), horizon_s=200_000)
    plan = plan_of(problem)
    assert delivered(problem, plan.driven).tolist() == [[1]]
