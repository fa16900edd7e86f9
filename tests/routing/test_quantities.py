"""Quantities for given trips: a case by hand, every rule kept, and nothing that the plan had is forgotten."""

from __future__ import annotations

import numpy as np
from dispatch_rules import broken_rules, delivered, loaded
from dispatch_samples import FEW, Item, Kind, Site, Source, Vehicle, build, problems
from hypothesis import HealthCheck, assume, given, settings

from routing.allocation import allocate, empty_flow
from routing.dispatch import Dispatch, _Planning, dispatch
from routing.fewer_lanes import with_fewer_lanes
from routing.loads import Cut
from routing.problem import DispatchProblem
from routing.quantities import QuantityModel, with_best_quantities
from routing.search.search import Routes, Trip
from routing.tasks import essential_tasks

ANY_PROBLEM = problems(vehicle_rules=True, promises=True)


def first_plan(problem: DispatchProblem, iterations: int = 40) -> Dispatch:
    """A plan of a short search, its quantities as they fell."""
    planning = _Planning(problem, 1)
    cut = planning.loading.cut(with_fewer_lanes(problem, essential_tasks(problem, empty_flow())))
    return planning.plan(cut, planning.searched(cut, None, range(iterations), 0.3))


def with_program(problem: DispatchProblem, plan: Dispatch) -> Dispatch:
    """The plan with the program's quantities, whether it is better or not."""
    cut, found = with_best_quantities(
        problem, plan.sources, plan.found, plan.driven, until_s=problem.horizon_s
    )
    return _Planning(problem, 1).plan(cut, found)


@FEW
@given(problem=ANY_PROBLEM)
def test_new_quantities_keep_every_rule(problem: DispatchProblem) -> None:
    """Vehicles, docks, stock and need hold whatever the program asks for, and no unit is made or lost."""
    plan = first_plan(problem)
    assume(plan.driven)
    driven = with_program(problem, plan).driven
    assert broken_rules(problem, driven) == []
    brought, taken = delivered(problem, driven), loaded(problem, driven)
    assert (brought <= problem.to_deliver).all()
    assert (taken <= problem.stock).all()
    assert (brought.sum(axis=0) == taken.sum(axis=0)).all()


@settings(FEW, suppress_health_check=[HealthCheck.filter_too_much])
@given(problem=ANY_PROBLEM)
def test_the_program_knows_no_plan_worse_than_the_one_at_hand(problem: DispatchProblem) -> None:
    """What it promises is at least what the trips achieve already, but for the room kept for rounding."""
    plan = first_plan(problem)
    assume(plan.driven)
    model = QuantityModel(problem, plan.sources, plan.found, plan.driven, until_s=problem.horizon_s)
    fits = [
        done.trip.weight_kg + len(done.trip.stops) * problem.weight_kg.sum()
        <= problem.payload_kg[problem.vehicle_type[done.vehicle]]
        and done.trip.volume_m3 + len(done.trip.stops) * problem.volume_m3.sum()
        <= problem.load_volume_m3[problem.vehicle_type[done.vehicle]]
        for done in plan.driven
    ]
    assume(all(fits))
    target = model.ask_s.tolist().index(problem.target_s[0])
    assert model.solve().supplied[target] >= plan.outcome.supplied[0] - 1e-3


def test_baskets_are_completed_by_hand() -> None:
    """Trips bring the wrong things to the wrong sites; the program makes ten baskets of them instead of two.

    One truck has ten of the first item, another one ten of the second; each passes both sites, which have ten
    people each. Nine and one meet one and nine: one basket a site.
    """
    problem = build(
        sources=[Source(0, (10, 0)), Source(0, (0, 10))],
        sites=[Site(100, 10), Site(200, 10)],
        vehicles=[Vehicle(), Vehicle()],
        items=[Item(), Item()],
    )
    units = np.array([[9, 0], [1, 0], [0, 1], [0, 9]])
    cut = Cut(np.array([0, 1, 0, 1]), np.array([0, 0, 1, 1]), units, np.full(4, -1))
    trips = ((Trip(0, (0, 1), 0.0),), (Trip(1, (2, 3), 0.0),))
    plan = _Planning(problem, 1).plan(cut, Routes(trips, (), (0, 0, 1, 1), 0.0))
    assert plan.outcome.supplied == (2.0,)
    assert with_program(problem, plan).outcome.supplied == (10.0,)


def one_trip(site: Site, units: list[int], payload_kg: float = 1000.0) -> tuple[DispatchProblem, Dispatch]:
    """A truck that brings units of two items (10 kg each, half a unit of the second a person) to one site."""
    problem = build(
        sources=[Source(0, (10, 10))],
        sites=[site],
        items=[Item(), Item(per_person=0.5)],
        kinds=[Kind(payload_kg=payload_kg)],
    )
    cut = Cut(np.array([0]), np.array([0]), np.array([units]), np.array([-1]))
    return problem, _Planning(problem, 1).plan(cut, Routes(((Trip(0, (0,), 0.0),),), (), (0,), 0.0))


def test_units_are_rounded_up_for_the_last_person() -> None:
    """Three people need half a unit each: one and a half become two, or the last one waits for ever."""
    problem, plan = one_trip(Site(100, 3), [1, 1])
    after = with_program(problem, plan)
    assert after.driven[0].trip.units == (3, 2)
    assert after.outcome.supplied == (3.0,)


def test_what_a_vehicle_has_no_room_for_stays_behind() -> None:
    """Forty kilogrammes: three people's five units would be fifty, so two of them get their basket."""
    problem, plan = one_trip(Site(100, 3), [1, 1], payload_kg=40.0)
    after = with_program(problem, plan)
    assert after.driven[0].trip.weight_kg <= 40.0
    assert after.outcome.supplied == (2.0,)


def test_a_hand_out_without_limit_is_solved() -> None:
    """The rate that lifts the limit on handing out is no number that spoils the program."""
    problem, plan = one_trip(Site(100, 10, per_s=1e9), [1, 1])
    assert with_program(problem, plan).outcome.supplied == (10.0,)


def test_people_past_the_last_target_are_served_still() -> None:
    """A truck is out for more than the target's hour: the far site gets its goods all the same."""
    problem = build(
        sources=[Source(0, (30,))],
        sites=[Site(600, 10), Site(40_000, 10)],
        items=[Item()],
        target_s=(3600,),
        horizon_s=48 * 3600,
    )
    plan = dispatch(problem, allocate(problem).flow, iterations=400, seed=1)
    assert plan.outcome.supplied == (10.0,)
    assert {stop.site for done in plan.driven for stop in done.trip.stops} == {0, 1}
    brought = delivered(problem, plan.driven)
    assert brought[:, 0].tolist() == [10, 10]
