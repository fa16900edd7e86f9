"""Rules of vehicles: they exist, are in one place at a time, and keep their hours and what their row says."""

from __future__ import annotations

from collections import defaultdict
from itertools import pairwise

from routing.verify.facts import Facts, Yard
from routing.verify.findings import Findings
from routing.verify.rows import Leg, Plan, Trip
from stockpile.units import SECONDS_PER_HOUR, s_to_hours


def check_vehicles(plan: Plan, facts: Facts, findings: Findings) -> None:
    """Check every trip's vehicle and every vehicle's trips."""
    by_vehicle: dict[str, list[Trip]] = defaultdict(list)
    for trip in plan.trips:
        yard = facts.yards.get(trip.fleet_id)
        by_vehicle[trip.vehicle_id].append(trip)
        _check_identity(trip, yard, findings)
        if yard is not None:
            _check_shift(trip, yard, findings)
            message = f"loads at {trip.source_id}, {trip.fleet_id} only at {yard.load_at}"
            findings.expect("load_at", trip.where, message, holds=yard.load_at in ("", trip.source_id))
    for trips in by_vehicle.values():
        _check_sequence(trips, findings)
        yard = facts.yards.get(trips[0].fleet_id)
        if yard is not None:
            _check_ways(plan, trips, yard, findings)


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


def _check_ways(plan: Plan, trips: list[Trip], yard: Yard, findings: Findings) -> None:
    """Whether a vehicle is back in time where it must, and all its driving is within the limit."""
    last = trips[-1]
    if yard.returns:
        back = _way_back(plan, last)
        message = f"{last.vehicle_id} must return to {yard.base.id}, no way back is planned"
        if findings.expect("return", last.where, message, holds=back is not None) and back is not None:
            message = (
                f"{last.vehicle_id} is back at {back.to_id} at {s_to_hours(back.arrive_s)} h,"
                f" it must be at {yard.base.id} by {s_to_hours(yard.until_s)} h"
            )
            holds = back.to_id == yard.base.id and back.arrive_s <= yard.until_s
            findings.expect("return", last.where, message, holds=holds)
    legs = [leg for trip in trips for leg in plan.legs.get(trip.id, ())]
    driven_s = sum(leg.arrive_s - leg.depart_s for leg in legs)
    most_h = yard.drive_s / SECONDS_PER_HOUR
    message = f"{last.vehicle_id} drives {s_to_hours(driven_s)} h, {last.fleet_id} at most {most_h:g} h"
    findings.expect("driving", last.where, message, holds=driven_s <= yard.drive_s)


def _way_back(plan: Plan, trip: Trip) -> Leg | None:
    """The leg after the trip's last stop."""
    after = len(plan.stops.get(trip.id, ())) + 1
    return next((leg for leg in plan.legs.get(trip.id, ()) if leg.number == after), None)
