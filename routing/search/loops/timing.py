"""When a vehicle is where, compiled."""

from __future__ import annotations

import numpy as np
from numba import njit

from routing.search.loops.layout import (
    ARRIVAL,
    BASE,
    CLOSES,
    COST_PER_S,
    DRIVING,
    DUE,
    LATE_COST,
    LATE_RATE,
    LATENESS,
    LATEST,
    LEFT,
    LOADED,
    LOADING,
    OPENS,
    POINT,
    READY,
    RELEASE,
    SERVICE,
    SLOPE,
    TRIP_WEIGHT,
    TRIPS,
    TYPE,
    UNTIL,
    USED_COST,
    WEIGHT,
)


@njit(cache=True, error_model="numpy")
def time_route(v, asked, kept):
    """Work out all that is kept of one vehicle from its tokens."""
    vehicles, kinds, there, _, places, loads, back_in_time, back_counts = asked
    tokens, count, times, heads, routes, cost, vehicle = kept
    kind, base = int(vehicles[v, TYPE]), int(vehicles[v, BASE])
    here, clock, n = base, vehicles[v, READY], count[v]
    drive, late, trips, h = 0.0, 0.0, 0, 0
    for q in range(n):
        token = tokens[v, q]
        if token < 0:
            stop = -1 - token
            leg = there[kind, here, stop]
            begin = clock + leg
            times[v, q, ARRIVAL] = begin
            carried = 0.0
            for r in range(q + 1, n):
                if tokens[v, r] < 0:
                    break
                begin = max(begin, loads[tokens[v, r], RELEASE])
                carried += loads[tokens[v, r], WEIGHT]
            h = q
            times[v, q, TRIP_WEIGHT], times[v, q, LOADED] = carried, begin
            clock = begin + kinds[kind, LOADING]
            trips += 1
        else:
            stop = places[token, POINT]
            leg = there[kind, here, stop]
            times[v, q, ARRIVAL] = clock + leg
            begin = max(clock + leg, loads[token, OPENS])
            over = begin - loads[token, DUE]
            cost[token] = loads[token, LATE_RATE] * over + loads[token, LATE_COST] if over > 0.0 else 0.0
            late += cost[token]
            vehicle[token] = v
            clock = begin + loads[token, SERVICE]
        drive += leg
        heads[v, q], times[v, q, LEFT], here = h, clock, stop
    if n > 0 and back_counts:
        drive += there[kind, here, base]
    routes[v, TRIPS], routes[v, LATENESS] = trips, late
    routes[v, DRIVING] = drive * kinds[kind, COST_PER_S] + (vehicles[v, USED_COST] if n > 0 else 0.0)
    end = vehicles[v, UNTIL] - (there[kind, here, base] if back_in_time else 0.0)
    rate = 0.0
    for q in range(n - 1, -1, -1):
        token = tokens[v, q]
        if token < 0:
            stop = -1 - token
            end -= kinds[kind, LOADING]
            if times[v, q, LOADED] > times[v, q, ARRIVAL]:
                rate = 0.0
        else:
            stop = places[token, POINT]
            end = min(end - loads[token, SERVICE], loads[token, CLOSES])
            if loads[token, OPENS] > times[v, q, ARRIVAL]:
                rate = 0.0
            elif times[v, q, ARRIVAL] > loads[token, DUE]:
                rate += loads[token, LATE_RATE]
        times[v, q, LATEST], times[v, q, SLOPE] = end, rate
        before = base
        if q > 0:
            last = tokens[v, q - 1]
            before = -1 - last if last < 0 else places[last, POINT]
        end -= there[kind, before, stop]


@njit(cache=True, error_model="numpy")
def later_cost(v, first, clock, here, new, place, asked, kept, limit):
    """Rise of the cost of lateness when the tokens from `first` on are reached from `here`, left at `clock`.

    With `new` >= 0 that load stands before the token at `place`. Infinite when a limit is broken; gives up as
    soon as the rise is above `limit`.
    """
    vehicles, kinds, there, _, places, loads, back_in_time, _ = asked
    tokens, count, times, _, _, cost, _ = kept
    kind, n = int(vehicles[v, TYPE]), count[v]
    rise = 0.0
    for q in range(first, n + 1):
        if q == place and new >= 0:
            clock = max(clock + there[kind, here, places[new, POINT]], loads[new, OPENS])
            if clock > loads[new, CLOSES]:
                return np.inf
            over = clock - loads[new, DUE]
            if over > 0.0:
                rise += loads[new, LATE_RATE] * over + loads[new, LATE_COST]
            clock += loads[new, SERVICE]
            here = places[new, POINT]
        if q == n:
            break
        token = tokens[v, q]
        stop = -1 - token if token < 0 else places[token, POINT]
        clock += there[kind, here, stop]
        here = stop
        if q >= place and clock == times[v, q, ARRIVAL]:
            return rise
        if token < 0:
            if q < place:
                clock = max(clock, times[v, q, LOADED], loads[new, RELEASE])
            else:
                for r in range(q + 1, n):
                    if tokens[v, r] < 0:
                        break
                    clock = max(clock, loads[tokens[v, r], RELEASE])
            clock += kinds[kind, LOADING]
        else:
            clock = max(clock, loads[token, OPENS])
            if clock > loads[token, CLOSES]:
                return np.inf
            over = clock - loads[token, DUE]
            if over > 0.0:
                rise += loads[token, LATE_RATE] * over + loads[token, LATE_COST]
            rise -= cost[token]
            clock += loads[token, SERVICE]
            if rise > limit:
                return rise
    if back_in_time:
        clock += there[kind, here, int(vehicles[v, BASE])]
    return rise if clock <= vehicles[v, UNTIL] else np.inf
