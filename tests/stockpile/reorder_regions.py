"""Small regions for the reorder tests, built from the few values that a test is about."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

import pandas as pd

from stockpile.bundle import ALL_TABLES, Region
from stockpile.tables import empty_table

ON = date(2026, 7, 5)
Row = Mapping[str, Any]

DEFAULTS: dict[str, dict[str, Any]] = {
    "places": {"level": "township", "parent": "", "population": 1000, "lon": 116.5, "lat": 31.7},
    "warehouses": {
        "level": "township",
        "status": "existing",
        "usable_m3": 1000.0,
        "opening_cost": 0.0,
        "expansion_m3": 0.0,
        "expansion_cost_per_m3": 0.0,
        "lon": 116.5,
        "lat": 31.7,
    },
    "lots": {"produced_on": None, "expires_on": None, "counted_on": date(2026, 6, 1), "owner": "区应急局"},
    "items": {
        "category": "1",
        "unit": "瓶",
        "weight_kg": 2.0,
        "volume_m3": 0.01,
        "unit_cost": 10.0,
        "lead_time_days": 5,
        "pack_size": 1,
    },
    "baskets": {"basket": "flood", "hazard": "flood", "per": "event", "essential": True},
    "floors": {
        "level": "",
        "warehouse": "",
        "item": "",
        "basket": "",
        "quantity": float("nan"),
        "population_share": float("nan"),
        "supply_days": 1.0,
    },
}


def make_region(**tables: Sequence[Row]) -> Region:
    """Return a region of these rows; whatever a row leaves out has a harmless value."""
    frames = {name: _frame(name, tables.get(name, ())) for name in ALL_TABLES}
    return Region(name="test_region", digests={"test_region/lots.csv": "0" * 64}, **frames)


def _frame(name: str, rows: Sequence[Row]) -> pd.DataFrame:
    empty = empty_table(name)
    if not rows:
        return empty
    names = {row["id"]: {"name_zh": f"{row['id']}名", "name_en": f"{row['id']} name"} for row in rows}
    common = {"basis": "assumed", "source": "made for tests"}
    full = [{**common, **names[row["id"]], **DEFAULTS[name], **row} for row in rows]
    columns = [column for column in empty.columns if column in full[0]]
    return pd.DataFrame(full, columns=columns).astype(
        {column: object for column in columns if empty[column].dtype == object}
    )


def hand_region() -> Region:
    """Return the region that test_reorder.py solves by hand."""
    return make_region(
        places=[
            {"id": "D", "level": "district", "population": 3000},
            {"id": "A", "parent": "D", "population": 1000},
            {"id": "B", "parent": "D", "population": 2000},
        ],
        warehouses=[
            {"id": "W-D", "level": "district", "place": "D"},
            {"id": "W-A", "place": "A", "lat": 31.8},
            {"id": "W-B", "place": "B", "lat": 32.0, "usable_m3": 4.0},
            {"id": "W-C", "level": "community", "place": "A", "lat": 31.81},
            {"id": "W-X", "level": "township", "place": "A", "status": "candidate"},
        ],
        items=[{"id": "water", "pack_size": 24, "unit_cost": 1.5, "weight_kg": 0.5}],
        baskets=[
            {"id": "b-water", "item": "water", "quantity_per_person": 6.0, "per": "day"},
        ],
        floors=[
            {
                "id": "F-1",
                "level": "township",
                "basket": "flood",
                "population_share": 0.012,
                "supply_days": 3.0,
            },
            {"id": "F-2", "warehouse": "W-D", "item": "water", "quantity": 400.0},
            {"id": "F-3", "warehouse": "W-A", "item": "water", "quantity": 100.0},
        ],
        lots=[
            {
                "id": "L-1",
                "warehouse": "W-D",
                "item": "water",
                "quantity": 240,
                "expires_on": date(2026, 7, 4),
            },
            {
                "id": "L-2",
                "warehouse": "W-D",
                "item": "water",
                "quantity": 100,
                "expires_on": date(2026, 7, 9),
            },
            {
                "id": "L-3",
                "warehouse": "W-D",
                "item": "water",
                "quantity": 300,
                "expires_on": date(2026, 7, 10),
            },
            {
                "id": "L-4",
                "warehouse": "W-D",
                "item": "water",
                "quantity": 200,
                "expires_on": date(2026, 10, 8),
            },
            {
                "id": "L-5",
                "warehouse": "W-D",
                "item": "water",
                "quantity": 500,
                "expires_on": date(2027, 1, 1),
            },
            {"id": "L-6", "warehouse": "W-A", "item": "water", "quantity": 50},
            {"id": "L-7", "warehouse": "W-C", "item": "water", "quantity": 600},
            {"id": "L-8", "warehouse": "W-X", "item": "water", "quantity": 900},
        ],
    )
