"""report.md: what happened and what to do, verdict first, Chinese with English beside it."""

from __future__ import annotations

from collections.abc import Sequence

from routing.dispatch import ITERATIONS
from scenarios.report.crew_sheets import ON_SITE_SHEET
from scenarios.report.findings import key_hours, rows_of, sendings, target_hour
from scenarios.report.first_goods import first_goods_sentence
from scenarios.report.markdown_critical import critical_lines
from scenarios.report.markdown_first_goods import first_goods_lines
from scenarios.report.markdown_gaps import gap_lines, next_step_lines
from scenarios.report.markdown_roads import road_lines
from scenarios.report.mode_words import mode_lines
from scenarios.report.verdict import (
    due_text,
    last_hour_sentence,
    target_result_text,
    target_sentence,
    verdict_text,
    waiting_sentence,
    warning_lines,
)
from scenarios.report.wording import (
    Names,
    clock_text,
    counted,
    gap_text,
    hour_text,
    names_of,
    people_text,
    percent_text,
)
from scenarios.result import RunResult
from stockpile.output.markdown_text import more_lines, plain, table_lines

MAIN_ITEMS = 2
FLOODED_SHOWN = 20
FAR_BELOW = 0.05
POINT_KINDS = {"site": "安置点 site", "warehouse": "仓库 warehouse"}
NEXT_STEPS = (">", "> 下一步见第 8 节。 What to do next: section 8.")


def report_markdown(result: RunResult, *, picture: str) -> str:
    """The report as Markdown; `picture` is the file name of the picture beside it."""
    names = names_of(result.region)
    lines = [
        *_heading_lines(result),
        *_verdict_lines(result, names),
        *_story_lines(result, names),
        *_target_lines(result),
        *first_goods_lines(result, names),
        *_people_lines(result, picture),
        *_sending_lines(result, names),
        *gap_lines(result, names),
        *_isolated_lines(result, names),
        *road_lines(result),
        *critical_lines(result, names),
        *_bound_lines(result),
        *_honesty_lines(result),
        *next_step_lines(result, names),
    ]
    return "\n".join(lines) + "\n"


def _heading_lines(result: RunResult) -> list[str]:
    scenario = result.scenario
    title = plain(f"{scenario.name_zh} {scenario.name_en}")
    affected = people_text(result.affected)
    setting = (
        f"{plain(result.spec)} · {scenario.date.isoformat()} · 受灾 affected **{affected}** · "
        f"物资 basket {plain(str(scenario.basket))} × {hour_text(scenario.supply_days)} 天 days · "
        f"搜索 search {result.effort}, seed {result.seed}"
    )
    return [f"# {title}", "", setting, ""]


def _story_lines(result: RunResult, names: Names) -> list[str]:
    """What happened, and what one person is to hold."""
    scenario = result.scenario
    described = [text for text in (scenario.description_zh, scenario.description_en) if text.strip()]
    return [line for text in [*described, *_basket_texts(result, names)] for line in (plain(text), "")]


def _basket_texts(result: RunResult, names: Names) -> list[str]:
    """The items that make a person's basket complete, and the others."""
    items = {str(row["item"]): row for row in rows_of(result.tables["demand"])}
    shares = {True: list[str](), False: list[str]()}
    for item, row in items.items():
        share = f"{round(float(row['quantity_per_person']), 2):g} {names.units.get(item, '')}".rstrip()
        shares[bool(row["essential"])].append(f"{names.both('items', item)} {share}")
    labels = {
        True: "整套物资，每人 complete basket, each person",
        False: "另需，不计入整套 needed too, not counted",
    }
    return [f"{labels[kind]}: {'、'.join(shares[kind])}" for kind in labels if shares[kind]]


def _verdict_lines(result: RunResult, names: Names) -> list[str]:
    sentences = [
        " ".join([target_sentence(result, target), *_bold(waiting_sentence(target))])
        for target in result.targets
    ]
    sentences += [plain(first_goods_sentence(result, goods, names)) for goods in result.first_goods]
    sentences += last_hour_sentence(result)
    lines = [f"> **{verdict_text(result)}**", *[f">\n> {sentence}" for sentence in sentences]]
    lines += [f">\n> ⚠ {plain(warning)}" for warning in warning_lines(result, names)]
    return [*lines, ">", f"> {_check_sentence(result)}", *_violation_lines(result), *NEXT_STEPS, ""]


def _bold(sentence: str) -> list[str]:
    return [f"**{sentence}**"] if sentence else []


def _check_sentence(result: RunResult) -> str:
    checks = people_text(result.verification.rules_checked)
    if result.verification.violations:
        broken = people_text(len(result.verification.violations))
        return f"校验 {checks} 项，违反 {broken} 项。 {checks} checks, {broken} failed:"
    return f"方案通过全部 {checks} 项校验。 The plan passed all {checks} checks."


def _violation_lines(result: RunResult) -> list[str]:
    return [f"> - {plain(violation)}" for violation in sorted(result.verification.violations)]


def _target_lines(result: RunResult) -> list[str]:
    headers = (
        "目标 target",
        "小时 hour",
        "要求 required",
        "应供 people",
        "获供 supplied",
        "比例 share",
        "豁免 exempt",
        "结果 result",
        "依据 source",
    )
    rows = [
        (
            target.id,
            due_text(result, target),
            percent_text(target.required) if target.judged else "—",
            people_text(target.people),
            people_text(target.supplied),
            percent_text(target.share),
            people_text(target.exempt_people),
            target_result_text(target),
            target.source,
        )
        for target in result.targets
    ]
    note = (
        "小时自调度令起算；豁免者指任何方式都到不了的人，列于第 5 节。 "
        "Hours count from the dispatch order; exempt are people whom no vehicle reaches, named in section 5."
    )
    return ["## 1 目标 Targets", "", *table_lines(headers, rows, numbers=range(1, 7)), "", note, ""]


def _people_lines(result: RunResult, picture: str) -> list[str]:
    headers = ("小时 hour", "获供 supplied", "占受灾 of affected", "待供 waiting")
    affected = result.affected
    rows = [
        (
            hour_text(hour),
            people_text(supplied),
            percent_text(supplied / affected if affected else 1.0),
            people_text(affected - supplied),
        )
        for hour, supplied in key_hours(result)
    ]
    waiting = f"{result.person_hours:,.0f}"
    note = (
        f"缺供人时合计 {waiting}。 Person-hours without a basket: {waiting}. "
        "逐小时数据 every hour: `tables/curve.csv`."
    )
    picture_line = f"![每小时获供人数 People supplied by hour]({picture})"
    table = table_lines(headers, rows, numbers=range(4))
    return ["## 2 每小时获供人数 People by hour", "", picture_line, "", *table, "", note, ""]


def _sending_lines(result: RunResult, names: Names) -> list[str]:
    headers = (
        "装货点 loading point",
        "车次 trips",
        "车辆 vehicles",
        "吨 t",
        "首车装车 first loads",
        "末车装完 last loaded",
        "主要物资（按重量） main items by weight",
    )
    rows = [
        (
            names.source_both(sending.source),
            people_text(sending.trips),
            people_text(sending.vehicles),
            f"{sending.tonnes:,.1f}",
            clock_text(sending.first_load_h),
            clock_text(sending.last_load_h),
            "、".join(names.amount(item, units) for item, units in sending.items[:MAIN_ITEMS]),
        )
        for sending in sendings(result)
    ]
    note = (
        "时刻为调度令后 时:分。逐车装货单见 `plan.xlsx`。 "
        "Times are h:mm after the order; the load sheet of every loading point is in `plan.xlsx`."
    )
    table = table_lines(headers, rows, numbers=range(1, 6))
    heading = "## 3 各装货点发运 What each loading point sends"
    return [heading, "", *table, "", *mode_lines(result), *_local_lines(result), note, ""]


def _local_lines(result: RunResult) -> list[str]:
    issues = rows_of(result.tables["local_issues"])
    if not issues:
        return []
    stores = len({row["warehouse_id"] for row in issues})
    sites = len({row["site_id"] for row in issues})
    return [
        (
            f"另有 {stores} 个社区点就地发放，供 {sites} 个安置点，"
            f"清单见 `plan.xlsx` 的“{ON_SITE_SHEET}”表。 "
            f"{counted(stores, 'community point')} also hand out on the spot to {counted(sites, 'site')}; "
            f"the list is in `plan.xlsx`, sheet {ON_SITE_SHEET}."
        ),
        "",
    ]


def _isolated_lines(result: RunResult, names: Names) -> list[str]:
    isolated = sorted(
        rows_of(result.tables["isolated"]), key=lambda row: (-int(row["people"]), row["site_id"])
    )
    flooded = sorted(
        rows_of(result.tables["flooded"]), key=lambda row: (-float(row["depth_m"] or 0), row["point_id"])
    )
    cut = [
        (
            f"{row['name_zh']} ({row['site_id']})",
            names.site_township(row["site_id"]),
            people_text(row["people"]),
        )
        for row in isolated
    ]
    wet = [
        (
            f"{row['name_zh']} ({row['point_id']})",
            str(POINT_KINDS.get(str(row["kind"]), row["kind"])),
            people_text(int(row["people"])) if row["kind"] == "site" else "",
            f"{row['depth_m']} m" if row["depth_m"] else "",
        )
        for row in flooded[:FLOODED_SHOWN]
    ]
    total = people_text(sum(int(row["people"]) for row in isolated))
    wet_sites = sum(row["kind"] == "site" for row in flooded)
    in_water = people_text(sum(int(row["people"]) for row in flooded))
    return [
        "## 5 孤立与受淹 Isolated and flooded",
        "",
        (
            f"**孤立**（任何方式都到不了）：{len(isolated)} 个安置点，{total} 人。 "
            f"**Isolated** (reached by no mode): {counted(len(isolated), 'site')}, {total} people."
        ),
        "",
        *_some_table(("安置点 site", "乡镇街道 township", "人数 people"), cut, numbers=[2]),
        (
            f"**受淹**（在水中，仍可能有车船到达）：{len(flooded)} 处，"
            f"其中安置点 {wet_sites} 个、{in_water} 人。 "
            f"**Flooded** (standing in water, may still be reached): {counted(len(flooded), 'point')}, "
            f"of them {counted(wet_sites, 'site')} with {in_water} people."
        ),
        "",
        *_some_table(("地点 point", "类别 kind", "人数 people", "水深 depth"), wet, numbers=[2, 3]),
        *more_lines(len(flooded) - FLOODED_SHOWN, "flooded"),
    ]


def _some_table(
    headers: tuple[str, ...], rows: Sequence[tuple[str, ...]], *, numbers: list[int]
) -> list[str]:
    return [*table_lines(headers, rows, numbers=numbers), ""] if rows else []


def _bound_lines(result: RunResult) -> list[str]:
    headers = ("目标 target", "小时 hour", "方案 plan", "上限 bound", "相差 below")
    rows = [
        (
            target.id,
            hour_text(target_hour(result, target)),
            people_text(target.supplied),
            people_text(bound),
            gap_text((bound - target.supplied) / bound if bound else 0.0),
        )
        for target, bound in zip(result.targets, result.bound.supplied, strict=False)
    ]
    plan, least = f"{result.person_hours:,.0f}", f"{result.bound.person_hours:,.0f}"
    return [
        "## 6 最好能做到多少 What is possible at best",
        "",
        (
            "上限是证明出来的：以现有库存、装车位、车辆和道路，没有任何方案能超过它；上限本身未必做得到。 "
            "The bound is proven: with this stock, these docks, vehicles and roads no plan does better, and "
            "perhaps none does as well."
        ),
        "",
        *table_lines(headers, rows, numbers=range(1, 5)),
        "",
        f"缺供人时：方案 {plan}，下限 {least}。 Person-hours of waiting: plan {plan}, at least {least}.",
        "",
        *_search_on_lines(result),
    ]


def _search_on_lines(result: RunResult) -> list[str]:
    """What to try when the plan stays far below the bound."""
    if result.bound.gap <= FAR_BELOW:
        return []
    times = ITERATIONS["thorough"] / ITERATIONS[result.effort]
    if times > 1:
        zh = f"用 `--effort thorough` 再搜索一次（约为本次搜索的 {times:.0f} 倍时间）"
        en = f"search on with `--effort thorough` (the search takes about {times:.0f} times as long)"
    else:
        zh, en = "换一个 `--seed` 再算一次", "try another `--seed`"
    below = gap_text(result.bound.gap)
    return [
        (
            f"方案比上限少 {below}，或许还有更好的方案；时间允许时{zh}。 "
            f"The plan stays {below} below the bound, so a better one may exist: if there is time, {en}."
        ),
        "",
    ]


def _honesty_lines(result: RunResult) -> list[str]:
    share = percent_text(result.modelled_or_assumed_share)
    return [
        "## 7 数据可信度 How far to trust the data",
        "",
        (
            f"输入数据中 **{share}** 的行是推算或假定的，不是实测。 "
            f"**{share}** of the input rows are modelled or assumed, not measured."
        ),
        "",
        (
            "每行出处见各表 `basis`、`source` 两列；输入文件的摘要见 `manifest.json`。 "
            "Each row names its `basis` and `source`; digests of the input files are in `manifest.json`."
        ),
        "",
    ]
