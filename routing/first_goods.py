"""Promises of first goods: loads that are to keep them, stops that do, and townships that still wait."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from routing.loads import MARGIN_S, Cut, Loading, SpareStock, joined
from routing.problem import DispatchProblem, Flags, Floats
from routing.relaxation import first_load_s, unloaded_s
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

    It is a share of what the site lacks and a basket at the least, but no more than BATCH_KG, or than half of
    what the smallest vehicle takes of the mode that takes most there. Anything would keep the promise; a
    single bottle helps nobody.
    """
    most = np.zeros(len(problem.site_ids))
    for mode in problem.modes:
        payload_kg = problem.payload_kg[problem.vehicle_type[problem.vehicles_of(mode)]].min()
        most = np.maximum(most, np.where(problem.reach(mode).any(axis=0), payload_kg / 2, 0.0))
    basket_kg = float(problem.per_person[problem.essential] @ problem.weight_kg[problem.essential])
    lacking_kg = problem.to_deliver @ problem.weight_kg
    kg = np.minimum(np.maximum(BATCH * lacking_kg, basket_kg), np.minimum(lacking_kg, BATCH_KG))
    return np.minimum(kg, most)


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
    return sum(promise.townships for promise in problem.first_goods) - kept


def soonest_first_goods_s(problem: DispatchProblem) -> Floats:
    """Second before which no plan unloads goods of each promise's sources at each site, (F, J).

    A limit for each site on its own, whatever else vehicles do; infinite where such goods never come.
    """
    promises, sources = problem.first_goods, len(problem.source_ids)
    ready_s, supply = np.full(sources, np.inf), problem.supply
    some = supply.quantity > 0
    np.minimum.at(ready_s, supply.source[some], supply.available_s[some])
    soonest_s = np.full((len(promises), len(problem.site_ids)), np.inf)
    columns = (problem.vehicle_type, problem.vehicle_source, problem.vehicle_until_s)
    alike, group = np.unique(np.stack(columns), axis=1, return_inverse=True)
    for number, (kind, only, until_s) in enumerate(alike.T.tolist() if promises else ()):
        carried = problem.stock[:, problem.carried_by(np.array([kind]))[0]].any(axis=1)
        loads = carried & ((only < 0) | (np.arange(sources) == only))
        first_s = np.maximum(first_load_s(problem, kind, group.reshape(-1) == number), ready_s)
        loaded_s = np.full((len(promises), problem.travel_s.shape[1]), np.inf)
        for row, promise in zip(loaded_s, promises, strict=True):
            row[:sources] = np.where(promise.source & loads, first_s + problem.stop_s[kind], np.inf)
        there_s = unloaded_s(problem, kind, loaded_s)
        soonest_s = np.minimum(soonest_s, np.where(there_s <= until_s, there_s, np.inf))
    return soonest_s


def with_promises(loading: Loading, cut: Cut, free: Flags) -> Cut:
    """The loads, one of them for each promise and township whose goods can be there in time.

    It is one that a source of the promise keeps the stock for, a batch at the least, that which can be there
    soonest; else a batch out of the heaviest of the `free` ones (L,) of which such a source can spare that
    much: a load of its own behind all others. Where there is none, the township waits.
    """
    if not loading.problem.first_goods or not len(cut.site):
        return cut
    promising = _Promising(loading, cut, free)
    for number, promise in enumerate(loading.problem.first_goods):
        for township in range(promise.townships):
            promising.promise(number, township)
    return promising.cut


def _soonest_s(problem: DispatchProblem, least_kg: Floats) -> Floats:
    """Second before which no batch of each source is unloaded at each site by any one leg, (I, J).

    Of the types that carry the least kg of the site, (J,).
    """
    soonest_s = np.full((len(problem.source_ids), len(problem.site_ids)), np.inf)
    for kind in np.unique(problem.vehicle_type).tolist():
        legs_s = problem.least_s[kind, : len(soonest_s)][:, problem.site_point]
        loaded_s = first_load_s(problem, kind) + problem.stop_s[kind]
        there_s = loaded_s[:, None] + legs_s + problem.stop_s[kind]
        carries = problem.payload_kg[kind] >= least_kg
        soonest_s = np.minimum(soonest_s, np.where(carries, there_s, np.inf))
    return np.where(problem.stocked[:, None], soonest_s, np.inf)


class _Promising:
    """Loads that are made to keep promises, one after the other."""

    def __init__(self, loading: Loading, cut: Cut, free: Flags) -> None:
        problem = loading.problem
        self.loading, self.free = loading, free
        self.cut = Cut(cut.site, cut.home.copy(), cut.units.copy(), cut.promise.copy())
        self.batch_kg = batch_kg(problem)
        self.soonest_s = _soonest_s(problem, self.batch_kg)
        self.stock = SpareStock(loading.sources)
        for home, units in zip(cut.home.tolist(), cut.units[:, loading.items], strict=True):
            self.stock.keep(home, units)
        self.spare = np.zeros_like(problem.stock)
        """Units that each yard can spare from its first wave on, (I, K)."""
        for yard in range(len(problem.source_ids)):
            self._count_spare(yard)

    def promise(self, number: int, township: int) -> None:
        """Let one load of the township keep the promise, if none does and there is one that can."""
        promises, cut = self.loading.problem.first_goods, self.cut
        promise = promises[number]
        here = promise.township[cut.site] == township
        # what keeps an earlier promise of some of the sources keeps this one
        alike = [place for place in range(number) if promise.source[promises[place].source].all()]
        if np.isin(cut.promise[here], [number, *alike]).any():
            return
        kg = cut.units @ self.loading.problem.weight_kg
        due_s = promise.due_s - MARGIN_S
        mine = np.flatnonzero(here & (cut.promise < 0) & (kg >= self.batch_kg[cut.site]))
        yards = self.loading.sources.yard[cut.home[mine]]
        there_s = np.where(promise.source[yards], self.soonest_s[yards, cut.site[mine]], np.inf)
        if (there_s <= due_s).any():
            cut.promise[mine[np.argmin(there_s)]] = number
            return
        free = np.flatnonzero(here & self.free)
        for load in free[np.argsort(-kg[free], kind="stable")].tolist():
            can = promise.source & (self.soonest_s[:, cut.site[load]] <= due_s)
            if self._give_batch(load, can, number):
                return

    def _give_batch(self, load: int, can: Flags, number: int) -> bool:
        """Take a batch out of a load, for the soonest of the yards that can (I,) and have one to spare."""
        cut, weight_kg = self.cut, self.loading.problem.weight_kg
        units = cut.units[load] if cut.promise[load] < 0 else cut.units[load] // 2
        parts = np.minimum(units, self.spare)
        least_kg = max(float(self.batch_kg[cut.site[load]]), NOTHING_KG)
        yards = np.flatnonzero(can & (parts @ weight_kg >= least_kg))
        if not len(yards):
            return False
        yard = int(yards[np.argmin(self.soonest_s[yards, cut.site[load]])])
        part = np.ceil(parts[yard] * (least_kg / float(parts[yard] @ weight_kg))).astype(np.int64)
        source, items = self.stock.begin[yard], self.loading.items
        self.stock.keep(int(cut.home[load]), -part[items])
        self.stock.keep(source, part[items])
        for changed in (yard, int(self.loading.sources.yard[cut.home[load]])):
            self._count_spare(changed)
        if (part == cut.units[load]).all():
            cut.home[load], cut.promise[load] = source, number
            return True
        cut.units[load] -= part
        batch = Cut(cut.site[[load]], np.array([source]), part[None], np.array([number]))
        self.cut, self.free = joined(cut, batch), np.append(self.free, self.free[load])
        return True

    def _count_spare(self, yard: int) -> None:
        rows = self.stock.left[self.stock.begin[yard] : self.stock.begin[yard + 1]]
        if len(rows):
            self.spare[yard, self.loading.items] = np.maximum(rows.min(axis=0), 0.0)
