"""The sheets of plan.xlsx for the planner: summary, trips, gaps, coverage."""

from __future__ import annotations

from collections import defaultdict

from scenarios.report.findings import (
    Row,
    gaps_by_township,
    key_hours,
    repairs,
    rows_of,
    sendings,
    target_hour,
)
from scenarios.report.first_goods import first_goods_sentence
from scenarios.report.first_goods_sheet import first_goods_tables
from scenarios.report.mode_words import mode_text
from scenarios.report.verdict import last_hour_sentence, target_result_text, target_sentence, verdict_text
from scenarios.report.wording import NOT_SHOWN, Names, causes_text, hour_text
from scenarios.result import Gap, RunResult
from stockpile.output.sheet_model import Cell, Column, Link, Sheet, Table

CLOCK_NOTE = "时刻为调度令后 时:分。 Times are h:mm after the dispatch order."
HOUR_COLUMNS = 13


def load_sheet_name(source: str, names: Names) -> str:
    """Name wished for the sheet of a loading point."""
    name = names.source(source)
    return f"装 {source} {name}" if name != source else f"装 {source}"


def summary_sheet(result: RunResult, names: Names) -> Sheet:
    """Verdict, targets, people by hour, what each loading point sends."""
    scenario = result.scenario
    broken = sorted(result.verification.violations)
    return Sheet(
        name="总表 summary",
        title=f"{scenario.name_zh} {scenario.name_en}",
        alarms=(verdict_text(result), *broken) if broken else (),
        notes=(
            f"{result.spec} · {scenario.date.isoformat()}",
            *(() if broken else (verdict_text(result),)),
            *(target_sentence(result, target) for target in result.targets),
            *(first_goods_sentence(result, goods, names) for goods in result.first_goods),
            *last_hour_sentence(result),
            f"校验 checks: {result.verification.rules_checked:,} · 违反 failed: {len(broken):,}",
            CLOCK_NOTE,
        ),
        parts=(
            _targets_table(result),
            *first_goods_tables(result, names),
            _people_table(result),
            _sendings_table(result, names),
        ),
    )


def _targets_table(result: RunResult) -> Table:
    columns = (
        Column("目标", "target", 42),
        Column("小时", "hour", 11, "hours"),
        Column("要求", "required", 11, "share"),
        Column("应供人数", "people", 11, "count"),
        Column("获供人数", "supplied", 11, "count"),
        Column("比例", "share", 11, "share"),
        Column("豁免人数", "exempt", 11, "count"),
        Column("结果", "result", 16),
        Column("依据", "source", 30, "wrap"),
    )
    rows = tuple(
        (
            target.id,
            round(target_hour(result, target), 4),
            target.required if target.judged else "—",
            target.people,
            target.supplied,
            target.share,
            target.exempt_people,
            target_result_text(target),
            target.source,
        )
        for target in result.targets
    )
    return Table(columns, rows, title="目标 Targets")


def _people_table(result: RunResult) -> Table:
    columns = (
        Column("小时", "hour", 42, "hours"),
        Column("获供人数", "supplied", 11, "count"),
        Column("占受灾", "share", 11, "share"),
        Column("待供人数", "waiting", 11, "count"),
    )
    affected = result.affected
    rows = tuple(
        (hour, supplied, supplied / affected if affected else 1.0, affected - supplied)
        for hour, supplied in key_hours(result)
    )
    return Table(columns, rows, title="每小时获供人数 People by hour")


def _sendings_table(result: RunResult, names: Names) -> Table:
    columns = (
        Column("装货点", "loading point", 42),
        Column("车次", "trips", 11, "count"),
        Column("车辆", "vehicles", 11, "count"),
        Column("吨", "t", 11, "decimal"),
        Column("首车装车", "first loads", 11, "clock"),
        Column("末车装完", "last loaded", 11, "clock"),
    )
    rows = tuple(
        (
            Link(_source_text(sending.source, names), load_sheet_name(sending.source, names)),
            sending.trips,
            sending.vehicles,
            round(sending.tonnes, 3),
            sending.first_load_h,
            sending.last_load_h,
        )
        for sending in sendings(result)
    )
    return Table(columns, rows, title="各装货点发运 What each loading point sends")


def _source_text(source: str, names: Names) -> str:
    name = names.source(source)
    return f"{name} ({source})" if name != source else name


def trips_sheet(result: RunResult, names: Names) -> Sheet:
    """One row a trip, in the order of loading."""
    columns = (
        Column("车次", "trip", 7),
        Column("车辆", "vehicle", 21),
        Column("车型", "type", 13),
        Column("方式", "mode", 13),
        Column("单位", "owner", 15, "wrap"),
        Column("趟", "run", 5, "count"),
        Column("装货点", "loading point", 27, "wrap"),
        Column("装位", "dock", 6, "count"),
        Column("装车", "load", 7, "clock"),
        Column("装完", "loaded", 7, "clock"),
        Column("卸完", "unloaded", 9, "clock"),
        Column("公斤", "kg", 9, "decimal"),
        Column("立方米", "m3", 7, "decimal"),
        Column("公里", "km", 7, "decimal"),
        Column("送达", "stops", 30, "wrap"),
    )
    stops = _stop_names(result, names)
    trips = sorted(rows_of(result.tables["trips"]), key=lambda trip: (trip["load_start_h"], trip["trip_id"]))
    rows = tuple(_trip_row(trip, names, stops.get(str(trip["trip_id"]), [])) for trip in trips)
    return Sheet(name="车次 trips", title="车次表 Trips", notes=(CLOCK_NOTE,), parts=(Table(columns, rows),))


def _trip_row(trip: Row, names: Names, stops: list[str]) -> tuple[Cell, ...]:
    return (
        str(trip["trip_id"]),
        str(trip["vehicle_id"]),
        names.zh("vehicle_types", str(trip["vehicle_type"])),
        mode_text(str(trip["mode"])),
        names.owner(str(trip["fleet_id"])),
        int(trip["sequence"]),
        names.source(str(trip["source_id"])),
        int(trip["dock"]),
        float(trip["load_start_h"]),
        float(trip["load_end_h"]),
        float(trip["end_h"]),
        float(trip["weight_kg"]),
        float(trip["volume_m3"]),
        float(trip["drive_km"]),
        " → ".join(stops),
    )


def _stop_names(result: RunResult, names: Names) -> dict[str, list[str]]:
    stops = defaultdict(list)
    for stop in sorted(rows_of(result.tables["stops"]), key=lambda row: (row["trip_id"], row["stop"])):
        stops[str(stop["trip_id"])].append(names.zh("sites", str(stop["site_id"])))
    return stops


def gaps_sheet(result: RunResult, names: Names) -> Sheet:
    """One row a gap, by township, most people first."""
    columns = (
        Column("乡镇街道", "township", 36, "wrap"),
        Column("安置点", "site", 18),
        Column("名称", "name", 27, "wrap"),
        Column("缺供人数", "people", 11, "count"),
        Column("时限", "hour", 8, "hours"),
        Column("缺的物资", "limiting item", 22, "wrap"),
        Column("原因", "causes", 62, "wrap"),
        Column("已证", "proven", 9),
        *([Column("补救", "repair", 36, "wrap")] if repairs(result) else []),
    )
    rows = tuple(
        (*_gap_row(gap, names), *([gap.repair or ""] if repairs(result) else []))
        for gap in gaps_by_township(result, names)
    )
    note = "已证：仅放宽第一个原因就能供上。 Proven: lifting the first cause alone serves these people."
    table = Table(columns, rows, band=0)
    return Sheet(name="缺口 gaps", title="谁缺、为什么 Gaps", notes=(note,), parts=(table,))


def _gap_row(gap: Gap, names: Names) -> tuple[Cell, ...]:
    return (
        names.both("places", names.township(gap.place)),
        gap.site,
        names.zh("sites", gap.site),
        gap.people,
        round(gap.hour, 4),
        names.zh("items", gap.item),
        causes_text(gap.causes),
        "是 yes" if gap.proven else NOT_SHOWN,
    )


def coverage_sheet(result: RunResult, names: Names) -> Sheet:
    """One row a site, people supplied by hour; a long horizon shows every n-th hour."""
    people = {str(row["site_id"]): int(row["people"]) for row in rows_of(result.tables["demand"])}
    supplied: defaultdict[str, dict[float, int]] = defaultdict(dict)
    for row in rows_of(result.tables["coverage"]):
        supplied[str(row["site_id"])][float(row["hour"])] = int(row["supplied"])
    hours = _shown_hours(result, sorted({hour for by_hour in supplied.values() for hour in by_hour}))
    columns = (
        Column("安置点", "site", 16),
        Column("名称", "name", 27, "wrap"),
        Column("乡镇街道", "township", 36, "wrap"),
        Column("人数", "people", 8, "count"),
        *(Column("至", f"{hour_text(hour)} h", 7, "count") for hour in hours),
    )
    rows = tuple(
        (
            site,
            names.zh("sites", site),
            names.site_township(site),
            people.get(site, ""),
            *(by_hour.get(hour, "") for hour in hours),
        )
        for site, by_hour in sorted(supplied.items())
    )
    note = (
        "到该小时为止领到整套物资的人数；逐小时见 tables/coverage.csv。 "
        "People who hold a complete basket by that hour; every hour is in tables/coverage.csv."
    )
    return Sheet(
        name="覆盖 coverage",
        title="各点获供人数 Coverage by site",
        notes=(note,),
        parts=(Table(columns, rows),),
        frozen_columns=2,
    )


def _shown_hours(result: RunResult, hours: list[float]) -> list[float]:
    due = {round(target_hour(result, target), 4) for target in result.targets}
    step = -(-len(hours) // HOUR_COLUMNS)
    return [hour for hour in hours if hour % step == 0 or round(hour, 4) in due] if step else []
