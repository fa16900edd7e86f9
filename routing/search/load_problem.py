"""One routing problem as arrays: loads that wait, vehicles that make trips, what late and far costs."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Singles = NDArray[np.float32]


@dataclass(frozen=True, eq=False)
class Fleet:
    """Vehicles (V,) and their types (T,).

    Attributes:
        type: type of each vehicle, (V,).
        base: point at which it starts, (V,).
        ready_s, until_s: from when, and by when it has done its last service, (V,).
        back_in_time: whether it has to be back at its base by `until_s` as well.
        most_trips: most trips of one vehicle, (V,).
        used_cost: cost of a vehicle that drives at all, (V,).
        payload_kg: most weight of a trip, (T,).
        loading_s: time a trip takes where it loads, (T,).
        cost_per_s: cost of driving, (T,).
        travel_s: time from point to point, (T, P, P); infinite where a type cannot go.
    """

    type: Ints
    base: Ints
    ready_s: Floats
    until_s: Floats
    back_in_time: bool
    most_trips: Ints
    used_cost: Floats
    payload_kg: Floats
    loading_s: Floats
    cost_per_s: Floats
    travel_s: Singles


@dataclass(frozen=True, eq=False)
class Loads:
    """What is to be brought where, one entry a load, all (L,).

    A load that is served at second t costs late_cost_per_s * max(0, t - due_s), and late_cost besides once
    it is late; one that nobody serves costs absent_cost.

    Attributes:
        point: where it goes.
        source: point at which it is loaded, -1 for the base of whichever vehicle takes it.
        weight_kg: what it takes of a payload.
        service_s: time at its point.
        release_s: from when it can be loaded.
        open_s, close_s: earliest service, for which a vehicle waits, and latest.
        due_s, late_cost_per_s, late_cost, absent_cost: see above; none is negative.
    """

    point: Ints
    source: Ints
    weight_kg: Floats
    service_s: Floats
    release_s: Floats
    open_s: Floats
    close_s: Floats
    due_s: Floats
    late_cost_per_s: Floats
    late_cost: Floats
    absent_cost: Floats


@dataclass(frozen=True, eq=False)
class LoadProblem:
    """Vehicles and loads; the cost of driving counts the way back if `back_counts`."""

    fleet: Fleet
    loads: Loads
    back_counts: bool
