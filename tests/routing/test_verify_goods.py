"""Rules of loads, docks and stock: each is broken by hand and must be reported."""

from __future__ import annotations

import datetime as dt

import numpy as np
import pytest
from verify_fixture import hours, shift
from verify_mutations import (
    YESTERDAY,
    Mutation,
    both,
    drop,
    line,
    plan,
    region,
    row,
    said,
    sound,
    stop,
    trip,
)

MUTATIONS: list[tuple[str, str, Mutation]] = [
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
    (
        "capacity",
        "carries 790.000 kg, a truck at most 789.000",
        region("vehicle_types", "truck", payload_kg=789.0),
    ),
    ("capacity", "carries 1.1200 m3, a boat at most 1.1000", region("vehicle_types", "boat", volume_m3=1.1)),
    ("source", 'no source "W-9"', trip(3, source_id="W-9")),
    ("source", "W-4 is only a candidate", trip(3, source_id="W-4")),
    ("source", "W-3 is a community point and loads no vehicle", trip(3, source_id="W-3")),
    (
        "source",
        "loads at 0.5 h, W-1 is mobilised at 0.5167 h",
        region("warehouses", "W-1", mobilisation_min=31.0),
    ),
    ("loading_time", "loads 5.000 kg at W-2 in 604 s, it takes 605.0 s", trip(3, load_end_h=hours(8106))),
    (
        "docks",
        "2 vehicles load at 0.8858 h (T0001, T0004), it has 1 docks",
        plan(lambda t: shift(t, "T0004", -1)),
    ),
    ("docks", "trip T0004 is at dock 2, it has the docks 1 to 1", trip(4, dock=2)),
    (
        "docks",
        "both at dock 1",
        both(region("warehouses", "W-1", docks=2), plan(lambda t: shift(t, "T0004", -1))),
    ),
    (
        "unloading_time",
        "in 604 s, it takes 605.0 s",
        both(stop(3, 1, unload_end_h=hours(8765)), trip(3, end_h=hours(8765))),
    ),
    ("supply", "says 41 water at Mill from 3.0 h", row("supply", {"lot_id": "M-1@1"}, quantity=41)),
    ("supply", "there are 40 water at Mill from 3.0 h", row("supply", {"lot_id": "M-1@1"}, available_h=2.5)),
    (
        "supply",
        'expiring "2026-08-02"; there are',
        row("supply", {"lot_id": "LOT-1"}, expires_on="2026-08-02"),
    ),
    ("supply", "supply M-1@2: 10 water at Mill are left out", drop("supply", lot_id="M-1@2")),
    ("supply", "there is no such lot", row("supply", {"lot_id": "LOT-4"}, lot_id="LOT-9")),
    ("supply", "supply LOT-7: is listed but", row("supply", {"lot_id": "LOT-4"}, lot_id="LOT-7")),
    ("supply", "supply LOT-8: is listed but", row("supply", {"lot_id": "LOT-4"}, lot_id="LOT-8")),
    ("supply", "there are 32 water", region("suppliers", "M-1", ramp_per_h=32.0)),
    (
        "supply",
        "there are 55 water at Mill from 1.0 h",
        region("suppliers", "M-1", ramp_per_h=np.nan, reliability=0.55),
    ),
    ("lot", 'there is no lot "LOT-9"', line(3, 1, lot_id="LOT-9")),
    ("lot", 'there is no lot "M-2@0"', line(3, 1, lot_id="M-2@0")),
    ("lot", "takes water of lot LOT-5 at Mill, the lot is water at W-3", line(2, 1, lot_id="LOT-5")),
    ("lot", "takes quilt of lot LOT-4 at W-2, the lot is torch at W-2", line(3, 1, item="quilt")),
    (
        "expired",
        "lot LOT-7 could be used up to 2026-07-04, the day is 2026-07-05",
        line(4, 1, lot_id="LOT-7"),
    ),
    ("expired", "lot LOT-5 could be used up to", region("lots", "LOT-5", expires_on=YESTERDAY)),
    ("expired", "lot M-1@1 could be used up to", region("suppliers", "M-1", contract_end=YESTERDAY)),
    ("over_issue", "lot LOT-3: 170 quilt are issued, there are 169", region("lots", "LOT-3", quantity=169)),
    ("over_issue", "lot LOT-6: 20 quilt are issued, there are 0", region("lots", "LOT-6", quantity=0)),
    (
        "over_issue",
        "lot M-1@1: 20 water are issued, there are 19",
        region("suppliers", "M-1", reliability=0.59),
    ),
    ("over_issue", "lot M-1@9: 20 water are issued, there are 0", line(2, 2, lot_id="M-1@9")),
    ("available", "takes lot M-1@1 at 2.9997 h, it is ready at 3.0 h", plan(lambda t: shift(t, "T0002", -1))),
    (
        "fefo",
        "150 water of lot LOT-1 stay, which expire on 2026-08-01, it on 2027-01-01",
        line(1, 1, lot_id="LOT-2"),
    ),
    ("fefo", "it on no day", both(region("lots", "LOT-2", expires_on=None), line(1, 1, lot_id="LOT-2"))),
    ("local_issue", "hands out 0 units", row("local_issues", {"lot_id": "LOT-5"}, quantity=0)),
    ("local_issue", "is at 1.0 h", row("local_issues", {"lot_id": "LOT-5"}, hour=1.0)),
    ("local_issue", "W-2 is no existing community point", row("local_issues", {}, warehouse_id="W-2")),
    ("local_issue", "serves place P-C, the site is in P-B", row("local_issues", {}, site_id="S-1")),
    ("local_issue", 'there is no site "S-9"', row("local_issues", {}, site_id="S-9")),
]


@pytest.mark.parametrize(("rule", "words", "mutate"), MUTATIONS, ids=[f"{m[0]}: {m[1]}" for m in MUTATIONS])
def test_a_broken_rule_is_reported(rule: str, words: str, mutate: Mutation) -> None:
    """The rule broken by hand is reported under its name, with ids and numbers."""
    found = said(mutate, rule)
    assert any(words in message for message in found), found


ALLOWED: list[tuple[str, Mutation]] = [
    ("a load exactly at the payload", region("vehicle_types", "truck", payload_kg=790.0)),
    ("a load exactly at the volume", region("vehicle_types", "boat", volume_m3=1.12)),
    (
        "a lot used up to its last unit",
        both(region("lots", "LOT-4", quantity=10), row("supply", {"lot_id": "LOT-4"}, quantity=10)),
    ),
    (
        "a lot on its last day",
        both(
            region("lots", "LOT-1", expires_on=dt.date(2026, 7, 5)),
            row("supply", {"lot_id": "LOT-1"}, expires_on="2026-07-05"),
        ),
    ),
    ("an agreement on its last day", region("suppliers", "M-1", contract_end=dt.date(2026, 7, 5))),
    ("a count of 90 reached another way", region("suppliers", "M-1", quantity=10_000, reliability=0.009)),
]


@pytest.mark.parametrize(("name", "mutate"), ALLOWED, ids=[name for name, _ in ALLOWED])
def test_the_allowed_case_beside_the_forbidden(name: str, mutate: Mutation) -> None:
    """What just keeps a rule is no violation."""
    assert not mutate(sound()).check().violations, name
