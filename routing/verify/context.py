"""What a plan must respect, and the figures that were reported about it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from routing.closures import RoadState
from routing.road_network import RoadNetwork
from stockpile.region import Region


@dataclass(frozen=True)
class RoadsInForce:
    """The roads from `start_s` until the next of them start.

    Attributes:
        start_s: Second after the dispatch order; 0 for the first.
        edge_seconds: Vehicle type id -> seconds of every directed edge (E,), infinite where it cannot pass;
            every type that has a vehicle on duty before the horizon. Only types that drive or float are
            looked up there.
        state: Closed and flooded edges, from which the ways of porters are worked out anew.
    """

    start_s: int
    edge_seconds: Mapping[str, NDArray[np.float64]]
    state: RoadState


@dataclass(frozen=True)
class FirstGoodsPromise:
    """A share of the affected townships has goods of a warehouse of the level by that second.

    `id` is that of its row in the table of first goods; `due_s` counts from the dispatch order.
    """

    id: str
    level: str
    due_s: int
    required: float


@dataclass(frozen=True)
class PlanContext:
    """The region, the damaged roads and the order that a plan answers.

    Attributes:
        region: Tables of the region after losses.
        network: Roads, with the directed edges that `edge_seconds` of `roads` counts.
        roads: What is open from when on, one after another.
        people: Affected people by site id.
        need: Columns item, quantity_per_person, essential.
        on: Day of the dispatch order.
        horizon_s: Last second of the plan.
        target_hours: Hours after the dispatch order of the targets, in the order of the targets table.
        first_goods: Promises of first goods, in the order of the table of first goods.
    """

    region: Region
    network: RoadNetwork
    roads: tuple[RoadsInForce, ...]
    people: Mapping[str, int]
    need: pd.DataFrame
    on: dt.date
    horizon_s: int
    target_hours: tuple[float, ...]
    first_goods: tuple[FirstGoodsPromise, ...] = ()


@dataclass(frozen=True)
class ReportedFigures:
    """What the report says about the plan.

    Attributes:
        supplied_by_target: Supplied people of all sites, isolated ones too, at each of the target hours.
        supplied_by_hour: (hour, supplied people of all sites) for each whole hour from 0 to the horizon.
        person_hours: Hours that people wait for a complete basket, summed up to the horizon.
    """

    supplied_by_target: tuple[int, ...]
    supplied_by_hour: tuple[tuple[float, int], ...]
    person_hours: float
