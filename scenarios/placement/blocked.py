"""Why what was asked for cannot be had, in words."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import numpy as np

from scenarios.placement.goals import more_missing, risk_words
from scenarios.placement.result import Blocked
from scenarios.report.wording import Names, percent_text
from stockpile.placement.feasibility import Nearest
from stockpile.placement.measure import Measure
from stockpile.placement.priorities import KEPT_SHARE, Priorities, Solver, Step
from stockpile.placement.problem import Goal, PlacementProblem
from stockpile.placement.solve import is_small

SHOWN = 5
WORTH_SHARE = 5e-4
"""A limit that costs a smaller share of the people is not named."""
Reason = tuple[str, str]


def blocked_rules(problem: PlacementProblem, nearest: Nearest, names: Names) -> Blocked:
    """Say which least levels cannot be kept and what they would cost."""
    rules = problem.rules
    reasons = [
        *_budget_reason(rules.budget, nearest),
        *_levels(problem, nearest, names),
        *_no_place(problem, nearest, names),
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


def _levels(problem: PlacementProblem, nearest: Nearest, names: Names) -> Iterator[Reason]:
    value = nearest.lowered * problem.rules.unit_cost
    order = np.argsort(-value, axis=None, kind="stable")
    cut = [np.unravel_index(index, value.shape) for index in order if nearest.lowered.flat[index] > 0]
    for source, item in cut[:SHOWN]:
        warehouse, goods = problem.source_ids[source], problem.item_ids[item]
        asked, kept = problem.rules.at_least[source, item], nearest.rules.at_least[source, item]
        yield (
            (
                f"{names.zh('warehouses', warehouse)}（{warehouse}）{names.zh('items', goods)}："
                f"要求 {asked:,.0f}，只能做到 {kept:,.0f}。"
            ),
            f"{warehouse} {goods}: {asked:,.0f} are asked for, {kept:,.0f} can be kept.",
        )
    if len(cut) > SHOWN:
        rest = len(cut) - SHOWN
        yield f"另有 {rest} 项最低储备无法满足。", f"{rest} more levels cannot be kept."
    if cut and nearest.least_spending <= problem.rules.budget:
        yield "限制在库容，不在预算。", "Room is the limit, not the budget."


def _no_place(problem: PlacementProblem, nearest: Nearest, names: Names) -> Iterator[Reason]:
    for item in np.flatnonzero(nearest.written_off):
        goods, units = problem.item_ids[item], f"{nearest.written_off[item]:,.0f}"
        yield (
            f"{names.zh('items', goods)}：现有 {units} 件无处存放。",
            f"{goods}: {units} units of today's stock have no place.",
        )


def out_of_reach(
    problem: PlacementProblem, priorities: Priorities, best: Step, names: Names, solve: Solver
) -> Blocked:
    """Say how many people can be reached at best, who cannot be, and what limits the rest."""
    measure = priorities.first_measure(problem)
    reasons = [
        _share_reason(priorities, measure, best),
        *_cut_off(problem, priorities.first_hours[0], names),
    ]
    if is_small(problem):
        reasons += _limits(problem, priorities, best.certificate.value, solve)
    return Blocked(tuple(reasons), _nearest_share(priorities, measure, best))


def _nearest_share(priorities: Priorities, measure: Measure, best: Step) -> Reason:
    """What the plan that comes nearest does."""
    if measure.tells_missing:
        people = f"{more_missing(best, priorities.gap):,d}"
        return (
            f"以下方案以最低费用使所缺人数最少（至多再多缺 {people} 人）。",
            f"The plan below leaves as few people missing as can be, but for {people} more, at least cost.",
        )
    given_up = f"{max(KEPT_SHARE, priorities.gap):.2%}"
    return (
        f"以下方案以最低费用覆盖能覆盖的人数（让出不超过 {given_up}）。",
        f"The plan below reaches as many people as can be, but for {given_up}, at least cost.",
    )


def _share_reason(priorities: Priorities, measure: Measure, best: Step) -> Reason:
    """The share that can be reached, or by a risk measure the people missing from the one asked for."""
    by, asked = f"{best.hour:g}", percent_text(priorities.required_share or 0.0)
    if measure.tells_missing:
        zh, en = risk_words(priorities.risk)
        people = _missing_text(best.value)
        each = priorities.risk.kind == "worst"
        whose_zh, whose_en = ("每个情景", "of each scenario") if each else (zh, en)
        return (
            f"要求第 {by} 小时{whose_zh}覆盖 {asked}，{zh}最好也差 {people} 人。",
            (
                f"{asked} {whose_en} are asked for by hour {by}; "
                f"at best {people} people are missing{f' {en}' if each else ''}."
            ),
        )
    share = percent_text(best.value / measure.whole if measure.whole else 1.0)
    return (
        f"要求第 {by} 小时覆盖 {asked}，最多只能做到 {share}。",
        f"{asked} are asked for by hour {by}; {share} can be reached at best.",
    )


def _missing_text(people: float) -> str:
    """People missing, rounded up; those to spare are not missing."""
    return f"{max(0.0, np.ceil(people - 1e-6)):,.0f}"


def _limits(
    problem: PlacementProblem, priorities: Priorities, reached: float, solve: Solver
) -> Iterator[Reason]:
    """Each limit is lifted alone and the first measure is solved for again."""
    measure = priorities.first_measure(problem)
    risk_zh, risk_en = risk_words(priorities.risk)
    found = False
    for zh, en, lifted in _lifted(problem):
        value = solve(lifted, Goal(measure.coverage), gap=priorities.gap).certificate.value
        if value < reached + WORTH_SHARE * measure.whole:
            continue
        found = True
        if measure.tells_missing:
            people = _missing_text(measure.told(value))
            yield (
                f"若{zh}不受限，{risk_zh}差 {people} 人。",
                f"Without limit of {en}: {people} people are missing {risk_en}.",
            )
        else:
            share = percent_text(value / measure.whole)
            yield f"若{zh}不受限，可达 {share}。", f"Without limit of {en}: {share}."
    if not found:
        yield (
            "库容、装车台位、运力、预算单独放开均无明显改善：受多项限制或路程、动员、发放时间所限。",
            (
                "Room, docks, vehicles or budget lifted alone change nothing: several limits hold, or "
                "distance, call-out or hand-out does."
            ),
        )


def _lifted(problem: PlacementProblem) -> Iterator[tuple[str, str, PlacementProblem]]:
    """The problem without one of its limits; what all people of a scenario need fits into lifted room."""
    rules, scenarios = problem.rules, problem.scenarios
    need = np.max([one.people.sum() * one.per_person for one in scenarios], axis=0)
    room = replace(
        rules,
        usable_m3=rules.usable_m3 + need @ rules.unit_volume_m3,
        at_most=np.where(rules.at_most > rules.at_least, rules.at_most + need, rules.at_most),
    )
    yield "库容和最高储备", "room and most levels", replace(problem, rules=room)
    docks = tuple(replace(one, dock_kg=np.full_like(one.dock_kg, np.inf)) for one in scenarios)
    yield "装车台位", "docks", replace(problem, scenarios=docks)
    fleets = tuple(replace(one, fleet_kg_s=np.full_like(one.fleet_kg_s, np.inf)) for one in scenarios)
    yield "车船运力", "vehicles", replace(problem, scenarios=fleets)
    if np.isfinite(rules.budget):
        yield "预算", "the budget", replace(problem, rules=replace(rules, budget=np.inf))


def _cut_off(problem: PlacementProblem, hour: int, names: Names) -> Iterator[Reason]:
    """People whom no stock anywhere reaches in time, scenario by scenario."""
    for one in problem.scenarios:
        late = one.people - one.most_people[:, hour]
        people = float(np.floor(late.sum() + 1e-6))
        if people < 1:
            continue
        sites = [problem.site_ids[one.site[site]] for site in np.argsort(-late, kind="stable")[:SHOWN]]
        late_sites = [site for site, lost in zip(sites, -np.sort(-late), strict=False) if lost >= 1]
        named = "、".join(f"{names.zh('sites', site)} {site}" for site in late_sites)
        yield (
            f"情景 {one.id}：无论物资放在哪里，都有 {people:,.0f} 人不能按时领到（{named}）。",
            (
                f"Scenario {one.id}: {people:,.0f} people are out of time wherever stock is "
                f"({', '.join(late_sites)})."
            ),
        )
