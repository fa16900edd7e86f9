"""Let few sources serve each site: exchange what sources owe sites until no lane can be spared.

A linear program does not mind how many sources a site's goods come from; vehicles do, for each is a stop.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

import numpy as np

from routing.problem import DispatchProblem, Floats, Ints
from routing.tasks import Lane, Task

DETOUR_S = 900.0
"""Seconds that a stop more takes of a vehicle besides loading and unloading, about."""

Owed = dict[int, Ints]
"""Units of every item (K,) by when they are wanted."""


def with_fewer_lanes(problem: DispatchProblem, tasks: Sequence[Task]) -> list[Task]:
    """The same units for every site from fewer sources each, no source owing more than it has.

    A lane is given up if another source of its site takes it over, from stock that it owes nobody or in
    exchange with a site that both serve, and if what that costs in time on the road and in waiting for stock
    is less than a stop of a vehicle.
    """
    return _Exchange(problem, tasks).tasks()


class _Exchange:
    def __init__(self, problem: DispatchProblem, tasks: Sequence[Task]) -> None:
        self.problem = problem
        self.lanes: dict[Lane, Owed] = {}
        self.spare = problem.stock.copy()
        for task in tasks:
            owed = self.lanes.setdefault((task.source, task.site, task.mode), {})
            owed[task.due_s] = owed.get(task.due_s, 0) + task.units
            self.spare[task.source] -= task.units
        self.late_s = {mode: problem.drive_s(mode) for mode in problem.modes}
        self.ready_s = _ready_s(problem)
        self.stop_kg_s = {mode: self._stop_kg_s(mode) for mode in problem.modes}

    def _stop_kg_s(self, mode: str) -> float:
        """What a stop ties down: seconds times the payload of the mode's vehicles on average."""
        kinds = self.problem.vehicle_type[self.problem.vehicles_of(mode)]
        return float(((2 * self.problem.stop_s[kinds] + DETOUR_S) * self.problem.payload_kg[kinds]).mean())

    def tasks(self) -> list[Task]:
        """Give up lanes, the lightest first, until none can be."""
        gone = True
        while gone:
            gone = False
            for lane in sorted(self.lanes, key=lambda one: (self._kg(one), one)):
                gone |= lane in self.lanes and self._give_up(lane)
        return [
            Task(source, site, mode, due, units)
            for (source, site, mode), owed in sorted(self.lanes.items())
            for due, units in sorted(owed.items())
        ]

    def _units(self, lane: Lane) -> Ints:
        total: Ints = np.sum(list(self.lanes[lane].values()), axis=0)
        return total

    def _kg(self, lane: Lane) -> float:
        return float(self._units(lane) @ self.problem.weight_kg)

    def _give_up(self, lane: Lane) -> bool:
        """Let another source of the site take the lane over, the one where that costs least."""
        source, site, mode = lane
        best: tuple[float, int, list[tuple[int, int, int]]] | None = None
        for other in sorted(one[0] for one in self.lanes if one[1:] == lane[1:] and one != lane):
            found = self._exchange(lane, other)
            if found is not None and found[0] < self.stop_kg_s[mode] and (best is None or found[0] < best[0]):
                best = (found[0], other, found[1])
        if best is None:
            return False
        _, other, swaps = best
        units = self._units(lane)
        for due, wanted in self.lanes.pop(lane).items():
            taker = self.lanes[other, site, mode]
            taker[due] = taker.get(due, 0) + wanted
        self.spare[source] += units
        self.spare[other] -= units
        for swapped, item, number in swaps:
            self._shift((other, swapped, mode), (source, swapped, mode), item, number)
            self.spare[other, item] += number
            self.spare[source, item] -= number
        return True

    def _exchange(self, lane: Lane, other: int) -> tuple[float, list[tuple[int, int, int]]] | None:
        """Cost in kg s of `other` taking a lane over, and (site, item, units) it leaves to the lane's source."""
        source, site, mode = lane
        units, cost = self._units(lane), 0.0
        swaps: list[tuple[int, int, int]] = []
        for item in np.flatnonzero(units).tolist():
            short = int(units[item] - max(self.spare[other, item], 0))
            cost += self._later(other, source, site, item, mode) * int(units[item])
            if short <= 0:
                continue
            shared = [
                one[1]
                for one in self.lanes
                if one[0] == other
                and one[2] == mode
                and one[1] != site
                and (source, one[1], mode) in self.lanes
            ]
            for swapped in sorted(shared, key=lambda at: (self._later(source, other, at, item, mode), at)):
                number = min(short, int(self._units((other, swapped, mode))[item]))
                if number > 0:
                    swaps.append((swapped, item, number))
                    cost += self._later(source, other, swapped, item, mode) * number
                    short -= number
                if short == 0:
                    break
            if short > 0:
                return None
        return cost, swaps

    def _later(self, new: int, old: int, site: int, item: int, mode: str) -> float:
        """Kg s a unit by which goods come later from one source than from another."""
        drive, ready = self.late_s[mode], self.ready_s
        seconds = drive[new, site] + ready[new, item] - drive[old, site] - ready[old, item]
        return float(seconds * self.problem.weight_kg[item])

    def _shift(self, giver: Lane, taker: Lane, item: int, number: int) -> None:
        """Move units of an item from one lane to another, those wanted last first."""
        for due in sorted(self.lanes[giver], reverse=True):
            moved = min(number, int(self.lanes[giver][due][item]))
            if moved > 0:
                self.lanes[giver][due] = self.lanes[giver][due].copy()
                self.lanes[giver][due][item] -= moved
                units = np.zeros(len(self.problem.item_ids), dtype=np.int64)
                units[item] = moved
                self.lanes[taker][due] = self.lanes[taker].get(due, 0) + units
                number -= moved
        if not self._units(giver).any():
            del self.lanes[giver]


def _ready_s(problem: DispatchProblem) -> Floats:
    """Second at which half of what a source has of an item is ready, (I, K)."""
    by_pair: defaultdict[tuple[int, int], list[tuple[int, int]]] = defaultdict(list)
    supply = problem.supply
    for source, item, quantity, second in zip(
        supply.source.tolist(), supply.item.tolist(), supply.quantity.tolist(), supply.available_s.tolist()
    ):
        by_pair[source, item].append((second, quantity))
    ready = np.zeros(problem.stock.shape)
    for (source, item), batches in by_pair.items():
        half, had = sum(quantity for _, quantity in batches) / 2, 0
        for second, quantity in sorted(batches):
            had += quantity
            if had >= half:
                ready[source, item] = max(second, int(problem.source_ready_s[source]))
                break
    return ready
