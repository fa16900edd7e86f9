"""Cut what sources owe sites into loads that the search over trips moves about, and read its routes."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import cycle

import numpy as np

from routing.lanes import Lane, lanes_of
from routing.problem import DispatchProblem, Flags, Floats, Ints
from routing.search.load_problem import Fleet, LoadProblem, Loads, Sites, Sources
from routing.search.search import Routes as FoundRoutes
from routing.tasks import Task
from routing.timeline import Replay, Routes, Stop
from stockpile.units import SECONDS_PER_HOUR

MANY_LOADS = 300
"""Loads for one site above which they are cut larger: what a site costs is worked out load by load."""

MOST_WAVES = 8
"""Times at which a source's stock gets ready, at the most; what gets ready in between waits for the next."""

SHORT_H = 1000.0
"""Person-hours that a person short at the least important target counts."""

EARLIER = 30.0
"""How many times more a person short at each target before it in importance counts."""

DRIVING = 0.3
"""Person-seconds that a second of driving counts: enough to choose between plans that serve people alike."""

EXTRA = 0.001
"""What a second without items that are not essential counts, in seconds without a basket."""

LEFT_OUT = 1e8
"""Person-seconds that a load of other items counts which nobody brings: more than any way to bring it."""

FIRST = 1e9
"""What waiting counts times more where nothing may delay a basket.

Targets count nothing then: whom a target would miss waits longer, and their weights on top would leave no
digits for what is left out.
"""

LATE_TOWNSHIP = 10.0
"""People short at the least important target as whom a township counts that waits for its first goods."""

MARGIN_S = 120
"""Seconds by which first goods are to come early: the search keeps docks by the minute, replays do not."""

ABSENT = 1e4
"""Least cost of a load that nobody brings, beyond what its people lack: more than driving near by."""


@dataclass(frozen=True, eq=False)
class Cut:
    """Loads (L,): the site, the source that keeps its stock, and the units of each item, (L, K).

    `promise` is the number of the promise of first goods that a load is to keep for its township, -1 for
    none: only sources of the promise may bring it.
    """

    site: Ints
    home: Ints
    units: Ints
    promise: Ints


class Loading:
    """One situation as the search over trips sees it, whatever its loads."""

    def __init__(self, problem: DispatchProblem) -> None:
        """Prepare all that does not depend on the loads."""
        self.problem = problem
        self.items = np.argsort(~problem.essential, kind="stable")
        """Items in the order of the search: those of the basket first."""
        self.fleet = _fleet(problem)
        self.sources = _sources(problem, self.items)
        self.sites = _sites(problem)
        self.late_township_cost = LATE_TOWNSHIP * float(self.sites.target_cost.min())
        """What a township counts whose first goods come late or never."""
        self.absent_cost = _absent_cost(problem)
        """What a load for each site counts that nobody brings, beyond what its people lack, (J,)."""
        used = [np.unique(problem.vehicle_type[problem.vehicles_of(mode)]) for mode in problem.modes]
        self.kinds = [kinds[np.argsort(problem.payload_kg[kinds], kind="stable")] for kinds in used]
        """Types of each mode, the smallest payload first."""

    def cut(self, tasks: Sequence[Task]) -> Cut:
        """Cut tasks into loads that the smallest vehicle of their mode carries.

        Where that makes more than `MANY_LOADS` for a site, for all vehicles that get there in turn.
        """
        problem = self.problem
        site, yard, units = [], [], [np.zeros((0, len(problem.item_ids)), dtype=np.int64)]
        lanes = lanes_of(problem, tasks)
        crowded = self._crowded(lanes)
        reach = {mode: problem.reach(mode) for mode in problem.modes} if crowded.any() else {}
        for lane in lanes:
            turns = None
            if crowded[lane.site]:
                there = {mode for mode, ways in reach.items() if ways[lane.source, lane.site]}
                modes = sorted(there | {problem.modes[lane.mode]})
                vehicles = np.concatenate([problem.vehicles_of(mode) for mode in modes])
                turns = cycle(problem.vehicle_type[vehicles].tolist())
            while lane.chunks:
                kind = self._smallest(lane.mode, lane.units)
                if kind is None:
                    break
                if turns is not None:
                    kind = self._larger(kind, next(turns), lane.units)
                load = lane.take(
                    problem.weight_kg,
                    problem.volume_m3,
                    float(problem.payload_kg[kind]),
                    float(problem.load_volume_m3[kind]),
                )
                site.append(lane.site)
                yard.append(lane.source)
                units.append(load[None])
        joined = np.concatenate(units)
        homes = _homes(self.sources, np.array(yard, dtype=np.int64), joined[:, self.items])
        return Cut(np.array(site, dtype=np.int64), homes, joined, np.full(len(site), -1))

    def _crowded(self, lanes: Sequence[Lane]) -> Flags:
        """Sites for which the smallest vehicles would make too many loads, (J,)."""
        loads = np.zeros(len(self.problem.site_ids))
        for lane in lanes:
            kind = self._smallest(lane.mode, lane.units)
            if kind is not None:
                loads[lane.site] += float(lane.units @ self.problem.weight_kg) / self.problem.payload_kg[kind]
        crowded: Flags = loads > MANY_LOADS
        return crowded

    def _larger(self, kind: int, other: int, units: Ints) -> int:
        """The other type if it is larger and carries all that the first one does, else the first one."""
        problem = self.problem
        both = problem.carried_by(np.array([kind, other]))[:, units > 0]
        larger = problem.payload_kg[other] > problem.payload_kg[kind] and bool((both[1] >= both[0]).all())
        return other if larger else kind

    def _smallest(self, mode: int, units: Ints) -> int | None:
        """Smallest type of the mode that carries a unit of every item wanted that any type carries.

        If none does, the smallest that carries a unit of any; None if no type does.
        """
        kinds = self.kinds[mode]
        carries = self.problem.carried_by(kinds)
        wanted = (units > 0) & carries.any(axis=0)
        able = carries[:, wanted]
        if not able.any():
            return None
        every: Flags = np.all(able, axis=1)
        fit = every if every.any() else np.any(able, axis=1)
        return int(kinds[np.flatnonzero(fit)[0]])

    def claimed(self, cut: Cut) -> tuple[Ints, Ints]:
        """Units that all loads together take from each yard, (I, K), and bring to each site, (J, K)."""
        loaded, brought = np.zeros_like(self.problem.stock), np.zeros_like(self.problem.need)
        np.add.at(loaded, self.sources.yard[cut.home], cut.units)
        np.add.at(brought, cut.site, cut.units)
        return loaded, brought

    def asked(self, cut: Cut, *, blend: float = 0.0, first: bool = False) -> LoadProblem:
        """The problem of who carries which of these loads when.

        Args:
            cut: The loads.
            blend: See `routing.search.load_problem.Sites`.
            first: Whether loads are put at the end of a vehicle's work only, and nothing outweighs a second
                that a person waits longer for a basket.
        """
        problem, units = self.problem, cut.units
        number = len(cut.site)
        persons = (units[:, ~problem.essential] / problem.per_person[~problem.essential]).max(
            axis=1, initial=0.0
        )
        wanted = units[:, problem.essential].any(axis=1)
        due_s = np.array([0, *(promise.due_s - MARGIN_S for promise in problem.first_goods)])[cut.promise + 1]
        late_cost = np.where(cut.promise < 0, 0.0, self.late_township_cost)
        loads = Loads(
            point=problem.site_point[cut.site],
            site=np.where(wanted, cut.site, -1),
            units=units[:, self.items].astype(np.float64),
            home=cut.home,
            weight_kg=units @ problem.weight_kg,
            volume_m3=units @ problem.volume_m3,
            service_s=np.zeros(number),
            release_s=np.zeros(number),
            open_s=np.zeros(number),
            close_s=np.full(number, np.inf),
            due_s=due_s.astype(np.float64),
            late_cost_per_s=EXTRA * persons,
            late_cost=late_cost,
            absent_cost=np.where(persons > 0, LEFT_OUT, self.absent_cost[cut.site]) + late_cost,
            group=cut.promise,
        )
        sites = replace(self.sites, blend=blend)
        if first:
            sites = replace(sites, target_cost=0.0 * sites.target_cost, waiting_cost_per_s=FIRST)
        return LoadProblem(self.fleet, self.sources, loads, sites, back_counts=False, at_the_end=first)

    def moved(self, cut: Cut, found: FoundRoutes, before: Sources) -> tuple[Cut, FoundRoutes]:
        """Loads and trips of another situation, `before` its sources, loaded at the same yards as early."""
        ready = self.sources.ready_s
        first = np.searchsorted(self.sources.yard, np.arange(len(before.docks) + 1))

        def latest(source: int, second: float) -> int:
            """Last source of the same yard that is ready by then."""
            yard = before.yard[source]
            by_then = np.searchsorted(ready[first[yard] : first[yard + 1]], second, side="right")
            return int(first[yard] + max(by_then - 1, 0))

        homes = [latest(home, np.inf) for home in found.homes]
        trips = tuple(
            tuple(replace(trip, source=latest(trip.source, trip.load_s)) for trip in route)
            for route in found.trips
        )
        for trip in (trip for route in trips for trip in route):
            for load in trip.loads:
                homes[load] = trip.source
        kept = replace(cut, home=np.array(homes, dtype=np.int64))
        return kept, replace(found, trips=trips, homes=tuple(homes))

    def routes(self, replay: Replay, cut: Cut, found: FoundRoutes) -> Routes:
        """Trips of every vehicle as found, loads for the same site one after the other as one stop."""
        yard = self.sources.yard
        return tuple(
            tuple(
                replay.make_trip(int(yard[trip.source]), _stops(cut, trip.loads), turn_s=trip.load_s)
                for trip in trips
            )
            for trips in found.trips
        )


def joined(one: Cut, two: Cut) -> Cut:
    """Both, the loads of the second behind those of the first."""
    return Cut(*(np.concatenate([getattr(cut, name) for cut in (one, two)]) for name in vars(one)))


def _stops(cut: Cut, loads: Sequence[int]) -> list[Stop]:
    stops: list[tuple[int, Ints]] = []
    for load in loads:
        site, units = int(cut.site[load]), cut.units[load]
        if stops and stops[-1][0] == site:
            stops[-1] = (site, stops[-1][1] + units)
        else:
            stops.append((site, units))
    return [Stop(site, tuple(total.tolist())) for site, total in stops]


def _homes(sources: Sources, yards: Ints, units: Ints) -> Ints:
    """First source of each load's yard that can spare what it takes, the loads in turn, (L,)."""
    stock = SpareStock(sources)
    return np.array(
        [stock.take(yard, wanted) for yard, wanted in zip(yards.tolist(), units, strict=True)], dtype=np.int64
    )


class SpareStock:
    """What the sources can still spare, (S, K)."""

    def __init__(self, sources: Sources) -> None:
        self.left = sources.stock.copy()
        self.begin = np.searchsorted(sources.yard, np.arange(len(sources.docks) + 1)).tolist()
        self.yard = sources.yard

    def take(self, yard: int, units: Ints) -> int:
        """Take units (K,) at the first source of a yard that can spare them, else at its last one."""
        first, end = self.begin[yard], self.begin[yard + 1]
        enough: Flags = np.all(self.left[first:end] >= units, axis=1)
        source = int(end - max(int(np.logical_and.accumulate(enough[::-1]).sum()), 1))
        self.keep(source, units)
        return source

    def keep(self, source: int, units: Ints) -> None:
        """Take units (K,) at a source; negative ones are given back."""
        self.left[source : self.begin[self.yard[source] + 1]] -= units


def _fleet(problem: DispatchProblem) -> Fleet:
    """The vehicles; a stop's fixed time is part of the way to a site, and left out within it."""
    number, points = len(problem.vehicle_ids), problem.site_point
    ways = np.empty((1 + len(problem.spells), *problem.travel_s.shape), np.float32)
    for stretch, travel_s in enumerate([problem.travel_s, *(spell.travel_s for spell in problem.spells)]):
        ways[stretch] = travel_s
    sites = slice(len(problem.source_ids), len(problem.source_ids) + len(points))
    ways[..., sites] += problem.stop_s.astype(np.float32)[:, None, None]
    ways[..., points, points] = 0.0
    until_s = np.zeros((len(problem.spells), len(problem.stop_s), problem.travel_s.shape[2]))
    until_s += np.array([spell.until_s for spell in problem.spells]).reshape(-1, 1, 1)
    until_s[..., points] += problem.stop_s[:, None]
    return Fleet(
        type=problem.vehicle_type,
        base=problem.vehicle_base,
        yard=problem.vehicle_source,
        ready_s=problem.vehicle_ready_s.astype(np.float64),
        until_s=problem.vehicle_until_s.astype(np.float64),
        returns=problem.vehicle_returns,
        drive_s=problem.vehicle_drive_s,
        most_trips=np.full(number, 1_000_000),
        used_cost=np.zeros(number),
        payload_kg=problem.payload_kg + 1e-6,
        volume_m3=problem.load_volume_m3 + 1e-9,
        loading_s=problem.stop_s.astype(np.float64),
        unloading_s_per_kg=1.0 / problem.unload_kg_per_s,
        cost_per_s=np.full(len(problem.type_ids), DRIVING),
        stop_s=problem.stop_s.astype(np.float64),
        travel_s=ways[0],
        spell_from_s=np.array([spell.from_s for spell in problem.spells], dtype=np.float64),
        spell_until_s=until_s,
        spell_travel_s=ways[1:],
    )


def _absent_cost(problem: DispatchProblem) -> Floats:
    """More than driving to each site and back by the longest way over a source, within the plan, (J,)."""
    sources, longest = len(problem.source_ids), np.zeros(len(problem.site_ids))
    for kind in np.unique(problem.vehicle_type).tolist():
        bases = np.unique(problem.vehicle_base[problem.vehicle_type == kind])
        to_source = _longest(problem.least_s[kind, bases, :sources])
        to_site = problem.least_s[kind, :sources][:, problem.site_point]
        longest = np.maximum(longest, _longest(to_source[:, None] + to_site))
    return np.maximum(ABSENT, DRIVING * np.minimum(2.0 * longest, float(problem.horizon_s)))


def _longest(legs: Floats) -> Floats:
    """Longest leg of each column that is open at all, (A, B) to (B,)."""
    most: Floats = np.where(np.isfinite(legs), legs, 0.0).max(axis=0, initial=0.0)
    return most


def _sources(problem: DispatchProblem, items: Ints) -> Sources:
    """One source for each time at which stock gets ready, what the yard has had by then counted together."""
    supply = problem.supply
    rows: list[tuple[int, float, Floats]] = []
    for source in range(len(problem.source_ids)):
        mine = (supply.source == source) & (supply.available_s < problem.horizon_s)
        for second in _thinned(np.unique(supply.available_s[mine])):
            had = np.zeros(len(problem.item_ids))
            by_then = mine & (supply.available_s <= second)
            np.add.at(had, supply.item[by_then], supply.quantity[by_then])
            rows.append((source, max(float(second), float(problem.source_ready_s[source])), had[items]))
    yard = np.array([row[0] for row in rows], dtype=np.int64)
    return Sources(
        point=yard,
        yard=yard,
        ready_s=np.array([row[1] for row in rows]),
        loading_s_per_kg=1.0 / problem.dock_kg_per_s[yard],
        stock=np.stack([row[2] for row in rows]) if rows else np.zeros((0, len(items))),
        docks=problem.docks,
        groups=np.array([promise.source[yard] for promise in problem.first_goods]).reshape(
            len(problem.first_goods), len(yard)
        ),
    )


def _thinned(times: Ints) -> Iterator[int]:
    """At most so many of the times, the last among them."""
    every = max(1, -(-len(times) // MOST_WAVES))
    yield from times[::-1][::every][::-1].tolist()


def short_h(problem: DispatchProblem) -> Floats:
    """Person-hours that a person short at each target counts, (G,)."""
    less_important = len(problem.target_s) - 1 - np.arange(len(problem.target_s))
    hours: Floats = SHORT_H * EARLIER ** less_important.astype(np.float64)
    return hours


def _sites(problem: DispatchProblem) -> Sites:
    order = np.argsort(problem.target_s, kind="stable")
    cost = short_h(problem) * SECONDS_PER_HOUR
    return Sites(
        people=problem.people,
        handout_per_s=problem.handout_per_s,
        held=problem.on_site_units[:, problem.essential].astype(np.float64),
        per_person=problem.per_person[problem.essential],
        target_s=np.array(problem.target_s, dtype=np.float64)[order],
        target_cost=cost[order],
        waiting_cost_per_s=1.0,
        horizon_s=float(problem.horizon_s),
        blend=0.0,
    )
