"""Rules of vehicles: they exist, are in one place at a time, and keep their hours."""

from __future__ import annotations

from collections import defaultdict
from itertools import pairwise

from routing.verify.facts import Facts, Yard
from routing.verify.findings import Findings
from routing.verify.rows import Plan, Trip
from stockpile.units import s_to_hours


def check_vehicles(plan: Plan, facts: Facts, findings: Findings) -> None:
    """Check every trip's vehicle and every vehicle's trips."""
    by_vehicle: dict[str, list[Trip]] = defaultdict(list)
    for trip in plan.trips:
        yard = facts.yards.get(trip.fleet_id)
        by_vehicle[trip.vehicle_id].append(trip)
        _check_identity(trip, yard, findings)
        if yard is not None:
            _check_shift(trip, yard, findings)
    for trips in by_vehicle.values():
        _check_sequence(trips, findings)


def _check_identity(trip: Trip, yard: Yard | None, findings: Findings) -> None:
    message = f'the fleet has no row "{trip.fleet_id}"'
    findings.expect("vehicle", trip.where, message, holds=yard is not None)
    if yard is None:
        return
    # one way to write each vehicle, so that no vehicle can be two
    digits = max(2, len(str(yard.number)))
    holds = trip.vehicle_id in {f"{trip.fleet_id}#{n:0{digits}d}" for n in range(1, yard.number + 1)}
    message = f"{trip.vehicle_id} is none of the {yard.number} vehicles of fleet row {trip.fleet_id}"
    findings.expect("vehicle", trip.where, message, holds=holds)
    kind = yard.kind
    message = f"is a {trip.vehicle_type} on {trip.mode}, {trip.fleet_id} has type {kind.id} on {kind.mode}"
    holds = (trip.vehicle_type, trip.mode) == (kind.id, kind.mode)
    findings.expect("vehicle", trip.where, message, holds=holds)


def _check_shift(trip: Trip, yard: Yard, findings: Findings) -> None:
    message = (
        f"leaves at {s_to_hours(trip.depart_s)} h, {trip.fleet_id} may from {s_to_hours(yard.ready_s)} h"
    )
    findings.expect("shift", trip.where, message, holds=trip.depart_s >= yard.ready_s)
    message = f"ends at {s_to_hours(trip.end_s)} h, {trip.fleet_id} must by {s_to_hours(yard.until_s)} h"
    findings.expect("shift", trip.where, message, holds=trip.end_s <= yard.until_s)


def _check_sequence(trips: list[Trip], findings: Findings) -> None:
    trips.sort(key=lambda trip: (trip.sequence, trip.depart_s))
    for place, trip in enumerate(trips, start=1):
        message = f"is number {trip.sequence} of {trip.vehicle_id}, expected {place}"
        findings.expect("overlap", trip.where, message, holds=trip.sequence == place)
    for before, after in pairwise(trips):
        message = (
            f"{after.vehicle_id} leaves at {s_to_hours(after.depart_s)} h,"
            f" before its trip {before.id} ends at {s_to_hours(before.end_s)} h"
        )
        findings.expect("overlap", after.where, message, holds=after.depart_s >= before.end_s)
