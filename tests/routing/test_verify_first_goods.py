"""Rules of first goods: each is broken by hand and must be reported."""

from __future__ import annotations

import pandas as pd
import pytest
from verify_fixture import frame
from verify_mutations import Case, Mutation, both, context, drop, plan, region, row, said, sound, stop

from routing.verify import FirstGoodsPromise

PROMISES = (
    FirstGoodsPromise("county-1h30", "district", 5400, 0.5),
    FirstGoodsPromise("city-6h", "city", 21_600, 1.0),
)
# Goods of the district store W-1: T0001 to S-1 by 5,264 s and to S-2 by 6,728 s, the boat T0004 to S-3 by
# 7,104 s. S-2 lies in a community of the township P-B with S-1; nothing reaches S-4, the only site of P-E.
PLACES = (
    ("P", "district", ""),
    ("P-B", "township", "P"),
    ("P-C", "community", "P-B"),
    ("P-D", "community", "P"),
    ("P-E", "township", "P"),
)


def with_first_goods(case: Case) -> Case:
    """Return the sound plan with its tables of first goods, and the promises that it answers."""
    tables = {
        "first_goods": frame(
            "id level hours required townships reached share exempt_townships last_h judged met source",
            ("county-1h30", "district", 1.5, 0.5, 2, 1, 0.5, 1, 1.9733, True, True, "assumed"),
            ("city-6h", "city", 6.0, 1.0, 2, 0, 0.0, 1, None, False, False, "assumed"),
        ),
        "first_arrivals": frame(
            "target township people first_h source_id trip_id site_id exempt in_time",
            ("county-1h30", "P-B", 150, 1.4622, "W-1", "T0001", "S-1", False, True),
            ("county-1h30", "P-D", 40, 1.9733, "W-1", "T0004", "S-3", False, False),
            ("county-1h30", "P-E", 10, None, "", "", "", True, False),
            *(
                ("city-6h", unit, people, None, "", "", "", unit == "P-E", False)
                for unit, people in (("P-B", 150), ("P-D", 40), ("P-E", 10))
            ),
        ),
    }
    places = frame("id level parent", *PLACES)
    whole = case.context.region.replace(places=places)
    return both(
        plan(lambda plan_tables: {**plan_tables, **tables}), context(region=whole, first_goods=PROMISES)
    )(case)


def missing(table: str) -> Mutation:
    """Leave a whole table out."""
    return plan(lambda tables: {name: rows for name, rows in tables.items() if name != table})


def test_a_sound_plan_with_first_goods_passes() -> None:
    """No rule is broken, and the tables are the same when they are read back from text."""
    assert with_first_goods(sound()).check().violations == ()


def test_without_a_promise_nothing_is_asked_for() -> None:
    """A plan without promises of first goods needs no such tables; rows that nobody promised are reported."""
    assert sound().check().violations == ()
    unasked = both(with_first_goods, context(first_goods=()))(sound()).check()
    assert [violation.rule for violation in unasked.violations] == ["first_goods"]


COUNTY = {"id": "county-1h30"}
NORTH = {"target": "county-1h30", "township": "P-B"}
EAST = {"target": "county-1h30", "township": "P-D"}
RULE = "first_goods"
MUTATIONS: list[tuple[str, str, Mutation]] = [
    (RULE, "lists ['city-6h'], promised are", drop("first_goods", id="county-1h30")),
    (RULE, "county-1h30 P-D: the row is missing", drop("first_arrivals", **EAST)),
    (RULE, "county-1h30 P-C: is no affected township", row("first_arrivals", NORTH, township="P-C")),
    (
        RULE,
        "says first goods at 1.4 h, the first are unloaded at 1.4622 h",
        row("first_arrivals", NORTH, first_h=1.4),
    ),
    (RULE, "says first goods at never, the first are", row("first_arrivals", EAST, first_h=None)),
    (RULE, "says 151 people and exempt False, it is 150", row("first_arrivals", NORTH, people=151)),
    (RULE, "says 40 people and exempt True, it is 40 and False", row("first_arrivals", EAST, exempt=True)),
    (RULE, "says in time True, due is 1.5 h", row("first_arrivals", EAST, in_time=True)),
    (RULE, "says trip T0002 from W-1 to S-1, which does not", row("first_arrivals", NORTH, trip_id="T0002")),
    (RULE, "says trip T0001 from W-2 to S-1, which does not", row("first_arrivals", NORTH, source_id="W-2")),
    (RULE, "says 2 of 2 townships without 1 exempt, there are 1", row("first_goods", COUNTY, reached=2)),
    (RULE, "says 1 of 3 townships without 1 exempt", row("first_goods", COUNTY, townships=3)),
    (RULE, "says 1 of 2 townships without 0 exempt", row("first_goods", COUNTY, exempt_townships=0)),
    (RULE, "says a share of 1, it is 0.5000", row("first_goods", COUNTY, share=1.0)),
    (
        RULE,
        "says the last has its first goods at 1.4622 h, it is 1.9733 h",
        row("first_goods", COUNTY, last_h=1.4622),
    ),
    (
        RULE,
        "says judged True, a city warehouse with goods is False",
        row("first_goods", {"id": "city-6h"}, judged=True),
    ),
    (RULE, "says judged False, a district warehouse", row("first_goods", COUNTY, judged=False)),
    (RULE, "says met False, 1 of 2 against 0.5 is True", row("first_goods", COUNTY, met=False)),
    (RULE, "says 0.5 from city, promised are 0.5 from district", row("first_goods", COUNTY, level="city")),
    (RULE, "says 0.4 from district, promised are 0.5", row("first_goods", COUNTY, required=0.4)),
    # what the plan or the region says changes, and the tables with it would have to
    (RULE, "county-1h30 P-B: says first goods at 1.4622 h", stop(1, 1, unload_end_h=1.5)),
    (RULE, "the first are unloaded at never", region("warehouses", "W-1", level="city")),
    (RULE, "first goods city-6h: says judged False", region("warehouses", "W-1", level="city")),
    (RULE, "county-1h30 P-D: is no affected township", region("places", "P-D", parent="P-B")),
]


@pytest.mark.parametrize(("rule", "words", "mutate"), MUTATIONS, ids=[m[1] for m in MUTATIONS])
def test_a_broken_rule_is_reported(rule: str, words: str, mutate: Mutation) -> None:
    """What is changed by hand is reported with ids and numbers."""
    found = said(both(with_first_goods, mutate), rule)
    assert any(words in message for message in found), found


def test_people_counted_for_a_promise_of_first_goods_keep_nothing() -> None:
    """The same row of people is met under a name of its own, and not under that of such a promise."""
    for met, faults in ((True, 1), (False, 0)):
        counted = row("targets", {"id": "all-6h"}, id="city-6h", met=met)
        found = said(both(with_first_goods, counted), "targets")
        assert sum("says met True, people are only counted" in message for message in found) == faults
        assert len(found) == faults


def test_lost_or_expired_stock_does_not_lift_a_promise() -> None:
    """A store whose lots are all lost is still judged: nothing of it comes, and the promise is missed."""
    lots = sound().context.region.lots
    gone = lots.assign(quantity=0)

    def lose(case: Case) -> Case:
        return context(region=case.context.region.replace(lots=gone))(case)

    found = said(both(with_first_goods, lose), "first_goods")
    assert not any("judged" in message for message in found)


@pytest.mark.parametrize("table", ["first_goods", "first_arrivals"])
def test_a_table_that_is_promised_must_be_there(table: str) -> None:
    """Leaving it out is a violation of the tables."""
    found = said(both(with_first_goods, missing(table)), "tables")
    assert any(table in message for message in found)


def test_a_row_written_twice_is_reported() -> None:
    """Keys are unique there, too."""

    def double(tables: dict[str, pd.DataFrame]) -> dict[str, pd.DataFrame]:
        rows = tables["first_arrivals"]
        return {**tables, "first_arrivals": pd.concat([rows, rows.head(1)])}

    assert any(
        "stands there twice" in message for message in said(both(with_first_goods, plan(double)), "tables")
    )
