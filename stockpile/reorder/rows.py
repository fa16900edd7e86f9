"""The five tables of the reorder plan, built row by row from a position."""

from __future__ import annotations

import math
from collections.abc import Iterable
from datetime import timedelta

import pandas as pd

from stockpile.reorder.headings import TABLES
from stockpile.reorder.position import Key, Position, Row
from stockpile.reorder.stock import Lot, LotState, below_from
from stockpile.reorder.transfers import Move
from stockpile.units import KG_PER_TONNE, METRES_PER_KM

LOT_ACTIONS = {
    LotState.EXPIRED: "报废 write off",
    LotState.EXPIRING: "立即轮换 rotate now",
    LotState.ROTATING: "轮换 rotate",
}


def reorder_tables(position: Position) -> dict[str, pd.DataFrame]:
    """Return the tables overview, reorder, transfers, rotate and budget; blank cells hold None."""
    reorder = _table("reorder", (_order_row(position, key) for key in position.lines()))
    rotate = _table("rotate", _rotate_rows(position))
    return {
        "overview": _table(
            "overview", (_overview_row(position, w, reorder, rotate) for w in position.warehouses)
        ),
        "reorder": reorder,
        "transfers": _table("transfers", (transfer_row(position, move) for move in position.moves)),
        "rotate": rotate,
        "budget": _table("budget", _budget_rows(position, reorder, rotate)),
    }


def _table(name: str, rows: Iterable[Row]) -> pd.DataFrame:
    return pd.DataFrame(list(rows), columns=[heading.name for heading in TABLES[name]], dtype=object)


def _item_names(position: Position, item: str) -> Row:
    row = position.items[item]
    return {
        "item": item,
        "item_name_zh": row["name_zh"],
        "item_name_en": row["name_en"],
        "unit": row["unit"],
    }


def _names(position: Position, key: Key) -> Row:
    name = position.warehouses[key[0]]["name_zh"]
    return {"warehouse": key[0], "warehouse_name_zh": name, **_item_names(position, key[1])}


def _order_row(position: Position, key: Key) -> Row:
    holding, target, item = position.holding(key), position.target(key), position.items[key[1]]
    packs, pack_size = position.packs_to_buy(key), int(item["pack_size"])
    usable, moved_in, moved_out = position.counted(key), position.moved_in[key], position.moved_out[key]
    return {
        **_names(position, key),
        "action": _action(position, key),
        "on_hand": holding.quantity(*LotState),
        "expired": holding.quantity(LotState.EXPIRED),
        "expiring": holding.quantity(LotState.EXPIRING),
        "usable": usable,
        "target": target.quantity,
        "shortage": position.shortage(key),
        "transfer_in": moved_in,
        "transfer_out": moved_out,
        "pack_size": pack_size,
        "packs": packs,
        "buy": packs * pack_size,
        "unit_cost_yuan": float(item["unit_cost"]),
        "cost_yuan": _value(position, key[1], packs * pack_size),
        "after": usable + moved_in - moved_out + packs * pack_size,
        "lead_time_days": int(item["lead_time_days"]),
        **_timing(position, key),
        "rule": str(target.rules[0]) if target.rules else "无规则 no rule",
        "other_rules": "; ".join(str(rule) for rule in target.rules[1:]),
    }


def _action(position: Position, key: Key) -> str:
    states = {state for state, _ in position.holding(key).flagged}
    words = [
        *(["调入 transfer in"] if position.moved_in[key] else []),
        *(["采购 buy"] if position.packs_to_buy(key) else []),
        *(["调出 transfer out"] if position.moved_out[key] else []),
        *(LOT_ACTIONS[state] for state in LOT_ACTIONS if state in states),
    ]
    return "; ".join(words)


def _timing(position: Position, key: Key) -> Row:
    """Return when stock falls below target, by when to order, and how much if that day is still to come.

    order by = max(today, first day below target - lead time), on the stock as it stands after the transfers.
    """
    lapse = below_from(position.after_transfers(key), position.target(key).quantity, position.clock.on)
    if lapse is None:
        return {"below_from": None, "order_by": None, "order_later": None}
    day, missing = lapse
    item = position.items[key[1]]
    order_by = max(position.clock.on, day - timedelta(days=int(item["lead_time_days"])))
    pack_size = int(item["pack_size"])
    later = None if position.packs_to_buy(key) else -(-missing // pack_size) * pack_size
    return {"below_from": day, "order_by": order_by, "order_later": later}


def transfer_row(position: Position, move: Move) -> Row:
    """Return a row of the table of transfers; without a known way its km and tonne-km are blank."""
    weight_kg = move.quantity * float(position.items[move.lot.item]["weight_kg"])
    km = move.metres / METRES_PER_KM
    names = _item_names(position, move.lot.item)
    del names["item_name_en"]
    return {
        "from_warehouse": move.lot.warehouse,
        "from_name_zh": position.warehouses[move.lot.warehouse]["name_zh"],
        "to_warehouse": move.receiver,
        "to_name_zh": position.warehouses[move.receiver]["name_zh"],
        **names,
        "lot": move.lot.id,
        "quantity": move.quantity,
        "expires_on": move.lot.expires_on,
        "owner": move.lot.owner,
        "km": None if math.isnan(km) else round(km, 3),
        "weight_kg": round(weight_kg, 3),
        "tonne_km": None if math.isnan(km) else round(km * weight_kg / KG_PER_TONNE, 3),
        "value_yuan": _value(position, move.lot.item, move.quantity),
    }


def _rotate_rows(position: Position) -> Iterable[Row]:
    for key in position.lines():
        for state, lot in position.holding(key).flagged:
            yield _rotate_row(position, key, state, lot)


def _rotate_row(position: Position, key: Key, state: LotState, lot: Lot) -> Row:
    names = _names(position, key)
    del names["item_name_en"]
    return {
        **names,
        "lot": lot.id,
        "action": LOT_ACTIONS[state],
        "quantity": lot.quantity,
        "expires_on": lot.expires_on,
        "days_left": (lot.expires_on - position.clock.on).days if lot.expires_on else None,
        "owner": lot.owner,
        "value_yuan": _value(position, lot.item, lot.quantity),
    }


def _overview_row(position: Position, warehouse: str, reorder: pd.DataFrame, rotate: pd.DataFrame) -> Row:
    row = position.warehouses[warehouse]
    place = position.places[row["place"]]
    orders = reorder[reorder["warehouse"] == warehouse]
    flagged = rotate[rotate["warehouse"] == warehouse]
    volume_m3 = orders["item"].map(lambda item: float(position.items[item]["volume_m3"])).astype(float)
    stays = (
        orders["on_hand"] - orders["expired"] + orders["transfer_in"] - orders["transfer_out"] + orders["buy"]
    )
    after_m3 = float((stays.astype(float) * volume_m3).sum())
    return {
        "warehouse": warehouse,
        "warehouse_name_zh": row["name_zh"],
        "level": row["level"],
        "place_name_zh": place["name_zh"],
        "residents": int(place["population"]),
        "items_with_target": int((orders["target"] > 0).sum()),
        "items_short": int((orders["shortage"] > 0).sum()),
        "items_to_buy": int((orders["buy"] > 0).sum()),
        "cost_yuan": total(orders["cost_yuan"]),
        **_flagged_values(flagged),
        "volume_now_m3": round(float((orders["on_hand"].astype(float) * volume_m3).sum()), 3),
        "volume_after_m3": round(after_m3, 3),
        "usable_m3": float(row["usable_m3"]),
        "warning": _volume_warning(after_m3, float(row["usable_m3"])),
    }


def _volume_warning(after_m3: float, usable_m3: float) -> str:
    over_m3 = round(after_m3 - usable_m3, 3)
    if over_m3 <= 0:
        return ""
    return f"放不下: 超出 {over_m3:.1f} m3; does not fit: {over_m3:.1f} m3 over the usable volume"


def _flagged_values(flagged: pd.DataFrame) -> Row:
    expired = flagged["action"] == LOT_ACTIONS[LotState.EXPIRED]
    return {
        "write_off_yuan": total(flagged["value_yuan"][expired]),
        "rotate_yuan": total(flagged["value_yuan"][~expired]),
    }


def _budget_rows(position: Position, reorder: pd.DataFrame, rotate: pd.DataFrame) -> Iterable[Row]:
    for item in sorted(set(reorder["item"])):
        orders = reorder[reorder["item"] == item]
        covered = sum(position.shortage((w, item)) - position.missing((w, item)) for w in orders["warehouse"])
        yield {
            **_item_names(position, item),
            "category": position.items[item]["category"],
            **{name: int(orders[name].sum()) for name in ("shortage", "transfer_in", "buy", "packs")},
            "unit_cost_yuan": float(position.items[item]["unit_cost"]),
            "cost_yuan": total(orders["cost_yuan"]),
            "saved_yuan": _value(position, item, covered),
            "write_off_yuan": _flagged_values(rotate[rotate["item"] == item])["write_off_yuan"],
        }


def _value(position: Position, item: str, units: int) -> float:
    """Return the price of units of an item in yuan, rounded to fen."""
    return round(units * float(position.items[item]["unit_cost"]), 2)


def total(values: pd.Series) -> float:
    """Return a sum of yuan, rounded to fen."""
    return round(float(values.sum()), 2)
