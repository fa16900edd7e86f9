"""First plan by regret insertion: the load with most to lose from waiting takes its best vehicle."""

from __future__ import annotations

import heapq
import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from routing.lanes import Drop, Lane, lanes_of
from routing.problem import DispatchProblem, Floats, Ints
from routing.tasks import Task
from routing.timeline import DrivenTrip, Replay, Routes, Stop, Trip
from stockpile.units import SECONDS_PER_HOUR

MOST_STOPS = 5
"""Stops one trip makes at the most while it fills up."""

FULL_SHARE = 0.97
"""A vehicle loaded to this share of its payload is not filled further."""


HANDLING_S = SECONDS_PER_HOUR
"""Loading and unloading of a trip, roughly, when sites are compared."""


@dataclass(frozen=True)
class Preference:
    """How a first plan is made.

    Attributes:
        wave_s: Loads due within the same stretch of this length are equally urgent; within a wave the sites
            whose people cost the fewest vehicle-hours are finished first.
        large_s_per_kg: Seconds that a kilogram more on board is worth when vehicles are compared; zero takes
            whichever ends first.
    """

    wave_s: int
    large_s_per_kg: float


PREFERENCES = tuple(
    Preference(hours * SECONDS_PER_HOUR, large) for hours in (1, 3) for large in (0.5, 1.0, 2.0)
)
"""First plans worth making; none of them is best in every situation."""


def construct(
    replay: Replay,
    tasks: Sequence[Task],
    preference: Preference,
    *,
    after: Routes | None = None,
    driven: Sequence[DrivenTrip] = (),
    extra: bool = False,
) -> Routes:
    """Build routes that serve the tasks.

    Of the most urgent site's lanes, the one goes first whose best vehicle ends soonest by the widest margin
    over the second best (its regret).

    Args:
        replay: Evaluator of the problem.
        tasks: What each source owes each site.
        preference: What is urgent, and which vehicle is best.
        after: Routes that new trips are appended to.
        driven: The replay of those routes, which gives where vehicles and docks stand.
        extra: Whether the trips are extra (see `Trip`).
    """
    builder = _Builder(replay, tasks, preference, extra=extra)
    builder.resume(after or tuple(() for _ in replay.problem.vehicle_ids), driven)
    while builder.step():
        pass
    return tuple(tuple(trips) for trips in builder.routes)


class _Builder:
    def __init__(self, replay: Replay, tasks: Sequence[Task], preference: Preference, *, extra: bool) -> None:
        problem = replay.problem
        self.replay, self.problem, self.extra = replay, problem, extra
        self.preference = preference
        self.lanes = lanes_of(problem, tasks)
        self.site_cost = _site_cost(problem, self.lanes)
        self.kind = problem.vehicle_type
        self.payload = problem.payload_kg[self.kind]
        self.volume = problem.load_volume_m3[self.kind]
        self.stop = problem.stop_s[self.kind].astype(np.float64)
        self.unload = problem.unload_kg_per_s[self.kind]
        mode_of_type = np.array(
            [problem.modes.index(mode) if mode in problem.modes else -1 for mode in problem.type_mode],
            dtype=np.int64,
        )
        self.vehicle_mode = mode_of_type[self.kind] if len(self.kind) else self.kind

    def resume(self, routes: Routes, driven: Sequence[DrivenTrip]) -> None:
        """Stand where the given routes end."""
        problem = self.problem
        self.routes: list[list[Trip]] = [list(trips) for trips in routes]
        self.free = problem.vehicle_ready_s.astype(np.float64)
        self.here = problem.vehicle_base.copy()
        self.docks = [[0] * count for count in problem.docks.tolist()]
        self.issued = np.zeros_like(problem.stock)
        for done in driven:
            self._drive(done.vehicle, done.trip, done.load_end, done.unloaded[-1])
        self.unowed = problem.stock - self.issued
        for lane in self.lanes:
            self.unowed[lane.source] -= lane.units

    def _drive(self, vehicle: int, trip: Trip, load_end: int, end: int) -> None:
        heapq.heapreplace(self.docks[trip.source], load_end)
        self.free[vehicle] = end
        self.here[vehicle] = len(self.problem.source_ids) + trip.stops[-1].site
        self.issued[trip.source] += np.array(trip.units, dtype=np.int64)

    def step(self) -> bool:
        """Plan one trip; False when nothing is left that a vehicle can bring in time."""
        while self.lanes:
            urgencies = [self._urgency(lane) for lane in self.lanes]
            first = min(urgencies)
            urgent = [lane for lane, one in zip(self.lanes, urgencies, strict=True) if one == first]
            ends, loads = self._ends(urgent)
            scores = ends - self.preference.large_s_per_kg * loads
            if not np.isfinite(scores).any():
                self.lanes = [lane for lane, one in zip(self.lanes, urgencies, strict=True) if one != first]
                continue
            best_two = np.sort(scores, axis=1)[:, :2]
            reachable = np.isfinite(best_two[:, 0])
            second = best_two[:, -1] if best_two.shape[1] > 1 else np.full(len(urgent), np.inf)
            with np.errstate(invalid="ignore"):
                regret = np.where(reachable, second - best_two[:, 0], -np.inf)
            row = int(np.argmax(regret))
            self._plan_trip(urgent[row], int(np.argmin(scores[row])))
            self.lanes = [lane for lane in self.lanes if lane.chunks]
            return True
        return False

    def _urgency(self, lane: Lane) -> tuple[int, float, int]:
        """Smaller goes first: the wave it is due in, then what the site's people cost."""
        return (lane.due_s // self.preference.wave_s, self.site_cost[lane.site], lane.site)

    def _ends(self, lanes: Sequence[Lane]) -> tuple[Floats, Floats]:
        """When each vehicle would have unloaded its fill of each lane, and that fill in kg, (lanes, V)."""
        problem = self.problem
        source = np.array([lane.source for lane in lanes])
        site = np.array([lane.site for lane in lanes]) + len(problem.source_ids)
        rest = self._loadable(lanes) @ problem.weight_kg
        load = np.minimum(rest[:, None], self.payload[None, :])
        open_s = [max(self._ready_s(lane), min(self.docks[lane.source])) for lane in lanes]
        arrive = self.free[None, :] + problem.travel_s[self.kind[:, None], self.here[:, None], source].T
        start = np.maximum(arrive, np.array(open_s, dtype=np.float64)[:, None])
        loaded = start + self.stop + load / problem.dock_kg_per_s[source][:, None]
        there = loaded + problem.travel_s[self.kind[:, None], source, site].T
        ends = there + self.stop + load / self.unload
        for row, lane in enumerate(lanes):
            ends[row, sorted(lane.barred)] = np.inf
        wrong_mode = np.array([lane.mode for lane in lanes])[:, None] != self.vehicle_mode[None, :]
        ends[wrong_mode | (ends > problem.vehicle_until_s[None, :])] = np.inf
        return ends, load

    def _loadable(self, lanes: Sequence[Lane]) -> Ints:
        """Units each source can load for its site, (lanes, K): what it owes, and stock for what others owe.

        All lanes are of one site, as urgent lanes are.
        """
        own = np.stack([lane.units for lane in lanes])
        owed = np.sum([lane.units for lane in self.lanes if lane.site == lanes[0].site], axis=0)
        unowed = np.maximum(self.unowed[[lane.source for lane in lanes]], 0)
        loadable: Ints = own + np.minimum(owed - own, unowed)
        return loadable

    def _ready_s(self, lane: Lane) -> float:
        """Second from which the lane's next units can be loaded at its source."""
        latest = float(self.problem.source_ready_s[lane.source])
        units = lane.chunks[0][1]
        for item in np.flatnonzero(units).tolist():
            wanted = int(self.issued[lane.source, item]) + 1
            ready = self.replay.ready_at(lane.source, item, wanted)
            latest = max(latest, math.inf if ready is None else ready)
        return latest

    def _plan_trip(self, lane: Lane, vehicle: int) -> None:
        """Fill the vehicle for the lane's site, then from lanes of the same source on the way."""
        spare_kg, spare_m3 = float(self.payload[vehicle]), float(self.volume[vehicle])
        enough_kg = (1 - FULL_SHARE) * spare_kg
        served: list[Lane] = []
        drops: list[Drop] = []
        filling: Lane | None = lane
        while filling is not None:
            fills = [self._take(filling, spare_kg, spare_m3)]
            if not fills[0].units.any():
                break
            spare_kg -= float(fills[0].units @ self.problem.weight_kg)
            spare_m3 -= float(fills[0].units @ self.problem.volume_m3)
            if spare_kg > enough_kg and not self.extra:
                fills.append(self._top_up(filling, vehicle, spare_kg, spare_m3))
                spare_kg -= float(fills[1].units @ self.problem.weight_kg)
                spare_m3 -= float(fills[1].units @ self.problem.volume_m3)
            drops.extend(fills)
            served.append(filling)
            full = spare_kg <= enough_kg or len(served) == MOST_STOPS
            filling = None if full else self._next_on_the_way(served, vehicle)
        while drops:
            trip = self.replay.make_trip(lane.source, _stops(drops), extra=self.extra)
            if self._append(vehicle, trip):
                return
            self._put_back(drops.pop())
        lane.barred.add(vehicle)

    def _take(self, lane: Lane, spare_kg: float, spare_m3: float) -> Drop:
        """Take from a lane what fits."""
        before = ((lane, list(lane.chunks)),)
        units = lane.take(self.problem.weight_kg, self.problem.volume_m3, spare_kg, spare_m3)
        return Drop(lane.site, units, before, self.unowed)

    def _top_up(self, lane: Lane, vehicle: int, spare_kg: float, spare_m3: float) -> Drop:
        """Bring the same site, from stock that nobody is owed, what other sources owe it."""
        weight, volume = self.problem.weight_kg, self.problem.volume_m3
        # a new array: drops made earlier keep the old one, to put back
        unowed_before, source = self.unowed, lane.source
        self.unowed = unowed_before.copy()
        ready = self._ready_units(source, self._arrival_s(source, vehicle))
        total = np.zeros_like(self.problem.to_deliver[lane.site])
        before = []
        for other in self.lanes:
            if other.site != lane.site or other is lane or other.source == source or not other.chunks:
                continue
            before.append((other, list(other.chunks)))
            room = np.maximum(np.minimum(ready, self.unowed[source]), 0)
            units = other.take(weight, volume, spare_kg, spare_m3, most=room)
            self.unowed[source] -= units
            self.unowed[other.source] += units
            ready = ready - units
            total += units
            spare_kg -= float(units @ weight)
            spare_m3 -= float(units @ volume)
        return Drop(lane.site, total, tuple(before), unowed_before)

    def _put_back(self, drop: Drop) -> None:
        for lane, chunks in drop.chunks_before:
            lane.chunks = chunks
        self.unowed = drop.unowed_before

    def _arrival_s(self, source: int, vehicle: int) -> float:
        """When the vehicle could be at the source."""
        leg = self.problem.travel_s[self.kind[vehicle], self.here[vehicle], source]
        return float(self.free[vehicle]) + float(leg)

    def _ready_units(self, source: int, second: float) -> Ints:
        """Units of every item that stand ready at the source and have not been issued."""
        ready = [
            max((total for total, from_s in steps if from_s <= second), default=0)
            for steps in self.replay.release[source]
        ]
        rest: Ints = np.array(ready, dtype=np.int64) - self.issued[source]
        return rest

    def _next_on_the_way(self, served: Sequence[Lane], vehicle: int) -> Lane | None:
        """Nearest lane of the same source that costs less driving than a trip of its own."""
        first, last = served[0], served[-1]
        first_site = len(self.problem.source_ids)
        travel = self.problem.travel_s[self.kind[vehicle]]
        found: tuple[float, int, Lane] | None = None
        for order, lane in enumerate(self.lanes):
            same_load = lane.source == first.source and lane.mode == first.mode
            if not same_load or not lane.chunks or any(lane is other for other in served):
                continue
            leg = float(travel[first_site + last.site, first_site + lane.site])
            own = float(travel[lane.source, first_site + lane.site])
            if leg < own < math.inf and (found is None or (leg, order) < found[:2]):
                found = (leg, order, lane)
        return None if found is None else found[2]

    def _append(self, vehicle: int, trip: Trip) -> bool:
        """Add the trip at the end of the vehicle's route if it fits the shift."""
        replay, problem = self.replay, self.problem
        kind = int(self.kind[vehicle])
        travel = replay.travel_s[kind]
        if travel[replay.bases[vehicle]][trip.source] == math.inf:
            return False
        start = max(
            self.free[vehicle] + travel[int(self.here[vehicle])][trip.source],
            float(problem.source_ready_s[trip.source]),
            self.docks[trip.source][0],
        )
        for item, units in enumerate(trip.units):
            if units:
                ready = replay.ready_at(trip.source, item, int(self.issued[trip.source, item]) + units)
                start = max(start, math.inf if ready is None else ready)
        if start == math.inf:
            return False
        load_end = int(start) + replay.loading_s(kind, trip.source, trip.weight_kg)
        second, at = load_end, trip.source
        for stop, weight in zip(trip.stops, trip.stop_weights_kg, strict=True):
            point = replay.first_site + stop.site
            leg = travel[at][point]
            if leg == math.inf or travel[trip.source][point] == math.inf:
                return False
            second += int(leg) + replay.unloading_s(kind, weight)
            at = point
        if second > problem.vehicle_until_s[vehicle]:
            return False
        self.routes[vehicle].append(trip)
        self._drive(vehicle, trip, load_end, second)
        return True


def _stops(drops: Sequence[Drop]) -> list[Stop]:
    """One stop a site, in the order of the drops."""
    units: dict[int, Ints] = {}
    for drop in drops:
        units[drop.site] = units[drop.site] + drop.units if drop.site in units else drop.units
    return [Stop(site, tuple(total.tolist())) for site, total in units.items()]


def _site_cost(problem: DispatchProblem, lanes: Sequence[Lane]) -> list[float]:
    """Kilogram-seconds on vehicles that one person of each site takes, there and back and handling."""
    total = np.zeros(len(problem.site_ids))
    for lane in lanes:
        weight = sum(float(units @ problem.weight_kg) for _, units in lane.chunks)
        drive_s = problem.drive_s(problem.modes[lane.mode])[lane.source, lane.site]
        total[lane.site] += weight * (2 * drive_s + HANDLING_S)
    cost: list[float] = (total / np.maximum(problem.people, 1)).tolist()
    return cost
