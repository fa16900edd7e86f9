"""Every limit of the flow model on its own: bounds of small situations worked out by hand."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pytest
from dispatch_samples import (
    Item,
    Kind,
    Site,
    Source,
    Vehicle,
    build,
    with_spells,
)

from routing.allocation import allocate
from routing.problem import DispatchProblem

PERSON_SLACK = 1e-5
SECONDS_SLACK = 1e-3
PLENTY = 1e9


def bound(*, target_s: int = 3600, **tables: Sequence[object]) -> float:
    """Bound on people by one target."""
    (found,) = allocate(build(target_s=(target_s,), horizon_s=10_000, **tables)).supplied_bound
    return found


FAST = [Kind(payload_kg=PLENTY, volume_m3=PLENTY, stop_s=60, unload_kg_per_s=PLENTY)]
"""A vehicle that is never the limit."""

DOCK = PLENTY
"""Loading that is never the limit."""


def test_no_more_people_than_stock() -> None:
    """7 units for 10 people; 10 units at 3 a person make 3 1/3 baskets."""
    sites = [Site(300, 10)]
    assert bound(sources=[Source(0, (7,), kg_per_s=DOCK)], sites=sites, kinds=FAST) == pytest.approx(7)
    thirds = [Item(per_person=3.0)]
    found = bound(sources=[Source(0, (10,), kg_per_s=DOCK)], sites=sites, kinds=FAST, items=thirds)
    assert found == pytest.approx(10 / 3)


def test_no_more_people_than_complete_baskets() -> None:
    """10 waters and 4 blankets complete 4 baskets; blankets that are not essential do not count."""
    for essential, people in ((True, 4), (False, 10)):
        found = bound(
            sources=[Source(0, (10, 4), kg_per_s=DOCK)],
            sites=[Site(300, 10)],
            kinds=FAST,
            items=[Item(), Item(essential=essential)],
        )
        assert found == pytest.approx(people)


def test_stock_on_the_spot_adds_to_what_is_brought() -> None:
    """6 held and 2 in the warehouse: 8; with 9 held, no more than the 10 people."""
    sources = [Source(0, (2,), kg_per_s=DOCK)]
    for held, people in ((6, 8), (9, 10)):
        assert bound(sources=sources, sites=[Site(300, 10, held=(held,))], kinds=FAST) == pytest.approx(
            people
        )


def test_hand_out_begins_with_the_first_arrival() -> None:
    """60 s at the dock, 300 s of road, 60 s to unload, then one in 100 s: 10 by 1,420 s, none by 420 s."""
    tables = {"sources": [Source(0, (50,), kg_per_s=DOCK)], "sites": [Site(300, 50, per_s=0.01)]}
    assert bound(target_s=1420, kinds=FAST, **tables) == pytest.approx(10)
    assert bound(target_s=420, kinds=FAST, **tables) == 0.0


def test_docks_load_only_so_many_kilograms() -> None:
    """0.1 kg/s from 1,060 s until 360 s before the hour: 218 kg; two docks load twice that."""
    for docks, people in ((1, 21.8), (2, 43.6)):
        found = bound(
            sources=[Source(0, (99,), kg_per_s=0.1, ready_s=1000, docks=docks)],
            sites=[Site(300, 99)],
            vehicles=[Vehicle()] * 4,
            kinds=FAST,
        )
        assert found == pytest.approx(people)


def test_every_load_takes_a_dock_for_the_stop_too() -> None:
    """60 s and 100 s for 100 kg are 160 s a load; 3,600 s less 360 s of way are 20.25 loads of 10 units."""
    found = bound(
        sources=[Source(0, (999,), kg_per_s=1.0)],
        sites=[Site(300, 999)],
        vehicles=[Vehicle()] * 9,
        kinds=[replace(FAST[0], payload_kg=100.0)],
    )
    assert found == pytest.approx(202.5)


def test_a_late_batch_is_loaded_only_after_it_came() -> None:
    """5 units of 10 kg now, 90 from 2,000 s on: 60 s of stop, 0.5 kg/s until 360 s before the hour."""
    late = bound(
        sources=[Source(0, (5,), batches=((0, 90, 2000),), kg_per_s=0.5)],
        sites=[Site(300, 99)],
        vehicles=[Vehicle()] * 9,
        kinds=FAST,
    )
    assert late == pytest.approx(5 + 0.05 * (3600 - 360 - 2060))


def test_hand_out_of_a_late_batch_ends_with_the_target() -> None:
    """Ready 900 s before the target; 600 s each to load and to unload leave no time to hand anything out."""
    sources = [Source(0, (5,), batches=((0, 90, 2700),), kg_per_s=DOCK)]
    for stop_s, people in ((600, 5), (60, 95)):
        found = bound(sources=sources, sites=[Site(0, 99)], kinds=[replace(FAST[0], stop_s=stop_s)])
        assert found == pytest.approx(people)


def test_hand_out_waits_for_the_whole_basket() -> None:
    """Blankets come from next door, water only after 60 s at the dock, 1,000 s of road and 60 s to unload."""
    found = bound(
        sources=[Source(0, (99, 0), kg_per_s=DOCK), Source(-700, (0, 99), kg_per_s=DOCK)],
        sites=[Site(300, 99, per_s=0.01)],
        items=[Item(), Item()],
        vehicles=[Vehicle(), Vehicle(at=-700)],
        kinds=FAST,
    )
    assert found == pytest.approx(0.01 * (3600 - 1120))


def test_types_have_their_own_hours() -> None:
    """A large truck and a small one bring as much as each alone, on one way."""
    tables = {"sources": [Source(0, (999,), docks=9)], "sites": [Site(300, 999)]}
    kinds = [Kind(payload_kg=100.0), Kind(payload_kg=400.0, stop_s=120, unload_kg_per_s=1.0)]
    alone = [bound(kinds=kinds, vehicles=[Vehicle(kind=kind)], **tables) for kind in (0, 1)]
    both = bound(kinds=kinds, vehicles=[Vehicle(kind=0), Vehicle(kind=1)], **tables)
    assert both == pytest.approx(sum(alone))
    assert alone[1] == pytest.approx(3900 / ((600 + 240) / 400 + 0.1 + 1) / 10)


def test_a_full_vehicle_may_be_light() -> None:
    """Where 0.5 m3 hold 50 kg, a vehicle for 100 kg counts as one for 50 kg."""
    tables = {"sources": [Source(0, (999,), docks=9)], "sites": [Site(300, 999)]}
    kinds = [Kind(payload_kg=100.0, volume_m3=0.05)]
    assert bound(kinds=kinds, **tables) == pytest.approx(bound(kinds=[Kind(payload_kg=50.0)], **tables))


def test_vehicles_have_only_so_many_hours() -> None:
    """A round with 100 kg takes 740 s, and 300 s of way back are spared at the end.

    (3,600 + 300) s * 100 kg / (740 s * 10 kg) = 52.7 units; five rounds bring 50 in truth. A second vehicle
    adds as much, less the 500 s that it first drives.
    """
    tables = {"sources": [Source(0, (999,), docks=9)], "sites": [Site(300, 999)]}
    kinds = [Kind(payload_kg=100.0)]
    assert bound(kinds=kinds, **tables) == pytest.approx(3900 / 74)
    two = [Vehicle(), Vehicle(at=-200, ready_s=300)]
    assert bound(kinds=kinds, vehicles=two, **tables) == pytest.approx((3900 + 3400) / 74)
    short = [Vehicle(until_s=1000)]
    assert bound(kinds=kinds, vehicles=short, **tables) == pytest.approx(1300 / 74)


def test_batches_count_from_the_second_they_are_ready() -> None:
    """5 units now and 5 at 2,000 s: 5 people by 1,800 s, 10 by the hour."""
    sources = [Source(0, (5,), batches=((0, 5, 2000),), kg_per_s=DOCK)]
    for target_s, people in ((1800, 5), (3600, 10)):
        assert bound(target_s=target_s, sources=sources, sites=[Site(300, 99)], kinds=FAST) == pytest.approx(
            people
        )


def opening(at_s: int) -> DispatchProblem:
    """Sites 300 and 900 s from a source with goods for all; the last 600 s open only at a second."""
    problem = build(
        sources=[Source(0, (50,), kg_per_s=DOCK)],
        sites=[Site(300, 8), Site(900, 9, per_s=0.01)],
        kinds=FAST,
        target_s=(3600,),
        horizon_s=10_000,
    )
    shut = problem.travel_s.copy()
    shut[:, :, 2] = shut[:, 2, :] = np.inf
    return with_spells(replace(problem, travel_s=shut), (at_s, 10_000, problem.travel_s))


def test_who_lives_behind_a_road_that_opens_late_is_supplied_late() -> None:
    """A truck waits at the near site, drives 600 s from the opening on and stops 60 s.

    From 2,660 s on the 940 s to the hour are enough for nine; from 3,160 s on for 4.4; from 3,660 for nobody.
    """
    for opens_s, people in ((2000, 17.0), (2500, 8.0 + 4.4), (3000, 8.0)):
        assert allocate(opening(opens_s)).supplied_bound == pytest.approx((people,))


def test_only_people_whom_some_mode_reaches_count() -> None:
    """The second site is cut off; its stock on the spot supplies people whom the bound leaves out."""
    problem = build(
        sources=[Source(0, (50,), kg_per_s=DOCK)], sites=[Site(300, 8), Site(400, 9, held=(9,))], kinds=FAST
    )
    legs = problem.travel_s.copy()
    legs[:, :, 2] = np.inf
    assert allocate(replace(problem, travel_s=legs)).supplied_bound == pytest.approx((8.0,))


def test_when_nothing_moves_everybody_waits() -> None:
    """No vehicle, no stock, no people: the bound is the whole wait, or nothing to wait for."""
    idle = build(sources=[Source(0, (9,))], sites=[Site(1, 9)], vehicles=[], kinds=[])
    empty = build(sources=[Source(0, (0,))], sites=[Site(1, 9)])
    for problem in (idle, empty):
        allocation = allocate(problem)
        assert allocation.supplied_bound == (0.0,)
        assert allocation.person_seconds_bound == pytest.approx(9 * 7200, rel=2e-4)
    nobody = allocate(build(sources=[Source(0, (9,))], sites=[Site(1, 0)]))
    assert (nobody.supplied_bound, nobody.person_seconds_bound, len(nobody.flow.units)) == ((0.0,), 0.0, 0)


def test_the_bound_on_waiting_counts_whole_buckets() -> None:
    """Units for 8 of 9 people can be there within the first hour: surely one person waits to the end.

    The model lets the 8 be supplied from the start of that bucket, so one whole wait is all it proves.
    """
    problem = build(sources=[Source(0, (8,), kg_per_s=DOCK)], sites=[Site(300, 9)], kinds=FAST)
    found = allocate(problem).person_seconds_bound
    assert found <= 1 * 7200
    assert found == pytest.approx(7200, rel=2e-3)
