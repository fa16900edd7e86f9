"""Rules of people: need, delivery, hand-out, targets and reported figures, counted again."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import pairwise

from routing.verify.context import PlanContext, ReportedFigures
from routing.verify.facts import Facts, Need, Site
from routing.verify.findings import Findings
from routing.verify.handout import HandOut, whole_people
from routing.verify.rows import DemandRow, Plan
from stockpile.units import SECONDS_PER_HOUR, hours_to_s, s_to_hours

SHARE_STEP = 0.00005  # half of the last of four decimals
NOISE = 1e-9
PERSON_HOURS_SHARE = 1e-6
PERSON_HOURS_STEP = 0.01


@dataclass(frozen=True)
class Deliveries:
    """What reached the sites: units by (site, item), and (second, item, units) by site in order of time."""

    units: Mapping[tuple[str, str], int]
    steps: Mapping[str, list[tuple[int, str, int]]]


def check_people(
    plan: Plan, facts: Facts, context: PlanContext, reported: ReportedFigures, findings: Findings
) -> None:
    """Check the table of demand, then every count of supplied people."""
    deliveries = _deliveries(plan)
    _check_demand(plan, facts, deliveries, findings)
    queues = {
        site_id: HandOut(site.people, site.handout_per_h / SECONDS_PER_HOUR, steps)
        for site_id, site in facts.sites.items()
        for steps in [_baskets(site, facts.needs.values(), deliveries.steps.get(site_id, []))]
        if site.people > 0
    }
    counts = _Counts(queues, _asked_seconds(context))
    _check_coverage(plan, counts, findings)
    _check_curve(plan, counts, findings)
    _check_targets(plan, context, counts, findings)
    _check_reported(context, counts, reported, findings)


class _Counts:
    """Whole supplied people by site at the seconds that are asked for."""

    def __init__(self, queues: Mapping[str, HandOut], seconds: Iterable[int]) -> None:
        self.queues = queues
        self.seconds = sorted(set(seconds))
        self.affected = sum(queue.people for queue in queues.values())

    def at_site(self, site_id: str, second: int) -> int:
        return whole_people(self.queues[site_id].supplied(second))

    def total(self, second: int, without: frozenset[str] = frozenset()) -> int:
        return sum(self.at_site(site_id, second) for site_id in self.queues if site_id not in without)


def _asked_seconds(context: PlanContext) -> list[int]:
    """Every whole hour up to the horizon, the horizon itself, every target hour."""
    hours = range(context.horizon_s // SECONDS_PER_HOUR + 1)
    asked = [hour * SECONDS_PER_HOUR for hour in hours]
    return [*asked, context.horizon_s, *(hours_to_s(hour) for hour in context.target_hours)]


def _deliveries(plan: Plan) -> Deliveries:
    units: dict[tuple[str, str], int] = defaultdict(int)
    steps: dict[str, list[tuple[int, str, int]]] = defaultdict(list)
    ends = {
        (stop.trip_id, stop.number): (stop.site_id, stop.unload_end_s)
        for stops in plan.stops.values()
        for stop in stops
    }
    for lines in plan.lines.values():
        for line in lines:
            site_id, second = ends[line.trip_id, line.stop]
            units[site_id, line.item] += line.quantity
            steps[site_id].append((second, line.item, line.quantity))
    for local in plan.local_issues:
        units[local.site_id, local.item] += local.quantity
        steps[local.site_id].append((0, local.item, local.quantity))
    for of_site in steps.values():
        of_site.sort()
    return Deliveries(units, steps)


def _baskets(site: Site, needs: Iterable[Need], steps: list[tuple[int, str, int]]) -> list[tuple[int, float]]:
    """Complete baskets on the site from each second on: min(P, min over essential items of units / need)."""
    essential = {need.item: need.per_person for need in needs if need.essential}
    units = dict.fromkeys(essential, 0)
    baskets: dict[int, float] = {}
    for second, item, quantity in steps:
        if item in units:
            units[item] += quantity
        complete = min((units[item] / essential[item] for item in essential), default=math.inf)
        baskets[second] = min(float(site.people), complete)
    return list(baskets.items())


def _check_demand(plan: Plan, facts: Facts, deliveries: Deliveries, findings: Findings) -> None:
    listed: set[tuple[str, str]] = set()
    for row in plan.demand:
        where = f"demand {row.site_id} {row.item}"
        listed.add((row.site_id, row.item))
        site, need = facts.sites.get(row.site_id), facts.needs.get(row.item)
        known = site is not None and need is not None
        findings.expect("demand", where, "no such site or no such item in the basket", holds=known)
        if site is not None and need is not None:
            delivered = deliveries.units.get((row.site_id, row.item), 0)
            _check_demand_row(row, site, need, delivered, findings)
    for site_id, site in facts.sites.items():
        for item in facts.needs:
            holds = site.people == 0 or (site_id, item) in listed
            findings.expect("demand", f"demand {site_id} {item}", "the row is missing", holds=holds)
    for (site_id, item), units in deliveries.units.items():
        message = f"{units} units are brought, nothing is needed"
        findings.expect("demand", f"demand {site_id} {item}", message, holds=(site_id, item) in listed)


def _check_demand_row(row: DemandRow, site: Site, need: Need, delivered: int, findings: Findings) -> None:
    where = f"demand {row.site_id} {row.item}"
    message = f"says {row.people} people in {row.place}, there are {site.people} in {site.place}"
    findings.expect("demand", where, message, holds=(row.people, row.place) == (site.people, site.place))
    message = (
        f"says {row.quantity_per_person:g} per person, essential {row.essential};"
        f" the basket says {need.per_person:g}, essential {need.essential}"
    )
    same = math.isclose(row.quantity_per_person, need.per_person, rel_tol=1e-6)
    findings.expect("demand", where, message, holds=same and row.essential == need.essential)
    units = need.units(site.people)
    findings.expect("demand", where, f"says a need of {row.need}, it is {units}", holds=row.need == units)
    message = f"says {row.delivered} delivered, lines and local issues bring {delivered}"
    findings.expect("demand", where, message, holds=row.delivered == delivered)
    message = f"says {row.unmet} unmet, need - delivered is {units - delivered}"
    findings.expect("demand", where, message, holds=row.unmet == units - delivered)
    message = f"{delivered} are delivered, more than the need of {units}"
    findings.expect("demand", where, message, holds=delivered <= units)


def _check_coverage(plan: Plan, counts: _Counts, findings: Findings) -> None:
    written = {(row.site_id, row.at_s): row.supplied for row in plan.coverage}
    for site_id in counts.queues:
        for second in counts.seconds:
            supplied, found = counts.at_site(site_id, second), written.get((site_id, second))
            message = f"says {found} people at {s_to_hours(second)} h, {supplied} are supplied"
            findings.expect("coverage", f"site {site_id}", message, holds=found == supplied)
    asked = set(counts.seconds)
    for row in plan.coverage:
        holds = row.supplied == 0 if row.site_id not in counts.queues else row.at_s in asked
        message = f"says {row.supplied} people at {s_to_hours(row.at_s)} h, which nobody asks for"
        findings.expect("coverage", f"site {row.site_id}", message, holds=holds)


def _check_curve(plan: Plan, counts: _Counts, findings: Findings) -> None:
    listed = {row.at_s for row in plan.curve}
    for second in range(0, counts.seconds[-1] + 1, SECONDS_PER_HOUR):
        where = f"curve hour {s_to_hours(second)}"
        findings.expect("curve", where, "the row is missing", holds=second in listed)
    for row in plan.curve:
        where = f"curve hour {s_to_hours(row.at_s)}"
        supplied = counts.total(row.at_s)
        message = f"says {row.supplied} people, {supplied} are supplied"
        findings.expect("curve", where, message, holds=row.supplied == supplied)
        share = supplied / max(counts.affected, 1)
        message = f"says a share of {row.share:g}, it is {share:.4f}"
        findings.expect("curve", where, message, holds=_same_share(row.share, share, counts.affected))
    for earlier, later in pairwise(sorted(plan.curve, key=lambda row: row.at_s)):
        where = f"curve hour {s_to_hours(later.at_s)}"
        message = f"falls from {earlier.supplied} to {later.supplied} people"
        findings.expect("curve", where, message, holds=earlier.supplied <= later.supplied)


def _check_targets(plan: Plan, context: PlanContext, counts: _Counts, findings: Findings) -> None:
    message = f"has {len(plan.targets)} rows, there are {len(context.target_hours)} targets"
    if not findings.expect(
        "targets", "targets", message, holds=len(plan.targets) == len(context.target_hours)
    ):
        return
    exempt = frozenset(row.site_id for row in plan.isolated)
    people = sum(queue.people for site_id, queue in counts.queues.items() if site_id not in exempt)
    # a promise of first goods is kept by townships: people are only counted at its hour
    not_judged = {promise.id for promise in context.first_goods}
    for row, hours in zip(plan.targets, context.target_hours, strict=True):
        where = f"target {row.id}"
        supplied = counts.total(hours_to_s(hours), without=exempt)
        share = supplied / max(people, 1)
        message = (
            f"says {row.supplied} of {row.people} people without {row.exempt_people} exempt at {hours:g} h,"
            f" there are {supplied} of {people} without {counts.affected - people}"
        )
        written = (row.supplied, row.people, row.exempt_people)
        findings.expect(
            "targets", where, message, holds=written == (supplied, people, counts.affected - people)
        )
        message = f"says a share of {row.share:g}, it is {share:.4f}"
        findings.expect("targets", where, message, holds=_same_share(row.share, share, people))
        if row.id in not_judged:
            message = f"says met {row.met}, people are only counted for a promise of first goods"
            findings.expect("targets", where, message, holds=not row.met)
            continue
        met = people > 0 and supplied >= row.required * people - NOISE
        message = f"says met {row.met}, {supplied} of {people} people against {row.required:g} is {met}"
        findings.expect("targets", where, message, holds=row.met == met)


def _check_reported(
    context: PlanContext, counts: _Counts, reported: ReportedFigures, findings: Findings
) -> None:
    by_target = tuple(counts.total(hours_to_s(hours)) for hours in context.target_hours)
    message = f"says {list(reported.supplied_by_target)} people, {list(by_target)} are supplied"
    findings.expect(
        "reported", "people by target", message, holds=tuple(reported.supplied_by_target) == by_target
    )
    written = {hours_to_s(hour): people for hour, people in reported.supplied_by_hour}
    for second in range(0, context.horizon_s + 1, SECONDS_PER_HOUR):
        supplied, found = counts.total(second), written.get(second)
        message = f"says {found} people, {supplied} are supplied"
        findings.expect("reported", f"hour {s_to_hours(second)}", message, holds=found == supplied)
    waited = sum(queue.waiting_s(context.horizon_s) for queue in counts.queues.values()) / SECONDS_PER_HOUR
    message = f"says {reported.person_hours:.4f}, the plan comes to {waited:.4f}"
    room = PERSON_HOURS_SHARE * waited + PERSON_HOURS_STEP
    holds = abs(reported.person_hours - waited) <= room
    findings.expect("reported", "person-hours", message, holds=holds)


def _same_share(written: float, share: float, people: int) -> bool:
    """Whether a share is right to four decimals; of nobody any share is."""
    return people == 0 or abs(written - share) <= SHARE_STEP + NOISE
