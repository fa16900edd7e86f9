"""Replay the trips of every vehicle on one clock: docks, readiness of lots, shifts."""

from __future__ import annotations

import heapq
import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from routing.problem import DispatchProblem, Ints
from routing.supply_curve import SupplyCurve, supply_curve
from routing.ways import Leg, Ways
from stockpile.units import METRES_PER_KM, SECONDS_PER_HOUR


@dataclass(frozen=True, slots=True)
class Stop:
    """Units of every item of the basket dropped at one site."""

    site: int
    units: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Trip:
    """One load: taken on at one source, dropped at one or more sites.

    Trips are loaded in the order of `turn_s`, the second from which each is meant to load.
    """

    source: int
    stops: tuple[Stop, ...]
    weight_kg: float
    volume_m3: float
    stop_weights_kg: tuple[float, ...]
    units: tuple[int, ...]
    turn_s: float = math.inf


Deliveries = tuple[tuple[int, tuple[int, ...]], ...]
"""Drops at one site, (second, units of every item), in time order."""

Routes = tuple[tuple[Trip, ...], ...]
"""Trips of every vehicle in driving order."""


class DrivenTrip(NamedTuple):
    """When one trip happens, in seconds: `legs` to the source and to each stop, `unloaded` per stop.

    `metres` and `drive_s` are those of the legs together. `back` is the way back to the base for a vehicle
    that must return; it is driven when no other trip of the vehicle follows, and counts in neither.
    """

    vehicle: int
    sequence: int
    trip: Trip
    dock: int
    load_start: int
    load_end: int
    legs: tuple[Leg, ...]
    unloaded: tuple[int, ...]
    metres: float
    drive_s: int
    back: Leg | None

    @property
    def depart(self) -> int:
        """Second at which the vehicle leaves its base or its last site."""
        return self.legs[0].depart

    @property
    def arrive(self) -> int:
        """Second at which it is at the source."""
        return self.legs[0].arrive

    @property
    def arrivals(self) -> tuple[int, ...]:
        """Seconds at which it is at each stop."""
        return tuple(leg.arrive for leg in self.legs[1:])


class _Coming(NamedTuple):
    """A vehicle on its way to the source of its next trip, and the seconds that it had driven before."""

    leg: Leg
    driven_s: int


@dataclass(frozen=True)
class Outcome:
    """What a set of routes achieves.

    Attributes:
        driven: Trips that keep every rule of their vehicle, in the order of their turns at docks.
        supplied: Supplied people (not rounded) by each target, summed over sites.
        person_seconds: Deprivation over the horizon.
        cost: Yuan for kilometres and hours on the road, see `Replay.cost`.
    """

    driven: tuple[DrivenTrip, ...]
    supplied: tuple[float, ...]
    person_seconds: float
    cost: float

    @property
    def rank(self) -> tuple[float, ...]:
        """Smaller is better: people short by each target in order, then deprivation, then cost."""
        return (*(-round(people, 3) for people in self.supplied), round(self.person_seconds), self.cost)


class Replay:
    """Evaluates routes of one problem; keeps what does not change between evaluations."""

    def __init__(self, problem: DispatchProblem) -> None:
        """Prepare plain lists, which scalar code reads several times faster than arrays."""
        self.problem = problem
        self.ways = Ways(problem)
        self.types: list[int] = problem.vehicle_type.tolist()
        self.bases: list[int] = problem.vehicle_base.tolist()
        self.ready: list[int] = problem.vehicle_ready_s.tolist()
        self.until: list[int] = problem.vehicle_until_s.tolist()
        self.only_source: list[int] = problem.vehicle_source.tolist()
        self.returns: list[bool] = problem.vehicle_returns.tolist()
        self.most_driving: list[float] = problem.vehicle_drive_s.tolist()
        self.stop_s: list[int] = problem.stop_s.tolist()
        self.unload: list[float] = problem.unload_kg_per_s.tolist()
        self.source_ready: list[int] = problem.source_ready_s.tolist()
        self.load: list[float] = problem.dock_kg_per_s.tolist()
        self.per_person: list[float] = problem.per_person.tolist()
        self.essential: list[int] = np.flatnonzero(problem.essential).tolist()
        self.first_site = len(problem.source_ids)
        self.release = _release_steps(problem)
        self._ask = tuple(sorted(problem.target_s))
        self._asked = [self._ask.index(second) for second in problem.target_s]
        self._curves: list[tuple[Deliveries | None, SupplyCurve | None]] = [
            (None, None) for _ in problem.site_ids
        ]

    def make_trip(self, source: int, stops: Iterable[Stop], *, turn_s: float = math.inf) -> Trip:
        """A trip with its weights worked out."""
        drops = tuple(stops)
        weights, volumes = self.problem.weight_kg.tolist(), self.problem.volume_m3.tolist()
        stop_weights = tuple(sum(n * w for n, w in zip(stop.units, weights, strict=True)) for stop in drops)
        units = tuple(sum(column) for column in zip(*(stop.units for stop in drops), strict=True))
        volume = sum(n * v for n, v in zip(units, volumes, strict=True))
        return Trip(source, drops, sum(stop_weights), volume, stop_weights, units, turn_s)

    def loading_s(self, kind: int, source: int, weight_kg: float) -> int:
        """Seconds a load occupies a dock."""
        return math.ceil(self.stop_s[kind] + weight_kg / self.load[source] - 1e-6)

    def unloading_s(self, kind: int, weight_kg: float) -> int:
        """Seconds one drop takes."""
        return math.ceil(self.stop_s[kind] + weight_kg / self.unload[kind] - 1e-6)

    def drive(self, routes: Routes) -> tuple[DrivenTrip, ...]:
        """Replay: docks serve trips in the order of their turns, of equal turns who can load first.

        A trip that breaks a rule of its vehicle (its way, loading point, hours or driving time) drops out
        with its followers.
        """
        issued = [[0] * len(self.problem.item_ids) for _ in self.problem.source_ids]
        docks = [[(0, number + 1) for number in range(count)] for count in self.problem.docks.tolist()]
        coming: dict[int, _Coming] = {}
        queue: list[tuple[float, int, int, int]] = []
        for vehicle, trips in enumerate(routes):
            if trips:
                self._send(vehicle, trips[0].source, (self.ready[vehicle], self.bases[vehicle], 0), coming)
                self._enqueue(queue, trips[0], vehicle, 0, coming, issued)
        driven: list[DrivenTrip] = []
        while queue:
            turn, earliest, vehicle, sequence = heapq.heappop(queue)
            trip = routes[vehicle][sequence]
            known = self._earliest(trip, coming[vehicle].leg.arrive, issued)
            if known is None:
                continue
            if known > earliest:
                heapq.heappush(queue, (turn, known, vehicle, sequence))
                continue
            driven_s = coming[vehicle].driven_s
            done = self._load_and_drop(trip, vehicle, sequence, known, coming[vehicle], docks[trip.source])
            if done is None:
                continue
            taken = issued[trip.source]
            for item, units in enumerate(trip.units):
                taken[item] += units
            driven.append(done)
            if sequence + 1 < len(routes[vehicle]):
                follower = routes[vehicle][sequence + 1]
                end = self.first_site + trip.stops[-1].site
                self._send(
                    vehicle, follower.source, (done.unloaded[-1], end, driven_s + done.drive_s), coming
                )
                self._enqueue(queue, follower, vehicle, sequence + 1, coming, issued)
        return tuple(driven)

    def _send(
        self, vehicle: int, source: int, standing: tuple[int, int, int], coming: dict[int, _Coming]
    ) -> None:
        """Send a vehicle (free from, at point, driven so far) to a source, if it may and can go there."""
        coming.pop(vehicle, None)
        kind, (free, point, driven_s) = self.types[vehicle], standing
        # One leg from the base must do, or a range could be stretched over a site on the way.
        if self.only_source[vehicle] in (-1, source) and self.ways.ever(kind, self.bases[vehicle], source):
            leg = self.ways.leg(kind, point, source, free)
            if leg is not None:
                coming[vehicle] = _Coming(leg, driven_s)

    def _enqueue(
        self,
        queue: list[tuple[float, int, int, int]],
        trip: Trip,
        vehicle: int,
        sequence: int,
        coming: Mapping[int, _Coming],
        issued: Sequence[Sequence[int]],
    ) -> None:
        if vehicle in coming:
            earliest = self._earliest(trip, coming[vehicle].leg.arrive, issued)
            if earliest is not None:
                heapq.heappush(queue, (trip.turn_s, earliest, vehicle, sequence))

    def _earliest(self, trip: Trip, arrive: int, issued: Sequence[Sequence[int]]) -> int | None:
        """First second at which the trip could load if a dock were free; None when it never can."""
        earliest = max(arrive, self.source_ready[trip.source])
        for item, units in enumerate(trip.units):
            if units:
                ready = self.ready_at(trip.source, item, issued[trip.source][item] + units)
                if ready is None:
                    return None
                earliest = max(earliest, ready)
        return earliest

    def ready_at(self, source: int, item: int, units: int) -> int | None:
        """Second from which that many units in all have become ready; None when there are fewer."""
        for total, second in self.release[source][item]:
            if units <= total:
                return second
        return None

    def _load_and_drop(
        self,
        trip: Trip,
        vehicle: int,
        sequence: int,
        earliest: int,
        coming: _Coming,
        docks: list[tuple[int, int]],
    ) -> DrivenTrip | None:
        kind, to_source = self.types[vehicle], coming.leg
        free, dock = docks[0]
        load_start = max(earliest, free)
        load_end = load_start + self.loading_s(kind, trip.source, trip.weight_kg)
        second, at = load_end, trip.source
        legs, unloaded = [to_source], []
        metres, drive_s = to_source.metres, to_source.arrive - to_source.depart
        for stop, weight in zip(trip.stops, trip.stop_weights_kg, strict=True):
            point = self.first_site + stop.site
            leg = self.ways.leg(kind, at, point, second)
            if leg is None or not self.ways.ever(kind, trip.source, point):
                return None
            legs.append(leg)
            metres += leg.metres
            drive_s += leg.arrive - leg.depart
            second = leg.arrive + self.unloading_s(kind, weight)
            unloaded.append(second)
            at = point
        end, driven_s, back = second, coming.driven_s + drive_s, None
        if self.returns[vehicle]:
            back = self.ways.leg(kind, at, self.bases[vehicle], second)
            if back is None:
                return None
            end, driven_s = back.arrive, driven_s + back.arrive - back.depart
        if end > self.until[vehicle] or driven_s > self.most_driving[vehicle]:
            return None
        heapq.heapreplace(docks, (load_end, dock))
        return DrivenTrip(
            vehicle,
            sequence,
            trip,
            dock,
            load_start,
            load_end,
            tuple(legs),
            tuple(unloaded),
            metres,
            drive_s,
            back,
        )

    def evaluate(self, routes: Routes) -> Outcome:
        """Replay the routes and count people."""
        driven = self.drive(routes)
        supplied = [0.0] * len(self.problem.target_s)
        person_seconds = 0.0
        for site, dropped in enumerate(self.deliveries(driven)):
            curve = self._curve(site, dropped)
            person_seconds += curve.person_seconds
            for target, asked in enumerate(self._asked):
                supplied[target] += curve.supplied_at[asked]
        return Outcome(driven, tuple(supplied), person_seconds, self.cost(driven))

    def deliveries(self, driven: Iterable[DrivenTrip]) -> list[Deliveries]:
        """What each site gets by vehicle."""
        dropped: list[list[tuple[int, tuple[int, ...]]]] = [[] for _ in self.problem.site_ids]
        for done in driven:
            for stop, second in zip(done.trip.stops, done.unloaded, strict=True):
                dropped[stop.site].append((second, stop.units))
        return [tuple(sorted(drops)) for drops in dropped]

    def _curve(self, site: int, dropped: Deliveries) -> SupplyCurve:
        """Supply curve of one site, remembered from the last evaluation: most sites do not change."""
        key, known = self._curves[site]
        if key == dropped and known is not None:
            return known
        curve = self.site_curve(site, dropped, self._ask)
        self._curves[site] = (dropped, curve)
        return curve

    def site_curve(
        self, site: int, dropped: Sequence[tuple[int, tuple[int, ...]]], ask_s: Sequence[int]
    ) -> SupplyCurve:
        """Supply curve of one site from its drops (second, units of every item), both lists in time order."""
        held: list[int] = self.problem.on_site_units[site].tolist()
        steps = [(0, self._baskets(held))]
        for second, units in dropped:
            held = [have + got for have, got in zip(held, units, strict=True)]
            steps.append((second, self._baskets(held)))
        rate = float(self.problem.handout_per_s[site])
        return supply_curve(int(self.problem.people[site]), rate, steps, ask_s, self.problem.horizon_s)

    def _baskets(self, held: Sequence[int]) -> float:
        return min((held[item] / self.per_person[item] for item in self.essential), default=math.inf)

    def cost(self, driven: Sequence[DrivenTrip]) -> float:
        """Yuan: kilometres driven, and hours from leaving the base to the last unloading.

        Vehicles that must return pay for their way back, and their hours end at the base.
        """
        per_km, per_h = self.problem.cost_per_km, self.problem.cost_per_h
        total = 0.0
        first: dict[int, DrivenTrip] = {}
        last: dict[int, DrivenTrip] = {}
        for done in sorted(driven, key=lambda one: (one.vehicle, one.sequence)):
            total += done.metres / METRES_PER_KM * float(per_km[self.types[done.vehicle]])
            first.setdefault(done.vehicle, done)
            last[done.vehicle] = done
        for vehicle, done in last.items():
            kind, end = self.types[vehicle], done.unloaded[-1]
            if done.back is not None:
                total += done.back.metres / METRES_PER_KM * float(per_km[kind])
                end = done.back.arrive
            total += (end - first[vehicle].depart) / SECONDS_PER_HOUR * float(per_h[kind])
        return total


def units_moved(problem: DispatchProblem, driven: Iterable[DrivenTrip]) -> tuple[Ints, Ints]:
    """Units that trips load at each source, (I, K), and bring to each site, (J, K)."""
    loaded, brought = np.zeros_like(problem.stock), np.zeros_like(problem.need)
    for done in driven:
        loaded[done.trip.source] += np.array(done.trip.units, dtype=np.int64)
        for stop in done.trip.stops:
            brought[stop.site] += np.array(stop.units, dtype=np.int64)
    return loaded, brought


def _release_steps(problem: DispatchProblem) -> list[list[list[tuple[int, int]]]]:
    """Per source and item: (units ready in all, from which second), in the order lots are issued."""
    steps: list[list[list[tuple[int, int]]]] = [[[] for _ in problem.item_ids] for _ in problem.source_ids]
    supply = problem.supply
    for source, item, quantity, second in zip(
        supply.source.tolist(),
        supply.item.tolist(),
        supply.quantity.tolist(),
        supply.available_s.tolist(),
        strict=True,
    ):
        known = steps[source][item]
        total = (known[-1][0] if known else 0) + quantity
        if known and known[-1][1] == second:
            known.pop()
        known.append((total, second))
    return steps
