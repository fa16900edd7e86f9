"""Sites merged into fewer, each as good as all of its members together: a smaller problem that allows more.

A bound of the merged problem is a bound of the problem itself: a group is as near as its nearest member,
hands out as fast as all of them, and shares all that stands or comes there.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from routing.problem import DispatchProblem, Floats, Ints, OnSite


def site_groups(problem: DispatchProblem, most: int) -> list[Ints]:
    """At most that many groups of sites, of those with people, alike in their drives from the sources.

    The group whose drives spread most is halved at the median until there are enough. Reachable sites are
    never with others. Sites without people are in no group.
    """
    sources, points = len(problem.source_ids), problem.site_point
    drive_s = problem.least_over_stops_s[:, :sources][:, :, points].min(axis=0, initial=np.inf)
    features = np.where(np.isfinite(drive_s), drive_s, float(problem.horizon_s)).T
    waiting = problem.people > 0
    groups = [np.flatnonzero(waiting & (problem.reachable == flag)) for flag in (True, False)]
    groups = [group for group in groups if len(group)]
    spread = [_spread(features, group) for group in groups]
    while len(groups) < min(most, int(waiting.sum())):
        widest = int(np.argmax(spread))
        group = groups.pop(widest)
        spread.pop(widest)
        axis = int(np.argmax(np.ptp(features[group], axis=0)))
        order = group[np.argsort(features[group, axis], kind="stable")]
        for half in (order[: len(order) // 2], order[len(order) // 2 :]):
            groups.append(half)
            spread.append(_spread(features, half))
    return sorted((np.sort(group) for group in groups), key=lambda group: int(group[0]))


def _spread(features: Floats, group: Ints) -> float:
    """How far a group's drives from one source differ at the most; below 0 for a single site."""
    return float(np.ptp(features[group], axis=0).max(initial=0.0)) if len(group) > 1 else -1.0


def merge_sites(problem: DispatchProblem, groups: Sequence[Ints]) -> DispatchProblem:
    """The problem with one site a group; what stands at a site beyond its own need is left out."""
    sources, sites = len(problem.source_ids), len(problem.site_ids)
    points = [
        *(np.array([source]) for source in range(sources)),
        *(group + sources for group in groups),
        *(np.array([base]) for base in range(sources + sites, problem.travel_s.shape[1])),
    ]
    held = np.minimum(problem.on_site_units, problem.need)
    units = np.array([held[group].sum(axis=0) for group in groups]).reshape(
        len(groups), len(problem.item_ids)
    )
    site, item = np.nonzero(units)
    moved = len(groups) - sites
    merged = replace(
        problem,
        site_ids=tuple(problem.site_ids[group[0]] for group in groups),
        people=np.array([problem.people[group].sum() for group in groups], dtype=np.int64),
        handout_per_s=np.array([problem.handout_per_s[group].sum() for group in groups]),
        need=np.array([problem.need[group].sum(axis=0) for group in groups], dtype=np.int64).reshape(
            units.shape
        ),
        on_site=OnSite(("",) * len(site), ("",) * len(site), site, item, units[site, item]),
        vehicle_base=problem.vehicle_base + moved,
        yards=replace(problem.yards, point=problem.yards.point + moved),
        travel_s=_least(problem.travel_s, points),
        travel_m=_least(problem.travel_m, points),
        spells=tuple(
            replace(spell, travel_s=_least(spell.travel_s, points), travel_m=_least(spell.travel_m, points))
            for spell in problem.spells
        ),
        first_goods=(),
    )
    # legs between groups are not shortest ways of any network: what is shorter over a stop is known before
    vars(merged)["least_over_stops_s"] = _least(problem.least_over_stops_s, points)
    return merged


def _least(legs: Floats, points: Sequence[Ints]) -> Floats:
    """Least leg between the members of two merged points, (T, P, P)."""
    starts = np.cumsum([0, *(len(point) for point in points[:-1])])
    order = np.concatenate(points)
    least = np.empty((len(legs), len(points), len(points)))
    for kind, ways in enumerate(legs):
        rows = np.stack([ways[point].min(axis=0) for point in points])
        least[kind] = np.minimum.reduceat(rows[:, order], starts, axis=1)
    return least
