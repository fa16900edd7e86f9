"""Builders of small dispatch problems: by hand on a straight road, and drawn at random by hypothesis."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from hypothesis import Phase, settings
from hypothesis import strategies as st

from routing.problem import DispatchProblem, FirstGoods, Floats, OnSite, Spell, Supply, Yards
from routing.timeline import Replay, Stop, Trip

METRES_PER_S = 10.0
"""Every sample vehicle drives 36 km/h, so that a leg's metres follow from its seconds."""

MANY = settings(deadline=None, phases=[Phase.explicit, Phase.reuse, Phase.generate, Phase.shrink])
"""Random situations without a clock on them; explaining a failure would print arrays for minutes."""

SPELLS = ((0, 900), (0, 5000), (1800, 14_400), (4000, 4700), (2500, 9000))
"""Seconds from and until which roads may be open."""

FEW = settings(MANY, max_examples=30)
"""The same for what takes a search each."""


@dataclass(frozen=True)
class Item:
    """An item of the basket."""

    per_person: float = 1.0
    essential: bool = True
    weight_kg: float = 10.0
    volume_m3: float = 0.01


@dataclass(frozen=True)
class Source:
    """A loading point at `at` seconds along the road; batches are (item, units, ready second)."""

    at: int
    stock: tuple[int, ...] = ()
    batches: tuple[tuple[int, int, int], ...] = ()
    docks: int = 1
    kg_per_s: float = 10.0
    ready_s: int = 0


@dataclass(frozen=True)
class Site:
    """People at `at` seconds along the road; `held` are units of each item on the spot."""

    at: int
    people: int
    per_s: float = 1.0
    held: tuple[int, ...] = ()


@dataclass(frozen=True)
class Kind:
    """A vehicle type; it takes `slowness` times as long as the road says."""

    mode: str = "road"
    payload_kg: float = 1000.0
    volume_m3: float = 100.0
    stop_s: int = 60
    unload_kg_per_s: float = 10.0
    per_km: float = 0.0
    per_h: float = 0.0
    slowness: int = 1


@dataclass(frozen=True)
class Vehicle:
    """A vehicle whose base lies at `at` seconds along the road; `load_at` is a source, -1 for any."""

    at: int = 0
    kind: int = 0
    ready_s: int = 0
    until_s: int | None = None
    load_at: int = -1
    returns: bool = False
    drive_s: float = np.inf


def build(
    *,
    sources: Sequence[Source],
    sites: Sequence[Site],
    vehicles: Sequence[Vehicle] = (Vehicle(),),
    items: Sequence[Item] = (Item(),),
    kinds: Sequence[Kind] = (Kind(),),
    target_s: tuple[int, ...] = (3600,),
    horizon_s: int = 7200,
    travel_s: Floats | None = None,
) -> DispatchProblem:
    """The arrays of a small problem.

    Points stand on a straight road unless `travel_s` (T, P, P) gives the legs; bases are one a vehicle.
    """
    if travel_s is None:
        places = np.array([point.at for point in (*sources, *sites, *vehicles)], dtype=np.float64)
        road = np.abs(places[:, None] - places[None, :])
        travel_s = np.array([road * kind.slowness for kind in kinds]).reshape(len(kinds), *road.shape)
    people = np.array([site.people for site in sites], dtype=np.int64)
    per_person = np.array([item.per_person for item in items], dtype=np.float64)
    types = np.array([vehicle.kind for vehicle in vehicles], dtype=np.int64)
    until = [horizon_s if vehicle.until_s is None else vehicle.until_s for vehicle in vehicles]
    load_at = np.array([vehicle.load_at for vehicle in vehicles], dtype=np.int64)
    returns = np.array([vehicle.returns for vehicle in vehicles], dtype=np.bool_)
    drive_s = np.array([vehicle.drive_s for vehicle in vehicles], dtype=np.float64)
    return DispatchProblem(
        source_ids=tuple(f"W{number}" for number in range(len(sources))),
        site_ids=tuple(f"S{number}" for number in range(len(sites))),
        item_ids=tuple(f"K{number}" for number in range(len(items))),
        vehicle_ids=tuple(f"V{number}" for number in range(len(vehicles))),
        type_ids=tuple(f"type{number}" for number in range(len(kinds))),
        people=people,
        handout_per_s=np.array([site.per_s for site in sites], dtype=np.float64),
        per_person=per_person,
        essential=np.array([item.essential for item in items], dtype=np.bool_),
        weight_kg=np.array([item.weight_kg for item in items], dtype=np.float64),
        volume_m3=np.array([item.volume_m3 for item in items], dtype=np.float64),
        need=np.ceil(np.outer(people, per_person) - 1e-9).astype(np.int64).reshape(len(sites), len(items)),
        supply=_supply(sources),
        on_site=_on_site(sites),
        docks=np.array([source.docks for source in sources], dtype=np.int64),
        dock_kg_per_s=np.array([source.kg_per_s for source in sources], dtype=np.float64),
        source_ready_s=np.array([source.ready_s for source in sources], dtype=np.int64),
        vehicle_type=types,
        vehicle_base=np.arange(len(vehicles), dtype=np.int64) + len(sources) + len(sites),
        vehicle_ready_s=np.array([vehicle.ready_s for vehicle in vehicles], dtype=np.int64),
        vehicle_until_s=np.array(until, dtype=np.int64),
        vehicle_source=load_at,
        vehicle_returns=returns,
        vehicle_drive_s=drive_s,
        yards=Yards(
            point=np.arange(len(vehicles), dtype=np.int64) + len(sources) + len(sites),
            type=types,
            ready_s=np.array([vehicle.ready_s for vehicle in vehicles], dtype=np.int64),
            until_s=np.array(until, dtype=np.int64),
            source=load_at,
            returns=returns,
            drive_s=drive_s,
        ),
        type_mode=tuple(kind.mode for kind in kinds),
        payload_kg=np.array([kind.payload_kg for kind in kinds], dtype=np.float64),
        load_volume_m3=np.array([kind.volume_m3 for kind in kinds], dtype=np.float64),
        stop_s=np.array([kind.stop_s for kind in kinds], dtype=np.int64),
        unload_kg_per_s=np.array([kind.unload_kg_per_s for kind in kinds], dtype=np.float64),
        cost_per_km=np.array([kind.per_km for kind in kinds], dtype=np.float64),
        cost_per_h=np.array([kind.per_h for kind in kinds], dtype=np.float64),
        travel_s=travel_s,
        travel_m=travel_s * METRES_PER_S,
        target_s=target_s,
        horizon_s=horizon_s,
    )


def _supply(sources: Sequence[Source]) -> Supply:
    """Lots in order of source, item and readiness; stock on hand is ready at second 0."""
    lots = sorted(
        (number, item, ready, units)
        for number, source in enumerate(sources)
        for item, units, ready in [
            *((item, units, 0) for item, units in enumerate(source.stock)),
            *source.batches,
        ]
        if units
    )
    columns = np.array(lots, dtype=np.int64).reshape(-1, 4)
    return Supply(
        lot_ids=tuple(f"L{number}" for number in range(len(lots))),
        source=columns[:, 0],
        item=columns[:, 1],
        quantity=columns[:, 3],
        available_s=columns[:, 2],
        expires_on=("",) * len(lots),
    )


def _on_site(sites: Sequence[Site]) -> OnSite:
    rows = [
        (site, item, units)
        for site, place in enumerate(sites)
        for item, units in enumerate(place.held)
        if units
    ]
    columns = np.array(rows, dtype=np.int64).reshape(-1, 3)
    return OnSite(
        lot_ids=tuple(f"H{number}" for number in range(len(rows))),
        warehouse_ids=tuple(f"C{site}" for site, _, _ in rows),
        site=columns[:, 0],
        item=columns[:, 1],
        quantity=columns[:, 2],
    )


def trip(replay: Replay, source: int, *drops: tuple[int, tuple[int, ...]], turn_s: float = np.inf) -> Trip:
    """A trip from a source with drops (site, units of every item)."""
    return replay.make_trip(source, [Stop(site, units) for site, units in drops], turn_s=turn_s)


@st.composite
def problems(
    draw: st.DrawFn, *, vehicle_rules: bool = False, changing_roads: bool = False, promises: bool = False
) -> DispatchProblem:
    """A random small problem.

    With `vehicle_rules` some vehicles load at one source, return, or drive only so long; with
    `changing_roads` there are spells in which other legs are open; with `promises` some sources may owe two
    townships their first goods.

    One to three sources with stock and batches, docks of any speed, one to four sites with or without stock
    on the spot, one to three items of which at least one is essential, two vehicle types by road and one by
    water with weight and volume limits, none to five vehicles with shifts, one to three targets in any
    order. Legs are shortest times in a random directed graph with missing links, so that a way over other
    points is never shorter than the way straight there; that holds for every road network.
    """
    items = draw(
        st.lists(
            st.builds(
                Item,
                per_person=st.sampled_from([0.25, 0.5, 1.0, 1.5, 3.0]),
                essential=st.booleans(),
                weight_kg=st.sampled_from([0.5, 7.3, 10.0, 60.0]),
                volume_m3=st.sampled_from([0.001, 0.05, 0.4]),
            ),
            min_size=1,
            max_size=3,
        )
    )
    items[0] = replace(items[0], essential=True)
    count = len(items)
    units = st.integers(0, 60)
    batch = st.tuples(st.integers(0, count - 1), units, st.integers(0, 9000))
    sources = draw(
        st.lists(
            st.builds(
                Source,
                at=st.just(0),
                stock=st.tuples(*[units] * count),
                batches=st.lists(batch, max_size=3).map(tuple),
                docks=st.integers(1, 2),
                kg_per_s=st.sampled_from([0.05, 0.5, 5.0]),
                ready_s=st.sampled_from([0, 0, 1800]),
            ),
            min_size=1,
            max_size=3,
        )
    )
    held = st.one_of(st.just(()), st.tuples(*[st.integers(0, 30)] * count))
    sites = draw(
        st.lists(
            st.builds(
                Site,
                at=st.just(0),
                people=st.integers(0, 60),
                per_s=st.sampled_from([0.002, 0.02, 1.0]),
                held=held,
            ),
            min_size=1,
            max_size=4,
        )
    )
    kinds = [
        Kind(
            mode=mode,
            payload_kg=draw(st.sampled_from([50.0, 200.0, 1000.0, 5000.0])),
            volume_m3=draw(st.sampled_from([0.3, 2.0, 50.0])),
            stop_s=draw(st.sampled_from([1, 60, 600])),
            unload_kg_per_s=draw(st.sampled_from([0.2, 2.0])),
            per_km=4.0,
            per_h=60.0,
            slowness=draw(st.sampled_from([1, 2])),
        )
        for mode in ("road", "road", "water")
    ]
    rules = {
        "load_at": st.sampled_from([-1, -1, 0]),
        "returns": st.booleans(),
        "drive_s": st.sampled_from([np.inf, 1500.0, 4000.0]),
    }
    vehicles = draw(
        st.lists(
            st.builds(
                Vehicle,
                at=st.just(0),
                kind=st.integers(0, 2),
                ready_s=st.sampled_from([0, 1200, 4000]),
                until_s=st.sampled_from([None, 6000, 10_000]),
                **(rules if vehicle_rules else {}),
            ),
            max_size=5,
        )
    )
    targets = draw(st.lists(st.sampled_from([1800, 3600, 5400, 9000, 14_400]), min_size=1, max_size=3))
    points = len(sources) + len(sites) + len(vehicles)
    seeds = st.integers(0, 2**32 - 1)
    spells = (
        st.lists(st.tuples(st.sampled_from(SPELLS), seeds), max_size=2) if changing_roads else st.just(())
    )
    problem = build(
        sources=sources,
        sites=sites,
        vehicles=vehicles,
        items=items,
        kinds=kinds,
        target_s=tuple(targets),
        horizon_s=14_400,
        travel_s=_legs(draw(seeds), kinds, points),
    )
    problem = with_spells(
        problem, *((from_s, until_s, _legs(seed, kinds, points)) for (from_s, until_s), seed in draw(spells))
    )
    due = st.tuples(st.sampled_from([1800, 4000, 9000]), st.lists(st.booleans(), min_size=3, max_size=3))
    return with_promises_of(problem, *draw(st.lists(due, max_size=2) if promises else st.just([])))


def with_promises_of(problem: DispatchProblem, *promises: tuple[int, Sequence[bool]]) -> DispatchProblem:
    """The problem with promises of first goods (due, which sources), two sites to a township."""
    township = np.where(problem.people > 0, np.arange(len(problem.people)) // 2, -1)
    _, township[problem.people > 0] = np.unique(township[problem.people > 0], return_inverse=True)
    sources = len(problem.source_ids)
    first_goods = tuple(
        FirstGoods(due_s, np.array([*which, *[False] * sources][:sources]), township)
        for due_s, which in sorted(promises)
    )
    return replace(problem, first_goods=first_goods)


def with_spells(problem: DispatchProblem, *spells: tuple[int, int, Floats]) -> DispatchProblem:
    """The problem with spells of roads (from, until, legs); what is open throughout is open in them, too."""
    open_s = [(begin, end, np.minimum(legs, problem.travel_s)) for begin, end, legs in spells]
    made = tuple(Spell(begin, end, legs, legs * METRES_PER_S) for begin, end, legs in open_s)
    return replace(problem, spells=made)


def _legs(seed: int, kinds: Sequence[Kind], points: int) -> Floats:
    """Shortest seconds between all points in one random directed graph for each mode, (T, P, P)."""
    rng = np.random.default_rng(seed)
    roads = {}
    for mode in ("road", "water"):
        times = rng.choice([np.inf, np.inf, 1.0, 60.0, 300.0, 900.0, 3000.0], size=(points, points))
        np.fill_diagonal(times, 0.0)
        for middle in range(points):
            times = np.minimum(times, times[:, middle, None] + times[None, middle, :])
        roads[mode] = times
    return np.stack([roads[kind.mode] * kind.slowness for kind in kinds])
