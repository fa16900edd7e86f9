"""Late loads by hand: what one dock loads before the target and sites still hand out."""

from __future__ import annotations

import numpy as np
import pytest
from dispatch_samples import Item, Kind, Site, Source, Vehicle, build

from routing.late_loads import STEP_S, Goods, late_kg
from routing.problem import Floats

GOODS = [Goods(0, np.array([0]))]


def late(*, docks: int = 1, per_s: float = 1e6, drive_s: int = 300) -> Floats:
    """One vehicle for 160 kg: 600 s of stop, 1 kg/s at the dock, 1 kg/s at the site."""
    problem = build(
        sources=[Source(0, (99,), docks=docks, kg_per_s=1.0)],
        sites=[Site(drive_s, 99, per_s=per_s)],
        items=[Item(weight_kg=1.0)],
        kinds=[Kind(payload_kg=160.0, stop_s=600, unload_kg_per_s=1.0)],
        vehicles=[Vehicle()],
    )
    return late_kg(problem, GOODS)[0]


def test_nothing_is_handed_out_before_a_load_can_be_there() -> None:
    """Two stops and the drive take 1,500 s; 25 minutes before the target nothing helps any more."""
    kg = late()
    assert kg[1500 // STEP_S - 1] == 0.0
    assert kg[1500 // STEP_S + 2] > 0.0
    assert (np.diff(kg) >= 0).all()


def test_a_full_load_takes_its_whole_time() -> None:
    """1,500 s and twice 160 s for a whole load; a second one leaves the dock 760 s later."""
    kg = late()
    steps = 1820 // STEP_S
    assert kg[steps - 4] < 160.0 <= kg[steps + 1]
    assert kg[steps + 10] < 320.0 <= kg[steps + 1 + 760 // STEP_S + 1]


def test_docks_load_side_by_side() -> None:
    """Three docks load three times as much."""
    assert late(docks=3) == pytest.approx(3 * late())


def test_the_site_hands_out_no_faster_than_it_can() -> None:
    """0.01 kg/s from 1,500 s before the target on: 6 kg in 600 s, and what rounding to steps adds."""
    kg = late(per_s=0.01)
    assert 6.0 <= kg[2100 // STEP_S] <= 6.0 + 0.01 * 4 * STEP_S + 1e-9


def test_who_cannot_come_brings_nothing() -> None:
    """Without a way to any site nothing is handed out."""
    problem = build(sources=[Source(0, (9,))], sites=[Site(300, 9)])
    cut = np.where(np.eye(3) > 0, 0.0, np.inf)[None]
    assert not late_kg(build(sources=[Source(0, (9,))], sites=[Site(300, 9)], travel_s=cut), GOODS).any()
    assert late_kg(problem, GOODS).any()
