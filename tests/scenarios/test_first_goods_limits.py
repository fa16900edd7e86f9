"""How soon first goods can be anywhere, by the name of each promise, and without which limit."""

from __future__ import annotations

from dataclasses import replace
from types import SimpleNamespace
from typing import Any, cast

import numpy as np
import pandas as pd
import pytest

from routing.problem import DispatchProblem, FirstGoods, OnSite, Supply, Yards
from scenarios.finish import _beaten_bounds
from scenarios.first_goods_limits import first_goods_limits, soonest_of
from scenarios.gaps import Lifted, lifted_problems
from scenarios.result import Bound
from scenarios.schema import Scenario

STOP_S = 60


def two_promises(near_due_s: int = 9000, far_due_s: int = 1000) -> DispatchProblem:
    """A truck called out after 600 s at W0, which is 300 s from the village S0; W1 is 1200 s away.

    W1 owes its goods by `far_due_s` and W0 by `near_due_s`.
    """
    none, zero, one = (np.full(n, v, dtype=np.int64) for n, v in ((0, 0), (2, 0), (1, 1)))
    # points: W0, W1, S0, the base at W0
    ways = np.array([[0.0, 1200, 300, 0], [1200, 0, 1200, 1200], [300, 1200, 0, 300], [0, 1200, 300, 0]])[
        None
    ]
    township = np.array([0])
    promises = [
        FirstGoods(near_due_s, np.array([True, False]), township),
        FirstGoods(far_due_s, np.array([False, True]), township),
    ]
    return DispatchProblem(
        source_ids=("W0", "W1"),
        site_ids=("S0",),
        item_ids=("water",),
        vehicle_ids=("V0",),
        type_ids=("truck",),
        people=np.array([10]),
        handout_per_s=np.ones(1),
        per_person=np.ones(1),
        essential=np.ones(1, dtype=np.bool_),
        weight_kg=np.ones(1),
        volume_m3=np.full(1, 0.01),
        need=np.array([[10]]),
        supply=Supply(("L0", "L1"), np.arange(2), zero, np.full(2, 10), zero, ("", "")),
        on_site=OnSite((), (), none, none, none),
        docks=np.ones(2, dtype=np.int64),
        dock_kg_per_s=np.ones(2),
        source_ready_s=np.zeros(2, dtype=np.int64),
        vehicle_type=np.array([0]),
        vehicle_base=np.array([3]),
        vehicle_ready_s=np.array([600]),
        vehicle_until_s=np.array([86_400]),
        vehicle_source=np.array([-1]),
        vehicle_returns=np.array([False]),
        vehicle_drive_s=np.array([np.inf]),
        yards=Yards(one + 2, one - 1, 600 * one, 86_400 * one, -one, one < 0, np.array([np.inf])),
        type_mode=("road",),
        payload_kg=np.full(1, 1000.0),
        load_volume_m3=np.full(1, 10.0),
        stop_s=np.array([STOP_S]),
        unload_kg_per_s=np.ones(1),
        cost_per_km=np.zeros(1),
        cost_per_h=np.zeros(1),
        travel_s=ways,
        travel_m=ways,
        target_s=(9000,),
        horizon_s=86_400,
        first_goods=tuple(sorted(promises, key=lambda promise: promise.due_s)),
    )


def promised(near_due_s: int = 9000, far_due_s: int = 1000) -> Scenario:
    """A scenario that lists the promise of W0 first, whenever it is due."""
    due = {"near": near_due_s, "far": far_due_s}
    scenario = SimpleNamespace(first_goods_targets={"near": "near", "far": "far"}, due_s=due.__getitem__)
    return cast("Scenario", scenario)


@pytest.mark.parametrize("due", [(9000, 1000), (1000, 9000)])
def test_each_promise_keeps_its_seconds_in_whatever_order_they_are_due(due: tuple[int, int]) -> None:
    """600 s of call-out, two stops, and the way: over W1 it is 2400 s."""
    found = soonest_of(promised(*due), two_promises(*due))
    assert found == {"near": {"S0": 900 + 2 * STOP_S}, "far": {"S0": 3000 + 2 * STOP_S}}


def test_a_vehicle_that_cannot_bring_the_goods_makes_nothing_possible() -> None:
    """It loads elsewhere, carries no unit, or is off duty by then."""
    problem = two_promises()
    for change in (
        {"vehicle_source": np.array([1])},
        {"weight_kg": np.full(1, 2000.0)},
        {"vehicle_until_s": np.array([1000])},
    ):
        assert soonest_of(promised(), replace(problem, **cast("Any", change)))["near"]["S0"] == np.inf
    at_its_end = replace(problem, vehicle_until_s=np.array([900 + 2 * STOP_S]))
    assert soonest_of(promised(), at_its_end)["near"]["S0"] == 900 + 2 * STOP_S


def test_limits_are_lifted_where_a_township_is_too_far() -> None:
    """Goods of W1 need 3120 s: without call-out 2520, with no way at all 720; docks play no part."""
    problem = two_promises(far_due_s=2600)
    limits = first_goods_limits(promised(far_due_s=2600), problem, lifted_problems(problem, {}))
    far = {cause: seconds["far"]["S0"] for cause, seconds in limits.without.items()}
    assert far == {"stock": 3120, "callout": 2520, "fleet": 3120, "distance": 720}


def test_nothing_is_lifted_where_all_can_be_in_time() -> None:
    """Problems without a limit are large."""

    def refuse() -> DispatchProblem:
        raise AssertionError

    problem = two_promises(far_due_s=3120)
    limits = first_goods_limits(promised(far_due_s=3120), problem, [Lifted("stock", refuse)])
    assert limits.without == {}


def test_first_goods_sooner_than_is_possible_are_told() -> None:
    """At the second is possible, sooner is not, nor is any where none can ever come."""
    rows = [("in time", 1.0, 1.0), ("sooner", 0.99, 1.0), ("never", 5.0, None), ("none came", None, 1.0)]
    arrivals = pd.DataFrame(
        [("p", *row) for row in rows], columns=["target", "township", "first_h", "soonest_h"]
    )
    tables = {
        "targets": pd.DataFrame({"id": ["t"], "supplied": [5]}),
        "first_arrivals": arrivals,
    }
    beaten = list(_beaten_bounds(tables, 10.0, Bound((5,), 10.0, 0.0)))
    assert [line.split(" are at ")[1].split(" sooner")[0] for line in beaten] == ["sooner", "never"]
    assert list(_beaten_bounds({**tables, "first_arrivals": arrivals.iloc[:1]}, 10.0, Bound((4,), 10.0, 0.0)))
