"""When a vehicle is where, compiled."""

from __future__ import annotations

import numpy as np
from numba import njit


@njit(cache=True, error_model="numpy")
def time_route(v, asked, kept):
    """Work out all that is kept of one vehicle from its tokens."""
    (
        kinds,
        base,
        ready,
        until,
        _most_trips,
        used_cost,
        _payload,
        loading,
        cost_per_s,
        there,
        _back,
        point,
        _source,
        weight,
        service,
        release,
        opens,
        closes,
        due,
        late_rate,
        late_cost,
        _absent_cost,
        back_in_time,
        back_counts,
    ) = asked
    (
        tokens,
        count,
        arrival,
        left,
        latest,
        slope,
        head,
        trip_weight,
        loaded,
        trips,
        driving,
        lateness,
        cost,
        vehicle,
    ) = kept
    kind, here, clock, n = kinds[v], base[v], ready[v], count[v]
    drive, late, made, h = 0.0, 0.0, 0, 0
    for q in range(n):
        token = tokens[v, q]
        if token < 0:
            stop = -1 - token
            leg = there[kind, here, stop]
            arrival[v, q] = clock + leg
            begin = arrival[v, q]
            carried = 0.0
            for r in range(q + 1, n):
                if tokens[v, r] < 0:
                    break
                begin = max(begin, release[tokens[v, r]])
                carried += weight[tokens[v, r]]
            h = q
            trip_weight[v, q], loaded[v, q] = carried, begin
            clock = begin + loading[kind]
            made += 1
        else:
            stop = point[token]
            leg = there[kind, here, stop]
            arrival[v, q] = clock + leg
            begin = max(arrival[v, q], opens[token])
            over = begin - due[token]
            cost[token] = late_rate[token] * over + late_cost[token] if over > 0.0 else 0.0
            late += cost[token]
            vehicle[token] = v
            clock = begin + service[token]
        drive += leg
        head[v, q], left[v, q], here = h, clock, stop
    end = until[v] - (there[kind, here, base[v]] if back_in_time else 0.0)
    rate = 0.0
    for q in range(n - 1, -1, -1):
        token = tokens[v, q]
        if token < 0:
            stop = -1 - token
            end -= loading[kind]
            if loaded[v, q] > arrival[v, q]:
                rate = 0.0
        else:
            stop = point[token]
            end = min(end - service[token], closes[token])
            if opens[token] > arrival[v, q]:
                rate = 0.0
            elif arrival[v, q] > due[token]:
                rate += late_rate[token]
        latest[v, q], slope[v, q] = end, rate
        before = base[v]
        if q > 0:
            last = tokens[v, q - 1]
            before = -1 - last if last < 0 else point[last]
        end -= there[kind, before, stop]
    if n > 0 and back_counts:
        drive += there[kind, here, base[v]]
    trips[v], lateness[v] = made, late
    driving[v] = drive * cost_per_s[kind] + (used_cost[v] if n > 0 else 0.0)


@njit(cache=True, error_model="numpy")
def later_cost(v, first, clock, here, new, place, asked, kept, limit):
    """Rise of the cost of lateness when the tokens from `first` on are reached from `here`, left at `clock`.

    With `new` >= 0 that load stands before the token at `place`. Infinite when a limit is broken; gives up as
    soon as the rise is above `limit`.
    """
    kinds, base, _ready, until = asked[0], asked[1], asked[2], asked[3]
    loading, there = asked[7], asked[9]
    point, service, release, opens, closes = asked[11], asked[14], asked[15], asked[16], asked[17]
    due, late_rate, late_cost, back_in_time = asked[18], asked[19], asked[20], asked[22]
    tokens, count, arrival = kept[0], kept[1], kept[2]
    loaded, cost = kept[8], kept[12]
    kind, n = kinds[v], count[v]
    rise = 0.0
    for q in range(first, n + 1):
        if q == place and new >= 0:
            clock = max(clock + there[kind, here, point[new]], opens[new])
            if clock > closes[new]:
                return np.inf
            over = clock - due[new]
            if over > 0.0:
                rise += late_rate[new] * over + late_cost[new]
            clock += service[new]
            here = point[new]
        if q == n:
            break
        token = tokens[v, q]
        if token < 0:
            stop = -1 - token
            clock += there[kind, here, stop]
            if q >= place and clock == arrival[v, q]:
                return rise
            if q < place:
                begin = max(loaded[v, q], release[new])
                clock = max(clock, begin) + loading[kind]
            else:
                begin = clock
                for r in range(q + 1, n):
                    if tokens[v, r] < 0:
                        break
                    begin = max(begin, release[tokens[v, r]])
                clock = begin + loading[kind]
        else:
            stop = point[token]
            clock += there[kind, here, stop]
            if q >= place and clock == arrival[v, q]:
                return rise
            clock = max(clock, opens[token])
            if clock > closes[token]:
                return np.inf
            over = clock - due[token]
            if over > 0.0:
                rise += late_rate[token] * over + late_cost[token]
            rise -= cost[token]
            clock += service[token]
            if rise > limit:
                return rise
        here = stop
    if clock + (there[kind, here, base[v]] if back_in_time else 0.0) > until[v]:
        return np.inf
    return rise
