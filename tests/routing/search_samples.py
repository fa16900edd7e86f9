"""Small problems of the search over trips, and a plain replay that shares nothing with its loops."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from routing.search.load_problem import Fleet, LoadProblem, Loads, Sites, Sources, no_sites
from routing.search.search import Routes, Trip
from routing.supply_curve import supply_curve

UNSERVED = 1e7
"""Cost of a load that nobody brings: more than all else in these samples."""


@dataclass(frozen=True)
class Rules:
    """What a sample problem has besides vehicles and loads."""

    windows: bool = False
    releases: bool = False
    sites: bool = False
    docks: bool = False
    by_weight: bool = False
    vehicles: bool = False
    cut_roads: bool = False
    groups: bool = False


def draw_problem(seed: int, rules: Rules, *, loads: int = 9, vehicles: int = 3) -> LoadProblem:
    """Two types of vehicle, two yards, the first with two waves of stock, three places to go to.

    All times are whole seconds and all weights quarters of a kilo, so that sums are exact.
    """
    random = np.random.default_rng(seed)
    places = random.integers(2, 5, loads)
    points = 5 + vehicles
    spot = random.uniform(0, 900, (points, 2))
    seconds = np.ceil(np.hypot(*(spot[:, None] - spot[None]).transpose(2, 0, 1))) + random.integers(
        0, 60, (points, points)
    )
    if rules.cut_roads:
        seconds[random.random((points, points)) < 0.1] = np.inf
    np.fill_diagonal(seconds, 0)
    travel = np.stack([seconds, 2.0 * seconds]).astype(np.float32)
    handling = 2.0 if rules.by_weight else 0.0
    fleet = Fleet(
        type=random.integers(0, 2, vehicles),
        base=np.arange(vehicles) + 5,
        yard=random.choice([-1, -1, 0, 1], vehicles) if rules.vehicles else np.full(vehicles, -1),
        ready_s=random.choice([0.0, 300.0], vehicles),
        until_s=random.choice([6000.0, 12_000.0], vehicles),
        returns=random.integers(0, 2, vehicles).astype(bool) if rules.vehicles else np.zeros(vehicles, bool),
        drive_s=random.choice([np.inf, 2500.0, 5000.0], vehicles)
        if rules.vehicles
        else np.full(vehicles, np.inf),
        most_trips=random.integers(2, 5, vehicles),
        used_cost=random.choice([0.0, 500.0], vehicles),
        payload_kg=np.array([60.0, 100.0]),
        volume_m3=np.array([4.0, 2.5]),
        loading_s=np.array([60.0, 120.0]),
        unloading_s_per_kg=np.array([handling, handling / 2]),
        cost_per_s=np.array([1.0, 2.0]),
        stop_s=np.zeros(2),
        travel_s=travel,
    )
    opens = random.integers(0, 2000, loads).astype(float) if rules.windows else np.zeros(loads)
    units = random.integers(0, 8, (loads, 2)).astype(float)
    home = random.integers(0, 3, loads)
    wanted = Loads(
        point=places,
        site=np.where(random.random(loads) < 0.8, places - 2, -1) if rules.sites else np.full(loads, -1),
        units=units,
        home=home,
        weight_kg=random.integers(40, 200, loads) / 4,
        volume_m3=random.integers(1, 12, loads) / 8,
        service_s=random.integers(0, 100, loads).astype(float),
        release_s=random.choice([0.0, 700.0], loads) if rules.releases else np.zeros(loads),
        open_s=opens,
        close_s=opens + random.integers(500, 4000, loads) if rules.windows else np.full(loads, np.inf),
        due_s=random.integers(0, 3000, loads).astype(float),
        late_cost_per_s=random.choice([0.0, 1.0, 3.0], loads),
        late_cost=random.choice([0.0, 1000.0], loads),
        absent_cost=np.full(loads, UNSERVED),
    )
    yard = np.array([0, 0, 1])
    spare = random.integers(0, 12, (3, 2)).astype(float)
    spare[1] += spare[0]
    sources = Sources(
        point=np.array([0, 0, 1]),
        yard=yard,
        ready_s=np.array([0.0, 900.0, 0.0]),
        loading_s_per_kg=np.full(3, handling),
        stock=spare + taken(yard, home, units),
        docks=random.integers(0, 3, 2) if rules.docks else np.zeros(2, np.int64),
    )
    sites = Sites(
        people=random.integers(0, 20, 3),
        handout_per_s=random.choice([0.01, 1.0], 3),
        held=random.integers(0, 5, (3, 2)).astype(float),
        per_person=np.array([1.0, 0.5]),
        target_s=np.array([1800.0, 4000.0]),
        target_cost=np.array([5000.0, 2000.0]),
        waiting_cost_per_s=1.0,
        horizon_s=9000.0,
        blend=0.0,
    )
    people = sites if rules.sites else no_sites()
    back_counts = bool(random.integers(2))
    if rules.groups:
        sources = replace(sources, groups=random.random((2, 3)) < 0.6)
        wanted = replace(wanted, group=random.integers(-1, 2, loads))
    return LoadProblem(fleet, sources, wanted, people, back_counts=back_counts)


def taken(yard: np.ndarray, home: Sequence[int] | np.ndarray, units: np.ndarray) -> np.ndarray:
    """Units that loads with these homes take of each source and the earlier ones of its yard, (S, K)."""
    numbers, homes = np.arange(len(yard)), np.asarray(home, dtype=np.int64)
    earlier = (yard[:, None] == yard[homes]) & (homes <= numbers[:, None])
    return earlier.astype(float) @ units


class Broken(Exception):  # noqa: N818 - a plan is broken, nothing went wrong
    """A rule that routes break."""


def need(rule: str, kept: object) -> None:
    """Raise unless the rule is kept."""
    if not kept:
        raise Broken(rule)


def replay(problem: LoadProblem, routes: Routes) -> float:
    """Cost of routes by following every vehicle.

    Raises:
        Broken: They break a rule of vehicles, loads, docks or stock, or forget a load.
    """
    loads = problem.loads
    number = len(loads.point)
    done = np.full(number, np.inf)
    cost = 0.0
    loading: list[tuple[int, float, float]] = []
    for vehicle, trips in enumerate(routes.trips):
        if trips:
            cost += _follow(problem, vehicle, trips, done, loading)
    served = [load for trips in routes.trips for trip in trips for load in trip.loads]
    need("every load once", sorted([*served, *routes.absent]) == list(range(number)))
    _keep_docks(problem, loading)
    _keep_stock(problem, routes)
    late = np.maximum(done[served] - loads.due_s[served], 0.0)
    cost += float(loads.late_cost_per_s[served] @ late + loads.late_cost[served] @ (late > 0))
    cost += sum(_site_cost(problem, site, done) for site in range(len(problem.sites.people)))
    return cost + float(loads.absent_cost[list(routes.absent)].sum())


def _follow(
    problem: LoadProblem,
    vehicle: int,
    trips: Sequence[Trip],
    done: np.ndarray,
    loading: list[tuple[int, float, float]],
) -> float:
    """Drive one vehicle; returns what its driving costs."""
    fleet, loads, sources = problem.fleet, problem.loads, problem.sources
    kind, base = int(fleet.type[vehicle]), int(fleet.base[vehicle])
    travel = fleet.travel_s[kind].astype(float)
    here, clock, driven = base, float(fleet.ready_s[vehicle]), 0.0
    need("most trips", len(trips) <= fleet.most_trips[vehicle])
    for trip in trips:
        mine, yard = list(trip.loads), int(sources.yard[trip.source])
        weight = float(loads.weight_kg[mine].sum())
        need("no empty trip", mine)
        need("payload", weight <= fleet.payload_kg[kind] + 1e-9)
        need("volume", loads.volume_m3[mine].sum() <= fleet.volume_m3[kind] + 1e-9)
        need("only yard", fleet.yard[vehicle] in (-1, yard))
        asked = [int(loads.group[load]) for load in mine if len(loads.group) and loads.group[load] >= 0]
        need("its group of sources", all(sources.groups[group, trip.source] for group in asked))
        at = int(sources.point[trip.source])
        need("a way from the base", np.isfinite(travel[base, at]))
        need("a way to each point", np.isfinite(travel[at, loads.point[mine]]).all())
        driven += travel[here, at]
        earliest = max(clock + travel[here, at], sources.ready_s[trip.source], loads.release_s[mine].max())
        need("loads when it can", trip.load_s >= earliest - 1e-3)
        need("waits for docks only", problem.sources.docks[yard] > 0 or trip.load_s <= earliest + 1e-3)
        per_kg = float(sources.loading_s_per_kg[trip.source])
        clock = trip.load_s + _whole(fleet.loading_s[kind] + weight * per_kg, per_kg)
        loading.append((yard, trip.load_s, clock))
        here, unloading, group = at, float(fleet.unloading_s_per_kg[kind]), []
        for place, load in enumerate(mine):
            to = int(loads.point[load])
            driven += travel[here, to]
            begin = max(clock + travel[here, to], float(loads.open_s[load]))
            need("window", begin <= loads.close_s[load] + 1e-3)
            clock, here = begin + loads.weight_kg[load] * unloading, to
            group.append(load)
            if place + 1 == len(mine) or loads.point[mine[place + 1]] != to:
                clock = _whole(clock, unloading)
                done[group] = clock
                group = []
            clock += loads.service_s[load]
    back = travel[here, base]
    need("shift", clock + (back if fleet.returns[vehicle] else 0.0) <= fleet.until_s[vehicle] + 1e-3)
    need("driving", driven + (back if fleet.returns[vehicle] else 0.0) <= fleet.drive_s[vehicle] + 1e-3)
    paid = driven + (back if problem.back_counts or fleet.returns[vehicle] else 0.0)
    return float(fleet.used_cost[vehicle] + fleet.cost_per_s[kind] * paid)


def _whole(seconds: float, s_per_kg: float) -> float:
    return math.ceil(seconds - 1e-6) if s_per_kg > 0 else seconds


def _keep_docks(problem: LoadProblem, loading: Sequence[tuple[int, float, float]]) -> None:
    for yard, begin, _ in loading:
        at_once = sum(where == yard and start <= begin < end for where, start, end in loading)
        need("docks", problem.sources.docks[yard] == 0 or at_once <= problem.sources.docks[yard])


def _keep_stock(problem: LoadProblem, routes: Routes) -> None:
    """What trips take and what is kept for loads that nobody brings is there, wave by wave."""
    sources, units = problem.sources, problem.loads.units
    for trip in (trip for trips in routes.trips for trip in trips):
        need("home is where it is loaded", all(routes.homes[load] == trip.source for load in trip.loads))
    if len(units):
        need("stock", (taken(sources.yard, routes.homes, units) <= sources.stock + 1e-9).all())


def _site_cost(problem: LoadProblem, site: int, done: np.ndarray) -> float:
    sites, loads = problem.sites, problem.loads
    held, people = sites.held[site].copy(), int(sites.people[site])
    steps = [(0.0, float((held / sites.per_person).min()))]
    mine = np.flatnonzero((loads.site == site) & np.isfinite(done))
    for load in mine[np.argsort(done[mine], kind="stable")]:
        held += loads.units[load]
        steps.append((float(done[load]), float((held / sites.per_person).min())))
    curve = supply_curve(
        people,
        float(sites.handout_per_s[site]),
        steps,  # type: ignore[arg-type] # whole seconds where handling goes by weight, any seconds elsewhere
        sites.target_s.tolist(),
        int(sites.horizon_s),
    )
    short = people - np.array(curve.supplied_at)
    return float(sites.target_cost @ short + sites.waiting_cost_per_s * curve.person_seconds)


def with_loads(problem: LoadProblem, **columns: np.ndarray) -> LoadProblem:
    """The problem with other columns of its loads."""
    return replace(problem, loads=replace(problem.loads, **columns))


def kept_for(problem: LoadProblem, routes: Routes) -> LoadProblem:
    """The problem as its routes leave it: the stock of each load is kept where they take it."""
    return with_loads(problem, home=np.array(routes.homes, dtype=np.int64))
