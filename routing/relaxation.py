"""Limits that no dispatch can beat: earliest arrivals, dock-hours, fleet-hours and hand-out, by hour.

Allocation and placement are built on them: every dispatch plan keeps these limits, so a model that keeps
nothing else is a relaxation of dispatch. `stocked` (I,) says which sources may hold goods; `ends_s` (B,) are
the seconds by which things have to be done.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from routing.earliest import earliest_s
from routing.problem import DispatchProblem, Flags, Floats, Ints


def types_of(problem: DispatchProblem, mode: str) -> list[int]:
    """Vehicle types of the mode that have a vehicle, in rising order."""
    return sorted(set(problem.vehicle_type[problem.vehicles_of(mode)].tolist()))


def first_load_s(problem: DispatchProblem, kind: int, of: Flags | None = None) -> Floats:
    """Earliest second at which any vehicle of the type can begin to load at each source, (I,).

    Of the vehicles `of` (V,) where they are given.
    """
    mine, count = problem.vehicle_type == kind, len(problem.source_ids)
    mine = mine if of is None else mine & of
    begin_s = np.full((1, problem.travel_s.shape[1]), np.inf)
    np.minimum.at(begin_s[0], problem.vehicle_base[mine], problem.vehicle_ready_s[mine])
    arrive_s = earliest_s(problem, kind, begin_s)[0, :count]
    by_one_leg = np.isfinite(problem.least_s[kind, problem.vehicle_base[mine], :count]).any(axis=0)
    first: Floats = np.where(by_one_leg, np.maximum(arrive_s, problem.source_ready_s), np.inf)
    return first


def drop_s(problem: DispatchProblem, kind: int) -> Floats:
    """Least seconds from leaving the dock to the end of unloading, whatever the weight, (I, J)."""
    count = len(problem.source_ids)
    seconds: Floats = problem.least_over_stops_s[kind][:count][:, problem.site_point] + problem.stop_s[kind]
    return seconds


def earliest_unloaded_s(problem: DispatchProblem, mode: str, source: Ints, ready_s: Floats) -> Floats:
    """Second before which no goods can have been unloaded at each site by the mode, (N, J).

    Call-out, mobilisation, the stops for loading and unloading and the drive, all of one type; infinite
    where the mode brings nothing: a load goes only where one leg leads from its source at some time. Goods n
    stand at `source` (N,), ready from `ready_s` (N,) on, infinite for never.
    """
    earliest = np.full((len(source), len(problem.site_ids)), np.inf)
    for kind in types_of(problem, mode):
        loaded_s = np.full((len(source), problem.travel_s.shape[1]), np.inf)
        first_s = np.maximum(first_load_s(problem, kind)[source], ready_s)
        loaded_s[np.arange(len(source)), source] = first_s + problem.stop_s[kind]
        earliest = np.minimum(earliest, unloaded_s(problem, kind, loaded_s))
    return earliest


def unloaded_s(problem: DispatchProblem, kind: int, loaded_s: Floats) -> Floats:
    """Second before which goods that left sources at `loaded_s` (R, P) are at no site unloaded, (R, J).

    By vehicles of one type; infinite where no leg leads from any source of the row at some time.
    """
    there_s = earliest_s(problem, kind, loaded_s)[:, problem.site_point]
    sources = len(problem.source_ids)
    legs = np.isfinite(problem.least_s[kind][:sources][:, problem.site_point])
    by_one_leg = np.isfinite(loaded_s[:, :sources]).astype(np.float32) @ legs.astype(np.float32) > 0
    unloaded: Floats = np.where(by_one_leg, there_s, np.inf) + problem.stop_s[kind]
    return unloaded


def earliest_arrival_s(problem: DispatchProblem, mode: str, stocked: Flags) -> Floats:
    """`earliest_unloaded_s` of goods that are ready from the order on at the stocked sources, (I, J)."""
    ready_s = np.where(stocked, 0.0, np.inf)
    return earliest_unloaded_s(problem, mode, np.arange(len(ready_s)), ready_s)


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
class TypeHours:
    """What a kg ties down of the vehicles of one type, and what they have.

    Attributes:
        s_per_kg: least vehicle seconds for a kg from source to site, infinite where the type brings nothing,
            (I, J).
        seconds: seconds on the road by each end, summed over the vehicles, (B,).
    """

    s_per_kg: Floats
    seconds: Floats


def essential_payload_kg(problem: DispatchProblem, kind: int, items: Ints) -> float:
    """Most kg of some items that the type takes at once: its payload, or its room full of the densest."""
    volume, weight = problem.volume_m3[items], problem.weight_kg[items]
    if not volume.all() or not weight.any():
        return float(problem.payload_kg[kind])
    return float(min(problem.payload_kg[kind], problem.load_volume_m3[kind] * (weight / volume).max()))


def spared_way_s(problem: DispatchProblem, kind: int, stocked: Flags) -> float:
    """Median way back of the type from the sites that it serves to the nearest source that it loads at."""
    lane, back = _lanes_and_ways_back(problem, kind, stocked)
    return float(np.median(back[lane.any(axis=0)])) if lane.any() else 0.0


def _lanes_and_ways_back(problem: DispatchProblem, kind: int, stocked: Flags) -> tuple[Flags, Floats]:
    """Whether the type brings anything from source to site, (I, J), and the least way back, (J,)."""
    count = len(problem.source_ids)
    out = problem.least_s[kind][:count][:, problem.site_point]
    lane: Flags = np.isfinite(out) & (stocked & np.isfinite(first_load_s(problem, kind)))[:, None]
    used = np.flatnonzero(lane.any(axis=1))
    back = problem.least_over_stops_s[kind][problem.site_point][:, used].min(axis=1, initial=np.inf)
    return lane, np.where(np.isfinite(back), back, 0.0)


def type_hours(
    problem: DispatchProblem, kind: int, stocked: Flags, ends_s: Floats, spare_s: float
) -> TypeHours:
    """sum of kg * s_per_kg <= seconds, for a vehicle type.

    A tour that leaves i with W kg and drops w_j of them at j takes at least the drive i to j and on to the
    nearest source, for any of its j, and so for their mean with weights w_j / W; it stops at least twice,
    and loads and unloads at the dock's and its own rate. As W <= payload, the tour's seconds are at least
    sum of w_j * ( (out + back + 2 stops) / payload + 1 / dock rate + 1 / unloading rate ). Each vehicle is
    spared one way back, for its last tour: `spare_s`, any number, to which all ways back are cut.
    """
    lane, back = _lanes_and_ways_back(problem, kind, stocked)
    out = problem.least_over_stops_s[kind][: len(problem.source_ids)][:, problem.site_point]
    used = np.flatnonzero(lane.any(axis=1))
    payload_kg = essential_payload_kg(problem, kind, np.flatnonzero(problem.essential))
    fixed_s = out + np.minimum(back, spare_s)[None, :] + 2 * problem.stop_s[kind]
    handling = 1 / problem.dock_kg_per_s[:, None] + 1 / problem.unload_kg_per_s[kind]
    seconds = np.zeros(len(ends_s))
    mine = np.flatnonzero(problem.vehicle_type == kind)
    columns = (problem.vehicle_base, problem.vehicle_ready_s, problem.vehicle_until_s)
    alike, number = np.unique(np.stack([column[mine] for column in columns]), axis=1, return_counts=True)
    begin_s = np.full((alike.shape[1], problem.travel_s.shape[1]), np.inf)
    begin_s[np.arange(len(begin_s)), alike[0]] = alike[1]
    there_s = earliest_s(problem, kind, begin_s)[:, used].min(axis=1, initial=np.inf)
    for vehicles, there, until in zip(number, there_s, alike[2], strict=True):
        left = np.minimum(ends_s, until) - there
        seconds += vehicles * np.where(left > 0, left + spare_s, 0.0)
    return TypeHours(np.where(lane, fixed_s / payload_kg + handling, np.inf), seconds)


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
    """sum of kg * effort <= sum over vehicles of payload * seconds, for a mode that has a vehicle."""
    types = types_of(problem, mode)
    hours = [
        type_hours(problem, kind, stocked, ends_s, spared_way_s(problem, kind, stocked)) for kind in types
    ]
    return mixed_hours(hours, problem.payload_kg[types])


def mixed_hours(hours: Sequence[TypeHours], weight_kg: Floats) -> FleetHours:
    """The types of a mode as one fleet: each type's limit times its weight (types,), summed.

    Whichever type takes a kg, it ties down at least the least of weight * s_per_kg; so the sum holds for any
    weights that are not negative. Weights near each type's kg per second make it close to all the types'
    limits on their own.
    """
    efforts = [
        np.where(np.isfinite(one.s_per_kg), weight, 1.0) * one.s_per_kg
        for weight, one in zip(weight_kg, hours, strict=True)
    ]
    kg_s = sum(weight * one.seconds for weight, one in zip(weight_kg, hours, strict=True))
    return FleetHours(np.min(efforts, axis=0), np.asarray(kg_s))
