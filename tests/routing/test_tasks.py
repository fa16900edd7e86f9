"""From fractional flows to whole units: no stock or need exceeded, nothing left where it could be used."""

from __future__ import annotations

import numpy as np
import pytest
from dispatch_samples import MANY, Item, Kind, Site, Source, Vehicle, build, problems
from hypothesis import given

from routing.allocation import Flow, allocate, empty_flow
from routing.problem import DispatchProblem, Ints
from routing.tasks import Task, essential_tasks, rest_tasks

HEAVY = Item(weight_kg=100.0)
"""A tenth of a vehicle: no lane of it is a sliver."""


def flow_of(*entries: tuple[int, int, int, int, float]) -> Flow:
    """A flow by road from entries (source, site, item, due second, units)."""
    source, site, item, due, units = (np.array(column) for column in zip(*entries, strict=True))
    mode = np.array(["road"] * len(entries))
    return Flow(source=source, site=site, mode=mode, item=item, due_s=due, units=units.astype(np.float64))


def owed(tasks: list[Task], problem: DispatchProblem) -> Ints:
    """Units by source, site and item, (I, J, K)."""
    units = np.zeros((len(problem.source_ids), *problem.need.shape), dtype=np.int64)
    for task in tasks:
        units[task.source, task.site] += task.units
    return units


def test_whole_flows_become_tasks_as_they_are() -> None:
    """One task a source, site, mode and due second, with the units of every item."""
    problem = build(
        sources=[Source(0, (9, 9))], sites=[Site(10, 5), Site(20, 2)], items=[Item(), Item()], horizon_s=7200
    )
    flow = flow_of((0, 0, 0, 3600, 5.0), (0, 0, 1, 3600, 5.0), (0, 1, 0, 7200, 2.0), (0, 1, 1, 7200, 2.0))
    found = [
        (task.source, task.site, task.due_s, task.units.tolist()) for task in essential_tasks(problem, flow)
    ]
    assert found == [(0, 0, 3600, [5, 5]), (0, 1, 7200, [2, 2])]


def test_fractions_of_one_lane_add_up_over_time() -> None:
    """0.5 + 0.5 + 1.25 units in three hours: the first is rounded up, the second has it already."""
    problem = build(sources=[Source(0, (9,))], sites=[Site(10, 3)], items=[HEAVY], horizon_s=9999)
    flow = flow_of((0, 0, 0, 3600, 0.5), (0, 0, 0, 7200, 0.5), (0, 0, 0, 9000, 1.25))
    assert [(task.due_s, task.units.tolist()) for task in essential_tasks(problem, flow)] == [
        (3600, [1]),
        (9000, [2]),
    ]


def test_rounding_up_stops_at_the_stock() -> None:
    """Two sites are to get 1.5 of 3 units each: the earlier one gets two, the other one."""
    problem = build(
        sources=[Source(0, (3,))], sites=[Site(10, 5), Site(20, 5)], items=[HEAVY], horizon_s=7200
    )
    flow = flow_of((0, 0, 0, 7200, 1.5), (0, 1, 0, 3600, 1.5))
    assert owed(essential_tasks(problem, flow), problem).tolist() == [[[1], [2]]]


def test_noise_of_the_solver_costs_no_unit() -> None:
    """2.0000001 units are two, and the third comes when it is due."""
    problem = build(sources=[Source(0, (3,))], sites=[Site(10, 3)], items=[HEAVY])
    flow = flow_of((0, 0, 0, 3600, 2.0000001), (0, 0, 0, 7200, 0.9999998))
    assert [task.units.tolist() for task in essential_tasks(problem, flow)] == [[2], [1]]


def test_what_a_flow_leaves_over_comes_from_the_nearest_source_that_has_some() -> None:
    """Without a flow, the site takes 4 from the near source and the other 3 from the far one."""
    problem = build(
        sources=[Source(0, (9,)), Source(90, (4,))], sites=[Site(100, 7)], horizon_s=7200, target_s=(3600,)
    )
    tasks = essential_tasks(problem, empty_flow())
    assert owed(tasks, problem)[:, 0, 0].tolist() == [3, 4]
    assert {task.due_s for task in tasks} == {7200}


def test_what_a_flow_leaves_over_comes_first_from_a_source_that_serves_the_site_already() -> None:
    """4 units flow from the far source: the other 3 ride along, though another source is nearer."""
    problem = build(sources=[Source(0, (9,)), Source(90, (9,))], sites=[Site(100, 7)], items=[HEAVY])
    tasks = essential_tasks(problem, flow_of((0, 0, 0, 3600, 4.0)))
    assert owed(tasks, problem)[:, 0, 0].tolist() == [7, 0]


def test_no_vehicle_is_sent_for_a_sliver() -> None:
    """10 kg of a 1,000 kg vehicle from a third source are left to the sources that serve the site anyway.

    30 kg are worth a trip, if the flow says so.
    """
    sources = [Source(0, (9,)), Source(90, (9,))]
    for units, expected in ((1.0, [7, 0]), (3.0, [4, 3])):
        problem = build(sources=sources, sites=[Site(100, 7)])
        tasks = essential_tasks(problem, flow_of((0, 0, 0, 3600, 4.0), (1, 0, 0, 3600, units)))
        assert owed(tasks, problem)[:, 0, 0].tolist() == expected


def test_nothing_is_owed_where_no_vehicle_goes() -> None:
    """The only vehicle is a boat, which has no way; the stock stays where it is."""
    legs = np.full((1, 3, 3), np.inf)
    problem = build(sources=[Source(0, (9,))], sites=[Site(10, 5)], kinds=[Kind(mode="water")], travel_s=legs)
    assert essential_tasks(problem, empty_flow()) == []


def test_a_site_takes_what_it_needs_beyond_stock_on_the_spot() -> None:
    """5 needed, 2 held: 3 are owed."""
    problem = build(sources=[Source(0, (9,))], sites=[Site(10, 5, held=(2,))])
    assert owed(essential_tasks(problem, empty_flow()), problem).tolist() == [[[3]]]


def test_extras_come_from_what_the_baskets_left() -> None:
    """Only items no basket waits for, up to stock less what is loaded already."""
    problem = build(sources=[Source(0, (9, 6))], sites=[Site(10, 5)], items=[Item(), Item(essential=False)])
    tasks = rest_tasks(problem, np.array([[5, 2]]), np.zeros_like(problem.need), essential=False)
    assert owed(tasks, problem).tolist() == [[[0, 4]]]
    assert owed(essential_tasks(problem, empty_flow()), problem).tolist() == [[[5, 0]]]


@pytest.mark.parametrize("with_flow", [True, False])
@MANY
@given(problem=problems())
def test_no_source_owes_more_than_its_stock_and_no_site_gets_more_than_its_need(
    problem: DispatchProblem,
    with_flow: bool,  # noqa: FBT001 - drawn by pytest
) -> None:
    """Whatever the flow: whole units within stock and need, by modes with a vehicle and a way."""
    flow = allocate(problem).flow if with_flow else empty_flow()
    tasks = [
        *essential_tasks(problem, flow),
        *rest_tasks(problem, np.zeros_like(problem.stock), np.zeros_like(problem.need), essential=False),
    ]
    units = owed(tasks, problem)
    assert all(
        task.units.dtype == np.int64 and (task.units >= 0).all() and task.units.any() for task in tasks
    )
    assert (units.sum(axis=1) <= problem.stock).all()
    assert (units.sum(axis=0) <= problem.to_deliver).all()
    assert all(problem.reach(task.mode)[task.source, task.site] for task in tasks)


@MANY
@given(problem=problems())
def test_no_stock_stays_behind_that_a_reachable_site_still_needs(problem: DispatchProblem) -> None:
    """After rounding, each open need meets empty shelves wherever a vehicle could load it."""
    units = owed(essential_tasks(problem, allocate(problem).flow), problem)
    left = problem.stock - units.sum(axis=1)
    short = problem.to_deliver - units.sum(axis=0)
    for mode in problem.modes:
        for source, site in np.argwhere(problem.reach(mode)).tolist():
            idle = (left[source] > 0) & (short[site] > 0) & problem.essential
            assert not (idle & problem.carries(mode)).any()


def test_what_a_mode_cannot_carry_is_left_to_those_that_can() -> None:
    """Units of 60 kg go by truck, be it that the flow wants them flown; what a drone carries it may fly."""
    problem = build(
        sources=[Source(0, (5, 5))],
        sites=[Site(300, 5)],
        items=[Item(weight_kg=60.0), Item(weight_kg=2.0)],
        kinds=[Kind(mode="drone", payload_kg=50.0), Kind()],
        vehicles=[Vehicle(kind=0), Vehicle(kind=1)],
    )
    assert problem.carries("drone").tolist() == [False, True]
    flown = Flow(
        source=np.zeros(2, np.int64),
        site=np.zeros(2, np.int64),
        mode=np.array(["drone", "drone"]),
        item=np.array([0, 1]),
        due_s=np.full(2, 3600),
        units=np.array([5.0, 5.0]),
    )
    for flow in (flown, empty_flow()):
        found = essential_tasks(problem, flow)
        assert {(task.mode, *task.units.tolist()) for task in found} == {("drone", 0, 5), ("road", 5, 0)}
