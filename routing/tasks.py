"""Turn the fractional flow of the allocation into whole units that one source owes one site."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from routing.allocation import Flow
from routing.problem import DispatchProblem, Ints


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
    running: defaultdict[tuple[int, int, str, int], float] = defaultdict(float)
    given: defaultdict[tuple[int, int, str, int], int] = defaultdict(int)
    entries = zip(
        flow.due_s.tolist(),
        flow.source.tolist(),
        flow.site.tolist(),
        flow.mode.tolist(),
        flow.item.tolist(),
        flow.units.tolist(),
        strict=True,
    )
    for due, source, site, mode, item, units in sorted(entries):
        key = (source, site, mode, item)
        running[key] += units
        # up, so that the last person of a site does not wait for the last bottle
        wanted = math.ceil(running[key] - 1e-6) - given[key]
        whole = int(min(wanted, stock[source, item], need[site, item]))
        given[key] += whole
        owed[due, source, site, mode][item] += whole
        stock[source, item] -= whole
        need[site, item] -= whole
    essential = np.flatnonzero(problem.essential).tolist()
    for task in _nearest_first(problem, stock, need, essential):
        owed[task.due_s, task.source, task.site, task.mode] += task.units
    return [
        Task(source, site, mode, due, units)
        for (due, source, site, mode), units in sorted(owed.items())
        if units.any()
    ]


def extra_tasks(problem: DispatchProblem, loaded: Ints) -> list[Task]:
    """Tasks for the items that no basket waits for, from what is left after `loaded` (I, K) units."""
    extras = np.flatnonzero(~problem.essential).tolist()
    return list(_nearest_first(problem, problem.stock - loaded, problem.to_deliver.copy(), extras))


def _nearest_first(problem: DispatchProblem, stock: Ints, need: Ints, items: Iterable[int]) -> Iterable[Task]:
    """Serve each site's rest from the nearest source that has some; changes `stock` and `need`."""
    for mode in problem.modes:
        drive = problem.drive_s(mode)
        reach = problem.reach(mode)
        for item in items:
            for site in np.flatnonzero(need[:, item] > 0).tolist():
                for source in np.argsort(drive[:, site], kind="stable").tolist():
                    units = int(min(stock[source, item], need[site, item]))
                    if units <= 0 or not reach[source, site]:
                        continue
                    stock[source, item] -= units
                    need[site, item] -= units
                    vector = np.zeros(len(problem.item_ids), dtype=np.int64)
                    vector[item] = units
                    yield Task(source, site, mode, problem.horizon_s, vector)
