"""The reorder plan of a region: transfer from surplus first, then buy, then rotate and write off."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

import pandas as pd

from stockpile.bundle import Region
from stockpile.distances import Distances, straight_lines
from stockpile.errors import DataError, Problem
from stockpile.levels import Levels
from stockpile.reorder.position import position_on_the_day, take_position
from stockpile.reorder.rows import reorder_tables, total
from stockpile.reorder.stock import Clock
from stockpile.reorder.targets import target_levels

ROTATION_DAYS = 90  # one quarter: leaves time to swap a lot with its supplier or to issue it
COUNT_VALID_DAYS = 365
FIRST_YEAR, LAST_YEAR = 2000, 2100
RENEWED_IN_TIME = (
    "按给定水平: 当日可用的批次都计入, 临期批次须轮换 (轮换费用不在采购金额内), 换不到的按“最迟下单日”订购 / "
    "by levels of a file: lots usable on the day count; exchange those about to lapse, which the cost of "
    "orders leaves out, and order by the day in 'order by' what cannot be exchanged"
)
WEAK_BASES = ("modelled", "assumed")


@dataclass(frozen=True)
class ReorderPlan:
    """What every existing warehouse should move, order, rotate and write off, seen from one day.

    Attributes:
        region: name of the region.
        title: names of the unit that the region is, and the name of its folder.
        on: day of the sheets.
        rotation_days: days after the lead time within which a lapsing lot is to be rotated.
        on_the_day: lots usable on the day itself count; else those that outlive the lead time.
        by_road: kilometres are those of roads; else of straight lines.
        tables: overview, reorder, transfers, rotate and budget; columns as in `headings`, None when blank.
        totals: cost_yuan, saved_yuan, write_off_yuan, rotate_yuan, tonne_km, items_short, items_to_buy,
            warehouses_over_volume, modelled_or_assumed_share (of the input rows).
        notes: what a reader should know before trusting the sheets.
        inputs: SHA-256 of each input file.
    """

    region: str
    title: str
    on: date
    rotation_days: int
    on_the_day: bool
    by_road: bool
    tables: Mapping[str, pd.DataFrame]
    totals: Mapping[str, float]
    notes: tuple[str, ...]
    inputs: Mapping[str, str]


def parse_day(text: str) -> date:
    """Return the day written as YYYY-MM-DD.

    Raises:
        DataError: the text is no such day, or lies outside the years 2000 to 2100.
    """
    try:
        day = date.fromisoformat(text)
    except ValueError:
        raise DataError([_no_day(text)]) from None
    if day.isoformat() != text or not FIRST_YEAR <= day.year <= LAST_YEAR:
        raise DataError([_no_day(text)])
    return day


def _no_day(text: str) -> Problem:
    return Problem(
        file="--on",
        row=None,
        column=None,
        value=text,
        message=f"is not a day between {FIRST_YEAR} and {LAST_YEAR}",
        remedy="give a day of the calendar as YYYY-MM-DD, for example 2026-07-05",
    )


def plan_reorder(
    region: Region,
    on: date,
    *,
    rotation_days: int = ROTATION_DAYS,
    levels: Levels | None = None,
    distances: Distances | None = None,
) -> ReorderPlan:
    """Return what each existing warehouse should transfer, buy, rotate and write off, seen from a day.

    For every warehouse and item: usable + transfers in - transfers out + bought >= target, and whoever gives
    keeps its own target on every later day that it would have held it anyway. With levels the sheets say what
    the placement says: stock is taken to be renewed in time, so a lot counts while it can be used on the day
    itself, exactly what is short moves, and lots about to lapse are to be rotated, but are no shortage.

    Args:
        region: a checked region.
        on: day of the sheets.
        rotation_days: days after the lead time within which a lapsing lot is to be rotated.
        levels: levels of a file, which count beside the floors of the region.
        distances: ways by road between all warehouses; straight lines when None.

    Raises:
        DataError: the region has no existing warehouse.
    """
    if not (region.warehouses["status"] == "existing").any():
        raise DataError([_no_warehouse(region.name)])
    take = take_position if levels is None else position_on_the_day
    ways = straight_lines(region.warehouses) if distances is None else distances
    tables = reorder_tables(take(region, Clock(on, rotation_days), target_levels(region, levels), ways))
    return ReorderPlan(
        region=region.name,
        title=_title(region),
        on=on,
        rotation_days=rotation_days,
        on_the_day=levels is not None,
        by_road=distances is not None,
        tables=tables,
        totals={**_totals(tables), "modelled_or_assumed_share": _weak_share(region)},
        notes=(
            *([] if levels is None else [RENEWED_IN_TIME]),
            *_notes(region, on, levels),
            *_candidate_notes(region, levels),
        ),
        inputs=dict(sorted({**region.digests, **({levels.file: levels.sha256} if levels else {})}.items())),
    )


def _no_warehouse(region_name: str) -> Problem:
    return Problem(
        file=f"{region_name}/warehouses.csv",
        row=None,
        column="status",
        value=None,
        message="no warehouse is existing, so there is nothing to reorder for",
        remedy="add a warehouse, or set status to existing for one that is in use",
    )


def _title(region: Region) -> str:
    tops = region.places[region.places["parent"] == ""]
    names = [f"{row['name_zh']} {row['name_en']}".strip() for row in tops.to_dict("records")]
    return f"{'、'.join(names)} ({region.name})"


def _totals(tables: Mapping[str, pd.DataFrame]) -> dict[str, float]:
    overview, budget = tables["overview"], tables["budget"]
    return {
        "cost_yuan": total(overview["cost_yuan"]),
        "saved_yuan": total(budget["saved_yuan"]),
        "write_off_yuan": total(overview["write_off_yuan"]),
        "rotate_yuan": total(overview["rotate_yuan"]),
        "tonne_km": round(float(tables["transfers"]["tonne_km"].sum()), 3),
        "items_short": int(overview["items_short"].sum()),
        "items_to_buy": int(overview["items_to_buy"].sum()),
        "warehouses_over_volume": int((overview["warning"] != "").sum()),
    }


def _weak_share(region: Region) -> float:
    """Return the share of the rows read for the sheets that are modelled or assumed."""
    tables = (region.places, region.warehouses, region.lots, region.floors, region.items, region.baskets)
    bases = pd.concat([table["basis"] for table in tables])
    return round(float(bases.isin(WEAK_BASES).mean()), 4)


def _candidate_notes(region: Region, levels: Levels | None) -> tuple[str, ...]:
    """Levels of warehouses that are not open yet are left out, and that is said."""
    candidates = set(region.warehouses.loc[region.warehouses["status"] == "candidate", "id"])
    waiting = sorted({key[0] for key, units in levels.level.items() if units} & candidates) if levels else []
    if not waiting:
        return ()
    names = ", ".join(waiting)
    return (f"备选库尚未启用, 未计入: {names} / candidates left out until their status is existing: {names}",)


def _notes(region: Region, on: date, levels: Levels | None) -> tuple[str, ...]:
    notes = []
    if region.floors.empty and levels is None:
        notes.append(
            "无储备定额 (floors.csv): 没有目标, 不计算采购 / no floors rules, so no targets and no orders"
        )
    counted = [day for day in region.lots["counted_on"] if day is not None]
    later = sum(day > on for day in counted)
    if later:
        notes.append(f"{later} 批在 {on} 之后盘点 / {later} lots were counted after {on}, newer than the day")
    stale = sum((on - day).days > COUNT_VALID_DAYS for day in counted)
    if stale:
        notes.append(f"{stale} 批盘点已逾一年 / {stale} lots were last counted more than a year before {on}")
    unknown = len(region.lots) - len(counted)
    if unknown:
        notes.append(f"{unknown} 批无盘点日期 / {unknown} lots without a day of the last count")
    return tuple(notes)
