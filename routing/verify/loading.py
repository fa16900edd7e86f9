"""Rules of time at sources and stops: order of events, docks, loading and unloading times."""

from __future__ import annotations

import heapq
from collections import defaultdict
from itertools import pairwise

from routing.verify.facts import Facts, Source
from routing.verify.findings import Findings
from routing.verify.loads import Loads
from routing.verify.rows import Plan, Stop, Trip
from stockpile.units import s_to_hours

NOISE_S = 1e-3


def check_loading(plan: Plan, facts: Facts, loads: Loads, findings: Findings) -> None:
    """Check sources, docks, the order of events and how long loading and unloading take."""
    by_source: dict[str, list[Trip]] = defaultdict(list)
    for trip in plan.trips:
        by_source[trip.source_id].append(trip)
        stops = plan.stops.get(trip.id, ())
        _check_timeline(trip, stops, findings)
        source = facts.sources.get(trip.source_id)
        message = f'there is no source "{trip.source_id}"'
        findings.expect("source", trip.where, message, holds=source is not None)
        if source is not None:
            _check_source(trip, source, findings)
            _check_loading_time(trip, source, facts, loads, findings)
        for stop in stops:
            _check_unloading_time(trip, stop, facts, loads, findings)
    for source_id, trips in by_source.items():
        if source_id in facts.sources:
            _check_docks(facts.sources[source_id], trips, findings)


def _check_timeline(trip: Trip, stops: tuple[Stop, ...], findings: Findings) -> None:
    found = [stop.number for stop in stops]
    expected = list(range(1, len(stops) + 1))
    message = f"has the stops {found}, expected 1, 2, ... without a gap"
    findings.expect("timeline", trip.where, message, holds=bool(stops) and found == expected)
    events = [
        ("departure", trip.depart_s),
        ("arrival at the source", trip.arrive_s),
        ("start of loading", trip.load_start_s),
        ("end of loading", trip.load_end_s),
    ]
    for stop in stops:
        events.append((f"arrival at stop {stop.number}", stop.arrive_s))
        events.append((f"start of unloading at stop {stop.number}", stop.unload_start_s))
        events.append((f"end of unloading at stop {stop.number}", stop.unload_end_s))
    for (before, before_s), (after, after_s) in pairwise(events):
        message = f"{after} at {s_to_hours(after_s)} h is before {before} at {s_to_hours(before_s)} h"
        findings.expect("timeline", trip.where, message, holds=before_s <= after_s)
    last_s = events[-1][1]
    message = f"ends at {s_to_hours(trip.end_s)} h, its last event is at {s_to_hours(last_s)} h"
    findings.expect("timeline", trip.where, message, holds=trip.end_s == last_s)


def _check_source(trip: Trip, source: Source, findings: Findings) -> None:
    where, source_id = trip.where, trip.source_id
    message = f"{source_id} is only a candidate and issues nothing"
    findings.expect("source", where, message, holds=source.existing)
    message = f"{source_id} is a community point and loads no vehicle"
    findings.expect("source", where, message, holds=not source.community)
    loads_h, ready_h = s_to_hours(trip.load_start_s), s_to_hours(source.ready_s)
    message = f"loads at {loads_h} h, {source_id} is mobilised at {ready_h} h"
    findings.expect("source", where, message, holds=trip.load_start_s >= source.ready_s)


def _check_loading_time(trip: Trip, source: Source, facts: Facts, loads: Loads, findings: Findings) -> None:
    kind = facts.kinds.get(trip.vehicle_type)
    if kind is None:
        return
    weight = loads.trip_kg.get(trip.id, 0.0)
    least_s = kind.stop_s + weight / source.load_kg_per_s
    taken_s = trip.load_end_s - trip.load_start_s
    message = f"loads {weight:.3f} kg at {trip.source_id} in {taken_s} s, it takes {least_s:.1f} s"
    findings.expect("loading_time", trip.where, message, holds=taken_s >= least_s - NOISE_S)


def _check_unloading_time(trip: Trip, stop: Stop, facts: Facts, loads: Loads, findings: Findings) -> None:
    kind = facts.kinds.get(trip.vehicle_type)
    if kind is None:
        return
    weight = loads.stop_kg.get((trip.id, stop.number), 0.0)
    least_s = kind.stop_s + weight / kind.unload_kg_per_s
    taken_s = stop.unload_end_s - stop.unload_start_s
    message = f"unloads {weight:.3f} kg in {taken_s} s, it takes {least_s:.1f} s"
    findings.expect("unloading_time", stop.where, message, holds=taken_s >= least_s - NOISE_S)


def _check_docks(source: Source, trips: list[Trip], findings: Findings) -> None:
    """Sweep the loadings in order of their start."""
    where = f"source {source.point.id}"
    loading: list[tuple[int, str]] = []  # a heap of (end, trip) of those under way
    at_dock: dict[int, Trip] = {}
    for trip in sorted(trips, key=lambda trip: (trip.load_start_s, trip.load_end_s, trip.id)):
        hour = s_to_hours(trip.load_start_s)
        while loading and loading[0][0] <= trip.load_start_s:
            heapq.heappop(loading)
        heapq.heappush(loading, (trip.load_end_s, trip.id))
        names = ", ".join(sorted(name for _, name in loading))
        message = f"{len(loading)} vehicles load at {hour} h ({names}), it has {source.docks} docks"
        findings.expect("docks", where, message, holds=len(loading) <= source.docks)
        message = f"trip {trip.id} is at dock {trip.dock}, it has the docks 1 to {source.docks}"
        findings.expect("docks", where, message, holds=1 <= trip.dock <= source.docks)
        before = at_dock.get(trip.dock)
        if before is not None:
            message = f"trips {before.id} and {trip.id} are both at dock {trip.dock} at {hour} h"
            findings.expect("docks", where, message, holds=before.load_end_s <= trip.load_start_s)
        if before is None or before.load_end_s < trip.load_end_s:
            at_dock[trip.dock] = trip
