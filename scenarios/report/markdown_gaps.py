"""The parts of report.md on who is short, why, and what to do about it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from scenarios.report.findings import (
    Row,
    Shortage,
    cause_shortages,
    first_cause,
    gaps_by_township,
    repairs,
    rows_of,
    shortages,
    township_shortages,
)
from scenarios.report.markdown_critical import watch_steps
from scenarios.report.markdown_first_goods import first_goods_steps
from scenarios.report.wording import (
    ADVICE,
    NOT_SHOWN,
    Names,
    advice_text,
    cause_text,
    causes_text,
    clock_text,
    counted,
    hour_text,
    people_text,
)
from scenarios.result import Gap, RunResult
from stockpile.output.markdown_text import more_lines, plain, table_lines

SITES_SHOWN = 40
CAUSES_SHOWN = 3
REPAIRS_SHOWN = 5
CAUSES_ADVISED = 3
TOWNSHIPS_NAMED = 3
TRIPS_CALLED = 5
NUMBER_HEADERS = ("缺供 people", "时限 hour")


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
        causes_text(shortage.causes),
    )


def _site_table(result: RunResult, names: Names) -> list[str]:
    """The worst sites, township by township; columns that would say the same in every row are left out."""
    gaps = gaps_by_township(result, names, SITES_SHOWN)
    columns = _site_columns(gaps, names)
    rows = zip(*(cells for _, cells in columns), strict=True)
    numbers = [index for index, (header, _) in enumerate(columns) if header in NUMBER_HEADERS]
    return [
        "### 按安置点 By site",
        "",
        *table_lines([header for header, _ in columns], rows, numbers=numbers),
        "",
        *more_lines(len(result.gaps) - SITES_SHOWN, "gaps"),
        "“已证”指仅放宽第一个原因就能供上。 Proven: lifting the first cause alone serves these people.",
        "",
    ]


def _site_columns(gaps: tuple[Gap, ...], names: Names) -> list[tuple[str, list[str]]]:
    """Headers with the cells below them."""
    townships = [names.township(gap.place) for gap in gaps]
    first = [index == 0 or townships[index - 1] != place for index, place in enumerate(townships)]
    columns = [
        (
            "乡镇街道 township",
            [names.both("places", place) if new else "" for place, new in zip(townships, first, strict=True)],
        ),
        ("安置点 site", [f"{names.zh('sites', gap.site)} ({gap.site})" for gap in gaps]),
        ("缺供 people", [people_text(gap.people) for gap in gaps]),
        ("时限 hour", [hour_text(gap.hour) for gap in gaps]),
        ("缺的物资 limiting item", [names.zh("items", gap.item) for gap in gaps]),
        ("原因 causes", [causes_text(gap.causes[:CAUSES_SHOWN]) for gap in gaps]),
        ("已证 proven", ["是 yes" if gap.proven else NOT_SHOWN for gap in gaps]),
        ("补救 repair", [gap.repair or "" for gap in gaps]),
    ]
    dull = {
        *(["时限 hour"] if len({gap.hour for gap in gaps}) == 1 else []),
        *([] if any(gap.repair for gap in gaps) else ["补救 repair"]),
    }
    return [column for column in columns if column[0] not in dull]


def next_step_lines(result: RunResult, names: Names) -> list[str]:
    """What to do now, in order."""
    if result.verification.violations:
        steps = [
            (
                "不要下发本方案；报告上列违规后重新运行。 "
                "Do not send this plan out; report the failed checks above and run again."
            )
        ]
    else:
        steps = [
            _first_trip_step(result, names),
            *_isolated_steps(result, names),
            *_repair_steps(result),
            *_cause_steps(result, names),
            *first_goods_steps(result),
            *watch_steps(result),
        ]
    numbered = [f"{number}. {step}" for number, step in enumerate(steps, start=1)]
    return ["## 8 下一步 What to do next", "", *numbered]


def _first_trip_step(result: RunResult, names: Names) -> str:
    trips = sorted(rows_of(result.tables["trips"]), key=lambda trip: (trip["load_start_h"], trip["trip_id"]))
    if not trips:
        return "没有车次可发。 There is no trip to send."
    order = (
        "打印 `plan.xlsx` 的装货单与驾驶员单，下令装车。最先装的车： "
        "Print the load and driver sheets of `plan.xlsx` and give the order. First to load:"
    )
    return "\n".join([order, *(f"   - {_call(trip, names)}" for trip in trips[:TRIPS_CALLED])])


def _call(trip: Row, names: Names) -> str:
    vehicle = names.vehicle(str(trip["vehicle_id"]), str(trip["fleet_id"]))
    source = names.source_both(str(trip["source_id"]))
    return f"{clock_text(float(trip['load_start_h']))} {plain(source)} ← {plain(vehicle)}，{trip['trip_id']}"


def _isolated_steps(result: RunResult, names: Names) -> list[str]:
    """For sites that no mode reaches: the road where it is the cause, else helicopters or porters."""
    isolated = _isolated_sites(result)
    gaps = [gap for gap in result.gaps if gap.site in isolated]
    by_road = [gap for gap in gaps if "road" in gap.causes]
    by_none = [gap for gap in gaps if "road" not in gap.causes]
    steps = []
    if by_road:
        sites, people = len(by_road), _people_of(by_road)
        where = _where(by_road, names)
        steps.append(
            f"抢通通往第 5 节 {sites} 个孤立安置点的道路（缺供 {people} 人；{where}）；"
            "通路之前车船均不可达，急需者只能靠直升机或人力背运。 "
            f"Reopen the roads to {counted(sites, 'isolated site')} of section 5 ({people} people short); "
            "until then neither truck nor boat gets there, only helicopters or porters."
        )
    if by_none:
        sites, people = len(by_none), _people_of(by_none)
        steps.append(
            f"为第 5 节的 {sites} 个孤立安置点（缺供 {people} 人）请求直升机或人力背运。 "
            f"Ask for helicopters or porters for {counted(sites, 'isolated site')} of section 5 "
            f"({people} people short)."
        )
    return steps


def _isolated_sites(result: RunResult) -> frozenset[str]:
    return frozenset(result.tables["isolated"]["site_id"])


def _people_of(gaps: Iterable[Gap]) -> str:
    return people_text(sum(gap.people for gap in gaps))


def _repair_steps(result: RunResult) -> list[str]:
    return [
        f"补救 Repair: {plain(repair)} —— {people_text(people)} 人 people"
        for repair, people in repairs(result)[:REPAIRS_SHOWN]
    ]


def _cause_steps(result: RunResult, names: Names) -> list[str]:
    """What mends the causes with most people behind them, and in which townships to begin.

    Isolated sites have steps of their own. Advice is marked when its cause is proven for none of its gaps.
    """
    isolated = _isolated_sites(result)
    reached = [gap for gap in result.gaps if gap.site not in isolated]
    steps = []
    for shortage in shortages(reached, {gap: first_cause(gap) for gap in reached})[:CAUSES_ADVISED]:
        if shortage.key in ADVICE:
            gaps = [gap for gap in reached if first_cause(gap) == shortage.key]
            mark = "" if any(gap.proven for gap in gaps) else f"；{NOT_SHOWN}"
            about = f"{people_text(shortage.people)} 人 people；{_where(gaps, names)}{mark}"
            steps.append(f"{cause_text(shortage.key)}（{about}）：{advice_text(ADVICE[shortage.key])}")
    return steps


def _where(gaps: Sequence[Gap], names: Names) -> str:
    """The townships with most people short."""
    found = shortages(gaps, {gap: names.township(gap.place) for gap in gaps})
    shown = "、".join(plain(names.both("places", shortage.key)) for shortage in found[:TOWNSHIPS_NAMED])
    return f"{shown} 等 {len(found)} 处 ({len(found)} in all)" if len(found) > TOWNSHIPS_NAMED else shown
