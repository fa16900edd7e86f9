"""Rule of first goods: townships, their first unloadings and the promises about them, told anew."""

from __future__ import annotations

from collections.abc import Mapping

from routing.verify.context import FirstGoodsPromise, PlanContext
from routing.verify.findings import Findings
from routing.verify.rows import FirstArrivalRow, FirstGoods, FirstGoodsRow, Plan
from stockpile.units import s_to_hours

RULE = "first_goods"
SHARE_STEP = 0.00005  # half of the last of four decimals
NOISE = 1e-9


def check_first_goods(plan: Plan, written: FirstGoods, context: PlanContext, findings: Findings) -> None:
    """Check both tables of first goods against the stops of the plan and the tables of the region."""
    promised = [promise.id for promise in context.first_goods]
    listed = [row.id for row in written.promises]
    message = f"lists {listed}, promised are {promised}"
    if not findings.expect(RULE, "first goods", message, holds=listed == promised) or not promised:
        return
    townships = _sites_by_township(context)
    isolated = {row.site_id for row in plan.isolated}
    cut_off = {unit for unit, sites in townships.items() if sites <= isolated}
    rows = {(row.target, row.township): row for row in written.arrivals}
    asked = {(promise.id, unit) for promise in context.first_goods for unit in townships}
    for target, unit in sorted(asked ^ set(rows)):
        message = "the row is missing" if (target, unit) in asked else "is no affected township"
        findings.expect(RULE, f"{target} {unit}", message, holds=False)
    if asked != set(rows):
        return
    unloadings: set[tuple[str, str, str, int | None]] = {
        (trip.source_id, trip.id, stop.site_id, stop.unload_end_s)
        for trip in plan.trips
        for stop in plan.stops.get(trip.id, ())
    }
    for promise, row in zip(context.first_goods, written.promises, strict=True):
        mine = {unit: rows[promise.id, unit] for unit in townships}
        firsts = _first_unloadings(plan, context, promise.level, townships)
        for unit, arrival in mine.items():
            people = sum(context.people[site] for site in townships[unit])
            _check_arrival(arrival, promise, firsts.get(unit), people, unit in cut_off, unloadings, findings)
        _check_promise(row, promise, firsts, set(townships) - cut_off, len(cut_off), context, findings)


def _sites_by_township(context: PlanContext) -> dict[str, set[str]]:
    """Sites with people by the township that their place is or lies in, else by the place itself."""
    places = context.region.places
    up = dict(zip(places["id"], places["parent"], strict=True))
    level = dict(zip(places["id"], places["level"], strict=True))
    sites = context.region.sites
    found: dict[str, set[str]] = {}
    for site, place in zip(sites["id"], sites["place"], strict=True):
        if context.people.get(site, 0) <= 0:
            continue
        unit, steps = place, 0
        while unit and level.get(unit) != "township" and steps <= len(up):
            unit, steps = up.get(unit, ""), steps + 1
        found.setdefault(unit if level.get(unit) == "township" else place, set()).add(site)
    return found


def _stores(context: PlanContext, level: str) -> set[str]:
    table = context.region.warehouses
    columns = (table["id"], table["status"], table["level"])
    return {
        str(store) for store, status, at in zip(*columns, strict=True) if (status, at) == ("existing", level)
    }


def _first_unloadings(
    plan: Plan, context: PlanContext, level: str, townships: Mapping[str, set[str]]
) -> dict[str, int]:
    """Second of the first unloading from a warehouse of the level in each township that has one."""
    stores = _stores(context, level)
    unit_of = {site: unit for unit, sites in townships.items() for site in sites}
    firsts: dict[str, int] = {}
    for trip in plan.trips:
        if trip.source_id not in stores:
            continue
        for stop in plan.stops.get(trip.id, ()):
            unit = unit_of.get(stop.site_id)
            if unit is not None:
                firsts[unit] = min(firsts.get(unit, stop.unload_end_s), stop.unload_end_s)
    return firsts


def _check_arrival(
    row: FirstArrivalRow,
    promise: FirstGoodsPromise,
    first_s: int | None,
    people: int,
    exempt: bool,  # noqa: FBT001 - as above
    unloadings: set[tuple[str, str, str, int | None]],
    findings: Findings,
) -> None:
    where = f"{row.target} {row.township}"
    message = f"says first goods at {_hour(row.first_s)}, the first are unloaded at {_hour(first_s)}"
    findings.expect(RULE, where, message, holds=row.first_s == first_s)
    message = f"says {row.people} people and exempt {row.exempt}, it is {people} and {exempt}"
    findings.expect(RULE, where, message, holds=(row.people, row.exempt) == (people, exempt))
    in_time = first_s is not None and first_s <= promise.due_s
    message = f"says in time {row.in_time}, due is {_hour(promise.due_s)}"
    findings.expect(RULE, where, message, holds=row.in_time == in_time)
    brought = (row.source_id, row.trip_id, row.site_id, first_s)
    message = f"says trip {row.trip_id} from {row.source_id} to {row.site_id}, which does not bring them"
    findings.expect(RULE, where, message, holds=brought in unloadings or brought == ("", "", "", None))


def _check_promise(
    row: FirstGoodsRow,
    promise: FirstGoodsPromise,
    firsts: Mapping[str, int],
    counted: set[str],
    exempt: int,
    context: PlanContext,
    findings: Findings,
) -> None:
    where = f"first goods {row.id}"
    came = [firsts[unit] for unit in counted if unit in firsts]
    reached = sum(second <= promise.due_s for second in came)
    last_s = max(came) if counted and len(came) == len(counted) else None
    message = (
        f"says {row.reached} of {row.townships} townships without {row.exempt_townships} exempt,"
        f" there are {reached} of {len(counted)} without {exempt}"
    )
    written = (row.reached, row.townships, row.exempt_townships)
    findings.expect(RULE, where, message, holds=written == (reached, len(counted), exempt))
    share = reached / max(len(counted), 1)
    message = f"says a share of {row.share:g}, it is {share:.4f}"
    findings.expect(RULE, where, message, holds=abs(row.share - share) <= SHARE_STEP + NOISE)
    message = f"says the last has its first goods at {_hour(row.last_s)}, it is {_hour(last_s)}"
    findings.expect(RULE, where, message, holds=row.last_s == last_s)
    stores, lots = _stores(context, promise.level), context.region.lots
    needed = set(context.need["item"])
    judged = any(
        store in stores and item in needed
        for store, item in zip(lots["warehouse"], lots["item"], strict=True)
    )
    message = f"says judged {row.judged}, a {promise.level} warehouse with goods is {judged}"
    findings.expect(RULE, where, message, holds=row.judged == judged)
    met = judged and bool(counted) and reached >= promise.required * len(counted) - NOISE
    message = f"says met {row.met}, {reached} of {len(counted)} against {promise.required:g} is {met}"
    findings.expect(RULE, where, message, holds=row.met == met)
    message = (
        f"says {row.required:g} from {row.level}, promised are {promise.required:g} from {promise.level}"
    )
    same = (row.required, row.level) == (promise.required, promise.level)
    findings.expect(RULE, where, message, holds=same)


def _hour(second: int | None) -> str:
    return "never" if second is None else f"{s_to_hours(second)} h"
