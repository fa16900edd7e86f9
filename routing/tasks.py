"""Turn the fractional flow of the allocation into whole units that one source owes one site."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass

import numpy as np

from routing.allocation import Flow
from routing.problem import DispatchProblem, Ints

Lane = tuple[int, int, str]
"""Source, site and mode."""

SLIVER = 0.02
"""Lanes that carry less than this share of the smallest vehicle are left to sources that serve the site."""


@dataclass(frozen=True)
class Task:
    """Units of every item (K,) that a source sends to a site by a mode, wanted there by `due_s`."""

    source: int
    site: int
    mode: str
    due_s: int
    units: Ints


def essential_tasks(problem: DispatchProblem, flow: Flow) -> list[Task]:
    """Whole-unit tasks that follow the flow, then whatever stock and need the flow leaves over.

    Rounding is by running totals, so that the units of a source, site and item stay within one of the
    flow's. No source owes more than its stock, no site gets more than its need.
    """
    owed: defaultdict[tuple[int, int, int, str], Ints] = defaultdict(
        lambda: np.zeros(len(problem.item_ids), dtype=np.int64)
    )
    stock, need = problem.stock.copy(), problem.to_deliver.copy()
    running: defaultdict[tuple[Lane, int], float] = defaultdict(float)
    given: defaultdict[tuple[Lane, int], int] = defaultdict(int)
    served: set[Lane] = set()
    for due, lane, item, units in _worthwhile(problem, flow):
        source, site, mode = lane
        running[lane, item] += units
        # up, so that the last person of a site does not wait for the last bottle
        wanted = math.ceil(running[lane, item] - 1e-6) - given[lane, item]
        whole = int(min(wanted, stock[source, item], need[site, item]))
        given[lane, item] += whole
        owed[due, source, site, mode][item] += whole
        stock[source, item] -= whole
        need[site, item] -= whole
        served.add(lane)
    essential = np.flatnonzero(problem.essential).tolist()
    for task in _nearest_first(problem, stock, need, essential, served):
        owed[task.due_s, task.source, task.site, task.mode] += task.units
    return [
        Task(source, site, mode, due, units)
        for (due, source, site, mode), units in sorted(owed.items())
        if units.any()
    ]


def _worthwhile(problem: DispatchProblem, flow: Flow) -> list[tuple[int, Lane, int, float]]:
    """Entries (due, lane, item, units) of the lanes that carry more than a sliver of a vehicle, by time.

    The flow knows no whole units: those that no vehicle of its mode carries are left to other modes.
    """
    lanes: list[Lane] = list(zip(flow.source.tolist(), flow.site.tolist(), flow.mode.tolist(), strict=True))
    weight: defaultdict[Lane, float] = defaultdict(float)
    for lane, kg in zip(lanes, (flow.units * problem.weight_kg[flow.item]).tolist(), strict=True):
        weight[lane] += kg
    smallest = {
        mode: float(problem.payload_kg[problem.vehicle_type[problem.vehicles_of(mode)]].min())
        for mode in problem.modes
    }
    entries = zip(flow.due_s.tolist(), lanes, flow.item.tolist(), flow.units.tolist(), strict=True)
    carries = {mode: problem.carries(mode) for mode in problem.modes}
    return sorted(
        (due, lane, item, units)
        for due, lane, item, units in entries
        if weight[lane] >= SLIVER * smallest[lane[2]] and carries[lane[2]][item]
    )


def rest_tasks(problem: DispatchProblem, loaded: Ints, brought: Ints, *, essential: bool) -> list[Task]:
    """Tasks for what the trips so far leave over of the essential items, or of the others.

    Args:
        problem: The situation.
        loaded: Units that trips take from each source, (I, K).
        brought: Units that trips bring to each site, (J, K).
        essential: Whether the rest of the essential items is meant, or that of the others.
    """
    items = np.flatnonzero(problem.essential == essential).tolist()
    need = np.maximum(problem.to_deliver - brought, 0)
    return list(_nearest_first(problem, problem.stock - loaded, need, items, set()))


def _nearest_first(
    problem: DispatchProblem, stock: Ints, need: Ints, items: Iterable[int], served: Collection[Lane]
) -> Iterable[Task]:
    """Serve each site's rest, from sources that serve it already, then from the nearest.

    Changes `stock` and `need`.
    """
    serving: defaultdict[tuple[int, str], list[int]] = defaultdict(list)
    for source, site, mode in served:
        serving[site, mode].append(source)
    for mode in problem.modes:
        drive = problem.drive_s(mode)
        reach, carries = problem.reach(mode), problem.carries(mode)
        for item in (item for item in items if carries[item]):
            for site in np.flatnonzero(need[:, item] > 0).tolist():
                new = np.ones(len(drive), dtype=bool)
                new[serving[site, mode]] = False
                having = np.flatnonzero((stock[:, item] > 0) & reach[:, site])
                for source in having[np.lexsort((drive[having, site], new[having]))].tolist():
                    units = int(min(stock[source, item], need[site, item]))
                    if units <= 0:
                        break
                    stock[source, item] -= units
                    need[site, item] -= units
                    vector = np.zeros(len(problem.item_ids), dtype=np.int64)
                    vector[item] = units
                    yield Task(source, site, mode, problem.horizon_s, vector)
