"""Why what was asked for cannot be had, in words."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from scenarios.placement.goals import risk_words
from scenarios.placement.result import Blocked
from scenarios.report.wording import percent_text
from stockpile.placement.feasibility import Nearest
from stockpile.placement.measure import Measure
from stockpile.placement.priorities import Priorities, Step
from stockpile.placement.problem import PlacementProblem

SHOWN = 5
Reason = tuple[str, str]


def blocked_rules(problem: PlacementProblem, nearest: Nearest) -> Blocked:
    """Say which least levels cannot be kept and what they would cost."""
    rules = problem.rules
    reasons = [
        *_budget_reason(rules.budget, nearest),
        *_levels(problem, nearest),
        *_no_place(problem, nearest),
    ]
    return Blocked(
        tuple(reasons),
        (
            "以下方案将这些最低储备降到能做到的水平。",
            "The plan below lowers these levels as little as it can.",
        ),
    )


def _budget_reason(budget: float, nearest: Nearest) -> Iterator[Reason]:
    if nearest.least_spending <= budget + 1e-6:
        return
    least, given = f"{np.ceil(nearest.least_spending - 1e-6):,.0f}", f"{budget:,.0f}"
    yield (
        f"最低储备至少需要 {least} 元，预算为 {given} 元。",
        f"The least levels cost at least {least} yuan; the budget is {given} yuan.",
    )


def _levels(problem: PlacementProblem, nearest: Nearest) -> Iterator[Reason]:
    value = nearest.lowered * problem.rules.unit_cost
    order = np.argsort(-value, axis=None, kind="stable")
    cut = [np.unravel_index(index, value.shape) for index in order if nearest.lowered.flat[index] > 0]
    for source, item in cut[:SHOWN]:
        name = f"{problem.source_ids[source]} {problem.item_ids[item]}"
        asked, kept = problem.rules.at_least[source, item], nearest.rules.at_least[source, item]
        yield (
            f"{name}：要求 {asked:,.0f}，只能做到 {kept:,.0f}。",
            f"{name}: {asked:,.0f} are asked for, {kept:,.0f} can be kept.",
        )
    if len(cut) > SHOWN:
        rest = len(cut) - SHOWN
        yield f"另有 {rest} 项最低储备无法满足。", f"{rest} more levels cannot be kept."


def _no_place(problem: PlacementProblem, nearest: Nearest) -> Iterator[Reason]:
    for item in np.flatnonzero(nearest.written_off):
        name, units = problem.item_ids[item], f"{nearest.written_off[item]:,.0f}"
        yield f"{name}：现有 {units} 件无处存放。", f"{name}: {units} units of today's stock have no place."


def out_of_reach(problem: PlacementProblem, priorities: Priorities, best: Step) -> Blocked:
    """Say how many people can be reached at best, and who cannot be whatever is kept."""
    hour = priorities.first_hours[0]
    reasons = [_share_reason(priorities, priorities.first_measure(problem), best), *_cut_off(problem, hour)]
    if np.isfinite(problem.rules.budget):
        reasons.append(
            (
                f"预算 {problem.rules.budget:,.0f} 元也是限制。",
                f"The budget of {problem.rules.budget:,.0f} yuan is a limit, too.",
            )
        )
    else:
        reasons.append(
            (
                "其余受库容、装车台位和运力限制，不缺钱。",
                "Room, docks and vehicles limit the rest; money does not.",
            )
        )
    return Blocked(
        tuple(reasons),
        (
            "以下方案覆盖人数最多，并以最低费用做到。",
            "The plan below reaches as many people as can be reached, at least cost.",
        ),
    )


def _share_reason(priorities: Priorities, measure: Measure, best: Step) -> Reason:
    """The share that can be reached, or by a risk measure the people missing from the one asked for."""
    by, asked = f"{best.hour:g}", percent_text(priorities.required_share or 0.0)
    if measure.tells_missing:
        zh, en = risk_words(priorities.risk)
        people = f"{np.ceil(best.value - 1e-6):,.0f}"
        return (
            f"要求第 {by} 小时每个情景覆盖 {asked}，{zh}最好也差 {people} 人。",
            f"{asked} of each scenario are asked for by hour {by}; at best {people} people are missing {en}.",
        )
    share = percent_text(best.value / measure.whole if measure.whole else 1.0)
    return (
        f"要求第 {by} 小时覆盖 {asked}，最多只能做到 {share}。",
        f"{asked} are asked for by hour {by}; {share} can be reached at best.",
    )


def _cut_off(problem: PlacementProblem, hour: int) -> Iterator[Reason]:
    """People whom no stock anywhere reaches in time, scenario by scenario."""
    for one in problem.scenarios:
        late = one.people - one.most_people[:, hour]
        people = float(np.floor(late.sum() + 1e-6))
        if people < 1:
            continue
        sites = np.argsort(-late, kind="stable")[:SHOWN]
        named = ", ".join(problem.site_ids[one.site[site]] for site in sites if late[site] >= 1)
        yield (
            f"情景 {one.id}：无论物资放在哪里，都有 {people:,.0f} 人不能按时领到（{named}）。",
            f"Scenario {one.id}: {people:,.0f} people are out of time wherever stock is ({named}).",
        )
