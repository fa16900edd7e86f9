"""What may be kept where: the tables of a region and a planner's wishes as stock rules."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Container, Iterator, Mapping, Sequence
from datetime import date

import numpy as np
import pandas as pd

from stockpile.bundle import Region
from stockpile.inventory import usable_lots
from stockpile.levels import Key
from stockpile.placement.problem import Flags, Floats, StockRules
from stockpile.placement.wishes import Wishes, check_wishes
from stockpile.reorder.targets import target_levels

COMMUNITY = "community"


def stock_rules(
    region: Region,
    source_ids: Sequence[str],
    item_ids: Sequence[str],
    on: date,
    wishes: Wishes,
    *,
    needed: Container[str],
) -> StockRules:
    """Return what may be kept at each source, seen from a day.

    Stock today are the lots usable on the day. Least levels are the floors of the region and those of the
    file; a community point keeps at least what it holds, since no vehicle loads there. The room of a
    warehouse is what the goods that are not placed leave of it. Sources that are no warehouse (depots) keep
    nothing of ours. Items that are not `needed` by people go only where a least level asks for them. Levels
    that are not given to the unit are whole packs more or less than today's.

    Raises:
        DataError: the wishes contradict each other or the floors, or name what the region does not have.
    """
    floors = {key: target.quantity for key, target in target_levels(region).items()}
    lots = usable_lots(region.lots, on)
    held: Counter[Key] = Counter()
    for warehouse, item, units in zip(lots["warehouse"], lots["item"], lots["quantity"], strict=True):
        held[warehouse, item] += int(units)
    check_wishes(region, item_ids, floors, held, wishes)
    warehouses = region.warehouses.set_index("id").reindex(list(source_ids))
    items = region.items.set_index("id").reindex(list(item_ids))
    current = stock_of(lots, source_ids, item_ids)
    volume = items["volume_m3"].to_numpy(dtype=np.float64)
    room = _room(region, warehouses, item_ids, on)
    expansion = _numbers(warehouses, "expansion_m3")
    least = _least(floors, source_ids, item_ids, wishes, warehouses)
    stays = np.full(len(source_ids), wishes.keep_existing) | (warehouses["level"] == COMMUNITY).to_numpy()
    free = ~_chosen(source_ids, item_ids, lambda key: wishes.forbids(key) or key in wishes.fixed)
    least = np.where(stays[:, None] & free, np.maximum(least, current), least)
    fits = np.floor((room + expansion)[:, None] / volume + 1e-9)
    most = _most(source_ids, item_ids, wishes, np.maximum(np.maximum(fits, current), least))
    idle = np.array([item not in needed for item in item_ids], dtype=bool)
    most = np.where(idle, np.minimum(most, np.maximum(current, least)), most)
    most[warehouses["level"].isna().to_numpy()] = 0.0
    packs = items["pack_size"].to_numpy(dtype=np.float64)
    most = np.maximum(most, least)
    least, most = np.where(free, _whole_packs(current, least, most, packs), (least, most))
    return StockRules(
        current=current,
        at_least=least,
        at_most=most,
        unit_cost=items["unit_cost"].to_numpy(dtype=np.float64),
        unit_volume_m3=volume,
        unit_weight_kg=items["weight_kg"].to_numpy(dtype=np.float64),
        pack_size=items["pack_size"].to_numpy(dtype=np.int64),
        usable_m3=room,
        candidate=(warehouses["status"] == "candidate").to_numpy(),
        opening_cost=_numbers(warehouses, "opening_cost"),
        expansion_m3=expansion,
        expansion_cost_per_m3=_numbers(warehouses, "expansion_cost_per_m3"),
        budget=wishes.budget,
    )


def _whole_packs(current: Floats, least: Floats, most: Floats, packs: Floats) -> tuple[Floats, Floats]:
    """Levels that are whole packs away from today's, least upwards and most downwards, (I, K) each."""
    up = current + np.ceil((least - current) / packs - 1e-9) * packs
    down = current + np.floor((most - current) / packs + 1e-9) * packs
    return up, np.maximum(up, down)


def stock_of(lots: pd.DataFrame, source_ids: Sequence[str], item_ids: Sequence[str]) -> Floats:
    """Return the units that lots hold, (I, K)."""
    units = np.zeros((len(source_ids), len(item_ids)))
    source = {name: index for index, name in enumerate(source_ids)}
    item = {name: index for index, name in enumerate(item_ids)}
    for where, what, quantity in zip(lots["warehouse"], lots["item"], lots["quantity"], strict=True):
        if where in source and what in item:
            units[source[where], item[what]] += quantity
    return units


def floor_items(region: Region) -> tuple[str, ...]:
    """Return the items that some floor of the region asks for, sorted."""
    return tuple(sorted({item for _, item in target_levels(region)}))


def _numbers(warehouses: pd.DataFrame, column: str) -> Floats:
    """A column by source, 0 where it is blank or the source is no warehouse."""
    numbers: Floats = np.nan_to_num(warehouses[column].to_numpy(dtype=np.float64))
    return numbers


def _room(region: Region, warehouses: pd.DataFrame, item_ids: Sequence[str], on: date) -> Floats:
    """Volume that the goods outside the placement leave, (I,); 0 for depots."""
    others = usable_lots(region.lots, on)
    others = others[~others["item"].isin(list(item_ids))]
    volume = dict(zip(region.items["id"], region.items["volume_m3"], strict=True))
    taken = pd.Series(others["quantity"] * others["item"].map(volume), dtype=np.float64)
    by_warehouse = taken.groupby(others["warehouse"]).sum().reindex(warehouses.index, fill_value=0.0)
    room: Floats = np.maximum(_numbers(warehouses, "usable_m3") - by_warehouse.to_numpy(), 0.0)
    return room


def _least(
    floors: Mapping[Key, int],
    source_ids: Sequence[str],
    item_ids: Sequence[str],
    wishes: Wishes,
    warehouses: pd.DataFrame,
) -> Floats:
    """Units asked for by floors, by the file and by fixed levels, the largest of them, (I, K).

    A candidate has no floors of its level until it is open.
    """
    given = wishes.levels.at_least if wishes.levels is not None else {}
    least = np.zeros((len(source_ids), len(item_ids)))
    for (source, item), key in _keys(source_ids, item_ids):
        least[source, item] = max(floors.get(key, 0), given.get(key, 0), wishes.fixed.get(key, 0))
    least[warehouses["level"].isna().to_numpy()] = 0.0
    return least


def _most(source_ids: Sequence[str], item_ids: Sequence[str], wishes: Wishes, most: Floats) -> Floats:
    """Units allowed by the file, by fixed levels and by what is forbidden, (I, K), else `most`."""
    given = wishes.levels.at_most if wishes.levels is not None else {}
    allowed = most.copy()
    for (source, item), key in _keys(source_ids, item_ids):
        if wishes.forbids(key):
            allowed[source, item] = 0.0
        elif key in wishes.fixed:
            allowed[source, item] = wishes.fixed[key]
        elif key in given:
            allowed[source, item] = min(allowed[source, item], given[key])
    return allowed


def _keys(source_ids: Sequence[str], item_ids: Sequence[str]) -> Iterator[tuple[tuple[int, int], Key]]:
    for source, source_id in enumerate(source_ids):
        for item, item_id in enumerate(item_ids):
            yield (source, item), (source_id, item_id)


def _chosen(source_ids: Sequence[str], item_ids: Sequence[str], chooses: Callable[[Key], bool]) -> Flags:
    flags = [[chooses((source_id, item_id)) for item_id in item_ids] for source_id in source_ids]
    return np.array(flags, dtype=bool).reshape(len(source_ids), len(item_ids))
