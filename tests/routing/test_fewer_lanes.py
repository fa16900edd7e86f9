"""Few sources serve each site: nothing is lost or owed twice, and lanes are given up where that is cheap."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
from dispatch_samples import MANY, Item, Site, Source, build, problems
from hypothesis import given
from hypothesis import strategies as st

from routing.allocation import allocate, empty_flow
from routing.fewer_lanes import with_fewer_lanes
from routing.problem import DispatchProblem
from routing.tasks import Task, essential_tasks


def owed(problem: DispatchProblem, tasks: list[Task]) -> np.ndarray:
    """Units by source, site and item, (I, J, K)."""
    units = np.zeros((len(problem.source_ids), *problem.need.shape), dtype=np.int64)
    for task in tasks:
        units[task.source, task.site] += task.units
    return units


def lanes(tasks: list[Task]) -> set[tuple[int, int, str]]:
    """Source, site and mode of all tasks."""
    return {(task.source, task.site, task.mode) for task in tasks}


@MANY
@given(problems(vehicle_rules=True), st.booleans())
def test_sites_are_owed_the_same_from_no_more_sources(problem: DispatchProblem, flow: bool) -> None:  # noqa: FBT001
    """By item, mode and second wanted; no source owes more than it has, and no lane is new."""
    tasks = essential_tasks(problem, allocate(problem).flow if flow else empty_flow())
    fewer = with_fewer_lanes(problem, tasks)
    assert lanes(fewer) <= lanes(tasks)
    assert (owed(problem, fewer).sum(axis=0) == owed(problem, tasks).sum(axis=0)).all()
    assert (owed(problem, fewer).sum(axis=1) <= problem.stock).all()
    assert all(task.units.min() >= 0 and task.units.any() for task in fewer)
    by_mode = [
        {
            mode: owed(problem, [one for one in some if one.mode == mode]).sum(axis=(0, 1))
            for mode in problem.modes
        }
        for some in (tasks, fewer)
    ]
    assert all((one[mode] == two[mode]).all() for one, two in pairwise(by_mode) for mode in problem.modes)


def two_yards(apart_s: int) -> DispatchProblem:
    """Two yards with 20 units each, a site next to each of them that needs 10."""
    return build(
        sources=[Source(0, (20,)), Source(apart_s, (20,))], sites=[Site(10, 10), Site(apart_s + 10, 10)]
    )


def task(source: int, site: int, units: int) -> Task:
    """Units of one item by road."""
    return Task(source, site, "road", 3600, np.array([units]))


def test_a_lane_is_given_up_to_a_yard_that_has_the_goods_to_spare() -> None:
    """One unit for the first site comes from the second yard, 100 s away: the first brings all ten."""
    found = with_fewer_lanes(two_yards(100), [task(0, 0, 9), task(1, 0, 1), task(1, 1, 10)])
    assert lanes(found) == {(0, 0, "road"), (1, 1, "road")}


def test_a_lane_stays_where_giving_it_up_costs_more_than_a_stop() -> None:
    """Nine tons from a yard next to the site or from one eight hours away: both keep their share."""
    problem = build(
        sources=[Source(0, (200,)), Source(30_000, (1000,))],
        sites=[Site(10, 1000)],
        items=[Item(weight_kg=10.0)],
        horizon_s=200_000,
    )
    found = with_fewer_lanes(problem, [task(0, 0, 200), task(1, 0, 800)])
    assert lanes(found) == {(0, 0, "road"), (1, 0, "road")}


def test_two_sites_that_two_yards_serve_exchange_their_sources() -> None:
    """Each yard owes both sites half of what it has, and has no more: afterwards each serves one site."""
    problem = build(sources=[Source(0, (10,)), Source(100, (10,))], sites=[Site(10, 10), Site(90, 10)])
    found = with_fewer_lanes(problem, [task(source, site, 5) for source in (0, 1) for site in (0, 1)])
    assert sorted(site for _, site, _ in lanes(found)) == [0, 1]
    assert owed(problem, found).sum(axis=(0, 2)).tolist() == [10, 10]
    assert owed(problem, found).sum(axis=(1, 2)).tolist() == [10, 10]
