"""Columns of the reorder tables: name in the CSV, heading in both languages, and how a cell is shown."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from stockpile.output.sheet_model import Column, Kind

ALARMS = ("报废", "立即", "采购", "放不下")
"""A cell that begins with one of these asks for something to be done: it is red on the sheets."""


@dataclass(frozen=True)
class Heading:
    """A column; `kind` is wrap, units, number, money or date, `width` is in Latin letters."""

    name: str
    label_zh: str
    label_en: str
    kind: Kind = "wrap"
    width: int = 11

    @property
    def column(self) -> Column:
        """The column on a sheet."""
        return Column(self.label_zh, self.label_en, self.width, self.kind, alarms=ALARMS)


WAREHOUSE = Heading("warehouse", "仓库", "warehouse", width=18)
WAREHOUSE_NAME = Heading("warehouse_name_zh", "仓库名称", "warehouse name", width=30)
ITEM = Heading("item", "物资编号", "item", width=16)
ITEM_NAME = Heading("item_name_zh", "物资", "item name (Chinese)", width=24)
ITEM_NAME_EN = Heading("item_name_en", "英文名", "item name", width=18)
UNIT = Heading("unit", "单位", "unit", width=12)

ORDER = (
    WAREHOUSE,
    WAREHOUSE_NAME,
    ITEM,
    ITEM_NAME,
    ITEM_NAME_EN,
    UNIT,
    Heading("action", "处理", "action", width=28),
    Heading("on_hand", "账面库存", "on hand", "units"),
    Heading("expired", "已过期", "expired", "units"),
    Heading("expiring", "采购周期内到期", "expiring within lead time", "units"),
    Heading("usable", "可用", "usable", "units"),
    Heading("target", "目标", "target", "units"),
    Heading("shortage", "缺口", "shortage", "units"),
    Heading("transfer_in", "调入", "transfer in", "units"),
    Heading("transfer_out", "调出", "transfer out", "units"),
    Heading("pack_size", "包装数", "pack size", "units"),
    Heading("packs", "采购包数", "packs to buy", "units"),
    Heading("buy", "采购量", "units to buy", "units"),
    Heading("unit_cost_yuan", "单价(元)", "unit cost (yuan)", "money", 12),
    Heading("cost_yuan", "金额(元)", "cost (yuan)", "money", 14),
    Heading("after", "补后可用", "usable after", "units"),
    Heading("lead_time_days", "采购周期(天)", "lead time (days)", "units"),
    Heading("below_from", "跌破目标日", "below target from", "date", 12),
    Heading("order_by", "最迟下单日", "order by", "date", 12),
    Heading("order_later", "届时订量", "units to order then", "units"),
    Heading("rule", "目标依据", "rule behind the target", width=52),
    Heading("other_rules", "其他适用规则", "other rules that apply", width=52),
)

TRANSFERS = (
    Heading("from_warehouse", "调出仓库", "from", width=12),
    Heading("from_name_zh", "调出仓库名称", "from (name)", width=28),
    Heading("to_warehouse", "调入仓库", "to", width=12),
    Heading("to_name_zh", "调入仓库名称", "to (name)", width=28),
    ITEM,
    ITEM_NAME,
    UNIT,
    Heading("lot", "批次号", "lot", width=16),
    Heading("quantity", "数量", "quantity", "units"),
    Heading("expires_on", "失效日期", "expires on", "date", 12),
    Heading("owner", "物权单位", "owner", width=20),
    Heading("km", "里程(km)", "distance (km)", "number", 12),
    Heading("weight_kg", "重量(kg)", "weight (kg)", "number", 12),
    Heading("tonne_km", "吨公里", "tonne-km", "number", 12),
    Heading("value_yuan", "价值(元)", "value (yuan)", "money", 14),
)

ROTATE = (
    WAREHOUSE,
    WAREHOUSE_NAME,
    ITEM,
    ITEM_NAME,
    UNIT,
    Heading("lot", "批次号", "lot", width=16),
    Heading("action", "处理", "action", width=28),
    Heading("quantity", "数量", "quantity", "units"),
    Heading("expires_on", "失效日期", "expires on", "date", 12),
    Heading("days_left", "剩余天数", "days left", "units"),
    Heading("owner", "物权单位", "owner", width=20),
    Heading("value_yuan", "价值(元)", "value (yuan)", "money", 14),
)

OVERVIEW = (
    WAREHOUSE,
    WAREHOUSE_NAME,
    Heading("level", "级别", "level", width=12),
    Heading("place_name_zh", "所在地", "place", width=16),
    Heading("residents", "人口", "residents", "units"),
    Heading("items_with_target", "有目标物资数", "items with a target", "units"),
    Heading("items_short", "短缺物资数", "items short", "units"),
    Heading("items_to_buy", "采购物资数", "items to buy", "units"),
    Heading("cost_yuan", "采购金额(元)", "cost of orders (yuan)", "money", 14),
    Heading("write_off_yuan", "报废价值(元)", "value to write off (yuan)", "money", 14),
    Heading("rotate_yuan", "轮换价值(元)", "value to rotate (yuan)", "money", 14),
    Heading("volume_now_m3", "现占容积(m3)", "volume now (m3)", "number", 12),
    Heading("volume_after_m3", "补后容积(m3)", "volume after (m3)", "number", 12),
    Heading("usable_m3", "可用容积(m3)", "usable volume (m3)", "number", 12),
    Heading("warning", "警告", "warning", width=36),
)

BUDGET = (
    ITEM,
    ITEM_NAME,
    ITEM_NAME_EN,
    Heading("category", "大类", "category", width=8),
    UNIT,
    Heading("shortage", "缺口", "shortage", "units"),
    Heading("transfer_in", "调拨", "transferred", "units"),
    Heading("buy", "采购量", "units to buy", "units"),
    Heading("packs", "采购包数", "packs to buy", "units"),
    Heading("unit_cost_yuan", "单价(元)", "unit cost (yuan)", "money", 12),
    Heading("cost_yuan", "金额(元)", "cost (yuan)", "money", 14),
    Heading("saved_yuan", "调拨节省(元)", "saved by transfers (yuan)", "money", 14),
    Heading("write_off_yuan", "报废价值(元)", "value to write off (yuan)", "money", 14),
)

TABLES = {"overview": OVERVIEW, "reorder": ORDER, "transfers": TRANSFERS, "rotate": ROTATE, "budget": BUDGET}

# On the sheet of one warehouse the tables stand below one another and share their widths column by column.
SHEET_ORDER = (
    *("item_name_zh", "unit", "action", "on_hand", "expired", "expiring", "usable", "target", "shortage"),
    *("transfer_in", "transfer_out", "packs", "buy", "cost_yuan", "after"),
)
SHEET_LATER = (
    *("item_name_zh", "unit", "order_by", "below_from", "order_later", "lead_time_days", "pack_size"),
    "unit_cost_yuan",
)
SHEET_TRANSFERS_IN = (
    *("item_name_zh", "unit", "from_name_zh", "from_warehouse", "quantity", "lot", "expires_on", "owner"),
    *("km", "weight_kg", "tonne_km", "value_yuan"),
)
SHEET_TRANSFERS_OUT = tuple(name.replace("from_", "to_") for name in SHEET_TRANSFERS_IN)
SHEET_ROTATE = (
    *("item_name_zh", "unit", "action", "expires_on", "quantity", "lot", "days_left", "owner", "value_yuan"),
)


def pick(headings: Sequence[Heading], names: Sequence[str]) -> tuple[Heading, ...]:
    """Return the headings of these columns, in the order of the names."""
    by_name = {heading.name: heading for heading in headings}
    return tuple(by_name[name] for name in names)
