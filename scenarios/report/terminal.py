"""The short answer on the terminal."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

from rich import box
from rich.console import Console, RenderableType
from rich.table import Table
from rich.text import Text

from scenarios.report.findings import first_cause, key_hours, target_hour, worst_gaps
from scenarios.report.first_goods import (
    arrival_text,
    first_goods_sentence,
    late_text,
    missed_arrivals,
    why_text,
)
from scenarios.report.mode_words import carried_by_mode, mode_text
from scenarios.report.verdict import warning_lines
from scenarios.report.wording import (
    Names,
    cause_text,
    hour_text,
    names_of,
    people_text,
    percent_text,
)
from scenarios.result import FirstGoodsResult, Gap, RunResult, TargetResult
from stockpile.echelons import LEVELS_ZH
from stockpile.output.text import one_line

GAPS_SHOWN = 5
TEXT_WIDTHS = {"target": 20, "level": 6, "site": 22, "item": 16, "cause": 25, "mode": 14, "": 2}
"""Widest text columns, so that figures are never cut at 80 columns."""


def show_run(result: RunResult, folder: Path, console: Console) -> None:
    """Print verdict, warnings, targets, people by hour, worst gaps and where the files are."""
    names = names_of(result.region)
    console.print(*_verdict(result), sep="\n")
    for warning in warning_lines(result, names):
        console.print(Text(f"⚠ {warning}", style="yellow"))
    console.print(_targets(result))
    if result.first_goods:
        console.print(_first_goods(result))
        for goods in result.first_goods:
            for line in _late_lines(result, goods, names):
                console.print(line)
    console.print(_people(result))
    if carried_by_mode(result):
        console.print(_modes(result))
    if result.gaps:
        console.print(_gaps(result, names))
    console.print(*_files(folder), sep="\n", soft_wrap=True)


def _verdict(result: RunResult) -> list[RenderableType]:
    scenario = result.scenario
    title = Text(one_line(f"{scenario.name_zh} {scenario.name_en} ({result.spec})"), style="bold")
    broken = result.verification.violations
    if broken:
        lines = [Text(f"✗ {one_line(violation)}", style="red") for violation in sorted(broken)]
        return [title, Text("方案未通过校验 the plan failed its check", style="bold red"), *lines]
    if not result.targets_met:
        return [title, Text("✗ 目标未达成 targets missed", style="bold red")]
    rest = f"，{result.not_judged} 项不考核, {result.not_judged} not judged" if result.not_judged else ""
    return [title, Text(f"✓ 目标达成 targets met{rest}", style="bold green")]


def _grid(title: str, *headers: tuple[str, str]) -> Table:
    grid = Table(title=title, title_justify="left", title_style="bold", box=box.SIMPLE_HEAD, pad_edge=False)
    for zh, en in headers:
        side: Literal["left", "right"] = "left" if en in TEXT_WIDTHS else "right"
        width = TEXT_WIDTHS.get(en)
        grid.add_column(f"{zh}\n{en}", justify=side, overflow="ellipsis", no_wrap=True, max_width=width)
    return grid


def _add(grid: Table, *cells: str) -> None:
    # Text is taken as it is: square brackets in a name are no markup.
    grid.add_row(*(Text(cell) for cell in cells))


def _targets(result: RunResult) -> Table:
    grid = _grid(
        "目标 Targets",
        ("目标", "target"),
        ("小时", "hour"),
        ("要求", "required"),
        ("获供", "supplied"),
        ("应供", "people"),
        ("比例", "share"),
        ("上限", "bound"),
        ("", ""),
    )
    bounds = [people_text(bound) for bound in result.bound.supplied]
    bounds += [""] * (len(result.targets) - len(bounds))
    for target, bound in zip(result.targets, bounds, strict=False):
        _add(
            grid,
            one_line(target.id),
            hour_text(target_hour(result, target)),
            percent_text(target.required) if target.judged else "—",
            people_text(target.supplied),
            people_text(target.people),
            percent_text(target.share),
            bound,
            _mark(target),
        )
    return grid


def _mark(target: TargetResult | FirstGoodsResult) -> str:
    if not target.judged:
        return "—"
    return "✓" if target.met else "✗"


def _first_goods(result: RunResult) -> Table:
    grid = _grid(
        "首批物资 First goods at the townships",
        ("目标", "target"),
        ("级别", "level"),
        ("小时", "hour"),
        ("要求", "required"),
        ("到达乡镇", "reached"),
        ("上限", "bound"),
        ("豁免", "exempt"),
        ("最后", "last h"),
        ("", ""),
    )
    for goods in result.first_goods:
        _add(
            grid,
            one_line(goods.id),
            LEVELS_ZH[goods.level],
            hour_text(target_hour(result, goods)),
            percent_text(goods.required),
            f"{goods.reached:,} / {goods.townships:,}" if goods.judged else "",
            people_text(goods.bound) if goods.judged else "",
            people_text(goods.exempt_townships),
            ("" if goods.last_h is None else arrival_text(goods.last_h)) if goods.judged else "",
            _mark(goods),
        )
    return grid


def _late_lines(result: RunResult, goods: FirstGoodsResult, names: Names) -> list[Text]:
    """Which townships are late for a promise, or why it is not judged."""
    if not goods.judged:
        return [Text(first_goods_sentence(result, goods, names), style="dim")]
    late = missed_arrivals(result, goods)
    if not late:
        return []
    why = why_text(late)
    because = [Text(f"{goods.id} 原因 why: {why}")] if why else []
    return [Text(f"{goods.id} 未及时 late: {late_text(late, names)}"), *because]


def _people(result: RunResult) -> Table:
    grid = _grid(
        "每小时获供人数 People by hour", ("小时", "hour"), ("获供", "supplied"), ("占受灾", "of affected")
    )
    for hour, supplied in key_hours(result):
        share = supplied / result.affected if result.affected else 1.0
        _add(grid, hour_text(hour), people_text(supplied), percent_text(share))
    return grid


def _modes(result: RunResult) -> Table:
    grid = _grid(
        "运输方式 Modes",
        ("方式", "mode"),
        ("车次", "trips"),
        ("车辆", "vehicles"),
        ("吨", "t"),
    )
    for each in carried_by_mode(result):
        counts = people_text(each.trips), people_text(each.vehicles)
        _add(grid, mode_text(each.mode), *counts, f"{each.tonnes:,.1f}")
    return grid


def _gaps(result: RunResult, names: Names) -> Table:
    total = people_text(sum(gap.people for gap in result.gaps))
    due = {gap.hour for gap in result.gaps}
    grid = _grid(
        f"最大缺口 Worst gaps (共 {total} 人 people in all)",
        ("安置点", "site"),
        ("缺供", "people"),
        *([("时限", "hour")] if len(due) > 1 else []),
        ("缺", "item"),
        ("原因", "cause"),
    )
    for gap in worst_gaps(result)[:GAPS_SHOWN]:
        _add(
            grid,
            names.zh("sites", gap.site),
            people_text(gap.people),
            *([hour_text(gap.hour)] if len(due) > 1 else []),
            names.zh("items", gap.item),
            _causes(gap),
        )
    return grid


def _causes(gap: Gap) -> str:
    """The first cause, and how many more there are."""
    more = f" +{len(gap.causes) - 1}" if len(gap.causes) > 1 else ""
    return cause_text(first_cause(gap)) + more


def _files(folder: Path) -> list[RenderableType]:
    return [
        Text(f"{zh} {name}: {folder / file}")
        for zh, name, file in (
            ("报告", "report", "report.md"),
            ("装货单", "load sheets", "plan.xlsx"),
            ("数据", "data", "report.json"),
        )
    ]
