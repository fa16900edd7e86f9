"""Target levels: what each warehouse should hold of each item, and which rule says so."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pandas as pd

from stockpile.baskets import FLOAT_SLACK, basket_need
from stockpile.bundle import Region
from stockpile.levels import Levels


@dataclass(frozen=True)
class Rule:
    """One floors rule as it applies to one item of one warehouse.

    `working` shows how the quantity was found, so that a reader can redo it.
    """

    id: str
    quantity: int
    working: str
    basis: str
    source: str

    def __str__(self) -> str:
        """Return the rule, its quantity, its working and where it comes from, on one line."""
        return f"{self.id}: {self.quantity} = {self.working} [{self.basis}] {self.source}"


@dataclass(frozen=True)
class Target:
    """What a warehouse should hold of an item: the largest of the rules that apply, largest first.

    With `is_level` it is told how much to keep, not only how much at least.
    """

    quantity: int
    rules: tuple[Rule, ...]
    is_level: bool = False


NO_TARGET = Target(quantity=0, rules=())


def target_levels(region: Region, levels: Levels | None = None) -> dict[tuple[str, str], Target]:
    """Return the target of each (warehouse id, item id) that any floors rule names.

    A rule holds for the one warehouse it names, or for every existing warehouse of its level, community
    points included. An item rule asks for its quantity. A basket rule asks, for every essential item, for

        ceil(residents of the warehouse's place x share x quantity per person [x days of supply]).

    Levels of a file are rules, too, for existing warehouses. The largest rule is the target; equal rules
    stand in the order of their ids.
    """
    residents = dict(zip(region.places["id"], region.places["population"], strict=True))
    found: dict[tuple[str, str], list[Rule]] = {}
    for floor in region.floors.to_dict("records"):
        for warehouse in _warehouses_under(floor, region.warehouses):
            for item, rule in _rules(floor, int(residents[warehouse["place"]]), region.baskets):
                found.setdefault((warehouse["id"], item), []).append(rule)
    level = {} if levels is None else levels.level
    if levels is not None:
        existing = set(region.warehouses.loc[region.warehouses["status"] == "existing", "id"])
        for key, units in level.items():
            if key[0] in existing:
                found.setdefault(key, []).append(Rule("level", units, "stock level", "file", levels.file))
    return {key: _largest(rules, is_level=key in level) for key, rules in sorted(found.items())}


def _largest(rules: list[Rule], *, is_level: bool) -> Target:
    ranked = tuple(sorted(rules, key=lambda rule: (-rule.quantity, rule.id)))
    return Target(quantity=ranked[0].quantity, rules=ranked, is_level=is_level)


def _warehouses_under(floor: dict[Any, Any], warehouses: pd.DataFrame) -> list[dict[Any, Any]]:
    column, value = ("id", floor["warehouse"]) if floor["warehouse"] else ("level", floor["level"])
    under = (warehouses["status"] == "existing") & (warehouses[column] == value)
    rows: list[dict[Any, Any]] = warehouses[under].to_dict("records")
    return rows


def _rules(floor: dict[Any, Any], residents: int, baskets: pd.DataFrame) -> Iterator[tuple[str, Rule]]:
    """Yield (item id, rule) for each item that a floors row asks one warehouse to hold."""
    if floor["item"]:
        quantity = int(floor["quantity"])
        yield floor["item"], Rule(floor["id"], quantity, "fixed quantity", floor["basis"], floor["source"])
        return
    need = basket_need(baskets, floor["basket"], floor["supply_days"])
    people = f"{residents} persons x {floor['population_share']:g}"
    basket = f"basket {floor['basket']}, {floor['supply_days']:g} days"
    for row in need[need["essential"]].to_dict("records"):
        per_person = float(row["quantity_per_person"])
        quantity = math.ceil(residents * floor["population_share"] * per_person - FLOAT_SLACK)
        working = f"{people} x {per_person:g} per person ({basket})"
        yield row["item"], Rule(floor["id"], quantity, working, floor["basis"], floor["source"])
