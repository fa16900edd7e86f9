"""Roads that change during a plan: the states one after another, and what stays open from one to the next."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from routing.closures import Pick, RoadState, state_of_roads
from routing.road_network import Floats, Indices, RoadNetwork

EdgeSeconds = Mapping[str, Floats]
"""Seconds of every directed edge (E,) by vehicle type, infinite where the type cannot pass."""


@dataclass(frozen=True, eq=False)
class RoadPeriod:
    """The roads from `start_s`, seconds after the dispatch order, until the next period starts."""

    start_s: int
    state: RoadState

    def of_edges(self, edges: Indices) -> RoadPeriod:
        """The same period of these edges, in this order."""
        return replace(self, state=self.state.of_edges(edges))


def road_periods(
    network: RoadNetwork, picks: Sequence[Pick], horizon_s: int, *, road_factor: float = 1.0
) -> tuple[RoadPeriod, ...]:
    """Give the roads of a plan period by period; the first starts at 0.

    A new one starts wherever a closure begins or ends between the dispatch order and the horizon.
    """
    changes = {second for pick in picks for second in pick.closure.seconds if 0 < second < horizon_s}
    periods: list[RoadPeriod] = []
    for start in (0, *sorted(int(second) for second in changes)):
        acting = [pick for pick in picks if pick.closure.seconds[0] <= start < pick.closure.seconds[1]]
        periods.append(RoadPeriod(start, state_of_roads(network, acting, road_factor=road_factor)))
    return tuple(periods)


def always(state: RoadState) -> tuple[RoadPeriod, ...]:
    """One state of the roads for a whole plan."""
    return (RoadPeriod(0, state),)


@dataclass(frozen=True)
class OpenRoads:
    """What is open, and how fast, during all of a stretch of time.

    `seconds` are the most that each edge takes in any period of the stretch, so that a leg that keeps within
    it is never on an edge that closes before the leg ends, nor held up by one that gets slower.
    """

    from_s: int
    until_s: int
    seconds: EdgeSeconds


def open_roads(
    starts_s: Sequence[int], seconds: Sequence[EdgeSeconds], horizon_s: int
) -> Iterator[OpenRoads]:
    """Give the stretches of one or more periods that legs can make use of, the whole plan first.

    A stretch is left out when a longer one around it has the same roads. Roads that only reopen, or only
    close, so give one stretch a change besides the whole plan.
    """
    ends_s = [*starts_s[1:], horizon_s]
    count = len(starts_s)
    whole = seconds[0]
    for later in seconds[1:]:
        whole = _slower(whole, later)
    yield OpenRoads(0, horizon_s, whole)
    for first in range(count):
        slowest = seconds[first]
        for last in range(first, count):
            slowest = _slower(slowest, seconds[last]) if last > first else slowest
            beside = [period for period in (first - 1, last + 1) if 0 <= period < count]
            if beside and all(_is_slower(seconds[period], slowest) for period in beside):
                yield OpenRoads(starts_s[first], ends_s[last], slowest)


def _slower(some: EdgeSeconds, others: EdgeSeconds) -> EdgeSeconds:
    return {kind: np.maximum(seconds, others[kind]) for kind, seconds in some.items()}


def _is_slower(some: EdgeSeconds, than: EdgeSeconds) -> bool:
    """Whether any edge takes longer, or is closed, for any type."""
    return any(bool((seconds > than[kind]).any()) for kind, seconds in some.items())
