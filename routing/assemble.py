"""Gather a region, its people and its damaged roads into one dispatch problem."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date

import numpy as np
import pandas as pd

from routing.fleet import AIR, WATER, Vehicle, VehicleType, vehicle_types, vehicles
from routing.modes import mode_seconds
from routing.problem import DispatchProblem, FirstGoods, Floats, Ints, Spell, Yards
from routing.road_network import RoadNetwork
from routing.road_periods import EdgeSeconds, OpenRoads, RoadPeriod, open_roads
from routing.supply import (
    COMMUNITY,
    Batch,
    index_supply,
    issue_on_site,
    lots_on_hand,
    supplier_batches,
    warehouse_batches,
)
from routing.travel_times import Points, TravelTimes, travel_times
from stockpile.baskets import site_need
from stockpile.region import Region
from stockpile.units import SECONDS_PER_HOUR, minutes_to_s, t_per_h_to_kg_per_s


@dataclass(frozen=True)
class FirstGoodsOrder:
    """Goods of some of these warehouses are to be unloaded in every township by a second."""

    due_s: int
    warehouses: frozenset[str]


@dataclass(frozen=True)
class ReliefOrder:
    """What a plan is asked for: who needs what, on which day, judged at which seconds.

    `people` counts the affected by site id (sites without any may be left out); `need` is the basket with
    columns item, quantity_per_person, essential; `township` names the township of each of these sites where
    there are promises of first goods.
    """

    people: pd.Series
    need: pd.DataFrame
    on: date
    target_s: tuple[int, ...]
    horizon_s: int
    first_goods: tuple[FirstGoodsOrder, ...] = ()
    township: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Assembly:
    """The problem as arrays, with what is needed to name its parts and to draw its legs.

    `times` are those by vehicle type id, for every type in the fleet: on the roads that are open throughout,
    then in each spell of the problem. `edge_seconds` are those of each period of the roads. `point_ids` names
    the points of the problem, a base by its fleet row. `batches` is all usable supply in table form.
    """

    problem: DispatchProblem
    times: tuple[Mapping[str, TravelTimes], ...]
    edge_seconds: tuple[EdgeSeconds, ...]
    point_ids: tuple[str, ...]
    vehicles: tuple[Vehicle, ...]
    batches: tuple[Batch, ...]


@dataclass(frozen=True)
class _LoadingPoints:
    """Warehouses and depots at which vehicles load (I); `places` has their position, wharf and landing."""

    ids: tuple[str, ...]
    places: pd.DataFrame
    docks: Ints
    kg_per_s: Floats
    ready_s: Ints


def assemble(
    region: Region, network: RoadNetwork, roads: Sequence[RoadPeriod], order: ReliefOrder
) -> Assembly:
    """Build the dispatch problem of a region on damaged roads, given period by period."""
    sites = region.sites[region.sites["id"].isin(list(order.people.index))].sort_values("id")
    people = order.people.reindex(sites["id"]).to_numpy(dtype=np.int64)
    items = tuple(order.need["item"])
    item_index = {item: index for index, item in enumerate(items)}
    lots = lots_on_hand(region, order.on)
    batches = [*warehouse_batches(lots), *supplier_batches(region.suppliers, order.on, order.horizon_s)]
    loading = _loading_points(region)
    types, yards, fleet = _fleet(region, order.horizon_s)
    points = _points(loading.places, sites, _bases(yards, types))
    seconds = tuple(
        {kind.id: mode_seconds(network, period.state, kind) for kind in types} for period in roads
    )
    stretches = open_roads([period.start_s for period in roads], seconds, order.horizon_s)
    throughout, *spells = _timed(network, points, types, stretches)
    weights = region.items.set_index("id").loc[list(items)]
    need = _need_matrix(people, sites, order.need)
    first_base = len(loading.ids) + len(sites)
    base_of = {yard.fleet_id: first_base + number for number, yard in enumerate(yards)}
    problem = DispatchProblem(
        source_ids=loading.ids,
        site_ids=tuple(sites["id"]),
        item_ids=items,
        vehicle_ids=tuple(vehicle.id for vehicle in fleet),
        type_ids=tuple(kind.id for kind in types),
        people=people,
        handout_per_s=sites["handout_persons_per_h"].to_numpy(dtype=np.float64) / SECONDS_PER_HOUR,
        per_person=order.need["quantity_per_person"].to_numpy(dtype=np.float64),
        essential=order.need["essential"].to_numpy(dtype=np.bool_),
        weight_kg=weights["weight_kg"].to_numpy(dtype=np.float64),
        volume_m3=weights["volume_m3"].to_numpy(dtype=np.float64),
        need=need,
        supply=index_supply(batches, {name: n for n, name in enumerate(loading.ids)}, item_index),
        on_site=issue_on_site(lots, sites["place"], need, item_index),
        docks=loading.docks,
        dock_kg_per_s=loading.kg_per_s,
        source_ready_s=loading.ready_s,
        vehicle_type=np.array([vehicle.type_index for vehicle in fleet], dtype=np.int64),
        vehicle_base=np.array([base_of[vehicle.fleet_id] for vehicle in fleet], dtype=np.int64),
        vehicle_ready_s=np.array([vehicle.ready_s for vehicle in fleet], dtype=np.int64),
        vehicle_until_s=np.array([vehicle.until_s for vehicle in fleet], dtype=np.int64),
        vehicle_source=_only_sources(fleet, loading.ids),
        vehicle_returns=np.array([vehicle.returns for vehicle in fleet], dtype=np.bool_),
        vehicle_drive_s=np.array([vehicle.drive_s for vehicle in fleet], dtype=np.float64),
        yards=Yards(
            point=np.arange(first_base, first_base + len(yards), dtype=np.int64),
            type=np.array([yard.type_index for yard in yards], dtype=np.int64),
            ready_s=np.array([yard.ready_s for yard in yards], dtype=np.int64),
            until_s=np.array([yard.until_s for yard in yards], dtype=np.int64),
            source=_only_sources(yards, loading.ids),
            returns=np.array([yard.returns for yard in yards], dtype=np.bool_),
            drive_s=np.array([yard.drive_s for yard in yards], dtype=np.float64),
        ),
        type_mode=tuple(kind.mode for kind in types),
        payload_kg=np.array([kind.payload_kg for kind in types], dtype=np.float64),
        load_volume_m3=np.array([kind.volume_m3 for kind in types], dtype=np.float64),
        stop_s=np.array([kind.stop_s for kind in types], dtype=np.int64),
        unload_kg_per_s=np.array([kind.unload_kg_per_s for kind in types], dtype=np.float64),
        cost_per_km=np.array([kind.cost_per_km for kind in types], dtype=np.float64),
        cost_per_h=np.array([kind.cost_per_h for kind in types], dtype=np.float64),
        travel_s=throughout.travel_s,
        travel_m=throughout.travel_m,
        target_s=order.target_s,
        horizon_s=order.horizon_s,
        spells=tuple(
            Spell(timed.stretch.from_s, timed.stretch.until_s, timed.travel_s, timed.travel_m)
            for timed in spells
        ),
        first_goods=_first_goods(order, loading.ids, tuple(sites["id"]), people),
    )
    times = tuple(timed.times for timed in (throughout, *spells))
    return Assembly(problem, times, seconds, points.ids, tuple(fleet), tuple(batches))


@dataclass(frozen=True)
class _Timed:
    """Travel times by vehicle type in one stretch of time, as objects and as arrays (T, P, P)."""

    stretch: OpenRoads
    times: Mapping[str, TravelTimes]
    travel_s: Floats
    travel_m: Floats


def _timed(
    network: RoadNetwork, points: Points, types: Sequence[VehicleType], stretches: Iterable[OpenRoads]
) -> list[_Timed]:
    """Travel times of the whole plan, then of each stretch in which any way is faster than throughout."""
    found: list[_Timed] = []
    for stretch in stretches:
        travel_s, travel_m = (np.empty((len(types), len(points.ids), len(points.ids))) for _ in range(2))
        times = {}
        for number, kind in enumerate(types):
            one = _times_of(network, points, kind, stretch, found)
            travel_s[number], travel_m[number] = one.seconds, one.metres
            # the arrays are large: kept once
            times[kind.id] = replace(one, seconds=travel_s[number], metres=travel_m[number])
        if not found or (travel_s < found[0].travel_s).any():
            found.append(_Timed(stretch, times, travel_s, travel_m))
    return found


def _times_of(
    network: RoadNetwork, points: Points, kind: VehicleType, stretch: OpenRoads, known: Sequence[_Timed]
) -> TravelTimes:
    """Travel times of one type; those of a known stretch where its roads are the same for the type."""
    seconds = stretch.seconds[kind.id]
    for other in known:
        if np.array_equal(other.stretch.seconds[kind.id], seconds):
            return other.times[kind.id]
    return travel_times(
        network,
        seconds,
        points,
        mode=kind.mode,
        cruise_m_per_s=kind.cruise_m_per_s,
        range_m=kind.range_m,
    )


def _fleet(region: Region, horizon_s: int) -> tuple[tuple[VehicleType, ...], list[Vehicle], list[Vehicle]]:
    """Types in the fleet, one vehicle a yard that stands for it, and the vehicles that can be called out.

    Yards and vehicles whose shift is over before it begins are left out.
    """
    every = vehicle_types(region)
    one_each = region.replace(fleet=region.fleet.assign(number=1))
    yards = [yard for yard in vehicles(one_each, every, horizon_s) if yard.ready_s < yard.until_s]
    used = sorted({yard.type_index for yard in yards})
    position = {old: new for new, old in enumerate(used)}

    def renumbered(some: Iterable[Vehicle]) -> list[Vehicle]:
        return [replace(one, type_index=position[one.type_index]) for one in some]

    called = [one for one in vehicles(region, every, horizon_s) if one.ready_s < one.until_s]
    return tuple(every[index] for index in used), renumbered(yards), renumbered(called)


def _only_sources(some: Sequence[Vehicle], source_ids: Sequence[str]) -> Ints:
    """Index of the one source at which each vehicle loads, -1 where it loads anywhere."""
    index = {"": -1, **{name: number for number, name in enumerate(source_ids)}}
    return np.array([index[one.load_at] for one in some], dtype=np.int64)


def _bases(yards: Sequence[Vehicle], types: Sequence[VehicleType]) -> pd.DataFrame:
    """One point per yard; boats lie at a wharf, aircraft at a landing point."""
    modes = [types[yard.type_index].mode for yard in yards]
    rows = [
        (yard.fleet_id, yard.lon, yard.lat, mode == WATER, mode == AIR)
        for yard, mode in zip(yards, modes, strict=True)
    ]
    return pd.DataFrame(rows, columns=["id", "lon", "lat", "wharf", "landing"])


def _loading_points(region: Region) -> _LoadingPoints:
    """Where vehicles load: existing warehouses that are no community points, then depots, by id."""
    existing = (region.warehouses["status"] == "existing") & (region.warehouses["level"] != COMMUNITY)
    warehouses = region.warehouses[existing].sort_values("id").rename(columns={"helipad": "landing"})
    depots = region.suppliers.drop_duplicates("depot").sort_values("depot")
    named = depots.drop(columns="id").rename(columns={"depot": "id"}).assign(wharf=False, landing=False)
    shared = ["id", "lon", "lat", "wharf", "landing", "docks", "dock_t_per_h"]
    both = pd.concat([warehouses[shared], named[shared]], ignore_index=True)
    ready = [minutes_to_s(minutes) for minutes in warehouses["mobilisation_min"]]
    return _LoadingPoints(
        ids=tuple(both["id"]),
        places=both,
        docks=both["docks"].to_numpy(dtype=np.int64),
        kg_per_s=np.array([t_per_h_to_kg_per_s(rate) for rate in both["dock_t_per_h"]], dtype=np.float64),
        ready_s=np.array([*ready, *([0] * len(named))], dtype=np.int64),
    )


def _first_goods(
    order: ReliefOrder, source_ids: Sequence[str], site_ids: Sequence[str], people: Ints
) -> tuple[FirstGoods, ...]:
    """The promises of the order, the earliest first."""
    if not order.first_goods:
        return ()
    waiting = [
        order.township[site] if number > 0 else "" for site, number in zip(site_ids, people, strict=True)
    ]
    number = {name: place for place, name in enumerate(sorted(set(waiting) - {""}))}
    township = np.array([number.get(name, -1) for name in waiting], dtype=np.int64)
    return tuple(
        FirstGoods(
            asked.due_s, np.array([name in asked.warehouses for name in source_ids], dtype=np.bool_), township
        )
        for asked in sorted(order.first_goods, key=lambda asked: asked.due_s)
    )


def _points(sources: pd.DataFrame, sites: pd.DataFrame, bases: pd.DataFrame) -> Points:
    parts = [sources, sites, bases]
    return Points(
        ids=tuple(name for part in parts for name in part["id"]),
        lon=np.concatenate([part["lon"].to_numpy(dtype=np.float64) for part in parts]),
        lat=np.concatenate([part["lat"].to_numpy(dtype=np.float64) for part in parts]),
        wharf=np.concatenate([part["wharf"].to_numpy(dtype=np.bool_) for part in parts]),
        landing=np.concatenate([part["landing"].to_numpy(dtype=np.bool_) for part in parts]),
    )


def _need_matrix(people: Ints, sites: pd.DataFrame, need: pd.DataFrame) -> Ints:
    """Whole units of each item each site needs, (J, K)."""
    rows = site_need(pd.Series(people, index=list(sites["id"])), need)
    return rows["need"].to_numpy(dtype=np.int64).reshape(len(sites), len(need))
