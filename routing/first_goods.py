"""Promises of first goods: loads that are to keep them, stops that do, and townships that still wait."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import NamedTuple

import numpy as np

from routing.loads import Cut, Loading, SpareStock, joined
from routing.problem import DispatchProblem, Flags, Floats, Ints
from routing.relaxation import first_load_s
from routing.timeline import DrivenTrip

BATCH, BATCH_KG = 0.05, 200.0
"""Share by weight of what a site lacks that is a batch, and the most that is asked for."""

ROUNDED = 0.9
"""Share of a batch that is one still: programs of quantities are rounded to whole units."""

NOTHING_KG = 1e-9

Pair = tuple[int, int]
"""A promise and a township."""


class FirstStop(NamedTuple):
    """Where a batch of a promise is unloaded first in a township: the second, the trip and its stop."""

    second: int
    trip: int
    stop: int


def batch_kg(problem: DispatchProblem) -> Floats:
    """Least weight with which the plan means to keep a promise at each site, (J,).

    It is a share of what the site lacks, but no more than BATCH_KG, or than half of what the smallest vehicle
    takes of the mode that takes most there. Anything would keep the promise; a single bottle helps nobody.
    """
    most = np.zeros(len(problem.site_ids))
    for mode in problem.modes:
        payload_kg = problem.payload_kg[problem.vehicle_type[problem.vehicles_of(mode)]].min()
        most = np.maximum(most, np.where(problem.reach(mode).any(axis=0), payload_kg / 2, 0.0))
    kg: Floats = np.minimum(np.minimum(BATCH * (problem.to_deliver @ problem.weight_kg), BATCH_KG), most)
    return kg


def first_stops(problem: DispatchProblem, driven: Sequence[DrivenTrip]) -> dict[Pair, FirstStop]:
    """First stop of each promise and township that brings a batch of it, where there is one."""
    found: dict[Pair, FirstStop] = {}
    if not problem.first_goods:
        return found
    least_kg = ROUNDED * batch_kg(problem)
    for number, promise in enumerate(problem.first_goods):
        for place, done in enumerate(driven):
            if not promise.source[done.trip.source]:
                continue
            for at, (stop, second) in enumerate(zip(done.trip.stops, done.unloaded, strict=True)):
                pair, here = (number, int(promise.township[stop.site])), FirstStop(second, place, at)
                if pair[1] >= 0 and stop.units @ problem.weight_kg >= least_kg[stop.site]:
                    found[pair] = min(found.get(pair, here), here)
    return found


def townships_missed(problem: DispatchProblem, driven: Sequence[DrivenTrip]) -> int:
    """Townships that wait for first goods when they are due, summed over the promises."""
    kept = sum(
        first.second <= problem.first_goods[number].due_s
        for (number, _), first in first_stops(problem, driven).items()
    )
    return sum(int(promise.township.max(initial=-1)) + 1 for promise in problem.first_goods) - kept


def with_promises(loading: Loading, cut: Cut, free: Flags) -> Cut:
    """The loads, one of them for each promise and township whose goods can be there in time.

    Each is a batch at the least. It is one that a source of the promise keeps the stock for, that which can
    be there soonest; else one of the `free` ones (L,), the lightest that such a source can spare, which keeps
    it from now on; else half of one that is for another promise; else a batch of what such a source has of
    any of them. Parts of loads stand behind all others. Where there is nothing, the township waits.
    """
    if not loading.problem.first_goods or not len(cut.site):
        return cut
    own = replace(cut, **{name: column.copy() for name, column in vars(cut).items()})
    promising = _Promising(loading, own, free)
    for number, promise in enumerate(loading.problem.first_goods):
        for township in range(int(promise.township.max(initial=-1)) + 1):
            promising.promise(number, township)
    return promising.cut


def _soonest_s(problem: DispatchProblem) -> Floats:
    """Second before which no goods of each source are unloaded at each site by any one leg, (I, J)."""
    soonest_s = np.full((len(problem.source_ids), len(problem.site_ids)), np.inf)
    for kind in np.unique(problem.vehicle_type).tolist():
        legs_s = problem.least_s[kind, : len(soonest_s)][:, problem.site_point]
        loaded_s = first_load_s(problem, kind) + problem.stop_s[kind]
        soonest_s = np.minimum(soonest_s, loaded_s[:, None] + legs_s + problem.stop_s[kind])
    return np.where(problem.stocked[:, None], soonest_s, np.inf)


class _Promising:
    """Loads that are made to keep promises, one after the other."""

    def __init__(self, loading: Loading, cut: Cut, free: Flags) -> None:
        problem = loading.problem
        self.loading, self.cut, self.free = loading, cut, free
        self.soonest_s, self.batch_kg = _soonest_s(problem), batch_kg(problem)
        self.stock = SpareStock(loading.sources)
        for home, units in zip(cut.home.tolist(), cut.units[:, loading.items], strict=True):
            self.stock.keep(home, units)

    def promise(self, number: int, township: int) -> None:
        """Let one load of the township keep the promise, if it has none and there is one that can."""
        promise, cut = self.loading.problem.first_goods[number], self.cut
        here = promise.township[cut.site] == township
        if (cut.promise[here] == number).any():
            return
        in_time = promise.source[:, None] & (self.soonest_s <= promise.due_s)
        can_s: Floats = np.where(in_time, self.soonest_s, np.inf)
        heavy = cut.units @ self.loading.problem.weight_kg >= self.batch_kg[cut.site]
        mine = np.flatnonzero(here & (cut.promise < 0) & heavy)
        there_s = can_s[self.loading.sources.yard[cut.home[mine]], cut.site[mine]]
        if np.isfinite(there_s).any():
            cut.promise[mine[np.argmin(there_s)]] = number
            return
        free = np.flatnonzero(here & self.free)
        wholes = [(load, cut.units[load]) for load in self._by_weight(free[cut.promise[free] < 0])]
        halves = [(load, cut.units[load] // 2) for load in self._by_weight(free[cut.promise[free] >= 0])]
        enough = [
            (load, units)
            for load, units in wholes + halves
            if self._kg(units) >= self.batch_kg[cut.site[load]]
        ]
        for load, units in enough:
            source = self._spared(units, can_s[:, cut.site[load]])
            if source is not None:
                self._move(load, units, source, number)
                return
        for load, units in enough:
            for yard in np.flatnonzero(np.isfinite(can_s[:, cut.site[load]])).tolist():
                part = np.minimum(units, self._left(yard))
                share = self.batch_kg[cut.site[load]] / max(self._kg(part), NOTHING_KG)
                if share <= 1.0:
                    part = np.ceil(share * part).astype(np.int64)
                    self._move(load, part, self.stock.begin[yard], number)
                    return

    def _kg(self, units: Ints) -> float:
        return float(units @ self.loading.problem.weight_kg)

    def _by_weight(self, loads: Ints) -> list[int]:
        """The lightest first."""
        weight_kg = self.cut.units[loads] @ self.loading.problem.weight_kg
        order: list[int] = loads[np.argsort(weight_kg, kind="stable")].tolist()
        return order

    def _spared(self, units: Ints, there_s: Floats) -> int | None:
        """Source of the first yard in time, `there_s` (I,), that can spare the units (K,), if any."""
        for yard in np.argsort(there_s, kind="stable")[: int(np.isfinite(there_s).sum())].tolist():
            source = self.stock.first_source(yard, units[self.loading.items])
            if source is not None and units.any():
                return source
        return None

    def _left(self, yard: int) -> Ints:
        """Units of each item that a yard can spare from the beginning, (K,)."""
        rows = self.stock.left[self.stock.begin[yard] : self.stock.begin[yard + 1]]
        left = np.zeros(len(self.loading.items), dtype=np.int64)
        left[self.loading.items] = np.maximum(rows.min(axis=0), 0.0) if len(rows) else 0.0
        return left

    def _move(self, load: int, units: Ints, source: int, number: int) -> None:
        """Let the source keep these units of a load, which are for the promise; the rest stays as it was."""
        cut, items = self.cut, self.loading.items
        self.stock.keep(int(cut.home[load]), -units[items])
        self.stock.keep(source, units[items])
        if (units < cut.units[load]).any():
            cut.units[load] -= units
            part = Cut(cut.site[[load]], np.array([source]), units[None], np.array([number]))
            self.cut, self.free = joined(cut, part), np.append(self.free, self.free[load])
        else:
            cut.home[load], cut.promise[load] = source, number
