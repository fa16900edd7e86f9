"""When first goods can be at each site at the soonest, and which limit alone keeps them too late."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from routing.first_goods import soonest_first_goods_s
from routing.problem import DispatchProblem, Floats
from scenarios.gaps import Lifted
from scenarios.schema import Scenario

Soonest = Mapping[str, Mapping[str, float]]
"""Second before which no plan unloads goods at a site, infinite for never: by promise and site."""

NO_PART = ("docks", "handout")
"""Limits that play no part in how soon the first goods can be there."""


@dataclass(frozen=True)
class FirstGoodsLimits:
    """What holds of any plan.

    `without` is the same in the situation without one limit each, by cause and in the order in which causes
    are named; empty where nobody asked why.
    """

    soonest_s: Soonest
    without: Mapping[str, Soonest] = field(default_factory=dict)


def first_goods_limits(
    scenario: Scenario, problem: DispatchProblem, lifted: Iterable[Lifted] = ()
) -> FirstGoodsLimits:
    """The seconds as things stand and, where some township is too far for its promise, without each limit."""
    soonest_s = soonest_first_goods_s(problem)
    without = {
        limit.cause: _named(scenario, problem.site_ids, soonest_first_goods_s(limit.problem()))
        for limit in (lifted if _some_are_too_far(problem, soonest_s) else ())
        if limit.cause not in NO_PART
    }
    return FirstGoodsLimits(_named(scenario, problem.site_ids, soonest_s), without)


def _named(scenario: Scenario, site_ids: Sequence[str], soonest_s: Floats) -> Soonest:
    """Seconds (F, J) by promise and site."""
    # a problem has its promises in the order in which they fall due
    names = sorted(
        scenario.first_goods_targets, key=lambda name: scenario.due_s(scenario.first_goods_targets[name])
    )
    return {
        name: dict(zip(site_ids, seconds, strict=True))
        for name, seconds in zip(names, soonest_s.tolist(), strict=True)
    }


def _some_are_too_far(problem: DispatchProblem, soonest_s: Floats) -> bool:
    """Whether no goods can be in time at some township that counts, of a level that has warehouses."""
    for promise, seconds in zip(problem.first_goods, soonest_s, strict=True):
        in_time = np.unique(promise.township[seconds <= promise.due_s])
        counted = np.unique(promise.township[problem.reachable & (promise.township >= 0)])
        if promise.source.any() and not np.isin(counted, in_time).all():
            return True
    return False
