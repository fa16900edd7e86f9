"""Lots in the warehouses of a region, and the least stock each is to hold."""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from kit.csv_files import CATALOGUE, Row, read_rows
from kit.places import Places

# Days by which a store's or a point's purchase differs from the model's day: none buys on one day.
DAYS_APART = (0, 3, -4, 7, -9, 5, -2)
STALE_EVERY = 6  # every sixth community point has not renewed its goods: it holds the older lot


@dataclass(frozen=True)
class LotRules:
    """Days of the stock counts, and what the modelled lots and the floors say of themselves.

    Attributes:
        counted: Day of the last stock count by level of the warehouse.
        rule_source: Source of lots modelled per 1000 residents.
        community_source: Source of the lots of community points.
        plan_floor_source: Source of the floors that repeat the lots whose basis is ``plan``.
        community_share: People of a community point's base for whom goods lie there: the capacity of the
            site in its community, or the residents where none stands.
    """

    counted: Mapping[str, date]
    rule_source: str = ""
    community_source: str = ""
    plan_floor_source: str = ""
    community_share: float = 0.03


def shelf_lives() -> dict[str, int | None]:
    """Months of shelf life of every item of the catalogue; None when it does not expire."""
    rows = read_rows(CATALOGUE / "items.csv")
    return {row["id"]: int(row["shelf_life_months"]) if row["shelf_life_months"] else None for row in rows}


def expiry(produced: date, months: int | None) -> str:
    """Last day of use; blank when the item does not expire."""
    if months is None:
        return ""
    year, month = divmod(produced.year * 12 + produced.month - 1 + months, 12)
    day = min(produced.day, monthrange(year, month + 1)[1])
    return date(year, month + 1, day).isoformat()


class LotBook:
    """Numbers the lots in the order in which they are written."""

    def __init__(self) -> None:
        self.months = shelf_lives()
        self.rows: list[dict[str, object]] = []

    def add(self, item: str, quantity: int, produced: date, **cells: object) -> None:
        """One lot with its expiry from the item's shelf life; none for a quantity of 0."""
        if quantity:
            self.rows.append(
                {
                    "id": f"L-{len(self.rows) + 1:04d}",
                    "item": item,
                    "quantity": quantity,
                    "produced_on": produced.isoformat(),
                    "expires_on": expiry(produced, self.months[item]),
                }
                | cells
            )


@dataclass(frozen=True)
class Stock:
    """Rows of the inputs that stock the warehouses: see README.md for their columns."""

    listed: list[Row]
    per_resident: list[Row]
    per_person: list[Row]
    must_hold: list[Row]


def lot_rows(
    places: Places,
    warehouses: list[dict[str, object]],
    factors: Mapping[str, float],
    capacity: Mapping[str, int],
    stock: Stock,
    rules: LotRules,
) -> list[dict[str, object]]:
    """Listed lots, lots per resident, lots of the community points, equipment that every store must hold.

    ``factors`` scales the lots per resident by warehouse; one without a factor gets none. ``capacity`` gives
    the people of the site in each community that has one.
    """
    book = LotBook()
    by_id = {str(store["id"]): store for store in warehouses}
    for row in stock.listed:
        _add_stated(book, row, by_id[row["warehouse"]], row["owner"], rules)
    for number, (warehouse, factor) in enumerate(factors.items()):
        _add_per_resident(book, by_id[warehouse], factor, places, stock.per_resident, number, rules)
    points = [store for store in warehouses if store["level"] == "community"]
    for number, point in enumerate(points):
        place = places.by_id[str(point["place"])]
        people = round(capacity.get(place.id, place.population) * rules.community_share)
        _add_point(book, str(point["id"]), place.name_zh, people, stock.per_person, number, rules)
    for rule in stock.must_hold:
        for store in under_rule(rule, warehouses):
            _add_stated(book, rule, store, places.by_id[str(store["place"])].name_zh, rules)
    return book.rows


def under_rule(rule: Row, warehouses: Iterable[dict[str, object]]) -> Iterator[dict[str, object]]:
    """Warehouses of the rule's level, exposed to as many hazards as it asks for."""
    for row in warehouses:
        flags = [flag for flag in str(row["hazard_flags"]).split("|") if flag]
        if row["level"] == rule["level"] and len(flags) >= int(rule["least_hazards"] or 0):
            yield row


def _add_stated(
    book: LotBook, row: Row, warehouse: Mapping[str, object], owner: str, rules: LotRules
) -> None:
    book.add(
        row["item"],
        int(row["quantity"]),
        date.fromisoformat(row["produced_on"]),
        warehouse=warehouse["id"],
        counted_on=rules.counted[str(warehouse["level"])].isoformat(),
        owner=owner,
        basis=row["basis"],
        source=row["source"],
    )


def _add_per_resident(
    book: LotBook,
    warehouse: dict[str, object],
    factor: float,
    places: Places,
    stock: list[Row],
    number: int,
    rules: LotRules,
) -> None:
    level = str(warehouse["level"])
    shift = timedelta(days=DAYS_APART[number % len(DAYS_APART)])
    served = places.by_id[str(warehouse["place"])]
    for row in stock:
        if row["level"] == level:
            book.add(
                row["item"],
                round(served.population / 1000 * float(row["per_1000_residents"]) * factor),
                date.fromisoformat(row["produced_on"]) + shift,
                warehouse=warehouse["id"],
                counted_on=rules.counted[level].isoformat(),
                owner=served.name_zh,
                basis="modelled",
                source=rules.rule_source,
            )


def _add_point(
    book: LotBook, warehouse: str, owner: str, people: int, stock: list[Row], number: int, rules: LotRules
) -> None:
    shift = timedelta(days=DAYS_APART[number % len(DAYS_APART)])
    stale = number % STALE_EVERY == STALE_EVERY - 1
    for row in stock:
        produced = row["stale_produced_on"] if stale and row["stale_produced_on"] else row["produced_on"]
        book.add(
            row["item"],
            round(people * float(row["per_person"])),
            date.fromisoformat(produced) + shift,
            warehouse=warehouse,
            counted_on=rules.counted["community"].isoformat(),
            owner=owner,
            basis="modelled",
            source=rules.community_source,
        )


def floor_rows(
    stock: Stock, floor_rules: list[Row], warehouses: list[dict[str, object]], rules: LotRules
) -> list[dict[str, object]]:
    """The least stock: the plan's counts where they lie, the rules of the inputs, equipment to hold."""
    held: dict[tuple[str, str], int] = {}
    for row in stock.listed:
        if row["basis"] == "plan":
            key = (row["warehouse"], row["item"])
            held[key] = held.get(key, 0) + int(row["quantity"])
    rows: list[dict[str, object]] = [
        {
            "warehouse": warehouse,
            "item": item,
            "quantity": quantity,
            "supply_days": 1,
            "basis": "plan",
            "source": rules.plan_floor_source,
        }
        for (warehouse, item), quantity in held.items()
    ]
    rows.extend(dict(rule) for rule in floor_rules)
    for rule in stock.must_hold:
        cells = {"item": rule["item"], "quantity": rule["quantity"], "supply_days": 1}
        cells |= {"basis": rule["basis"], "source": rule["source"]}
        if int(rule["least_hazards"] or 0):
            rows.extend({"warehouse": row["id"], **cells} for row in under_rule(rule, warehouses))
        else:
            rows.append({"level": rule["level"], **cells})
    return [{"id": f"R-{number:02d}"} | row for number, row in enumerate(rows, start=1)]
