"""Vehicle types and the single vehicles that a region can call out."""

from __future__ import annotations

import math
from collections.abc import Hashable, Mapping
from dataclasses import dataclass
from typing import Any, Final, Literal, TypeAlias

from routing.road_network import KPH_PER_M_PER_S
from stockpile.region import Region
from stockpile.units import METRES_PER_KM, hours_to_s, minutes_to_s, t_per_h_to_kg_per_s

Mode: TypeAlias = Literal["road", "water", "air", "drone", "porter"]
ROAD: Final = "road"
WATER: Final = "water"
AIR: Final = "air"
DRONE: Final = "drone"
PORTER: Final = "porter"
MODES: Final[tuple[Mode, ...]] = (ROAD, WATER, AIR, DRONE, PORTER)
FLYING: Final = frozenset({AIR, DRONE})
"""Modes that take the straight way and need no link."""


@dataclass(frozen=True)
class VehicleType:
    """What one kind of vehicle carries, how fast it goes and what it costs.

    `gross_weight_t` and `height_m` are None when no posted limit stops the type. `speed_factor` scales the
    class speeds of roads; `cruise_kph` is the speed of every other mode and None on the road. `range_m` is
    the longest single leg (inf: no limit). `wade_depth_m` is the deepest standing water it drives or walks
    through. `stop_s` is spent at each loading and each unloading.

    Raises:
        ValueError: a road type with a cruising speed, or another type without one.
    """

    id: str
    name_zh: str
    name_en: str
    mode: Mode
    payload_kg: float
    volume_m3: float
    gross_weight_t: float | None
    height_m: float | None
    speed_factor: float
    cruise_kph: float | None
    range_m: float
    wade_depth_m: float
    stop_s: int
    unload_kg_per_s: float
    cost_per_km: float
    cost_per_h: float

    def __post_init__(self) -> None:
        """Whether a type keeps to the speed of roads shows in its having no cruising speed."""
        if (self.mode == ROAD) != (self.cruise_kph is None):
            raise ValueError(f"vehicle type {self.id}: give cruise_kph to every mode but road")

    @property
    def cruise_m_per_s(self) -> float:
        """Cruising speed; 0 for road vehicles, which go at the speed of the road."""
        return 0.0 if self.cruise_kph is None else self.cruise_kph / KPH_PER_M_PER_S


@dataclass(frozen=True)
class Vehicle:
    """One vehicle at its base.

    `type_index` points into the tuple of vehicle types. It may leave its base at (`lon`, `lat`) from
    `ready_s` and must have unloaded by `until_s`, seconds after the dispatch order, and be back at its base
    by then if it `returns`; a vehicle with `ready_s` >= `until_s` cannot take part. `load_at` is the one
    place where it loads (blank: any), `drive_s` the most seconds that it drives (inf: no limit).
    """

    id: str
    type_index: int
    fleet_id: str
    lon: float
    lat: float
    ready_s: int
    until_s: int
    load_at: str
    returns: bool
    drive_s: float


def vehicle_types(region: Region) -> tuple[VehicleType, ...]:
    """Give the vehicle types of the catalogue, sorted by id."""
    rows = region.vehicle_types.sort_values("id").to_dict("records")
    return tuple(_vehicle_type(row) for row in rows)


def vehicles(region: Region, types: tuple[VehicleType, ...], horizon_s: int) -> tuple[Vehicle, ...]:
    """Give every single vehicle of the fleet table, sorted by fleet id, then number.

    Row `F-3` with number 12 becomes `F-3#01` to `F-3#12`. A vehicle is ready when it has been mobilised and
    its hours have begun; it is available until its hours or the horizon end.
    """
    index = {kind.id: position for position, kind in enumerate(types)}
    rows = region.fleet.sort_values("id").to_dict("records")
    return tuple(vehicle for row in rows for vehicle in _yard(row, index, horizon_s))


def _yard(row: Mapping[Hashable, Any], index: Mapping[str, int], horizon_s: int) -> list[Vehicle]:
    """Give the vehicles of one fleet row."""
    number = int(row["number"])
    digits = max(2, len(str(number)))
    closes_h, drive_h = _optional(row["available_to_h"]), _optional(row["max_drive_h"])
    ready_s = max(minutes_to_s(float(row["mobilisation_min"])), hours_to_s(float(row["available_from_h"])))
    until_s = horizon_s if closes_h is None else min(horizon_s, hours_to_s(closes_h))
    return [
        Vehicle(
            id=f"{row['id']}#{n:0{digits}d}",
            type_index=index[row["type"]],
            fleet_id=str(row["id"]),
            lon=float(row["lon"]),
            lat=float(row["lat"]),
            ready_s=ready_s,
            until_s=until_s,
            load_at=str(row["load_at"]),
            returns=bool(row["return_required"]),
            drive_s=math.inf if drive_h is None else float(hours_to_s(drive_h)),
        )
        for n in range(1, number + 1)
    ]


def _vehicle_type(row: Mapping[Hashable, Any]) -> VehicleType:
    range_km = _optional(row["range_km"])
    return VehicleType(
        id=str(row["id"]),
        name_zh=str(row["name_zh"]),
        name_en=str(row["name_en"]),
        mode=next(mode for mode in MODES if mode == row["mode"]),
        payload_kg=float(row["payload_kg"]),
        volume_m3=float(row["volume_m3"]),
        gross_weight_t=_optional(row["gross_weight_t"]),
        height_m=_optional(row["height_m"]),
        speed_factor=float(row["speed_factor"]),
        cruise_kph=_optional(row["cruise_kph"]),
        range_m=math.inf if range_km is None else range_km * METRES_PER_KM,
        wade_depth_m=float(row["wade_depth_m"]),
        stop_s=minutes_to_s(float(row["stop_min"])),
        unload_kg_per_s=t_per_h_to_kg_per_s(float(row["unload_t_per_h"])),
        cost_per_km=float(row["cost_per_km"]),
        cost_per_h=float(row["cost_per_h"]),
    )


def _optional(value: float) -> float | None:
    """Turn the NaN of a blank cell into None."""
    return None if math.isnan(value) else float(value)
