"""Usable stock of a region on a day: lots on hand, batches of suppliers, stock held where people are."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

import numpy as np
import pandas as pd

from routing.problem import Ints, OnSite, Supply
from stockpile.inventory import fefo_order, usable_lots
from stockpile.region import Region
from stockpile.units import hours_to_s

COMMUNITY = "community"


@dataclass(frozen=True)
class Batch:
    """Units of one item that stand ready at one loading point from one second on."""

    lot_id: str
    source_id: str
    item: str
    quantity: int
    available_s: int
    expires_on: str


def lots_on_hand(region: Region, on: date) -> pd.DataFrame:
    """Lots that existing warehouses may issue on the day, in FEFO order, with their level and place."""
    existing = region.warehouses[region.warehouses["status"] == "existing"]
    lots = region.lots.merge(
        existing[["id", "level", "place"]].rename(columns={"id": "warehouse"}), on="warehouse"
    )
    return fefo_order(usable_lots(lots, on))


def warehouse_batches(lots: pd.DataFrame) -> list[Batch]:
    """Lots that vehicles may load: all but those at community points."""
    return [
        Batch(lot["id"], lot["warehouse"], lot["item"], int(lot["quantity"]), 0, str(lot["expires_on"] or ""))
        for lot in lots[lots["level"] != COMMUNITY].to_dict("records")
    ]


def supplier_batches(suppliers: pd.DataFrame, on: date, horizon_s: int) -> list[Batch]:
    """What a plan may count on from agreements in force, batch by batch as it becomes ready.

    floor(quantity * reliability) units count. Without a ramp they are ready at activation; with one, batch
    n is ready n + 1 hours after activation and holds the whole units made in that hour.
    """
    batches: list[Batch] = []
    for row in suppliers.to_dict("records"):
        ends = row["contract_end"]
        if isinstance(ends, date) and ends < on:
            continue
        left = math.floor(row["quantity"] * row["reliability"] + 1e-9)
        ramped = not math.isnan(row["ramp_per_h"])
        per_hour = row["ramp_per_h"] if ramped else left
        first_h = row["activation_h"] + (1 if ramped else 0)
        hour = 0
        while left > 0 and hours_to_s(first_h + hour) < horizon_s:
            made = math.floor(per_hour * (hour + 1)) - math.floor(per_hour * hour)
            units = min(left, made)
            if units:
                ready_s = hours_to_s(first_h + hour)
                batches.append(Batch(f"{row['id']}@{hour}", row["depot"], row["item"], units, ready_s, ""))
            left -= units
            hour += 1
    return batches


def index_supply(batches: list[Batch], sources: Mapping[str, int], items: Mapping[str, int]) -> Supply:
    """Batches of known sources and items as arrays, kept in order of source, item and readiness."""
    kept = [batch for batch in batches if batch.source_id in sources and batch.item in items]
    kept.sort(key=lambda batch: (sources[batch.source_id], items[batch.item], batch.available_s))
    return Supply(
        lot_ids=tuple(batch.lot_id for batch in kept),
        source=np.array([sources[batch.source_id] for batch in kept], dtype=np.int64),
        item=np.array([items[batch.item] for batch in kept], dtype=np.int64),
        quantity=np.array([batch.quantity for batch in kept], dtype=np.int64),
        available_s=np.array([batch.available_s for batch in kept], dtype=np.int64),
        expires_on=tuple(batch.expires_on for batch in kept),
    )


def issue_on_site(
    lots: pd.DataFrame,
    site_places: pd.Series,
    need: Ints,
    items: Mapping[str, int],
) -> OnSite:
    """Hand community stock to the sites of the same place, FEFO, up to their need.

    Args:
        lots: Usable lots in FEFO order with their warehouse's level and place.
        site_places: Place of each site, in site order.
        need: Units each site needs, (J, K).
        items: Index of each item of the basket.
    """
    rest = need.copy()
    sites_at: dict[str, list[int]] = {}
    for site, place in enumerate(site_places):
        sites_at.setdefault(place, []).append(site)
    issued: list[tuple[str, str, int, int, int]] = []
    held = lots[(lots["level"] == COMMUNITY) & lots["item"].isin(list(items))]
    for lot in held.to_dict("records"):
        left, item = int(lot["quantity"]), items[lot["item"]]
        for site in sites_at.get(lot["place"], []):
            units = min(left, int(rest[site, item]))
            if units > 0:
                issued.append((lot["id"], lot["warehouse"], site, item, units))
                rest[site, item] -= units
                left -= units
    return OnSite(
        lot_ids=tuple(row[0] for row in issued),
        warehouse_ids=tuple(row[1] for row in issued),
        site=np.array([row[2] for row in issued], dtype=np.int64),
        item=np.array([row[3] for row in issued], dtype=np.int64),
        quantity=np.array([row[4] for row in issued], dtype=np.int64),
    )
