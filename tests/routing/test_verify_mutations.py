"""Each rule is broken by hand in a sound plan and must be reported, with the numbers, under its own name."""

from __future__ import annotations

import dataclasses
import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import pandas as pd
import pytest
from verify_fixture import (
    PEOPLE,
    Tables,
    change,
    changed,
    hours,
    reported_figures,
    shift,
    small_context,
    small_plan,
    without,
)

from routing.verify import RULES, PlanCheck, PlanContext, ReportedFigures, verify_plan


@dataclass(frozen=True)
class Case:
    """A plan, what it must respect, and what was reported about it."""

    tables: Tables
    context: PlanContext
    reported: ReportedFigures

    def check(self) -> PlanCheck:
        """Verify the plan."""
        return verify_plan(self.tables, self.context, reported=self.reported)


Mutation = Callable[[Case], Case]


def sound() -> Case:
    """Return the sound plan."""
    return Case(small_plan(), small_context(), reported_figures())


def plan(change_tables: Callable[[Tables], Tables]) -> Mutation:
    """Change the plan."""
    return lambda case: dataclasses.replace(case, tables=change_tables(case.tables))


def row(table: str, key: dict[str, object], **values: object) -> Mutation:
    """Change rows of one table of the plan."""
    return plan(lambda tables: change(tables, table, key, **values))


def trip(number: int, **values: object) -> Mutation:
    """Change one trip."""
    return row("trips", {"trip_id": f"T000{number}"}, **values)


def stop(number: int, place: int, **values: object) -> Mutation:
    """Change one stop."""
    return row("stops", {"trip_id": f"T000{number}", "stop": place}, **values)


def line(number: int, pick: int, **values: object) -> Mutation:
    """Change one load line."""
    return row("load_lines", {"trip_id": f"T000{number}", "pick": pick}, **values)


def leg(number: int, place: int, **values: object) -> Mutation:
    """Change one leg."""
    return row("legs", {"trip_id": f"T000{number}", "leg": place}, **values)


def drop(table: str, **key: object) -> Mutation:
    """Leave out rows of one table of the plan."""
    return plan(lambda tables: without(tables, table, key))


def region(table: str, key: str, **values: object) -> Mutation:
    """Change the row with that id in one table of the region."""

    def apply(case: Case) -> Case:
        table_then = changed(case.context.region.table(table), {"id": key}, **values)
        return context(region=case.context.region.replace(**{table: table_then}))(case)

    return apply


def context(**values: object) -> Mutation:
    """Change what the plan must respect."""
    return lambda case: dataclasses.replace(case, context=dataclasses.replace(case.context, **values))


def figures(**values: object) -> Mutation:
    """Change what was reported."""
    return lambda case: dataclasses.replace(case, reported=dataclasses.replace(case.reported, **values))


def close(kind: str, link: str, begin: str) -> Mutation:
    """Close one direction of a link to one vehicle type."""

    def apply(case: Case) -> Case:
        network = case.context.network
        closed = [
            network.link_ids[number] == link and network.node_ids[node] == begin
            for number, node in zip(network.link.tolist(), network.edge_from.tolist(), strict=True)
        ]
        assert any(closed)
        seconds = np.where(closed, np.inf, case.context.edge_seconds[kind])
        return context(edge_seconds={**case.context.edge_seconds, kind: seconds})(case)

    return apply


def both(*mutations: Mutation) -> Mutation:
    """Apply several mutations."""

    def apply(case: Case) -> Case:
        for mutation in mutations:
            case = mutation(case)
        return case

    return apply


def twice(table: str) -> Mutation:
    """Write the first row of a table twice."""
    return plan(lambda tables: {**tables, table: pd.concat([tables[table], tables[table].head(1)])})


YESTERDAY = dt.date(2026, 7, 4)

MUTATIONS: list[tuple[str, str, Mutation]] = [
    ("tables", "legs: the table is missing", plan(lambda t: {k: v for k, v in t.items() if k != "legs"})),
    ("tables", "stops: lacks site_id", plan(lambda t: {**t, "stops": t["stops"].drop(columns="site_id")})),
    ("tables", 'trips row 3, dock = "?" cannot', trip(3, dock="?")),
    ("tables", 'dock = "1.5" cannot', trip(3, dock=1.5)),
    ("tables", "trips: T0001 stands there twice", twice("trips")),
    ("tables", "supply: LOT-1 stands there twice", twice("supply")),
    ("tables", "there is no stop 3", line(1, 4, stop=3)),
    ("tables", 'names the trip "T0009" that is not there', leg(1, 2, trip_id="T0009")),
    ("vehicle", 'no row "F-9"', trip(2, fleet_id="F-9")),
    ("vehicle", "F-1#03 is none of the 2 vehicles", trip(2, vehicle_id="F-1#03")),
    ("vehicle", "F-1#00 is none of the 2 vehicles", trip(2, vehicle_id="F-1#00")),
    ("vehicle", "F-1#02 is none of the 1 vehicles", context(fleet_factor=0.99)),
    ("vehicle", "is a truck on water, F-1 has type truck on road", trip(2, mode="water")),
    ("overlap", "leaves at 1.7022 h, before its trip T0001 ends", plan(lambda t: shift(t, "T0003", -600))),
    ("overlap", "is number 1 of F-1#01, expected 2", trip(3, sequence=1)),
    ("overlap", "before its trip T0001 ends at 1.8689", trip(2, vehicle_id="F-1#1", sequence=3)),
    ("shift", "leaves at 0.3167 h, F-1 may from 0.3333 h", both(trip(2, depart_h=hours(1140)), leg(2, 0, depart_h=hours(1140)))),
    ("shift", "leaves at 0.1667 h, F-2 may from 0.2 h", region("fleet", "F-2", available_from_h=0.2)),
    ("shift", "ends at 1.9733 h, F-2 must by 1.97 h", region("fleet", "F-2", available_to_h=1.97)),
    ("shift", "ends at 6.0461 h, F-1 must by 6.0 h", plan(lambda t: shift(t, "T0003", 13_000))),
    ("timeline", "start of unloading at stop 1", stop(2, 1, unload_start_h=3.4)),
    ("timeline", "ends at 2.0 h, its last event is at 1.9733 h", trip(4, end_h=2.0)),
    ("timeline", "departs at 3.1833 h, the vehicle is free at 3.2 h", leg(2, 1, depart_h=hours(11_460))),
    ("timeline", "trip or stop say 3.415 h", leg(2, 1, arrive_h=3.45)),
    ("timeline", "the trip says 0.35 h", trip(2, depart_h=0.35)),
    ("timeline", "has the stops [2]", both(stop(3, 1, stop=2), line(3, 1, stop=2))),
    ("load_lines", "is pick 3, expected 2", line(4, 2, pick=3)),
    ("load_lines", "carries 0 units", line(4, 2, quantity=0)),
    ("load_lines", "is for S-1, the stop is at S-3", line(4, 2, site_id="S-1")),
    ("load_lines", 'there is no item "rope"', line(4, 2, item="rope")),
    ("load_lines", 'there is no site "S-9"', both(stop(4, 1, site_id="S-9"))),
    ("load_lines", "nothing is unloaded", drop("load_lines", trip_id="T0003")),
    ("weights", "trip T0001: says 780 kg, the lines come to 790 kg", trip(1, weight_kg=780.0)),
    ("weights", "says 3.4002 m3", trip(1, volume_m3=3.4002)),
    ("weights", "trip T0001 stop 2: says 90.002 kg", stop(1, 2, weight_kg=90.002)),
    ("weights", "pick 2: says 101 kg", line(1, 2, weight_kg=101.0)),
    ("weights", "pick 2: says 0.3 m3", line(1, 2, volume_m3=0.3)),
    ("capacity", "carries 790.000 kg, a truck at most 789.000", region("vehicle_types", "truck", payload_kg=789.0)),
    ("capacity", "carries 1.1200 m3, a boat at most 1.1000", region("vehicle_types", "boat", volume_m3=1.1)),
    ("source", 'no source "W-9"', trip(3, source_id="W-9")),
    ("source", "W-4 is only a candidate", trip(3, source_id="W-4")),
    ("source", "W-3 is a community point and loads no vehicle", trip(3, source_id="W-3")),
    ("source", "loads at 0.5 h, W-1 is mobilised at 0.5167 h", region("warehouses", "W-1", mobilisation_min=31.0)),
    ("loading_time", "loads 5.000 kg at W-2 in 604 s, it takes 605.0 s", trip(3, load_end_h=hours(8106))),
    ("docks", "2 vehicles load at 0.8858 h (T0001, T0004), it has 1 docks", plan(lambda t: shift(t, "T0004", -1))),
    ("docks", "trip T0004 is at dock 2, it has the docks 1 to 1", trip(4, dock=2)),
    ("docks", "both at dock 1", both(region("warehouses", "W-1", docks=2), plan(lambda t: shift(t, "T0004", -1)))),
    ("unloading_time", "in 604 s, it takes 605.0 s", both(stop(3, 1, unload_end_h=hours(8765)), trip(3, end_h=hours(8765)))),
    ("supply", "says 41 water at Mill from 3.0 h", row("supply", {"lot_id": "M-1@1"}, quantity=41)),
    ("supply", "there are 40 water at Mill from 3.0 h", row("supply", {"lot_id": "M-1@1"}, available_h=2.5)),
    ("supply", 'expiring "2026-08-02"; there are', row("supply", {"lot_id": "LOT-1"}, expires_on="2026-08-02")),
    ("supply", "supply M-1@2: 10 water at Mill are left out", drop("supply", lot_id="M-1@2")),
    ("supply", "there is no such lot", row("supply", {"lot_id": "LOT-4"}, lot_id="LOT-9")),
    ("supply", "supply LOT-7: is listed but", row("supply", {"lot_id": "LOT-4"}, lot_id="LOT-7")),
    ("supply", "supply LOT-8: is listed but", row("supply", {"lot_id": "LOT-4"}, lot_id="LOT-8")),
    ("supply", "there are 32 water", region("suppliers", "M-1", ramp_per_h=32.0)),
    ("supply", "there are 55 water at Mill from 1.0 h", region("suppliers", "M-1", ramp_per_h=np.nan, reliability=0.55)),
    ("lot", 'there is no lot "LOT-9"', line(3, 1, lot_id="LOT-9")),
    ("lot", 'there is no lot "M-2@0"', line(3, 1, lot_id="M-2@0")),
    ("lot", "takes water of lot LOT-5 at Mill, the lot is water at W-3", line(2, 1, lot_id="LOT-5")),
    ("lot", "takes quilt of lot LOT-4 at W-2, the lot is torch at W-2", line(3, 1, item="quilt")),
    ("expired", "lot LOT-7 could be used up to 2026-07-04, the day is 2026-07-05", line(4, 1, lot_id="LOT-7")),
    ("expired", "lot LOT-5 could be used up to", region("lots", "LOT-5", expires_on=YESTERDAY)),
    ("expired", "lot M-1@1 could be used up to", region("suppliers", "M-1", contract_end=YESTERDAY)),
    ("over_issue", "lot LOT-3: 170 quilt are issued, there are 169", region("lots", "LOT-3", quantity=169)),
    ("over_issue", "lot LOT-6: 20 quilt are issued, there are 0", region("lots", "LOT-6", quantity=0)),
    ("over_issue", "lot M-1@1: 20 water are issued, there are 19", region("suppliers", "M-1", reliability=0.59)),
    ("over_issue", "lot M-1@9: 20 water are issued, there are 0", line(2, 2, lot_id="M-1@9")),
    ("available", "takes lot M-1@1 at 2.9997 h, it is ready at 3.0 h", plan(lambda t: shift(t, "T0002", -1))),
    ("fefo", "150 water of lot LOT-1 stay, which expire on 2026-08-01, it on 2027-01-01", line(1, 1, lot_id="LOT-2")),
    ("fefo", "it on no day", region("lots", "LOT-2", expires_on=None)),
    ("local_issue", "hands out 0 units", row("local_issues", {"lot_id": "LOT-5"}, quantity=0)),
    ("local_issue", "is at 1.0 h", row("local_issues", {"lot_id": "LOT-5"}, hour=1.0)),
    ("local_issue", "W-2 is no existing community point", row("local_issues", {}, warehouse_id="W-2")),
    ("local_issue", "serves place P-C, the site is in P-B", row("local_issues", {}, site_id="S-1")),
    ("local_issue", 'there is no site "S-9"', row("local_issues", {}, site_id="S-9")),
    ("legs", "has the legs [0], expected [0, 1]", drop("legs", trip_id="T0003", leg=1)),
    ("legs", "goes from F-1 to W-2, expected from S-2 to W-2", leg(3, 0, from_id="F-1")),
    ("legs", "goes from S-1 to S-2, expected from S-2 to S-1", both(stop(1, 1, site_id="S-2"), stop(1, 2, site_id="S-1"))),
    ("route", "link L2 cannot be driven from node A", leg(1, 1, links="L2")),
    ("route", "link L6 cannot be driven from node B", leg(1, 2, links="L6")),
    ("route", "link L9 cannot be driven from node B", leg(1, 2, links="L9")),
    ("route", "ends at node B, the nearest to its end is C", leg(1, 2, links="")),
    ("route", "ends at node C, the nearest to its end is B", leg(1, 1, links="L1 L2")),
    ("route", "site S-3 does not touch what a boat moves on", region("sites", "S-3", wharf=False)),
    ("route", "site S-3 does not touch what a boat moves on", region("sites", "S-3", lat=31.615)),
    ("closed_link", "link L2 is closed to a truck from B to C", close("truck", "L2", "B")),
    ("closed_link", "link L4 is closed to a boat from A to D", close("boat", "L4", "A")),
    ("closed_link", "link L3 is closed to a truck from B to D", leg(1, 2, links="L3 L3 L2")),
    ("drive_time", "W-2 to S-1 in 53 s, it takes 53.4 s", both(leg(3, 1, arrive_h=hours(8160)), stop(3, 1, arrive_h=hours(8160)))),
    ("drive_time", "in 774 s, it takes 2214.3 s", leg(1, 1, links="L1 L2 L6")),
    ("distance", "W-1 to S-3 is 15.100 km, it is 15.222 km", both(leg(4, 1, km=15.1), trip(4, drive_km=15.211))),
    ("drive_totals", "says 20.600 km, its legs come to 20.556 km", trip(1, drive_km=20.6)),
    ("drive_totals", "says 1600 s of driving, its legs come to 1575 s", trip(1, drive_h=hours(1600))),
    ("demand", "says a need of 101, it is 100", row("demand", {"site_id": "S-1", "item": "quilt"}, need=101)),
    ("demand", "says 9 delivered", row("demand", {"site_id": "S-1", "item": "torch"}, delivered=9)),
    ("demand", "need - delivered is 5", row("demand", {"site_id": "S-2", "item": "torch"}, unmet=0)),
    ("demand", "100 are delivered, more than the need of 99", context(people={**PEOPLE, "S-1": 99})),
    ("demand", "says 0.2 per person", row("demand", {"item": "torch"}, quantity_per_person=0.2)),
    ("demand", "essential True;", row("demand", {"item": "torch"}, essential=True)),
    ("demand", "says 50 people in P-B", row("demand", {"site_id": "S-2"}, place="P-B")),
    ("demand", "demand S-4 torch: the row is missing", drop("demand", site_id="S-4", item="torch")),
    ("demand", "10 units are brought, nothing is needed", drop("demand", site_id="S-1", item="torch")),
    ("demand", "no such site or no such item", row("demand", {"site_id": "S-4", "item": "torch"}, item="rope")),
    ("coverage", "site S-1: says 33 people at 2.0 h, 32 are", row("coverage", {"site_id": "S-1", "hour": 2.0}, supplied=33)),
    ("coverage", "says None people at 3.5 h, 20 are", drop("coverage", site_id="S-2", hour=3.5)),
    ("coverage", "at 2.5 h, which nobody asks for", row("coverage", {"site_id": "S-4", "hour": 2.0}, hour=2.5)),
    ("curve", "says 153 people, 152 are supplied", row("curve", {"hour": 3.0}, supplied=153)),
    ("curve", "says a share of 0.77, it is 0.7600", row("curve", {"hour": 3.0}, share=0.77)),
    ("curve", "curve hour 3.0: the row is missing", drop("curve", hour=3.0)),
    ("curve", "falls from 170 to 167 people", row("curve", {"hour": 3.5}, supplied=170)),
    ("targets", "says 161 of 190 people", row("targets", {"id": "most-3h30"}, supplied=161)),
    ("targets", "there are 160 of 190 people without 10", row("targets", {"id": "most-3h30"}, exempt_people=0)),
    ("targets", "says a share of 0.8, it is 0.8421", row("targets", {"id": "most-3h30"}, share=0.8)),
    ("targets", "says met True, 160 of 190 people against 0.9 is False", row("targets", {"id": "most-3h30"}, required=0.9)),
    ("targets", "has 1 rows, there are 2 targets", drop("targets", id="all-6h")),
    ("reported", "says [159, 190] people, [160, 190] are", figures(supplied_by_target=(159, 190))),
    ("reported", "hour 0.0: says 1 people", figures(supplied_by_hour=((0.0, 1),))),
    ("reported", "hour 6.0: says None people", figures(supplied_by_hour=((0.0, 0),))),
    ("reported", "says 529.4600, the plan comes to 529.4389", figures(person_hours=529.46)),
    ("isolated", "site S-4: 10 people whom no vehicle can reach", drop("isolated", site_id="S-4")),
    ("isolated", "is called isolated, boat can bring", row("isolated", {}, site_id="S-3", people=40)),
    ("isolated", "is called isolated, truck can bring", row("isolated", {}, site_id="S-2", people=50)),
    ("isolated", "says 11 people, there are 10", row("isolated", {}, people=11)),
    ("isolated", "40 people whom no vehicle can reach", region("fleet", "F-2", number=0)),
    ("isolated", "there is no such site", row("isolated", {}, site_id="S-9")),
]  # fmt: skip


@pytest.mark.parametrize(("rule", "words", "mutate"), MUTATIONS, ids=[f"{m[0]}: {m[1]}" for m in MUTATIONS])
def test_a_broken_rule_is_reported(rule: str, words: str, mutate: Mutation) -> None:
    """The rule broken by hand is reported under its name, with ids and numbers."""
    found = [str(violation) for violation in mutate(sound()).check().violations if violation.rule == rule]
    assert any(words in message for message in found), found


def test_every_rule_is_broken_at_least_once() -> None:
    """A new rule comes with a plan that breaks it."""
    assert {rule for rule, _, _ in MUTATIONS} == set(RULES)


ALONE = [
    ("fefo", line(1, 1, lot_id="LOT-2")),
    ("capacity", region("vehicle_types", "truck", payload_kg=789.0)),
    ("closed_link", close("truck", "L2", "B")),
    ("shift", region("fleet", "F-2", available_to_h=1.97)),
    ("loading_time", trip(3, load_end_h=hours(8106))),
    ("docks", plan(lambda tables: shift(tables, "T0004", -1))),
    ("weights", trip(1, weight_kg=780.0)),
    ("reported", figures(supplied_by_target=(159, 190))),
]


@pytest.mark.parametrize(("rule", "mutate"), ALONE, ids=[rule for rule, _ in ALONE])
def test_nothing_else_is_reported(rule: str, mutate: Mutation) -> None:
    """A fault in one thing is not reported as a fault in others."""
    mutated = mutate(sound()).check()
    assert {violation.rule for violation in mutated.violations} <= {rule, "coverage", "curve"} - (
        set() if rule == "docks" else {"coverage", "curve"}
    )


ALLOWED: list[tuple[str, Mutation]] = [
    ("a load exactly at the payload", region("vehicle_types", "truck", payload_kg=790.0)),
    ("a load exactly at the volume", region("vehicle_types", "boat", volume_m3=1.12)),
    ("a lot used up to its last unit", both(region("lots", "LOT-4", quantity=10), row("supply", {"lot_id": "LOT-4"}, quantity=10))),
    ("a lot on its last day", both(region("lots", "LOT-1", expires_on=dt.date(2026, 7, 5)), row("supply", {"lot_id": "LOT-1"}, expires_on="2026-07-05"))),
    ("an agreement on its last day", region("suppliers", "M-1", contract_end=dt.date(2026, 7, 5))),
    ("an end at the very end of the shift", region("fleet", "F-2", available_to_h=hours(7104))),
    ("a link that is closed the other way only", close("truck", "L2", "C")),
    ("a wait at home before the first leg", both(trip(2, depart_h=0.5, arrive_h=hours(2547)), leg(2, 0, depart_h=0.5, arrive_h=hours(2547)))),
    ("a wait after loading", both(leg(3, 1, depart_h=hours(8110), arrive_h=hours(8164)), stop(3, 1, arrive_h=hours(8164), unload_start_h=hours(8164), unload_end_h=hours(8769)), trip(3, end_h=hours(8769)))),
    ("a vehicle id with more digits", row("trips", {"vehicle_id": "F-1#01"}, vehicle_id="F-1#001")),
    ("a batch past the need left out after the horizon", both(region("suppliers", "M-1", activation_h=1.0, quantity=10_000, reliability=0.009))),
    ("a fleet factor above one", context(fleet_factor=1.5)),
]  # fmt: skip


@pytest.mark.parametrize(("name", "mutate"), ALLOWED, ids=[name for name, _ in ALLOWED])
def test_the_allowed_case_beside_the_forbidden(name: str, mutate: Mutation) -> None:
    """What just keeps a rule is no violation."""
    assert not mutate(sound()).check().violations, name


def test_a_site_that_shares_its_pocket_with_a_store_may_be_called_isolated_or_not() -> None:
    """No vehicle reaches the pocket, but stock stands in it: neither word is false."""
    case = both(region("warehouses", "W-2", lon=116.7, lat=31.451))(sound())
    for mutate in (both(), drop("isolated", site_id="S-4")):
        rules = {violation.rule for violation in mutate(case).check().violations}
        assert "route" in rules
        assert "isolated" not in rules
