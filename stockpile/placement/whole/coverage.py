"""Coverage under risk, the floors it has to reach, and the objective."""

from __future__ import annotations

import numpy as np

from stockpile.placement.problem import Coverage, Floats
from stockpile.placement.whole.columns import StockModel, Terms, WholeModel
from stockpile.placement.whole.program import Entry, entry


def define_required_coverage(model: StockModel) -> None:
    """coverage >= floor, for each required one."""
    for number, (coverage, floor) in enumerate(model.goal.required, start=1):
        columns, value = coverage_terms(model, coverage, f"required_{number}")
        model.program.add_rows(
            f"required_coverage_{number}",
            [entry(0, columns, value)],
            lower=np.array([floor]),
            upper=np.array([np.inf]),
        )


def define_objective(model: StockModel) -> None:
    """minimise yuan * cost - gain * coverage; cost = purchase + opening + expansion, moving apart."""
    goal, rules, program = model.goal, model.problem.rules, model.program
    if goal.gain:
        columns, value = coverage_terms(model, goal.coverage, "goal")
        program.add_cost(columns, -goal.gain * value)
    program.add_cost(model.bought, goal.yuan * rules.unit_cost)
    program.add_cost(model.opened, goal.yuan * np.where(rules.candidate, rules.opening_cost, 0.0))
    program.add_cost(model.expansion, goal.yuan * rules.expansion_cost_per_m3)


def define_moving_cost(model: WholeModel) -> None:
    """+ yuan * expected cost of moving and of emergency purchases."""
    rules, program = model.problem.rules, model.program
    for one in model.scenarios:
        weight = model.goal.yuan * one.scenario.probability
        per_unit = one.scenario.lanes.cost_per_kg[:, None] * rules.unit_weight_kg
        program.add_cost(one.ship, weight * per_unit)
        priced = np.where(np.isfinite(one.scenario.emergency_cost), one.scenario.emergency_cost, 0.0)
        program.add_cost(one.emergency, weight * priced)


def coverage_terms(model: StockModel, coverage: Coverage, name: str) -> Terms:
    """The coverage as a linear expression; a risk measure brings columns and rows of its own."""
    outcomes = model.people_terms(coverage)
    probability = np.array([one.probability for one in model.problem.scenarios])
    if coverage.risk.kind == "expectation":
        values = [share * value for share, (_, value) in zip(probability.tolist(), outcomes, strict=True)]
        return np.concatenate([columns for columns, _ in outcomes]), np.concatenate(values)
    offset = np.broadcast_to(coverage.offset, len(outcomes))
    if coverage.risk.kind == "worst":
        return _define_worst(model, outcomes, offset, name)
    return _define_cvar(model, outcomes, offset, probability / coverage.risk.tail, name)


def _define_worst(model: StockModel, outcomes: list[Terms], offset: Floats, name: str) -> Terms:
    """t <= offset_s + V_s for every s; the coverage is t."""
    level = model.program.add_columns(f"worst_{name}", (), lower=-np.inf).reshape(1)
    rows = _outcome_rows(outcomes)
    scenario = np.arange(len(outcomes))
    entries = [*rows, entry(scenario, level, 1.0)]
    model.program.add_rows(f"worst_{name}", entries, lower=np.full(len(offset), -np.inf), upper=offset)
    return level, np.ones(1)


def _define_cvar(model: StockModel, outcomes: list[Terms], offset: Floats, share: Floats, name: str) -> Terms:
    """t - shortfall_s <= offset_s + V_s for every s; the coverage is t - 1/tail sum_s p_s shortfall_s.

    Rockafellar and Uryasev, Journal of Risk 2 (2000) 21-41.
    """
    level = model.program.add_columns(f"level_{name}", (), lower=-np.inf).reshape(1)
    ids = [one.id for one in model.problem.scenarios]
    shortfall = model.program.add_columns(f"shortfall_{name}", (ids,))
    scenario = np.arange(len(outcomes))
    entries = [*_outcome_rows(outcomes), entry(scenario, level, 1.0), entry(scenario, shortfall, -1.0)]
    model.program.add_rows(f"cvar_{name}", entries, lower=np.full(len(offset), -np.inf), upper=offset)
    return np.concatenate([level, shortfall]), np.concatenate([np.ones(1), -share])


def _outcome_rows(outcomes: list[Terms]) -> list[Entry]:
    return [entry(scenario, columns, -value) for scenario, (columns, value) in enumerate(outcomes)]
