"""Put a finished plan in the words of the report: tables, promises, bound, verification, provenance."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, fields
from typing import Any

import numpy as np
import pandas as pd

from routing.allocation import Allocation
from routing.assemble import Assembly, ReliefOrder
from routing.dispatch import Dispatch, Effort
from routing.plan import plan_tables
from routing.problem import DispatchProblem
from routing.supply_curve import whole_people
from routing.verify import FirstGoodsPromise, PlanContext, ReportedFigures, RoadsInForce, verify_plan
from scenarios.first_goods import first_goods_results
from scenarios.first_goods_limits import FirstGoodsLimits
from scenarios.loading import ResolvedScenario
from scenarios.result import (
    Bound,
    FirstArrival,
    FirstGoodsResult,
    Gap,
    RunResult,
    TargetResult,
    Verification,
)
from scenarios.situation import Situation
from stockpile.bundle import ALL_TABLES
from stockpile.region import Region
from stockpile.units import SECONDS_PER_HOUR, s_to_hours

ROUGH = ("modelled", "assumed")
"""Values of `basis` that stand for no stated figure."""


@dataclass(frozen=True)
class Finished:
    """Everything that a run has worked out."""

    resolved: ResolvedScenario
    situation: Situation
    order: ReliefOrder
    assembly: Assembly
    allocation: Allocation
    plan: Dispatch
    gaps: tuple[Gap, ...]
    first_goods_limits: FirstGoodsLimits
    critical_roads: Mapping[str, pd.DataFrame]
    seed: int
    effort: Effort


def finished_result(finished: Finished) -> RunResult:
    """Write the plan as tables, replay them independently, and gather what the reports need."""
    situation, problem = finished.situation, finished.assembly.problem
    tables = plan_tables(finished.assembly, finished.plan, situation.network, situation.region.sites)
    tables.update(finished.critical_roads)
    tables["isolated"] = _isolated_table(problem, situation.region.sites)
    tables["flooded"] = situation.flooded
    tables["lost_stock"] = situation.lost_stock
    tables["closures"] = situation.closures
    targets = _target_results(finished, tables["coverage"])
    first_goods, first_arrivals = first_goods_results(
        situation.scenario, situation.region, tables, finished.first_goods_limits
    )
    tables["targets"] = _table_of(TargetResult, targets)
    tables["first_goods"] = _table_of(FirstGoodsResult, first_goods)
    tables["first_arrivals"] = _table_of(FirstArrival, first_arrivals)
    tables["gaps"] = _table_of(Gap, finished.gaps)
    curve = tables["curve"]
    by_hour = tuple(
        (float(hour), int(supplied))
        for hour, supplied in zip(curve["hour"], curve["supplied"], strict=True)
        if hour == int(hour)
    )
    person_hours = finished.plan.outcome.person_seconds / SECONDS_PER_HOUR
    bound = _bound(finished, targets)
    return RunResult(
        spec=finished.resolved.spec,
        scenario=situation.scenario,
        region=situation.region,
        affected=int(problem.people.sum()),
        supplied_by_hour=by_hour,
        person_hours=person_hours,
        cost_yuan=finished.plan.outcome.cost,
        targets=targets,
        first_goods=first_goods,
        first_arrivals=first_arrivals,
        gaps=finished.gaps,
        bound=bound,
        verification=_verification(finished, tables, by_hour, person_hours, bound),
        modelled_or_assumed_share=rough_share(situation.region),
        inputs={**situation.region.digests, **finished.resolved.sources},
        tables=tables,
        change_log=finished.resolved.change_log,
        resolved_yaml=finished.resolved.as_yaml(),
        seed=finished.seed,
        effort=finished.effort,
    )


def _table_of(kind: type, rows: Sequence[Any]) -> pd.DataFrame:
    """Objects of one data class as a table, which has its columns even without rows."""
    return pd.DataFrame([asdict(row) for row in rows], columns=[field.name for field in fields(kind)])


def _target_results(finished: Finished, coverage: pd.DataFrame) -> tuple[TargetResult, ...]:
    """How each promise was kept; people whom no mode reaches are exempt and counted apart."""
    scenario, problem = finished.situation.scenario, finished.assembly.problem
    exempt = ~problem.reachable
    exempt_people = int(problem.people[exempt].sum())
    people = int(problem.people.sum()) - exempt_people
    exempt_ids = {site for site, out in zip(problem.site_ids, exempt, strict=True) if out}
    counted = coverage[~coverage["site_id"].isin(exempt_ids)]
    results = []
    for name, target in scenario.people_targets.items():
        judged = target.scope == "share"
        required = target.required if judged else 0.0
        hour = s_to_hours(scenario.due_s(target))
        supplied = int(counted.loc[counted["hour"] == hour, "supplied"].sum())
        results.append(
            TargetResult(
                id=name,
                hours=target.hours,
                scope="share",
                required=required,
                people=people,
                supplied=supplied,
                share=supplied / people if people else 0.0,
                exempt_people=exempt_people,
                # a promise to people none of whom can be reached is not kept
                met=judged and people > 0 and supplied >= required * people - 1e-9,
                source=target.source,
                judged=judged,
            )
        )
    return tuple(results)


def most_people(allocation: Allocation) -> tuple[int, ...]:
    """Whole people of sites that are not isolated whom any plan supplies by each target at the most."""
    # upwards by more than the solver's tolerance: a bound too low would prove what is not so
    return tuple(whole_people(bound * (1 + 1e-9) + 1e-4) for bound in allocation.supplied_bound)


def _bound(finished: Finished, targets: tuple[TargetResult, ...]) -> Bound:
    allocation = finished.allocation
    supplied = tuple(
        min(most, target.people) for most, target in zip(most_people(allocation), targets, strict=True)
    )
    first = supplied[0]
    gap = (first - targets[0].supplied) / first if first else 0.0
    return Bound(supplied, allocation.person_seconds_bound / SECONDS_PER_HOUR, gap)


def _verification(
    finished: Finished,
    tables: dict[str, pd.DataFrame],
    by_hour: tuple[tuple[float, int], ...],
    person_hours: float,
    bound: Bound,
) -> Verification:
    order, coverage, scenario = finished.order, tables["coverage"], finished.situation.scenario
    target_hours = tuple(s_to_hours(second) for second in order.target_s)
    context = PlanContext(
        region=finished.situation.region,
        network=finished.situation.network,
        roads=tuple(
            RoadsInForce(period.start_s, seconds, period.state)
            for period, seconds in zip(finished.situation.roads, finished.assembly.edge_seconds, strict=True)
        ),
        people={str(site): int(count) for site, count in order.people.items()},
        need=order.need,
        on=order.on,
        horizon_s=order.horizon_s,
        target_hours=target_hours,
        first_goods=tuple(
            FirstGoodsPromise(name, str(target.level), scenario.due_s(target), target.required)
            for name, target in scenario.first_goods_targets.items()
        ),
    )
    supplied = tuple(int(coverage.loc[coverage["hour"] == hour, "supplied"].sum()) for hour in target_hours)
    check = verify_plan(tables, context, reported=ReportedFigures(supplied, by_hour, person_hours))
    beaten = _beaten_bounds(tables, person_hours, bound)
    violations = (*(str(violation) for violation in check.violations), *beaten)
    bounds = len(bound.supplied) + 1 + len(tables["first_arrivals"])
    return Verification(violations, check.rules_checked + bounds)


def _beaten_bounds(tables: Mapping[str, pd.DataFrame], person_hours: float, bound: Bound) -> Iterator[str]:
    """Say where the plan is better than what was called impossible: the plan or the proof is wrong."""
    targets, arrivals = tables["targets"], tables["first_arrivals"]
    for name, supplied, most in zip(targets["id"], targets["supplied"], bound.supplied, strict=True):
        if supplied > most:
            yield f"bound: target {name}: {supplied} people are supplied, the bound is {most}"
    if person_hours < bound.person_hours * (1 - 1e-6):
        yield f"bound: {person_hours:.4f} person-hours are less than the bound {bound.person_hours:.4f}"
    possible = arrivals["first_h"].astype(float) >= arrivals["soonest_h"].astype(float) - 1e-6
    sooner = arrivals[arrivals["first_h"].notna() & ~possible]
    for name, township in zip(sooner["target"], sooner["township"], strict=True):
        yield f"bound: {name}: first goods are at {township} sooner than is possible"


def _isolated_table(problem: DispatchProblem, sites: pd.DataFrame) -> pd.DataFrame:
    """Sites with people whom no mode reaches."""
    cut_off = {
        problem.site_ids[site]: int(problem.people[site])
        for site in np.flatnonzero(~problem.reachable & (problem.people > 0)).tolist()
    }
    rows = sites[sites["id"].isin(list(cut_off))].sort_values("id")
    return pd.DataFrame(
        {
            "site_id": rows["id"],
            "name_zh": rows["name_zh"],
            "name_en": rows["name_en"],
            "place": rows["place"],
            "people": [cut_off[site] for site in rows["id"]],
        }
    ).reset_index(drop=True)


def rough_share(region: Region) -> float:
    """Share of the rows of all tables whose basis is modelled or assumed."""
    bases = pd.concat([getattr(region, table)["basis"] for table in ALL_TABLES])
    return float(bases.isin(ROUGH).mean()) if len(bases) else 0.0
