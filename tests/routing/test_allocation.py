"""The flow model proves its bounds: against plans of random situations, against every plan, by hand."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Sequence
from dataclasses import replace

import numpy as np
import pytest
from dispatch_samples import (
    FEW,
    MANY,
    Item,
    Kind,
    Site,
    Source,
    Vehicle,
    build,
    problems,
    trip,
)
from hypothesis import given, settings
from hypothesis import strategies as st

from routing.allocation import Allocation, Flow, allocate
from routing.dispatch import dispatch
from routing.problem import DispatchProblem
from routing.timeline import DrivenTrip, Outcome, Replay, Routes, Trip

PERSON_SLACK = 1e-5
SECONDS_SLACK = 1e-3
PLENTY = 1e9


def supplied_of_reachable(problem: DispatchProblem, driven: Sequence[DrivenTrip]) -> list[float]:
    """People by each target at the sites that some mode reaches, the ones a bound is about."""
    replay = Replay(problem)
    totals = []
    for target_s in problem.target_s:
        supplied = 0.0
        for site in np.flatnonzero(problem.reachable).tolist():
            drops = sorted(
                (second, stop.units)
                for done in driven
                for stop, second in zip(done.trip.stops, done.unloaded, strict=True)
                if stop.site == site
            )
            supplied += replay.site_curve(site, drops, [target_s]).supplied_at[0]
        totals.append(supplied)
    return totals


def assert_bounds_hold(
    problem: DispatchProblem, allocation: Allocation, driven: Sequence[DrivenTrip], person_seconds: float
) -> None:
    """No target has more people than its bound, and people wait no less than the bound says."""
    for supplied, bound in zip(
        supplied_of_reachable(problem, driven), allocation.supplied_bound, strict=True
    ):
        assert supplied <= bound + PERSON_SLACK
    assert person_seconds >= allocation.person_seconds_bound - SECONDS_SLACK


ANY = st.one_of(problems(), problems(changing_roads=True))
"""Roads that stay as they are, and roads that open and close."""


@settings(MANY, max_examples=300)
@given(problem=ANY)
def test_no_plan_beats_the_bound(problem: DispatchProblem) -> None:
    """Over situations of every shape: modes, batches, stock on the spot, docks, hand-out, volume, shifts."""
    allocation = allocate(problem)
    plan = dispatch(problem, allocation.flow, iterations=0, seed=1)
    assert_bounds_hold(problem, allocation, plan.driven, plan.outcome.person_seconds)


@settings(MANY, max_examples=120)
@given(problem=ANY)
def test_no_plan_beats_the_bound_of_merged_sites(problem: DispatchProblem) -> None:
    """With all sites as one or two groups, too; what flows to a group can be carried to its sites."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("routing.allocation.MOST_LANES", 0)
        patch.setattr("routing.allocation.MERGED_LANES", 2 * len(problem.source_ids))
        allocation = allocate(problem)
    plan = dispatch(problem, allocation.flow, iterations=0, seed=1)
    assert_bounds_hold(problem, allocation, plan.driven, plan.outcome.person_seconds)
    assert_flow_could_be_carried(problem, allocation.flow)


@FEW
@given(problem=ANY)
def test_no_improved_plan_beats_the_bound(problem: DispatchProblem) -> None:
    """The search does not get past it either."""
    allocation = allocate(problem)
    plan = dispatch(problem, allocation.flow, iterations=300, seed=1)
    assert_bounds_hold(problem, allocation, plan.driven, plan.outcome.person_seconds)


@st.composite
def tiny_problems(draw: st.DrawFn) -> DispatchProblem:
    """One or two sources, sites, vehicles; at most four units are needed in all."""
    items = draw(st.sampled_from([[Item()], [Item(), Item(weight_kg=40.0)], [Item(per_person=0.5)]]))
    places = st.integers(0, 12).map(lambda step: 150 * step)
    stock = st.tuples(*[st.integers(0, 3)] * len(items))
    batch = st.tuples(st.just(0), st.integers(1, 2), st.integers(0, 3000))
    sources = st.builds(
        Source,
        at=places,
        stock=stock,
        batches=st.lists(batch, max_size=1).map(tuple),
        kg_per_s=st.sampled_from([0.05, 10.0]),
        ready_s=st.sampled_from([0, 900]),
    )
    people = 4 // len(items)
    count = draw(st.integers(1, 2))
    sites = [
        draw(
            st.builds(
                Site,
                at=places,
                people=st.integers(1, people // count),
                per_s=st.sampled_from([0.001, 1.0]),
                held=st.one_of(st.just(()), st.tuples(*[st.integers(0, 1)] * len(items))),
            )
        )
        for _ in range(count)
    ]
    kinds = [
        Kind(
            payload_kg=draw(st.sampled_from([10.0, 20.0, 50.0, 100.0])),
            stop_s=draw(st.sampled_from([60, 60, 500])),
            unload_kg_per_s=draw(st.sampled_from([0.05, 10.0])),
            per_km=1.0,
        )
    ]
    return build(
        sources=draw(st.lists(sources, min_size=1, max_size=2)),
        sites=sites,
        vehicles=draw(st.lists(st.builds(Vehicle, at=places), min_size=1, max_size=2)),
        items=items,
        kinds=kinds,
        target_s=(3600, 1800),
        horizon_s=5400,
    )


def every_trip(problem: DispatchProblem, replay: Replay) -> list[Trip]:
    """Every load of any units for any sites in any order that fits the vehicle type."""
    trips = []
    for source in range(len(problem.source_ids)):
        for count in range(1, len(problem.site_ids) + 1):
            for order in itertools.permutations(range(len(problem.site_ids)), count):
                ranges = [[range(most + 1) for most in problem.to_deliver[site].tolist()] for site in order]
                drops = [[units for units in itertools.product(*one) if any(units)] for one in ranges]
                trips += [
                    trip(replay, source, *zip(order, units, strict=True))
                    for units in itertools.product(*drops)
                ]
    return [
        one
        for one in trips
        if one.weight_kg <= problem.payload_kg[0] and (np.array(one.units) <= problem.stock[one.source]).all()
    ]


def every_plan(problem: DispatchProblem, replay: Replay) -> Iterator[Routes]:
    """Every sequence of trips on every vehicle that brings no site more than it needs."""
    trips = every_trip(problem, replay)

    def longer(routes: tuple[tuple[Trip, ...], ...], left: np.ndarray, last: int) -> Iterator[Routes]:
        yield routes
        for one in trips:
            rest = left.copy()
            for stop in one.stops:
                rest[stop.site] -= np.array(stop.units)
            if (rest < 0).any():
                continue
            for vehicle in range(last, len(routes)):
                more = (*routes[:vehicle], (*routes[vehicle], one), *routes[vehicle + 1 :])
                yield from longer(more, rest, vehicle)

    yield from longer(tuple(() for _ in problem.vehicle_ids), problem.to_deliver, 0)


def best_by_search(problem: DispatchProblem) -> tuple[list[float], float, Outcome]:
    """Most people by each target, least waiting, and the outcome that ranks best, over every plan."""
    replay = Replay(problem)
    outcomes = [replay.evaluate(routes) for routes in every_plan(problem, replay)]
    most = [max(people) for people in zip(*(one.supplied for one in outcomes), strict=True)]
    best = min(outcomes, key=lambda outcome: outcome.rank)
    return most, min(one.person_seconds for one in outcomes), best


@FEW
@given(problem=tiny_problems())
def test_bounds_against_every_plan_there_is(problem: DispatchProblem) -> None:
    """The true optimum of each goal stays within its bound; the engine's plan does not rank past it."""
    most, least_waiting, best = best_by_search(problem)
    allocation = allocate(problem)
    if problem.reachable.all():
        assert all(a <= b + PERSON_SLACK for a, b in zip(most, allocation.supplied_bound, strict=True))
    assert least_waiting >= allocation.person_seconds_bound - SECONDS_SLACK
    plan = dispatch(problem, allocation.flow, iterations=100, seed=1)
    assert plan.outcome.rank >= best.rank


@st.composite
def convoys(draw: st.DrawFn) -> DispatchProblem:
    """Nine vehicles at one source for one or two sites next to it; nearly all goods come with one batch."""
    kind = Kind(
        payload_kg=draw(st.sampled_from([50.0, 100.0, 200.0])),
        stop_s=draw(st.sampled_from([60, 300])),
        unload_kg_per_s=draw(st.sampled_from([0.2, 10.0])),
    )
    source = Source(
        0,
        (draw(st.integers(0, 5)),),
        batches=((0, 300, draw(st.sampled_from([0, 600, 1800, 2400]))),),
        docks=draw(st.integers(1, 2)),
        kg_per_s=draw(st.sampled_from([0.1, 0.5])),
    )
    per_s = draw(st.sampled_from([0.01, 0.05, 1.0]))
    sites = [Site(at, 150, per_s=per_s) for at in draw(st.sampled_from([[0], [0, 60], [0, 300]]))]
    return build(
        sources=[source],
        sites=sites,
        vehicles=[Vehicle()] * 9,
        kinds=[kind],
        target_s=(3600,),
        horizon_s=3600,
    )


@MANY
@given(problem=convoys())
def test_no_convoy_beats_the_bound(problem: DispatchProblem) -> None:
    """Where docks, stops and a batch shortly before the target are short: loads of every size in turn.

    Of equal loads, to each site alone or to both, as many as get through the docks.
    """
    replay = Replay(problem)
    (most,) = allocate(problem).supplied_bound
    stops = [(0,), (1,), (0, 1)] if len(problem.site_ids) > 1 else [(0,)]
    for units in range(1, int(problem.payload_kg[0] / 10) + 1):
        for plan in itertools.product(stops, repeat=2):
            loads = [
                trip(replay, 0, *((site, (units // len(sites),)) for site in sites))
                for sites in plan
                if units >= len(sites)
            ]
            routes = tuple(tuple(loads[vehicle % 2 :] * 2) for vehicle in range(9))
            assert replay.evaluate(routes).supplied[0] <= most + PERSON_SLACK


@FEW
@given(problem=problems())
def test_targets_are_bounded_one_by_one_in_the_order_asked(problem: DispatchProblem) -> None:
    """Each target's bound is that of the target asked alone, wherever it stands; later hours allow more."""
    bounds = dict(zip(problem.target_s, allocate(problem).supplied_bound, strict=True))
    backwards = replace(problem, target_s=problem.target_s[::-1])
    assert allocate(backwards).supplied_bound == pytest.approx(
        [bounds[target_s] for target_s in backwards.target_s], abs=1e-4
    )
    by_hour = [bounds[target_s] for target_s in sorted(bounds)]
    assert all(early <= late + 1e-4 for early, late in itertools.pairwise(by_hour))


@MANY
@given(problem=problems())
def test_the_flow_behind_the_bound_could_be_carried(problem: DispatchProblem) -> None:
    """Flows use existing stock, needs and ways, and are due at the ends of buckets."""
    assert_flow_could_be_carried(problem, allocate(problem).flow)


def assert_flow_could_be_carried(problem: DispatchProblem, flow: Flow) -> None:
    """No source gives more than it has, no site gets more than it needs, and there is a way."""
    assert (flow.units > 0).all()
    assert (flow.due_s <= problem.horizon_s).all()
    out = np.zeros(problem.stock.shape)
    np.add.at(out, (flow.source, flow.item), flow.units)
    came = np.zeros(problem.need.shape)
    np.add.at(came, (flow.site, flow.item), flow.units)
    assert (out <= problem.stock + 1e-6).all()
    assert (came <= problem.to_deliver + 1e-6).all()
    for source, site, mode in zip(flow.source, flow.site, flow.mode, strict=True):
        assert problem.reach(str(mode))[source, site]
