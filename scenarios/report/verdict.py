"""The verdict of a run in sentences: every report opens with the same ones."""

from __future__ import annotations

from scenarios.report.findings import items_without_lot, overfull_sites, target_hour
from scenarios.report.wording import Names, counted, hour_text, people_text, percent_text
from scenarios.result import FirstGoodsResult, RunResult, TargetResult


def verdict_text(result: RunResult) -> str:
    """Whether the plan may be used and keeps its promises."""
    if result.verification.violations:
        return "结论：本方案未通过校验，不得执行。 Verdict: the plan failed its check; do not use it."
    if result.targets_met and result.not_judged:
        count = counted(result.not_judged, "promise")
        return (
            f"结论：可考核的目标全部达成，另有 {result.not_judged} 项不考核。 "
            f"Verdict: every target that can be judged is met; not judged: {count}."
        )
    if result.targets_met:
        return "结论：全部目标达成。 Verdict: every target is met."
    return "结论：目标未全部达成。 Verdict: targets are missed."


def target_sentence(result: RunResult, target: TargetResult) -> str:
    """How many people hold a complete basket when a target falls due."""
    hour = hour_text(target_hour(result, target))
    supplied, people = people_text(target.supplied), people_text(target.people)
    share = percent_text(target.share)
    reached = (
        f"到第 {hour} 小时，{supplied} / {people} 人领到整套物资（{share}）。 "
        f"By hour {hour}, {supplied} of {people} people hold a complete basket ({share})."
    )
    if not target.exempt_people:
        return reached
    exempt = people_text(target.exempt_people)
    return (
        f"{reached} 另有 {exempt} 人任何方式都到不了，不计入。 "
        f"Not counted are {exempt} people whom no vehicle reaches."
    )


def target_result_text(target: TargetResult) -> str:
    """Whether a promise to people was kept, or that people are only counted."""
    if not target.judged:
        return "— 不考核 not judged"
    return "✓ 达成 met" if target.met else "✗ 未达成 missed"


def waiting_sentence(target: TargetResult) -> str:
    """How many people a missed target leaves waiting; blank when it is met or not judged."""
    if target.met or not target.judged:
        return ""
    short = people_text(target.people - target.supplied)
    return f"还差 {short} 人。 {short} still wait."


def due_text(result: RunResult, target: TargetResult | FirstGoodsResult) -> str:
    """Hours after the order; a promise that counts from the event in its own words too."""
    due = hour_text(target_hour(result, target))
    if result.scenario.targets[target.id].clock == "order":
        return due
    return f"{hour_text(target.hours)} h 自事件 from the event = {due}"


def last_hour_sentence(result: RunResult) -> tuple[str, ...]:
    """By when everyone is supplied, or who still waits at the end; nothing when a target's line says so."""
    hour, supplied = next(
        (pair for pair in result.supplied_by_hour if pair[1] >= result.affected), result.supplied_by_hour[-1]
    )
    if any(target_hour(result, target) == hour for target in result.targets):
        return ()
    left, end = result.affected - supplied, hour_text(hour)
    if not left:
        return (f"到第 {end} 小时全部人领到整套物资。 By hour {end} everyone holds a complete basket.",)
    short = people_text(left)
    return (
        f"到第 {end} 小时计划结束，仍缺 {short} 人。 When the plan ends at hour {end}, {short} still wait.",
    )


def warning_lines(result: RunResult, names: Names) -> tuple[str, ...]:
    """What the planner should know before trusting the figures: overfull sites, items without any lot."""
    warnings = []
    sites, over = overfull_sites(result)
    if sites:
        people, overfull = people_text(over), counted(sites, "site")
        warnings.append(f"{sites} 个安置点超出容量共 {people} 人 {overfull} over capacity by {people} people")
    items = items_without_lot(result)
    if items:
        shown = "、".join(names.zh("items", item) for item in items)
        warnings.append(f"库存无当日可用批次 no lot in stock usable on the day: {shown}")
    return tuple(warnings)
