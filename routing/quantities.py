"""How much each stop of given trips brings: a linear program, the trips and their order fixed.

Symbols: trip r, stop n of site j, item k; z_nk units unloaded at the stop, kg_n their weight, a bar for what
the plan at hand has; d_r, e_r, u_n seconds by which the trip's loading begins, ends and the stop's unloading
ends later than in that plan; B_n complete baskets on the site after the stop; S_jt people supplied by t.

maximise  sum over j, t of weight_t * S_jt

    e_r >= d_r + (kg_r - ~kg_r) / dock rate          u_n >= e_r or u_n-1 + (kg_n - ~kg_n) / unloading rate
    d_r >= u of the vehicle's stop before - what it waited     d_r >= e of the dock's trip before - its rest
    kg_r <= payload          units from a source <= what it has by then          units to a site <= need
    kg_n >= a batch and u_n <= due - ~t_n for stops that keep a promise of first goods
    per_person_k * B_n <= held_jk + sum of z_mk over stops m up to n
    S_jt <= B_n-1 + rate_j * (t - ~t_n - u_n) for stops n by t,  S_jt <= B of the last of them

The last rows are the hand-out queue of `routing.supply_curve`; a stop before t stays before it, one after it
does not count for it. Vehicles of other docks that overtake, and roads that open meanwhile, are left to the
replay of what comes out.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from routing.first_goods import batch_kg, first_stops
from routing.loads import Cut, short_h
from routing.problem import DispatchProblem, Floats, Ints
from routing.program_rows import ProgramRows
from routing.search.load_problem import Sources
from routing.search.search import Routes as FoundRoutes
from routing.search.search import Trip as FoundTrip
from routing.timeline import DrivenTrip
from stockpile.linear_program import solve_by_interior_point
from stockpile.units import SECONDS_PER_HOUR

DELAY = 1e-6
"""Person-hours that a second counts by which a trip loads later: enough that none waits for nothing."""

WAITING_H = (4, 12)
"""Hours at which people supplied count besides the targets and the end, each for the hours to the next."""


@dataclass(frozen=True, eq=False)
class Quantities:
    """What the program wants, not rounded.

    Attributes:
        units: of each item of the basket for each stop, (N, K).
        load_s: second from which each trip loads, (R,).
        supplied: people of all sites supplied by each second that counts, (T,).
    """

    units: Floats
    load_s: Floats
    supplied: Floats


class QuantityModel:
    """The program for one plan."""

    def __init__(
        self,
        problem: DispatchProblem,
        sources: Sources,
        found: FoundRoutes,
        driven: Sequence[DrivenTrip],
        *,
        until_s: int,
    ) -> None:
        """Number the stops and columns.

        Args:
            problem: The situation.
            sources: What trips load from.
            found: The routes; says which source each trip loads from.
            driven: The same trips as they are driven.
            until_s: Second up to which waiting counts, the last target's or later.
        """
        self.problem, self.sources = problem, sources
        self.items = np.flatnonzero(problem.essential)
        self.trips = sorted(driven, key=lambda done: (done.load_start, done.vehicle, done.sequence))
        self.loaded_from = np.array(
            [found.trips[done.vehicle][done.sequence].source for done in self.trips], dtype=np.int64
        )
        stops = [
            (number, stop, unloaded)
            for number, done in enumerate(self.trips)
            for stop, unloaded in zip(done.trip.stops, done.unloaded, strict=True)
        ]
        self.trip = np.array([number for number, _, _ in stops], dtype=np.int64)
        self.site = np.array([stop.site for _, stop, _ in stops], dtype=np.int64)
        self.unloaded_s = np.array([second for _, _, second in stops], dtype=np.float64)
        units = np.array([stop.units for _, stop, _ in stops], dtype=np.int64)
        self.kg_before = units.reshape(len(stops), -1)[:, self.items] @ problem.weight_kg[self.items]
        self.first = np.flatnonzero(np.diff(self.trip, prepend=-1))
        """First stop of each trip."""
        self.last = np.append(self.first[1:], len(stops)) - 1
        self.order = np.lexsort((np.arange(len(stops)), self.unloaded_s, self.site))
        """Stops by site, in the order of unloading."""
        self.promised = [
            (promise, int(self.first[first.trip]) + first.stop)
            for (promise, _), first in sorted(first_stops(problem, self.trips).items())
        ]
        """Promises of first goods, and the stops that bring a township's first batch of each."""
        self.sites = np.flatnonzero(problem.people > 0)
        self.ask_s, self.weight = _asked(problem, until_s)
        self._number_columns()

    def _number_columns(self) -> None:
        stops, trips, items = len(self.trip), len(self.trips), len(self.items)
        self.z = np.arange(stops * items).reshape(stops, items)
        begin = stops * items
        self.unloaded = begin + np.arange(stops)
        self.baskets = begin + stops + np.arange(stops)
        self.begin = begin + 2 * stops + np.arange(trips)
        self.end = begin + 2 * stops + trips + np.arange(trips)
        asked = (len(self.sites), len(self.ask_s))
        self.supplied = begin + 2 * (stops + trips) + np.arange(asked[0] * asked[1]).reshape(asked)
        self.columns = begin + 2 * (stops + trips) + asked[0] * asked[1]

    # ---- the program -------------------------------------------------------------------------------------

    def solve(self) -> Quantities:
        """The quantities that supply the most people.

        Raises:
            SolverError: The solver fails; the plan at hand, or one with a little less, is always feasible.
        """
        self.rows = ProgramRows()
        self.lower, self.upper = np.zeros(self.columns), np.full(self.columns, np.inf)
        self._define_delays()
        self._define_order()
        self._define_room()
        self._define_stock()
        self._define_baskets()
        self._define_queues()
        self._define_first_goods()
        cost = np.zeros(self.columns)
        cost[self.supplied] = -self.weight
        cost[self.begin] = DELAY
        columns = solve_by_interior_point(self.rows.program(cost, self.upper, self.lower)).columns
        return Quantities(
            units=columns[self.z],
            load_s=columns[self.begin] + [done.load_start for done in self.trips],
            supplied=columns[self.supplied].sum(axis=0),
        )

    def _define_delays(self) -> None:
        """Loading and unloading take as long as the weight says."""
        problem, kinds = self.problem, self._kinds
        kg = problem.weight_kg[self.items]
        for later in (self.unloaded, self.begin, self.end):
            self.lower[later] = -float(problem.horizon_s)
        trips, stops = np.arange(len(self.trips)), np.arange(len(self.trip))
        loading = 1.0 / problem.dock_kg_per_s[self._yards]
        weight_before = np.bincount(self.trip, self.kg_before, minlength=len(trips))
        self.rows.add(trips, self.begin, np.ones(1))
        self.rows.add(trips, self.end, -np.ones(1))
        self._add_kg(self.trip, loading[self.trip, None] * kg)
        self.rows.close(weight_before * loading)
        unloading = 1.0 / problem.unload_kg_per_s[kinds[self.trip]]
        before = np.where(np.isin(stops, self.first), self.end[self.trip], self.unloaded[stops - 1])
        self.rows.add(stops, before, np.ones(1))
        self.rows.add(stops, self.unloaded, -np.ones(1))
        self._add_kg(stops, unloading[:, None] * kg)
        self.rows.close(self.kg_before * unloading)

    def _add_kg(self, row: Ints, value: Floats) -> None:
        """Entries of every item of each stop, `value` (N, K)."""
        self.rows.add(np.repeat(row, len(self.items)), self.z.reshape(-1), value.reshape(-1))

    def _define_order(self) -> None:
        """Trips follow each other in vehicles and docks as they do now, and vehicles end in time."""
        problem = self.problem
        before: dict[tuple[str, int, int], int] = {}
        rows: list[tuple[int, int, float]] = []
        for number, done in enumerate(self.trips):
            ready = max(
                problem.source_ready_s[done.trip.source], self.sources.ready_s[self.loaded_from[number]]
            )
            earliest = min(0.0, float(ready) - done.load_start)
            former = before.get(("vehicle", done.vehicle, 0))
            if former is None:
                earliest = max(earliest, float(done.arrive - done.load_start))
            else:
                end = int(self.unloaded[self.last[former]])
                rows.append((end, number, float(done.load_start - done.arrive)))
            self.lower[self.begin[number]] = earliest
            queue = before.get(("dock", done.trip.source, done.dock))
            if queue is not None:
                rest = float(done.load_start - self.trips[queue].load_end)
                rows.append((int(self.end[queue]), number, rest))
            before["vehicle", done.vehicle, 0] = before["dock", done.trip.source, done.dock] = number
            finished = done.unloaded[-1] if done.back is None else done.back.arrive
            rest = float(problem.vehicle_until_s[done.vehicle] - finished)
            self.upper[self.unloaded[self.last[number]]] = rest
        row = np.arange(len(rows))
        self.rows.add(row, np.array([column for column, _, _ in rows], dtype=np.int64), np.ones(1))
        self.rows.add(row, self.begin[[number for _, number, _ in rows]], -np.ones(1))
        self.rows.close(np.array([rest for _, _, rest in rows]))

    def _define_room(self) -> None:
        """A trip holds no more than its vehicle."""
        problem, kinds = self.problem, self._kinds
        for unit, room in (
            (problem.weight_kg[self.items], problem.payload_kg[kinds]),
            (problem.volume_m3[self.items], problem.load_volume_m3[kinds]),
        ):
            self._add_kg(self.trip, np.broadcast_to(unit, self.z.shape))
            self.rows.close(room)

    def _define_stock(self) -> None:
        """Trips take what their source has by then, and sites no more than they need."""
        sources, problem = self.sources, self.problem
        loaded_from = self.loaded_from[self.trip]
        for source in np.unique(self.loaded_from).tolist():
            mine = (sources.yard[loaded_from] == sources.yard[source]) & (loaded_from <= source)
            for column, limit in zip(
                self.z.T, sources.stock[source, : len(self.items)].tolist(), strict=True
            ):
                self.rows.add_row(column[mine], np.ones(int(mine.sum())), limit)
        items = len(self.items)
        self.rows.add(
            (self.site[:, None] * items + np.arange(items)).reshape(-1), self.z.reshape(-1), np.ones(1)
        )
        self.rows.close(problem.to_deliver[:, self.items].astype(np.float64).reshape(-1))

    def _define_baskets(self) -> None:
        """per_person_k * B_n <= held_jk + sum of z_mk over stops m of the site up to n."""
        problem, items = self.problem, len(self.items)
        held = problem.on_site_units[:, self.items].astype(np.float64)
        row = np.arange(len(self.trip) * items).reshape(-1, items)
        for number, item in enumerate(self.items.tolist()):
            self.rows.add(row[:, number], self.baskets, np.full(1, problem.per_person[item]))
        for stops in self._by_site():
            earlier = np.tril_indices(len(stops))
            for number in range(items):
                self.rows.add(row[stops[earlier[0]], number], self.z[stops[earlier[1]], number], -np.ones(1))
        self.rows.close(held[self.site].reshape(-1))
        self.upper[self.baskets] = problem.people[self.site]

    def _define_queues(self) -> None:
        """What can have been handed out by each time that counts."""
        problem = self.problem
        held = problem.on_site_units[:, self.items] / problem.per_person[self.items]
        at_once = np.minimum(held.min(axis=1, initial=np.inf), problem.people)
        number = {site: row for row, site in enumerate(self.sites.tolist())}
        # a rate without limit would spoil the program's numbers: everybody within a second is as good
        rates = np.minimum(problem.handout_per_s, np.maximum(problem.people, 1))
        most = np.minimum(problem.people[self.sites, None], rates[self.sites, None] * self.ask_s)
        self.upper[self.supplied] = np.minimum(most, at_once[self.sites, None])
        for stops in self._by_site():
            site = int(self.site[stops[0]])
            for asked, second in enumerate(self.ask_s.tolist()):
                column = int(self.supplied[number[site], asked])
                by_then = stops[self.unloaded_s[stops] <= second]
                if not len(by_then):
                    continue
                self.upper[column] = most[number[site], asked]
                self.rows.add_row(np.array([column, self.baskets[by_then[-1]]]), np.array([1.0, -1.0]), 0.0)
                row = np.arange(len(by_then))
                self.rows.add(row, np.full(len(by_then), column), np.ones(1))
                self.rows.add(row, self.unloaded[by_then], rates[[site]])
                self.rows.add(row[1:], self.baskets[by_then[:-1]], -np.ones(1))
                left = rates[site] * (second - self.unloaded_s[by_then])
                left[0] += at_once[site]
                self.rows.close(left)

    def _define_first_goods(self) -> None:
        """Stops that keep a promise of first goods are in time, and bring a batch of some weight."""
        problem = self.problem
        kg, least_kg = problem.weight_kg[self.items], batch_kg(problem)[self.site]
        for number, stop in self.promised:
            spare_s = self._spare_s(number, stop)
            if spare_s < 0:
                continue
            self.upper[self.unloaded[stop]] = min(self.upper[self.unloaded[stop]], spare_s)
            self.rows.add_row(self.z[stop], -kg, -min(float(least_kg[stop]), float(self.kg_before[stop])))

    def _spare_s(self, promise: int, stop: int) -> float:
        """Seconds by which a stop could be later and still keep the promise, below 0 if it is late."""
        return float(self.problem.first_goods[promise].due_s - self.unloaded_s[stop])

    def promise_of_stops(self) -> Ints:
        """Promise that each stop is to keep, (N,), the first that it keeps; -1 for none."""
        promise = np.full(len(self.trip), -1)
        for number, stop in sorted(self.promised, key=lambda pair: (self._spare_s(*pair) >= 0, -pair[0])):
            promise[stop] = number
        return promise

    # ---- what comes out ----------------------------------------------------------------------------------

    def rounded(self, units: Floats) -> Ints:
        """Whole units of every item of the problem for each stop, (N, all items).

        Running totals of each site and item are rounded up, so that the last person of a site does not wait
        for the last bottle. What a source lacks for that, or a vehicle has no room for, stays behind: of a
        source the latest trips first, of a trip the last stops.
        """
        whole = np.zeros_like(units, dtype=np.int64)
        for stops in self._by_site():
            total = np.ceil(np.cumsum(units[stops], axis=0) - 1e-6).astype(np.int64)
            whole[stops] = np.maximum(np.diff(total, axis=0, prepend=0), 0)
        left = self.sources.stock[:, : len(self.items)].astype(np.int64)
        begin = np.searchsorted(self.sources.yard, np.arange(len(self.sources.docks) + 1))
        for trip in range(len(self.trips)):
            source = int(self.loaded_from[trip])
            rest = slice(source, int(begin[self.sources.yard[source] + 1]))
            for stop in range(self.first[trip], self.last[trip] + 1):
                whole[stop] = np.minimum(whole[stop], left[rest].min(axis=0))
                left[rest] -= whole[stop]
            self._unload_what_is_too_much(trip, whole[self.first[trip] : self.last[trip] + 1])
        every = np.zeros((len(units), len(self.problem.item_ids)), dtype=np.int64)
        every[:, self.items] = whole
        return every

    def _unload_what_is_too_much(self, trip: int, whole: Ints) -> None:
        """Take single units out of a trip's stops (n, K) until its vehicle carries them; changes `whole`."""
        problem, kind = self.problem, self._kinds[trip]
        for unit, room in (
            (problem.weight_kg[self.items], float(problem.payload_kg[kind]) + 1e-6),
            (problem.volume_m3[self.items], float(problem.load_volume_m3[kind]) + 1e-9),
        ):
            while float((whole @ unit).sum()) > room:
                for stop, item in np.argwhere((whole > 0) & (unit > 0))[::-1].tolist():
                    whole[stop, item] -= 1
                    if float((whole @ unit).sum()) <= room:
                        break

    def _by_site(self) -> list[Ints]:
        """Stops of each site in the order of unloading."""
        return (
            np.split(self.order, np.flatnonzero(np.diff(self.site[self.order])) + 1)
            if len(self.order)
            else []
        )

    @cached_property
    def _kinds(self) -> Ints:
        return self.problem.vehicle_type[[done.vehicle for done in self.trips]]

    @property
    def _yards(self) -> Ints:
        return np.array([done.trip.source for done in self.trips], dtype=np.int64)


def _asked(problem: DispatchProblem, until_s: int) -> tuple[Floats, Floats]:
    """Seconds at which people supplied count, and for how many person-hours one counts, both (T,)."""
    # of targets at the same second the first counts
    targets = dict(zip(problem.target_s[::-1], short_h(problem)[::-1].tolist(), strict=True))
    marks = {hour * SECONDS_PER_HOUR for hour in WAITING_H if hour * SECONDS_PER_HOUR < until_s}
    seconds = sorted(set(targets) | marks)
    weight = np.array([targets.get(second, 0.0) for second in seconds])
    weight += np.diff(seconds, append=until_s) / SECONDS_PER_HOUR
    if seconds[-1] < until_s:
        # half of the time since the last mark: whoever is supplied by the end waited for some of it
        weight = np.append(weight, (until_s - seconds[-1]) / (2 * SECONDS_PER_HOUR))
        seconds.append(until_s)
    return np.array(seconds, dtype=np.float64), weight


def with_best_quantities(
    problem: DispatchProblem,
    sources: Sources,
    found: FoundRoutes,
    driven: Sequence[DrivenTrip],
    *,
    until_s: int,
) -> tuple[Cut, FoundRoutes]:
    """The same trips with the quantities that supply the most people, one load a stop; empty stops are gone.

    The arguments are those of `QuantityModel`.

    Raises:
        SolverError: The solver fails.
    """
    model = QuantityModel(problem, sources, found, driven, until_s=until_s)
    wanted = model.solve()
    units = model.rounded(wanted.units)
    brings = np.any(units > 0, axis=1)
    load = np.cumsum(brings) - 1
    homes = model.loaded_from[model.trip][brings]
    trips: list[list[tuple[int, FoundTrip]]] = [[] for _ in found.trips]
    for number, done in enumerate(model.trips):
        stops = np.arange(model.first[number], model.last[number] + 1)
        loads = tuple(load[stops[brings[stops]]].tolist())
        if loads:
            trip = FoundTrip(int(model.loaded_from[number]), loads, float(wanted.load_s[number]))
            trips[done.vehicle].append((done.sequence, trip))
    routes = tuple(tuple(trip for _, trip in sorted(row, key=lambda entry: entry[0])) for row in trips)
    cut = Cut(model.site[brings], homes, units[brings], model.promise_of_stops()[brings])
    return cut, FoundRoutes(routes, (), tuple(homes.tolist()), 0.0)
