"""Items, baskets and vehicles: weights and volumes in the right units, nothing half described."""

from __future__ import annotations

from collections.abc import Iterator

import pandas as pd

from stockpile.bundle import Region
from stockpile.consistency.cells import given_ids, positions_where, problem_at
from stockpile.errors import Problem
from stockpile.units import KG_PER_TONNE

# From packed foam to steel; outside it a weight or a volume is in the wrong unit.
LIGHTEST_GOODS_KG_PER_M3 = 5.0
HEAVIEST_GOODS_KG_PER_M3 = 8000.0
# A large tent or a boat is below, a litre or kilogram figure taken for m3 usually above.
LARGE_UNIT_M3 = 1.0
HEAVY_UNIT_KG = 100.0
HIGHEST_STORE_M = 20.0
# Payload over load volume, from a van for parcels to a tipper for stone.
LIGHTEST_LOAD_KG_PER_M3 = 20.0
HEAVIEST_LOAD_KG_PER_M3 = 5000.0


def check_units(region: Region) -> Iterator[Problem]:
    """Weight and volume of goods, stores and vehicles stand in the proportion of real things."""
    yield from _item_densities(region)
    yield from _store_heights(region)
    yield from _vehicle_loads(region)


def _item_densities(region: Region) -> Iterator[Problem]:
    items = region.items
    for position, (weight, volume) in enumerate(zip(items["weight_kg"], items["volume_m3"], strict=True)):
        density = weight / volume
        if density < LIGHTEST_GOODS_KG_PER_M3:
            column, unit = _too_light(weight, volume)
        elif density > HEAVIEST_GOODS_KG_PER_M3:
            column, unit = _too_heavy(weight)
        else:
            continue
        message = f"makes {weight:.6g} kg in {volume:.6g} m3, which is {density:.3g} kg/m3: probably {unit}"
        remedy = f"Give {'kg' if column == 'weight_kg' else 'm3'} for one unit with packing"
        yield problem_at(region, "items", position, column, message, remedy)


def _too_light(weight: float, volume: float) -> tuple[str, str]:
    if weight / volume == 1:
        return "volume_m3", "kilograms in the volume column"
    if volume > LARGE_UNIT_M3:
        return "volume_m3", "litres or kilograms in the volume column"
    return "weight_kg", "tonnes in the weight column"


def _too_heavy(weight: float) -> tuple[str, str]:
    if weight > HEAVY_UNIT_KG:
        return "weight_kg", "grams in the weight column"
    return "volume_m3", "a volume in another unit"


def _store_heights(region: Region) -> Iterator[Problem]:
    warehouses = region.warehouses
    height = warehouses["usable_m3"] / warehouses["floor_m2"]
    for position in positions_where(height > HIGHEST_STORE_M):
        message = f"would fill the floor {height.iloc[position]:.3g} m high"
        remedy = "Give usable_m3 in cubic metres and floor_m2 in square metres"
        yield problem_at(region, "warehouses", position, "usable_m3", message, remedy)


def _vehicle_loads(region: Region) -> Iterator[Problem]:
    types = region.vehicle_types
    density = types["payload_kg"] / types["volume_m3"]
    for position in positions_where(density < LIGHTEST_LOAD_KG_PER_M3):
        message = f"makes {density.iloc[position]:.3g} kg/m3 with the load volume: probably tonnes"
        yield problem_at(region, "vehicle_types", position, "payload_kg", message, "Give the payload in kg")
    for position in positions_where(density > HEAVIEST_LOAD_KG_PER_M3):
        message = f"makes {density.iloc[position]:.3g} kg/m3 with the payload"
        remedy = "Give the load volume in m3 and the payload in kg"
        yield problem_at(region, "vehicle_types", position, "volume_m3", message, remedy)
    for position in positions_where(types["gross_weight_t"] * KG_PER_TONNE < types["payload_kg"]):
        remedy = "Give the weight of the loaded vehicle in tonnes"
        yield problem_at(region, "vehicle_types", position, "gross_weight_t", "is below the payload", remedy)


def check_vehicle_modes(region: Region) -> Iterator[Problem]:
    """Every mode but road has a cruise speed; only aircraft, drones and porters have a range."""
    types = region.vehicle_types
    columns = (types["mode"], types["cruise_kph"], types["range_km"])
    for position, (mode, cruise, range_km) in enumerate(zip(*columns, strict=True)):
        if mode and mode != "road" and pd.isna(cruise):
            message = f"is blank, but the type does not drive on roads (mode {mode})"
            yield problem_at(
                region, "vehicle_types", position, "cruise_kph", message, "Give its speed in km/h"
            )
        if mode == "road" and not pd.isna(cruise):
            message = "is given, but the type drives on roads at their speed"
            remedy = "Leave it blank and give speed_factor"
            yield problem_at(region, "vehicle_types", position, "cruise_kph", message, remedy)
        if mode in ("road", "water") and not pd.isna(range_km):
            message = f"is given, but no limit is kept on legs by {mode}"
            remedy = "Leave it blank; it is for aircraft, drones and porters"
            yield problem_at(region, "vehicle_types", position, "range_km", message, remedy)


def check_shifts(region: Region) -> Iterator[Problem]:
    """A fleet's time of availability ends after it begins."""
    fleet = region.fleet
    for position in positions_where(fleet["available_to_h"] <= fleet["available_from_h"]):
        message = "is not after available_from_h"
        yield problem_at(region, "fleet", position, "available_to_h", message, "Correct one of the two hours")


def check_essential_items(region: Region) -> Iterator[Problem]:
    """A basket has at least one essential item, or it would be complete before anything came."""
    baskets = region.baskets
    with_essential = set(baskets.loc[baskets["essential"], "basket"])
    for basket, position in given_ids(baskets, "basket").items():
        if basket not in with_essential:
            message = "has no essential item, so that it would always be complete"
            remedy = "Write yes in the column essential for the items nobody can do without"
            yield problem_at(region, "baskets", position, "basket", message, remedy)
