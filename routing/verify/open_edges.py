"""Edges that are open while a leg is driven: those of every period of the roads that it touches."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from routing.road_network import ROAD_CLASSES
from routing.verify.context import PlanContext
from routing.verify.facts import VehicleKind

Stretch = tuple[int, int]
"""First and last of the periods that follow one another, counted from 0."""


class OpenEdges:
    """Seconds of every edge over stretches of periods."""

    def __init__(self, context: PlanContext) -> None:
        self._network, self._roads = context.network, context.roads
        self._starts = [roads.start_s for roads in context.roads]
        self._found: dict[tuple[str, Stretch], NDArray[np.float64]] = {}

    @property
    def periods(self) -> list[Stretch]:
        """Every single period."""
        return [(number, number) for number in range(len(self._roads))]

    def knows(self, kind_id: str) -> bool:
        """Whether the type has a vehicle on duty, and so seconds by edge."""
        return kind_id in self._roads[0].edge_seconds

    def stretches(self, depart_s: int, arrive_s: int) -> Iterator[Stretch]:
        """The periods that a leg touches, then every longer stretch around them.

        A leg at one place touches the period of that second; one that ends when a period starts does not
        touch that period.
        """
        first = max(bisect_right(self._starts, depart_s) - 1, 0)
        last = max(bisect_left(self._starts, arrive_s) - 1, first)
        for longer in range(first, -1, -1):
            for later in range(last, len(self._roads)):
                yield longer, later

    def seconds(self, kind: VehicleKind, stretch: Stretch) -> NDArray[np.float64]:
        """Most seconds that each edge (E,) takes in any period of the stretch, infinite if it ever is shut.

        Those of porters are worked out from the state of the roads, not taken from the plan's side.
        """
        key = (kind.id, stretch)
        if key not in self._found:
            first, last = stretch
            by_period = [self._in_period(kind, number) for number in range(first, last + 1)]
            self._found[key] = np.max(by_period, axis=0)
        return self._found[key]

    def _in_period(self, kind: VehicleKind, number: int) -> NDArray[np.float64]:
        return self._on_foot(kind, number) if kind.walks else self._roads[number].edge_seconds[kind.id]

    def _on_foot(self, kind: VehicleKind, number: int) -> NDArray[np.float64]:
        """Seconds of every edge for a porter, infinite where nobody walks.

        Not on waterways, through water deeper than they wade, over closed bridges or through closed tunnels.
        """
        network, state = self._network, self._roads[number].state
        dry = (network.road_class != ROAD_CLASSES.index("waterway")) & (state.depth_m <= kind.wade_depth_m)
        broken = state.blocked & (network.bridge | network.tunnel)
        return np.where(dry & ~broken, network.length_m / kind.m_per_s, np.inf)
