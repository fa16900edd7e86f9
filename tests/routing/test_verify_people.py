"""Rules of demand, hand-out and reported figures: each is broken by hand and must be reported."""

from __future__ import annotations

import pytest
from verify_fixture import PEOPLE
from verify_mutations import (
    Mutation,
    context,
    drop,
    figures,
    row,
    said,
)

MUTATIONS: list[tuple[str, str, Mutation]] = [
    ("demand", "says a need of 101, it is 100", row("demand", {"site_id": "S-1", "item": "quilt"}, need=101)),
    ("demand", "says 9 delivered", row("demand", {"site_id": "S-1", "item": "torch"}, delivered=9)),
    ("demand", "need - delivered is 5", row("demand", {"site_id": "S-2", "item": "torch"}, unmet=0)),
    ("demand", "100 are delivered, more than the need of 99", context(people={**PEOPLE, "S-1": 99})),
    ("demand", "says 0.2 per person", row("demand", {"item": "torch"}, quantity_per_person=0.2)),
    ("demand", "essential True;", row("demand", {"item": "torch"}, essential=True)),
    ("demand", "says 50 people in P-B", row("demand", {"site_id": "S-2"}, place="P-B")),
    ("demand", "demand S-4 torch: the row is missing", drop("demand", site_id="S-4", item="torch")),
    ("demand", "10 units are brought, nothing is needed", drop("demand", site_id="S-1", item="torch")),
    (
        "demand",
        "no such site or no such item",
        row("demand", {"site_id": "S-4", "item": "torch"}, item="rope"),
    ),
    (
        "coverage",
        "site S-1: says 33 people at 2.0 h, 32 are",
        row("coverage", {"site_id": "S-1", "hour": 2.0}, supplied=33),
    ),
    ("coverage", "says None people at 3.5 h, 20 are", drop("coverage", site_id="S-2", hour=3.5)),
    (
        "coverage",
        "at 2.5 h, which nobody asks for",
        row("coverage", {"site_id": "S-4", "hour": 2.0}, hour=2.5),
    ),
    ("curve", "says 153 people, 152 are supplied", row("curve", {"hour": 3.0}, supplied=153)),
    ("curve", "says a share of 0.77, it is 0.7600", row("curve", {"hour": 3.0}, share=0.77)),
    ("curve", "curve hour 3.0: the row is missing", drop("curve", hour=3.0)),
    ("curve", "falls from 170 to 167 people", row("curve", {"hour": 3.5}, supplied=170)),
    ("targets", "says 161 of 190 people", row("targets", {"id": "most-3h30"}, supplied=161)),
    (
        "targets",
        "without 0 exempt at 3.5 h, there are 160 of 190 without 10",
        row("targets", {"id": "most-3h30"}, exempt_people=0),
    ),
    ("targets", "says a share of 0.8, it is 0.8421", row("targets", {"id": "most-3h30"}, share=0.8)),
    (
        "targets",
        "says met True, 160 of 190 people against 0.9 is False",
        row("targets", {"id": "most-3h30"}, required=0.9),
    ),
    ("targets", "has 1 rows, there are 2 targets", drop("targets", id="all-6h")),
    ("reported", "says [159, 190] people, [160, 190] are", figures(supplied_by_target=(159, 190))),
    ("reported", "hour 0.0: says 1 people", figures(supplied_by_hour=((0.0, 1),))),
    ("reported", "hour 6.0: says None people", figures(supplied_by_hour=((0.0, 0),))),
    ("reported", "says 529.4600, the plan comes to 529.4389", figures(person_hours=529.46)),
]


@pytest.mark.parametrize(("rule", "words", "mutate"), MUTATIONS, ids=[f"{m[0]}: {m[1]}" for m in MUTATIONS])
def test_a_broken_rule_is_reported(rule: str, words: str, mutate: Mutation) -> None:
    """The rule broken by hand is reported under its name, with ids and numbers."""
    found = said(mutate, rule)
    assert any(words in message for message in found), found
