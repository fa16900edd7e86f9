"""Read the tables of a plan as typed rows."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable, Mapping
from typing import TypeVar

import pandas as pd

from routing.verify.findings import Findings
from routing.verify.rows import (
    CoverageRow,
    CurveRow,
    DemandRow,
    FirstArrivalRow,
    FirstGoods,
    FirstGoodsRow,
    IsolatedRow,
    Leg,
    LoadLine,
    LocalIssue,
    Plan,
    Stop,
    SupplyRow,
    TargetRow,
    Trip,
)
from stockpile.units import hours_to_s

Row = TypeVar("Row")
Cell = Callable[[object], object]


def _text(value: object) -> str:
    """Return a cell as text, blank for a missing one."""
    return "" if value is None or (isinstance(value, float) and math.isnan(value)) else str(value)


def _number(value: object) -> float:
    number = float(str(value))
    if not math.isfinite(number):
        raise ValueError
    return number


def _whole(value: object) -> int:
    number = _number(value)
    if not number.is_integer():
        raise ValueError
    return int(number)


def _seconds(value: object) -> int:
    return hours_to_s(_number(value))


def _seconds_or_none(value: object) -> int | None:
    return _seconds(value) if _text(value) else None


def _flag(value: object) -> bool:
    return {"true": True, "yes": True, "1": True, "false": False, "no": False, "0": False}[str(value).lower()]


def _links(value: object) -> tuple[str, ...]:
    return tuple(_text(value).split())


_TRIP: dict[str, Cell] = {
    "trip_id": _text, "vehicle_id": _text, "fleet_id": _text, "vehicle_type": _text, "mode": _text,
    "sequence": _whole, "source_id": _text, "dock": _whole, "depart_h": _seconds, "arrive_h": _seconds,
    "load_start_h": _seconds, "load_end_h": _seconds, "end_h": _seconds, "weight_kg": _number,
    "volume_m3": _number, "drive_km": _number, "drive_h": _seconds,
}  # fmt: skip
_STOP: dict[str, Cell] = {
    "trip_id": _text, "stop": _whole, "site_id": _text, "arrive_h": _seconds, "unload_start_h": _seconds,
    "unload_end_h": _seconds, "weight_kg": _number,
}  # fmt: skip
_LINE: dict[str, Cell] = {
    "trip_id": _text, "stop": _whole, "site_id": _text, "pick": _whole, "lot_id": _text, "item": _text,
    "quantity": _whole, "weight_kg": _number, "volume_m3": _number,
}  # fmt: skip
_LEG: dict[str, Cell] = {
    "trip_id": _text, "leg": _whole, "from_id": _text, "to_id": _text, "depart_h": _seconds,
    "arrive_h": _seconds, "km": _number, "links": _links,
}  # fmt: skip
_LOCAL_ISSUE: dict[str, Cell] = {
    "site_id": _text, "warehouse_id": _text, "lot_id": _text, "item": _text, "quantity": _whole,
    "hour": _seconds,
}  # fmt: skip
_SUPPLY: dict[str, Cell] = {
    "lot_id": _text, "source_id": _text, "item": _text, "quantity": _whole, "available_h": _seconds,
    "expires_on": _text,
}  # fmt: skip
_DEMAND: dict[str, Cell] = {
    "site_id": _text, "place": _text, "people": _whole, "item": _text, "essential": _flag,
    "quantity_per_person": _number, "need": _whole, "delivered": _whole, "unmet": _whole,
}  # fmt: skip
_COVERAGE: dict[str, Cell] = {"site_id": _text, "hour": _seconds, "supplied": _whole}
_CURVE: dict[str, Cell] = {"hour": _seconds, "supplied": _whole, "share": _number}
_TARGET: dict[str, Cell] = {
    "id": _text, "required": _number, "people": _whole, "supplied": _whole, "share": _number,
    "exempt_people": _whole, "met": _flag,
}  # fmt: skip
_ISOLATED: dict[str, Cell] = {"site_id": _text, "people": _whole}
_FIRST_GOODS: dict[str, Cell] = {
    "id": _text, "level": _text, "required": _number, "townships": _whole, "reached": _whole,
    "share": _number, "exempt_townships": _whole, "last_h": _seconds_or_none, "judged": _flag, "met": _flag,
}  # fmt: skip
_FIRST_ARRIVAL: dict[str, Cell] = {
    "target": _text, "township": _text, "people": _whole, "first_h": _seconds_or_none, "source_id": _text,
    "trip_id": _text, "site_id": _text, "exempt": _flag, "in_time": _flag,
}  # fmt: skip


def read_plan(tables: Mapping[str, pd.DataFrame], findings: Findings) -> Plan | None:
    """Return the typed plan, or None with violations of `tables` when something cannot be read."""
    reader = _Reader(tables, findings)
    trips = reader.rows("trips", _TRIP, Trip)
    stops = reader.rows("stops", _STOP, Stop)
    lines = reader.rows("load_lines", _LINE, LoadLine)
    legs = reader.rows("legs", _LEG, Leg)
    plan = Plan(
        trips=tuple(sorted(trips, key=lambda trip: trip.id)),
        stops=_by_trip(stops, lambda stop: (stop.trip_id, stop.number)),
        lines=_by_trip(lines, lambda line: (line.trip_id, line.pick)),
        legs=_by_trip(legs, lambda leg: (leg.trip_id, leg.number)),
        local_issues=tuple(reader.rows("local_issues", _LOCAL_ISSUE, LocalIssue)),
        supply=tuple(reader.rows("supply", _SUPPLY, SupplyRow)),
        demand=tuple(reader.rows("demand", _DEMAND, DemandRow)),
        coverage=tuple(reader.rows("coverage", _COVERAGE, CoverageRow)),
        curve=tuple(reader.rows("curve", _CURVE, CurveRow)),
        targets=tuple(reader.rows("targets", _TARGET, TargetRow)),
        isolated=tuple(reader.rows("isolated", _ISOLATED, IsolatedRow)),
    )
    if not findings.result().violations:
        _check_keys(plan, findings)
    return None if findings.result().violations else plan


def read_first_goods(
    tables: Mapping[str, pd.DataFrame], findings: Findings, *, promised: bool
) -> FirstGoods | None:
    """Return the tables of first goods, empty ones where they are left out and nothing is `promised`.

    None with violations of `tables` when something cannot be read.
    """
    reader = _Reader(tables, findings)
    if not promised and "first_goods" not in tables:
        return FirstGoods((), ())
    found = FirstGoods(
        promises=tuple(reader.rows("first_goods", _FIRST_GOODS, FirstGoodsRow)),
        arrivals=tuple(reader.rows("first_arrivals", _FIRST_ARRIVAL, FirstArrivalRow)),
    )
    keys: dict[str, list[Hashable]] = {
        "first_goods": [row.id for row in found.promises],
        "first_arrivals": [(row.target, row.township) for row in found.arrivals],
    }
    _check_unique(keys, findings)
    return None if findings.result().violations else found


class _Reader:
    """Turns tables into rows and reports what cannot be read."""

    def __init__(self, tables: Mapping[str, pd.DataFrame], findings: Findings) -> None:
        self._tables = tables
        self._findings = findings

    def rows(self, name: str, columns: Mapping[str, Cell], make: Callable[..., Row]) -> list[Row]:
        table = self._tables.get(name)
        self._findings.expect("tables", name, "the table is missing", holds=table is not None)
        if table is None:
            return []
        missing = [column for column in columns if column not in table.columns]
        if not self._findings.expect("tables", name, f"lacks {', '.join(missing)}", holds=not missing):
            return []
        cells = [self._column(name, column, table[column].tolist(), columns[column]) for column in columns]
        if any(column is None for column in cells):
            return []
        return [make(*row) for row in zip(*(column for column in cells if column is not None), strict=True)]

    def _column(self, name: str, column: str, values: Iterable[object], cell: Cell) -> list[object] | None:
        read: list[object] = []
        for number, value in enumerate(values, start=1):
            try:
                read.append(cell(value))
            except (ValueError, KeyError):
                where = f"{name} row {number}"
                self._findings.expect("tables", where, f'{column} = "{value}" cannot be read', holds=False)
                return None
        return read


def _by_trip(rows: Iterable[Row], key: Callable[[Row], tuple[str, int]]) -> dict[str, tuple[Row, ...]]:
    grouped: dict[str, list[Row]] = defaultdict(list)
    for row in sorted(rows, key=key):
        grouped[key(row)[0]].append(row)
    return {trip_id: tuple(of_trip) for trip_id, of_trip in grouped.items()}


def _check_keys(plan: Plan, findings: Findings) -> None:
    """Keys are unique, and what names a trip or a stop names one that exists."""
    known = {trip.id for trip in plan.trips}
    stops = [(stop.trip_id, stop.number) for rows in plan.stops.values() for stop in rows]
    legs = [(leg.trip_id, leg.number) for rows in plan.legs.values() for leg in rows]
    lines = [line for rows in plan.lines.values() for line in rows]
    keys: dict[str, list[Hashable]] = {
        "trips": [trip.id for trip in plan.trips],
        "stops": list(stops),
        "legs": list(legs),
        "load_lines": [(line.trip_id, line.pick) for line in lines],
        "supply": [row.lot_id for row in plan.supply],
        "demand": [(row.site_id, row.item) for row in plan.demand],
        "coverage": [(row.site_id, row.at_s) for row in plan.coverage],
        "curve": [row.at_s for row in plan.curve],
        "targets": [row.id for row in plan.targets],
        "isolated": [row.site_id for row in plan.isolated],
    }
    _check_unique(keys, findings)
    for table, named in (("stops", plan.stops), ("legs", plan.legs), ("load_lines", plan.lines)):
        for trip_id in named:
            findings.expect(
                "tables", table, f'names the trip "{trip_id}" that is not there', holds=trip_id in known
            )
    existing = set(stops)
    for line in lines:
        holds = (line.trip_id, line.stop) in existing
        findings.expect("tables", line.where, f"there is no stop {line.stop}", holds=holds)


def _check_unique(keys: Mapping[str, list[Hashable]], findings: Findings) -> None:
    for table, found in keys.items():
        double = _first_double(found)
        findings.expect("tables", table, f"{double} stands there twice", holds=double is None)


def _first_double(keys: Iterable[Hashable]) -> Hashable | None:
    seen: set[Hashable] = set()
    for key in keys:
        if key in seen:
            return key
        seen.add(key)
    return None
