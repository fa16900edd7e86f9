"""Rules of loads: lines add up to stops and trips, and fit the vehicle."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass

from routing.verify.facts import Facts
from routing.verify.findings import Findings
from routing.verify.rows import LoadLine, Plan, Stop, Trip

KG_STEP = 0.0005  # half of the last of three decimals
M3_STEP = 0.00005  # half of the last of four decimals
NOISE = 1e-6
ROUNDING_SHARE = 1e-9


@dataclass(frozen=True)
class Loads:
    """Weights and volumes worked out from the lines: by trip, and weight by (trip, stop)."""

    trip_kg: Mapping[str, float]
    trip_m3: Mapping[str, float]
    stop_kg: Mapping[tuple[str, int], float]


def loads_of(plan: Plan, facts: Facts) -> Loads:
    """Weigh every trip and stop by its lines; items that nobody knows weigh nothing."""
    trip_kg: dict[str, float] = defaultdict(float)
    trip_m3: dict[str, float] = defaultdict(float)
    stop_kg: dict[tuple[str, int], float] = defaultdict(float)
    for lines in plan.lines.values():
        for line in lines:
            weight = line.quantity * facts.weight_kg.get(line.item, 0.0)
            trip_kg[line.trip_id] += weight
            stop_kg[line.trip_id, line.stop] += weight
            trip_m3[line.trip_id] += line.quantity * facts.volume_m3.get(line.item, 0.0)
    return Loads(trip_kg, trip_m3, stop_kg)


def check_loads(plan: Plan, facts: Facts, loads: Loads, findings: Findings) -> None:
    """Check lines, then what stops and trips say about them, then the limits of the vehicle type."""
    for trip in plan.trips:
        stops = plan.stops.get(trip.id, ())
        lines = plan.lines.get(trip.id, ())
        site_of = {stop.number: stop.site_id for stop in stops}
        for place, line in enumerate(lines, start=1):
            _check_line(line, place, site_of, facts, findings)
        for stop in stops:
            _check_stop(stop, facts, loads, findings)
        _check_trip(trip, facts, loads, findings)


def _check_line(
    line: LoadLine, place: int, site_of: Mapping[int, str], facts: Facts, findings: Findings
) -> None:
    where = line.where
    findings.expect("load_lines", where, f"is pick {line.pick}, expected {place}", holds=line.pick == place)
    findings.expect("load_lines", where, f"carries {line.quantity} units", holds=line.quantity > 0)
    site = site_of.get(line.stop)
    findings.expect(
        "load_lines", where, f"is for {line.site_id}, the stop is at {site}", holds=line.site_id == site
    )
    known = line.item in facts.weight_kg
    if findings.expect("load_lines", where, f'there is no item "{line.item}"', holds=known):
        weight = line.quantity * facts.weight_kg[line.item]
        volume = line.quantity * facts.volume_m3[line.item]
        _expect_sum(findings, where, (line.weight_kg, weight, KG_STEP), "kg")
        _expect_sum(findings, where, (line.volume_m3, volume, M3_STEP), "m3")


def _check_stop(stop: Stop, facts: Facts, loads: Loads, findings: Findings) -> None:
    known = stop.site_id in facts.sites
    findings.expect("load_lines", stop.where, f'there is no site "{stop.site_id}"', holds=known)
    key = (stop.trip_id, stop.number)
    findings.expect("load_lines", stop.where, "nothing is unloaded", holds=key in loads.stop_kg)
    _expect_sum(findings, stop.where, (stop.weight_kg, loads.stop_kg.get(key, 0.0), KG_STEP), "kg")


def _check_trip(trip: Trip, facts: Facts, loads: Loads, findings: Findings) -> None:
    weight, volume = loads.trip_kg.get(trip.id, 0.0), loads.trip_m3.get(trip.id, 0.0)
    _expect_sum(findings, trip.where, (trip.weight_kg, weight, KG_STEP), "kg")
    _expect_sum(findings, trip.where, (trip.volume_m3, volume, M3_STEP), "m3")
    kind = facts.kinds.get(trip.vehicle_type)
    if kind is None:
        return  # the rule `vehicle` says so
    message = f"carries {weight:.3f} kg, a {kind.id} at most {kind.payload_kg:.3f} kg"
    findings.expect("capacity", trip.where, message, holds=weight <= kind.payload_kg + NOISE)
    message = f"carries {volume:.4f} m3, a {kind.id} at most {kind.volume_m3:.4f} m3"
    findings.expect("capacity", trip.where, message, holds=volume <= kind.volume_m3 + NOISE)


def _expect_sum(findings: Findings, where: str, values: tuple[float, float, float], unit: str) -> None:
    """Expect a written value to be the one worked out, within half of its last decimal."""
    written, worked_out, step = values
    message = f"says {written:g} {unit}, the lines come to {worked_out:g} {unit}"
    holds = math.isclose(written, worked_out, rel_tol=ROUNDING_SHARE, abs_tol=step + NOISE)
    findings.expect("weights", where, message, holds=holds)
