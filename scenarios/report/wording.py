"""How numbers, names and causes are worded in every report: one place, so that all outputs agree."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from types import MappingProxyType

import pandas as pd

from scenarios.references import township_of
from scenarios.result import COMPLETE, OTHERS_FIRST
from stockpile.output.text import gap_up, one_line, share_down
from stockpile.region import Region

CAUSES: Mapping[str, tuple[str, str]] = MappingProxyType(
    {
        "expired": ("批次过期", "expired lots"),
        "stock": ("库存不足", "low stock"),
        "road": ("道路中断", "road cut"),
        "callout": ("动员太慢", "slow call-out"),
        "docks": ("装车位不足", "few docks"),
        "fleet": ("车辆不足", "few vehicles"),
        "handout": ("发放太慢", "slow hand-out"),
        "distance": ("路程太远", "too far"),
        "isolated": ("各种方式均不可达", "isolated"),
        "several": ("多项限制叠加", "several limits at once"),
        OTHERS_FIRST: ("未见限制，先送了别处", "no limit found, others came first"),
        COMPLETE: ("已由别处供齐", "complete from other stores"),
    }
)
"""Limits that keep goods from people: id -> (Chinese, English)."""

ADVICE: Mapping[str, tuple[str, str]] = MappingProxyType(
    {
        "expired": ("轮换过期批次并补库", "replace the expired lots"),
        "stock": ("就近调拨或启动协议、市场采购", "move stock in or call off agreements and purchases"),
        "road": ("抢通道路，或改走水路、空中", "reopen the road, or go by water or air"),
        "callout": ("提前下达预备令，让车队与仓库先行集结", "warn crews and warehouses before the order"),
        "docks": ("增设临时装车位或加派装卸人员", "open temporary docks or add loaders"),
        "fleet": ("增调车辆或船只", "call out more vehicles or boats"),
        "handout": ("增设发放台与人手", "add hand-out desks and people"),
        "distance": ("在更近处前置物资，或请求空运", "pre-position closer by, or ask for air transport"),
        "several": ("车辆、装车位、库存一并增援", "add vehicles, docks and stock together"),
        OTHERS_FIRST: (
            "趁库存尚有先派一车，或延长搜索",
            "send one truck there first while stock lasts, or search longer",
        ),
    }
)
"""What usually mends a cause: id -> (Chinese, English); isolated sites have a step of their own."""


NOT_SHOWN = "未证 not shown"
"""Said of causes whose lifting was not found to serve everyone."""


def cause_text(cause: str) -> str:
    """Chinese and English name of a cause; an unknown id is shown as it is."""
    return " ".join(CAUSES.get(cause, (cause,)))


def causes_text(causes: Iterable[str]) -> str:
    """Names of several causes."""
    return "、".join(cause_text(cause) for cause in causes)


def advice_text(advice: tuple[str, str]) -> str:
    """Advice as a Chinese and an English sentence."""
    zh, en = advice
    return f"{zh}。 {en[0].upper()}{en[1:]}."


def people_text(people: int) -> str:
    """A count with thousands separators."""
    return f"{people:,}"


def counted(count: int, noun: str) -> str:
    """A count with its English noun: 1 site, 2 sites."""
    return f"{people_text(count)} {noun}{'' if count == 1 else 's'}"


def percent_text(share: float) -> str:
    """A share as per cent with one decimal, rounded down: 100.0 % is said of the whole only."""
    return f"{100 * share_down(share):.1f} %"


def gap_text(share: float) -> str:
    """A gap to a bound as per cent with three decimals, rounded up: 0.000 % is said of no gap only.

    >>> gap_text(0.00396), gap_text(1e-7)
    ('0.396 %', '0.001 %')
    """
    return f"{100 * gap_up(share):.3f} %"


def hour_text(hours: float) -> str:
    """Hours without needless decimals: 8, 0.5, 1.25."""
    return f"{round(hours, 4):g}"


def clock_text(hours: float) -> str:
    """Hours after the order as h:mm, rounded down to the minute."""
    minutes = math.floor(hours * 60 + 1e-3)
    return f"{minutes // 60}:{minutes % 60:02d}"


@dataclass(frozen=True)
class Names:
    """Names of everything with an id, by kind and id; an unknown id stands for itself.

    Kinds are places, warehouses, depots, sites, fleet, items and vehicle_types: depots are the loading points
    that suppliers name, the others tables.
    """

    chinese: Mapping[str, Mapping[str, str]]
    english: Mapping[str, Mapping[str, str]]
    parents: Mapping[str, str]
    levels: Mapping[str, str]
    site_places: Mapping[str, str]
    owners: Mapping[str, str]
    units: Mapping[str, str]

    def zh(self, kind: str, key: str) -> str:
        """Chinese name on one line."""
        return self.chinese[kind].get(key) or one_line(key)

    def both(self, kind: str, key: str) -> str:
        """Chinese name, and the English one where there is one."""
        return f"{self.zh(kind, key)} {self.english[kind].get(key, '')}".rstrip()

    def source(self, key: str) -> str:
        """Chinese name of a loading point: a warehouse or a supplier's depot."""
        return self.zh(self._source_kind(key), key)

    def source_both(self, key: str) -> str:
        """Both names of a loading point with its id; the id alone where it has no name."""
        name = self.both(self._source_kind(key), key)
        return f"{name} ({one_line(key)})" if name != one_line(key) else name

    def _source_kind(self, key: str) -> str:
        return "warehouses" if key in self.chinese["warehouses"] else "depots"

    def vehicle(self, vehicle: str, fleet: str) -> str:
        """Chinese name of the vehicle's fleet row, and the vehicle's id."""
        return f"{self.zh('fleet', fleet)} {one_line(vehicle)}"

    def amount(self, item: str, units: int) -> str:
        """Chinese name of an item with how many of its units: 毛毯 40 条 piece."""
        return f"{self.zh('items', item)} {people_text(units)} {self.units.get(item, '')}".rstrip()

    def point(self, key: str) -> str:
        """Name of a stop on a vehicle's way: its base, a loading point or a site."""
        for kind in ("sites", "warehouses", "depots", "fleet"):
            if key in self.chinese[kind]:
                return self.zh(kind, key)
        return one_line(key)

    def township(self, place: str) -> str:
        """Id of the township that a place belongs to; the place itself when none is above it."""
        return township_of(place, self.parents, self.levels)

    def site_township(self, site: str) -> str:
        """Name of the township that a site lies in."""
        place = self.site_places.get(site, "")
        return self.both("places", self.township(place)) if place else ""

    def owner(self, fleet: str) -> str:
        """Who owns the vehicles of a fleet row: its owner, else the name of the row."""
        return self.owners.get(fleet) or self.zh("fleet", fleet)


def names_of(region: Region) -> Names:
    """Collect the names of a region's tables."""
    tables = {
        "places": region.places,
        "warehouses": region.warehouses,
        "sites": region.sites,
        "fleet": region.fleet,
        "items": region.items,
        "vehicle_types": region.vehicle_types,
    }
    # The suppliers of one depot usually share a name; the first stands for all.
    tables["depots"] = region.suppliers.drop(columns="id").rename(columns={"depot": "id"})
    tables["depots"] = tables["depots"].drop_duplicates("id")
    return Names(
        chinese={kind: text_by_id(table, "name_zh") for kind, table in tables.items()},
        english={kind: text_by_id(table, "name_en") for kind, table in tables.items()},
        parents=text_by_id(region.places, "parent"),
        levels=text_by_id(region.places, "level"),
        site_places=text_by_id(region.sites, "place"),
        owners=text_by_id(region.fleet, "owner"),
        units=text_by_id(region.items, "unit"),
    )


def text_by_id(table: pd.DataFrame, column: str) -> dict[str, str]:
    """One text column by id, on one line each."""
    pairs = zip(table["id"], table[column], strict=True)
    return {str(key): one_line(value) if isinstance(value, str) else "" for key, value in pairs}
