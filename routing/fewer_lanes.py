"""Let few sources serve each site: exchange what sources owe sites until no lane can be spared.

A linear program does not mind how many sources a site's goods come from; vehicles do, for each is a stop.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

from routing.problem import DispatchProblem, Flags, Floats, Ints
from routing.tasks import Task

DETOUR_S = 900.0
"""Seconds that a stop more takes of a vehicle besides loading and unloading, about."""

Swap = tuple[NDArray[np.int64], int, NDArray[np.int64]]
"""Sites (N,), an item, and units of it (N,) that they get from the other of two sources from now on."""


def with_fewer_lanes(problem: DispatchProblem, tasks: Sequence[Task]) -> list[Task]:
    """The same units for every site from fewer sources each, no source owing more than it has.

    A lane, what one source owes one site by one mode, is given up if another source of its site takes it
    over, from stock that it owes nobody or in exchange with sites that both serve, and if what that costs in
    time on the road and in waiting for stock is less than a stop of a vehicle. Of what a site is owed by a
    mode, the sources that can bring it first bring what is wanted first.
    """
    spare = problem.stock.copy()
    for task in tasks:
        spare[task.source] -= task.units
    exchanged: list[Task] = []
    for mode in sorted({task.mode for task in tasks}):
        mine = [task for task in tasks if task.mode == mode]
        exchange = _Exchange(problem, mode, mine, spare)
        exchange.give_up_lanes()
        exchanged += exchange.tasks(mine)
    return exchanged


class _Exchange:
    """What sources owe sites by one mode, `owed` (I, J, K), and what they owe nobody, `spare` (I, K)."""

    def __init__(self, problem: DispatchProblem, mode: str, tasks: Sequence[Task], spare: Ints) -> None:
        self.problem, self.mode, self.spare = problem, mode, spare
        shape = (len(problem.source_ids), len(problem.site_ids), len(problem.item_ids))
        self.owed = np.zeros(shape, dtype=np.int64)
        for task in tasks:
            self.owed[task.source, task.site] += task.units
        self.serves: Flags = np.any(self.owed, axis=2)
        drive = problem.drive_s(mode)
        self.arrive_s = np.where(np.isfinite(drive), drive, float(problem.horizon_s))
        self.ready_s = _ready_s(problem)
        kinds = problem.vehicle_type[problem.vehicles_of(mode)]
        self.stop_kg_s = float(((2 * problem.stop_s[kinds] + DETOUR_S) * problem.payload_kg[kinds]).mean())
        self.moves = 0
        self.moved = np.zeros(shape[0], dtype=np.int64)
        """Number of the last move of each source, by which a lane is known that need not be tried again."""

    def give_up_lanes(self) -> None:
        """Give up lanes, the lightest first, of equal ones by source and site, until none can be."""
        tried = np.full(self.serves.shape, -1)
        gone = True
        while gone:
            gone = False
            source, site = np.nonzero(self.serves)
            grams = np.round(self.owed[source, site] @ self.problem.weight_kg, 3)
            for lane in np.lexsort((site, source, grams)).tolist():
                here = int(source[lane]), int(site[lane])
                others = np.flatnonzero(self.serves[:, here[1]])
                if self.serves[here] and self.moved[others].max() > tried[here]:
                    tried[here] = self.moves
                    gone |= self._give_up(*here, others)

    def _give_up(self, source: int, site: int, others: NDArray[np.int64]) -> bool:
        """Let another source of the site take the lane over, the one where that costs least."""
        best: tuple[float, int, list[Swap]] | None = None
        for other in others.tolist():
            found = None if other == source else self._exchange(source, site, other)
            if found is not None and found[0] < (self.stop_kg_s if best is None else best[0]):
                best = (found[0], other, found[1])
        if best is None:
            return False
        _, other, swaps = best
        self._move(source, other, np.array([site]), self.owed[source, site][None].copy())
        for sites, item, units in swaps:
            moved = np.zeros((len(sites), len(self.spare[0])), dtype=np.int64)
            moved[:, item] = units
            self._move(other, source, sites, moved)
        return True

    def _move(self, giver: int, taker: int, sites: NDArray[np.int64], units: Ints) -> None:
        """Let one source owe sites (N,) the units (N, K) that another owed them."""
        self.owed[giver, sites] -= units
        self.owed[taker, sites] += units
        self.spare[giver] += units.sum(axis=0)
        self.spare[taker] -= units.sum(axis=0)
        self.moves += 1
        self.moved[[giver, taker]] = self.moves
        self.serves[giver, sites] = self.owed[giver, sites].any(axis=1)

    def _exchange(self, source: int, site: int, other: int) -> tuple[float, list[Swap]] | None:
        """Cost in kg s of `other` taking the lane over, and what it leaves to the lane's source instead."""
        units, cost = self.owed[source, site], 0.0
        both = np.flatnonzero(self.serves[source] & self.serves[other])
        both = both[both != site]
        swaps: list[Swap] = []
        for item in np.flatnonzero(units).tolist():
            weight = float(self.problem.weight_kg[item])
            waits = float(self.ready_s[other, item] - self.ready_s[source, item])
            sooner = self.arrive_s[source] - self.arrive_s[other] - waits
            cost -= float(sooner[site]) * weight * int(units[item])
            short = int(units[item] - max(self.spare[other, item], 0))
            if short <= 0:
                continue
            sites = both[np.argsort(sooner[both], kind="stable")]
            left = self.owed[other, sites, item]
            taken = np.minimum(left, np.maximum(short - (np.cumsum(left) - left), 0))
            if int(taken.sum()) < short:
                return None
            used = taken > 0
            swaps.append((sites[used], item, taken[used]))
            cost += float(sooner[sites[used]] @ taken[used]) * weight
        return round(cost, 3), swaps

    def tasks(self, before: Sequence[Task]) -> Iterator[Task]:
        """What sources owe now, wanted when it was before."""
        by_site: dict[int, list[Task]] = {}
        for task in sorted(before, key=lambda task: task.due_s):
            by_site.setdefault(task.site, []).append(task)
        for site, wanted in sorted(by_site.items()):
            waiting = np.array([task.units for task in wanted])
            sources = np.flatnonzero(self.serves[:, site]).tolist()
            for _, source in sorted(self._first(source, site) for source in sources):
                left = self.owed[source, site].copy()
                for number, task in enumerate(wanted):
                    part = np.minimum(left, waiting[number])
                    left -= part
                    waiting[number] -= part
                    if part.any():
                        yield Task(source, site, self.mode, task.due_s, part)

    def _first(self, source: int, site: int) -> tuple[float, int]:
        """When goods of a source can be at a site, about."""
        items = self.owed[source, site] > 0
        return float(self.arrive_s[source, site] + self.ready_s[source, items].max()), source


def _ready_s(problem: DispatchProblem) -> Floats:
    """Second at which half of what a source has of an item is ready, (I, K)."""
    supply = problem.supply
    ready = np.zeros(problem.stock.shape)
    had = np.zeros(problem.stock.shape)
    for batch in np.argsort(supply.available_s, kind="stable").tolist():
        source, item = int(supply.source[batch]), int(supply.item[batch])
        if had[source, item] < problem.stock[source, item] / 2:
            ready[source, item] = max(int(supply.available_s[batch]), int(problem.source_ready_s[source]))
        had[source, item] += supply.quantity[batch]
    return ready
