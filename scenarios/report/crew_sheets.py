"""The sheets of plan.xlsx that crews work from: loading, handing out on the spot, driving."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable

from scenarios.report.findings import Row, rows_of
from scenarios.report.office_sheets import CLOCK_NOTE, load_sheet_name
from scenarios.report.wording import Names, people_text
from scenarios.result import RunResult
from stockpile.output.sheet_model import Cell, Column, Sheet, Table

LOAD_COLUMNS = (
    Column("已装", "loaded", 7, "tick"),
    Column("车次", "trip", 7),
    Column("装位", "dock", 5, "count"),
    Column("装车", "from", 7, "clock"),
    Column("装完", "until", 7, "clock"),
    Column("车辆", "vehicle", 21),
    Column("车型", "type", 13),
    Column("序", "pick", 5, "count"),
    Column("批次", "lot", 14, "wrap"),
    Column("物资", "item", 20, "wrap"),
    Column("数量", "quantity", 9, "count"),
    Column("单位", "unit", 12, "wrap"),
    Column("公斤", "kg", 9, "decimal"),
    Column("送往", "for site", 42, "wrap"),
)
LOAD_BAND = 1

ON_SITE_SHEET = "就地发放 On-site"
ON_SITE_NOTE = (
    "社区点接令即向本社区安置点发放，不用车辆。 "
    "On the order, community points hand out to the sites of their community; no vehicle comes."
)
ON_SITE_COLUMNS = (
    Column("已发", "handed out", 7, "tick"),
    Column("安置点", "site", 42, "wrap"),
    Column("社区点", "community point", 42, "wrap"),
    Column("批次", "lot", 14, "wrap"),
    Column("物资", "item", 20, "wrap"),
    Column("数量", "quantity", 9, "count"),
    Column("单位", "unit", 12, "wrap"),
)
ON_SITE_SITE = 1

DRIVER_COLUMNS = (
    Column("车辆", "vehicle", 20),
    Column("车型", "type", 13),
    Column("车次", "trip", 7),
    Column("出发", "leave", 7, "clock"),
    Column("从", "from", 24, "wrap"),
    Column("到", "to", 24, "wrap"),
    Column("到达", "arrive", 7, "clock"),
    Column("作业", "work", 12),
    Column("开始", "start", 7, "clock"),
    Column("结束", "end", 7, "clock"),
    Column("公里", "km", 7, "decimal"),
    Column("途经", "roads", 36, "wrap"),
    Column("卸货", "to unload", 38, "wrap"),
)
DRIVER_BAND = 2
DRIVER_VEHICLE = 0


def load_sheets(result: RunResult, names: Names) -> tuple[Sheet, ...]:
    """One sheet for each loading point that sends something, in order of id."""
    trips = {str(trip["trip_id"]): trip for trip in rows_of(result.tables["trips"])}
    lines: defaultdict[str, list[Row]] = defaultdict(list)
    for line in rows_of(result.tables["load_lines"]):
        lines[str(trips[str(line["trip_id"])]["source_id"])].append(line)
    return tuple(_load_sheet(source, lines[source], trips, names) for source in sorted(lines))


def _load_sheet(source: str, lines: list[Row], trips: dict[str, Row], names: Names) -> Sheet:
    def picking_order(line: Row) -> tuple[float, str, int]:
        trip_id = str(line["trip_id"])
        return float(trips[trip_id]["load_start_h"]), trip_id, int(line["pick"])

    rows = tuple(
        _load_row(line, trips[str(line["trip_id"])], names) for line in sorted(lines, key=picking_order)
    )
    count = people_text(len({line["trip_id"] for line in lines}))
    tonnes = sum(float(line["weight_kg"]) for line in lines) / 1000
    return Sheet(
        name=load_sheet_name(source, names),
        title=f"装货单 Load sheet: {names.source_both(source)}",
        notes=(f"{count} 车次 trips · {tonnes:,.1f} t", CLOCK_NOTE),
        parts=(Table(LOAD_COLUMNS, rows, band=LOAD_BAND),),
    )


def _load_row(line: Row, trip: Row, names: Names) -> tuple[Cell, ...]:
    item, site = str(line["item"]), str(line["site_id"])
    return (
        "",
        str(trip["trip_id"]),
        int(trip["dock"]),
        float(trip["load_start_h"]),
        float(trip["load_end_h"]),
        str(trip["vehicle_id"]),
        names.zh("vehicle_types", str(trip["vehicle_type"])),
        int(line["pick"]),
        str(line["lot_id"]),
        names.zh("items", item),
        int(line["quantity"]),
        names.units.get(item, ""),
        float(line["weight_kg"]),
        f"{names.zh('sites', site)} ({site})",
    )


def on_site_sheets(result: RunResult, names: Names) -> tuple[Sheet, ...]:
    """What community points hand out at hour 0, site by site; no sheet when they hand out nothing."""
    issues = rows_of(result.tables["local_issues"])
    if not issues:
        return ()
    ordered = sorted(
        issues, key=lambda row: (row["site_id"], row["warehouse_id"], row["item"], row["lot_id"])
    )
    rows = tuple(_on_site_row(row, names) for row in ordered)
    sheet = Sheet(
        name=ON_SITE_SHEET,
        title="就地发放单 On-site hand-out sheet",
        notes=(ON_SITE_NOTE,),
        parts=(Table(ON_SITE_COLUMNS, rows, band=ON_SITE_SITE),),
        together=ON_SITE_SITE,
    )
    return (sheet,)


def _on_site_row(issue: Row, names: Names) -> tuple[Cell, ...]:
    site, point, item = str(issue["site_id"]), str(issue["warehouse_id"]), str(issue["item"])
    return (
        "",
        f"{names.zh('sites', site)} ({site})",
        f"{names.zh('warehouses', point)} ({point})",
        str(issue["lot_id"]),
        names.zh("items", item),
        int(issue["quantity"]),
        names.units.get(item, ""),
    )


def driver_sheets(result: RunResult, names: Names) -> tuple[Sheet, ...]:
    """One sheet for each owner of vehicles that drive: every leg, vehicle by vehicle."""
    owned: defaultdict[str, list[Row]] = defaultdict(list)
    for trip in rows_of(result.tables["trips"]):
        owned[names.owner(str(trip["fleet_id"]))].append(trip)
    legs = _by_trip(result, "legs", "leg")
    stops = _by_trip(result, "stops", "stop")
    goods = _goods_by_stop(result, names)
    return tuple(_driver_sheet(owner, owned[owner], (legs, stops), goods, names) for owner in sorted(owned))


def _driver_sheet(
    owner: str,
    trips: Iterable[Row],
    ways: tuple[dict[str, dict[int, Row]], dict[str, dict[int, Row]]],
    goods: dict[tuple[str, int], str],
    names: Names,
) -> Sheet:
    legs, stops = ways
    ordered = sorted(trips, key=lambda trip: (str(trip["vehicle_id"]), int(trip["sequence"])))
    rows = tuple(
        _driver_row(trip, leg, stops.get(str(trip["trip_id"]), {}), goods, names)
        for trip in ordered
        for _, leg in sorted(legs.get(str(trip["trip_id"]), {}).items())
    )
    vehicles = people_text(len({trip["vehicle_id"] for trip in ordered}))
    return Sheet(
        name=f"车队 {owner}",
        title=f"驾驶员单 Driver sheet: {owner}",
        notes=(f"{vehicles} 辆 vehicles · {people_text(len(ordered))} 车次 trips", CLOCK_NOTE),
        parts=(Table(DRIVER_COLUMNS, rows, band=DRIVER_BAND),),
        together=DRIVER_VEHICLE,
    )


def _driver_row(
    trip: Row, leg: Row, stops: dict[int, Row], goods: dict[tuple[str, int], str], names: Names
) -> tuple[Cell, ...]:
    number = int(leg["leg"])
    work, start, end = _work(trip, stops, number)
    return (
        str(trip["vehicle_id"]),
        names.zh("vehicle_types", str(trip["vehicle_type"])),
        str(trip["trip_id"]),
        float(leg["depart_h"]),
        names.point(str(leg["from_id"])),
        names.point(str(leg["to_id"])),
        float(leg["arrive_h"]),
        work,
        start,
        end,
        float(leg["km"]),
        str(leg["via"]),
        goods.get((str(trip["trip_id"]), number), ""),
    )


def _work(trip: Row, stops: dict[int, Row], number: int) -> tuple[Cell, Cell, Cell]:
    """What is done at the end of a leg, from when to when."""
    if number in stops:
        stop = stops[number]
        return "卸货 unload", float(stop["unload_start_h"]), float(stop["unload_end_h"])
    if number == 0:
        return "装货 load", float(trip["load_start_h"]), float(trip["load_end_h"])
    return "收车 return", None, None


def _by_trip(result: RunResult, table: str, number: str) -> dict[str, dict[int, Row]]:
    rows: defaultdict[str, dict[int, Row]] = defaultdict(dict)
    for row in rows_of(result.tables[table]):
        rows[str(row["trip_id"])][int(row[number])] = row
    return rows


def _goods_by_stop(result: RunResult, names: Names) -> dict[tuple[str, int], str]:
    """What comes off at each stop of each trip, items added up over lots, in picking order."""
    units: defaultdict[tuple[str, int], dict[str, int]] = defaultdict(dict)
    lines = rows_of(result.tables["load_lines"])
    for line in sorted(lines, key=lambda row: (str(row["trip_id"]), int(row["pick"]))):
        load = units[str(line["trip_id"]), int(line["stop"])]
        item = str(line["item"])
        load[item] = load.get(item, 0) + int(line["quantity"])
    return {
        stop: "、".join(names.amount(item, count) for item, count in load.items())
        for stop, load in units.items()
    }
