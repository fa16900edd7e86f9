"""Rules of vehicles, legs and reach: each is broken by hand and must be reported."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from verify_fixture import hours, shift, small_context
from verify_mutations import (
    Mutation,
    both,
    close,
    drop,
    leg,
    line,
    plan,
    region,
    roads,
    row,
    said,
    slow,
    sound,
    stop,
    trip,
    twice,
)

NO_BOAT = both(
    region("fleet", "F-2", available_from_h=7.0, available_to_h=np.nan),
    roads(edge_seconds={"truck": small_context().roads[0].edge_seconds["truck"]}),
)

NOT_BACK = region("fleet", "F-2", return_required=False)

WAY_BACK = {"trip_id": "T0004", "leg": 2, "from_id": "S-3", "to_id": "F-2", "links": "L4", "via": ""}


def returning(back_s: int, leave_s: int = 7104, **values: object) -> Mutation:
    """The boat must return: 26.69 s from the site to D, 2,700 s on the river to its base on node A."""
    way = {**WAY_BACK, "depart_h": hours(leave_s), "arrive_h": hours(back_s), "km": 15.111, **values}
    with_leg = plan(lambda tables: {**tables, "legs": pd.concat([tables["legs"], pd.DataFrame([way])])})
    totals = trip(4, drive_km=15.333 + 15.111, drive_h=hours(2781 + back_s - leave_s))
    return both(region("fleet", "F-2", return_required=True), with_leg, totals)


BACK_S = 7104 + 2727

OPEN_AT_LAST = slow("truck", "L5", "C", 288.0, from_s=21_599)
"""The bridge to the site that is cut off opens in the last second of the plan."""

MUTATIONS: list[tuple[str, str, Mutation]] = [
    ("load_at", "loads at W-1, F-2 only at Mill", region("fleet", "F-2", load_at="Mill")),
    ("load_at", "trip T0003: loads at W-2, F-1 only at W-1", region("fleet", "F-1", load_at="W-1")),
    ("return", "must return to F-2, no way back", region("fleet", "F-2", return_required=True)),
    ("legs", "has the legs [0, 1], expected [0, 1, 2]", region("fleet", "F-2", return_required=True)),
    (
        "return",
        "back at F-2 at 2.7308 h, it must be at F-2 by 2.73 h",
        both(returning(BACK_S), region("fleet", "F-2", available_to_h=2.73)),
    ),
    ("return", "is back at W-1", returning(BACK_S, to_id="W-1")),
    ("legs", "has the legs [0, 1, 2], expected [0, 1]", both(returning(BACK_S), NOT_BACK)),
    ("drive_time", "S-3 to F-2 in 2726 s, it takes 2726.7 s", returning(BACK_S - 1)),
    ("route", "ends at node D, the nearest to its end is A", returning(BACK_S, links="")),
    (
        "closed_link",
        "link L4 is closed to a boat from D to A",
        both(returning(BACK_S), close("boat", "L4", "D")),
    ),
    ("timeline", "departs at 1.9731 h, the vehicle is free", returning(BACK_S - 1, 7103)),
    ("driving", "F-1#01 drives 0.6675 h, F-1 at most 0.667222 h", region("fleet", "F-1", max_drive_h=0.6672)),
    (
        "driving",
        "F-2#01 drives 1.53 h, F-2 at most 1.52972 h",
        both(returning(BACK_S), region("fleet", "F-2", max_drive_h=1.5297)),
    ),
    ("tables", "legs: the table is missing", plan(lambda t: {k: v for k, v in t.items() if k != "legs"})),
    ("tables", "stops: lacks site_id", plan(lambda t: {**t, "stops": t["stops"].drop(columns="site_id")})),
    ("tables", 'trips row 3: dock = "?" cannot', trip(3, dock="?")),
    ("tables", 'dock = "1.5" cannot', trip(3, dock=1.5)),
    ("tables", "trips: T0001 stands there twice", twice("trips")),
    ("tables", "supply: LOT-1 stands there twice", twice("supply")),
    ("tables", "there is no stop 3", line(1, 4, stop=3)),
    ("tables", 'names the trip "T0009" that is not there', leg(1, 2, trip_id="T0009")),
    ("vehicle", 'no row "F-9"', trip(2, fleet_id="F-9")),
    ("vehicle", "F-1#03 is none of the 2 vehicles", trip(2, vehicle_id="F-1#03")),
    ("vehicle", "F-1#00 is none of the 2 vehicles", trip(2, vehicle_id="F-1#00")),
    ("vehicle", "F-1#02 is none of the 1 vehicles", region("fleet", "F-1", number=1)),
    (
        "vehicle",
        "F-1#001 is none of",
        row("trips", {"vehicle_id": "F-1#01"}, vehicle_id="F-1#001"),
    ),
    ("vehicle", "is a truck on water, F-1 has type truck on road", trip(2, mode="water")),
    ("overlap", "leaves at 1.7022 h, before its trip T0001 ends", plan(lambda t: shift(t, "T0003", -600))),
    ("overlap", "is number 1 of F-1#01, expected 2", trip(3, sequence=1)),
    (
        "overlap",
        "F-1#01 leaves at 0.3333 h, before its trip T0003 ends at 2.435 h",
        trip(2, vehicle_id="F-1#01", sequence=3),
    ),
    (
        "shift",
        "leaves at 0.3167 h, F-1 may from 0.3333 h",
        both(trip(2, depart_h=hours(1140)), leg(2, 0, depart_h=hours(1140))),
    ),
    ("shift", "leaves at 0.1667 h, F-2 may from 0.2 h", region("fleet", "F-2", available_from_h=0.2)),
    ("shift", "ends at 1.9733 h, F-2 must by 1.97 h", region("fleet", "F-2", available_to_h=1.97)),
    ("shift", "F-2 may from 7.0 h", NO_BOAT),
    ("isolated", "40 people whom no vehicle can reach", NO_BOAT),
    ("shift", "ends at 6.0461 h, F-1 must by 6.0 h", plan(lambda t: shift(t, "T0003", 13_000))),
    ("timeline", "start of unloading at stop 1", stop(2, 1, unload_start_h=3.4)),
    ("timeline", "ends at 2.0 h, its last event is at 1.9733 h", trip(4, end_h=2.0)),
    ("timeline", "departs at 3.1833 h, the vehicle is free at 3.2 h", leg(2, 1, depart_h=hours(11_460))),
    ("timeline", "trip or stop say 3.415 h", leg(2, 1, arrive_h=3.45)),
    ("timeline", "the trip says 0.35 h", trip(2, depart_h=0.35)),
    ("timeline", "has the stops [2]", both(stop(3, 1, stop=2), line(3, 1, stop=2))),
    ("legs", "has the legs [0], expected [0, 1]", drop("legs", trip_id="T0003", leg=1)),
    ("legs", "goes from F-1 to W-2, expected from S-2 to W-2", leg(3, 0, from_id="F-1")),
    (
        "legs",
        "goes from S-1 to S-2, expected from S-2 to S-1",
        both(stop(1, 1, site_id="S-2"), stop(1, 2, site_id="S-1")),
    ),
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
    (
        "drive_time",
        "W-2 to S-1 in 53 s, it takes 53.4 s",
        both(leg(3, 1, arrive_h=hours(8160)), stop(3, 1, arrive_h=hours(8160))),
    ),
    ("drive_time", "in 774 s, it takes 2213.4 s", leg(1, 1, links="L1 L2 L6")),
    (
        "distance",
        "W-1 to S-3 is 15.100 km, it is 15.222 km",
        both(leg(4, 1, km=15.1), trip(4, drive_km=15.211)),
    ),
    ("drive_totals", "says 20.600 km, its legs come to 20.556 km", trip(1, drive_km=20.6)),
    ("drive_totals", "says 1600 s of driving, its legs come to 1575 s", trip(1, drive_h=hours(1600))),
    ("isolated", "site S-4: 10 people whom no vehicle can reach", drop("isolated", site_id="S-4")),
    ("isolated", "is called isolated, boat can bring", row("isolated", {}, site_id="S-3", people=40)),
    ("isolated", "is called isolated, truck can bring", row("isolated", {}, site_id="S-2", people=50)),
    ("isolated", "says 11 people, there are 10", row("isolated", {}, people=11)),
    ("isolated", "there is no such site", row("isolated", {}, site_id="S-9")),
]


@pytest.mark.parametrize(("rule", "words", "mutate"), MUTATIONS, ids=[f"{m[0]}: {m[1]}" for m in MUTATIONS])
def test_a_broken_rule_is_reported(rule: str, words: str, mutate: Mutation) -> None:
    """The rule broken by hand is reported under its name, with ids and numbers."""
    found = said(mutate, rule)
    assert any(words in message for message in found), found


# T0003 drives L6 from 6,728 s to 7,502 s; L2 is driven until 6,038 s and from 11,520 s to 12,294 s.
CHANGING: list[tuple[str, str, Mutation]] = [
    ("closed_link", "trip T0003 leg 0: link L6 is closed", close("truck", "L6", "C", until_s=6729)),
    ("closed_link", "trip T0003 leg 0: link L6 is closed", close("truck", "L6", "C", from_s=7501)),
    ("closed_link", "trip T0003 leg 0", close("truck", "L6", "C", from_s=7000, until_s=7001)),
    ("closed_link", "trip T0002 leg 1: link L2 is closed", close("truck", "L2", "B", from_s=6038)),
    ("drive_time", "S-2 to W-2 in 774 s, it takes 774.4 s", slow("truck", "L6", "C", 721.0, until_s=6729)),
    (
        "drive_time",
        "S-2 to W-2 in 774 s, it takes 793.4 s",
        slow("truck", "L6", "C", 740.0, from_s=7000, until_s=7001),
    ),
    (
        "closed_link",
        "link L4 is closed to a boat from A to D",
        close("boat", "L4", "A", from_s=4000, until_s=4001),
    ),
    ("isolated", "is called isolated, truck can", both(OPEN_AT_LAST, row("isolated", {}, people=10))),
]


@pytest.mark.parametrize(("rule", "words", "mutate"), CHANGING, ids=[f"{m[0]}: {m[1]}" for m in CHANGING])
def test_a_rule_broken_by_roads_that_change_is_reported(rule: str, words: str, mutate: Mutation) -> None:
    """A link must be open, and its seconds be taken, in every period that the leg touches."""
    found = said(mutate, rule)
    assert any(words in message for message in found), found


ALLOWED: list[tuple[str, Mutation]] = [
    ("a link that reopens as the leg begins", close("truck", "L6", "C", until_s=6728)),
    ("a link that closes as the leg ends", close("truck", "L6", "C", from_s=7502)),
    ("a link that is closed between two legs", close("truck", "L2", "B", from_s=6038, until_s=11_520)),
    ("a link that is slow before and after", slow("truck", "L6", "C", 9000.0, until_s=6728)),
    ("a site that is cut off after its last drop only", close("truck", "L2", "B", from_s=12_294)),
    ("loading at the only place", region("fleet", "F-2", load_at="W-1")),
    ("back at the very end", both(returning(BACK_S), region("fleet", "F-2", available_to_h=hours(BACK_S)))),
    ("all of the driving allowed", region("fleet", "F-1", max_drive_h=hours(1575 + 828))),
    (
        "all of the driving allowed, the way back included",
        both(returning(BACK_S), region("fleet", "F-2", max_drive_h=hours(2781 + 2727))),
    ),
    ("a wait before the way back", returning(BACK_S + 60, 7164)),
    ("an end at the very end of the shift", region("fleet", "F-2", available_to_h=hours(7104))),
    ("a link that is closed the other way only", close("truck", "L2", "C")),
    (
        "a wait at home before the first leg",
        both(trip(2, depart_h=0.5, arrive_h=hours(2547)), leg(2, 0, depart_h=0.5, arrive_h=hours(2547))),
    ),
    (
        "a wait after loading",
        both(
            leg(3, 1, depart_h=hours(8110), arrive_h=hours(8164)),
            stop(3, 1, arrive_h=hours(8164), unload_start_h=hours(8164), unload_end_h=hours(8769)),
            trip(3, end_h=hours(8769)),
        ),
    ),
]


@pytest.mark.parametrize(("name", "mutate"), ALLOWED, ids=[name for name, _ in ALLOWED])
def test_the_allowed_case_beside_the_forbidden(name: str, mutate: Mutation) -> None:
    """What just keeps a rule is no violation."""
    assert not mutate(sound()).check().violations, name


def test_stock_in_the_same_pocket_does_not_end_isolation() -> None:
    """No vehicle reaches the pocket: its site is isolated though a store stands in it."""
    case = both(region("warehouses", "W-2", lon=116.7, lat=31.451))(sound())
    assert "isolated" not in {violation.rule for violation in case.check().violations}
    unlisted = drop("isolated", site_id="S-4")(case)
    assert "isolated" in {violation.rule for violation in unlisted.check().violations}


def test_a_region_without_vehicles_or_stock_isolates_nobody() -> None:
    """Who gets nothing for lack of vehicles is short, not cut off: the roads decide."""
    case = region("fleet", "F-2", number=0)(sound())
    assert "isolated" not in {violation.rule for violation in case.check().violations}


CUT_OFF: list[tuple[str, tuple[str, ...], Mutation]] = [
    ("the boat loads where it cannot come", ("S-3",), region("fleet", "F-2", load_at="Mill")),
    ("the boat cannot come back", ("S-3",), both(returning(BACK_S), close("boat", "L4", "D"))),
    ("the boat need not come back", (), close("boat", "L4", "D")),
    ("trucks load nowhere but where they are", (), region("fleet", "F-1", load_at="W-1")),
]


@pytest.mark.parametrize(("name", "cut", "mutate"), CUT_OFF, ids=[name for name, _, _ in CUT_OFF])
def test_who_is_cut_off_by_the_rules_of_the_fleet(name: str, cut: tuple[str, ...], mutate: Mutation) -> None:
    """A site counts as cut off when the only vehicles that could come may not load or not come back."""
    found = [message for message in said(mutate, "isolated") if "whom no vehicle can reach" in message]
    assert [message.split()[2].rstrip(":") for message in found] == list(cut), name
