"""What the region's tables say, worked out anew: places to load, vehicles, lots, sites, items."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import pandas as pd

from routing.verify.context import PlanContext
from stockpile.units import METRES_PER_KM, SECONDS_PER_HOUR, hours_to_s, minutes_to_s, t_per_h_to_kg_per_s

COMMUNITY = "community"
WATER = "water"
AIR = "air"
DRONE = "drone"
PORTER = "porter"
ROUNDING = 1e-9


@dataclass(frozen=True, slots=True)
class Point:
    """A position that legs begin or end at; ids are unique within a kind."""

    kind: str
    id: str
    lon: float
    lat: float
    wharf: bool
    landing: bool


@dataclass(frozen=True, slots=True)
class Source:
    """A warehouse or a suppliers' depot; `ready_s` is the second from which it loads."""

    point: Point
    place: str
    existing: bool
    community: bool
    docks: int
    load_kg_per_s: float
    ready_s: int

    @property
    def loads_vehicles(self) -> bool:
        """Whether vehicles are loaded there at all."""
        return self.existing and not self.community


@dataclass(frozen=True, slots=True)
class VehicleKind:
    """Limits of a vehicle type; the speed is NaN for types that drive, the range infinite without one."""

    id: str
    mode: str
    payload_kg: float
    volume_m3: float
    stop_s: int
    unload_kg_per_s: float
    m_per_s: float
    range_m: float
    wade_depth_m: float

    @property
    def flies(self) -> bool:
        """Whether it goes straight, over everything."""
        return self.mode in (AIR, DRONE)

    @property
    def walks(self) -> bool:
        """Whether it goes on foot."""
        return self.mode == PORTER


@dataclass(frozen=True, slots=True)
class Yard:
    """A fleet row: `number` vehicles of one type at one base, between `ready_s` and `until_s`.

    They load at `load_at` only unless it is blank, drive for `drive_s` at most, and are back in time if the
    row `returns`.
    """

    base: Point
    kind: VehicleKind
    number: int
    ready_s: int
    until_s: int
    load_at: str
    returns: bool
    drive_s: float


@dataclass(frozen=True, slots=True)
class Lot:
    """Units that one source holds from `available_s` on, up to the end of the day `last_day`."""

    id: str
    source_id: str
    item: str
    quantity: int
    available_s: int
    last_day: dt.date | None
    expires_on: str

    def expired(self, on: dt.date) -> bool:
        """Whether the last day of use, or of the agreement, has passed."""
        return self.last_day is not None and self.last_day < on


@dataclass(frozen=True, slots=True)
class Site:
    """Where people are supplied."""

    point: Point
    place: str
    people: int
    handout_per_h: float


@dataclass(frozen=True, slots=True)
class Need:
    """What one person needs of an item."""

    item: str
    per_person: float
    essential: bool

    def units(self, people: int) -> int:
        """Whole units for that many people."""
        return math.ceil(people * self.per_person - ROUNDING)


@dataclass(frozen=True)
class Facts:
    """Everything that the rules look up, by id."""

    sources: Mapping[str, Source]
    yards: Mapping[str, Yard]
    kinds: Mapping[str, VehicleKind]
    sites: Mapping[str, Site]
    needs: Mapping[str, Need]
    weight_kg: Mapping[str, float]
    volume_m3: Mapping[str, float]
    stock: Mapping[str, Lot]
    agreements: Mapping[str, Any]

    def lot(self, lot_id: str) -> Lot | None:
        """Return a lot of a warehouse, or the batch `S@n` of the agreement S, or None."""
        if lot_id in self.stock:
            return self.stock[lot_id]
        agreement, _, number = lot_id.rpartition("@")
        if agreement not in self.agreements or not number.isdecimal():
            return None
        return _batch(self.agreements[agreement], int(number))

    def usable(self, on: dt.date, horizon_s: int) -> Iterator[Lot]:
        """Every lot and batch that vehicles may load on the day before the horizon ends."""
        for lot in self.stock.values():
            if lot.quantity > 0 and not lot.expired(on) and self.sources[lot.source_id].loads_vehicles:
                yield lot
        for agreement in self.agreements.values():
            for lot in _batches(agreement, horizon_s):
                if lot.quantity > 0 and not lot.expired(on):
                    yield lot


def facts_of(context: PlanContext) -> Facts:
    """Work out the facts from the tables of the region."""
    region = context.region
    kinds = {row.id: _kind(row) for row in _rows(region.vehicle_types)}
    items = list(_rows(region.items))
    return Facts(
        sources=_sources(region.warehouses, region.suppliers),
        yards={row.id: _yard(row, kinds, context) for row in _rows(region.fleet)},
        kinds=kinds,
        sites={row.id: _site(row, context.people) for row in _rows(region.sites)},
        needs={row.item: _need(row) for row in _rows(context.need)},
        weight_kg={row.id: float(row.weight_kg) for row in items},
        volume_m3={row.id: float(row.volume_m3) for row in items},
        stock={row.id: _lot(row) for row in _rows(region.lots)},
        agreements={row.id: row for row in _rows(region.suppliers)},
    )


def _sources(warehouses: pd.DataFrame, suppliers: pd.DataFrame) -> dict[str, Source]:
    """Depots first, so that a warehouse keeps its name when a depot has the same."""
    depots = {row.depot: _depot(row) for row in _rows(suppliers)}
    return depots | {row.id: _warehouse(row) for row in _rows(warehouses)}


def _warehouse(row: Any) -> Source:  # noqa: ANN401 - a row of a table
    return Source(
        point=Point("source", row.id, float(row.lon), float(row.lat), bool(row.wharf), bool(row.helipad)),
        place=row.place,
        existing=row.status == "existing",
        community=row.level == COMMUNITY,
        docks=int(row.docks),
        load_kg_per_s=t_per_h_to_kg_per_s(float(row.dock_t_per_h)),
        ready_s=minutes_to_s(float(row.mobilisation_min)),
    )


def _depot(row: Any) -> Source:  # noqa: ANN401 - a row of a table
    return Source(
        point=Point("source", row.depot, float(row.lon), float(row.lat), wharf=False, landing=False),
        place=row.place,
        existing=True,
        community=False,
        docks=int(row.docks),
        load_kg_per_s=t_per_h_to_kg_per_s(float(row.dock_t_per_h)),
        ready_s=0,
    )


def _kind(row: Any) -> VehicleKind:  # noqa: ANN401 - a row of a table
    return VehicleKind(
        id=row.id,
        mode=row.mode,
        payload_kg=float(row.payload_kg),
        volume_m3=float(row.volume_m3),
        stop_s=minutes_to_s(float(row.stop_min)),
        unload_kg_per_s=t_per_h_to_kg_per_s(float(row.unload_t_per_h)),
        m_per_s=math.nan
        if _blank(row.cruise_kph)
        else float(row.cruise_kph) * METRES_PER_KM / SECONDS_PER_HOUR,
        range_m=math.inf if _blank(row.range_km) else float(row.range_km) * METRES_PER_KM,
        wade_depth_m=float(row.wade_depth_m),
    )


def _yard(row: Any, kinds: Mapping[str, VehicleKind], context: PlanContext) -> Yard:  # noqa: ANN401
    kind = kinds[row.type]
    closes_s = context.horizon_s if _blank(row.available_to_h) else hours_to_s(float(row.available_to_h))
    return Yard(
        # Boats lie at the water and aircraft where they land: their base needs no flag of its own.
        base=Point("base", row.id, float(row.lon), float(row.lat), kind.mode == WATER, kind.mode == AIR),
        kind=kind,
        number=int(row.number),
        ready_s=max(minutes_to_s(float(row.mobilisation_min)), hours_to_s(float(row.available_from_h))),
        until_s=min(context.horizon_s, closes_s),
        load_at=row.load_at,
        returns=bool(row.return_required),
        drive_s=math.inf if _blank(row.max_drive_h) else hours_to_s(float(row.max_drive_h)),
    )


def _site(row: Any, people: Mapping[str, int]) -> Site:  # noqa: ANN401 - a row of a table
    return Site(
        point=Point("site", row.id, float(row.lon), float(row.lat), bool(row.wharf), bool(row.landing)),
        place=row.place,
        people=int(people.get(row.id, 0)),
        handout_per_h=float(row.handout_persons_per_h),
    )


def _need(row: Any) -> Need:  # noqa: ANN401 - a row of a table
    return Need(row.item, float(row.quantity_per_person), bool(row.essential))


def _lot(row: Any) -> Lot:  # noqa: ANN401 - a row of a table
    last_day = None if _blank(row.expires_on) else row.expires_on
    return Lot(row.id, row.warehouse, row.item, int(row.quantity), 0, last_day, str(last_day or ""))


def _batch(row: Any, number: int) -> Lot:  # noqa: ANN401 - a row of a table
    """Return batch n: all at activation, or the units made in hour n + 1 after it."""
    counted = math.floor(int(row.quantity) * float(row.reliability) + ROUNDING)
    if _blank(row.ramp_per_h):
        ready_h, units = float(row.activation_h), counted if number == 0 else 0
    else:
        ready_h = float(row.activation_h) + number + 1
        made = [min(counted, math.floor(float(row.ramp_per_h) * hours)) for hours in (number, number + 1)]
        units = made[1] - made[0]
    last_day = None if _blank(row.contract_end) else row.contract_end
    return Lot(f"{row.id}@{number}", row.depot, row.item, units, hours_to_s(ready_h), last_day, "")


def _batches(row: Any, horizon_s: int) -> Iterator[Lot]:  # noqa: ANN401 - a row of a table
    """Every batch that is ready before the horizon."""
    number = 0
    while (lot := _batch(row, number)).available_s < horizon_s:
        yield lot
        if _blank(row.ramp_per_h):
            return
        number += 1


def _rows(table: pd.DataFrame) -> Iterator[Any]:
    yield from table.itertuples(index=False)


def _blank(value: object) -> bool:
    return value is None or value == "" or (isinstance(value, float) and math.isnan(value))
