"""Rules of stock: what the plan counted on, what it issued, and in which order."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass

from routing.verify.context import PlanContext
from routing.verify.facts import Facts, Lot
from routing.verify.findings import Findings
from routing.verify.rows import LocalIssue, Plan
from stockpile.units import s_to_hours

NO_EXPIRY = "9999-12-31"


@dataclass(frozen=True, slots=True)
class Issue:
    """Units taken from one lot at one source, by a trip or on the spot."""

    where: str
    lot_id: str
    source_id: str
    item: str
    quantity: int
    at_s: int


def check_stock(plan: Plan, facts: Facts, context: PlanContext, findings: Findings) -> None:
    """Check the table of supply, every issue, the totals by lot, first-expired first-out, local issues."""
    _check_supply(plan, facts, context, findings)
    issued: dict[str, int] = defaultdict(int)
    for issue in _issues(plan):
        _check_issue(issue, facts, context, findings)
        issued[issue.lot_id] += issue.quantity
    for lot_id, units in issued.items():
        lot = facts.lot(lot_id)
        if lot is not None:
            message = f"{units} {lot.item} are issued, there are {lot.quantity}"
            findings.expect("over_issue", f"lot {lot_id}", message, holds=units <= lot.quantity)
    _check_fefo(issued, facts, context, findings)
    for local in plan.local_issues:
        _check_local_issue(local, facts, findings)


def _issues(plan: Plan) -> Iterator[Issue]:
    for trip in plan.trips:
        for line in plan.lines.get(trip.id, ()):
            yield Issue(line.where, line.lot_id, trip.source_id, line.item, line.quantity, trip.load_start_s)
    for local in plan.local_issues:
        yield Issue(local.where, local.lot_id, local.warehouse_id, local.item, local.quantity, local.at_s)


def _check_supply(plan: Plan, facts: Facts, context: PlanContext, findings: Findings) -> None:
    """Every row is right, and nothing that the basket needs and vehicles may load is left out."""
    for row in plan.supply:
        where = f"supply {row.lot_id}"
        lot = facts.lot(row.lot_id)
        findings.expect("supply", where, "there is no such lot", holds=lot is not None)
        if lot is None:
            continue
        source = facts.sources.get(lot.source_id)
        usable = not lot.expired(context.on) and source is not None and source.existing
        message = f"is listed but cannot be issued: last day {lot.last_day}, source {lot.source_id}"
        findings.expect("supply", where, message, holds=usable)
        written = (row.source_id, row.item, row.quantity, row.available_s, row.expires_on)
        expected = (lot.source_id, lot.item, lot.quantity, lot.available_s, lot.expires_on)
        ready_h = s_to_hours(row.available_s)
        message = (
            f"says {row.quantity} {row.item} at {row.source_id} from {ready_h} h, expiring"
            f' "{row.expires_on}"; there are {lot.quantity} {lot.item} at {lot.source_id} from'
            f' {s_to_hours(lot.available_s)} h, expiring "{lot.expires_on}"'
        )
        findings.expect("supply", where, message, holds=written == expected)
    listed = {row.lot_id for row in plan.supply}
    for lot in facts.usable(context.on, context.horizon_s):
        if lot.item in facts.needs:
            message = f"{lot.quantity} {lot.item} at {lot.source_id} are left out"
            findings.expect("supply", f"supply {lot.id}", message, holds=lot.id in listed)


def _check_issue(issue: Issue, facts: Facts, context: PlanContext, findings: Findings) -> None:
    lot = facts.lot(issue.lot_id)
    message = f'there is no lot "{issue.lot_id}"'
    findings.expect("lot", issue.where, message, holds=lot is not None)
    if lot is None:
        return
    message = (
        f"takes {issue.item} of lot {lot.id} at {issue.source_id}, the lot is {lot.item} at {lot.source_id}"
    )
    holds = (lot.source_id, lot.item) == (issue.source_id, issue.item)
    findings.expect("lot", issue.where, message, holds=holds)
    message = f"lot {lot.id} could be used up to {lot.last_day}, the day is {context.on}"
    findings.expect("expired", issue.where, message, holds=not lot.expired(context.on))
    message = (
        f"takes lot {lot.id} at {s_to_hours(issue.at_s)} h, it is ready at {s_to_hours(lot.available_s)} h"
    )
    findings.expect("available", issue.where, message, holds=issue.at_s >= lot.available_s)


def _check_fefo(issued: dict[str, int], facts: Facts, context: PlanContext, findings: Findings) -> None:
    """In the end no usable lot is left that expires before one that was issued."""
    held: dict[tuple[str, str], list[Lot]] = defaultdict(list)
    for lot in facts.stock.values():
        if not lot.expired(context.on):
            held[lot.source_id, lot.item].append(lot)
    for lot_id in issued:
        later = facts.stock.get(lot_id)
        if later is None:
            continue  # batches of suppliers do not expire
        for lot in held[later.source_id, later.item]:
            left = lot.quantity - issued.get(lot.id, 0)
            sooner = (lot.expires_on or NO_EXPIRY) < (later.expires_on or NO_EXPIRY)
            if sooner:
                message = (
                    f"is issued at {later.source_id} while {left} {lot.item} of lot {lot.id} stay,"
                    f" which expire on {lot.expires_on}, it on {later.expires_on or 'no day'}"
                )
                findings.expect("fefo", f"lot {lot_id}", message, holds=left <= 0)


def _check_local_issue(local: LocalIssue, facts: Facts, findings: Findings) -> None:
    where = local.where
    findings.expect("local_issue", where, f"hands out {local.quantity} units", holds=local.quantity > 0)
    message = f"is at {s_to_hours(local.at_s)} h, stock on the spot counts at 0 h"
    findings.expect("local_issue", where, message, holds=local.at_s == 0)
    point, site = facts.sources.get(local.warehouse_id), facts.sites.get(local.site_id)
    message = f"{local.warehouse_id} is no existing community point"
    holds = point is not None and point.community and point.existing
    findings.expect("local_issue", where, message, holds=holds)
    message = f'there is no site "{local.site_id}"'
    findings.expect("local_issue", where, message, holds=site is not None)
    if point is not None and site is not None:
        message = f"{local.warehouse_id} serves place {point.place}, the site is in {site.place}"
        findings.expect("local_issue", where, message, holds=point.place == site.place)
