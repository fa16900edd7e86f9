"""Limits that no dispatch can beat: earliest arrivals, dock-hours, fleet-hours and hand-out, by hour.

Allocation and placement are built on them: every dispatch plan keeps these limits, so a model that keeps
nothing else is a relaxation of dispatch. `stocked` (I,) says which sources may hold goods; `ends_s` (B,) are
the seconds by which things have to be done.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from routing.problem import DispatchProblem, Flags, Floats


def first_load_end_s(problem: DispatchProblem, mode: str) -> Floats:
    """Earliest second at which any vehicle of the mode can leave each source loaded, (I,)."""
    count = len(problem.source_ids)
    soonest = np.full(count, np.inf)
    for vehicle in problem.vehicles_of(mode).tolist():
        kind = problem.vehicle_type[vehicle]
        arrive = (
            problem.vehicle_ready_s[vehicle] + problem.least_s[kind, problem.vehicle_base[vehicle], :count]
        )
        start = np.maximum(arrive, problem.source_ready_s)
        soonest = np.minimum(soonest, start + problem.stop_s[kind])
    return soonest


def earliest_arrival_s(problem: DispatchProblem, mode: str, stocked: Flags) -> Floats:
    """Second before which nothing of the source can have arrived at the site by the mode, (I, J).

    Call-out, mobilisation, the stop for loading and the drive; infinite where the mode brings nothing.
    """
    earliest = first_load_end_s(problem, mode)[:, None] + problem.drive_s(mode)
    earliest[~problem.reach(mode, stocked)] = np.inf
    return earliest


def ready_units(problem: DispatchProblem, ends_s: Floats) -> Floats:
    """Units of each item that each source can have loaded before each end, cumulative, (I, K, B)."""
    ready = np.zeros((len(problem.source_ids), len(problem.item_ids), len(ends_s)))
    supply = problem.supply
    for bucket, end in enumerate(ends_s):
        in_time = supply.available_s < end
        np.add.at(
            ready[:, :, bucket], (supply.source[in_time], supply.item[in_time]), supply.quantity[in_time]
        )
    return ready


def most_people(
    problem: DispatchProblem, arrivals_s: Iterable[Floats], at_once: Flags, ends_s: Floats
) -> Floats:
    """min( P_j, rate_j * (e_b - first arrival at j) ): people that can have been handed a basket, (J, B).

    Args:
        problem: the dispatch problem.
        arrivals_s: earliest arrivals by mode, each (I, J).
        at_once: sites at which goods may stand from the beginning, (J,).
        ends_s: ends of the buckets, (B,).
    """
    first = np.full(len(problem.site_ids), np.inf)
    for earliest in arrivals_s:
        first = np.minimum(first, earliest.min(axis=0, initial=np.inf))
    first[at_once] = 0.0
    span = np.maximum(ends_s[None, :] - first[:, None], 0.0)
    most: Floats = np.minimum(problem.handout_per_s[:, None] * span, problem.people[:, None])
    return most


def dock_kg(problem: DispatchProblem, stocked: Flags, ends_s: Floats) -> Floats:
    """docks_i * rate_i * (e_b - ready_i - shortest drive from i): kg loaded in time for each end, (I, B)."""
    shortest = np.full(len(problem.source_ids), np.inf)
    for mode in problem.modes:
        drive = np.where(problem.reach(mode, stocked), problem.drive_s(mode), np.inf)
        shortest = np.minimum(shortest, drive.min(axis=1, initial=np.inf))
    shortest[~np.isfinite(shortest)] = 0.0
    open_s = np.maximum(ends_s[None, :] - (problem.source_ready_s + shortest)[:, None], 0.0)
    kg: Floats = (problem.docks * problem.dock_kg_per_s)[:, None] * open_s
    return kg


@dataclass(frozen=True)
class FleetHours:
    """What a kg ties down of the vehicles of one mode, and what they have.

    Attributes:
        effort_s: least seconds for which a kg from source to site ties its payload down, (I, J).
        kg_s: payload times seconds on the road by each end, summed over the vehicles, (B,).
    """

    effort_s: Floats
    kg_s: Floats


def fleet_hours(problem: DispatchProblem, mode: str, stocked: Flags, ends_s: Floats) -> FleetHours:
    """sum of kg * effort <= sum over vehicles of payload * seconds, for a mode that has a vehicle.

    A kg from i to j ties down at least the drive i to j and on to the nearest source, and its share of
    loading and unloading: a closed tour takes no less than its load-weighted radial distance over the
    payload. Each vehicle is spared one way back, for its last tour.
    """
    reach = problem.reach(mode, stocked)
    out = problem.drive_s(mode)
    used = np.flatnonzero(reach.any(axis=1))
    back = problem.back_s(mode)[:, used].min(axis=1, initial=np.inf)
    back = np.where(np.isfinite(back), back, 0.0)
    vehicles = problem.vehicles_of(mode)
    kinds = problem.vehicle_type[vehicles]
    smallest = problem.payload_kg[kinds].min()
    handling = 2 * problem.stop_s[kinds].min() + smallest / problem.unload_kg_per_s[kinds].max()
    spare_s = float(np.median(back[reach.any(axis=0)])) if reach.any() else 0.0
    back = np.minimum(back, spare_s)
    loading = smallest / problem.dock_kg_per_s
    kg_s = np.zeros(len(ends_s))
    for vehicle, kind in zip(vehicles.tolist(), kinds.tolist(), strict=True):
        first_leg = problem.least_s[kind, problem.vehicle_base[vehicle], used].min(initial=np.inf)
        if not np.isfinite(first_leg):
            continue
        ends = np.minimum(ends_s, problem.vehicle_until_s[vehicle])
        seconds = ends - problem.vehicle_ready_s[vehicle] - first_leg
        kg_s += problem.payload_kg[kind] * np.where(seconds > 0, seconds + spare_s, 0.0)
    return FleetHours(out + back[None, :] + handling + loading[:, None], kg_s)
