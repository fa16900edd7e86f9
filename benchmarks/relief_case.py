"""Seeded cases of relief dispatch, and the judge of every plan for them.

People wait at sites; what a site needs is cut into loads of at most 4 t. Trucks of three types stand at home
warehouses, load only there (stock and docks do not bind), drive several trips, and are judged by how late
people are served. Cases and judgement are, number for number, those of the family that other solvers were
measured on.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
import numpy.typing as npt

Objective = Literal["score", "on_time"]
Routes = list[list[int]]
Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]

HOME = -1
"""In a route: back to the home warehouse, to load again."""

HOUR_S = 3600
HORIZON_S = 24 * HOUR_S
UNSERVED_H = 24
"""A person who is not served counts as one who is so many hours late."""

FIELD_KM = (300, 280)
DAMAGE_KM = ((60, 20), (240, 260))
"""Sites drawn too far from the band of damage are drawn again between these corners."""

BAND_KM = 120
"""Half the width of the band."""

KG_PER_PERSON = 8
LARGEST_LOAD_KG = 4000
DEADLINES_H = (4, 8, 24)
LATEST_DEADLINE_H = 20
TRUCK_SHARES = (0.4, 0.4, 0.2)
PAYLOAD_KG = np.array([4000, 10_000, 20_000])
LOADING_S = np.array([1200, 1800, 2700])
SLOWER = (1.0, 1.1, 1.3)
"""By type of truck: payload, loading once a trip, and how many times the seconds of the fastest it drives."""


@dataclass(frozen=True)
class Size:
    """How many of each."""

    sites: int
    trucks: int
    warehouses: int


SIZES = {"small": Size(300, 68, 24), "medium": Size(1000, 200, 40), "large": Size(2000, 400, 60)}


@dataclass(frozen=True, eq=False)
class ReliefCase:
    """T trucks, L loads, W warehouses; points are the warehouses, then one a load."""

    warehouses: int
    truck_type: Ints
    """(T,) row of `travel_s`."""
    truck_home: Ints
    """(T,) warehouse."""
    payload_kg: Ints
    loading_s: Ints
    """(T,) at home, before each trip."""
    load_site: Ints
    load_kg: Ints
    load_people: Floats
    """(L,) people of the site over its loads, so not whole."""
    deadline_s: Ints
    unload_s: Ints
    travel_s: Ints
    """(types, W + L, W + L)."""
    horizon_s: int = HORIZON_S


@dataclass(frozen=True)
class Verdict:
    """What a plan is worth; `score` is person-hours late + 24 h a person not served + driving hours."""

    score: int
    person_hours_late: int
    people_unserved: int
    people_on_time_share: float
    drive_hours: int


def make_case(size: Size, *, seed: int) -> ReliefCase:
    """Make a case; seed 5 is the published one of its size."""
    random = np.random.default_rng(seed)
    warehouse_km = random.uniform(0, FIELD_KM, (size.warehouses, 2))
    site_km = _sites_along_the_band(random, size.sites)
    people = np.clip(random.lognormal(6, 0.8, size.sites), 40, 3000).round()
    truck_type = random.choice(len(TRUCK_SHARES), size.trucks, p=TRUCK_SHARES)
    truck_home = random.integers(0, size.warehouses, size.trucks)
    deadline_h = np.minimum(random.choice(DEADLINES_H, size.sites, p=[0.3, 0.4, 0.3]), LATEST_DEADLINE_H)
    need_kg = people * KG_PER_PERSON
    loads = np.ceil(need_kg / LARGEST_LOAD_KG).astype(np.int64)
    load_site = np.repeat(np.arange(size.sites), loads)
    load_kg = np.ceil(need_kg / loads).astype(np.int64)[load_site]
    seconds = _fastest_seconds(np.concatenate([warehouse_km, site_km[load_site]]))
    return ReliefCase(
        warehouses=size.warehouses,
        truck_type=truck_type,
        truck_home=truck_home,
        payload_kg=PAYLOAD_KG[truck_type],
        loading_s=LOADING_S[truck_type],
        load_site=load_site,
        load_kg=load_kg,
        load_people=(people / loads)[load_site],
        deadline_s=(deadline_h * HOUR_S)[load_site],
        unload_s=(600 + load_kg * 0.6).astype(np.int64),
        travel_s=np.stack([np.rint(seconds * slower).astype(np.int64) for slower in SLOWER]),
    )


def _sites_along_the_band(random: np.random.Generator, sites: int) -> Floats:
    site_km = random.uniform(0, FIELD_KM, (sites, 2))
    middle_x, middle_y = FIELD_KM[0] / 2, FIELD_KM[1] / 2
    outside = np.abs(site_km[:, 0] - middle_x - 0.3 * (site_km[:, 1] - middle_y)) > BAND_KM
    site_km[outside] = random.uniform(*DAMAGE_KM, (np.count_nonzero(outside), 2))
    return site_km


def _fastest_seconds(points_km: Floats) -> Ints:
    """Roads 1.35 times the straight line, 38 km/h or 48 km/h beyond 60 km, up to 10 % slower by direction."""
    offset_km = points_km[:, None] - points_km[None]
    km = np.hypot(offset_km[..., 0], offset_km[..., 1]) * 1.35
    index = np.arange(len(points_km))
    seconds = km / np.where(km > 60, 48, 38) * HOUR_S  # noqa: PLR2004 - see above
    seconds = seconds * (1 + 0.1 * np.abs(np.sin(index)[:, None] + np.cos(index)[None]) / 2)
    seconds[km == 0] = 0
    whole: Ints = np.rint(seconds).astype(np.int64)
    return whole


@dataclass(frozen=True)
class Run:
    """What one truck does: arrivals (load, seconds) in order, seconds driven, and when it is home again."""

    arrivals: list[tuple[int, int]]
    driving_s: int
    home_s: int


def drive(case: ReliefCase, truck: int, route: Sequence[int]) -> Run:
    """Follow a route: loads in order, HOME in between. Who arrives after the horizon turns back.

    Raises:
        ValueError: The truck carries more than its payload.
    """
    if all(stop == HOME for stop in route):
        return Run([], 0, 0)
    travel_s = case.travel_s[case.truck_type[truck]]
    home, loading_s = int(case.truck_home[truck]), int(case.loading_s[truck])
    clock, here, kg, driving = loading_s, home, 0, 0
    arrivals: list[tuple[int, int]] = []
    for stop in route:
        if stop == HOME:
            if here != home:
                leg = int(travel_s[here, home])
                clock, driving, here, kg = clock + leg + loading_s, driving + leg, home, 0
            continue
        kg += int(case.load_kg[stop])
        if kg > case.payload_kg[truck]:
            raise ValueError(f"truck {truck} carries {kg} kg, its payload is {case.payload_kg[truck]} kg")
        leg = int(travel_s[here, case.warehouses + stop])
        clock, driving, here = clock + leg, driving + leg, case.warehouses + stop
        if clock > case.horizon_s:
            break
        arrivals.append((stop, clock))
        clock += int(case.unload_s[stop])
    back = int(travel_s[here, home])
    return Run(arrivals, driving + back, clock + back)


def judge(case: ReliefCase, routes: Sequence[Sequence[int]]) -> Verdict:
    """Say what a plan is worth; `routes` holds one route a truck. A load counts when its truck arrives.

    Raises:
        ValueError: A truck is overloaded, or a load is delivered twice.
    """
    served = np.zeros(len(case.load_kg), np.bool_)
    late_h = on_time = 0.0
    driving_s = 0
    for truck, route in enumerate(routes):
        run = drive(case, truck, route)
        driving_s += run.driving_s
        for load, arrival_s in run.arrivals:
            if served[load]:
                raise ValueError(f"load {load} is delivered twice")
            served[load] = True
            late_s = max(0, arrival_s - int(case.deadline_s[load]))
            late_h += float(case.load_people[load]) * late_s / HOUR_S
            on_time += float(case.load_people[load]) * (late_s == 0)
    unserved = float(case.load_people[~served].sum())
    return Verdict(
        score=round(late_h + unserved * UNSERVED_H + driving_s / HOUR_S),
        person_hours_late=round(late_h),
        people_unserved=round(unserved),
        people_on_time_share=round(on_time / float(case.load_people.sum()), 4),
        drive_hours=round(driving_s / HOUR_S),
    )
