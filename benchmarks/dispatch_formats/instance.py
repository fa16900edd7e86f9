"""A published routing problem after reading, and routes that answer it.

The published units have no name: a unit of length counts as a metre and a unit of time as a second.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, TypeAlias

import numpy as np
import numpy.typing as npt

Floats: TypeAlias = npt.NDArray[np.float64]
Integers: TypeAlias = npt.NDArray[np.int64]

Objective: TypeAlias = Literal["arrivals", "distance"]


@dataclass(frozen=True, eq=False)
class Points:
    """Depots first, then customers; every array is (points,).

    `number` is what the file calls the point; service at a customer takes `service_s` and begins between
    `opens_s` and `closes_s`, depots are open between them; what is for a customer can be loaded from
    `release_s`.
    """

    number: Integers
    demand: Floats
    service_s: Floats
    opens_s: Floats
    closes_s: Floats
    release_s: Floats

    @classmethod
    def at_any_time(cls, number: Integers, demand: Floats, service_s: Floats) -> Points:
        """Points without time windows and release times."""
        zeros = np.zeros(len(number))
        return cls(number, demand, service_s, zeros, np.full(len(number), np.inf), zeros)


@dataclass(frozen=True)
class VehicleType:
    """Vehicles that are alike: they start and end at depot `home`; `count` None means any number.

    `capacity` holds for a trip, `most_duration_s` from the first departure to the end (inf: no limit). The
    fixed cost counts once for a vehicle that drives. A vehicle may load again at the depots `reload_at`;
    where there is none, it makes one trip.
    """

    home: int
    count: int | None
    capacity: float
    fixed_cost: float = 0.0
    cost_per_distance: float = 1.0
    most_duration_s: float = np.inf
    reload_at: tuple[int, ...] = ()


@dataclass(frozen=True, eq=False)
class RoutingInstance:
    """A problem of one of the families; `distance` and `travel_s` are (points, points), rounded as it says.

    `objective` is what to minimise: the sum of the customers' arrival times, or fixed costs and distances at
    their cost. Where `return_counts` is not set, a route ends at its last customer.
    """

    name: str
    points: Points
    depot_count: int
    vehicles: tuple[VehicleType, ...]
    distance: Floats
    travel_s: Floats
    objective: Objective
    return_counts: bool = True

    @property
    def depots(self) -> range:
        """Points that are depots."""
        return range(self.depot_count)

    @property
    def customers(self) -> range:
        """Points that are customers."""
        return range(self.depot_count, len(self.points.number))


@dataclass(frozen=True)
class Trip:
    """Load at a depot and visit customers in this order."""

    depot: int
    customers: tuple[int, ...]


@dataclass(frozen=True)
class Route:
    """What one vehicle of a type (its place in `RoutingInstance.vehicles`) drives; then it goes home."""

    vehicle_type: int
    trips: tuple[Trip, ...]


def euclidean(xy: Floats) -> Floats:
    """Straight-line distances between points (points, 2), (points, points)."""
    dx, dy = (xy[:, None, axis] - xy[None, :, axis] for axis in (0, 1))
    return np.sqrt(dx * dx + dy * dy)
