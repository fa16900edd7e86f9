"""Merged sites allow everything that the sites themselves allow."""

from __future__ import annotations

import numpy as np
from dispatch_samples import MANY, Kind, Site, Source, build, problems, trip, with_spells
from hypothesis import given, settings
from hypothesis import strategies as st

from routing.flow_model import FlowModel, fleet_prices
from routing.merged_sites import merge_sites, site_groups
from routing.problem import DispatchProblem, Floats
from routing.timeline import Replay


@MANY
@given(problem=problems(), most=st.integers(1, 5))
def test_every_site_with_people_is_in_one_group(problem: DispatchProblem, most: int) -> None:
    """Reachable sites and others apart; no more groups than asked, but for that."""
    groups = site_groups(problem, most)
    members = sorted(site for group in groups for site in group.tolist())
    assert members == np.flatnonzero(problem.people > 0).tolist()
    assert all(len(set(problem.reachable[group].tolist())) == 1 for group in groups)
    assert len(groups) <= max(most, 2)


def test_a_group_is_as_near_as_its_nearest_site() -> None:
    """Sites at 100, 110 and 900 s in two groups; what is held beyond a site's own need is left out."""
    sites = [Site(100, 5, held=(9,)), Site(900, 7), Site(110, 6)]
    problem = build(sources=[Source(0, (99,))], sites=sites)
    groups = site_groups(problem, 2)
    assert sorted(len(group) for group in groups) == [1, 2]
    merged = merge_sites(problem, [np.array([0, 2]), np.array([1])])
    assert (merged.people.tolist(), merged.on_site_units[:, 0].tolist()) == ([11, 7], [5, 0])
    assert merged.travel_s[0, 0, 1:3].tolist() == [100.0, 900.0]


def network(*edges: tuple[int, int, float]) -> Floats:
    """Shortest seconds between six points of which the last is the source's base; all else takes 9,000 s."""
    times = np.full((6, 6), 9000.0)
    np.fill_diagonal(times, 0.0)
    times[0, 5] = times[5, 0] = 0.0
    for one, other, seconds in edges:
        times[one, other] = times[other, one] = seconds
    for middle in range(6):
        times = np.minimum(times, times[:, middle, None] + times[None, middle, :])
    return times[None]


def test_a_way_over_a_stop_is_known_of_merged_sites() -> None:
    """From the source to site 1 on the roads of one spell, on to site 3 on those of another: 120 s.

    Legs between the groups alone would say 9,000 s, and that 10 people can be supplied; this plan has 14.
    """
    plenty = 1e9
    sites = [Site(0, 5, plenty), Site(0, 5, plenty), Site(0, 9, plenty), Site(0, 9, plenty)]
    problem = build(
        sources=[Source(0, batches=((0, 40, 100),), kg_per_s=plenty)],
        sites=sites,
        kinds=[Kind(payload_kg=plenty, volume_m3=plenty, stop_s=60, unload_kg_per_s=plenty)],
        target_s=(1500,),
        horizon_s=10_000,
        travel_s=np.where(np.eye(6) > 0, 0.0, np.inf)[None],
    )
    first, then = network((0, 1, 60.0)), network((1, 3, 60.0), (0, 2, 60.0))
    problem = with_spells(problem, (0, 5000, first), (300, 10_000, then))
    merged = merge_sites(problem, [np.array([0, 1]), np.array([2, 3])])
    assert merged.least_over_stops_s[0, 0, 2] == problem.least_over_stops_s[0, 0, 3] == 120.0
    replay = Replay(problem)
    supplied = replay.evaluate(((trip(replay, 0, (0, (5,)), (2, (9,))),),)).supplied[0]
    model = FlowModel(merged, [750, 1500], fleet_prices(problem))
    assert supplied == 14.0 <= -model.solve(model.supplied_objective()).value


@settings(MANY, max_examples=300)
@given(problem=st.one_of(problems(), problems(changing_roads=True)), most=st.integers(1, 4))
def test_merged_bounds_are_no_tighter(problem: DispatchProblem, most: int) -> None:
    """Whatever the groups: at least as many people by each target, at most as much waiting."""
    merged, prices = merge_sites(problem, site_groups(problem, most)), fleet_prices(problem)
    for target_s in (*problem.target_s, problem.horizon_s):
        ends = sorted({target_s // 2, target_s})
        alone, together = (FlowModel(one, ends, prices) for one in (problem, merged))
        if not alone.has_people:
            continue
        for model in (alone, together):
            model.limit_late_loads()
        bounds = [-model.solve(model.supplied_objective()).value for model in (alone, together)]
        assert bounds[1] >= bounds[0] - 1e-4
    models = [FlowModel(one, ends, prices) for one in (problem, merged)]
    if models[0].has_people:
        for model in models:
            model.count_waiting_within()
        waiting = [model.deprivation_bound(model.solve(model.deprivation_objective())) for model in models]
        assert waiting[1] <= waiting[0] + 1e-6 * max(1.0, waiting[0])
