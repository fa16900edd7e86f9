"""Replay a plan: read its tables, work out the facts, run every family of rules."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

from routing.verify.context import PlanContext, ReportedFigures
from routing.verify.facts import facts_of
from routing.verify.findings import Findings, PlanCheck
from routing.verify.first_goods import check_first_goods
from routing.verify.free_ways import FreeWays
from routing.verify.isolated import check_isolated
from routing.verify.legs import check_legs
from routing.verify.loading import check_loading
from routing.verify.loads import check_loads, loads_of
from routing.verify.open_edges import OpenEdges
from routing.verify.people import check_people
from routing.verify.plan_tables import read_first_goods, read_plan
from routing.verify.snapping import Snapping
from routing.verify.stock import check_stock
from routing.verify.vehicles import check_vehicles


def verify_plan(
    tables: Mapping[str, pd.DataFrame], context: PlanContext, *, reported: ReportedFigures
) -> PlanCheck:
    """Return every rule that the plan breaks.

    Args:
        tables: The plan tables by name: trips, stops, load_lines, legs, local_issues, supply, demand,
            coverage, curve, targets, isolated; first_goods and first_arrivals where such goods are promised.
            Others are not looked at.
        context: What the plan must respect.
        reported: Figures of the report, to be the same as those of the plan.

    A table that cannot be read is a violation of `tables`; no other rule is checked then.
    """
    findings = Findings()
    plan = read_plan(tables, findings)
    first_goods = read_first_goods(tables, findings, promised=bool(context.first_goods))
    if plan is None or first_goods is None:
        return findings.result()
    facts = facts_of(context)
    loads = loads_of(plan, facts)
    edges = OpenEdges(context)
    snapping = Snapping(context.network, edges)
    ways = FreeWays(context.network, edges, snapping)
    check_vehicles(plan, facts, findings)
    check_loads(plan, facts, loads, findings)
    check_loading(plan, facts, loads, findings)
    check_stock(plan, facts, context, findings)
    check_legs(plan, facts, context.network, edges, snapping, ways, findings)
    check_people(plan, facts, context, reported, findings)
    check_first_goods(plan, first_goods, context, findings)
    check_isolated(plan, facts, context.network, edges, snapping, ways, findings)
    return findings.result()
