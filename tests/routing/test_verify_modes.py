"""Rules of types that fly or walk: each is broken by hand and must be reported.

The boat of T0004 (base at A, W-1 at A to S-3 at D) becomes an aircraft, a drone or a porter in turn.
"""

from __future__ import annotations

import pytest
from verify_fixture import small_network
from verify_mutations import Mutation, both, leg, region, roads, row, said, sound, trip

from routing.closures import Closure, apply_closures

FLIGHT = both(
    region("vehicle_types", "boat", mode="air"),
    region("warehouses", "W-1", helipad=True),
    region("sites", "S-3", landing=True),
    trip(4, mode="air"),
    leg(4, 1, links=""),
)
"""11.120 km straight instead of 15 km of river; slower than it need be."""

BY_DRONE = both(
    region("vehicle_types", "boat", mode="drone", range_km=12.0),
    region("sites", "S-4", lat=31.4),  # 14.7 km from W-2 and Mill
    trip(4, mode="drone"),
    leg(4, 1, links=""),
)

ON_FOOT = both(
    region("vehicle_types", "boat", mode="porter", cruise_kph=30.0, range_km=23.0, wade_depth_m=0.4),
    trip(4, mode="porter", drive_km=22.333),
    leg(4, 1, links="L1 L3", km=22.222),
)
"""A runner, so that the hours of the plan stay; 0.4 m of water stand on L3."""

FLOOD = Closure("flood", links=frozenset({"L3"}), depth_m=0.4)
BRIDGE = Closure("bridge-down", links=frozenset({"L5"}))
LANDSLIDE = Closure("landslide", links=frozenset({"L1"}))


def closed(*closures: Closure) -> Mutation:
    """Put the roads into this state."""
    return roads(state=apply_closures(small_network(), closures))


MUTATIONS: list[tuple[str, str, Mutation]] = [
    ("landing", "site S-3 is no landing point", both(FLIGHT, region("sites", "S-3", landing=False))),
    ("landing", "source W-1 is no landing", both(FLIGHT, region("warehouses", "W-1", helipad=False))),
    ("route", "flies and uses no link, not L4", both(FLIGHT, leg(4, 1, links="L4"))),
    (
        "range",
        "the leg is 11.120 km, a boat 11 km at most",
        both(FLIGHT, region("vehicle_types", "boat", range_km=11.0)),
    ),
    (
        "drive_time",
        "in 2754 s, it takes 2859.3 s",
        both(FLIGHT, region("vehicle_types", "boat", cruise_kph=14.0)),
    ),
    (
        "distance",
        "is 11.000 km, it is 11.120 km",
        both(FLIGHT, leg(4, 1, km=11.0), trip(4, drive_km=11.111)),
    ),
    ("isolated", "called isolated, boat can", both(FLIGHT, region("sites", "S-4", landing=True))),
    ("isolated", "40 people whom no vehicle", both(FLIGHT, region("sites", "S-3", landing=False))),
    ("range", "the leg is 11.120 km", both(BY_DRONE, region("vehicle_types", "boat", range_km=11.1))),
    (
        "isolated",
        "is called isolated, boat can bring",
        both(BY_DRONE, region("vehicle_types", "boat", range_km=15.0)),
    ),
    (
        "closed_link",
        "link L3 is closed to a boat from B to D",
        both(ON_FOOT, region("vehicle_types", "boat", wade_depth_m=0.39)),
    ),
    ("closed_link", "link L4 is closed to a boat from A to D", both(ON_FOOT, leg(4, 1, links="L4"))),
    ("range", "the leg is 22.222 km", both(ON_FOOT, region("vehicle_types", "boat", range_km=22.0))),
    (
        "drive_time",
        "in 2754 s, it takes 2758.6 s",
        both(ON_FOOT, region("vehicle_types", "boat", cruise_kph=29.0)),
    ),
    ("isolated", "is called isolated, boat can bring", both(ON_FOOT, closed(FLOOD))),
    (
        "range",
        "S-2 is not within one leg of a truck from W-1",
        both(
            region("vehicle_types", "truck", mode="porter", cruise_kph=50.0, range_km=15.0),
            row("trips", {"vehicle_type": "truck"}, mode="porter"),
        ),
    ),
]


@pytest.mark.parametrize(("rule", "words", "mutate"), MUTATIONS, ids=[f"{m[0]}: {m[1]}" for m in MUTATIONS])
def test_a_broken_rule_is_reported(rule: str, words: str, mutate: Mutation) -> None:
    """The rule broken by hand is reported under its name, with ids and numbers."""
    found = said(mutate, rule)
    assert any(words in message for message in found), found


ALLOWED: list[tuple[str, Mutation]] = [
    ("a flight between landing points", FLIGHT),
    ("a flight just within range", both(FLIGHT, region("vehicle_types", "boat", range_km=11.12))),
    ("a drone without landing points", BY_DRONE),
    ("porters through water they may wade", ON_FOOT),
    ("porters over a closed road", both(ON_FOOT, closed(FLOOD, BRIDGE, LANDSLIDE))),
]


@pytest.mark.parametrize(("name", "mutate"), ALLOWED, ids=[name for name, _ in ALLOWED])
def test_the_allowed_case_beside_the_forbidden(name: str, mutate: Mutation) -> None:
    """What just keeps a rule is no violation."""
    assert not mutate(sound()).check().violations, name
