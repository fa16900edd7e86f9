"""The parts of report.md on who is short, why, and what to do about it."""

from __future__ import annotations

from scenarios.report.findings import (
    Shortage,
    cause_shortages,
    repairs,
    rows_of,
    township_shortages,
    worst_gaps,
)
from scenarios.report.markdown_text import more_lines, plain, table_lines
from scenarios.report.wording import ADVICE, Names, cause_text, clock_text, counted, hour_text, people_text
from scenarios.result import Gap, RunResult

SITES_SHOWN = 30
CAUSES_SHOWN = 3
REPAIRS_SHOWN = 5
CAUSES_ADVISED = 3
TRIPS_CALLED = 5


def gap_lines(result: RunResult, names: Names) -> list[str]:
    """Who is short and why: by first cause, by township, then by site."""
    heading = ["## 4 谁缺、为什么 Who is short and why", ""]
    if not result.gaps:
        return [*heading, "没有缺口。 Nobody is short.", ""]
    people = people_text(sum(gap.people for gap in result.gaps))
    sites = len({gap.site for gap in result.gaps})
    return [
        *heading,
        (
            f"{sites} 个安置点共 {people} 人按时领不到整套物资。 "
            f"{people} people at {counted(sites, 'site')} do not hold a complete basket in time."
        ),
        "",
        *_cause_table(result),
        *_township_table(result, names),
        *_site_table(result, names),
    ]


def _cause_table(result: RunResult) -> list[str]:
    headers = ("首要原因 first cause", "人数 people", "安置点 sites")
    rows = [
        (cause_text(shortage.key) or "—", people_text(shortage.people), people_text(shortage.sites))
        for shortage in cause_shortages(result)
    ]
    return [*table_lines(headers, rows, numbers=[1, 2]), ""]


def _township_table(result: RunResult, names: Names) -> list[str]:
    headers = (
        "乡镇街道 township",
        "缺供 people",
        "安置点 sites",
        "缺的物资 limiting items",
        "首要原因 first causes",
    )
    rows = [_township_row(shortage, names) for shortage in township_shortages(result, names)]
    return ["### 按乡镇街道 By township", "", *table_lines(headers, rows, numbers=[1, 2]), ""]


def _township_row(shortage: Shortage, names: Names) -> tuple[str, ...]:
    return (
        names.both("places", shortage.key),
        people_text(shortage.people),
        people_text(shortage.sites),
        "、".join(names.zh("items", item) for item in shortage.items),
        "、".join(cause_text(cause) for cause in shortage.causes),
    )


def _site_table(result: RunResult, names: Names) -> list[str]:
    headers = (
        "安置点 site",
        "乡镇街道 township",
        "缺供 people",
        "时限 hour",
        "缺的物资 limiting item",
        "原因 causes",
        "已证 proven",
        "补救 repair",
    )
    gaps = worst_gaps(result)
    rows = [_site_row(gap, names) for gap in gaps[:SITES_SHOWN]]
    lines = ["### 按安置点 By site", "", *table_lines(headers, rows, numbers=[2, 3]), ""]
    return [
        *lines,
        *more_lines(len(gaps) - SITES_SHOWN, "gaps"),
        "“已证”指仅放宽第一个原因就能供上。 Proven: lifting the first cause alone serves these people.",
        "",
    ]


def _site_row(gap: Gap, names: Names) -> tuple[str, ...]:
    return (
        f"{names.zh('sites', gap.site)} ({gap.site})",
        names.both("places", names.township(gap.place)),
        people_text(gap.people),
        hour_text(gap.hour),
        names.zh("items", gap.item),
        "、".join(cause_text(cause) for cause in gap.causes[:CAUSES_SHOWN]),
        "是 yes" if gap.proven else "否 no",
        gap.repair or "",
    )


def next_step_lines(result: RunResult, names: Names) -> list[str]:
    """What to do next, most urgent first."""
    if result.verification.violations:
        steps = [
            (
                "不要下发本方案；报告上列违规后重新运行。 "
                "Do not send this plan out; report the failed checks above and run again."
            )
        ]
    else:
        steps = [
            *_first_trip_steps(result, names),
            *_isolated_steps(result),
            *_repair_steps(result),
            *_cause_steps(result),
        ]
    numbered = [f"{number}. {step}" for number, step in enumerate(steps, start=1)]
    return ["## 8 下一步 What to do next", "", *numbered]


def _first_trip_steps(result: RunResult, names: Names) -> list[str]:
    trips = sorted(rows_of(result.tables["trips"]), key=lambda trip: (trip["load_start_h"], trip["trip_id"]))
    if not trips:
        return ["没有车次可发。 There is no trip to send."]
    first = "；".join(
        f"{clock_text(float(trip['load_start_h']))} {plain(names.source(str(trip['source_id'])))} "
        f"{plain(str(trip['vehicle_id']))} ({trip['trip_id']})"
        for trip in trips[:TRIPS_CALLED]
    )
    return [
        (
            "打印 `plan.xlsx` 的装货单与驾驶员单，下令装车。最先装的车： "
            f"Print the load and driver sheets of `plan.xlsx` and give the order. First to load: {first}"
        )
    ]


def _isolated_steps(result: RunResult) -> list[str]:
    isolated = rows_of(result.tables["isolated"])
    if not isolated:
        return []
    sites = len(isolated)
    people = people_text(sum(int(row["people"]) for row in isolated))
    return [
        (
            f"为第 5 节的 {sites} 个孤立安置点（{people} 人）请求直升机或人力背运。 "
            f"Ask for helicopters or porters for {counted(sites, 'isolated site')} ({people} people)."
        )
    ]


def _repair_steps(result: RunResult) -> list[str]:
    return [
        f"补救 Repair: {plain(repair)} —— {people_text(people)} 人 people"
        for repair, people in repairs(result)[:REPAIRS_SHOWN]
    ]


def _cause_steps(result: RunResult) -> list[str]:
    steps = []
    for shortage in cause_shortages(result)[:CAUSES_ADVISED]:
        if shortage.key in ADVICE:
            zh, en = ADVICE[shortage.key]
            people = people_text(shortage.people)
            steps.append(f"{cause_text(shortage.key)}（{people} 人 people）：{zh}。 {en[0].upper()}{en[1:]}.")
    return steps
