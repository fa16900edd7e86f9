"""Lots, floors and suppliers: dates in order, goods that fit, rules that say one thing."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

import pandas as pd

from stockpile.bundle import Region
from stockpile.consistency.cells import cell_text, given_ids, problem_at
from stockpile.errors import Problem

_DEPOT_COLUMNS = ("place", "docks", "dock_t_per_h", "lon", "lat")
_DATES_IN_ORDER = (
    # earlier, later, column to blame, what is wrong
    ("produced_on", "expires_on", "expires_on", "is before the day of production"),
    ("produced_on", "counted_on", "counted_on", "is before the day of production"),
)


def check_lot_dates(region: Region) -> Iterator[Problem]:
    """A lot is produced before it is counted and before it expires; goods with a shelf life expire."""
    lots = region.lots
    for earlier, later, column, message in _DATES_IN_ORDER:
        for position, (first, second) in enumerate(zip(lots[earlier], lots[later], strict=True)):
            if isinstance(first, date) and isinstance(second, date) and second < first:
                remedy = f"Correct one of the two; {earlier} is {first.isoformat()}"
                yield problem_at(region, "lots", position, column, message, remedy)
    yield from _missing_expiry(region)


def _missing_expiry(region: Region) -> Iterator[Problem]:
    shelf_life = dict(zip(region.items["id"], region.items["shelf_life_months"], strict=True))
    for position, (item, day) in enumerate(zip(region.lots["item"], region.lots["expires_on"], strict=True)):
        months = shelf_life.get(item)
        if day is None and months is not None and not pd.isna(months):
            message = f"is blank, but {item} keeps for {months:.0f} months only"
            remedy = "Give the last day of use, or remove the shelf life of the item"
            yield problem_at(region, "lots", position, "expires_on", message, remedy)


def check_lot_warehouses(region: Region) -> Iterator[Problem]:
    """Only existing warehouses hold lots, and what they hold fits into them."""
    warehouses = region.warehouses
    candidates = set(warehouses.loc[warehouses["status"] == "candidate", "id"])
    for position, warehouse in enumerate(region.lots["warehouse"]):
        if warehouse in candidates:
            message = "is a candidate, which holds no stock yet"
            yield problem_at(
                region, "lots", position, "warehouse", message, "Make it existing or move the lot"
            )
    unit_volume = dict(zip(region.items["id"], region.items["volume_m3"], strict=True))
    volume = region.lots["quantity"] * region.lots["item"].map(unit_volume)
    filled_by_warehouse = volume.groupby(region.lots["warehouse"]).sum().to_dict()
    usable_m3 = warehouses["usable_m3"].tolist()
    for warehouse, position in given_ids(warehouses).items():
        filled = filled_by_warehouse.get(warehouse, 0.0)
        if filled > usable_m3[position] * (1 + 1e-9):
            message = f"is less than the {filled:.1f} m3 that its lots take up"
            remedy = "Correct the usable volume, the quantities, or the unit volumes of the items"
            yield problem_at(region, "warehouses", position, "usable_m3", message, remedy)


def check_depots(region: Region) -> Iterator[Problem]:
    """Rows of suppliers that name one depot agree on where it stands and how fast it loads."""
    suppliers = region.suppliers
    first = given_ids(suppliers, "depot")
    for position, depot in enumerate(suppliers["depot"]):
        if not depot or position == first[depot]:
            continue
        for column in _DEPOT_COLUMNS:
            here = cell_text(suppliers[column].iloc[position])
            there = cell_text(suppliers[column].iloc[first[depot]])
            if here is not None and there is not None and here != there:
                row = suppliers["row"].iloc[first[depot]]
                message = f"differs from {there} in row {row}, which names the same depot {depot}"
                remedy = "Give both rows one value, or the depots two names"
                yield problem_at(region, "suppliers", position, column, message, remedy)


def check_floors(region: Region) -> Iterator[Problem]:
    """A rule names a level or a warehouse, and an item with a quantity or a basket with a share."""
    floors = region.floors
    for position in range(len(floors)):
        for first, second in (("level", "warehouse"), ("item", "basket")):
            given = [name for name in (first, second) if floors[name].iloc[position]]
            if len(given) != 1:
                found = "as well as" if given else "and so is"
                message = f"is {'given' if given else 'blank'} {found} {second}"
                remedy = f"Give one of {first} and {second} and leave the other blank"
                yield problem_at(region, "floors", position, first, message, remedy)
        for name, amount in (("item", "quantity"), ("basket", "population_share")):
            if floors[name].iloc[position] and pd.isna(floors[amount].iloc[position]):
                message = f"is blank, but the rule names the {name} {floors[name].iloc[position]}"
                yield problem_at(region, "floors", position, amount, message, f"Give the {amount} to hold")
