"""The rules of a plan on the arrays of its problem: what was brought, loaded and broken."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from routing.problem import DispatchProblem
from routing.timeline import DrivenTrip
from routing.ways import Leg


def delivered(problem: DispatchProblem, driven: Sequence[DrivenTrip]) -> np.ndarray[Any, Any]:
    """Units that vehicles bring to each site, (J, K)."""
    units = np.zeros_like(problem.need)
    for done in driven:
        for stop in done.trip.stops:
            units[stop.site] += np.array(stop.units, dtype=np.int64)
    return units


def loaded(problem: DispatchProblem, driven: Sequence[DrivenTrip]) -> np.ndarray[Any, Any]:
    """Units that leave each source, (I, K)."""
    units = np.zeros_like(problem.stock)
    for done in driven:
        units[done.trip.source] += np.array(done.trip.units, dtype=np.int64)
    return units


def broken_rules(problem: DispatchProblem, driven: Sequence[DrivenTrip]) -> list[str]:
    """Every rule of a timeline, checked from the driven trips alone, without the engine's replay."""
    found = [fault for done in driven for fault in _trip_faults(problem, done)]
    found += _vehicle_faults(problem, driven)
    for source in range(len(problem.source_ids)):
        here = [done for done in driven if done.trip.source == source]
        found += _dock_faults(here, int(problem.docks[source]))
        for item in range(len(problem.item_ids)):
            found += _stock_faults(problem, here, source, item)
    return found


def _trip_faults(problem: DispatchProblem, done: DrivenTrip) -> list[str]:
    kind, trip_ = int(problem.vehicle_type[done.vehicle]), done.trip
    weights = [float(np.dot(stop.units, problem.weight_kg)) for stop in trip_.stops]
    volume = sum(float(np.dot(stop.units, problem.volume_m3)) for stop in trip_.stops)
    second, here = done.load_end, trip_.source
    on_clock = True
    for stop, weight, leg, left in zip(trip_.stops, weights, done.legs[1:], done.unloaded, strict=True):
        point = len(problem.source_ids) + stop.site
        on_clock &= leg == first_leg(problem, kind, here, point, second)
        second = leg.arrive + np.ceil(problem.stop_s[kind] + weight / problem.unload_kg_per_s[kind] - 1e-6)
        on_clock &= second == left
        here = point
    load_s = problem.stop_s[kind] + sum(weights) / problem.dock_kg_per_s[trip_.source]
    rules = {
        "payload": sum(weights) <= problem.payload_kg[kind] + 1e-6,
        "volume": volume <= problem.load_volume_m3[kind] + 1e-6,
        "something on board": all(min(stop.units) >= 0 and any(stop.units) for stop in trip_.stops),
        "seconds of legs and drops": on_clock,
        "loading time": done.load_end - done.load_start == np.ceil(load_s - 1e-6),
        "loads after it has come": done.arrive <= done.load_start,
        "warehouse open": problem.source_ready_s[trip_.source] <= done.load_start,
        "shift": done.unloaded[-1] <= problem.vehicle_until_s[done.vehicle],
        "only source": problem.vehicle_source[done.vehicle] in (-1, trip_.source),
        "way back for who must": (done.back is not None) == problem.vehicle_returns[done.vehicle],
    }
    return [f"{name}: {done}" for name, kept in rules.items() if not kept]


def _vehicle_faults(problem: DispatchProblem, driven: Sequence[DrivenTrip]) -> list[str]:
    """A vehicle leaves where and when its last trip ended, and skips no trip."""
    found = []
    for vehicle in range(len(problem.vehicle_ids)):
        kind = int(problem.vehicle_type[vehicle])
        second, here = int(problem.vehicle_ready_s[vehicle]), int(problem.vehicle_base[vehicle])
        mine = sorted((done for done in driven if done.vehicle == vehicle), key=lambda done: done.sequence)
        for number, done in enumerate(mine):
            leg = first_leg(problem, kind, here, done.trip.source, second)
            if (done.sequence, done.legs[0]) != (number, leg):
                found.append(f"in two places: {done}")
            second, here = done.unloaded[-1], len(problem.source_ids) + done.trip.stops[-1].site
        found += _way_faults(problem, vehicle, mine)
    return found


def _way_faults(problem: DispatchProblem, vehicle: int, mine: Sequence[DrivenTrip]) -> list[str]:
    """Who must return is back in time, and nobody drives longer than allowed."""
    legs = [leg for done in mine for leg in done.legs]
    found = []
    if mine and problem.vehicle_returns[vehicle]:
        last = mine[-1]
        site = len(problem.source_ids) + last.trip.stops[-1].site
        kind, base = int(problem.vehicle_type[vehicle]), int(problem.vehicle_base[vehicle])
        back = first_leg(problem, kind, site, base, last.unloaded[-1])
        if last.back != back or back[1] > problem.vehicle_until_s[vehicle]:
            found.append(f"way back: {last}")
        legs.append(Leg(*back))
    driven_s = sum(leg.arrive - leg.depart for leg in legs)
    if driven_s > problem.vehicle_drive_s[vehicle]:
        found.append(f"vehicle {vehicle} drives {driven_s} s")
    return found


def first_leg(
    problem: DispatchProblem, kind: int, begin: int, end: int, clock: int
) -> tuple[float, float, float, int]:
    """Departure, arrival, metres and roads of the leg that arrives first; of equals the last to leave."""
    roads = [
        (0, np.inf, problem.travel_s, problem.travel_m),
        *((spell.from_s, spell.until_s, spell.travel_s, spell.travel_m) for spell in problem.spells),
    ]
    found = []
    for number, (opens, closes, seconds, metres) in enumerate(roads):
        depart = max(clock, opens)
        arrive = depart + seconds[kind, begin, end]
        if np.isfinite(arrive) and arrive <= closes:
            found.append((arrive, -depart, number, metres[kind, begin, end]))
    arrive, left, number, length = min(found)
    return -left, arrive, length, number


def _dock_faults(here: Sequence[DrivenTrip], docks: int) -> list[str]:
    """At the start of each load no more docks are taken than there are, and no dock twice."""
    found = []
    for one in here:
        same = [done.dock for done in here if done.load_start <= one.load_start < done.load_end]
        if len(set(same)) < len(same) or not set(same) <= set(range(1, docks + 1)):
            found.append(f"docks: {one}")
    return found


def _stock_faults(problem: DispatchProblem, here: Sequence[DrivenTrip], source: int, item: int) -> list[str]:
    """By any second no more has been loaded than had become ready."""
    supply = problem.supply
    mine = (supply.source == source) & (supply.item == item)
    found = []
    for one in here:
        ready = supply.quantity[mine & (supply.available_s <= one.load_start)].sum()
        if sum(done.trip.units[item] for done in here if done.load_start <= one.load_start) > ready:
            found.append(f"over-issued item {item}: {one}")
    return found
