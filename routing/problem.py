"""One dispatch problem as arrays: all that allocation and dispatch get to see."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Flags = NDArray[np.bool_]


@dataclass(frozen=True)
class Supply:
    """Usable stock, one entry a lot, in the order in which lots are issued (FEFO; batches by readiness).

    Shapes: all (L,). `source` indexes the problem's sources, `item` its items; `available_s` is the second
    from which the lot can be loaded.
    """

    lot_ids: tuple[str, ...]
    source: Ints
    item: Ints
    quantity: Ints
    available_s: Ints
    expires_on: tuple[str, ...]


@dataclass(frozen=True)
class OnSite:
    """Stock that stands where people are, handed out without a vehicle: one entry a lot and site."""

    lot_ids: tuple[str, ...]
    warehouse_ids: tuple[str, ...]
    site: Ints
    item: Ints
    quantity: Ints


@dataclass(frozen=True)
class Yards:
    """Bases that vehicles of one type can be called out from, however many stand there now: all (R,).

    They tell where the region's vehicles could go at all; all else is that of its vehicles, as in
    `DispatchProblem`.
    """

    point: Ints
    type: Ints
    ready_s: Ints
    until_s: Ints
    source: Ints
    returns: Flags
    drive_s: Floats


@dataclass(frozen=True)
class Spell:
    """A stretch of the plan in which roads are open, or faster, that are not so throughout.

    A leg that leaves at `from_s` or later and arrives by `until_s` may take `travel_s` seconds and `travel_m`
    metres, both (T, P, P), infinite where a type cannot go.
    """

    from_s: int
    until_s: int
    travel_s: Floats
    travel_m: Floats


@dataclass(frozen=True)
class FirstGoods:
    """A promise: goods of some of the sources have been unloaded in every township by a second.

    `source` (I,) says of which; `township` (J,) numbers the township of each site with people, -1 elsewhere.
    """

    due_s: int
    source: Flags
    township: Ints

    @property
    def townships(self) -> int:
        """How many townships wait."""
        return int(self.township.max(initial=-1)) + 1


@dataclass(frozen=True)
class DispatchProblem:
    """Who waits where, what stands where, what can carry it, and how long every leg takes.

    Index spaces: I sources, J sites, K items of the basket, V vehicles, T vehicle types, G targets. Points
    P number the sources first, then the sites, then the bases. Times are whole seconds from the dispatch
    order, weights kg, volumes m3, distances m; `travel_s` and `travel_m` (T, P, P) are infinite where a
    type cannot go. They are those of the roads that are open throughout the plan, which any leg may take;
    `spells` are the stretches of time in which more is open (none where the roads stay as they are).

    A vehicle leaves its base from `vehicle_ready_s` and has unloaded by `vehicle_until_s`; if it
    `vehicle_returns`, it is back at its base by then as well. It loads at the source `vehicle_source` only
    (-1: at any), and its ways, that way back with them, take `vehicle_drive_s` at most (inf: no limit).
    """

    source_ids: tuple[str, ...]
    site_ids: tuple[str, ...]
    item_ids: tuple[str, ...]
    vehicle_ids: tuple[str, ...]
    type_ids: tuple[str, ...]
    people: Ints
    handout_per_s: Floats
    per_person: Floats
    essential: Flags
    weight_kg: Floats
    volume_m3: Floats
    need: Ints
    supply: Supply
    on_site: OnSite
    docks: Ints
    dock_kg_per_s: Floats
    source_ready_s: Ints
    vehicle_type: Ints
    vehicle_base: Ints
    vehicle_ready_s: Ints
    vehicle_until_s: Ints
    vehicle_source: Ints
    vehicle_returns: Flags
    vehicle_drive_s: Floats
    yards: Yards
    type_mode: tuple[str, ...]
    payload_kg: Floats
    load_volume_m3: Floats
    stop_s: Ints
    unload_kg_per_s: Floats
    cost_per_km: Floats
    cost_per_h: Floats
    travel_s: Floats
    travel_m: Floats
    target_s: tuple[int, ...]
    horizon_s: int
    spells: tuple[Spell, ...] = ()
    first_goods: tuple[FirstGoods, ...] = ()

    @cached_property
    def on_site_units(self) -> Ints:
        """Units handed out without a vehicle, (J, K)."""
        units = np.zeros((len(self.site_ids), len(self.item_ids)), dtype=np.int64)
        np.add.at(units, (self.on_site.site, self.on_site.item), self.on_site.quantity)
        return units

    @cached_property
    def to_deliver(self) -> Ints:
        """Units that vehicles would have to bring for every need to be met, (J, K)."""
        rest: Ints = np.maximum(self.need - self.on_site_units, 0)
        return rest

    @cached_property
    def stock(self) -> Ints:
        """Units that vehicles can load over the whole horizon, (I, K)."""
        units = np.zeros((len(self.source_ids), len(self.item_ids)), dtype=np.int64)
        in_time = self.supply.available_s < self.horizon_s
        np.add.at(
            units,
            (self.supply.source[in_time], self.supply.item[in_time]),
            self.supply.quantity[in_time],
        )
        return units

    @cached_property
    def site_point(self) -> Ints:
        """Point of each site, (J,)."""
        return np.arange(len(self.site_ids)) + len(self.source_ids)

    @cached_property
    def modes(self) -> tuple[str, ...]:
        """Modes that have at least one vehicle, sorted."""
        return tuple(sorted({self.type_mode[kind] for kind in self.vehicle_type.tolist()}))

    def vehicles_of(self, mode: str) -> Ints:
        """Indices of the vehicles of one mode."""
        kinds = np.array([kind == mode for kind in self.type_mode], dtype=bool)
        return np.flatnonzero(kinds[self.vehicle_type]) if len(self.vehicle_type) else np.zeros(0, np.int64)

    def carries(self, mode: str) -> Flags:
        """Items of which some vehicle of the mode carries a unit, (K,)."""
        found: Flags = np.any(self.carried_by(self.vehicle_type[self.vehicles_of(mode)]), axis=0)
        return found

    def carried_by(self, kinds: Ints) -> Flags:
        """Items of which each of these types (N,) carries a unit, (N, K)."""
        light: Flags = self.weight_kg <= self.payload_kg[kinds, None]
        return light & (self.volume_m3 <= self.load_volume_m3[kinds, None])

    @cached_property
    def _least(self) -> tuple[Floats, Floats]:
        """Least seconds at any time and the metres of that way, both (T, P, P)."""
        seconds, metres = self.travel_s, self.travel_m
        for spell in self.spells:
            faster = spell.travel_s < seconds
            seconds = np.where(faster, spell.travel_s, seconds)
            metres = np.where(faster, spell.travel_m, metres)
        return seconds, metres

    @property
    def least_s(self) -> Floats:
        """Least travel time at any time of the plan, (T, P, P); infinite where no way is ever open."""
        return self._least[0]

    @property
    def least_m(self) -> Floats:
        """Metres of the way of `least_s`, (T, P, P)."""
        return self._least[1]

    @cached_property
    def least_over_stops_s(self) -> Floats:
        """Least travel time over any stops, each leg at another time of the plan, (T, P, P)."""
        least_s: Floats = self.least_s
        together = (self.travel_s, *(spell.travel_s for spell in self.spells))
        if any(np.array_equal(ways_s, least_s) for ways_s in together):
            return least_s  # shortest ways that are all open at one time: none is shorter over a stop
        least_s = least_s.copy()
        for stop in range(least_s.shape[1]):
            np.minimum(least_s, least_s[:, :, stop, None] + least_s[:, stop, None, :], out=least_s)
        return least_s

    def drive_s(self, mode: str) -> Floats:
        """Least seconds from each source to each site by any vehicle of the mode, at any time, (I, J)."""
        return self._fastest(mode, self.least_s[:, : len(self.source_ids), self._sites])

    def back_s(self, mode: str) -> Floats:
        """Least seconds from each site to each source by any vehicle of the mode, at any time, (J, I)."""
        return self._fastest(mode, self.least_s[:, self._sites, : len(self.source_ids)])

    def _fastest(self, mode: str, legs: Floats) -> Floats:
        """Least of legs (T, A, B) by a type of the mode that has a vehicle, (A, B)."""
        kinds = np.unique(self.vehicle_type[self.vehicles_of(mode)])
        fastest: Floats = legs[kinds].min(axis=0, initial=np.inf)
        return fastest

    @property
    def _sites(self) -> slice:
        """Where the points of the sites stand among all."""
        return slice(len(self.source_ids), len(self.source_ids) + len(self.site_ids))

    @cached_property
    def stocked(self) -> Flags:
        """Sources from which vehicles can load anything over the horizon, (I,)."""
        stocked: Flags = np.any(self.stock, axis=1)
        return stocked

    def reach(self, mode: str, stocked: Flags | None = None) -> Flags:
        """Whether the mode brings goods from source to site: stock and a vehicle get there, (I, J).

        `stocked` are the sources that hold goods, by default those that do in this problem.
        """
        mine = self.vehicles_of(mode)
        standing = (self.vehicle_type[mine], self.vehicle_base[mine])
        ways = self._ways(*standing, self.vehicle_source[mine], self.vehicle_returns[mine])
        holding = self.stocked if stocked is None else stocked
        return ways & holding[:, None]

    def _ways(self, kinds: Ints, bases: Ints, only_sources: Ints, returns_too: Flags) -> Flags:
        """Whether any of the vehicles comes from its base over the source to the site, (I, J).

        And back to its base if it must, each leg at any time. The arguments are those of each vehicle, (N,).
        """
        sources = len(self.source_ids)
        found = np.zeros((sources, len(self.site_ids)), dtype=bool)
        columns = (kinds, bases, only_sources, returns_too)
        alike = set(zip(*(column.tolist() for column in columns), strict=True))
        for kind, base, only, returns in sorted(alike):
            legs = self.least_s[kind]
            called = np.isfinite(legs[base, :sources]) & ((only < 0) | (np.arange(sources) == only))
            served = np.isfinite(legs[:sources, self._sites])
            if returns:
                served &= np.isfinite(legs[self._sites, base])
            found |= called[:, None] & served
        return found

    @cached_property
    def reachable(self) -> Flags:
        """Sites to which a way is open from a base over a loading point, by any type the region has, (J,).

        For vehicles that must return, a way back to the base as well. A way counts if it is ever open.

        Neither stock nor the number of vehicles counts: who gets nothing for lack of them is short, not cut
        off.
        """
        yards = self.yards
        found: Flags = np.any(self._ways(yards.type, yards.point, yards.source, yards.returns), axis=0)
        return found
