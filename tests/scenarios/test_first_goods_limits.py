"""How soon first goods can be anywhere, by the name of each promise, and without which limit."""

from __future__ import annotations

from dataclasses import replace
from types import SimpleNamespace
from typing import Any, cast

import numpy as np
import pandas as pd
import pytest
from one_truck import STOP_S, one_truck

from routing.problem import DispatchProblem, FirstGoods
from scenarios.finish import _beaten_bounds
from scenarios.first_goods_limits import Soonest, first_goods_limits
from scenarios.gaps import Lifted, lifted_problems
from scenarios.result import Bound
from scenarios.schema import Scenario


def two_promises(near_due_s: int = 9000, far_due_s: int = 1000) -> DispatchProblem:
    """A truck called out after 600 s at W0, which is 300 s from the village S0; W1 is 1200 s away.

    W1 owes its goods by `far_due_s` and W0 by `near_due_s`.
    """
    # points: W0, W1, S0, the base at W0
    ways = [[0, 1200, 300, 0], [1200, 0, 1200, 1200], [300, 1200, 0, 300], [0, 1200, 300, 0]]
    township = np.array([0])
    promises = [
        FirstGoods(near_due_s, np.array([True, False]), township),
        FirstGoods(far_due_s, np.array([False, True]), township),
    ]
    problem = one_truck(np.array([ways], dtype=np.float64), stock=(10, 10))
    return replace(
        problem,
        vehicle_ready_s=np.array([600]),
        yards=replace(problem.yards, ready_s=np.array([600])),
        first_goods=tuple(sorted(promises, key=lambda promise: promise.due_s)),
    )


def promised(near_due_s: int = 9000, far_due_s: int = 1000) -> Scenario:
    """A scenario that lists the promise of W0 first, whenever it is due."""
    due = {"near": near_due_s, "far": far_due_s}
    scenario = SimpleNamespace(first_goods_targets={"near": "near", "far": "far"}, due_s=due.__getitem__)
    return cast("Scenario", scenario)


def soonest_of(scenario: Scenario, problem: DispatchProblem) -> Soonest:
    """The seconds as things stand."""
    return first_goods_limits(scenario, problem).soonest_s


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
